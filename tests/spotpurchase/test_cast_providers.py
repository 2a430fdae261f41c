"""The providers of the demonstration stand in the directory with their areas and their prices."""

from hub.core.clock import london_date
from hub.core.db import Database
from hub.demonstration.cast import KENT, LEEDS, MEDWAY, Cast
from hub.spotpurchase.providers.queries import standings
from tests.conftest import NOW


def covering(database: Database, gss_code: str) -> dict[int, int]:
    """By organisation: the price per interview or hour, in pence."""
    with database.read() as session:
        found = standings(session, gss_code, on=london_date(NOW))
    return {each.organisation_id: each.card.price_pence for each in found if each.card}


def test_kent_has_a_team_of_its_own_a_charity_and_a_national_provider(database: Database, cast: Cast) -> None:
    ids = cast.ids
    assert covering(database, KENT) == {ids["kent_returns"]: 14_000, ids["beacon"]: 18_500, ids["northstar"]: 5_200}


def test_a_provider_stands_only_where_it_covers(database: Database, cast: Cast) -> None:
    assert covering(database, MEDWAY).keys() == {cast.ids["beacon"], cast.ids["northstar"]}
    assert covering(database, LEEDS).keys() == {cast.ids["northstar"]}
