"""What providers say of themselves: coverage, the capacity switch, whose team they are, what they charge."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from hub.core.clock import london_date
from hub.core.db import Database
from hub.demonstration.cast import KENT, LEEDS, MEDWAY, Cast
from hub.spotpurchase.matching import Standing
from hub.spotpurchase.providers.models import InterviewCoverage, InterviewProvider, RateCard
from hub.spotpurchase.providers.queries import standings
from tests.conftest import NOW
from tests.registry.conftest import Books
from tests.spotpurchase.buying import Market, market

__all__ = ["market"]

Speak = Callable[[str], FlaskClient]
API = "/api/v1"
TODAY = london_date(NOW)
SAYS: dict[str, Any] = {
    "areas": [KENT, MEDWAY],
    "is_independent": True,
    "independence": "A charity that provides no placements.",
    "languages": ["en", "pl"],
    "genders": ["female"],
    "modes": ["in_person", "video"],
    "ages": [10, 17],
    "opening_hours": {"mon": ["09:00", "17:00"]},
}
FIXED: dict[str, Any] = {"basis": "fixed", "price_pence": 19_900}


class Provider:
    """One provider at the API."""

    def __init__(self, client: FlaskClient, ref: str) -> None:
        self.client, self.path = client, f"{API}/interview-providers/{ref}"

    def shown(self) -> dict[str, Any]:
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json
        return body

    def saves(self, said: Mapping[str, Any], *, version: int | None = None, status: int = 200) -> dict[str, Any]:
        if version is None:
            seen = self.client.get(self.path)
            version = seen.json["version"] if seen.status_code == 200 else 0
        return self._sent("put", "", said, status, {"If-Match": f'"{version}"'})

    def switches(self, status: int = 200, **said: Any) -> dict[str, Any]:
        return self._sent("put", "/capacity", said, status)

    def charges(self, said: Mapping[str, Any], *, status: int = 201, **headers: str) -> dict[str, Any]:
        return self._sent("post", "/rate-cards", said, status, headers)

    def _sent(
        self, method: str, path: str, said: Mapping[str, Any], status: int, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        answer = getattr(self.client, method)(self.path + path, json=said, headers=headers or {})
        assert answer.status_code == status, answer.text
        body: dict[str, Any] = answer.json
        return body


@pytest.fixture
def provider(client_for: Speak, cast: Cast) -> Callable[[str], Provider]:
    return lambda member: Provider(client_for(member), cast.refs[member])


@pytest.fixture
def beacon(provider: Callable[[str], Provider]) -> Provider:
    return provider("beacon")


@pytest.fixture
def stands(database: Database, cast: Cast) -> Callable[..., Standing | None]:
    """How one provider stands for the matching in an area."""

    def find(member: str = "beacon", area: str = KENT, on: date = TODAY) -> Standing | None:
        with database.read() as session:
            found = standings(session, area, on=on)
        return next((each for each in found if each.organisation_id == cast.ids[member]), None)

    return find


# --- what it covers and offers ----------------------------------------------------------------------------------------


def test_a_provider_says_what_it_covers_and_the_matching_knows(
    beacon: Provider, stands: Callable[..., Standing | None]
) -> None:
    said = beacon.saves(SAYS)
    assert (said["areas"], said["ages"], said["languages"]) == ([MEDWAY, KENT], [10, 17], ["en", "pl"])
    there = stands()
    assert there is not None
    assert (there.areas, there.genders, there.ages) == (frozenset({KENT, MEDWAY}), frozenset({"female"}), (10, 17))
    assert stands(area="E08000032") is None, "Bradford is not covered any more"


def test_a_former_code_is_followed_to_the_council_that_answers_now(beacon: Provider) -> None:
    assert beacon.saves(SAYS | {"areas": ["E06000028", "E06000058"]})["areas"] == ["E06000058"]


def test_a_change_of_what_was_read_before_another_change_is_refused(beacon: Provider) -> None:
    version = beacon.shown()["version"]
    beacon.saves(SAYS, version=version)
    assert beacon.saves(SAYS, version=version, status=412)["code"] == "edit_conflict"
    refused = beacon.client.put(beacon.path, json=SAYS)
    assert refused.status_code == 428


def test_the_answer_carries_its_version(beacon: Provider) -> None:
    answer = beacon.client.get(beacon.path)
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'


def test_nobody_changes_anothers_entry(client_for: Speak, cast: Cast) -> None:
    other = Provider(client_for("northstar"), cast.refs["beacon"])
    assert other.saves(SAYS, version=1, status=404)["code"] == "not_found"
    assert other.switches(is_taking=False, status=404)["code"] == "not_found"
    assert other.charges(FIXED, status=404)["code"] == "not_found"
    assert Provider(client_for("kent"), cast.refs["beacon"]).saves(SAYS, version=1, status=403)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"areas": []}, "areas"),
        ({"covers_everywhere": True}, "areas"),
        ({"areas": [KENT, "E99999999"]}, "areas.1"),
        ({"areas": ["E07000111"]}, "areas.0"),
        ({"ages": [17, 8]}, "ages"),
        ({"ages": [8]}, "ages"),
        ({"ages": [8, 17.5]}, "ages.1"),
        ({"ages": ["8", 17]}, "ages.0"),
        ({"languages": ["English"]}, "languages.0"),
        ({"languages": ["en\n"]}, "languages.0"),
        ({"languages": []}, "languages"),
        ({"genders": ["any"]}, "genders.0"),
        ({"modes": ["post"]}, "modes.0"),
        ({"independence": " "}, "independence"),
        ({"is_independent": "yes"}, "is_independent"),
        ({"opening_hours": {"mon": ["9", "5"]}}, "opening_hours.mon"),
        ({"run_by": "E99999999"}, "run_by"),
        ({"is_taking": True}, "is_taking"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_changes(
    beacon: Provider, changed: dict[str, Any], field: str
) -> None:
    before = beacon.shown()
    assert field in beacon.saves(SAYS | changed, status=422)["fields"]
    assert beacon.shown() == before


def test_the_list_names_those_that_cover_an_area_in_pages(client_for: Speak, cast: Cast) -> None:
    def listed(**query: str) -> list[str]:
        refs, cursor = [], {}
        while True:
            page = client_for("leeds").get(f"{API}/interview-providers", query_string=query | cursor | {"limit": "1"})
            assert page.status_code == 200, page.text
            refs += [each["organisation"]["ref"] for each in page.json["items"]]
            if page.json["next_cursor"] is None:
                return refs
            cursor = {"cursor": page.json["next_cursor"]}

    everybody = sorted(cast.refs[name] for name in ("kent_returns", "beacon", "northstar"))
    assert listed() == listed(area=KENT) == everybody
    assert listed(area=LEEDS) == listed(area="E06000028") == [cast.refs["northstar"]], "a former code is followed"


def test_an_organisation_that_holds_no_interviews_has_no_entry(client_for: Speak, cast: Cast) -> None:
    for path in ("", "/rate-cards"):
        answer = client_for("leeds").get(f"{API}/interview-providers/{cast.refs['willow_house']}{path}")
        assert answer.status_code == 404


# --- the capacity switch ----------------------------------------------------------------------------------------------


def test_the_switch_is_one_act_and_needs_no_version(beacon: Provider, stands: Callable[..., Standing | None]) -> None:
    off = beacon.switches(is_taking=False)
    assert (off["is_taking"], off["capacity"]) == (False, 6), "the number stays for when it is on again"
    there = stands()
    assert there is not None
    assert not there.is_taking
    assert beacon.switches(is_taking=True, capacity=2)["room"] == 2


def test_editing_the_entry_does_not_throw_the_switch_back(beacon: Provider) -> None:
    beacon.switches(is_taking=False)
    assert not beacon.saves(SAYS)["is_taking"]


@pytest.mark.parametrize(
    "said", [{"capacity": 3}, {"is_taking": True, "capacity": -1}, {"is_taking": True, "capacity": 1.5}]
)
def test_half_a_switch_is_refused(beacon: Provider, said: dict[str, Any]) -> None:
    assert beacon.switches(status=422, **said)["fields"]


def test_what_it_was_commissioned_to_do_since_takes_from_its_room(
    beacon: Provider, stands: Callable[..., Standing | None], market: Market, time_is: Callable[[datetime], None]
) -> None:
    beacon.switches(is_taking=True, capacity=2)
    market.commissions(seller="beacon")
    market.commissions(seller="northstar")
    there = stands()
    assert there is not None
    assert (there.capacity, beacon.shown()["room"], beacon.shown()["capacity"]) == (1, 1, 2)
    time_is(NOW + timedelta(hours=1))
    assert beacon.switches(is_taking=True)["room"] == 1, "to throw the switch counts nothing anew"
    assert beacon.switches(is_taking=True, capacity=2)["room"] == 2, "beside those that it has"


# --- whose team it is -------------------------------------------------------------------------------------------------


def test_a_provider_is_a_councils_team_only_once_the_council_says_so(
    beacon: Provider, stands: Callable[..., Standing | None], client_for: Speak, cast: Cast, books: Books
) -> None:
    said = beacon.saves(SAYS | {"run_by": KENT})
    assert (said["run_by"], said["says_run_by"]["ref"]) == (None, cast.refs["kent"])
    assert books.alerts(said["team"]) == [("interview.team_named", "Kent County Council")]
    there = stands()
    assert there is not None
    assert there.run_by_id is None, "its own word is not enough to be asked first"
    answer = client_for("kent").put(f"{API}/interview-teams/{said['team']}", json={"is_ours": True})
    assert answer.status_code == 200, answer.text
    assert answer.json["run_by"]["ref"] == cast.refs["kent"]
    there = stands()
    assert there is not None
    assert there.run_by_id == cast.ids["kent"]


def test_a_team_that_was_confirmed_stays_so_through_other_changes_and_a_council_may_take_it_back(
    provider: Callable[[str], Provider], client_for: Speak, books: Books
) -> None:
    team = provider("kent_returns")
    said = team.saves(SAYS | {"run_by": KENT})
    assert said["run_by"]["gss_code"] == KENT
    assert not books.alerts(said["team"])
    client_for("kent").put(f"{API}/interview-teams/{said['team']}", json={"is_ours": False})
    assert team.shown()["run_by"] is None


def test_only_the_council_that_is_named_answers(beacon: Provider, client_for: Speak) -> None:
    ref = beacon.saves(SAYS | {"run_by": KENT})["team"]
    for member in ("leeds", "medway"):
        assert client_for(member).put(f"{API}/interview-teams/{ref}", json={"is_ours": True}).status_code == 404
    assert beacon.shown()["run_by"] is None


# --- rate cards -------------------------------------------------------------------------------------------------------


def test_a_new_card_is_a_new_version_and_the_old_one_stays(
    beacon: Provider, stands: Callable[..., Standing | None]
) -> None:
    card = beacon.charges(FIXED | {"vat_percent": 20, "travel_pence_per_mile": 45})
    assert (card["version"], card["price_pence"], card["valid_from"]) == (2, 19_900, str(TODAY))
    answer = beacon.client.get(f"{beacon.path}/rate-cards")
    assert [(each["version"], each["price_pence"]) for each in answer.json["items"]] == [(2, 19_900), (1, 18_500)]
    there = stands()
    assert there is not None
    assert there.card is not None
    assert (there.card.version, there.card.vat_percent) == (2, 20)


def test_a_card_for_a_later_day_is_not_in_force_before_it(
    beacon: Provider, stands: Callable[..., Standing | None]
) -> None:
    later = TODAY + timedelta(days=10)
    beacon.charges(FIXED | {"valid_from": str(later)})
    assert beacon.shown()["rate_card"]["price_pence"] == 18_500
    assert [each.card.price_pence for on in (TODAY, later) if (each := stands(on=on)) and each.card] == [18_500, 19_900]


def test_a_card_published_later_for_an_earlier_day_replaces_what_was_to_come(
    beacon: Provider, stands: Callable[..., Standing | None]
) -> None:
    later = TODAY + timedelta(days=10)
    beacon.charges(FIXED | {"valid_from": str(later)})
    beacon.charges(FIXED | {"price_pence": 17_000})
    assert [each.card.price_pence for on in (TODAY, later) if (each := stands(on=on)) and each.card] == [17_000, 17_000]


def test_a_card_sent_twice_is_one(beacon: Provider) -> None:
    first, again = (beacon.charges(FIXED, **{"Idempotency-Key": "card-0001"}) for _ in "12")
    assert first == again
    assert beacon.shown()["rate_card"]["version"] == 2


@pytest.mark.parametrize("price", [185.0, 185.5, "185", "185.00", "£185.00", "18500", True, None, -18_500, [18_500]])
def test_a_price_in_pounds_or_as_a_float_is_refused_with_the_cure(beacon: Provider, price: Any) -> None:
    refused = beacon.charges({"basis": "fixed", "price_pence": price}, status=422)
    [sentence] = refused["fields"]["price_pence"]
    assert price is None or ("whole pence" in sentence and "18500 for £185.00" in sentence)
    assert beacon.shown()["rate_card"]["version"] == 1


def test_pounds_that_look_like_pence_are_caught(beacon: Provider) -> None:
    refused = beacon.charges({"basis": "fixed", "price_pence": 185}, status=422)
    assert refused["fields"]["price_pence"] == ["185 pence is £1.85. Enter whole pence: £185.00 is 18500."]


@pytest.mark.parametrize("field", ["price", "price_pounds", "amount"])
def test_a_price_under_another_name_is_told_the_right_one(beacon: Provider, field: str) -> None:
    refused = beacon.charges({"basis": "fixed", field: 185}, status=422)
    assert "price_pence" in refused["fields"][field][0]


def test_nothing_may_be_charged_and_said_so(beacon: Provider) -> None:
    assert beacon.charges({"basis": "fixed", "price_pence": 0})["price_pence"] == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"basis": "daily"}, "basis"),
        ({"price_pence": 1_000_001}, "price_pence"),
        ({"travel_pence_per_mile": 0.45}, "travel_pence_per_mile"),
        ({"vat_percent": 20.0}, "vat_percent"),
        ({"abortive_percent": 101}, "abortive_percent"),
        ({"late_cancel_percent": -1}, "late_cancel_percent"),
        ({"least_minutes": 60}, "least_minutes"),
        ({"valid_from": "2026-11-17"}, "valid_from"),
        ({"valid_from": "18/11/2026"}, "valid_from"),
        ({"most_attempts": 0}, "most_attempts"),
        ({"discount": 5}, "discount"),
    ],
)
def test_a_card_that_cannot_be_is_refused_at_its_field(beacon: Provider, changed: dict[str, Any], field: str) -> None:
    assert field in beacon.charges(FIXED | changed, status=422)["fields"]


def test_an_organisation_of_this_kind_enters_itself(
    client_for: Speak, database: Database, cast: Cast, stands: Callable[..., Standing | None]
) -> None:
    with database.write() as session:
        for model in (RateCard, InterviewCoverage, InterviewProvider):
            session.execute(delete(model))
    northstar = Provider(client_for("northstar"), cast.refs["northstar"])
    assert northstar.charges(FIXED, status=404)["code"] == "not_found"
    assert northstar.saves(SAYS, version=1, status=412)["code"] == "edit_conflict"
    said = northstar.saves(SAYS, version=0)
    assert (said["is_taking"], said["capacity"], said["rate_card"]) == (True, 0, None)
    northstar.switches(is_taking=True, capacity=1)
    northstar.charges(FIXED)
    there = stands("northstar")
    assert there is not None
    assert (there.capacity, there.card is not None) == (1, True)
    assert northstar.saves(SAYS, version=0, status=412)["code"] == "edit_conflict"
