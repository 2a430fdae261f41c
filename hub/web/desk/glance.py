"""A notice at a glance: who, where, since when, whom to ring now, what to fear. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from markupsafe import Markup, escape

from hub.core.clock import london_date
from hub.web.design import day, instant
from hub.web.pickup.sections import marker_words


@dataclass(frozen=True)
class Number:
    """Somebody to ring."""

    name: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Glance:
    """The first lines of the page; what the notice does not say is empty."""

    name: str = field(repr=False)
    born_on: Markup = field(repr=False)
    age: int | None
    address: tuple[str, ...] = field(repr=False)
    with_whom: str = field(repr=False)
    when: Markup
    worker: Number | None
    out_of_hours: Number | None
    risks: tuple[str, ...] = field(repr=False)

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.address or self.worker or self.out_of_hours)


def glance(content: Mapping[str, Any], *, now: datetime) -> Glance:
    """The first lines of a notice with this visible content (plain JSON values)."""
    child, address = content.get("child") or {}, content.get("address") or {}
    born = date.fromisoformat(child["born_on"]) if child.get("born_on") else None
    return Glance(
        name=" ".join(child[part] for part in ("given_names", "family_name") if child.get(part)),
        born_on=day(born) if born else Markup(""),
        age=_age(born, london_date(now)) if born else None,
        address=tuple(part for part in (*address.get("lines", ()), address.get("postcode")) if part),
        with_whom=_with_whom(content),
        when=_when(content),
        worker=_number(content.get("social_worker")),
        out_of_hours=_number(content.get("out_of_hours")),
        risks=tuple(marker_words(marker["marker"]) for marker in content.get("markers", ())),
    )


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _with_whom(content: Mapping[str, Any]) -> str:
    named = [(content.get(part) or {}).get("name", "") for part in ("carer", "provider")]
    return ", ".join(name for name in named if name)


def _when(content: Mapping[str, Any]) -> Markup:
    """Since when, or until when: as the notice says it."""
    ends, starts = _moment(content, "ends"), _moment(content, "starts")
    if ends:
        return escape(gettext("until %(when)s")) % {"when": ends}
    return escape(gettext("from %(when)s")) % {"when": starts} if starts else _moment(content, "changed")


def _moment(content: Mapping[str, Any], stem: str) -> Markup:
    at, on = content.get(f"{stem}_at"), content.get(f"{stem}_on")
    if at:
        return instant(datetime.fromisoformat(at))
    return day(date.fromisoformat(on)) if on else Markup("")


def _number(contact: Mapping[str, Any] | None) -> Number | None:
    if not contact or not contact.get("phone"):
        return None
    return Number(contact.get("name", ""), contact["phone"])
