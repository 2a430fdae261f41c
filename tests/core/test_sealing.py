"""What is sealed can be read by a holder of the keys, in its own row, and by nobody else."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.ids import new_ref
from hub.core.key_file import load_or_make_key_ring, write_once
from hub.core.secrets import (
    KeyRing,
    KeyRingError,
    Keys,
    SealBroken,
    index_tag,
    new_key,
    read_key_ring,
    read_keys,
    render_key_file,
    retired,
)

KEY = new_key()
KEYS = KeyRing([KEY])
SECRET = base64.b64encode(KEY.secret).decode()


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_a_sealed_document_opens_as_it_was(document: dict[str, object]) -> None:
    assert KEYS.open("ntc_1", KEYS.seal("ntc_1", document)) == document


def test_a_sealed_document_says_nothing() -> None:
    assert b"Fictitious" not in KEYS.seal("chd_1", {"family_name": "Fictitious"})


def test_a_document_moved_to_another_row_does_not_open() -> None:
    ref, other = new_ref("ntc"), new_ref("ntc")
    with pytest.raises(SealBroken, match=other) as broken:
        KEYS.open(other, KEYS.seal(ref, {"a": "Fictitious"}))
    assert broken.value.code == "record_unreadable"
    assert "Fictitious" not in str(broken.value)


def test_what_is_no_reference_is_not_repeated() -> None:
    with pytest.raises(SealBroken, match="a record cannot be opened"):
        KEYS.open("typed by somebody", KEYS.seal("ntc_1", {"a": 1}))


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
    with pytest.raises(SealBroken, match="not hold"):
        KeyRing([new]).open("ntc_1", sealed)


def test_a_blind_index_finds_equals_and_tells_kinds_apart() -> None:
    assert KEYS.blind("family", "example") == KEYS.blind("family", "example")
    assert KEYS.blind("family", "example") != KEYS.blind("given", "example")
    assert KEYS.blind("family", "example") != KeyRing([new_key()]).blind("family", "example")


def test_a_blind_index_is_looked_up_under_every_key_and_kept_under_the_one_that_seals() -> None:
    old, new = new_key(), new_key()
    both = KeyRing([new, old])
    assert KeyRing([old]).blind("family", "example") in both.blinds("family", "example")
    assert (
        KeyRing([new]).blind("family", "example")
        == both.blind("family", "example")
        == both.blinds("family", "example")[0]
    )


def test_a_blind_index_tells_its_key() -> None:
    key = new_key()
    kept = KeyRing([key]).blind("family", "example")
    assert len(kept) == 16
    assert kept[:4] == index_tag(key.key_id)


def test_what_was_digested_with_an_earlier_or_a_retired_key_is_known_as_ours() -> None:
    old, new = new_key(), new_key()
    then = KeyRing([old]).digest(b"said")
    assert then in KeyRing([new, old]).digests(b"said")
    assert then in KeyRing(Keys((new,), (retired(old, ["evidence"]),))).digests(b"said")
    assert then not in KeyRing([new]).digests(b"said")


def test_a_retired_key_opens_nothing_and_its_signatures_can_still_be_verified() -> None:
    old, new = new_key(), new_key()
    signature = KeyRing([old]).signing_key("evidence").sign(b"said")
    after = KeyRing(Keys((new,), (retired(old, ["evidence"]),)))
    after.public_keys("evidence")[old.key_id].verify(signature, b"said")
    with pytest.raises(SealBroken, match="not hold"):
        after.open("ntc_1", KeyRing([old]).seal("ntc_1", "then"))


def test_a_key_seals_only_from_the_instant_that_is_set() -> None:
    later, old = new_key(datetime.now(UTC) + timedelta(hours=1)), new_key()
    ring = KeyRing([later, old])
    assert ring.newest_id == old.key_id
    from_a_clock_ahead = KeyRing([replace(later, seals_from=None)]).seal("ntc_1", "said")
    assert ring.open("ntc_1", from_a_clock_ahead) == "said"
    assert len(ring.blinds("family", "example")) == 2


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
     "[[key]]\nid = 'eightlet'\nsecret = 'YWJj'\n", "key = []\n", "key = 3\n", "[[key]]\nid = 5\nsecret = 'YWJj'\n",
     render_key_file([KEY, KEY]), render_key_file([KEY])[:-20], render_key_file([KEY]) + "seals_from = 2026-11-18\n"],
)  # fmt: skip
def test_a_corrupt_key_file_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(KeyRingError) as refused:
        read_key_ring(text, origin="keys.toml")
    assert "YWJj" not in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_key_file_reads_back_as_it_was_written() -> None:
    keys = Keys(
        (new_key(datetime(2026, 11, 18, 10, tzinfo=UTC)), new_key()), (retired(new_key(), ["evidence", "webhook"]),)
    )
    assert read_keys(render_key_file(keys), origin="keys.toml") == keys


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "is empty"), (b"\xff\xfe", "no text"), (b"[[key", "not a key file")]
)
def test_a_key_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "keys.toml"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyRingError, match=said) as refused:
        load_or_make_key_ring(path, may_make=True)
    assert str(path) in str(refused.value)
    assert path.read_bytes() == content


def test_a_key_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    write_once(path, render_key_file([KEY]))
    path.chmod(0o644)
    with pytest.raises(KeyRingError, match="chmod o="):
        load_or_make_key_ring(path, may_make=False)


def test_no_secret_shows_in_a_key_or_a_ring() -> None:
    key = new_key()
    assert key.secret.hex() not in repr(key) + repr(KeyRing([key])) + repr(render_key_file)
