"""What may be asked how often: counted in the database, by who asks, or by the network of one who does not say."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core.db import Database
from hub.core.http import provide
from hub.core.limits import RateLimits, RateWindow
from hub.core.settings import Settings
from hub.web import static_files
from tests.conftest import NOW

ClientFor = Callable[[str], FlaskClient]


def limited(app: Flask, **limits: object) -> None:
    provide(app, replace(app.extensions["hub"][Settings], **limits))  # type: ignore[arg-type]


def statuses(client: FlaskClient, path: str, times: int, **given: object) -> list[int]:
    return [client.get(path, **given).status_code for _ in range(times)]  # type: ignore[arg-type]


def test_a_network_without_a_key_visits_so_often_and_no_more(app: Flask) -> None:
    limited(app, visits_per_minute=20)
    client = app.test_client()
    assert statuses(client, "/law", 20) == [200] * 20
    answer = client.get("/law")
    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 60) == (429, True)
    elsewhere = {"environ_base": {"REMOTE_ADDR": "203.0.113.77"}}
    assert statuses(client, "/law", 1, **elsewhere) == [200]


def test_behind_our_own_proxy_each_client_has_its_own_visits(app: Flask) -> None:
    limited(app, visits_per_minute=20, trusted_proxies="127.0.0.1/32")
    client = app.test_client()
    one, other = ({"headers": {"X-Forwarded-For": f"9.9.9.9, {address}"}} for address in ("203.0.113.1", "203.0.113.2"))
    assert statuses(client, "/law", 21, **one) == [200] * 20 + [429]
    assert statuses(client, "/law", 1, **other) == [200]


def test_guessing_keys_spends_visits(app: Flask) -> None:
    limited(app, visits_per_minute=20)
    client = app.test_client()
    guess = {"headers": {"Authorization": "Bearer hub_aaaaaaaaaaaa_guess"}}
    assert statuses(client, "/api/v1/inbox", 22, **guess) == [401] * 20 + [429] * 2


def test_one_who_has_a_key_is_not_slowed_by_visitors_from_the_same_network(app: Flask, client_for: ClientFor) -> None:
    limited(app, visits_per_minute=20)
    statuses(app.test_client(), "/law", 25)
    assert statuses(client_for("leeds"), "/api/v1/inbox", 3) == [200] * 3


def test_health_and_styles_may_be_asked_for_at_any_rate(app: Flask) -> None:
    limited(app, visits_per_minute=1)
    client = app.test_client()
    assert statuses(client, "/healthz", 5) + statuses(client, "/metrics", 3) == [200] * 8
    for _ in range(3):
        assert client.get(static_files.address_of("hub.css")).status_code == 200


def test_what_is_costly_is_limited_more_narrowly(app: Flask, client_for: ClientFor) -> None:
    limited(app, costly_per_minute=20)
    operator, leeds = client_for("operator"), client_for("leeds")
    assert statuses(operator, "/api/v1/audit/verification", 3) == [200, 429, 429]
    assert statuses(leeds, "/api/v1/files/fil_none/content", 21) == [404] * 20 + [429]
    assert statuses(leeds, "/api/v1/inbox", 3) == [200] * 3


def test_who_visited_cannot_be_read_in_the_database(app: Flask, database: Database) -> None:
    for path in ("/law", "/sign-in/with/idp_none", "/sign-in/callback"):
        statuses(app.test_client(), path, 2, environ_base={"REMOTE_ADDR": "203.0.113.77"})
    with database.read() as session:
        names = session.scalars(select(RateWindow.name)).all()
    assert len(names) == 2, "of visits, and of sign-ins through an organisation"
    assert not [name for name in names if "203.0.113.77" in name]


def test_what_a_process_holds_does_not_grow_with_the_names_it_is_given(database: Database, cast: object) -> None:
    limits = RateLimits(database)
    limits._held.update({f"network {number}": (1, 5) for number in range(6_000)})
    limits.spend("network new", 600, now=NOW)
    assert list(limits._held) == ["network new"]


def test_limits_can_be_put_aside_to_measure(database: Database, cast: object) -> None:
    limits = RateLimits(database, in_force=False)
    for _ in range(30):
        limits.spend("anybody", 1, now=NOW)
