"""Guest pick-up: how somebody at an organisation that has not joined opens and answers what an e-mail told of.

A link alone shows that something waits, never what. The code goes to the mailbox that the directory lists, whoever asks for it;
the reading is recorded before anything is shown; the page that is shown holds a pass for one answer. Nothing here is done by
following a link: mail scanners do that.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import Database, keys_of
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.directory.areas import Areas
from hub.directory.queries import desk
from hub.duties.rulebook import Rulebook
from hub.notify import obligations
from hub.notify.inbox_queries import mark_read
from hub.notify.messages.kinds import PICKUP_CODE
from hub.notify.messages.render import template_of
from hub.notify.outbox import OUT_OF_HOURS, Wanted, raise_alerts
from hub.registry import acknowledging, redirects
from hub.registry.files.service import StoredFileSeen, open_file, read_file
from hub.registry.filing import files_of
from hub.registry.models import Pickup
from hub.registry.pickup import queries
from hub.registry.views import NoticeSeen, read_notice
from hub.registry.which_child import naming_the_child

LINK_DAYS: Final = 90
"""How long a link leads anywhere."""
CODE_MINUTES: Final = 15
CODE_DIGITS: Final = 8
TRIES: Final = 5
CODES_PER_HOUR: Final = 3
PASS_MINUTES: Final = 30
NOWHERE: Final = "This link does not lead to anything, or it is too old."


@dataclass(frozen=True)
class Link:
    """Where a link leads: for whom something waits, and about what. It says nothing about a child."""

    alert_id: int
    alert_ref: str
    kind: str
    subject_ref: str
    role: str
    is_urgent: bool
    raised_at: datetime
    is_settled: bool
    obligation_id: int | None
    organisation_id: int
    organisation_ref: str
    organisation_name: str
    organisation_kind: str
    has_joined: bool

    @property
    def is_notice(self) -> bool:
        """Whether it leads to a notice, which only a code opens."""
        return self.subject_ref.startswith("ntc_")

    @property
    def is_episode(self) -> bool:
        """Whether it leads to a missing episode, which only a code opens (``hub.missing.pickup``)."""
        return self.subject_ref.startswith("mis_")

    @property
    def takes_a_code(self) -> bool:
        """Whether there is something to open with a code: for who has joined it waits in their own system."""
        return not self.has_joined and (self.is_notice or self.is_episode)

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return template_of(self.kind).title

    def guest(self, pickup_ref: str) -> Actor:
        """Whoever has the code, as one who acts for the organisation."""
        return Actor("guest", pickup_ref, self.organisation_id, self.organisation_ref, self.organisation_kind)


@dataclass(frozen=True)
class Refused:
    """The code is not one that opens this. ``tries_left`` is 0 when no code that was sent is good any more."""

    tries_left: int


@dataclass(frozen=True)
class Entered:
    """A code was good, and is used up: where it leads, who reads, and the pass for one answer."""

    link: Link
    guest: Actor
    answer_pass: str = field(repr=False)


@dataclass(frozen=True)
class OpenedNotice:
    """A notice as its recipient sees it, the reading recorded; ``answer_pass`` allows one answer, for half an hour."""

    link: Link
    notice: NoticeSeen = field(repr=False)
    files: list[tuple[str, StoredFileSeen]] = field(repr=False)
    """What it was sent with: as what, and the file."""
    answer_pass: str = field(repr=False)


# --- following a link -------------------------------------------------------------------------------------------------


def follow(session: Session, alert_ref: str, *, now: datetime, lock: bool = False) -> Link:
    """Where the link leads. Raises ``NotFound``, in the same words for one that never was and one that is too old."""
    row = None
    if is_ref(alert_ref, "alt"):
        row = queries.link(session, alert_ref, since=now - timedelta(days=LINK_DAYS), lock=lock)
    if row is None or row.kind == PICKUP_CODE:
        raise NotFound(NOWHERE)
    told = row._asdict()
    return Link(has_joined=told.pop("joined_at") is not None, is_settled=told.pop("cancelled_at") is not None, **told)


def asked_from(session: Session, alert_ref: str) -> str | None:
    """The link for which a code was sent, when *alert_ref* is that of the message with the code."""
    return queries.asked_from(session, alert_ref) if is_ref(alert_ref, "alt") else None


def mailboxes(session: Session, link: Link, *, now: datetime) -> list[str]:
    """Where a code would go, so much of each address that whoever reads that mailbox knows it."""
    roles = [link.role, OUT_OF_HOURS] if link.is_urgent else [link.role]
    desks = desk(session, [(link.organisation_id, role) for role in roles], london_date(now))
    addresses = [point.address for points in desks.values() for point in points if point.channel == "email"]
    return list(dict.fromkeys(masked(each) for each in addresses))


def masked(address: str) -> str:
    """``d•••@council.example``"""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


# --- the code ---------------------------------------------------------------------------------------------------------


def send_code(session: Session, alert_ref: str, *, rules: Rulebook, now: datetime) -> None:
    """Send a new code to the desk's mailbox, unless three went out in the last hour; which of the two is told to nobody.

    Raises ``NotFound`` for a link that leads nowhere.
    """
    link = follow(session, alert_ref, now=now, lock=True)
    if not link.takes_a_code:
        return
    ref = new_ref("pkp")
    an_hour_ago = now - timedelta(hours=1)
    if queries.codes_sent(session, link.alert_id, since=an_hour_ago, at_most=CODES_PER_HOUR) >= CODES_PER_HOUR:
        _record_refusal(session, link, ref, "too_many_codes", now)
        return
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    told = Wanted(
        PICKUP_CODE, link.organisation_id, link.role, link.subject_ref, is_urgent=link.is_urgent, details={"code": code}
    )
    [raised] = raise_alerts(session, [told], rules=rules, now=now, actor=link.guest(ref))
    if raised.alert_ref is not None:
        _keep(session, link, ref, raised.alert_ref, code, now)


def _keep(session: Session, link: Link, ref: str, code_alert_ref: str, code: str, now: datetime) -> None:
    row = {
        "ref": ref,
        "alert_id": link.alert_id,
        "code_alert_ref": code_alert_ref,
        "code_hash": keys_of(session).digest(_said_of_code(ref, code)),
        "sent_at": now,
        "code_until": now + timedelta(minutes=CODE_MINUTES),
        "misses": 0,
    }
    queries.add_pickup(session, row)
    details = {"pickup": ref, "alert": link.alert_ref}
    audit.record(session, link.guest(ref), Event.PICKUP_CODE_SENT, link.subject_ref, now=now, details=details)


def _said_of_code(pickup_ref: str, code: str) -> bytes:
    return f"pickup.code\x1f{pickup_ref} {code}".encode()


def _is_code_of(session: Session, pickup: Pickup, code: str) -> bool:
    known = keys_of(session).digests(_said_of_code(pickup.ref, code))
    return any([hmac.compare_digest(pickup.code_hash, each) for each in known])  # each is compared, whichever it is


def _said_of_pass(answer_pass: str) -> bytes:
    return f"pickup.pass\x1f{answer_pass}".encode()


# --- opening ----------------------------------------------------------------------------------------------------------


def open_notice(session: Session, alert_ref: str, code: str, *, now: datetime) -> OpenedNotice | Refused:
    """Open the notice with a code. Commit before showing what it returns, and before saying that the code was wrong.

    A wrong code counts against every code of the link that is good. Raises ``NotFound``.
    """
    entered = enter(session, alert_ref, code, now=now)
    if isinstance(entered, Refused):
        return entered
    if not entered.link.is_notice:
        raise NotFound(NOWHERE)
    link, guest = entered.link, entered.guest
    notice = naming_the_child(session, read_notice(session, guest, link.subject_ref, now=now))
    supplied = [(part, read_file(session, guest, ref)) for part, ref in files_of(notice.content)]
    subjects = [ref for ref in (link.subject_ref, notice.placement) if ref]
    record_opening(session, entered, subjects, fields=sorted(notice.content), now=now)
    return OpenedNotice(link, notice, supplied, entered.answer_pass)


def enter(session: Session, alert_ref: str, code: str, *, now: datetime) -> Entered | Refused:
    """Use up the code of a link. Whoever calls it reads what the link leads to, and calls :func:`record_opening`.

    Commit before showing anything, and before saying that the code was wrong. Raises ``NotFound`` and ``StateConflict``.
    """
    link = follow(session, alert_ref, now=now, lock=True)
    if not link.takes_a_code:
        raise NotFound(NOWHERE)
    good = queries.good_codes(session, link.alert_id, misses=TRIES, now=now)
    used = next((each for each in good if _is_code_of(session, each, code)), None)
    return _missed(session, link, good, now) if used is None else _used(session, link, used, now)


def _missed(session: Session, link: Link, good: Sequence[Pickup], now: datetime) -> Refused:
    tries_left = max((TRIES - 1 - each.misses for each in good), default=0)
    queries.count_miss(session, [each.id for each in good])
    _record_refusal(
        session, link, good[0].ref if good else new_ref("pkp"), "wrong_code" if good else "no_good_code", now
    )
    return Refused(tries_left)


def _used(session: Session, link: Link, used: Pickup, now: datetime) -> Entered:
    answer_pass = secrets.token_urlsafe(32)
    until = now + timedelta(minutes=PASS_MINUTES)
    values = {"opened_at": now, "pass_hash": keys_of(session).digest(_said_of_pass(answer_pass)), "pass_until": until}
    if not queries.use_code(session, used.id, values):
        raise StateConflict("This code has been used. Ask for another.")
    return Entered(link, link.guest(used.ref), answer_pass)


def record_opening(
    session: Session, entered: Entered, subjects: Sequence[str], *, fields: Sequence[str], now: datetime
) -> None:
    """A guest opened what a link leads to: it has been read, and what was owed to the organisation of *subjects* reached it.

    *fields*: the names of the parts that are shown, never what they hold.
    """
    link = entered.link
    details = {"pickup": entered.guest.ref, "alert": link.alert_ref, "fields": list(fields)}
    audit.record(session, entered.guest, Event.PICKUP_OPENED, link.subject_ref, now=now, details=details)
    mark_read(session, link.alert_id, now=now)
    obligations.reach(
        session, entered.guest, subject_ref=subjects, organisation_id=link.organisation_id, at=now, now=now
    )


def _record_refusal(session: Session, link: Link, pickup_ref: str, reason: str, now: datetime) -> None:
    details = {"alert": link.alert_ref, "reason": reason}
    audit.record(session, link.guest(pickup_ref), Event.PICKUP_REFUSED, link.subject_ref, now=now, details=details)


# --- answering --------------------------------------------------------------------------------------------------------


def acknowledge(
    session: Session,
    alert_ref: str,
    answer_pass: str,
    *,
    by: str,
    promise: str | None = None,
    promise_on: date | None = None,
    rules: Rulebook,
    now: datetime,
) -> None:
    """*by*, a named officer, has read the notice. Uses the pass. Raises ``NotFound``, ``Invalid`` and ``StateConflict``."""
    link, guest = _use_pass(session, alert_ref, answer_pass, now)
    acknowledging.acknowledge_notice(
        session, guest, link.subject_ref, by=by, promise=promise, promise_on=promise_on, rules=rules, now=now
    )


def redirect(
    session: Session,
    alert_ref: str,
    answer_pass: str,
    *,
    host_authority: str,
    reason: str,
    by: str,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> None:
    """The address is in another council's area. Uses the pass. Raises ``NotFound``, ``Invalid`` and ``Conflict``."""
    link, guest = _use_pass(session, alert_ref, answer_pass, now)
    redirects.redirect_notice(
        session,
        guest,
        link.subject_ref,
        host_authority=host_authority,
        reason=reason,
        by=by,
        rules=rules,
        areas=areas,
        now=now,
    )


def _use_pass(session: Session, alert_ref: str, answer_pass: str, now: datetime) -> tuple[Link, Actor]:
    link = follow(session, alert_ref, now=now, lock=True)
    pickup = queries.with_pass(session, link.alert_id, keys_of(session).digests(_said_of_pass(answer_pass)))
    if pickup is None or not queries.use_pass(session, pickup.id, now=now):
        raise _spent()
    return link, link.guest(pickup.ref)


def _spent() -> StateConflict:
    return StateConflict(
        "This page was used already, or it was open for more than half an hour. Ask for a new code and open the notice again.",
        code="pass_spent",
    )


# --- files ------------------------------------------------------------------------------------------------------------


def open_supplied_file(
    database: Database, folder: Path, alert_ref: str, answer_pass: str, file_ref: str, *, now: datetime
) -> tuple[StoredFileSeen, bytes]:
    """A file that the notice was sent with, for the half hour that the pass is good; it does not use the pass up.

    When this returns, the opening is recorded and committed. Raises ``NotFound`` and ``StateConflict``.
    """
    with database.read() as session:
        link = follow(session, alert_ref, now=now)
        pickup = queries.with_pass(session, link.alert_id, keys_of(session).digests(_said_of_pass(answer_pass)))
        if pickup is None or pickup.pass_until is None or pickup.pass_until <= now:
            raise _spent()
        if not queries.is_supplied_with(session, file_ref, link.subject_ref):
            raise NotFound(NOWHERE)
        guest = link.guest(pickup.ref)
    return open_file(database, folder, guest, file_ref, now=now)
