"""What the codes of a comparison mean: the sentence a person reads, and the field on which two senders disagree."""

from collections.abc import Iterable, Mapping
from typing import Final

from hub.core.sentences import worded

SENTENCES: Final[Mapping[str, str]] = {
    "names_swapped": worded("One sender wrote the family name where the other wrote the given name."),
    "names_alias": worded("The names agree through a name the child is also known by."),
    "family_same": worded("The family name is the same."),
    "family_half": worded("One part of a double family name is the same."),
    "family_near": worded("The family names differ by a letter or two."),
    "family_sounds": worded("The family names are spelt differently and sound alike."),
    "family_differs": worded("The family names are different."),
    "given_same": worded("The given name is the same."),
    "given_short": worded("The given names are forms of one name."),
    "given_near": worded("The given names are alike, but brothers and sisters often have names that are alike."),
    "given_part": worded("One of the given names is the same and the others are not, or are missing."),
    "given_initial": worded("One sender gave only the first letter of the given name."),
    "given_differs": worded("The given names are different."),
    "born_same": worded("The date of birth is the same."),
    "born_swapped": worded("The dates of birth are the same with day and month exchanged."),
    "born_near": worded("The dates of birth differ only in the day, only in the month or only in the year."),
    "born_unknown": worded("At least one sender gave no date of birth."),
    "born_differs": worded("The dates of birth are different."),
    "sex_differs": worded("One sender wrote female and the other male."),
    "nhs_number_same": worded("The NHS number is the same."),
    "nhs_number_differs": worded("The NHS numbers are different."),
    "upn_same": worded("The unique pupil number is the same."),
    "upn_differs": worded("The unique pupil numbers are different."),
    "local_id_same": worded("The local number for the child is the same."),
    "local_id_differs": worded("The local numbers for the child are different; each sender may have given its own."),
    "postcode_same": worded("The postcode of the placement is the same."),
    "home_same": worded("The home or agency is the same; at least one sender gave no postcode."),
    "home_elsewhere": worded("The home or agency is the same; the postcodes are different."),
    "place_differs": worded("The placements are at different addresses."),
    "place_unknown": worded("At least one sender gave neither an address nor a home that can be compared."),
    "start_same": worded("Both say it began on the same day."),
    "start_close": worded("The two starts are at most three days apart."),
    "start_near": worded("The two starts are at most a month apart."),
    "start_far": worded("The two starts are more than a month apart."),
    "start_unknown": worded("Only one of them says when it began."),
    "council_same": worded("Both name the same placing authority."),
    "council_unknown": worded("Only one of them names the placing authority."),
    "council_differs": worded("They name different placing authorities."),
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
