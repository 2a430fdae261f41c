"""Spreadsheets of children who do not exist, in the ways that people's programs write them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from hub.core.actor import Actor
from hub.core.db import Database
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.uploads import service as uploads
from hub.registry.uploads import taking as uploads_taking
from hub.registry.uploads.policy import load_upload_policy
from hub.registry.uploads.registering import Desk as Registering
from hub.registry.uploads.registering import register_once
from hub.registry.uploads.service import RowSeen, UploadSeen
from tests.conftest import CONFIG, NOW

POLICY = load_upload_policy(CONFIG)
START = {
    "Child family name": "Fictitious",
    "Child given names": "Rowan",
    "Child date of birth": "14/03/2012",
    "Your number for the child": "TEST-1",
    "Legal status": "S31C",
    "Kind of placement": "foster carer of an agency",
    "Address line 1": "1 Fictitious Lane",
    "Address line 2": "Maidstone",
    "Postcode": "ME14 1XQ",
    "Start date": "25/11/2026",
    "Start time": "10:00",
    "Needs assessment": "Invented: needs a small, settled household.",
    "Suitability reasons": "Invented: the carers offer that.",
    "Care plan is to follow": "yes",
    "Why the care plan is to follow": "Invented: it is being typed.",
    "Social worker name": "P. Specimen",
    "Social worker phone": "01632 960100",
}
"""A planned, distant placement of Leeds in Kent, a week ahead."""
FIRST = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Kale")


def start(**changed: str) -> dict[str, str]:
    """A row of ``START``, other where said: ``start(Postcode="")``; underscores stand for spaces."""
    return {**START, **{name.replace("_", " "): value for name, value in changed.items()}}


def many(number: int, **changed: str) -> list[dict[str, str]]:
    """Rows of as many children who do not exist, each told apart by name, number and date of birth."""
    return [
        start(
            **{
                "Child family name": f"Fictitious{_letters(each)}",
                "Child given names": FIRST[each % len(FIRST)],
                "Child date of birth": f"{1 + each % 28:02}/{1 + each // 28 % 12:02}/{2009 + each // 336 % 14}",
                "Your number for the child": f"TEST-{each}",
                **changed,
            }
        )
        for each in range(number)
    ]


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def grid(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The headings of *rows*, and their cells beneath."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    return [headings, *([row.get(name, "") for name in headings] for row in rows)]


def csv_file(rows: Sequence[Mapping[str, Any]], *, encoding: str = "utf-8", divider: str = ",") -> bytes:
    """*rows* as a CSV file."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=divider).writerows(grid(rows))
    return file.getvalue().encode(encoding)


def xlsx_file(cells: Iterable[Sequence[Any]]) -> bytes:
    """Rows of cells as an Excel workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Placements")
    for row in cells:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@dataclass(frozen=True)
class Counter:
    """One organisation's counter at which spreadsheets are handed in."""

    actor: Actor
    database: Database
    rules: Rulebook
    areas: Areas

    def takes(self, content: bytes, *, sheet: str = "planned_start", now: datetime = NOW, **more: Any) -> UploadSeen:
        """Take in a file, as the API and the page would."""
        given = {"rules": self.rules, "areas": self.areas, "policy": POLICY, "now": now}
        return uploads_taking.take_in_file(self.database, self.actor, content, sheet=sheet, **given, **more)

    def rows(self, upload: UploadSeen, *states: str) -> list[RowSeen]:
        """The rows of an upload in these states; of every state, where none is named."""
        wanted = states or ("faulty", "ready", "registered", "refused", "left_out")
        with self.database.write() as session:
            return uploads.read_rows(session, self.actor, upload.ref, states=wanted, at_most=5_000, now=NOW)

    def faults(self, upload: UploadSeen) -> dict[tuple[int, str], str]:
        """(number of the row, column) → sentence."""
        found = [(row.number, fault) for row in self.rows(upload) for fault in row.faults]
        return {(number, fault["column"]): fault["sentence"] for number, fault in found}

    def does(self, act: Any, upload: UploadSeen, *, now: datetime = NOW) -> UploadSeen:
        """``does(uploads.pause, upload)``"""
        with self.database.write() as session:
            done: UploadSeen = act(session, self.actor, upload.ref, now=now)
            return done

    def registers(self, upload: UploadSeen, *, now: datetime = NOW) -> UploadSeen:
        """Say yes, and let the worker do all of it."""
        self.does(uploads.begin_registration, upload, now=now)
        while self.works(now=now):
            pass
        return self.sees(upload)

    def works(self, *, limit: int = 20, now: datetime = NOW) -> int:
        """One round of the worker."""
        desk = Registering(self.database, self.rules, lambda: self.areas, POLICY)
        return register_once(desk, now=now, limit=limit)

    def sees(self, upload: UploadSeen) -> UploadSeen:
        with self.database.read() as session:
            return uploads.read_upload(session, self.actor, upload.ref)
