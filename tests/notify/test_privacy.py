"""Nothing about a child leaves the hub by a message, an address, a log line or a metric: marked values are fed through every
kind of alert and every channel, and are found in none of what came out."""

import json
from contextlib import closing
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from prometheus_client import REGISTRY, generate_latest
from structlog.testing import CapturingLogger

from hub.core.db import Database
from hub.core.ids import new_ref
from hub.core.logs import log
from hub.duties.rulebook import Rulebook
from hub.notify.channels.base import DeliveryError, Letter
from hub.notify.couriers import Couriers
from hub.notify.deliver import deliver_once
from hub.notify.digest import digest_once
from hub.notify.messages.kinds import KINDS, PICKUP_CODE
from hub.notify.messages.render import template_of
from tests.notify.post import (
    NOW,
    SECRET,
    MailSink,
    Recording,
    WebSink,
    contact_point,
    delivered,
    email_channel,
    mail_sink,
    organisation,
    raised,
    wanted,
    web_sink,
    webhook_channel,
)
from tests.notify.test_digest import MORNING

CANARIES = {
    "family_name": "Canary-Featherstone",
    "given_names": "Perdita",
    "born_on": "2011-03-07",
    "nhs_number": "9434765919",
    "street": "Budgerigar-Close",
    "postcode": "ZZ99-9ZZ",
    "words": "absent-since-teatime",
}
"""Marked values about a child who does not exist, without spaces: the shape in which they would slip through."""
DUE_AT = datetime(2026, 11, 21, tzinfo=UTC)
SAID = {"duty_code": "E13A", "due_at": DUE_AT, "due_on": date(2026, 11, 20), "placement": "pla_1", "rung": 2}
CODE = "493027"


def marked(organisation_id: int, kind: str, **rest: Any) -> Any:
    """An alert of *kind* into whose details somebody has put what does not belong there."""
    details = SAID | CANARIES | ({"code": CODE} if kind == PICKUP_CODE else {})
    return wanted(organisation_id, kind, details=details, subject_ref=new_ref("pla"), **rest)


def canaries_in(text: str) -> list[str]:
    return [name for name, value in CANARIES.items() if value.lower() in text.lower()]


def spoken(content: bytes) -> str:
    """A whole mail as a person reads it, headers and all."""
    message = message_from_bytes(content, policy=policy.default)
    return str(message.items()) + str(message.get_content())  # type: ignore[attr-defined]


def test_no_kind_of_alert_carries_anything_about_a_child_by_mail(
    database: Database, rules: Rulebook, logged: CapturingLogger
) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example")
    raised(database, rules, [marked(eastvale, kind) for kind in sorted(KINDS)])
    with mail_sink() as sink:
        couriers = Couriers({"email": email_channel(sink.port)}, slow_seconds=5.0)
        delivered(database, rules, couriers)
        couriers.close()
    assert len(sink.messages) == len(KINDS)
    for content in sink.messages:
        assert canaries_in(spoken(content)) == []
    assert canaries_in(str(logged.calls)) == []


def test_no_kind_of_alert_carries_anything_about_a_child_by_webhook(database: Database, rules: Rulebook) -> None:
    with web_sink() as sink:
        eastvale = organisation(database)
        contact_point(database, eastvale, "webhook", sink.url, secrets=[SECRET])
        kinds = sorted(KINDS - {PICKUP_CODE})
        raised(database, rules, [marked(eastvale, kind) for kind in kinds])
        couriers = Couriers({"webhook": webhook_channel()}, slow_seconds=5.0)
        delivered(database, rules, couriers)
        couriers.close()
    assert sorted(body["type"] for body in sink.bodies) == kinds
    for path, headers, body in sink.requests:
        assert canaries_in(path + json.dumps(headers) + body.decode()) == []


def test_the_digest_carries_nothing_about_a_child(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example", takes_digest=True)
    raised(database, rules, [marked(eastvale, kind) for kind in sorted(KINDS - {PICKUP_CODE})])
    with mail_sink() as sink:
        couriers = Couriers({"email": email_channel(sink.port)}, slow_seconds=5.0)
        digest_once(database, rules, couriers, now=MORNING)
        couriers.close()
    [content] = sink.messages
    assert canaries_in(spoken(content)) == []


def test_neither_logs_nor_metrics_repeat_what_a_server_said_or_what_we_sent(
    database: Database, rules: Rulebook, logged: CapturingLogger
) -> None:
    said = " ".join(CANARIES.values())
    replies = [f"550 {said}", f"451 {said}"] * 3
    answers = [(500, {"X-Said": said}, said.encode()), (410, {}, said.encode())] * 3
    with mail_sink(MailSink(rcpt_replies=replies)) as mail, web_sink(WebSink(answers=answers)) as web:
        eastvale = organisation(database, "Eastvale")
        contact_point(database, eastvale, "email", "desk@eastvale.example")
        contact_point(database, eastvale, "webhook", web.url, secrets=[SECRET])
        raised(database, rules, [marked(eastvale, "notice.registered") for _ in range(3)])
        channels = {"email": email_channel(mail.port), "webhook": webhook_channel()}
        couriers = Couriers(channels, slow_seconds=5.0)
        deliver_once(database, rules, couriers, now=NOW)
        couriers.close()
    assert "delivery.not_taken" in str(logged.calls)
    assert canaries_in(str(logged.calls)) == []
    assert canaries_in(generate_latest(REGISTRY).decode()) == []


def test_a_fault_in_a_channel_is_logged_without_its_words(
    database: Database, rules: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    from hub.core.logs import configure_logs

    configure_logs("DEBUG")
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example")
    raised(database, rules, [marked(eastvale, "notice.registered")])

    def break_with_words(_letter: Letter) -> str:
        raise LookupError(" ".join(CANARIES.values()))

    couriers = Couriers({"email": Recording(act=break_with_words)}, slow_seconds=5.0)
    deliver_once(database, rules, couriers, now=NOW)
    couriers.close()
    out, err = capsys.readouterr()
    assert "delivery.fault" in out + err
    assert canaries_in(out + err) == []


def test_the_marks_are_found_when_they_are_there(logged: CapturingLogger) -> None:
    """The search itself works: a mark that is put somewhere is found there."""
    log(__name__).info("a.mistake", name=CANARIES["family_name"])
    assert canaries_in(str(logged.calls)) == ["family_name"]


def test_the_values_that_travel_inside_the_hub_do_not_print_themselves() -> None:
    sent = Letter("dlv_1", "email", 1, "perdita@canary.example", "org_1", "Canary", (), secrets=(SECRET,))
    assert "canary" not in repr(sent).lower()
    assert SECRET not in repr(sent)
    assert "perdita" not in str(DeliveryError("550", permanent=True))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_says_what_waits_why_and_what_to_do_next(kind: str, database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database, "Eastvale Council")
    contact_point(database, eastvale, "email", "desk@eastvale.example", role="team_manager")
    [told] = raised(database, rules, [marked(eastvale, kind, role="team_manager", is_urgent=True)])
    with mail_sink() as sink, closing(email_channel(sink.port)) as channel:
        deliver_once(database, rules, Couriers({"email": channel}, slow_seconds=5.0), now=NOW)
    text = spoken(sink.messages[0])
    for part in (
        "Eastvale Council, team manager",
        "What waits:",
        "Why you are told:",
        "What to do next:",
        "Due: by the end of Friday 20 November 2026.",
        "Raised: Wednesday 18 November 2026, 10:00 (London time)",
        f"https://hub.example/n/{told.alert_ref}",
        "nothing about the child in this message, on purpose",
        "Urgent: ",
    ):
        assert part in text
    assert "{" not in text
    assert template_of(kind).title in text


def test_a_one_time_code_is_in_its_own_message_and_in_no_log(
    database: Database, rules: Rulebook, logged: CapturingLogger
) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example")
    raised(database, rules, [marked(eastvale, PICKUP_CODE), marked(eastvale, "notice.registered")])
    with mail_sink() as sink:
        couriers = Couriers({"email": email_channel(sink.port)}, slow_seconds=5.0)
        delivered(database, rules, couriers)
        couriers.close()
    assert [CODE in spoken(content) for content in sink.messages].count(True) == 1
    assert CODE not in str(logged.calls)
