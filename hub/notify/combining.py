"""Two placements turn out to be one: what is owed about the one joins what is owed about the other, and can part again.

Nothing is lost and nothing overwritten. Of two rows for one duty between the same two organisations one is kept, which takes
over what was done by the other; the other is struck out. Every other row changes its subject only, with its ladder,
its promise and its history. A picture of the rows before and after makes it reversible: parting restores what combining
changed, and leaves alone what somebody has changed since.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.duties.rulebook import Rulebook
from hub.notify import combining_queries, queries, settling
from hub.notify.models import Obligation
from hub.notify.opening import Opening, resumed
from hub.notify.restating import strike_out
from hub.notify.settling import close, must_change, record_each, settle

Picture = dict[str, dict[str, Any]]
"""Reference → what the row said: JSON-able, to be sealed and kept."""

_TEXTS: Final = (
    "subject_ref", "because", "basis", "due_is_policy", "fulfilled_by", "fulfilled_how", "was_late", "owner",
    "pause_reason", "state", "closed_by", "close_reason",
)  # fmt: skip
_INSTANTS: Final = ("event_at", "due_at", "fulfilled_at", "reached_at", "paused_at")
_DAYS: Final = ("due_on", "promise_on")
_CLOSING: Final = {"met": "meet", "met_late": "meet_late", "excused": "excuse", "void": "void"}
COMBINED: Final = "combined"


def picture(session: Session, subject_refs: Collection[str]) -> Picture:
    """The obligations about these subjects as they are now, void ones included."""
    return {row.ref: _said(row) for row in queries.locked(session, *queries.about(list(subject_refs)))}


def _said(row: Obligation) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(row, name) for name in _TEXTS}
    said |= {name: _text(getattr(row, name)) for name in (*_INSTANTS, *_DAYS)}
    return said


def _text(value: date | datetime | None) -> str | None:
    if value is None:
        return None
    return iso(value) if isinstance(value, datetime) else value.isoformat()


def _read(said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a picture holds, as values."""
    values = {name: said[name] for name in _TEXTS}
    values |= {name: datetime.fromisoformat(said[name]) if said[name] else None for name in _INSTANTS}
    return values | {name: date.fromisoformat(said[name]) if said[name] else None for name in _DAYS}


# ── Joining ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def combine(
    session: Session,
    actor: Actor,
    *,
    from_ref: str,
    to_ref: str,
    stands: str | None,
    answered: Collection[str],
    rules: Rulebook,
    now: datetime,
) -> None:
    """Let what is owed about *from_ref* be owed about *to_ref*.

    *stands*: which of the two references has the placing authority's own word, when only one has; to the duty codes
    *answered* the facts of that one are the answer, and what the other's facts opened of them is struck out.
    """
    rows = queries.locked(session, Obligation.state != "void", *queries.about([from_ref, to_ref]))
    moving = {_key(row): row for row in rows if row.subject_ref == from_ref}
    staying = {_key(row): row for row in rows if row.subject_ref == to_ref}
    for key in moving.keys() & staying.keys():
        kept, other = _choose(moving[key], staying[key], stands, answered)
        _take_over(session, actor, kept, other, rules=rules, now=now)
    twins = moving.keys() & staying.keys()
    stale = [
        row
        for row in rows
        if _key(row) not in twins and stands not in (None, row.subject_ref) and row.duty_code in answered
    ]
    strike_out(session, actor, stale, reason=COMBINED, now=now)
    moved = [row for row in queries.locked(session, Obligation.state != "void", *queries.about(from_ref))]
    combining_queries.change_subject(session, [row.id for row in moved], to_ref)
    record_each(session, actor, Event.OBLIGATION_RESTATED, moved, now=now, details={"reason": COMBINED})


def _key(row: Obligation) -> tuple[str, int | str, int | str]:
    return row.duty_code, row.owed_by_id or row.owed_by_role, row.owed_to_id or row.owed_to_role


def _choose(
    moving: Obligation, staying: Obligation, stands: str | None, answered: Collection[str]
) -> tuple[Obligation, Obligation]:
    """Which of two rows for one duty is kept: a person's excuse first, then the placing authority's own facts."""
    for kept, other in ((staying, moving), (moving, staying)):
        if kept.state == "excused" and other.fulfilled_at is None:
            return kept, other
    if stands == moving.subject_ref and moving.duty_code in answered:
        return moving, staying
    return staying, moving


def _take_over(
    session: Session, actor: Actor, kept: Obligation, other: Obligation, *, rules: Rulebook, now: datetime
) -> None:
    """*kept* takes over what was done or promised by *other*, which is struck out."""
    done_at, done_by, promised_on, step_at = (
        other.fulfilled_at,
        other.fulfilled_by,
        other.promise_on,
        other.next_step_at,
    )
    if kept.state == "open" and kept.fulfilled_at is None and done_at is not None:
        settle(
            session,
            actor,
            [kept],
            by_ref=done_by or other.ref,
            at=done_at,
            reached_at=other.reached_at,
            how=other.fulfilled_how,
            rules=rules,
            now=now,
        )
    elif kept.state == "open" and kept.promise_on is None and promised_on is not None and kept.owner is None:
        promised = {"promise_on": promised_on, "next_step_at": step_at or kept.next_step_at}
        must_change(queries.change(session, [queries.among([kept.id])], promised), [kept.id])
    strike_out(session, actor, [other], reason=COMBINED, now=now)


def follow_notices(session: Session, notice_refs: Collection[str], *, from_ref: str, to_ref: str) -> None:
    """Acknowledgements of these notices, and what is still to be delivered about them, are about *to_ref* from now on."""
    combining_queries.change_acknowledged_placement(session, notice_refs, to_ref)
    for alert_id, details in combining_queries.alerts_about(session, notice_refs):
        if details.get("placement") == from_ref:
            combining_queries.change_alert(session, alert_id, {**details, "placement": to_ref})


# ── Parting ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def part(
    session: Session, actor: Actor, *, before: Picture, after: Picture, rules: Rulebook, now: datetime
) -> list[str]:
    """Restore the rows of *before* that combining changed into *after*; return their references.

    A row that somebody has decided on or fulfilled since keeps that, and only goes back to its own subject.
    """
    changed = [ref for ref in before if before[ref] != after.get(ref)]
    rows = queries.locked(session, Obligation.ref.in_(changed)) if changed else []
    for row in rows:
        if _said(row) == after.get(row.ref):
            _restore(session, actor, row, _read(before[row.ref]), rules=rules, now=now)
        elif row.subject_ref != before[row.ref]["subject_ref"]:
            combining_queries.change_subject(session, [row.id], before[row.ref]["subject_ref"])
    return [row.ref for row in rows]


def _restore(
    session: Session, actor: Actor, row: Obligation, was: dict[str, Any], *, rules: Rulebook, now: datetime
) -> None:
    state, by, reason = was.pop("state"), was.pop("closed_by"), was.pop("close_reason")
    is_closed = row.state != "open"
    session.expunge(row)  # what follows reads the row as it will be
    for name, value in was.items():
        setattr(row, name, value)
    values = dict(was)
    if state == "open" and was["owner"] is None:
        values |= resumed(session, row, rules=rules, now=now)
    elif state != "open":
        values["next_step_at"] = now  # closed again in the next statement
    if is_closed:
        settling.reopen(session, [row], values)
    else:
        must_change(queries.change(session, [queries.among([row.id])], values), [row.id])
    if state != "open":
        close(session, _CLOSING[state], [row], {"close_reason": reason}, by=by or actor.ref, now=now)
    record_each(session, actor, Event.OBLIGATION_RESTATED, [row], now=now, details={"reason": "parted", "state": state})


def copies(session: Session, *, before: Picture, after: Picture, subject_ref: str) -> list[Opening]:
    """What combining changed or added, as openings about another subject: for a notice that is parted from a placement
    on which it had been registered directly. Take them before :func:`part` restores the rows."""
    touched = [ref for ref in after if before.get(ref) != after[ref] and after[ref]["state"] != "void"]
    rows = queries.locked(session, Obligation.ref.in_(touched)) if touched else []
    return [_copy(row, subject_ref) for row in rows if row.state != "void"]


def strike_added(session: Session, actor: Actor, *, before: Picture, after: Picture, now: datetime) -> None:
    """Strike out what was opened by combining and is there no more."""
    added = [ref for ref in after if ref not in before]
    rows: Sequence[Obligation] = queries.locked(session, Obligation.ref.in_(added)) if added else []
    strike_out(session, actor, rows, reason="parted", now=now)


_COPIED: Final = (
    "duty_code", "law_in_force", "basis", "owed_by_id", "owed_by_role", "owed_to_id", "owed_to_role", "because",
    "event_at", "due_at", "due_on", "due_is_policy", "heightened", "fulfilled_at", "fulfilled_by", "fulfilled_how",
    "reached_at",
)  # fmt: skip


def _copy(row: Obligation, subject_ref: str) -> Opening:
    return Opening(**{name: getattr(row, name) for name in _COPIED}, subject_ref=subject_ref)
