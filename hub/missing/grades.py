"""Grades of risk as forces give them, and when a low one asks for a reason. Pure; the reason is advice, never a bar.

The bottom grade has had several names: “no apparent risk” and “absent” are ``very_low``. What was written is kept
beside the code, as it was written.
"""

from collections.abc import Collection
from typing import Final

from hub.core.errors import Invalid
from hub.missing.models import GRADES

_ALIASES: Final = {
    "very_low_risk": "very_low", "no_apparent_risk": "very_low", "no_risk": "very_low", "absent": "very_low",
    "low_risk": "low", "medium_risk": "medium", "high_risk": "high",
}  # fmt: skip
LOWEST: Final = frozenset({"very_low", "low"})
MARKER, ADVICE, NOT_ASKED = "protecting_marker", "out_of_area", "childrens_services_not_asked"
REASONS: Final = (MARKER, ADVICE, NOT_ASKED)
"""Why a reason is asked for, in the order in which they weigh."""


def read_grade(text: str) -> str:
    """The code of a grade as a force writes it. Raises ``Invalid`` for one that no force uses."""
    plain = "_".join(text.replace("-", " ").replace("/", " ").replace("_", " ").casefold().split())
    code = plain if plain in GRADES else _ALIASES.get(plain)
    if code is None:
        sentence = (
            "Choose very low, low, medium or high. “No apparent risk” and “absent” are very low. "
            "What your force calls it can be written beside it."
        )
        raise Invalid(sentence, fields={"grade": [sentence]}, code="unknown_grade")
    return code


def reason_needed(
    grade: str,
    *,
    markers: Collection[str],
    protecting: Collection[str],
    is_out_of_area: bool,
    childrens_services_asked: bool,
) -> tuple[str, ...]:
    """Why the coordinator is asked for a reason for this grade, as codes; empty: no reason is asked for.

    Asked of a low grade for a child with a marker of *protecting*, for one placed out of area (to be treated as at high risk when
    missing), or given before children's services were asked. The grade is recorded whatever is answered.
    """
    if grade not in LOWEST:
        return ()
    holds = {
        MARKER: bool(set(markers) & set(protecting)),
        ADVICE: is_out_of_area,
        NOT_ASKED: not childrens_services_asked,
    }
    return tuple(code for code in REASONS if holds[code])
