"""Alembic's entry: runs on the connection that ``hub.migrations.upgrade`` hands over."""

from alembic import context
from sqlalchemy import text

from hub.tables import ALL

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    # Two processes that start together must not both migrate.
    connection.execute(text("SELECT pg_advisory_xact_lock(727266)"))
context.configure(
    connection=connection,
    target_metadata=ALL[0].metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
