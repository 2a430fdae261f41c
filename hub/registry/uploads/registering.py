"""Registering the rows of a spreadsheet: each a notice in a transaction of its own, so that a worker may die at any moment.

In one transaction the notice is registered and its row says so: after a kill neither is there, or both are. Whoever asked for it
is asked about anew with each notice: may they still? Any number of workers may do it at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access import queries as access_queries
from hub.access import sessions
from hub.access.checking import check
from hub.access.sign_in import factor_queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date
from hub.core.db import Database, keys_of
from hub.core.errors import Conflict, HubError, NotPermitted
from hub.core.logs import log
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify.gathering import gather_letters
from hub.registry.content import is_emergency, read_content
from hub.registry.receipts import Receipt
from hub.registry.registering import register_notice
from hub.registry.uploads import queries
from hub.registry.uploads.columns import columns
from hub.registry.uploads.judging import column_of
from hub.registry.uploads.models import Upload, UploadRow
from hub.registry.uploads.policy import UploadPolicy
from hub.registry.uploads.states import UPLOAD

PERMISSION: Final = "notice.register"
CHUNK: Final = 20
MOST_TRIES: Final = 10
"""A row that was begun so often, and never came to an end, is set aside: it breaks whoever takes it up."""
_OURS: Final = "The fault is ours and has been recorded. Register this one by hand, and tell us."
_MEANWHILE: Final = (
    "It was registered meanwhile by another way. Nothing was changed; to change something, correct that notice."
)


@dataclass(frozen=True)
class Desk:
    """What registering needs besides the row."""

    database: Database
    rules: Rulebook
    open_areas: Callable[[], Areas]
    policy: UploadPolicy

    @cached_property
    def areas(self) -> Areas:
        """The areas, opened with the first row: most workers never have one."""
        return self.open_areas()


def register_once(desk: Desk, *, now: datetime, limit: int = CHUNK) -> int:
    """Take up to *limit* rows of each upload that is being registered; return how many rows were settled. For the worker."""
    with desk.database.read() as session:
        waiting = queries.to_register(session, at_most=10)
    return sum(_some_of(desk, upload_id, limit, now) for upload_id in waiting)


def _some_of(desk: Desk, upload_id: int, limit: int, now: datetime) -> int:
    with desk.database.write() as session:
        row_ids = queries.next_rows(session, upload_id, at_most=limit)
        queries.note_tries(session, row_ids)
        if not row_ids:
            _finish(session, upload_id, now)
    return sum(_settle(desk, row_id, now) for row_id in row_ids)


def _finish(session: Session, upload_id: int, now: datetime) -> None:
    upload = queries.upload_by_id(session, upload_id)
    if upload is None or queries.has_ready(session, upload_id):
        return
    values = {"finished_at": now, "version": upload.version + 1}
    if UPLOAD.apply(session, Upload, "finish", Upload.id == upload_id, values) == 1:
        said = dict(queries.counts(session, [upload_id])[upload_id])
        audit.record(session, SYSTEM, Event.UPLOAD_REGISTERED, upload.ref, now=now, details=said)


def _settle(desk: Desk, row_id: int, now: datetime) -> int:
    """Register one row, or say why it was refused; 0 where somebody else has it, or the upload waits."""
    try:
        with desk.database.write() as session:
            taken = queries.take_row(session, row_id)
            return _register(desk, session, *taken, now=now) if taken else 0
    except NotPermitted as refusal:
        return _stop(desk, row_id, refusal, now)
    except HubError as refusal:
        return _refuse(desk, row_id, refusal, now)


def _register(desk: Desk, session: Session, row: UploadRow, upload: Upload, *, now: datetime) -> int:
    if row.tries > MOST_TRIES:
        raise Conflict(_OURS, code="fault")
    actor = registrar_of(session, upload, now=now)
    content = read_content(keys_of(session).open(row.ref, row.sealed)["body"])
    receipt = register_notice(session, actor, content, rules=desk.rules, areas=desk.areas, now=now)
    if receipt.revision > 1:
        raise Conflict(_MEANWHILE)
    _gather(desk, session, upload, receipt, is_urgent=is_emergency(content), now=now)
    values = {"state": "registered", "notice_ref": receipt.notice, "registered_at": now}
    if queries.settle_row(session, row.id, values) != 1:
        raise Conflict(_MEANWHILE)
    return 1


def _gather(desk: Desk, session: Session, upload: Upload, receipt: Receipt, *, is_urgent: bool, now: datetime) -> None:
    """The first urgent letters go out each by itself; of more, and of all others, one mailbox gets a few messages."""
    policy = desk.policy
    alone = is_urgent and queries.registered_of(session, upload.id, at_most=policy.urgent_alone) < policy.urgent_alone
    urgent_every = None if alone else timedelta(minutes=policy.urgent_minutes)
    gather_letters(
        session,
        [receipt.notice, *(match["ref"] for match in receipt.matches)],
        every=timedelta(minutes=policy.gather_minutes),
        urgent_every=urgent_every,
        now=now,
    )


def registrar_of(session: Session, upload: Upload, *, now: datetime) -> Actor:
    """Whose act the registration of *upload* is, as they may act now. Raises ``NotPermitted`` when they may not any more."""
    if upload.registrar_kind == "person":
        actor = _person(session, upload.registrar or "", now)
    else:
        actor = _client(session, upload.registrar or "", now)
    if actor is None or actor.organisation_id != upload.organisation_id:
        raise NotPermitted("Whoever registers it cannot sign in any more. Somebody else may go on with it.")
    check(actor, PERMISSION)
    return actor


def _person(session: Session, ref: str, now: datetime) -> Actor | None:
    person = factor_queries.person_by_ref(session, ref)
    if person is None:
        return None
    organisation = sessions.organisation_of(session, person)
    return None if sessions.refusal_of(person, organisation, now=now) else sessions.person_actor(person, organisation)


def _client(session: Session, ref: str, now: datetime) -> Actor | None:
    client = access_queries.client(session, ref, None)
    if client is None or client.disabled_at is not None:
        return None
    organisation = directory.by_ids(session, [client.organisation_id])[client.organisation_id]
    if organisation.valid_to is not None and organisation.valid_to <= london_date(now):
        return None
    scopes = frozenset(client.scopes)
    return Actor(
        "api_client",
        client.ref,
        organisation.id,
        organisation.ref,
        organisation.kind,
        scopes,
        organisation_gss=organisation.gss_code,
        organisation_area=organisation.area_gss,
    )


def _stop(desk: Desk, row_id: int, refusal: NotPermitted, now: datetime) -> int:
    """Whoever registers may not any more: nothing further is sent until somebody who may takes it up."""
    with desk.database.write() as session:
        upload = queries.upload_of_row(session, row_id)
        values = {"finished_at": now, "version": upload.version + 1}
        if UPLOAD.apply(session, Upload, "stop", Upload.id == upload.id, values) == 1:
            said = {"because": refusal.reason}
            audit.record(session, SYSTEM, Event.UPLOAD_STOPPED, upload.ref, now=now, details=said)
    return 0


def _refuse(desk: Desk, row_id: int, refusal: HubError, now: datetime) -> int:
    """Keep why a row could not be registered, beside what it says."""
    with desk.database.write() as session:
        taken = queries.take_row(session, row_id)
        if taken is None:
            return 0
        row: UploadRow = taken[0]
        keys = keys_of(session)
        document = _document(keys.open(row.ref, row.sealed), refusal) if refusal.reason != "record_unreadable" else None
        values: dict[str, Any] = {"state": "refused"}
        if document is not None:
            values["sealed"] = keys.seal(row.ref, document)
        if refusal.reason == "fault":
            log(__name__).error("upload.row_set_aside", row=row.ref)
        return queries.settle_row(session, row.id, values)


def _document(document: dict[str, Any], refusal: HubError) -> dict[str, Any]:
    """What the row says, with what was refused of it."""
    said = {column_of(path): sentences[0] for path, sentences in refusal.fields.items()} or {"": refusal.sentence}
    faults = [
        {
            "column": column,
            "heading": columns()[column].heading if column else "",
            "stands": document["cells"].get(column, ""),
            "sentence": sentence,
        }
        for column, sentence in said.items()
    ]
    return {**document, "faults": faults}


# --- erasing ------------------------------------------------------------------------------------------------------------


def erase_once(database: Database, policy: UploadPolicy, *, now: datetime, limit: int = 20) -> int:
    """Erase what uploads said that have served, or were left; return how many. For the worker."""
    with database.write() as session:
        old = [
            *queries.old_uploads(session, before=now - policy.kept, at_most=limit),
            *queries.forgotten_uploads(session, before=now - policy.unfinished, at_most=limit),
        ]
        for upload in old:
            _erase(session, upload, now)
    return len(old)


def _erase(session: Session, upload: Upload, now: datetime) -> None:
    counted = dict(queries.counts(session, [upload.id])[upload.id])
    blank = keys_of(session).seal(upload.ref, {"counts": counted})
    values = {"sealed": blank, "version": upload.version + 1, "finished_at": upload.finished_at or now}
    UPLOAD.apply_one(session, Upload, "erase", Upload.id == upload.id, values)
    queries.forget_rows(session, upload.id)
    audit.record(session, SYSTEM, Event.UPLOAD_ERASED, upload.ref, now=now, details=counted)
