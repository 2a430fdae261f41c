"""The project's own tables, the whole postcode directory (built once per machine), and small directories made up by
a test.
"""

import csv
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.access import service as access
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas, load_areas
from hub.directory.postcodes import PostcodeIndex, build_from_file, ensure_index
from tests.directory.desks import NOW, Speak

REFERENCE = Path(__file__).parents[2] / "config" / "reference"
BUILT_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postcode_index(pytestconfig: pytest.Config) -> PostcodeIndex:
    """The real directory, kept between runs in HUB_TEST_CACHE or pytest's own cache folder."""
    folder = os.environ.get("HUB_TEST_CACHE") or pytestconfig.rootpath / ".pytest_cache" / "postcodes"
    return PostcodeIndex(ensure_index(Path(folder) / "postcodes.idx"))


@pytest.fixture(scope="session")
def areas(postcode_index: PostcodeIndex) -> Areas:
    return load_areas(REFERENCE, postcode_index)


@pytest.fixture(scope="session")
def tables_only() -> Areas:
    return load_areas(REFERENCE, None)


@pytest.fixture
def directory_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a small postcode file: name, header, rows."""

    def write(header: Sequence[str], rows: Sequence[Sequence[str]], name: str = "NSPL_NOV_2025_UK.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
        return path

    return write


@pytest.fixture
def areas_with(tmp_path: Path, directory_file: Callable[..., Path]) -> Callable[..., Areas]:
    """The real tables over a made-up directory of (postcode, district, force, month of ending)."""

    def build(*rows: tuple[str, str, str, str]) -> Areas:
        file = directory_file(("pcds", "lad25cd", "pfa23cd", "doterm"), rows)
        build_from_file(file, tmp_path / "small.idx", now=BUILT_AT, fewest_rows=1)
        return load_areas(REFERENCE, PostcodeIndex(tmp_path / "small.idx"))

    return build


@pytest.fixture
def leeds(client_for: Speak) -> FlaskClient:
    return client_for("leeds")


@pytest.fixture
def second(app: Flask, database: Database, cast: Cast) -> FlaskClient:
    """Another client of Leeds: the second person."""
    with database.write() as session:
        made = access.add_client(session, SYSTEM, cast.ids["leeds"], "Second", ["read", "administer"], now=NOW)
        key = access.issue_key(session, SYSTEM, made.ref, now=NOW)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text}"
    return client


@pytest.fixture
def add(leeds: FlaskClient, cast: Cast) -> Callable[..., dict[str, Any]]:
    """``add(MAILBOX)``: a contact point of Leeds, entered by its first client."""

    def added(wanted: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = leeds.post(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points", json=wanted | more)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json
        return body

    return added


@pytest.fixture
def home(client_for: Speak) -> FlaskClient:
    """A home, which is small: what one person there changes takes effect at once."""
    return client_for("willow_house")


@pytest.fixture
def add_at_home(home: FlaskClient, cast: Cast) -> Callable[..., dict[str, Any]]:
    """``add_at_home(MAILBOX)``: a contact point of the home."""

    def added(wanted: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = home.post(f"/api/v1/organisations/{cast.refs['willow_house']}/contact-points", json=wanted | more)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json
        return body

    return added
