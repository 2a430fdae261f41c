"""A duty whose law nobody has verified says so wherever it is shown as owed, to whom it is owed and who owes it alike."""

import pytest

from hub.duties.rulebook import Rulebook
from hub.web.law_words import doubt_of
from tests.registry.papers import emergency_start
from tests.web.desk_people import look, priya, sends, tom  # noqa: F401 - fixtures

FROM_MEMORY = "Unsure: from memory, text not read again; in-force date unverified"
NO_DATE = "Unsure: in-force date unverified"


@pytest.fixture
def receipt(sends):  # noqa: F811
    """Leeds tells Kent of an emergency: steps after the approval (E11X) are owed, the host passes the notice on (EFAN)."""
    return sends("leeds", emergency_start())


def test_on_the_receipt(priya, receipt) -> None:  # noqa: F811
    said = look(priya, f"/notices/{receipt.notice}/receipt")
    assert FROM_MEMORY in said
    assert NO_DATE in said


def test_in_the_list_of_what_is_owed_and_on_the_page_of_the_duty(priya, receipt) -> None:  # noqa: F811
    assert FROM_MEMORY in look(priya, "/owed?whose=all")


def test_on_the_page_of_each_duty_one_whose_date_is_unverified_too(priya, receipt) -> None:  # noqa: F811
    pages = {line.code: look(priya, f"/owed/{line.ref}") for line in receipt.obligations}
    assert FROM_MEMORY in pages["E11X"]
    assert "Judged by the law as in force from unverified" in pages["EPOL"]
    assert "Judged by the law as in force from 27 January 2014" in pages["E13E"]


def test_among_what_a_host_does_next(tom, receipt) -> None:  # noqa: F811
    assert NO_DATE in look(tom, "/inbox?show=next")


def test_a_verified_row_says_nothing_of_the_kind(app, rules: Rulebook) -> None:
    with app.app_context():
        sure = {code for code in rules.law.duties if not doubt_of(code)}
    assert {"E13A", "E13E", "E41A", "E14B"} <= sure
    assert not {"E11X", "E28A", "W12P", "EPOL", "ERHI", "Y13"} & sure
