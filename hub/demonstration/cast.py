"""Who plays in the demonstration and in the tests.

The councils and forces are real ones, because postcodes lead to them; everything else is made up: nobody in it exists, every
mailbox ends in ``.example``, and the homes stand at the postcodes of public buildings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access import service as access
from hub.access.checking import scopes_for_clients
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date
from hub.core.ids import new_ref
from hub.demonstration.interviewing import load_entries
from hub.demonstration.people import Player, load_people
from hub.directory import organisations, queries
from hub.directory.areas import Areas

LEEDS, BRADFORD, KENT, MEDWAY = "E08000035", "E08000032", "E10000016", "E06000035"
NORFOLK, CORNWALL, CARDIFF = "E10000020", "E06000052", "W06000015"
KENT_POLICE, WEST_YORKSHIRE_POLICE, NORFOLK_POLICE = "E23000032", "E23000010", "E23000024"

COUNCILS: Final = {
    "leeds": LEEDS,
    "bradford": BRADFORD,
    "kent": KENT,
    "medway": MEDWAY,
    "cornwall": CORNWALL,
    "cardiff": CARDIFF,
}
FORCES: Final = {"kent_police": KENT_POLICE, "west_yorkshire_police": WEST_YORKSHIRE_POLICE}
LISTED_ONLY: Final = {"norfolk": NORFOLK, "norfolk_police": NORFOLK_POLICE}
"""They have not joined: an e-mail to their listed mailbox is how they are reached."""

HOMES: Final[dict[str, dict[str, Any]]] = {
    "willow_house": {
        "kind": "childrens_home", "name": "Willow House", "urn": "SC900001", "postcode": "ME14 1XQ",
        "address": "1 Fictitious Lane, Maidstone", "phone": "01632 960001",
    },
    "lantern_lodge": {
        "kind": "supported_accommodation", "name": "Lantern Lodge", "urn": "9000002", "postcode": "BD1 1HY",
        "address": "2 Fictitious Row, Bradford", "phone": "01632 960002",
    },
    "harbour": {"kind": "fostering_agency", "name": "Harbour Fostering", "urn": "SC900003"},
}  # fmt: skip

INTERVIEWERS: Final = {
    "kent_returns": "Kent Return Interviews",
    "beacon": "Beacon Return Interviews",
    "northstar": "Northstar Interviews",
}
"""A council's own team, a charity, a national provider: what each covers and charges is in ``interviewing.py``."""

SECONDS: Final = {"leeds_manager": "leeds", "kent_police_manager": "kent_police"}
"""Second hands, of those whose changes take two: clients that may only read, manage, and so confirm."""

COUNCIL_DESKS: Final = (
    "social_worker", "team_manager", "service_manager", "head_of_service", "nominated_officer", "dcs", "chief_executive",
    "missing_coordinator", "iro_manager", "virtual_school_head", "desk_manager", "out_of_hours",
    "privacy_lead",
)  # fmt: skip
FORCE_DESKS: Final = ("missing_coordinator", "out_of_hours", "privacy_lead")
HOME_DESKS: Final = ("registered_manager", "responsible_individual", "out_of_hours")
INTERVIEW_DESKS: Final = ("provider_coordinator", "desk_manager", "service_manager", "out_of_hours")
DESKS_OF_KIND: Final = {
    "local_authority": COUNCIL_DESKS,
    "police_force": FORCE_DESKS,
    "rhi_provider": INTERVIEW_DESKS,
}


@dataclass(frozen=True)
class Cast:
    """The members by name: the references and keys of their organisations, their actors, their clients' tokens, their people."""

    refs: Mapping[str, str]
    ids: Mapping[str, int]
    actors: Mapping[str, Actor]
    tokens: Mapping[str, str] = field(repr=False)
    people: Mapping[str, Player] = field(default_factory=dict, repr=False)
    """By first name: who signs in, and with what."""


def load_cast(session: Session, areas: Areas, *, now: datetime) -> Cast:
    """Put the cast into a database that holds the reference organisations; each joined member has a client and a token."""
    refs = _councils_and_forces(session) | _homes(session, areas, now) | _interviewers(session, areas, now)
    joined = [name for name in refs if name not in LISTED_ONLY]
    for name in joined:
        organisations.join(session, SYSTEM, refs[name], now)
    for name, ref in refs.items():
        _mailboxes(session, name, ref, now)
    refs["operator"] = _ref_of_operator(session)
    _desk(session, _member(session, refs["operator"]).id, "operator", ["inbox", "email"], "operator", now)
    cast = _cast(session, refs, [*joined, "operator"], now)
    load_entries(session, cast.ids, now=now)
    return cast


def _ref_of_operator(session: Session) -> str:
    operator = queries.operator(session)
    if operator is None:
        raise LookupError("the reference data must be loaded before the cast")
    ref: str = operator.ref
    return ref


def _member(session: Session, ref: str) -> queries.Brief:
    row = queries.organisation_by_ref(session, ref)
    if row is None:
        raise LookupError(f"{ref} has left the directory while the cast was loaded")
    return row


def _councils_and_forces(session: Session) -> dict[str, str]:
    found = {name: queries.by_gss(session, code) for name, code in (COUNCILS | FORCES | LISTED_ONLY).items()}
    return {name: row.ref for name, row in found.items() if row is not None}


def _homes(session: Session, areas: Areas, now: datetime) -> dict[str, str]:
    return {
        name: organisations.add(session, SYSTEM, wanted, areas=areas, now=now).ref for name, wanted in HOMES.items()
    }


def _interviewers(session: Session, areas: Areas, now: datetime) -> dict[str, str]:
    wanted = {name: {"kind": "rhi_provider", "name": said} for name, said in INTERVIEWERS.items()}
    return {name: organisations.add(session, SYSTEM, each, areas=areas, now=now).ref for name, each in wanted.items()}


def _mailboxes(session: Session, name: str, ref: str, now: datetime) -> None:
    row = _member(session, ref)
    desks = DESKS_OF_KIND.get(row.kind, HOME_DESKS)
    listed = ("duty_desk",) if name in LISTED_ONLY else ("duty_desk", *desks)
    for role in listed:
        _desk(session, row.id, role, ["email"], name, now)


def _desk(session: Session, organisation_id: int, role: str, channels: Iterable[str], name: str, now: datetime) -> None:
    """A desk, verified as if by telephone."""
    for channel in channels:
        mailbox = f"{role}@{name}.example".replace("_", "-")
        if queries.same_contact_point(session, organisation_id, role, channel, mailbox if channel == "email" else ""):
            continue
        row = {
            "ref": new_ref("con"),
            "organisation_id": organisation_id,
            "role": role,
            "channel": channel,
            "address": mailbox if channel == "email" else "",
            "purpose": "Demonstration",
            "verified_by": "The demonstration",
            "verified_at": now,
            "entered_by": SYSTEM.ref,
            "valid_from": london_date(now),
        }
        queries.add_contact_point(session, row)


def _cast(session: Session, refs: Mapping[str, str], speaking: Iterable[str], now: datetime) -> Cast:
    rows = {name: _member(session, ref) for name, ref in refs.items()}
    tokens, actors = {}, {}
    for name in (*speaking, *SECONDS):
        row = rows[SECONDS.get(name, name)]
        scopes = ["manage", "read"] if name in SECONDS else sorted(scopes_for_clients(row.kind))
        client = access.add_client(session, SYSTEM, row.id, f"Demonstration system of {row.name}", scopes, now=now)
        tokens[name] = access.issue_key(session, SYSTEM, client.ref, now=now).text
        actors[name] = Actor(
            "api_client",
            client.ref,
            row.id,
            row.ref,
            row.kind,
            frozenset(scopes),
            organisation_gss=row.gss_code,
            organisation_area=row.area_gss,
        )
    ids = {name: row.id for name, row in rows.items()}
    return Cast(refs, ids, actors, tokens, load_people(session, ids, now=now))
