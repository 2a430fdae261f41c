"""From what was sent to what the law turns on: the facts of one case, without a name, a birth date or an address."""

from datetime import date, datetime

from hub.core.clock import london_date
from hub.directory.areas import Authority
from hub.duties.facts import Council, Facts, ShortBreak
from hub.registry.content import ENDS, Content, at_of, date_only, is_emergency
from hub.registry.places import Place

_SETTING_OF = {
    "home_admission": "childrens_home",
    "home_discharge": "childrens_home",
    "supported_admission": "supported_accommodation",
    "supported_discharge": "supported_accommodation",
    "fostering_arrival": "foster_ifa",
    "fostering_leaving": "foster_ifa",
}
NOT_SAID = "not_said"
"""The legal status of a placement that no sender has given."""


def facts_of(
    event: str,
    content: Content,
    *,
    placing: Authority | None,
    place: Place,
    relation: str | None,
    approved_at: datetime | None,
) -> Facts:
    """The facts of *event* (a word of the rulebook) as *content* gives them."""
    starts_at, ends_at = at_of(content, "starts"), at_of(content, "ends")
    happened = ends_at if content["kind"] in ENDS else starts_at
    return Facts(
        event=event,
        placing=_council(placing),
        host=_council(place.host),
        host_country=place.country,
        relation=relation,
        setting=setting_of(content),
        age=_age(content.get("child", {}).get("born_on"), happened),
        legal_status=legal_status_of(content),
        starts_at=starts_at,
        ends_at=ends_at,
        approved_at=approved_at,
        reported_at=at_of(content, "changed"),
        emergency=is_emergency(content),
        short_break=ShortBreak(**content["short_break"]) if "short_break" in content else None,
        markers=frozenset(marker["marker"] for marker in content.get("markers", ())),
        date_only=date_only(content),
    )


def setting_of(content: Content) -> str | None:
    """The kind of placement: as given, or what the sender's kind of notice implies."""
    setting: str | None = content.get("setting") or _SETTING_OF.get(content["kind"])
    return setting


def legal_status_of(content: Content) -> str | None:
    """The legal status as given. A home's answers to reg 41 name none: section 31 is a supervision order too, 21 is not 20."""
    status: str | None = content.get("legal_status")
    return status


def _age(born_on: date | None, at: datetime | None) -> int | None:
    """Whole years at *at*; somebody born on 29 February comes of age on 1 March."""
    if born_on is None or at is None:
        return None
    day = london_date(at)
    return max(day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day)), 0)


def _council(authority: Authority | None) -> Council | None:
    return Council(authority.gss_code, authority.name, authority.nation) if authority else None
