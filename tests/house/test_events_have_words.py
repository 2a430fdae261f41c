"""Whatever is recorded can be read: every event has words for the person who searches the audit."""

import pytest

from hub.audit.events import Event
from hub.audit.models import OPERATIONS
from hub.web.auditing.event_words import EVENT_WORDS, OPERATION_WORDS


@pytest.mark.parametrize("event", Event, ids=lambda event: event.label)
def test_an_event_has_words(event: Event) -> None:
    assert event in EVENT_WORDS, "say it in hub/web/auditing/event_words.py"
    assert str(EVENT_WORDS[event])[0].isupper()


def test_every_operation_has_words() -> None:
    assert set(OPERATION_WORDS) == {*OPERATIONS, "administration"}


def test_no_two_events_are_said_alike() -> None:
    said = [str(words) for words in EVENT_WORDS.values()]
    assert sorted(said) == sorted(set(said))
