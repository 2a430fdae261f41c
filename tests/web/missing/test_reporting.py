"""Reporting a child missing, and saying that it is back: what is asked, kept, told once, refused and never shown."""

from datetime import timedelta

import pytest

from hub.core.clock import utc_now
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.signing_in import recorded
from tests.registry.papers import CHILD, HOME, start
from tests.web.missing.acting import NAME, acts, check, fill, reports
from tests.web.reading import hidden_in, title_of, words_of

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


def test_a_report_of_an_absence_that_is_over_says_that_nobody_is_looked_for(at, placement) -> None:
    """At two in the morning the child is gone again: “an hour ago” is before they were back, and tells of the time before."""
    home = at("willow_house")
    ref = reports(home, placement, minutes=120)
    assert "is not shown as missing" not in words_of(home.get(f"/missing/{ref}/receipt"))
    acts(home, ref, "back", ago="30")
    assert reports(home, placement, minutes=60) == ref
    said = words_of(home.get(f"/missing/{ref}/receipt?joined=yes"))
    assert "The child is not shown as missing" in said
    assert "Missing again? Report it with the time after that" in said
    again = reports(home, placement, minutes=15)
    assert again != ref
    assert "is not shown as missing" not in words_of(home.get(f"/missing/{again}/receipt"))


def test_a_second_report_of_ones_own_is_not_said_to_be_somebody_elses(at, placement) -> None:
    home, police = at("willow_house"), at("kent_police")
    ref = reports(home, placement, minutes=30)
    assert reports(home, placement, minutes=15) == ref
    assert "Your organisation had reported it already" in words_of(home.get(f"/missing/{ref}/receipt?joined=yes"))
    assert reports(police, placement, minutes=15) == ref
    assert "Somebody had reported it already" in words_of(police.get(f"/missing/{ref}/receipt?joined=yes"))
