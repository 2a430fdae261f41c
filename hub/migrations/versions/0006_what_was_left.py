"""What was left of the first five."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UTC

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "address_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UTC(), nullable=False),
        sa.Column("expires_at", UTC(), nullable=False),
        sa.Column("confirmed_at", UTC(), nullable=True),
        sa.Column("withdrawn_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_change_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("ref", name=op.f("uq_address_change_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_address_change_token_hash")),
    )
    op.create_index(op.f("ix_address_change_person_id"), "address_change", ["person_id"], unique=False)
    op.create_table(
        "episode_description",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_ref", sa.String(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["missing_episode.id"], name=op.f("fk_episode_description_episode_id_missing_episode")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_episode_description_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_description")),
        sa.UniqueConstraint("ref", name=op.f("uq_episode_description_ref")),
    )
    op.create_index(op.f("ix_episode_description_episode_id"), "episode_description", ["episode_id"], unique=False)
    op.drop_column("child", "names_spread")
    op.add_column("interview_ask", sa.Column("goes_on_at", UTC(), nullable=True))
    op.create_index(
        "ix_interview_news_unanswered",
        "interview_news",
        ["id"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index(
        "ix_interview_request_under_way",
        "interview_request",
        ["child_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('requested', 'unplaced', 'commissioned', 'scheduled')"),
        postgresql_where=sa.text("state IN ('requested', 'unplaced', 'commissioned', 'scheduled')"),
    )
