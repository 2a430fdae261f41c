"""What is this file really? Told by its content, never by its name or by what the sender says it is. Pure.

Taken: PDF, Word (DOCX without macros), PNG, JPEG, WebP. Refused, each with a sentence: what is empty, cut short or of
another type; a name that says another type or leads elsewhere; a Word file with macros or parts fetched from the internet; a
file that is two types at once; one that swells beyond reason when opened. A scanner, where there is one, looks for the rest.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final
from xml.etree import ElementTree  # nosec B405  # see _refuse_fetched_parts

from hub.core.errors import Invalid
from hub.core.sentences import worded

PDF, DOCX = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
EXTENSIONS: Final = {
    PDF: ("pdf",),
    DOCX: ("docx",),
    PNG: ("png",),
    JPEG: ("jpg", "jpeg"),
    WEBP: ("webp",),
}
MEDIA_TYPES: Final = tuple(EXTENSIONS)
_SPOKEN: Final = {
    PDF: worded("a PDF"),
    DOCX: worded("a Word document"),
    PNG: worded("a PNG image"),
    JPEG: worded("a JPEG image"),
    WEBP: worded("a WebP image"),
}
TAKEN: Final = worded("Send a PDF, a Word document (.docx), or a PNG, JPEG or WebP image.")

LONGEST_NAME: Final = 200
MOST_PIXELS: Final = 100_000_000
MOST_PARTS: Final = 2_000
MOST_UNPACKED: Final = 100_000_000
"""Bytes that a Word file may hold once unpacked: far more than a care plan, far less than a bomb."""


def detect(content: bytes) -> str:
    """The media type of *content*. Raises ``Invalid`` (field ``file``) with a sentence for whoever sent it."""
    if not content:
        raise refused("The file is empty. Check that you chose the right one.")
    for media_type, begins, check in _KINDS:
        if begins(content):
            check(content)
            _refuse_second_nature(media_type, content)
            return media_type
    raise refused(worded("This is not a type of file that is taken. {taken}", taken=TAKEN))


def refused(sentence: str, field: str = "file") -> Invalid:
    """The refusal of a file, with *sentence* under the form's *field*."""
    return Invalid(sentence, code="file_refused", fields={field: [sentence]})


def checked_name(name: str | None, media_type: str) -> str:
    """The file's name as it is kept: one that leads nowhere else and whose ending agrees with *media_type*."""
    if not name or not name.strip(" ."):
        raise refused("The file has no name. Give it one and send it again.")
    name = unicodedata.normalize("NFC", name.strip())
    if len(name) > LONGEST_NAME:
        raise refused(
            worded("The file's name is too long. Use at most {longest_name} characters.", longest_name=LONGEST_NAME)
        )
    if any(c in '/\\:*?"<>|' or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in name):
        raise refused("The file's name has characters that names cannot have, such as / or \\. Rename it.")
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem.strip(" ."):
        return f"{name.strip('.')}.{EXTENSIONS[media_type][0]}"
    if ending.lower() not in EXTENSIONS[media_type]:
        raise refused(
            worded(
                "The name ends in .{ending}, but the file is {what}. Save it again as one.",
                ending=ending.lower(),
                what=_SPOKEN[media_type],
            )
        )
    return name


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise refused("The PDF is cut short or damaged. Open it, save it again and send the new file.")


# ── Images ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_DAMAGED_IMAGE: Final = "The image is cut short or damaged. Open it, save it again and send the new file."


def _check_png(content: bytes) -> None:
    chunks = list(_png_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        raise refused(_DAMAGED_IMAGE)
    header = chunks[0][1]
    _refuse_vast(int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big"))


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's kind and body. What follows the end chunk, or a wrong checksum, is damage."""
    at = 8
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        kind, body, end = content[at + 4 : at + 8], content[at + 8 : at + 8 + size], at + 12 + size
        if end > len(content) or int.from_bytes(content[end - 4 : end], "big") != zlib.crc32(kind + body):
            raise refused(_DAMAGED_IMAGE)
        if kind == b"IEND" and end != len(content):
            raise refused(
                "Something is hidden behind the end of the image. Open it, save it again and send the new file."
            )
        yield kind, body
        at = end


_FRAME_MARKERS: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def _check_jpeg(content: bytes) -> None:
    """Walks the segments to the picture's data: the frame says how large it is. Telephones add parts after the end."""
    at, sized = 2, False
    while len(content) > at + 4 and content[at] == 0xFF:
        marker, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if size < 2 or at + 2 + size > len(content):
            break
        if marker in _FRAME_MARKERS:
            frame = content[at + 5 : at + 9]
            _refuse_vast(int.from_bytes(frame[2:], "big"), int.from_bytes(frame[:2], "big"))
            sized = True
        if marker == 0xDA:
            if sized and b"\xff\xd9" in content[at:]:
                return
            break
        at += 2 + size
    raise refused(_DAMAGED_IMAGE)


def _check_webp(content: bytes) -> None:
    said = int.from_bytes(content[4:8], "little") + 8
    width, height = _webp_size(content)
    if said not in (len(content), len(content) - 1):
        raise refused(_DAMAGED_IMAGE)
    _refuse_vast(width, height)


def _webp_size(content: bytes) -> tuple[int, int]:
    kind, body = content[12:16], content[20:30]
    if len(body) == 10 and kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if len(body) == 10 and kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    if len(body) >= 5 and kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise refused(_DAMAGED_IMAGE)


def _refuse_vast(width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise refused(_DAMAGED_IMAGE)
    if width * height > MOST_PIXELS:
        raise refused("The image has too many pixels to be opened safely. Save it smaller and send the new file.")


# ── Word ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

_ZIP_END: Final = b"PK\x05\x06"
_RUNS: Final = ("vbaproject", "/activex/")
"""In the names of parts that run: macros, and controls."""
_PROGRAMS: Final = (".exe", ".dll", ".js", ".vbs", ".hta", ".scr", ".ps1", ".bat", ".cmd", ".lnk")
_MACROS: Final = (b"macroenabled", b"vbaproject")
_DAMAGED_WORD: Final = "The Word document is damaged or protected by a password. Save it again without one."


def _check_docx(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
            begins_at = min(part.header_offset for part in archive.infolist())
            if begins_at != 0 or content[-22:-18] != _ZIP_END:
                raise refused("Something is hidden beside the document in this file. Save it again as a Word document.")
            _unpack(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, OSError):
        raise refused(_DAMAGED_WORD) from None


def _check_parts(archive: zipfile.ZipFile) -> None:
    """The list of what is inside, before anything is unpacked."""
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if not {"[content_types].xml", "word/document.xml"} <= set(names):
        raise refused(worded("This is an archive, not a Word document. {taken}", taken=TAKEN))
    if len(parts) > MOST_PARTS or len(names) != len(set(names)):
        raise refused(_DAMAGED_WORD)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refused("The document swells too much when it is opened. Make its pictures smaller and save it again.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise refused(_DAMAGED_WORD)
    if any(name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") for name in names):
        raise refused("The document has parts that lead out of it. Save it again as a Word document.")
    if any(any(word in name for word in _RUNS) or name.endswith(_PROGRAMS) for name in names):
        raise refused("The document has macros or programs in it. Save it as a plain Word document (.docx).")


def _unpack(archive: zipfile.ZipFile) -> None:
    """Unpack every part, counting what really comes out: what the list says of sizes may be a lie."""
    left = MOST_UNPACKED
    for part in archive.infolist():
        kept = bytearray()
        is_read = part.filename.lower().endswith((".xml", ".rels"))
        with archive.open(part) as stream:
            while piece := stream.read(1 << 16):
                left -= len(piece)
                if left < 0:
                    raise refused("The document swells too much when it is opened. Make its pictures smaller.")
                if is_read:
                    kept += piece
        if is_read:
            _check_markup(part.filename.lower(), bytes(kept))


def _check_markup(name: str, markup: bytes) -> None:
    # Without its zero bytes, markup in UTF-16 reads like markup in UTF-8: enough to find these plain words.
    plain = markup.replace(b"\0", b"").lower()
    if b"<!doctype" in plain or b"<!entity" in plain:
        raise refused("The document defines entities of its own, which Word never does. Save it again in Word.")
    if name == "[content_types].xml" and any(word in plain for word in _MACROS):
        raise refused("The document has macros in it. Save it as a plain Word document (.docx).")
    if name.endswith(".rels"):
        _refuse_fetched_parts(markup)


def _refuse_fetched_parts(relationships: bytes) -> None:
    """Links that a person may click are harmless; templates and pictures that Word would fetch by itself are not."""
    try:
        listed = list(ElementTree.fromstring(relationships))  # noqa: S314  # nosec B314  # entities were refused above
    except (ElementTree.ParseError, ValueError, LookupError):
        raise refused(_DAMAGED_WORD) from None
    for each in listed:
        is_fetched = each.get("TargetMode") == "External" and not each.get("Type", "").endswith("/hyperlink")
        if is_fetched and _leads_to_the_internet(each.get("Target", "")):
            raise refused("The document fetches parts of itself from the internet. Save it with everything in it.")


_WEB_SHARE: Final = re.compile(r"(?:file:)?[/\\]+(?:[^/\\]*@[^/\\]*|[0-9.]+|\[[0-9a-f:.]+\])(?:[/\\]|$)")
"""A share whose name is an address, or has a port (``host@SSL``): a web server, to which Word would send a password."""


def _leads_to_the_internet(target: str) -> bool:
    """Whether Word would fetch *target* from outside. Templates on a council's own drives and shares are common, and harmless
    wherever those cannot be reached."""
    wanted = target.strip().lower()
    return wanted.startswith(("http:", "https:", "ftp:", "//")) or _WEB_SHARE.match(wanted) is not None


# ── Two types at once ─────────────────────────────────────────────────────────────────────────────────────────────────

_PDF_HEAD: Final = b"%PDF-"
_MARKUP: Final = (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php")


def _refuse_second_nature(media_type: str, content: bytes) -> None:
    """Readers find an archive by its end and a PDF within its first kilobyte: nothing else may be found there."""
    head = content[:1024]
    also_archive = media_type != DOCX and _ZIP_END in content[-65_557:]
    also_pdf = media_type != PDF and _PDF_HEAD in head
    also_page = any(word in head.lower() for word in _MARKUP)
    if also_archive or also_pdf or also_page:
        raise refused("The file is two types of file at once. Open it, save it again and send the new file.")


def _starts(*heads: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(heads)


_KINDS: Final = (
    (PDF, _starts(_PDF_HEAD), _check_pdf),
    (DOCX, _starts(b"PK\x03\x04"), _check_docx),
    (PNG, _starts(b"\x89PNG\r\n\x1a\n"), _check_png),
    (JPEG, _starts(b"\xff\xd8\xff"), _check_jpeg),
    (WEBP, lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP", _check_webp),
)
