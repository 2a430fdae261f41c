"""References are unguessable, never repeat, and sort by when they were made."""

from hub.core.ids import is_ref, new_ref


def test_references_have_one_shape_and_never_repeat() -> None:
    made = {new_ref("ntc") for _ in range(5_000)}
    assert len(made) == 5_000
    assert all(is_ref(ref, "ntc") and not is_ref(ref, "pla") for ref in made)


def test_neighbours_in_time_are_neighbours_in_the_index() -> None:
    assert new_ref("ntc")[4:12] <= new_ref("ntc")[4:12]


def test_what_is_not_a_reference_is_seen_at_once() -> None:
    for text in ("ntc_", "ntc_" + "u" * 26, "NTC_" + "0" * 26, "ntc_" + "0" * 26 + "\n", "ntc_../../etc/passwd"):
        assert not is_ref(text, "ntc")
