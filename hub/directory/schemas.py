"""What the directory's routes take and show."""

import re
from collections.abc import Mapping
from typing import Any, Final

import marshmallow as ma

from hub.core.http import PageQuery
from hub.core.sentences import choose, worded
from hub.directory.contact_points import DESK_ROLES
from hub.directory.models import CHANNELS, KINDS

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Line(ma.fields.String):
    """One line of text: blanks are run together, and what cannot be printed (or stored) is refused."""

    def __init__(self, *, longest: int = 200, shortest: int = 1, **given: Any) -> None:
        length = ma.validate.Length(
            shortest,
            longest,
            error=worded("Enter {shortest} to {longest} characters.", shortest=shortest, longest=longest),
        )
        super().__init__(validate=length, **given)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        line = " ".join(super()._deserialize(value, attr, data, **kwargs).split())
        if not line.isprintable():
            raise ma.ValidationError("Leave out characters that cannot be printed.")
        return line


class OrganisationsQuery(PageQuery):
    """Which organisations: every filter that is given narrows."""

    kind = ma.fields.String(load_default=None, validate=ma.validate.OneOf(KINDS, error=choose(KINDS)))
    name = Line(load_default=None, metadata={"description": "Part of the name, in any case"})
    gss = Line(load_default=None, longest=9, metadata={"description": "GSS code of a council or force"})
    urn = Line(load_default=None, longest=8, metadata={"description": "Ofsted's number of a home or agency"})
    area = Line(
        load_default=None, longest=9, metadata={"description": "GSS code of the council in whose area homes stand"}
    )


class OrganisationIn(ma.Schema):
    """An organisation to add."""

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS, error=choose(KINDS)))
    name = Line(required=True)
    gss_code = Line(load_default=None, longest=9, metadata={"description": "Of a council or force"})
    urn = Line(
        load_default=None, longest=8, metadata={"description": "Of a home or agency: SC and six figures, or 6 to 7"}
    )
    area_gss = Line(load_default=None, longest=9, metadata={"description": "Of a home: the council where it stands"})
    postcode = Line(load_default=None, longest=10, metadata={"description": "Of a home"})
    address = Line(load_default=None, longest=500, metadata={"description": "Of a home; kept sealed"})
    phone = Line(load_default=None, longest=30, metadata={"description": "Of a home; kept sealed"})


class OrganisationChangeIn(ma.Schema):
    """What to change of an organisation; what is left out stays."""

    name = Line()
    urn = Line(longest=8, allow_none=True)
    area_gss = Line(longest=9, allow_none=True)
    postcode = Line(longest=10, allow_none=True)
    address = Line(longest=500, allow_none=True)
    phone = Line(longest=30, allow_none=True)


class DirectoryEntryOut(ma.Schema):
    """An organisation. A home's postcode, address and telephone are shown to itself and the operator only."""

    ref = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    gss_code = ma.fields.String(required=True, allow_none=True)
    urn = ma.fields.String(required=True, allow_none=True)
    area_gss = ma.fields.String(required=True, allow_none=True)
    joined_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    valid_from = ma.fields.Date(required=True, allow_none=True)
    valid_to = ma.fields.Date(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)
    postcode = ma.fields.String(allow_none=True)
    address = ma.fields.String(allow_none=True)
    phone = ma.fields.String(allow_none=True)


def _day() -> ma.fields.List[str]:
    return ma.fields.List(
        ma.fields.String(), validate=ma.validate.Length(equal=2), metadata={"example": ["09:00", "17:00"]}
    )


class OpeningHours(ma.Schema):
    """When a desk is open, Europe/London. A day left out is closed; closing at or before opening is the next morning."""

    mon = _day()
    tue = _day()
    wed = _day()
    thu = _day()
    fri = _day()
    sat = _day()
    sun = _day()
    bank_holidays = ma.fields.Boolean(load_default=False, metadata={"description": "Whether it opens on bank holidays"})

    @ma.validates_schema
    def _check(self, hours: Mapping[str, Any], **_: Any) -> None:
        named = {day: hours[day] for day in DAYS if day in hours}
        if not named:
            raise ma.ValidationError("Name at least one day, such as “mon”, or leave opening_hours out: always open.")
        for day, (opens, closes) in named.items():
            if not _CLOCK.fullmatch(opens) or not (_CLOCK.fullmatch(closes) or closes == "24:00"):
                raise ma.ValidationError("Write the times as 09:00 and 17:00.", field_name=day)


class ContactPointIn(ma.Schema):
    """A contact point to add."""

    role = ma.fields.String(required=True, validate=ma.validate.OneOf(DESK_ROLES, error=choose(DESK_ROLES)))
    channel = ma.fields.String(required=True, validate=ma.validate.OneOf(CHANNELS, error=choose(CHANNELS)))
    address = Line(load_default="", shortest=0, longest=2_000, metadata={"description": "Empty for the inbox"})
    purpose = Line(required=True, metadata={"description": "What it is for, in the organisation's words"})
    opening_hours = ma.fields.Nested(OpeningHours, load_default=None, allow_none=True)
    takes_digest = ma.fields.Boolean(load_default=False)
    valid_from = ma.fields.Date(load_default=None, allow_none=True)
    valid_to = ma.fields.Date(load_default=None, allow_none=True)
    signing = ma.fields.String(
        load_default="hmac",
        validate=ma.validate.OneOf(("hmac", "ed25519"), error=choose(("hmac", "ed25519"))),
        metadata={"description": "Of a webhook: how messages to it are signed"},
    )


class ContactPointChangeIn(ma.Schema):
    """What to change of a contact point; what is left out stays."""

    role = ma.fields.String(validate=ma.validate.OneOf(DESK_ROLES, error=choose(DESK_ROLES)))
    address = Line(longest=2_000)
    purpose = Line()
    opening_hours = ma.fields.Nested(OpeningHours, allow_none=True)
    takes_digest = ma.fields.Boolean()
    valid_to = ma.fields.Date(allow_none=True)


class VerificationIn(ma.Schema):
    """Who found that a contact point reaches its desk."""

    verified_by = Line(required=True, metadata={"description": "The person who tried it: name and role"})
    address = Line(
        load_default=None, longest=2_000, metadata={"description": "What was tried; refused if it has changed"}
    )
    expires_on = ma.fields.Date(load_default=None, metadata={"description": "Twelve months from now unless given"})


class SecretIn(ma.Schema):
    """How messages to a webhook are to be signed from now on."""

    signing = ma.fields.String(
        load_default="hmac", validate=ma.validate.OneOf(("hmac", "ed25519"), error=choose(("hmac", "ed25519")))
    )
    keep_previous = ma.fields.Boolean(
        load_default=True, metadata={"description": "Sign with the previous one as well, until the next rotation"}
    )


class SigningOut(ma.Schema):
    """What a webhook's receiver needs to verify signatures (Standard Webhooks); a secret is shown this once."""

    secret = ma.fields.String(required=True, allow_none=True)
    public_key = ma.fields.String(required=True, allow_none=True)


class ContactPointOut(ma.Schema):
    """A contact point. ``is_used``: in force, verified, and not found broken."""

    ref = ma.fields.String(required=True)
    role = ma.fields.String(required=True)
    channel = ma.fields.String(required=True)
    address = ma.fields.String(required=True)
    purpose = ma.fields.String(required=True)
    opening_hours = ma.fields.Nested(OpeningHours, required=True, allow_none=True)
    takes_digest = ma.fields.Boolean(required=True)
    is_used = ma.fields.Boolean(required=True)
    verified_by = ma.fields.String(required=True, allow_none=True)
    verified_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    expires_on = ma.fields.Date(required=True, allow_none=True)
    flagged_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    valid_from = ma.fields.Date(required=True)
    valid_to = ma.fields.Date(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)


class SignedContactPointOut(ContactPointOut):
    """A contact point and, of a webhook, how its messages are signed."""

    signing = ma.fields.Nested(SigningOut, required=True, allow_none=True)


class FindingOut(ma.Schema):
    """What is wrong with one contact point."""

    contact_point = ma.fields.String(required=True)
    role = ma.fields.String(required=True)
    channel = ma.fields.String(required=True)
    problem = ma.fields.String(
        required=True, validate=ma.validate.OneOf(("unverified", "flagged", "expired", "expires_soon"))
    )
    since = ma.fields.Date(required=True)


class ReachabilityOut(ma.Schema):
    """How one organisation can be reached today."""

    organisation = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    on = ma.fields.Date(required=True)
    reaches_nobody = ma.fields.Boolean(required=True)
    cannot_reach = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Roles that a ladder may name and nothing reaches"}
    )
    findings = ma.fields.List(ma.fields.Nested(FindingOut), required=True)


class PlaceQuery(ma.Schema):
    """Which place."""

    postcode = Line(required=True, longest=20)
    placing = Line(load_default=None, longest=9, metadata={"description": "GSS code of the placing authority"})


class CandidateOut(ma.Schema):
    """A council that part of a postcode may lie in."""

    authority = ma.fields.String(required=True)
    authority_name = ma.fields.String(required=True)


class PlaceOut(ma.Schema):
    """Which council and police force answer for a postcode, or the reason why none is named."""

    postcode = ma.fields.String(required=True)
    authority = ma.fields.String(required=True, allow_none=True)
    authority_name = ma.fields.String(required=True, allow_none=True)
    police_force = ma.fields.String(required=True, allow_none=True)
    police_force_name = ma.fields.String(required=True, allow_none=True)
    nation = ma.fields.String(required=True, allow_none=True)
    relation = ma.fields.String(required=True, allow_none=True)
    relation_basis = ma.fields.String(required=True, allow_none=True)
    confidence = ma.fields.String(required=True)
    reason = ma.fields.String()
    disagreement = ma.fields.String(
        metadata={"description": "How a second opinion differs, where one is set up and does. The answer stands."}
    )
    candidates = ma.fields.List(ma.fields.Nested(CandidateOut))
