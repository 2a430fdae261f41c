"""What is owed, as people see it: one obligation with its history, lists with filters, counts for a desk.

Overdue is computed here, against the instant of asking, so that a page is right even when the sweep is late.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import end_of_day, london_date
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.notify import queries
from hub.notify.decisions import OFFICER, officers, written_about
from hub.notify.models import Obligation
from hub.notify.queries import COUNTED_AT_MOST, Horizons, Listing
from hub.notify.withholding import withheld

SOON: Final = timedelta(days=3)
"""Due soon: due within the three days after today."""


def horizons(now: datetime) -> Horizons:
    """What “due” (by the end of today in London) and “due soon” mean at *now*."""
    today = london_date(now)
    return Horizons(now=now, today_ends=end_of_day(today), soon_ends=end_of_day(today + SOON))


def standing(row: Obligation, *, now: datetime) -> str:
    """How it stands, in one word: its state, or of an open one registered_not_reached, paused, overdue or open."""
    if row.state != "open":
        return row.state
    if row.fulfilled_at is not None:
        return "registered_not_reached"
    if row.paused_at is not None:
        return "paused"
    return "overdue" if row.due_at is not None and row.due_at < now else "open"


def obligation(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """One obligation with its steps, if *actor*'s organisation is a party to it. Raises NotFound.

    What people wrote about it is opened only here, and the opening is recorded: give a session that is committed before the
    answer is shown.
    """
    found = queries.shown(session, ref, organisation_id=actor.organisation) if is_ref(ref, "obl") else None
    if found is None:
        raise NotFound("There is no such obligation that you can see.")
    row = found.Obligation
    written = written_about(session, row)
    notes = {name: note for name, note in written.items() if not name.startswith(OFFICER)}
    if notes:
        audit.record(session, actor, Event.OBLIGATION_READ, row.ref, now=now, details={"notes": sorted(notes)})
    [seen] = _seen(session, actor, [found], rules, now)
    return seen | {"steps": queries.escalations_of(session, row.id), "notes": notes}


def briefly(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> list[dict[str, Any]]:
    """One obligation as a list shows it, if *actor*'s organisation is a party to it: nothing that people wrote is opened."""
    found = queries.shown(session, ref, organisation_id=actor.organisation) if is_ref(ref, "obl") else None
    return _seen(session, actor, [found] if found is not None else [], rules, now)


def obligations(
    session: Session, actor: Actor, wanted: Listing, *, after: str | None, at_most: int, rules: Rulebook, now: datetime
) -> list[dict[str, Any]]:
    """The obligations that *actor*'s organisation owes or is owed, as the filters say, soonest due first."""
    rows = queries.listed(
        session, wanted, horizons(now), organisation_id=actor.organisation, after=after, at_most=at_most
    )
    return _seen(session, actor, rows, rules, now)


def worklist(session: Session, actor: Actor, *, subjects: Any = None, now: datetime) -> dict[str, Any]:
    """How many obligations are due soon, due and overdue, owed by and to *actor*'s organisation; counts stop at a thousand.

    *subjects*: as in ``queries.Listing``.
    """
    counts = queries.counted(session, horizons(now), organisation_id=actor.organisation, subjects=subjects)
    return {**counts, "counted_at_most": COUNTED_AT_MOST, "as_of": now}


def _seen(session: Session, actor: Actor, found: Sequence[Any], rules: Rulebook, now: datetime) -> list[dict[str, Any]]:
    """Each as the actor sees it: without whom it is owed to, where the actor may not know (``withholding``)."""
    hidden = withheld(session, actor, [each.Obligation for each in found])
    return [
        _shown(session, each, rules, now)
        | ({"owed_to": _party(None, None, each.Obligation.owed_to_role)} if each.Obligation.id in hidden else {})
        for each in found
    ]


def _shown(session: Session, found: Any, rules: Rulebook, now: datetime) -> dict[str, Any]:
    row: Obligation = found.Obligation
    return {
        **{name: getattr(row, name) for name in _AS_STORED},
        **officers(written_about(session, row), row),
        **_law(row, rules),
        "standing": standing(row, now=now),
        "is_overdue": row.state == "open" and row.due_at is not None and row.due_at < now,
        "owed_by": _party(found.by_ref, found.by_name, row.owed_by_role),
        "owed_to": _party(found.to_ref, found.to_name, row.owed_to_role),
        "next_rung": row.next_rung if row.next_step_at else None,
    }


_AS_STORED: Final = (
    "ref", "duty_code", "law_in_force", "basis", "subject_ref", "because", "event_at", "opened_at", "due_at", "due_on",
    "due_is_policy", "state", "fulfilled_at", "fulfilled_by", "fulfilled_how", "reached_at", "closed_at", "closed_by",
    "close_reason", "heightened", "cycle", "next_step_at", "owner", "paused_at", "pause_reason", "promise_on", "version",
)  # fmt: skip


def _law(row: Obligation, rules: Rulebook) -> Mapping[str, Any]:
    """What the row of law says now: the sentence, the citations, and how sure we are of them."""
    duty = rules.law.duties.get(row.duty_code)
    if duty is None:
        return {"says": row.duty_code, "source": [], "confidence": "unverified"}
    return {"says": duty.says, "source": duty.source, "confidence": duty.confidence}


def _party(ref: str | None, name: str | None, role: str) -> dict[str, Any]:
    return {"ref": ref, "name": name, "role": role}
