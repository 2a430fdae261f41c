"""How people write the words of closed lists in a cell: beside the API's own words, which are always taken."""

from collections.abc import Mapping
from typing import Final

SPOKEN: Final[Mapping[str, str]] = {
    "foster_ifa": "foster carer of an agency",
    "foster_own": "foster carer of our own",
    "foster_other_la": "foster carer of another council",
    "connected_person": "connected person",
    "childrens_home": "children's home",
    "secure_home": "secure children's home",
    "parent": "with a parent",
    "adoption": "placed for adoption",
    "health": "hospital or other health setting",
    "independent": "independent living",
    "cse": "child sexual exploitation",
    "cce": "child criminal exploitation",
    "missing_history": "history of going missing",
    "suicide_self_harm": "suicide or self-harm",
    "uasc": "unaccompanied child",
    "outside_uk": "outside the UK",
}
"""The API's word → how the template says it, where it is not the word itself with spaces."""

ALSO: Final[Mapping[str, str]] = {
    "m": "male",
    "boy": "male",
    "f": "female",
    "girl": "female",
    "unknown": "not_known",
    "u": "not_known",
    "ifa": "foster_ifa",
    "independent fostering agency": "foster_ifa",
    "in house foster care": "foster_own",
    "inhouse fostering": "foster_own",
    "kinship": "connected_person",
    "residential": "childrens_home",
    "residential childrens home": "childrens_home",
    "semi independent": "supported_accommodation",
    "county lines": "cce",
    "criminal exploitation": "cce",
    "sexual exploitation": "cse",
    "self harm": "suicide_self_harm",
    "drugs": "substance_misuse",
    "section 20": "S20",
    "section 31": "S31C",
    "full care order": "S31C",
    "care order": "S31C",
    "interim care order": "S38",
    "emergency protection order": "S44",
    "police protection": "S46",
    "returned to parents": "returned_home",
    "y": "yes",
    "n": "no",
    "dont know": "not_known",
}
"""What people write → the API's word, where a column's list has it."""

TRUE: Final = frozenset({"yes", "y", "true", "t", "1", "x", "✓", "✔", "oes", "ydy"})
FALSE: Final = frozenset({"no", "n", "false", "f", "0", "nac oes", "nag ydy"})
