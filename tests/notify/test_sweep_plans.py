"""How each database finds what is due: by the index of the next steps, and by reading nothing that waits."""

from sqlalchemy import text

from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify import sweep_queries
from tests.notify.owing import NOW, Owing, notice_owed, opened, plans_of


def test_what_is_due_is_found_by_one_index_and_nothing_else(database: Database) -> None:
    with database.write() as session:
        plans = plans_of(
            session,
            lambda: (
                sweep_queries.is_any_due(session, now=NOW),
                sweep_queries.claim(session, now=NOW, at_most=100),
            ),
        )
    assert len(plans) == 2
    assert all("ix_obligation_next_step" in plan and "SORT" not in plan.upper() for plan in plans)


def test_an_empty_sweep_does_not_read_through_what_waits(database: Database, owing: Owing, rules: Rulebook) -> None:
    """As PostgreSQL's statistics have it, a third of the open obligations are due, and the first row it reads might be one."""
    opened(database, rules, *(notice_owed(owing) for _ in range(300)))
    with database.write() as session:
        session.execute(text("ANALYZE obligation"))
        [plan] = plans_of(session, lambda: sweep_queries.is_any_due(session, now=NOW), without=())
    assert "ix_obligation_next_step" in plan
