"""Whatever is recorded can be read: every event has words for the person who searches the audit."""

import pytest

from hub.access import sessions
from hub.access.single_sign_on.tokens import SENTENCES
from hub.audit.events import Event
from hub.audit.models import OPERATIONS
from hub.web.auditing.detail_words import OF_SUBJECT, code_in_words
from hub.web.auditing.event_words import EVENT_WORDS, OPERATION_WORDS


@pytest.mark.parametrize("event", Event, ids=lambda event: event.label)
def test_an_event_has_words(event: Event) -> None:
    assert event in EVENT_WORDS, "say it in hub/web/auditing/event_words.py"
    assert str(EVENT_WORDS[event])[0].isupper()


def test_every_operation_has_words() -> None:
    assert set(OPERATION_WORDS) == {*OPERATIONS, "administration"}


def test_details_have_words_of_their_own_about_what_is_recorded_alone() -> None:
    subjects = {event.label.partition(".")[0] for event in Event}
    assert {subject for subject, _ in OF_SUBJECT} <= subjects


@pytest.mark.parametrize("code", sorted(SENTENCES) + sorted(sessions._ENDED))
def test_every_reason_to_refuse_or_end_a_sign_in_has_words(code: str) -> None:
    assert code_in_words("sign_in.refused", "because", code), "say it in hub/web/auditing/refusal_words.py"


def test_no_two_events_are_said_alike() -> None:
    said = [str(words) for words in EVENT_WORDS.values()]
    assert sorted(said) == sorted(set(said))
