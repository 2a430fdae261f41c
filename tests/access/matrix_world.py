"""A world for the matrix: every kind of organisation, somebody in every role there, and records that each is a party to or not.

Leeds has placed a child in Willow House, in Kent; the others have no part in it. Beside every record stands one like it of
organisations that nobody here belongs to, which must never be seen or touched: the noise.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from hub.core.db import Database
from tests.access.signing_in import Tab

API = "/api/v1"
START = {"kind": "placement_start"}
WITHOUT_CAST = {
    "interviews": "rhi_provider",
    "hospital": "health_body",
    "panel": "other_body",
    "inspectorate": "oversight",
    "noise_home": "childrens_home",
}
ARRIVALS = {
    "willow_house": "home_admission",
    "lantern_lodge": "supported_admission",
    "harbour": "fostering_arrival",
}
"""What providers send; councils send ``placement_start``."""
UPLOADED = {
    "leeds": "planned_start",
    "kent": "planned_start",
    "cornwall": "planned_start",
    "willow_house": "admission",
    "lantern_lodge": "admission",
    "harbour": "arrival",
}
"""Which kind of spreadsheet each sender uploads."""
MEMBERS = (
    *("leeds", "kent", "cornwall", "kent_police", "west_yorkshire_police", "willow_house", "lantern_lodge", "harbour"),
    *("interviews", "hospital", "panel", "inspectorate", "operator"),
)
"""Whose people ask: the placing and the host council and one that has no part; its force and another; the provider and others."""
SELLS: dict[str, Any] = {
    "covers_everywhere": True, "is_independent": True, "independence": "Invented.", "languages": ["en"],
    "genders": ["female"], "modes": ["phone"], "ages": [8, 17],
}  # fmt: skip
"""What a provider of interviews says of itself."""
NOISE = ("bradford", "norfolk", "noise_home")
NOISY_WORDS = ("Quentin", "Clamour")


@dataclass(frozen=True)
class Record:
    """Something that a request may be about, and which party each member is to it."""

    ref: str
    parties: Mapping[str, frozenset[str]]
    version: int = 1
    paper: Mapping[str, Any] = field(default_factory=dict)

    def party(self, member: str) -> frozenset[str]:
        return self.parties.get(member, frozenset())


def record(ref: str, *, version: int = 1, paper: Mapping[str, Any] | None = None, **parties: str) -> Record:
    """``record("ntc_…", leeds="sender placing", kent="recipient")``"""
    said = {member: frozenset(words.split()) for member, words in parties.items()}
    return Record(ref, said, version, paper or {})


@dataclass(frozen=True)
class Somebody:
    """A person in one role, signed in."""

    member: str
    role: str
    kind: str
    tab: Tab

    def __str__(self) -> str:
        return f"{self.role} of {self.member}"


class Undone(Database):
    """The test's database, of which nothing outlasts a request: each is asked within a transaction that is rolled back."""

    _shared: Connection | None = None

    @contextmanager
    def undone(self) -> Iterator[None]:
        with self._writing.connect() as connection:
            transaction = connection.begin()
            self._shared = connection
            try:
                yield
            finally:
                self._shared = None
                transaction.rollback()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._joined(autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._joined(expire_on_commit=False) as session, session.begin():
            session.info["connection"] = session.connection()
            yield session

    def _joined(self, **options: Any) -> Session:
        assert self._shared is not None, "ask within undone()"
        return Session(self._shared, join_transaction_mode="create_savepoint", info={"keys": self.keys}, **options)


@dataclass
class World:
    """Who is there, and what."""

    people: list[Somebody]
    records: dict[str, list[Record]]
    refs: Mapping[str, str]
    ids: Mapping[str, int]
    noise: Mapping[str, str]
    """References of the noise's records: by what each is."""

    def about(self, what: str, member: str) -> list[Record]:
        """The records of that sort to ask *member*'s people about: what they are a party to, and what they are not."""
        own = [one for one in self.records[what] if one.party(member)]
        others = [one for one in self.records[what] if not one.party(member)]
        return own[:2] + others[:1]


def told_of(notice: Record) -> Record:
    """A notice as a list of deliveries sees it: its sender's, and each recipient's own."""
    words = {"sender": "sender", "recipient": "own"}
    parties = {m: frozenset(words[p] for p in kinds if p in words) for m, kinds in notice.parties.items()}
    return Record(notice.ref, parties)


Noise = dict[str, tuple[Any, ...]]
_TABLES = {
    "ntc": "notice", "pla": "placement", "mat": "match", "fil": "stored_file", "obl": "obligation", "alt": "alert",
    "dlv": "delivery", "con": "contact_point", "prp": "proposal", "cli": "api_client", "key": "api_key", "per": "person",
    "inv": "invitation", "ses": "person_session", "idp": "identity_provider", "qst": "question", "hst": "host_step",
    "mkr": "marker", "dty": "duty_override", "arc": "area_correction",
    "mis": "missing_episode",
    "lku": "look_up", "rvw": "look_up_review", "dsc": "disclosure",
    "agr": "interview_agreement", "ipv": "interview_provider",
    "rhi": "interview_request", "apt": "interview_appointment", "att": "interview_attempt",
    "irp": "interview_report", "shr": "interview_share", "rec": "interview_recommendation", "sfr": "interview_referral",
    "ask": "interview_ask", "cof": "interview_child_offer", "nws": "interview_news",
    "com": "interview_commission", "pur": "purchase_entry",
    "tea": "team", "apq": "approval_request", "upl": "upload",
}  # fmt: skip


def noise_of(session: Session, world: World) -> Noise:
    """Every row of the noise, as it stands."""
    return {
        what: tuple(session.execute(text(f"SELECT * FROM {_TABLES[ref[:3]]} WHERE ref = :ref"), {"ref": ref}).one())
        for what, ref in world.noise.items()
    }
