"""A shielded child, and every way that a police force has to it: each says whom to ring, and none who and where the child is."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.access.permissions import PERMISSIONS
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from hub.lookup import shields
from hub.registry.casework.timeline import read_timeline
from hub.registry.markers.reading import read_marker, read_markers
from hub.registry.pickup import service as pickup
from hub.registry.pickup.service import OpenedNotice
from tests.conftest import NOW
from tests.lookup.conftest import SHIELD
from tests.registry.conftest import Desk
from tests.registry.papers import HOME, KENT, MAIDSTONE, NORWICH, emergency_start
from tests.registry.sample_files import pdf

API = "/api/v1"
AFTER = NOW + timedelta(minutes=1)
Speak = Callable[[str], FlaskClient]
CSE = {
    "marker": "cse",
    "detail": "Invented: was met at a station.",
    "author": "P. Specimen",
    "audience": ["host_authority", "police_force"],
}
WORDS = (
    "Rowan",
    "2012-03-14",
    "Fictitious Lane",
    "ME14",
    "Willow",
    "Kent County",
    KENT,
    "met at a station",
    "lane.pdf",
)
"""What would say who the child is, where it lives, with whom, or what is known of it."""
GUARDED = (
    "/events", "/inbox", "/deliveries", "/worklist", "/obligations", "/obligations/<ref>", "/notices", "/notices/<ref>",
    "/notices/<ref>/questions", "/notices/<ref>/evidence", "/notices/<ref>/evidence.pdf", "/files/<ref>",
    "/files/<ref>/content", "/placements", "/placements/<ref>", "/placements/<ref>/assignment",
    "/placements/<ref>/markers", "/placements/<ref>/obligations", "/missing-episodes", "/missing-episodes/<ref>",
    "/missing-patterns",
)  # fmt: skip
"""Everything that a force can read over HTTP and that is, or could be, about a child. (Files are given to no force.)"""
ELSEWHERE = {
    "/look-ups": "what the force asked itself (tests/lookup)",
    "/look-ups/<ref>": "what the force asked itself (tests/lookup)",
    "/look-up-reviews": "of what its own people asked (tests/lookup)",
    "/look-up-reviews/<ref>": "of what its own people asked (tests/lookup)",
    "/look-up-worklist": "of what its own people asked (tests/lookup)",
    "/interview-reports": "what a person at the placing authority decided to give this force",
    "/interview-reports/<ref>": "what a person at the placing authority decided to give this force",
    "/interview-shares": "what a person at the placing authority decided to give this force",
    "/interview-shares/<ref>": "what a person at the placing authority decided to give this force",
}
OF_ORGANISATIONS = ("area.", "audit.", "client.", "contact_point.", "duty.", "duties.", "ladder.", "look_up.ask",
                    "organisation.", "person.", "proposal.", "provider.", "reachability.", "session.", "team.")  # fmt: skip
"""Permissions that concern no child."""


@dataclass(frozen=True)
class Sent:
    """What Leeds has sent to Kent and its force, and what came of it."""

    notice: str
    placement: str
    file: str
    obligation: str
    episode: str = ""

    def path(self, rule: str) -> str:
        part = rule.split("/")[1]
        ref = {"notices": self.notice, "placements": self.placement, "files": self.file,
               "obligations": self.obligation, "missing-episodes": self.episode}.get(part, "")  # fmt: skip
        asked = f"?subject={self.notice}" if rule == "/deliveries" else ""
        return API + rule.replace("<ref>", ref) + asked


@pytest.fixture
def sent(client_for: Speak) -> Sent:
    """A child of Leeds in Willow House; the force has been told, and has asked something that Leeds answered."""
    leeds, force = client_for("leeds"), client_for("kent_police")
    file = leeds.post(f"{API}/files", data={"file": (io.BytesIO(pdf()), "lane.pdf")}).json["ref"]
    risk = [{"file": file, "part": "risk_assessment"}]
    paper = emergency_start(**HOME, address=MAIDSTONE, markers=[CSE], files=risk)
    told = posted(leeds, "/notices", paper)
    asked = posted(
        force, f"/notices/{told['notice']}/questions", {"kind": "question", "text": "Which door?", "by": "M."}
    )
    posted(leeds, f"/questions/{asked['ref']}/answer", {"text": "Invented: Willow House, by the lane.", "by": "P."})
    owed = next(each["ref"] for each in told["obligations"] if each["code"] == "EPOL")
    return Sent(told["notice"], told["placement"], file, owed)


@pytest.fixture
def shielded(
    sent: Sent, client_for: Speak, database: Database, cast: Cast, time_is: Callable[[datetime], None]
) -> Sent:
    """The same child, whom Leeds has shielded a minute later; then the home reports it missing."""
    time_is(AFTER)
    shields_it(database, cast, sent.placement)
    gone = {"placement": sent.placement, "missing_from_at": NOW.isoformat(), "by": "P. Invented"}
    episode = posted(client_for("willow_house"), "/missing-episodes", gone)["episode"]
    return Sent(sent.notice, sent.placement, sent.file, sent.obligation, episode)


def posted(client: FlaskClient, path: str, said: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(API + path, json=said)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json)


def shields_it(database: Database, cast: Cast, placement: str) -> None:
    with database.write() as session:
        shields.shield(session, cast.actors["leeds"], placement, **SHIELD, now=AFTER)


def words_in(answer: Any, *besides: str) -> list[str]:
    said = answer.get_data().decode("latin-1")
    return [word for word in (*WORDS, *besides) if word in said]


# --- every way ----------------------------------------------------------------------------------------------------------


def readable_by_a_force(app: Flask) -> Iterator[str]:
    """Every route of the API that shows something, and that the policy opens to a police force, but for those of no child."""
    for rule in app.url_map.iter_rules():
        if str(rule).startswith(API) and "GET" in (rule.methods or set()):
            name = getattr(app.view_functions[rule.endpoint], "permission", "")
            line = PERMISSIONS.get(name)
            if line and "police_force" in line.kinds and not name.startswith(OF_ORGANISATIONS):
                yield str(rule).removeprefix(API)


def test_every_route_by_which_a_force_could_read_of_a_child_is_held_here(app: Flask) -> None:
    assert set(readable_by_a_force(app)) == {*GUARDED, *ELSEWHERE}


@pytest.mark.parametrize("rule", GUARDED)
def test_a_force_of_the_placement_is_told_nothing_of_a_shielded_child(
    shielded: Sent, client_for: Speak, cast: Cast, rule: str
) -> None:
    answer = client_for("kent_police").get(shielded.path(rule))
    assert answer.status_code in (200, 404)
    assert words_in(answer, cast.refs["willow_house"], cast.refs["kent"]) == []


def test_what_a_force_reads_of_any_other_child_it_reads(sent: Sent, client_for: Speak) -> None:
    """Or the test above could not fail."""
    force = client_for("kent_police")
    read = {rule: words_in(force.get(sent.path(rule))) for rule in GUARDED}
    open_to_it = {rule for rule, words in read.items() if words}
    assert open_to_it >= {
        "/notices/<ref>", "/notices/<ref>/questions", "/placements", "/placements/<ref>", "/placements/<ref>/markers",
    }  # fmt: skip
    assert force.get(sent.path("/notices/<ref>/evidence")).status_code == 200


@pytest.mark.parametrize("member", ["leeds", "kent", "willow_house"])
def test_whoever_looks_after_the_child_reads_it_as_before(shielded: Sent, client_for: Speak, member: str) -> None:
    seen = client_for(member).get(shielded.path("/placements/<ref>")).json
    assert not seen["is_shielded"]
    assert seen["child"]["given_names"] == "Rowan"


# --- what it is told in its place ---------------------------------------------------------------------------------------


def test_the_placement_says_that_the_child_is_shielded_and_whose_it_is(shielded: Sent, client_for: Speak) -> None:
    force = client_for("kent_police")
    seen = force.get(shielded.path("/placements/<ref>")).json
    assert seen["is_shielded"]
    assert seen["placing_authority"]["name"] == "Leeds City Council"
    assert (seen["child"], seen["details"], seen["notices"]) == ({}, {}, [])
    [listed] = force.get(f"{API}/placements").json["items"]
    assert (listed["is_shielded"], listed["setting"], listed["provider"]) == (True, None, None)


def test_the_notice_says_whom_to_ring_and_can_be_acknowledged(shielded: Sent, client_for: Speak) -> None:
    force = client_for("kent_police")
    seen = force.get(shielded.path("/notices/<ref>")).json
    assert (seen["is_shielded"], seen["ring_at"]["name"], seen["content"]) == (True, "Leeds City Council", {})
    assert [each["organisation"]["name"] for each in seen["recipients"]] == ["Kent Police"]
    posted(force, f"/notices/{shielded.notice}/acknowledgement", {"by": "M. Invented"})
    [given] = force.get(shielded.path("/notices/<ref>")).json["acknowledgements"]
    assert given["by"] == "M. Invented"


@pytest.mark.parametrize("rule", ["/placements/<ref>/markers", "/notices/<ref>/evidence"])
def test_what_holds_nothing_but_the_child_is_refused_with_whom_to_ring(
    shielded: Sent, client_for: Speak, rule: str
) -> None:
    answer = client_for("kent_police").get(shielded.path(rule))
    assert answer.status_code == 404
    assert "shielded: ring the council" in answer.json["detail"]


def test_a_marker_by_its_own_reference_is_refused_too(shielded: Sent, desk: Callable[[str], Desk]) -> None:
    [known] = desk("leeds").does(read_markers, shielded.placement).markers
    with pytest.raises(NotFound, match="shielded"):
        desk("kent_police").does(read_marker, known.ref)


def test_the_timeline_of_a_shielded_child_is_empty_for_a_force(shielded: Sent, desk: Callable[[str], Desk]) -> None:
    seen = desk("kent_police").does(read_timeline, shielded.placement)
    assert (seen.entries, seen.others, seen.placement.is_shielded) == ([], [], True)
    assert desk("leeds").does(read_timeline, shielded.placement).entries


def test_what_the_council_answers_once_the_child_is_shielded_the_force_reads(shielded: Sent, client_for: Speak) -> None:
    """What a force needs the placing authority tells: it knows by then to whom it speaks."""
    leeds, force = client_for("leeds"), client_for("kent_police")
    said = {"kind": "question", "text": "Whom do we ring?", "by": "M."}
    asked = posted(force, f"/notices/{shielded.notice}/questions", said)
    posted(leeds, f"/questions/{asked['ref']}/answer", {"text": "Invented: ask for Bell.", "by": "P."})
    threads = force.get(shielded.path("/notices/<ref>/questions")).json
    assert "ask for Bell" in str(threads)
    assert "Which door?" in str(threads)
    assert "by the lane" not in str(threads)


def test_a_lifted_shield_opens_all_of_it_again(
    shielded: Sent, client_for: Speak, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        shields.lift(session, cast.actors["leeds"], shielded.placement, **SHIELD, now=AFTER)
    force = client_for("kent_police")
    assert force.get(shielded.path("/placements/<ref>")).json["child"]["given_names"] == "Rowan"
    assert force.get(shielded.path("/notices/<ref>/evidence")).status_code == 200


def test_the_senders_proof_does_not_claim_that_a_force_could_see_what_was_withheld(
    shielded: Sent, client_for: Speak
) -> None:
    leeds = client_for("leeds")

    def could_see(notice: str) -> list[str]:
        [version] = leeds.get(f"{API}/notices/{notice}/evidence").json["evidence"]["versions"]
        return next(list(each["could_see"]) for each in version["told"] if each["capacity"] == "police_force")

    assert "child.family_name" in could_see(shielded.notice)  # it was sent before the shield was set
    carer = {"name": "K. Invented", "phone": "01632 960200"}
    change = {"kind": "placement_change", "placement": shielded.placement, "changed_on": "2026-11-18", "carer": carer}
    assert could_see(posted(leeds, "/notices", change)["notice"]) == []


# --- a force that has not joined ------------------------------------------------------------------------------------------


def test_a_force_that_has_not_joined_opens_with_its_code_whom_to_ring(
    desk: Callable[[str], Desk], books: Any, database: Database, cast: Cast, rules: Rulebook
) -> None:
    told = desk("leeds").registers(emergency_start(address=NORWICH))
    shields_it(database, cast, told.placement)
    rows = books.all("SELECT alert.ref, organisation.kind FROM alert JOIN organisation ON organisation.id = "
                     "alert.organisation_id WHERE alert.subject_ref = :n", n=told.notice)  # fmt: skip
    alert = next(row.ref for row in rows if row.kind == "police_force")
    with database.write() as session:
        pickup.send_code(session, alert, rules=rules, now=NOW)
    [sent] = books.all("SELECT ref, details FROM alert WHERE kind = 'pickup.code'")
    code = _code(database, sent)
    with database.write() as session:
        opened = pickup.open_notice(session, alert, code, now=NOW)
    assert isinstance(opened, OpenedNotice)
    assert (opened.notice.is_shielded, opened.notice.content, opened.files) == (True, {}, [])
    assert opened.notice.ring_at is not None
    assert opened.notice.ring_at["name"] == "Leeds City Council"


def _code(database: Database, sent: Any) -> str:
    details = json.loads(sent.details) if isinstance(sent.details, str) else sent.details
    return str(database.keys.open(sent.ref, bytes.fromhex(details["code"])))
