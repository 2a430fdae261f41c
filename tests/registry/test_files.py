"""Files from upload to opening: sealed on the disk, the same content once, opened by both ends only, every opening recorded."""

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from hub.audit import queries as audit_queries
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import new_ref
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.registry.files import service as files
from hub.registry.files import store as file_store
from hub.registry.models import Notice, NoticeRecipient
from hub.registry.party_queries import parties_to
from hub.registry.recipients import NO_FILES, visible_to
from tests.registry.sample_files import docx, pdf, png

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
PLAN, NAME = pdf("Fictitious-Rowan lives at 1 Fictitious Lane"), "Rowan Fictitious care plan.pdf"


@pytest.fixture
def folder(settings: Settings) -> Path:
    return file_store.folder_of(settings.data_dir)


def upload(database: Database, folder: Path, cast: Cast, member: str, content: bytes = PLAN, name: str = NAME) -> str:
    return files.take_in(database, folder, cast.actors[member], name=name, content=content, now=NOW).ref


def sent_notice(
    database: Database,
    cast: Cast,
    sender: str,
    *recipients: str,
    state: str = "registered",
    told_as: str = "host_authority",
) -> int:
    """A notice on record, with its recipients: as much of one as files need."""
    ref = new_ref("ntc")
    row = {
        "ref": ref, "kind": "placement_start", "state": state, "sender_id": cast.ids[sender], "sender_actor": "cli_test",
        "revision": 1, "event_at": NOW, "drafted_at": NOW, "registered_at": NOW, "version": 1,
        "sealed": database.keys.seal(ref, {}),
    }  # fmt: skip
    with database.write() as session:
        number = session.execute(insert(Notice).values(row).returning(Notice.id)).scalar_one()
        for recipient in recipients:
            told = {"notice_id": number, "organisation_id": cast.ids[recipient], "capacity": told_as}
            session.execute(insert(NoticeRecipient).values(**told, told_at=NOW))
    return number


def supply(database: Database, cast: Cast, member: str, notice_id: int, *items: tuple[str, str]) -> None:
    with database.write() as session:
        files.attach_files(session, cast.actors[member], notice_id, items, now=NOW)


def opened(database: Database, folder: Path, cast: Cast, member: str, ref: str) -> bytes:
    return files.open_file(database, folder, cast.actors[member], ref, now=NOW)[1]


def events(database: Database, ref: str) -> list[str]:
    with database.read() as session:
        return [entry.event for entry in audit_queries.entries_about(session, ref)]


# ── Taking in ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_comes_back_byte_for_byte(database: Database, folder: Path, cast: Cast) -> None:
    ref = upload(database, folder, cast, "leeds")
    assert opened(database, folder, cast, "leeds", ref) == PLAN


def test_neither_the_disk_nor_the_database_shows_what_is_in_it_or_its_name(
    database: Database, folder: Path, cast: Cast, settings: Settings
) -> None:
    ref = upload(database, folder, cast, "leeds")
    kept = file_store.path_of(folder, ref).read_bytes()
    assert b"Rowan" not in kept
    assert b"%PDF" not in kept
    if database.is_sqlite:
        everything = b"".join(path.read_bytes() for path in settings.data_dir.glob("hub.sqlite3*"))
        assert b"Rowan Fictitious" not in everything


def test_the_same_content_again_is_the_same_file_for_the_same_organisation_only(
    database: Database, folder: Path, cast: Cast
) -> None:
    first = upload(database, folder, cast, "leeds")
    assert upload(database, folder, cast, "leeds", name="again.pdf") == first
    assert upload(database, folder, cast, "bradford") != first
    assert len(list(folder.glob("??/fil_*"))) == 2


def test_a_file_without_a_row_is_swept_after_a_day_and_one_with_a_row_stays(
    database: Database, folder: Path, cast: Cast
) -> None:
    kept = upload(database, folder, cast, "leeds")
    orphan, fresh = new_ref("fil"), new_ref("fil")
    for ref in (orphan, fresh):
        file_store.put(database.keys, folder, ref, b"never committed")
    abandoned = file_store.path_of(folder, orphan).with_name(f"{new_ref('fil')}.123.part")
    abandoned.write_bytes(b"half")
    for path in (file_store.path_of(folder, kept), file_store.path_of(folder, orphan), abandoned):
        os.utime(path, (0, 0))
    assert files.sweep_once(database, folder) == 2
    assert file_store.path_of(folder, kept).exists()
    assert file_store.path_of(folder, fresh).exists()
    assert not abandoned.exists()


def test_a_name_cannot_lead_out_of_the_folder(folder: Path) -> None:
    with pytest.raises(LookupError):
        file_store.path_of(folder, "../../keys.toml")


# ── Opening ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recipient_opens_it_and_each_opening_is_on_record(database: Database, folder: Path, cast: Cast) -> None:
    ref = upload(database, folder, cast, "leeds")
    supply(database, cast, "leeds", sent_notice(database, cast, "leeds", "kent"), ("care_plan", ref))
    assert opened(database, folder, cast, "kent", ref) == PLAN
    assert opened(database, folder, cast, "leeds", ref) == PLAN
    assert events(database, ref) == ["file.uploaded", "file.supplied", "file.opened", "file.opened"]


@pytest.mark.parametrize("capacity", sorted(NO_FILES))
def test_who_sees_nothing_of_what_is_attached_opens_none_of_it_by_its_reference(
    database: Database, folder: Path, cast: Cast, capacity: str
) -> None:
    assert visible_to(capacity, {"care_plan": {"file": "fil_x"}, "files": [{"part": "plan", "file": "fil_x"}]}) == {}
    ref = upload(database, folder, cast, "leeds")
    number = sent_notice(database, cast, "leeds", "kent_police", told_as=capacity)
    supply(database, cast, "leeds", number, ("care_plan", ref))
    with pytest.raises(NotFound):
        opened(database, folder, cast, "kent_police", ref)
    with database.read() as session:
        assert parties_to(session, ref, cast.ids["kent_police"]) == frozenset()


@pytest.mark.parametrize("capacity", ["host_authority", "placing_authority"])
def test_both_councils_see_what_is_attached(capacity: str) -> None:
    attached = {"care_plan": {"file": "fil_x"}, "files": [{"part": "plan", "file": "fil_x"}]}
    assert visible_to(capacity, attached) == attached
    assert capacity not in NO_FILES


@pytest.mark.parametrize("state", ["draft", "withdrawn", "discarded"])
def test_a_notice_that_was_not_sent_or_was_taken_back_opens_nothing(
    database: Database, folder: Path, cast: Cast, state: str
) -> None:
    ref = upload(database, folder, cast, "leeds")
    supply(database, cast, "leeds", sent_notice(database, cast, "leeds", "kent", state=state), ("care_plan", ref))
    with pytest.raises(NotFound):
        opened(database, folder, cast, "kent", ref)


def test_for_others_there_is_no_such_file_and_nothing_is_on_record(
    database: Database, folder: Path, cast: Cast
) -> None:
    ref = upload(database, folder, cast, "leeds")
    supply(database, cast, "leeds", sent_notice(database, cast, "leeds", "kent"), ("care_plan", ref))
    for outsider in ("medway", "kent_police"):
        with pytest.raises(NotFound) as theirs:
            opened(database, folder, cast, outsider, ref)
        with pytest.raises(NotFound) as nobodys:
            opened(database, folder, cast, outsider, new_ref("fil"))
        assert theirs.value.sentence == nobodys.value.sentence
    assert "file.opened" not in events(database, ref)


def test_a_host_that_passed_the_notice_on_cannot_open_its_files(database: Database, folder: Path, cast: Cast) -> None:
    ref = upload(database, folder, cast, "leeds")
    number = sent_notice(database, cast, "leeds", "kent", "medway")
    supply(database, cast, "leeds", number, ("care_plan", ref))
    with database.write() as session:
        told = session.query(NoticeRecipient).filter_by(organisation_id=cast.ids["kent"]).one()
        told.redirected_to_id = cast.ids["medway"]
    with pytest.raises(NotFound):
        opened(database, folder, cast, "kent", ref)
    assert opened(database, folder, cast, "medway", ref) == PLAN


@pytest.mark.parametrize("damage", ["altered", "lost", "swapped"])
def test_a_damaged_file_is_said_to_be_damaged_is_on_record_and_is_mended_by_sending_it_again(
    database: Database, folder: Path, cast: Cast, damage: str
) -> None:
    ref = upload(database, folder, cast, "leeds")
    path = file_store.path_of(folder, ref)
    if damage == "altered":
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
    elif damage == "lost":
        path.unlink()
    else:
        other = upload(database, folder, cast, "leeds", content=png(), name="a.png")
        path.write_bytes(file_store.path_of(folder, other).read_bytes())
    with pytest.raises(StateConflict) as said:
        opened(database, folder, cast, "leeds", ref)
    assert said.value.reason == "file_damaged"
    assert events(database, ref)[-1] == "file.found_damaged"
    assert upload(database, folder, cast, "leeds") == ref
    assert opened(database, folder, cast, "leeds", ref) == PLAN


@pytest.mark.parametrize(("scan", "reason"), [("quarantined", "file_quarantined"), ("refused", "file_refused")])
def test_a_file_that_waits_for_a_scanner_or_was_refused_by_one_does_not_open(
    database: Database, folder: Path, cast: Cast, scan: str, reason: str
) -> None:
    ref = upload(database, folder, cast, "leeds")
    supply(database, cast, "leeds", sent_notice(database, cast, "leeds", "kent"), ("care_plan", ref))
    with database.write() as session:
        files.queries.owned(session, cast.ids["leeds"], [ref])[ref].scan = scan
    with pytest.raises(StateConflict) as said:
        opened(database, folder, cast, "kent", ref)
    assert said.value.reason == reason


# ── Supplying ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_supplied_before_is_told_by_its_content(database: Database, folder: Path, cast: Cast) -> None:
    ref = upload(database, folder, cast, "leeds")
    supply(database, cast, "leeds", sent_notice(database, cast, "leeds", "kent"), ("care_plan", ref))
    again = upload(database, folder, cast, "leeds", name="the plan once more.pdf")
    with database.read() as session:
        for member in ("leeds", "kent"):
            file = files.read_file(session, cast.actors[member], again)
            assert file.sha256 == hashlib.sha256(PLAN).hexdigest()
            assert [(each.part, each.supplied_at) for each in file.supplied] == [("care_plan", NOW)]
        with pytest.raises(NotFound):
            files.read_file(session, cast.actors["medway"], again)


def test_nobody_supplies_a_file_of_others(database: Database, folder: Path, cast: Cast) -> None:
    ref = upload(database, folder, cast, "leeds")
    number = sent_notice(database, cast, "bradford", "kent")
    with pytest.raises(Invalid, match="not found"):
        supply(database, cast, "bradford", number, ("care_plan", ref))


def test_a_file_attached_twice_is_attached_once(database: Database, folder: Path, cast: Cast) -> None:
    ref = upload(database, folder, cast, "leeds")
    number = sent_notice(database, cast, "leeds", "kent")
    for _ in range(2):
        supply(database, cast, "leeds", number, ("care_plan", ref), ("care_plan", ref))
    assert events(database, ref).count("file.supplied") == 1


# ── Over HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Clients = Callable[[str], FlaskClient]


def file_part(content: bytes, name: str) -> bytes:
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def post(client: FlaskClient, *parts: bytes) -> Any:
    body = b"".join(parts) + b"--edge--\r\n"
    return client.post("/api/v1/files", data=body, content_type="multipart/form-data; boundary=edge")


def post_file(client: FlaskClient, content: bytes = PLAN, name: str = NAME) -> Any:
    return post(client, file_part(content, name))


def test_a_council_uploads_describes_and_opens_a_file(client_for: Clients) -> None:
    leeds = client_for("leeds")
    answer = post_file(leeds)
    assert answer.status_code == 201, answer.json
    assert answer.json["media_type"] == "application/pdf"
    assert answer.json["size_bytes"] == len(PLAN)
    ref = answer.json["ref"]
    assert leeds.get(f"/api/v1/files/{ref}").json == answer.json
    content = leeds.get(f"/api/v1/files/{ref}/content")
    assert content.data == PLAN
    assert content.headers["Content-Disposition"] == f'attachment; filename="{NAME}"'
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert content.headers["Cache-Control"] == "no-store"
    assert content.mimetype == "application/pdf"
    assert client_for("kent").get(f"/api/v1/files/{ref}/content").status_code == 404


def test_a_large_file_is_taken_and_one_too_large_is_refused(client_for: Clients, settings: Settings) -> None:
    large = docx({"word/media/photo.bin": os.urandom(3_000_000)})
    assert post_file(client_for("leeds"), large, "large.docx").status_code == 201
    for excess in (1, 500_000):
        too_large = PLAN + b"\n" * (settings.max_file_bytes + excess - len(PLAN))
        answer = post_file(client_for("leeds"), too_large)
        assert (answer.status_code, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "empty.pdf"), (b"text", "plan.pdf"), (PLAN, "plan.docx"), (PLAN, "../plan.pdf"), (PLAN, "")],
)
def test_what_is_refused_is_refused_with_a_sentence_and_nothing_is_stored(
    client_for: Clients, settings: Settings, content: bytes, name: str
) -> None:
    answer = post_file(client_for("leeds"), content, name)
    assert answer.status_code == 422
    assert answer.json["fields"]["file"]
    assert list(file_store.folder_of(settings.data_dir).glob("??/*")) == []


def test_a_form_that_is_no_form_is_refused(client_for: Clients) -> None:
    leeds = client_for("leeds")
    as_json = leeds.post("/api/v1/files", json={"file": "x"})
    assert (as_json.status_code, as_json.json["code"]) == (415, "wrong_media_type")
    unbounded = leeds.post("/api/v1/files", data=b"nonsense", content_type="multipart/form-data")
    assert unbounded.status_code == 400
    assert post(leeds, b"--edge\r\nnonsense").status_code == 400
    more = b'--edge\r\nContent-Disposition: form-data; name="colour"\r\n\r\nblue\r\n'
    assert post(leeds, file_part(PLAN, NAME), more).status_code == 422
    assert post(leeds, file_part(PLAN, "a.pdf"), file_part(PLAN, "b.pdf")).status_code == 422
    assert post(leeds).status_code == 422


def test_a_police_force_uploads_nothing(client_for: Clients) -> None:
    assert post_file(client_for("kent_police")).status_code == 403
