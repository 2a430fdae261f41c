"""Every statement over uploads and their rows, and what they are compared with."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, case, delete, func, select, update
from sqlalchemy.orm import Session

from hub.core.bulk import Insertion
from hub.core.db import changed
from hub.directory.models import Organisation
from hub.registry.models import Child, ChildIndex, Notice, Placement
from hub.registry.placement_queries import may_see
from hub.registry.uploads.models import Upload, UploadRow

AnyRow = Row[*tuple[Any, ...]]
_ADD_UPLOAD, _ADD_ROWS = (Insertion(cast(Table, model.__table__)) for model in (Upload, UploadRow))
_AT_ONCE = 500
"""Values in one IN: SQLite takes no statement of any length."""
_FRESH = {"populate_existing": True}
LIVE = ("checked", "registering", "paused")
KEPT = (*LIVE, "stopped", "done")


# --- uploads ------------------------------------------------------------------------------------------------------------


def add_upload(session: Session, row: Mapping[str, Any]) -> int:
    """Insert an upload; its id."""
    return _ADD_UPLOAD.one(session, row)


def add_rows(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows of an upload."""
    _ADD_ROWS.rows(session, rows)


def upload(session: Session, ref: str, organisation_id: int, *, lock: bool = False) -> Upload | None:
    """The upload *ref*, if it is the organisation's; with *lock*, kept from other writers."""
    wanted = select(Upload).where(Upload.ref == ref, Upload.organisation_id == organisation_id)
    return session.scalars(wanted.with_for_update() if lock else wanted, execution_options=_FRESH).one_or_none()


def same_file(session: Session, organisation_id: int, content_hash: bytes) -> Upload | None:
    """The upload of the same content that the organisation still has."""
    mine = (Upload.organisation_id == organisation_id, Upload.content_hash == content_hash, Upload.state.in_(KEPT))
    return session.scalars(select(Upload).where(*mine).order_by(Upload.id.desc()).limit(1)).one_or_none()


def uploads_of(session: Session, organisation_id: int, *, after: str | None, at_most: int) -> Sequence[Upload]:
    """The organisation's uploads, newest first."""
    wanted = select(Upload).where(Upload.organisation_id == organisation_id)
    if after:
        wanted = wanted.where(Upload.id < select(Upload.id).where(Upload.ref == after).scalar_subquery())
    return session.scalars(wanted.order_by(Upload.id.desc()).limit(at_most)).all()


def waiting_rows(session: Session, organisation_id: int, kind_of_sheet: Collection[str]) -> Sequence[AnyRow]:
    """``number, ref, sealed, upload_ref`` of the rows of such sheets that wait to be registered."""
    wanted = (
        select(UploadRow.number, UploadRow.ref, UploadRow.sealed, Upload.ref.label("upload_ref"))
        .join(Upload, Upload.id == UploadRow.upload_id)
        .where(Upload.organisation_id == organisation_id, Upload.state.in_(LIVE), Upload.sheet.in_(kind_of_sheet))
        .where(UploadRow.state == "ready")
    )
    return session.execute(wanted).all()


def count_waiting(session: Session, organisation_id: int) -> int:
    """How many uploads of the organisation wait for somebody or something."""
    mine = select(func.count()).where(Upload.organisation_id == organisation_id, Upload.state.in_(LIVE))
    return session.scalar(mine) or 0


def counts(session: Session, upload_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """Upload → state of row → how many; and ``late``: how many of those that are ready would be late."""
    late = func.sum(case((UploadRow.is_late & (UploadRow.state == "ready"), 1), else_=0)).label("late")
    wanted = (
        select(UploadRow.upload_id, UploadRow.state, func.count().label("number"), late)
        .where(UploadRow.upload_id.in_(upload_ids))
        .group_by(UploadRow.upload_id, UploadRow.state)
    )
    found: dict[int, dict[str, int]] = {number: {"late": 0} for number in upload_ids}
    for row in session.execute(wanted):
        found[row.upload_id][row.state] = row.number
        found[row.upload_id]["late"] += int(row.late or 0)
    return found


def rows_of(
    session: Session, upload_id: int, *, states: Collection[str], after: int = 0, at_most: int
) -> Sequence[UploadRow]:
    """The rows in any of *states*, by number, from after *after*."""
    wanted = select(UploadRow).where(UploadRow.upload_id == upload_id, UploadRow.state.in_(states))
    wanted = wanted.where(UploadRow.number > after).order_by(UploadRow.number).limit(at_most)
    return session.scalars(wanted, execution_options=_FRESH).all()


# --- registering --------------------------------------------------------------------------------------------------------


def to_register(session: Session, *, at_most: int) -> Sequence[int]:
    """The uploads that are being registered, longest waiting first."""
    wanted = select(Upload.id).where(Upload.state == "registering").order_by(Upload.began_at, Upload.id)
    return session.scalars(wanted.limit(at_most)).all()


def next_rows(session: Session, upload_id: int, *, at_most: int) -> Sequence[int]:
    """The rows whose turn it is: those that were begun least often, then by number."""
    mine = select(UploadRow.id).where(UploadRow.upload_id == upload_id, UploadRow.state == "ready")
    return session.scalars(mine.order_by(UploadRow.tries, UploadRow.number).limit(at_most)).all()


def note_tries(session: Session, row_ids: Collection[int]) -> None:
    """These rows are begun."""
    session.execute(
        update(UploadRow).where(UploadRow.id.in_(row_ids)).values(tries=UploadRow.tries + 1),
        execution_options={"synchronize_session": False},
    )


def take_row(session: Session, row_id: int) -> AnyRow | None:
    """The row and its upload, if it still is to be registered, and nobody else has it in hand; locked until the end."""
    wanted = (
        select(UploadRow, Upload)
        .join(Upload, Upload.id == UploadRow.upload_id)
        .where(UploadRow.id == row_id, UploadRow.state == "ready", Upload.state == "registering")
        .with_for_update(of=UploadRow, skip_locked=True)
    )
    return session.execute(wanted, execution_options=_FRESH).first()


def upload_by_id(session: Session, upload_id: int) -> Upload | None:
    """The upload with this id, as it is now."""
    return session.scalars(select(Upload).where(Upload.id == upload_id), execution_options=_FRESH).one_or_none()


def upload_of_row(session: Session, row_id: int) -> Upload:
    """The upload that a row belongs to, as it is now."""
    wanted = select(Upload).join(UploadRow, UploadRow.upload_id == Upload.id).where(UploadRow.id == row_id)
    return session.scalars(wanted, execution_options=_FRESH).one()


def registered_of(session: Session, upload_id: int, *, at_most: int) -> int:
    """How many rows of an upload are registered, counted no further than *at_most*."""
    mine = select(UploadRow.id).where(UploadRow.upload_id == upload_id, UploadRow.state == "registered").limit(at_most)
    return len(session.execute(mine).all())


def settle_row(session: Session, row_id: int, values: Mapping[str, Any]) -> int:
    """Say what became of a row that is ready; how many rows changed."""
    mine = update(UploadRow).where(UploadRow.id == row_id, UploadRow.state == "ready")
    return changed(session, mine.values(dict(values)))


def leave_out_rest(session: Session, upload_id: int) -> int:
    """What was not registered is not to be."""
    rest = update(UploadRow).where(UploadRow.upload_id == upload_id, UploadRow.state == "ready")
    return changed(session, rest.values(state="left_out"))


def has_ready(session: Session, upload_id: int) -> bool:
    """Whether any row is still to be registered."""
    mine = select(UploadRow.id).where(UploadRow.upload_id == upload_id, UploadRow.state == "ready").limit(1)
    return session.execute(mine).first() is not None


# --- erasing ------------------------------------------------------------------------------------------------------------


def old_uploads(session: Session, *, before: datetime, at_most: int) -> Sequence[Upload]:
    """Uploads that were finished, or last looked after, before *before*, and still hold what was sent."""
    ended = (Upload.state.in_(("done", "stopped", "discarded")), Upload.finished_at < before)
    wanted = select(Upload).where(*ended).order_by(Upload.id).limit(at_most)
    return session.scalars(wanted, execution_options=_FRESH).all()


def forgotten_uploads(session: Session, *, before: datetime, at_most: int) -> Sequence[Upload]:
    """Uploads that nobody has finished since *before*."""
    left = (Upload.state.in_(("checked", "paused")), func.coalesce(Upload.began_at, Upload.uploaded_at) < before)
    wanted = select(Upload).where(*left).order_by(Upload.id).limit(at_most)
    return session.scalars(wanted, execution_options=_FRESH).all()


def forget_rows(session: Session, upload_id: int) -> int:
    """Erase the rows of an upload."""
    return changed(session, delete(UploadRow).where(UploadRow.upload_id == upload_id))


# --- what is known already ----------------------------------------------------------------------------------------------


def placements_seen_by(session: Session, refs: Iterable[str], organisation_id: int) -> dict[str, AnyRow]:
    """Reference → ``Placement, placing_gss, host_gss`` of those that the organisation may know of."""
    return {row.Placement.ref: row for row in _placements(session, Placement.ref, refs, organisation_id)}


def running_of_child(session: Session, values: Iterable[bytes], organisation_id: int) -> Sequence[AnyRow]:
    """``value, ref`` of the organisation's own running placements of the children under these blind identifiers."""
    found: list[AnyRow] = []
    for some in _parts(values):
        wanted = (
            select(ChildIndex.value, Placement.ref, Placement.id)
            .join(Child, Child.id == ChildIndex.child_id)
            .join(Placement, Placement.child_id.in_([Child.id, Child.merged_into_id]))
            .where(ChildIndex.kind == "identifier", ChildIndex.value.in_(some))
            .where(Placement.placing_authority_id == organisation_id)
            .where(Placement.state.in_(("proposed", "unconfirmed", "confirmed")))
        )
        found += session.execute(wanted).all()
    return found


def notices_of_child(session: Session, values: Iterable[bytes], organisation_id: int, kind: str) -> Sequence[AnyRow]:
    """``value, notice_ref, event_at, registered_at, child_ref, sealed`` of the organisation's own notices of *kind* that stand,
    about children under these blind indexes (dates of birth and numbers)."""
    found: list[AnyRow] = []
    for some in _parts(values):
        wanted = (
            select(
                ChildIndex.value,
                Notice.ref.label("notice_ref"),
                Notice.event_at,
                Notice.registered_at,
                Child.ref.label("child_ref"),
                Child.sealed,
            )
            .join(Child, Child.id == ChildIndex.child_id)
            .join(Placement, Placement.child_id.in_([Child.id, Child.merged_into_id]))
            .join(Notice, Notice.placement_id == Placement.id)
            .where(ChildIndex.kind.in_(("born_on", "identifier")), ChildIndex.value.in_(some))
            .where(Notice.sender_id == organisation_id, Notice.kind == kind, Notice.state == "registered")
        )
        found += session.execute(wanted).all()
    return found


def known_organisations(session: Session, refs: Iterable[str]) -> set[str]:
    """Those of these references that the directory has."""
    found: set[str] = set()
    for some in _parts(refs):
        found |= set(session.scalars(select(Organisation.ref).where(Organisation.ref.in_(some))))
    return found


def _placements(session: Session, column: Any, values: Iterable[Any], organisation_id: int) -> list[AnyRow]:
    placing = select(Organisation.gss_code).where(Organisation.id == Placement.placing_authority_id).scalar_subquery()
    host = select(Organisation.gss_code).where(Organisation.id == Placement.host_authority_id).scalar_subquery()
    may: ColumnElement[bool] = may_see(organisation_id)
    found: list[AnyRow] = []
    for some in _parts(values):
        wanted = select(Placement, placing.label("placing_gss"), host.label("host_gss")).where(column.in_(some), may)
        found += session.execute(wanted).all()
    return found


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    listed = list(dict.fromkeys(values))
    return (listed[begins : begins + _AT_ONCE] for begins in range(0, len(listed), _AT_ONCE))
