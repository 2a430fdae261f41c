"""The short form of ``make bench``: the harness really measures, and each reference does the work it stands for."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bench import accept, dispatch, encryption, look_up, no_ops, pages, recall, sweep
from bench.engines import Engine, available, durable_settings, staged
from bench.machine import ForeignCpu, about, pss_mb
from bench.measuring import Outcome
from bench.plan import QUICK

ENGINE: Engine = available()[-1]
"""SQLite, or PostgreSQL where the suite runs on that."""
SHORT = replace(QUICK, clients=2, seconds=0.2, learn=2, deliveries=40, alerts=10)


def _values(outcome: Outcome) -> dict[str, float]:
    return {figure.name: figure.value for figure in outcome.figures}


def test_the_bare_route_writes_as_many_rows_as_the_hub_does_for_a_notice() -> None:
    outcome = accept.measure(ENGINE, SHORT)  # reads every table back, and raises when a row is missing on either side
    rows = outcome.said["rows of one notice"]
    assert {"notice", "placement", "child", "obligation", "delivery", "audit_entry", "idempotency_key"} <= rows.keys()
    values = _values(outcome)
    assert values["the hub"] > 0
    assert values["R-bare"] > 0
    assert values["web worker, memory"] > 10


def test_every_obligation_that_is_due_is_swept_once_and_read_back() -> None:
    outcome = sweep.measure(ENGINE, SHORT)
    written = outcome.said["written by the hub for the due of one round"]
    assert written["escalation"] == written["due"] > 0
    assert written["alert"] >= written["due"]
    assert _values(outcome)["R-claim"] > 0


def test_first_alerts_go_from_due_to_delivered_in_process_and_by_a_worker() -> None:
    outcome = dispatch.measure_webhooks(
        ENGINE, SHORT
    )  # compares the sink with the database, and raises when they differ
    values = _values(outcome)
    assert values["the hub, swept, sent and recorded"] > 0
    assert values["a worker, 10 from due to delivered"] > 0


def test_every_page_is_measured_beside_one_that_asks_nothing() -> None:
    outcome = pages.measure(ENGINE, SHORT)
    values = _values(outcome)
    assert outcome.said["pages"] == len(values) - 2 >= 5
    assert values["first byte of the slowest page"] > 0
    assert values["first byte of /signed-out, the reference"] > 0


def test_emails_arrive_as_often_as_they_are_recorded() -> None:
    assert _values(dispatch.measure_email(ENGINE, SHORT))["the hub"] > 0


def test_deliveries_that_send_nothing_are_recorded_with_their_attempts() -> None:
    outcome = no_ops.measure(ENGINE, SHORT)
    assert outcome.said["read back"] == "80 deliveries accepted, each with its attempt"


def test_the_command_writes_every_round_and_what_it_was_measured_on(tmp_path: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "bench",
        "--quick",
        "--only",
        "no-ops",
        "--engine",
        ENGINE,
        "--results",
        str(tmp_path),
    ]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}, check=False)
    assert done.returncode == 0, done.stderr
    assert "R-outbox" in done.stdout
    kept = json.loads(next(tmp_path.iterdir()).read_text())
    assert kept["machine"]["packages"]["sqlalchemy"]
    assert kept["outcomes"][0]["figures"][0]["rounds"]


def test_sqlite_waits_for_the_disk() -> None:
    with staged("sqlite") as stage:
        assert durable_settings(stage) == {"synchronous": 2, "journal_mode": "wal"}


def test_the_machine_is_described() -> None:
    assert pss_mb(os.getpid()) > 10
    assert about()["processors"]


def test_our_own_work_is_not_counted_as_foreign() -> None:
    with ForeignCpu().sampled(0.01) as foreign:
        while not foreign.samples:
            sum(number * number for number in range(100_000))
    assert foreign.samples


def test_encryption_is_measured_against_the_same_hub_without_keys() -> None:
    outcome = encryption.measure(ENGINE, SHORT)  # raises when one is refused, or a child is not found
    costs = [floor.figure for floor in outcome.floors]
    assert [cost.name.removeprefix("encryption's cost, ") for cost in costs] == [
        "accepting",
        "looking up, exact",
        "looking up, fuzzy, with the date of birth",
        "asking whether a child is known, in process",
    ]
    assert all(value > 0 for cost in costs for value in cost.rounds)
    assert {floor.limit for floor in outcome.floors} == {encryption.MOST}


def test_look_ups_are_timed_in_process_and_over_http_beside_names_in_the_clear() -> None:
    outcome = look_up.measure(ENGINE, replace(SHORT, look_ups_timed=4))  # raises when one is refused
    values = _values(outcome)
    assert values["over HTTP, exact, p50"] > values["in process, exact, p50"] > 0
    assert values["R-point, in the clear, audited, p50"] > 0
    assert len(outcome.floors) == 5


def test_recall_is_counted_for_every_error_and_every_two() -> None:
    outcome = recall.measure(ENGINE, replace(SHORT, recall_each=1, absent=20))
    assert {floor.sense for floor in outcome.floors} == {"at least", "at most"}
    assert "age in place of date" in outcome.said["recall by errors"]
    assert _values(outcome)["recall within five, over all errors"] > 0.9
