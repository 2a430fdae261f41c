"""The evidence pack of a notice: who was told, when, through what, what they could see, who answered, how each duty stands.

It names organisations, officers and fields, and never says what stood in a field: of that it holds hashes. The sender's pack is
about everybody; a recipient's is about that recipient alone, and a police force has none of a child who is shielded from it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import queries as audit_queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.directory.queries import by_ids
from hub.duties.rulebook import Rulebook
from hub.notify import inbox_queries
from hub.notify.decisions import officers, written_about
from hub.notify.models import Obligation
from hub.registry import birthdays, notice_queries
from hub.registry.desk import question_queries
from hub.registry.evidence import queries
from hub.registry.evidence.proof import PURPOSE, signed
from hub.registry.files import queries as file_queries
from hub.registry.filing import files_of, stored_content
from hub.registry.models import Notice
from hub.registry.notice_queries import AnyRow
from hub.registry.owed import standing_about
from hub.registry.recipients import REDIRECTED_FROM, visible_to
from hub.registry.shielding import refuse_shielded, shielded_since

FORMAT: Final = "hub-evidence/1"
_AT_MOST: Final = 5_000
"""Deliveries and entries of one notice: far more than any has."""


@dataclass(frozen=True)
class _View:
    """For whom the pack is. ``only``: the organisation it is about; ``None``: everybody."""

    organisation_id: int
    only: int | None

    def shows(self, organisation_id: int) -> bool:
        return self.only in (None, organisation_id)

    @property
    def name(self) -> str:
        return "sender" if self.only is None else "recipient"


def evidence_pack(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """The signed evidence of the notice *ref* and the versions before it, for its sender or a recipient; the issue is recorded.

    Raises ``NotFound``.
    """
    notice, view = _notice_and_view(session, actor, ref)
    chain = queries.versions(session, [row.id for row in notice_queries.revisions(session, notice.id)])
    placement_ref = queries.placement_ref(session, notice.placement_id)
    owed = standing_about(session, placement_ref or "", [each.ref for each in chain])
    since = shielded_since(session, notice.placement_id)
    keys = keys_of(session)
    key_id = keys.newest_id
    evidence = {
        "format": FORMAT,
        "hub_key_id": key_id,
        "issued_at": iso(now),
        "issued_to": {"ref": actor.organisation_ref, "view": view.name},
        "notice": ref,
        "kind": notice.kind,
        "placement": placement_ref,
        "sender": _organisations(session, {notice.sender_id})[notice.sender_id],
        "superseded_by": queries.correction_of(session, notice.id),
        "versions": [_version(session, each, view, since) for each in chain],
        "obligations": list(_obligations(session, owed, view, rules, now)),
    }
    details = {"view": view.name, "versions": [each.ref for each in chain]}
    audit.record(session, actor, Event.EVIDENCE_ISSUED, ref, now=now, details=details)
    return signed(evidence, keys.signing_key(PURPOSE, key_id), key_id)


def _notice_and_view(session: Session, actor: Actor, ref: str) -> tuple[Notice, _View]:
    seen = notice_queries.notice_seen_by(session, ref, actor.organisation)
    if seen is not None and seen.Notice.sender_id == actor.organisation:
        return seen.Notice, _View(actor.organisation, None)
    if seen is None or not _own(notice_queries.recipients_of(session, seen.Notice.id), actor.organisation):
        raise NotFound("There is nothing with this reference that you can see.")
    refuse_shielded(session, actor, [seen.Notice.placement_id])
    return seen.Notice, _View(actor.organisation, actor.organisation)


def _own(recipients: Sequence[AnyRow], organisation_id: int) -> list[AnyRow]:
    return [row for row in recipients if row.NoticeRecipient.organisation_id == organisation_id]


# --- one version ------------------------------------------------------------------------------------------------------


def _version(session: Session, notice: Notice, view: _View, since: datetime | None) -> dict[str, Any]:
    content = stored_content(session, notice)
    recipients = notice_queries.recipients_of(session, notice.id)
    told = [row for row in recipients if view.shows(row.NoticeRecipient.organisation_id)]
    visible = content if view.only is None else visible_to(_capacity(told), content)
    read = _first_readings(session, notice.ref)
    return {
        "ref": notice.ref,
        "revision": notice.revision,
        "state": notice.state,
        "registered_at": _said(notice.registered_at),
        "sha256": notice.content_hash.hex() if notice.content_hash else None,
        "files": _files(session, notice, {ref for _, ref in files_of(visible)}),
        "told": [_recipient(row, _seen_by(row, content, since), read) for row in told],
        "deliveries": list(_deliveries(session, notice.ref, view)),
        "acknowledgements": list(_acknowledgements(session, notice.ref, view)),
        "questions": list(_questions(session, notice, view)),
    }


def _capacity(told: Sequence[AnyRow]) -> str:
    """As what a recipient was told; one that passed the notice on had been told as host. Not told at all: nothing is seen."""
    if not told:
        return REDIRECTED_FROM
    capacity: str = told[0].NoticeRecipient.capacity
    return "host_authority" if capacity == REDIRECTED_FROM else capacity


def _seen_by(row: AnyRow, content: Mapping[str, Any], since: datetime | None) -> Mapping[str, Any]:
    """What a recipient could see: nothing, if it is a police force and the child has been shielded *since* before it was told."""
    is_force = row.Organisation.kind == "police_force"
    if is_force and since is not None and since <= row.NoticeRecipient.told_at:
        return {}
    return visible_to(_capacity([row]), content)


def _recipient(row: AnyRow, visible: Mapping[str, Any], read: Mapping[int, datetime]) -> dict[str, Any]:
    told = row.NoticeRecipient
    return {
        "organisation": _organisation(row.Organisation),
        "capacity": told.capacity,
        "told_at": _said(told.told_at),
        "reached_at": _said(row.first_reached_at),
        "first_read_at": _said(read.get(told.organisation_id)),
        "redirected_to": _organisation(row.passed_to),
        "redirected_at": _said(told.redirected_at),
        "could_see": sorted(set(_field_names(visible))),
    }


def _field_names(value: Any, path: str = "") -> Iterator[str]:
    """The names of the fields that hold something, dotted, never what they hold: ``child.born_on``, ``markers.marker``."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _field_names(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for part in value:
            yield from _field_names(part, path)
    elif value is not None:
        yield path


def _first_readings(session: Session, notice_ref: str) -> dict[int, datetime]:
    """When each organisation first read the notice, as the audit holds it."""
    reading = {Event.NOTICE_READ.label, Event.PICKUP_OPENED.label}
    found: dict[int, datetime] = {}
    for entry in audit_queries.entries_about(session, notice_ref, at_most=_AT_MOST):
        if entry.event in reading and entry.organisation_id is not None:
            found.setdefault(entry.organisation_id, entry.at)
    return found


def _files(session: Session, notice: Notice, visible: set[str]) -> list[dict[str, Any]]:
    """The files sent with a version, by hash: their names may hold a child's."""
    return [
        {
            "ref": row.StoredFile.ref,
            "part": row.part,
            "media_type": row.StoredFile.media_type,
            "size_bytes": row.StoredFile.size_bytes,
            "sha256": row.StoredFile.sha256.hex(),
        }
        for row in file_queries.files_with(session, notice.id)
        if row.StoredFile.ref in visible
    ]


def _deliveries(session: Session, notice_ref: str, view: _View) -> Iterator[dict[str, Any]]:
    rows = inbox_queries.deliveries_about(session, notice_ref, organisation_id=view.only, after=0, at_most=_AT_MOST)
    attempts: dict[int, list[dict[str, Any]]] = {}
    for each in inbox_queries.attempts_at(session, [row.id for row in rows]):
        made = {"number": each.number, "at": iso(each.at), "outcome": each.outcome, "code": each.code}
        attempts.setdefault(each.delivery_id, []).append(made)
    for row in rows:
        yield {
            "ref": row.ref,
            "alert": row.alert_ref,
            "kind": row.kind,
            "organisation": {"ref": row.organisation_ref, "name": row.organisation_name},
            "role": row.role,
            "channel": row.channel,
            "contact_point": row.contact_point_ref,
            "state": row.state,
            "raised_at": iso(row.raised_at),
            "accepted_at": _said(row.accepted_at),
            "closed_at": _said(row.closed_at),
            "attempts": attempts.get(row.id, []),
        }


def _acknowledgements(session: Session, notice_ref: str, view: _View) -> Iterator[dict[str, Any]]:
    for row in notice_queries.acknowledgements_of(session, [notice_ref]):
        given = row.Acknowledgement
        if view.shows(given.organisation_id):
            yield {
                "ref": given.ref,
                "organisation": _organisation(row.Organisation),
                "by": keys_of(session).open(given.ref, given.sealed),
                "at": iso(given.at),
                "promise": given.promise,
                "promise_on": _said(given.promise_on),
            }


def _questions(session: Session, notice: Notice, view: _View) -> Iterator[dict[str, Any]]:
    """Who asked, who answered and when; of what they wrote its hash alone."""
    rows = [
        each for each in question_queries.about_notices(session, [notice.id]) if view.shows(each.Question.asked_by_id)
    ]
    said: dict[int, list[dict[str, Any]]] = {each.Question.id: [] for each in rows}
    for row in question_queries.entries(session, list(said)):
        entry = row.QuestionEntry
        written = keys_of(session).open(entry.ref, entry.sealed)
        told = {"act": entry.act, "at": iso(entry.at), "organisation": _organisation(row.Organisation)}
        told |= {"by": written["by"], "sha256": hashlib.sha256(written["text"].encode()).hexdigest()}
        said[entry.question_id].append(told)
    for each in rows:
        question = each.Question
        yield {
            "ref": question.ref,
            "kind": question.kind,
            "field": question.field,
            "state": question.state,
            "asked_by": _organisation(each.asked_by),
            "asked_of": _organisation(each.asked_of),
            "said": said[question.id],
        }


# --- what is owed -----------------------------------------------------------------------------------------------------


def _obligations(
    session: Session, owed: Sequence[Obligation], view: _View, rules: Rulebook, now: datetime
) -> Iterator[dict[str, Any]]:
    """What the organisation of the pack owes, and is owed. The question before a birthday would tell of one: left out."""
    told = [row for row in owed if row.duty_code != birthdays.DUTY]
    mine = [row for row in told if view.organisation_id in (row.owed_by_id, row.owed_to_id)]
    names = _organisations(session, {number for row in mine for number in (row.owed_by_id, row.owed_to_id) if number})
    for row in mine:
        duty = rules.law.duties.get(row.duty_code)
        yield {
            "ref": row.ref,
            "duty_code": row.duty_code,
            "says": duty.says if duty else row.duty_code,
            "basis": row.basis,
            "law_in_force": row.law_in_force,
            "source": [each.cite for each in duty.source] if duty else [],
            "subject": row.subject_ref,
            "owed_by": names.get(row.owed_by_id or 0),
            "owed_by_role": row.owed_by_role,
            "owed_to": names.get(row.owed_to_id or 0),
            "owed_to_role": row.owed_to_role,
            "due_at": _said(row.due_at),
            "due_on": _said(row.due_on),
            "due_is_policy": row.due_is_policy,
            "state": row.state,
            "is_overdue": row.state == "open" and row.due_at is not None and row.due_at < now,
            "fulfilled_at": _said(row.fulfilled_at),
            "fulfilled_by": officers(written_about(session, row), row).get("fulfilled_by", row.fulfilled_by),
            "reached_at": _said(row.reached_at),
            "closed_at": _said(row.closed_at),
        }


def _organisations(session: Session, ids: set[int]) -> dict[int, dict[str, Any] | None]:
    return {number: _organisation(row) for number, row in by_ids(session, ids).items()}


def _organisation(row: Any) -> dict[str, Any] | None:
    return {"ref": row.ref, "name": row.name, "gss_code": row.gss_code} if row is not None else None


def _said(at: datetime | date | None) -> str | None:
    if at is None:
        return None
    return iso(at) if isinstance(at, datetime) else at.isoformat()
