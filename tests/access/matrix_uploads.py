"""Of each sender, its spreadsheets."""

from typing import TYPE_CHECKING

from hub.core.ids import new_ref
from hub.registry.uploads.models import Upload, UploadRow
from tests.access.matrix_world import NOISE, UPLOADED, record
from tests.conftest import NOW

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder


def add_uploads(builder: "Builder") -> None:
    """Of each sender, a spreadsheet that waits, one that is being registered, and one that is paused; and the noise's."""
    for member, sheet in {**UPLOADED, "bradford": "planned_start"}.items():
        for what, state in (("upload", "checked"), ("upload begun", "registering"), ("upload paused", "paused")):
            ref = _upload(builder, member, sheet, state)
            if member in NOISE:
                builder.noise[what] = ref
            else:
                builder.records.setdefault(what, []).append(record(ref, **{member: "sender"}))


def _upload(builder: "Builder", member: str, sheet: str, state: str) -> str:
    ref, row_ref, keys = new_ref("upl"), new_ref("upr"), builder.database.keys
    said = {"name": "Clamour.csv" if member in NOISE else "Fictitious.csv"}
    upload = Upload(
        ref=ref, organisation_id=builder.ids[member], sheet=sheet, state=state, sealed=keys.seal(ref, said), content_hash=b"x",
        uploaded_by="cli_world", uploaded_at=NOW,
    )  # fmt: skip
    told = {"cells": {}, "body": {}, "faults": [], "tells": []}
    with builder.database.write() as session:
        session.add(upload)
        session.flush()
        sealed = keys.seal(row_ref, told)
        session.add(UploadRow(ref=row_ref, upload_id=upload.id, number=2, state="ready", sealed=sealed))
    return ref
