# ruff: noqa: S608 - the statements name our own tables
"""W4: what is due is sent and recorded. Webhooks from falling due to delivered, and e-mails.

Each is set beside the bare loop that sends the same bytes to the same sink and keeps no record of anything. What the sink took
and what the database says are compared afterwards.
"""

import smtplib
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from sqlalchemy import text

from bench import filling
from bench.engines import Engine, Stage, staged
from bench.measuring import Figure, Floor, Outcome, interleaved, ratio
from bench.plan import Plan
from bench.servers import WORKER, get, memory_mb, sinks, started
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.jobs import BATCH, LETTERS
from hub.notify.couriers import Couriers
from hub.notify.deliver import couriers_of, deliver_once
from hub.notify.sweep import sweep_once
from hub.resources import open_database

ROLE = "social_worker"
WITHIN_SECONDS = 3.0
FROM_SENDER = "no-reply@hub.invalid"


@dataclass(frozen=True)
class Post:
    """What one benchmark of dispatch stands on."""

    stage: Stage
    database: Database
    rules: Rulebook
    couriers: Couriers
    desks: filling.Desks
    ports: dict[str, int]


def post_for(after: ExitStack, engine: Engine, plan: Plan, channel: str, address: str) -> Post:
    ports = after.enter_context(sinks())
    stage = after.enter_context(staged(engine, durable=plan.durable, smtp_port=ports["smtp"], smtp_starttls="off"))
    database = open_database(stage.settings)
    after.callback(database.close)
    rules = load_rulebook(stage.settings.config_dir)
    couriers = couriers_of(stage.settings, database.keys, rules)
    after.callback(couriers.close)
    filling.remove_other_points(database)
    desks = filling.add_desks(
        database,
        (ROLE,),
        channel=channel,
        address=address.format(port=ports["http"], council="{council}"),
        now=utc_now(),
    )
    return Post(stage, database, rules, couriers, desks, ports)


def sent(post: Post, couriers: Couriers, number: int) -> float:
    """Deliver until *number* are recorded; the seconds it took."""
    began, done = time.perf_counter(), 0
    while done < number:
        round_of = deliver_once(post.database, post.rules, couriers, now=utc_now(), limit=LETTERS)
        if not round_of and time.perf_counter() - began > 60:
            raise RuntimeError(f"{number} deliveries were due and {done} were recorded within a minute")
        done += round_of
    return time.perf_counter() - began


def _received(post: Post, kind: str) -> int:
    counts = get(post.ports["http"], "/counts")[kind]
    if counts["messages"] != counts["received"]:
        raise RuntimeError(
            f"the sink received {counts['received']} times {counts['messages']} messages: some were sent twice"
        )
    return int(counts["messages"])


def _check(post: Post, kind: str, number: int) -> None:
    """The sink has them, and the database says so; the sink then forgets."""
    accepted = scalar(post, "SELECT count(*) FROM delivery WHERE state = 'accepted' AND last_code <> 'read'")
    if _received(post, kind) != number:
        raise RuntimeError(f"{number} were to be sent, and the sink received {_received(post, kind)}")
    if accepted < number:
        raise RuntimeError(f"the sink received {number}, and {accepted} are recorded")
    get(post.ports["http"], "/reset")


def scalar(post: Post, sql: str) -> Any:
    with post.database.read() as session:
        return session.execute(text(sql)).scalar_one()


# --- webhooks, from due to delivered ---------------------------------------------------------------------------------


def measure_webhooks(engine: Engine, plan: Plan) -> Outcome:
    """First alerts by webhook: swept, sent and recorded, beside a bare session that posts as many; then by a real worker."""
    with ExitStack() as after:
        post = post_for(after, engine, plan, "webhook", "http://127.0.0.1:{port}/hook/{council}")
        duty = _first_alert_duty(post.rules)
        stride = 2 * plan.rounds + 4
        filling.open_obligations(
            post.stage, post.desks, post.rules, stride * plan.alerts, duty_code=duty, rung=0, now=utc_now()
        )
        _alert_round(post, stride, plan.alerts)(
            2 * plan.rounds
        )  # warms up, and shows the sink what a message looks like
        body = get(post.ports["http"], "/last")["hooks"].encode("latin-1")
        runs = {
            "the hub": _alert_round(post, stride, plan.alerts),
            "R-requests": _requests_round(post, body, plan.alerts),
        }
        rates = interleaved(plan.rounds, runs)
        waits, memory = _by_worker(post, stride, plan)
        slow = _beside_a_slow_one(post, plan)
    hub = Figure("the hub, swept, sent and recorded", "a second", rates["the hub"])
    to_bare = ratio("the hub to R-requests", rates["the hub"], rates["R-requests"])
    wait = Figure(f"a worker, {plan.alerts:,} from due to delivered", "s", waits)
    worker = Figure("worker, memory after sending", "MB", memory)
    figures = [hub, Figure("R-requests", "a second", rates["R-requests"]), to_bare, wait, worker, slow]
    floors = [
        Floor(to_bare, "at least", 0.40),
        Floor(wait, "at most", WITHIN_SECONDS),
        Floor(worker, "at most", 150),
        Floor(slow, "at least", 0.90, goal="G13"),
    ]
    return Outcome("webhooks", engine, figures, floors)


def _first_alert_duty(rules: Rulebook) -> str:
    """A duty whose first rung tells one role at the due instant."""
    return next(duty.code for duty in rules.law.duties.values() if duty.ladder == "checklist")


def _alert_round(post: Post, stride: int, number: int) -> Callable[[int], float]:
    def run(at: int) -> float:
        get(post.ports["http"], "/reset")
        due = filling.make_due(post.stage, stride=stride, offset=at, at=utc_now() - timedelta(minutes=1))
        began = time.perf_counter()
        while sweep_once(post.database, post.rules, now=utc_now(), limit=BATCH):
            pass
        sent(post, post.couriers, due)
        took = time.perf_counter() - began
        _check(post, "hooks", number)
        return due / took

    return run


def _requests_round(post: Post, body: bytes, number: int) -> Callable[[int], float]:
    """The bare loop: one session, the bytes of a real message, a fresh id for each."""

    def run(_round: int) -> float:
        url = f"http://127.0.0.1:{post.ports['http']}/hook/1"
        with requests.Session() as session:
            session.trust_env = False
            began = time.perf_counter()
            for _ in range(number):
                headers = {"webhook-id": new_ref("dlv"), "Content-Type": "application/json"}
                session.post(url, data=body, headers=headers, timeout=5).raise_for_status()
            took = time.perf_counter() - began
        get(post.ports["http"], "/reset")
        return number / took

    return run


def _by_worker(post: Post, stride: int, plan: Plan) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The same by ``hub worker``, its ticks included: seconds from the due instant to the last record; megabytes after."""
    waits, memory = [], []
    environment = post.stage.environment
    with started(WORKER, environment) as worker:
        _wait_for_first_word(post, worker)
        for number in range(plan.rounds):
            at = utc_now()
            filling.make_due(post.stage, stride=stride, offset=plan.rounds + number, at=at)
            last = _when_all_were_accepted(post, at, plan.alerts)
            waits.append((last - at).total_seconds())
            memory.append(memory_mb(worker.pid)[0])
    get(post.ports["http"], "/reset")
    return tuple(waits), tuple(memory)


def _wait_for_first_word(post: Post, worker: Any) -> None:
    """Wait until the worker's jobs run: the seal job leaves its first batch."""
    until = time.monotonic() + 60
    while scalar(post, "SELECT count(*) FROM audit_entry WHERE batch_id IS NULL"):
        if worker.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the worker did not begin to work")
        time.sleep(0.05)


def _when_all_were_accepted(post: Post, since: datetime, number: int) -> datetime:
    from sqlalchemy import func, select

    from hub.notify.models import Delivery

    wanted = select(func.count(), func.max(Delivery.accepted_at)).where(
        Delivery.state == "accepted", Delivery.queued_at >= since
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with post.database.read() as session:
            accepted, last = session.execute(wanted).one()
        if accepted >= number and last is not None:
            return last
        time.sleep(0.05)
    raise RuntimeError(f"{number} alerts were due and {accepted} were delivered within a minute")


def _beside_a_slow_one(post: Post, plan: Plan) -> Figure:
    """The rate of the others while one receiver answers after seconds, to their rate alone."""
    rounds, slow = [], f"http://localhost:{post.ports['http']}/slow"
    for _ in range(plan.rounds):
        alone = _rate_with(post, plan.alerts, None)
        rounds.append(_rate_with(post, plan.alerts, slow) / alone)
    return Figure("others' rate beside a slow receiver, to alone", "x", tuple(rounds))


_OTHERS = (
    "SELECT count(*) FROM delivery WHERE state = 'queued' AND contact_point_id <>"
    " (SELECT min(id) FROM contact_point WHERE channel = 'webhook')"
)


def _rate_with(post: Post, number: int, slow: str | None) -> float:
    couriers = couriers_of(post.stage.settings, post.database.keys, post.rules)
    _move_first_point(post, slow or f"http://127.0.0.1:{post.ports['http']}/hook/0")
    filling.queue_deliveries(post.stage, post.desks, number, channel="webhook", at=utc_now())
    others = scalar(post, _OTHERS)
    began = time.perf_counter()
    while scalar(post, _OTHERS):
        deliver_once(post.database, post.rules, couriers, now=utc_now(), limit=LETTERS)
    took = time.perf_counter() - began
    _finish(post, couriers)
    return float(others / took)


def _finish(post: Post, couriers: Couriers) -> None:
    """Let the slow receiver's be, so that the next round begins clean."""
    from hub.notify.deliver import finish

    finish(post.database, post.rules, couriers, now=utc_now(), seconds=10)
    with post.database.write() as session:
        session.execute(text("UPDATE delivery SET state = 'cancelled', next_attempt_at = NULL WHERE state = 'queued'"))
    couriers.close()
    get(post.ports["http"], "/reset")


def _move_first_point(post: Post, address: str) -> None:
    with post.database.write() as session:
        first = "(SELECT min(id) FROM contact_point WHERE channel = 'webhook')"
        session.execute(text(f"UPDATE contact_point SET address = :address WHERE id = {first}"), {"address": address})


# --- e-mail -----------------------------------------------------------------------------------------------------------


def measure_email(engine: Engine, plan: Plan) -> Outcome:
    """Queued e-mails sent and recorded, beside a bare smtplib loop of prebuilt bytes on one kept connection."""
    with ExitStack() as after:
        post = post_for(after, engine, plan, "email", "desk@council-{council}.example")
        _email_round(post, plan.alerts)(0)
        message = get(post.ports["http"], "/last")["mail"].encode("latin-1")
        message = (
            f"From: <{FROM_SENDER}>\r\nTo: desk@council-1.example\r\nSubject: A bare message\r\n\r\n".encode() + message
        )
        runs = {"the hub": _email_round(post, plan.alerts), "R-smtp": _smtp_round(post, message, plan.alerts)}
        rates = interleaved(plan.rounds, runs)
    hub, bare = Figure("the hub", "a second", rates["the hub"]), Figure("R-smtp", "a second", rates["R-smtp"])
    to_bare = ratio("the hub to R-smtp", hub.rounds, bare.rounds)
    return Outcome("email", engine, [hub, bare, to_bare], [Floor(to_bare, "at least", 0.30)])


def _email_round(post: Post, number: int) -> Callable[[int], float]:
    def run(_round: int) -> float:
        get(post.ports["http"], "/reset")
        filling.queue_deliveries(post.stage, post.desks, number, channel="email", at=utc_now())
        took = sent(post, post.couriers, number)
        _check(post, "mail", number)
        return number / took

    return run


def _smtp_round(post: Post, message: bytes, number: int) -> Callable[[int], float]:
    def run(_round: int) -> float:
        with smtplib.SMTP("127.0.0.1", post.ports["smtp"], timeout=5) as smtp:
            smtp.ehlo()
            began = time.perf_counter()
            for _ in range(number):
                smtp.sendmail(FROM_SENDER, ["desk@council-1.example"], message)
            return number / (time.perf_counter() - began)

    return run
