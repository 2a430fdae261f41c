"""The people of the demonstration: nobody in it exists. They share one password, made anew for each demonstration.

Each has a second factor, as everybody must: a secret from which any authenticator app (or ``code_now``) makes its codes.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import pyotp
from sqlalchemy.orm import Session

from hub.access.people import service as people
from hub.access.sign_in import factor_queries, passwords
from hub.core.clock import machine_now
from hub.core.db import keys_of
from hub.core.ids import ALPHABET
from hub.directory import queries as directory

PEOPLE: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "priya": ("leeds", "Priya Shah", ("social_worker",)),
    "marcus": ("leeds", "Marcus Bell", ("team_manager", "nominated_officer")),
    "dara": ("leeds", "Dara Quist", ("dcs",)),
    "helen": ("leeds", "Helen Frost", ("administrator", "privacy_lead")),
    "tom": ("kent", "Tom Adeyemi", ("duty_desk", "register_keeper")),
    "grace": ("kent", "Grace Lund", ("administrator",)),
    "bea": ("kent", "Bea Ostrom", ("administrator", "team_manager")),
    "okoro": ("kent_police", "Sergeant Ada Okoro", ("call_handler",)),
    "rhys": ("kent_police", "Inspector Rhys Fenner", ("missing_person_coordinator",)),
    "bryn": ("kent_police", "Bryn Tallis", ("administrator", "privacy_lead")),
    "wren": ("willow_house", "Wren Castle", ("registered_manager", "administrator")),
    "sol": ("lantern_lodge", "Sol Pryce", ("shift_staff",)),
    "ines": ("harbour", "Ines Marlow", ("supervising_social_worker", "registered_manager", "administrator")),
    "nadia": ("beacon", "Nadia Holt", ("coordinator",)),
    "yusuf": ("beacon", "Yusuf Lane", ("interviewer",)),
    "faye": ("kent_returns", "Faye Marsh", ("coordinator", "interviewer", "administrator")),
    "asha": ("leeds", "Asha Brook", ("missing_coordinator",)),
    "ola": ("operator", "Ola Nyberg", ("operator", "administrator")),
}
"""By first name: of which member of the cast, the whole name, the roles."""


@dataclass(frozen=True)
class Player:
    """Somebody of the demonstration, and what they sign in with."""

    ref: str
    name: str
    email: str
    roles: tuple[str, ...]
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)

    def code_now(self) -> str:
        """What this person's app shows at this moment."""
        return pyotp.TOTP(self.totp_secret).at(datetime.fromtimestamp(machine_now(), UTC))


def load_people(session: Session, ids: Mapping[str, int], *, now: datetime) -> dict[str, Player]:
    """Put the people into the organisations of the cast (*ids*: by member)."""
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    kept = passwords.hashed(password)
    return {key: _player(session, key, ids, password, kept, now) for key in PEOPLE}


def _player(session: Session, key: str, ids: Mapping[str, int], password: str, kept: str, now: datetime) -> Player:
    member, name, roles = PEOPLE[key]
    email = f"{name.lower().replace(' ', '.')}@{member.replace('_', '-')}.example"
    organisation = directory.by_ids(session, [ids[member]])[ids[member]]
    person = people.add(
        session, organisation, name=name, email=email, roles=roles, password_hash=kept, now=now, because="demonstration"
    )
    secret = pyotp.random_base32()
    sealed = keys_of(session).seal(person.ref, {"secret": secret})
    factor_queries.add_totp(session, {"person_id": person.id, "sealed": sealed, "confirmed_at": now, "last_step": 0})
    return Player(person.ref, name, email, roles, password, secret)
