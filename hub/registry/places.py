"""Where a child lives or will live: which council and force answer there, and how sure that is. Asks no database."""

from dataclasses import dataclass, replace
from typing import Final

from hub.core.errors import Invalid
from hub.core.sentences import worded
from hub.directory.areas import Areas, Authority, PoliceForce, Resolution
from hub.duties.wording import country_words
from hub.registry.content import Content

OUTSIDE: Final = "outside_england_and_wales"


@dataclass(frozen=True)
class Place:
    """``is_confirmed`` is false while only the sender says which council it is: the host's acceptance confirms it.

    ``host`` and ``force`` are ``None`` outside England and Wales, where ``country`` is named instead.
    """

    host: Authority | None
    force: PoliceForce | None
    country: str | None
    is_confirmed: bool
    basis: str
    warnings: tuple[str, ...] = ()


def place_of(
    content: Content, *, areas: Areas, home_postcode: str | None = None, home_area: str | None = None
) -> Place:
    """The place that *content* tells of; a home that gives no address means its own.

    Raises ``Invalid`` when no council can be told from what was sent; an unknown postcode never blocks, because the sender may
    name the council in ``area``.
    """
    if country := content.get("country"):
        _refuse_at_home(content, areas)
        return Place(None, None, country, True, worded("The sender names the country."), (_not_modelled(country),))
    postcode = content.get("address", {}).get("postcode") or home_postcode
    found = areas.resolve(postcode) if postcode else None
    if "area" in content:
        return _named(content, found, areas)
    if found is not None and found.authority is not None:
        return _resolved(found)
    if home_area and "address" not in content:
        return _in_area(areas, home_area, worded("The directory says where the home is."))
    raise _unresolved(found)


def relation_of(place: Place, placing_gss: str | None, *, areas: Areas) -> str | None:
    """How the place lies to the placing authority's area: in_area, adjoining, distant; ``None`` while one is unknown."""
    if place.country:
        return OUTSIDE
    if place.host is None or placing_gss is None:
        return None
    return areas.relation(placing_gss, place.host.gss_code).kind


def _resolved(found: Resolution) -> Place:
    sure = found.confidence != "check"
    basis = worded("The postcode lies there.")
    return Place(found.authority, found.police_force, None, sure, basis, (found.reason,) if found.reason else ())


def _named(content: Content, found: Resolution | None, areas: Areas) -> Place:
    """The council that the sender names, against what the postcode says: another than the postcode's needs a reason."""
    area = content["area"]
    authority = areas.authority(area["host_authority"], field="area.host_authority")
    by_postcode = found.authority if found else None
    if by_postcode == authority and found is not None:
        return _resolved(found)
    if by_postcode is not None and not area.get("reason"):
        sentence = worded(
            "The postcode lies in {there}. Say why the host is {host}.",
            there=by_postcode.short_name,
            host=authority.short_name,
        )
        raise Invalid(sentence, fields={"area.reason": [sentence]})
    place = _in_area(areas, authority.gss_code, worded("The sender names the council; the host has not confirmed it."))
    reason = found.reason if found and found.reason else None
    return replace(place, is_confirmed=False, warnings=(reason,) if reason else ())


def _refuse_at_home(content: Content, areas: Areas) -> None:
    """A postcode of a council of ours under another country's name would leave that council untold: a slip of the hand."""
    postcode = content.get("address", {}).get("postcode")
    found = areas.resolve(postcode) if postcode else None
    if found is not None and found.authority is not None:
        sentence = worded(
            "The postcode lies in {there}, in {nation}. Correct it, or leave the country out.",
            there=found.authority.short_name,
            nation=found.authority.nation,
        )
        raise Invalid(sentence, fields={"country": [sentence]})


def _in_area(areas: Areas, gss_code: str, basis: str) -> Place:
    authority = areas.authority(gss_code)
    return Place(authority, areas.force_of(authority.gss_code), None, True, basis)


def _unresolved(found: Resolution | None) -> Invalid:
    """Why no council could be told, and what to do: name it, or the country."""
    if found is not None and found.confidence == "outside" and found.reason:
        return Invalid(found.reason, fields={"country": [found.reason]}, code="outside_england_and_wales")
    if found is not None and found.candidates:
        sentence = worded(
            "The postcode does not tell which council it is. Say in which council's area it is: it may be {councils}.",
            councils=", ".join(council.short_name for council in found.candidates),
        )
    else:
        sentence = worded(
            "The postcode does not tell which council it is. Say in which council's area it is; the notice is then marked "
            "“area not confirmed”."
        )
    return Invalid(sentence, fields={"area.host_authority": [sentence]}, code="area_not_known")


def _not_modelled(country: str) -> str:
    return worded(
        "The rules of {country} are not modelled here; a person must check what else is owed.",
        country=country_words(country),
    )
