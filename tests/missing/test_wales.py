"""Wales: the home tells the council of its area of every child who goes missing; after the return comes a debrief, by policy."""

from collections.abc import Callable

import pytest

from hub.core.actor import SYSTEM
from hub.demonstration.cast import Cast
from hub.directory import organisations
from tests.conftest import NOW
from tests.missing.conftest import Watch
from tests.registry.conftest import Desk
from tests.registry.papers import CARDIFF

CARDIFF_CENTRE = {"lines": ["6 Fictitious Heol", "Cardiff"], "postcode": "CF10 3AT"}


@pytest.fixture
def in_cardiff(watch: Watch) -> str:
    """A child of Leeds in a children's home in Cardiff."""
    return watch.placed(address=CARDIFF_CENTRE, provider={"name": "Ty Dychmygol"})


@pytest.fixture
def home(watch: Watch, desk: Callable[[str], Desk], cast: Cast) -> str:
    """A Welsh home that has joined, and the placement of Leeds's child there."""
    kent = desk("kent")
    wanted = {"kind": "childrens_home", "name": "Ty Dychmygol", "postcode": "CF10 3AT", "urn": "SC900010"}
    with kent.database.write() as session:
        row = organisations.add(session, SYSTEM, wanted, areas=kent.areas, now=NOW)
        organisations.join(session, SYSTEM, row.ref, NOW)
    return watch.placed(address=CARDIFF_CENTRE, provider={"urn": "SC900010"})


def test_a_welsh_home_owes_its_word_to_the_council_of_its_area(watch: Watch, home: str) -> None:
    told = watch.reports("leeds", home)
    [row] = watch.owed(told.episode, "WMIS")
    assert (row.state, row.basis, row.owed_to_id) == ("open", "statute", watch.desk("cardiff").actor.organisation)


def test_an_unexplained_absence_is_told_too(watch: Watch, home: str) -> None:
    told = watch.reports("leeds", home, category="away")
    assert len(watch.owed(told.episode, "WMIS")) == 1


def test_the_homes_own_report_through_the_hub_meets_it(watch: Watch, home: str, cast: Cast) -> None:
    from hub.core.actor import Actor
    from hub.missing import service
    from tests.missing.conftest import BY, GONE

    row = watch.books.all("SELECT id, ref FROM organisation WHERE urn = 'SC900010'")[0]
    actor = Actor("api_client", "cli_ty", row.id, row.ref, "childrens_home")
    desk = watch.desk("leeds")
    with desk.database.write() as session:
        told = service.report(
            session,
            actor,
            {"placement": home, "missing_from_at": GONE, "by": BY},
            rules=desk.rules,
            areas=desk.areas,
            now=NOW,
        )
    assert watch.states(told.episode)["WMIS"] == "met"


def test_an_english_home_owes_no_such_word(watch: Watch, placement: str) -> None:
    told = watch.reports("willow_house", placement)
    assert watch.owed(told.episode, "WMIS") == []


def test_a_home_that_is_not_in_the_directory_owes_nothing_here(watch: Watch, in_cardiff: str) -> None:
    told = watch.reports("leeds", in_cardiff)
    assert watch.owed(told.episode, "WMIS") == []


def test_a_child_of_a_welsh_council_has_a_debrief_and_no_interview_of_english_guidance(watch: Watch) -> None:
    placement = watch.placed("cardiff", legal_status="WS76")
    told = watch.reports("kent_police", placement)
    watch.returns("kent_police", told.episode)
    states = watch.states(told.episode)
    assert states["WDBR"] == "open"
    assert not {"ERHO", "ERHI"} & states.keys()
    assert watch.owed(told.episode, "WDBR")[0].basis == "policy"
    assert CARDIFF.startswith("W")


def test_an_english_child_in_wales_keeps_the_interview(watch: Watch, in_cardiff: str) -> None:
    told = watch.reports("leeds", in_cardiff)
    watch.returns("leeds", told.episode)
    assert {"ERHO", "ERHI"} <= watch.states(told.episode).keys()
