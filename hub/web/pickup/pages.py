"""The pages of guest pick-up, for whoever follows a link from an e-mail: often tired, seldom on a machine of their own.

Nothing changes on GET, ever: mail scanners follow links. What changes something is a form with a button, and every answer is
committed before a page is shown.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.exceptions import HTTPException

from hub.access.browser import proves_its_sender
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import HubError, Invalid, NotFound, NotPermitted, StateConflict
from hub.core.http import resource
from hub.core.limits import RateLimits
from hub.core.settings import Settings
from hub.directory.areas import Areas
from hub.duties.pages import BASIS_WORDS
from hub.duties.rulebook import Rulebook
from hub.missing.pickup import open_episode
from hub.notify.worklists import standing
from hub.registry.files.store import folder_of
from hub.registry.pickup import service as pickup
from hub.registry.pickup.standing import NoticeStanding, notice_standing, obligation_of
from hub.web import refusals
from hub.web.councils import council_choices
from hub.web.health import public
from hub.web.missing import ringing
from hub.web.pages import page, with_status
from hub.web.pickup import episodes
from hub.web.pickup.forms import PROMISES, Typed, comes_from_elsewhere, promised_on, typed_in
from hub.web.pickup.sections import KIND_WORDS, naming_councils, sections_of
from hub.web.standing_words import STANDINGS

blp = Blueprint("pickup", __name__, url_prefix="/n", template_folder="templates")

POSTS_PER_MINUTE: Final = 12
_NO_TRIES: Final = lazy_gettext(
    "That code opens nothing, and no code that was sent is good any more. Ask for a new code."
)
_LOST: Final = (
    lazy_gettext("Look at the message again, and copy the whole link."),
    lazy_gettext("See whether a newer message about the same reference has come."),
    lazy_gettext("If it is about a child and cannot wait, ring the council or the home that sent it."),
)


# --- what waits: nothing changes here ---------------------------------------------------------------------------------


@blp.get("/<ref>")
@public
def show(ref: str) -> Any:
    """What waits, for whom, and what to do next. Nothing about a child."""
    now = utc_now()
    with resource(Database).read() as session:
        if origin := pickup.asked_from(session, ref):
            return redirect(url_for("pickup.code_form", ref=origin), 303)
        link = pickup.follow(session, ref, now=now)
        if link.has_joined:
            return page("pickup_joined.html", link=link)
        if not link.takes_a_code:
            return _owed_page(session, link, now)
        mailboxes = pickup.mailboxes(session, link, now=now)
        if link.is_episode:
            return page("pickup_missing_waits.html", link=link, mailboxes=mailboxes)
        return page("pickup.html", link=link, standing=notice_standing(session, link), mailboxes=mailboxes)


def _owed_page(session: Any, link: pickup.Link, now: datetime) -> Response:
    found, origin = obligation_of(session, link)
    if found is None:
        return page("pickup_other.html", link=link)
    owed, law = found.Obligation, resource(Rulebook).law
    duty = law.duties.get(owed.duty_code)
    return page(
        "pickup_owed.html",
        link=link,
        owed=owed,
        by=found.by_name or owed.owed_by_role.replace("_", " "),
        to=found.to_name or owed.owed_to_role.replace("_", " "),
        duty=duty,
        basis=BASIS_WORDS[owed.basis],
        standing=STANDINGS[standing(owed, now=now)],
        is_open=owed.state == "open",
        origin=origin,
        is_of_episode=owed.subject_ref.startswith("mis_"),
    )


@blp.get("/<ref>/open")
@public
def code_form(ref: str) -> Response:
    """The form for the code. It looks the same whether or not a code was sent."""
    return _code_page(ref)


def _code_page(ref: str, error: str = "", status: int = 200) -> Response:
    now, errors = utc_now(), {"code": error} if error else {}
    with resource(Database).read() as session:
        link = _openable(session, ref, now)
        mailboxes = pickup.mailboxes(session, link, now=now)
    said = page("pickup_code.html", link=link, mailboxes=mailboxes, errors=errors, typed=request.form)
    return with_status(said, status)


def _openable(session: Any, ref: str, now: datetime) -> pickup.Link:
    link = pickup.follow(session, ref, now=now)
    if not link.takes_a_code:
        raise NotFound(gettext("This link does not open anything."))
    return link


def _notice_link(session: Any, ref: str, now: datetime) -> pickup.Link:
    """The link, if a notice is behind it: only notices are acknowledged and passed on."""
    link = _openable(session, ref, now)
    if not link.is_notice:
        raise NotFound(gettext("This link does not open a notice."))
    return link


@blp.get("/<ref>/acknowledgement")
@public
def acknowledged(ref: str) -> Any:
    """That the organisation has acknowledged the notice, and when."""
    with resource(Database).read() as session:
        link = _notice_link(session, ref, utc_now())
        said = notice_standing(session, link)
    if said.acknowledged_at is None:
        return redirect(url_for("pickup.show", ref=ref), 303)
    return page("pickup_acknowledged.html", link=link, at=said.acknowledged_at)


# --- what changes something -------------------------------------------------------------------------------------------


@blp.post("/<ref>/code")
@public
@proves_its_sender
def ask_for_code(ref: str) -> Any:
    """Send a code to the desk's mailbox; the answer is the same when none was sent."""
    now = _let_in(ref)
    with resource(Database).write() as session:
        pickup.send_code(session, ref, rules=resource(Rulebook), now=now)
    return redirect(url_for("pickup.code_form", ref=ref), 303)


@blp.post("/<ref>/open")
@public
@proves_its_sender
def open_waiting(ref: str) -> Response:
    """Open what waits with the code. The reading is recorded before anything is shown; so is a wrong code."""
    now = _let_in(ref)
    code = "".join(letter for letter in request.form.get("code", "") if letter not in " -\u00a0\t")
    if len(code) != pickup.CODE_DIGITS or not (code.isascii() and code.isdecimal()):
        said = gettext("Enter the %(count)s digits of the code. This did not count as a try.", count=pickup.CODE_DIGITS)
        return _code_page(ref, said, 422)
    outcome = _opened(ref, code, now)
    if isinstance(outcome, pickup.Refused):
        return _code_page(ref, _refusal(outcome.tries_left), 422)
    return _notice_page(outcome) if isinstance(outcome, pickup.OpenedNotice) else episodes.episode_page(outcome, now)


def _opened(ref: str, code: str, now: datetime) -> pickup.OpenedNotice | episodes.Shown | pickup.Refused:
    """What the code opens; when this returns, the reading, or that the code was wrong, is committed."""
    rules = resource(Rulebook)
    with resource(Database).write() as session:
        if not pickup.follow(session, ref, now=now).is_episode:
            return pickup.open_notice(session, ref, code, now=now)
        outcome = open_episode(session, ref, code, now=now)
        return (
            outcome if isinstance(outcome, pickup.Refused) else episodes.shown(session, outcome, rules=rules, now=now)
        )


def _refusal(tries_left: int) -> str:
    if tries_left == 0:
        return str(_NO_TRIES)
    wrong = ngettext(
        "That is not the code. Check the eight digits in the newest message. You have %(num)s more try.",
        "That is not the code. Check the eight digits in the newest message. You have %(num)s more tries.",
        tries_left,
    )
    return str(wrong)


def _notice_page(opened: pickup.OpenedNotice) -> Response:
    rules, now = resource(Rulebook), utc_now()
    with resource(Database).read() as session:
        said = notice_standing(session, opened.link)
        rings = ringing.of_council(session, opened.notice.ring_at, rules=rules, now=now)
    return page(
        "pickup_notice.html",
        rings=rings,
        ringing=ringing,
        notice=opened.notice,
        files=opened.files,
        kind=KIND_WORDS[opened.notice.kind],
        sections=sections_of(naming_councils(opened.notice.content, resource(Areas))),
        **_answering(opened.link, said, opened.answer_pass, Typed()),
    )


def _answering(link: pickup.Link, said: NoticeStanding, answer_pass: str, typed: Typed) -> dict[str, Any]:
    """What the forms that answer a notice need."""
    is_council = link.organisation_kind == "local_authority"
    return {
        "link": link,
        "standing": said,
        "answer_pass": answer_pass,
        "typed": typed.said,
        "errors": typed.errors,
        "promises": PROMISES if is_council and said.capacity == "host_authority" else {},
        "councils": council_choices() if said.may_redirect else [],
    }


@blp.post("/<ref>/acknowledgement")
@public
@proves_its_sender
def acknowledge(ref: str) -> Any:
    """Acknowledge with a name and a role, and perhaps a promise; once for each time the notice was opened."""
    now = _let_in(ref)
    typed = typed_in(request, "name", "role", "promise", "promise_on")
    typed.require(name=gettext("Enter your name."), role=gettext("Enter your role, such as duty manager."))
    promise_on = promised_on(typed)

    def answer(session: Any) -> None:
        pickup.acknowledge(
            session,
            ref,
            request.form.get("pass", ""),
            by=f"{typed.said['name']}, {typed.said['role']}",
            promise=typed.said["promise"] or None,
            promise_on=promise_on,
            rules=resource(Rulebook),
            now=now,
        )

    return _answered(ref, typed, answer, "pickup_acknowledge.html", then="pickup.acknowledged")


@blp.post("/<ref>/redirect")
@public
@proves_its_sender
def pass_on(ref: str) -> Any:
    """Say that the address is in another council's area, and whose; the hub passes the notice on."""
    now = _let_in(ref)
    typed = typed_in(request, "name", "role", "host_authority", "reason")
    typed.require(
        host_authority=gettext("Choose the council whose area it is."),
        reason=gettext("Say how you know."),
        name=gettext("Enter your name."),
        role=gettext("Enter your role, such as duty manager."),
    )

    def answer(session: Any) -> None:
        pickup.redirect(
            session,
            ref,
            request.form.get("pass", ""),
            host_authority=typed.said["host_authority"],
            reason=typed.said["reason"],
            by=f"{typed.said['name']}, {typed.said['role']}",
            rules=resource(Rulebook),
            areas=resource(Areas),
            now=now,
        )

    return _answered(ref, typed, answer, "pickup_redirect.html", then="pickup.show")


def _answered(ref: str, typed: Typed, answer: Callable[[Any], None], form: str, *, then: str) -> Any:
    """Commit the answer and show how it stands; or the form again, with what was typed and what is wrong with it."""
    if not typed.errors:
        try:
            with resource(Database).write() as session:
                answer(session)
        except Invalid as refused:
            typed.errors.update(
                {name: " ".join(said) for name, said in refused.fields.items()} or {"name": refused.sentence}
            )
        except StateConflict:
            if _may_still_answer(ref):
                raise
    if typed.errors:
        return _form_again(ref, typed, form)
    return redirect(url_for(then, ref=ref), 303)


def _may_still_answer(ref: str) -> bool:
    """Whether an answer is still asked for: a form that was sent twice was answered by its first sending."""
    with resource(Database).read() as session:
        return notice_standing(session, _notice_link(session, ref, utc_now())).may_answer


def _form_again(ref: str, typed: Typed, form: str) -> Response:
    with resource(Database).read() as session:
        link = _notice_link(session, ref, utc_now())
        said = notice_standing(session, link)
    return with_status(page(form, **_answering(link, said, request.form.get("pass", ""), typed)), 422)


@blp.post("/<ref>/files/<file_ref>")
@public
@proves_its_sender
def open_file(ref: str, file_ref: str) -> Response:
    """A file that the notice was sent with. The opening is recorded before the first byte is sent."""
    now = _let_in(ref)
    folder = folder_of(resource(Settings).data_dir)
    answer_pass = request.form.get("pass", "")
    seen, content = pickup.open_supplied_file(resource(Database), folder, ref, answer_pass, file_ref, now=now)
    response = Response(content, mimetype=seen.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=seen.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


# --- letting in -------------------------------------------------------------------------------------------------------


def _let_in(ref: str) -> datetime:
    """Refuse what another site's page sends, and what comes too often; a link that leads nowhere costs nothing."""
    if comes_from_elsewhere(request, resource(Settings).base_url):
        raise NotPermitted(
            gettext("This was sent from a page of another site. Open the link in the message, and use its form.")
        )
    now = utc_now()
    with resource(Database).read() as session:
        pickup.follow(session, ref, now=now)
    resource(RateLimits).spend(f"guest {ref}", POSTS_PER_MINUTE, now=now)
    return now


# --- refusals, as pages -----------------------------------------------------------------------------------------------


@blp.errorhandler(HubError)
def _refused(error: HubError) -> Response:
    if not isinstance(error, NotFound) or not refusals.is_for_a_person():
        return refusals.refused(error, onward=_way_back())
    said = {
        "title": gettext("This link does not lead to anything"),
        "sentence": gettext("It may be incomplete, or too old."),
    }
    return refusals.refusal_page(error, **said, steps=_LOST)


@blp.errorhandler(HTTPException)
def _failed(error: HTTPException) -> Response:
    return refusals.failed(error, onward=_way_back())


def _way_back() -> refusals.Onward:
    ref = (request.view_args or {}).get("ref", "")
    return (f"/n/{ref}", gettext("Go back to what waits")) if ref else refusals.START
