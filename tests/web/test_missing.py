"""Pages of missing children without a browser: what they ask, keep, tell once, refuse and never show."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from flask import Flask

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.signing_in import Tab, joined, recorded, tab_of
from tests.registry.papers import CHILD, HOME, start
from tests.web.reading import hidden_in, title_of, words_of

ROLES = {
    "willow_house": "shift_staff",
    "leeds": "social_worker",
    "kent": "duty_desk",
    "kent_police": "missing_person_coordinator",
    "west_yorkshire_police": "missing_person_coordinator",
    "harbour": "supervising_social_worker",
    "cornwall": "duty_desk",
}
NAME = f"{CHILD['given_names']} {CHILD['family_name']}"


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Callable[..., Tab]:
    """``at("willow_house")``: a tab in which somebody there is signed in."""

    @cache
    def sit(member: str, role: str = "") -> Tab:
        email = f"pat{len(role)}@{member}.example".replace("_", "-")
        person = joined(database, cast, member, (role or ROLES[member],), email=email)
        return tab_of(app, database, person, now=utc_now())

    return sit


@pytest.fixture
def placement(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> str:
    """A child of Leeds in Willow House, in Kent, for a month."""
    now = utc_now()
    paper = start(**HOME, starts_at=(now - timedelta(days=30)).isoformat())
    with database.write() as session:
        receipt = register_notice(
            session, cast.actors["leeds"], NoticeIn().load(paper), rules=rules, areas=areas, now=now
        )
    return receipt.placement


def fill(tab: Tab, path: str, answers: Mapping[str, Any], *, page: str | None = None) -> Any:
    hidden = hidden_in(tab.get(page or path), path)
    return tab.send("POST", path, data={**hidden, **answers})


def check(placement: str, minutes: int = 0) -> str:
    return f"/missing/report/{placement}/check?ago={minutes}"


def reports(tab: Tab, placement: str, *, minutes: int = 0, **told: Any) -> str:
    """Report the child; the episode's reference."""
    path = f"/missing/report/{placement}"
    answered = fill(tab, path, {"by": "P. Fictitious, night staff", **told}, page=check(placement, minutes))
    assert answered.status_code == 303, words_of(answered)
    return str(answered.location.split("/")[2])


def acts(tab: Tab, ref: str, act: str, /, **answers: Any) -> Any:
    return fill(tab, f"/missing/{ref}/{act}", {"by": "P. Fictitious", **answers})


# --- a home, four presses -----------------------------------------------------------------------------------------------


def test_the_list_leads_in_four_presses_to_a_report_and_two_more_say_that_the_child_is_back(at, placement) -> None:
    home = at("willow_house")
    presses = ["/missing/report", f"/missing/report/{placement}"]
    for page, press in zip(("/residents", presses[0]), presses, strict=True):
        assert f'href="{press}"' in home.get(page).text
    when = home.get(presses[-1]).text
    assert 'name="ago" value="0"' in when
    assert f'action="{presses[-1]}/check"' in when
    shown = home.get(check(placement))
    assert f"Report {NAME} missing" in words_of(shown)
    answered = home.send(
        "POST", presses[-1], data={**hidden_in(shown, presses[-1]), "by": "P. Fictitious", "category": "missing"}
    )
    presses += ["Just now", "Report missing"]
    assert (answered.status_code, len(presses)) == (303, 4)
    ref = answered.location.split("/")[2]
    assert f'href="/missing/{ref}/back"' in home.get("/residents").text
    back = fill(home, f"/missing/{ref}/back", {"ago": "0"})
    assert (back.status_code, back.location) == (303, f"/missing/{ref}?done=back")
    assert "Back" in words_of(home.get(f"/missing/{ref}"))


def test_before_reporting_a_home_reads_that_the_police_are_to_be_rung_and_what_to_have_ready(at, placement) -> None:
    said = words_of(at("willow_house").get(check(placement)))
    for words in (
        "Ring the police as well: 999 where there is danger, or else 101.",
        "What you report here does not replace the call.",
        "The Philomena form, if there is one: nobody has told the hub who holds it.",
        "Told at once: Kent Police, Leeds City Council, Kent County Council.",
        "This child should not be graded as at lowest risk.",
    ):
        assert words in said, words


def test_a_philomena_form_that_is_held_is_pointed_to_with_who_holds_it(at, database, cast, rules, areas) -> None:
    now = utc_now()
    held = {"held": True, "by": "Leeds emergency duty team", "updated_on": "2026-10-01"}
    paper = start(**HOME, starts_at=(now - timedelta(days=3)).isoformat(), philomena=held)
    with database.write() as session:
        receipt = register_notice(
            session, cast.actors["leeds"], NoticeIn().load(paper), rules=rules, areas=areas, now=now
        )
    said = words_of(at("willow_house").get(check(receipt.placement)))
    assert "The Philomena form: held by Leeds emergency duty team, as of 1 October 2026 ." in said


def test_the_receipt_says_who_was_told_and_whom_to_ring_and_names_no_child(at, placement) -> None:
    home = at("willow_house")
    said = words_of(home.get(f"/missing/{reports(home, placement)}/receipt"))
    for words in (
        "Leeds City Council: Reached",
        "Kent Police: Reached",
        "Social worker, P. Specimen: 01632 960100",
        "101",
    ):
        assert words in said, words
    assert CHILD["family_name"] not in said


def test_a_second_press_reports_once(at, placement, database) -> None:
    home = at("willow_house")
    path = f"/missing/report/{placement}"
    form = {**hidden_in(home.get(check(placement)), path), "by": "P. Fictitious"}
    first, second = (home.send("POST", path, data=form) for _ in range(2))
    assert first.location == second.location
    assert len(recorded(database, "missing.reported")) == 1


def test_the_same_form_with_other_words_is_refused_and_leads_to_what_stands(at, placement) -> None:
    home = at("willow_house")
    path = f"/missing/report/{placement}"
    form = {**hidden_in(home.get(check(placement)), path), "by": "P. Fictitious"}
    home.send("POST", path, data=form)
    again = home.send("POST", path, data={**form, "said": "Invented: took a coat."})
    assert again.status_code == 409
    assert "sent already" in words_of(again)


def test_two_tabs_that_report_make_one_episode_with_both_credited(at, placement) -> None:
    home, council = at("willow_house"), at("leeds")
    first = reports(home, placement, minutes=60)
    assert reports(council, placement, minutes=30) == first
    said = words_of(council.get(f"/missing/{first}"))
    assert said.count("Reported ") >= 2
    assert "Willow House" in said
    assert "Leeds City Council" in said


def test_what_is_known_later_stands_beside_what_was_said_before(at, placement) -> None:
    home = at("willow_house")
    ref = reports(home, placement, minutes=30, said="Invented: left by the back door.")
    answered = acts(
        home, ref, "more", **{"said": "Invented: a friend was seen.", "last_seen.place": "Invented station"}
    )
    assert answered.status_code == 303, words_of(answered)
    said = words_of(home.get(f"/missing/{ref}"))
    for words in ("left by the back door", "a friend was seen", "Last seen: Invented station"):
        assert words in said, words


def test_a_report_made_by_mistake_is_taken_back_and_stays_on_record(at, placement) -> None:
    home = at("willow_house")
    ref = reports(home, placement)
    answered = acts(home, ref, "take-back", what="report", reason="wrong_child")
    assert answered.status_code == 303, words_of(answered)
    said = words_of(home.get(f"/missing/{ref}"))
    assert "Report taken back" in said
    assert "Taken back" in said
    assert "Nobody is missing" in words_of(home.get("/missing"))


def test_what_another_said_cannot_be_taken_back(at, placement) -> None:
    ref = reports(at("willow_house"), placement)
    said = words_of(at("leeds").get(f"/missing/{ref}/take-back"))
    assert "Your organisation has recorded nothing here that stands" in said


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("", "Choose a day from the list."),
        ("?day=2026-11-18&time=", "Enter the time"),
        ("?day=2026-11-18&time=25:00", "Enter a time that the clocks showed, such as 14:30"),
        ("?day=1999-01-01&time=10:00", "Choose a day from the list."),
        ("?ago=x", "Choose a day from the list."),
    ],
)
def test_a_time_that_cannot_be_read_is_asked_for_again(at, placement, asked: str, sentence: str) -> None:
    answered = at("willow_house").get(f"/missing/report/{placement}/check{asked}")
    assert answered.status_code == 422
    assert sentence in words_of(answered)
    assert title_of(answered).startswith("Error: ")


def test_a_child_cannot_have_gone_missing_in_the_future_and_what_was_typed_is_kept(at, placement) -> None:
    home = at("willow_house")
    path = f"/missing/report/{placement}"
    later = (utc_now() + timedelta(hours=2)).isoformat()
    hidden = {**hidden_in(home.get(check(placement)), path), "missing_from_at": later}
    answered = home.send("POST", path, data={**hidden, "by": "P. Fictitious", "said": "Invented: took a coat."})
    assert answered.status_code == 422
    assert "That is in the future." in words_of(answered)
    assert "Invented: took a coat." in answered.text


def test_a_return_before_the_child_was_missing_is_refused_at_the_time(at, placement) -> None:
    home = at("willow_house")
    ref = reports(home, placement, minutes=30)
    path = f"/missing/{ref}/back"
    answered = fill(home, path, {"ago": "60"})
    assert answered.status_code == 422
    assert "cannot have been back before" in words_of(answered)
    assert 'href="#time"' in answered.text


def test_nobody_is_spoken_with_before_they_are_found(at, placement) -> None:
    police = at("kent_police")
    ref = reports(at("willow_house"), placement, minutes=60)
    answered = acts(police, ref, "interview", ago="0", note="Invented.")
    assert answered.status_code == 422
    assert "Nobody has recorded that the child was found." in words_of(answered)


def test_a_grade_that_no_force_uses_is_refused_with_what_to_choose(at, placement) -> None:
    police = at("kent_police")
    ref = reports(at("willow_house"), placement)
    answered = acts(police, ref, "grade", grade="amber", note="Invented.")
    assert answered.status_code == 422
    assert "Choose very low, low, medium or high." in words_of(answered)


def test_a_child_who_is_not_ours_is_not_ours_to_report_or_to_see(at, placement) -> None:
    stranger = at("cornwall")
    assert stranger.get(f"/missing/report/{placement}").status_code == 404
    ref = reports(at("willow_house"), placement)
    for path in (f"/missing/{ref}", f"/missing/{ref}/receipt", f"/missing/{ref}/back", "/missing/mis_nonsense"):
        assert stranger.get(path).status_code == 404, path
    assert NAME not in stranger.get("/missing").text


def test_who_keeps_the_register_reads_and_may_say_nothing(at, placement) -> None:
    ref = reports(at("willow_house"), placement)
    keeper = at("kent", "register_keeper")
    shown = keeper.get(f"/missing/{ref}")
    assert shown.status_code == 200
    assert f"/missing/{ref}/back" not in shown.text
    assert keeper.get(f"/missing/{ref}/back").status_code == 403


# --- the police -------------------------------------------------------------------------------------------------------


def test_a_low_grade_asks_for_a_reason_once_keeps_what_was_typed_and_is_recorded_whatever_is_answered(
    at, placement, database
) -> None:
    police = at("kent_police")
    ref = reports(at("willow_house"), placement)
    path = f"/missing/{ref}/grade"
    typed = {"grade": "low", "label": "Standard", "childrens_services_asked": "no", "by": "R. Fenner, coordinator"}
    advised = fill(police, path, typed)
    assert advised.status_code == 200
    said = words_of(advised)
    assert "Nothing is recorded yet: a reason is asked for this grade." in said
    assert "Children’s services have not been asked what they know yet." in said
    assert 'value="Standard"' in advised.text
    assert recorded(database, "missing.graded") == []
    hidden = hidden_in(advised, path)
    answered = police.send("POST", path, data={**hidden, **typed, "without": "yes"})
    assert answered.status_code == 303, words_of(answered)
    council = words_of(at("leeds").get(f"/missing/{ref}"))
    assert "Low (“Standard”)" in council
    assert "No reason was given yet." in council


def test_a_reason_given_later_is_seen_by_the_placing_authority_and_not_by_the_home(at, placement) -> None:
    police, home = at("kent_police"), at("willow_house")
    ref = reports(home, placement)
    fill(police, f"/missing/{ref}/grade", {"grade": "low", "by": "R. Fenner", "without": "yes"})
    page = police.get(f"/missing/{ref}").text
    path = next(part for part in page.split('"') if part.startswith(f"/missing/{ref}/reason/"))
    bare = fill(police, path, {"by": "R. Fenner"})
    assert bare.status_code == 422
    assert "Write why the grade is low." in words_of(bare)
    answered = fill(police, path, {"reason": "Invented: often at an aunt’s.", "by": "R. Fenner"})
    assert answered.status_code == 303, words_of(answered)
    assert "Invented: often at an aunt’s." in words_of(at("leeds").get(f"/missing/{ref}"))
    assert "aunt" not in words_of(home.get(f"/missing/{ref}"))


def test_a_high_grade_asks_for_nothing_and_the_history_stays(at, placement) -> None:
    police = at("kent_police")
    ref = reports(at("willow_house"), placement)
    for grade in ("medium", "high"):
        answered = acts(police, ref, "grade", grade=grade)
        assert answered.status_code == 303, words_of(answered)
    said = words_of(at("leeds").get(f"/missing/{ref}"))
    assert "Risk: high" in said
    assert said.index("Medium, given") < said.index("High, given")


def test_the_board_shows_the_highest_risk_and_the_longest_gone_first(at, database, cast, rules, areas) -> None:
    now, placements = utc_now(), []
    for number, given in enumerate(("Ash", "Birch", "Cedar")):
        child = {
            **CHILD,
            "given_names": given,
            "family_name": f"Invented{given}",
            "identifiers": {},
            "born_on": f"2011-0{number + 1}-02",
        }
        paper = start(**HOME, starts_at=(now - timedelta(days=9)).isoformat(), child=child)
        with database.write() as session:
            receipt = register_notice(
                session, cast.actors["leeds"], NoticeIn().load(paper), rules=rules, areas=areas, now=now
            )
        placements.append(receipt.placement)
    home, police = at("willow_house"), at("kent_police")
    refs = [
        reports(home, placement, minutes=minutes) for placement, minutes in zip(placements, (300, 60, 30), strict=True)
    ]
    acts(police, refs[0], "grade", grade="medium")
    acts(police, refs[2], "grade", grade="high")
    board = police.get("/missing").text
    order = [name for name in ("Cedar", "Birch", "Ash") if name in board]
    assert order == sorted(order, key=board.index)
    assert title_of(police.get("/missing")).startswith("(3) Who is missing")


def test_a_script_that_asks_for_the_board_again_is_shown_and_recorded_only_what_is_new(at, placement, database) -> None:
    police = at("kent_police")
    reports(at("willow_house"), placement, minutes=90)
    live = {"X-Hub-Live": "1"}
    first = police.get("/missing", headers=live)
    listed = len(recorded(database, "missing.listed"))
    again = police.get("/missing", headers={**live, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert len(recorded(database, "missing.listed")) == listed
    police.get("/missing")
    assert len(recorded(database, "missing.listed")) == listed + 1


def test_the_police_describe_a_child_whom_nobody_told_of_and_the_council_is_told(at) -> None:
    police, now = at("kent_police"), utc_now() - timedelta(hours=3)
    told = {
        "child.given_names": "Sorrel", "child.family_name": "Unheard",
        "child.born_on-day": "2", "child.born_on-month": "5", "child.born_on-year": "2011",
        "placing_authority": "Leeds", "address.lines": "9 Fictitious Street", "address.postcode": "ME14 1XQ",
        "missing_from-day": str(now.day), "missing_from-month": str(now.month), "missing_from-year": str(now.year),
        "missing_from-time": f"{now:%H:%M}", "by": "R. Fenner",
    }  # fmt: skip
    answered = fill(police, "/missing/report/child", told)
    assert answered.status_code == 303, words_of(answered)
    ref = answered.location.split("/")[2]
    said = words_of(at("leeds").get(f"/missing/{ref}"))
    assert "Discovered by police" in said
    assert "Sorrel Unheard" in said


def test_a_description_without_a_time_keeps_everything_that_was_typed(at) -> None:
    answered = fill(
        at("kent_police"), "/missing/report/child", {"child.given_names": "Sorrel", "placing_authority": "West"}
    )
    assert answered.status_code == 422
    said = words_of(answered)
    assert "Enter when the child was last known to be where they should be." in said
    assert "Choose one council from the list" in said
    assert 'value="Sorrel"' in answered.text


def test_another_force_finds_the_child_by_the_reference_and_everybody_reads_it(at, placement) -> None:
    ref = reports(at("willow_house"), placement, minutes=120)
    finder = at("west_yorkshire_police")
    told = {"ref": ref, "ago": "15", "place.place": "Invented bus station", "by": "P. Fictitious"}
    answered = fill(finder, "/missing/finding", told)
    assert answered.status_code == 303, words_of(answered)
    said = words_of(at("leeds").get(f"/missing/{ref}"))
    assert "Found, not back yet" in said
    assert "Found: Invented bus station" in said


def test_what_follows_a_return_is_owed_with_its_due_times(at, placement) -> None:
    home = at("willow_house")
    ref = reports(home, placement, minutes=120)
    fill(home, f"/missing/{ref}/back", {"ago": "0"})
    said = words_of(at("leeds").get(f"/missing/{ref}"))
    assert "Offer the child a return home interview" in said
    assert "Due" in said
    police = at("kent_police")
    answered = acts(police, ref, "interview", ago="0", note="Invented: was at the seaside.")
    assert answered.status_code == 303, words_of(answered)
    assert "Invented: was at the seaside." in words_of(at("leeds").get(f"/missing/{ref}"))


def test_two_reports_are_put_to_a_person_side_by_side_joined_and_parted(at, placement, database) -> None:
    home, council = at("willow_house"), at("leeds")
    first = reports(home, placement, minutes=60 * 24 * 9)
    second = reports(home, placement, minutes=30)
    assert first != second
    page = council.get(f"/missing/{second}").text
    path = next(part for part in page.split('"') if part.startswith(f"/missing/{second}/same?match="))
    shown = council.get(path)
    assert "The two, side by side" in words_of(shown)
    bare = council.send("POST", f"/missing/{second}/same", data=hidden_in(shown, f"/missing/{second}/same"))
    assert bare.status_code == 422
    assert "Say whether they are one." in words_of(bare)
    hidden = hidden_in(bare, f"/missing/{second}/same")
    decided = council.send(
        "POST", f"/missing/{second}/same", data={**hidden, "same": "yes", "reason": "records_checked"}
    )
    assert (decided.status_code, decided.location) == (303, f"/missing/{first}?done=decided")
    assert "One episode" in words_of(council.get(f"/missing/{first}"))
    parted = acts(council, first, "take-back", what="merge", reason="entered_in_error")
    assert parted.status_code == 303, words_of(parted)
    assert "Parted again" in words_of(council.get(f"/missing/{first}"))


# --- patterns and thresholds ------------------------------------------------------------------------------------------


def test_a_place_that_comes_twice_is_a_pattern_without_a_name(at, placement) -> None:
    home = at("willow_house")
    for minutes in (300, 30):
        ref = reports(home, placement, minutes=minutes, **{"last_seen.place": "Invented pier"})
        fill(home, f"/missing/{ref}/back", {"ago": str(minutes - 20)})
    shown = at("kent_police").get("/missing/patterns")
    said = words_of(shown)
    assert "Last seen there" in said
    assert "2 times" in said
    assert "1 child" in said
    assert "Invented pier" not in said
    assert CHILD["family_name"] not in said


def test_a_manager_saves_the_councils_own_thresholds(at) -> None:
    manager = at("leeds", "team_manager")
    path = "/organisation/missing-thresholds"
    told = {
        "thresholds.0.kind": "count",
        "thresholds.0.count": "4",
        "thresholds.0.window_days": "60",
        "thresholds.0.duty": "EREP",
    }
    answered = fill(manager, path, told)
    assert answered.status_code == 303, words_of(answered)
    said = words_of(at("leeds").get(path))
    assert "4 episodes within 60 days" in said
    assert "your council’s own" in said
    assert "24 hours" not in said


def test_a_threshold_says_what_it_lacks_where_it_lacks_it(at) -> None:
    manager = at("leeds", "team_manager")
    path = "/organisation/missing-thresholds"
    answered = fill(
        manager, path, {"thresholds.0.kind": "hours", "thresholds.1.kind": "count", "thresholds.1.count": "1"}
    )
    assert answered.status_code == 422
    for control in ("thresholds.0.hours", "thresholds.0.duty", "thresholds.1.window_days", "thresholds.1.count"):
        assert f'href="#{control}"' in answered.text, control


def test_of_two_who_change_the_thresholds_the_second_sees_what_stands_and_keeps_what_they_typed(at) -> None:
    manager = at("leeds", "team_manager")
    path = "/organisation/missing-thresholds"
    page = manager.get(path)
    told = {"thresholds.0.kind": "hours", "thresholds.0.hours": "12", "thresholds.0.duty": "EREP"}
    assert fill(manager, path, told).status_code == 303
    stale = manager.send("POST", path, data={**hidden_in(page, path), **told, "thresholds.0.hours": "6"})
    assert stale.status_code == 412
    said = words_of(stale)
    assert "while you were typing" in said
    assert 'value="6"' in stale.text
    again = manager.send("POST", path, data={**hidden_in(stale, path), **told, "thresholds.0.hours": "6"})
    assert again.status_code == 303, words_of(again)
    assert "more than 6 hours" in words_of(manager.get(path))


# --- from elsewhere ---------------------------------------------------------------------------------------------------


def test_today_counts_who_is_missing_and_leads_there(at, placement) -> None:
    reports(at("willow_house"), placement)
    shown = at("leeds").get("/today")
    assert "1 child is missing: since when, and whom to ring" in words_of(shown)
    assert 'href="/missing"' in shown.text


def test_an_alert_leads_to_the_episode(at, placement) -> None:
    ref = reports(at("willow_house"), placement)
    assert f'href="/missing/{ref}"' in at("leeds").get("/inbox?show=alerts").text


def test_nothing_personal_stands_in_an_address_or_a_title(at, placement) -> None:
    home = at("willow_house")
    ref = reports(home, placement)
    for path in ("/missing", f"/missing/{ref}", f"/missing/{ref}/receipt", f"/missing/{ref}/back", check(placement)):
        title = title_of(home.get(path))
        assert not any(name in title for name in NAME.split()), path
