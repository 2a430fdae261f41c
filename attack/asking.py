"""What to send to each route so that nothing but permission can stop it: a route that is missing here is reported."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import marshmallow as ma
from flask import Flask

from hub.core.http import PUBLIC
from hub.core.ids import new_ref
from hub.demonstration import papers
from hub.demonstration.cast import MEDWAY
from hub.registry.uploads.schemas import UploadIn

_BY = {"by": "M. Stranger, duty desk"}
_WHY = {"reason": "Invented: the attack asks for it."}
_APPROVAL = {"approver_name": "M. Stranger", "approver_role": "Director", "approved_at": "2026-01-05T09:00:00Z"}
_EXCUSE = {"reason": "not_reasonably_practicable", "note": "Reasons.", "authorised_by": "M. Stranger, team manager"}
_POINT = {"role": "duty_desk", "channel": "email", "address": "stranger@mail.example", "purpose": "Attack"}
_STEAD = {
    "name": "Attack",
    "phone": "01632 960111",
    "reason": "Attack",
    "from_at": "2026-01-05T09:00:00Z",
    "until_at": "2026-01-05T10:00:00Z",
}
_CHILD = {"candidate": new_ref("cnd"), "purpose": "missing_report"}
_MARKER = {"marker": "cse", "author": "M. Stranger", "audience": "police_force"}
_DONE = {"method": "letter", "done_at": "2026-01-05T09:00:00Z", "by": "M. Stranger, social worker"}
_HELD = _BY | {"held_at": "2026-01-05T09:00:00Z", "minutes": 60}
_CHILD_SHOWN = _BY | {"candidate": "cnd_" + "0" * 26, "purpose": "missing_report"}
_PROVIDER = {
    "covers_everywhere": True,
    "is_independent": True,
    "independence": "Invented.",
    "languages": ["en"],
    "genders": ["female"],
    "modes": ["phone"],
    "ages": [8, 17],
}

_SIGN_IN = {
    "name": "M",
    "issuer": "https://m.example",
    "client_id": "m",
    "group_roles": {"hub": "duty_desk"},
}
_RUNGS = [{"after_hours": 0, "of": "owed_by", "roles": ["duty_desk"], "repeat_every_working_days": 5}]
_GONE = _BY | {
    "child": {"family_name": "Stranger", "given_names": "Ash"},
    "address": papers.KENT_ADDRESS,
    "last_seen": {"place": "Invented"},
    "missing_from_at": "2026-01-05T09:00:00Z",
}
_SEEKS = _BY | {
    "episodes": ["mis_" + "0" * 26],
    "risk": "Invented.",
    "purchase_order": "PO-3",
    "price_cap_pence": 90_000,
    "contact": {"name": "M. Stranger", "phone": "01632 960111"},
}

BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "PUT /drafts/<ref>": {"kind": "placement_start"},
    "POST /notices/<ref>/acknowledgement": _BY,
    "POST /notices/<ref>/area-acceptance": _BY,
    "POST /notices/<ref>/correction": papers.late_notice("attack", datetime(2026, 1, 5, tzinfo=UTC), MEDWAY),
    "POST /notices/<ref>/redirect": _WHY | _BY | {"host_authority": MEDWAY},
    "POST /notices/<ref>/withdrawal": _WHY,
    "POST /placements/<ref>/approvals": _APPROVAL,
    "POST /matches/<ref>/decision": {"same": True, "reason": "records_checked"},
    "POST /matches/<ref>/undoing": {"reason": "decided_in_error"},
    "POST /obligations/<ref>/fulfilment": _DONE,
    "POST /obligations/<ref>/excuse": _EXCUSE,
    "POST /obligations/<ref>/pause": {"reason": "awaiting_information", "owner": "M. Stranger, team manager"},
    "POST /obligations/<ref>/void": _BY | {"reason": "not_owed"},
    "POST /obligations/<ref>/reopening": {"reason": "closed_in_error"},
    "PUT /obligations/<ref>/due-date": {"due_on": "2026-12-01"},
    "PATCH /organisations/<ref>": {"name": "Renamed"},
    "POST /organisations/<ref>/contact-points": _POINT,
    "POST /organisations/<ref>/duty-overrides": _STEAD,
    "PATCH /contact-points/<ref>": {"purpose": "Changed"},
    "POST /contact-points/<ref>/verification": {"verified_by": "M. Stranger"},
    "POST /contact-points/<ref>/secret": {},
    "POST /clients/<ref>/keys": {},
    "POST /proposals/<ref>/refusal": {},
    "PUT /teams/<ref>": {"name": "Renamed"},
    "PUT /placements/<ref>/assignment": {},
    "POST /placements/<ref>/approval-requests": {},
    "POST /approval-requests/<ref>/approval": _APPROVAL,
    "POST /approval-requests/<ref>/return": _WHY,
    "POST /placements/<ref>/markers": {"marker": "other", "author": "M. Stranger"},
    "POST /markers/<ref>/change": _BY | _WHY | {"version": 1, "detail": "Invented: not so."},
    "POST /markers/<ref>/review": _BY | {"version": 1},
    "POST /markers/<ref>/end": _BY | _WHY | {"version": 1},
    "POST /notices/<ref>/questions": _BY | {"text": "Invented: is it so?"},
    "POST /questions/<ref>/answer": _BY | {"text": "Invented: it is."},
    "POST /questions/<ref>/further": _BY | {"text": "Invented: since when?"},
    "POST /questions/<ref>/settlement": _BY,
    "POST /notices/<ref>/host-steps": _BY | {"step": "health", "method": "telephone"},
    "POST /host-steps/<ref>/taking-back": _BY | _WHY,
    "POST /missing-episodes/<ref>/description": _BY | {"child": {"given_names": "Ash"}},
    "POST /missing-episodes/<ref>/grades": _BY | {"grade": "low"},
    "POST /missing-episodes/<ref>/grade-reason": _BY | {"grade": "mgr_" + "0" * 26, "reason": "Invented."},
    "POST /missing-episodes/<ref>/location": _BY | {"located_at": "2026-01-05T09:00:00Z"},
    "POST /missing-episodes/<ref>/finding": _BY | {"located_at": "2026-01-05T09:00:00Z"},
    "POST /missing-episodes/<ref>/return": _BY | {"returned_at": "2026-01-05T09:00:00Z"},
    "POST /missing-episodes/<ref>/prevention-interview": _BY | {"held_at": "2026-01-05T09:00:00Z"},
    "POST /missing-episodes/<ref>/merge": {"other": "mis_" + "0" * 26, "reason": "records_checked"},
    "POST /missing-episodes/<ref>/undo": {"what": "report", "reason": "entered_in_error"},
    "POST /look-ups/<ref>/disclosures": _CHILD_SHOWN,
    "POST /look-ups/<ref>/glass-breaking": _CHILD_SHOWN | _WHY,
    "POST /look-ups/<ref>/review": _BY | {"outcome": "proper"},
    "POST /look-up-reviews/<ref>/outcome": _BY | {"outcome": "proper"},
    "POST /placements/<ref>/shield": _BY | _WHY,
    "POST /placements/<ref>/shield-lifting": _BY | _WHY,
    "PUT /interview-providers/<ref>": _PROVIDER,
    "PUT /interview-providers/<ref>/capacity": {"is_taking": False},
    "POST /interview-providers/<ref>/rate-cards": {"basis": "fixed", "price_pence": 100_000},
    "PUT /interview-teams/<ref>": {"is_ours": True},
    "POST /interview-agreements/<ref>/answer": {"is_agreed": True},
    "POST /purchases/<ref>/agreed-price": {"agreed_pence": 100_000},
    "POST /purchase-entries/<ref>/adjustment": {"net_pence": 0, "reason": "charged_in_error"},
    "POST /interview-requests/<ref>/episodes": {"episode": "mis_" + "0" * 26, "reason": "close_together"},
    "POST /interview-requests/<ref>/asks": {"providers": ["org_" + "0" * 26]},
    "POST /interview-requests/<ref>/commission": _BY | {"performer": "own_interviewer"},
    "POST /interview-requests/<ref>/commission/ending": {},
    "POST /interview-requests/<ref>/cancellation": _BY | {"reason": "held_otherwise"},
    "POST /interview-requests/<ref>/renewal": _BY,
    "POST /interview-asks/<ref>/offer": _BY | {"earliest_at": "2036-01-05T09:00:00Z", "mode": "in_person"},
    "POST /interview-asks/<ref>/decline": _BY | {"code": "no_capacity"},
    "POST /interview-asks/<ref>/referral": _BY | {"to": "org_" + "0" * 26},
    "POST /interview-asks/<ref>/messages": _BY | {"text": "Invented: is it far?"},
    "PUT /interview-requests/<ref>/report": {"narrative": "Invented."},
    "POST /interview-requests/<ref>/report/submission": _BY,
    "POST /interview-requests/<ref>/report/correction": {"reason": "mistake"},
    "POST /interview-reports/<ref>/shares": _BY
    | {
        "recipient": "org_" + "0" * 26,
        "view": "summary",
        "necessity": ["protect_the_child"],
        "proportionality": "Invented: the attack asks for it.",
        "wishes": "agrees",
    },
    "POST /interview-reports/<ref>/acknowledgement": _BY,
    "POST /interview-shares/<ref>/acknowledgement": _BY,
    "POST /interview-shares/<ref>/question": _BY | {"text": "Invented: is it so?"},
    "POST /interview-shares/<ref>/answer": _BY | {"text": "Invented: it is."},
    "POST /interview-shares/<ref>/recall": {"reason": "wrong_recipient"},
    "POST /interview-recommendations/<ref>/answer": _BY | {"answer": "accepted"},
    "POST /interview-referrals/<ref>/answer": _BY | {"outcome": "assessment"},
    "POST /interview-requests/<ref>/child-offers": _BY
    | {"offered_at": "2026-01-05T09:00:00Z", "how": "phone", "said": "accepted"},
    "POST /interview-child-offers/<ref>/carer-offer": _BY | {"offered_at": "2026-01-05T09:00:00Z"},
    "POST /interview-child-offers/<ref>/taking-back": {"reason": "wrong_child"},
    "POST /interview-requests/<ref>/appointments": _BY | {"starts_at": "2036-01-05T09:00:00Z", "mode": "video"},
    "POST /interview-appointments/<ref>/change": {"starts_at": "2036-01-05T09:00:00Z", "reason": "child_asked"},
    "POST /interview-appointments/<ref>/cancellation": {"reason": "child_asked"},
    "POST /interview-appointments/<ref>/holding": _HELD,
    "POST /interview-appointments/<ref>/taking-back": {"reason": "wrong_child"},
    "POST /interview-requests/<ref>/holding": _HELD | {"mode": "video"},
    "POST /interview-requests/<ref>/attempts": _BY
    | {"at": "2026-01-05T09:00:00Z", "how": "phone", "outcome": "no_contact"},
    "POST /interview-attempts/<ref>/taking-back": {"reason": "wrong_child"},
    "POST /interview-requests/<ref>/giving-back": _BY | {"reason": "taken_back"},
    "POST /interview-news/<ref>/answer": {"answer": "own_interview"},
    "PUT /people/<ref>/name": {"name": "M. Stranger"},
    "POST /people/<ref>/new-address": {"email": "stranger@mail.example"},
    "PUT /people/<ref>/roles": {"roles": ["administrator"]},
    "POST /people/<ref>/new-password": {},
    "PATCH /identity-providers/<ref>": {"name": "Renamed"},
    "POST /notices/<ref>/withdraw": _WHY,
    "POST /look-up/<ref>/child": _CHILD,
    "POST /look-up/<ref>/glass": _CHILD | _WHY,
    "POST /placements/<ref>/markers/new": _MARKER,
    "POST /discharge/<ref>": {"keep": "yes"},
    "POST /drafts": {"kind": "placement_start"},
    "POST /notices": papers.late_notice("attack", datetime(2026, 1, 5, tzinfo=UTC), MEDWAY),
    "POST /uploads": {"sheet": "planned_start", "rows": [{"legal_note": "Invented."}]},
    "POST /register/search": {"name": "Stranger"},
    "POST /duties/explain": {"event": "placement_start"},
    "POST /organisations": {"kind": "other_body", "name": "Attack"},
    "POST /clients": {"name": "Attack", "scopes": ["read"]},
    "POST /teams": {"name": "Attack"},
    "POST /invitations": {"name": "M. Stranger", "email": "stranger@mail.example", "roles": ["duty_desk"]},
    "POST /identity-providers": _SIGN_IN,
    "PUT /ladders/host_desk": {"rungs": _RUNGS},
    "POST /ladders/dry-run": {"name": "host_desk", "due_at": "2026-11-20T10:00:00Z", "rungs": _RUNGS},
    "POST /look-ups": {"purpose": "missing_report", "incident_reference": "18-1234-26", "family_name": "Stranger"},
    "POST /missing-episodes": _GONE,
    "PUT /missing-thresholds": {"thresholds": [{"kind": "hours", "duty": "EREP", "hours": 24}]},
    "POST /interview-requests": _SEEKS,
    "POST /interview-agreements": {"kind": "host_pays"},
    "POST /sandbox/clock": {"advance_seconds": 1},
}
_API: Final = "/api/v1"
SCHEMAS_READ_BY_HAND: Final = {f"{_API}/uploads": UploadIn}
"""Where a body may be a file or JSON, and the route reads it itself."""
NAMING: Final = ("ref", "placement")
"""The parts of an address that name a record."""
BESIDE: Final = {
    "word": "discharge",
    "key": "where",
    "part": "care_plan",
    "file": new_ref("fil"),
    "step": "health",
    "step_ref": new_ref("hst"),
    "key_ref": new_ref("key"),
    "act": "correct",
    "ending": "csv",
    "month": "2026-01",
    "name": "host_desk",
}
"""What stands in an address beside the record that is asked for."""
_CONVERTED: Final = re.compile(r"<(?:[^<>]*:)?(\w+)>")


@dataclass(frozen=True)
class Way:
    """One method of one address."""

    method: str
    rule: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def body(self) -> Mapping[str, Any] | None:
        """What to send, where a body is sent at all."""
        return BODIES.get(str(self).replace(_API, ""))

    @property
    def is_of_the_api(self) -> bool:
        """Whether JSON is sent; else a form."""
        return self.rule.startswith(_API)

    def path(self, ref: str) -> str:
        """The address of the record *ref*."""
        return self.rule.replace("<ref>", ref)


def ways(app: Flask) -> Iterator[Way]:
    """Every way to a record that is not open to everybody, pages too."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        is_guarded = getattr(app.view_functions[rule.endpoint], "permission", PUBLIC) != PUBLIC
        if is_guarded and (found := _naming_one(str(rule))):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Way(method, found)


def _spelt(rule: str) -> str:
    """The address *rule* with ``<ref>`` for what names a record, and examples for the rest."""
    return _CONVERTED.sub(lambda match: BESIDE.get(match[1], "<ref>" if match[1] in NAMING else match[0]), rule)


def _naming_one(rule: str) -> str | None:
    """The address *rule* with ``<ref>`` for the record it names, and examples for the rest; ``None`` where it names none."""
    found = _spelt(rule)
    return found if found.count("<ref>") == 1 and found.count("<") == 1 else None


def ways_with_a_body(app: Flask) -> Iterator[tuple[Way, ma.Schema]]:
    """Every route that takes a body as JSON, with its schema."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        declared: type[ma.Schema] | None = getattr(app.view_functions[rule.endpoint], "body", None)
        schema = declared or SCHEMAS_READ_BY_HAND.get(str(rule))
        if schema is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS", "GET"}):
                yield Way(method, _spelt(str(rule))), schema()


def lists(app: Flask) -> Iterator[str]:
    """Every address that lists something."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        is_guarded = getattr(app.view_functions[rule.endpoint], "permission", PUBLIC) != PUBLIC
        if is_guarded and not rule.arguments and "GET" in (rule.methods or set()):
            yield str(rule)
