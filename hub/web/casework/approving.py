"""Approvals in a browser: asked for by whoever prepares a placement; given, or sent back with a reason, by its officer."""

from typing import Any, Final

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify.worklists import standing
from hub.registry import views
from hub.registry.casework import approval_requests
from hub.registry.casework.api import ApprovalRequestIn, SendingBackIn
from hub.registry.schemas_out import ApprovalRecordIn
from hub.web import forms
from hub.web.casework import parts
from hub.web.cursors import ref_in_address
from hub.web.forms import Filled
from hub.web.pickup.sections import naming_councils, sections_of
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, allowed, done_once, may

blp = parts.group("approvals", "/approvals")
asking = parts.group("approvals_asked", "/placements")

AT_ONCE: Final = 25
_GIVEN: Final = ("approver_name", "approver_role", "delegation_ref", "approved")
_EMPTY: Final = {
    "approver_name": lazy_gettext("Enter the name of who approves."),
    "approver_role": lazy_gettext("Enter the role of who approves."),
    "approved": lazy_gettext("Enter the day on which it was approved, and the time."),
    "reason": lazy_gettext("Enter what has to change, and why."),
}
AROUND: Final = ("E11C", "E13A", "E13E", "W14A", "W14E")
"""Duties that stand beside the approval: the host authority consulted, the host authority notified."""
WAS_DONE: Final = {
    "approved": lazy_gettext("The placement is approved. It is on record, with your name and the time."),
    "sent_back": lazy_gettext("The placement is sent back. Whoever asked sees your reason."),
    "withdrawn": lazy_gettext("The request is taken back. Nothing was decided."),
    "asked": lazy_gettext("The approval is asked for. You see here what becomes of it."),
}


@blp.get("")
@may("approval.read")
def listed() -> Response:
    """What waits: for whoever may approve, their own first; for whoever asks, all that their council asked."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    decides = allowed("placement.approve")
    which = request.args.get("which", "")
    which = which if which in ("mine", "all", "answered") else ("mine" if decides else "all")
    states = ("approved", "sent_back", "withdrawn") if which == "answered" else ("waiting",)
    with resource(Database).read() as session:
        rows = approval_requests.list_requests(
            session,
            actor,
            states=states,
            for_me=which == "mine",
            after=ref_in_address("apq"),
            at_most=AT_ONCE + 1,
            rules=rules,
        )
        back = approval_requests.sent_back_to(session, actor, only_own=False, rules=rules, at_most=AT_ONCE)
    more = f"/approvals?which={which}&after={rows[AT_ONCE - 1].ref}" if len(rows) > AT_ONCE else None
    return parts.shown(
        "approvals", rows=rows[:AT_ONCE], which=which, decides=decides, back=back, further_path=more, now=now
    )


@blp.get("/<ref>")
@may("approval.read")
def one(ref: str) -> Response:
    """What waits for its officer, with enough to decide: the reading is recorded before it is shown."""
    return _one(ref, "", None)


def _one(ref: str, form: str, given: Filled | None, status: int = 200) -> Response:
    """The page; *form*: which of its two forms (``approve``, ``send_back``) is shown again as *given*."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).write() as session:
        matter = approval_requests.read_matter(session, actor, ref, rules=rules, now=now)
        seen = views.read_placement(session, actor, matter.request.placement, now=now)
        name, role = parts.signature(session, actor)
    typed = {"approver_name": name, "approver_role": role, **_now_in_controls(now)}
    owed = [row for row in matter.owed if row.duty_code in AROUND and row.state != "void"]
    return parts.shown(
        "approval",
        status=status,
        request_seen=matter.request,
        placement=seen,
        sections=sections_of(naming_councils(matter.content, resource(Areas))),
        around=[_duty(row, rules, now) for row in owed],
        law=_law(matter.request.duty_code, rules),
        is_gated_in_england=(matter.request.duty_code or "").startswith("E11"),
        delegated=approval_requests.needs_delegation(actor, matter.request.duty_code, rules),
        typed=given.typed if given and form == "approve" else typed,
        reason=given.typed if given and form == "send_back" else {},
        errors=given.errors if given else {},
        was_done=WAS_DONE.get(request.args.get("done", "")),
        now=now,
    )


def _now_in_controls(now: Any) -> forms.Typed:
    return forms.spelt(ApprovalRecordIn(), ("approved",), {"approved_at": now.isoformat()})


def _law(code: str | None, rules: Rulebook) -> Any:
    return rules.law.duties.get(code) if code else None


def _duty(row: Any, rules: Rulebook, now: Any) -> dict[str, Any]:
    duty = rules.law.duties.get(row.duty_code)
    how = standing(row, now=now)
    plain = {name: getattr(row, name) for name in ("ref", "state", "due_at", "due_on", "fulfilled_at")}
    return plain | {"says": duty.says if duty else row.duty_code, "standing": how}


@blp.post("/<ref>/approve")
@may("placement.approve")
def approve(ref: str) -> Response:
    """Approve the placement, as its officer or by a delegation that is named."""
    actor, rules, areas, now = acting(), resource(Rulebook), resource(Areas), utc_now()
    given = asked(forms.filled(ApprovalRecordIn(), _GIVEN, request.form), _EMPTY)

    def act(session: Session) -> str:
        approval_requests.approve(session, actor, ref, given.loaded, rules=rules, areas=areas, now=now)
        return f"/approvals/{ref}?done=approved"

    return sent(given, _GIVEN, act, lambda again, status: _one(ref, "approve", again, status))


@blp.post("/<ref>/send-back")
@may("placement.approve")
def send_back(ref: str) -> Response:
    """Send the placement back with a reason."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    given = asked(forms.filled(SendingBackIn(), ("reason",), request.form), _EMPTY)

    def act(session: Session) -> str:
        approval_requests.send_back(session, actor, ref, rules=rules, now=now, **given.loaded)
        return f"/approvals/{ref}?done=sent_back"

    return sent(given, ("reason",), act, lambda again, status: _one(ref, "send_back", again, status))


@blp.post("/<ref>/withdraw")
@may("approval.ask")
def withdraw(ref: str) -> Response:
    """Take back what waits."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()

    def act(session: Session) -> str:
        approval_requests.withdraw(session, actor, ref, rules=rules, now=now)
        return f"/approvals/{ref}?done=withdrawn"

    return done_once(act)


# --- asking -----------------------------------------------------------------------------------------------------------


@asking.get("/<ref>/approval")
@may("approval.ask")
def ask_form(ref: str) -> Response:
    """The form with which an approval is asked for, and what the law says of whose it is."""
    return _ask_form(ref, None)


def _ask_form(ref: str, given: Filled | None, status: int = 200) -> Response:
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).read() as session:
        placement = approval_requests.placement_to_approve(session, actor, ref, rules=rules)
    return parts.shown(
        "approval_ask",
        status=status,
        placement=placement,
        typed=given.typed if given else {},
        errors=given.errors if given else {},
        now=now,
    )


@asking.post("/<ref>/approval")
@may("approval.ask")
def ask(ref: str) -> Response:
    """Ask for the approval; its officer is told."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    given = forms.filled(ApprovalRequestIn(), ("note",), request.form)

    def act(session: Session) -> str:
        made = approval_requests.ask(session, actor, ref, rules=rules, now=now, **given.loaded)
        return f"/approvals/{made.ref}?done=asked"

    return sent(given, ("note",), act, lambda again, status: _ask_form(ref, again, status))
