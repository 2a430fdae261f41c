"""The parts of a notice, as they are sent: strict (unknown fields are refused), each fault said to a person.

Only shape is judged here. What the law asks for at submission is ``minimum``; what cannot be true is ``plausible``; so a draft
may be as incomplete as it likes. Fields that could name or find a child carry ``metadata={"personal": True}``.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from stdnum.gb import nhs, upn

from hub.core.ids import REF_PATTERN
from hub.core.sentences import choose, worded
from hub.duties.words import MARKERS

PERSONAL: Final = {"personal": True}
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""Years that a calendar of ours can count in: anything else is a slip of the hand."""

SEXES: Final = ("female", "male", "other", "not_known")
AUDIENCES: Final = ("host_authority", "police_force", "placing_authority", "provider", "health_body")
"""Who may be shown a marker; its author's own organisation always sees it. ``provider``: the home or agency; ``health_body``: one
to which the host passed the notice on."""
USUAL_AUDIENCE: Final = ("host_authority", "police_force", "placing_authority")
"""Who sees it where nobody said: the councils that answer for the child, and the force."""
GSS_PATTERN: Final = r"^[A-Za-z][0-9]{8}$"
URN_PATTERN: Final = r"^(SC[0-9]{6}|[0-9]{6,7}|XXXXXXX)$"
"""Ofsted's shapes; the last stands for a number that is withheld, and names no home."""


_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Words(fields.String):
    """Text a person wrote: trimmed, not empty, of bounded length, without control characters."""

    def __init__(self, most: int, *, personal: bool = False, **given: Any) -> None:
        given.setdefault("metadata", dict(PERSONAL) if personal else {})
        too_long = worded("Write at most {most} characters.", most=most)
        super().__init__(validate=validate.Length(min=1, max=most, error=too_long), **given)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **given)).strip()
        if not text:
            raise ValidationError("Write something here, or leave it out.")
        if _UNPRINTABLE.search(text):
            raise ValidationError("Remove the characters that cannot be printed.")
        return text


class Fact(fields.Boolean):
    """``true`` or ``false``, and nothing that merely resembles them."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Say true or false.")
        return value


class Day(fields.Date):
    """A civil date, ``2026-03-27``."""

    example: date = date(2026, 3, 27)
    """Such a date, for whoever is to be told how one is entered: here, in a form (``hub.web.forms``) and in a sheet."""

    def __init__(self, **given: Any) -> None:
        said = worded("Enter a date like {example}.", example=self.example.isoformat())
        super().__init__(error_messages={"invalid": said}, **given)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **given)
        _refuse_far_years(day.year)
        return day


class DateOfBirth(Day):
    """The day on which a child was born."""

    example = date(2012, 3, 27)


class Instant(fields.AwareDateTime):
    """An instant with its offset, ``2026-03-31T14:30:00+01:00``; kept in UTC."""

    def __init__(self, **given: Any) -> None:
        said = {
            "invalid": "Enter a date and time like 2026-03-31T14:30:00+01:00.",
            "invalid_awareness": "Say which zone the time is in: end it with Z or an offset like +01:00.",
        }
        super().__init__(format="iso", error_messages={**said, **given.pop("error_messages", {})}, **given)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> datetime:
        instant = super()._deserialize(value, attr, data, **given)
        _refuse_far_years(instant.year)
        return instant.astimezone(UTC)


def _refuse_far_years(year: int) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValidationError("Check the year.")


def ref_of(prefix: str, **given: Any) -> fields.String:
    """A field for a public reference with *prefix*."""
    pattern = REF_PATTERN.replace("[a-z]{3}", prefix)
    sentence = worded("This is not a reference of the right kind: it begins {prefix}_.", prefix=prefix)
    return fields.String(validate=validate.Regexp(pattern, error=sentence), **given)


def one_of(words: tuple[str, ...], **given: Any) -> fields.String:
    """A field for one word of a closed list."""
    return fields.String(validate=validate.OneOf(words, error=choose(words)), **given)


def gss_code(**given: Any) -> fields.String:
    """A field for the GSS code of a council; former codes are followed later."""
    return fields.String(
        validate=validate.Regexp(GSS_PATTERN, error="Enter the council's GSS code, such as E06000001."), **given
    )


class IdentifiersIn(Schema):
    """Numbers by which others know the child. Each is optional; those with a check digit are checked."""

    local_id = Words(40, personal=True)
    nhs_number = fields.String(metadata={**PERSONAL, "description": "Ten digits; spaces are allowed"})
    upn = fields.String(metadata={**PERSONAL, "description": "Unique pupil number: a letter and twelve characters"})

    @validates_schema
    def _check_digits(self, given: dict[str, Any], **_: Any) -> None:
        faults = {}
        if "nhs_number" in given and not nhs.is_valid(given["nhs_number"]):
            faults["nhs_number"] = ["This is not an NHS number: check its ten digits."]
        if "upn" in given and not upn.is_valid(given["upn"]):
            faults["upn"] = ["This is not a unique pupil number: check its letter and twelve characters."]
        if faults:
            raise ValidationError(faults)


class ChildIn(Schema):
    """The child, as the sender knows them."""

    family_name = Words(100, personal=True)
    given_names = Words(100, personal=True)
    aliases = fields.List(Words(100, personal=True), validate=validate.Length(max=10, error="Give at most ten."))
    born_on = DateOfBirth(metadata=PERSONAL)
    sex = one_of(SEXES, metadata=PERSONAL)
    identifiers = fields.Nested(IdentifiersIn, metadata=PERSONAL)


class AddressIn(Schema):
    """Where the child lives or will live."""

    lines = fields.List(
        Words(100, personal=True), validate=validate.Length(min=1, max=5, error="Give one to five lines.")
    )
    postcode = Words(12, personal=True)


class ContactIn(Schema):
    """How somebody who works with the child is reached."""

    name = Words(120, personal=True)
    phone = Words(40)
    email = fields.Email(error_messages={"invalid": "Enter an e-mail address."}, validate=validate.Length(max=254))


class ReceivingBodyIn(ContactIn):
    """The body that receives the child outside England and Wales."""


class AreaIn(Schema):
    """The council that the sender says the child lives in, when the postcode cannot say or says wrongly."""

    host_authority = gss_code(required=True)
    reason = Words(500)


class ProviderIn(Schema):
    """The home, supported accommodation or agency: by its reference here, by Ofsted's number, or by name."""

    ref = ref_of("org")
    urn = fields.String(
        validate=validate.Regexp(
            URN_PATTERN, error="A URN is SC and six digits, or six or seven digits, or XXXXXXX where it is withheld."
        )
    )
    name = Words(160, personal=True)
    phone = Words(40)


class EmergencyIn(Schema):
    """Why it could not be planned."""

    reason = Words(1000, personal=True, required=True, error_messages={"required": "Say why it was an emergency."})


class ShortBreakIn(Schema):
    """One stay of a series of short breaks (SI 2010/959 reg 48)."""

    days = fields.Integer(strict=True, required=True, validate=validate.Range(1, 365))
    days_in_12_months = fields.Integer(strict=True, required=True, validate=validate.Range(1, 366))


class CarePlanIn(Schema):
    """The care plan: sent now, already supplied, to follow, or why it is not given."""

    file = ref_of("fil")
    supplied_on = Day()
    to_follow = Fact()
    reason = Words(1000, personal=True)
    not_given_reason = Words(1000, personal=True)

    @validates_schema
    def _one_answer(self, given: dict[str, Any], **_: Any) -> None:
        if given.get("to_follow") and not given.get("reason"):
            raise ValidationError({"reason": ["Say why the care plan is to follow."]})
        if given.get("supplied_on") and not given.get("file"):
            raise ValidationError({"file": ["Name the file that was supplied, so that it can be proved."]})
        if given.get("to_follow") and (given.get("file") or given.get("not_given_reason")):
            raise ValidationError({"to_follow": ["Give the file, or say that it is to follow; not both."]})


class ApprovalIn(Schema):
    """The nominated officer's or director's approval (SI 2010/959 reg 11)."""

    name = Words(120, required=True, error_messages={"required": "Enter the approver's name."})
    role = Words(120, required=True, error_messages={"required": "Enter the approver's role."})
    delegation_ref = Words(120)
    approved_at = Instant(required=True, error_messages={"required": "Enter when it was approved."})


class IroIn(ContactIn):
    """The independent reviewing officer, or why none is named."""

    none_reason = Words(300, personal=True)


class EhcPlanIn(Schema):
    """Whether there is an education, health and care plan, and which council maintains it (SI 2015/541 reg 41)."""

    has = one_of(("yes", "no", "not_known"), required=True, metadata=PERSONAL)
    authority = gss_code()
    reason = Words(300, personal=True)


class MarkerIn(Schema):
    """A risk or vulnerability, separable from the fact of the placement."""

    marker = one_of(MARKERS, required=True, metadata=PERSONAL)
    detail = Words(1000, personal=True)
    author = Words(120)
    source = Words(200, personal=True)
    noted_on = Day()
    review_on = Day()
    audience = fields.List(one_of(AUDIENCES), load_default=lambda: list(USUAL_AUDIENCE))


class HeldIn(Schema):
    """That a plan or form exists and who holds it: never the form itself."""

    held = Fact(required=True)
    by = Words(160, personal=True)
    updated_on = Day()


class WithheldIn(Schema):
    """From whom notice is withheld because it would put the child at risk (SI 2010/959 reg 13(3))."""

    withheld_from = one_of(
        ("parent", "contact_person", "previous_carer"),
        required=True,
        error_messages={"required": "Say from whom notice is withheld, or leave out why."},
    )
    reason = Words(
        1000,
        personal=True,
        required=True,
        error_messages={"required": "Say why telling them would put the child at risk, or leave out from whom."},
    )


class PlaceIn(Schema):
    """A school or a surgery."""

    name = Words(160, personal=True)
    address = Words(400, personal=True)
    phone = Words(40)


class FileIn(Schema):
    """A file already uploaded, and as what it is sent."""

    file = ref_of("fil", required=True)
    part = one_of(("care_plan", "needs_assessment", "risk_assessment", "trigger_plan", "other"), required=True)


class AuthorIn(Schema):
    """Who wrote it, or signed it off."""

    name = Words(120, required=True)
    role = Words(120)
