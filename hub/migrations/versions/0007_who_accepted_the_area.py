"""Who accepted an area, and when; and queues that PostgreSQL cleans soon after many rows have moved on."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UTC

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("placement", sa.Column("area_accepted_by", sa.String(), nullable=True))
    op.add_column("placement", sa.Column("area_accepted_at", UTC(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        # Whoever asks what is due passes all that was due since the last vacuum: by default that waits for a fifth of the table.
        for queue in ("obligation", "delivery"):
            op.execute(f"ALTER TABLE {queue} SET (autovacuum_vacuum_scale_factor = 0.02)")
