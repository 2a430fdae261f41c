"""What councils agree about interviews: who pays. Proposed by one, agreed or refused by the other, ended by either.

Where two councils have agreed nothing, the host may have said that it pays for all comers; where it has not, the placing
authority pays: the duty is its own, and nobody may recharge without agreement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NoReturn

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import FeedItem, Wanted, publish, raise_alerts
from hub.registry.filing import DESK
from hub.spotpurchase.providers import agreement_queries as queries
from hub.spotpurchase.providers.models import InterviewAgreement
from hub.spotpurchase.states import AGREEMENT

_HOST_PAYS: Final = ("host_pays", "reciprocal")
_SHOWN: Final = (
    *("ref", "kind", "state", "proposed_at", "answered_at", "ended_at"),
    *("valid_from", "valid_to", "terms", "version"),
)


@dataclass(frozen=True)
class Payer:
    """Who pays for an interview, by which agreement (``None``: there is none), which is of this kind."""

    payer_id: int
    agreement_id: int | None
    kind: str


@dataclass(frozen=True)
class Agreement:
    """An agreement as the councils see it. No *placing_authority*: whichever council placed the child."""

    ref: str
    kind: str
    state: str
    host_authority: directory.Brief
    placing_authority: directory.Brief | None
    proposed_by: directory.Brief
    proposed_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    valid_from: date
    valid_to: date | None
    terms: str
    version: int


# --- who pays ---------------------------------------------------------------------------------------------------------


def payer_of(session: Session, host_id: int | None, placing_id: int, *, on: date) -> Payer:
    """Who pays for the interview of a child that *placing_id* placed in the area of *host_id*, by what is in force on *on*.

    What the two agreed goes before what the host said to all; of two that are in force, the one agreed last counts.
    """
    found = queries.in_force(session, host_id, placing_id, on=on) if host_id not in (None, placing_id) else []
    stands = next((each for each in found if each.placing_id is not None), found[0] if found else None)
    if stands is None:
        return Payer(placing_id, None, "placing_pays")
    pays = host_id if stands.kind in _HOST_PAYS and host_id is not None else placing_id
    return Payer(pays, stands.id, stands.kind)


# --- reading ----------------------------------------------------------------------------------------------------------


def listing(session: Session, actor: Actor, *, state: str | None, after: str | None, at_most: int) -> list[Agreement]:
    """The agreements that concern the actor's organisation, by reference; a host's that pays for all concern every council."""
    if actor.organisation_kind != "local_authority":
        return []
    return _seen(session, queries.listed(session, actor.organisation, state=state, after=after, at_most=at_most))


def agreement(session: Session, actor: Actor, ref: str) -> Agreement:
    """The agreement *ref*. Raises ``NotFound`` unless it concerns the actor's organisation."""
    return _seen(session, [_concerning(session, actor, ref)])[0]


def _concerning(session: Session, actor: Actor, ref: str) -> InterviewAgreement:
    is_council = actor.organisation_kind == "local_authority"
    row = queries.seen_by(session, ref, actor.organisation) if is_council and is_ref(ref, "agr") else None
    if row is None:
        raise NotFound("There is no agreement with this reference that concerns your council.")
    return row


def _seen(session: Session, rows: Sequence[InterviewAgreement]) -> list[Agreement]:
    ids = {number for row in rows for number in (row.host_id, row.placing_id, row.proposed_by_id) if number}
    named = directory.by_ids(session, ids)
    return [
        Agreement(
            host_authority=named[row.host_id],
            placing_authority=named[row.placing_id] if row.placing_id else None,
            proposed_by=named[row.proposed_by_id],
            **{name: getattr(row, name) for name in _SHOWN},
        )
        for row in rows
    ]


# --- proposing, answering, ending -------------------------------------------------------------------------------------


def propose(
    session: Session, actor: Actor, told: Mapping[str, Any], *, areas: Areas, rules: Rulebook, now: datetime
) -> Agreement:
    """Propose to another council who pays, as ``InterviewAgreementIn`` loads it; who pays for all comers needs no second one.

    Raises ``Invalid``, and ``StateConflict`` while a proposal between the two waits.
    """
    other = _other(session, actor, told, areas, now)
    days = _days(told, now)
    if other is not None and (waits := queries.waiting(session, actor.organisation, other.id)):
        raise StateConflict(
            worded("A proposal between your two councils waits for its answer: {ref}. Answer or end it.", ref=waits.ref)
        )
    is_placing, ref = told["side"] == "placing", new_ref("agr")
    row = {
        "ref": ref,
        "kind": told["kind"],
        "host_id": other.id if is_placing and other else actor.organisation,
        "placing_id": actor.organisation if is_placing else (other.id if other else None),
        "state": AGREEMENT.start,
        "proposed_by_id": actor.organisation,
        "proposed_at": now,
        "terms": told.get("terms", ""),
        **days,
    }
    queries.add(session, row)
    made = _own(session, actor, ref)
    audit.record(session, actor, Event.INTERVIEW_AGREEMENT_PROPOSED, made.ref, now=now, details={"kind": told["kind"]})
    if other is None:
        return _moved(session, actor, made, "agree", Event.INTERVIEW_AGREEMENT_ANSWERED, now)
    wanted = Wanted("interview.agreement_proposed", other.id, DESK, made.ref, details={"agreement": made.ref})
    raise_alerts(session, [wanted], rules=rules, now=now, actor=actor)
    _note(session, actor, made, now)
    return _seen(session, [made])[0]


def answer(session: Session, actor: Actor, ref: str, *, is_agreed: bool, rules: Rulebook, now: datetime) -> Agreement:
    """The council that did not propose it agrees or refuses. Raises ``NotFound``, ``StateConflict`` where it was answered."""
    row = _own(session, actor, ref)
    if row.proposed_by_id == actor.organisation:
        raise StateConflict("Your council proposed this: the other one answers. To take it back, end it.")
    action = "agree" if is_agreed else "refuse"
    done = _moved(session, actor, row, action, Event.INTERVIEW_AGREEMENT_ANSWERED, now)
    wanted = Wanted("interview.agreement_answered", row.proposed_by_id, DESK, ref, details={"state": done.state})
    raise_alerts(session, [wanted], rules=rules, now=now, actor=actor)
    return done


def end(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> Agreement:
    """Either council ends it from now on, or takes its proposal back; what was asked for before is paid for as it was agreed.

    Raises ``NotFound``; ``StateConflict`` where it has ended or was refused.
    """
    row = _own(session, actor, ref)
    done = _moved(session, actor, row, "end", Event.INTERVIEW_AGREEMENT_ENDED, now)
    others = [number for number in (row.host_id, row.placing_id) if number not in (None, actor.organisation)]
    wanted = [
        Wanted("interview.agreement_answered", number, DESK, ref, details={"state": done.state})
        for number in others
        if number is not None
    ]
    raise_alerts(session, wanted, rules=rules, now=now, actor=actor)
    return done


def _own(session: Session, actor: Actor, ref: str) -> InterviewAgreement:
    """An agreement that the actor's council is one side of; one that merely holds for it, as for all, is not its own to end."""
    row = _concerning(session, actor, ref)
    if actor.organisation not in (row.host_id, row.placing_id):
        raise NotFound("There is no agreement with this reference that is your council's to answer or end.")
    return row


def _moved(
    session: Session, actor: Actor, row: InterviewAgreement, action: str, event: Event, now: datetime
) -> Agreement:
    queries.move(session, row.id, action, **{"ended_at" if action == "end" else "answered_at": now})
    session.refresh(row)
    audit.record(session, actor, event, row.ref, now=now, details={"state": row.state})
    _note(session, actor, row, now)
    return _seen(session, [row])[0]


def _note(session: Session, actor: Actor, row: InterviewAgreement, now: datetime) -> None:
    """Whoever acted finds it in its own feed."""
    item = FeedItem(actor.organisation, f"interview_agreement.{row.state}", row.ref, {"kind": row.kind})
    publish(session, [item], now=now)


def _other(
    session: Session, actor: Actor, told: Mapping[str, Any], areas: Areas, now: datetime
) -> directory.Brief | None:
    """The other council; ``None`` where a host pays for all. Raises ``Invalid``."""
    if told["with_"] is None:
        if told["kind"] != "host_pays" or told["side"] != "host":
            _refuse("with", "Name the other council: only a host that pays for every council's children needs none.")
        return None
    row = directory.by_gss(session, areas.authority(told["with_"], field="with").gss_code)
    if row is None or (row.valid_to is not None and row.valid_to <= london_date(now)):
        _refuse("with", "This council is not in the directory any more.")
    if row.id == actor.organisation:
        _refuse("with", "That is your own council. Name the other one.")
    if row.joined_at is None:
        _refuse("with", worded("{name} has not joined the hub, so it cannot agree here.", name=row.name))
    return row


def _days(told: Mapping[str, Any], now: datetime) -> dict[str, date | None]:
    today = london_date(now)
    begins, ends = told["valid_from"] or today, told["valid_to"]
    if ends is not None and ends < begins:
        _refuse("valid_to", "The last day lies before the first. Check both.")
    if ends is not None and ends < today:
        _refuse("valid_to", "The last day has passed: this would never be in force.")
    return {"valid_from": begins, "valid_to": ends}


def _refuse(field: str, sentence: str) -> NoReturn:
    raise Invalid(sentence, fields={field: [sentence]})
