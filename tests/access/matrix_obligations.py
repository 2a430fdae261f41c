"""What each organisation owes: open, paused, and excused."""

from datetime import timedelta
from typing import TYPE_CHECKING

from hub.core.actor import SYSTEM, Actor
from hub.core.ids import new_ref
from hub.notify import obligations
from hub.notify.obligations import Opening, open_obligations
from tests.access.matrix_world import NOISE, record
from tests.conftest import NOW

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder


def add_obligations(builder: "Builder", member: str) -> None:
    """What it owes: open, paused, and excused; each to Kent, or of Kent to Leeds."""
    if member in ("operator", "inspectorate"):
        return
    other = "norfolk" if member in NOISE else "leeds" if member == "kent" else "kent"
    for what in ("obligation", "paused obligation", "closed obligation"):
        ref = _owed(builder, "E13E", member, other)
        if what != "obligation":
            _after(builder, what, ref, member)
        if member in NOISE:
            builder.noise[what] = ref
        else:
            builder.records.setdefault(what, []).append(record(ref, **{member: "own", other: "recipient"}))
    letter = _owed(builder, "E13G", member, None)
    if member not in NOISE:
        builder.records.setdefault("letter owed", []).append(record(letter, **{member: "own"}))


def _owed(builder: "Builder", code: str, by: str, to: str | None) -> str:
    opening = Opening(
        duty_code=code,
        law_in_force="2014-01-27",
        basis="statute",
        subject_ref=new_ref("pla"),
        owed_by_id=builder.ids[by],
        owed_by_role="placing_authority",
        owed_to_id=builder.ids[to] if to else None,
        owed_to_role="host_authority" if to else "general_practitioners",
        because="Invented.",
        event_at=NOW - timedelta(days=1),
        due_at=NOW + timedelta(days=2),
        due_on=None,
        due_is_policy=False,
    )
    with builder.database.write() as session:
        return open_obligations(session, SYSTEM, [opening], rules=builder.rules, now=NOW)[0].ref


def _after(builder: "Builder", what: str, ref: str, member: str) -> None:
    actor = Actor("api_client", "cli_world", builder.ids[member], builder.refs[member], "local_authority")
    with builder.database.write() as session:
        if what == "paused obligation":
            obligations.pause(session, actor, ref, reason="awaiting_information", by="T. Field", now=NOW)
        else:
            said = {"reason": "not_reasonably_practicable", "note": "Invented.", "by": "T. Field"}
            obligations.excuse(session, actor, ref, rules=builder.rules, now=NOW, **said)
