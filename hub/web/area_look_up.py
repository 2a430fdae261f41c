"""Whose area is this postcode in? Asked by static/postcode.js while somebody types; one sentence is the answer.

The postcode comes in the body and is nowhere kept: where a child lives is in no address and no log.
"""

from typing import Final

from flask import Blueprint, request
from flask_babel import gettext, lazy_gettext

from hub.access.permissions import COUNCIL
from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.http import resource
from hub.directory import queries as directory
from hub.directory.areas import Areas, Resolution
from hub.directory.postcodes import read_postcode
from hub.web.signed_in import acting, install_refusals, may

blp = Blueprint("area_look_up", __name__, url_prefix="/areas", template_folder="templates")
install_refusals(blp)

_LONGEST: Final = 20
_MOST_NAMED: Final = 4
_RELATIONS: Final = {
    "in_area": lazy_gettext("That is in your own area."),
    "adjoining": lazy_gettext("That area adjoins yours."),
    "distant": lazy_gettext("That area does not adjoin yours: a distant placement."),
}
_REASONS: Final = {
    "terminated": lazy_gettext("The postcode is not in use any more. Check the address."),
    "check": lazy_gettext("The postcode directory names another police force. Check the address."),
}


@blp.post("/look-up")
@may("area.read")
def look_up() -> dict[str, str]:
    """Say which council and police force answer for a postcode, and how it lies to the council of whoever asks."""
    found = resource(Areas).resolve(request.form.get("postcode", "")[:_LONGEST])
    return {"said": in_words(found, _own_area(acting()))}


def in_words(found: Resolution, own_gss: str | None) -> str:
    """What is known of a postcode, in a sentence or two; *own_gss*: the council that asks, if it is one."""
    if found.authority is None or found.police_force is None:
        return _unplaced(found)
    place = gettext("%(council)s. %(force)s.", council=found.authority.name, force=found.police_force.name)
    said = [str(place), str(_REASONS.get(found.confidence, ""))]
    if own_gss:
        said.append(str(_RELATIONS[resource(Areas).relation(own_gss, found.authority.gss_code).kind]))
    return " ".join(filter(None, said))


def _unplaced(found: Resolution) -> str:
    if found.confidence == "outside":
        return str(
            gettext(
                "%(postcode)s is in %(nation)s. No council of England or Wales answers for it.",
                postcode=found.postcode,
                nation=found.nation,
            )
        )
    names = [authority.short_name for authority in found.candidates]
    if found.confidence == "partial" and len(names) <= _MOST_NAMED:
        return str(
            gettext("So far: %(councils)s. Enter the whole postcode.", councils=str(gettext(" or ")).join(names))
        )
    if not read_postcode(found.postcode).full:
        return str(gettext("Enter the whole postcode, such as ME14 1XQ."))
    return str(gettext("That postcode is not in the directory. Check it, or choose the council yourself."))


def _own_area(actor: Actor) -> str | None:
    if actor.organisation_kind not in COUNCIL or actor.organisation_id is None:
        return None
    with resource(Database).read() as session:
        gss: str | None = directory.by_ids(session, [actor.organisation_id])[actor.organisation_id].gss_code
    return gss
