"""What the broker of return home interviews needs: providers, requests, interviews, reports, money."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UTC

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interview_agreement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", UTC(), nullable=False),
        sa.Column("answered_at", UTC(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended_at", UTC(), nullable=True),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('host_pays','reciprocal','placing_pays')", name=op.f("ck_interview_agreement_kind")
        ),
        sa.CheckConstraint(
            "state IN ('proposed','agreed','refused','ended')", name=op.f("ck_interview_agreement_state")
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisation.id"], name=op.f("fk_interview_agreement_host_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["placing_id"], ["organisation.id"], name=op.f("fk_interview_agreement_placing_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["organisation.id"], name=op.f("fk_interview_agreement_proposed_by_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_agreement")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_agreement_ref")),
    )
    op.create_index(op.f("ix_interview_agreement_host_id"), "interview_agreement", ["host_id"], unique=False)
    op.create_index(op.f("ix_interview_agreement_placing_id"), "interview_agreement", ["placing_id"], unique=False)
    op.create_table(
        "interview_provider",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("says_run_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("covers_everywhere", sa.Boolean(), nullable=False),
        sa.Column("is_taking", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("capacity_at", UTC(), nullable=False),
        sa.Column("is_independent", sa.Boolean(), nullable=False),
        sa.Column("independence", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("genders", sa.JSON(), nullable=False),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column("ages", sa.JSON(), nullable=False),
        sa.Column("opening_hours", sa.JSON(), nullable=True),
        sa.Column("changed_at", UTC(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_interview_provider_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["run_by_id"], ["organisation.id"], name=op.f("fk_interview_provider_run_by_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["says_run_by_id"], ["organisation.id"], name=op.f("fk_interview_provider_says_run_by_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_provider")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_interview_provider_organisation_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_provider_ref")),
    )
    op.create_index(op.f("ix_interview_provider_run_by_id"), "interview_provider", ["run_by_id"], unique=False)
    op.create_index(
        op.f("ix_interview_provider_says_run_by_id"), "interview_provider", ["says_run_by_id"], unique=False
    )
    op.create_table(
        "interview_coverage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gss_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["interview_provider.id"],
            name=op.f("fk_interview_coverage_provider_id_interview_provider"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_coverage")),
        sa.UniqueConstraint("provider_id", "gss_code", name=op.f("uq_interview_coverage_provider_id_gss_code")),
    )
    op.create_index("ix_interview_coverage_gss_code", "interview_coverage", ["gss_code"], unique=False)
    op.create_table(
        "rate_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("price_pence", sa.Integer(), nullable=False),
        sa.Column("least_minutes", sa.Integer(), nullable=False),
        sa.Column("travel_pence_per_mile", sa.Integer(), nullable=False),
        sa.Column("out_of_hours_percent", sa.Integer(), nullable=False),
        sa.Column("abortive_percent", sa.Integer(), nullable=False),
        sa.Column("free_cancel_hours", sa.Integer(), nullable=False),
        sa.Column("late_cancel_percent", sa.Integer(), nullable=False),
        sa.Column("vat_percent", sa.Integer(), nullable=False),
        sa.Column("report_working_days", sa.Integer(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("quote_hours", sa.Integer(), nullable=False),
        sa.Column("published_at", UTC(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.CheckConstraint("basis IN ('fixed','hourly')", name=op.f("ck_rate_card_basis")),
        sa.CheckConstraint("price_pence >= 0", name=op.f("ck_rate_card_price")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["interview_provider.id"], name=op.f("fk_rate_card_provider_id_interview_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_card")),
        sa.UniqueConstraint("provider_id", "version", name=op.f("uq_rate_card_provider_id_version")),
        sa.UniqueConstraint("ref", name=op.f("uq_rate_card_ref")),
    )
    op.create_table(
        "interview_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placing_authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host_authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_gss", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("returned_at", UTC(), nullable=False),
        sa.Column("latest_at", UTC(), nullable=False),
        sa.Column("award", sa.String(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("price_cap_pence", sa.Integer(), nullable=True),
        sa.Column("purchase_order", sa.String(), nullable=True),
        sa.Column("purchase_order_pence", sa.Integer(), nullable=True),
        sa.Column("payer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("next_step_at", UTC(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTC(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("ended_at", UTC(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("award IN ('first_acceptable','by_hand')", name=op.f("ck_interview_request_award")),
        sa.CheckConstraint(
            "state IN ('requested', 'unplaced', 'commissioned', 'scheduled', 'completed', 'declined_by_child', 'reported', 'cancelled')",
            name=op.f("ck_interview_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["interview_agreement.id"],
            name=op.f("fk_interview_request_agreement_id_interview_agreement"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_interview_request_child_id_child")),
        sa.ForeignKeyConstraint(
            ["host_authority_id"], ["organisation.id"], name=op.f("fk_interview_request_host_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["payer_id"], ["organisation.id"], name=op.f("fk_interview_request_payer_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_interview_request_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["placing_authority_id"],
            ["organisation.id"],
            name=op.f("fk_interview_request_placing_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_request")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_request_ref")),
    )
    op.create_index(op.f("ix_interview_request_child_id"), "interview_request", ["child_id"], unique=False)
    op.create_index(
        "ix_interview_request_host_authority_id",
        "interview_request",
        ["host_authority_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        "ix_interview_request_next_step_at",
        "interview_request",
        ["next_step_at"],
        unique=False,
        sqlite_where=sa.text("next_step_at IS NOT NULL"),
        postgresql_where=sa.text("next_step_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_interview_request_placement_id"), "interview_request", ["placement_id"], unique=False)
    op.create_index(
        "ix_interview_request_placing_authority_id",
        "interview_request",
        ["placing_authority_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        "ix_interview_request_waiting",
        "interview_request",
        ["id"],
        unique=False,
        sqlite_where=sa.text(
            "next_step_at IS NULL AND state IN ('requested', 'unplaced', 'commissioned', 'scheduled')"
        ),
        postgresql_where=sa.text(
            "next_step_at IS NULL AND state IN ('requested', 'unplaced', 'commissioned', 'scheduled')"
        ),
    )
    op.create_table(
        "interview_ask",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("asked_at", UTC(), nullable=False),
        sa.Column("reply_by", UTC(), nullable=False),
        sa.Column("answered_at", UTC(), nullable=True),
        sa.Column("decline_code", sa.String(), nullable=True),
        sa.Column("referred_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rate_card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quoted_pence", sa.Integer(), nullable=True),
        sa.Column("earliest_at", UTC(), nullable=True),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("expires_at", UTC(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'lapsed', 'offered', 'declined', 'referred', 'won', 'not_needed')",
            name=op.f("ck_interview_ask_state"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_interview_ask_provider_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["rate_card_id"], ["rate_card.id"], name=op.f("fk_interview_ask_rate_card_id_rate_card")
        ),
        sa.ForeignKeyConstraint(
            ["referred_to_id"], ["organisation.id"], name=op.f("fk_interview_ask_referred_to_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["interview_request.id"], name=op.f("fk_interview_ask_request_id_interview_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_ask")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_ask_ref")),
        sa.UniqueConstraint("request_id", "provider_id", name=op.f("uq_interview_ask_request_id_provider_id")),
    )
    op.create_index("ix_interview_ask_provider_id", "interview_ask", ["provider_id", "state", "id"], unique=False)
    op.create_table(
        "interview_child_offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("offered_at", UTC(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("carer_offered_at", UTC(), nullable=True),
        sa.Column("taken_back_at", UTC(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "said IN ('accepted','declined','no_response','not_possible')", name=op.f("ck_interview_child_offer_said")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_interview_child_offer_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["interview_request.id"], name=op.f("fk_interview_child_offer_request_id_interview_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_child_offer")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_child_offer_ref")),
    )
    op.create_index(op.f("ix_interview_child_offer_request_id"), "interview_child_offer", ["request_id"], unique=False)
    op.create_table(
        "interview_episode",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("returned_at", UTC(), nullable=False),
        sa.Column("latest_at", UTC(), nullable=False),
        sa.Column("added_at", UTC(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_interview_episode_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["interview_request.id"], name=op.f("fk_interview_episode_request_id_interview_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_episode")),
        sa.UniqueConstraint("request_id", "episode_id", name=op.f("uq_interview_episode_request_id_episode_id")),
    )
    op.create_index(op.f("ix_interview_episode_episode_id"), "interview_episode", ["episode_id"], unique=False)
    op.create_table(
        "interview_news",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noticed_at", UTC(), nullable=False),
        sa.Column("noticed_by", sa.String(), nullable=False),
        sa.Column("answered_at", UTC(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('missing_again', 'moved')", name=op.f("ck_interview_news_kind")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_interview_news_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_interview_news_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["interview_request.id"], name=op.f("fk_interview_news_request_id_interview_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_news")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_news_ref")),
        sa.UniqueConstraint("request_id", "episode_id", name=op.f("uq_interview_news_request_id_episode_id")),
        sa.UniqueConstraint("request_id", "placement_id", name=op.f("uq_interview_news_request_id_placement_id")),
    )
    op.create_table(
        "interview_commission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("performer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("performer", sa.String(), nullable=False),
        sa.Column("is_independent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=True),
        sa.Column("agreed_pence", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_order", sa.String(), nullable=True),
        sa.Column("commissioned_at", UTC(), nullable=False),
        sa.Column("commissioned_by", sa.String(), nullable=False),
        sa.Column("respond_by", UTC(), nullable=False),
        sa.Column("ended_at", UTC(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "performer IN ('provider','own_interviewer','social_worker')",
            name=op.f("ck_interview_commission_performer"),
        ),
        sa.CheckConstraint("state IN ('standing', 'fulfilled', 'ended')", name=op.f("ck_interview_commission_state")),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["interview_ask.id"], name=op.f("fk_interview_commission_ask_id_interview_ask")
        ),
        sa.ForeignKeyConstraint(
            ["payer_id"], ["organisation.id"], name=op.f("fk_interview_commission_payer_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["organisation.id"], name=op.f("fk_interview_commission_performer_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["interview_request.id"], name=op.f("fk_interview_commission_request_id_interview_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_commission")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_commission_ref")),
    )
    op.create_index(
        op.f("ix_interview_commission_performer_id"), "interview_commission", ["performer_id"], unique=False
    )
    op.create_index(
        "ix_interview_commission_purchase_order",
        "interview_commission",
        ["payer_id", "purchase_order"],
        unique=False,
        sqlite_where=sa.text("purchase_order IS NOT NULL"),
        postgresql_where=sa.text("purchase_order IS NOT NULL"),
    )
    op.create_index(
        "uq_interview_commission_request_id",
        "interview_commission",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("state = 'standing'"),
        postgresql_where=sa.text("state = 'standing'"),
    )
    op.create_table(
        "interview_appointment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("commission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_at", UTC(), nullable=False),
        sa.Column("ends_at", UTC(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("booked_at", UTC(), nullable=False),
        sa.Column("booked_by", sa.String(), nullable=False),
        sa.Column("held_at", UTC(), nullable=True),
        sa.Column("held_until", UTC(), nullable=True),
        sa.Column("cancelled_at", UTC(), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("late_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('booked', 'held', 'missed', 'cancelled', 'taken_back')",
            name=op.f("ck_interview_appointment_state"),
        ),
        sa.ForeignKeyConstraint(
            ["commission_id"],
            ["interview_commission.id"],
            name=op.f("fk_interview_appointment_commission_id_interview_commission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_appointment")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_appointment_ref")),
    )
    op.create_index(
        op.f("ix_interview_appointment_commission_id"), "interview_appointment", ["commission_id"], unique=False
    )
    op.create_index("ix_interview_appointment_starts_at", "interview_appointment", ["starts_at"], unique=False)
    op.create_table(
        "interview_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begun_at", UTC(), nullable=False),
        sa.Column("submitted_at", UTC(), nullable=True),
        sa.Column("submitted_by", sa.String(), nullable=True),
        sa.Column("acknowledged_at", UTC(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'superseded')", name=op.f("ck_interview_report_state")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["organisation.id"], name=op.f("fk_interview_report_author_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["commission_id"],
            ["interview_commission.id"],
            name=op.f("fk_interview_report_commission_id_interview_commission"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["interview_request.id"], name=op.f("fk_interview_report_request_id_interview_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_report")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_report_ref")),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_interview_report_request_id_number")),
    )
    op.create_index(op.f("ix_interview_report_request_id"), "interview_report", ["request_id"], unique=False)
    op.create_table(
        "purchase_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("commission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("event_ref", sa.String(), nullable=False),
        sa.Column("net_pence", sa.Integer(), nullable=False),
        sa.Column("vat_pence", sa.Integer(), nullable=False),
        sa.Column("occurred_at", UTC(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("entered_at", UTC(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('interview', 'out_of_hours', 'travel', 'abortive', 'cancellation', 'adjustment')",
            name=op.f("ck_purchase_entry_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["organisation.id"], name=op.f("fk_purchase_entry_buyer_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["commission_id"],
            ["interview_commission.id"],
            name=op.f("fk_purchase_entry_commission_id_interview_commission"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["purchase_entry.id"], name=op.f("fk_purchase_entry_corrects_id_purchase_entry")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["organisation.id"], name=op.f("fk_purchase_entry_seller_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_entry")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_purchase_entry_corrects_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_purchase_entry_ref")),
    )
    op.create_index(op.f("ix_purchase_entry_commission_id"), "purchase_entry", ["commission_id"], unique=False)
    op.create_index("ix_purchase_entry_pair", "purchase_entry", ["buyer_id", "seller_id", "month"], unique=False)
    op.create_index("ix_purchase_entry_seller_id", "purchase_entry", ["seller_id", "month"], unique=False)
    op.create_index(
        "uq_purchase_entry_event_ref",
        "purchase_entry",
        ["event_ref", "kind"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NULL"),
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.create_table(
        "interview_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("commission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("appointment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("miles", sa.Integer(), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("taken_back_at", UTC(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('held', 'child_declined', 'not_there', 'missing_again', 'moved', 'no_contact', 'unsafe', 'rearranged')",
            name=op.f("ck_interview_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["interview_appointment.id"],
            name=op.f("fk_interview_attempt_appointment_id_interview_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["commission_id"],
            ["interview_commission.id"],
            name=op.f("fk_interview_attempt_commission_id_interview_commission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_attempt")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_attempt_ref")),
    )
    op.create_index(op.f("ix_interview_attempt_commission_id"), "interview_attempt", ["commission_id"], unique=False)
    op.create_table(
        "interview_recommendation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("passed_on_at", UTC(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answered_at", UTC(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'done')", name=op.f("ck_interview_recommendation_state")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["interview_report.id"], name=op.f("fk_interview_recommendation_report_id_interview_report")
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["organisation.id"], name=op.f("fk_interview_recommendation_to_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_recommendation")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_recommendation_ref")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_interview_recommendation_report_id_number")),
    )
    op.create_index(
        op.f("ix_interview_recommendation_report_id"), "interview_recommendation", ["report_id"], unique=False
    )
    op.create_index(op.f("ix_interview_recommendation_to_id"), "interview_recommendation", ["to_id"], unique=False)
    op.create_table(
        "interview_referral",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", UTC(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answered_at", UTC(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'answered')", name=op.f("ck_interview_referral_state")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["interview_report.id"], name=op.f("fk_interview_referral_report_id_interview_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_referral")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_referral_ref")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_interview_referral_report_id_number")),
    )
    op.create_index(op.f("ix_interview_referral_report_id"), "interview_referral", ["report_id"], unique=False)
    op.create_table(
        "interview_share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wishes", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("redacted", sa.JSON(), nullable=False),
        sa.Column("given_at", UTC(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("acknowledged_at", UTC(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("asked_at", UTC(), nullable=True),
        sa.Column("answered_at", UTC(), nullable=True),
        sa.Column("recalled_at", UTC(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('given', 'acknowledged', 'recalled')", name=op.f("ck_interview_share_state")),
        sa.CheckConstraint("view IN ('full','summary','intelligence')", name=op.f("ck_interview_share_view")),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["organisation.id"], name=op.f("fk_interview_share_recipient_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["interview_report.id"], name=op.f("fk_interview_share_report_id_interview_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_share")),
        sa.UniqueConstraint("ref", name=op.f("uq_interview_share_ref")),
    )
    op.create_index(op.f("ix_interview_share_recipient_id"), "interview_share", ["recipient_id"], unique=False)
    op.create_index(
        "ix_interview_share_recipient_state", "interview_share", ["recipient_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_interview_share_report_id"), "interview_share", ["report_id"], unique=False)
