"""What the look-up at 2 a.m. needs: markers, missing episodes, look-ups, rotas."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UTC
from hub.migrations.markers import lay_markers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("from_gss", sa.String(), nullable=True),
        sa.Column("to_gss", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("postcode_index", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", UTC(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", UTC(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed','confirmed','refused','replaced')", name=op.f("ck_area_correction_state")
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["organisation.id"], name=op.f("fk_area_correction_accepted_by_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_correction")),
        sa.UniqueConstraint("ref", name=op.f("uq_area_correction_ref")),
    )
    op.create_index("ix_area_correction_postcode_index", "area_correction", ["postcode_index"], unique=False)
    op.create_index("ix_area_correction_state", "area_correction", ["state", "ref"], unique=False)
    op.create_table(
        "duty_feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_ref", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UTC(), nullable=False),
        sa.Column("used_at", UTC(), nullable=True),
        sa.Column("revoked_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_duty_feed_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_feed")),
        sa.UniqueConstraint("ref", name=op.f("uq_duty_feed_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_duty_feed_token_hash")),
    )
    op.create_index("ix_duty_feed_holder_ref", "duty_feed", ["holder_ref", "organisation_id"], unique=False)
    op.create_table(
        "duty_gap_report",
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("reported_at", UTC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_duty_gap_report_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_duty_gap_report")),
    )
    op.create_table(
        "duty_override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_at", UTC(), nullable=False),
        sa.Column("until_at", UTC(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("entered_at", UTC(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("removed_at", UTC(), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=True),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_duty_override_in_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_duty_override_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_override")),
        sa.UniqueConstraint("ref", name=op.f("uq_duty_override_ref")),
    )
    op.create_index("ix_duty_override_organisation_id", "duty_override", ["organisation_id", "until_at"], unique=False)
    op.create_table(
        "home_index",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_home_index_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("kind", "value", "organisation_id", name=op.f("pk_home_index")),
    )
    op.create_index("ix_home_index_organisation_id", "home_index", ["organisation_id"], unique=False)
    op.create_table(
        "look_up",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("incident_index", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", UTC(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("best_band", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("best_band IN ('strong','weak')", name=op.f("ck_look_up_best_band")),
        sa.CheckConstraint(
            "stage IN ('asked','possible_match','confirmed','risk_detail')", name=op.f("ck_look_up_stage")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_look_up_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_up")),
        sa.UniqueConstraint("ref", name=op.f("uq_look_up_ref")),
    )
    op.create_index("ix_look_up_actor_ref", "look_up", ["actor_ref", "asked_at"], unique=False)
    op.create_index("ix_look_up_incident_index", "look_up", ["organisation_id", "incident_index"], unique=False)
    op.create_index("ix_look_up_organisation_id", "look_up", ["organisation_id", "asked_at"], unique=False)
    op.create_table(
        "missing_thresholds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("saved_at", UTC(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_missing_thresholds_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_thresholds")),
        sa.UniqueConstraint("organisation_id", "version", name=op.f("uq_missing_thresholds_organisation_id_version")),
        sa.UniqueConstraint("ref", name=op.f("uq_missing_thresholds_ref")),
    )
    op.create_table(
        "child_shield",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", UTC(), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_at", UTC(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_child_shield_child_id_child")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_child_shield_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_shield")),
        sa.UniqueConstraint("ref", name=op.f("uq_child_shield_ref")),
    )
    op.create_index(
        "uq_child_shield_child_id",
        "child_shield",
        ["child_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("look_up_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placing_authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("is_shielded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("broke_glass", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shown_at", UTC(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("band IN ('strong','weak')", name=op.f("ck_disclosure_band")),
        sa.CheckConstraint("stage IN ('possible_match','confirmed','risk_detail')", name=op.f("ck_disclosure_stage")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_disclosure_child_id_child")),
        sa.ForeignKeyConstraint(["look_up_id"], ["look_up.id"], name=op.f("fk_disclosure_look_up_id_look_up")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_disclosure_placement_id_placement")),
        sa.ForeignKeyConstraint(
            ["placing_authority_id"], ["organisation.id"], name=op.f("fk_disclosure_placing_authority_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("ref", name=op.f("uq_disclosure_ref")),
    )
    op.create_index(op.f("ix_disclosure_child_id"), "disclosure", ["child_id"], unique=False)
    op.create_index(op.f("ix_disclosure_look_up_id"), "disclosure", ["look_up_id"], unique=False)
    op.create_index(op.f("ix_disclosure_placement_id"), "disclosure", ["placement_id"], unique=False)
    op.create_index("ix_disclosure_placing_authority_id", "disclosure", ["placing_authority_id", "id"], unique=False)
    op.create_table(
        "marker",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("marker_ref", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("notice_ref", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("ended_at", UTC(), nullable=True),
        sa.Column("reminded_at", UTC(), nullable=True),
        sa.CheckConstraint("act IN ('added','carried','changed','reviewed','ended')", name=op.f("ck_marker_act")),
        sa.CheckConstraint("state IN ('current','superseded','ended')", name=op.f("ck_marker_state")),
        sa.ForeignKeyConstraint(["author_id"], ["organisation.id"], name=op.f("fk_marker_author_id_organisation")),
        sa.ForeignKeyConstraint(["by_id"], ["organisation.id"], name=op.f("fk_marker_by_id_organisation")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_marker_child_id_child")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_marker_placement_id_placement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker")),
        sa.UniqueConstraint("marker_ref", "version", name=op.f("uq_marker_marker_ref_version")),
        sa.UniqueConstraint("ref", name=op.f("uq_marker_ref")),
    )
    op.create_index(op.f("ix_marker_child_id"), "marker", ["child_id"], unique=False)
    op.create_index("ix_marker_placement_id", "marker", ["placement_id", "state", "id"], unique=False)
    op.create_index(
        "ix_marker_review_on",
        "marker",
        ["review_on", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_table(
        "missing_episode",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placing_authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("host_authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_discovered", sa.Boolean(), nullable=False),
        sa.Column("missing_from_at", UTC(), nullable=False),
        sa.Column("reported_at", UTC(), nullable=False),
        sa.Column("located_at", UTC(), nullable=True),
        sa.Column("returned_at", UTC(), nullable=True),
        sa.Column("interviewed_at", UTC(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("graded_at", UTC(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", UTC(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("category IN ('missing','away')", name=op.f("ck_missing_episode_category")),
        sa.CheckConstraint(
            "state IN ('reported','located','returned','withdrawn','merged')", name=op.f("ck_missing_episode_state")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_missing_episode_child_id_child")),
        sa.ForeignKeyConstraint(
            ["host_authority_id"], ["organisation.id"], name=op.f("fk_missing_episode_host_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["missing_episode.id"], name=op.f("fk_missing_episode_merged_into_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_missing_episode_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["placing_authority_id"],
            ["organisation.id"],
            name=op.f("fk_missing_episode_placing_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_missing_episode_provider_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_episode")),
        sa.UniqueConstraint("ref", name=op.f("uq_missing_episode_ref")),
    )
    op.create_index(op.f("ix_missing_episode_child_id"), "missing_episode", ["child_id"], unique=False)
    op.create_index(
        "ix_missing_episode_host_authority_id", "missing_episode", ["host_authority_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_missing_episode_merged_into_id"), "missing_episode", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_missing_episode_placement_id"), "missing_episode", ["placement_id"], unique=False)
    op.create_index(
        "ix_missing_episode_placing_authority_id",
        "missing_episode",
        ["placing_authority_id", "state", "id"],
        unique=False,
    )
    op.create_index("ix_missing_episode_provider_id", "missing_episode", ["provider_id", "state", "id"], unique=False)
    op.create_index("ix_missing_episode_state", "missing_episode", ["state", "id"], unique=False)
    op.create_table(
        "placement_index",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_placement_index_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("kind", "value", "placement_id", name=op.f("pk_placement_index")),
    )
    op.create_index("ix_placement_index_placement_id", "placement_index", ["placement_id"], unique=False)
    op.create_table(
        "episode_companion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("with_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("said_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_episode_companion_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["organisation.id"], name=op.f("fk_episode_companion_said_by_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["with_id"], ["missing_episode.id"], name=op.f("fk_episode_companion_with_id_missing_episode")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_companion")),
        sa.UniqueConstraint("episode_id", "with_id", name=op.f("uq_episode_companion_episode_id_with_id")),
    )
    op.create_index(op.f("ix_episode_companion_with_id"), "episode_companion", ["with_id"], unique=False)
    op.create_table(
        "episode_force",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("force_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.CheckConstraint("part IN ('placed', 'reported', 'found', 'home')", name=op.f("ck_episode_force_part")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_episode_force_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(["force_id"], ["organisation.id"], name=op.f("fk_episode_force_force_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_force")),
        sa.UniqueConstraint("episode_id", "force_id", "part", name=op.f("uq_episode_force_episode_id_force_id_part")),
    )
    op.create_index("ix_episode_force_force_id", "episode_force", ["force_id", "part", "episode_id"], unique=False)
    op.create_table(
        "episode_grade",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("force_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("graded_at", UTC(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("reasons_asked", sa.JSON(), nullable=False),
        sa.Column("reason_given_at", UTC(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("taken_back_at", UTC(), nullable=True),
        sa.CheckConstraint("grade IN ('very_low', 'low', 'medium', 'high')", name=op.f("ck_episode_grade_grade")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_episode_grade_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(["force_id"], ["organisation.id"], name=op.f("fk_episode_grade_force_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_grade")),
        sa.UniqueConstraint("ref", name=op.f("uq_episode_grade_ref")),
    )
    op.create_index(op.f("ix_episode_grade_episode_id"), "episode_grade", ["episode_id"], unique=False)
    op.create_table(
        "episode_match",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("decided_at", UTC(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('joined','doubtful','confirmed','rejected','undone')", name=op.f("ck_episode_match_state")
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_episode_match_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["missing_episode.id"], name=op.f("fk_episode_match_other_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_episode_match_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_match")),
        sa.UniqueConstraint("ref", name=op.f("uq_episode_match_ref")),
    )
    op.create_index(op.f("ix_episode_match_episode_id"), "episode_match", ["episode_id"], unique=False)
    op.create_index(op.f("ix_episode_match_other_id"), "episode_match", ["other_id"], unique=False)
    op.create_index(op.f("ix_episode_match_placement_id"), "episode_match", ["placement_id"], unique=False)
    op.create_index("ix_episode_match_state", "episode_match", ["state", "id"], unique=False)
    op.create_table(
        "episode_place",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("said_in", sa.String(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("place_index", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('last_seen','found')", name=op.f("ck_episode_place_kind")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_episode_place_episode_id_missing_episode")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_place")),
        sa.UniqueConstraint("ref", name=op.f("uq_episode_place_ref")),
    )
    op.create_index(op.f("ix_episode_place_episode_id"), "episode_place", ["episode_id"], unique=False)
    op.create_index("ix_episode_place_place_index", "episode_place", ["place_index", "episode_id"], unique=False)
    op.create_table(
        "episode_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("missing_from_at", UTC(), nullable=False),
        sa.Column("reported_at", UTC(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("taken_back_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_episode_report_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_episode_report_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_report")),
        sa.UniqueConstraint("ref", name=op.f("uq_episode_report_ref")),
    )
    op.create_index(op.f("ix_episode_report_episode_id"), "episode_report", ["episode_id"], unique=False)
    op.create_table(
        "episode_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("taken_back_at", UTC(), nullable=True),
        sa.CheckConstraint("kind IN ('located', 'returned', 'interviewed')", name=op.f("ck_episode_step_kind")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_episode_step_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_episode_step_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_step")),
        sa.UniqueConstraint("ref", name=op.f("uq_episode_step_ref")),
    )
    op.create_index(op.f("ix_episode_step_episode_id"), "episode_step", ["episode_id"], unique=False)
    op.create_table(
        "look_up_review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("look_up_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("disclosure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", UTC(), nullable=False),
        sa.Column("due_at", UTC(), nullable=True),
        sa.Column("chase_at", UTC(), nullable=True),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("reviewed_at", UTC(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("outcome IN ('proper','explained','improper')", name=op.f("ck_look_up_review_outcome")),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosure.id"], name=op.f("fk_look_up_review_disclosure_id_disclosure")
        ),
        sa.ForeignKeyConstraint(["look_up_id"], ["look_up.id"], name=op.f("fk_look_up_review_look_up_id_look_up")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_look_up_review_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_up_review")),
        sa.UniqueConstraint(
            "look_up_id",
            "organisation_id",
            "disclosure_id",
            name=op.f("uq_look_up_review_look_up_id_organisation_id_disclosure_id"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_look_up_review_ref")),
    )
    op.create_index(
        "ix_look_up_review_chase_at",
        "look_up_review",
        ["chase_at"],
        unique=False,
        sqlite_where=sa.text("chase_at IS NOT NULL"),
        postgresql_where=sa.text("chase_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_look_up_review_disclosure_id"), "look_up_review", ["disclosure_id"], unique=False)
    op.create_index(
        "ix_look_up_review_organisation_id", "look_up_review", ["organisation_id", "reviewed_at", "id"], unique=False
    )
    op.add_column("child", sa.Column("spread_version", sa.Integer(), nullable=True))
    op.drop_index(op.f("ix_child_names_unspread"), table_name="child", sqlite_where=sa.text("names_spread IS 0"))
    op.create_index(
        "ix_child_merged_into_id",
        "child",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(
        "ix_child_unspread",
        "child",
        ["id"],
        unique=False,
        sqlite_where=sa.text("spread_version IS NULL OR spread_version <> version"),
        postgresql_where=sa.text("spread_version IS NULL OR spread_version <> version"),
    )
    op.add_column("organisation", sa.Column("spread_version", sa.Integer(), nullable=True))
    op.create_index(
        "ix_organisation_unspread",
        "organisation",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sealed IS NOT NULL AND (spread_version IS NULL OR spread_version <> version)"),
        postgresql_where=sa.text("sealed IS NOT NULL AND (spread_version IS NULL OR spread_version <> version)"),
    )
    op.add_column("placement", sa.Column("spread_version", sa.Integer(), nullable=True))
    op.create_index(
        "ix_placement_unspread",
        "placement",
        ["id"],
        unique=False,
        sqlite_where=sa.text("spread_version IS NULL OR spread_version <> version"),
        postgresql_where=sa.text("spread_version IS NULL OR spread_version <> version"),
    )
    lay_markers(op.get_bind(), op.get_context().config)
