"""Who is missing, and who was looked up: by Kent's police; and by the noise."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hub.core.actor import Actor
from hub.missing import service as missing
from hub.missing.schemas import ReportIn
from tests.access.matrix_world import API, NOISE, record
from tests.conftest import NOW
from tests.registry.papers import NORWICH
from tests.registry.two_senders import named

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder


def add_missing(builder: "Builder") -> None:
    """Kent's police report the child missing; so do Norfolk's of another, the noise."""
    since, by = "2026-11-18T08:00:00Z", "T. Field, control room"
    told = {"placement": builder.records["placement"][0].ref, "missing_from_at": since, "by": by}
    ref = builder.posted("kent_police", "/missing-episodes", json=told)["episode"]
    forces = {
        "kent_police": "force",
        "west_yorkshire_police": "force",
    }  # where the child is placed; of the placing council
    parties = {"leeds": "placing", "kent": "host", "willow_house": "provider", **forces}
    builder.records["missing episode"] = [record(ref, **parties)]
    norfolk = Actor(
        "api_client", "cli_noise", builder.ids["norfolk_police"], builder.refs["norfolk_police"], "police_force"
    )
    child = {"family_name": "Clamour", "given_names": "Zebedee", "born_on": "2013-12-30"}
    noisy = ReportIn().load({"child": child, "address": NORWICH, "missing_from_at": since, "by": "Q. Clamour"})
    with builder.database.write() as session:
        heard = missing.report(session, norfolk, noisy, rules=builder.rules, areas=builder.areas, now=NOW)
    builder.noise["missing episode"] = heard.episode


def add_look_ups(builder: "Builder") -> None:
    """Kent's police have looked a child up and broken its shield; so has Bradford, the noise, its own child's.

    Of a shielded child a force reads nothing elsewhere, so it is not the child whom everything else is about.
    """
    shielded, robin = builder.records["shielded placement"][0].ref, named(family_name="Other", given_names="Robin")
    _looked_up(builder, "kent_police", "leeds", shielded, robin)
    child = {"family_name": "Clamour", "given_names": "Quentin", "born_on": "2011-05-06"}
    _looked_up(builder, "bradford", "bradford", builder.noise["placement"], child)


def _looked_up(builder: "Builder", member: str, placing: str, placement: str, child: Mapping[str, str]) -> None:
    shield = {"reason": "Invented.", "by": "T. Field, team manager"}
    builder.posted(placing, f"/placements/{placement}/shield", json=shield)
    said = {"purpose": "missing_report", "by": "T. Field"}
    known = {name: child[name] for name in ("family_name", "given_names", "born_on")}
    asked = builder.posted(member, "/look-ups", json=said | known | {"incident_reference": "18-1234-26"})
    said |= {"candidate": asked["matches"][0]["candidate"]}
    told = builder.posted(member, f"/look-ups/{asked['ref']}/glass-breaking", json=said | {"reason": "Invented."})
    if member in NOISE:
        review = builder.speaks(placing).get(API + "/look-up-reviews").get_json()["items"][0]
        builder.noise |= {"look-up": asked["ref"], "receipt": told["ref"], "look-up review": review["ref"]}
        return
    builder.records["look-up"] = [record(asked["ref"], paper=said, **{member: "own"})]
    builder.records["receipt"] = [record(told["ref"], **{placing: "placing"})]
    for owing in (member, placing):
        review = builder.speaks(owing).get(API + "/look-up-reviews").get_json()["items"][0]
        builder.records.setdefault("look-up review", []).append(record(review["ref"], **{owing: "own"}))
