"""Why a child was offered: what each code of a likeness means, as the sentence a person reads. No code holds a value."""

from collections.abc import Iterable, Mapping
from typing import Final

from hub.core.sentences import worded

SENTENCES: Final[Mapping[str, str]] = {
    "names_swapped": worded("Family name and given name were asked for the other way round."),
    "names_alias": worded("The names agree with one that the child is also known by."),
    "family_same": worded("The family name is the same."),
    "family_half": worded("The family name is one part of a double name."),
    "family_slip": worded("The family names differ by one letter."),
    "family_slips": worded("The family names differ by a few letters."),
    "family_spelling": worded("The family names may be spellings of one name from another alphabet."),
    "family_sounds": worded("The family names sound alike."),
    "family_near": worded("The family names are somewhat alike."),
    "family_differs": worded("The family names are different."),
    "given_same": worded("The given name is the same."),
    "given_part": worded("One of the given names is the same."),
    "given_short": worded("The given names are forms of one name."),
    "given_initial": worded("The given name begins with the same letter."),
    "given_slip": worded("The given names differ by one letter."),
    "given_slips": worded("The given names differ by a few letters."),
    "given_spelling": worded("The given names may be spellings of one name from another alphabet."),
    "given_sounds": worded("The given names sound alike."),
    "given_near": worded("The given names are somewhat alike."),
    "given_differs": worded("The given names are different."),
    "born_same": worded("The date of birth is the same."),
    "born_swapped": worded("The dates of birth are the same with day and month exchanged."),
    "born_near": worded("The dates of birth are one day, one month or one year apart."),
    "born_part": worded("One part of the date of birth is different."),
    "born_in_same": worded("The child was born in the year or month that was asked for."),
    "born_unknown": worded("The hub does not know when the child was born."),
    "born_differs": worded("The dates of birth are different."),
    "age_same": worded("The age is the same."),
    "age_near": worded("The ages are a year or two apart."),
    "postcode_same": worded("A placement has this postcode."),
    "postcode_differs": worded("No placement has this postcode."),
    "phone_same": worded("A carer or home has this telephone number."),
    "phone_differs": worded("No carer or home has this telephone number."),
    "home_same": worded("A placement is at this home."),
    "home_differs": worded("No placement is at this home."),
    "place_unknown": worded("The hub does not know enough of where the child lives to compare it."),
    "nhs_number_same": worded("The NHS number is the same."),
    "nhs_number_differs": worded("The NHS numbers are different."),
    "upn_same": worded("The unique pupil number is the same."),
    "upn_differs": worded("The unique pupil numbers are different."),
    "local_id_same": worded("The council's own number is the same."),
    "local_id_differs": worded("The council's own numbers are different."),
    "number_unknown": worded("The hub does not know such a number of the child."),
}


def explain(why: Iterable[str]) -> list[str]:
    """The sentences of *why*, in order."""
    return [SENTENCES[code] for code in why]
