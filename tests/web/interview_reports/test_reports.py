"""The page of a report for the council that asked: read, acknowledged, its points answered, views given and taken back."""

import re

import pytest
from sqlalchemy import update

from hub.directory.models import Organisation
from hub.web import record_pages
from tests.spotpurchase.reporting import BY
from tests.web.interviews.desk import fill
from tests.web.reading import words_of

GIVING = {
    "necessity": "prevent_crime",
    "proportionality": "Invented: no less would do.",
    "wishes": "objects",
    "override": "Invented: somebody else is in danger.",
    "by": BY,
}


@pytest.fixture
def path(sent: str) -> str:
    return f"/interview-reports/{sent}"


def place(path: str, reporting, to: str = "kent_police", view: str = "intelligence") -> str:
    return f"{path}/shares/new?to={reporting.cast.refs[to]}&view={view}"


def shared_in(answer) -> str:
    return re.search(r"shr_\w{26}", answer.location)[0]


def test_the_page_says_what_was_written_and_whose_turn_it_is(at, path) -> None:
    said = words_of(at("leeds", "missing_coordinator").get(path))
    for words in (
        "Read it, and acknowledge it",
        "Answer recommendation 1",
        "Pass recommendation 2 on to Kent County Council",
        "Say what became of referral 1",
        "Decide what the police are given of it",
        "Threats (while missing): Invented: Kim shouted.",
        "Kim Made-Up (adult of concern, also called K, the police need the name)",
        "Within 72 hours",
        "Criminal exploitation (high)",
        "Invented: I only wanted to see my friend.",
        "Not made yet",
    ):
        assert words in said, words


def test_it_is_acknowledged_once(at, path) -> None:
    tab = at("leeds", "missing_coordinator")
    assert fill(tab, f"{path}/acknowledge", {"by": ""}, page=path).status_code == 422
    assert fill(tab, f"{path}/acknowledge", {"by": BY}, page=path).location == f"{path}?done=acknowledged"
    said = words_of(tab.get(f"{path}?done=acknowledged"))
    assert "Whoever wrote the report sees that it was read." in said
    assert "I have read it" not in said


def test_whoever_reads_only_is_offered_no_act(at, path) -> None:
    said = words_of(at("leeds", "data_officer").get(path))
    assert "Kim Made-Up" in said
    for words in ("Your turn", "I have read it", "Answer it", "Give somebody a view"):
        assert words not in said, words


def test_whoever_wrote_it_reads_it_without_the_councils_acts(at, path) -> None:
    said = words_of(at("beacon", "interviewer").get(path))
    assert "Kim Made-Up" in said
    for words in ("Your turn", "I have read it", "Give somebody a view"):
        assert words not in said, words


@pytest.mark.parametrize(
    ("member", "role"), [("kent", "duty_desk"), ("kent_police", "call_handler"), ("bradford", "social_worker")]
)
def test_to_others_the_whole_report_is_not_there(at, path, member: str, role: str) -> None:
    assert at(member, role).get(path).status_code == 404


def test_a_recommendation_is_answered_and_answered_anew(at, path, reporting, sent) -> None:
    tab = at("leeds", "missing_coordinator")
    rec = reporting.reads(sent).recommendations[0].ref
    form = f"{path}/recommendations/{rec}"
    declined = fill(tab, form, {"answer": "declined", "by": BY})
    assert (declined.status_code, "Write why the recommendation is declined." in words_of(declined)) == (422, True)
    accepted = {"answer": "accepted", "done_by": "Invented: the team", "by": BY}
    assert fill(tab, form, accepted).location == f"{path}?done=answered#{rec}"
    assert f"Accepted {BY}, Leeds City Council" in words_of(tab.get(path))
    done = {"answer": "done", "done_by": "P. Invented", "on-day": "32", "on-month": "1", "on-year": "2026", "by": BY}
    assert "Enter a real date" in words_of(fill(tab, form, done))


def test_a_referral_is_answered_with_a_word_where_nothing_is_done(at, path, reporting, sent) -> None:
    tab = at("leeds", "missing_coordinator")
    sfr = reporting.reads(sent).referrals[0].ref
    form = f"{path}/referrals/{sfr}"
    assert "Write why" in words_of(fill(tab, form, {"outcome": "no_further_action", "by": BY}))
    assert fill(tab, form, {"outcome": "assessment", "by": BY}).status_code == 303
    said = words_of(tab.get(path))
    assert "An assessment was begun" in said
    assert "Say what became of referral 1" not in said
    assert "To be answered anew" in words_of(tab.get(form))


def test_what_they_would_read_is_shown_before_it_is_given(at, path, reporting) -> None:
    tab, where = at("leeds", "missing_coordinator"), place(path, reporting)
    said = words_of(tab.get(where))
    for words in (
        "The child does not want them to be told.",
        "Invented: Kim gives bags to [friend] to carry.",
        "Names are covered in:",
        "The account",
    ):
        assert words in said, words
    assert "Jasper" not in said


def test_looking_at_what_is_left_gives_nothing(at, path, reporting, sent) -> None:
    tab, form = at("leeds", "missing_coordinator"), f"{path}/shares/new"
    looked = fill(tab, form, {"leave_out": "during.places", "look": "yes"}, page=place(path, reporting))
    assert looked.status_code == 200
    assert "You leave out: While they were missing: which places" in words_of(looked)
    assert "a flat over a shop" not in words_of(looked)
    assert reporting.reads(sent).shares == []


def test_over_the_childs_wish_only_with_a_reason_and_nothing_typed_is_lost(at, path, reporting) -> None:
    tab, form = at("leeds", "missing_coordinator"), f"{path}/shares/new"
    refused = fill(tab, form, {**GIVING, "override": ""}, page=place(path, reporting))
    assert refused.status_code == 422
    assert "The child objects." in words_of(refused)
    assert "Invented: no less would do." in words_of(refused)
    given = fill(tab, form, GIVING, page=place(path, reporting))
    assert given.location.startswith(f"{path}?done=given#shr_")
    said = words_of(tab.get(path))
    for words in ("Kent Police: Extract for the police", "To prevent crime", "Invented: somebody else is in danger."):
        assert words in said, words
    assert "Decide what the police are given of it" not in said
    assert "Given Extract for the police" in words_of(tab.get(form))


def test_who_cannot_be_given_it_is_not_offered_it(at, path, reporting) -> None:
    tab = at("leeds", "missing_coordinator")
    offered = words_of(tab.get(f"{path}/shares/new"))
    assert "Kent County Council" in offered
    assert "Kent Police" in offered
    assert tab.get(place(path, reporting, "bradford", "summary")).status_code == 404
    assert tab.get(place(path, reporting, "kent_police", "full")).status_code == 404


def test_of_who_has_not_joined_it_is_said_that_it_could_open_nothing(at, path, reporting, database) -> None:
    with database.write() as session:
        kent = Organisation.ref == reporting.cast.refs["kent"]
        session.execute(update(Organisation).where(kent).values(joined_at=None))
    answer = at("leeds", "missing_coordinator").get(f"{path}/shares/new")
    assert "Kent County Council The council where the child lives It has not joined the hub" in words_of(answer)
    assert f"to={reporting.cast.refs['kent']}&" not in answer.text


def test_what_was_given_is_taken_back(at, path, reporting, sent, now) -> None:
    share = reporting.gives(sent, now=now)
    tab, form = at("leeds", "missing_coordinator"), f"/extracts/{share}/recall"
    assert "Say why it is taken back." in words_of(fill(tab, form, {}))
    assert fill(tab, form, {"reason": "wrong_recipient"}).location == f"/extracts/{share}?done=recalled"
    assert "Taken back" in words_of(tab.get(path))
    assert at("kent", "duty_desk").get(form).status_code == 404


def test_a_corrected_report_leads_to_the_one_that_stands(at, path, reporting, sent, asked, now) -> None:
    other = reporting.corrects(asked, {**reporting.reads_draft(asked).record, "no_risk": False}, now=now)
    said = words_of(at("leeds", "missing_coordinator").get(path))
    assert "A corrected report has taken the place of this one." in said
    assert "Answer recommendation" not in said
    assert "There is a mistake in it" in words_of(at("leeds", "missing_coordinator").get(f"/interview-reports/{other}"))


def test_a_duty_about_a_point_leads_to_where_it_is_read(at, path, reporting, sent, now) -> None:
    seen, tab = reporting.reads(sent), at("leeds", "missing_coordinator")
    for each in (*seen.recommendations, *seen.referrals):
        assert tab.get(f"/interview-points/{each.ref}").location == f"{path}#{each.ref}"
    share, put = reporting.gives(sent, now=now), seen.recommendations[1].ref
    assert at("kent", "duty_desk").get(f"/interview-points/{put}").location == f"/extracts/{share}#{put}"
    assert tab.get(f"/interview-points/{put}").location == f"{path}#{put}"
    assert at("beacon", "interviewer").get(f"/interview-points/{put}").location == f"{path}#{put}"
    assert at("kent_police", "call_handler").get(f"/interview-points/{put}").status_code == 404


def test_a_duty_says_what_it_is_about_with_a_link(at, path, reporting, sent) -> None:
    [referral], tab = reporting.reads(sent).referrals, at("leeds", "missing_coordinator")
    owed = tab.get("/owed").text
    for ref in (sent, referral.ref):
        assert f'href="{record_pages.PAGES[ref[:3]][0]}{ref}"' in owed
