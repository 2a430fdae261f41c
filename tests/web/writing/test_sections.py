"""Writing notices in a browser: begun, filled in by sections, forecast, sent."""

import re

import pytest

from hub.registry.models import NOTICE_KINDS
from hub.registry.schemas import NoticeIn
from hub.web.forms import field_at
from hub.web.writing.questions import sections_of
from tests.access.signing_in import Tab
from tests.access.visiting import title, words
from tests.web.writing.drafting import CHILD_FORM, WHERE_FORM, begun, complete, page_of, sends, sent

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
    assert "Register a placement" in words(shown)


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


def test_text_that_is_pasted_is_taken_whole_or_refused_and_never_cut_off(priya: Tab) -> None:
    draft = begun(priya)
    assert not re.search(r"<textarea[^>]*maxlength", page_of(priya.get(f"{draft}/care")))
    pasted = "Invented. " * 2_001
    answer = sends(priya, f"{draft}/care", needs_assessment=pasted)
    assert answer.status_code == 422
    assert "Write at most 20000 characters." in words(answer)
    assert pasted in page_of(answer)


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


def test_a_scottish_postcode_leads_to_the_country_and_not_to_the_list_of_councils(priya: Tab) -> None:
    draft = begun(priya)
    answer = sends(priya, f"{draft}/where", **{**WHERE_FORM, "address.postcode": "EH1 1YZ"})
    shown = priya.get(answer.headers["Location"])
    assert "EH1 1YZ is in Scotland" in words(shown)
    opened = re.findall(r"<details[^>]* open>.*?</summary>", page_of(shown), re.DOTALL)
    assert len(opened) == 1
    assert "The address is outside England and Wales" in opened[0]


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
