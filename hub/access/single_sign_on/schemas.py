"""What the routes for identity providers take and show."""

from typing import Any

import marshmallow as ma

from hub.access.permissions import ROLES
from hub.access.single_sign_on.providers import GROUPS_CLAIM
from hub.core.sentences import choose, worded
from hub.directory.schemas import Line

_MOST_GROUPS = 200


def _group_roles(**given: Any) -> ma.fields.Dict:
    return ma.fields.Dict(
        keys=Line(),
        values=ma.fields.String(validate=ma.validate.OneOf(list(ROLES), error=choose(ROLES))),
        validate=ma.validate.Length(
            1,
            _MOST_GROUPS,
            error=worded("Name 1 to {most_groups} groups, each with its role.", most_groups=_MOST_GROUPS),
        ),
        metadata={"description": "The provider's group → the role of its members here"},
        **given,
    )


class IdentityProviderIn(ma.Schema):
    """An identity provider to add."""

    name = Line(required=True, longest=80, metadata={"description": "As people know it, such as “Leeds sign-in”"})
    issuer = Line(required=True, longest=1_000, metadata={"description": "Exactly as its discovery document names it"})
    client_id = Line(required=True, metadata={"description": "What the provider calls the hub"})
    client_secret = Line(
        load_default=None, longest=500, allow_none=True, metadata={"description": "Kept sealed, never shown again"}
    )
    groups_claim = Line(load_default=GROUPS_CLAIM, metadata={"description": "The claim that lists a person's groups"})
    group_roles = _group_roles(required=True)
    proves_second_factor = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Whether `mfa` in its `amr` stands for the hub's own second factor"},
    )


class IdentityProviderChangeIn(ma.Schema):
    """What to change of an identity provider; what is left out stays. Its issuer never changes: add another one."""

    name = Line(longest=80)
    client_id = Line()
    client_secret = Line(longest=500, allow_none=True)
    groups_claim = Line()
    group_roles = _group_roles()
    proves_second_factor = ma.fields.Boolean()


class IdentityProviderOut(ma.Schema):
    """An identity provider, without its secret."""

    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    issuer = ma.fields.String(required=True)
    client_id = ma.fields.String(required=True)
    has_secret = ma.fields.Function(lambda row: row.sealed_secret is not None, metadata={"type": "boolean"})
    groups_claim = ma.fields.String(required=True)
    group_roles = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
    proves_second_factor = ma.fields.Boolean(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    disabled_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)
