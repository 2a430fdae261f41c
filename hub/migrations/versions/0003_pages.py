"""What the pages keep: forms held over a sign-in, questions, spreadsheets, teams."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UTC

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("closed_at", UTC(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_team_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("ref", name=op.f("uq_team_ref")),
    )
    op.create_index(op.f("ix_team_organisation_id"), "team", ["organisation_id"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", UTC(), nullable=False),
        sa.Column("registrar_kind", sa.String(), nullable=True),
        sa.Column("registrar", sa.String(), nullable=True),
        sa.Column("began_at", UTC(), nullable=True),
        sa.Column("finished_at", UTC(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('checked', 'registering', 'paused', 'stopped', 'done', 'discarded', 'erased')",
            name=op.f("ck_upload_state"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_upload_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("ref", name=op.f("uq_upload_ref")),
    )
    op.create_index("ix_upload_organisation_id", "upload", ["organisation_id", "id"], unique=False)
    op.create_index("ix_upload_state", "upload", ["state", "id"], unique=False)
    op.create_table(
        "upload_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("notice_ref", sa.String(), nullable=True),
        sa.Column("registered_at", UTC(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('faulty', 'ready', 'registered', 'refused', 'left_out')", name=op.f("ck_upload_row_state")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_row_upload_id_upload")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_row")),
        sa.UniqueConstraint("ref", name=op.f("uq_upload_row_ref")),
        sa.UniqueConstraint("upload_id", "number", name=op.f("uq_upload_row_upload_id_number")),
    )
    op.create_index("ix_upload_row_state", "upload_row", ["upload_id", "state", "number"], unique=False)
    op.create_table(
        "approval_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UTC(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", UTC(), nullable=True),
        sa.Column("approval_ref", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','approved','sent_back','withdrawn')", name=op.f("ck_approval_request_state")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_approval_request_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_approval_request_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
        sa.UniqueConstraint("ref", name=op.f("uq_approval_request_ref")),
    )
    op.create_index(
        "ix_approval_request_organisation_id", "approval_request", ["organisation_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_approval_request_placement_id"), "approval_request", ["placement_id"], unique=False)
    op.create_index(
        "uq_approval_request_waiting",
        "approval_request",
        ["placement_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("worker_ref", sa.String(), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("since", UTC(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_assignment_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_assignment_placement_id_placement")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_assignment_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("placement_id", "organisation_id", name=op.f("uq_assignment_placement_id_organisation_id")),
    )
    op.create_index("ix_assignment_team_id", "assignment", ["team_id", "organisation_id"], unique=False)
    op.create_index("ix_assignment_worker_ref", "assignment", ["worker_ref", "organisation_id"], unique=False)
    op.create_table(
        "held_form",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("person_ref", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("held_at", UTC(), nullable=False),
        sa.Column("expires_at", UTC(), nullable=False),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name=op.f("fk_held_form_person_ref_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_form")),
        sa.UniqueConstraint("ref", name=op.f("uq_held_form_ref")),
    )
    op.create_index(op.f("ix_held_form_expires_at"), "held_form", ["expires_at"], unique=False)
    op.create_index(op.f("ix_held_form_person_ref"), "held_form", ["person_ref"], unique=False)
    op.create_table(
        "team_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_ref", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name=op.f("fk_team_member_person_ref_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
        sa.UniqueConstraint("team_id", "person_ref", name=op.f("uq_team_member_team_id_person_ref")),
    )
    op.create_index(op.f("ix_team_member_person_ref"), "team_member", ["person_ref"], unique=False)
    op.create_table(
        "host_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("done_at", UTC(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("taken_back_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_host_step_notice_id_notice")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_host_step_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_host_step_placement_id_placement")),
        sa.ForeignKeyConstraint(["to_id"], ["organisation.id"], name=op.f("fk_host_step_to_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_step")),
        sa.UniqueConstraint("ref", name=op.f("uq_host_step_ref")),
    )
    op.create_index("ix_host_step_placement_id", "host_step", ["placement_id", "organisation_id", "id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", UTC(), nullable=False),
        sa.Column("turned_at", UTC(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('question','dispute')", name=op.f("ck_question_kind")),
        sa.CheckConstraint("state IN ('open','answered','closed')", name=op.f("ck_question_state")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["organisation.id"], name=op.f("fk_question_asked_by_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["asked_of_id"], ["organisation.id"], name=op.f("fk_question_asked_of_id_organisation")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_question_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("ref", name=op.f("uq_question_ref")),
    )
    op.create_index("ix_question_asked_by_id", "question", ["asked_by_id", "state", "id"], unique=False)
    op.create_index("ix_question_asked_of_id", "question", ["asked_of_id", "state", "id"], unique=False)
    op.create_index(op.f("ix_question_notice_id"), "question", ["notice_id"], unique=False)
    op.create_table(
        "question_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("act IN ('asked','answered','asked_again','closed')", name=op.f("ck_question_entry_act")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_question_entry_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_entry_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_entry")),
        sa.UniqueConstraint("ref", name=op.f("uq_question_entry_ref")),
    )
    op.create_index(op.f("ix_question_entry_question_id"), "question_entry", ["question_id"], unique=False)
    op.add_column("api_key", sa.Column("used_at", UTC(), nullable=True))
    op.create_index(
        "ix_delivery_given_up",
        "delivery",
        ["closed_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('failed','bounced','suppressed')"),
        postgresql_where=sa.text("state IN ('failed','bounced','suppressed')"),
    )
    op.add_column("proposal", sa.Column("sealed", sa.LargeBinary(), nullable=True))
