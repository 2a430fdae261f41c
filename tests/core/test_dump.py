"""Who steals the database, or a backup of it, reads nothing about anybody in it. Both engines, every table, the raw files.

The cast plays its papers and everything else that people may write, through HTTP; then all that is stored is searched for all
that was written. What stood there before anybody wrote (names of councils, words of the law) is not counted.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from hub.access.people import invitations
from hub.access.people import service as people
from hub.core.actor import SYSTEM
from hub.core.clock import iso
from hub.core.db import Database
from hub.core.settings import Settings
from hub.demonstration import papers
from hub.demonstration.cast import BRADFORD, KENT, MEDWAY, Cast
from hub.directory import queries as directory
from hub.notify import personal_mail
from hub.registry.files.store import folder_of
from hub.registry.names.spreading import spread_names_once
from tests.conftest import NOW
from tests.core.dumping import dump, found_in, needles, said_in

SURNAME, GIVEN = "Quillfeather-Zephyr", "Philomelina"
CHILD = {
    "family_name": SURNAME,
    "given_names": GIVEN,
    "aliases": ["Mellie Quillfeather"],
    "born_on": "2012-03-27",
    "sex": "female",
    "identifiers": {"nhs_number": "943 476 5919", "upn": "C801200001015", "local_id": "LCS-778899"},
}
OFFICER = "Wilhelmina Dutydesk, team manager"
EMAIL = "wilhelmina.dutydesk@leeds.example"


@dataclass
class Told:
    """The cast's clients, and everything that they wrote."""

    speak: Callable[[str], FlaskClient]
    written: list[Any] = field(default_factory=list)
    sent: int = 0

    def post(self, who: str, path: str, body: Any, *, method: str = "POST", status: int = 201, **headers: str) -> Any:
        self.written.append(body)
        self.sent += 1
        headers = {"Idempotency-Key": f"key-{self.sent:08}", **headers}
        answer = self.speak(who).open(f"/api/v1{path}", method=method, json=body, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.json

    def upload(self, who: str, name: str, content: bytes) -> Any:
        self.written += [name.removesuffix(".pdf"), content.decode("latin-1")]
        answer = self.speak(who).post("/api/v1/files", data={"file": (io.BytesIO(content), name)})
        assert answer.status_code == 201
        return answer.json


@pytest.fixture
def told(client_for: Callable[[str], FlaskClient]) -> Told:
    return Told(client_for)


def play(told: Told, database: Database, cast: Cast) -> None:
    """The cast's papers, and everything else that somebody may write."""
    _a_planned_placement(told)
    _the_home_and_others_tell(told)
    _a_spreadsheet_waits(told)
    _a_child_is_missing(told)
    _people_decide(told)
    _the_directory(told)
    _people_are_invited(told, database, cast)
    while spread_names_once(database):
        pass


def _a_planned_placement(told: Told) -> None:
    plan = told.upload("leeds", f"{GIVEN}-{SURNAME}-care-plan.pdf", papers.care_plan(f"about {GIVEN} {SURNAME}"))
    planned = papers.planned_placement("dump", NOW + timedelta(days=7), plan["ref"]) | {"child": CHILD}
    planned["markers"] = [_marker()]
    told.post("leeds", "/drafts", planned | {"suitability_reasons": "Unfinishedthoughts about the grandmother."})
    asked = told.post("leeds", "/notices", papers.consultation(planned))
    approval = {"approver_name": "Dorothea Signatory", "approver_role": "Director", "approved_at": iso(NOW)}
    told.post("leeds", f"/placements/{asked['placement']}/approvals", approval)
    sent = told.post("leeds", "/notices", papers.start_of(planned, asked["placement"]))
    read = {"by": OFFICER, "promise": "enter_register", "promise_on": "2026-11-30"}
    told.post("kent", f"/notices/{sent['notice']}/acknowledgement", read)


def _marker() -> dict[str, Any]:
    return {
        "marker": "missing_history", "detail": "Runsaway towards the harbourmaster's quay.",
        "author": "Ottoline Markermaker", "source": "Overheardinschool", "noted_on": "2026-10-02",
    }  # fmt: skip


def _the_home_and_others_tell(told: Told) -> None:
    planned = papers.planned_placement("dump", NOW + timedelta(days=7), "") | {"child": CHILD}
    told.post("willow_house", "/notices", papers.home_admission(planned))
    arrived = NOW - timedelta(days=9)
    told.post("willow_house", "/notices", papers.unknown_admission("dump", arrived))
    late = told.post("leeds", "/notices", papers.late_notice("dump", arrived, MEDWAY))
    passed_on = {
        "host_authority": KENT,
        "reason": "Oubliettelane lies with the other council.",
        "by": "Marmaduke Passer",
    }
    told.post("medway", f"/notices/{late['notice']}/redirect", passed_on)
    elsewhere = papers.late_notice("dump2", arrived, BRADFORD)
    again = told.post("leeds", "/notices", elsewhere | {"child": CHILD | {"given_names": "Otherchildname"}})
    why = {"reason": "Registeredmistakenly after the telephone call with her aunt."}
    told.post("leeds", f"/notices/{again['notice']}/withdrawal", why)


def _a_spreadsheet_waits(told: Told) -> None:
    """One row that can be registered, and one that cannot, with words of its own."""
    elsewhere = papers.late_notice("dump3", NOW - timedelta(days=2), BRADFORD)
    good = elsewhere | {"child": CHILD | {"given_names": "Spreadsheetchild"}}
    bad = good | {"legal_status": "Nosuchstatusfortheniece", "needs_assessment": "Waitingrowabouttheuncle."}
    rows = [{name: said for name, said in row.items() if name != "kind"} for row in (good, bad)]
    told.post("leeds", "/uploads", {"sheet": "planned_start", "rows": rows})


def _a_child_is_missing(told: Told) -> None:
    """Described by the police, who know nobody's reference; found, and spoken with."""
    body = {
        "child": CHILD | {"given_names": "Missingchildname"}, "missing_from_at": iso(NOW - timedelta(hours=3)),
        "address": {"lines": ["9 Describedbypolice Row"], "postcode": "ME4 4TR"}, "by": "Controlroom Handler",
        "reference": "INCIDENT-55512", "said": "Lastheardof at her auntinchatham.", "companions": ["Fellowtraveller"],
        "last_seen": {"place": "Behindthecathedral", "postcode": "ME1 1SX"},
    }  # fmt: skip
    ref = told.post("kent_police", "/missing-episodes", body)["episode"]
    graded = {"grade": "low", "label": "Greenasgrass", "by": "Controlroom Handler", "reason": "Knowntobewithfriends."}
    told.post("kent_police", f"/missing-episodes/{ref}/grades", graded)
    found = {"located_at": iso(NOW - timedelta(hours=1)), "by": "Controlroom Handler", "note": "Foundinthebandstand."}
    told.post("kent_police", f"/missing-episodes/{ref}/location", found | {"place": {"place": "Bandstandgardens"}})
    spoken = {"held_at": iso(NOW), "by": "Controlroom Handler", "note": "Afraidofthelodger."}
    told.post("kent_police", f"/missing-episodes/{ref}/prevention-interview", spoken)


def _people_decide(told: Told) -> None:
    owed = told.speak("leeds").get("/api/v1/obligations?side=owed_by_us").json
    assert owed is not None
    mine = [row["ref"] for row in owed["items"] if row["state"] == "open"]
    note = {"reason": "other", "note": "Grandmotherinhospital until Friday.", "owner": OFFICER}
    told.post("leeds", f"/obligations/{mine[0]}/pause", note)


def _the_directory(told: Told) -> None:
    home = {
        "kind": "childrens_home", "name": "Bramble House", "postcode": "LS1 1UR", "address": "77 Secrethomes Terrace",
        "phone": "01632 960777",
    }  # fmt: skip
    told.post("operator", "/organisations", home)
    told.written[-1] = {name: said for name, said in home.items() if name != "name"}  # what a home is called is public


def _people_are_invited(told: Told, database: Database, cast: Cast) -> None:
    told.written += [EMAIL, OFFICER, "Thaddeus Newcomer", "thaddeus.newcomer@leeds.example"]
    with database.write() as session:
        leeds = directory.organisation_by_ref(session, cast.refs["leeds"])
        assert leeds is not None
        person = people.add(session, leeds, name=OFFICER, email=EMAIL, roles=["administrator"], now=NOW)
        asked = {"name": "Thaddeus Newcomer", "email": "thaddeus.newcomer@leeds.example"}
        invitations.invite(session, SYSTEM, leeds, **asked, roles=["administrator"], now=NOW)
        details = {"device": "Firefox on Linux", "at": NOW}
        personal_mail.queue(
            session, kind="person.new_device", ref=person.ref, email=EMAIL, name=OFFICER, details=details, now=NOW
        )


@pytest.fixture
def played(told: Told, database: Database, cast: Cast, settings: Settings) -> tuple[set[str], bytes]:
    """What is looked for (what was written, and did not stand there before), and the dump."""
    files = folder_of(settings.data_dir)
    before = dump(database, files)
    play(told, database, cast)
    wanted = needles(said_in(told.written))
    return wanted - found_in(before, wanted), dump(database, files)


def test_nothing_that_anybody_wrote_can_be_read_in_the_stolen_database(played: tuple[set[str], bytes]) -> None:
    wanted, stolen = played
    assert found_in(stolen, wanted) == set()


@pytest.mark.parametrize(
    "kind",
    [SURNAME, GIVEN, "Quillfeather", "2012-03-27", "27/03/2012", "27 March 2012", "ME14 1XQ", "ME141XQ", "Maidstone",
     "LCS-778899", "943 476 5919", "C801200001015",
     "Signatory", "Dutydesk", "Grandmotherinhospital", "Oubliettelane", "Markermaker",
     EMAIL,
     "Unfinishedthoughts", "Registeredmistakenly", "Waitingrowabouttheuncle",
     "Secrethomes", "01632960777", "LS1 1UR", "p.specimen@leeds.example"],
)  # fmt: skip
def test_what_is_looked_for_is_what_matters(kind: str) -> None:
    """The search does not become empty by itself: each of these is among what is looked for."""
    papers_said = [
        CHILD, papers.planned_placement("dump", NOW, ""), _marker(), EMAIL, OFFICER, "Dorothea Signatory", "LS1 1UR",
        "Grandmotherinhospital until Friday.", "Oubliettelane lies", "Unfinishedthoughts", "Registeredmistakenly",
        "Waitingrowabouttheuncle.", "77 Secrethomes Terrace", "01632 960777",
    ]  # fmt: skip
    assert kind in needles(said_in(papers_said))


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("UPDATE organisation SET name = :value WHERE kind = 'hub_operator'", SURNAME.upper()),
        ("UPDATE alert SET details = :value", '{"note": "27 march 2012"}'),
        ("UPDATE child SET sealed = :value", b"Philomelina".lower()),
    ],
)
def test_a_planted_value_is_found_by_the_same_search(
    told: Told, database: Database, cast: Cast, settings: Settings, statement: str, value: Any
) -> None:
    play(told, database, cast)
    with database.write() as session:
        session.execute(text(statement), {"value": value})
    assert found_in(dump(database, folder_of(settings.data_dir)), needles(said_in(CHILD))) != set()
