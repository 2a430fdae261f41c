"""What the calculator asks, event by event: only what some duty of that event turns on. No question could name a child."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import lazy_gettext

from hub.directory.areas import Areas
from hub.duties.words import CATEGORIES, LEGAL_STATUSES, MARKERS, SETTINGS
from hub.web.fact_words import CATEGORY_WORDS, MARKER_WORDS, SETTING_WORDS, STATUS_WORDS

Kind = Literal["council", "postcode", "choice", "number", "moment", "yes_no", "checkboxes", "radios"]
Options = list[tuple[str, str]]
BEYOND: Final = (("S92000003", lazy_gettext("Scotland")), ("N92000002", lazy_gettext("Northern Ireland")))
"""Countries whose councils the hub does not hold, by their GSS codes."""


@dataclass(frozen=True)
class Question:
    """One control, or several that make one answer. ``name``: the path in ``FactsIn``."""

    name: str
    kind: Kind
    words: str
    hint: str = ""


@dataclass(frozen=True)
class Asked:
    """One event: what happened, in words, and what is asked of it. ``further`` is asked for who knows it."""

    event: str
    words: str
    first: tuple[Question, ...]
    further: tuple[Question, ...]

    @property
    def path(self) -> str:
        """How it stands in an address."""
        return self.event.replace("_", "-")

    @property
    def names(self) -> tuple[str, ...]:
        """The controls of its form."""
        return tuple(question.name for question in (*self.first, *self.further))


def _when(stem: str, words: str, hint: str = "") -> Question:
    return Question(stem, "moment", words, hint)


_PLACING: Final = Question("placing_authority", "council", lazy_gettext("Which council is responsible for the child?"))
_PLACED_BY: Final = Question(
    "placing_authority",
    "council",
    lazy_gettext("Which council placed the child?"),
    lazy_gettext("Leave it empty if no council did."),
)
_POSTCODE: Final = Question(
    "placement_postcode",
    "postcode",
    lazy_gettext("What is the postcode of the placement?"),
    lazy_gettext("It is not kept."),
)
_HOST: Final = Question(
    "host_authority",
    "council",
    lazy_gettext("Or: whose area is the placement in?"),
    lazy_gettext("If you do not know the postcode, or it is not in England or Wales."),
)
_SETTING: Final = Question("setting", "choice", lazy_gettext("Where does the child live?"))
_AGE: Final = Question("age", "number", lazy_gettext("How old is the child?"))
_STATUS: Final = Question(
    "legal_status",
    "choice",
    lazy_gettext("What is the child’s legal status?"),
    lazy_gettext("Leave it empty, and the child is taken to be looked after."),
)
_DAYS: Final = Question(
    "short_break.days",
    "number",
    lazy_gettext("Of a short break: how many days does this stay last?"),
    lazy_gettext("Leave both numbers empty if it is no short break."),
)
_ALL_DAYS: Final = Question(
    "short_break.days_in_12_months",
    "number",
    lazy_gettext("Of a short break: how many days in 12 months, this stay included?"),
)
_MARKERS: Final = Question("markers", "checkboxes", lazy_gettext("Is any of these known of the child?"))
_CATEGORY: Final = Question("category", "radios", lazy_gettext("Missing, or away?"))

EVENTS: Final = (
    Asked(
        "placement_start",
        lazy_gettext("A placement starts"),
        (
            *(_PLACING, _POSTCODE, _HOST, _SETTING),
            _when("starts", lazy_gettext("When does the placement start?")),
            Question(
                "emergency",
                "yes_no",
                lazy_gettext("Is it an emergency?"),
                lazy_gettext("An emergency is a placement that could not be planned. Other times run."),
            ),
        ),
        (
            _when("approved", lazy_gettext("When was it approved, if it was?")),
            *(_STATUS, _AGE, _DAYS, _ALL_DAYS),
            _when("ends", lazy_gettext("When is it to end, if that is known?")),
            _MARKERS,
        ),
    ),
    Asked(
        "placement_change",
        lazy_gettext("Details of a running placement change"),
        (*(_PLACING, _POSTCODE, _HOST), _when("reported", lazy_gettext("When did they change?"))),
        (_SETTING, _STATUS, _AGE, _DAYS, _ALL_DAYS),
    ),
    Asked(
        "placement_end",
        lazy_gettext("A placement ends"),
        (
            *(_PLACING, _POSTCODE, _HOST, _SETTING),
            _when("ends", lazy_gettext("When does it end?")),
            Question("emergency", "yes_no", lazy_gettext("Did it end at once, or before anybody could be told?")),
        ),
        (_STATUS, _AGE, _when("starts", lazy_gettext("When did it start?"))),
    ),
    Asked(
        "admission",
        lazy_gettext("A home takes a child in"),
        (_SETTING, _POSTCODE, _HOST, _when("starts", lazy_gettext("When does the child arrive?"))),
        (_PLACED_BY, _STATUS, _AGE, _when("ends", lazy_gettext("When is the stay to end, if that is known?"))),
    ),
    Asked(
        "discharge",
        lazy_gettext("A child leaves a home"),
        (_SETTING, _POSTCODE, _HOST, _when("ends", lazy_gettext("When does the child leave?"))),
        (_PLACED_BY, _STATUS, _AGE, _when("starts", lazy_gettext("When did the child arrive?"))),
    ),
    Asked(
        "missing",
        lazy_gettext("A child is missing"),
        (_CATEGORY, _PLACING, _when("reported", lazy_gettext("When was it reported?"))),
        (_SETTING, _POSTCODE, _HOST, _AGE),
    ),
    Asked(
        "return",
        lazy_gettext("A missing child returns"),
        (_CATEGORY, _PLACING, _when("returned", lazy_gettext("When did the child return?"))),
        (_POSTCODE, _HOST, _AGE),
    ),
)
BY_PATH: Final[Mapping[str, Asked]] = {asked.path: asked for asked in EVENTS}

_OPTIONS: Final[Mapping[str, Options]] = {
    "setting": [(word, SETTING_WORDS[word]) for word in SETTINGS],
    "legal_status": [(word, STATUS_WORDS[word]) for word in LEGAL_STATUSES],
    "markers": [(word, MARKER_WORDS[word]) for word in MARKERS],
    "category": [(word, CATEGORY_WORDS[word]) for word in CATEGORIES],
}


def options_for(areas: Areas) -> dict[str, Options]:
    """What each question offers to choose from, by its name."""
    councils = sorted((council.short_name, council.gss_code) for council in areas.authorities.values())
    listed = [(code, name) for name, code in councils]
    return {**_OPTIONS, "placing_authority": listed, "host_authority": [*listed, *BEYOND]}


WRONG: Final[Mapping[str, str]] = {
    "placing_authority": lazy_gettext("Choose the council that is responsible for the child."),
    "placement_postcode": lazy_gettext(
        "We cannot tell whose area this postcode is in. Check it, or choose the council below."
    ),
    "host_authority": lazy_gettext("Enter the postcode above, or choose the council here."),
    "setting": lazy_gettext("Choose where the child lives from the list."),
    "age": lazy_gettext("Enter the age in whole years, from 0 to 25."),
    "legal_status": lazy_gettext("Choose the legal status from the list."),
    "starts": lazy_gettext("Enter the day on which it starts or started."),
    "ends": lazy_gettext("Enter the day on which it ends or ended, not before it starts."),
    "approved": lazy_gettext("Enter the day of the approval, or leave it empty."),
    "reported": lazy_gettext("Enter the day on which it changed or was reported."),
    "returned": lazy_gettext("Enter the day on which the child returned."),
    "emergency": lazy_gettext("Choose yes or no."),
    "category": lazy_gettext("Choose missing or away."),
    "markers": lazy_gettext("Choose from the list, or choose nothing."),
    "short_break.days": lazy_gettext(
        "Enter both numbers in whole days, this stay being part of the 12 months; or leave both empty."
    ),
    "short_break.days_in_12_months": lazy_gettext("Enter this number of whole days too, or leave both empty."),
}
"""What to enter instead, in each control: the API's own sentences name fields of JSON."""
