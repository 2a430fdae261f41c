"""What whoever is on call reads at /metrics: a figure for each thing that can be stuck, each saying what it counts."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.models import ContactPoint
from hub.notify import nodes
from tests.conftest import NOW


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Whoever asks, without a key."""
    return app.test_client()


def figures(client: FlaskClient) -> dict[str, float]:
    said = client.get("/metrics").get_data(as_text=True)
    return {name: float(figure) for name, figure in re.findall(r"^hub_(\w+) (\S+)$", said, re.MULTILINE)}


def test_it_says_how_many_workers_live_and_how_many_of_their_jobs_fail(client: FlaskClient, database: Database) -> None:
    assert (figures(client)["workers_alive"], figures(client)["jobs_failing"]) == (0, 0)
    nodes.beat(database, nodes.begin(), failing=("sweep", "seal"), now=NOW)
    nodes.beat(database, nodes.begin(), failing=("sweep",), now=NOW)
    assert (figures(client)["workers_alive"], figures(client)["jobs_failing"]) == (2, 2)


def test_a_contact_point_that_was_set_aside_and_then_retired_is_nobodys_care_any_more(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        number = session.scalars(select(ContactPoint.id).where(ContactPoint.channel == "email").limit(1)).one()
        session.execute(update(ContactPoint).where(ContactPoint.id == number).values(flagged_at=NOW))
    assert figures(client)["contact_points_set_aside"] == 1
    with database.write() as session:
        session.execute(update(ContactPoint).where(ContactPoint.id == number).values(valid_to=date(2026, 1, 1)))
    assert figures(client)["contact_points_set_aside"] == 0


def test_each_figure_says_what_it_is(client: FlaskClient) -> None:
    said = client.get("/metrics").get_data(as_text=True)
    meanings = dict(re.findall(r"^# HELP hub_(\w+) (.+)$", said, re.MULTILINE))
    assert set(meanings) == set(figures(client))
    assert [name for name, meaning in meanings.items() if meaning == name.replace("_", " ")] == []
