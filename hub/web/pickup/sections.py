"""A notice's content as a page shows it: sections of labelled lines, in the order in which a duty desk needs them.

Whatever the content holds is shown: a field that no section names stands in the last one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from hub.directory.areas import Areas
from hub.duties.wording import setting_words
from hub.web.design import day, instant
from hub.web.translating import translated

KIND_WORDS: Final = {
    "consultation": lazy_gettext("Consultation about a distant placement"),
    "placement_start": lazy_gettext("A placement starts"),
    "placement_change": lazy_gettext("Details of a placement changed"),
    "placement_move": lazy_gettext("A child moves to another placement"),
    "placement_end": lazy_gettext("A placement ends"),
    "home_admission": lazy_gettext("A children’s home admitted a child"),
    "home_discharge": lazy_gettext("A child left a children’s home"),
    "supported_admission": lazy_gettext("Supported accommodation admitted a child"),
    "supported_discharge": lazy_gettext("A child left supported accommodation"),
    "fostering_arrival": lazy_gettext("A child came to a foster carer"),
    "fostering_leaving": lazy_gettext("A child left a foster carer"),
}
_SECTIONS: Final = (
    (lazy_gettext("The child"), (
        "child", "legal_status", "s20_or_s21", "s31", "legal_note", "child_protection_plan", "ehc_plan",
    )),
    (lazy_gettext("Where the child lives"), ("setting", "address", "country", "area", "provider", "carer", "school", "gp")),
    (lazy_gettext("When"), (
        "starts_at", "starts_on", "changed_at", "changed_on", "changes", "ends_at", "ends_on", "end_reason", "end_note",
        "expected_length", "short_break", "emergency", "reason_not_notified_earlier",
    )),
    (lazy_gettext("Who to ring"), (
        "social_worker", "out_of_hours", "iro", "placing_authority", "placing_body", "receiving_body", "manager", "author",
    )),
    (lazy_gettext("Risks, and what to look out for"), ("markers", "trigger_plan", "philomena", "contacts_withheld")),
    (lazy_gettext("Needs, reasons and plan"), (
        "needs_assessment", "suitability_reasons", "care_plan", "specialist_care", "functions_agreed", "approval",
    )),
)  # fmt: skip
_ELSEWHERE: Final = frozenset({"kind", "placement", "prior_notice", "files"})
"""Shown by the page itself, or of use only to machines."""
_LABELS: Final = {
    "born_on": lazy_gettext("Date of birth"),
    "sex": lazy_gettext("Sex"),
    "aliases": lazy_gettext("Other names"),
    "nhs_number": lazy_gettext("NHS number"),
    "upn": lazy_gettext("Unique pupil number"),
    "local_id": lazy_gettext("The council’s own number"),
    "s20_or_s21": lazy_gettext("Accommodated under section 20 or 21"),
    "s31": lazy_gettext("Under a care or supervision order (section 31)"),
    "ehc_plan": lazy_gettext("Education, health and care plan"),
    "gp": lazy_gettext("GP"),
    "iro": lazy_gettext("Independent reviewing officer"),
    "urn": lazy_gettext("Ofsted’s number (URN)"),
    "ref": lazy_gettext("Reference here"),
    "starts_on": lazy_gettext("Starts on"),
    "starts_at": lazy_gettext("Starts at"),
    "ends_on": lazy_gettext("Ends on"),
    "ends_at": lazy_gettext("Ends at"),
    "changed_on": lazy_gettext("Changed on"),
    "changed_at": lazy_gettext("Changed at"),
    "philomena": lazy_gettext("Philomena form"),
    "none_reason": lazy_gettext("Why none is named"),
    "has": lazy_gettext("Is there one"),
    "held": lazy_gettext("Is there one"),
    "by": lazy_gettext("Who holds it"),
    "lines": lazy_gettext("Address"),
    "noted_on": lazy_gettext("Noted on"),
    "review_on": lazy_gettext("To be reviewed on"),
    "days_in_12_months": lazy_gettext("Days in twelve months"),
    "placing_authority": lazy_gettext("Placing authority"),
    "host_authority": lazy_gettext("Host authority"),
    "authority": lazy_gettext("Which council keeps it"),
    "file": lazy_gettext("File"),
    "audience": lazy_gettext("Who may see it"),
    "email": lazy_gettext("E-mail"),
    "address": lazy_gettext("Address"),
    "approval": lazy_gettext("Approval"),
    "approved_at": lazy_gettext("Approved at"),
    "area": lazy_gettext("Area"),
    "author": lazy_gettext("Author"),
    "care_plan": lazy_gettext("Care plan"),
    "carer": lazy_gettext("Carer"),
    "changes": lazy_gettext("Changes"),
    "child": lazy_gettext("Child"),
    "child_protection_plan": lazy_gettext("Child protection plan"),
    "contacts_withheld": lazy_gettext("Contacts withheld"),
    "country": lazy_gettext("Country"),
    "days": lazy_gettext("Days"),
    "delegation_ref": lazy_gettext("Delegation ref"),
    "detail": lazy_gettext("Detail"),
    "emergency": lazy_gettext("Emergency"),
    "end_note": lazy_gettext("End note"),
    "end_reason": lazy_gettext("End reason"),
    "expected_length": lazy_gettext("Expected length"),
    "family_name": lazy_gettext("Family name"),
    "functions_agreed": lazy_gettext("Functions agreed"),
    "given_names": lazy_gettext("Given names"),
    "identifiers": lazy_gettext("Identifiers"),
    "legal_note": lazy_gettext("Legal note"),
    "legal_status": lazy_gettext("Legal status"),
    "manager": lazy_gettext("Manager"),
    "marker": lazy_gettext("Marker"),
    "markers": lazy_gettext("Markers"),
    "name": lazy_gettext("Name"),
    "needs_assessment": lazy_gettext("Needs assessment"),
    "not_given_reason": lazy_gettext("Not given reason"),
    "out_of_hours": lazy_gettext("Out of hours"),
    "part": lazy_gettext("Part"),
    "phone": lazy_gettext("Phone"),
    "placing_body": lazy_gettext("Placing body"),
    "postcode": lazy_gettext("Postcode"),
    "promise": lazy_gettext("Promise"),
    "promise_on": lazy_gettext("Promise on"),
    "provider": lazy_gettext("Provider"),
    "reason": lazy_gettext("Reason"),
    "reason_not_notified_earlier": lazy_gettext("Reason not notified earlier"),
    "receiving_body": lazy_gettext("Receiving body"),
    "role": lazy_gettext("Role"),
    "school": lazy_gettext("School"),
    "setting": lazy_gettext("Setting"),
    "short_break": lazy_gettext("Short break"),
    "social_worker": lazy_gettext("Social worker"),
    "source": lazy_gettext("Source"),
    "specialist_care": lazy_gettext("Specialist care"),
    "suitability_reasons": lazy_gettext("Suitability reasons"),
    "supplied_on": lazy_gettext("Supplied on"),
    "to_follow": lazy_gettext("To follow"),
    "trigger_plan": lazy_gettext("Trigger plan"),
    "updated_on": lazy_gettext("Updated on"),
    "withheld_from": lazy_gettext("Withheld from"),
}
_ORDER: Final = (
    "marker", "name", "held", "has", "born_on", "sex", "detail", "role", "phone", "email", "by", "author", "source", "noted_on",
    "updated_on", "review_on", "reason",
)  # fmt: skip
"""What comes first within a part, whatever order it was sent in."""
_LAST: Final = frozenset({"audience", "ref"})
LEGAL_STATUS_WORDS: Final = {
    "S20": lazy_gettext("accommodated by agreement (section 20)"),
    "S20SB": lazy_gettext("a series of short breaks (section 20 or 17)"),
    "S21": lazy_gettext("accommodated under section 21 (police protection, remand, detention or hospital)"),
    "S31C": lazy_gettext("full care order (section 31)"),
    "S31S": lazy_gettext("supervision order (section 31)"),
    "S38": lazy_gettext("interim care order (section 38)"),
    "S43": lazy_gettext("child assessment order (section 43)"),
    "S44": lazy_gettext("emergency protection order (section 44)"),
    "S46": lazy_gettext("police protection (section 46)"),
    "ACA21": lazy_gettext("placement order (Adoption and Children Act 2002, section 21)"),
    "RLAA": lazy_gettext("remanded to local authority accommodation"),
    "YDA": lazy_gettext("remanded to youth detention accommodation"),
    "PACE": lazy_gettext("transferred from police detention (PACE 1984, section 38(6))"),
    "YRO": lazy_gettext("youth rehabilitation order with residence or intensive fostering"),
    "S25": lazy_gettext("secure accommodation order (section 25)"),
    "23B8B": lazy_gettext("care leaver aged 16 or 17 in suitable accommodation"),
    "WS76": lazy_gettext("accommodated (Social Services and Well-being (Wales) Act 2014, section 76)"),
    "NONE": lazy_gettext("not looked after by a council"),
}
_CODES: Final = {
    "cse": lazy_gettext("child sexual exploitation"),
    "cce": lazy_gettext("criminal exploitation, county lines"),
    "uasc": lazy_gettext("unaccompanied child seeking asylum"),
    "victim_of_crime": lazy_gettext("victim of crime"),
    "suicide_self_harm": lazy_gettext("suicide or self-harm"),
    "outside_uk": lazy_gettext("outside the United Kingdom"),
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


_COUNCILS: Final = frozenset({"placing_authority", "host_authority", "authority"})


def naming_councils(content: Mapping[str, Any], areas: Areas) -> dict[str, Any]:
    """*content* with the councils that it gives by GSS code given by name, the code beside it: nobody rings a code."""
    return {name: _named(name, value, areas) for name, value in content.items()}


def _named(name: str, value: Any, areas: Areas) -> Any:
    if isinstance(value, Mapping):
        return naming_councils(value, areas)
    council = areas.authorities.get(value) if name in _COUNCILS else None
    return f"{council.name} ({council.gss_code})" if council else value


def sections_of(content: Mapping[str, Any]) -> list[Section]:
    """The sections of a notice's visible content (plain JSON values); empty ones are left out."""
    named = {name for _, names in _SECTIONS for name in names} | _ELSEWHERE
    rest = (lazy_gettext("Also said"), tuple(sorted(set(content) - named)))
    found = [Section(str(title), tuple(_groups(content, names))) for title, names in (*_SECTIONS, rest)]
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
    return Line(
        gettext("Address"), tuple(part for part in (*address.get("lines", ()), address.get("postcode", "")) if part)
    )


def _parts(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        return [value]
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _child_lines(child: Mapping[str, Any]) -> Iterator[Line]:
    name = " ".join(child[part] for part in ("given_names", "family_name") if child.get(part))
    if name:
        yield Line(gettext("Name"), (name,))
    yield from _lines({part: value for part, value in child.items() if part not in ("given_names", "family_name")})


def _lines(part: Mapping[str, Any]) -> Iterator[Line]:
    for name in sorted(part, key=_place):
        value = part[name]
        if isinstance(value, Mapping):
            yield from _lines(value)
        elif name == "file":
            yield Line(gettext("File"), (gettext("Sent with the notice: open it below."),))
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
        words = translated(setting_words(value)) or gettext("other")
        return Line(gettext("Kind of placement"), (words[:1].upper() + words[1:],))
    if name == "legal_status":
        status = str(LEGAL_STATUS_WORDS[value])
        return Line(gettext("Legal status"), (status[:1].upper() + status[1:],))
    return Line(label_of(name), tuple(_paragraphs(name, value)), phone)


def marker_words(marker: str) -> str:
    """A marker as it is said: ``cse`` is “child sexual exploitation”."""
    return _in_words(marker)


def _in_words(code: str) -> str:
    return str(_CODES.get(code) or code.replace("_", " "))


def _paragraphs(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [paragraph for each in value for paragraph in _paragraphs(name, each)]
    if isinstance(value, bool):
        return [gettext("Yes") if value else gettext("No")]
    if name.endswith("_on") and value:
        return [day(date.fromisoformat(str(value)))]
    if name.endswith("_at") and value:
        return [instant(datetime.fromisoformat(str(value)))]
    if name in _IN_WORDS:
        return [_in_words(str(value))]
    return [part.strip() for part in str(value).split("\n") if part.strip()]


def label_of(name: str) -> str:
    """A field's name as a label: ``social_worker`` is “Social worker”."""
    return str(_LABELS.get(name) or name.replace("_", " ").capitalize())
