"""An interview took longer than was agreed: both sides see what is not charged, and a manager of whoever pays agrees to more."""

import pytest

from hub.core.clock import utc_now
from hub.spotpurchase.interviews import service as interviews
from hub.spotpurchase.providers import agreements
from hub.spotpurchase.providers.schemas import InterviewAgreementIn
from tests.access.signing_in import Tab
from tests.spotpurchase.seeking import BY, HOUR, Broker
from tests.web.interviews.desk import fill
from tests.web.reading import words_of

MORE = "£52.00"
"""Three hours at £52.00 an hour, of which two were agreed."""


def overrun(broker: Broker, **changed: object) -> str:
    """Northstar offered two hours by its hourly card, and it took three; the reference of the request."""
    then = utc_now() - 6 * HOUR
    ref = broker.asks(broker.back(gone=then - 6 * HOUR, at=then - HOUR), now=then, **changed)
    broker.declines("kent_returns", ref, then)
    broker.offers("northstar", ref, then, minutes=120)
    held = {"held_at": then + HOUR, "minutes": 180, "mode": "in_person", "by": BY}
    broker.desk("northstar").does(interviews.hold_unbooked, ref, now=utc_now(), **held)
    return ref


def price_of(tab: Tab, ref: str) -> str:
    """The address of the form, from the page of the interview."""
    [path] = {each for each in tab.get(f"/interviews/{ref}").text.split('"') if "/price/" in each}
    return path


@pytest.fixture
def bought(broker: Broker) -> str:
    return overrun(broker)


def test_both_sides_see_what_is_not_charged(at, bought: str) -> None:
    leeds, northstar = words_of(at("leeds").get(f"/interviews/{bought}")), at("northstar")
    assert f"comes to {MORE} more than is charged" in leeds
    assert f"comes to {MORE} more than was agreed" in words_of(northstar.get(f"/providing/interviews/{bought}"))


def test_a_manager_agrees_to_more_and_whoever_is_paid_may_put_its_line_right(at, bought: str) -> None:
    manager, northstar = at("leeds", "team_manager"), at("northstar")
    path = price_of(manager, bought)
    answered = fill(manager, path, {"agreed_pence": "156"})
    assert answered.location == f"/interviews/{bought}?done=more_agreed#money", words_of(answered)
    assert "£156.00 at the most" in words_of(manager.get(answered.location.split("#")[0]))
    said = words_of(northstar.get(f"/providing/interviews/{bought}"))
    assert "Leeds City Council has agreed to more since" in said


@pytest.mark.parametrize(
    ("typed", "said"), [("90", "stays agreed"), ("fifty", "in pounds"), ("", "what it may come to")]
)
def test_less_than_was_agreed_and_what_is_no_amount_are_refused_at_the_control(
    at, bought: str, typed: str, said: str
) -> None:
    manager = at("leeds", "team_manager")
    answered = fill(manager, price_of(manager, bought), {"agreed_pence": typed})
    assert answered.status_code == 422
    assert said in words_of(answered)


def test_over_the_cap_it_is_agreed_to_only_by_saying_so(at, bought: str) -> None:
    manager = at("leeds", "team_manager")
    path = price_of(manager, bought)
    refused = fill(manager, path, {"agreed_pence": "300"})
    assert (refused.status_code, "over_terms" in refused.text) == (422, True)
    assert "£300.00 and the cap £200.00" in words_of(refused)
    agreed = fill(manager, path, {"agreed_pence": "300", "over_terms": "yes"})
    assert agreed.status_code == 303, words_of(agreed)


def test_who_is_no_manager_is_offered_nothing_to_agree_to(at, bought: str) -> None:
    assert "/price/" not in at("leeds").get(f"/interviews/{bought}").text


def test_where_the_host_pays_its_page_shows_what_it_pays_and_the_placing_authority_cannot_agree(
    at, broker: Broker
) -> None:
    told = InterviewAgreementIn().load({"kind": "host_pays", "terms": "Invented."})
    broker.desk("kent").does_in_area(agreements.propose, told)
    ref = overrun(broker)
    kent = at("kent", "team_manager")
    assert f"comes to {MORE} more than is charged" in words_of(kent.get(f"/interviews/{ref}"))
    path = price_of(kent, ref)
    assert at("leeds", "team_manager").get(path).status_code == 404
    assert fill(kent, path, {"agreed_pence": "156"}).status_code == 303
