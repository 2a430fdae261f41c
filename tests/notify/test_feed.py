"""The event feed: in one order for ever, complete up to wherever a reader has come, and for its own organisation only."""

import threading

import pytest
from sqlalchemy import select

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.notify.feed import events_after, place_events_once
from hub.notify.models import FeedEvent
from hub.notify.outbox import FeedItem, publish
from tests.notify.post import NOW, organisation


def published(database: Database, organisation_id: int, *subjects: str) -> None:
    with database.write() as session:
        publish(session, [FeedItem(organisation_id, "placement.ended", s) for s in subjects], now=NOW)


def read(database: Database, organisation_id: int, cursor: str | None = None, at_most: int = 50) -> list[FeedEvent]:
    actor = Actor("api_client", "cli_1", organisation_id, "org_1", "local_authority")
    with database.read() as session:
        found = list(events_after(session, actor, cursor=cursor, at_most=at_most))
        session.expunge_all()
    return found


def test_an_event_is_in_the_feed_once_it_has_its_place(database: Database) -> None:
    eastvale = organisation(database)
    published(database, eastvale, "pla_1", "pla_2")
    assert read(database, eastvale) == []
    assert place_events_once(database) == 2
    assert place_events_once(database) == 0
    assert [event.subject_ref for event in read(database, eastvale)] == ["pla_1", "pla_2"]


def test_a_reader_goes_on_where_it_stopped(database: Database) -> None:
    eastvale = organisation(database)
    published(database, eastvale, *(f"pla_{n}" for n in range(5)))
    place_events_once(database)
    first = read(database, eastvale, at_most=2)
    published(database, eastvale, "pla_5")
    place_events_once(database)
    rest = read(database, eastvale, cursor=first[-1].ref)
    assert [event.subject_ref for event in first + rest] == [f"pla_{n}" for n in range(6)]


def test_an_organisation_sees_its_own_events_and_no_others(database: Database) -> None:
    eastvale, oakham = organisation(database), organisation(database, "Oakham")
    published(database, eastvale, "pla_1")
    published(database, oakham, "pla_2")
    place_events_once(database)
    [theirs] = read(database, oakham)
    assert theirs.subject_ref == "pla_2"
    with pytest.raises(Invalid):
        read(database, eastvale, cursor=theirs.ref)


def test_an_event_that_commits_late_comes_after_what_was_already_read(database: Database) -> None:
    """On PostgreSQL a transaction with lower ids may commit after one with higher ids; on SQLite writers queue."""
    eastvale = organisation(database)
    if database.is_sqlite:
        published(database, eastvale, "pla_slow")
        published(database, eastvale, "pla_quick")
        place_events_once(database)
        assert [event.subject_ref for event in read(database, eastvale)] == ["pla_slow", "pla_quick"]
        return
    with database.write() as slow:
        publish(slow, [FeedItem(eastvale, "placement.ended", "pla_slow")], now=NOW)
        published(database, eastvale, "pla_quick")
        place_events_once(database)
        [seen] = read(database, eastvale)
    place_events_once(database)
    assert [event.subject_ref for event in read(database, eastvale, cursor=seen.ref)] == ["pla_slow"]


def test_many_placers_at_once_give_every_event_one_place(database: Database) -> None:
    eastvale = organisation(database)
    published(database, eastvale, *(f"pla_{n}" for n in range(500)))

    def place() -> None:
        while place_events_once(database):
            pass

    placers = [threading.Thread(target=place) for _ in range(4)]
    for placer in placers:
        placer.start()
    for placer in placers:
        placer.join()
    place()
    with database.read() as session:
        positions = list(session.scalars(select(FeedEvent.position).order_by(FeedEvent.id)))
    assert positions == list(range(1, 501))
