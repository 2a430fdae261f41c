"""The calculator's front door: JSON facts in, obligations out, and a sentence for everything it cannot take."""

from typing import Any

import pytest

from hub.core.errors import Invalid
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.registry.explain import explain_facts
from tests.law.conftest import CONFIG

LEEDS, BRADFORD, KENT, BARNSLEY_ONCE, BARNSLEY = "E08000035", "E08000032", "E10000016", "E08000016", "E08000038"
FLINTSHIRE, CHESHIRE_WEST = "W06000005", "E06000050"
START = {
    "event": "placement_start",
    "placing_authority": LEEDS,
    "host_authority": BRADFORD,
    "setting": "foster_own",
    "legal_status": "S31C",
    "starts_at": "2026-04-02T14:00:00+01:00",
}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(CONFIG)


@pytest.fixture
def ask(rulebook: Rulebook, areas: Areas) -> Any:
    """What is owed on the usual facts, changed as given; ``None`` leaves a fact out."""

    def owed(**given: Any) -> dict[str, dict[str, Any]]:
        payload = {name: value for name, value in (START | given).items() if value is not None}
        found = explain_facts(payload, law=rulebook.law, calendar=rulebook.calendar, areas=areas)
        return {each["code"]: each for each in found}

    return owed


@pytest.fixture
def refused(ask: Any) -> Any:
    """The refusal of the usual facts, changed as given: its sentence and its messages by field."""

    def refusal(**given: Any) -> Invalid:
        with pytest.raises(Invalid) as fault:
            ask(**given)
        return fault.value

    return refusal


def test_an_obligation_is_told_in_full(ask: Any) -> None:
    assert ask(emergency=True)["E13E"] == {
        "code": "E13E",
        "says": "Give the host authority written notice of an emergency placement out of area within five working days of "
        "its start",
        "owed_by": "placing_authority",
        "owed_to": "host_authority",
        "also_to": [],
        "due_at": "2026-04-13T23:00:00Z",
        "due_on": "2026-04-13",
        "due_is_policy": False,
        "basis": "statute",
        "source": [
            {
                "cite": "SI 2010/959 reg 13(4)(a), as inserted by SI 2013/3239",
                "href": "https://www.legislation.gov.uk/uksi/2010/959/regulation/13",
            }
        ],
        "because": "An emergency placement with the council's own foster carer starts on 2 April 2026 at 14:00: the child is "
        "looked after under a care order (section 31) and Bradford is outside the area of Leeds.",
        "confidence": "verified",
        "in_force_from": "2014-01-27",
        "warnings": [],
    }


def test_a_clock_that_is_no_day_clock_has_no_civil_date(ask: Any) -> None:
    owed = ask()["E13A"]
    assert (owed["due_at"], owed["due_on"]) == ("2026-04-02T13:00:00Z", None)


def test_beyond_the_bank_holidays_both_dates_are_null_and_the_warning_says_why(ask: Any) -> None:
    owed = ask(emergency=True, starts_at="2027-12-30T12:00:00Z")["E13E"]
    assert (owed["due_at"], owed["due_on"]) == (None, None)
    assert "bank holidays" in owed["warnings"][0]


def test_the_councils_are_placed_by_their_codes(ask: Any) -> None:
    assert "E11N" in ask(setting="foster_other_la")
    assert "E11D" in ask(setting="foster_other_la", host_authority=KENT)


def test_a_former_code_is_followed(ask: Any) -> None:
    assert set(ask(placing_authority=BARNSLEY_ONCE)) == set(ask(placing_authority=BARNSLEY))


def test_a_code_in_small_letters_is_understood(ask: Any) -> None:
    assert "E13A" in ask(host_authority=BRADFORD.lower())


def test_across_the_border_areas_may_adjoin(ask: Any) -> None:
    found = ask(placing_authority=FLINTSHIRE, host_authority=CHESHIRE_WEST, setting="childrens_home")
    assert set(found) == {"W12P", "W14A", "E41A", "EPOL"}


def test_a_postcode_places_the_host(ask: Any) -> None:
    found = ask(host_authority=None, placement_postcode="BD1 1HY")
    assert "Bradford is outside the area of Leeds" in found["E13A"]["because"]


def test_a_postcode_in_scotland_is_not_refused(ask: Any) -> None:
    found = ask(host_authority=None, placement_postcode="EH1 1YZ")
    assert "E13A" in found
    assert any("Scotland" in warning for warning in found["E13A"]["warnings"])


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("S12000036", "Scotland"),
        ("N09000003", "Northern Ireland"),
        ("L93000001", "Channel Islands"),
        ("M83000003", "Isle of Man"),
    ],
)
def test_a_code_of_another_nation_is_not_refused_either(ask: Any, code: str, country: str) -> None:
    assert f"{country} is outside the area of Leeds" in ask(host_authority=code)["E13A"]["because"]


def test_a_postcode_and_a_host_that_disagree_go_by_the_host_with_a_warning(ask: Any) -> None:
    owed = ask(host_authority=KENT, placement_postcode="BD1 1HY")["E13A"]
    assert "Kent is outside the area of Leeds" in owed["because"]
    assert any("do not agree" in warning for warning in owed["warnings"])


@pytest.mark.parametrize("postcode", ["ZZ99 9ZZ", "nowhere", "BD1"])
def test_a_postcode_that_cannot_be_placed_asks_for_the_host(refused: Any, postcode: str) -> None:
    fault = refused(host_authority=None, placement_postcode=postcode)
    assert list(fault.fields) == ["placement_postcode"]
    assert "placement_postcode" in fault.sentence
    assert postcode not in fault.sentence, "an address is never repeated in an error"


def test_a_day_without_a_time_means_midnight_in_london(ask: Any) -> None:
    by_day = ask(starts_at=None, starts_on="2026-07-01")["E13A"]
    assert by_day["due_at"] == "2026-06-30T23:00:00Z"
    assert ask(starts_at="2026-07-01")["E13A"] == by_day


def test_an_admission_needs_no_council_that_placed_the_child(ask: Any) -> None:
    found = ask(event="admission", setting="childrens_home", placing_authority=None)
    assert set(found) == {"E41A"}


def test_a_return_needs_no_host(ask: Any) -> None:
    found = ask(
        event="return", host_authority=None, setting=None, starts_at=None, returned_at="2026-10-24T20:00:00+01:00"
    )
    assert found["ERHI"]["due_at"] == "2026-10-27T19:00:00Z"


def test_a_short_break_within_its_limits_owes_no_notice(ask: Any) -> None:
    stay = {"days": 5, "days_in_12_months": 20}
    assert "E13A" not in ask(legal_status="S20SB", short_break=stay)


@pytest.mark.parametrize("name", ["starts_at", "ends_at", "approved_at", "returned_at", "reported_at"])
def test_a_naive_instant_is_refused_in_a_sentence_that_names_the_field(refused: Any, name: str) -> None:
    fault = refused(**{name: "2026-05-02T14:00:00"})
    assert fault.sentence == (
        f"{name} does not say which zone its time is in: end it with Z or an offset such as +01:00."
    )
    assert fault.fields == {name: [fault.sentence]}


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("event", "arrival", "placement_start, placement_change, placement_end, return, missing, admission, discharge"),
        ("setting", "tent", "foster_ifa, foster_own"),
        ("legal_status", "S44/S46", "S44, S46"),
        ("category", "absconded", "missing, away"),
        ("setting", 7, "foster_ifa"),
        ("event", None, "placement_start"),
    ],
)
def test_an_unknown_word_is_refused_with_the_words_that_are_known(
    refused: Any, field: str, value: Any, allowed: str
) -> None:
    fault = refused(**{field: value})
    assert list(fault.fields) == [field]
    assert fault.sentence.startswith(f"{field} must be one of: ")
    assert allowed in fault.sentence


def test_an_unknown_marker_is_refused_at_its_place(refused: Any) -> None:
    fault = refused(markers=["cse", "tired"])
    assert list(fault.fields) == ["markers.1"]
    assert "suicide_self_harm" in fault.sentence


def test_an_unknown_fact_is_refused_by_name(refused: Any) -> None:
    fault = refused(name_of_child="Robin Example")
    assert list(fault.fields) == ["name_of_child"]
    assert fault.sentence.startswith("name_of_child is not a fact that is known here.")
    assert "Robin" not in fault.sentence


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"placing_authority": "E99999999"}, "placing_authority", "placing_authority: E99999999 is not the code"),
        ({"host_authority": "E99999999"}, "host_authority", "host_authority: E99999999 is not the code"),
        ({"placing_authority": "S12000036"}, "placing_authority", "placing_authority: S12000036 is in Scotland"),
        ({"placing_authority": None}, "placing_authority", "placing_authority is needed for the event placement_start"),
        ({"host_authority": None}, "host_authority", "host_authority or placement_postcode is needed"),
        ({"starts_at": None}, "starts_at", "starts_at is needed for the event placement_start."),
        ({"event": "return"}, "returned_at", "returned_at is needed for the event return."),
        ({"event": "discharge"}, "ends_at", "ends_at is needed for the event discharge."),
        ({"event": "missing", "starts_at": None}, "reported_at", "reported_at or starts_at is needed"),
        ({"starts_on": "2026-04-02"}, "starts_on", "Give starts_at or starts_on, not both."),
        ({"starts_at": "2026-02-30T10:00:00Z"}, "starts_at", "starts_at must be a date and time with its offset"),
        ({"starts_at": "2026-02-30"}, "starts_at", "starts_at must be a date and time with its offset"),
        ({"starts_at": "tomorrow"}, "starts_at", "starts_at must be a date and time with its offset"),
        ({"starts_at": 1775134800}, "starts_at", "starts_at must be a date and time with its offset"),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, "starts_at", "starts_at: check the year"),
        ({"starts_at": "0001-01-01T00:00:00+12:00"}, "starts_at", "starts_at: check the year"),
        ({"ends_at": "2026-04-01T14:00:00Z"}, "ends_at", "ends_at cannot be before starts_at."),
        ({"ends_on": "2026-04-01T14:00:00Z"}, "ends_on", "ends_on must be a date such as 2026-03-31."),
        ({"age": -1}, "age", "age must be a whole number from 0 to 25."),
        ({"age": 12.5}, "age", "age must be a whole number from 0 to 25."),
        ({"age": "twelve"}, "age", "age must be a whole number from 0 to 25."),
        ({"emergency": "yes"}, "emergency", "emergency must be true or false."),
        ({"emergency": 1}, "emergency", "emergency must be true or false."),
        ({"markers": "cse"}, "markers", "markers must be a list of words."),
        ({"short_break": "weekly"}, "short_break", "short_break must be an object with days and days_in_12_months."),
        ({"short_break": {"days": 3}}, "short_break.days_in_12_months", "short_break.days_in_12_months must be a whole"),
        ({"short_break": {"days": 9, "days_in_12_months": 3}}, "short_break.days", "short_break.days cannot be more"),
    ],
)  # fmt: skip
def test_facts_that_cannot_be_are_refused(refused: Any, given: dict[str, Any], field: str, sentence: str) -> None:
    fault = refused(**given)
    assert list(fault.fields) == [field]
    assert fault.fields[field][0].startswith(sentence)
    assert fault.sentence.startswith(sentence)


def test_every_fault_is_told_at_once(refused: Any) -> None:
    fault = refused(setting="tent", age=99, starts_at="2026-04-02T14:00:00")
    assert set(fault.fields) == {"setting", "age", "starts_at"}
    assert all(message in fault.sentence for messages in fault.fields.values() for message in messages)


def test_a_fact_given_as_null_is_a_fact_left_out(rulebook: Rulebook, areas: Areas) -> None:
    blank = dict.fromkeys(("age", "approved_at", "ends_on", "short_break", "category", "placement_postcode"))
    asked = [explain_facts(payload, law=rulebook.law, calendar=rulebook.calendar, areas=areas)
             for payload in (START, START | blank)]  # fmt: skip
    assert asked[0] == asked[1]
