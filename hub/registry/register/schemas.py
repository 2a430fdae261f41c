"""How a register is asked for, searched and counted."""

from marshmallow import Schema, fields, validate

from hub.core.http import PageQuery
from hub.duties.words import SETTINGS
from hub.registry.register.queries import ORDERS, PROVENANCES
from hub.registry.register.residents_queries import STANDINGS
from hub.registry.schemas_out import PlacementBriefOut
from hub.registry.schemas_parts import PERSONAL, DateOfBirth, Day, Words, gss_code, one_of

RELATIONS = ("in_area", "adjoining", "distant")


class RegisterCountsQuery(Schema):
    """Of which children: those who live here, or (``ended``) who did."""

    ended = fields.Boolean(load_default=False)


class RegisterQuery(PageQuery):
    """Which entries: of children who live here, or (``ended``) who did; each further part narrows."""

    ended = fields.Boolean(load_default=False)
    provenance = one_of(PROVENANCES, load_default=None)
    setting = one_of(SETTINGS, load_default=None)
    placing_authority = gss_code(load_default=None)
    relation = one_of(RELATIONS, load_default=None)
    area_confirmed = fields.Boolean(load_default=None)
    since = Day(load_default=None, metadata={"description": "Arrived on that day or later"})
    order = one_of(ORDERS, load_default="newest")


class RegisterSearchIn(Schema):
    """What is known of a child: in the body, for nothing personal stands in an address. Every part that is given must fit."""

    name = Words(100, personal=True, metadata={**PERSONAL, "description": "Words of names, from their beginning"})
    born_on = DateOfBirth(metadata=PERSONAL)
    reference = Words(60, personal=True)


class RegisterCountOut(Schema):
    """How many entries one placing authority has in the register, by how they are known."""

    placing_authority = fields.String(required=True, allow_none=True)
    gss_code = fields.String(required=True, allow_none=True)
    notified = fields.Integer(required=True, validate=validate.Range(min=0))
    inferred = fields.Integer(required=True, validate=validate.Range(min=0))
    discovered = fields.Integer(required=True, validate=validate.Range(min=0))


class RegisterCountsOut(Schema):
    """The register in numbers."""

    items = fields.List(fields.Nested(RegisterCountOut), required=True)


class ResidentsQuery(PageQuery):
    """Which children: those whose arrival you told of, those you expect, or those who have left."""

    standing = one_of(STANDINGS, load_default="living")


class CouncilNoticeOut(Schema):
    """Whether the placing authority has told the host: come, late, reminded (still owed) or not_owed."""

    state = one_of(("come", "late", "reminded", "not_owed"), required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    is_overdue = fields.Boolean(required=True)
    is_as_planned = fields.Boolean(required=True)
    source = fields.List(fields.String(), required=True)


class ResidentOut(PlacementBriefOut):
    """A child whom your organisation looks after, expects, or looked after."""

    child = fields.Dict(keys=fields.String(), required=True, metadata=PERSONAL)
    council_notice = fields.Nested(CouncilNoticeOut, required=True)
    arrival_notice = fields.String(required=True, allow_none=True)
    leaving_notice = fields.String(required=True, allow_none=True)
