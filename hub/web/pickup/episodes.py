"""The page of a missing episode that a guest opened with a code: what its organisation may know, and whom to ring. No forms.

Whoever has not joined says what it knows by telephone: to the police, or to the council that placed the child.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask import Response
from sqlalchemy.orm import Session

from hub.duties.rulebook import Rulebook
from hub.missing.pickup import OpenedEpisode
from hub.missing.views import Saying
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.web.casework.words import due_words, party_words
from hub.web.missing import ringing, words
from hub.web.missing.board import age
from hub.web.pages import page

JUDGED_FOR: Final = frozenset({"local_authority", "police_force"})
"""Kinds of organisation that are shown how the police judge the risk; a home or agency is not."""
_OWED_AT_MOST: Final = 50


@dataclass(frozen=True)
class Shown:
    """An opened episode, with whom to ring about it, and what of it the guest's organisation owes or is owed."""

    opened: OpenedEpisode
    rings: Sequence[ringing.Ring]
    given: Sequence[tuple[str, str, str]] = field(repr=False)
    owed: Sequence[Mapping[str, Any]] = field(repr=False)


def shown(session: Session, opened: OpenedEpisode, *, rules: Rulebook, now: datetime) -> Shown:
    """What the page adds to the episode. Commit before showing it: what a notice gave with the placement is a reading too."""
    seen, guest = opened.seen, opened.entered.guest
    parties = ringing.parties_of(seen)
    found = ringing.rings(session, parties, rules=rules, now=now)
    given = ringing.given_with(session, guest, seen.placement, now=now)
    wanted = Listing(subject_ref=[seen.ref, *seen.merged])
    owed = worklists.obligations(session, guest, wanted, after=None, at_most=_OWED_AT_MOST, rules=rules, now=now)
    others = ringing.others(found, guest.organisation_ref, parties)
    return Shown(opened, others, given, [each for each in owed if each["state"] == "open"])


def episode_page(found: Shown, now: datetime) -> Response:
    """The page, once the reading is committed."""
    seen, link = found.opened.seen, found.opened.link
    sees_risk = link.organisation_kind in JUDGED_FOR
    return page(
        "pickup_missing.html",
        link=link,
        seen=seen,
        age=age(seen),
        sees_risk=sees_risk,
        sayings=[each for each in seen.timeline if sees_risk or each.kind != "graded"],
        reporters=_reporters(seen.timeline),
        rings=found.rings,
        given=found.given,
        owed=found.owed,
        is_doubtful=any(each.state == "doubtful" for each in seen.matches),
        may_grade=False,
        words=words,
        ringing=ringing,
        due_words=due_words,
        party_words=party_words,
        now=now,
    )


def _reporters(timeline: Sequence[Saying]) -> list[str]:
    """Who reported it, each once, first told first; what was taken back does not count."""
    standing = (each for each in timeline if each.kind == "reported" and each.taken_back_at is None)
    return list(dict.fromkeys(each.organisation["name"] for each in standing))
