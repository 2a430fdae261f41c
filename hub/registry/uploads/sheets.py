"""Which kinds of spreadsheet are there, who sends them, and which columns does the template of each show?

Any column of ``uploads_columns`` is read in any sheet; a template shows those that are used most, so that nobody is faced with
ninety. What is *asked* has to be there as a column: without it no row could be registered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.core.actor import Actor
from hub.core.errors import Invalid, NotPermitted
from hub.core.sentences import worded
from hub.registry.uploads.columns import Column, columns

Example = Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """One kind of spreadsheet. *kinds*: the kind of notice that each kind of sender registers with it."""

    name: str
    says: str
    kinds: Mapping[str, str]
    shown: tuple[str, ...]
    asked: tuple[str, ...]
    """Columns that must be there. ``a|b``: one of them is enough."""
    example: Example
    is_emergency: bool = False

    @property
    def template(self) -> list[Column]:
        """The columns of its template, in order."""
        return [columns()[path] for path in self.shown]

    def body_of(self, organisation_kind: str) -> dict[str, Any]:
        """What every row's notice has in common."""
        body: dict[str, Any] = {"kind": self.kinds[organisation_kind]}
        return body | ({"emergency": {}} if self.is_emergency else {})


_CHILD = ("child.family_name", "child.given_names", "child.born_on", "child.sex", "child.identifiers.local_id")
_NUMBERS = ("child.identifiers.nhs_number",)
_ADDRESS = ("address.lines.0", "address.lines.1", "address.lines.2", "address.postcode")
_START = ("starts", "starts-time")
_END = ("ends", "ends-time", "end_reason", "end_note")
_WORKER = ("social_worker.name", "social_worker.phone", "social_worker.email", "out_of_hours.phone")
_CARER = ("provider.urn", "provider.name", "carer.name", "carer.phone")
_APPROVED = ("approval.name", "approval.role", "approval.approved_at")
_REASONS = (
    *("needs_assessment", "suitability_reasons"),
    *("care_plan.to_follow", "care_plan.reason", "care_plan.not_given_reason"),
)
_NAMED = ("child.family_name", "child.given_names", "child.born_on")
_ANSWERS = (
    *("placing_authority", "s20_or_s21", "s31", "iro.name", "iro.phone", "iro.email", "iro.none_reason"),
    *("ehc_plan.has", "ehc_plan.authority", "ehc_plan.reason"),
)
_WHICH = ("placement", "child.identifiers.local_id")

_WHO: Example = {
    "child.family_name": "Example",
    "child.given_names": "Delete This Row",
    "child.born_on": "14/03/2012",
    "child.sex": "not known",
    "child.identifiers.local_id": "EXAMPLE-1",
}
_WHERE: Example = {
    "address.lines.0": "1 Fictitious Lane",
    "address.lines.1": "Maidstone",
    "address.postcode": "ME14 1XQ",
    "provider.name": "Example fostering",
    "carer.name": "C. Example",
    "carer.phone": "01632 960110",
}
_FOR: Example = {
    "social_worker.name": "P. Example",
    "social_worker.phone": "01632 960100",
    "social_worker.email": "p.example@council.example",
    "out_of_hours.phone": "01632 960199",
}
_PLACED: Example = {
    **_WHO,
    **_WHERE,
    **_FOR,
    "legal_status": "S31C",
    "setting": "foster carer of an agency",
    "markers": "history of going missing; county lines",
}
COUNCIL: Final = "local_authority"

SHEETS: Final[Mapping[str, Sheet]] = {
    each.name: each
    for each in (
        Sheet(
            name="planned_start",
            says="Placements that were planned",
            kinds={COUNCIL: "placement_start"},
            shown=(
                *(*_CHILD, *_NUMBERS, "legal_status", "setting", *_ADDRESS, *_CARER, *_START),
                *(*_REASONS, *_APPROVED, *_WORKER, "markers"),
            ),
            asked=(*_NAMED, "legal_status", "setting", "starts", "needs_assessment", "suitability_reasons"),
            example={
                **_PLACED,
                "starts": "25/01/2027",
                "starts-time": "10:00",
                "needs_assessment": "Example: needs a small, settled household.",
                "suitability_reasons": "Example: these carers offer that.",
                "care_plan.to_follow": "yes",
                "care_plan.reason": "Example: it is being typed.",
                "approval.name": "N. Example",
                "approval.role": "Nominated officer",
                "approval.approved_at": "20/11/2026 14:30",
            },
        ),
        Sheet(
            name="emergency_start",
            says="Placements in an emergency",
            kinds={COUNCIL: "placement_start"},
            shown=(
                *(*_CHILD, *_NUMBERS, "legal_status", "setting", *_ADDRESS, *_CARER, *_START, "emergency.reason"),
                *(*_APPROVED, *_WORKER, "markers"),
            ),
            asked=(*_NAMED, "legal_status", "setting", "starts", "emergency.reason"),
            example={
                **_PLACED,
                "starts": "21/11/2026",
                "starts-time": "22:15",
                "emergency.reason": "Example: the earlier placement ended that night.",
            },
            is_emergency=True,
        ),
        Sheet(
            name="change",
            says="Changes to placements that run",
            kinds={COUNCIL: "placement_change"},
            shown=(*_WHICH, "changed", "changed-time", "changes", "carer.name", "carer.phone", *_WORKER, "markers"),
            asked=("placement|child.identifiers.local_id", "changed"),
            example={
                "child.identifiers.local_id": "EXAMPLE-1",
                "changed": "20/11/2026",
                "changes": "Example: another social worker.",
                **_FOR,
            },
        ),
        Sheet(
            name="end",
            says="Placements that end",
            kinds={COUNCIL: "placement_end"},
            shown=(*_WHICH, *_END, "emergency.reason"),
            asked=("placement|child.identifiers.local_id", "ends", "end_reason"),
            example={
                "child.identifiers.local_id": "EXAMPLE-1",
                "ends": "30/11/2026",
                "end_reason": "returned home",
            },
        ),
        Sheet(
            name="admission",
            says="Admissions",
            kinds={"childrens_home": "home_admission", "supported_accommodation": "supported_admission"},
            shown=(*_CHILD, *_START, *_ANSWERS, "social_worker.name", "social_worker.phone", "markers"),
            asked=(*_NAMED, "starts", "placing_authority|placing_body.name", "s20_or_s21", "s31", "ehc_plan.has"),
            example={
                **_WHO,
                "starts": "18/11/2026",
                "starts-time": "16:30",
                "placing_authority": "Leeds",
                "s20_or_s21": "no",
                "s31": "yes",
                "iro.name": "I. Example",
                "iro.phone": "01632 960101",
                "ehc_plan.has": "no",
            },
        ),
        Sheet(
            name="discharge",
            says="Discharges",
            kinds={"childrens_home": "home_discharge", "supported_accommodation": "supported_discharge"},
            shown=("placement", *_CHILD, *_END),
            asked=("placement|child.family_name", "ends"),
            example={**_WHO, "ends": "20/11/2026", "ends-time": "10:00", "end_reason": "planned move"},
        ),
        Sheet(
            name="arrival",
            says="Children who arrive with a foster carer",
            kinds={"fostering_agency": "fostering_arrival"},
            shown=(*_CHILD, "placing_authority", *_START, *_ADDRESS, "carer.name", "carer.phone", "markers"),
            asked=(*_NAMED, "starts", "placing_authority|placing_body.name", "address.lines.0", "address.postcode"),
            example={
                **_WHO,
                "placing_authority": "Leeds",
                "starts": "18/11/2026",
                "address.lines.0": "1 Fictitious Lane",
                "address.lines.1": "Maidstone",
                "address.postcode": "ME14 1XQ",
                "carer.name": "C. Example",
            },
        ),
        Sheet(
            name="leaving",
            says="Children who leave a foster carer",
            kinds={"fostering_agency": "fostering_leaving"},
            shown=("placement", *_CHILD, *_END),
            asked=("placement|child.family_name", "ends"),
            example={**_WHO, "ends": "20/11/2026", "end_reason": "planned move"},
        ),
    )
}


def sheets_of(actor: Actor) -> list[Sheet]:
    """The kinds of spreadsheet that the actor's organisation sends."""
    return [each for each in SHEETS.values() if actor.organisation_kind in each.kinds]


def sheet_for(actor: Actor, name: str) -> Sheet:
    """The sheet *name*, if the actor's organisation sends such. Raises ``Invalid`` and ``NotPermitted``."""
    mine = sheets_of(actor)
    if not mine:
        raise NotPermitted("Your organisation registers no notices, so it has no spreadsheets to send.")
    found = next((each for each in mine if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in mine)
        sentence = worded("Choose what the spreadsheet tells of: {names}.", names=names)
        raise Invalid(sentence, fields={"sheet": [sentence]})
    return found
