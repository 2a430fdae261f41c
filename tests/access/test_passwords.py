"""Passwords: which are refused, how they are kept, and what the policy file may say."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hub.access import policy
from hub.access.sign_in import passwords
from hub.access.sign_in.passwords import Owner
from hub.core.errors import Invalid
from hub.duties.reading import LawError
from tests.conftest import CONFIG

PAT = Owner("pat.fictitious@leeds.example", "Pat Fictitious-O’Brien", "Leeds City Council")


def fault(password: str, owner: Owner = PAT) -> str:
    with pytest.raises(Invalid) as refusal:
        passwords.refuse_weak(password, owner)
    assert list(refusal.value.fields) == ["password"]
    return refusal.value.sentence


@pytest.mark.parametrize(
    "password",
    [
        "kettle orbit maple tuesday",
        "correcthorsebattery",
        "twelve chars",
        "no capitals no digits no signs",
        "ünüsüäl wörds hélp",
        "密码学原理与应用基础课程设计",
        "x7" * 3 + "Qr!9zL",
        "a" * 30 + " good long tail",
    ],
)
def test_a_long_password_is_taken_whatever_it_is_made_of(password: str) -> None:
    passwords.refuse_weak(password, PAT)


@pytest.mark.parametrize("password", ["", "short", "eleven char", "Tr0ub4dor&3"])
def test_a_short_one_is_refused_and_the_cure_is_said(password: str) -> None:
    said = fault(password)
    assert "at least 12 characters" in said
    assert "four words" in said


def test_one_beyond_all_measure_is_refused() -> None:
    assert "at most 200" in fault("kettle orbit " * 20)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password1234",
        "password!!!!!",
        "123456789012",
        "000000000000",
        "qwertyuiop123",
        "aaaabbbbaaaa",
    ],
)
def test_one_that_many_people_use_is_refused(password: str) -> None:
    said = fault(password)
    assert "Many people" in said
    assert password not in said


@pytest.mark.parametrize(
    ("password", "what"),
    [
        ("pat.fictitious@leeds.example", "e-mail address"),
        ("my fictitious rabbit hole", "e-mail address"),
        ("O'BRIEN mountain goat", None),
        ("obrien mountain goat", "name"),
        ("LEEDS united for ever", "e-mail address"),
        ("summer in the city hall", None),
    ],
)
def test_one_with_what_others_know_of_its_owner_is_refused(password: str, what: str | None) -> None:
    if what is None:
        passwords.refuse_weak(password, PAT)
    else:
        assert f"part of your {what}" in fault(password)


def test_the_organisations_name_is_refused_too() -> None:
    owner = Owner("p@mail.example", "Pat Fictitious", "West Yorkshire Police")
    assert "organisation's name" in fault("yorkshire pudding again", owner)


def test_characters_that_cannot_be_typed_are_refused() -> None:
    for typed in ("kettle orbit\x00maple", "kettle orbit\nmaple", "kettle orbit \ud800"):
        assert "cannot be typed" in fault(typed)


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_the_policy() -> None:
    rules = policy.in_force().password
    kept = passwords.hashed("kettle orbit maple")
    assert kept.startswith(f"$argon2id$v=19$m={rules.memory_kib},t={rules.passes},p={rules.lanes}$")
    assert passwords.hashed("kettle orbit maple") != kept
    assert passwords.matches(kept, "kettle orbit maple")
    assert not passwords.matches(kept, "kettle orbit maples")


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password() -> None:
    assert passwords.matches(passwords.hashed("caf\u00e9 orbit maple"), "cafe\u0301 orbit maple")


@pytest.mark.parametrize("kept", [None, "", "plain text", "$argon2id$v=19$m=1$broken"])
def test_where_nothing_readable_is_kept_nothing_matches(kept: str | None) -> None:
    assert not passwords.matches(kept, "")
    assert not passwords.matches(kept, "\x00nobody")


def test_a_hash_is_made_anew_when_the_parameters_rise() -> None:
    kept = passwords.hashed("kettle orbit maple")
    assert not passwords.needs_new_hash(kept)
    held = policy.in_force()
    policy.use(replace(held, password=replace(held.password, passes=held.password.passes + 1)))
    try:
        assert passwords.needs_new_hash(kept)
        assert passwords.matches(kept, "kettle orbit maple")
    finally:
        policy.use(None)


# --- the policy file ----------------------------------------------------------------------------------------------------


def altered(tmp_path: Path, pattern: str, instead: str) -> Path:
    shutil.copytree(CONFIG / "policy", tmp_path / "policy")
    file = tmp_path / "policy" / "access.toml"
    text, times = re.subn(pattern, instead, file.read_text(), count=1, flags=re.M)
    assert times == 1
    file.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "instead", "sentence"),
    [
        (r"^shortest .*$", "", "password: there is no shortest"),
        (r"^shortest .*$", "shortest = 8", "shortest is 8; it must be at least 12"),
        (r"^memory_kib .*$", "memory_kib = 1024", "memory_kib is 1024; it must be at least 19456"),
        (r"^idle_minutes .*$", "idle_minutes = 0", "idle_minutes is 0"),
        (r"^idle_minutes .*$", "idle_minutes = true", "idle_minutes must be a int"),
        (r"^call_handler .*$", "call_handlers = 240", "idle_minutes_of_role names 'call_handlers', which is no role"),
        (r"^lanes .*$", "lanes = 1\npepper = 3", "nothing is known of pepper"),
        (r"^\[throttle\]", "[throttling]", "there is no throttle"),
        (r"^dated .*$", "", "there is no dated"),
    ],
)
def test_a_policy_that_is_incomplete_unknown_or_weak_is_refused_by_name(
    tmp_path: Path, pattern: str, instead: str, sentence: str
) -> None:
    with pytest.raises(LawError) as refusal:
        policy.load_access_policy(altered(tmp_path, pattern, instead))
    assert str(refusal.value).startswith("access.toml")
    assert sentence in str(refusal.value)


def test_the_policy_as_shipped_is_read_whole() -> None:
    read = policy.load_access_policy(CONFIG)
    assert read == policy.in_force()
    assert read.session.idle_for([]) == read.session.idle
