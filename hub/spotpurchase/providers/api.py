"""Providers of interviews over HTTP: who covers what, who takes on more, what each charges; and who pays, as councils agree."""

from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, expected_version, page_of, resource, route, tagged
from hub.core.idempotency import Once
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.providers import agreements, schemas, service

blp = Blueprint(
    "interview_providers",
    __name__,
    url_prefix="/api/v1",
    description="Providers of return home interviews: coverage, capacity, rate cards, agreements about who pays",
)
Body = dict[str, Any]
_ONE = "/interview-providers/<ref>"


@route(
    blp,
    "GET",
    "/interview-providers",
    permission="interview_provider.read",
    query=schemas.InterviewProvidersQuery,
    out=schemas.InterviewProviderOut,
    paged=True,
)
def list_providers(_actor: Actor, query: Body) -> Any:
    """List providers of interviews, those that cover one council's area if it is named, with price and room."""
    with resource(Database).read() as session:
        found = service.entries(
            session,
            query["area"],
            areas=resource(Areas),
            after=query["cursor"],
            at_most=query["limit"] + 1,
            now=utc_now(),
        )
        return page_of(found, query, ref=lambda each: each.organisation.ref)


@route(blp, "GET", _ONE, permission="interview_provider.read", out=schemas.InterviewProviderOut)
def show_provider(_actor: Actor, ref: str) -> Any:
    """Show what one organisation covers, offers and charges; its reference is that of the directory."""
    with resource(Database).read() as session:
        found = service.entry_of(session, ref, now=utc_now())
        return tagged(found, found.version)


@route(
    blp,
    "PUT",
    _ONE,
    permission="interview_provider.change",
    body=schemas.InterviewProviderIn,
    out=schemas.InterviewProviderOut,
    edits=True,
)
def save_provider(actor: Actor, ref: str, body: Body) -> Any:
    """Save what your organisation covers and offers. The first time, send If-Match: "0"; then say what you can take on."""
    with resource(Database).write() as session:
        found = service.save(
            session,
            actor,
            ref,
            body,
            version=expected_version(),
            areas=resource(Areas),
            rules=resource(Rulebook),
            now=utc_now(),
        )
        return tagged(found, found.version)


@route(
    blp,
    "PUT",
    f"{_ONE}/capacity",
    permission="interview_provider.change",
    body=schemas.InterviewCapacityIn,
    out=schemas.InterviewProviderOut,
)
def switch_capacity(actor: Actor, ref: str, body: Body) -> Any:
    """Say whether you take on interviews now, and how many: the capacity switch. It needs no If-Match."""
    with resource(Database).write() as session:
        found = service.switch(session, actor, ref, **body, now=utc_now())
        return tagged(found, found.version)


@route(blp, "GET", f"{_ONE}/rate-cards", permission="interview_provider.read", out=schemas.RateCardsOut)
def list_rate_cards(_actor: Actor, ref: str) -> Any:
    """See every version of a provider's rate card, the newest first."""
    with resource(Database).read() as session:
        return {"items": service.cards(session, ref)}


@route(
    blp,
    "POST",
    f"{_ONE}/rate-cards",
    permission="rate_card.publish",
    body=schemas.RateCardIn,
    out=schemas.RateCardOut,
    status=201,
    idempotent=True,
)
def publish_rate_card(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Publish a new version of your rate card, in whole pence. What was agreed by an earlier one stays."""
    now = utc_now()
    with resource(Database).write() as session:
        return once(session, lambda: service.publish_card(session, actor, ref, body, now=now))


@route(
    blp,
    "PUT",
    "/interview-teams/<ref>",
    permission="agreement.change",
    body=schemas.InterviewTeamIn,
    out=schemas.InterviewProviderOut,
)
def confirm_team(actor: Actor, ref: str, body: Body) -> Any:
    """Say whether a provider that names your council is its own team; *ref* is the entry's `team`."""
    with resource(Database).write() as session:
        found = service.confirm_team(session, actor, ref, **body, now=utc_now())
        return tagged(found, found.version)


@route(
    blp,
    "GET",
    "/interview-agreements",
    permission="agreement.read",
    query=schemas.InterviewAgreementsQuery,
    out=schemas.InterviewAgreementOut,
    paged=True,
)
def list_agreements(actor: Actor, query: Body) -> Any:
    """List the agreements that your council is a side of, and those of hosts that pay for all."""
    with resource(Database).read() as session:
        found = agreements.listing(
            session, actor, state=query["state"], after=query["cursor"], at_most=query["limit"] + 1
        )
        return page_of(found, query, ref=lambda each: each.ref)


@route(blp, "GET", "/interview-agreements/<ref>", permission="agreement.read", out=schemas.InterviewAgreementOut)
def show_agreement(actor: Actor, ref: str) -> Any:
    """Show one agreement."""
    with resource(Database).read() as session:
        return agreements.agreement(session, actor, ref)


@route(
    blp,
    "POST",
    "/interview-agreements",
    permission="agreement.change",
    body=schemas.InterviewAgreementIn,
    out=schemas.InterviewAgreementOut,
    status=201,
    idempotent=True,
)
def propose(actor: Actor, body: Body, once: Once) -> Any:
    """Propose to another council who pays for interviews; or say that you pay for every council's children."""
    now, rules, areas = utc_now(), resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return once(session, lambda: agreements.propose(session, actor, body, areas=areas, rules=rules, now=now))


@route(
    blp,
    "POST",
    "/interview-agreements/<ref>/answer",
    permission="agreement.change",
    body=schemas.InterviewAgreementAnswerIn,
    out=schemas.InterviewAgreementOut,
    idempotent=True,
)
def answer(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Agree to what another council proposed, or refuse it."""
    now, rules = utc_now(), resource(Rulebook)

    def act(session: Session) -> agreements.Agreement:
        return agreements.answer(session, actor, ref, **body, rules=rules, now=now)

    with resource(Database).write() as session:
        return once(session, lambda: act(session))


@route(
    blp,
    "POST",
    "/interview-agreements/<ref>/end",
    permission="agreement.change",
    out=schemas.InterviewAgreementOut,
    idempotent=True,
)
def end(actor: Actor, ref: str, once: Once) -> Any:
    """End an agreement from now on, or take your proposal back."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).write() as session:
        return once(session, lambda: agreements.end(session, actor, ref, rules=rules, now=now))
