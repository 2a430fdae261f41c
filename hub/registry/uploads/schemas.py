"""What is sent and answered about spreadsheets, and how the API's document describes sending one."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from hub.core.http import NO_CURSOR, PageQuery
from hub.core.sentences import worded
from hub.registry.schemas_parts import PERSONAL, one_of
from hub.registry.uploads.files import MOST_ROWS
from hub.registry.uploads.models import ROW_STATES, UPLOAD_STATES
from hub.registry.uploads.sheets import SHEETS


class UploadIn(Schema):
    """As many notices at once, each as ``POST /notices`` takes it; their ``kind`` follows from ``sheet``."""

    sheet = one_of(tuple(SHEETS), required=True, error_messages={"required": "Say which kind of spreadsheet this is."})
    rows = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        validate=validate.Length(
            min=1, max=MOST_ROWS, error=worded("Send one to {most_rows:,} rows.", most_rows=MOST_ROWS)
        ),
        error_messages={"required": "Send the rows."},
        metadata={**PERSONAL, "description": "Bodies of notices, without their kind"},
    )


class RowCountsOut(Schema):
    """How many rows are in each state; ``late``: how many of those that are ready would be late."""

    faulty = fields.Integer(dump_default=0)
    ready = fields.Integer(dump_default=0)
    registered = fields.Integer(dump_default=0)
    refused = fields.Integer(dump_default=0)
    left_out = fields.Integer(dump_default=0)
    late = fields.Integer(dump_default=0)


class UploadOut(Schema):
    """An upload: counts and references, never what stands in it."""

    ref = fields.String(required=True)
    sheet = fields.String(required=True, validate=validate.OneOf(tuple(SHEETS)))
    state = fields.String(required=True, validate=validate.OneOf(UPLOAD_STATES))
    uploaded_at = fields.AwareDateTime(required=True)
    uploaded_by = fields.String(required=True)
    began_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    rows = fields.Integer(required=True)
    counts = fields.Nested(RowCountsOut, required=True)
    left_out = fields.List(
        fields.String(), required=True, metadata={**PERSONAL, "description": "Headings that were not read"}
    )


class RowFaultOut(Schema):
    """One fault of a row: the column by its path in a notice (empty: the row), its heading, what stands there, what to enter."""

    column = fields.String(required=True)
    heading = fields.String(required=True)
    stands = fields.String(required=True, metadata=PERSONAL)
    sentence = fields.String(required=True)


class UploadRowOut(Schema):
    """One row, what became of it, and what is to be changed."""

    number = fields.Integer(required=True, metadata={"description": "As the spreadsheet's own margin counts"})
    state = fields.String(required=True, validate=validate.OneOf(ROW_STATES))
    is_late = fields.Boolean(required=True)
    notice = fields.String(required=True, allow_none=True)
    registered_at = fields.AwareDateTime(required=True, allow_none=True)
    faults = fields.List(fields.Nested(RowFaultOut), required=True)


class UploadRowsQuery(PageQuery):
    """Which rows."""

    cursor = fields.String(
        load_default="0",
        validate=validate.Regexp(r"^[0-9]{1,7}$", error=NO_CURSOR),
        metadata={"description": "`next_cursor` of the page before: the number of its last row"},
    )
    state = one_of(ROW_STATES, load_default=None)


_FILE: Final[dict[str, Any]] = {"type": "string", "contentMediaType": "application/octet-stream"}
FORM: Final[dict[str, Any]] = {
    "required": True,
    "description": "A CSV or XLSX file in the part `file`, with the kind of `sheet`; or the rows as JSON.",
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "file": _FILE,
                    "sheet": {"type": "string", "enum": list(SHEETS)},
                    "leave_out_unknown": {
                        "type": "string",
                        "enum": ["yes", "no"],
                        "description": "Whether columns that the hub does not know are passed over; otherwise they are refused",
                    },
                },
                "required": ["file", "sheet"],
                "additionalProperties": False,
            }
        },
        "application/json": {"schema": {"$ref": "#/components/schemas/UploadIn"}},
    },
}
