"""A file that comes in a form, held in memory: the usual parser would put a large one unsealed on the disk."""

import io
from dataclasses import dataclass, field
from typing import Final

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from hub.core.errors import Malformed, TooLarge
from hub.core.sentences import worded
from hub.registry.uploads.workbooks import refused

_MOST_FIELDS: Final = 8
_MOST_FIELD_BYTES: Final = 500_000
_NAMES: Final = frozenset({"sheet", "leave_out_unknown"})


@dataclass(frozen=True)
class SentForm:
    """What a form brought: the file's bytes and name, and which kind of sheet its sender says that it is."""

    content: bytes = field(repr=False)
    name: str = field(repr=False)
    sheet: str
    leave_out_unknown: bool


def sent_form(request: Request, most_bytes: int) -> SentForm:
    """The file and fields of a multipart body. Raises ``Malformed``, ``TooLarge`` and ``Invalid``."""
    parser = FormDataParser(
        stream_factory=lambda *_, **__: io.BytesIO(),
        max_form_memory_size=_MOST_FIELD_BYTES,
        max_form_parts=_MOST_FIELDS,
        silent=False,
    )
    try:
        said = (request.mimetype, request.content_length, request.mimetype_params)
        _, fields, files = parser.parse(request.stream, *said)
    except RequestEntityTooLarge:
        raise too_large(most_bytes) from None
    except ValueError:
        raise Malformed("The form cannot be read. Send it as multipart/form-data, with the file in “file”.") from None
    if set(fields) - _NAMES or list(files) != ["file"] or len(files.getlist("file")) != 1:
        raise refused("Send one file, in a part named file, beside “sheet”; and nothing else.")
    content = files["file"].stream.read()
    if len(content) > most_bytes:
        raise too_large(most_bytes)
    is_left_out = fields.get("leave_out_unknown") == "yes"
    return SentForm(content, files["file"].filename or "", fields.get("sheet", ""), is_left_out)


def too_large(most_bytes: int) -> TooLarge:
    """The refusal of a file that is larger than any that is taken."""
    megabytes = most_bytes // 1_000_000
    return TooLarge(
        worded("The file is too large. The largest taken is {megabytes} MB: divide it.", megabytes=megabytes)
    )
