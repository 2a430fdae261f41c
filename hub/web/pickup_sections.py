"""A notice's content as a page shows it: sections of labelled lines, in the order in which a duty desk needs them.

Whatever the content holds is shown: a field that no section names stands in the last one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from hub.core.clock import LONDON
from hub.duties.wording import setting_words

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

KIND_WORDS: Final = {
    "consultation": "Consultation about a distant placement",
    "placement_start": "A placement starts",
    "placement_change": "Details of a placement changed",
    "placement_move": "A child moves to another placement",
    "placement_end": "A placement ends",
    "home_admission": "A children’s home admitted a child",
    "home_discharge": "A child left a children’s home",
    "supported_admission": "Supported accommodation admitted a child",
    "supported_discharge": "A child left supported accommodation",
    "fostering_arrival": "A child came to a foster carer",
    "fostering_leaving": "A child left a foster carer",
}
_SECTIONS: Final = {
    "The child": ("child", "legal_status", "s20_or_s21", "s31", "legal_note", "child_protection_plan", "ehc_plan"),
    "Where the child lives": ("setting", "address", "country", "area", "provider", "carer", "school", "gp"),
    "When": (
        "starts_at", "starts_on", "changed_at", "changed_on", "changes", "ends_at", "ends_on", "end_reason", "end_note",
        "expected_length", "short_break", "emergency", "reason_not_notified_earlier",
    ),
    "Risks, and what to look out for": ("markers", "trigger_plan", "philomena", "contacts_withheld"),
    "Who to ring": (
        "social_worker", "out_of_hours", "iro", "placing_authority", "placing_body", "receiving_body", "manager", "author",
    ),
    "Needs, reasons and plan": (
        "needs_assessment", "suitability_reasons", "care_plan", "specialist_care", "functions_agreed", "approval",
    ),
}  # fmt: skip
_ELSEWHERE: Final = frozenset({"kind", "placement", "prior_notice", "files"})
"""Shown by the page itself, or of use only to machines."""
_LABELS: Final = {
    "born_on": "Date of birth",
    "sex": "Sex",
    "aliases": "Other names",
    "nhs_number": "NHS number",
    "upn": "Unique pupil number",
    "local_id": "The council’s own number",
    "s20_or_s21": "Accommodated under section 20 or 21",
    "s31": "Under a care or supervision order (section 31)",
    "ehc_plan": "Education, health and care plan",
    "gp": "GP",
    "iro": "Independent reviewing officer",
    "urn": "Ofsted’s number (URN)",
    "ref": "Reference here",
    "starts_on": "Starts on",
    "starts_at": "Starts at",
    "ends_on": "Ends on",
    "ends_at": "Ends at",
    "changed_on": "Changed on",
    "changed_at": "Changed at",
    "philomena": "Philomena form",
    "none_reason": "Why none is named",
    "has": "Is there one",
    "held": "Is there one",
    "by": "Who holds it",
    "lines": "Address",
    "noted_on": "Noted on",
    "review_on": "To be reviewed on",
    "days_in_12_months": "Days in twelve months",
    "placing_authority": "Placing authority (GSS code)",
    "host_authority": "Host authority (GSS code)",
    "authority": "Which council keeps it (GSS code)",
    "file": "File",
    "audience": "Who may see it",
    "email": "E-mail",
}
_ORDER: Final = (
    "marker", "name", "held", "has", "born_on", "sex", "detail", "role", "phone", "email", "by", "author", "source", "noted_on",
    "updated_on", "review_on", "reason",
)  # fmt: skip
"""What comes first within a part, whatever order it was sent in."""
_LAST: Final = frozenset({"audience", "ref"})
LEGAL_STATUS_WORDS: Final = {
    "S20": "accommodated by agreement (section 20)",
    "S20SB": "a series of short breaks (section 20 or 17)",
    "S21": "accommodated under section 21 (police protection, remand, detention or hospital)",
    "S31C": "full care order (section 31)",
    "S31S": "supervision order (section 31)",
    "S38": "interim care order (section 38)",
    "S43": "child assessment order (section 43)",
    "S44": "emergency protection order (section 44)",
    "S46": "police protection (section 46)",
    "ACA21": "placement order (Adoption and Children Act 2002, section 21)",
    "RLAA": "remanded to local authority accommodation",
    "YDA": "remanded to youth detention accommodation",
    "PACE": "transferred from police detention (PACE 1984, section 38(6))",
    "YRO": "youth rehabilitation order with residence or intensive fostering",
    "S25": "secure accommodation order (section 25)",
    "23B8B": "care leaver aged 16 or 17 in suitable accommodation",
    "WS76": "accommodated (Social Services and Well-being (Wales) Act 2014, section 76)",
    "NONE": "not looked after by a council",
}
_CODES: Final = {
    "cse": "child sexual exploitation",
    "cce": "criminal exploitation, county lines",
    "uasc": "unaccompanied child seeking asylum",
    "victim_of_crime": "victim of crime",
    "suicide_self_harm": "suicide or self-harm",
    "outside_uk": "outside the United Kingdom",
}
_IN_WORDS: Final = frozenset({"sex", "marker", "audience", "end_reason", "withheld_from", "has", "country"})
"""Fields that hold a code of ours, shown with spaces."""


@dataclass(frozen=True)
class Line:
    """One labelled line. ``parts`` are paragraphs; ``phone`` is a number to ring, if it is one."""

    label: str
    parts: tuple[str, ...] = field(repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True)
class Section:
    """A heading and groups of lines; a group with a name stands under it."""

    title: str
    groups: tuple[tuple[str, tuple[Line, ...]], ...] = field(repr=False)


def sections_of(content: Mapping[str, Any]) -> list[Section]:
    """The sections of a notice's visible content (plain JSON values); empty ones are left out."""
    named = {name for names in _SECTIONS.values() for name in names} | _ELSEWHERE
    wanted = {**_SECTIONS, "Also said": tuple(sorted(set(content) - named))}
    found = [Section(title, tuple(_groups(content, names))) for title, names in wanted.items()]
    return [section for section in found if section.groups]


def _groups(content: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Plain fields together, first; then each field that has parts of its own, under its name."""
    said = {name: content[name] for name in names if name in content}
    child, address = said.pop("child", None), said.pop("address", None)
    own = tuple(_child_lines(child)) if child else (_address_line(address),) if address else ()
    plain = tuple(_line(name, value) for name, value in said.items() if not _parts(value))
    if own or plain:
        yield "", (*own, *plain)
    for name, value in said.items():
        for part in _parts(value):
            if lines := tuple(_lines(part)):
                yield _title(name, part), lines


def _title(name: str, part: Mapping[str, Any]) -> str:
    """A marker is called after itself, anything else after its field."""
    marker = part.get("marker")
    return _in_words(marker).capitalize() if marker else label_of(name)


def _address_line(address: Mapping[str, Any]) -> Line:
    return Line("Address", tuple(part for part in (*address.get("lines", ()), address.get("postcode", "")) if part))


def _parts(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        return [value]
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _child_lines(child: Mapping[str, Any]) -> Iterator[Line]:
    name = " ".join(child[part] for part in ("given_names", "family_name") if child.get(part))
    if name:
        yield Line("Name", (name,))
    yield from _lines({part: value for part, value in child.items() if part not in ("given_names", "family_name")})


def _lines(part: Mapping[str, Any]) -> Iterator[Line]:
    for name in sorted(part, key=_place):
        value = part[name]
        if isinstance(value, Mapping):
            yield from _lines(value)
        elif name == "file":
            yield Line("File", ("Sent with the notice: open it below.",))
        elif name != "marker":
            yield _line(name, value)


def _place(name: str) -> tuple[int, str]:
    """Where a field stands within its part: the ones that matter most first, the ones of least use last."""
    if name in _LAST:
        return len(_ORDER) + 1, name
    return _ORDER.index(name) if name in _ORDER else len(_ORDER), name


def _line(name: str, value: Any) -> Line:
    phone = value if name == "phone" else ""
    if name == "setting":
        words = setting_words(value) or "other"
        return Line("Kind of placement", (words[:1].upper() + words[1:],))
    if name == "legal_status":
        return Line("Legal status", (f"{value}: {LEGAL_STATUS_WORDS[value]}",))
    return Line(label_of(name), tuple(_paragraphs(name, value)), phone)


def _in_words(code: str) -> str:
    return _CODES.get(code, code.replace("_", " "))


def _paragraphs(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [paragraph for each in value for paragraph in _paragraphs(name, each)]
    if isinstance(value, bool):
        return ["Yes" if value else "No"]
    if name.endswith("_on") and value:
        return [day_in_words(date.fromisoformat(str(value)))]
    if name.endswith("_at") and value:
        return [instant_in_words(datetime.fromisoformat(str(value)))]
    if name in _IN_WORDS:
        return [_in_words(str(value))]
    return [part.strip() for part in str(value).split("\n") if part.strip()]


def label_of(name: str) -> str:
    """A field's name as a label: ``social_worker`` is “Social worker”."""
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def day_in_words(day: date) -> str:
    """``14 March 2012``"""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def instant_in_words(at: datetime) -> str:
    """``18 November 2026 at 10:00`` by London's clocks."""
    local = at.astimezone(LONDON)
    return f"{day_in_words(local.date())} at {local:%H:%M}"
