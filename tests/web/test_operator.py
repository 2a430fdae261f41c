"""The operator sees what is stuck, what to do about it, and sends again what was given up. Never a child."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.core.db import Database
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.directory.models import ContactPoint
from hub.duties.rulebook import Rulebook
from hub.jobs import seal_audit_once
from hub.notify import nodes
from hub.notify.auditor import audit_once
from hub.notify.models import Alert, Delivery, Obligation
from hub.notify.outbox import Wanted, raise_alerts
from hub.web.operator.health_words import Check, checks, length
from hub.web.operator.standing import Standing, standing
from tests.access.signing_in import Tab, joined, recorded, tab_of
from tests.access.visiting import words
from tests.conftest import NOW
from tests.registry.papers import CHILD, MAIDSTONE, start

ClientFor = Callable[[str], FlaskClient]


@pytest.fixture
def ola(app: Flask, database: Database, cast: Cast) -> Tab:
    """Whoever runs the hub, at a browser."""
    roles = ("operator", "administrator")
    return tab_of(app, database, joined(database, cast, "operator", roles=roles, name="Ola Fictitious"))


@pytest.fixture
def well(database: Database, cast: Cast) -> nodes.Worker:
    """A hub whose worker lives, and whose auditor has spoken."""
    worker = nodes.begin()
    nodes.beat(database, worker, failing=(), now=NOW)
    seal_audit_once(database)
    audit_once(database, now=NOW)
    return worker


def looked_at(app: Flask, database: Database, settings: Settings, **changes: Any) -> dict[str, Check]:
    with app.test_request_context():
        found: Standing = replace(standing(database, settings, now=NOW), **changes)
        return {check.name: check for check in checks(found, settings)}


def given_up(database: Database, cast: Cast, rules: Rulebook, *, minutes: int = 0) -> str:
    """A message to Kent's duty desk that was given up; its reference."""
    wanted = Wanted("notice.registered", cast.ids["kent"], "duty_desk", "ntc_" + "7" * 26, is_urgent=False)
    with database.write() as session:
        [raised] = raise_alerts(session, [wanted], rules=rules, now=NOW)
        alert = session.scalars(select(Alert).where(Alert.ref == raised.alert_ref)).one()
        closed = {"state": "failed", "closed_at": NOW + timedelta(minutes=minutes), "next_attempt_at": None}
        theirs = Delivery.alert_id == alert.id
        session.execute(update(Delivery).where(theirs).values(**closed, last_code="550", attempts=9))
        ref: str = session.scalars(select(Delivery.ref).where(theirs).order_by(Delivery.id)).first() or ""
        return ref


# --- health -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("well")
def test_a_hub_at_rest_is_well(ola: Tab) -> None:
    page = ola.get("/operator")
    assert page.status_code == 200
    assert "Everything is as it should be." in words(page)
    assert "data-live" in page.text


def test_without_a_worker_it_says_so_and_how_to_start_one(ola: Tab) -> None:
    said = words(ola.get("/operator"))
    assert "No worker is alive." in said
    assert "What to do : Start one: hub worker" in said


@pytest.mark.usefixtures("well")
def test_a_job_that_fails_is_named(ola: Tab, database: Database) -> None:
    nodes.beat(database, nodes.begin(), failing=("sweep",), now=NOW)
    assert "Failing: sweep." in words(ola.get("/operator"))


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(0, "well"), (59, "well"), (61, "look"), (301, "broken"), (90_000, "broken")]
)
def test_a_sweep_that_lags_is_seen(
    app: Flask, database: Database, settings: Settings, cast: Cast, seconds: float, verdict: str
) -> None:
    assert looked_at(app, database, settings, sweep_lag_seconds=seconds)["sweep"].verdict == verdict


@pytest.mark.parametrize(("share", "verdict"), [(0.5, "well"), (0.08, "look"), (0.01, "broken")])
def test_a_disk_that_fills_is_seen(
    app: Flask, database: Database, settings: Settings, cast: Cast, share: float, verdict: str
) -> None:
    found = looked_at(app, database, settings, disk_free=int(share * 1000), disk_total=1000)
    assert found["disk"].verdict == verdict


def test_whatever_is_not_well_says_what_to_do(
    app: Flask, database: Database, settings: Settings, cast: Cast, rules: Rulebook
) -> None:
    given_up(database, cast, rules)
    stuck = {"sweep_lag_seconds": 9_999, "oldest_due_seconds": 9_999, "unsealed_seconds": 9_999, "disk_free": 0}
    counts = {"queued": 3, "held": 1, "retried": 1, "due": 1, "mails": 0}
    found = looked_at(app, database, settings, **stuck, queued=counts, is_newest_schema=False)
    told = {name: check.do for name, check in found.items() if check.verdict != "well"}
    assert set(told) >= {"workers", "sweep", "deliveries", "given-up", "auditor", "sealing", "schema", "disk"}
    assert [name for name, do in told.items() if not do] == []


@pytest.mark.usefixtures("well")
def test_a_duty_that_nobody_will_take_up_is_named_by_its_reference(
    ola: Tab, database: Database, client_for: ClientFor
) -> None:
    client_for("leeds").post("/api/v1/notices", json=start(address=MAIDSTONE))
    with database.write() as session:
        obligation = session.scalars(select(Obligation).where(Obligation.state == "open")).first()
        assert obligation is not None
        obligation.next_step_at, obligation.owner = None, None
        ref = obligation.ref
    page = words(ola.get("/operator"))
    assert "It found what no one will take up by itself." in page
    assert ref in page


def test_a_broken_contact_point_is_named_with_its_organisation(ola: Tab, database: Database, cast: Cast) -> None:
    with database.write() as session:
        theirs = ContactPoint.organisation_id == cast.ids["kent"]
        session.execute(update(ContactPoint).where(theirs, ContactPoint.channel == "email").values(flagged_at=NOW))
    page = ola.get("/operator")
    assert "Ring the organisation, have the address put right" in words(page)
    assert "Kent" in words(page)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (7200, "2 hours"), (400_000, "4 days")],
)
def test_a_length_is_said_as_people_say_it(app: Flask, seconds: float, said: str) -> None:
    with app.test_request_context():
        assert length(seconds) == said


def test_none_of_it_names_a_child(ola: Tab, database: Database, client_for: ClientFor) -> None:
    client_for("leeds").post("/api/v1/notices", json=start(address=MAIDSTONE))
    for path in ("/operator", "/operator/deliveries", "/operator/organisations", "/operator/reachability"):
        page = ola.get(path)
        assert page.status_code == 200
        assert CHILD["family_name"] not in page.text


@pytest.mark.parametrize(
    "path", ["", "/deliveries", "/organisations", "/organisations/new", "/reachability", "/systems"]
)
def test_only_the_operator_sees_any_of_it(app: Flask, database: Database, cast: Cast, path: str) -> None:
    tab = tab_of(app, database, joined(database, cast, roles=("administrator", "privacy_lead")))
    assert tab.get(f"/operator{path}").status_code == 403


def test_an_administrator_does_nothing_through_the_operators_pages(app: Flask, database: Database, cast: Cast) -> None:
    tab = tab_of(app, database, joined(database, cast, roles=("administrator",)))
    own = f"/operator/organisations/{cast.refs['leeds']}"
    for path in (f"{own}/administrator", f"{own}/contact-points/new", "/operator/deliveries/dlv_none/resend"):
        assert tab.send("POST", path, data={"once": "key_" + "1" * 26}).status_code == 403


# --- what was given up --------------------------------------------------------------------------------------------------


def test_what_was_given_up_is_listed_newest_first_and_sent_again_once(
    ola: Tab, database: Database, cast: Cast, rules: Rulebook
) -> None:
    old, new = given_up(database, cast, rules), given_up(database, cast, rules, minutes=5)
    page = ola.get("/operator/deliveries")
    assert page.text.index(new) < page.text.index(old)
    assert "last answer: 550" in words(page)
    for _ in range(2):  # a double click
        answer = ola.send("POST", f"/operator/deliveries/{new}/resend", data={"once": "key_" + "1" * 26})
        assert answer.headers["Location"] == "/operator/deliveries?done=resent"
    with database.read() as session:
        assert session.scalars(select(Delivery.state).where(Delivery.ref == new)).one() == "queued"
    assert len(recorded(database, "delivery.resent")) == 1
    assert f'id="{new}"' not in ola.get("/operator/deliveries").text


def test_what_is_settled_is_not_listed(ola: Tab, database: Database, cast: Cast, rules: Rulebook) -> None:
    ref = given_up(database, cast, rules)
    with database.write() as session:
        session.execute(update(Alert).values(cancelled_at=NOW))
    assert ref not in ola.get("/operator/deliveries").text


# --- the directory ------------------------------------------------------------------------------------------------------

HOME = {"name": "Fictitious Lodge", "postcode": "ME14 1XQ", "address": "1 Nowhere Lane", "phone": "+44 1622 960000"}


def once(number: int = 0) -> dict[str, str]:
    return {"once": f"key_{number:026d}"}


def test_an_organisation_is_found_by_part_of_its_name_its_kind_and_whether_it_joined(ola: Tab) -> None:
    page = ola.get("/operator/organisations?name=KENT&kind=police_force")
    assert "Kent Police" in words(page)
    assert "Kent County" not in words(page)
    assert "Norfolk" not in words(ola.get("/operator/organisations?joined=yes"))


def test_a_long_list_goes_on_where_it_ended(ola: Tab) -> None:
    first = ola.get("/operator/organisations?kind=local_authority")
    [path] = re.findall(r'href="(/operator/organisations[^"]+after=[^"]+)"', first.text)
    second = ola.get(unescape(path))
    assert refs_in(first) & refs_in(second) == set()
    assert len(refs_in(first)) == 50


def refs_in(page: Any) -> set[str]:
    return set(re.findall(r'href="/operator/organisations/(org_\w+)"', page.text))


def test_a_home_is_added_with_what_a_home_has(ola: Tab, database: Database) -> None:
    empty = ola.send("POST", "/operator/organisations/new?kind=childrens_home", data=once())
    assert empty.status_code == 422
    assert "Enter the name by which others know it." in words(empty)
    answer = ola.send("POST", "/operator/organisations/new?kind=childrens_home", data=HOME | once(1))
    assert answer.headers["Location"].endswith("?done=added"), words(answer)
    page = words(ola.get(answer.headers["Location"]))
    assert "The organisation is added." in page
    assert "In the area of Kent" in page
    assert "ME14 1XQ" in page
    assert len(recorded(database, "organisation.added")) >= 1


def test_a_bad_urn_keeps_what_was_typed_and_says_what_to_enter(ola: Tab) -> None:
    answer = ola.send(
        "POST", "/operator/organisations/new?kind=childrens_home", data=HOME | once() | {"urn": "XXXXXXX"}
    )
    assert answer.status_code == 422
    assert "XXXXXXX names no home: leave it out" in words(answer)
    assert 'value="Fictitious Lodge"' in answer.text


def test_a_change_keeps_what_is_not_touched_and_a_stale_one_changes_nothing(ola: Tab) -> None:
    path = ola.send("POST", "/operator/organisations/new?kind=childrens_home", data=HOME | once()).headers["Location"]
    path = path.partition("?")[0]
    form = ola.get(f"{path}/change").text
    assert 'value="ME14 1XQ"' in form
    changed = ola.send("POST", f"{path}/change", data=HOME | once(1) | {"version": "1", "name": "Lodge of Nowhere"})
    assert changed.headers["Location"] == f"{path}?done=changed"
    assert "1 Nowhere Lane" in words(ola.get(path))
    stale = ola.send("POST", f"{path}/change", data=HOME | once(2) | {"version": "1", "name": "Another"})
    assert stale.status_code == 412
    assert "was changed since you read it" in words(stale)
    assert 'value="Another"' in stale.text
    assert "Lodge of Nowhere" in words(ola.get(path))


def test_one_that_joins_has_an_inbox_and_its_first_administrator_is_asked_in(
    ola: Tab, database: Database, cast: Cast
) -> None:
    path = ola.send("POST", "/operator/organisations/new?kind=fostering_agency", data=once() | {"name": "Nowhere Care"})
    path = path.headers["Location"].partition("?")[0]
    assert "cannot be reached" in words(ola.get(path))
    ola.send("POST", f"{path}/join", data=once(1))
    assert "Inbox in the hub" in words(ola.get(path))
    nobody = ola.send("POST", f"{path}/administrator", data=once(2) | {"name": "", "email": "x"})
    assert nobody.status_code == 422
    asked = {"name": "Pat Fictitious", "email": "pat@nowhere.example"}
    answer = ola.send("POST", f"{path}/administrator", data=once(3) | asked)
    assert answer.headers["Location"] == f"{path}?done=invited"
    assert "Asked in, not yet here" in words(ola.get(path))
    assert recorded(database, "person.invited")[-1].details["roles"] == ["administrator"]


def test_one_that_has_an_administrator_asks_its_own_people_in(ola: Tab, cast: Cast) -> None:
    path = f"/operator/organisations/{cast.refs['leeds']}"
    assert "Ask its first administrator in" not in words(ola.get(path))
    asked = {"name": "Pat Fictitious", "email": "pat@nowhere.example"}
    assert ola.send("POST", f"{path}/administrator", data=once() | asked).status_code == 403


def test_a_mailbox_of_one_that_has_not_joined_is_added_and_waits_to_be_verified(ola: Tab, cast: Cast) -> None:
    path = f"/operator/organisations/{cast.refs['norfolk']}"
    wrong = ola.send("POST", f"{path}/contact-points/new", data=once() | {"role": "duty_desk", "channel": "webhook"})
    assert wrong.status_code == 422
    point = {"role": "out_of_hours", "channel": "email", "address": "edt@norfolk.example", "purpose": "Nights"}
    answer = ola.send("POST", f"{path}/contact-points/new", data=once(1) | point)
    assert answer.headers["Location"] == f"{path}?done=point-added", words(answer)
    assert "Not verified" in words(ola.get(path))


def test_closing_says_what_it_does_and_then_does_it(ola: Tab, cast: Cast) -> None:
    path = f"/operator/organisations/{cast.refs['harbour']}"
    assert "cannot be taken back" in words(ola.get(f"{path}/close"))
    ola.send("POST", f"{path}/close", data=once())
    assert "This organisation is closed." in words(ola.get(path))


def test_who_can_be_reached_is_counted_by_kind_and_those_who_cannot_are_named_first(
    ola: Tab, database: Database
) -> None:
    page = ola.get("/operator/reachability")
    assert re.search(r"Local authority \d+ of 1[67]\d", words(page))
    assert "cannot be told anything at all" in words(page)
    ola.send("POST", "/operator/reachability", data={})
    assert len(recorded(database, "reachability.surveyed")) == 1


def test_every_system_is_listed_with_whom_it_acts_for(ola: Tab) -> None:
    said = words(ola.get("/operator/systems"))
    assert "Leeds" in said
    assert "In use" in said
