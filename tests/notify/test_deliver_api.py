"""The inbox, the feed and the evidence of deliveries over HTTP: each organisation sees its own, a sender sees what it sent."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from hub.notify.channels.base import DeliveryError, Letter
from hub.notify.couriers import Couriers
from hub.notify.feed import place_events_once
from hub.notify.models import Delivery
from hub.notify.outbox import Wanted, cancel_alerts
from tests.notify.post import NOW, Recording, delivered, deliveries, events, raised

Clients = Callable[[str], FlaskClient]


@pytest.fixture
def notice(database: Database, rules: Rulebook, cast: Cast) -> str:
    """A notice that Leeds sent, of which Kent and its police force were told."""
    ref = new_ref("ntc")
    with database.write() as session:
        audit.record(session, cast.actors["leeds"], Event.NOTICE_REGISTERED, ref, now=NOW)
    told = [Wanted("notice.registered", cast.ids[name], "duty_desk", ref) for name in ("kent", "kent_police")]
    raised(database, rules, told)
    return ref


def inbox(client: FlaskClient, **query: object) -> list[dict[str, object]]:
    answer = client.get("/api/v1/inbox", query_string=query)
    assert answer.status_code == 200, answer.json
    items: list[dict[str, object]] = answer.json["items"]  # type: ignore[index]
    return items


def test_an_alert_stands_in_the_inbox_of_the_organisation_it_is_for(client_for: Clients, notice: str) -> None:
    [alert] = inbox(client_for("kent"))
    assert (alert["subject"], alert["kind"], alert["title"]) == (
        notice,
        "notice.registered",
        "A placement notice waits for you",
    )
    assert inbox(client_for("leeds")) == []


def test_reading_an_alert_is_recorded_once_and_the_first_reading_stands(
    client_for: Clients, notice: str, database: Database
) -> None:
    client = client_for("kent")
    [alert] = inbox(client, unread=True)
    first = client.post(f"/api/v1/inbox/{alert['ref']}/reading")
    again = client.post(f"/api/v1/inbox/{alert['ref']}/reading")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["read_at"] == again.json["read_at"] == "2026-11-18T10:00:00+00:00"  # type: ignore[index]
    assert inbox(client, unread=True) == []
    assert len(inbox(client, unread=False)) == 1
    assert [e.subject_ref for e in events(database, Event.ALERT_READ)] == [notice]


def test_another_organisations_alert_looks_as_if_it_did_not_exist(client_for: Clients, notice: str) -> None:
    [alert] = inbox(client_for("kent"))
    assert client_for("bradford").post(f"/api/v1/inbox/{alert['ref']}/reading").status_code == 404
    assert client_for("bradford").post(f"/api/v1/inbox/{new_ref('alt')}/reading").status_code == 404


def test_the_inbox_can_be_narrowed_and_is_read_page_by_page(
    client_for: Clients, database: Database, rules: Rulebook, cast: Cast
) -> None:
    kent = cast.ids["kent"]
    wanted = [Wanted("match.doubtful", kent, "duty_desk", f"mat_{n}", is_urgent=n == 0) for n in range(5)]
    raised(database, rules, wanted)
    client = client_for("kent")
    assert [a["subject"] for a in inbox(client, urgent=True)] == ["mat_0"]
    assert inbox(client, kind="notice.registered") == []
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/inbox", query_string=query).json
        assert page is not None
        seen += [a["subject"] for a in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["mat_4", "mat_3", "mat_2", "mat_1", "mat_0"]


@pytest.mark.parametrize("path", ["/inbox", "/events"])
def test_a_cursor_of_somewhere_else_is_refused_by_name(client_for: Clients, notice: str, path: str) -> None:
    answer = client_for("kent").get(f"/api/v1{path}", query_string={"cursor": "alt_nothing"})
    assert answer.status_code == 422
    assert "cursor" in answer.json["fields"]  # type: ignore[index]


def test_a_one_time_code_is_in_no_inbox_and_no_feed(
    client_for: Clients, database: Database, rules: Rulebook, cast: Cast
) -> None:
    raised(database, rules, [Wanted("pickup.code", cast.ids["kent"], "duty_desk", "ntc_1", details={"code": "493027"})])
    place_events_once(database)
    assert inbox(client_for("kent")) == []
    assert client_for("kent").get("/api/v1/events").json == {"items": [], "next_cursor": None}


def test_a_client_that_was_down_catches_up_on_its_events(client_for: Clients, notice: str, database: Database) -> None:
    place_events_once(database)
    client = client_for("kent")
    [event] = client.get("/api/v1/events").json["items"]  # type: ignore[index]
    assert (event["type"], event["subject"]) == ("notice.registered", notice)
    after = client.get("/api/v1/events", query_string={"cursor": event["ref"]})
    assert after.json == {"items": [], "next_cursor": None}


# --- evidence ---------------------------------------------------------------------------------------------------------


def evidence(client: FlaskClient, subject: str) -> list[dict[str, object]]:
    answer = client.get("/api/v1/deliveries", query_string={"subject": subject})
    assert answer.status_code == 200, answer.json
    items: list[dict[str, object]] = answer.json["items"]  # type: ignore[index]
    return items


def test_the_sender_sees_who_was_told_through_what_and_each_attempt(
    client_for: Clients, notice: str, database: Database, rules: Rulebook, cast: Cast
) -> None:
    couriers = Couriers({"email": Recording()}, slow_seconds=5.0)
    delivered(database, rules, couriers)
    couriers.close()
    shown = evidence(client_for("leeds"), notice)
    assert {d["told"]["ref"] for d in shown} == {cast.refs["kent"], cast.refs["kent_police"]}  # type: ignore[index]
    by_mail = [d for d in shown if d["channel"] == "email" and d["state"] == "accepted"]
    assert by_mail
    assert [(a["number"], a["outcome"], a["code"]) for a in by_mail[0]["attempts"]] == [(1, "accepted", "250")]  # type: ignore[index]
    assert "@" not in str(shown)


def test_a_recipient_sees_what_was_sent_to_itself_alone(client_for: Clients, notice: str, cast: Cast) -> None:
    shown = evidence(client_for("kent"), notice)
    assert {d["told"]["ref"] for d in shown} == {cast.refs["kent"]}  # type: ignore[index]


def test_the_operator_sees_all_of_it(client_for: Clients, notice: str) -> None:
    assert len(evidence(client_for("operator"), notice)) == len(evidence(client_for("leeds"), notice))


def test_nobody_else_learns_that_there_is_anything(client_for: Clients, notice: str) -> None:
    for subject in (notice, new_ref("ntc")):
        answer = client_for("bradford").get("/api/v1/deliveries", query_string={"subject": subject})
        assert answer.status_code == 404


def test_a_delivery_that_failed_is_queued_again_by_whom_it_was_for_or_the_operator(
    client_for: Clients, notice: str, database: Database
) -> None:
    ref = _failed(database)
    assert client_for("leeds").post(f"/api/v1/deliveries/{ref}/resend").status_code == 404
    answer = client_for("kent").post(f"/api/v1/deliveries/{ref}/resend")
    assert (answer.status_code, answer.json["state"]) == (200, "queued")  # type: ignore[index]
    assert [e.subject_ref for e in events(database, Event.DELIVERY_RESENT)] == [notice]
    assert client_for("operator").post(f"/api/v1/deliveries/{ref}/resend").status_code == 409


def test_what_is_settled_is_not_sent_again(client_for: Clients, notice: str, database: Database) -> None:
    ref = _failed(database)
    with database.write() as session:
        cancel_alerts(session, now=NOW, subject_ref=notice)
    assert client_for("kent").post(f"/api/v1/deliveries/{ref}/resend").status_code == 409


def test_the_repeat_bears_the_same_reference(
    client_for: Clients, notice: str, database: Database, rules: Rulebook
) -> None:
    ids: list[str] = []

    def refuse_first(sent: Letter) -> str:
        ids.append(sent.message_id)
        if ids.count(sent.message_id) == 1:
            raise DeliveryError("550", permanent=True)
        return "250"

    couriers = Couriers({"email": Recording(act=refuse_first)}, slow_seconds=5.0)
    delivered(database, rules, couriers)
    failed = [d.ref for d in deliveries(database, "email") if d.state == "failed"]
    client_for("kent").post(f"/api/v1/deliveries/{failed[0]}/resend")
    delivered(database, rules, couriers)
    couriers.close()
    assert ids.count(failed[0]) == 2


def _failed(database: Database) -> str:
    """The reference of Kent's own e-mail, made to have failed."""
    [delivery] = [d for d in deliveries(database, "email")][:1]
    with database.write() as session:
        values = {"state": "failed", "next_attempt_at": None, "closed_at": NOW}
        session.execute(update(Delivery).where(Delivery.id == delivery.id).values(**values))
    return delivery.ref
