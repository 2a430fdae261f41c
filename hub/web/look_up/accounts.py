"""Look-ups accounted for: what we looked up, and who was shown what of our children."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.lookup import receipts, reviews
from hub.lookup.reviews import LookUpSeen
from hub.web.auditing.shown import actors_of
from hub.web.cursors import ref_in_address
from hub.web.look_up.blueprint import blp, shown
from hub.web.signed_in import acting, may

AT_ONCE = 25


def onward(rows: list[Any], path: str) -> tuple[list[Any], str]:
    """The rows of one page, and where the next are; empty where there are no more."""
    page = rows[:AT_ONCE]
    joint = "&" if "?" in path else "?"
    return page, f"{path}{joint}after={page[-1].ref}" if len(rows) > AT_ONCE else ""


@blp.get("/look-ups")
@may("look_up.read")
def made() -> Response:
    """What was looked up here: of a call handler the own ones, of the privacy lead everybody's."""
    with resource(Database).write() as session:
        rows = reviews.list_look_ups(session, acting(), after=ref_in_address("lku"), at_most=AT_ONCE + 1, now=utc_now())
    listed, further = onward(rows, "/look-ups")
    return shown("made", rows=listed, further_path=further)


@blp.get("/look-ups/<ref>")
@may("look_up.read")
def one(ref: str) -> Response:
    """One look-up whole; the reading is on record."""
    with resource(Database).write() as session:
        found = reviews.read_look_up(session, acting(), ref, now=utc_now())
        who = asker_of(session, found)
    return shown("one", found=found, who=who, may_review=found.review is None and found.actor != acting().ref)


def asker_of(session: Session, found: LookUpSeen) -> str:
    """Who asked: the name a system gave, or the name of a colleague; else the reference."""
    return found.by or actors_of(session, acting()).get(found.actor, found.actor)


@blp.get("/look-up-receipts")
@may("look_up.receipt")
def receipts_of_ours() -> Response:
    """Who was shown what of our children, newest first."""
    with resource(Database).write() as session:
        rows = receipts.list_receipts(
            session, acting(), after=ref_in_address("dsc"), at_most=AT_ONCE + 1, now=utc_now()
        )
    listed, further = onward(rows, "/look-up-receipts")
    return shown("receipts", rows=listed, further_path=further, placement=None)


@blp.get("/placements/<ref>/look-ups")
@may("look_up.receipt")
def receipts_of_one(ref: str) -> Response:
    """Who was shown what of the child of a placement."""
    with resource(Database).write() as session:
        rows = receipts.who_looked(
            session, acting(), ref, after=ref_in_address("dsc"), at_most=AT_ONCE + 1, now=utc_now()
        )
    listed, further = onward(rows, f"/placements/{ref}/look-ups")
    return shown("receipts", rows=listed, further_path=further, placement=ref)
