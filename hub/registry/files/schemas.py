"""What is answered about files, and how the API's document describes sending and opening one."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from hub.registry.files.service import PARTS
from hub.registry.files.types import MEDIA_TYPES
from hub.registry.schemas_parts import PERSONAL


class SuppliedOut(Schema):
    """With which notice a file was supplied, as what, and when."""

    notice = fields.String(required=True)
    part = fields.String(required=True, validate=validate.OneOf(PARTS))
    supplied_at = fields.AwareDateTime(required=True, allow_none=True)


class FileOut(Schema):
    """A file: what it is, never what is in it."""

    ref = fields.String(required=True)
    name = fields.String(required=True, metadata=PERSONAL)
    media_type = fields.String(required=True, validate=validate.OneOf(MEDIA_TYPES))
    size_bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the content as uploaded, in hexadecimal"})
    uploaded_at = fields.AwareDateTime(required=True)
    scan = fields.String(
        required=True,
        validate=validate.OneOf(("not_configured", "quarantined", "clean", "refused")),
        metadata={"description": "What a scanner found; a quarantined file opens to recipients once it is clean"},
    )
    supplied = fields.List(
        fields.Nested(SuppliedOut), required=True, metadata={"description": "Notices that you sent or received it with"}
    )


_BINARY: Final[dict[str, Any]] = {"type": "string", "contentMediaType": "application/octet-stream"}
FORM: Final[dict[str, Any]] = {
    "required": True,
    "description": "One file in the part `file`, with its name. PDF, Word (.docx without macros), PNG, JPEG or WebP.",
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": _BINARY},
                "required": ["file"],
                "additionalProperties": False,
            }
        }
    },
}
CONTENT: Final[dict[str, Any]] = {
    "description": "The file, byte for byte as it was uploaded; the opening has been recorded",
    "content": {media_type: {"schema": _BINARY} for media_type in MEDIA_TYPES},
}
