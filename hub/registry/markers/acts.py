"""Saying something of a child beside any notice: a marker is added, changed, reviewed or ended; those who may see it are told.

The placing authority does this to every marker it can see. The host and whoever looks after the child add their own, marked as
theirs, and change those.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.errors import Conflict, EditConflict, Invalid, NotFound, StateConflict
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import Wanted, cancel_alerts, raise_alerts
from hub.registry import placement_queries as placements
from hub.registry.filing import DESK
from hub.registry.markers import queries
from hub.registry.markers.models import MarkerVersion
from hub.registry.markers.noticing import About, Said, first_version, next_version
from hub.registry.markers.reading import MarkerSeen, may_change, read_markers
from hub.registry.markers.service import may_see
from hub.registry.models import Placement
from hub.registry.views import party_of

ADDING: Final = ("placing_authority", "host_authority", "provider")
"""The parties that may add one; a force is shown markers and adds none."""
CHANGED, REVIEW_DUE = "marker.changed", "marker.review_due"
_PARTIES: Final = {
    "placing_authority": "placing_authority_id",
    "host_authority": "host_authority_id",
    "police_force": "police_force_id",
    "provider": "provider_id",
}
_NOT_FOUND: Final = (
    "There is no marker with this reference that you can change. Whoever said it can, and the placing authority."
)


def added_to(session: Session, actor: Actor, placement_ref: str) -> Placement:
    """The placement to which the actor's organisation may add markers. Raises ``NotFound``."""
    placement = placements.placement_seen_by(session, placement_ref, actor.organisation)
    if placement is None or party_of(placement, actor) not in ADDING:
        raise NotFound("There is no placement with this reference that you can add a marker to.")
    return placement


def add(
    session: Session, actor: Actor, placement_ref: str, said: Said, *, rules: Rulebook, now: datetime
) -> MarkerSeen:
    """Add a marker to a running placement, in the name of the actor's organisation. *said*: as ``MarkerAddIn`` loads it.

    Raises ``NotFound``, ``Conflict`` where the placement is over, and ``Invalid`` (fields).
    """
    placement = added_to(session, actor, placement_ref)
    _refuse_over(placement)
    _refuse_days(said, None, now)
    about = About(placement.child_id, placement.id, actor.organisation, actor, None)
    row = first_version(session, about, said, rules=rules, now=now)
    queries.add(session, [row])
    return _done(session, actor, placement, row, Event.MARKER_ADDED, rules=rules, now=now)


def change(
    session: Session, actor: Actor, ref: str, said: Mapping[str, Any], *, rules: Rulebook, now: datetime
) -> MarkerSeen:
    """Change what a marker says, or who may see it. *said*: as ``MarkerChangeIn`` loads it; ``None`` takes a part out."""
    _of(session, actor, ref)
    if not said.keys() - {"version", "by", "reason"}:
        raise Invalid("Send at least one field to change.")
    return _next(session, actor, ref, "changed", Event.MARKER_CHANGED, said, rules=rules, now=now)


def review(
    session: Session, actor: Actor, ref: str, said: Mapping[str, Any], *, rules: Rulebook, now: datetime
) -> MarkerSeen:
    """Say that it was looked at and still holds, and when it is to be looked at again; where nobody says, the policy does.

    *said*: as ``MarkerReviewIn`` loads it: ``version``, ``by`` (who looked at it), ``reason`` (what was found), ``review_on``.
    """
    again = said.get("review_on") or rules.policy.markers.review_on(london_date(now))
    return _next(
        session, actor, ref, "reviewed", Event.MARKER_REVIEWED, {**said, "review_on": again}, rules=rules, now=now
    )


def end(
    session: Session, actor: Actor, ref: str, said: Mapping[str, Any], *, rules: Rulebook, now: datetime
) -> MarkerSeen:
    """Say that it holds no more, and why. *said*: as ``MarkerEndIn`` loads it: ``version``, ``by``, ``reason``."""
    return _next(session, actor, ref, "ended", Event.MARKER_ENDED, said, rules=rules, now=now)


def _next(
    session: Session,
    actor: Actor,
    ref: str,
    act: str,
    event: Event,
    said: Mapping[str, Any],
    *,
    rules: Rulebook,
    now: datetime,
) -> MarkerSeen:
    """The guarded step comes first: of two who change it at once, one is told that it was changed.

    Raises ``NotFound``, ``StateConflict`` where it has ended, ``EditConflict``, and ``Invalid`` (fields).
    """
    last, placement = _of(session, actor, ref)
    if last.state != "current":
        raise StateConflict("This marker has ended. Add it again if it holds again.")
    _refuse_over(placement)
    _refuse_days(said, last, now)
    version = said["version"]
    if last.version != version or not queries.supersede_at(session, ref, version, now=now):
        raise EditConflict("This marker was changed since it was read. Read it again, then send your change.")
    about = About(last.child_id, last.placement_id, last.author_id, actor, None)
    told = {name: value for name, value in said.items() if name != "version"}
    row = next_version(session, about, last, act, told, now=now)
    queries.add(session, [row])
    return _done(session, actor, placement, row, event, was=last, rules=rules, now=now)


def _of(session: Session, actor: Actor, ref: str) -> tuple[MarkerVersion, Placement]:
    found = queries.latest(session, ref) if is_ref(ref, "mkr") else None
    if found is None:
        raise NotFound(_NOT_FOUND)
    last: MarkerVersion = found.MarkerVersion
    placement = placements.placement_seen_by(session, found.Placement.ref, actor.organisation)
    party = party_of(placement, actor) if placement else ""
    if placement is None or not may_see(last, party, actor.organisation) or not may_change(last, party, actor):
        raise NotFound(_NOT_FOUND)
    return last, placement


def _refuse_over(placement: Placement) -> None:
    if placement.state in ("ended", "cancelled"):
        raise Conflict("That placement is over: its markers stay as they stood. Write to the child's next placement.")


def _refuse_days(said: Said, last: MarkerVersion | None, now: datetime) -> None:
    today = london_date(now)
    noted_on: date | None = said.get("noted_on", last.noted_on if last else None)
    review_on: date | None = said.get("review_on")
    if "noted_on" in said and noted_on and noted_on > today:
        sentence = "The day on which it was noted is in the future."
        raise Invalid(sentence, fields={"noted_on": [sentence]})
    if review_on and review_on <= today:
        sentence = "Choose a day of review after today."
        raise Invalid(sentence, fields={"review_on": [sentence]})


def _done(
    session: Session,
    actor: Actor,
    placement: Placement,
    row: Mapping[str, Any],
    event: Event,
    *,
    was: MarkerVersion | None = None,
    rules: Rulebook,
    now: datetime,
) -> MarkerSeen:
    ref = row["marker_ref"]
    said = {"placement": placement.ref, "version": row["version"], "audience": row["audience"]}
    audit.record(session, actor, event, ref, now=now, details=said)
    cancel_alerts(session, now=now, subject_ref=ref, kinds=[REVIEW_DUE])
    _tell(session, actor, placement, ref, {*row["audience"], *(was.audience if was else ())}, rules=rules, now=now)
    read = read_markers(session, actor, placement.ref, rules=rules, now=now)
    return next(each for each in read.markers if each.ref == ref)


def _tell(
    session: Session,
    actor: Actor,
    placement: Placement,
    ref: str,
    audience: set[str],
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Whoever may see it, or could until now, learns that something was said; not what."""
    ids = {getattr(placement, column) for party, column in _PARTIES.items() if party in audience}
    wanted = [
        Wanted(CHANGED, number, DESK, placement.ref, details={"marker": ref})
        for number in sorted(ids - {None, actor.organisation})
    ]
    raise_alerts(session, wanted, rules=rules, now=now, actor=actor)
