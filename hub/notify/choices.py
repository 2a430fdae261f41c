"""What may be decided about one obligation, by whoever asks: for each decision nothing, or one sentence that says why not.

The decisions themselves refuse in the same words; this only says it before somebody fills in a form.
"""

from typing import Final

from sqlalchemy.orm import Session

from hub.access.checking import check
from hub.core.actor import Actor
from hub.core.errors import NotFound, NotPermitted
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.notify import decisions, queries
from hub.notify.models import Obligation

PERMISSIONS: Final = {
    "done": "obligation.fulfil",
    "excuse": "obligation.excuse",
    "pause": "obligation.pause",
    "resume": "obligation.pause",
    "date": "obligation.fulfil",
    "void": "obligation.void",
    "reopen": "obligation.void",
}
"""Decision → the permission that it asks for."""


def choices(session: Session, actor: Actor, ref: str, *, rules: Rulebook) -> dict[str, str | None]:
    """Decision → ``None`` where *actor* may take it now, else why not. What never is this side's is left out.

    Raises ``NotFound`` for an obligation of others.
    """
    found = queries.shown(session, ref, organisation_id=actor.organisation) if is_ref(ref, "obl") else None
    if found is None:
        raise NotFound("There is no such obligation that you can see.")
    row: Obligation = found.Obligation
    said: dict[str, str | None] = {}
    if row.owed_by_id == actor.organisation:
        said |= _for_who_owes(row, rules)
    if row.owed_to_id == actor.organisation and row.owed_by_id != actor.organisation:
        said |= {"void": None} if row.state == "open" else {"reopen": None}
    return {name: _lacks(actor, PERMISSIONS[name]) or why for name, why in said.items()}


def _for_who_owes(row: Obligation, rules: Rulebook) -> dict[str, str | None]:
    if row.state != "open":
        return {}
    said: dict[str, str | None] = {
        "done": decisions.HUB_SENDS if decisions.hub_sends(row, rules) else None,
        "excuse": None if decisions.is_excusable(row, rules) else decisions.NO_EXCUSE,
        "resume" if row.paused_at else "pause": None,
    }
    return said | ({"date": None} if row.due_at is None else {})


def _lacks(actor: Actor, permission: str) -> str | None:
    try:
        check(actor, permission)
    except NotPermitted as refusal:
        return refusal.sentence
    return None
