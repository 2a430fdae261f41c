"""What others have in the hub, and strangers want: made through the API, and listed from the database with what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select

from attack.browsing import Browser
from attack.staging import Scene
from hub import tables
from hub.core.clock import iso, utc_now
from hub.demonstration import papers
from hub.demonstration.cast import MEDWAY
from hub.demonstration.hub_client import HubClient

_PUBLIC = {"organisation"}
"""Everybody who is known may name every organisation."""
_LOST = "Unlikely-Attackson"
"""The family name of the child who is missing."""
_WHOSE = ("organisation_id", "owner_id", "owed_by_id", "owed_to_id", "placing_authority_id", "host_authority_id")


@dataclass(frozen=True)
class Belongings:
    """References by prefix that are none of the strangers' business, and words that must never reach them."""

    refs: Mapping[str, Sequence[str]]
    words: frozenset[str]
    placement: str
    notice: str
    file: str
    made: Mapping[str, str] = field(default_factory=dict)


def lay_out(scene: Scene, helen: Browser, *, of_each_kind: int) -> Belongings:
    """Play the beginning of the story, and let Helen, who administers Leeds, add what administrators add."""
    leeds, willow = (HubClient(scene.url, scene.cast.tokens[name]) for name in ("leeds", "willow_house"))
    plan = leeds.upload("care-plan.pdf", papers.care_plan("attack"), "application/pdf")
    planned = papers.planned_placement("attack", utc_now() + timedelta(days=7), plan["ref"])
    asked = leeds.post("/notices", papers.consultation(planned))
    approval = {"approver_name": "D. Fictitious", "approver_role": "Director", "approved_at": iso(utc_now())}
    leeds.post(f"/placements/{asked['placement']}/approvals", approval)
    sent = leeds.post("/notices", papers.start_of(planned, asked["placement"]))
    willow.post("/notices", papers.home_admission(planned))
    willow.post("/notices", papers.unknown_admission("attack", utc_now() - timedelta(days=9)))
    leeds.post("/drafts", {"kind": "placement_start"})
    _discovered(scene)
    _administered(scene, helen)
    child = planned["child"]
    words = frozenset({child["family_name"], child["identifiers"]["local_id"], "care-plan.pdf", _LOST})
    return Belongings(_listed(scene, of_each_kind), words, asked["placement"], sent["notice"], plan["ref"])


def _discovered(scene: Scene) -> None:
    """A force in Kent comes upon a child of Medway: no stranger has a part in it, not even by where a council lies."""
    told = {
        "child": {"family_name": _LOST, "given_names": "Juniper", "born_on": "2012-02-29", "sex": "not_known"},
        "placing_authority": MEDWAY,
        "address": papers.KENT_ADDRESS,
        "missing_from_at": iso(utc_now() - timedelta(hours=3)),
        "by": "K. Fictitious, sergeant",
    }
    HubClient(scene.url, scene.cast.tokens["kent_police"]).post("/missing-episodes", told)


def _administered(scene: Scene, helen: Browser) -> None:
    own = scene.cast.refs["leeds"]
    invitation = {"name": "Sam Fictitious", "email": "sam@leeds.example", "roles": ["duty_desk"]}
    provider = {
        "name": "Leeds",
        "issuer": "https://login.leeds.example",
        "client_id": "hub",
        "group_roles": {"hub": "duty_desk"},
    }
    point = {"role": "duty_desk", "channel": "phone", "address": "01632 960111", "purpose": "Attack"}
    for path, body in (
        ("/invitations", invitation),
        ("/identity-providers", provider),
        (f"/organisations/{own}/contact-points", point),
    ):
        answer = helen.ask("POST", f"/api/v1{path}", json=body)
        if answer.status_code not in (201, 202):
            raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:300]}")


def _listed(scene: Scene, of_each_kind: int) -> dict[str, list[str]]:
    strangers = {scene.cast.ids[name] for name in ("cornwall", "west_yorkshire_police", "lantern_lodge", "operator")}
    found: dict[str, list[str]] = {}
    for table in tables.ALL:
        if "ref" in table.c and table.name not in _PUBLIC:
            for ref in _of_others(scene, table, strangers, of_each_kind):
                found.setdefault(ref.partition("_")[0], []).append(ref)
    return found


def _of_others(scene: Scene, table: Table, strangers: set[int], at_most: int) -> list[str]:
    columns: list[Any] = [table.c.ref, *(table.c[name] for name in _WHOSE if name in table.c)]
    with scene.database.read() as session:
        rows = session.execute(select(*columns).order_by(table.c.ref.desc())).all()
    theirs = [row[0] for row in rows if not strangers & set(row[1:]) and (len(row) == 1 or set(row[1:]) != {None})]
    return theirs[:at_most]
