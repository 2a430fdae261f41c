"""Telling of an admission or a discharge on a phone: one page of questions, one to check, one to keep.

What was answered is a draft from the first press on, so a call at the door loses nothing; the same schema, services and drafts
serve the API.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict, HubError, Invalid, NotFound, StateConflict
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import drafts
from hub.registry.minimum import faults_of
from hub.registry.owed import FULFILS
from hub.registry.receipts import Line
from hub.registry.register import residents
from hub.registry.schemas import NoticeIn
from hub.web import autosave, forms
from hub.web.councils import council_names
from hub.web.forms import Errors, Filled, Typed
from hub.web.home import answers, beside, keeping, said
from hub.web.home.sheets import Sheet, in_order, sheet_of
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, done_once, install_refusals, may
from hub.web.too_late import too_late

blp = Blueprint("home_telling", __name__, template_folder="../templates")
install_refusals(blp)

_WORDS: Final = '<any("admission", "arrival", "discharge", "leaving"):word>'


# --- the questions ----------------------------------------------------------------------------------------------------


@blp.get(f"/{_WORDS}")
@may("notice.draft")
def begin(word: str) -> Any:
    """The questions; of a discharge first: which child."""
    sheet = sheet_of(word)
    if f"/{word}" != sheet.deed.path:
        return redirect(sheet.deed.path)
    return _form(sheet, {answers.WHEN: answers.NOW}) if sheet.is_arrival else redirect("/residents?leaving=yes")


@blp.post(f"/{_WORDS}")
@may("notice.draft")
def answer(word: str) -> Any:
    """Keep what was answered as a draft, and go on to check it."""
    return _answered(sheet_of(word), None)


@blp.get(f"/{_WORDS}/<ref>")
@may("notice.draft")
def again(word: str, ref: str) -> Any:
    """The questions as they were answered in a draft."""
    sheet = sheet_of(word)
    with resource(Database).write() as session:
        try:
            draft = drafts.read_draft(session, acting(), ref)
        except NotFound:
            return _sent_already(session, sheet, ref)
        return _form(sheet, _typed(sheet, draft.content), draft=draft, child=_child(session, draft.content))


@blp.post(f"/{_WORDS}/<ref>")
@may("notice.draft")
def answer_again(word: str, ref: str) -> Any:
    """Put other answers in the place of a draft's, and go on to check them."""
    return _answered(sheet_of(word), ref)


@blp.get(f"/{_WORDS}/child/<placement>")
@may("notice.draft")
def of_child(word: str, placement: str) -> Any:
    """The questions about a child on the list who has left."""
    sheet, now = sheet_of(word), utc_now()
    if sheet.is_arrival:
        return redirect("/residents")
    with resource(Database).write() as session:
        child = residents.resident(session, acting(), placement, rules=resource(Rulebook), now=now)
    return _form(sheet, {answers.WHEN: answers.NOW, "placement": placement}, child=child)


@blp.post(f"/{_WORDS}/child/<placement>")
@may("notice.draft")
def expected_has_come(word: str, placement: str) -> Response:
    """A child of whom the council told has come: the notice begins with what it told; what is missing is asked."""
    sheet, now = sheet_of(word), utc_now()

    def act(session: Session) -> str:
        told = residents.told_already(session, acting(), placement, now=now)
        begun = residents.unsent(session, acting(), [sheet.deed.kind])
        if before := next((each for each in begun if each.content.get("placement") == placement), None):
            return f"{sheet.deed.path}/{before.ref}"
        content = NoticeIn().load(_beginning(sheet, told, now))
        draft = drafts.add_draft(session, acting(), content, rules=resource(Rulebook), areas=resource(Areas), now=now)
        return f"{sheet.deed.path}/{draft.ref}" + ("" if draft.missing else "/check")

    return done_once(act)


def _beginning(sheet: Sheet, told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What the council *told*, as far as this notice asks for it; the child came just now."""
    status = told.get("legal_status")
    orders = dict(zip(("s20_or_s21", "s31"), answers.ORDERS.get(status or "", ()), strict=False))
    spelt = forms.spelt(
        NoticeIn(), [name for name in sheet.names if name != sheet.stem], {**told, "kind": sheet.deed.kind}
    )
    form: answers.Form = answers.Form({**spelt, **(orders if sheet.trade.asks_law else {}), answers.WHEN: answers.NOW})
    whole, _ = answers.spread(form, sheet.stem, areas=resource(Areas), now=now)
    return forms.filled(NoticeIn(), sheet.names, whole).body


def _answered(sheet: Sheet, ref: str | None) -> Any:
    now = utc_now()
    if autosave.is_autosave():
        return keeping.kept_meanwhile(sheet, ref, now=now)
    given = _read(sheet, now)
    if not given.errors:
        try:
            return done_once(lambda session: _keep(session, sheet, ref, given, now))
        except Invalid as refusal:
            given = _at_questions(sheet, forms.refused(given, refusal, sheet.names))
        except EditConflict:
            return _stale(sheet, keeping.begun_before(), given)
        except NotFound as refusal:
            return _over(sheet, keeping.begun_before(), refusal)
    return _refused(sheet, given, ref)


def _read(sheet: Sheet, now: datetime) -> Filled:
    """The answers of the form that was sent; where it is to be sent on, with what the legal minimum still asks."""
    whole, wrong = answers.spread(request.form, sheet.stem, areas=resource(Areas), now=now)
    whole["kind"] = sheet.deed.kind
    given = forms.filled(NoticeIn(), sheet.names, whole)
    typed = {**forms.typed_in(sheet.names, request.form), **{k: request.form.get(k, "") for k in answers.OWN}}
    missing: Errors = {}
    if given.loaded and "keep" not in request.form:
        for fault in faults_of(given.loaded):
            missing.setdefault(forms.control_of(fault.field, sheet.names), fault.sentence)
    given = _at_questions(sheet, replace(given, typed=typed, errors={**missing, **given.errors}))
    return replace(given, errors=in_order({**given.errors, **wrong}))


def _at_questions(sheet: Sheet, given: Filled) -> Filled:
    told = answers.told_at(given.errors, given.typed)
    plainly = {
        answers.WHEN: sheet.deed.no_when,
        answers.ORDER: gettext("Choose the order or agreement under which the child is looked after."),
        answers.IRO: gettext("Say whether you know who the independent reviewing officer is."),
        answers.COUNCIL: gettext("Enter the council that placed the child, or below who else did."),
    }
    said_plainly = {name: str(plainly[name]) if name in plainly else sentence for name, sentence in told.items()}
    return replace(given, errors=in_order(said_plainly))


def _keep(session: Session, sheet: Sheet, ref: str | None, given: Filled, now: datetime) -> str:
    draft = keeping.keep(session, ref, given.loaded, now=now)
    return "/residents?kept=yes" if "keep" in request.form else f"{sheet.deed.path}/{draft.ref}/check"


# --- the page of questions --------------------------------------------------------------------------------------------


def _typed(sheet: Sheet, content: Mapping[str, Any]) -> Typed:
    return answers.gathered(forms.spelt(NoticeIn(), sheet.names, content), content, areas=resource(Areas))


def _child(session: Session, content: Mapping[str, Any]) -> residents.Resident | None:
    """Of whom a notice is that names a placement and no child."""
    if "child" in content or "placement" not in content:
        return None
    return residents.resident(session, acting(), content["placement"], rules=resource(Rulebook), now=utc_now())


def _form(sheet: Sheet, typed: Typed, *, errors: Errors | None = None, **about: Any) -> Response:
    draft = about.pop("draft", None)
    missing = []
    if draft is not None and not errors:
        controls = {forms.control_of(fault.field, sheet.names): fault.sentence for fault in draft.missing}
        missing = list(answers.told_at(controls, typed))
    shown = page(
        "home/arrival.html" if sheet.is_arrival else "home/leaving.html",
        sheet=sheet,
        deed=sheet.deed,
        trade=sheet.trade,
        typed=typed,
        errors=errors or {},
        missing=missing,
        version=about.pop("version", draft.version if draft else ""),
        ref=draft.ref if draft else about.pop("ref", None),
        councils=council_names(),
        **{"child": None, "differences": None, **about},
    )
    return with_status(shown, 422 if errors else 200)


def _refused(sheet: Sheet, given: Filled, ref: str | None) -> Response:
    with resource(Database).write() as session:
        child = _child(session, given.body)
    return _form(sheet, given.typed, errors=given.errors, child=child, ref=ref, version=request.form.get("version", ""))


def _over(sheet: Sheet, ref: str, refusal: NotFound) -> Response:
    """The draft was sent or discarded meanwhile."""
    try:
        with resource(Database).read() as session:
            _sent_already(session, sheet, ref)
    except NotFound:
        return too_late(refusal, ref, is_sent=False, begin=sheet.deed.path)
    return too_late(refusal, ref, is_sent=True, begin=sheet.deed.path)


def _stale(sheet: Sheet, ref: str, given: Filled) -> Response:
    """Somebody else changed the draft: what was typed stays, and what stands now is beside it."""
    with resource(Database).write() as session:
        draft = drafts.read_draft(session, acting(), ref)
        child = _child(session, draft.content)
    differences = beside.differences(sheet, _typed(sheet, draft.content), request.form)
    shown = _form(sheet, given.typed, ref=ref, version=draft.version, child=child, differences=differences)
    return with_status(shown, 412)


# --- checking and sending ---------------------------------------------------------------------------------------------


@blp.get(f"/{_WORDS}/<ref>/check")
@may("notice.draft")
def check(word: str, ref: str) -> Any:
    """What will be told to whom, which duty it meets, and by when the council must tell."""
    return _check(sheet_of(word), ref, {})


def _check(sheet: Sheet, ref: str, errors: Errors, status: int = 200) -> Any:
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        try:
            draft = drafts.read_draft(session, acting(), ref)
        except NotFound:
            return _sent_already(session, sheet, ref)
        if draft.missing:
            return redirect(f"{sheet.deed.path}/{ref}")
        foreseen = residents.foresee(session, acting(), ref, rules=rules, areas=areas, now=utc_now())
        child = _child(session, draft.content)
    refused = foreseen.forecast.refused
    if refused and not errors:
        errors = {"": refused.sentence}
    shown = page(
        "home/check.html",
        sheet=sheet,
        deed=sheet.deed,
        draft=draft,
        child=child,
        said_facts=said.facts_of(draft.content, sheet, areas=areas),
        is_met=_own(sheet, foreseen.forecast.meets + foreseen.forecast.done),
        is_late=_own(sheet, foreseen.forecast.late),
        forecast=foreseen.forecast,
        council=foreseen.council,
        errors=errors,
    )
    return with_status(shown, 422 if errors and status == 200 else status)


@blp.post(f"/{_WORDS}/<ref>/send")
@may("notice.register")
def send(word: str, ref: str) -> Any:
    """Register the notice, once."""
    sheet = sheet_of(word)
    try:
        return done_once(lambda session: _send(session, sheet, ref))
    except (Invalid, EditConflict, StateConflict) as refusal:
        return _check(sheet, ref, {"": refusal.sentence}, refusal.status)


def _send(session: Session, sheet: Sheet, ref: str) -> str:
    actor, now = acting(), utc_now()
    if drafts.read_draft(session, actor, ref).version != keeping.version_sent():
        raise EditConflict(gettext("Somebody changed this since you looked at it. Check it again, then send it."))
    receipt = drafts.register_draft(session, actor, ref, rules=resource(Rulebook), areas=resource(Areas), now=now)
    return f"{sheet.deed.path}/{receipt.notice}/sent"


@blp.post(f"/{_WORDS}/<ref>/discard")
@may("notice.draft")
def discard(word: str, ref: str) -> Response:
    """Erase a draft."""
    sheet_of(word)

    def act(session: Session) -> str:
        drafts.discard_draft(session, acting(), ref, version=keeping.version_sent(), now=utc_now())
        return "/residents?discarded=yes"

    return done_once(act)


def _own(sheet: Sheet, lines: Sequence[Line]) -> list[Line]:
    """Of *lines* those of the sender's own duty to tell of this."""
    return [each for each in lines if each.code in FULFILS[sheet.deed.kind]]


# --- the receipt ------------------------------------------------------------------------------------------------------


@blp.get(f"/{_WORDS}/<ref>/sent")
@may("notice.receipt")
def sent(word: str, ref: str) -> Response:
    """The receipt, with the reference to ring with."""
    sheet = sheet_of(word)
    with resource(Database).read() as session:
        found = residents.sent(session, acting(), ref, rules=resource(Rulebook), areas=resource(Areas), now=utc_now())
    if found.receipt.kind != sheet.deed.kind:
        raise NotFound(gettext("There is no notice of this kind of yours with this reference."))
    lines = _own(sheet, found.receipt.obligations)
    return page(
        "home/sent.html",
        sheet=sheet,
        deed=sheet.deed,
        receipt=found.receipt,
        council=found.council,
        lines=lines,
        ref=ref,
    )


def _sent_already(session: Session, sheet: Sheet, ref: str) -> Any:
    """Where the draft has become a notice, its receipt. Raises ``NotFound`` where there is neither."""
    try:
        residents.sent(session, acting(), ref, rules=resource(Rulebook), areas=resource(Areas), now=utc_now())
    except HubError:
        raise NotFound(gettext("There is no notice of yours with this reference, sent or not.")) from None
    return redirect(f"{sheet.deed.path}/{ref}/sent")
