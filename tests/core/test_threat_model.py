"""What the threat model says is protected is what is."""

import re
from pathlib import Path

import pytest

from hub import tables
from hub.core.sealed_models import blind_columns, sealed_columns
from hub.core.settings import REPOSITORY

PAGE = (Path(REPOSITORY) / "docs" / "threat-model.md").read_text()
NAMED = set(re.findall(r"`([a-z_]+)(?:\.[a-z_]+)?`", PAGE))
GUARDED = {each.table.name for each in sealed_columns(tables.ALL)} | {
    each.table.name for each in blind_columns(tables.ALL)
}


@pytest.mark.parametrize("table", sorted(GUARDED))
def test_every_table_with_something_sealed_or_indexed_is_named(table: str) -> None:
    assert table in NAMED, "say in docs/threat-model.md what of it is protected, and what it tells a thief"


def test_whatever_it_names_as_a_place_is_there() -> None:
    """In the table of what is protected: a table that was renamed would be said to be guarded, and nobody would look."""
    protected = PAGE.partition("## What is protected")[2].partition("## Keys")[0]
    there = {table.name for table in tables.ALL}
    places = {
        name for row in re.findall(r"^\|[^|]*\|([^|]*)\|", protected, re.M) for name in re.findall(r"`([a-z_]+)", row)
    }
    assert places - there - {"files"} == set()
