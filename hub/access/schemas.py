"""What the routes for clients and keys take and show."""

import marshmallow as ma

from hub.access.permissions import SCOPES
from hub.access.service import LIFETIME_DAYS, LONGEST_LIFETIME_DAYS
from hub.core.http import PageQuery
from hub.core.sentences import choose
from hub.directory.schemas import Line


class ClientsQuery(PageQuery):
    """Whose clients."""

    organisation = Line(
        load_default=None, longest=30, metadata={"description": "For the operator: another's reference"}
    )


class ClientIn(ma.Schema):
    """A client to add."""

    name = Line(required=True, metadata={"description": "The system that will use it"})
    scopes = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(list(SCOPES), error=choose(SCOPES))),
        required=True,
        validate=ma.validate.Length(1, 10),
    )


class KeyOut(ma.Schema):
    """A key, without what makes it one."""

    ref = ma.fields.String(required=True)
    prefix = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    revoked_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    used_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When it was last used, to the hour; null: not yet"}
    )


class ClientOut(ma.Schema):
    """A client of an organisation, and its keys, oldest first."""

    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    scopes = ma.fields.List(ma.fields.String(), required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    disabled_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    keys = ma.fields.List(ma.fields.Nested(KeyOut), required=True)


class KeyIn(ma.Schema):
    """How long a new key is to be good for."""

    lifetime_days = ma.fields.Integer(
        load_default=LIFETIME_DAYS, strict=True, validate=ma.validate.Range(1, LONGEST_LIFETIME_DAYS)
    )
    replaces_oldest = ma.fields.Boolean(
        load_default=False, metadata={"description": "Where two keys are good already, revoke the older one"}
    )


class IssuedKeyOut(ma.Schema):
    """A new key. ``text`` is what goes after ``Bearer``; it is shown this once."""

    ref = ma.fields.String(required=True)
    prefix = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
