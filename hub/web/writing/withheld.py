"""Who is not told, because that would put the child at risk of significant harm (SI 2010/959 reg 13(3)): from whom, and why."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from hub.web.writing.filling import Body
from hub.web.writing.questions import TELLS, Group, Question, Section
from hub.web.writing.words import WITHHELD_FROM

KEY: Final = "risks"
"""The section in which it is asked."""
_PATH: Final = "contacts_withheld"
_FEWEST, _MOST = 2, 20
_NUMBERED: Final = re.compile(rf"{_PATH}\.(\d{{1,2}})\.")
_TITLE: Final = lazy_gettext("Somebody is not told, to protect the child")


def with_withheld(section: Section, kind: str, body: Body, form: "MultiDict[str, str]") -> Section:
    """*section* with a pair of questions for each person who is not told, and for one more."""
    if section.key != KEY or kind not in TELLS:
        return section
    typed = [int(match[1]) + 1 for name in form if (match := _NUMBERED.match(name))]
    count = min(max(_FEWEST, len(body.get(_PATH, ())) + 1, *typed), _MOST)
    asked = tuple(question for number in range(count) for question in _asked(number))
    return replace(section, groups=(*section.groups, Group(str(_TITLE), asked, is_folded=True)))


def _asked(number: int) -> Iterator[Question]:
    path, nth = f"{_PATH}.{number}", number + 1
    who = (
        gettext("%(number)s. Who else is not told?")
        if number
        else gettext("%(number)s. Who is not told of the placement?")
    )
    yield Question(f"{path}.withheld_from", "choice", who % {"number": nth}, kinds=TELLS, options=WITHHELD_FROM)
    why = gettext("%(number)s. Why would telling them put the child at risk of significant harm?", number=nth)
    yield Question(f"{path}.reason", "longer", why, kinds=TELLS, rows=2)


def withheld_rows(body: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Each person who is not told, and why: to be checked before it is sent."""
    return [
        (gettext("Not told: %(who)s", who=WITHHELD_FROM[each["withheld_from"]]), each["reason"].splitlines())
        for each in body.get(_PATH, ())
    ]
