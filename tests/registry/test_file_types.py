"""What is taken and what is refused, told by content: each refusal with a sentence."""

import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import Invalid
from hub.registry.files.types import DOCX, JPEG, MEDIA_TYPES, PDF, PNG, WEBP, checked_name, detect
from tests.registry.sample_files import CONTENT_TYPES, docx, jpeg, pdf, png, webp

RELS = (
    '<?xml version="1.0"?><Relationships>'
    '<Relationship Id="1" Type="http://x/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
)


def rels(kind: str, target: str) -> bytes:
    return docx({"word/_rels/settings.xml.rels": RELS.format(kind=kind, target=target)})


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (pdf(), PDF),
        (docx(), DOCX),
        (docx(compressed=False), DOCX),
        (png(), PNG),
        (jpeg(), JPEG),
        (jpeg(after=b"SEFT what a telephone adds"), JPEG),
        (webp(), WEBP),
        (rels("hyperlink", "https://council.example/policy"), DOCX),
        (rels("attachedTemplate", "file:///C:/Templates/Care.dotx"), DOCX),
        (rels("attachedTemplate", "file:///\\\\fileserver\\templates\\Care.dotx"), DOCX),
    ],
)
def test_a_file_is_typed_by_its_content(content: bytes, media_type: str) -> None:
    assert detect(content) == media_type


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"A plain text care plan", "not a type"),
        (b"<html><body>care plan</body></html>", "not a type"),
        (b"MZ\x90\x00 a program", "not a type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old Word file", "not a type"),
        (pdf()[:-8], "cut short"),
        (png()[:-5], "cut short"),
        (png() + b"hidden", "hidden"),
        (png()[:40] + b"\0" + png()[41:], "cut short"),
        (jpeg()[:-2], "cut short"),
        (b"\xff\xd8\xff\xd9", "cut short"),
        (webp()[:-3], "cut short"),
        (png(20_000, 20_000), "pixels"),
        (jpeg(60_000, 60_000), "pixels"),
        (webp(16_000, 16_000), "pixels"),
        (png(0, 1), "cut short"),
        (docx()[:-30], "damaged"),
    ],
)
def test_what_cannot_be_taken_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        detect(content)


def archive_of(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (archive_of("holiday.txt"), "archive"),
        (docx({"word/vbaProject.bin": b"macro"}), "macros"),
        (docx({"[Content_Types].xml": CONTENT_TYPES.replace("application/xml", "vnd.ms-word.macroEnabled")}), "macros"),
        (docx({"../../outside.xml": "x"}), "lead out"),
        (docx({"/etc/outside.xml": "x"}), "lead out"),
        (docx({"word/run.exe": "x"}), "programs"),
        (docx({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'}), "entities"),
        (docx({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'.encode("utf-16")}), "entities"),
        (rels("attachedTemplate", "https://elsewhere.example/t.dotm"), "fetches"),
        (rels("image", "http://elsewhere.example/p.png"), "fetches"),
        (rels("attachedTemplate", "file://elsewhere.example@SSL/t.dotm"), "fetches"),
        (rels("attachedTemplate", "\\\\elsewhere.example@80\\t.dotm"), "fetches"),
        (rels("attachedTemplate", "file:///\\\\203.0.113.9\\share\\t.dotm"), "fetches"),
        (docx({"word/activeX/activeX1.bin": b"control"}), "macros or programs"),
        (docx({"word/embeddings/setup.lnk": b"x"}), "macros or programs"),
        (docx({"word/_rels/a.rels": "<not markup"}), "damaged"),
        (docx({f"word/part{number}.xml": "x" for number in range(2_001)}), "damaged"),
        (docx() + b"PK appended", "hidden"),
        (b"PK\x03\x04" + b"\0" * 60, "damaged"),
    ],
)
def test_a_word_file_that_is_more_than_a_document_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        detect(content)


def test_a_word_file_that_swells_beyond_reason_is_refused() -> None:
    bomb = docx({"word/media/a.bin": b"\0" * 101_000_000})
    assert len(bomb) < 200_000
    with pytest.raises(Invalid, match="swells"):
        detect(bomb)


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(docx({"word/media/a.bin": b"\0" * 101_000_000}))
    for said in (struct.pack("<I", 101_000_000),):
        while (at := bomb.find(said)) >= 0:
            bomb[at : at + 4] = struct.pack("<I", 10)
    with pytest.raises(Invalid, match=r"swells|damaged"):
        detect(bytes(bomb))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(jpeg(after=archive_of("word/document.xml")), id="a picture that is an archive"),
        pytest.param(pdf() + archive_of("a"), id="a PDF that is an archive"),
        pytest.param(jpeg(after=pdf()), id="a picture that is a PDF"),
        pytest.param(pdf("<script>alert(1)</script>"), id="a PDF that is a page"),
    ],
)
def test_a_file_that_is_two_types_at_once_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"two types|cut short"):
        detect(content)


HEADS = [b"", b"%PDF-", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFFxxxxWEBP"]


@given(st.sampled_from(HEADS), st.binary(max_size=400))
def test_no_bytes_whatever_do_more_than_be_refused(head: bytes, tail: bytes) -> None:
    with suppress(Invalid):
        assert detect(head + tail) in MEDIA_TYPES


@given(
    st.sampled_from([pdf(), docx(), png(), jpeg(), webp()]), st.integers(0, 2_000), st.binary(min_size=1, max_size=8)
)
def test_nor_do_files_damaged_anywhere(whole: bytes, at: int, damage: bytes) -> None:
    with suppress(Invalid):
        assert detect(whole[: at % len(whole)] + damage + whole[at % len(whole) + len(damage) :]) in MEDIA_TYPES


@pytest.mark.parametrize(
    ("name", "media_type", "kept"),
    [
        ("care plan.pdf", PDF, "care plan.pdf"),
        ("SCAN.PDF", PDF, "SCAN.PDF"),
        ("photo.jpeg", JPEG, "photo.jpeg"),
        ("care plan", DOCX, "care plan.docx"),
        (" plan.v2.docx ", DOCX, "plan.v2.docx"),
        (".pdf", PDF, "pdf.pdf"),
    ],
)
def test_a_name_is_kept_and_given_its_ending(name: str, media_type: str, kept: str) -> None:
    assert checked_name(name, media_type) == kept


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (None, "no name"),
        ("", "no name"),
        (" .. ", "no name"),
        ("../../etc/passwd.pdf", "characters"),
        ("C:\\plans\\a.pdf", "characters"),
        ("plan\0.pdf", "characters"),
        ("plan\u202efdp.exe", "characters"),
        ("plan\r\nSet-Cookie: a.pdf", "characters"),
        ("x" * 201 + ".pdf", "too long"),
        ("plan.docx", "ends in .docx"),
        ("plan.exe", "ends in .exe"),
    ],
)
def test_a_name_that_lies_or_leads_elsewhere_is_refused(name: str | None, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        checked_name(name, PDF)
