"""What the directory was told of areas, over HTTP: for the operator, who decides."""

from typing import Any, Final

import marshmallow as ma

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, PageQuery, page_of, resource, route
from hub.directory import area_corrections
from hub.directory.areas import Areas
from hub.directory.states import CORRECTION

blp = Blueprint(
    "area_corrections",
    __name__,
    url_prefix="/api/v1",
    description="Corrections of areas: what redirected notices told of a postcode",
)
Body = dict[str, Any]
_GSS: Final = {"description": "GSS code"}


class AreaCorrectionsQuery(PageQuery):
    """Which corrections."""

    state = ma.fields.String(load_default="proposed", validate=ma.validate.OneOf(CORRECTION.states))


class AreaCorrectionOut(ma.Schema):
    """A postcode that the tables give to one council, and another has accepted an address at. Of the postcode its first half."""

    ref = ma.fields.String(required=True)
    postcode_begins = ma.fields.String(required=True, metadata={"description": "Such as ME14"})
    from_authority = ma.fields.String(required=True, allow_none=True, metadata=_GSS)
    from_authority_name = ma.fields.String(required=True, allow_none=True)
    to_authority = ma.fields.String(required=True, metadata=_GSS)
    to_authority_name = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(CORRECTION.states))
    proposed_at = ma.fields.AwareDateTime(required=True)
    decided_by = ma.fields.String(required=True, allow_none=True)
    decided_at = ma.fields.AwareDateTime(required=True, allow_none=True)


@route(
    blp,
    "GET",
    "/area-corrections",
    permission="area.correct",
    query=AreaCorrectionsQuery,
    out=AreaCorrectionOut,
    paged=True,
)
def list_area_corrections(_actor: Actor, query: Body) -> Body:
    """List what waits for the operator, or what was decided."""
    with resource(Database).read() as session:
        shown = area_corrections.listed(
            session, state=query["state"], after=query["cursor"], at_most=query["limit"] + 1, areas=resource(Areas)
        )
    return page_of(shown, query, ref=lambda row: str(row["ref"]))


@route(
    blp,
    "POST",
    "/area-corrections/<ref>/confirmation",
    permission="area.correct",
    out=AreaCorrectionOut,
    status=201,
)
def confirm_area_correction(actor: Actor, ref: str) -> Body:
    """Confirm it: within half a minute notices about that postcode go to the council that accepted."""
    return _decided(actor, ref, "confirm")


@route(blp, "POST", "/area-corrections/<ref>/refusal", permission="area.correct", out=AreaCorrectionOut, status=201)
def refuse_area_correction(actor: Actor, ref: str) -> Body:
    """Refuse it, or take back that it was confirmed: the tables stand."""
    return _decided(actor, ref, "refuse")


def _decided(actor: Actor, ref: str, action: str) -> Body:
    with resource(Database).write() as session:
        return area_corrections.decide(session, actor, ref, action, areas=resource(Areas), now=utc_now())
