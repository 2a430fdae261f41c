"""What the routes for teams take and show."""

import marshmallow as ma

from hub.core.ids import REF_PATTERN
from hub.directory.schemas import Line


class TeamIn(ma.Schema):
    """A team: its name, and everybody who belongs to it."""

    name = Line(required=True, longest=80, error_messages={"required": "Enter what the team is called."})
    people = ma.fields.List(
        ma.fields.String(validate=ma.validate.Regexp(REF_PATTERN, error="Send references of people.")),
        load_default=list,
        validate=ma.validate.Length(max=500),
        metadata={"description": "References of people of your organisation"},
    )


class MemberOut(ma.Schema):
    """Somebody who belongs to a team."""

    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    is_disabled = ma.fields.Boolean(required=True)


class TeamOut(ma.Schema):
    """A team of your organisation."""

    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    people = ma.fields.List(ma.fields.Nested(MemberOut), required=True)
