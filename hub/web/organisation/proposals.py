"""What waits for a second person: seen, confirmed, refused with a reason, withdrawn."""

from typing import Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.settings import Settings
from hub.directory import proposals as service
from hub.directory.contact_points import Signing
from hub.directory.proposal_answers import RefusalIn
from hub.duties.rulebook import Rulebook
from hub.notify import confirming
from hub.web import forms
from hub.web.organisation import proposals_shown
from hub.web.organisation.parts import BASE, group, own, shown
from hub.web.sending import sent
from hub.web.signed_in import acting, done_once, may

blp = group("proposals", "/proposals")
PATH: Final = f"{BASE}/proposals"
_REASON: Final = ("reason",)
_NO_REASON: Final = lazy_gettext("Say why, so that whoever proposed it knows what to do next.")


@blp.get("")
@may("proposal.read")
def show_all() -> Response:
    """What waits, and what was decided."""
    now = utc_now()
    with resource(Database).read() as session:
        rows = proposals_shown.listed(session, acting(), own(session), state=None, now=now)
    waiting = [
        row for row in rows if row.proposal.state == "proposed" and not proposals_shown.is_over(row.proposal, now)
    ]
    return shown("proposals", waiting=waiting, decided=[row for row in rows if row not in waiting])


@blp.get("/<ref>")
@may("proposal.read")
def show(ref: str) -> Response:
    """One proposal: how it stands now, and how it would stand."""
    return _page("proposal", ref, forms.Filled(), 200)


def _page(template: str, ref: str, given: forms.Filled, status: int) -> Response:
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).read() as session:
        proposal = service.proposal_of(session, acting(), ref)
        said = proposals_shown.told(session, acting(), own(session), proposal, rules, now=now)
    return shown(template, status=status, typed=given.typed, errors=given.errors, **said)


@blp.get("/<ref>/decide")
@may("proposal.decide")
def decide(ref: str) -> Response:
    """The two buttons of the second person."""
    return _page("proposal_decide", ref, forms.Filled(), 200)


@blp.post("/<ref>/confirm")
@may("proposal.decide")
def confirm(ref: str) -> Response:
    """Confirm it: it takes effect now. A new secret is shown this once."""
    made: list[Signing] = []
    subject: list[str] = []

    def act(session: Session) -> str:
        private = resource(Settings).webhook_private_addresses
        proposal, signing = confirming.confirm(
            session, acting(), ref, rules=resource(Rulebook), private_webhooks=private, now=utc_now()
        )
        subject.append(proposal.subject_ref)
        made.extend([signing] if signing else [])
        return f"{PATH}/{ref}?done={'secret-made' if signing else 'confirmed'}"

    answer = sent(forms.Filled(), (), act, lambda now, status: _page("proposal_decide", ref, now, status))
    return shown("webhook_secret", signing=made[0], ref=subject[0]) if made and answer.status_code == 303 else answer


@blp.post("/<ref>/refuse")
@may("proposal.decide")
def refuse(ref: str) -> Response:
    """Refuse it, and say why."""
    given = forms.filled(RefusalIn(), _REASON, request.form)
    if not request.form.get("reason", "").strip():
        given.errors["reason"] = str(_NO_REASON)
    elif "reason" in given.errors:
        given.errors["reason"] = gettext("Use no more than 500 characters.")

    def act(session: Session) -> str:
        service.refuse(session, acting(), ref, reason=given.loaded["reason"], now=utc_now())
        return f"{PATH}/{ref}?done=refused"

    return sent(given, _REASON, act, lambda now, status: _page("proposal_decide", ref, now, status))


@blp.post("/<ref>/withdraw")
@may("proposal.withdraw")
def withdraw(ref: str) -> Response:
    """Take one's own proposal back."""

    def act(session: Session) -> str:
        service.withdraw(session, acting(), ref, now=utc_now())
        return f"{PATH}/{ref}?done=taken-back"

    return done_once(act)
