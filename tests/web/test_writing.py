"""Writing notices in a browser: begun, filled in by sections, forecast, sent once, corrected, withdrawn, never lost."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.registry.models import NOTICE_KINDS
from hub.registry.schemas import NoticeIn
from hub.web.forms import field_at
from hub.web.writing.questions import section_of, sections_of
from hub.web.writing.withheld import with_withheld
from tests.access.signing_in import Tab, joined, tab_of
from tests.access.visiting import title, words
from tests.registry.papers import CHATHAM, admission
from tests.registry.sample_files import pdf

ONCE = re.compile(r'name="once" value="([^"]+)"')
MARK = re.compile(r'name="mark" value="([^"]+)"')
ASKING = re.compile(r'href="(/placements/[^"]+/approval)"')
APPROVED = {
    "approver_name": "Dee Fictitious", "approver_role": "Director", "approved-day": "18", "approved-month": "11",
    "approved-year": "2026", "approved-time": "09:30",
}  # fmt: skip
VERSION = re.compile(r'name="version" value="([^"]+)"')
CHILD_FORM = {
    "child.family_name": "Fictitious", "child.given_names": "Rowan", "child.born_on-day": "14",
    "child.born_on-month": "3", "child.born_on-year": "2012", "legal_status": "S20",
}  # fmt: skip
WHERE_FORM = {"setting": "foster_ifa", "address.lines": "1 Fictitious Lane\nMaidstone", "address.postcode": "ME14 1XQ"}
WHEN_FORM = {"starts-day": "25", "starts-month": "11", "starts-year": "2026", "starts-time": "10:00"}
CARE_FORM = {
    "needs_assessment": "Invented.", "suitability_reasons": "Invented.", "care_plan.to_follow": "yes",
    "care_plan.reason": "Invented: it is being typed.",
}  # fmt: skip


@pytest.fixture
def priya(app: Flask, database: Database, cast: Cast) -> Tab:
    """A social worker of Leeds."""
    return tab_of(app, database, joined(database, cast))


@pytest.fixture
def colleague(app: Flask, database: Database, cast: Cast) -> Tab:
    """Another social worker of Leeds."""
    return tab_of(app, database, joined(database, cast, email="sam.fictitious@mail.example", name="Sam Fictitious"))


@pytest.fixture
def director(app: Flask, database: Database, cast: Cast) -> Tab:
    """The Director of Children's Services of Leeds."""
    person = joined(database, cast, roles=("dcs",), email="dee.fictitious@mail.example", name="Dee Fictitious")
    return tab_of(app, database, person)


def sends(tab: Tab, path: str, **said: Any) -> Any:
    return tab.send("POST", path, data=said)


def page_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def said_in(answer: Any, control: re.Pattern[str]) -> str:
    found = control.search(page_of(answer))
    assert found, page_of(answer)[:2000]
    return found[1]


def begun(tab: Tab, **said: str) -> str:
    """The path of a draft begun at /notices/new."""
    answer = sends(tab, "/notices/new", **{"purpose": "planned", **said})
    assert answer.status_code == 303, words(answer)
    return re.sub(r"/rest$", "", str(answer.headers["Location"]))


def complete(tab: Tab, **changed: str) -> str:
    """The path of a draft of a planned, distant placement, with all that the law asks."""
    draft = begun(tab)
    for key, form in (("child", CHILD_FORM), ("where", WHERE_FORM), ("when", WHEN_FORM), ("care", CARE_FORM)):
        answer = tab.send("POST", f"{draft}/{key}", data={**form, **{k: v for k, v in changed.items() if k in form}})
        assert answer.status_code == 303, words(answer)
    return draft


def sent(tab: Tab, draft: str) -> str:
    """Check and send a draft; the path of the receipt."""
    checked = tab.get(f"{draft}/check")
    answer = sends(tab, f"{draft}/send", once=said_in(checked, ONCE), version=said_in(checked, VERSION))
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["Location"])


# --- the table of questions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_every_question_is_a_field_of_a_notice_and_is_asked_once(kind: str) -> None:
    names = [name for section in sections_of(kind) for name in section.names]
    assert len(names) == len(set(names))
    for name in names:
        field_at(NoticeIn(), name)


# --- from nothing to a receipt ------------------------------------------------------------------------------------------


def test_who_has_sent_nothing_is_told_what_would_stand_here(priya: Tab) -> None:
    shown = priya.get("/notices")
    assert shown.status_code == 200
    assert "You have sent none yet" in words(shown)
    assert "Tell of a placement" in words(shown)


def test_a_planned_placement_is_written_in_sections_checked_and_sent(priya: Tab) -> None:
    draft = complete(priya)
    checked = priya.get(f"{draft}/check")
    assert "If you send this now" in words(checked)
    assert "You meet" in words(checked)
    assert "Kent County Council" in words(checked)
    receipt = priya.get(sent(priya, draft))
    assert receipt.status_code == 200
    assert "The notice is registered" in words(receipt)
    assert "Fictitious" not in words(receipt)


def test_the_list_of_tasks_says_what_the_law_still_asks_and_leads_to_it(priya: Tab) -> None:
    draft = begun(priya)
    shown = priya.get(draft)
    assert "3 still asked" in words(shown)
    assert f'href="{draft}/child#child.family_name"' in page_of(shown)
    assert "SI 2010/959 reg 13(4)" in words(shown)


def test_a_draft_that_lacks_something_says_what_and_offers_no_sending(priya: Tab) -> None:
    checked = priya.get(f"{begun(priya)}/check")
    assert "It cannot be sent yet" in words(checked)
    assert "Send the notice" not in words(checked)


def test_what_cannot_be_read_is_shown_again_with_all_that_was_typed(priya: Tab) -> None:
    draft = begun(priya)
    answer = sends(priya, f"{draft}/child", **{**CHILD_FORM, "child.born_on-day": "31", "child.born_on-month": "2"})
    assert answer.status_code == 422
    assert title(answer).startswith("Error: ")
    assert "Enter a real date" in words(answer)
    assert 'value="Fictitious"' in page_of(answer)


def test_a_child_born_tomorrow_is_refused_at_the_date_of_birth(priya: Tab) -> None:
    answer = sends(priya, f"{begun(priya)}/child", **{**CHILD_FORM, "child.born_on-year": "2027"})
    assert answer.status_code == 422
    assert 'href="#child.born_on"' in page_of(answer)


def test_an_approval_asks_for_its_time(priya: Tab) -> None:
    said = {"approval.name": "D. Quist", "approval.role": "Director", "approval.approved-day": "17"}
    said |= {"approval.approved-month": "11", "approval.approved-year": "2026"}
    assert "Enter the time too" in words(sends(priya, f"{begun(priya)}/approval", **said))


def test_an_emergency_asks_why_and_lets_what_is_not_ready_follow(priya: Tab) -> None:
    refused = sends(priya, "/notices/new", purpose="emergency")
    assert (refused.status_code, "Say why it could not be planned" in words(refused)) == (422, True)
    draft = begun(priya, purpose="emergency", reason="Invented: the earlier placement ended that night.")
    sends(priya, f"{draft}/child", **CHILD_FORM)
    sends(priya, f"{draft}/where", **WHERE_FORM)
    late = {"starts-day": "2", "starts-month": "11", "starts-year": "2026", "starts-time": "9pm"}
    sends(priya, f"{draft}/when", **late, **{"emergency.reason": "Invented."})
    checked = words(priya.get(f"{draft}/check"))
    assert "This is late" in checked
    assert "You will be late with" in checked
    assert "To follow: your assessment of the child’s needs" in checked


def test_an_emergency_without_a_time_is_asked_for_it(priya: Tab) -> None:
    draft = begun(priya, purpose="emergency", reason="Invented.")
    sends(
        priya,
        f"{draft}/when",
        **{"starts-day": "2", "starts-month": "11", "starts-year": "2026"},
        **{"emergency.reason": "I."},
    )
    assert "enter the time the placement started" in words(priya.get(draft))


def test_what_is_emptied_is_gone_and_what_a_section_does_not_ask_stays(priya: Tab) -> None:
    draft = complete(priya)
    sends(priya, f"{draft}/child", **{**CHILD_FORM, "legal_status": ""})
    shown = words(priya.get(f"{draft}/check"))
    assert "Enter the child's legal status" in shown
    assert "1 Fictitious Lane" in shown


# --- where ----------------------------------------------------------------------------------------------------------------


def test_the_area_is_shown_before_anything_is_sent(priya: Tab) -> None:
    draft = begun(priya)
    sends(priya, f"{draft}/where", **WHERE_FORM)
    shown = words(priya.get(f"{draft}/where"))
    assert "Kent County Council" in shown
    assert "Kent Police" in shown
    assert "distant" in shown


def test_a_postcode_that_nobody_lists_leads_to_the_list_of_councils(priya: Tab) -> None:
    draft = begun(priya)
    answer = sends(priya, f"{draft}/where", **{**WHERE_FORM, "address.postcode": "ZZ99 9ZZ"})
    assert answer.headers["Location"].startswith(f"{draft}/where")
    shown = priya.get(answer.headers["Location"])
    assert "does not tell which council" in words(shown)
    named = {**WHERE_FORM, "address.postcode": "ZZ99 9ZZ", "area.host_authority": "E10000016"}
    assert sends(priya, f"{draft}/where", **named).headers["Location"] == f"{draft}/when"
    assert "area not confirmed" in words(priya.get(draft))


def test_another_council_than_the_postcodes_needs_a_reason(priya: Tab) -> None:
    draft = begun(priya)
    answer = sends(priya, f"{draft}/where", **WHERE_FORM, **{"area.host_authority": "E06000035"})
    assert "Say why the host is Medway" in words(priya.get(answer.headers["Location"]))


def test_an_address_in_scotland_names_the_body_that_receives_the_child(priya: Tab) -> None:
    draft = complete(priya)
    scotland = {
        "setting": "foster_ifa",
        "country": "Scotland",
        "receiving_body.name": "A council",
        "receiving_body.email": "desk@scotland.example",
    }
    sends(priya, f"{draft}/where", **scotland)
    checked = words(priya.get(f"{draft}/check"))
    assert "rules of Scotland are not modelled" in checked
    assert "Send the notice" in checked


# --- risks, markers, files -------------------------------------------------------------------------------------------------


def test_each_marker_that_is_chosen_is_described_and_says_who_may_see_it(priya: Tab) -> None:
    draft = complete(priya)
    answer = sends(priya, f"{draft}/risks", chosen=["cse", "gangs"])
    assert answer.headers["Location"].startswith(f"{draft}/markers")
    shown = page_of(priya.get(f"{draft}/markers"))
    assert "Child sexual exploitation" in shown
    assert shown.count("Who may see it") == 2
    said = {
        "markers.0.marker": "cse",
        "markers.0.detail": "Invented.",
        "markers.0.audience": ["police_force"],
        "markers.1.marker": "gangs",
    }
    assert sends(priya, f"{draft}/markers", **said).status_code == 303
    checked = words(priya.get(f"{draft}/check"))
    assert "Seen by: The police force" in checked
    assert "Seen by: nobody else" in checked
    sends(priya, f"{draft}/risks", chosen="gangs")
    assert "Child sexual exploitation" not in words(priya.get(f"{draft}/check"))


def test_a_care_plan_is_attached_and_answers_what_was_to_follow(priya: Tab) -> None:
    draft = complete(priya)
    upload = {"part": "care_plan", "file": (BytesIO(pdf("plan")), "Care plan.pdf")}
    answer = priya.send("POST", f"{draft}/files", data=upload, content_type="multipart/form-data")
    assert answer.status_code == 303, words(answer)
    assert "Care plan.pdf" in words(priya.get(f"{draft}/files"))
    assert "To follow" not in words(priya.get(f"{draft}/check"))
    receipt = sent(priya, draft)
    assert "Care plan.pdf" in words(priya.get(receipt.removesuffix("/receipt")))


@pytest.mark.parametrize(("name", "content"), [("plan.exe", b"MZ not a plan"), ("plan.pdf", b"")])
def test_what_is_no_plan_is_refused_with_what_is_taken(priya: Tab, name: str, content: bytes) -> None:
    upload = {"part": "care_plan", "file": (BytesIO(content), name)}
    answer = priya.send("POST", f"{begun(priya)}/files", data=upload, content_type="multipart/form-data")
    assert (answer.status_code, title(answer)[:7]) == (422, "Error: ")


def test_a_file_is_taken_off_again(priya: Tab) -> None:
    draft = begun(priya)
    upload = {"part": "risk_assessment", "file": (BytesIO(pdf("risks")), "Risks.pdf")}
    priya.send("POST", f"{draft}/files", data=upload, content_type="multipart/form-data")
    path = re.search(r'action="([^"]+/remove)"', page_of(priya.get(f"{draft}/files")))
    assert path
    priya.send("POST", path[1])
    assert "Risks.pdf" not in words(priya.get(f"{draft}/files"))


# --- nothing lost, nothing twice --------------------------------------------------------------------------------------------


def test_a_section_that_somebody_else_changed_is_shown_beside_what_was_typed(priya: Tab, colleague: Tab) -> None:
    draft = complete(priya)
    opened = said_in(priya.get(f"{draft}/child"), MARK)
    sends(colleague, f"{draft}/child", **{**CHILD_FORM, "child.given_names": "Alder"})
    answer = sends(priya, f"{draft}/child", mark=opened, **{**CHILD_FORM, "child.given_names": "Rowena"})
    assert answer.status_code == 409
    assert "Somebody else has changed this part of the draft" in words(answer)
    assert {"Alder", "Rowena"} <= set(words(answer).split())
    again = sends(priya, f"{draft}/child", mark=said_in(answer, MARK), **{**CHILD_FORM, "child.given_names": "Rowena"})
    assert again.status_code == 303
    assert "Rowena" in words(priya.get(f"{draft}/check"))


def test_two_tabs_that_change_different_sections_lose_nothing(priya: Tab) -> None:
    draft = begun(priya)
    child, where = (said_in(priya.get(f"{draft}/{key}"), MARK) for key in ("child", "where"))
    assert sends(priya, f"{draft}/child", mark=child, **CHILD_FORM).status_code == 303
    assert sends(priya, f"{draft}/where", mark=where, **WHERE_FORM).status_code == 303
    shown = words(priya.get(f"{draft}/check"))
    assert "Rowan" in shown
    assert "ME14 1XQ" in shown


def test_a_section_that_is_saved_twice_by_a_double_click_is_saved(priya: Tab) -> None:
    draft = begun(priya)
    opened = said_in(priya.get(f"{draft}/child"), MARK)
    assert [sends(priya, f"{draft}/child", mark=opened, **CHILD_FORM).status_code for _ in range(2)] == [303, 303]


def test_a_notice_that_is_sent_twice_is_sent_once(priya: Tab) -> None:
    draft = complete(priya)
    checked = priya.get(f"{draft}/check")
    form = {"once": said_in(checked, ONCE), "version": said_in(checked, VERSION)}
    paths = {sends(priya, f"{draft}/send", **form).headers["Location"] for _ in range(2)}
    other_tab = sends(priya, f"{draft}/send", **{**form, "once": ""})
    assert len(paths) == 1
    assert page_of(priya.get("/notices")).count("Kent County Council") == 1
    assert other_tab.status_code == 400


def test_the_back_button_leads_from_a_draft_that_was_sent_to_its_receipt(priya: Tab) -> None:
    draft = complete(priya)
    receipt = sent(priya, draft)
    for path in (draft, f"{draft}/check", f"{draft}/child"):
        assert priya.get(path).headers["Location"] == receipt
    assert sends(priya, f"{draft}/child", **CHILD_FORM).headers["Location"] == receipt


def test_a_draft_that_was_changed_after_it_was_checked_is_checked_again(priya: Tab, colleague: Tab) -> None:
    draft = complete(priya)
    checked = priya.get(f"{draft}/check")
    sends(colleague, f"{draft}/where", **{**WHERE_FORM, "address.postcode": CHATHAM["postcode"]})
    answer = sends(priya, f"{draft}/send", once=said_in(checked, ONCE), version=said_in(checked, VERSION))
    assert (answer.status_code, "was changed after you checked it" in words(answer)) == (409, True)
    assert priya.get(draft).status_code == 200


def test_autosave_keeps_what_is_right_and_says_when(priya: Tab) -> None:
    draft = begun(priya)
    form = {**CHILD_FORM, "child.born_on-day": "99", "mark": said_in(priya.get(f"{draft}/child"), MARK)}
    answer = priya.send("POST", f"{draft}/child", data=form, headers={"X-Hub-Autosave": "1"})
    assert answer.get_json()["said"] == "Saved at 10:00, but for what is not right yet."
    shown = page_of(priya.get(f"{draft}/child"))
    assert 'value="Rowan"' in shown
    assert answer.get_json()["controls"]["mark"] == said_in(priya.get(f"{draft}/child"), MARK)


def test_the_short_page_asks_the_same_while_autosave_answers_some_of_it(priya: Tab) -> None:
    draft = begun(priya)
    shown = priya.get(f"{draft}/rest")
    asked = re.search(r'name="asked" value="([^"]+)"', page_of(shown))
    assert asked
    form = {**CHILD_FORM, "asked": asked[1], "mark": said_in(shown, MARK)}
    kept = priya.send("POST", f"{draft}/rest", data=form, headers={"X-Hub-Autosave": "1"}).get_json()
    form |= {**WHERE_FORM, **WHEN_FORM, **CARE_FORM, **kept["controls"]}
    assert sends(priya, f"{draft}/rest", **form).headers["Location"] == f"{draft}/check"
    assert "Send the notice" in words(priya.get(f"{draft}/check"))


def test_autosave_never_overwrites_what_somebody_else_wrote(priya: Tab, colleague: Tab) -> None:
    draft = begun(priya)
    opened = said_in(priya.get(f"{draft}/child"), MARK)
    sends(colleague, f"{draft}/child", **CHILD_FORM)
    form = {"child.given_names": "Rowena", "mark": opened}
    answer = priya.send("POST", f"{draft}/child", data=form, headers={"X-Hub-Autosave": "1"})
    assert answer.status_code == 409
    assert "Rowan" in words(priya.get(draft))


def test_a_discarded_draft_is_gone_after_it_was_asked(priya: Tab) -> None:
    draft = complete(priya)
    asked = priya.get(f"{draft}/discard")
    assert priya.get(draft).status_code == 200
    assert sends(priya, f"{draft}/discard", version=said_in(asked, VERSION)).headers["Location"] == "/notices"
    assert priya.get(draft).status_code == 404


# --- the same child again, corrections, withdrawals --------------------------------------------------------------------------


def test_a_child_who_is_known_is_asked_only_for_what_is_new_on_one_page(priya: Tab) -> None:
    notice = sent(priya, complete(priya)).removesuffix("/receipt").removeprefix("/notices/")
    answer = sends(priya, "/notices/new", **{"purpose": "emergency", "reason": "Invented.", "from": notice})
    assert answer.headers["Location"].endswith("/rest")
    controls = re.findall(
        r'<(?:input|textarea|select)[^>]* name="([^"]+)"', page_of(priya.get(answer.headers["Location"]))
    )
    assert {name for name in controls if name not in ("csrf_token", "mark", "asked")} == {
        "setting", "address.lines", "address.postcode", "emergency.reason",
        "starts-day", "starts-month", "starts-year", "starts-time",
    }  # fmt: skip


def test_a_correction_is_written_in_a_draft_and_sent_as_the_next_version(priya: Tab) -> None:
    first = sent(priya, complete(priya)).removesuffix("/receipt")
    draft = sends(priya, f"{first}/correct").headers["Location"]
    assert "correction" in words(priya.get(draft))
    sends(priya, f"{draft}/where", **{**WHERE_FORM, "address.postcode": "ME4 4TR"})
    second = sent(priya, draft).removesuffix("/receipt")
    assert second == draft.replace("drafts", "notices")
    assert "A newer version stands" in words(priya.get(first))
    assert first.removeprefix("/notices/") in words(priya.get(second))


@pytest.mark.parametrize(("act", "place", "form"), [
    ("end", "end", {"ends-day": "30", "ends-month": "11", "ends-year": "2026", "end_reason": "returned_home"}),
    ("change", "change", {"changed-day": "18", "changed-month": "11", "changed-year": "2026", "changes": "Invented."}),
])  # fmt: skip
def test_an_end_or_a_change_is_told_from_the_notice_in_one_section(
    priya: Tab, act: str, place: str, form: dict[str, str]
) -> None:
    first = sent(priya, complete(priya)).removesuffix("/receipt")
    path = sends(priya, f"{first}/{act}").headers["Location"]
    assert path.endswith(f"/{place}")
    placement = re.search(r'name="placement"[^>]*value="(pla_[^"]+)"', page_of(priya.get(path)))
    assert placement
    assert sends(priya, path, placement=placement[1], **form).status_code == 303
    assert "The notice is registered" in words(priya.get(sent(priya, path.removesuffix(f"/{place}"))))


def test_a_move_is_told_from_the_notice_and_its_receipt_tells_of_the_end_too(priya: Tab) -> None:
    first = sent(priya, complete(priya)).removesuffix("/receipt")
    draft = sends(priya, f"{first}/move").headers["Location"].removesuffix("/where")
    found = re.search(r'name="placement"[^>]*value="(pla_[^"]+)"', page_of(priya.get(f"{draft}/when")))
    assert found
    sends(priya, f"{draft}/where", **{**WHERE_FORM, "address.postcode": "BD1 1HY"})
    sends(priya, f"{draft}/when", placement=found[1], **{**WHEN_FORM, "starts-day": "28"})
    sends(priya, f"{draft}/care", **CARE_FORM)
    assert "The end of the placement before" in words(priya.get(sent(priya, draft)))


def test_a_notice_is_withdrawn_with_a_reason_once(priya: Tab) -> None:
    notice = sent(priya, complete(priya)).removesuffix("/receipt")
    assert sends(priya, f"{notice}/withdraw").status_code == 422
    once = said_in(priya.get(f"{notice}/withdraw"), ONCE)
    done = [sends(priya, f"{notice}/withdraw", once=once, reason="Invented: it fell through.") for _ in range(2)]
    assert [answer.status_code for answer in done] == [303, 303]
    assert "This notice was withdrawn" in words(priya.get(notice))


def test_a_notice_is_found_by_its_reference_and_narrowed_by_kind_and_state(priya: Tab) -> None:
    notice = sent(priya, complete(priya)).removesuffix("/receipt")
    assert sends(priya, "/notices", ref=notice.removeprefix("/notices/").upper()).headers["Location"] == notice
    assert sends(priya, "/notices", ref="nonsense").status_code == 422
    assert sends(priya, "/notices", ref="ntc_" + "0" * 26).status_code == 422
    assert "Kent County Council" in words(priya.get("/notices?kind=placement_start&state=registered"))
    assert "none of this kind" in words(priya.get("/notices?kind=placement_end"))


def test_what_a_home_told_of_is_taken_up_by_the_council(priya: Tab, client_for: Callable[[str], Any]) -> None:
    told = client_for("willow_house").post("/api/v1/notices", json=admission()).get_json()
    shown = words(priya.get(f"/notices/{told['notice']}"))
    assert "Tell of this placement" in shown
    draft = sends(priya, f"/notices/{told['notice']}/start").headers["Location"].removesuffix("/rest")
    assert "Rowan" in words(priya.get(draft))


def test_a_draft_of_another_council_is_not_there(priya: Tab, app: Flask, database: Database, cast: Cast) -> None:
    draft = begun(priya)
    other = tab_of(app, database, joined(database, cast, "bradford", email="bo.fictitious@mail.example"))
    assert other.get(draft).status_code == 404
    assert sends(other, f"{draft}/child", **CHILD_FORM).status_code == 404


def test_who_only_receives_writes_nothing(app: Flask, database: Database, cast: Cast) -> None:
    tom = tab_of(app, database, joined(database, cast, "kent", ["duty_desk"], email="tim.fictitious@mail.example"))
    assert tom.get("/notices").status_code == 403


def test_what_is_typed_into_a_draft_that_is_sent_meanwhile_is_shown_and_a_correction_offered(
    priya: Tab, colleague: Tab
) -> None:
    draft = complete(priya)
    receipt = sent(colleague, draft)
    answer = sends(priya, f"{draft}/child", **{**CHILD_FORM, "child.given_names": "Rowena"})
    assert answer.status_code == 409
    assert title(answer).startswith("Error: The draft was sent already")
    assert "Rowena" in words(answer)
    assert f'href="{receipt.removesuffix("/receipt")}/correct"' in page_of(answer)


def test_what_is_typed_into_a_draft_that_is_discarded_meanwhile_is_shown(priya: Tab, colleague: Tab) -> None:
    draft = begun(priya)
    sends(colleague, f"{draft}/discard", version=said_in(colleague.get(f"{draft}/discard"), VERSION))
    answer = sends(priya, f"{draft}/child", **CHILD_FORM)
    assert answer.status_code == 404
    assert "The draft is not there any more" in words(answer)
    assert "Rowan" in words(answer)


@pytest.mark.parametrize(("ends", "status"), [("sent", 409), ("discarded", 404)])
def test_the_script_that_keeps_a_draft_says_that_it_is_over(priya: Tab, colleague: Tab, ends: str, status: int) -> None:
    draft = complete(priya)
    if ends == "sent":
        sent(colleague, draft)
    else:
        sends(colleague, f"{draft}/discard", version=said_in(colleague.get(f"{draft}/discard"), VERSION))
    answer = priya.send("POST", f"{draft}/child", data=CHILD_FORM, headers={"X-Hub-Autosave": "1"})
    assert (answer.status_code, answer.json["is_stale"]) == (status, True)


# --- markers in two tabs ------------------------------------------------------------------------------------------------------

ABOUT_TWO = {
    "markers.0.marker": "cse", "markers.0.detail": "Invented: seen with adults.",
    "markers.1.marker": "county_lines", "markers.1.detail": "Invented: carries packets.",
}  # fmt: skip


def test_a_marker_that_another_tab_adds_stays_when_the_others_are_described(priya: Tab) -> None:
    draft = begun(priya)
    sends(priya, f"{draft}/risks", chosen=["cse"])
    opened = said_in(priya.get(f"{draft}/markers"), MARK)
    sends(priya, f"{draft}/risks", chosen=["cse", "uasc"])
    one = {name: said for name, said in ABOUT_TWO.items() if ".0." in name}
    assert sends(priya, f"{draft}/markers", mark=opened, **one).status_code == 303
    shown = words(priya.get(f"{draft}/check"))
    assert "Invented: seen with adults." in shown
    assert "naccompanied" in shown


def test_a_marker_that_another_tab_takes_out_is_shown_with_what_was_typed_of_it(priya: Tab) -> None:
    draft = begun(priya)
    sends(priya, f"{draft}/risks", chosen=["cse"])
    opened = said_in(priya.get(f"{draft}/markers"), MARK)
    sends(priya, f"{draft}/risks", chosen=[])
    one = {name: said for name, said in ABOUT_TWO.items() if ".0." in name}
    answer = sends(priya, f"{draft}/markers", mark=opened, **one)
    assert answer.status_code == 409
    assert "Invented: seen with adults." in words(answer)
    assert sends(priya, f"{draft}/markers", mark=said_in(answer, MARK), **one).status_code == 303
    assert "Invented: seen with adults." in words(priya.get(f"{draft}/check"))


def test_markers_that_two_tabs_choose_are_shown_beside_each_other(priya: Tab) -> None:
    draft = begun(priya)
    opened = said_in(priya.get(f"{draft}/risks"), MARK)
    sends(priya, f"{draft}/risks", mark=opened, chosen=["cse"])
    answer = sends(priya, f"{draft}/risks", mark=opened, chosen=["uasc"])
    assert answer.status_code == 409
    assert "Which of these apply?" in words(answer).partition("What stands now")[2]


# --- who is not told, to protect the child ------------------------------------------------------------------------------------


def test_who_is_not_told_and_why_is_asked_beside_the_risks_and_goes_with_the_notice(priya: Tab) -> None:
    draft = complete(priya)
    assert "Somebody is not told, to protect the child" in words(priya.get(f"{draft}/risks"))
    said = {"contacts_withheld.0.withheld_from": "parent", "contacts_withheld.0.reason": "Invented: threats were made."}
    assert sends(priya, f"{draft}/risks", **said).status_code == 303
    shown = words(priya.get(f"{draft}/check"))
    assert "Not told: A parent" in shown
    assert "Invented: threats were made." in shown
    receipt = sent(priya, draft)
    assert "Invented: threats were made." in words(priya.get(receipt.removesuffix("/receipt")))


@pytest.mark.parametrize(
    ("said", "control", "sentence"),
    [
        ({"withheld_from": "parent"}, "reason", "Say why telling them would put the child at risk"),
        ({"reason": "Invented."}, "withheld_from", "Say from whom notice is withheld"),
    ],
)
def test_who_is_not_told_is_asked_with_why(priya: Tab, said: dict[str, str], control: str, sentence: str) -> None:
    draft = begun(priya)
    answer = sends(priya, f"{draft}/risks", **{f"contacts_withheld.1.{name}": value for name, value in said.items()})
    assert answer.status_code == 422
    assert f'href="#contacts_withheld.1.{control}"' in page_of(answer)
    assert sentence in words(answer)


def test_each_who_is_not_told_leaves_room_for_one_more(priya: Tab) -> None:
    draft = begun(priya)
    three = {
        f"contacts_withheld.{number}.{name}": value
        for number in range(3)
        for name, value in (("withheld_from", "previous_carer"), ("reason", f"Invented {number}."))
    }
    assert sends(priya, f"{draft}/risks", **three).status_code == 303
    shown = page_of(priya.get(f"{draft}/risks"))
    assert [f'name="contacts_withheld.{number}.reason"' in shown for number in (2, 3, 4)] == [True, True, False]


def test_a_home_is_not_asked_who_is_not_told() -> None:
    section = section_of("home_admission", "risks")
    assert section is not None
    assert with_withheld(section, "home_admission", {}, MultiDict()) == section


# --- its approval -------------------------------------------------------------------------------------------------------------


def test_a_draft_that_says_too_little_says_when_its_approval_can_be_asked(priya: Tab) -> None:
    shown = priya.get(f"{begun(priya)}/approval")
    assert "you can ask for its approval here" in words(shown)
    assert 'href="/approvals"' not in page_of(shown)


def test_a_draft_leads_to_the_approval_of_its_own_placement_and_back(priya: Tab, director: Tab) -> None:
    draft = complete(priya)
    asking = said_in(priya.get(f"{draft}/approval"), ASKING)
    request = str(sends(priya, asking, note="").headers["Location"]).partition("?")[0]
    assert f'href="{request}"' in page_of(priya.get(f"{draft}/approval"))

    sends(director, f"{request}/send-back", reason="Invented: consult Kent first.")
    for path in (draft, f"{draft}/approval"):
        shown = priya.get(path)
        assert "Sent back by Dee Fictitious" in words(shown)
        assert "Invented: consult Kent first." in words(shown)
        assert f'href="{asking}"' in page_of(shown)
    assert f'href="{draft}"' in page_of(priya.get(request))

    again = str(sends(priya, asking, note="").headers["Location"]).partition("?")[0]
    assert "Sent back" not in words(priya.get(draft))
    sends(director, f"{again}/approve", **APPROVED)
    shown = priya.get(f"{draft}/approval")
    assert "It was approved by Dee Fictitious" in words(shown)
    assert asking not in page_of(shown)
    assert f'href="{draft}"' in page_of(priya.get(again))
