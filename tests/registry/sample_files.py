"""Files for tests, made here byte by byte."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

CONTENT_TYPES = '<?xml version="1.0"?><Types><Default Extension="xml" ContentType="application/xml"/></Types>'
DOCUMENT = '<?xml version="1.0"?><document><body><p>A made-up care plan</p></body></document>'


def pdf(text: str = "made up") -> bytes:
    return f"%PDF-1.7\n% {text}\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF\n".encode()


def docx(parts: Mapping[str, str | bytes] | None = None, *, compressed: bool = True) -> bytes:
    buffer = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, body in {
            "[Content_Types].xml": CONTENT_TYPES,
            "word/document.xml": DOCUMENT,
            **(parts or {}),
        }.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 1, height: int = 1) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    picture = _chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + picture + _chunk(b"IEND", b"")


def jpeg(width: int = 1, height: int = 1, after: bytes = b"") -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x3f\x00" + b"\x12\x34"
    return b"\xff\xd8" + frame + scan + b"\xff\xd9" + after


def webp(width: int = 1, height: int = 1) -> bytes:
    size = (width - 1) | (height - 1) << 14
    body = b"WEBPVP8L" + struct.pack("<I", 10) + b"\x2f" + struct.pack("<I", size) + b"\0" * 5
    return b"RIFF" + struct.pack("<I", len(body)) + body
