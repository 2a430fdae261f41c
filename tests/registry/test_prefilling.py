"""The same child again: what a draft begins with, and what it leaves to be said anew."""

from typing import Any

import pytest

from hub.core.errors import NotFound
from hub.registry.content import plain
from hub.registry.drafts import Drafted, register_draft
from hub.registry.prefilling import begin_correction, begin_draft
from tests.registry.conftest import seen_by
from tests.registry.papers import EMERGENCY, LATER, admission, consultation, start


def begun(desk: Any, kind: str, source: str, member: str = "leeds", **said: Any) -> Drafted:
    return desk(member).does_in_area(begin_draft, kind, source=source, now=LATER, **said)  # type: ignore[no-any-return]


def test_a_new_placement_of_the_same_child_begins_with_the_child_and_not_with_the_place(desk: Any) -> None:
    sent = desk("leeds").registers(start(markers=[{"marker": "cse", "detail": "Invented."}]))
    draft = begun(desk, "placement_start", sent.notice, emergency_reason=EMERGENCY["reason"])
    assert draft.content["child"] == plain(start()["child"])
    assert draft.content["markers"][0]["detail"] == "Invented."
    assert draft.content["emergency"] == EMERGENCY
    assert not {"address", "starts_at", "placement", "needs_assessment", "care_plan"} & draft.content.keys()
    assert {fault.field for fault in draft.missing} == {"address.lines", "address.postcode", "starts_on"}


def test_the_start_after_a_consultation_begins_with_all_that_was_said_and_is_of_that_placement(desk: Any) -> None:
    asked = desk("leeds").registers(consultation())
    draft = begun(desk, "placement_start", asked.notice, is_same_placement=True)
    assert draft.content["address"] == start()["address"]
    assert (draft.content["placement"], draft.content["prior_notice"]) == (asked.placement, asked.notice)
    assert [fault.field for fault in draft.missing] == ["needs_assessment", "suitability_reasons"]


def test_a_council_takes_up_what_a_home_told_of_without_the_homes_own_answers(desk: Any) -> None:
    told = desk("willow_house").registers(admission())
    draft = begun(desk, "placement_start", told.placement, is_same_placement=True)
    assert draft.content["child"]["family_name"] == "Fictitious"
    assert draft.content["provider"]["ref"].startswith("org_")
    assert draft.content["placement"] == told.placement
    assert not {"s31", "s20_or_s21"} & draft.content.keys()


@pytest.mark.parametrize("kind", ["placement_end", "placement_move", "placement_change"])
def test_what_follows_a_start_names_its_placement(desk: Any, kind: str) -> None:
    sent = desk("leeds").registers(start())
    assert begun(desk, kind, sent.notice).content == {"kind": kind, "placement": sent.placement}


def test_a_correction_begins_with_all_that_the_notice_says(desk: Any) -> None:
    sent = desk("leeds").registers(start())
    draft = desk("leeds").does_in_area(begin_correction, sent.notice, now=LATER)
    assert draft.content == seen_by(desk, "leeds", sent.notice).content
    assert draft.corrects == sent.notice
    receipt = desk("leeds").does_in_area(register_draft, draft.ref, now=LATER)
    assert (receipt.notice, receipt.revision) == (draft.ref, 2)


def test_nobody_corrects_or_takes_up_what_is_not_theirs(desk: Any) -> None:
    sent = desk("leeds").registers(start())
    with pytest.raises(NotFound):
        desk("kent").does_in_area(begin_correction, sent.notice)
    with pytest.raises(NotFound):
        begun(desk, "placement_start", sent.placement, "kent")
    with pytest.raises(NotFound):
        begun(desk, "placement_start", sent.notice, "bradford")
