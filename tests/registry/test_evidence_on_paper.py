"""Evidence as a PDF: the same as the pack for machines, which travels inside it, in words that people read."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from hub.core.clock import LONDON
from hub.duties.pages import BASIS_WORDS, plain
from hub.notify.couriers import Couriers
from hub.registry.evidence.drawing import drawn
from hub.registry.evidence.paper import Facts, Heading, Table, Words, blocks
from hub.registry.evidence.proof import read_pack, read_public_key, verify_pack
from tests.conftest import NOW
from tests.notify.post import delivered, email_channel, mail_sink
from tests.registry.papers import CHILD, NORWICH, start
from tests.registry.test_evidence import MARKERS, PERSONAL, PLAN

Speak = Callable[[str], FlaskClient]
KEY_AT = "https://hub.example/api/v1/evidence-key"
ASKED = {"by": "T. Ŵyn-Łukasz", "text": "Invented: is it so?"}


@pytest.fixture
def notice(client_for: Speak, database: Any, rules: Any) -> str:
    """Leeds tells Norfolk with a care plan, and corrects it; then tells Kent, which reads, asks and acknowledges."""
    leeds, kent = client_for("leeds"), client_for("kent")
    file = leeds.post("/api/v1/files", data={"file": (io.BytesIO(PLAN), "rowan.pdf")}).json["ref"]
    paper = start(address=NORWICH, care_plan={"file": file}, markers=MARKERS)
    first = leeds.post("/api/v1/notices", json=paper).json["notice"]
    with mail_sink() as sink, closing(Couriers({"email": email_channel(sink.port)})) as couriers:
        delivered(database, rules, couriers, now=NOW)
    newer = start(care_plan={"file": file}, child={**CHILD, "given_names": "Rowena"})
    ref: str = leeds.post(f"/api/v1/notices/{first}/correction", json=newer).json["notice"]
    kent.get(f"/api/v1/notices/{ref}")
    kent.post(f"/api/v1/notices/{ref}/questions", json=ASKED)
    promised = {"by": "T. Field, duty manager", "promise": "enter_register", "promise_on": "2026-11-20"}
    assert kent.post(f"/api/v1/notices/{ref}/acknowledgement", json=promised).status_code == 201
    return ref


def pack_of(client: FlaskClient, notice: str) -> dict[str, Any]:
    return dict(client.get(f"/api/v1/notices/{notice}/evidence").json)


def paper_of(client: FlaskClient, notice: str) -> PdfReader:
    answer = client.get(f"/api/v1/notices/{notice}/evidence.pdf")
    assert answer.status_code == 200, answer.text
    return PdfReader(io.BytesIO(answer.data))


def text_of(document: PdfReader) -> str:
    """All that stands on its pages, with no regard to where lines were broken."""
    return "".join("".join(page.extract_text() for page in document.pages).split())


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every single thing that a pack says, with the name of its field."""
    if isinstance(value, dict):
        for below, part in value.items():
            yield from leaves(part, below)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, name)
    elif value not in (None, False, True):
        yield name, value


def spoken(name: str, value: Any) -> str:
    """As the paper says it."""
    if name == "basis":
        return BASIS_WORDS[value]
    if name == "channel":
        return {"email": "e-mail", "inbox": "inbox of the hub"}[value]
    if name.endswith("_role"):
        return plain(str(value))
    if name in ("state", "capacity", "kind", "part", "role", "outcome", "act", "promise"):
        return {"met_late": "met, late", "open": "open"}.get(value, value if "." in value else value.replace("_", " "))
    if name == "size_bytes":
        return f"{value:,} bytes"
    if name == "at" or name.endswith("_at"):
        local = datetime.fromisoformat(value).astimezone(LONDON)
        return f"{local.day} {local:%B %Y, %H:%M:%S %Z}"
    if name.endswith("_on"):
        return f"{datetime.fromisoformat(value).day} {datetime.fromisoformat(value):%B %Y}"
    return str(value)


# --- what it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", ["leeds", "kent"])
def test_every_single_thing_of_the_pack_stands_on_the_paper(client_for, notice, member) -> None:
    pack, text = pack_of(client_for(member), notice), text_of(paper_of(client_for(member), notice))
    said = [spoken(name, value) for name, value in leaves(pack)]
    assert len(said) > 100
    # A due day stands for its due instant, the last of that day.
    dated = {spoken("due_at", each["due_at"]) for each in pack["evidence"]["obligations"] if each["due_on"]}
    assert [each for each in said if "".join(each.split()) not in text and each not in dated] == []


def test_it_says_nothing_about_the_child(client_for, notice) -> None:
    text = text_of(paper_of(client_for("leeds"), notice))
    assert [part for part in PERSONAL if "".join(part.split()) in text] == []


def test_names_are_written_with_every_letter_they_have(client_for, notice) -> None:
    assert "T.Ŵyn-Łukasz" in text_of(paper_of(client_for("leeds"), notice))


def test_what_is_not_known_is_said_in_words(client_for) -> None:
    notice = client_for("leeds").post("/api/v1/notices", json=start(address=NORWICH)).json["notice"]
    text = text_of(paper_of(client_for("leeds"), notice))
    assert "Reachednotyet" in text
    assert "Nobodyyet." in text


# --- the document -----------------------------------------------------------------------------------------------------


def test_the_signed_pack_travels_inside_and_is_verified_with_the_hubs_key(client_for, notice) -> None:
    document = paper_of(client_for("leeds"), notice)
    [(name, [content])] = document.attachments.items()
    assert name == f"{notice}-evidence.json"
    key = client_for("leeds").get("/api/v1/evidence-key").data
    assert verify_pack(read_pack(content), read_public_key(key))


def test_the_paper_says_how_it_is_verified_and_with_which_key(client_for, notice) -> None:
    pack, text = pack_of(client_for("leeds"), notice), text_of(paper_of(client_for("leeds"), notice))
    assert pack["signature"]["key_id"] in text
    assert "/api/v1/evidence-key" in text
    assert f"hubevidenceverify{notice}-evidence.json--keykey.json" in text


def test_it_has_a_title_a_language_an_outline_and_numbered_pages(client_for, notice) -> None:
    document = paper_of(client_for("leeds"), notice)
    count = len(document.pages)
    assert document.xmp_metadata is not None
    assert document.xmp_metadata.dc_title == {"x-default": f"Evidence of notice {notice}"}
    assert document.root_object["/Lang"] == "en-GB"
    assert document.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [each.title for each in document.outline if not isinstance(each, list)] == ["Evidence of a notice"]
    feet = ["".join(page.extract_text().split()) for page in document.pages]
    assert all(f"Page{number}of{count}" in foot for number, foot in enumerate(feet, 1))


def test_it_is_made_for_keeping_and_carries_its_own_letters(client_for, notice) -> None:
    document = paper_of(client_for("leeds"), notice)
    described = document.root_object["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in described
    fonts = [each.get_object() for page in document.pages for each in page["/Resources"]["/Font"].values()]
    carried = [each["/DescendantFonts"][0].get_object()["/FontDescriptor"] for each in fonts]
    assert all("/FontFile2" in each.get_object() for each in carried)


def test_a_delivery_that_was_tried_for_days_is_cut_over_pages_and_loses_nothing(client_for, notice) -> None:
    pack = pack_of(client_for("leeds"), notice)
    [first, *_] = pack["evidence"]["versions"]
    tried = [
        {"number": n, "at": f"2026-11-18T10:{n % 60:02}:00Z", "outcome": "failed", "code": f"4{n:02}"}
        for n in range(1, 100)
    ]
    first["deliveries"][0]["attempts"] = tried
    text = text_of(PdfReader(io.BytesIO(drawn(pack, key_address=KEY_AT))))
    assert [each["code"] for each in tried if f"({each['code']})" not in text] == []


def test_every_block_says_something(client_for, notice) -> None:
    for block in blocks(pack_of(client_for("leeds"), notice), key_address=KEY_AT):
        match block:
            case Heading() | Words():
                assert block.text
            case Facts():
                assert block.rows
                assert all(name and value for name, value in block.rows)
            case Table():
                assert block.rows
                assert {len(row) for row in block.rows} == {len(block.head)} == {len(block.widths)}


# --- for whom ---------------------------------------------------------------------------------------------------------


def test_a_recipients_paper_is_about_that_recipient_alone(client_for, notice) -> None:
    text = text_of(paper_of(client_for("kent_police"), notice))
    assert "KentPolice" in text
    assert "KentCountyCouncil" not in text


def test_others_are_told_that_there_is_nothing(client_for, notice) -> None:
    for member in ("bradford", "willow_house"):
        assert client_for(member).get(f"/api/v1/notices/{notice}/evidence.pdf").status_code == 404


def test_it_is_a_download_that_nobody_keeps_on_the_way(client_for, notice) -> None:
    answer = client_for("leeds").get(f"/api/v1/notices/{notice}/evidence.pdf")
    assert answer.mimetype == "application/pdf"
    assert f"{notice}-evidence.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_issue_is_recorded_as_a_disclosure(client_for, notice, books) -> None:
    paper_of(client_for("kent"), notice)
    entries = books.all("SELECT * FROM audit_entry WHERE event = 'evidence.issued'")
    assert [(each.operation, each.subject_ref) for each in entries] == [("disclosure", notice)]
