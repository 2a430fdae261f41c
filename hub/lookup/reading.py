"""What is asked, in plain form; and whether it is enough to look for one child, rather than through all of them.

Enough is one of these, and nothing less:

- an NHS number, a unique pupil number, or a council's own number for the child with that council;
- a telephone number, where it belongs to one child alone;
- family name and given name;
- one name with something of the birth (date, month and year, year, age) or a place (postcode, home);
- something of the birth with a place;
- a council's own number without the council, with a name or something of the birth.

No part of a name, no sign that stands for letters, no date alone, no home alone. What is enough by itself and still fits many
children equally well is refused as well, by ``ranking.offered``.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from hub.core.errors import Invalid
from hub.core.sentences import worded
from hub.lookup import candidate_queries as queries
from hub.lookup.ranking import Asked, Question
from hub.registry.names.indexes import fold, identifiers_of
from hub.registry.names.places import plain_phone, plain_postcode

OLDEST: Final = 25
"""Years: care leavers are still in the hub."""
_WILD: Final = frozenset("*%?_")
_HOMES_AT_MOST: Final = 8
_LIKE_NAME: Final = 88
MINIMUM: Final = worded(
    "Say more of the child: family name and given name; or one name with the date of birth, the age, the postcode or the home; "
    "or a number that only this child has."
)


def question_of(session: Session, asked: Asked, *, today: date) -> Question:
    """*asked* in plain form. Raises ``Invalid`` naming every field that is wrong, or what to add where it is not enough."""
    if faults := _faults(asked, today):
        raise Invalid(worded("Some of what was asked cannot be looked for: see the fields."), fields=faults)
    question = Question(
        family=fold(asked.family_name),
        given=fold(asked.given_names),
        born_on=asked.born_on,
        born_year=asked.born_year,
        born_month=asked.born_month,
        age=asked.age,
        postcode=plain_postcode(asked.postcode),
        homes=_homes(session, asked.home),
        phone=plain_phone(asked.phone),
        numbers=numbers_of(asked),
        today=today,
    )
    if not is_enough(question):
        raise Invalid(MINIMUM, code="not_enough_to_look_up")
    return question


def numbers_of(asked: Asked) -> Mapping[str, str]:
    """Scheme → number as it is indexed; a council's own begins with its id, or with nothing where it is not known."""
    council = asked.placing_authority_id
    numbers = identifiers_of({"identifiers": dict(asked.identifiers)}, 0 if council is None else council)
    if council is None and "local_id" in numbers:
        numbers["local_id"] = numbers["local_id"].removeprefix("0")
    return numbers


def is_enough(question: Question) -> bool:
    """Whether *question* can be meant for one child."""
    local = question.numbers.get("local_id", "")
    if question.numbers.keys() - {"local_id"} or (local and not local.startswith(":")) or question.phone:
        return True
    names = [words for words in (question.family, question.given) if any(len(word) > 1 for word in words)]
    has_place = bool(question.postcode or question.homes is not None)
    if len(names) == 2 or (names and (question.has_birth or has_place or local)):
        return True
    return question.has_birth and bool(has_place or local)


def _faults(asked: Asked, today: date) -> dict[str, list[str]]:
    faults = _name_faults(asked) | _birth_faults(asked, today)
    read = numbers_of(asked)
    sentences = {"nhs_number": worded("This is not an NHS number: check its ten digits."),
                 "upn": worded("This is not a unique pupil number: check its letter and twelve characters.")}  # fmt: skip
    for scheme, sentence in sentences.items():
        if asked.identifiers.get(scheme) and scheme not in read:
            faults[scheme] = [sentence]
    if asked.phone.strip() and not plain_phone(asked.phone):
        faults["phone"] = [worded("Give the whole telephone number, with its area code.")]
    return faults


def _name_faults(asked: Asked) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    for name in ("family_name", "given_names"):
        said = getattr(asked, name)
        if not _WILD.isdisjoint(said):
            faults[name] = [
                worded("Write the name as it was heard. No sign stands for other letters: misspelt names are found.")
            ]
        elif said.strip() and not fold(said):
            faults[name] = [worded("There is no letter in this name.")]
    return faults


def _birth_faults(asked: Asked, today: date) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    if asked.born_on is not None and not 0 <= (today - asked.born_on).days <= (OLDEST + 1) * 366:
        faults["born_on"] = [
            worded("Check the date of birth: it lies ahead, or is more than {years} years ago.", years=OLDEST)
        ]
    if asked.born_year is not None and not today.year - OLDEST - 1 <= asked.born_year <= today.year:
        faults["born_year"] = [
            worded("Check the year of birth: it lies ahead, or is more than {years} years ago.", years=OLDEST)
        ]
    if asked.born_month is not None and (asked.born_year is None or not 1 <= asked.born_month <= 12):
        faults["born_month"] = [worded("Give the month as 1 to 12, together with the year.")]
    if asked.age is not None and not 0 <= asked.age <= OLDEST:
        faults["age"] = [worded("Give the age in whole years, 0 to {oldest}.", oldest=OLDEST)]
    return faults


def _homes(session: Session, said: str) -> tuple[int, ...] | None:
    """Ids of the homes that *said* (reference, Ofsted number, name) may mean; ``None`` where no home was named.

    Raises ``Invalid`` when none is known, or when too many have such a name.
    """
    if not said.strip():
        return None
    rows = queries.homes_numbered(session, said.strip())
    if not rows:
        wanted = " ".join(fold(said))
        every = queries.homes(session)
        rows = [row for row in every if fuzz.token_sort_ratio(" ".join(fold(row.name)), wanted) >= _LIKE_NAME]
    if not 1 <= len(rows) <= _HOMES_AT_MOST:
        sentence = worded("No home or agency has such a name.")
        if rows:
            sentence = worded("Many homes and agencies have such a name.")
        raise Invalid(
            sentence, fields={"home": [worded("{fault} Give its Ofsted number, or leave it out.", fault=sentence)]}
        )
    return tuple(row.id for row in rows)
