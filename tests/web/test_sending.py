"""A form that is refused comes again with what was typed; one that collides with what somebody else did says so in its place."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, g
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import EditConflict, HubError, Invalid, NotFound, StateConflict
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.web.forms import Filled
from hub.web.sending import TOP, asked, sent
from hub.web.signed_in import SentBefore
from tests.access.signing_in import actor_of, begun, joined

Sends = Callable[..., Any]
TYPED = {"reason": "Invented"}


@pytest.fixture
def sends(app: Flask, database: Database, cast: Cast) -> Sends:
    """Send a form whose act is refused, or not; the form that came again and its status, or where it leads."""
    actor: Actor = actor_of(database, begun(database, joined(database, cast)).token)

    def act_on(given: Filled, refusal: HubError | None = None, *, key: str | None = None, **typed: str) -> Any:
        came_again: list[tuple[Filled, int]] = []

        def act(session: Session) -> str:
            if refusal:
                raise refusal
            return "/done"

        def again(refused: Filled, status: int) -> Response:
            came_again.append((refused, status))
            return Response(status=status)

        with app.test_request_context("/somewhere", method="POST", data={"once": key or new_ref("key"), **typed}):
            g.actor = actor
            answer = sent(given, ("reason",), act, again)
        return came_again[0] if came_again else answer.headers["Location"]

    return act_on


def test_a_form_with_nothing_wrong_leads_on(sends: Sends) -> None:
    assert sends(Filled(typed=TYPED)) == "/done"


def test_what_cannot_be_read_comes_again_and_nothing_is_done(sends: Sends) -> None:
    given, status = sends(
        Filled(typed=TYPED, errors={"": "Say one thing or the other."}), NotFound("This is not reached.")
    )
    assert (status, given.errors, given.typed) == (422, {TOP: "Say one thing or the other."}, TYPED)


def test_a_refusal_stands_at_its_control(sends: Sends) -> None:
    refusal = Invalid("Say why.", fields={"reason": ["Say why."]})
    given, status = sends(Filled(typed=TYPED), refusal)
    assert (status, given.errors, given.typed) == (422, {"reason": "Say why."}, TYPED)


@pytest.mark.parametrize(
    "refusal", [StateConflict("It is shielded already."), EditConflict("Somebody changed it.")], ids=["state", "edit"]
)
def test_what_somebody_else_did_meanwhile_is_told_at_the_form(sends: Sends, refusal: HubError) -> None:
    given, status = sends(Filled(typed=TYPED), refusal)
    assert (status, given.errors, given.typed) == (refusal.status, {TOP: refusal.sentence}, TYPED)


def test_what_is_not_there_is_a_page_of_its_own(sends: Sends) -> None:
    with pytest.raises(NotFound):
        sends(Filled(typed=TYPED), NotFound("There is no such thing."))


def test_a_form_sent_before_with_other_words_is_a_page_of_its_own(sends: Sends) -> None:
    key = new_ref("key")
    sends(Filled(), key=key, reason="One")
    with pytest.raises(SentBefore) as refused:
        sends(Filled(), key=key, reason="Another")
    assert refused.value.path == "/done"


def test_what_was_left_empty_is_asked_for_in_our_own_words() -> None:
    given = Filled(typed={"due-day": "31", "by": ""}, errors={"due": "Enter a real date.", "by": "Missing data."})
    said = asked(given, {"due": "Enter the day.", "by": "Enter your name.", "note": "Enter a note."}).errors
    assert said == {"due": "Enter a real date.", "by": "Enter your name."}
