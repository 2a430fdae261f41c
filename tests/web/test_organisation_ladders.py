"""An administrator changes a ladder, sees beforehand who would be told when, and loses no rung on the way."""

import json
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.models import ContactPoint, Proposal
from hub.notify.models import Ladder
from tests.web.organisation_desk import Administrator, errors_of, hidden, long_ago, seat, standing

LADDERS = "/organisation/ladders"
HOST = f"{LADDERS}/host_desk"
HOME = f"{LADDERS}/home"
DUE = {"due-day": "25", "due-month": "11", "due-year": "2026", "at_risk": "no", "repeat": "5"}
RUNG = {"number": "2", "unit": "after_working_days", "of": "owed_by", "roles": ["team_manager"], "urgent": "no"}


@pytest.fixture
def grace(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Of a council: a ladder takes two."""
    return seat(app, database, cast, "grace")


@pytest.fixture
def wren(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Of a home: one decides."""
    return seat(app, database, cast, "wren")


def step(administrator: Administrator, path: str, do: str, **typed: Any) -> Any:
    return administrator.sends(f"{path}/draft", DUE | {"do": do} | typed)


def save(administrator: Administrator, path: str, **typed: Any) -> Any:
    """Press the button that sends the same form elsewhere."""
    assert administrator.shown is not None
    data = hidden(administrator.shown.text, f"{path}/draft") | DUE | typed
    answer = administrator.tab.send("POST", f"{path}/save", data=data)
    if answer.status_code == 303:
        return administrator.opens(answer.headers["Location"])
    administrator.shown = answer
    return answer


def rungs_in(administrator: Administrator) -> list[dict[str, Any]]:
    assert administrator.shown is not None
    carried = hidden(administrator.shown.text, next(p for p in paths(administrator) if p.endswith("/draft")))
    return list(json.loads(unescape(carried["rungs"])))


def paths(administrator: Administrator) -> list[str]:
    assert administrator.shown is not None
    return [part.split('"')[0] for part in administrator.shown.text.split('action="')[1:]]


def unreachable(database: Database, cast: Cast, member: str, role: str) -> None:
    wanted = select(ContactPoint).where(ContactPoint.organisation_id == cast.ids[member], ContactPoint.role == role)
    with database.write() as session:
        for point in session.scalars(wanted):
            point.verified_at = None


# --- seen ---------------------------------------------------------------------------------------------------------------


def test_the_list_has_the_ladders_of_what_the_organisation_owes(grace: Administrator, wren: Administrator) -> None:
    grace.opens(LADDERS)
    assert "Acknowledging notices and keeping the register" in grace.reads
    assert "Supported accommodation’s admissions" not in grace.reads
    wren.opens(LADDERS)
    assert "A children’s home’s admissions and discharges" in wren.reads
    assert "Notifying the host authority" not in wren.reads


def test_a_ladder_is_said_in_words_with_who_would_be_told_when(grace: Administrator) -> None:
    grace.opens(HOST)
    for said in (
        "Acknowledge a notice received",
        "When it is due : Duty desk",
        "1 working day after it was due : Desk manager",
        "5 working days after it was due : Service manager Again every 5 working days",
        "Never above Service manager",
        "26 November 2026 at 00:00 Duty desk Reached",
        "27 November 2026 at 00:00 Desk manager Reached",
    ):
        assert said in grace.reads


def test_whether_another_organisation_is_reached_is_not_claimed(wren: Administrator) -> None:
    wren.opens(HOME)
    assert "The placing authority: Social worker and Team manager Depends on the other organisation" in wren.reads


def test_a_desk_on_a_ladder_that_reaches_nobody_is_named(grace: Administrator, database: Database, cast: Cast) -> None:
    unreachable(database, cast, "kent", "desk_manager")
    grace.opens(HOST)
    assert "Some desks on this ladder reach nobody" in grace.reads
    assert "Nobody Desk manager" in grace.reads
    grace.opens(LADDERS)
    assert "Reaches nobody at some desks Desk manager" in grace.reads


# --- changed ------------------------------------------------------------------------------------------------------------


def test_a_home_adds_a_rung_and_it_stands_where_it_comes(wren: Administrator, database: Database, cast: Cast) -> None:
    wren.opens(f"{HOME}/change")
    step(wren, HOME, "add")
    assert wren.title == "One rung of a ladder"
    step(wren, HOME, "keep-4", **RUNG | {"roles": ["registered_manager", "out_of_hours"]})
    assert "2 working days after it was due : Registered manager and Out of hours" in wren.reads
    assert [rung.get("after_working_days", 0) for rung in rungs_in(wren)] == [0, 1, 1, 2, 4]
    save(wren, HOME)
    assert "The ladder is saved." in wren.reads
    assert "Version 1, saved on 18 November 2026 at 10:00 by Wren Castle" in wren.reads
    with database.read() as session:
        saved = session.scalars(select(Ladder).where(Ladder.organisation_id == cast.ids["willow_house"])).one()
    assert [rung["roles"] for rung in saved.rungs][3] == ["registered_manager", "out_of_hours"]


def test_a_rung_is_changed_and_removed_and_nothing_is_stored_until_it_is_saved(
    wren: Administrator, database: Database, cast: Cast
) -> None:
    wren.opens(f"{HOME}/change")
    step(wren, HOME, "edit-1")
    assert standing(wren.shown.text if wren.shown else "", "number") == "1"
    step(wren, HOME, "keep-1", **RUNG | {"number": "3", "roles": ["responsible_individual"], "urgent": "yes"})
    assert "Urgent: also outside opening hours" in wren.reads
    step(wren, HOME, "remove-0")
    assert len(rungs_in(wren)) == 3
    with database.read() as session:
        assert session.scalars(select(Ladder).where(Ladder.organisation_id.is_not(None))).all() == []


def test_only_desks_under_the_ceiling_can_be_chosen(grace: Administrator) -> None:
    grace.opens(f"{HOST}/change")
    step(grace, HOST, "add")
    assert "Service manager" in grace.reads
    assert "Director of Children’s Services" not in grace.reads


def test_a_rung_that_says_too_little_is_asked_for_and_what_was_typed_is_kept(grace: Administrator) -> None:
    grace.opens(f"{HOST}/change")
    step(grace, HOST, "add")
    answer = step(grace, HOST, "keep-3", unit="after_hours", number="", of="owed_to", urgent="no")
    assert (answer.status_code, grace.title) == (422, "Error: One rung of a ladder")
    assert errors_of(answer) == [
        "Choose at least one desk.",
        "Enter how many hours or working days. 0 means: when it is due.",
    ]
    assert len(rungs_in(grace)) == 3
    answer = step(grace, HOST, "keep-3", unit="after_hours", number="soon", of="owed_to", roles=["duty_desk"])
    assert errors_of(answer) == ["Enter a whole number."]


def test_the_last_rung_repeats_whichever_it_is(grace: Administrator) -> None:
    grace.opens(f"{HOST}/change")
    step(grace, HOST, "remove-2", repeat="7")
    assert [rung.get("repeat_every_working_days") for rung in rungs_in(grace)] == [None, 7]


def test_trying_it_for_a_child_at_risk_climbs_in_hours(grace: Administrator) -> None:
    grace.opens(f"{HOST}/change")
    step(grace, HOST, "try", at_risk="yes")
    assert "26 November 2026 at 00:00 Service manager Reached" in grace.reads


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"repeat": "often"}, "Enter a number of working days from 1 to 90."),
        ({"due-day": "31", "due-month": "2"}, "Enter a real date, such as 27 3 2026."),
        ({"due-year": "2020"}, "Enter a day from today to a year from now."),
    ],
)
def test_what_is_typed_beside_the_rungs_is_told_and_kept(
    grace: Administrator, typed: dict[str, str], said: str
) -> None:
    grace.opens(f"{HOST}/change")
    answer = step(grace, HOST, "try", **typed)
    assert (answer.status_code, errors_of(answer)) == (422, [said])
    assert len(rungs_in(grace)) == 3
    for name, value in typed.items():
        assert standing(answer.text, name) == value


def test_a_form_that_did_not_arrive_whole_begins_again_from_what_is_in_force(grace: Administrator) -> None:
    grace.opens(f"{HOST}/change")
    assert grace.shown is not None
    data = hidden(grace.shown.text, f"{HOST}/draft") | {"rungs": '[{"of": "nobody"}]', "do": "try"}
    grace.shown = grace.tab.send("POST", f"{HOST}/draft", data=data)
    assert len(rungs_in(grace)) == 3


def test_there_is_no_such_ladder(grace: Administrator) -> None:
    for path in ("/nothing", "/nothing/change"):
        assert grace.opens(LADDERS + path).status_code == 404
    grace.opens(f"{HOST}/change")
    assert grace.tab.send("POST", f"{LADDERS}/nothing/draft", data={"do": "add"}).status_code == 404


# --- saved --------------------------------------------------------------------------------------------------------------


def test_a_rung_that_reaches_nobody_is_refused_and_the_draft_kept(
    wren: Administrator, database: Database, cast: Cast
) -> None:
    unreachable(database, cast, "willow_house", "responsible_individual")
    wren.opens(f"{HOME}/change")
    step(wren, HOME, "remove-2")
    answer = save(wren, HOME)
    assert answer.status_code == 422
    assert errors_of(answer) == [
        "responsible_individual: Nobody can be reached there: add and verify a contact point for it first."
    ]
    assert len(rungs_in(wren)) == 3


def test_a_ladder_without_a_rung_is_not_saved(grace: Administrator) -> None:
    grace.opens(f"{HOST}/change")
    for _ in range(3):
        step(grace, HOST, "remove-0")
    assert "None. Add the first" in grace.reads
    assert errors_of(save(grace, HOST)) == ["Add a rung: a ladder without one tells nobody."]


def test_a_councils_ladder_waits_for_a_second_person_who_sees_both_and_tries_it(
    app: Flask, grace: Administrator, database: Database, cast: Cast
) -> None:
    grace.opens(f"{HOST}/change")
    step(grace, HOST, "remove-1")
    save(grace, HOST)
    assert "Nothing is changed yet" in grace.reads
    with database.read() as session:
        ref = session.scalars(select(Proposal.ref)).one()
    bea = seat(app, database, cast, "bea")
    bea.opens(f"/organisation/proposals/{ref}/decide")
    for said in ("The ladder now", "The ladder then", "Desk manager", "26 November 2026 at 00:00 Duty desk Reached"):
        assert said in bea.reads
    bea.sends(f"/organisation/proposals/{ref}/confirm")
    assert "It is confirmed" in bea.reads
    grace.opens(HOST)
    assert "Desk manager" not in grace.reads
    assert "Your own" in grace.reads


def test_going_back_to_the_hubs_own_is_never_refused(wren: Administrator, database: Database, cast: Cast) -> None:
    wren.opens(f"{HOME}/change")
    step(wren, HOME, "remove-1")
    save(wren, HOME)
    unreachable(database, cast, "willow_house", "responsible_individual")
    wren.opens(f"{HOME}/change?start=hub")
    assert len(rungs_in(wren)) == 4
    save(wren, HOME)
    assert "The ladder is saved." in wren.reads
    assert "Whose The hub’s own" in wren.reads
    assert "Version 2" in wren.reads


def test_somebody_saved_it_meanwhile(wren: Administrator, database: Database, cast: Cast) -> None:
    wren.opens(f"{HOME}/change")
    first = wren.shown
    wren.opens(f"{HOME}/change")
    step(wren, HOME, "remove-0")
    save(wren, HOME)
    wren.shown = first
    step(wren, HOME, "remove-1")
    answer = save(wren, HOME)
    assert answer.status_code == 412
    assert "Somebody saved this ladder while you had the page open." in wren.reads
    assert len(rungs_in(wren)) == 3
    save(wren, HOME)
    assert "Version 2" in wren.reads


def test_changing_asks_who_it_is_and_trying_does_not(grace: Administrator, database: Database) -> None:
    grace.opens(f"{HOST}/change")
    long_ago(database, grace)
    assert step(grace, HOST, "add").status_code == 200
    assert grace.opens(f"{HOST}/change").status_code == 303
