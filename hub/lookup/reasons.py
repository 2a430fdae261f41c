"""Why a child was offered: what each code of a likeness means, as the sentence a person reads. No code holds a value."""

from collections.abc import Iterable, Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "names_swapped": "Family name and given name were asked for the other way round.",
    "names_alias": "The names agree with one that the child is also known by.",
    "family_same": "The family name is the same.",
    "family_half": "The family name is one part of a double name.",
    "family_slip": "The family names differ by one letter.",
    "family_slips": "The family names differ by a few letters.",
    "family_spelling": "The family names may be spellings of one name from another alphabet.",
    "family_sounds": "The family names sound alike.",
    "family_near": "The family names are somewhat alike.",
    "family_differs": "The family names are different.",
    "given_same": "The given name is the same.",
    "given_part": "One of the given names is the same.",
    "given_short": "The given names are forms of one name.",
    "given_initial": "The given name begins with the same letter.",
    "given_slip": "The given names differ by one letter.",
    "given_slips": "The given names differ by a few letters.",
    "given_spelling": "The given names may be spellings of one name from another alphabet.",
    "given_sounds": "The given names sound alike.",
    "given_near": "The given names are somewhat alike.",
    "given_differs": "The given names are different.",
    "born_same": "The date of birth is the same.",
    "born_swapped": "The dates of birth are the same with day and month exchanged.",
    "born_near": "The dates of birth are one day, one month or one year apart.",
    "born_part": "One part of the date of birth is different.",
    "born_in_same": "The child was born in the year or month that was asked for.",
    "born_unknown": "The hub does not know when the child was born.",
    "born_differs": "The dates of birth are different.",
    "age_same": "The age is the same.",
    "age_near": "The ages are a year or two apart.",
    "postcode_same": "A placement has this postcode.",
    "postcode_differs": "No placement has this postcode.",
    "phone_same": "A carer or home has this telephone number.",
    "phone_differs": "No carer or home has this telephone number.",
    "home_same": "A placement is at this home.",
    "home_differs": "No placement is at this home.",
    "place_unknown": "The hub does not know enough of where the child lives to compare it.",
    "nhs_number_same": "The NHS number is the same.",
    "nhs_number_differs": "The NHS numbers are different.",
    "upn_same": "The unique pupil number is the same.",
    "upn_differs": "The unique pupil numbers are different.",
    "local_id_same": "The council's own number is the same.",
    "local_id_differs": "The council's own numbers are different.",
    "number_unknown": "The hub does not know such a number of the child.",
}


def explain(why: Iterable[str]) -> list[str]:
    """The sentences of *why*, in order."""
    return [SENTENCES[code] for code in why]
