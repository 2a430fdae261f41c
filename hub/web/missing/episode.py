"""One missing episode: who, since when, whom to ring now, what is known, what everybody said and was told, and what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.missing.told import who_was_told
from hub.missing.views import EpisodeSeen, read_episode
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.registry.markers import reading
from hub.spotpurchase.reports.queries import shares_for
from hub.spotpurchase.return_queries import newest_serving
from hub.web.casework.words import due_words, party_words
from hub.web.fact_words import MARKER_WORDS
from hub.web.missing import ringing
from hub.web.missing.blueprint import blp, shown
from hub.web.missing.board import age
from hub.web.record_pages import path_of
from hub.web.signed_in import acting, allowed, may
from hub.web.standing_words import STANDINGS

OWED_AT_MOST: Final = 50
_DONE: Final = {
    "graded": lazy_gettext("The grade is recorded. The councils were told at once."),
    "reason": lazy_gettext("The reason is recorded. The placing authority sees it."),
    "found": lazy_gettext("It is recorded that the child was found. Everybody concerned was told at once."),
    "back": lazy_gettext("It is recorded that the child is back. Everybody concerned was told at once."),
    "spoken": lazy_gettext("It is recorded that you spoke with the child. The councils were told at once."),
    "added": lazy_gettext("What you added stands below. Everybody concerned was told at once."),
    "described": lazy_gettext("What became known of the child stands below. Everybody concerned was told at once."),
    "taken_back": lazy_gettext(
        "It is taken back, and stays on record as taken back. Whoever had been told was told of that."
    ),
    "decided": lazy_gettext("The decision is recorded. It can be taken back."),
}


@dataclass(frozen=True)
class Step:
    """Something that the reader may do now. ``is_first``: what they most likely came for."""

    path: str
    title: Any
    is_first: bool = False


@dataclass(frozen=True)
class Known:
    """What to look out for, as far as the reader may know: from the placement's markers and papers."""

    markers: Sequence[Any]
    advice: Any
    held: Any


@blp.get("/missing/<ref>")
@may("missing.read")
def episode(ref: str) -> Response:
    """The page; reading it is recorded before it is shown."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).write() as session:
        seen = read_episode(session, actor, ref, now=now)
        parties = ringing.parties_of(seen)
        found = ringing.rings(session, parties, rules=rules, now=now)
        told = who_was_told(session, actor, seen.ref)
        wanted = Listing(subject_ref=[seen.ref, *seen.merged])
        owed = worklists.obligations(
            session, actor, wanted, after=None, at_most=OWED_AT_MOST, rules=rules, now=now
        ) if allowed("obligation.read") else []  # fmt: skip
        known = _known(session, seen, now)
        given = ringing.given_with(session, actor, seen.placement, now=now)
        interview = [*_interview(session, seen), *_given(session, seen)]
    return shown(
        "episode",
        seen=seen,
        age=age(seen),
        rings=ringing.others(found, actor.organisation_ref, parties),
        given=given,
        told=told,
        owed=[each for each in owed if each["state"] != "void"],
        known=known,
        steps=[*steps_for(seen), *interview],
        waits=[each for each in seen.matches if each.state == "doubtful"],
        placement_path=path_of(seen.placement) if seen.placement and known is not None else "",
        due_words=due_words,
        party_words=party_words,
        standings=STANDINGS,
        marker_words=MARKER_WORDS,
        was_done=_DONE.get(request.args.get("done", "")),
        own_ref=actor.organisation_ref,
        kind=actor.organisation_kind,
        may_undo=allowed("missing.undo"),
        may_merge=allowed("missing.merge"),
        may_grade=allowed("missing.grade"),
        now=now,
    )


def _known(session: Session, seen: EpisodeSeen, now: datetime) -> Known | None:
    """For a party of the placement; another force looks the child up for it."""
    if seen.placement is None or not allowed("marker.read"):
        return None
    try:
        found = reading.read_markers(session, acting(), seen.placement, rules=resource(Rulebook), now=now)
    except NotFound:
        return None
    return Known(found.standing, found.advice, found.held)


def _interview(session: Session, seen: EpisodeSeen) -> list[Step]:
    """Of a child who is back: the return home interview, for the council that owes it."""
    placing = seen.placing_authority or {}
    is_ours = placing.get("ref") == acting().organisation_ref and seen.state == "returned"
    if not (is_ours and allowed("interview.request")):
        return []
    sought = newest_serving(session, seen.ref, acting().organisation)
    if sought:
        return [Step(f"/interviews/{sought}", gettext("See the return home interview"), True)]
    return [Step(f"/interviews/new?episode={seen.ref}", gettext("Ask for a return home interview"), True)]


def _given(session: Session, seen: EpisodeSeen) -> list[Step]:
    """For the police and the host: what they were given of the report of the interview that followed."""
    if not allowed("report.acknowledge_view"):
        return []
    rows = shares_for(session, acting().organisation, state=None, after=None, at_most=1, episode=seen.ref)
    return [Step(f"/extracts?ref={seen.ref}", gettext("See what you were given of the interview"))] if rows else []


# --- what may be done next --------------------------------------------------------------------------------------------


def steps_for(seen: EpisodeSeen) -> list[Step]:
    """What the reader may do about it now, by what they are and by how it stands."""
    if seen.state not in ("reported", "located", "returned"):
        return []
    at, steps = f"/missing/{seen.ref}", list[Step]()
    if allowed("missing.follow") and seen.state != "returned":
        steps.append(Step(f"{at}/back", gettext("Say that the child is back"), not allowed("missing.grade")))
    if allowed("missing.grade") and seen.state == "reported":
        title = gettext("Give another grade") if seen.grade else gettext("Grade the risk")
        steps.insert(0, Step(f"{at}/grade", title, True))
    if allowed("missing.follow") and seen.state == "reported":
        steps.append(Step(f"{at}/found", gettext("Say that the child was found")))
    if allowed("missing.interview") and seen.state != "reported" and not seen.interviewed_at:
        steps.append(Step(f"{at}/interview", gettext("Record the prevention interview"), True))
    if allowed("missing.report") and seen.placement and seen.state != "returned":
        steps.append(Step(f"{at}/more", gettext("Add what you know")))
    if allowed("missing.describe") and not (seen.placement or seen.is_shielded):
        steps.append(Step(f"{at}/describe", gettext("Say more of who it is")))
    return steps
