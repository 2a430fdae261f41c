"""What a missing child makes whom owe here: who has joined, what it can do and say; who has not, nothing.

Whoever has not joined has no desk here that could say that something was done, and a guest's page of an episode takes no
answer: what the hub asked of it could be met by nothing. It is told by e-mail, and does what it owes as it always has.
"""

from typing import Any

import pytest
from sqlalchemy import update

from hub.access.permissions import PERMISSIONS
from hub.core.actor import SYSTEM
from hub.core.errors import StateConflict
from hub.directory import organisations
from hub.directory.models import Organisation
from hub.missing.duties import CALCULATED, MEETINGS
from hub.notify.decisions import done_elsewhere
from tests.conftest import NOW
from tests.missing.conftest import DAY, GONE, HOUR, Watch
from tests.registry.papers import NORWICH

CARDIFF_CENTRE = {"lines": ["6 Fictitious Heol", "Cardiff"], "postcode": "CF10 3AT"}
WELSH_HOME = {"kind": "childrens_home", "name": "Ty Dychmygol", "postcode": "CF10 3AT", "urn": "SC900010"}
OF_FORCE = ("EMIS", "EFND", "EPRV")
OF_ENGLISH_COUNCIL = ("ERHO", "ERHI", "EREP", "EREV")


def often_missing(watch: Watch, placement: str, by: str, back_by: str) -> None:
    """The child goes missing, and is back, three times in as many days: everything that an episode can set off is set off."""
    for days in range(3):
        told = watch.reports(by, placement, missing_from_at=GONE + days * DAY, now=NOW + days * DAY)
        watch.returns(back_by, told.episode, NOW + days * DAY, now=NOW + days * DAY)


def owed_by(watch: Watch, owner: int) -> list[Any]:
    """Everything about missing episodes that *owner* owes."""
    said = "SELECT * FROM obligation WHERE owed_by_id = :o AND subject_ref LIKE 'mis_%' AND state != 'void' ORDER BY id"
    return list(watch.books.all(said, o=owner))


def open_codes(watch: Watch, owner: int) -> set[str]:
    return {row.duty_code for row in owed_by(watch, owner) if row.state == "open"}


def has_not_joined(watch: Watch, member: str) -> int:
    """As if *member* had never joined."""
    desk = watch.desk(member)
    with desk.database.write() as session:
        never = update(Organisation).where(Organisation.id == desk.actor.organisation)
        session.execute(never.values(joined_at=None))
    return int(desk.actor.organisation)


def welsh_home(watch: Watch, *, joins: bool) -> int:
    desk = watch.desk("leeds")
    with desk.database.write() as session:
        row = organisations.add(session, SYSTEM, WELSH_HOME, areas=desk.areas, now=NOW)
        if joins:
            organisations.join(session, SYSTEM, row.ref, NOW)
    return int(watch.books.all("SELECT id FROM organisation WHERE urn = :u", u=WELSH_HOME["urn"])[0].id)


def test_every_duty_of_an_episode_is_looked_at_here() -> None:
    assert {*OF_FORCE, *OF_ENGLISH_COUNCIL, "WDBR", "WMIS"} == CALCULATED | MEETINGS


# --- who has joined meets what it owes ------------------------------------------------------------------------------------


def test_a_force_that_has_joined_meets_by_what_it_says_all_it_owes(watch: Watch, placement: str) -> None:
    force = int(watch.desk("kent_police").actor.organisation)
    often_missing(watch, placement, "leeds", "leeds")
    assert open_codes(watch, force) == set(OF_FORCE)
    for days, episode in enumerate(watch.books.all("SELECT ref FROM missing_episode ORDER BY id")):
        back_at, then = NOW + days * DAY, {"now": NOW + 3 * DAY}
        watch.grades("kent_police", episode.ref, "medium", **then)
        watch.interviews("kent_police", episode.ref, back_at + HOUR, **then)
        watch.locates("kent_police", episode.ref, back_at - HOUR / 2, **then)
    assert open_codes(watch, force) == set()


@pytest.mark.parametrize(("council", "codes"), [("leeds", OF_ENGLISH_COUNCIL), ("cardiff", ("WDBR", "EREP", "EREV"))])
def test_a_council_that_has_joined_records_what_it_did(watch: Watch, council: str, codes: tuple[str, ...]) -> None:
    placement = watch.placed(council, **({"legal_status": "WS76"} if council == "cardiff" else {}))
    desk = watch.desk(council)
    often_missing(watch, placement, "kent_police", "kent_police")
    owner = int(desk.actor.organisation)
    assert open_codes(watch, owner) == set(codes)
    for row in owed_by(watch, owner):
        desk.does(done_elsewhere, row.ref, method="meeting", done_at=NOW + 3 * DAY, now=NOW + 3 * DAY)
    assert open_codes(watch, owner) == set()


def test_a_welsh_home_that_has_joined_owes_its_word(watch: Watch) -> None:
    """Its own report meets it (``test_wales``)."""
    home = welsh_home(watch, joins=True)
    often_missing(watch, watch.placed(address=CARDIFF_CENTRE, provider={"urn": WELSH_HOME["urn"]}), "leeds", "leeds")
    assert open_codes(watch, home) == {"WMIS"}


# --- who has not is asked for nothing that nobody could end ---------------------------------------------------------------


def test_nobody_else_can_say_that_a_force_did_what_the_hub_takes_to_others(watch: Watch, placement: str) -> None:
    """Why it would be a dead end: nobody but who owes it records anything, and of these not even they."""
    assert PERMISSIONS["obligation.fulfil"].parties == frozenset({"own"})
    watch.reports("leeds", placement)
    force = watch.desk("kent_police")
    for row in owed_by(watch, int(force.actor.organisation)):
        with pytest.raises(StateConflict, match="done in the hub itself"):
            force.does(done_elsewhere, row.ref, method="telephone", done_at=NOW, now=NOW)


def test_a_force_that_has_not_joined_is_told_and_owes_nothing_here(watch: Watch) -> None:
    often_missing(watch, watch.placed(address=NORWICH, provider={"name": "Invented House"}), "leeds", "leeds")
    [force] = watch.books.all("SELECT id FROM organisation WHERE kind = 'police_force' AND name LIKE 'Norfolk%'")
    assert owed_by(watch, force.id) == []
    [first, *_] = watch.books.all("SELECT ref FROM missing_episode ORDER BY id")
    assert "Norfolk Constabulary" in watch.told(first.ref, "missing.reported")


@pytest.mark.parametrize("council", ["leeds", "cardiff"])
def test_a_council_that_has_not_joined_owes_nothing_here(watch: Watch, council: str) -> None:
    placement = watch.placed(council, **({"legal_status": "WS76"} if council == "cardiff" else {}))
    owner = has_not_joined(watch, council)
    often_missing(watch, placement, "kent_police", "kent_police")
    assert owed_by(watch, owner) == []


def test_a_welsh_home_that_has_not_joined_owes_nothing_here(watch: Watch) -> None:
    home = welsh_home(watch, joins=False)
    often_missing(watch, watch.placed(address=CARDIFF_CENTRE, provider={"urn": WELSH_HOME["urn"]}), "leeds", "leeds")
    assert owed_by(watch, home) == []


def test_what_stands_of_one_that_has_not_joined_is_struck_out_at_the_next_word(watch: Watch, placement: str) -> None:
    told = watch.reports("leeds", placement)
    force = int(watch.desk("kent_police").actor.organisation)
    assert open_codes(watch, force) == {"EMIS"}
    has_not_joined(watch, "kent_police")
    watch.returns("leeds", told.episode)
    assert owed_by(watch, force) == []


def test_a_force_that_joins_meanwhile_owes_its_word_from_then_on(watch: Watch, placement: str) -> None:
    force = has_not_joined(watch, "kent_police")
    told = watch.reports("leeds", placement)
    assert owed_by(watch, force) == []
    with watch.desk("leeds").database.write() as session:
        organisations.join(session, SYSTEM, watch.desk("kent_police").actor.organisation_ref or "", NOW)
    watch.returns("leeds", told.episode)
    assert open_codes(watch, force) == set(OF_FORCE)
