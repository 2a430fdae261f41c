"""An organisation that nobody can reach at all: the operator is told, and whoever owes it something, before a clock runs out.

What is owed to it waits for it to be reached, and would wait in silence. Whoever owes it can telephone; the operator can find a
mailbox. Each is told again every week while it lasts: an outage that was told once is soon an outage that everybody knows of and
nobody mends. Where nothing is owed the count on the operator's page is enough: most councils of a new hub have no desk yet.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.core.db import Database
from hub.directory.reachability import Summary, survey_once
from hub.duties.rulebook import Rulebook
from hub.notify import outbox_queries
from hub.notify import unreachable_queries as queries
from hub.notify.messages.kinds import UNREACHABLE
from hub.notify.outbox import Wanted, raise_alerts
from hub.notify.unreachable_queries import Owing

AGAIN_AFTER: Final = timedelta(days=7)


def survey_and_tell_once(database: Database, rules: Rulebook, *, now: datetime) -> Summary:
    """The nightly audit of the directory, and what has to be told of it."""
    summary = survey_once(database, rules, now=now)
    with database.write() as session:
        tell(session, summary.nobody, rules=rules, now=now)
    return summary


def tell(session: Session, organisation_refs: Collection[str], *, rules: Rulebook, now: datetime) -> int:
    """Tell of these organisations, which nobody can reach, to whoever owes them something, and to the operator; how many alerts
    were raised."""
    owing = queries.owing(session, organisation_refs)
    concerned = {each.organisation_ref for each in owing}
    told = queries.told(session, UNREACHABLE, concerned, since=now - AGAIN_AFTER)
    wanted = [*_to_debtors(owing), *_to_operators(owing, outbox_queries.operators(session))]
    fresh = [each for each in wanted if (each.organisation_id, each.subject_ref) not in told]
    return sum(each.contact_points > 0 for each in raise_alerts(session, fresh, rules=rules, now=now))


def _to_debtors(owing: Sequence[Owing]) -> Iterator[Wanted]:
    """One for each that owes, with what is due first: closing that settles the alert."""
    for each in owing:
        said = {"duty_code": each.duty_code, "obligation": each.obligation_ref, "count": each.count}
        yield Wanted(UNREACHABLE, each.owed_by_id, "duty_desk", each.organisation_ref, each.obligation_id, details=said)


def _to_operators(owing: Sequence[Owing], operators: Sequence[int]) -> Iterator[Wanted]:
    """One for each organisation that cannot be reached, with how much waits for it."""
    counts: Counter[str] = Counter()
    for each in owing:
        counts[each.organisation_ref] += each.count
    for operator in operators:
        for ref, count in counts.items():
            yield Wanted(UNREACHABLE, operator, "operator", ref, details={"count": count})
