"""A child whom Leeds has placed in Willow House, in Kent; and whoever looks her up at two in the morning."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.directory import queries as directory
from hub.duties.rulebook import Rulebook
from hub.lookup import asking, break_glass, service, telling
from hub.lookup.candidates import Asked
from hub.lookup.policy import DisclosurePolicy, load_disclosure_policy
from hub.lookup.telling import Reasons, Told
from hub.registry.names.spreading import spread_names_once, spread_places_once
from hub.registry.receipts import Receipt
from tests.conftest import CONFIG
from tests.registry.conftest import Desk, books, desk
from tests.registry.papers import emergency_start

__all__ = ["books", "desk"]

AT_NIGHT = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
"""A Thursday, two in the morning in London: the day after the placement began."""
INCIDENTS = {"kent_police": "18-1234-26", "west_yorkshire_police": "13261234567"}
ROWAN = {"family_name": "Fictitious", "given_names": "Rowan", "born_on": datetime(2012, 3, 14, tzinfo=UTC).date()}
MARKERS = [
    {"marker": "cse", "detail": "Invented: an older man waits by the gate.", "author": "P. Specimen", "source": "Social worker"},
    {"marker": "mental_health", "detail": "Invented: not for everybody.", "audience": ["placing_authority"]},
]  # fmt: skip
PAPER: dict[str, Any] = {
    "setting": "childrens_home",
    "provider": {"urn": "SC900001"},
    "carer": {"name": "K. Invented", "phone": "01632 960200"},
    "markers": MARKERS,
    "trigger_plan": {"held": True, "by": "Willow House", "updated_on": "2026-11-01"},
    "philomena": {"held": True, "by": "Willow House"},
    "specialist_care": "Invented: takes a medicine at eight.",
    "child_protection_plan": True,
}
SHIELD = {"reason": "Invented: a relative in the police force.", "by": "M. Bell, team manager"}
LEEDS_AT_NIGHT = "+44 113 496 0100"


@pytest.fixture(scope="session")
def policy() -> DisclosurePolicy:
    return load_disclosure_policy(Path(CONFIG))


@pytest.fixture
def placed(desk: Callable[[str], Desk], database: Database, cast: Cast) -> Receipt:
    """Rowan lives in Willow House since yesterday morning; Leeds answers the telephone at night."""
    telephone(database, cast.ids["leeds"], LEEDS_AT_NIGHT)
    receipt = desk("leeds").registers(emergency_start(**PAPER))
    spread_names_once(database)
    spread_places_once(database)
    return receipt


def telephone(database: Database, organisation_id: int, number: str, role: str = "out_of_hours") -> None:
    """A verified telephone that answers always."""
    row = {
        "ref": new_ref("con"),
        "organisation_id": organisation_id,
        "role": role,
        "channel": "phone",
        "address": number,
        "purpose": "Emergency duty team",
        "verified_by": "A test",
        "verified_at": AT_NIGHT,
        "entered_by": "system",
        "valid_from": datetime(2026, 1, 1, tzinfo=UTC).date(),
    }
    with database.write() as session:
        directory.add_contact_point(session, row)


@dataclass
class Room:
    """A control room, or a desk at night, that asks; each act in a transaction of its own, as the API does it."""

    member: str
    actor: Actor
    database: Database
    rules: Rulebook
    terms: service.Terms
    by: str | None = "Sgt A. Okoro, 4711"
    now: datetime = AT_NIGHT
    last: asking.LookedUp | None = field(default=None)

    def asks(self, purpose: str = "missing_report", incident: str | None = None, **known: Any) -> asking.LookedUp:
        """Ask who is meant; Rowan, where nothing else is said."""
        given = INCIDENTS.get(self.member, "EDT-2026-77") if incident is None else incident

        def act(session: Session) -> asking.LookedUp:
            question = asking.Question(
                purpose=purpose,
                incident=service.incident_of(self.actor, self.terms.policy, given),
                asked=Asked(**(known or ROWAN)),
                by=self.by,
            )
            return asking.look_up(session, self.actor, question, **self._given())

        self.last = service.on_record(self.database, self.actor, act, now=self.now)
        return self.last

    def confirms(self, stage: str = "confirmed", *, because: str | None = None, purpose: str | None = None) -> Told:
        """Confirm the purpose for the first child of the last answer."""
        asked = self._asked()
        reasons = Reasons(by=self.by, because=because)
        told: Told = self.does(
            telling.disclose,
            asked.ref,
            asked.matches[0].candidate,
            stage=stage,
            purpose=purpose or asked.purpose,
            reasons=reasons,
        )
        return told

    def breaks_the_glass(self, reason: str = "Invented: nobody answers the number.") -> Told:
        asked = self._asked()
        reasons = Reasons(by=self.by, reason=reason)
        told: Told = self.does(
            break_glass.break_glass, asked.ref, asked.matches[0].candidate, purpose=asked.purpose, reasons=reasons
        )
        return told

    def does(self, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return service.on_record(
            self.database,
            self.actor,
            lambda session: act(session, self.actor, *given, **named, **self._given()),
            now=self.now,
        )

    def reads(self, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Do *act* of a service that takes the session, the actor and the time."""
        with self.database.write() as session:
            return act(session, self.actor, *given, **named, now=self.now)

    def _given(self) -> dict[str, Any]:
        return {"policy": self.terms.policy, "limits": self.terms.limits, "rules": self.rules, "now": self.now}

    def _asked(self) -> asking.LookedUp:
        assert self.last is not None
        return self.last


@pytest.fixture
def room(cast: Cast, database: Database, rules: Rulebook, policy: DisclosurePolicy) -> Callable[..., Room]:
    """``room("kent_police")`` asks for that member of the cast; without limits but where a test gives some."""

    def enter(member: str, *, limited: bool = False, ref: str | None = None, **changed: Any) -> Room:
        actor = cast.actors[member]
        if ref:
            actor = replace(actor, ref=ref)
        terms = service.Terms(policy, policy.limits if limited else None)
        return Room(member, actor, database, rules, terms, **changed)

    return enter


Rooms = Callable[..., Room]
