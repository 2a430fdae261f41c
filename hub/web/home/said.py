"""What a home's notice says, in the lines that are checked before it is sent and compared where two people wrote at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext, lazy_gettext

from hub.directory.areas import Areas
from hub.web.design import day, instant
from hub.web.fact_words import STATUS_WORDS

if TYPE_CHECKING:
    from hub.web.home.sheets import Sheet

END_WORDS: Final[Mapping[str, str]] = {
    "planned_move": lazy_gettext("Moved to another placement, as planned"),
    "breakdown": lazy_gettext("The placement broke down"),
    "immediate_risk": lazy_gettext("Moved at once, because of a risk"),
    "returned_home": lazy_gettext("Returned to their family"),
    "turned_18": lazy_gettext("Turned 18"),
    "adopted": lazy_gettext("Was adopted"),
    "detained": lazy_gettext("Is detained"),
    "order_ended": lazy_gettext("The order ended"),
    "responsibility_transferred": lazy_gettext("Another council took over"),
    "died": lazy_gettext("Died"),
    "other": lazy_gettext("Something else"),
}
YES_NO: Final = {True: lazy_gettext("Yes"), False: lazy_gettext("No")}
Fact = tuple[str, Any]


def facts_of(content: Mapping[str, Any], sheet: "Sheet", *, areas: Areas) -> list[Fact]:
    """What *content* (plain JSON) says: pairs of what and its words."""
    return _of_arrival(content, sheet, areas) if sheet.is_arrival else _of_leaving(content)


def name_of(child: Mapping[str, Any]) -> str:
    """A child's names as they are said."""
    return " ".join(filter(None, (child.get("given_names"), child.get("family_name"))))


def _of_arrival(content: Mapping[str, Any], sheet: "Sheet", areas: Areas) -> list[Fact]:
    child = content.get("child", {})
    address, carer = content.get("address", {}), content.get("carer", {})
    found: list[Fact] = [
        (gettext("Child"), name_of(child)),
        (gettext("Date of birth"), _day(child.get("born_on"))),
        (gettext("Came"), _moment(content, "starts")),
        (gettext("Placed by"), _placed_by(content, areas)),
        (gettext("Social worker"), _contact(content.get("social_worker", {}))),
        (gettext("Carer"), _contact(carer)),
        (gettext("Address"), ", ".join(filter(None, (*address.get("lines", ()), address.get("postcode"))))),
    ]
    if sheet.trade.asks_law:
        found += _of_reg_41(content, areas)
    return [*found, (gettext("It was an emergency"), content.get("emergency", {}).get("reason"))]


def _of_reg_41(content: Mapping[str, Any], areas: Areas) -> list[Fact]:
    iro, plan = content.get("iro", {}), content.get("ehc_plan", {})
    return [
        (gettext("Legal status"), _order(content)),
        (gettext("Section 20 or 21"), str(YES_NO.get(content.get("s20_or_s21"), ""))),  # type: ignore[arg-type]
        (gettext("Section 31 order"), str(YES_NO.get(content.get("s31"), ""))),  # type: ignore[arg-type]
        (gettext("Independent reviewing officer"), iro.get("none_reason") or _contact(iro)),
        (gettext("Education, health and care plan"), _plan(plan, areas)),
    ]


def _of_leaving(content: Mapping[str, Any]) -> list[Fact]:
    return [
        (gettext("Left"), _moment(content, "ends")),
        (gettext("Why"), str(END_WORDS.get(content.get("end_reason", ""), ""))),
        (gettext("Where to"), content.get("end_note")),
    ]


def _order(content: Mapping[str, Any]) -> str:
    status = STATUS_WORDS.get(content.get("legal_status", ""), "")
    return ". ".join(filter(None, (str(status), content.get("legal_note"))))


def _plan(plan: Mapping[str, Any], areas: Areas) -> str:
    if plan.get("has") == "yes":
        return str(gettext("Yes, kept by %(council)s", council=_council(plan.get("authority"), areas)))
    return str(plan.get("reason") or (gettext("No") if plan.get("has") == "no" else ""))


def _placed_by(content: Mapping[str, Any], areas: Areas) -> str:
    code = content.get("placing_authority")
    return _council(code, areas) if code else _contact(content.get("placing_body", {}))


def _council(code: str | None, areas: Areas) -> str:
    found = areas.authorities.get(code or "")
    return found.name if found else code or ""


def _contact(contact: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (contact.get("name"), contact.get("phone"), contact.get("email"))))


def _day(on: str | None) -> Any:
    return day(date.fromisoformat(on)) if on else ""


def _moment(content: Mapping[str, Any], stem: str) -> Any:
    at, on = content.get(f"{stem}_at"), content.get(f"{stem}_on")
    return instant(datetime.fromisoformat(at)) if at else _day(on)
