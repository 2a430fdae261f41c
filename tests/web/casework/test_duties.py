"""Everybody's first page, the list of what is due, and one duty."""

import re

import pytest
from sqlalchemy import select, update

from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.missing.queries import add_episode
from hub.notify.models import Obligation
from hub.registry.models import Placement
from tests.access.signing_in import recorded
from tests.access.visiting import title, words
from tests.conftest import NOW
from tests.registry.papers import child, emergency_start
from tests.web.casework.owing import Seat, drafted, falls_due, owed

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


def test_what_is_owed_about_a_childs_missing_episode_is_the_workers_too(at: Seat, database: Database) -> None:
    priya, marcus = at("priya"), at("marcus")
    placement, episode = drafted(priya), new_ref("mis")
    link = f'href="/owed/{owed(database, placement, "E13G").ref}"'
    with database.write() as session:
        found = session.scalars(select(Placement).where(Placement.ref == placement)).one()
        add_episode(
            session,
            {
                "ref": episode,
                "child_id": found.child_id,
                "placement_id": found.id,
                "category": "missing",
                "state": "reported",
                "is_discovered": False,
                "missing_from_at": NOW,
                "reported_at": NOW,
                "opened_at": NOW,
                "version": 1,
            },
        )
        theirs = (Obligation.subject_ref == placement, Obligation.duty_code == "E13G")
        session.execute(update(Obligation).where(*theirs).values(subject_ref=episode))
    assert link in priya.get("/owed?whose=mine").text
    assert link not in marcus.get("/owed?whose=mine").text
    assert link in marcus.get("/owed?whose=all").text


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
    assert "Nothing fits what you chose" in words(priya.get("/owed?about=pla_nothing"))


def test_the_next_page_of_the_list_goes_on_where_the_first_ends(at: Seat) -> None:
    priya = at("priya")
    for number in range(4):
        drafted(priya, child=child(given_names=f"Alder{number}", identifiers={"local_id": f"TEST-{number}"}))
    first = priya.get("/owed")
    onward = re.search(r'href="(/owed\?[^"]*after=[^"]*)"', first.text)
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
    assert "Record that it was done: This one is done in the hub itself" in said


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
