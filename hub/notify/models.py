"""Obligations, the ladders that chase them, and the outbox: alerts, deliveries, attempts, the event feed.

A notice, an alert and a delivery are three things. An alert is a nudge that something waits for an organisation; a delivery is
one alert by one channel; an attempt is one try. Subjects are references (``pla_…``, ``ntc_…``): nothing here knows a child.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class Ladder(Keyed, Base):
    """One version of one escalation ladder. A running obligation keeps the version it began with."""

    __tablename__ = "ladder"

    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    """Whose own version it is; ``None``: the hub's default."""
    version: Mapped[int]
    rungs: Mapped[list[Any]]
    """As in config/policy/escalation.toml, in order."""
    terms: Mapped[dict[str, Any]]
    """What holds for the whole ladder: ``ceiling``, ``version`` of the policy file, and ``risk``, how it climbs at risk."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]

    __table_args__ = (UniqueConstraint("name", "organisation_id", "version"),)


class Obligation(Keyed, Base):
    """Who owes what to whom by when, in one case. Overdue is not stored: it is open and past ``due_at``."""

    __tablename__ = "obligation"

    ref: Mapped[str] = mapped_column(unique=True)
    duty_code: Mapped[str]
    """The row of config/law, e.g. ``E13A``."""
    law_in_force: Mapped[str]
    """The in-force date (or ``unverified``) of that row when this was opened: editing the law rewrites no history."""
    basis: Mapped[str]
    subject_ref: Mapped[str]
    """The placement (``pla_…``) the duty is about."""
    owed_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    """``None`` when whoever owes it is not in the directory; then ``owed_by_role`` says who."""
    owed_by_role: Mapped[str]
    owed_to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    owed_to_role: Mapped[str]
    because: Mapped[str]
    """One sentence: what set it off. Never a name."""
    event_at: Mapped[datetime]
    """When what set it off happened: the clock runs from here."""
    opened_at: Mapped[datetime]
    """When the hub came to know."""
    due_at: Mapped[datetime | None]
    due_on: Mapped[date | None] = mapped_column(Date)
    due_is_policy: Mapped[bool]
    state: Mapped[str] = mapped_column(default="open")
    fulfilled_at: Mapped[datetime | None]
    """When whoever owes it did their part: this instant decides lateness (ADR 0005)."""
    fulfilled_by: Mapped[str | None]
    """The notice, acknowledgement or note that did it."""
    fulfilled_how: Mapped[str | None]
    """Of one done elsewhere: the method, in a word (letter, telephone, …)."""
    reached_at: Mapped[datetime | None]
    """When the organisation it is owed to was first reached."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    close_reason: Mapped[str | None]
    heightened: Mapped[bool] = mapped_column(default=False)
    """Child missing, or a high-risk marker: the ladder starts higher and in hours."""
    ladder_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ladder.id"))
    next_rung: Mapped[int] = mapped_column(default=0)
    cycle: Mapped[int] = mapped_column(default=0)
    """How often the last rung has been repeated."""
    next_step_at: Mapped[datetime | None]
    """The one column the sweep looks at. ``None``: closed, or in the hands of ``owner``."""
    owner: Mapped[str | None]
    """The named human in whose hands an open obligation without a next step is."""
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    promise_on: Mapped[date | None] = mapped_column(Date)
    """By when somebody promised what it asks; the ladder waits until then and resumes if it is not done."""
    faults: Mapped[int] = mapped_column(default=0)
    """How often the sweep failed on this row; it is put an hour ahead each time and shown to operators."""
    was_late: Mapped[bool] = mapped_column(default=False)
    """Met late once is met late for ever, whatever re-opens it afterwards."""
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True})
    """What people wrote when they paused, excused, voided or re-opened it: ``{"pause": …, "close": …, "reopen": …}``. The
    reasons in the columns above are codes."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("state IN ('open','met','met_late','excused','void')", name="state"),
        CheckConstraint("basis IN ('statute','statutory_guidance','recommendation','policy')", name="basis"),
        Index("ix_obligation_subject_ref", "subject_ref", "duty_code"),
        Index("ix_obligation_owed_by", "owed_by_id", "state", "due_at"),
        Index("ix_obligation_owed_to", "owed_to_id", "state", "due_at"),
    )


Index(
    "ix_obligation_next_step",
    Obligation.next_step_at,
    Obligation.id,
    sqlite_where=(Obligation.state == "open") & Obligation.next_step_at.is_not(None),
    postgresql_where=(Obligation.state == "open") & Obligation.next_step_at.is_not(None),
)

Index(
    "ix_obligation_without_step",
    Obligation.id,
    sqlite_where=(Obligation.state == "open") & Obligation.next_step_at.is_(None),
    postgresql_where=(Obligation.state == "open") & Obligation.next_step_at.is_(None),
)
Index(
    "ix_obligation_faulty",
    Obligation.id,
    sqlite_where=(Obligation.state == "open") & (Obligation.faults > 0),
    postgresql_where=(Obligation.state == "open") & (Obligation.faults > 0),
)


class Escalation(Keyed, Base):
    """One step up the ladder, taken once: the unique key holds whatever the race."""

    __tablename__ = "escalation"

    obligation_id: Mapped[int] = mapped_column(BigId, ForeignKey("obligation.id"))
    rung: Mapped[int]
    cycle: Mapped[int]
    fell_due_at: Mapped[datetime]
    raised_at: Mapped[datetime]
    outcome: Mapped[str]
    """``raised``, ``reached_nobody`` (skipped at once, and reported) or ``report_prepared``."""
    roles: Mapped[list[Any]]

    __table_args__ = (
        UniqueConstraint("obligation_id", "cycle", "rung"),
        CheckConstraint("outcome IN ('raised','reached_nobody','report_prepared')", name="outcome"),
    )


class Acknowledgement(Keyed, Base):
    """A named person at one organisation has read it; one organisation's never silences another's."""

    __tablename__ = "acknowledgement"

    ref: Mapped[str] = mapped_column(unique=True)
    subject_ref: Mapped[str]
    """The notice."""
    placement_ref: Mapped[str]
    """The placement the notice is about, whose obligations a promise is about."""
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """The name and role of the officer who read it."""
    actor_ref: Mapped[str]
    at: Mapped[datetime]
    promise: Mapped[str | None]
    """A code of what is promised: ``enter_register``, ``pass_on``, ``contact_placing_authority``, …"""
    promise_on: Mapped[date | None] = mapped_column(Date)
    kept_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("subject_ref", "organisation_id"),
        Index("ix_acknowledgement_placement_ref", "placement_ref", "organisation_id"),
    )


class Alert(Keyed, Base):
    """A nudge that something waits for an organisation. It carries a reference and a link, and nothing about a child."""

    __tablename__ = "alert"

    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    """Which message: a template in notify/messages/."""
    subject_ref: Mapped[str]
    obligation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("obligation.id"))
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    role: Mapped[str]
    is_urgent: Mapped[bool]
    details: Mapped[dict[str, Any]]
    """What the message may say besides: duty code, due date, age, reason. Never about a child."""
    raised_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    """What it was about was settled: nothing of it that is still queued may be sent."""

    __table_args__ = (
        Index("ix_alert_organisation_id", "organisation_id", "id"),
        Index("ix_alert_subject_ref", "subject_ref"),
        Index("ix_alert_obligation_id", "obligation_id"),
    )


class Delivery(Keyed, Base):
    """One alert by one channel. A lease is a pair of columns, not a state: a dead worker's row is simply due again."""

    __tablename__ = "delivery"

    ref: Mapped[str] = mapped_column(unique=True)
    """Travels as Message-ID and webhook-id, the same in every attempt, so that receivers can drop repeats."""
    alert_id: Mapped[int] = mapped_column(BigId, ForeignKey("alert.id"))
    contact_point_id: Mapped[int] = mapped_column(BigId, ForeignKey("contact_point.id"))
    channel: Mapped[str]
    state: Mapped[str]
    held_for: Mapped[str | None]
    """Why it waits, when it does: ``digest`` or ``opening_hours``."""
    queued_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    last_code: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('queued','accepted','delivered','failed','bounced','cancelled','suppressed')", name="state"
        ),
        Index("ix_delivery_alert_id", "alert_id"),
        Index("ix_delivery_contact_point_id", "contact_point_id", "id"),
    )


Index(
    "ix_delivery_next_attempt",
    Delivery.next_attempt_at,
    Delivery.id,
    sqlite_where=Delivery.state == "queued",
    postgresql_where=Delivery.state == "queued",
)


_GIVEN_UP = text("state IN ('failed','bounced','suppressed')")
Index(
    "ix_delivery_given_up",
    Delivery.closed_at,
    Delivery.id,
    sqlite_where=_GIVEN_UP,
    postgresql_where=_GIVEN_UP,
)
"""For the operator: what was given up, newest first, however many arrived."""


class PersonalMail(Keyed, Base):
    """An e-mail to one person about their own account. A lease is a pair of columns, as in a delivery."""

    __tablename__ = "personal_mail"

    ref: Mapped[str] = mapped_column(unique=True)
    """Travels as Message-ID, the same in every attempt."""
    kind: Mapped[str]
    """Which message: a template in notify/messages/."""
    subject_ref: Mapped[str] = mapped_column(index=True)
    """The person or invitation it is about: who asked for it finds it by this."""
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True})
    """``{"email": …, "name": …, "details": …}``, sealed for ``ref``. It holds a link that lets somebody in: ``None`` as soon as
    it was sent or given up."""
    state: Mapped[str]
    queued_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    last_code: Mapped[str | None]

    __table_args__ = (CheckConstraint("state IN ('queued','sent','failed')", name="state"),)


Index(
    "ix_personal_mail_next_attempt",
    PersonalMail.next_attempt_at,
    PersonalMail.id,
    sqlite_where=PersonalMail.state == "queued",
    postgresql_where=PersonalMail.state == "queued",
)


class Attempt(Keyed, Base):
    """One try at one delivery, and what came of it. Appended, never changed."""

    __tablename__ = "attempt"

    delivery_id: Mapped[int] = mapped_column(BigId, ForeignKey("delivery.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    outcome: Mapped[str]
    """``accepted``, ``temporary``, ``permanent``, ``bounced`` (a late report), ``cancelled``."""
    code: Mapped[str]
    """The reply code, or a word (``timeout``, ``refused``, ``tls``)."""


class FeedEvent(Keyed, Base):
    """One event for one organisation, for clients that pull. ``position`` is given after the commit, by one job, so that a
    reader who has seen position n has seen everything before n (ids of concurrent transactions commit out of order)."""

    __tablename__ = "feed_event"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    type: Mapped[str]
    subject_ref: Mapped[str]
    at: Mapped[datetime]
    details: Mapped[dict[str, Any]]
    """References, codes and instants only."""
    position: Mapped[int | None] = mapped_column(BigId, unique=True)

    __table_args__ = (
        Index("ix_feed_event_organisation_id", "organisation_id", "position"),
        Index("ix_feed_event_unplaced", "id", sqlite_where=position.is_(None), postgresql_where=position.is_(None)),
    )


class Beat(Base):
    """The last word of a job that others rely on: the auditor, the sweep, delivery."""

    __tablename__ = "beat"

    job: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    is_well: Mapped[bool]
    details: Mapped[dict[str, Any]]
