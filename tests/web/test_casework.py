"""Pages of those who answer for placements: everybody's first page, what is due, approvals, timelines, teams."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.access.sign_in import factor_queries
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.notify.models import Obligation
from tests.access.signing_in import Tab, recorded, tab_of
from tests.access.visiting import title, words
from tests.conftest import NOW
from tests.registry.papers import BRADFORD_CENTRE, child, emergency_start, start

Seat = Callable[[str], Tab]


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Seat:
    """``at("priya")``: a browser in which somebody of the cast is signed in."""

    def sit_down(name: str) -> Tab:
        with database.read() as session:
            person = factor_queries.person_by_ref(session, cast.people[name].ref)
            session.expunge_all()
        assert person is not None
        return tab_of(app, database, person)

    return sit_down


def drafted(tab: Tab, **said: Any) -> str:
    """The placement that a draft of this person's makes known."""
    answer = tab.send("POST", "/api/v1/drafts", json=start(**said))
    assert answer.status_code == 201, answer.text
    return str(answer.json["placement"])


def asks(tab: Tab, placement: str) -> str:
    """The address of the approval that this person asks for."""
    answer = tab.send("POST", f"/placements/{placement}/approval", data={"note": "Invented: the IRO agrees."})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"].partition("?")[0])


def owed(database: Database, placement: str, code: str) -> Obligation:
    with database.read() as session:
        wanted = (Obligation.subject_ref == placement, Obligation.duty_code == code)
        found = session.scalars(select(Obligation).where(*wanted)).one()
        session.expunge_all()
        return found


def falls_due(database: Database, placement: str, code: str, **ago: float) -> str:
    with database.write() as session:
        wanted = (Obligation.subject_ref == placement, Obligation.duty_code == code)
        session.execute(update(Obligation).where(*wanted).values(due_at=NOW - timedelta(**ago), due_on=None))
    return owed(database, placement, code).ref


APPROVAL = {
    "approver_name": "Dara Quist",
    "approver_role": "Director of Children’s Services",
    "approved-day": "18",
    "approved-month": "11",
    "approved-year": "2026",
    "approved-time": "09:30",
}

# --- today --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("priya", "Register a placement"),
        ("dara", "Approvals"),
        ("tom", "Children placed here by other councils"),
        ("okoro", "Due and overdue"),
        ("sol", "Tell of an admission"),
        ("ines", "Tell of an arrival"),
        ("ola", "Health of the hub"),
        ("helen", "People, contact points and systems"),
    ],
)
def test_everybody_has_a_first_page_that_says_where_to_begin(at: Seat, name: str, begins: str) -> None:
    page = at(name).get("/today")
    assert (page.status_code, title(page)) == (200, "Today")
    assert begins in words(page)


def test_what_is_overdue_due_today_and_unfinished_stands_there_in_words(at: Seat, database: Database) -> None:
    priya = at("priya")
    placement = drafted(priya)
    falls_due(database, placement, "E13G", days=2)
    falls_due(database, placement, "E13S", hours=-3)
    page = priya.get("/today")
    said = words(page)
    assert "1 duty is overdue" in said
    assert "2 days overdue (was due 16 November 2026 at 10:00" in said
    assert "1 duty is due today" in said
    assert "Due today ( 18 November 2026 at 13:00" in said
    assert "1 draft of yours is not finished" in said
    assert title(page) == "(2) Today"


def test_a_first_page_names_no_child(at: Seat, database: Database) -> None:
    priya = at("priya")
    falls_due(database, drafted(priya), "E13G", days=2)
    assert "Fictitious" not in words(priya.get("/today"))


def test_a_colleagues_placement_is_not_mine_until_it_is_given_to_me(at: Seat, database: Database, cast: Cast) -> None:
    priya, marcus = at("priya"), at("marcus")
    placement = drafted(marcus)
    falls_due(database, placement, "E13G", days=2)
    assert "duty is overdue" not in words(priya.get("/today"))
    given = {"worker": cast.people["priya"].ref, "team": "", "version": "1"}
    assert marcus.send("POST", f"/placements/{placement}/worker", data=given).status_code == 303
    assert "1 duty is overdue" in words(priya.get("/today"))


# --- due and overdue ----------------------------------------------------------------------------------------------------


def test_the_list_is_mine_my_teams_or_everybodys(at: Seat, cast: Cast) -> None:
    priya, marcus, helen = at("priya"), at("marcus"), at("helen")
    both = [("name", "North"), ("people", cast.people["priya"].ref), ("people", cast.people["marcus"].ref)]
    from werkzeug.datastructures import MultiDict

    assert helen.send("POST", "/organisation/teams/new", data=MultiDict(both)).status_code == 303
    drafted(priya)
    link = 'href="/owed/obl_'
    assert link in priya.get("/owed?whose=mine").text
    assert link not in marcus.get("/owed?whose=mine").text
    assert link in marcus.get("/owed?whose=team").text
    assert link in marcus.get("/owed?whose=all").text


def test_the_list_narrows_by_duty_and_by_reference(at: Seat, database: Database) -> None:
    priya = at("priya")
    placement = drafted(priya)
    drafted(priya, child=child(given_names="Alder", identifiers={"local_id": "TEST-9"}))
    assert priya.get("/owed?duty=E13G").text.count('href="/owed/obl_') == 2
    assert priya.get(f"/owed?duty=E13G&about={placement}").text.count('href="/owed/obl_') == 1
    one = owed(database, placement, "E13G").ref
    assert priya.get(f"/owed?about={one}").headers["Location"] == f"/owed/{one}"
    assert "Nothing here is all of this" in words(priya.get("/owed?about=pla_nothing"))


def test_the_next_page_of_the_list_goes_on_where_the_first_ends(at: Seat) -> None:
    priya = at("priya")
    for number in range(4):
        drafted(priya, child=child(given_names=f"Alder{number}", identifiers={"local_id": f"TEST-{number}"}))
    first = priya.get("/owed")
    onward = re.search(r'href="(/owed\?[^"]*cursor=[^"]*)"', first.text)
    assert onward is not None
    second = priya.get(onward[1].replace("&amp;", "&"))
    refs = [re.findall(r'<tr[^>]* id="(obl_\w+)"', page.text) for page in (first, second)]
    assert len(refs[0]) == 25
    assert refs[1]
    assert not set(refs[0]) & set(refs[1])


def test_a_file_of_the_list_is_recorded_and_names_no_child(at: Seat, database: Database) -> None:
    priya = at("priya")
    drafted(priya)
    file = priya.send("POST", "/owed/export?whose=all")
    assert file.mimetype == "text/csv"
    rows = file.text.splitlines()
    assert rows[0].startswith('\ufeff"reference","duty"')
    assert any('"E11D"' in row for row in rows)
    assert "Fictitious" not in file.text
    assert "Rowan" not in file.text
    [entry] = recorded(database, "export.made")
    assert entry.details["rows"] == len(rows) - 1


# --- one duty -----------------------------------------------------------------------------------------------------------


def test_one_duty_says_what_the_law_asks_why_and_what_may_be_decided(at: Seat, database: Database) -> None:
    marcus = at("marcus")
    ref = owed(database, drafted(marcus), "E13A").ref
    said = words(marcus.get(f"/owed/{ref}"))
    assert "SI 2010/959 reg 13(4)(a)" in said
    assert "Statute" in said
    assert "Read again in the text of the law" in said
    assert "is outside the area of Leeds City Council" in said
    assert "Record that it was done: The hub sends this one itself" in said


def test_a_duty_is_excused_by_a_manager_with_a_reason_and_only_once(at: Seat, database: Database) -> None:
    marcus = at("marcus")
    ref = owed(database, drafted(marcus), "E13G").ref
    form = marcus.get(f"/owed/{ref}/excuse").text
    assert "Marcus Bell, Nominated officer" in form
    empty = marcus.send("POST", f"/owed/{ref}/excuse", data={"authorised_by": "M. Bell"})
    assert empty.status_code == 422
    assert title(empty) == "Error: Excuse the duty"
    assert "Choose the reason." in words(empty)
    assert "Enter why, in a sentence or two." in words(empty)
    once = re.search(r'name="once" value="([^"]+)"', form)
    assert once is not None
    said = {"reason": "not_reasonably_practicable", "note": "Invented.", "authorised_by": "M. Bell", "once": once[1]}
    for _ in range(2):
        done = marcus.send("POST", f"/owed/{ref}/excuse", data=said)
        assert (done.status_code, done.headers["Location"]) == (303, f"/owed/{ref}?done=excuse")
    assert owed_now(database, ref).state == "excused"
    assert "Invented." in words(marcus.get(f"/owed/{ref}"))


def owed_now(database: Database, ref: str) -> Obligation:
    with database.read() as session:
        found = session.scalars(select(Obligation).where(Obligation.ref == ref)).one()
        session.expunge_all()
        return found


def test_a_social_worker_is_told_who_may_excuse(at: Seat, database: Database) -> None:
    priya = at("priya")
    ref = owed(database, drafted(priya), "E13G").ref
    assert "Excuse the duty: Your roles do not allow this" in words(priya.get(f"/owed/{ref}"))
    assert priya.get(f"/owed/{ref}/excuse").status_code == 403


def test_what_was_done_elsewhere_counts_from_when_it_was_done(at: Seat, database: Database) -> None:
    priya = at("priya")
    placement = drafted(priya)
    ref = falls_due(database, placement, "E13G", hours=1)
    said = {"method": "letter", "by": "P. Shah", "done-day": "17", "done-month": "11", "done-year": "2026"}
    assert priya.send("POST", f"/owed/{ref}/done", data=said).status_code == 303
    assert (owed_now(database, ref).state, owed_now(database, ref).fulfilled_how) == ("met", "letter")


def test_a_time_to_come_is_told_at_its_control_and_what_was_typed_is_kept(at: Seat, database: Database) -> None:
    priya = at("priya")
    ref = owed(database, drafted(priya), "E13G").ref
    said = {"method": "letter", "by": "P. Shah", "done-day": "17", "done-month": "11", "done-year": "2027"}
    again = priya.send("POST", f"/owed/{ref}/done", data=said)
    assert again.status_code == 422
    assert re.search(r'<a href="#done">Give a date and time in the past', again.text)
    assert 'value="2027"' in again.text
    assert 'value="P. Shah"' in again.text


def test_a_duty_is_paused_in_somebodys_name_and_goes_on(at: Seat, database: Database) -> None:
    marcus = at("marcus")
    ref = owed(database, drafted(marcus), "E13G").ref
    paused = marcus.send("POST", f"/owed/{ref}/pause", data={"reason": "other", "owner": "Marcus Bell, team manager"})
    assert paused.status_code == 303
    assert "None: it is in the hands of Marcus Bell, team manager" in words(marcus.get(f"/owed/{ref}"))
    assert marcus.send("POST", f"/owed/{ref}/resume").status_code == 303
    assert owed_now(database, ref).paused_at is None


def test_whom_it_is_owed_to_may_strike_it_out_and_open_it_again(at: Seat, database: Database) -> None:
    bea = at("bea")
    at("marcus").send("POST", "/api/v1/notices", json=emergency_start())
    with database.read() as session:
        ref = session.scalars(select(Obligation.ref).where(Obligation.duty_code == "ECPF")).one()
    said = {"reason": "not_owed", "by": "B. Ostrom"}
    assert bea.send("POST", f"/owed/{ref}/void", data=said).status_code == 303
    assert owed_now(database, ref).state == "void"
    assert bea.send("POST", f"/owed/{ref}/reopen", data={"reason": "closed_in_error"}).status_code == 303
    assert owed_now(database, ref).state == "open"


def test_a_duty_of_others_is_not_there(at: Seat, database: Database) -> None:
    ref = owed(database, drafted(at("priya")), "E13G").ref
    assert at("wren").get(f"/owed/{ref}").status_code == 404


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
