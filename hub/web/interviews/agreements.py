"""Who pays for interviews, as councils agree it: what is in force, what waits for an answer, proposing, answering, ending."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.schemas_parts import gss_code
from hub.spotpurchase.providers import agreements as service
from hub.spotpurchase.providers.schemas import InterviewAgreementAnswerIn, InterviewAgreementIn
from hub.web import forms
from hub.web.councils import council_choices
from hub.web.cursors import ref_in_address
from hub.web.forms import Filled
from hub.web.interviews import words
from hub.web.interviews.blueprint import blp, shown
from hub.web.sending import sent
from hub.web.signed_in import acting, allowed, may

AT_ONCE: Final = 50
PATH: Final = "/interview-agreements"
NAMES: Final = ("kind", "side", "with_", "valid_from", "valid_to", "terms")
_DONE: Final = {
    "proposed": lazy_gettext("The proposal is sent. It counts once the other council agrees."),
    "agreed": lazy_gettext("It is agreed. It counts for interviews that are asked for from its first day on."),
    "refused": lazy_gettext("It is refused. The other council is told."),
    "ended": lazy_gettext("It has ended. What was asked for before is paid for as it was agreed."),
}
SIDE_WORDS: Final = (
    ("host", lazy_gettext("The child lives in our area")),
    ("placing", lazy_gettext("We placed the child in the other council’s area")),
)


class AgreementForm(InterviewAgreementIn):
    """As the API takes it: a control cannot be called ``with``."""

    with_ = gss_code(load_default=None, allow_none=True)


@blp.get(PATH)
@may("agreement.read")
def agreements() -> Response:
    """Those that the reader's council is a side of, and those of hosts that pay for all."""
    with resource(Database).read() as session:
        found = service.listing(session, acting(), state=None, after=ref_in_address("agr"), at_most=AT_ONCE + 1)
    listed = found[:AT_ONCE]
    return shown(
        "agreements",
        waiting=[each for each in listed if each.state == "proposed" and each.proposed_by.id != acting().organisation],
        listed=listed,
        own=acting().organisation,
        further_path=f"{PATH}?" + urlencode({"after": listed[-1].ref}) if found[AT_ONCE:] else "",
        may_change=allowed("agreement.change"),
    )


@blp.get(f"{PATH}/new")
@may("agreement.change")
def propose_form() -> Response:
    """Who pays, whose children, with which council?"""
    return _form(None)


def _form(given: Filled | None, status: int = 200) -> Response:
    return shown(
        "agreement_new",
        status=status,
        typed=given.typed if given else {"side": "placing"},
        errors=given.errors if given else {},
        kinds=list(words.AGREEMENT_WORDS.items()),
        sides=SIDE_WORDS,
        councils=council_choices(),
    )


@blp.post(f"{PATH}/new")
@may("agreement.change")
def propose() -> Response:
    """The other council is asked; a host that pays for every council's children binds itself at once."""
    actor, rules, areas, now = acting(), resource(Rulebook), resource(Areas), utc_now()
    given = forms.filled(AgreementForm(), NAMES, request.form)

    def act(session: Session) -> str:
        made = service.propose(session, actor, given.loaded, areas=areas, rules=rules, now=now)
        return f"{PATH}/{made.ref}?done={made.state}"

    def again(refused: Filled, status: int) -> Response:
        told = {("with_" if name == "with" else name): said for name, said in refused.errors.items()}
        return _form(replace(refused, errors=told), status)

    return sent(given, (*NAMES, "with"), act, again)


@blp.get(f"{PATH}/<ref>")
@may("agreement.read")
def agreement(ref: str) -> Response:
    """One of them, and what the reader's council may do about it."""
    return _one(ref, None)


def _one(ref: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).read() as session:
        seen = service.agreement(session, acting(), ref)
    own = acting().organisation
    is_side = own in (seen.host_authority.id, seen.placing_authority.id if seen.placing_authority else None)
    may_act = is_side and allowed("agreement.change")
    return shown(
        "agreement",
        status=status,
        seen=seen,
        may_answer=may_act and seen.state == "proposed" and seen.proposed_by.id != own,
        may_end=may_act and (seen.state == "agreed" or (seen.state == "proposed" and seen.proposed_by.id == own)),
        errors=given.errors if given else {},
        was_done=_DONE.get(request.args.get("done", "")),
    )


@blp.post(f"{PATH}/<ref>/answer")
@may("agreement.change")
def answer(ref: str) -> Response:
    """The council that did not propose it agrees or refuses."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    given = forms.filled(InterviewAgreementAnswerIn(), ("is_agreed",), request.form)

    def act(session: Session) -> str:
        done = service.answer(session, actor, ref, **given.loaded, rules=rules, now=now)
        return f"{PATH}/{ref}?done={done.state}"

    return sent(given, ("is_agreed",), act, lambda again, status: _one(ref, again, status))


@blp.post(f"{PATH}/<ref>/end")
@may("agreement.change")
def end(ref: str) -> Response:
    """Either council ends it from now on, or takes its proposal back."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()

    def act(session: Session) -> str:
        service.end(session, actor, ref, rules=rules, now=now)
        return f"{PATH}/{ref}?done=ended"

    return sent(Filled(), (), act, lambda again, status: _one(ref, again, status))
