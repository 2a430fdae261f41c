"""What a provider says of itself and charges, without a browser: kept as it was typed, in pounds, never over another."""

import pytest

from hub.core.clock import utc_now
from hub.spotpurchase.providers import service
from tests.web.interviews.desk import fill
from tests.web.reading import hidden_in, title_of, words_of

CHANGE, CARDS = "/providing/entry/change", "/providing/rate-cards"
SAID = {
    "covers_everywhere": "no",
    "areas": "Kent\nmedway",
    "is_independent": "yes",
    "independence": "Invented: a charity.",
    "languages": "English\nPolish\npa",
    "genders": ["female", "male"],
    "modes": ["in_person"],
    "youngest": "10",
    "oldest": "17",
    "schedule": "hours",
    "opening_hours.mon-opens": "9am",
    "opening_hours.mon-closes": "17:30",
    "opening_hours.bank_holidays": "no",
}


def entry_of(database, cast, member="beacon"):
    with database.read() as session:
        return service.entry_of(session, cast.refs[member], now=utc_now())


def test_councils_and_languages_are_typed_by_their_names(at, database, cast) -> None:
    answered = fill(at("beacon"), CHANGE, SAID)
    assert answered.location == "/providing/entry?done=saved"
    entry = entry_of(database, cast)
    assert (sorted(entry.areas), entry.languages) == (["E06000035", "E10000016"], ["en", "pl", "pa"])
    assert (entry.ages, entry.opening_hours["mon"]) == ([10, 17], ["09:00", "17:30"])


def test_the_form_shows_what_stands_and_sent_again_changes_nothing(at, database, cast) -> None:
    said = at("beacon").get(CHANGE).text
    for words in ("Medway", "Polish", "Urdu", 'value="17"', "A charity that provides no placements."):
        assert words in said, words


@pytest.mark.parametrize(
    ("typed", "control", "sentence"),
    [
        ({"areas": "Nowhere Council"}, "areas", "No council of England or Wales is called “Nowhere Council”."),
        ({"areas": ""}, "areas", "Name the areas that it covers"),
        ({"oldest": ""}, "youngest", "Give the youngest and the oldest age"),
        ({"youngest": "18"}, "youngest", "Give the youngest age first."),
        ({"languages": ""}, "languages", "Enter at least one language"),
        ({"languages": "Klingonese"}, "languages", "Enter a language"),
        ({"opening_hours.mon-closes": ""}, "opening_hours.mon", "Enter when it opens and when it closes"),
    ],
)
def test_each_fault_is_told_at_its_control_and_what_was_typed_is_kept(at, typed, control, sentence) -> None:
    answered = fill(at("beacon"), CHANGE, {**SAID, "independence": "Invented and kept.", **typed})
    assert answered.status_code == 422
    assert title_of(answered).startswith("Error: ")
    assert f'href="#{control}"' in answered.text
    assert sentence in words_of(answered)
    assert "Invented and kept." in answered.text


def test_what_two_people_change_at_once_stands_beside_each_other(at) -> None:
    tab = at("beacon")
    first = tab.get(CHANGE)
    fill(tab, CHANGE, {**SAID, "oldest": "16"})
    answered = tab.send("POST", CHANGE, data={**hidden_in(first, CHANGE), **SAID, "oldest": "15"})
    assert answered.status_code == 412
    said = words_of(answered)
    assert "while you were typing" in said
    assert "Oldest age 16 15" in said


def test_an_interviewer_reads_the_entry_and_a_coordinator_changes_it(at) -> None:
    assert "A coordinator of your organisation may change it." in words_of(
        at("beacon", "interviewer").get("/providing/entry")
    )
    assert at("beacon", "interviewer").get(CHANGE).status_code == 403


def test_a_council_has_no_entry(at) -> None:
    answered = at("leeds", "social_worker").get("/providing/entry")
    assert answered.status_code == 403
    assert "does not offer interviews to others" in words_of(answered)


# --- capacity ---------------------------------------------------------------------------------------------------------------


def test_one_press_takes_no_new_ones_and_one_takes_them_again(at, database, cast) -> None:
    tab, path = at("beacon"), "/providing/capacity"
    assert fill(tab, path, {}, page="/providing").location == "/providing?done=not_taking"
    assert not entry_of(database, cast).is_taking
    assert "Taking no new ones" in words_of(tab.get("/providing"))
    assert fill(tab, path, {}, page="/providing").location == "/providing?done=taking"
    assert entry_of(database, cast).is_taking


def test_how_many_more_is_counted_from_now_on(at, database, cast) -> None:
    answered = fill(at("beacon"), "/providing/capacity", {"is_taking": "yes", "capacity": "2"})
    assert answered.location == "/providing?done=capacity"
    assert entry_of(database, cast).room == 2
    assert fill(at("beacon"), "/providing/capacity", {"is_taking": "yes", "capacity": "many"}).status_code == 422


# --- rate cards ---------------------------------------------------------------------------------------------------------------


def test_a_card_is_typed_in_pounds_and_stands_beside_the_earlier_one(at, database, cast) -> None:
    tab = at("beacon")
    answered = fill(tab, f"{CARDS}/new", {"basis": "fixed", "price_pence": "190"})
    assert answered.location == f"{CARDS}?done=published"
    assert entry_of(database, cast).rate_card.price_pence == 19_000
    said = words_of(tab.get(CARDS))
    assert "£190.00 for an interview with its report" in said
    assert "£185.00 for an interview with its report" in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"price_pence": "185.5"}, "Enter an amount in pounds, such as 185 or 185.50."),
        ({"price_pence": "1.85"}, "Enter at least £10.00, or 0 if nothing is charged."),
        ({"price_pence": "20000"}, "Enter at most £10,000.00."),
        ({"price_pence": ""}, "Enter the price, such as 185 or 185.00"),
        ({"least_minutes": "90"}, "a fixed price does not count minutes"),
        ({"vat_percent": "50"}, "Enter a whole number from 0 to 30."),
    ],
)
def test_a_price_that_cannot_be_is_told_in_pounds(at, typed, sentence) -> None:
    answered = fill(at("beacon"), f"{CARDS}/new", {"basis": "fixed", "price_pence": "190", **typed})
    assert answered.status_code == 422
    assert sentence in words_of(answered)
