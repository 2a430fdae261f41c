"""A webhook's secret that does not open keeps no other letter from being sent, and waits for its key."""

from sqlalchemy import update

from hub.core.db import Database
from hub.directory.models import ContactPoint
from hub.duties.rulebook import Rulebook
from tests.notify.post import (
    SECRET,
    attempts,
    contact_point,
    couriers_with,
    delivered,
    deliveries,
    organisation,
    raised,
    wanted,
    web_sink,
    webhook_channel,
)


def test_a_secret_that_does_not_open_holds_up_nobody_else_and_is_tried_again(
    database: Database, rules: Rulebook
) -> None:
    with web_sink() as sink:
        places = [organisation(database, name) for name in ("Eastvale", "Westvale")]
        points = [contact_point(database, place, "webhook", sink.url, secrets=[SECRET]) for place in places]
        with database.write() as session:
            altered = update(ContactPoint).where(ContactPoint.id == points[0])
            session.execute(altered.values(sealed_secret=b"\x01lostkey1" + b"\x00" * 60))
        raised(database, rules, [wanted(place) for place in places])
        with couriers_with(webhook_channel(), name="webhook") as couriers:
            delivered(database, rules, couriers)
        assert len(sink.requests) == 1
    assert [(each.state, each.last_code) for each in deliveries(database, "webhook")] == [
        ("queued", "unreadable"), ("accepted", "204")
    ]  # fmt: skip
    assert sorted(each.outcome for each in attempts(database)) == ["accepted", "temporary"]
