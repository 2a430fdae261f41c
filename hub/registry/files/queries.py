"""Every statement over stored files and what they were supplied with."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, or_, select
from sqlalchemy.orm import Session

from hub.registry.models import Notice, NoticeFile, NoticeRecipient, StoredFile
from hub.registry.recipients import NO_FILES

SENT = ("registered", "superseded")
"""States in which a notice's files stand open to its recipients: not drafts, nor what was taken back."""


def file_seen_by(session: Session, ref: str, organisation_id: int) -> StoredFile | None:
    """The file *ref*, if that organisation uploaded it or was sent it with a notice and did not pass the notice on."""
    is_theirs = or_(StoredFile.owner_id == organisation_id, was_sent(organisation_id))
    return session.scalars(select(StoredFile).where(StoredFile.ref == ref, is_theirs)).one_or_none()


def was_sent(organisation_id: int) -> ColumnElement[bool]:
    """Condition: that organisation was sent the file with a notice, as one of those who see what is attached."""
    sent = (
        select(NoticeFile.file_id)
        .join(Notice, Notice.id == NoticeFile.notice_id)
        .join(NoticeRecipient, NoticeRecipient.notice_id == Notice.id)
        .where(
            NoticeRecipient.organisation_id == organisation_id,
            NoticeRecipient.redirected_to_id.is_(None),
            NoticeRecipient.capacity.not_in(NO_FILES),
            Notice.state.in_(SENT),
        )
    )
    return StoredFile.id.in_(sent)


def same_content(session: Session, owner_id: int, sha256: bytes) -> StoredFile | None:
    """The file that this organisation uploaded before with the same content."""
    wanted = select(StoredFile).where(StoredFile.owner_id == owner_id, StoredFile.sha256 == sha256)
    return session.scalars(wanted.order_by(StoredFile.id).limit(1)).first()


def add_file(session: Session, row: Mapping[str, Any]) -> StoredFile:
    """Insert a file; its content is on the disk already."""
    return session.execute(insert(StoredFile).values(dict(row)).returning(StoredFile)).scalar_one()


def owned(session: Session, owner_id: int, refs: Collection[str]) -> dict[str, StoredFile]:
    """Of *refs*, the files that this organisation uploaded, by reference."""
    wanted = select(StoredFile).where(StoredFile.owner_id == owner_id, StoredFile.ref.in_(list(refs)))
    return {file.ref: file for file in session.scalars(wanted)}


def notice_ref(session: Session, notice_id: int) -> str:
    """The reference of a notice."""
    return session.execute(select(Notice.ref).where(Notice.id == notice_id)).scalar_one()


def parts_of(session: Session, notice_id: int) -> set[tuple[int, str]]:
    """What is attached to a notice already: (file id, part)."""
    wanted = select(NoticeFile.file_id, NoticeFile.part).where(NoticeFile.notice_id == notice_id)
    return {(row.file_id, row.part) for row in session.execute(wanted)}


def add_parts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Attach files to notices."""
    session.execute(insert(NoticeFile), rows)


def files_with(session: Session, notice_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The files supplied with a notice, in the order in which they were attached: the file, and as what part."""
    wanted = select(StoredFile, NoticeFile.part).join(NoticeFile, NoticeFile.file_id == StoredFile.id)
    return session.execute(wanted.where(NoticeFile.notice_id == notice_id).order_by(NoticeFile.id)).all()


def notices_with(session: Session, file_id: int, organisation_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The notices that a file was supplied with and that the organisation sent or received: reference, part, when."""
    received = select(NoticeRecipient.notice_id).where(
        NoticeRecipient.organisation_id == organisation_id, NoticeRecipient.redirected_to_id.is_(None)
    )
    wanted = (
        select(Notice.ref.label("notice"), NoticeFile.part, Notice.registered_at.label("supplied_at"))
        .join(NoticeFile, NoticeFile.notice_id == Notice.id)
        .where(NoticeFile.file_id == file_id, Notice.state.in_(SENT))
        .where(or_(Notice.sender_id == organisation_id, Notice.id.in_(received)))
    )
    return session.execute(wanted.order_by(NoticeFile.id)).all()


def known_refs(session: Session, refs: Collection[str]) -> set[str]:
    """Of *refs*, those that are files of the hub."""
    return set(session.scalars(select(StoredFile.ref).where(StoredFile.ref.in_(list(refs)))))
