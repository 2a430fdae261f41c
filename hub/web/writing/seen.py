"""A notice as its sender sees it: what it says, its versions, who has read it; and what its sender can do about it."""

from typing import Any, Final

from flask import Response, abort, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import endings, views, withdrawals
from hub.registry.endings import Over
from hub.registry.files import service as files
from hub.registry.filing import files_of
from hub.registry.prefilling import begin_correction, begin_draft
from hub.registry.schemas import WithdrawalIn
from hub.registry.views import NoticeSeen
from hub.web import forms
from hub.web.desk.threads import threads_about
from hub.web.forms import Filled
from hub.web.pages import page, with_status
from hub.web.pickup.sections import sections_of
from hub.web.signed_in import acting, allowed, done_once, may
from hub.web.writing import words
from hub.web.writing.blueprint import blp

BEGINS: Final = ("consultation", "placement_start", "placement_move")
ACTS: Final = {
    "correct": (
        lazy_gettext("Correct this notice"),
        lazy_gettext("A draft opens with all that the notice says. Sending it makes a new version; this one stays on record."),
    ),
    "start": (
        lazy_gettext("Tell of this placement"),
        lazy_gettext("A draft of the notice of the start opens, with all that is known of the placement."),
    ),
    "change": (
        lazy_gettext("Tell of a change"),
        lazy_gettext("Something about the placement is new, but not its address."),
    ),
    "move": (lazy_gettext("Tell of a move"), lazy_gettext("The child goes to another placement.")),
    "end": (lazy_gettext("Tell of the end"), lazy_gettext("The placement ends, or has ended.")),
}  # fmt: skip
_KIND_OF: Final = {
    "start": "placement_start", "change": "placement_change", "move": "placement_move", "end": "placement_end",
}  # fmt: skip
_LEAVING: Final = {
    "home_admission": "home_discharge", "supported_admission": "supported_discharge", "fostering_arrival": "fostering_leaving",
}  # fmt: skip


@blp.get("/notices/<ref>")
@may("notice.read")
def notice(ref: str) -> Response:
    """The notice; the reading is recorded before it is shown."""
    with resource(Database).write() as session:
        seen = views.read_notice(session, acting(), ref, now=utc_now())
        sent_with = _files(session, seen)
        threads = threads_about(session, acting(), ref, now=utc_now())
        over = endings.how_it_ended(session, acting(), seen.placement) if _is_of_ours(seen) else None
    return page(
        "writing/notice.html",
        notice=seen,
        sections=sections_of(seen.content),
        files=sent_with,
        threads=threads,
        over=over,
        acts=[(act, *ACTS[act]) for act in _acts(seen, over)] if allowed("notice.draft") else [],
        words=words,
        is_sender=seen.capacity == "sender",
        may_begin_again=allowed("notice.draft") and _is_of_ours(seen),
    )


def _acts(seen: NoticeSeen, over: Over | None) -> list[str]:
    """What can be done about a notice, by those who may. A placement that is over changes no more; who left it leaves it once."""
    acts = []
    if seen.capacity == "sender" and seen.state == "registered":
        acts.append("correct")
    if not _is_of_ours(seen) or seen.state == "withdrawn":
        return acts
    if seen.kind == "consultation" or (seen.kind in _LEAVING and seen.capacity == "placing_authority"):
        return [*acts, "start"]
    if seen.kind in BEGINS or seen.kind == "placement_change":
        return acts + (["change", "move", "end"] if over is None else ["end"] if over.onward else ["move", "end"])
    return [*acts, "end"] if seen.kind in _LEAVING else acts


def _is_of_ours(seen: NoticeSeen) -> bool:
    """Whether the actor's organisation placed the child, or sent this as the child's home."""
    return seen.capacity in ("sender", "placing_authority")


def _files(session: Session, seen: NoticeSeen) -> list[tuple[str, Any]]:
    """The files sent with it, each with what it is; one that cannot be seen any more is left out."""
    found = []
    for part, ref in files_of(seen.content):
        try:
            found.append((str(words.FILE_PARTS[part]), files.read_file(session, acting(), ref)))
        except NotFound:
            continue
    return found


# --- what its sender does about it ------------------------------------------------------------------------------------


@blp.get("/notices/<ref>/<act>")
@may("notice.draft")
def ask(ref: str, act: str) -> Response:
    """What an act does, and the button that begins it."""
    if act not in ACTS:
        abort(404)
    _kind_seen(ref)
    return page("writing/act.html", ref=ref, act=act, title=ACTS[act][0], says=ACTS[act][1])


def _kind_seen(ref: str) -> str:
    with resource(Database).read() as session:
        return views.kind_seen(session, acting(), ref)


@blp.post("/notices/<ref>/<act>")
@may("notice.draft")
def begin_act(ref: str, act: str) -> Any:
    """Begin the draft in which an act is written."""
    if act not in ACTS:
        abort(404)
    return done_once(lambda session: _begun(session, ref, act))


def _begun(session: Session, ref: str, act: str) -> str:
    told: dict[str, Any] = {"rules": resource(Rulebook), "areas": resource(Areas), "now": utc_now()}
    if act == "correct":
        return f"/drafts/{begin_correction(session, acting(), ref, **told).ref}"
    draft = begin_draft(
        session, acting(), _kind_of(session, ref, act), source=ref, is_same_placement=act == "start", **told
    )
    place = {"start": "/rest", "move": "/where", "change": "/change", "end": "/end"}[act]
    return f"/drafts/{draft.ref}{place}"


def _kind_of(session: Session, ref: str, act: str) -> str:
    if acting().organisation_kind == "local_authority":
        return _KIND_OF[act]
    seen = views.read_notice(session, acting(), ref, now=utc_now())
    if act != "end" or seen.kind not in _LEAVING:
        raise NotFound("There is nothing here that you can see.")
    return _LEAVING[seen.kind]


# --- withdrawing ------------------------------------------------------------------------------------------------------


@blp.get("/notices/<ref>/withdraw")
@may("notice.withdraw")
def ask_to_withdraw(ref: str) -> Response:
    """What it means to withdraw a notice."""
    return page("writing/withdraw.html", ref=ref, kind=_kind_seen(ref), typed={}, errors={})


@blp.post("/notices/<ref>/withdraw")
@may("notice.withdraw")
def withdraw(ref: str) -> Any:
    """Take a notice back, once, with its reason."""
    given = forms.filled(WithdrawalIn(), ("reason",), request.form)
    if given.errors:
        return _refused_to_withdraw(ref, given)
    try:
        return done_once(lambda session: _withdrawn(session, ref, given.loaded["reason"]))
    except Invalid as refusal:
        return _refused_to_withdraw(ref, forms.refused(given, refusal, ("reason",)))


def _refused_to_withdraw(ref: str, given: Filled) -> Response:
    kind = _kind_seen(ref)
    return with_status(page("writing/withdraw.html", ref=ref, kind=kind, typed=given.typed, errors=given.errors), 422)


def _withdrawn(session: Session, ref: str, reason: str) -> str:
    withdrawals.withdraw_notice(
        session, acting(), ref, reason=reason, rules=resource(Rulebook), areas=resource(Areas), now=utc_now()
    )
    return f"/notices/{ref}"
