"""What the routes for people, invitations and sessions take and show."""

import marshmallow as ma

from hub.core.http import PageQuery
from hub.core.ids import REF_PATTERN
from hub.directory.schemas import Line

_OTHERS = "For the operator: another's reference"


def _roles() -> "ma.fields.List[str]":
    each = ma.fields.String(validate=ma.validate.Length(1, 40))
    return ma.fields.List(each, required=True, validate=ma.validate.Length(1, 20))


class PeopleQuery(PageQuery):
    """Whose people, or whose invitations."""

    organisation = Line(load_default=None, longest=30, metadata={"description": _OTHERS})


class PersonOut(ma.Schema):
    """Somebody who signs in for an organisation."""

    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    signs_in_with = ma.fields.String(
        required=True,
        metadata={"description": "`password`, `provider` (the organisation's own sign-in), or `none` until one is set"},
    )
    new_email = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Asked for, and in force once the person has followed the link that was sent there"},
    )
    created_at = ma.fields.AwareDateTime(required=True)
    disabled_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class RolesIn(ma.Schema):
    """The roles that a person is to hold, all of them."""

    roles = _roles()


class NameIn(ma.Schema):
    """What a person is called."""

    name = Line(required=True, longest=100)


class NewAddressIn(ma.Schema):
    """Another e-mail address for a person."""

    email = Line(required=True, longest=254)


class NewAddressOut(ma.Schema):
    """An address that was asked for. Its link is in the message that was sent there, and nowhere else."""

    person = ma.fields.String(required=True, attribute="person_ref")
    email = ma.fields.String(required=True)
    asked_by = ma.fields.String(required=True)
    asked_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class InvitationIn(ma.Schema):
    """Whom to ask in, and as what."""

    name = Line(required=True, longest=100)
    email = Line(required=True, longest=254)
    roles = _roles()
    organisation = Line(load_default=None, longest=30, metadata={"description": _OTHERS})


class LetterOut(ma.Schema):
    """What became of the e-mail that carries a link."""

    state = ma.fields.String(required=True, validate=ma.validate.OneOf(["queued", "sent", "failed"]))
    code = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "The mail server's last reply code, or one word"}
    )
    closed_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When it was sent or given up"}
    )


class InvitationOut(ma.Schema):
    """An invitation that waits. Its link is in the message to the invited person, and nowhere else."""

    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    person = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Whose new password it is for; null: a new account"}
    )
    invited_by = ma.fields.String(required=True)
    invited_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    mail = ma.fields.Nested(
        LetterOut, required=True, allow_none=True, metadata={"description": "Whether its e-mail went out"}
    )


class NewPasswordIn(ma.Schema):
    """Whether the person has lost their second factors too."""

    forgets_factors = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Also forget the app, the passkeys and the codes; new ones are set up at sign-in"},
    )


class SessionsQuery(PageQuery):
    """Whose sessions."""

    person = ma.fields.String(
        load_default=None,
        validate=ma.validate.Regexp(REF_PATTERN, error="Send the reference of a person."),
        metadata={"description": "For an administrator: a person of the organisation; else one's own"},
    )


class SessionOut(ma.Schema):
    """A browser in which a person is signed in."""

    ref = ma.fields.String(required=True)
    person = ma.fields.String(required=True)
    device = ma.fields.String(required=True)
    factors = ma.fields.List(ma.fields.String(), required=True)
    began_at = ma.fields.AwareDateTime(required=True)
    seen_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    is_this_one = ma.fields.Boolean(required=True)
