"""What a person decides about one obligation: that it was done elsewhere, is excused or void, is paused, or is owed again.

Each takes who decided (``by``, a named officer), a reason, which is a code, and the instant. The officer's name is sealed, and
so is what they write besides, because it may be about a child; the columns keep who acted. An obligation of others is not found.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import end_of_day, london_date
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.sentences import worded
from hub.duties.rulebook import Rulebook
from hub.notify import outbox, queries, settling
from hub.notify.models import Obligation
from hub.notify.opening import resumed
from hub.notify.settling import UNPAUSED, close, must_change, record_each, settle

PAUSE_REASONS: Final = ("awaiting_information", "agreed_with_recipient", "court_decision_awaited", "other")
EXCUSE_REASONS: Final = ("not_reasonably_practicable", "withheld_to_protect_the_child")
VOID_REASONS: Final = ("not_owed", "wrong_organisation", "registered_in_error")
REOPEN_REASONS: Final = ("not_received", "incomplete", "excuse_not_accepted", "closed_in_error")
METHODS: Final = ("letter", "secure_email", "telephone", "meeting", "other_system", "in_person")


def done_elsewhere(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    method: str,
    done_at: datetime,
    by: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Whoever owes it did it outside the hub, by *method*, at *done_at* (which decides whether it was in time).

    Refused for what the hub itself sends: a notice counts from its registration here (ADR 0005), not from what is said of it.
    """
    row = _open_row(session, actor, ref, owed_by=True)
    if done_at > now:
        raise Invalid("This cannot have been done yet.", fields={"done_at": ["Give a date and time in the past."]})
    if hub_sends(row, rules):
        raise StateConflict(HUB_SENDS)
    if by:
        named = _named(session, actor, row, "fulfilled_by", by)
        must_change(queries.change(session, [queries.among([row.id])], named), [row.id])
    settle(session, actor, [row], by_ref=actor.ref, at=done_at, reached_at=done_at, how=method, rules=rules, now=now)


HUB_SENDS: Final = worded(
    "This one is done in the hub itself: register, send or answer it here, and it counts from that instant."
)
NO_EXCUSE: Final = worded("Nothing excuses this duty. Do it, late if it must be, and it is recorded as late.")


def hub_sends(row: Obligation, rules: Rulebook) -> bool:
    """Whether the duty is done by a notice that the hub itself takes to another organisation."""
    duty = rules.law.duties.get(row.duty_code)
    goes_to_another = row.owed_to_id is not None and row.owed_to_id != row.owed_by_id
    return duty is not None and duty.hub_sends and goes_to_another


def excuse(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    reason: str,
    by: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> None:
    """*by*, a manager of the placing authority, records why a duty that the law lets be excused was not done."""
    row = _open_row(session, actor, ref, owed_by=True)
    if not is_excusable(row, rules):
        raise StateConflict(NO_EXCUSE)
    _decide(session, actor, "excuse", Event.OBLIGATION_EXCUSED, row, reason=reason, by=by, note=note, now=now)


def is_excusable(row: Obligation, rules: Rulebook) -> bool:
    """Whether the law lets this duty be excused: of a placing authority alone."""
    duty = rules.law.duties.get(row.duty_code)
    return duty is not None and bool(duty.excusable) and row.owed_by_role == "placing_authority"


def void(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    reason: str,
    by: str,
    note: str | None = None,
    now: datetime,
) -> None:
    """*by* says that it was never owed. Whoever owes it cannot: only whom it is owed to, or the operator."""
    row = _open_row(session, actor, ref, owed_by=False)
    _decide(session, actor, "void", Event.OBLIGATION_VOIDED, row, reason=reason, by=by, note=note, now=now)


def _decide(
    session: Session,
    actor: Actor,
    action: str,
    event: Event,
    row: Obligation,
    *,
    reason: str,
    by: str,
    note: str | None,
    now: datetime,
) -> None:
    written = {"close_reason": reason, **_named(session, actor, row, "closed_by", by, close=note)}
    close(session, action, [row], written, by=actor.ref, now=now)
    record_each(session, actor, event, [row], now=now, details={"reason": reason})


def void_for(
    session: Session,
    actor: Actor,
    *,
    subject_ref: str,
    duty_codes: Collection[str] | None,
    reason: str,
    now: datetime,
) -> list[str]:
    """What set these off never was (a placement registered in error): void what is still open about it; return the references."""
    rows = queries.locked(session, queries.IS_OPEN, *queries.about(subject_ref, duty_codes))
    close(session, "void", rows, {"close_reason": reason}, by=actor.ref, now=now)
    record_each(session, actor, Event.OBLIGATION_VOIDED, rows, now=now, details={"reason": reason})
    return [row.ref for row in rows]


def pause(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    reason: str,
    by: str,
    note: str | None = None,
    now: datetime,
) -> None:
    """Stop the ladder: from now on it is in the hands of *by*, a named officer, until somebody resumes it."""
    row = _open_row(session, actor, ref, owed_by=True)
    if row.paused_at is not None:
        raise StateConflict("This is paused already. Resume it first, to pause it in another name.")
    held = {"owner": actor.ref, "paused_at": now, "pause_reason": reason, "next_step_at": None}
    held |= _named(session, actor, row, "owner", by, pause=note)
    must_change(queries.change(session, [queries.among([row.id])], held), [row.id])
    outbox.cancel_alerts(session, now=now, obligation_ids=[row.id])
    record_each(session, actor, Event.OBLIGATION_PAUSED, [row], now=now, details={"reason": reason})


def resume(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> None:
    """Set the ladder going again from where it stood; what the pause put off is put off by as much."""
    row = _open_row(session, actor, ref, owed_by=True)
    if row.paused_at is None:
        raise StateConflict("This is not paused.")
    going = {**UNPAUSED, **resumed(session, row, rules=rules, now=now)}
    must_change(queries.change(session, [queries.among([row.id])], going), [row.id])
    record_each(session, actor, Event.OBLIGATION_RESUMED, [row], now=now)


def reopen(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    reason: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> None:
    """It is owed again, whatever closed it: said by the organisation it is owed to, or the operator."""
    rows = queries.locked(session, *_party(actor, ref, owed_by=False))
    if not rows:
        raise NotFound(_NOT_FOUND)
    if rows[0].state == "open":
        raise StateConflict("This is open already.")
    reopen_row(session, actor, rows[0], reason=reason, note=note, rules=rules, now=now)


def reopen_row(
    session: Session,
    actor: Actor,
    row: Obligation,
    *,
    reason: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Put one locked obligation back to open and unfulfilled; its ladder goes on from where it stood, and late stays late."""
    session.expunge(row)  # what follows reads the row as it will be
    was_late = row.was_late or row.state == "met_late"
    row.fulfilled_at = None
    back: dict[str, Any] = {
        **dict.fromkeys(("fulfilled_at", "fulfilled_by", "fulfilled_how", "reached_at")),
        **resumed(session, row, rules=rules, now=now),
        **_sealed(session, row, reopen=note),
        "was_late": was_late,
    }
    if row.state == "open":
        must_change(queries.change(session, [queries.among([row.id])], {**UNPAUSED, **back}), [row.id])
    else:
        settling.reopen(session, [row], back)
    record_each(session, actor, Event.OBLIGATION_REOPENED, [row], now=now, details={"reason": reason})


def set_due_date(session: Session, actor: Actor, ref: str, *, due_on: date, rules: Rulebook, now: datetime) -> None:
    """A person gives the due date that the loaded bank holidays could not; its ladder begins."""
    row = _open_row(session, actor, ref, owed_by=True)
    if row.due_at is not None:
        raise StateConflict("This has its due date from the law, which nobody can move.")
    if due_on < london_date(row.event_at):
        raise Invalid("That is before it was owed.", fields={"due_on": ["Give a date after what set it off."]})
    session.expunge(row)
    row.due_at = end_of_day(due_on)
    dated = {"due_on": due_on, "due_at": row.due_at}
    if row.paused_at is None:
        dated |= resumed(session, row, rules=rules, now=now)
    must_change(queries.change(session, [queries.among([row.id])], dated), [row.id])
    record_each(session, actor, Event.OBLIGATION_DATED, [row], now=now)


_NOT_FOUND: Final = "There is no such obligation of yours. It may be another organisation's to change."


def _party(actor: Actor, ref: str, *, owed_by: bool) -> list[Any]:
    """Conditions: the obligation *ref*, of the side that may decide; an operator may for either."""
    if actor.is_operator:
        return queries.party_to(ref)
    if owed_by:
        return queries.party_to(ref, owed_by_id=actor.organisation)
    return [*queries.party_to(ref, owed_to_id=actor.organisation), queries.owed_to(actor.organisation)]


def _open_row(session: Session, actor: Actor, ref: str, *, owed_by: bool) -> Obligation:
    rows = queries.locked(session, *_party(actor, ref, owed_by=owed_by))
    if not rows:
        raise NotFound(_NOT_FOUND)
    if rows[0].state != "open":
        raise StateConflict("This is closed already. Read it again to see how.")
    return rows[0]


def _named(
    session: Session, actor: Actor, row: Obligation, column: str, by: str, **notes: str | None
) -> dict[str, Any]:
    """The sealed column, with the name of the officer for whom *column* holds the actor, and with *notes*."""
    return _sealed(session, row, **notes, **{OFFICER + column: f"{actor.ref} {by}"})


def _sealed(session: Session, row: Obligation, **notes: str | None) -> dict[str, Any]:
    """The column that keeps what people wrote, with *notes* put in by name; those that are ``None`` change nothing."""
    told = {name: note for name, note in notes.items() if note is not None}
    if not told:
        return {}
    return {"sealed": keys_of(session).seal(row.ref, written_about(session, row) | told)}


OFFICER: Final = "officer of "


def written_about(session: Session, row: Obligation) -> dict[str, str]:
    """What people wrote about an obligation, and the officers' names among it (:func:`officers`)."""
    written: dict[str, str] = keys_of(session).open(row.ref, row.sealed) if row.sealed else {}
    return written


def officers(written: Mapping[str, str], row: Obligation) -> dict[str, str]:
    """Column → the name of the officer behind the actor that the column holds, from what was *written* and sealed."""
    told = {name.removeprefix(OFFICER): said for name, said in written.items() if name.startswith(OFFICER)}
    pairs = {column: said.split(" ", 1) for column, said in told.items()}
    return {column: name for column, (actor, name) in pairs.items() if getattr(row, column) == actor}
