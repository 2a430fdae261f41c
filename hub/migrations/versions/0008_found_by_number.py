"""What belongs to a batch of the audit, corrects a notice, or was combined with a placement, found without reading every row."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("audit_entry", "batch_id"), ("notice", "supersedes_id")):
        said = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=said, postgresql_where=said)
    op.create_index("ix_match_own_placement_id", "match", ["own_placement_id"])
