"""Who is missing: a live board of what concerns the reader's organisation, those at highest risk and longest gone first.

The board names children, so each time something new stands on it is on record. Where a script asks for the page again and has
the same already, nothing is shown, and nothing is recorded.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy.orm import Session

from hub.access.browser import refreshes_itself
from hub.core.actor import Actor
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.directory import queries as directory
from hub.duties.rulebook import Rulebook
from hub.missing import queries
from hub.missing.export import export_missing
from hub.missing.subjects import age_at
from hub.missing.views import EpisodeBrief, missing_now
from hub.registry.names.indexes import read_date
from hub.web import live
from hub.web.cursors import ref_in_address
from hub.web.missing import ringing, words
from hub.web.missing.blueprint import blp, shown
from hub.web.missing.ringing import Ring
from hub.web.signed_in import acting, allowed, may

AT_ONCE: Final = 100
_RISK: Final = {"high": 0, None: 1, "medium": 2, "low": 3, "very_low": 4}
"""Whoever is not graded yet may be at any risk: they stand right below those at high risk."""


@dataclass(frozen=True)
class Asked:
    """Which part of it."""

    part: str | None
    show: str
    after: str | None
    grade: str | None = None


@dataclass(frozen=True)
class Row:
    """One child on the board."""

    episode: EpisodeBrief
    age: int | None
    rings: Sequence[Ring]


@blp.get("/missing")
@may("missing.read")
def board() -> Response:
    """The board."""
    wanted, now = _asked(acting()), utc_now()
    if refreshes_itself(request):
        with resource(Database).read() as session:
            page = _board(session, wanted, now)
        if live.has_already(request, page):
            return page
    with resource(Database).write() as session:
        return _board(session, wanted, now)


def _asked(actor: Actor) -> Asked:
    part, show, grade = (request.args.get(name, "") for name in ("part", "show", "grade"))
    known = words.PARTS_OF.get(actor.organisation_kind or "", ())
    return Asked(
        part if part in known else None,
        show if show in words.SHOWS else "now",
        ref_in_address("mis"),
        grade if grade in words.GRADE_SHOWS else None,
    )


@blp.get("/missing/export")
@may("missing.read")
def ask_for_file() -> Response:
    """What a file would hold, before it is made."""
    wanted = replace(_asked(acting()), after=None)
    return shown("export", asked=wanted, again=_address(wanted, path="/missing/export"), back_path=_address(wanted))


@blp.post("/missing/export")
@may("missing.read")
def file() -> Response:
    """The board as a CSV file; that it was made is recorded first."""
    wanted, now, written = _asked(acting()), utc_now(), io.StringIO(newline="")
    with resource(Database).write() as session:
        states = words.SHOWS[wanted.show]
        export_missing(session, acting(), written, part=wanted.part, states=states, grade=wanted.grade, now=now)
    answer = Response(written.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="missing-{london_date(now).isoformat()}.csv"'
    return answer


def _board(session: Session, wanted: Asked, now: datetime) -> Response:
    actor, rules = acting(), resource(Rulebook)
    found = missing_now(
        session,
        actor,
        part=wanted.part,
        states=words.SHOWS[wanted.show],
        grade=wanted.grade,
        after=wanted.after,
        at_most=AT_ONCE + 1,
        now=now,
    )
    listed = found[:AT_ONCE]
    parties = [party for each in listed for party in ringing.parties_of(each)]
    rings = ringing.rings(session, parties, rules=rules, now=now)
    own = ringing.rings(session, [("", _own(session, actor))], rules=rules, now=now)
    return shown(
        "board",
        rows=[
            Row(each, age(each), ringing.others(rings, actor.organisation_ref, ringing.parties_of(each)))
            for each in _in_order(listed, wanted.show)
        ],
        count=queries.count_running(session, actor.organisation, None),
        counts={part: queries.count_running(session, actor.organisation, part) for part in _parts(actor)},
        asked=wanted,
        further_path=_address(replace(wanted, after=listed[-1].ref)) if len(found) > AT_ONCE else "",
        export_path=_address(replace(wanted, after=None), path="/missing/export") if listed else "",
        address=lambda **changed: _address(replace(wanted, after=None, **changed)),
        own=next(iter(own.values())),
        kind=actor.organisation_kind,
        may_report=allowed("missing.report"),
        may_grade=allowed("missing.grade"),
        may_follow=allowed("missing.follow"),
        now=now,
    )


def _own(session: Session, actor: Actor) -> dict[str, Any]:
    row = directory.by_ids(session, [actor.organisation])[actor.organisation]
    return {"ref": row.ref, "name": row.name}


def _parts(actor: Actor) -> tuple[str, ...]:
    return words.PARTS_OF.get(actor.organisation_kind or "", ())


def age(episode: EpisodeBrief) -> int | None:
    """How old the child was when they went missing, where the day of birth is known."""
    return age_at(read_date(episode.child.get("born_on")), episode.missing_from_at)


def _in_order(listed: Sequence[EpisodeBrief], show: str) -> list[EpisodeBrief]:
    """Of those missing: not found before found, by risk, the longest gone first; of others the newest first."""
    if show != "now":
        return list(listed)
    return sorted(listed, key=lambda each: (each.state == "located", _RISK[each.grade], each.missing_from_at))


def _address(wanted: Asked, *, path: str = "/missing") -> str:
    return f"{path}?" + urlencode({name: word for name, word in vars(wanted).items() if word})
