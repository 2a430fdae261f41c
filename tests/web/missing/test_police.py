"""What forces do on the pages of missing children: describe, find, grade, say why, take back, decide."""

from datetime import timedelta

import pytest

from hub.core.clock import LONDON, utc_now
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.signing_in import recorded
from tests.registry.papers import CHILD, HOME, start
from tests.web.missing.acting import acts, fill, reports
from tests.web.reading import hidden_in, title_of, words_of


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


def test_whoever_grades_is_warned_of_a_low_grade_and_whoever_does_not_is_told_to_say_so(at, placement) -> None:
    ref = reports(at("willow_house"), placement)
    mine, theirs = "Do not grade this child as at lowest risk.", "Say so to the police."
    for member, said, other in (("kent_police", mine, theirs), ("leeds", theirs, mine), ("willow_house", theirs, mine)):
        page = words_of(at(member).get(f"/missing/{ref}"))
        assert said in page, member
        assert other not in page, member


def test_what_a_force_owes_to_two_councils_says_to_which(at, placement) -> None:
    ref = reports(at("willow_house"), placement)
    said = words_of(at("kent_police").get(f"/missing/{ref}"))
    assert "To Leeds City Council. The child was reported missing" in said
    assert "To Kent County Council. The child was reported missing" in said


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


@pytest.mark.parametrize("ref", ["mis_nonsense", "mis_00000000000000000000000000"])
def test_a_reference_that_was_misheard_loses_nothing_that_was_typed(at, placement, ref) -> None:
    told = {"ref": ref, "ago": "15", "place.place": "Invented bus station", "by": "P. Fictitious"}
    answered = fill(at("west_yorkshire_police"), "/missing/finding", told)
    assert answered.status_code == 422
    assert "No missing episode has this reference." in words_of(answered)
    assert 'value="Invented bus station"' in answered.text
    assert f'value="{ref}"' in answered.text


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


def test_of_a_child_who_was_described_more_is_said_later_and_the_earlier_stays(at) -> None:
    police = at("kent_police")
    described = {"child.given_names": "Juniper", "missing_from-day": "", "by": "R. Fenner", "category": "missing"}
    now = utc_now().astimezone(LONDON) - timedelta(minutes=5)
    day = {"missing_from-day": f"{now.day}", "missing_from-month": f"{now.month}", "missing_from-year": f"{now.year}"}
    told = fill(police, "/missing/report/child", {**described, **day, "missing_from-time": f"{now:%H:%M}"})
    assert told.status_code == 303, words_of(told)
    ref = told.location.split("/")[2]
    path = f"/missing/{ref}/describe"
    assert path in police.get(f"/missing/{ref}").text
    nothing = fill(police, path, {"by": "R. Fenner"})
    assert nothing.status_code == 422
    assert "Enter what became known" in words_of(nothing)
    home = {"address.lines": "1 Fictitious Lane", "address.postcode": "ME14 1XQ", "placing_authority": "Leeds"}
    learnt = fill(police, path, {"child.given_names": "Juno", "by": "R. Fenner", "note": "Invented: a friend.", **home})
    assert learnt.status_code == 303, words_of(learnt)
    said = words_of(at("leeds").get(f"/missing/{ref}"))
    for words in ("Name given: Juniper", "Name given: Juno", "Address given: 1 Fictitious Lane, ME14 1XQ"):
        assert words in said, said
    assert path not in police.get(f"/missing/{ref}").text, "the placement is known by now"
    assert police.get(path).status_code == 409


def test_nobody_but_a_force_says_more_of_who_it_is(at) -> None:
    for member in ("leeds", "willow_house"):
        assert at(member).get("/missing/mis_" + "0" * 26 + "/describe").status_code in (403, 404)
