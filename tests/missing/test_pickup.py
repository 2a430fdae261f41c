"""Norfolk has not joined: told by e-mail of a missing child, its desk sees with a code what it may know, and whom to ring."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from hub.core.db import Database
from hub.core.errors import NotFound
from hub.directory.models import Organisation
from hub.duties.rulebook import Rulebook
from hub.missing import pickup
from hub.missing.models import MissingEpisode
from hub.notify.models import Alert
from hub.notify.outbox import Wanted, raise_alerts
from hub.registry.pickup import service
from hub.registry.pickup.service import Refused
from tests.conftest import NOW
from tests.journeys.guest import DESK, FORCE_DESK, GuestDesk, links_in, words
from tests.missing.conftest import Watch
from tests.notify.post import mail_sink
from tests.registry.papers import NORWICH

HOME_DESK = "duty-desk@willow-house.example"
SAID = "Invented: left after tea"
OF_THE_CHILD = ("Rowan", "Fictitious", SAID)


@pytest.fixture
def guest(app, database, rules, cast) -> Iterator[GuestDesk]:
    with mail_sink() as sink:
        yield GuestDesk(app, database, rules, cast, sink)


@pytest.fixture
def episode(watch: Watch) -> str:
    """A child of Leeds who lives in Norwich is reported missing by Leeds."""
    return str(watch.reports("leeds", watch.placed(address=NORWICH), said=SAID).episode)


@pytest.fixture
def link(guest: GuestDesk, episode: str) -> str:
    return _link(guest, episode)


@pytest.fixture
def heard_by_a_force(guest: GuestDesk, watch: Watch, episode: str, link: str) -> None:
    """A force that has joined, and so owes Norfolk its word, took the report too; Norfolk's own force has not."""
    [placement] = guest.rows("SELECT ref FROM placement")
    assert watch.reports("west_yorkshire_police", placement.ref).episode == episode


def _link(guest: GuestDesk, episode: str, kind: str = "missing.reported", *, to: str = "norfolk") -> str:
    """The path of the link in the message of *kind* about the episode: post is not delivered in order."""
    [alert] = guest.rows(
        "SELECT ref FROM alert WHERE subject_ref = :s AND organisation_id = :o AND kind = :k",
        s=episode,
        o=guest.cast.ids[to],
        k=kind,
    )
    return f"/n/{alert.ref}"


# --- before the code --------------------------------------------------------------------------------------------------


def test_the_message_tells_of_the_episode_and_leads_to_a_page_that_offers_a_code(guest, episode, link) -> None:
    [message] = [each for each in guest.messages_to(DESK) if link in each]
    assert episode in message
    assert "reported missing" in message
    said = words(guest.browser.get(link))
    assert "missing child waits for Norfolk" in said
    assert "Send a code to d•••@norfolk.example" in said
    assert "nothing to open" not in said


def test_nothing_about_the_child_is_shown_before_the_code(guest, episode, link) -> None:
    pages = [
        guest.browser.get(link).text,
        guest.browser.get(f"{link}/open").text,
        guest.browser.post(f"{link}/code", follow_redirects=True).text,
        guest.browser.post(f"{link}/open", data={"code": "00000000"}).text,
        *guest.messages_to(DESK),
    ]
    assert [part for part in OF_THE_CHILD for each in pages if part in each] == []


def test_a_mail_scanner_that_follows_the_link_changes_nothing(guest, episode, link) -> None:
    guest.browser.post(f"{link}/code")
    before = guest.everything()
    scanner = guest.app.test_client()
    for path in (link, f"{link}/open", f"{link}/code", f"{link}/acknowledgement"):
        scanner.head(path)
        for linked in links_in(scanner.get(path, follow_redirects=True)):
            scanner.get(linked).close()
    assert guest.everything() == before


# --- the page ---------------------------------------------------------------------------------------------------------


def test_with_the_code_a_council_sees_who_is_missing_since_when_from_where_and_who_says_so(
    guest, watch, episode, link
) -> None:
    watch.grades("west_yorkshire_police", episode, "high")
    page = guest.opens_with_code(link)
    said = words(page)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    for part in (
        "Rowan Fictitious",
        "Gone for 2 hours",
        "Reported by Leeds",
        "Missing from Willow House",
        "Placed by Leeds",
        "Council where the child lives Norfolk",
        "Risk: high",
        SAID,
    ):
        assert part in said


def test_it_says_whom_to_ring_and_not_oneself(guest, episode, link) -> None:
    said = words(guest.opens_with_code(link))
    ringing = said[said.index("Whom to ring now") : said.index("The child and the placement")]
    assert "Norfolk Constabulary Police force 101" in ringing
    assert "Willow House Home or agency 01632960001" in ringing
    assert "Council where the child lives" not in ringing


def test_nothing_can_be_answered_there(guest, episode, link) -> None:
    page = guest.opens_with_code(link)
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    assert "<form" not in main
    for path in ("acknowledgement", "redirect"):
        answer = guest.browser.post(f"{link}/{path}", data={"name": "T. Example", "role": "desk", "pass": "x"})
        assert answer.status_code in (404, 422)
    assert guest.browser.get(f"{link}/acknowledgement").status_code == 404
    assert guest.rows("SELECT * FROM acknowledgement") == []


def test_a_police_force_that_has_not_joined_opens_it_too(guest, episode) -> None:
    said = words(guest.opens_with_code(_link(guest, episode, to="norfolk_police"), FORCE_DESK))
    assert "Rowan Fictitious" in said
    assert "Not graded" in said


def test_a_home_is_not_shown_how_the_police_judge_the_risk(guest, watch, database, cast) -> None:
    with database.write() as session:
        home = Organisation.id == cast.ids["willow_house"]
        session.execute(update(Organisation).where(home).values(joined_at=None))
    episode = watch.reports("leeds", watch.placed()).episode
    watch.grades("kent_police", episode, "high", note="Invented: thought to be in danger.")
    said = words(guest.opens_with_code(_link(guest, episode, to="willow_house"), HOME_DESK))
    assert "Rowan Fictitious" in said
    assert [part for part in ("Risk", "High", "Graded", "thought to be in danger") if part in said] == []


def test_once_the_child_is_back_it_shows_what_is_owed_and_the_older_link_says_the_same(
    guest, watch, heard_by_a_force, episode, link
) -> None:
    watch.returns("leeds", episode)
    older, newer = (
        words(guest.opens_with_code(link)),
        words(guest.opens_with_code(_link(guest, episode, "missing.returned"))),
    )
    for said in (older, newer):
        assert "Back 18 November 2026" in said
        assert "Gone for" not in said
    assert "What is owed" in newer


def test_a_reminder_of_what_is_owed_about_it_leads_to_the_episode(
    guest, database, rules, heard_by_a_force, episode
) -> None:
    [owed] = guest.rows(
        "SELECT id, ref FROM obligation WHERE subject_ref = :s AND owed_to_role = 'host_authority'", s=episode
    )
    reminder = Wanted("obligation.overdue", guest.cast.ids["norfolk"], "duty_desk", owed.ref, owed.id)
    with database.write() as session:
        [raised] = raise_alerts(session, [reminder], rules=rules, now=NOW)
    page = guest.browser.get(f"/n/{raised.alert_ref}")
    told = guest.rows("SELECT ref FROM alert WHERE subject_ref = :s AND organisation_id = :o ORDER BY id",
                      s=episode, o=guest.cast.ids["norfolk"])  # fmt: skip
    assert f'href="/n/{told[-1].ref}"' in page.text, "to the newest that it was told"
    assert "Go to what you were told" in words(page)


def test_a_report_that_was_taken_back_is_said_to_be_so(guest, watch, episode, link) -> None:
    watch.undoes("leeds", episode, "report")
    assert "Report taken back" in words(guest.opens_with_code(link))


# --- what is recorded -------------------------------------------------------------------------------------------------


def test_the_reading_is_on_record_as_a_disclosure_to_that_organisation_without_a_word_of_the_child(
    guest, episode, link
) -> None:
    guest.opens_with_code(link)
    read = guest.rows(
        "SELECT * FROM audit_entry WHERE subject_ref = :s AND event IN ('missing.read', 'pickup.opened')", s=episode
    )
    how = {each.event: each.operation for each in read}
    assert how == {"missing.read": "consultation", "pickup.opened": "disclosure"}
    assert {(each.actor_kind, each.organisation_id) for each in read} == {("guest", guest.cast.ids["norfolk"])}
    assert [part for part in OF_THE_CHILD if part in str([each.details for each in read])] == []


@pytest.mark.parametrize("refused", ["missing.read", "pickup.opened"])
def test_nothing_is_shown_when_the_reading_cannot_be_recorded(guest, episode, link, refused) -> None:
    guest.browser.post(f"{link}/code")
    code = guest.newest_code()
    with guest.cannot_record(refused):
        answer = guest.browser.post(f"{link}/open", data={"code": code})
    assert answer.status_code == 500
    assert [part for part in OF_THE_CHILD if part in answer.text] == []
    assert guest.rows("SELECT opened_at FROM pickup")[0].opened_at is None


def test_who_reads_it_has_read_the_alert_and_what_it_was_owed_has_reached_it(guest, watch, database, rules) -> None:
    episode = str(watch.reports("west_yorkshire_police", watch.placed(address=NORWICH)).episode)
    norfolk = guest.cast.ids["norfolk"]
    [alert] = guest.rows("SELECT ref FROM alert WHERE subject_ref = :s AND organisation_id = :o", s=episode, o=norfolk)
    assert _owed(guest, episode, norfolk) == ("open", None)
    _open(database, alert.ref, _code(database, rules, alert.ref))
    [read] = guest.rows("SELECT read_at FROM alert WHERE ref = :r", r=alert.ref)
    assert read.read_at is not None
    state, reached_at = _owed(guest, episode, norfolk)
    assert state == "met"
    assert reached_at is not None


def _owed(guest: GuestDesk, episode: str, to: int) -> tuple[str, Any]:
    """How it stands that the force tells *to* of the episode, and when that reached it: no post is delivered here."""
    [row] = guest.rows(
        "SELECT state, reached_at FROM obligation WHERE subject_ref = :s AND owed_to_id = :o AND duty_code = 'EMIS'",
        s=episode,
        o=to,
    )
    return row.state, row.reached_at


def _code(database: Database, rules: Rulebook, alert_ref: str) -> str:
    with database.write() as session:
        service.send_code(session, alert_ref, rules=rules, now=NOW)
    with database.read() as session:
        told = session.scalars(select(Alert).where(Alert.kind == "pickup.code").order_by(Alert.id.desc())).first()
    return str(database.keys.open(told.ref, bytes.fromhex(told.details["code"]))) if told else ""


# --- what a code opens ------------------------------------------------------------------------------------------------


def test_a_code_opens_an_episode_once(database, rules, guest, episode, link) -> None:
    guest.browser.post(f"{link}/code")
    code = guest.newest_code()
    opened = [_open(database, link, code) for _ in range(2)]
    assert isinstance(opened[0], pickup.OpenedEpisode)
    assert opened[1] == Refused(0)


def test_a_code_for_a_notice_opens_no_episode_and_the_other_way_round(
    database, rules, guest, episode, link, watch
) -> None:
    [notice] = guest.rows(
        "SELECT ref FROM alert WHERE kind = 'notice.registered' AND organisation_id = :o", o=guest.cast.ids["norfolk"]
    )
    of_notice = _code(database, rules, notice.ref)
    of_episode = _code(database, rules, link.removeprefix("/n/"))
    assert isinstance(_open(database, link, of_notice), Refused)
    with database.write() as session, pytest.raises(NotFound):
        pickup.open_episode(session, notice.ref, of_notice, now=NOW)
    with database.write() as session, pytest.raises(NotFound):
        service.open_notice(session, link.removeprefix("/n/"), of_episode, now=NOW)


def test_an_organisation_that_has_joined_is_sent_to_its_own_system(guest, watch) -> None:
    episode = watch.reports("leeds", watch.placed()).episode
    link = _link(guest, episode, to="kent")
    assert f"/api/v1/missing-episodes/{episode}" in words(guest.browser.get(link))
    assert guest.browser.get(f"{link}/open").status_code == 404


def test_whoever_is_no_party_any_more_opens_nothing_and_the_code_is_not_spent(guest, database, episode, link) -> None:
    guest.browser.post(f"{link}/code")
    code = guest.newest_code()
    with database.write() as session:
        moved = update(MissingEpisode).where(MissingEpisode.ref == episode)
        session.execute(moved.values(host_authority_id=guest.cast.ids["medway"]))
    assert guest.browser.post(f"{link}/open", data={"code": code}).status_code == 404
    assert guest.rows("SELECT opened_at FROM pickup")[0].opened_at is None


def _open(database: Database, link: str, code: str) -> pickup.OpenedEpisode | Refused:
    with database.write() as session:
        return pickup.open_episode(session, link.removeprefix("/n/"), code, now=NOW)
