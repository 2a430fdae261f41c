"""Nobody reads that they are asked, or that an offer waits, when it has been decided meanwhile: what was not sent is not sent.

And nobody is woken, or sent to a page that says nothing, by what is not theirs to do.
"""

from sqlalchemy import update

from hub.directory.models import Organisation
from tests.conftest import NOW
from tests.spotpurchase.seeking import HOUR, Broker


def deliveries(broker: Broker, request: str, kind: str, member: str) -> set[str]:
    """How what is sent by post or webhook of an alert stands, of one organisation."""
    said = (
        "SELECT delivery.state FROM delivery JOIN alert ON alert.id = delivery.alert_id "
        "WHERE alert.subject_ref = :r AND alert.kind = :k AND alert.organisation_id = :o AND delivery.channel != 'inbox'"
    )
    number = broker.desk(member).actor.organisation
    return {row.state for row in broker.books.all(said, r=request, k=kind, o=number)}


def test_whoever_has_answered_is_not_told_any_more_that_it_is_asked(broker: Broker) -> None:
    request = broker.seeks()
    assert deliveries(broker, request, "interview.asked", "kent_returns") == {"queued"}
    broker.declines("kent_returns", request)
    assert deliveries(broker, request, "interview.asked", "kent_returns") == {"cancelled"}
    assert deliveries(broker, request, "interview.asked", "northstar") == {"queued"}


def test_when_somebody_has_it_nobody_is_told_any_more_that_it_is_asked(broker: Broker) -> None:
    request = broker.seeks()
    broker.asks_by_hand(request, "beacon", "northstar")
    broker.offers("beacon", request, NOW + HOUR)
    for member in ("kent_returns", "beacon", "northstar"):
        assert deliveries(broker, request, "interview.asked", member) == {"cancelled"}
    assert deliveries(broker, request, "interview.commissioned", "leeds") == {"queued"}
    assert deliveries(broker, request, "interview.not_needed", "northstar") == {"queued"}


def test_when_it_is_cancelled_nobody_is_told_any_more_that_it_is_asked(broker: Broker) -> None:
    request = broker.seeks()
    broker.cancels(request, NOW + HOUR)
    assert deliveries(broker, request, "interview.asked", "kent_returns") == {"cancelled"}
    broker.renews(request, NOW + 2 * HOUR)
    assert deliveries(broker, request, "interview.asked", "kent_returns") == {"cancelled", "queued"}, "asked again"


def test_when_the_council_has_decided_it_is_not_told_any_more_that_it_must(broker: Broker) -> None:
    request = broker.seeks(award="by_hand", price_cap_pence=16_000)
    broker.offers("kent_returns", request)
    assert deliveries(broker, request, "interview.offered", "leeds") == {"queued"}
    broker.commissions(request, ask=broker.ask(request, "kent_returns"))
    assert deliveries(broker, request, "interview.offered", "leeds") == {"cancelled"}
    other = broker.asks(broker.back(family_name="Invented", given_names="Sorrel"), price_cap_pence=16_000)
    broker.declines("kent_returns", other)
    broker.declines("northstar", other)
    assert deliveries(broker, other, "interview.unplaced", "leeds") == {"queued"}
    broker.commissions(other, performer="social_worker", reason="Nobody else is left.")
    assert deliveries(broker, other, "interview.unplaced", "leeds") == {"cancelled"}


# --- the host, which follows it ---------------------------------------------------------------------------------------


def urgent(broker: Broker, request: str, kind: str) -> dict[str, bool]:
    """Who was told it → whether it does not wait for their desk to open."""
    said = (
        "SELECT organisation.name, alert.is_urgent FROM alert JOIN organisation ON organisation.id = organisation_id "
        "WHERE alert.subject_ref = :r AND alert.kind = :k"
    )
    return {row.name: bool(row.is_urgent) for row in broker.books.all(said, r=request, k=kind)}


def test_the_host_is_told_who_holds_it_and_is_not_woken_for_it(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    assert urgent(broker, request, "interview.commissioned") == {
        "Leeds City Council": True,
        "Kent County Council": False,
    }


def test_a_host_that_has_not_joined_is_not_sent_to_what_it_cannot_open(broker: Broker) -> None:
    with broker.books.database.write() as session:
        kent = Organisation.id == broker.desk("kent").actor.organisation
        session.execute(update(Organisation).where(kent).values(joined_at=None))
    request = broker.seeks()
    broker.offers("kent_returns", request)
    assert "kent" not in broker.told(request, "interview.commissioned")
    broker.cancels(request, NOW + HOUR)
    assert "kent" not in broker.told(request, "interview.cancelled")
