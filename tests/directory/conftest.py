"""The project's own tables, the whole postcode directory (built once per machine), and small directories made up by
a test.
"""

import csv
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.directory.areas import Areas, load_areas
from hub.directory.postcodes import PostcodeIndex, build_from_file, ensure_index

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
