"""What is sealed can be read by a holder of the keys, in its own row, and by nobody else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.secrets import (
    KeyRing,
    KeyRingError,
    SealBroken,
    load_or_make_key_ring,
    new_key,
    read_key_ring,
    render_key_file,
)

KEYS = KeyRing([new_key()])


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_a_sealed_document_opens_as_it_was(document: dict[str, object]) -> None:
    assert KEYS.open("ntc_1", KEYS.seal("ntc_1", document)) == document


def test_a_sealed_document_says_nothing() -> None:
    assert b"Fictitious" not in KEYS.seal("chd_1", {"family_name": "Fictitious"})


def test_a_document_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(SealBroken, match="ntc_2"):
        KEYS.open("ntc_2", KEYS.seal("ntc_1", {"a": 1}))


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=1, max_value=255))
def test_one_altered_byte_anywhere_and_it_does_not_open(place: int, change: int) -> None:
    sealed = bytearray(KEYS.seal("ntc_1", {"a": "bcdefgh"}))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(SealBroken):
        KEYS.open("ntc_1", bytes(sealed))


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, new = new_key(), new_key()
    sealed = KeyRing([old]).seal("ntc_1", "then")
    both = KeyRing([new, old])
    assert both.open("ntc_1", sealed) == "then"
    assert both.seal("ntc_1", "now")[1:9].decode() == new.key_id
    with pytest.raises(SealBroken, match="does not hold"):
        KeyRing([new]).open("ntc_1", sealed)


def test_a_blind_index_finds_equals_and_tells_kinds_apart() -> None:
    assert KEYS.blind("family", "example") == KEYS.blind("family", "example")
    assert KEYS.blind("family", "example") != KEYS.blind("given", "example")
    assert KEYS.blind("family", "example") != KeyRing([new_key()]).blind("family", "example")


def test_a_blind_index_survives_a_new_key() -> None:
    old = new_key()
    assert KeyRing([new_key(), old]).blind("family", "example") == KeyRing([old]).blind("family", "example")


def test_the_key_file_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keys.toml"
    first = load_or_make_key_ring(path, may_make=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_make_key_ring(path, may_make=True).newest_id == first.newest_id


def test_production_makes_no_key_by_itself(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="HUB_KEY_FILE"):
        load_or_make_key_ring(tmp_path / "keys.toml", may_make=False)


@pytest.mark.parametrize(
    "text",
    ["not toml [", "", "[[key]]\nid = 'abc'\n", "[[key]]\nid = 'eightlet'\nsecret = '!!'\n",
     "[[key]]\nid = 'eightlet'\nsecret = 'YWJj'\n", "key = []\n"],
)  # fmt: skip
def test_a_corrupt_key_file_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(KeyRingError) as refused:
        read_key_ring(text, origin="keys.toml")
    assert "YWJj" not in str(refused.value)


def test_no_secret_shows_in_a_key_or_a_ring() -> None:
    key = new_key()
    assert key.secret.hex() not in repr(key) + repr(KeyRing([key])) + repr(render_key_file)
