"""Approvals, timelines of placements, and teams."""

import re

from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import recorded
from tests.access.visiting import words
from tests.registry.papers import BRADFORD_CENTRE
from tests.web.casework.owing import APPROVAL, Seat, asks, drafted, owed

# --- approvals ----------------------------------------------------------------------------------------------------------


def test_a_distant_placement_waits_for_the_director_alone(at: Seat, database: Database) -> None:
    priya, marcus, dara = at("priya"), at("marcus"), at("dara")
    placement = drafted(priya)
    path = asks(priya, placement)
    assert path in dara.get("/approvals").text
    assert path not in marcus.get("/approvals").text
    assert path in marcus.get("/approvals?which=all").text
    assert "1 placement waits for your approval" in words(dara.get("/today"))
    refused = marcus.send("POST", f"{path}/approve", data=APPROVAL)
    assert refused.status_code == 422
    assert "approved by the Director of Children" in words(refused)
    assert dara.send("POST", f"{path}/approve", data=APPROVAL).status_code == 303
    assert owed(database, placement, "E11D").state == "met"


def test_who_was_delegated_the_directors_part_names_the_delegation(at: Seat, database: Database) -> None:
    priya, marcus = at("priya"), at("marcus")
    placement = drafted(priya)
    path = asks(priya, placement)
    said = APPROVAL | {"delegation_ref": "Scheme 4.2"}
    assert marcus.send("POST", f"{path}/approve", data=said).status_code == 303
    assert owed(database, placement, "E11D").state == "met"


def test_an_adjoining_placement_waits_for_the_nominated_officer(at: Seat, database: Database) -> None:
    priya, marcus, dara = at("priya"), at("marcus"), at("dara")
    placement = drafted(priya, address=BRADFORD_CENTRE)
    path = asks(priya, placement)
    assert path in marcus.get("/approvals").text
    assert path not in dara.get("/approvals").text
    assert "1 placement waits for your approval" in words(marcus.get("/today"))
    page = marcus.get(path)
    assert "Rowan Fictitious" in words(page)
    assert 'value="Marcus Bell"' in page.text
    assert marcus.send("POST", f"{path}/approve", data=APPROVAL | {"approver_name": "Marcus Bell"}).status_code == 303
    assert owed(database, placement, "E11N").state == "met"


def test_what_is_sent_back_comes_to_whoever_asked_with_its_reason(at: Seat, database: Database) -> None:
    priya, dara = at("priya"), at("dara")
    placement = drafted(priya)
    path = asks(priya, placement)
    assert dara.send("POST", f"{path}/send-back", data={"reason": ""}).status_code == 422
    reason = "Invented: consult Kent first."
    assert dara.send("POST", f"{path}/send-back", data={"reason": reason}).status_code == 303
    assert "1 placement was sent back" in words(priya.get("/today"))
    assert reason in words(priya.get(path))
    assert reason in words(priya.get(f"/placements/{placement}/approval"))
    assert owed(database, placement, "E11D").state == "open"
    again = asks(priya, placement)
    assert again != path
    assert "sent back" not in words(priya.get("/today")).partition("Begin")[0]


def test_a_social_worker_sees_approvals_and_gives_none(at: Seat) -> None:
    priya = at("priya")
    path = asks(priya, drafted(priya))
    assert "Approve the placement" not in words(priya.get(path))
    assert priya.send("POST", f"{path}/approve", data=APPROVAL).status_code == 403
    assert priya.send("POST", f"{path}/withdraw").status_code == 303


# --- placements ---------------------------------------------------------------------------------------------------------


def test_a_timeline_tells_what_happened_in_either_order_and_of_one_sort(at: Seat) -> None:
    priya, dara = at("priya"), at("dara")
    placement = drafted(priya)
    path = asks(priya, placement)
    dara.send("POST", f"{path}/approve", data=APPROVAL)
    said = words(priya.get(f"/placements/{placement}?only=approval&order=oldest"))
    assert said.index("Dara Quist (Director of Children’s Services) approved") < said.index("Priya Shah asked for")
    newest = words(priya.get(f"/placements/{placement}?only=approval"))
    assert newest.index("Priya Shah asked for") < newest.index("Dara Quist (Director")
    assert "Give written notice" not in newest


def test_reading_a_timeline_and_a_list_of_children_is_recorded(at: Seat, database: Database) -> None:
    priya = at("priya")
    placement = drafted(priya)
    priya.get(f"/placements/{placement}")
    assert [entry.subject_ref for entry in recorded(database, "placement.read")] == [placement]
    assert "Rowan Fictitious" in words(priya.get("/placements"))
    [listed] = recorded(database, "placement.listed")
    assert listed.details["placements"] == [placement]


def test_a_placement_that_is_still_a_draft_is_its_councils_alone(at: Seat) -> None:
    placement = drafted(at("priya"))
    assert at("tom").get(f"/placements/{placement}").status_code == 404


def test_who_looks_after_a_placement_is_saved_against_what_was_seen(at: Seat, cast: Cast) -> None:
    priya = at("priya")
    placement = drafted(priya)
    said = {"worker": cast.people["marcus"].ref, "team": ""}
    stale = priya.send("POST", f"/placements/{placement}/worker", data=said | {"version": "7"})
    assert stale.status_code == 412
    assert "Now it is: Priya Shah; team: none" in words(stale)
    assert priya.send("POST", f"/placements/{placement}/worker", data=said | {"version": "1"}).status_code == 303
    assert "Looked after here by Marcus Bell" in words(priya.get(f"/placements/{placement}"))


# --- teams --------------------------------------------------------------------------------------------------------------


def test_an_administrator_makes_changes_and_closes_a_team(at: Seat, cast: Cast) -> None:
    helen, priya = at("helen"), at("priya")
    assert helen.send("POST", "/organisation/teams/new", data={}).status_code == 422
    made = helen.send("POST", "/organisation/teams/new", data={"name": "North", "people": cast.people["priya"].ref})
    assert made.status_code == 303
    page = helen.get("/organisation/teams")
    ref = re.search(r"/organisation/teams/(tea_\w+)", page.text)
    assert ref is not None
    assert "North Priya Shah" in words(page)
    assert "North" in words(priya.get("/organisation/teams"))
    assert priya.get(f"/organisation/teams/{ref[1]}").status_code == 403
    stale = helen.send("POST", f"/organisation/teams/{ref[1]}", data={"name": "South", "version": "9"})
    assert stale.status_code == 412
    assert "Now the team is called North" in words(stale)
    assert (
        helen.send("POST", f"/organisation/teams/{ref[1]}", data={"name": "South", "version": "1"}).status_code == 303
    )
    assert helen.send("POST", f"/organisation/teams/{ref[1]}/close", data={"version": "2"}).status_code == 303
    assert "no teams yet" in words(helen.get("/organisation/teams"))
