"""Given names that are one name: short forms, and spellings of names written in another alphabet. Small on purpose.

A pair that is not listed is put to a person; a pair listed wrongly would link two children. So only forms that nobody
gives to two brothers or sisters are here.
"""

from typing import Final

_GROUPS: Final = """
abdallah abdullah abdulla
abigail abby abi
ahmed ahmad achmed
alexander alex sandy alec
alexandra alex lexi
andrew andy drew
anthony antony tony
benjamin ben benji
catherine katherine kathryn kate katie cathy kathy
charlotte lottie charlie
christopher chris kit
daniel dan danny
david dave davey
deborah debbie debra
dominic dominik dom
edward ed eddie ted ned
elizabeth elisabeth liz lizzie beth betty eliza
frederick fred freddie
gabriel gabe
hussein hussain husain hossein
ibrahim ebrahim
isabella isobel isabel izzy bella
jacob jake
james jim jimmy
jennifer jenny jen
jessica jess jessie
john johnny jon
jonathan jon jonny
joseph joe joey
joshua josh
kenneth ken kenny
lawrence laurence larry
leonard len lenny
margaret maggie meg peggy
matthew matt matty
michael mike mick mickey mikey
mohammed muhammad mohammad mohamed muhammed mohamad mohd muhamad
natasha tasha
nathaniel nathan nat
nicholas nicolas nick nicky
nicola nicky nikki
oliver ollie olly
omar umar omer
patrick pat paddy
peter pete
philip phillip phil
rebecca becky becca
richard rick ricky dick
robert rob robbie bob bobby bert
samantha sam sammy
samuel sam sammy
stephanie steph
stephen steven steve stevie
susan sue susie
syed sayed sayyid
thomas tom tommy
timothy tim timmy
victoria vicky tori
william will bill billy
yasmin yasmine
yousef youssef yusef yusuf
zachary zach zack
"""
_SHARED: Final = "mohammed muhammad mohammad mohamed muhammed mohamad mohd muhamad syed sayed sayyid abdul abdel"
SHARED_FIRST: Final = frozenset(_SHARED.split())
"""First names that brothers may share, so that alone they do not tell one from another."""

_GROUPS_OF: Final[dict[str, frozenset[int]]] = {}
for _number, _line in enumerate(_GROUPS.split("\n")):
    for _name in _line.split():
        _GROUPS_OF[_name] = _GROUPS_OF.get(_name, frozenset()) | {_number}


def is_one_name(one: str, other: str) -> bool:
    """Whether two folded given names are forms of the same name."""
    return one == other or not _GROUPS_OF.get(one, frozenset()).isdisjoint(_GROUPS_OF.get(other, frozenset()))
