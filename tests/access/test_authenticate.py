"""Keys: who holds one is known at once, and who does not learns nothing."""

import hmac
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from hub.access import service
from hub.access.authenticate import authenticate, new_key_text
from hub.access.models import ApiKey
from hub.access.permissions import SCOPES
from hub.audit.models import AuditEntry
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database
from hub.core.errors import Unauthenticated
from hub.demonstration.cast import Cast
from hub.directory import organisations

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
UNKNOWN = "The hub does not know this API key."

Ask = Callable[..., Actor]


@pytest.fixture
def ask(database: Database) -> Ask:
    """``ask(key text)``: who is that, an hour from NOW or when told?"""

    def who(key: str, *, now: datetime = NOW + timedelta(hours=1)) -> Actor:
        with database.read() as session:
            return authenticate(session, f"Bearer {key}", now=now)

    return who


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement sent to the database from here on."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement != "BEGIN":  # SQLite's, which we send ourselves
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def refusal(ask: Ask, key: str, **when: datetime) -> str:
    with pytest.raises(Unauthenticated) as refused:
        ask(key, **when)
    return refused.value.sentence


def changed_in(key: str, place: int) -> str:
    return key[:place] + ("x" if key[place] != "x" else "y") + key[place + 1 :]


def test_a_good_key_says_which_client_asks_for_which_organisation_within_which_scopes(ask: Ask, cast: Cast) -> None:
    actor = ask(cast.tokens["leeds"])
    assert actor == cast.actors["leeds"]
    assert actor.organisation_kind == "local_authority"
    assert actor.scopes == SCOPES.keys() - {"operate"}


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic bGVlZHM6c2VjcmV0",
        "hub_abc_def",
        "Token hub_abc_def",
    ],
)
def test_without_a_bearer_key_the_header_to_send_is_named(database: Database, cast: Cast, header: str | None) -> None:
    with database.read() as session, pytest.raises(Unauthenticated, match="Authorization: Bearer hub_"):
        authenticate(session, header, now=NOW)


@pytest.mark.parametrize(
    "key",
    [
        "hub",
        "hub_",
        "hub_onlyaprefix",
        "hub__",
        "hub_abc_",
        "hub__def",
        "nub_abc_def",
        "hub_abc_déf",
        "hub_abc_d\x00f",
        "hub_a\x00c_def",
        "hub_abc_" + "d" * 5000,
        "hub_' OR 1=1 --_def",
    ],
)
def test_what_is_no_key_of_ours_is_unknown(ask: Ask, cast: Cast, key: str) -> None:
    assert refusal(ask, key).startswith(UNKNOWN)


def test_a_wrong_prefix_and_a_wrong_secret_read_the_same(ask: Ask, cast: Cast) -> None:
    key = cast.tokens["leeds"]
    assert refusal(ask, changed_in(key, 5)) == refusal(ask, changed_in(key, -3))
    assert refusal(ask, new_key_text().text).startswith(UNKNOWN)


def test_an_unknown_key_costs_the_same_work_as_a_wrong_secret(
    ask: Ask, cast: Cast, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    real = hmac.compare_digest

    def counting(ours: bytes, theirs: bytes) -> bool:
        compared.append(len(theirs))
        return real(ours, theirs)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    work = []
    for key in (new_key_text().text, changed_in(cast.tokens["leeds"], -3)):
        statements.clear()
        compared.clear()
        refusal(ask, key)
        work.append((len(statements), tuple(compared)))
    assert work[0] == work[1] == (1, (32,))


def test_knowing_who_asks_takes_one_statement(ask: Ask, cast: Cast, statements: list[str]) -> None:
    ask(cast.tokens["kent"])
    assert len(statements) == 1


def test_a_key_ends_at_its_expiry_and_not_before(database: Database, ask: Ask, cast: Cast) -> None:
    key = cast.tokens["leeds"]
    ends_at = NOW + timedelta(days=service.LIFETIME_DAYS)
    assert ask(key, now=ends_at - timedelta(seconds=1)).ref == cast.actors["leeds"].ref
    assert "has expired" in refusal(ask, key, now=ends_at)


def test_a_revoked_key_is_refused_the_next_time_and_the_other_still_good(
    database: Database, ask: Ask, cast: Cast
) -> None:
    client = cast.actors["leeds"].ref
    with database.write() as session:
        newer = service.issue_key(session, SYSTEM, client, now=NOW)
    assert ask(newer.text) == ask(cast.tokens["leeds"])
    with database.write() as session:
        service.revoke_key(session, cast.actors["leeds"], newer.ref, now=NOW)
    assert "was revoked" in refusal(ask, newer.text)
    assert ask(cast.tokens["leeds"]).ref == client


def test_that_a_key_was_revoked_is_told_only_to_who_holds_its_secret(database: Database, ask: Ask, cast: Cast) -> None:
    with database.write() as session:
        key = service.issue_key(session, SYSTEM, cast.actors["kent"].ref, now=NOW)
        service.revoke_key(session, SYSTEM, key.ref, now=NOW)
    assert "was revoked" in refusal(ask, key.text)
    assert refusal(ask, changed_in(key.text, -3)).startswith(UNKNOWN)


def test_every_key_of_a_disabled_client_is_refused(database: Database, ask: Ask, cast: Cast) -> None:
    with database.write() as session:
        service.disable_client(session, SYSTEM, cast.actors["kent"].ref, now=NOW)
    assert "was disabled" in refusal(ask, cast.tokens["kent"])
    assert ask(cast.tokens["leeds"]).ref == cast.actors["leeds"].ref


def test_the_keys_of_a_closed_organisation_are_refused(database: Database, ask: Ask, cast: Cast) -> None:
    with database.write() as session:
        organisations.close(session, SYSTEM, cast.refs["willow_house"], NOW)
    assert "is closed" in refusal(ask, cast.tokens["willow_house"])


def test_what_opens_the_hub_is_nowhere_in_the_database_or_in_what_is_printed(database: Database, cast: Cast) -> None:
    with database.write() as session:
        key = service.issue_key(session, SYSTEM, cast.actors["kent"].ref, now=NOW)
    secret = key.text.split("_", 2)[2]
    assert secret not in repr(key)
    assert secret not in repr(new_key_text())
    with database.read() as session:
        assert not [told for told in everything_about_keys(session) if secret in told]


def everything_about_keys(session: Session) -> list[str]:
    rows = session.execute(select(ApiKey.__table__)).all() + session.execute(select(AuditEntry.__table__)).all()
    assert rows
    return [str(row) for row in rows]


def test_a_hash_without_its_secret_opens_nothing(database: Database, ask: Ask, cast: Cast) -> None:
    with database.read() as session:
        prefix, stored = session.execute(text("SELECT prefix, secret_hash FROM api_key")).first() or ("", b"")
    assert refusal(ask, f"hub_{prefix}_{bytes(stored).hex()}").startswith(UNKNOWN)
