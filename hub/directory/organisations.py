"""Organisations: added, changed, joined, closed. Councils and forces come from the reference tables (``loading``)."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.errors import EditConflict, Invalid, StateConflict
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.directory import queries
from hub.directory.areas import Areas
from hub.directory.contact_addresses import checked_address
from hub.directory.contact_points import ensure_inbox
from hub.directory.models import Organisation
from hub.directory.postcodes import read_postcode
from hub.directory.reference_tables import GSS_CODE
from hub.directory.tenancy import known, may_see_within

HOMES: Final = ("childrens_home", "supported_accommodation")
WITH_URN: Final = (*HOMES, "fostering_agency")
WITH_GSS: Final = ("local_authority", "police_force")
URN: Final = re.compile(r"SC\d{6}|\d{6,7}", re.ASCII)
"""Ofsted's shapes. ``XXXXXXX`` in the 903 return stands for "withheld": it names no home, so it is no key."""

Faults = dict[str, list[str]]


def add(session: Session, actor: Actor, wanted: Mapping[str, Any], *, areas: Areas, now: datetime) -> Organisation:
    """Add an organisation: *wanted* holds ``kind``, ``name`` and what its kind needs.

    A council or force needs ``gss_code``; a home needs ``postcode`` or ``area_gss`` and may have ``urn``, ``address``
    and ``phone``; an agency may have ``urn``. Raises Invalid (fields), Conflict where the GSS code or URN is taken.
    """
    ref = new_ref("org")
    row = {"ref": ref, "kind": wanted["kind"], "valid_from": london_date(now), **_columns(session, ref, wanted, areas)}
    queries.add_organisation(session, row)
    audit.record(session, actor, Event.ORGANISATION_ADDED, ref, now=now, details={"kind": wanted["kind"]})
    return known(session, ref)


def change(
    session: Session,
    actor: Actor,
    ref: str,
    version: int,
    changes: Mapping[str, Any],
    *,
    areas: Areas,
    now: datetime,
) -> Organisation:
    """Change what *changes* names of *ref*, which was read at *version*: name, urn, area_gss, postcode, address, phone.

    Raises NotFound, Invalid, Conflict (URN taken), EditConflict (changed by somebody else since).
    """
    if not changes:
        raise Invalid("Send at least one field to change.")
    row = known(session, ref)
    columns = _columns(session, ref, _changed(session, row, changes), areas)
    if queries.change_organisation(session, ref, version, columns) != 1:
        raise EditConflict("This organisation was changed since you read it. Read it again, then send your change.")
    audit.record(session, actor, Event.ORGANISATION_CHANGED, ref, now=now, details={"fields": sorted(changes)})
    session.refresh(row)
    return row


def join(session: Session, actor: Actor, ref: str, now: datetime) -> Organisation:
    """Record that *ref* now uses the hub, and give its duty desk an inbox. Joining again changes nothing."""
    row = _open(known(session, ref), now)
    if queries.join_organisation(session, row.id, now):
        audit.record(session, actor, Event.ORGANISATION_JOINED, ref, now=now)
    ensure_inbox(session, actor, row, "duty_desk", now=now)
    session.refresh(row)
    return row


def close(session: Session, actor: Actor, ref: str, now: datetime) -> None:
    """Close *ref* from today: its clients are refused at once. What was recorded about it stays."""
    row = _open(known(session, ref), now)
    if queries.change_organisation(session, ref, row.version, {"valid_to": london_date(now)}) != 1:
        raise EditConflict("This organisation was changed in this moment. Read it again, then close it.")
    audit.record(session, actor, Event.ORGANISATION_CLOSED, ref, now=now)


def entry(session: Session, actor: Actor, row: Organisation) -> Mapping[str, Any]:
    """What the directory shows *actor* of *row*: the public fields, and its place to itself and the operator only.

    Ofsted withholds homes' addresses: children live there.
    """
    public = {name: getattr(row, name) for name in _PUBLIC}
    if not may_see_within(actor, row):
        return public
    return {**public, **_sealed_fields(session, row)}


_PUBLIC: Final = (
    "ref",
    "kind",
    "name",
    "gss_code",
    "urn",
    "area_gss",
    "joined_at",
    "valid_from",
    "valid_to",
    "version",
)


def _sealed_fields(session: Session, row: Organisation) -> dict[str, Any]:
    opened: dict[str, Any] = keys_of(session).open(row.ref, row.sealed) if row.sealed else {}
    return {name: opened.get(name) for name in ("address", "phone", "postcode")}


def _changed(session: Session, row: Organisation, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The organisation as it will be. A home that moves is in its new postcode's area, unless *changes* says where."""
    kept = {name: getattr(row, name) for name in ("kind", "name", "gss_code", "urn", "area_gss")}
    if changes.get("postcode"):
        kept["area_gss"] = None
    return {**kept, **_sealed_fields(session, row), **changes}


def _open(row: Organisation, now: datetime) -> Organisation:
    if row.valid_to is not None and row.valid_to <= london_date(now):
        raise StateConflict("This organisation is closed. Add the one that follows it.")
    return row


def _columns(session: Session, ref: str, wanted: Mapping[str, Any], areas: Areas) -> dict[str, Any]:
    """The columns of an organisation, checked for its kind. Raises Invalid with every faulty field at once."""
    given = {name: wanted.get(name) for name in ("gss_code", "urn", "area_gss", "postcode", "address", "phone")}
    kind = wanted["kind"]
    faults = _misplaced(kind, given) | _code_faults(kind, given)
    if faults:
        raise Invalid("Some of what was sent needs changing: see the fields.", fields=faults)
    postcode, area_gss = _place(kind, given, areas)
    return {
        "name": wanted["name"],
        "gss_code": given["gss_code"],
        "urn": _clean(given["urn"]),
        "area_gss": area_gss,
        "sealed": _sealed(session, ref, {**given, "postcode": postcode}),
    }


def _misplaced(kind: str, given: Mapping[str, Any]) -> Faults:
    belongs = {
        "gss_code": WITH_GSS,
        "urn": WITH_URN,
        "area_gss": HOMES,
        "postcode": HOMES,
        "address": HOMES,
        "phone": HOMES,
    }
    kinds = kind.replace("_", " ")
    return {
        field: [worded("Leave this out: a {kinds} has none here.", kinds=kinds)]
        for field, where in belongs.items()
        if given[field] and kind not in where
    }


def _code_faults(kind: str, given: Mapping[str, Any]) -> Faults:
    faults: Faults = {}
    if kind in WITH_GSS and not GSS_CODE.fullmatch(given["gss_code"] or ""):
        faults["gss_code"] = ["Enter its GSS code: a letter and eight figures, such as E06000001."]
    if given["urn"] and not URN.fullmatch(_clean(given["urn"]) or ""):
        faults["urn"] = [
            "Enter Ofsted's URN: SC and six figures, or six or seven figures. XXXXXXX names no home: leave it out."
        ]
    if kind in HOMES and not (given["postcode"] or given["area_gss"]):
        faults["postcode"] = ["Enter the home's postcode, or the GSS code of the council in whose area it stands."]
    return faults


def _clean(code: str | None) -> str | None:
    return code.strip().upper() if code else None


def _place(kind: str, given: Mapping[str, Any], areas: Areas) -> tuple[str | None, str | None]:
    """A home's canonical postcode and its council: as given (Ofsted's may differ from the postcode's), or resolved."""
    if kind not in HOMES:
        return None, None
    found = areas.resolve(given["postcode"]) if given["postcode"] else None
    if given["area_gss"]:
        area_gss = areas.authority(given["area_gss"], field="area_gss").gss_code
        if given["postcode"] and read_postcode(given["postcode"]).full is None:
            raise _bad_postcode("That is not a whole postcode. Write it like AB1 2CD.")
        return (found.postcode if found else None), area_gss
    if found is None or found.authority is None:
        raise _bad_postcode(found.reason if found and found.reason else "Enter the home's postcode.")
    return found.postcode, found.authority.gss_code


def _bad_postcode(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"postcode": [sentence]})


def _sealed(session: Session, ref: str, given: Mapping[str, Any]) -> bytes | None:
    if not (given["address"] or given["phone"] or given["postcode"]):
        return None
    phone = _telephone(given["phone"]) if given["phone"] else None
    place = {"address": given["address"] or None, "phone": phone, "postcode": given["postcode"]}
    return keys_of(session).seal(ref, place)


def place_of_home(session: Session, row: Organisation) -> tuple[list[str], str | None]:
    """The lines of a home's own address (its name, where none is kept) and its postcode."""
    known = _sealed_fields(session, row)
    lines = known["address"] or [row.name]
    return [lines] if isinstance(lines, str) else list(lines), known["postcode"]


def telephone_of_home(session: Session, row: Organisation) -> str | None:
    """A home's own telephone number, for the parties of a child who lives there."""
    phone: str | None = _sealed_fields(session, row)["phone"]
    return phone


def _telephone(number: str) -> str:
    try:
        return checked_address("phone", number, private_webhooks=False)
    except Invalid as fault:
        raise Invalid(fault.sentence, fields={"phone": [fault.sentence]}) from None
