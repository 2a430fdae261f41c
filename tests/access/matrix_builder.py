"""Puts the matrix's world into a database, through the services and over HTTP: sort by sort, each in a module of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from hub.access.people import service as people
from hub.access.permissions import ROLES
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory import organisations
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from tests.access.matrix_asking import add_asking
from tests.access.matrix_interviews import add_interviews, add_providers
from tests.access.matrix_missing import add_look_ups, add_missing
from tests.access.matrix_money import add_money
from tests.access.matrix_obligations import add_obligations
from tests.access.matrix_organisations import add_area_correction, add_belongings, add_proposals
from tests.access.matrix_placements import add_another_placement, add_markers, add_placement, add_what_kent_did
from tests.access.matrix_reports import add_reports
from tests.access.matrix_sent import add_what_was_sent
from tests.access.matrix_uploads import add_uploads
from tests.access.matrix_world import API, MEMBERS, NOISE, WITHOUT_CAST, Record, Somebody, World, record
from tests.access.signing_in import tab_of
from tests.conftest import NOW


@dataclass
class Builder:
    """Puts the world into an empty database, through the services and over HTTP."""

    app: Flask
    database: Database
    cast: Cast
    rules: Rulebook
    areas: Areas
    refs: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    noise: dict[str, str] = field(default_factory=dict)

    def build(self) -> World:
        self.refs, self.ids = dict(self.cast.refs), dict(self.cast.ids)
        with self.database.write() as session:
            for member, kind in WITHOUT_CAST.items():
                self._organisation(session, member, kind)
        add_placement(self)
        add_another_placement(self)
        add_what_kent_did(self)
        add_missing(self)
        add_markers(self)
        add_look_ups(self)
        add_providers(self)
        add_interviews(self)
        add_asking(self)
        add_reports(self)
        add_money(self)
        add_uploads(self)
        for member in (*MEMBERS, "bradford"):
            add_belongings(self, member)
            add_obligations(self, member)
        add_proposals(self)
        add_area_correction(self)
        add_what_was_sent(self)
        self.records["organisation"] = [record(self.refs[m], **{m: "own"}) for m in MEMBERS]
        return World(list(self._people()), self.records, self.refs, self.ids, self.noise)

    # --- organisations and people

    def _organisation(self, session: Session, member: str, kind: str) -> None:
        wanted = {"kind": kind, "name": member.replace("_", " ").title()}
        wanted |= {"postcode": "NR1 3JU", "urn": "SC900009"} if member == "noise_home" else {}
        row = organisations.add(session, SYSTEM, wanted, areas=self.areas, now=NOW)
        organisations.join(session, SYSTEM, row.ref, NOW)
        self.refs[member], self.ids[member] = row.ref, row.id

    def _people(self) -> Iterator[Somebody]:
        for member in MEMBERS:
            with self.database.read() as session:
                organisation = directory.by_ids(session, [self.ids[member]])[self.ids[member]]
            for role in (name for name, each in ROLES.items() if organisation.kind in each.kinds):
                tab = tab_of(self.app, self.database, self._person(member, role))
                yield Somebody(member, role, organisation.kind, tab)

    def _person(self, member: str, role: str) -> Any:
        email = f"{role}.{member}@mail.example".replace("_", "-")
        with self.database.write() as session:
            organisation = directory.by_ids(session, [self.ids[member]])[self.ids[member]]
            return people.add(
                session, organisation, name="Pat Fictitious", email=email, roles=[role], password_hash="x", now=NOW
            )

    # --- what the other modules of the matrix add by

    def speaks(self, member: str) -> FlaskClient:
        """The system of a member of the cast."""
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.cast.tokens[member]}"
        return client

    def posted(self, member: str, path: str, **said: Any) -> dict[str, Any]:
        """The answer to what that system has sent."""
        answer = self.speaks(member).post(API + path, **said)
        assert answer.status_code in (200, 201, 202), answer.text
        body: dict[str, Any] = answer.json
        return body

    def keep(self, what: str, member: str, ref: str, version: int = 1) -> None:
        """A record that is *member*'s own, or the noise's."""
        if member in NOISE:
            self.noise[what] = ref
        else:
            self.records.setdefault(what, []).append(record(ref, version=version, **{member: "own"}))

    def own(self, what: str, member: str) -> Record:
        """The first record of that sort to which *member* is a party."""
        return next(one for one in self.records[what] if one.party(member))
