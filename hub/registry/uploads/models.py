"""Spreadsheets from which notices are registered: the upload, and each of its rows with what became of it.

What stands in a file is in ``sealed`` documents; plain are only counts, numbers of rows, states, and references.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed

UPLOAD_STATES: Final = ("checked", "registering", "paused", "stopped", "done", "discarded", "erased")
"""``stopped``: by the hub, because whoever registered may not any more. ``erased``: of what it said nothing is left."""
ROW_STATES: Final = ("faulty", "ready", "registered", "refused", "left_out")
"""``refused``: when its turn came it could not be registered. ``left_out``: a person decided not to send it."""


class Upload(Keyed, Base):
    """A spreadsheet, or as many notices sent at once by a system."""

    __tablename__ = "upload"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    sheet: Mapped[str]
    """Which kind of sheet (``uploads_sheets.SHEETS``)."""
    state: Mapped[str] = mapped_column(default="checked")
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"name": of the file, "headings": as they stood there, "left_out": headings that were not read}``"""
    content_hash: Mapped[bytes]
    """SHA-256 of the file and the kind of sheet: the same again is the same upload."""
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    registrar_kind: Mapped[str | None]
    registrar: Mapped[str | None]
    """Whose act the registration is: asked anew, for each notice, whether they may."""
    began_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    """Registered, or discarded: what is left of the content is erased some days later."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint(f"state IN {UPLOAD_STATES}", name="state"),
        Index("ix_upload_organisation_id", "organisation_id", "id"),
        Index("ix_upload_state", "state", "id"),
    )


class UploadRow(Keyed, Base):
    """One row of a spreadsheet."""

    __tablename__ = "upload_row"

    ref: Mapped[str] = mapped_column(unique=True)
    upload_id: Mapped[int] = mapped_column(BigId, ForeignKey("upload.id"))
    number: Mapped[int]
    """As the spreadsheet's own margin counts, its headings included."""
    state: Mapped[str]
    is_late: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether, when it was checked, a duty of the sender's would have been done late by it."""
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"cells": {place: text}, "body": as NoticeIn takes it, "faults": [{"column", "stands", "sentence"}]}``"""
    notice_ref: Mapped[str | None]
    registered_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    """How often a worker has begun with it: one that breaks the worker each time does not keep the others waiting."""

    __table_args__ = (
        CheckConstraint(f"state IN {ROW_STATES}", name="state"),
        UniqueConstraint("upload_id", "number"),
        Index("ix_upload_row_state", "upload_id", "state", "number"),
    )
