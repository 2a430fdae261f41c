"""The child is offered an interview: when, how, by whom, and what they said. Who declines may be offered it again.

The first offer fulfils the duty to offer (``duties.py``). A child who declines ends the search, and a parent or carer may be
asked what they know instead; a child who says yes after all sets it going again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.db import keys_of
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.duties.rulebook import Rulebook
from hub.missing import queries as episode_queries
from hub.missing.models import MissingEpisode
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase import standing
from hub.spotpurchase.commissioning import ask_again, close
from hub.spotpurchase.interviews import duties, queries, telling
from hub.spotpurchase.interviews.acting import record, sealed_words
from hub.spotpurchase.interviews.models import ChildOffer
from hub.spotpurchase.interviews.plausible import refuse_untrue_carer, refuse_untrue_offer
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.states import UNDER_WAY

CHILD_DECLINED: Final = "child_declined"
_OVER: Final = ("completed", "reported")
NO_OFFER: Final = "There is no offer to a child with this reference that your organisation recorded."


def offer_to_child(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    offered_at: datetime,
    how: str,
    said: str,
    by: str,
    reason: str | None = None,
    note: str | None = None,
    carer_offered_at: datetime | None = None,
    rules: Rulebook,
    now: datetime,
) -> ChildOffer:
    """The child was offered the interview of the request *ref*, and *said* what they did; *reason*: in the child's words.

    Recorded by the placing authority or by whoever is to hold it. *how* and *said*: of ``models.HOW`` and ``CHILD_SAID``.
    *carer_offered_at*: when a parent or carer was asked instead. Raises ``NotFound``; ``Invalid`` for what cannot be;
    ``StateConflict`` where the child is said to decline an interview that was held.
    """
    request = standing.request_for(session, actor, ref)
    if actor.organisation != request.placing_authority_id:
        standing.commission_for(session, actor, request)
    if said == "declined" and request.state in _OVER:
        raise StateConflict(
            "This interview was held, so the child did not decline it. Take that back first, if it was not."
        )
    refuse_untrue_offer(offered_at, episodes_of(session, request), now=now)
    if carer_offered_at is not None:
        refuse_untrue_carer(carer_offered_at, offered_at, field="carer_offered_at", now=now)
    words = sealed_words(by=by, reason=reason, note=note)
    offer = add_offer(session, actor, request, offered_at, how, said, words, carer_at=carer_offered_at, now=now)
    follow_the_child(session, actor, request, offer, rules=rules, now=now)
    return offer


def episodes_of(session: Session, request: InterviewRequest) -> list[MissingEpisode]:
    """The missing episodes that a request serves, as they stand: of those that were combined, the one that lives on."""
    ids = [row.episode_id for row in standing.episodes_of(session, request.id)]
    roots = {episode_queries.root_id_of(session, number) for number in ids}
    return list(episode_queries.episodes(session, roots))


def add_offer(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    offered_at: datetime,
    how: str,
    said: str,
    words: Mapping[str, str],
    *,
    carer_at: datetime | None = None,
    now: datetime,
) -> ChildOffer:
    """The row of an offer, recorded."""
    ref = new_ref("cof")
    row = {
        "ref": ref,
        "request_id": request.id,
        "organisation_id": actor.organisation,
        "actor_ref": actor.ref,
        "offered_at": offered_at,
        "how": how,
        "said": said,
        "recorded_at": now,
        "carer_offered_at": carer_at,
        "sealed": keys_of(session).seal(ref, dict(words)),
    }
    offer = queries.offer(session, queries.add_offer(session, row))
    told = {"offer": ref, "offered_at": iso(offered_at), "how": how, "said": said}
    record(session, actor, Event.INTERVIEW_OFFERED_TO_CHILD, request, now, **told)
    return offer


def follow_the_child(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    offer: ChildOffer,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Let the request go where the child's word takes it, bring in line what is owed, and tell everybody."""
    before = request_queries.standing_commission(session, request.id)
    details, kind, after = {"offer": offer.ref, "said": offer.said}, "interview.offered_to_child", request
    # What is recorded late, and was said before something else, changes nothing: the last word counts.
    is_last = last_word(session, request) == offer.said
    if is_last and offer.said == "declined" and request.state in UNDER_WAY:
        kind = "interview.child_declined"
        after = close(session, actor, request, "decline_by_child", reason=CHILD_DECLINED, rules=rules, now=now)
    elif is_last and offer.said == "accepted" and request.state == "declined_by_child":
        after = ask_again(session, actor, request, rules=rules, now=now)
    duties.bring_in_line(session, actor, request.id, rules=rules, now=now)
    alerted = (telling.PLACING,) if kind == "interview.child_declined" else ()
    telling.tell(session, actor, after, kind, alerted=alerted, commission=before, details=details, rules=rules, now=now)


def last_word(session: Session, request: InterviewRequest) -> str | None:
    """The last thing that the child said to an offer of *request*, ``accepted`` or ``declined``, of what still stands."""
    stands = [each for each in queries.offers_of(session, [request.id]) if each.taken_back_at is None]
    return next((each.said for each in reversed(stands) if each.said in ("accepted", "declined")), None)


def offer_to_carer(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    offered_at: datetime,
    by: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> ChildOffer:
    """A parent or carer was asked for what they know, because the child of the offer *ref* declined: once for each offer.

    Raises ``NotFound``; ``Invalid`` for what cannot be; ``StateConflict`` where the child did not decline, or it was noted.
    """
    found = queries.offer_with(session, ref) if is_ref(ref, "cof") else None
    if found is None:
        raise NotFound(NO_OFFER)
    request = standing.request_for(session, actor, found[1])
    offer = queries.offer(session, found[0].id)
    if offer.said == "accepted" or offer.taken_back_at is not None:
        raise StateConflict("A parent or carer is asked instead of a child who declined or could not be asked.")
    refuse_untrue_carer(offered_at, offer.offered_at, field="offered_at", now=now)
    keys = keys_of(session)
    said = keys.open(offer.ref, offer.sealed) | sealed_words(carer_by=by, carer_note=note)
    if not queries.ask_carer(session, offer.id, at=offered_at, sealed=keys.seal(offer.ref, said)):
        raise StateConflict("It is recorded already that a parent or carer was asked.")
    details = {"offer": ref, "carer_offered_at": iso(offered_at)}
    record(session, actor, Event.INTERVIEW_OFFERED_TO_CHILD, request, now, **details)
    telling.tell(session, actor, request, "interview.offered_to_carer", details=details, rules=rules, now=now)
    return queries.offer(session, offer.id)
