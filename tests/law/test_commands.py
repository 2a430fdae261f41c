"""``hub duties``: facts in a file or on standard input, obligations out as JSON; whatever cannot be taken gets a sentence."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hub.cli import main
from hub.core import clock
from hub.duties.table import Law
from tests.law.conftest import CONFIG

LEEDS = "E08000035"
FACTS = {
    "event": "placement_start",
    "placing_authority": LEEDS,
    "placement_postcode": "ME14 1XQ",
    "setting": "childrens_home",
    "age": 14,
    "legal_status": "S20",
    "starts_at": "2026-11-13T20:00:00+00:00",
    "emergency": True,
}
"""The facts of the README's example."""
Command = Callable[..., Result]


@pytest.fixture
def hub(tmp_path: Path, postcode_index_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """``hub("explain", "-", typed=…)`` runs ``hub duties explain -``, with a data folder that holds the postcodes alone."""
    (tmp_path / "postcodes.idx").symlink_to(postcode_index_path)
    for name, value in {"HUB_MODE": "test", "HUB_DATA_DIR": str(tmp_path), "HUB_CONFIG_DIR": str(CONFIG)}.items():
        monkeypatch.setenv(name, value)

    def run(*words: str, typed: bytes = b"") -> Result:
        return CliRunner().invoke(main, ["duties", *words], input=typed)

    yield run
    clock.move(None)


def explained(hub: Command, facts: Any) -> Result:
    return hub("explain", "-", typed=json.dumps(facts).encode())


def test_the_facts_of_a_file_and_of_standard_input_are_answered_alike(hub: Command, tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(FACTS))
    read, typed = hub("explain", str(file)), explained(hub, FACTS)
    assert (read.exit_code, read.stdout) == (0, typed.stdout)
    owed = {each["code"]: each for each in json.loads(read.stdout)}
    assert set(owed) == {"E11D", "E11X", "E13E", "E13H", "E13G", "E13S", "E13I", "E13P", "E41A", "EPOL"}
    assert (owed["E13E"]["due_at"], owed["E13E"]["due_on"]) == ("2026-11-21T00:00:00Z", "2026-11-20")


def test_each_obligation_has_what_was_promised_of_it(hub: Command) -> None:
    promised = {"code", "says", "owed_by", "owed_to", "due_at", "due_on", "due_is_policy", "basis", "source", "because"}
    for owed in json.loads(explained(hub, FACTS).stdout):
        assert promised <= owed.keys()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"legal_status": "S44/S46"}, "legal_status"),
        ({"setting": "hotel"}, "setting"),
        ({"placing_authority": "E99999999"}, "placing_authority"),
        ({"starts_at": "2026-11-13T20:00:00"}, "starts_at"),
        ({"placement_postcode": "ZZ99 9ZZ"}, "placement_postcode"),
        ({"childs_name": "Rowan"}, "childs_name"),
    ],
)
def test_what_cannot_be_taken_ends_with_a_sentence_that_names_the_field(
    hub: Command, changed: dict[str, Any], field: str
) -> None:
    refused = explained(hub, FACTS | changed)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"Error: {field}")
    assert "Rowan" not in refused.stderr


@pytest.mark.parametrize(
    "typed", [b"", b"{", b"\xff\xfe\x00", b'{"event": "\xe9"}', b"[" * 100_000, b"[]", b"7", b"null"]
)
def test_what_is_no_object_of_facts_is_said_to_be_none(hub: Command, typed: bytes) -> None:
    refused = hub("explain", "-", typed=typed)
    assert refused.exit_code == 1
    assert "JSON object" in refused.stderr


def test_every_row_is_listed_with_who_opens_it(hub: Command, law: Law) -> None:
    rows = json.loads(hub("list").stdout)
    assert {row["code"]: row["opened_by"] for row in rows} == {
        duty.code: duty.opened_by for duty in law.duties.values()
    }
