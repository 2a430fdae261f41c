"""The first schema: audit, directory, access, obligations and their outbox, registry."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UTC

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tables()
    _keep_audit_append_only()


def _tables() -> None:
    op.create_table(
        "audit_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("sealed_at", UTC(), nullable=False),
        sa.Column("previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_batch")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_audit_batch_previous_id")),
    )
    op.create_table(
        "beat",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("is_well", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_beat")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UTC(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
    )
    op.create_index("ix_idempotency_key_made_at", "idempotency_key", ["made_at"], unique=False)
    op.create_index("uq_idempotency_key_owner", "idempotency_key", ["owner", "key"], unique=True)
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("gss_code", sa.String(), nullable=True),
        sa.Column("urn", sa.String(), nullable=True),
        sa.Column("area_gss", sa.String(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("joined_at", UTC(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('local_authority', 'police_force', 'childrens_home', 'supported_accommodation', 'fostering_agency', 'rhi_provider', 'health_body', 'oversight', 'hub_operator', 'other_body')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("gss_code", name=op.f("uq_organisation_gss_code")),
        sa.UniqueConstraint("ref", name=op.f("uq_organisation_ref")),
        sa.UniqueConstraint("urn", name=op.f("uq_organisation_urn")),
    )
    op.create_index("ix_organisation_area_gss", "organisation", ["area_gss"], unique=False)
    op.create_table(
        "rate_window",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "minute", name=op.f("pk_rate_window")),
    )
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("subject_ref", sa.String(), nullable=False),
        sa.Column("placement_ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("promise", sa.String(), nullable=True),
        sa.Column("promise_on", sa.Date(), nullable=True),
        sa.Column("kept_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_acknowledgement_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint("ref", name=op.f("uq_acknowledgement_ref")),
        sa.UniqueConstraint(
            "subject_ref", "organisation_id", name=op.f("uq_acknowledgement_subject_ref_organisation_id")
        ),
    )
    op.create_index(
        "ix_acknowledgement_placement_ref", "acknowledgement", ["placement_ref", "organisation_id"], unique=False
    )
    op.create_table(
        "api_client",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("disabled_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_api_client_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("ref", name=op.f("uq_api_client_ref")),
    )
    op.create_index(op.f("ix_api_client_organisation_id"), "api_client", ["organisation_id"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_ref", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "operation IN ('collection','alteration','consultation','disclosure','combination','erasure','administration')",
            name=op.f("ck_audit_entry_operation"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["audit_batch.id"], name=op.f("fk_audit_entry_batch_id_audit_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_subject_ref", "audit_entry", ["subject_ref"], unique=False)
    op.create_index(
        "ix_audit_entry_unsealed",
        "audit_entry",
        ["id"],
        unique=False,
        sqlite_where=sa.text("batch_id IS NULL"),
        postgresql_where=sa.text("batch_id IS NULL"),
    )
    op.create_table(
        "child",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("placing_authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["child.id"], name=op.f("fk_child_merged_into_id_child")),
        sa.ForeignKeyConstraint(
            ["placing_authority_id"], ["organisation.id"], name=op.f("fk_child_placing_authority_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
        sa.UniqueConstraint("ref", name=op.f("uq_child_ref")),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("opening_hours", sa.JSON(), nullable=True),
        sa.Column("takes_digest", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=True),
        sa.Column("verified_by", sa.String(), nullable=True),
        sa.Column("verified_at", UTC(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("hard_failures", sa.Integer(), nullable=False),
        sa.Column("flagged_at", UTC(), nullable=True),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel IN ('inbox', 'email', 'webhook', 'phone')", name=op.f("ck_contact_point_channel")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contact_point_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint(
            "organisation_id",
            "role",
            "channel",
            "address",
            name=op.f("uq_contact_point_organisation_id_role_channel_address"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_contact_point_ref")),
    )
    op.create_table(
        "feed_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("subject_ref", sa.String(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_feed_event_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_event")),
        sa.UniqueConstraint("position", name=op.f("uq_feed_event_position")),
        sa.UniqueConstraint("ref", name=op.f("uq_feed_event_ref")),
    )
    op.create_index("ix_feed_event_organisation_id", "feed_event", ["organisation_id", "position"], unique=False)
    op.create_index(
        "ix_feed_event_unplaced",
        "feed_event",
        ["id"],
        unique=False,
        sqlite_where=sa.text("position IS NULL"),
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_table(
        "ladder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("saved_at", UTC(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ladder_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder")),
        sa.UniqueConstraint("name", "organisation_id", "version", name=op.f("uq_ladder_name_organisation_id_version")),
        sa.UniqueConstraint("ref", name=op.f("uq_ladder_ref")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", UTC(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("scan", sa.String(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_stored_file_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("ref", name=op.f("uq_stored_file_ref")),
    )
    op.create_index("ix_stored_file_owner_id", "stored_file", ["owner_id", "sha256"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("expires_at", UTC(), nullable=False),
        sa.Column("revoked_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_api_key_client_id_api_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
        sa.UniqueConstraint("ref", name=op.f("uq_api_key_ref")),
    )
    op.create_index(op.f("ix_api_key_client_id"), "api_key", ["client_id"], unique=False)
    op.create_table(
        "child_index",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_child_index_child_id_child")),
        sa.PrimaryKeyConstraint("kind", "value", "child_id", name=op.f("pk_child_index")),
    )
    op.create_index("ix_child_index_child_id", "child_index", ["child_id"], unique=False)
    op.create_table(
        "obligation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("duty_code", sa.String(), nullable=False),
        sa.Column("law_in_force", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("subject_ref", sa.String(), nullable=False),
        sa.Column("owed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owed_by_role", sa.String(), nullable=False),
        sa.Column("owed_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owed_to_role", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("event_at", UTC(), nullable=False),
        sa.Column("opened_at", UTC(), nullable=False),
        sa.Column("due_at", UTC(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_is_policy", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fulfilled_at", UTC(), nullable=True),
        sa.Column("fulfilled_by", sa.String(), nullable=True),
        sa.Column("fulfilled_how", sa.String(), nullable=True),
        sa.Column("reached_at", UTC(), nullable=True),
        sa.Column("closed_at", UTC(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=True),
        sa.Column("heightened", sa.Boolean(), nullable=False),
        sa.Column("ladder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("next_rung", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("next_step_at", UTC(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("paused_at", UTC(), nullable=True),
        sa.Column("pause_reason", sa.String(), nullable=True),
        sa.Column("promise_on", sa.Date(), nullable=True),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('statute','statutory_guidance','recommendation','policy')", name=op.f("ck_obligation_basis")
        ),
        sa.CheckConstraint("state IN ('open','met','met_late','excused','void')", name=op.f("ck_obligation_state")),
        sa.ForeignKeyConstraint(["ladder_id"], ["ladder.id"], name=op.f("fk_obligation_ladder_id_ladder")),
        sa.ForeignKeyConstraint(
            ["owed_by_id"], ["organisation.id"], name=op.f("fk_obligation_owed_by_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["owed_to_id"], ["organisation.id"], name=op.f("fk_obligation_owed_to_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint("ref", name=op.f("uq_obligation_ref")),
    )
    op.create_index(
        "ix_obligation_faulty",
        "obligation",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND faults > 0"),
        postgresql_where=sa.text("state = 'open' AND faults > 0"),
    )
    op.create_index(
        "ix_obligation_next_step",
        "obligation",
        ["next_step_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND next_step_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND next_step_at IS NOT NULL"),
    )
    op.create_index("ix_obligation_owed_by", "obligation", ["owed_by_id", "state", "due_at"], unique=False)
    op.create_index("ix_obligation_owed_to", "obligation", ["owed_to_id", "state", "due_at"], unique=False)
    op.create_index("ix_obligation_subject_ref", "obligation", ["subject_ref", "duty_code"], unique=False)
    op.create_index(
        "ix_obligation_without_step",
        "obligation",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND next_step_at IS NULL"),
        postgresql_where=sa.text("state = 'open' AND next_step_at IS NULL"),
    )
    op.create_table(
        "placement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placing_authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("host_authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("police_force_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("setting", sa.String(), nullable=False),
        sa.Column("legal_status", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("area_confirmed", sa.Boolean(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("is_emergency", sa.Boolean(), nullable=False),
        sa.Column("first_source", sa.String(), nullable=False),
        sa.Column("starts_at", UTC(), nullable=False),
        sa.Column("ends_at", UTC(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed','unconfirmed','confirmed','ended','cancelled')", name=op.f("ck_placement_state")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_placement_child_id_child")),
        sa.ForeignKeyConstraint(
            ["host_authority_id"], ["organisation.id"], name=op.f("fk_placement_host_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["placing_authority_id"], ["organisation.id"], name=op.f("fk_placement_placing_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["police_force_id"], ["organisation.id"], name=op.f("fk_placement_police_force_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_placement_provider_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("ref", name=op.f("uq_placement_ref")),
    )
    op.create_index(op.f("ix_placement_child_id"), "placement", ["child_id"], unique=False)
    op.create_index("ix_placement_host_authority_id", "placement", ["host_authority_id", "state", "id"], unique=False)
    op.create_index(
        "ix_placement_placing_authority_id", "placement", ["placing_authority_id", "state", "id"], unique=False
    )
    op.create_index("ix_placement_police_force_id", "placement", ["police_force_id", "state", "id"], unique=False)
    op.create_index("ix_placement_provider_id", "placement", ["provider_id", "state", "id"], unique=False)
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_ref", sa.String(), nullable=False),
        sa.Column("obligation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("raised_at", UTC(), nullable=False),
        sa.Column("read_at", UTC(), nullable=True),
        sa.Column("cancelled_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_alert_obligation_id_obligation")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_alert_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("ref", name=op.f("uq_alert_ref")),
    )
    op.create_index("ix_alert_obligation_id", "alert", ["obligation_id"], unique=False)
    op.create_index("ix_alert_organisation_id", "alert", ["organisation_id", "id"], unique=False)
    op.create_index("ix_alert_subject_ref", "alert", ["subject_ref"], unique=False)
    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("approver_name", sa.String(), nullable=False),
        sa.Column("approver_role", sa.String(), nullable=False),
        sa.Column("delegation_ref", sa.String(), nullable=True),
        sa.Column("approved_at", UTC(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_approval_placement_id_placement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("ref", name=op.f("uq_approval_ref")),
    )
    op.create_index(op.f("ix_approval_placement_id"), "approval", ["placement_id"], unique=False)
    op.create_table(
        "escalation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("obligation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("fell_due_at", UTC(), nullable=False),
        sa.Column("raised_at", UTC(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('raised','reached_nobody','report_prepared')", name=op.f("ck_escalation_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_escalation_obligation_id_obligation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("obligation_id", "cycle", "rung", name=op.f("uq_escalation_obligation_id_cycle_rung")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender_actor", sa.String(), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("event_at", UTC(), nullable=True),
        sa.Column("drafted_at", UTC(), nullable=False),
        sa.Column("registered_at", UTC(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('consultation', 'placement_start', 'placement_change', 'placement_move', 'placement_end', 'home_admission', 'home_discharge', 'supported_admission', 'supported_discharge', 'fostering_arrival', 'fostering_leaving')",
            name=op.f("ck_notice_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('draft','registered','superseded','withdrawn','discarded')", name=op.f("ck_notice_state")
        ),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_notice_placement_id_placement")),
        sa.ForeignKeyConstraint(["sender_id"], ["organisation.id"], name=op.f("fk_notice_sender_id_organisation")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["notice.id"], name=op.f("fk_notice_supersedes_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("ref", name=op.f("uq_notice_ref")),
    )
    op.create_index(op.f("ix_notice_placement_id"), "notice", ["placement_id"], unique=False)
    op.create_index("ix_notice_sender_id", "notice", ["sender_id", "state", "id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("held_for", sa.String(), nullable=True),
        sa.Column("queued_at", UTC(), nullable=False),
        sa.Column("next_attempt_at", UTC(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("leased_until", UTC(), nullable=True),
        sa.Column("accepted_at", UTC(), nullable=True),
        sa.Column("closed_at", UTC(), nullable=True),
        sa.Column("last_code", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued','accepted','delivered','failed','bounced','cancelled','suppressed')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_delivery_alert_id_alert")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_delivery_contact_point_id_contact_point")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("ref", name=op.f("uq_delivery_ref")),
    )
    op.create_index("ix_delivery_alert_id", "delivery", ["alert_id"], unique=False)
    op.create_index("ix_delivery_contact_point_id", "delivery", ["contact_point_id", "id"], unique=False)
    op.create_index(
        "ix_delivery_next_attempt",
        "delivery",
        ["next_attempt_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "match",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("own_placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_at", UTC(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("sealed_undo", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UTC(), nullable=False),
        sa.CheckConstraint(
            "state IN ('linked','doubtful','confirmed','rejected','undone')", name=op.f("ck_match_state")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_match_notice_id_notice")),
        sa.ForeignKeyConstraint(
            ["own_placement_id"], ["placement.id"], name=op.f("fk_match_own_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_match_placement_id_placement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint("ref", name=op.f("uq_match_ref")),
    )
    op.create_index(op.f("ix_match_notice_id"), "match", ["notice_id"], unique=False)
    op.create_index(op.f("ix_match_placement_id"), "match", ["placement_id"], unique=False)
    op.create_index("ix_match_state", "match", ["state", "id"], unique=False)
    op.create_table(
        "notice_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_notice_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_file_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_file")),
        sa.UniqueConstraint("notice_id", "file_id", "part", name=op.f("uq_notice_file_notice_id_file_id_part")),
    )
    op.create_index(op.f("ix_notice_file_file_id"), "notice_file", ["file_id"], unique=False)
    op.create_table(
        "notice_recipient",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("told_at", UTC(), nullable=False),
        sa.Column("reached_at", UTC(), nullable=True),
        sa.Column("redirected_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("redirected_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_recipient_notice_id_notice")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_recipient_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["redirected_to_id"], ["organisation.id"], name=op.f("fk_notice_recipient_redirected_to_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_recipient")),
        sa.UniqueConstraint("notice_id", "organisation_id", name=op.f("uq_notice_recipient_notice_id_organisation_id")),
    )
    op.create_index("ix_notice_recipient_organisation_id", "notice_recipient", ["organisation_id", "id"], unique=False)
    op.create_table(
        "pickup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_alert_ref", sa.String(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", UTC(), nullable=False),
        sa.Column("code_until", UTC(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTC(), nullable=True),
        sa.Column("pass_hash", sa.LargeBinary(), nullable=True),
        sa.Column("pass_until", UTC(), nullable=True),
        sa.Column("answered_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_pickup_alert_id_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup")),
        sa.UniqueConstraint("code_alert_ref", name=op.f("uq_pickup_code_alert_ref")),
        sa.UniqueConstraint("ref", name=op.f("uq_pickup_ref")),
    )
    op.create_index("ix_pickup_alert_id", "pickup", ["alert_id", "id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_attempt_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_delivery_id"), "attempt", ["delivery_id"], unique=False)


_UNCHANGED = ("id", "at", "operation", "event", "actor_kind", "actor_ref", "organisation_id", "subject_ref", "digest")


def _keep_audit_append_only() -> None:
    """Entries are never deleted, and changed once: when they are sealed into a batch. The database itself refuses the rest."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite_guards() if sqlite else _postgresql_guards():
        op.execute(statement)


def _sqlite_guards() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _UNCHANGED)
    return [
        "CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END",
        f"CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry WHEN OLD.batch_id IS NOT NULL OR {changed} "
        "BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END",
    ]


def _postgresql_guards() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _UNCHANGED)
    return [
        "CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'audit entries are never changed or deleted'; END $$",
        "CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()",
        "CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry FOR EACH ROW "
        f"WHEN (OLD.batch_id IS NOT NULL OR {changed}) EXECUTE FUNCTION audit_entry_guard()",
    ]
