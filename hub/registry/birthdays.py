"""Who comes of age soon? The placing authority is asked in time whether the placement ends, moves or carries on (E18).

No date of birth is opened for it and none is written down. The job asks the blind index who was born on any of some ninety days;
and what it then writes is due on the first of a month, so that a row tells in which month a birthday lies and never the day:

- due: the first of the month that lies before the birthday by the days of ``policy/tolerance.toml`` (28: 28 to 58 days before);
- asked: from the first of the month before that one, all of a month's children together.

The question is answered by the notice of the end or of a move, or by whoever records that it was decided. A placement whose end
is announced is not asked about, and nothing is ever closed by a birthday.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import SYSTEM, Actor
from hub.core.clock import end_of_day, london_date, start_of_day
from hub.core.db import Database, keys_of
from hub.core.secrets import KeyRing
from hub.directory.queries import by_ids
from hub.duties.applies import add_months
from hub.duties.reading import LawError
from hub.duties.rulebook import Rulebook
from hub.notify import obligations, restating
from hub.notify.obligations import Opening
from hub.registry import birthday_queries as queries
from hub.registry.names.indexes import date_rows

DUTY: Final = "E18"
OF_AGE: Final = 18
TOLERANCE: Final = "eighteenth_birthday"
BECAUSE: Final = "The child comes of age in the second or third month from now, or sooner."
CORRECTED: Final = "date_of_birth_corrected"
BATCH: Final = 100


def ask_once(database: Database, rules: Rulebook, *, now: datetime, limit: int = BATCH) -> int:
    """Ask about up to *limit* placements; how many they were.

    Every placement is asked about once, however often this runs and in however many processes.
    """
    ahead = days_ahead(rules)
    born = _born(database.keys, birthdays_asked_about(london_date(now), ahead))
    with database.read() as session:
        if not queries.unasked(session, DUTY, born, but=CORRECTED, at_most=1):
            return 0
    with database.write() as session:
        rows = queries.unasked(session, DUTY, born, but=CORRECTED, at_most=limit)
        openings = _openings(session, rows, born, rules=rules, ahead=ahead)
        obligations.open_obligations(session, SYSTEM, openings, rules=rules, now=now)
    return len(rows)


def strike_out_once(database: Database, rules: Rulebook, *, now: datetime) -> int:
    """Strike out what was asked on a date of birth that has been corrected since; how many. They are asked anew in time."""
    ahead = days_ahead(rules)
    with database.read() as session:
        found = _unsupported(session, ahead)
    if not found:
        return 0
    with database.write() as session:
        rows = queries.still_open(session, _unsupported(session, ahead))
        return len(restating.strike_out(session, SYSTEM, rows, reason=CORRECTED, now=now))


def answered(
    session: Session, actor: Actor, placement_ref: str, *, by_ref: str, at: datetime, rules: Rulebook, now: datetime
) -> None:
    """The placing authority has told the end: what was asked is answered by that notice."""
    obligations.fulfil(
        session,
        actor,
        subject_ref=placement_ref,
        duty_codes=[DUTY],
        by_ref=by_ref,
        at=at,
        reached_at=at,
        rules=rules,
        now=now,
    )


# --- which days -------------------------------------------------------------------------------------------------------


def days_ahead(rules: Rulebook) -> int:
    """How many days before a birthday its question is due at the latest. Raises LawError where they are not days before it."""
    length = rules.policy.tolerance(TOLERANCE)
    if length.unit != "calendar_days" or length.number > 0:
        raise LawError(
            f"tolerance.toml, row {TOLERANCE}: give calendar days before the birthday, as a negative number."
        )
    return -length.number


def due_on(birthday: date, ahead: int) -> date:
    """The first of the month in which the day *ahead* days before *birthday* lies: the same for a month of birthdays."""
    return (birthday - timedelta(days=ahead)).replace(day=1)


def birthdays_asked_about(today: date, ahead: int) -> list[date]:
    """The eighteenth birthdays about which it is time to ask, the same all through a month: from its first day to the last
    whose question is due by the first of the next. Those due before are among them, for placements that came to be known late."""
    first = today.replace(day=1)
    after = add_months(first, 2) + timedelta(days=ahead)
    return [first + timedelta(days=number) for number in range((after - first).days)]


def births(birthday: date) -> Iterator[date]:
    """The days of birth of those who come of age on *birthday*; who was born on 29 February does on 1 March, or on the 29th."""
    year = birthday.year - OF_AGE
    is_leap = (date(year, 3, 1) - timedelta(days=1)).day == 29
    if (birthday.month, birthday.day) != (2, 29) or is_leap:
        yield birthday.replace(year=year)
    if (birthday.month, birthday.day) == (3, 1) and is_leap:
        comes_on_the_29th = (birthday - timedelta(days=1)).day == 29
        yield from () if comes_on_the_29th else (date(year, 2, 29),)


def _born(keys: KeyRing, birthdays: Sequence[date]) -> dict[bytes, date]:
    """Blind value of a day of birth → the birthday it leads to."""
    return {value: each for each in birthdays for _, value in date_rows(keys, births(each))}


# --- what is opened, and what no longer holds -------------------------------------------------------------------------


def _openings(
    session: Session, rows: Sequence[queries.Unasked], born: Mapping[bytes, date], *, rules: Rulebook, ahead: int
) -> list[Opening]:
    councils = by_ids(session, {row.placing_authority_id for row in rows})
    return [
        _opening(row, councils[row.placing_authority_id], due_on(born[bytes(row.value)], ahead), rules) for row in rows
    ]


def _opening(row: queries.Unasked, council: Any, due: date, rules: Rulebook) -> Opening:
    """The hub asks; the answer is the council's to give, so it stands on the council's list and its ladder is the council's."""
    duty = rules.law.duty(DUTY)
    return Opening(
        duty_code=DUTY,
        law_in_force=str(duty.in_force_from),
        basis=duty.basis,
        subject_ref=row.ref,
        owed_by_id=council.id,
        owed_by_role="placing_authority",
        owed_to_id=council.id,
        owed_to_role="placing_authority",
        because=BECAUSE,
        event_at=start_of_day(add_months(due, -1)),
        due_at=end_of_day(due),
        due_on=due,
        due_is_policy=True,
    )


def _unsupported(session: Session, ahead: int) -> list[int]:
    """Open questions about children who, by the date of birth that is known now, have no such birthday in that month."""
    keys = keys_of(session)
    found: list[int] = []
    for due in queries.due_days(session, DUTY):
        after = add_months(due, 1)
        month = [due + timedelta(days=ahead + number) for number in range((after - due).days)]
        found += queries.unsupported(session, DUTY, due, list(_born(keys, month)))
    return found
