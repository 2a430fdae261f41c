"""A second opinion on a postcode from a postcodes.io service: optional, off by default, and never more than an opinion.

A placement's postcode says where a child lives, so an authority that asks an outside service should run its own copy.
The question goes in the body of a POST, never in the address, which servers and proxies write to their logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from hub.core.sentences import worded
from hub.directory.areas import Areas, Resolution


@dataclass(frozen=True)
class SecondOpinion:
    """What the service says. ``listed`` is False for a postcode that is unknown, out of use or malformed there."""

    listed: bool
    district: str | None = None
    police_force_gss: str | None = None
    nation: str | None = None


def second_opinion(
    postcode: str, *, base_url: str, session: requests.Session, timeout: tuple[float, float]
) -> SecondOpinion | None:
    """Ask the service at *base_url* about *postcode*; *timeout* is (connect, read) in seconds.

    None means that there is no opinion: the service is off (an empty *base_url*), did not answer in time, or answered
    something that is not an answer. It never raises for what the service does.
    """
    if not base_url:
        return None
    try:
        answer = session.post(
            f"{base_url.rstrip('/')}/postcodes", json={"postcodes": [postcode]}, timeout=timeout, allow_redirects=False
        )
        document = answer.json() if answer.status_code == requests.codes.ok else None
    except (requests.RequestException, RecursionError):
        return None
    return _opinion(document)


def disagreement(resolution: Resolution, opinion: SecondOpinion | None, areas: Areas) -> str | None:
    """One sentence saying how *opinion* differs from *resolution*, or None. The resolution stands; a person decides."""
    if opinion is None:
        return None
    if not opinion.listed:
        believed = resolution.confidence in ("exact", "listed", "check", "outside")
        return (
            worded("The second opinion does not list this postcode as one in use. Check the address.")
            if believed
            else None
        )
    there = areas.authority_of_district(opinion.district) if opinion.district else None
    if there != resolution.authority:
        ours = resolution.authority.short_name if resolution.authority else worded("no authority")
        theirs = there.short_name if there else opinion.nation or worded("a place we do not know")
        return _unless_same(ours, theirs, resolution, opinion)
    return _force_differs(resolution, opinion)


def _unless_same(ours: str, theirs: str, resolution: Resolution, opinion: SecondOpinion) -> str | None:
    """Both may say "Scotland", the one through a nation and the other through a district we do not keep."""
    if resolution.authority is None and opinion.nation == resolution.nation:
        return None
    return worded(
        "We find {ours} for this postcode, and the second opinion finds {theirs}. Check the address.",
        ours=ours,
        theirs=theirs,
    )


def _force_differs(resolution: Resolution, opinion: SecondOpinion) -> str | None:
    force = resolution.police_force
    if force is None or opinion.police_force_gss in (None, force.gss_code):
        return None
    return worded(
        "We find {force}, and the second opinion finds police area {area}. Check the address.",
        force=force.name,
        area=opinion.police_force_gss,
    )


def _opinion(document: Any) -> SecondOpinion | None:
    """Read ``{"status": 200, "result": [{"query": …, "result": {…} or null}]}``; None for any other shape."""
    items = document.get("result") if isinstance(document, Mapping) else None
    if not isinstance(items, list) or len(items) != 1 or not isinstance(items[0], Mapping) or "result" not in items[0]:
        return None
    found = items[0]["result"]
    if found is None:
        return SecondOpinion(listed=False)
    return _found(found) if isinstance(found, Mapping) else None


def _found(found: Mapping[str, Any]) -> SecondOpinion | None:
    """``pfa`` is missing from older services and may be null; without a district or a country there is no opinion."""
    codes = found.get("codes")
    district = _text(codes.get("admin_district")) if isinstance(codes, Mapping) else None
    force = _text(codes.get("pfa")) if isinstance(codes, Mapping) else None
    nation = _text(found.get("country"))
    return SecondOpinion(True, district, force, nation) if district or nation else None


def _text(value: Any) -> str | None:
    return value[:40] if isinstance(value, str) and value else None
