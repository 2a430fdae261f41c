"""What the codes of a comparison mean: the sentence a person reads, and the field on which two senders disagree."""

from collections.abc import Iterable, Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "names_swapped": "One sender wrote the family name where the other wrote the given name.",
    "names_alias": "The names agree through a name the child is also known by.",
    "family_same": "The family name is the same.",
    "family_half": "One part of a double family name is the same.",
    "family_near": "The family names differ by a letter or two.",
    "family_sounds": "The family names are spelt differently and sound alike.",
    "family_differs": "The family names are different.",
    "given_same": "The given name is the same.",
    "given_short": "The given names are forms of one name.",
    "given_near": "The given names are alike, but brothers and sisters often have names that are alike.",
    "given_part": "One of the given names is the same and the others are not, or are missing.",
    "given_initial": "One sender gave only the first letter of the given name.",
    "given_differs": "The given names are different.",
    "born_same": "The date of birth is the same.",
    "born_swapped": "The dates of birth are the same with day and month exchanged.",
    "born_near": "The dates of birth differ only in the day, only in the month or only in the year.",
    "born_unknown": "At least one sender gave no date of birth.",
    "born_differs": "The dates of birth are different.",
    "sex_differs": "One sender wrote female and the other male.",
    "nhs_number_same": "The NHS number is the same.",
    "nhs_number_differs": "The NHS numbers are different.",
    "upn_same": "The unique pupil number is the same.",
    "upn_differs": "The unique pupil numbers are different.",
    "local_id_same": "The local number for the child is the same.",
    "local_id_differs": "The local numbers for the child are different; each sender may have given its own.",
    "postcode_same": "The postcode of the placement is the same.",
    "home_same": "The home or agency is the same; at least one sender gave no postcode.",
    "home_elsewhere": "The home or agency is the same; the postcodes are different.",
    "place_differs": "The placements are at different addresses.",
    "place_unknown": "At least one sender gave neither an address nor a home that can be compared.",
    "start_same": "Both say it began on the same day.",
    "start_close": "The two starts are at most three days apart.",
    "start_near": "The two starts are at most a month apart.",
    "start_far": "The two starts are more than a month apart.",
    "start_unknown": "Only one of them says when it began.",
    "council_same": "Both name the same placing authority.",
    "council_unknown": "Only one of them names the placing authority.",
    "council_differs": "They name different placing authorities.",
}


_DISAGREE: Final[Mapping[str, tuple[str, ...]]] = {
    "name": (
        "names_swapped", "names_alias", "family_half", "family_near", "family_sounds", "family_differs",
        "given_short", "given_near", "given_part", "given_initial", "given_differs",
    ),
    "date_of_birth": ("born_swapped", "born_near", "born_differs"),
    "sex": ("sex_differs",),
    "identifier": ("nhs_number_differs", "upn_differs", "local_id_differs"),
    "address": ("home_elsewhere", "place_differs"),
    "start_date": ("start_close", "start_near", "start_far"),
    "placing_authority": ("council_differs",),
}  # fmt: skip


def explain(reasons: Iterable[str]) -> list[str]:
    """The sentences of *reasons*, in order."""
    return [SENTENCES[code] for code in reasons]


def differences(reasons: Iterable[str]) -> tuple[str, ...]:
    """The fields on which *reasons* say that two senders disagree."""
    codes = set(reasons)
    return tuple(field for field, signs in _DISAGREE.items() if not codes.isdisjoint(signs))
