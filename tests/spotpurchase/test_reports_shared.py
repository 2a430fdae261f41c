"""For each recipient somebody decides what it is given, and says why; it is kept as it was given, and can be recalled."""

import pytest
from marshmallow import ValidationError
from sqlalchemy import event, update

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.directory.models import Organisation
from hub.spotpurchase.reports import service
from hub.spotpurchase.reports.policy import load_views
from tests.spotpurchase.reporting import BY, HOUR, RECORD, WRITTEN, Reporting, changed

OBJECTS = {"wishes": "objects", "override": "Invented: another child is in danger."}


def given_extract(reporting: Reporting, report: str, to: str = "kent_police") -> str:
    return reporting.gives(report, to, "intelligence", necessity=["prevent_crime"], **OBJECTS)


# --- giving -----------------------------------------------------------------------------------------------------------


def test_nobody_is_given_anything_by_default(reporting: Reporting, sent: str) -> None:
    assert reporting.reads(sent).shares == []
    assert reporting.books.count("interview_share") == 0
    choices = reporting.desk("leeds")
    with choices.database.write() as session:
        found = service.recipients(session, choices.actor, sent)
    assert {(each.part, each.organisation.name, each.views) for each in found} == {
        ("host_authority", "Kent County Council", ("summary",)),
        ("police_force", "Kent Police", ("intelligence",)),
        ("police_force", "West Yorkshire Police", ("intelligence",)),
    }


def test_the_host_reads_the_summary_as_it_was_given_and_finds_its_alert(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    seen = reporting.reads_share(share)
    assert seen.content is not None
    assert seen.content["harms.kinds"] == ["threats"]
    assert "narrative" not in seen.content
    assert not any(name in str(seen.content) for name in ("Kim", "Jasper"))
    assert reporting.books.alerts(share) == [("interview.report_shared", "Kent County Council")]
    assert "interview_report.shared" in reporting.recorded(sent)


def test_the_extract_goes_to_a_force_that_the_episodes_concern(reporting: Reporting, sent: str, episode: str) -> None:
    seen = reporting.reads_share(given_extract(reporting, sent), "kent_police")
    assert seen.content is not None
    assert seen.content["intelligence.words"] == "Invented: Kim gives bags to [friend] to carry."
    assert seen.episodes == [episode]


def test_what_was_given_is_sealed_and_logged_by_codes(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent, leave_out=["reasons.push"])
    row = reporting.books.all("SELECT * FROM interview_share WHERE ref = :r", r=share)[0]
    assert b"flat" not in bytes(row.sealed)
    assert "reasons.push" not in row.fields
    decided = next(each for each in reporting.reads(sent).shares if each.ref == share).decision
    assert decided is not None
    assert {"field": "reasons.push", "reason": "left_out"} in decided["redacted"]
    assert {"field": "narrative", "reason": "not_in_view"} in decided["redacted"]
    assert decided["necessity"] == ["protect_the_child"]


@pytest.mark.parametrize(
    ("to", "view", "field", "sentence"),
    [
        ("norfolk_police", "intelligence", "recipient", "episodes concern"),
        ("medway", "summary", "recipient", "host authority"),
        ("willow_house", "summary", "recipient", "host authority"),
        ("kent", "full", "view", "summary, and nothing else"),
        ("kent", "intelligence", "view", "summary, and nothing else"),
        ("kent_police", "full", "view", "intelligence, and nothing else"),
        ("kent_police", "summary", "view", "intelligence, and nothing else"),
        ("leeds", "full", "recipient", "whole report already"),
        ("beacon", "full", "recipient", "whole report already"),
    ],
)
def test_whom_and_what_policy_does_not_name_is_refused(
    reporting: Reporting, sent: str, to: str, view: str, field: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        reporting.gives(sent, to, view)
    assert list(refused.value.fields) == [field]
    assert reporting.books.count("interview_share") == 0


@pytest.mark.parametrize(("to", "view"), [("kent", "summary"), ("kent_police", "intelligence")])
def test_who_has_not_joined_is_given_nothing_that_it_could_not_open(
    reporting: Reporting, sent: str, to: str, view: str
) -> None:
    """Nothing would be met by it, and nobody would owe an answer to what nobody can read."""
    never_joined(reporting, to)
    with pytest.raises(Invalid, match="has not joined") as refused:
        reporting.gives(sent, to, view)
    assert list(refused.value.fields) == ["recipient"]
    assert reporting.owed(sent, "ERIN") == ["open"]


def never_joined(reporting: Reporting, member: str) -> None:
    with reporting.books.database.write() as session:
        ours = Organisation.id == reporting.desk(member).actor.organisation
        session.execute(update(Organisation).where(ours).values(joined_at=None))


def test_over_the_childs_objection_only_with_the_reason(reporting: Reporting, sent: str) -> None:
    with pytest.raises(Invalid, match="objects") as refused:
        reporting.gives(sent, wishes="objects")
    assert list(refused.value.fields) == ["override"]
    share = reporting.gives(sent, wishes="objects", override="Invented: another child is in danger.")
    assert reporting.sealed("interview_share", share)["override"] == "Invented: another child is in danger."


@pytest.mark.parametrize("field", ["necessity", "proportionality", "wishes", "by"])
def test_why_it_is_given_cannot_be_left_out(reporting: Reporting, sent: str, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        reporting.gives(sent, **{field: None})
    assert list(refused.value.messages_dict) == [field]


def test_a_view_that_would_show_nothing_is_refused(reporting: Reporting, sent: str) -> None:
    shown = sorted(load_views()["summary"].fields)
    with pytest.raises(Invalid, match="nothing in this report"):
        reporting.gives(sent, leave_out=shown)


def test_what_stands_is_not_given_twice(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    with pytest.raises(StateConflict, match="given this already"):
        reporting.gives(sent)
    reporting.recalls(share)
    reporting.gives(sent, now=WRITTEN + 3 * HOUR)


def test_nobody_but_the_placing_authority_gives_or_recalls(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    for member in ("beacon", "kent", "bradford"):
        with pytest.raises(NotFound):
            reporting.gives(sent, member=member)
        with pytest.raises(NotFound):
            reporting.recalls(share, member=member)


def test_a_version_that_was_corrected_is_given_to_nobody(reporting: Reporting, held: str, sent: str) -> None:
    reporting.corrects(held, changed(after={"afraid": False}))
    with pytest.raises(StateConflict, match="corrected report"):
        reporting.gives(sent, now=WRITTEN + 2 * HOUR)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_share_is_for_its_recipient_alone(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    for member in ("kent_police", "west_yorkshire_police", "bradford", "northstar", "willow_house"):
        with pytest.raises(NotFound):
            reporting.reads_share(share, member)


def test_whoever_wrote_the_report_sees_how_a_share_stands_and_not_what_or_why(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    [stands] = reporting.reads(sent, "beacon").shares
    assert (stands.state, stands.view, stands.decision) == ("given", "summary", None)
    assert reporting.reads_share(share, "beacon").content is None


def test_each_reading_of_a_share_is_recorded(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    reporting.reads_share(share)
    reporting.reads_share(share)
    assert reporting.recorded(share).count("interview_report.read") == 2


def test_a_recipient_finds_what_it_was_given_in_its_list(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    for member, found in (("kent", [share]), ("kent_police", []), ("leeds", [])):
        own = reporting.desk(member)
        with own.database.write() as session:
            listed = service.list_shares(session, own.actor, state=None, after=None, at_most=10, now=WRITTEN)
        assert [each.ref for each in listed] == found


# --- recalling --------------------------------------------------------------------------------------------------------


def test_of_what_was_recalled_its_recipient_sees_that_and_nothing_else(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    reporting.recalls(share)
    seen = reporting.reads_share(share)
    assert (seen.state, seen.content, seen.recommendations) == ("recalled", None, [])
    assert ("interview.report_recalled", "Kent County Council") in reporting.books.alerts(share)
    with pytest.raises(StateConflict, match="recalled"):
        reporting.does("kent", service.acknowledge_share, share, by=BY)
    with pytest.raises(StateConflict, match="recalled"):
        reporting.does("kent", service.ask, share, text="Invented?", by=BY)
    with pytest.raises(StateConflict):
        reporting.recalls(share)


def test_the_placing_authority_keeps_what_it_had_given_and_why_it_took_it_back(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    reporting.recalls(share, "more_than_necessary")
    [stands] = reporting.reads(sent).shares
    assert stands.decision is not None
    assert stands.decision["recall"] == "more_than_necessary"
    assert stands.decision["content"]["harms.kinds"] == ["threats"]


# --- what comes back --------------------------------------------------------------------------------------------------


def test_a_recipient_acknowledges_and_both_who_gave_and_who_wrote_see_it(reporting: Reporting, sent: str) -> None:
    share = given_extract(reporting, sent)
    reporting.does("kent_police", service.acknowledge_share, share, by=BY)
    reporting.does("kent_police", service.acknowledge_share, share, by=BY)
    for member in ("leeds", "beacon"):
        [stands] = reporting.reads(sent, member).shares
        assert stands.state == "acknowledged"
    assert reporting.recorded(share).count("interview_report.acknowledged") == 1


def test_the_police_put_one_question_back_and_have_one_answer(reporting: Reporting, sent: str) -> None:
    share = given_extract(reporting, sent)
    reporting.does("kent_police", service.ask, share, text="Invented: which shop?", by=BY)
    assert {
        ("interview.conversation", "Leeds City Council"),
        ("interview.conversation", "Beacon Return Interviews"),
    } <= set(reporting.books.alerts(sent))
    with pytest.raises(StateConflict, match="one question"):
        reporting.does("kent_police", service.ask, share, text="Invented: and when?", by=BY)
    [stands] = reporting.reads(sent, "beacon").shares
    assert stands.question == "Invented: which shop?"
    reporting.does("beacon", service.answer, share, text="Invented: the one on the corner.", by=BY)
    assert reporting.reads_share(share, "kent_police").answer == "Invented: the one on the corner."
    assert ("interview.conversation", "Kent Police") in reporting.books.alerts(share)
    with pytest.raises(StateConflict, match="answered already"):
        reporting.does("leeds", service.answer, share, text="Invented: no, the other.", by=BY)


def test_what_was_not_asked_is_not_answered(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent)
    with pytest.raises(StateConflict, match="has not asked"):
        reporting.does("leeds", service.answer, share, text="Invented.", by=BY)
    with pytest.raises(NotFound):
        reporting.does("kent", service.answer, share, text="Invented.", by=BY)


# --- the police are owed it ---------------------------------------------------------------------------------------------


def test_intelligence_is_owed_to_the_police_until_it_is_given_to_one_force(reporting: Reporting, sent: str) -> None:
    assert reporting.owes(sent, "ERIN") == {"Leeds City Council": "open"}
    given_extract(reporting, sent, "west_yorkshire_police")
    assert reporting.owed(sent, "ERIN") == ["met"]


def test_no_force_knows_that_there_is_intelligence_before_it_is_given(reporting: Reporting, sent: str) -> None:
    row = reporting.books.all("SELECT owed_to_id FROM obligation WHERE subject_ref = :r AND duty_code = 'ERIN'", r=sent)
    assert [each.owed_to_id for each in row] == [None]
    assert not any("Police" in name for _, name in reporting.books.alerts(sent))


def test_recalled_from_the_last_force_it_is_owed_again(reporting: Reporting, sent: str) -> None:
    first, second = given_extract(reporting, sent), given_extract(reporting, sent, "west_yorkshire_police")
    reporting.recalls(first)
    assert reporting.owed(sent, "ERIN") == ["met"]
    reporting.recalls(second)
    assert reporting.owed(sent, "ERIN") == ["open"]


def test_where_the_report_says_that_there_is_nothing_nothing_is_owed(reporting: Reporting, held: str) -> None:
    nothing = {**RECORD, "intelligence": {"for_police": False}}
    report = reporting.sends(held, nothing)
    assert reporting.owed(report, "ERIN") == []


def test_of_a_correction_the_police_are_owed_it_only_where_it_says_something_else(
    reporting: Reporting, held: str, sent: str
) -> None:
    given_extract(reporting, sent)
    same = reporting.corrects(held, changed(after={"afraid": False}), now=WRITTEN + 2 * HOUR)
    assert reporting.owed(same, "ERIN") == []
    other = changed(RECORD, intelligence={"words": "Invented: and a van."})
    third = reporting.corrects(held, other, now=WRITTEN + 3 * HOUR)
    assert reporting.owed(third, "ERIN") == ["open"]


def test_a_recommendation_is_read_by_its_recipient_as_it_was_given_and_with_its_own_answers(
    reporting: Reporting, sent: str
) -> None:
    """Names are covered in it as in every other line, and what others answered before is between them."""
    put = reporting.reads(sent).recommendations[1].ref
    reporting.answers(put, "accepted", reason="Invented: Kim is known to us.")
    share = reporting.gives(sent)
    [seen] = reporting.reads_share(share).recommendations
    assert (seen.text, seen.answers) == ("Invented: look at the flat that [adult of concern] uses.", [])
    reporting.answers(put, "done", "kent", done_by="P. Invented", on="2026-11-18", now=WRITTEN + 2 * HOUR)
    [seen] = reporting.reads_share(share).recommendations
    assert [each["answer"] for each in seen.answers] == ["done"]


def test_who_reads_or_acknowledges_keeps_nobody_from_the_request(reporting: Reporting, sent: str) -> None:
    """Whoever gives a view locks the request and then the report: the other way about, the two would wait for each other."""
    share, asked = given_extract(reporting, sent), list[str]()
    listening = (reporting.books.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    event.listen(*listening)
    reporting.reads_share(share, "kent_police")
    reporting.does("kent_police", service.acknowledge_share, share, by=BY)
    event.remove(*listening)
    about = [each for each in asked if each.startswith(("SELECT interview_request.", "SELECT interview_report."))]
    assert about
    assert not any("FOR UPDATE" in each for each in about), "PostgreSQL's; SQLite has one writer at a time"
