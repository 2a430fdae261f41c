"""E-mails to a person about their own account: an invitation, a link to set a password, word that something changed.

Queued in the caller's transaction and sent by the worker, as deliveries are: a lease, the same waits between attempts, one
Message-ID. An alert goes to an organisation's desk and may be read by many; this goes to one person, and may hold a link that
lets them in. So its content is sealed, and erased as soon as it was sent or given up.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.core.db import Database, keys_of
from hub.core.ids import new_ref
from hub.core.logs import log
from hub.core.secrets import SealBroken
from hub.duties.rulebook import Rulebook
from hub.notify import personal_mail_queries as queries
from hub.notify.channels.base import DeliveryError
from hub.notify.channels.email import EmailChannel, Mail
from hub.notify.couriers import Couriers
from hub.notify.delivery_states import PERSONAL_MAIL
from hub.notify.letters import SWITCHED_OFF
from hub.notify.messages.personal import WITH_A_LINK, checked, written
from hub.notify.messages.render import one_line
from hub.notify.models import PersonalMail
from hub.notify.outcomes import SENT

TAKEN_BACK: Final = "taken_back"
"""The code of one that was not sent because its link had been replaced or withdrawn."""
EXPIRED: Final = "link_expired"
"""The code of one that was given up because its link had stopped working before it could be sent."""
UNREADABLE: Final = "unreadable"
_FREE: Final = {"lease_owner": None, "leased_until": None}
_ERASED: Final = {"sealed": None, "next_attempt_at": None}


@dataclass(frozen=True)
class Mailed:
    """What became of one personal e-mail. ``state``: queued, sent or failed; ``code``: of the last attempt, if any."""

    ref: str
    kind: str
    state: str
    queued_at: datetime
    closed_at: datetime | None
    code: str | None


@dataclass(frozen=True)
class _Outcome:
    """What came of one attempt; ``is_final`` unless another may follow."""

    code: str
    is_sent: bool = False
    is_final: bool = True


def queue(
    session: Session, *, kind: str, ref: str, email: str, name: str, details: Mapping[str, Any], now: datetime
) -> str:
    """Queue an e-mail to *email* in the caller's transaction; its reference (``pml_…``).

    *kind* and its *details*: ``messages.personal.PERSONAL_KINDS``. *ref*: the person or invitation it is about, by which
    :func:`newest_about` finds it; a new link to the same takes back an earlier one that still waits. Raises ``ValueError``
    for details that are not those of the kind: a fault in our code.
    """
    own, said_of_it = new_ref("pml"), checked(kind, details)
    content = {"email": email, "name": one_line(name), "details": said_of_it}
    if "path" in said_of_it:
        take_back(session, ref, now=now)
    said = {"ref": own, "kind": kind, "subject_ref": ref, "sealed": keys_of(session).seal(own, content)}
    due = {"state": PERSONAL_MAIL.start, "queued_at": now, "next_attempt_at": now, "attempts": 0}
    queries.add(session, said | due)
    return own


def take_back(session: Session, ref: str, *, now: datetime) -> int:
    """The links about a person or an invitation are worth nothing any more: those that still wait are not sent; how many."""
    links = and_(PersonalMail.subject_ref == ref, PersonalMail.kind.in_(WITH_A_LINK))
    values = {"last_code": TAKEN_BACK, "closed_at": now}
    return PERSONAL_MAIL.apply(session, PersonalMail, "give_up", links, values | _FREE | _ERASED)


def newest_about(session: Session, refs: Collection[str]) -> dict[str, Mailed]:
    """What became of the newest e-mail about each of these people or invitations."""
    return {
        mail.subject_ref: Mailed(mail.ref, mail.kind, mail.state, mail.queued_at, mail.closed_at, mail.last_code)
        for mail in queries.about(session, refs)
    }


def send_once(
    database: Database, rules: Rulebook, couriers: Couriers, *, base_url: str, now: datetime, limit: int = 10
) -> int:
    """Send up to *limit* due e-mails, one after the other; return how many were tried.

    A round ends at the first that has to be tried again: mostly it is the mail server that fails, and not the one e-mail. Safe
    in any number of processes at once.
    """
    channel, began = couriers.channels.get("email"), utc_now()
    by = channel if isinstance(channel, EmailChannel) else None
    tried, goes_on = 0, True
    try:
        while goes_on and tried < limit:
            at, owner = now + (utc_now() - began), couriers.new_owner()
            mail = _claimed(database, rules, owner, at)
            if mail is None:
                return tried
            outcome = _sent(database, mail, by, base_url, at)
            _record(database, rules, mail, owner, outcome, at)
            tried, goes_on = tried + 1, outcome.is_final
        return tried
    finally:
        if by is not None:
            by.hang_up()


def note_bounce(session: Session, ref: str, *, code: str, now: datetime) -> bool:
    """The mail system reports that the e-mail *ref* did not arrive; whether that changed anything."""
    mail = queries.by_ref(session, ref)
    return mail is not None and _give_up(session, "bounce", mail, PersonalMail.id == mail.id, {"last_code": code}, now)


def _claimed(database: Database, rules: Rulebook, owner: str, now: datetime) -> PersonalMail | None:
    with database.read() as session:
        if not queries.any_due(session, now=now):
            return None
    until = now + timedelta(seconds=rules.policy.delivery.lease_seconds)
    with database.write() as session:
        return queries.claim_one(session, owner=owner, until=until, now=now)


def _sent(database: Database, mail: PersonalMail, by: EmailChannel | None, base_url: str, at: datetime) -> _Outcome:
    if by is None:
        return _Outcome(SWITCHED_OFF)
    try:
        content = database.keys.open(mail.ref, mail.sealed or b"")
    except SealBroken:
        return _Outcome(UNREADABLE, is_final=False)  # the operator may yet put the missing key back
    if _has_expired(content["details"], at):
        return _Outcome(EXPIRED)
    subject, text = written(mail.kind, content["name"], content["details"], queued_at=mail.queued_at, base_url=base_url)
    try:
        return _Outcome(by.post(Mail(mail.ref, content["email"], subject, text), at=at), is_sent=True)
    except DeliveryError as refused:
        return _Outcome(refused.code, is_final=refused.permanent)


def _has_expired(details: Mapping[str, str], at: datetime) -> bool:
    return "expires_at" in details and datetime.fromisoformat(details["expires_at"]) <= at


def _record(
    database: Database, rules: Rulebook, mail: PersonalMail, owner: str, outcome: _Outcome, now: datetime
) -> None:
    """What came of an attempt, unless its lease has passed to another worker meanwhile: then that worker's record stands."""
    attempts = mail.attempts + 1
    wait = None if outcome.is_final else rules.policy.delivery.wait_after(attempts)
    mine = and_(PersonalMail.id == mail.id, PersonalMail.lease_owner == owner)
    values = {"attempts": attempts, "last_code": outcome.code} | _FREE
    SENT.labels("email", "accepted" if outcome.is_sent else "permanent" if outcome.is_final else "temporary").inc()
    with database.write() as session:
        if outcome.is_sent:
            PERSONAL_MAIL.apply(session, PersonalMail, "send", mine, values | _ERASED | {"closed_at": now})
        elif wait is None:
            _give_up(session, "give_up", mail, mine, values, now)
        else:
            again = {"next_attempt_at": now + timedelta(seconds=wait)}
            PERSONAL_MAIL.apply(session, PersonalMail, "put_back", mine, values | again)


def _give_up(
    session: Session, action: str, mail: PersonalMail, where: ColumnElement[bool], values: dict[str, Any], now: datetime
) -> bool:
    moved = PERSONAL_MAIL.apply(session, PersonalMail, action, where, values | _FREE | _ERASED | {"closed_at": now})
    if moved:
        said = {"mail": mail.ref, "kind": mail.kind, "code": values["last_code"]}
        audit.record(session, SYSTEM, Event.PERSONAL_MAIL_GIVEN_UP, mail.subject_ref, now=now, details=said)
        log(__name__).warning("personal_mail.given_up", **said)
    return bool(moved)
