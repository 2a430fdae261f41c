"""What each organisation has of its own: people, systems, contact points, a sign-in; what it has proposed."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from hub.access import service, sessions
from hub.access.people import invitations
from hub.access.people import service as people
from hub.access.single_sign_on import provider_queries as providers_queries
from hub.access.teams import service as teams
from hub.core.actor import SYSTEM, Actor
from hub.core.ids import new_ref
from hub.directory import area_corrections, contact_points, proposals
from hub.directory import queries as directory
from hub.directory.duty import service as duty
from tests.access.matrix_world import MEMBERS, NOISE, record
from tests.conftest import NOW
from tests.registry.papers import NORWICH

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder


def add_belongings(builder: "Builder", member: str) -> None:
    with builder.database.write() as session:
        organisation = directory.by_ids(session, [builder.ids[member]])[builder.ids[member]]
        _systems(builder, session, member)
        spare = people.add(
            session,
            organisation,
            name="Pat Clamour" if member in NOISE else "Pat Fictitious",
            email=f"spare@{member}.example".replace("_", "-"),
            roles=["privacy_lead"],
            password_hash="x",
            now=NOW,
        )
        begun = sessions.begin(session, spare, factors=["password", "totp"], device="Firefox on Linux", now=NOW)
        asked = {"name": "Pat Fictitious", "email": f"new@{member}.example".replace("_", "-")}
        letter = invitations.invite(session, SYSTEM, organisation, **asked, roles=["privacy_lead"], now=NOW)
        builder.keep("person", member, spare.ref, spare.version)
        builder.keep("session", member, begun.ref)
        builder.keep("invitation", member, letter.ref)
        here = Actor("person", spare.ref, organisation.id, organisation.ref, organisation.kind)
        team = teams.add_team(session, here, {"name": "Fictitious team", "people": [spare.ref]}, now=NOW)
        builder.keep("team", member, team.ref, team.version)
        builder.keep("identity provider", member, _provider(session, member, organisation))
        builder.keep("override", member, _override(builder, session, member))


def _systems(builder: "Builder", session: Session, member: str) -> None:
    wanted = {"role": "duty_desk", "channel": "webhook", "purpose": "Case system"}
    wanted["address"] = f"https://hooks.{member}.example/hub".replace("_", "-")
    point = contact_points.add(session, SYSTEM, builder.refs[member], wanted, private_webhooks=False, now=NOW).point
    client = service.add_client(session, SYSTEM, builder.ids[member], "Case system", ["administer"], now=NOW)
    key = service.issue_key(session, SYSTEM, client.ref, now=NOW)
    builder.keep("contact point", member, point.ref, point.version)
    builder.keep("client", member, client.ref)
    builder.keep("key", member, key.ref)


def _provider(session: Session, member: str, organisation: directory.Brief) -> str:
    ref = new_ref("idp")
    row = {
        "ref": ref,
        "organisation_id": organisation.id,
        "name": member,
        "issuer": f"https://sign-in.{member}.example".replace("_", "-"),
        "client_id": "hub",
        "sealed_secret": None,
        "groups_claim": "groups",
        "group_roles": {},
        "proves_second_factor": False,
        "created_at": NOW,
    }
    providers_queries.add(session, row)
    return ref


def _override(builder: "Builder", session: Session, member: str) -> str:
    """For an hour tomorrow another desk answers."""
    name = "Clamour desk" if member in NOISE else "Storm desk"
    words = {"name": name, "phone": "01632 960999", "reason": "Invented."}
    begins = NOW + timedelta(days=1)
    times = {"from_at": begins, "until_at": begins + timedelta(hours=1)}
    made = duty.add_override(session, SYSTEM, builder.refs[member], **words, **times, rules=builder.rules, now=NOW)
    return str(made.ref)


def add_proposals(builder: "Builder") -> None:
    """Of each council and force, its system has proposed that its contact point be retired."""
    for member in (*MEMBERS, "bradford"):
        point = builder.noise["contact point"] if member in NOISE else builder.own("contact point", member).ref
        with builder.database.write() as session:
            organisation = directory.by_ids(session, [builder.ids[member]])[builder.ids[member]]
            system = Actor("api_client", "cli_world", organisation.id, organisation.ref, organisation.kind)
            if not proposals.takes_two(system, organisation):
                continue
            made = proposals.propose(
                session,
                system,
                organisation=organisation,
                act="contact_point.retire",
                subject_ref=point,
                content={"body": {}, "seen": 1},
                trial=lambda: None,
                now=NOW,
            )
            builder.keep("proposal", member, made.ref)


def add_area_correction(builder: "Builder") -> None:
    """Kent has accepted an address at a postcode of Norwich that another council had passed on."""
    kent = builder.cast.actors["kent"]
    with builder.database.write() as session:
        ref = area_corrections.propose(
            session, kent, NORWICH["postcode"], areas=builder.areas, to_gss="E10000016", now=NOW
        )
    builder.records["area correction"] = [record(ref or "")]
