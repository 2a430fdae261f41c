"""Puts the matrix's world into a database, through the services and over HTTP."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.access import service, sessions
from hub.access.people import invitations
from hub.access.people import service as people
from hub.access.permissions import ROLES
from hub.access.teams import service as teams
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.directory import area_corrections, contact_points, organisations, proposals
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.directory.duty import service as duty
from hub.duties.rulebook import Rulebook
from hub.missing import service as missing
from hub.missing.schemas import ReportIn
from hub.notify import obligations
from hub.notify.inbox_queries import place as place_events
from hub.notify.inbox_queries import unplaced
from hub.notify.models import Alert, Delivery, FeedEvent
from hub.notify.obligations import Opening, open_obligations
from hub.registry.desk import passing_on, questions
from hub.registry.uploads.models import Upload, UploadRow
from hub.spotpurchase.providers import agreements
from hub.spotpurchase.providers import service as providers
from hub.spotpurchase.providers.schemas import InterviewAgreementIn, InterviewProviderIn
from tests.access.matrix_asking import add_asking
from tests.access.matrix_interviews import add_interviews
from tests.access.matrix_money import add_money
from tests.access.matrix_reports import add_reports
from tests.access.matrix_world import (
    API,
    ARRIVALS,
    MEMBERS,
    NOISE,
    SELLS,
    START,
    UPLOADED,
    WITHOUT_CAST,
    Record,
    Somebody,
    World,
    record,
)
from tests.access.signing_in import tab_of
from tests.conftest import NOW
from tests.registry.papers import NORWICH
from tests.registry.sample_files import pdf
from tests.registry.two_senders import council_notice, home_notice, named


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
        self._placement()
        self._another_placement()
        self._what_kent_did()
        self._missing()
        self._markers()
        self._look_ups()
        self._providers_of_interviews()
        add_interviews(self)
        add_asking(self)
        add_reports(self)
        add_money(self)
        self._uploads()
        for member in (*MEMBERS, "bradford"):
            self._belongings(member)
            self._obligations(member)
        self._proposals()
        self._area_correction()
        self._what_was_sent()
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

    def _speaks(self, member: str) -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.cast.tokens[member]}"
        return client

    def _posted(self, member: str, path: str, **said: Any) -> dict[str, Any]:
        answer = self._speaks(member).post(API + path, **said)
        assert answer.status_code in (200, 201, 202), answer.text
        body: dict[str, Any] = answer.json
        return body

    # --- what this is about

    def _placement(self) -> None:
        """The home's notice and the council's, which may be about one child; and a second pair, which surely are."""
        told = home_notice(child=named(given_names="Rowen"))
        home = self._posted("willow_house", "/notices", json=told)
        file = self._file("leeds", "care plan")
        paper = council_notice(files=[{"file": file, "part": "care_plan"}], care_plan={"file": file})
        council = self._posted("leeds", "/notices", json=paper)
        self.records["notice"] = [
            record(council["notice"], paper=paper, leeds="sender placing", kent="recipient", kent_police="recipient"),
            record(home["notice"], paper=told, willow_house="sender", kent="recipient", leeds="recipient placing"),
        ]
        parties = {"leeds": "placing", "kent": "host", "kent_police": "force", "willow_house": "provider"}
        self.records["placement"] = [record(council["placement"], **parties)]
        self.records["approval request"] = [record(self._approval("leeds", council["placement"]), leeds="placing own")]
        councils = {"leeds": "placing", "kent": "host"}
        self.records["match"] = [record(council["matches"][0]["ref"], **councils)]
        self.records["file"] = [record(file, leeds="sender", kent="recipient", kent_police="recipient")]
        twin = named(family_name="Other", given_names="Robin")
        self._posted("leeds", "/notices", json=council_notice(child=twin))
        linked = self._posted("willow_house", "/notices", json=home_notice(child=twin))
        self.records["linked match"] = [record(linked["matches"][0]["ref"], **councils)]
        self.records["draft"] = [
            record(self._posted(member, "/drafts", json=START)["ref"], paper=START, **{member: "sender"})
            for member in ("leeds", "kent", "cornwall")
        ] + [
            record(
                self._posted(member, "/drafts", json={"kind": kind})["ref"], paper={"kind": kind}, **{member: "sender"}
            )
            for member, kind in ARRIVALS.items()
        ]

    def _what_kent_did(self) -> None:
        """Kent asks about the council's notice, twice, and enters the child in its register; so does the noise."""
        notice, sides = self.records["notice"][0].ref, {"kent": "recipient", "leeds": "sender"}
        said = {"text": "Invented: is the carer right?", "by": "T. Field, duty manager"}
        for what in ("question", "answered question"):
            ref = self._posted("kent", f"/notices/{notice}/questions", json=said)["ref"]
            self.records[what] = [record(ref, **sides)]
        self._posted("leeds", f"/questions/{ref}/answer", json=said)
        entered = {"step": "register", "method": "other_system", "by": said["by"]}
        step = self._posted("kent", f"/notices/{notice}/host-steps", json=entered)["ref"]
        self.records["host step"] = [record(step, kent="recipient")]
        norfolk = Actor("api_client", "cli_noise", self.ids["norfolk"], self.refs["norfolk"], "local_authority")
        noisy = {"text": "Is it Quentin?", "by": "Q. Clamour", "rules": self.rules, "now": NOW}
        step_of_noise = entered | {"by": "Q. Clamour", "rules": self.rules, "now": NOW}
        with self.database.write() as session:
            asked = questions.ask(session, norfolk, self.noise["notice"], kind="question", **noisy)
            did = passing_on.record_step(session, norfolk, self.noise["notice"], **step_of_noise)
        self.noise |= {"question": asked.ref, "host step": did.ref}

    def _markers(self) -> None:
        """Of the one child, a marker of each that may add one; and the noise's."""
        placement, parties = self.records["placement"][0].ref, {"leeds": "placing own"}
        for member in ("leeds", "kent", "willow_house"):
            said = {"marker": "cse", "author": "P. Fictitious"}
            ref = self._posted(member, f"/placements/{placement}/markers", json=said)["ref"]
            own = parties if member == "leeds" else {"leeds": "placing", member: "own"}
            self.records.setdefault("marker", []).append(record(ref, **own))
        noisy = {"marker": "cse", "author": "Q. Clamour"}
        theirs = self._posted("bradford", f"/placements/{self.noise['placement']}/markers", json=noisy)
        self.noise["marker"] = theirs["ref"]

    def _missing(self) -> None:
        """Kent's police report the child missing; so do Norfolk's of another, the noise."""
        since, by = "2026-11-18T08:00:00Z", "T. Field, control room"
        told = {"placement": self.records["placement"][0].ref, "missing_from_at": since, "by": by}
        ref = self._posted("kent_police", "/missing-episodes", json=told)["episode"]
        forces = {
            "kent_police": "force",
            "west_yorkshire_police": "force",
        }  # where the child is placed; of the placing council
        parties = {"leeds": "placing", "kent": "host", "willow_house": "provider", **forces}
        self.records["missing episode"] = [record(ref, **parties)]
        norfolk = Actor(
            "api_client", "cli_noise", self.ids["norfolk_police"], self.refs["norfolk_police"], "police_force"
        )
        child = {"family_name": "Clamour", "given_names": "Zebedee", "born_on": "2013-12-30"}
        noisy = ReportIn().load({"child": child, "address": NORWICH, "missing_from_at": since, "by": "Q. Clamour"})
        with self.database.write() as session:
            heard = missing.report(session, norfolk, noisy, rules=self.rules, areas=self.areas, now=NOW)
        self.noise["missing episode"] = heard.episode

    def _approval(self, member: str, placement: str) -> str:
        return str(self._posted(member, f"/placements/{placement}/approval-requests", json={})["ref"])

    def _file(self, member: str, words: str) -> str:
        part = {"file": (BytesIO(pdf(words)), "Fictitious.pdf")}
        return str(self._posted(member, "/files", data=part, content_type="multipart/form-data")["ref"])

    def _uploads(self) -> None:
        """Of each sender, a spreadsheet that waits, one that is being registered, and one that is paused; and the noise's."""
        for member, sheet in {**UPLOADED, "bradford": "planned_start"}.items():
            for what, state in (("upload", "checked"), ("upload begun", "registering"), ("upload paused", "paused")):
                ref = self._upload(member, sheet, state)
                if member in NOISE:
                    self.noise[what] = ref
                else:
                    self.records.setdefault(what, []).append(record(ref, **{member: "sender"}))

    def _upload(self, member: str, sheet: str, state: str) -> str:
        ref, row_ref, keys = new_ref("upl"), new_ref("upr"), self.database.keys
        said = {"name": "Clamour.csv" if member in NOISE else "Fictitious.csv"}
        upload = Upload(
            ref=ref, organisation_id=self.ids[member], sheet=sheet, state=state, sealed=keys.seal(ref, said), content_hash=b"x",
            uploaded_by="cli_world", uploaded_at=NOW,
        )  # fmt: skip
        told = {"cells": {}, "body": {}, "faults": [], "tells": []}
        with self.database.write() as session:
            session.add(upload)
            session.flush()
            sealed = keys.seal(row_ref, told)
            session.add(UploadRow(ref=row_ref, upload_id=upload.id, number=2, state="ready", sealed=sealed))
        return ref

    def _providers_of_interviews(self) -> None:
        """One says that it is Kent's team; Leeds has agreed something with Kent and proposed it, too; so has the noise."""
        own = self.refs["interviews"]
        with self.database.write() as session:
            actor = Actor("api_client", "cli_world", self.ids["interviews"], own, "rhi_provider")
            told = InterviewProviderIn().load(SELLS | {"run_by": "E10000016"})
            entry = providers.save(session, actor, own, told, version=0, areas=self.areas, rules=self.rules, now=NOW)
        self.records["interview team"] = [record(entry.team, kent="host", interviews="own")]
        # One that everybody may read and only its own organisation changes; and another provider's.
        self.records["interview provider"] = [record(own, interviews="own"), record(self.refs["northstar"])]
        asked = {"kind": "reciprocal", "with": "E10000016"}
        ref = self._posted("leeds", "/interview-agreements", json=asked)["ref"]
        self.records["interview agreement"] = [record(ref, leeds="host", kent="placing")]
        norfolk = Actor("api_client", "cli_noise", self.ids["norfolk"], self.refs["norfolk"], "local_authority")
        noisy = InterviewAgreementIn().load({"kind": "host_pays", "with": "E08000032", "terms": "Clamour"})
        with self.database.write() as session:
            made = agreements.propose(session, norfolk, noisy, areas=self.areas, rules=self.rules, now=NOW)
        self.noise["interview agreement"] = made.ref

    def _look_ups(self) -> None:
        """Kent's police have looked the child up and broken its shield; so has Bradford, the noise, its own child's."""
        self._looked_up("kent_police", "leeds", self.records["placement"][0].ref, named())
        child = {"family_name": "Clamour", "given_names": "Quentin", "born_on": "2011-05-06"}
        self._looked_up("bradford", "bradford", self.noise["placement"], child)

    def _looked_up(self, member: str, placing: str, placement: str, child: Mapping[str, str]) -> None:
        shield = {"reason": "Invented.", "by": "T. Field, team manager"}
        self._posted(placing, f"/placements/{placement}/shield", json=shield)
        said = {"purpose": "missing_report", "by": "T. Field"}
        known = {name: child[name] for name in ("family_name", "given_names", "born_on")}
        asked = self._posted(member, "/look-ups", json=said | known | {"incident_reference": "18-1234-26"})
        said |= {"candidate": asked["matches"][0]["candidate"]}
        told = self._posted(member, f"/look-ups/{asked['ref']}/glass-breaking", json=said | {"reason": "Invented."})
        if member in NOISE:
            review = self._speaks(placing).get(API + "/look-up-reviews").get_json()["items"][0]
            self.noise |= {"look-up": asked["ref"], "receipt": told["ref"], "look-up review": review["ref"]}
            return
        self.records["look-up"] = [record(asked["ref"], paper=said, **{member: "own"})]
        self.records["receipt"] = [record(told["ref"], **{placing: "placing"})]
        for owing in (member, placing):
            review = self._speaks(owing).get(API + "/look-up-reviews").get_json()["items"][0]
            self.records.setdefault("look-up review", []).append(record(review["ref"], **{owing: "own"}))

    def _another_placement(self) -> None:
        """The noise: Bradford has placed a child in a home in Norfolk."""
        child = {"family_name": "Clamour", "given_names": "Quentin", "born_on": "2011-05-06"}
        slip = {**child, "given_names": "Quenten"}
        home = Actor("api_client", "cli_noise", self.ids["noise_home"], self.refs["noise_home"], "childrens_home")
        told = home_notice(child=slip, address=NORWICH, placing_authority="E08000032")
        first = self._registered(home, told)
        file = self._file("bradford", "noise")
        paper = council_notice(
            child=child, address=NORWICH, provider={"urn": "SC900009"}, files=[{"file": file, "part": "other"}]
        )
        second = self._registered(self.cast.actors["bradford"], paper)
        draft = self._posted("bradford", "/drafts", json=paper)["ref"]
        self.noise["approval request"] = self._approval("bradford", second.placement)
        self.noise |= {"notice": second.notice, "home's notice": first.notice, "placement": second.placement}
        self.noise |= {"file": file, "draft": draft, "match": second.matches[0]["ref"]}

    def _registered(self, actor: Actor, paper: Mapping[str, Any]) -> Any:
        from hub.registry.registering import register_notice
        from hub.registry.schemas import NoticeIn

        with self.database.write() as session:
            content = NoticeIn().load(paper)
            return register_notice(session, actor, content, rules=self.rules, areas=self.areas, now=NOW)

    # --- what each organisation has of its own

    def _keep(self, what: str, member: str, ref: str, version: int = 1) -> None:
        if member in NOISE:
            self.noise[what] = ref
        else:
            self.records.setdefault(what, []).append(record(ref, version=version, **{member: "own"}))

    def _override(self, session: Session, member: str) -> str:
        """For an hour tomorrow another desk answers."""
        name = "Clamour desk" if member in NOISE else "Storm desk"
        words = {"name": name, "phone": "01632 960999", "reason": "Invented."}
        begins = NOW + timedelta(days=1)
        times = {"from_at": begins, "until_at": begins + timedelta(hours=1)}
        made = duty.add_override(session, SYSTEM, self.refs[member], **words, **times, rules=self.rules, now=NOW)
        return str(made.ref)

    def _belongings(self, member: str) -> None:
        with self.database.write() as session:
            organisation = directory.by_ids(session, [self.ids[member]])[self.ids[member]]
            self._systems(session, member)
            spare = people.add(
                session,
                organisation,
                name="Pat Clamour" if member in NOISE else "Pat Fictitious",
                email=f"spare@{member}.example".replace("_", "-"),
                roles=["privacy_lead"],
                password_hash="x",
                now=NOW,
            )
            begun = sessions.begin(session, spare, factors=["password", "totp"], device="Firefox on Linux", now=NOW)
            asked = {"name": "Pat Fictitious", "email": f"new@{member}.example".replace("_", "-")}
            letter = invitations.invite(session, SYSTEM, organisation, **asked, roles=["privacy_lead"], now=NOW)
            self._keep("person", member, spare.ref, spare.version)
            self._keep("session", member, begun.ref)
            self._keep("invitation", member, letter.ref)
            here = Actor("person", spare.ref, organisation.id, organisation.ref, organisation.kind)
            team = teams.add_team(session, here, {"name": "Fictitious team", "people": [spare.ref]}, now=NOW)
            self._keep("team", member, team.ref, team.version)
            self._keep("identity provider", member, self._provider(session, member, organisation))
            self._keep("override", member, self._override(session, member))

    def _systems(self, session: Session, member: str) -> None:
        wanted = {"role": "duty_desk", "channel": "webhook", "purpose": "Case system"}
        wanted["address"] = f"https://hooks.{member}.example/hub".replace("_", "-")
        point = contact_points.add(session, SYSTEM, self.refs[member], wanted, private_webhooks=False, now=NOW).point
        client = service.add_client(session, SYSTEM, self.ids[member], "Case system", ["administer"], now=NOW)
        key = service.issue_key(session, SYSTEM, client.ref, now=NOW)
        self._keep("contact point", member, point.ref, point.version)
        self._keep("client", member, client.ref)
        self._keep("key", member, key.ref)

    def _provider(self, session: Session, member: str, organisation: directory.Brief) -> str:
        from hub.access.single_sign_on import provider_queries as providers_queries

        ref = new_ref("idp")
        row = {
            "ref": ref,
            "organisation_id": organisation.id,
            "name": member,
            "issuer": f"https://sign-in.{member}.example".replace("_", "-"),
            "client_id": "hub",
            "sealed_secret": None,
            "groups_claim": "groups",
            "group_roles": {},
            "proves_second_factor": False,
            "created_at": NOW,
        }
        providers_queries.add(session, row)
        return ref

    def _obligations(self, member: str) -> None:
        """What it owes: open, paused, and excused; each to Kent, or of Kent to Leeds."""
        if member in ("operator", "inspectorate"):
            return
        other = "norfolk" if member in NOISE else "leeds" if member == "kent" else "kent"
        for what in ("obligation", "paused obligation", "closed obligation"):
            ref = self._owed("E13E", member, other)
            if what != "obligation":
                self._after(what, ref, member)
            if member in NOISE:
                self.noise[what] = ref
            else:
                self.records.setdefault(what, []).append(record(ref, **{member: "own", other: "recipient"}))
        letter = self._owed("E13G", member, None)
        if member not in NOISE:
            self.records.setdefault("letter owed", []).append(record(letter, **{member: "own"}))

    def _owed(self, code: str, by: str, to: str | None) -> str:
        opening = Opening(
            duty_code=code,
            law_in_force="2014-01-27",
            basis="statute",
            subject_ref=new_ref("pla"),
            owed_by_id=self.ids[by],
            owed_by_role="placing_authority",
            owed_to_id=self.ids[to] if to else None,
            owed_to_role="host_authority" if to else "general_practitioners",
            because="Invented.",
            event_at=NOW - timedelta(days=1),
            due_at=NOW + timedelta(days=2),
            due_on=None,
            due_is_policy=False,
        )
        with self.database.write() as session:
            return open_obligations(session, SYSTEM, [opening], rules=self.rules, now=NOW)[0].ref

    def _after(self, what: str, ref: str, member: str) -> None:
        actor = Actor("api_client", "cli_world", self.ids[member], self.refs[member], "local_authority")
        with self.database.write() as session:
            if what == "paused obligation":
                obligations.pause(session, actor, ref, reason="awaiting_information", by="T. Field", now=NOW)
            else:
                said = {"reason": "not_reasonably_practicable", "note": "Invented.", "by": "T. Field"}
                obligations.excuse(session, actor, ref, rules=self.rules, now=NOW, **said)

    def _proposals(self) -> None:
        """Of each council and force, its system has proposed that its contact point be retired."""
        for member in (*MEMBERS, "bradford"):
            point = self.noise["contact point"] if member in NOISE else self._own("contact point", member).ref
            with self.database.write() as session:
                organisation = directory.by_ids(session, [self.ids[member]])[self.ids[member]]
                system = Actor("api_client", "cli_world", organisation.id, organisation.ref, organisation.kind)
                if not proposals.takes_two(system, organisation):
                    continue
                made = proposals.propose(
                    session,
                    system,
                    organisation=organisation,
                    act="contact_point.retire",
                    subject_ref=point,
                    content={"body": {}, "seen": 1},
                    trial=lambda: None,
                    now=NOW,
                )
                self._keep("proposal", member, made.ref)

    def _area_correction(self) -> None:
        """Kent has accepted an address at a postcode of Norwich that another council had passed on."""
        kent = self.cast.actors["kent"]
        with self.database.write() as session:
            ref = area_corrections.propose(
                session, kent, NORWICH["postcode"], areas=self.areas, to_gss="E10000016", now=NOW
            )
        self.records["area correction"] = [record(ref or "")]

    def _own(self, what: str, member: str) -> Record:
        return next(one for one in self.records[what] if one.party(member))

    def _what_was_sent(self) -> None:
        """Alerts and events of the notices, and a delivery of each organisation's that failed."""
        with self.database.write() as session:
            place_events(session, unplaced(session, at_most=1000))
            names = {number: member for member, number in self.ids.items()}
            for alert, delivery in session.execute(
                select(Alert, Delivery).join(Delivery, Delivery.alert_id == Alert.id).order_by(Delivery.id)
            ):
                member = names.get(alert.organisation_id, "")
                if alert.kind == "notice.registered" and member in (*MEMBERS, *NOISE):
                    self._sent(session, member, alert, delivery)
            for event in session.scalars(select(FeedEvent)):
                if (member := names.get(event.organisation_id, "")) in MEMBERS:
                    self.records.setdefault("event", []).append(record(event.ref, **{member: "own"}))

    def _sent(self, session: Session, member: str, alert: Alert, delivery: Delivery) -> None:
        if member in NOISE:
            self.noise |= {"alert": alert.ref, "delivery": delivery.ref}
            return
        sender = "leeds" if alert.subject_ref == self.records["notice"][0].ref else "willow_house"
        if alert.subject_ref not in {one.ref for one in self.records["notice"]}:
            return
        session.execute(update(Delivery).where(Delivery.id == delivery.id).values(state="failed", next_attempt_at=None))
        self.records.setdefault("alert", []).append(record(alert.ref, **{member: "own"}))
        self.records.setdefault("delivery", []).append(record(delivery.ref, **{member: "own", sender: "sender"}))
