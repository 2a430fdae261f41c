"""Somebody else changed it meanwhile: both are seen, and nothing that was typed is lost."""

import pytest
from flask import Flask, render_template_string

from hub.registry.schemas import NoticeIn
from hub.web import forms, stale
from hub.web.stale import Difference
from tests.conftest import NOW

LABELS = {"child.family_name": "Family name", "starts": "When", "child_protection_plan": "Plan", "carer.name": "Carer"}
STANDS = {
    "child": {"family_name": "Fictitious"},
    "starts_at": "2026-11-25T10:00:00Z",
    "child_protection_plan": True,
}
TYPED = {
    "child.family_name": "Fictitious",
    "starts-day": "26",
    "starts-month": "11",
    "starts-year": "2026",
    "child_protection_plan": "no",
    "carer.name": "<b>Invented</b>",
}
PAGE = """{% from "components.html" import changed_meanwhile %}{{ changed_meanwhile(found, by, at) }}"""


@pytest.mark.parametrize(("sent", "wanted"), [("7", 7), ("", -1), ("seven", -1), ("\u0667", -1), ("9" * 5_000, -1)])
def test_a_form_with_a_version_that_never_stood_is_stale_and_no_fault_of_ours(
    app: Flask, sent: str, wanted: int
) -> None:
    with app.test_request_context(method="POST", data={"version": sent}):
        assert stale.version_sent() == wanted


def test_only_what_differs_is_shown_with_the_words_of_the_page(app: Flask) -> None:
    with app.test_request_context():
        found = stale.differing(LABELS, forms.spelt(NoticeIn(), LABELS, STANDS), TYPED)
    assert found == [
        Difference("starts", "When", "25 11 2026 10:00", "26 11 2026"),
        Difference("child_protection_plan", "Plan", "Yes", "No"),
        Difference("carer.name", "Carer", "", "<b>Invented</b>"),
    ]


def test_line_ends_of_a_browser_are_no_difference(app: Flask) -> None:
    with app.test_request_context():
        assert stale.differing({"a": "A"}, {"a": "one\ntwo"}, {"a": "one\r\ntwo\r\n"}) == []


def test_choices_are_told_one_by_one(app: Flask) -> None:
    with app.test_request_context():
        [found] = stale.differing({"a": "A"}, {"a": ["x"]}, {"a": ["x", "y"]})
    assert (found.theirs, found.yours) == ("x", "x\ny")


def test_it_says_who_changed_it_and_when_and_escapes_what_was_typed(app: Flask) -> None:
    found = [Difference("carer.name", "Carer", "", "<b>Invented</b>")]
    with app.test_request_context():
        shown = render_template_string(PAGE, found=found, by="Pat Fictitious", at=NOW)
        assert "Pat Fictitious changed this on <time" in shown
        assert "&lt;b&gt;Invented" in shown
        assert "<b>" not in shown
        assert ">Nothing<" in shown
        assert "Somebody changed this" in render_template_string(PAGE, found=found, by="", at=None)
        assert "This was changed on" in render_template_string(PAGE, found=[], by="", at=NOW)


def test_what_was_typed_is_in_no_representation() -> None:
    assert "Invented" not in repr(Difference("carer.name", "Carer", "Invented", "Invented"))
