"""A guest sees all that a recipient may see: no field of a notice is lost on its way to the page."""

import pytest
from markupsafe import Markup

from hub.duties.words import LEGAL_STATUSES, SETTINGS
from hub.registry.content import plain
from hub.registry.models import NOTICE_KINDS
from hub.registry.schemas import NoticeIn
from hub.web.pickup.sections import KIND_WORDS, LEGAL_STATUS_WORDS, sections_of
from tests.registry.papers import EMERGENCY, admission, child, start

MARKERS = [
    {"marker": "cse", "detail": "Invented detail.", "author": "A. Author", "noted_on": "2026-09-01"},
    {"marker": "missing_history"},
]


def _said(content: dict) -> str:
    return "\n".join(
        f"{section.title} / {name} / {line.label}: {Markup(' | ').join(line.parts).striptags()}"
        for section in sections_of(content)
        for name, lines in section.groups
        for line in lines
    )


def _content(**said: object) -> dict:
    return dict(plain(NoticeIn().load(start(**said))))


def test_every_kind_of_notice_and_every_legal_status_has_words() -> None:
    assert set(KIND_WORDS) == set(NOTICE_KINDS)
    assert set(LEGAL_STATUS_WORDS) == set(LEGAL_STATUSES)


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_has_words(setting) -> None:
    assert "_" not in _said({"setting": setting})


@pytest.mark.parametrize("name", NoticeIn().fields)
def test_every_field_of_a_notice_reaches_the_page(name) -> None:
    shown_elsewhere = {"kind", "placement", "prior_notice", "files"}
    sample = {
        "legal_status": "S20",
        "setting": "other",
        "child": {"family_name": "words"},
        "address": {"lines": ["words"]},
    }
    by_ending = {"_at": "2026-11-18T10:00:00Z", "_on": "2026-11-18"}
    given = sample.get(name, by_ending.get(name[-3:], "words"))
    assert bool(_said({name: given})) == (name not in shown_elsewhere)


def test_the_child_comes_first_and_by_name() -> None:
    first = _said(_content(child=child(aliases=["Ro"]))).splitlines()[:3]
    assert first[0] == "The child /  / Name: Rowan Fictitious"
    assert "14 March 2012" in first[1]


def test_a_marker_is_named_in_words_with_its_author_and_date() -> None:
    said = _said(_content(markers=MARKERS))
    assert "Child sexual exploitation / Detail: Invented detail." in said
    assert "Noted on: 1 September 2026" in said
    assert "Missing history" in said


def test_an_instant_is_said_by_londons_clocks() -> None:
    assert "Starts at: 1 July 2026 at 11:00" in _said({"starts_at": "2026-07-01T10:00:00Z"})


def test_text_keeps_its_paragraphs_and_a_number_can_be_rung() -> None:
    content = _content(needs_assessment="First.\n\nSecond.", emergency=EMERGENCY)
    assert "First. | Second." in _said(content)
    lines = [line for section in sections_of(content) for _, lines in section.groups for line in lines]
    assert "01632 960100" in [line.phone for line in lines]


def test_a_field_that_no_section_knows_is_shown_last() -> None:
    assert _said({"something_new": "words"}) == "Also said /  / Something new: words"


def test_yes_and_no_are_words() -> None:
    said = _said(dict(plain(NoticeIn().load(admission()))))
    assert "section 20 or 21: No" in said
    assert "Is there one: no" in said
