"""The receivers that the rehearsals send to: they keep what they took, and misbehave as they are told to."""

import smtplib
from collections.abc import Iterator

import pytest
import requests

from bench.sinks import Sinks, Temper

MESSAGE = "From: <a@hub.invalid>\r\nMessage-ID: <dlv_1@hub.invalid>\r\n\r\nText.\r\n"


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    started = Sinks().start()
    yield started
    started.stop()


def _mail(sinks: Sinks, to: str = "b@council.example") -> None:
    with smtplib.SMTP("127.0.0.1", sinks.smtp_port, timeout=5) as smtp:
        smtp.sendmail("a@hub.invalid", [to], MESSAGE)


def _post(sinks: Sinks, path: str = "/hook") -> int:
    headers = {"webhook-id": "dlv_2"}
    return requests.post(f"http://127.0.0.1:{sinks.http_port}{path}", b"{}", headers=headers, timeout=5).status_code


def test_an_email_is_kept_under_its_message_id(sinks: Sinks) -> None:
    _mail(sinks)
    _mail(sinks)
    assert sinks.mail.times == {"dlv_1": 2}


def test_a_webhook_is_kept_under_its_id(sinks: Sinks) -> None:
    assert _post(sinks) == 204
    assert sinks.hooks.times == {"dlv_2": 1}


def test_some_receivers_refuse_for_good(sinks: Sinks) -> None:
    assert _post(sinks, "/never/1") == 400
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _mail(sinks, "never-desk@council.example")
    assert not sinks.mail.times
    assert not sinks.hooks.times


def test_a_message_that_was_dropped_in_the_middle_was_not_taken(sinks: Sinks) -> None:
    sinks.mail_temper.faults["drop_in_data"] = 1.0
    with (
        pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)),
        smtplib.SMTP("127.0.0.1", sinks.smtp_port) as smtp,
    ):
        smtp.sendmail("a@hub.invalid", ["b@council.example"], MESSAGE + "x" * 500)
    assert not sinks.mail.times


def test_a_message_whose_reply_was_lost_was_taken_all_the_same(sinks: Sinks) -> None:
    sinks.hook_temper.faults["drop_after"] = 1.0
    with pytest.raises(requests.ConnectionError):
        _post(sinks)
    assert sinks.hooks.times == {"dlv_2": 1}


def test_the_same_seed_plays_the_same_faults() -> None:
    faults = {"500": 0.5}
    first, second = (Temper(faults, seed=3) for _ in range(2))
    assert [first.next() for _ in range(50)] == [second.next() for _ in range(50)]
