"""The desk's pages without a browser: what stands in the inbox and what does not, what is answered, what is recorded."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from hub.core.db import Database
from hub.notify.messages.kinds import KINDS, PICKUP_CODE
from hub.notify.models import Obligation
from hub.web.desk.words import ALERT_WORDS
from tests.access.signing_in import Tab, joined, recorded, tab_of
from tests.conftest import NOW
from tests.registry.papers import CHATHAM, MEDWAY, child, emergency_start, start
from tests.registry.two_senders import council_notice, home_notice, named
from tests.web.desk_people import Sends, fills, look, mina, priya, sends, tom  # noqa: F401 - fixtures
from tests.web.reading import hidden_in, title_of, words_of

SORREL = child(family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={"local_id": "T-9"})


@pytest.fixture
def came(sends: Sends) -> str:  # noqa: F811
    """A notice of Leeds that waits at Kent's desk."""
    return str(sends("leeds", start()).notice)


def acknowledged(database: Database) -> list[Any]:
    with database.read() as session:
        return list(session.execute(text("SELECT subject_ref, promise FROM acknowledgement ORDER BY id")))


def day_of(name: str, *parts: int) -> dict[str, str]:
    """A day as a form sends it."""
    return {f"{name}-{part}": str(number) for part, number in zip(("day", "month", "year"), parts, strict=True)}


# --- the inbox --------------------------------------------------------------------------------------------------------


def test_it_lists_what_waits_and_names_no_child(tom: Tab, came: str) -> None:  # noqa: F811
    shown = tom.get("/inbox")
    assert title_of(shown).startswith("(")
    assert "A placement starts" in words_of(shown)
    assert "Not opened" in words_of(shown)
    assert not re.search("Rowan|Fictitious|Maidstone|ME14", shown.text)


def test_an_empty_inbox_says_what_would_stand_there(tom: Tab) -> None:  # noqa: F811
    assert "Nothing waits to be acknowledged" in look(tom, "/inbox")
    for name in ("next", "alerts", "questions", "notices"):
        assert tom.get(f"/inbox?show={name}").status_code == 200


@pytest.mark.parametrize(
    "said", ["show=nothing", "page=x", "page=99999", "show=alerts&kind=nothing", "show=notices&kind=%00"]
)
def test_what_an_address_says_wrongly_is_as_usual(tom: Tab, came: str, said: str) -> None:  # noqa: F811
    assert tom.get(f"/inbox?{said}").status_code in (200, 400)


def test_one_press_in_a_row_acknowledges_it_in_the_name_of_whoever_is_signed_in(tom, came, database) -> None:  # noqa: F811
    answer = fills(tom, "/inbox", "/inbox/acknowledgements")
    assert (answer.status_code, answer.location) == (303, "/inbox?acknowledged=1")
    assert "1 notice is acknowledged" in look(tom, answer.location)
    assert acknowledged(database) == [(came, None)]
    assert "Tom Test, duty desk" in look(tom, f"/inbox/{came}")


def test_several_at_once_are_each_acknowledged_and_one_given_meanwhile_stops_none(tom, sends, database) -> None:  # noqa: F811
    refs = [sends("leeds", start(child=each)).notice for each in (child(), SORREL)]
    fills(tom, "/inbox", "/inbox/acknowledgements", notice=refs[0])
    hidden = {"once": "key_" + "0" * 26}
    answer = tom.send("POST", "/inbox/acknowledgements", data={**hidden, "notice": refs})
    assert answer.location == "/inbox?acknowledged=1&already=1"
    assert "acknowledged or taken back meanwhile" in look(tom, answer.location)
    assert sorted(row.subject_ref for row in acknowledged(database)) == sorted(refs)


def test_sent_twice_it_is_done_once(tom, came, database) -> None:  # noqa: F811
    form = hidden_in(tom.get("/inbox"), "/inbox/acknowledgements")
    answers = [tom.send("POST", "/inbox/acknowledgements", data=form) for _ in range(2)]
    assert {answer.location for answer in answers} == {"/inbox?acknowledged=1"}
    assert len(acknowledged(database)) == 1


def test_with_nothing_ticked_it_says_what_to_tick(tom, came) -> None:  # noqa: F811
    answer = tom.send("POST", "/inbox/acknowledgements", data={})
    assert answer.status_code == 422
    assert title_of(answer).endswith("Error: Inbox – Placement notification hub")
    assert "Tick the notices that you have read" in words_of(answer)


def test_a_notice_of_others_is_not_acknowledged_from_the_list(tom, sends, database) -> None:  # noqa: F811
    ref = sends("leeds", start(address=CHATHAM)).notice
    assert tom.send("POST", "/inbox/acknowledgements", data={"notice": ref}).status_code == 404
    assert acknowledged(database) == []


def test_the_overdue_come_first_and_those_at_risk_next(tom, sends, database) -> None:  # noqa: F811
    late = sends("leeds", start()).notice
    at_risk = sends(
        "leeds", start(child=SORREL, markers=[{"marker": "cse", "author": "P. S.", "noted_on": "2026-11-01"}])
    ).notice
    third = child(given_names="Ash", born_on="2010-01-01", identifiers={"local_id": "T-3"})
    newest = sends("leeds", start(child=third)).notice
    with database.write() as session:
        theirs = (Obligation.subject_ref == late, Obligation.duty_code == "EACK")
        session.execute(update(Obligation).where(*theirs).values(due_at=NOW - timedelta(days=2)))
    shown = tom.get("/inbox").text
    assert [shown.index(f'id="{ref}"') for ref in (late, at_risk, newest)] == sorted(
        shown.index(f'id="{ref}"') for ref in (late, at_risk, newest)
    )
    assert "Overdue" in shown


def test_a_read_alert_leaves_the_list_of_those_not_read(tom, came) -> None:  # noqa: F811
    assert "A notice came" in look(tom, "/inbox?show=alerts")
    look(tom, f"/inbox/{came}")
    assert "There is no such alert" in look(tom, "/inbox?show=alerts")
    assert "A notice came" in look(tom, "/inbox?show=alerts&unread=no")


def test_alerts_that_are_ticked_are_marked_as_read(tom, came, database) -> None:  # noqa: F811
    with database.read() as session:
        alert = session.execute(
            text(
                "SELECT alert.ref FROM alert JOIN organisation o ON o.id = alert.organisation_id "
                "WHERE subject_ref = :r AND o.name LIKE 'Kent County%'"
            ),
            {"r": came},
        ).scalar_one()
    answer = fills(tom, "/inbox?show=alerts", "/inbox/alerts/readings", alert=alert)
    assert answer.location == "/inbox?show=alerts&read=1"
    assert tom.get(f"/inbox/alerts/{alert}").location == f"/inbox/{came}"
    assert tom.send("POST", "/inbox/alerts/readings", data={}).status_code == 422


def test_every_kind_of_alert_has_its_words() -> None:
    assert KINDS - {PICKUP_CODE} <= ALERT_WORDS.keys()


def test_an_alert_leads_the_sender_to_its_own_page_of_the_notice(tom, priya, came) -> None:  # noqa: F811
    fills(tom, "/inbox", "/inbox/acknowledgements")
    assert f'href="/notices/{came}"' in priya.get("/inbox?show=alerts").text


# --- a notice ---------------------------------------------------------------------------------------------------------


def test_a_notice_is_read_and_the_reading_recorded_before_it_is_shown(tom, came, database) -> None:  # noqa: F811
    said = look(tom, f"/inbox/{came}")
    assert "Rowan Fictitious" in said
    assert "01632 960100" in said
    assert said.index("01632 960100") < said.index("The child")
    assert [entry.subject_ref for entry in recorded(database, "notice.read")] == [came]


def test_the_force_sees_no_more_than_it_may(mina, came) -> None:  # noqa: F811
    said = look(mina, f"/inbox/{came}")
    assert "Rowan Fictitious" in said
    assert "needs a small, settled household" not in said
    assert "What will you do next?" not in said


def test_nobody_else_reads_it(priya, sends, tom) -> None:  # noqa: F811
    ref = sends("leeds", start(address=CHATHAM)).notice
    assert tom.get(f"/inbox/{ref}").status_code == 404
    assert priya.get(f"/inbox/{ref}").location == f"/notices/{ref}"


def test_it_is_acknowledged_with_a_promise_and_its_day(tom, came, database) -> None:  # noqa: F811
    said = {"by": "T. Field, duty manager", "promise": "pass_on", **day_of("promise_on", 20, 11, 2026)}
    answer = fills(tom, f"/inbox/{came}", f"/inbox/{came}/acknowledgement", **said)
    assert answer.location == f"/inbox/{came}?acknowledged=1"
    assert "You have acknowledged this notice" in look(tom, answer.location)
    assert acknowledged(database) == [(came, "pass_on")]
    assert "promised by 20 November 2026" in look(tom, "/inbox?show=next")
    assert "to pass it on to health and education" in look(tom, "/inbox?show=notices")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"by": ""}, "Enter the name and role"),
        ({"promise": "pass_on"}, "by which day"),
        ({"promise": "pass_on", **day_of("promise_on", 1, 1, 2030)}, "Give a day from today"),
        ({"promise": "pass_on", **day_of("promise_on", 32, 1, 2030)}, "real date"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(tom, came, typed, sentence) -> None:  # noqa: F811
    said = {"by": "T. Field, duty manager"} | typed
    answer = fills(tom, f"/inbox/{came}", f"/inbox/{came}/acknowledgement", **said)
    assert answer.status_code == 422
    assert title_of(answer).startswith("Error: ")
    assert sentence in words_of(answer)
    assert all(f'value="{value}"' in answer.text for value in said.values() if value)


def test_a_correction_shows_what_changed_since_the_version_before(tom, came, cast, client_for, database) -> None:  # noqa: F811
    paper = start(social_worker={"name": "N. Other", "phone": "01632 960199"})
    newer = client_for("leeds").post(f"/api/v1/notices/{came}/correction", json=paper).json["notice"]
    said = look(tom, f"/inbox/{newer}")
    assert "What changed since the version before" in said
    assert re.search(r"Social worker: Phone 01632 960100 01632 960199", said)
    assert f'href="/inbox/{newer}"' in tom.get(f"/inbox/{came}").text


def test_a_host_that_a_correction_is_not_for_is_told_so_and_led_nowhere(tom, came, client_for) -> None:  # noqa: F811
    elsewhere = start(address=CHATHAM)
    newer = client_for("leeds").post(f"/api/v1/notices/{came}/correction", json=elsewhere).json["notice"]
    assert "what stands now is not for your organisation" in look(tom, f"/inbox/{came}")
    assert newer not in tom.get(f"/inbox/{came}").text


def test_a_withdrawn_notice_says_so_and_no_more(tom, came, client_for) -> None:  # noqa: F811
    client_for("leeds").post(f"/api/v1/notices/{came}/withdrawal", json={"reason": "Invented: it fell through."})
    said = look(tom, f"/inbox/{came}")
    assert "has withdrawn this notice" in said
    assert "Rowan" not in said
    assert "Acknowledge it" not in said


# --- not ours ---------------------------------------------------------------------------------------------------------

WHY = {"reason": "Invented: the lane is in Chatham.", "by": "T. Field, duty manager"}


def test_whose_it_would_be_is_shown_before_anything_is_sent(tom, came, database) -> None:  # noqa: F811
    answer = fills(tom, f"/inbox/{came}/not-ours", f"/inbox/{came}/not-ours", postcode="me4 4tr", **WHY)
    said = words_of(answer)
    assert "Pass the notice on to Medway" in said
    assert "It stands in their inbox at once" in said
    assert recorded(database, "notice.redirected") == []
    sent = tom.send("POST", f"/inbox/{came}/redirect", data=hidden_in(answer, f"/inbox/{came}/redirect"))
    assert sent.location == f"/inbox/{came}"
    assert "passed this notice on to Medway" in look(tom, sent.location)
    assert len(recorded(database, "notice.redirected")) == 1
    assert "Rowan" not in look(tom, f"/inbox/{came}")


def test_what_was_typed_comes_back_to_be_changed(tom, came) -> None:  # noqa: F811
    checked = fills(tom, f"/inbox/{came}/not-ours", f"/inbox/{came}/not-ours", host_authority=MEDWAY, **WHY)
    hidden = hidden_in(checked, f"/inbox/{came}/not-ours")
    again = tom.send("POST", f"/inbox/{came}/not-ours", data=hidden)
    assert again.status_code == 200
    assert WHY["reason"] in again.text
    assert f'value="{MEDWAY}" selected' in again.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"postcode": "ZZ99 9ZZ", **WHY}, "not in the directory"),
        ({"postcode": "me4 4tr", "host_authority": "E08000035", **WHY}, "That postcode is in Medway"),
        ({**WHY}, "Enter the council whose area it is"),
        ({"postcode": "me4 4tr", "by": "T. Field"}, "Say how you know"),
    ],
)  # fmt: skip
def test_a_place_that_is_not_clear_is_asked_for_again(tom, came, typed, sentence) -> None:  # noqa: F811
    answer = fills(tom, f"/inbox/{came}/not-ours", f"/inbox/{came}/not-ours", **typed)
    assert answer.status_code == 422
    assert sentence in words_of(answer)


def test_its_own_council_is_refused_in_the_form(tom, came) -> None:  # noqa: F811
    answer = tom.send("POST", f"/inbox/{came}/redirect", data={**WHY, "host_authority": "E10000016"})
    assert answer.status_code == 422
    assert "Name the other council" in words_of(answer)


# --- questions --------------------------------------------------------------------------------------------------------

ASKS = {"kind": "dispute", "field": "address", "text": "Invented: no such lane.", "by": "T. Field, duty manager"}


def test_a_question_goes_there_and_back(tom, priya, came) -> None:  # noqa: F811
    answer = fills(tom, f"/inbox/{came}/question", f"/inbox/{came}/question", **ASKS)
    assert answer.location == f"/inbox/{came}#questions"
    assert "Dispute: Address Waits for Leeds" in look(tom, f"/inbox/{came}")
    assert "To answer" in look(priya, priya.get("/inbox/questions").location)
    assert "Invented: no such lane" in look(priya, f"/notices/{came}")
    assert "Invented: no such lane" not in look(priya, "/inbox?show=questions")
    ref = re.search(r"qst_\w{26}", priya.get("/inbox?show=questions").text)[0]  # type: ignore[index]
    page = f"/inbox/questions/{ref}"
    assert "Invented: no such lane" in look(priya, page)
    assert fills(priya, page, f"{page}/answer", text="Invented: corrected.", by="Priya Test").location == page
    assert "see whether it settles it" in look(tom, "/inbox?show=questions")
    assert fills(tom, page, f"{page}/further", text="Invented: to what?", by="T. Field").location == page
    assert fills(tom, page, f"{page}/settlement").location == page
    assert "Settled" in look(tom, page)
    assert "No question waits" in look(priya, "/inbox?show=questions")


def test_an_empty_question_or_answer_is_asked_for_again(tom, priya, came) -> None:  # noqa: F811
    answer = fills(tom, f"/inbox/{came}/question", f"/inbox/{came}/question", **{**ASKS, "text": ""})
    assert answer.status_code == 422
    assert "Write what you ask or dispute" in words_of(answer)
    fills(tom, f"/inbox/{came}/question", f"/inbox/{came}/question", **ASKS)
    ref = re.search(r"qst_\w{26}", priya.get("/inbox?show=questions").text)[0]  # type: ignore[index]
    page = f"/inbox/questions/{ref}"
    answer = fills(priya, page, f"{page}/answer", by="Priya Test")
    assert answer.status_code == 422
    assert "Write your answer" in words_of(answer)


# --- what is done next ------------------------------------------------------------------------------------------------


def test_the_checklist_takes_each_step_and_the_list_asks_no_more(tom, came) -> None:  # noqa: F811
    page = f"/inbox/{came}/passing-on"
    assert "Enter the child in the host's register" in look(tom, "/inbox?show=next")
    assert fills(tom, page, f"{page}/register").location == page
    for step in ("health", "education"):
        said = {"method": "telephone", "to": "Invented: the duty nurse", "by": "T. Field, duty manager"}
        assert fills(tom, f"{page}/{step}", f"{page}/{step}", **said).location == page
    assert look(tom, page).count("Done") == 3
    assert "You owe nothing more" in look(tom, "/inbox?show=next")


def test_a_step_is_taken_back_with_a_reason(tom, came) -> None:  # noqa: F811
    page = f"/inbox/{came}/passing-on"
    fills(tom, page, f"{page}/register")
    step = re.search(r"/steps/(hst_\w{26})", tom.get(page).text)[1]  # type: ignore[index]
    form = f"/inbox/{came}/steps/{step}"
    assert fills(tom, form, form, by="T. Field").status_code == 422
    assert fills(tom, form, form, by="T. Field", reason="Invented: wrong child.").location == page
    assert "Taken back" in look(tom, page)
    assert "Enter the child in the host's register" in look(tom, "/inbox?show=next")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"method": "not_needed", "by": "T. Field"}, "Say why it is not needed"),
        ({"method": "telephone", "by": ""}, "Enter your name and role"),
        ({"method": "", "by": "T. Field"}, "Say how it was done"),
        ({"method": "telephone", "by": "T. Field", **day_of("done_on", 1, 1, 2031)}, "earlier one"),
    ],
)  # fmt: skip
def test_a_step_that_is_not_whole_is_asked_for_again(tom, came, typed, sentence) -> None:  # noqa: F811
    form = f"/inbox/{came}/passing-on/health"
    answer = fills(tom, form, form, **typed)
    assert answer.status_code == 422
    assert sentence in words_of(answer)


def test_there_is_no_other_step(tom, came) -> None:  # noqa: F811
    assert tom.get(f"/inbox/{came}/passing-on/nothing").status_code == 404


# --- matches ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def doubted(sends) -> str:  # noqa: F811
    sends("willow_house", home_notice(child=named(given_names="Rowen")))
    (match,) = sends("leeds", council_notice()).matches
    return str(match["ref"])


def test_a_match_is_shown_side_by_side_decided_and_taken_back(tom, doubted, database) -> None:  # noqa: F811
    assert "decide" in look(tom, "/inbox")
    assert f'href="/matches/{doubted}"' in tom.get("/matches").text
    said = look(tom, f"/matches/{doubted}")
    assert "Rowen" in said
    assert "Differs" in said
    form, undo = f"/matches/{doubted}/decision", f"/matches/{doubted}/undoing"
    answer = fills(tom, f"/matches/{doubted}", form)
    assert answer.status_code == 422
    assert "whether they are the same placement" in words_of(answer)
    answer = fills(tom, f"/matches/{doubted}", form, same="yes", reason="records_checked")
    assert answer.location == f"/matches/{doubted}"
    assert "Decided: the same" in look(tom, answer.location)
    fills(tom, f"/matches/{doubted}", undo, reason="decided_in_error", note="Invented.")
    assert "Taken back" in look(tom, f"/matches/{doubted}")
    assert len(recorded(database, "placement.read")) >= 4


def test_nobody_else_sees_a_match(mina, priya, doubted) -> None:  # noqa: F811
    assert mina.get("/matches").status_code == 403
    assert priya.get(f"/matches/{doubted}").status_code == 403


def test_what_somebody_may_not_do_is_not_offered(app, database, cast, came) -> None:
    reader = tab_of(app, database, joined(database, cast, "kent", ("data_officer",), email="dot@kent.example"))
    said = look(reader, "/inbox")
    assert "A placement starts" in said
    assert "Do" not in said.split()
    assert "Acknowledge it" not in look(reader, f"/inbox/{came}")


def test_an_emergency_is_marked(tom, sends) -> None:  # noqa: F811
    sends("leeds", emergency_start())
    assert "Emergency" in look(tom, "/inbox")
