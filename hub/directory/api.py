"""The directory over HTTP: organisations, their contact points, who cannot be reached, and whose area a place is in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hub.core.actor import Actor
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, PageQuery, expected_version, page_of, resource, route, tagged
from hub.core.idempotency import Once
from hub.core.settings import Settings
from hub.directory import contact_points, organisations, queries, reachability
from hub.directory import contact_points_by_two as by_two
from hub.directory.areas import Areas
from hub.directory.areas_cli import answer
from hub.directory.models import ContactPoint, Proposal
from hub.directory.proposal_answers import or_waits, waits
from hub.directory.schemas import (
    ContactPointChangeIn,
    ContactPointIn,
    ContactPointOut,
    DirectoryEntryOut,
    OrganisationChangeIn,
    OrganisationIn,
    OrganisationsQuery,
    PlaceOut,
    PlaceQuery,
    ReachabilityOut,
    SecretIn,
    SignedContactPointOut,
    VerificationIn,
)
from hub.directory.tenancy import known, own_or_any
from hub.duties.rulebook import Rulebook

blp = Blueprint("directory", __name__, url_prefix="/api/v1", description="Organisations, contact points and areas.")

Body = dict[str, Any]


@route(blp, "GET", "/areas", permission="area.read", query=PlaceQuery, out=PlaceOut)
def area(_actor: Actor, query: Body) -> Mapping[str, Any]:
    """Say which council and police force answer for a postcode, and how it lies to a placing authority."""
    areas = resource(Areas)
    placing = areas.authority(query["placing"], field="placing") if query["placing"] else None
    opinion_url = resource(Settings).second_opinion_url
    return answer(areas, query["postcode"], placing, second_opinion_url=opinion_url)


@route(
    blp,
    "GET",
    "/organisations",
    permission="organisation.read",
    query=OrganisationsQuery,
    out=DirectoryEntryOut,
    paged=True,
)
def list_organisations(actor: Actor, query: Body) -> Body:
    """List organisations: councils, forces, homes, agencies and other bodies."""
    wanted = queries.Filter(
        kind=query["kind"], name=query["name"], gss_code=query["gss"], urn=query["urn"], area_gss=query["area"]
    )
    with resource(Database).read() as session:
        rows = queries.organisations(session, wanted, after=query["cursor"], at_most=query["limit"] + 1)
        shown = [organisations.entry(session, actor, row) for row in rows]
    return page_of(shown, query, ref=lambda row: str(row["ref"]))


@route(blp, "GET", "/organisations/<ref>", permission="organisation.read", out=DirectoryEntryOut)
def show_organisation(actor: Actor, ref: str) -> Any:
    """Show one organisation."""
    with resource(Database).read() as session:
        row = known(session, ref)
        return tagged(organisations.entry(session, actor, row), row.version)


@route(
    blp,
    "POST",
    "/organisations",
    permission="organisation.add",
    body=OrganisationIn,
    out=DirectoryEntryOut,
    status=201,
    idempotent=True,
)
def add_organisation(actor: Actor, body: Body, once: Once) -> Any:
    """Add an organisation: a home, an agency, a provider or another body."""
    with resource(Database).write() as session:

        def act() -> Mapping[str, Any]:
            row = organisations.add(session, actor, body, areas=resource(Areas), now=utc_now())
            return organisations.entry(session, actor, row)

        return once(session, act)


@route(
    blp,
    "PATCH",
    "/organisations/<ref>",
    permission="organisation.change",
    body=OrganisationChangeIn,
    out=DirectoryEntryOut,
    edits=True,
)
def change_organisation(actor: Actor, ref: str, body: Body) -> Any:
    """Change an organisation's entry."""
    version = expected_version()
    with resource(Database).write() as session:
        row = organisations.change(session, actor, ref, version, body, areas=resource(Areas), now=utc_now())
        return tagged(organisations.entry(session, actor, row), row.version)


@route(blp, "DELETE", "/organisations/<ref>", permission="organisation.close", status=204)
def close_organisation(actor: Actor, ref: str) -> None:
    """Close an organisation from today; its clients are refused at once."""
    with resource(Database).write() as session:
        organisations.close(session, actor, ref, utc_now())


@route(blp, "POST", "/organisations/<ref>/joining", permission="organisation.join", out=DirectoryEntryOut, status=201)
def join(actor: Actor, ref: str) -> Any:
    """Record that an organisation now uses the hub, and give its duty desk an inbox."""
    with resource(Database).write() as session:
        row = organisations.join(session, actor, ref, utc_now())
        return tagged(organisations.entry(session, actor, row), row.version)


@route(
    blp,
    "GET",
    "/organisations/<ref>/contact-points",
    permission="contact_point.read",
    query=PageQuery,
    out=ContactPointOut,
    paged=True,
)
def list_contact_points(actor: Actor, ref: str, query: Body) -> Body:
    """List where an organisation is reached."""
    today = london_date(utc_now())
    with resource(Database).read() as session:
        organisation = own_or_any(session, actor, ref)
        points = queries.contact_points(
            session, organisation.id, today, after=query["cursor"], at_most=query["limit"] + 1
        )
    return page_of([_shown(point, today) for point in points], query, ref=lambda row: str(row["ref"]))


@route(
    blp,
    "POST",
    "/organisations/<ref>/contact-points",
    permission="contact_point.add",
    body=ContactPointIn,
    out=SignedContactPointOut,
    status=201,
)
def add_contact_point(actor: Actor, ref: str, body: Body) -> Any:
    """Add a contact point; it is used once it has been verified. A webhook's secret is shown this once."""
    now = utc_now()
    with resource(Database).write() as session:
        added = contact_points.add(session, actor, ref, body, private_webhooks=_private_webhooks(), now=now)
    return tagged(_signed(added.point, added.signing, london_date(now)), added.point.version)


@route(blp, "GET", "/contact-points/<ref>", permission="contact_point.read", out=ContactPointOut)
def show_contact_point(actor: Actor, ref: str) -> Any:
    """Show one contact point."""
    with resource(Database).read() as session:
        point = contact_points.point_of(session, actor, ref)
    return tagged(_shown(point, london_date(utc_now())), point.version)


@route(
    blp,
    "PATCH",
    "/contact-points/<ref>",
    permission="contact_point.change",
    body=ContactPointChangeIn,
    out=ContactPointOut,
    edits=True,
)
@or_waits(blp)
def change_contact_point(actor: Actor, ref: str, body: Body) -> Any:
    """Change a contact point; with a new role or address it must be verified again."""
    version, now = expected_version(), utc_now()
    with resource(Database).write() as session:
        private = _private_webhooks()
        done = by_two.change(session, actor, ref, version, body, private_webhooks=private, now=now)
        if isinstance(done, Proposal):
            return waits(done)
    return tagged(_shown(done, london_date(now)), done.version)


@route(
    blp,
    "POST",
    "/contact-points/<ref>/verification",
    permission="contact_point.verify",
    body=VerificationIn,
    out=ContactPointOut,
    status=201,
)
def verify_contact_point(actor: Actor, ref: str, body: Body) -> Any:
    """Record who found that a contact point reaches its desk; of a council or force by a second person."""
    now = utc_now()
    with resource(Database).write() as session:
        point = contact_points.verify(session, actor, ref, now=now, **body)
    return tagged(_shown(point, london_date(now)), point.version)


@route(
    blp,
    "POST",
    "/contact-points/<ref>/secret",
    permission="contact_point.rotate",
    body=SecretIn,
    out=SignedContactPointOut,
    status=201,
)
@or_waits(blp)
def rotate_secret(actor: Actor, ref: str, body: Body) -> Any:
    """Make a webhook's next signing secret; the previous one signs beside it until the next rotation."""
    now = utc_now()
    with resource(Database).write() as session:
        done = by_two.rotate(session, actor, ref, now=now, **body)
        if isinstance(done, Proposal):
            return waits(done)
        point, signing = done
    return tagged(_signed(point, signing, london_date(now)), point.version)


@route(blp, "DELETE", "/contact-points/<ref>", permission="contact_point.retire", status=204)
@or_waits(blp)
def retire_contact_point(actor: Actor, ref: str) -> Any:
    """Retire a contact point: nothing more goes there."""
    with resource(Database).write() as session:
        proposal = by_two.retire(session, actor, ref, now=utc_now())
        return waits(proposal) if proposal else None


@route(blp, "GET", "/organisations/<ref>/reachability", permission="reachability.read", out=ReachabilityOut)
def show_reachability(actor: Actor, ref: str) -> Body:
    """Say which roles of an organisation cannot be reached, and which contact points need attention."""
    with resource(Database).read() as session:
        rows = [own_or_any(session, actor, ref)]
        reports = reachability.report_on(session, rows, resource(Rulebook), on=london_date(utc_now()))
    return reachability.shown(reports[0])


@route(blp, "GET", "/reachability", permission="reachability.survey", query=PageQuery, out=ReachabilityOut, paged=True)
def survey(_actor: Actor, query: Body) -> Body:
    """Say who cannot be reached, organisation by organisation."""
    with resource(Database).read() as session:
        rows = queries.organisations(session, queries.Filter(), after=query["cursor"], at_most=query["limit"] + 1)
        reports = reachability.report_on(session, rows, resource(Rulebook), on=london_date(utc_now()))
    return page_of(list(map(reachability.shown, reports)), query, ref=lambda row: str(row["organisation"]))


def _private_webhooks() -> bool:
    return resource(Settings).webhook_private_addresses


def _shown(point: ContactPoint, on: date) -> Body:
    return vars(point) | {"is_used": contact_points.is_used(point, on)}


def _signed(point: ContactPoint, signing: contact_points.Signing | None, on: date) -> Body:
    return _shown(point, on) | {"signing": signing}
