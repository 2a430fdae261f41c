"""Every explanation is one plain sentence that names the facts it stands on."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.facts import Council
from hub.duties.table import Law
from hub.duties.wording import marker_words, setting_words, status_words
from hub.duties.words import LEGAL_STATUSES, MARKERS, SETTINGS
from tests.law.cases import CWMTEG, GLANAFON, everything_owed


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        ("E13A", {"setting": "foster_ifa"},
         "A planned placement with an independent fostering agency's carer starts on 2 March 2026 at 14:00: the child is "
         "looked after under a care order (section 31) and Eastvale is outside the area of Northmoor."),
        ("E13E", {"setting": "childrens_home", "emergency": True},
         "An emergency placement in a children's home starts on 2 March 2026 at 14:00: the child is looked after "
         "under a care order (section 31) and Eastvale is outside the area of Northmoor."),
        ("E11D", {"setting": "other"},
         "A planned placement starts on 2 March 2026 at 14:00: the child is looked after under a care order "
         "(section 31), Eastvale is outside the area of Northmoor, the two areas do not adjoin and a placement of this "
         "kind needs approval first."),
        ("E13H", {"legal_status": None, "setting": "parent"},
         "A planned placement with a parent starts on 2 March 2026 at 14:00: the child is taken to be looked after as no "
         "legal status is given."),
        ("E41A", {"event": "admission", "setting": "childrens_home"},
         "The child is admitted on 2 March 2026 at 14:00 to live in a children's home: the child lives in a children's "
         "home and Eastvale is not the council that placed the child."),
        ("E14L", {"event": "placement_end", "ends_at": "2026-05-01 10:00", "emergency": True},
         "The placement ends on 1 May 2026 at 10:00 without notice before: the child is looked after under a care "
         "order (section 31)."),
        ("E13C", {"event": "placement_change", "setting": "foster_own"},
         "Details of the running placement with the council's own foster carer change on 2 March 2026 at 14:00: the child "
         "is looked after under a care order (section 31) and Eastvale is outside the area of Northmoor."),
        ("ERHI", {"event": "return", "returned_at": "2026-10-24 20:00"},
         "The child returned on 24 October 2026 at 20:00 after being missing."),
        ("ERHI", {"event": "return", "returned_at": "2026-10-24 20:00", "category": "away"},
         "The child returned on 24 October 2026 at 20:00 after being away without authorisation."),
        ("EMIS", {"event": "missing", "reported_at": "2026-06-01 22:00"},
         "The child was reported missing on 1 June 2026 at 22:00."),
        ("E41D", {"event": "discharge", "setting": "secure_home", "ends_at": "2026-05-01 10:00"},
         "The child leaves on 1 May 2026 at 10:00 after living in a secure children's home: the child lives in a "
         "children's home and Eastvale is not the council that placed the child."),
    ],
)  # fmt: skip
def test_the_sentence_reads(law: Law, calendar: Calendar, code: str, facts: dict[str, object], sentence: str) -> None:
    assert everything_owed(law, calendar, **facts)[code].because == sentence


@pytest.mark.parametrize(
    "facts",
    [
        {"setting": "childrens_home", "markers": {"cse"}},
        {"setting": "supported_accommodation", "emergency": True},
        {"placing": CWMTEG, "host": GLANAFON},
        {"event": "return", "returned_at": "2026-03-02 14:00"},
        {"event": "placement_end", "ends_at": "2026-03-02 14:00", "setting": "foster_ifa"},
        {"setting": "health", "legal_status": "NONE"},
        {"event": "admission", "setting": "childrens_home", "placing": None, "relation": None},
    ],
)
def test_every_explanation_is_one_sentence_with_the_day_in_it(
    law: Law, calendar: Calendar, facts: dict[str, object]
) -> None:
    found = everything_owed(law, calendar, **facts)
    assert found
    for owed in found.values():
        assert owed.because.count(".") == 1
        assert owed.because.endswith(".")
        assert "2 March 2026" in owed.because
        assert owed.because[0].isupper()


@pytest.mark.parametrize("status", LEGAL_STATUSES)
def test_a_legal_status_is_told_in_words_and_never_as_its_code(law: Law, calendar: Calendar, status: str) -> None:
    placed = everything_owed(law, calendar, legal_status=status, setting="childrens_home").values()
    in_hospital = everything_owed(law, calendar, legal_status=status, setting="health").values()
    over = everything_owed(law, calendar, legal_status=status, short_break=(18, 76)).values()
    said = [owed.because for owed in (*placed, *in_hospital, *over)]
    assert not [sentence for sentence in said if f"({status})" in sentence or f"status {status}" in sentence]
    assert all("looked after" in owed.because for owed in placed if owed.code in ("E13A", "W14A"))


def test_every_word_of_the_facts_is_known_in_words() -> None:
    assert all(status_words(status) for status in LEGAL_STATUSES)
    assert all(marker_words(marker) for marker in MARKERS)
    assert [setting for setting in SETTINGS if not setting_words(setting)] == ["other"]


def test_a_child_who_is_not_looked_after_is_said_to_be_so_in_words(law: Law, calendar: Calendar) -> None:
    told = everything_owed(law, calendar, setting="health", legal_status="23B8B", relation="in_area")["E86"].because
    assert "the child is not looked after as a care leaver of 16 or 17 (section 23B(8)(b))" in told


def test_a_council_with_a_full_stop_in_its_name_does_not_break_the_sentence(law: Law, calendar: Calendar) -> None:
    because = everything_owed(law, calendar, host=Council("E08000199", "St. Elsewhere", "England"))["E13A"].because
    assert "St Elsewhere is outside the area of Northmoor" in because
    assert because.count(".") == 1


def test_the_approval_is_named_where_the_time_is_counted_from_it(law: Law, calendar: Calendar) -> None:
    gated = {"setting": "other", "relation": "adjoining", "approved_at": "2026-02-20 10:00"}
    assert "counted to or from the approval" in everything_owed(law, calendar, **gated)["E13A"].because
    assert "approval" not in everything_owed(law, calendar, setting="foster_own")["E13A"].because
