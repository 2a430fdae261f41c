"""A notice at the desk that it came to: read whole, acknowledged with a promise, its area confirmed. Each reading is recorded."""

from datetime import datetime
from typing import Any, Final

from flask import redirect, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import inbox
from hub.registry import acknowledging, views
from hub.registry.desk import lists as desk_lists
from hub.registry.desk import passing_on
from hub.registry.desk.lists import Received
from hub.registry.files.service import read_file
from hub.registry.filing import files_of
from hub.registry.schemas import AcknowledgementIn
from hub.registry.views import NoticeSeen
from hub.registry.which_child import naming_the_child
from hub.web import forms
from hub.web.desk import ages, words
from hub.web.desk.blueprint import blp
from hub.web.desk.differences import Difference, differences
from hub.web.desk.glance import glance
from hub.web.desk.officer import officer
from hub.web.desk.threads import threads_about
from hub.web.forms import Filled
from hub.web.missing import ringing
from hub.web.pages import page, with_status
from hub.web.pickup.forms import PROMISES
from hub.web.pickup.sections import KIND_WORDS, naming_councils, sections_of
from hub.web.signed_in import acting, allowed, done_once, may
from hub.web.standing_words import STANDINGS

_ACKNOWLEDGED: Final = ("by", "promise", "promise_on")


@blp.get("/inbox/<ref>")
@may("notice.read")
def notice_page(ref: str) -> Any:
    """The notice, as far as the organisation's part in it allows."""
    return _shown(ref, None)


def _shown(ref: str, given: Filled | None) -> Any:
    """The page of a notice; *given*: what was typed into the form that acknowledges it, and is wrong with it."""
    actor, now = acting(), utc_now()
    with resource(Database).write() as session:
        seen = views.read_notice(session, actor, ref, now=now)
        if seen.capacity == "sender":
            return redirect(f"/notices/{ref}", 303)
        inbox.read_about(session, actor, ref, now=now)
        said = _about(session, actor, seen, now) | {"rings": _rings(session, seen, now), "ringing": ringing}
        typed = given.typed if given else _offered(session, actor)
        seen = naming_the_child(session, seen)
    shown = page(
        "desk/notice.html",
        notice=seen,
        kind=KIND_WORDS[seen.kind],
        glance=glance(seen.content, now=now),
        sections=sections_of(naming_councils(seen.content, resource(Areas))),
        typed=typed,
        errors=given.errors if given else {},
        is_acknowledged_now="acknowledged" in request.args,
        now=now,
        ages=ages,
        words=words,
        standings=STANDINGS,
        **said,
    )
    return with_status(shown, 422 if given else 200)


def _about(session: Session, actor: Actor, seen: NoticeSeen, now: datetime) -> dict[str, Any]:
    """What stands around the notice itself."""
    desk = _at_desk(session, actor, seen.ref, now)
    is_ours = desk is not None and desk.capacity != "redirected_from" and seen.state != "withdrawn"
    is_host = desk is not None and desk.capacity == "host_authority" and is_ours
    return {
        "desk": desk,
        "changed": _changed(session, actor, seen, now),
        "files": [(part, read_file(session, actor, ref)) for part, ref in files_of(seen.content)],
        "threads": threads_about(session, actor, seen.ref, now=now),
        "owed": _owed(session, actor, seen.ref, now) if is_host else (),
        "may_acknowledge": desk is not None and desk.may_acknowledge and allowed("notice.acknowledge"),
        "may_ask": is_ours and allowed("question.ask"),
        "may_redirect": is_host and seen.state == "registered" and allowed("notice.redirect"),
        "promises": PROMISES if is_host and actor.organisation_kind == "local_authority" else {},
    }


def _rings(session: Session, seen: NoticeSeen, now: datetime) -> list[ringing.Ring]:
    """Whom to ring, where the child is shielded from whoever reads."""
    if not seen.is_shielded:
        return []
    return ringing.of_council(session, seen.ring_at, rules=resource(Rulebook), now=now)


def _at_desk(session: Session, actor: Actor, ref: str, now: datetime) -> Received | None:
    """How it stands here; ``None`` for a placing authority, which sees notices about its children that came to others."""
    try:
        return desk_lists.received_notice(session, actor, ref, now=now)
    except NotFound:
        return None


def _changed(session: Session, actor: Actor, seen: NoticeSeen, now: datetime) -> list[Difference] | None:
    """What changed since the version before, if the organisation was told of that too; showing it is a reading of it."""
    if len(seen.revisions) < 2 or not seen.content:
        return None
    try:
        earlier = views.read_notice(session, actor, seen.revisions[1], now=now)
    except NotFound:
        return None
    areas = resource(Areas)
    before, after = naming_councils(earlier.content, areas), naming_councils(seen.content, areas)
    return differences(before, after) if before else None


def _owed(session: Session, actor: Actor, ref: str, now: datetime) -> tuple[passing_on.Item, ...]:
    """What the host owes next, by the duties that ask for it."""
    if not allowed("host_step.read"):
        return ()
    items = passing_on.checklist(session, actor, ref, now=now).items
    return tuple(item for item in items if item.standing is not None)


def _offered(session: Session, actor: Actor) -> dict[str, str]:
    return {"by": officer(session, actor), "promise": ""}


# --- answers ----------------------------------------------------------------------------------------------------------


@blp.post("/inbox/<ref>/acknowledgement")
@may("notice.acknowledge")
def acknowledge(ref: str) -> Any:
    """Acknowledge it with a name, and perhaps a promise and its day."""
    given = forms.filled(AcknowledgementIn(), _ACKNOWLEDGED, request.form)
    if not given.errors:

        def act(session: Session) -> str:
            rules, now = resource(Rulebook), utc_now()
            acknowledging.acknowledge_notice(session, acting(), ref, **given.loaded, rules=rules, now=now)
            return f"/inbox/{ref}?acknowledged=1"

        try:
            return done_once(act)
        except Invalid as refusal:
            given = forms.refused(given, refusal, _ACKNOWLEDGED)
    return _shown(ref, given)


@blp.post("/inbox/<ref>/area")
@may("notice.redirect")
def accept_area(ref: str) -> Any:
    """Say that the address lies in our area."""

    def act(session: Session) -> str:
        by = officer(session, acting()) or gettext("A system of the organisation")
        areas, rules = resource(Areas), resource(Rulebook)
        acknowledging.accept_area(session, acting(), ref, by=by, areas=areas, rules=rules, now=utc_now())
        return f"/inbox/{ref}"

    return done_once(act)
