"""Delivery by several real processes on one database: each letter once, and none lost when a process is killed in the middle."""

import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.settings import REPOSITORY
from hub.duties.rulebook import Rulebook
from tests.notify.post import (
    SECRET,
    WebSink,
    attempts,
    contact_point,
    deliveries,
    organisation,
    raised,
    wanted,
    web_sink,
)


def worker(database: Database, lease_seconds: float) -> "subprocess.Popen[str]":
    """A worker that has begun to deliver."""
    url = database.url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "tests.two_nodes.delivering", url, str(lease_seconds)]
    started = subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def ended(workers: Sequence["subprocess.Popen[str]"]) -> list[int]:
    """Wait for them all, and close what they leave open."""
    codes = [each.wait(60) for each in workers]
    for each in workers:
        if each.stdout is not None:
            each.stdout.close()
    return codes


def letters(database: Database, rules: Rulebook, url: str, number: int) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "webhook", url, secrets=[SECRET])
    raised(database, rules, [wanted(eastvale, is_urgent=True) for _ in range(number)], now=utc_now())


def test_four_processes_deliver_each_letter_once(database: Database, rules: Rulebook) -> None:
    with web_sink() as sink:
        letters(database, rules, sink.url, 400)
        assert ended([worker(database, 60) for _ in range(4)]) == [0, 0, 0, 0]
    assert Counter(sink.ids) == Counter({delivery.ref: 1 for delivery in deliveries(database)})
    assert {delivery.state for delivery in deliveries(database)} == {"accepted"}
    assert len(attempts(database)) == 400


def test_a_process_killed_in_the_middle_loses_nothing_and_repeats_only_under_the_same_id(
    database: Database, rules: Rulebook
) -> None:
    chance = random.Random(13)
    pause = threading.Event()

    def be_slow() -> None:
        pause.wait(0.01)

    flaky = [(chance.choice([204, 204, 204, 503, 429]), {}, b"") for _ in range(150)]
    with web_sink(WebSink(answers=flaky, before_answer=be_slow)) as sink:
        letters(database, rules, sink.url, 60)
        for _ in range(4):
            victim = worker(database, 0.3)
            pause.wait(chance.uniform(0.02, 0.12))
            victim.send_signal(signal.SIGKILL)
            ended([victim])
        assert ended([worker(database, 0.3)]) == [0]
    sent = deliveries(database)
    assert {delivery.state for delivery in sent} == {"accepted"}
    assert set(sink.ids) == {delivery.ref for delivery in sent}
    accepted = Counter(attempt.delivery_id for attempt in attempts(database) if attempt.outcome == "accepted")
    assert accepted == Counter({delivery.id: 1 for delivery in sent})
