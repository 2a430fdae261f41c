"""What is at stake: councils with desks behind flaky receivers, obligations that fall due, deliveries that are queued."""

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bench.engines import Engine, Stage, staged
from bench.sinks import SMTP_FAULTS, WEBHOOK_FAULTS, Sinks, Temper
from hub.core import clock
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.core.settings import REPOSITORY
from hub.directory.models import ContactPoint, Organisation
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.notify.obligations import Opening, open_obligations
from hub.notify.outbox import Wanted, raise_alerts
from hub.resources import open_database

BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning: when the hub's clock begins."""
DUTIES = ("E13A", "E13E", "E11X", "E11R")
"""Duties whose ladders have several rungs and climb among the desks of the two councils."""
LEASE_REAL_SECONDS = 4
COUNCILS = 12
DEAD = 2
"""So many councils have a mailbox and a webhook that refuse for good."""


@dataclass
class Scene:
    """One hub, its receivers and its clock. ``raised`` counts deliveries that were queued from here."""

    stage: Stage
    database: Database
    rules: Rulebook
    sinks: Sinks
    rate: float
    clock_file: Path
    councils: Sequence[int] = ()
    raised: int = 0
    obligations: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Start the clock: *rate* times as fast as the machine's, from the Monday morning."""
        now = clock.machine_now()
        clock.write_shift(self.clock_file, clock.Shift(now, BEGINS.timestamp() - now, self.rate))
        clock.move(self.clock_file)

    def jump(self, to: datetime, rate: float) -> None:
        """Set the clock of every process on to *to* (never back), to run at *rate* from there."""
        anchor, to = clock.machine_now(), max(to, clock.utc_now())
        clock.write_shift(self.clock_file, clock.Shift(anchor, to.timestamp() - anchor, rate))


@contextmanager
def set_up(engine: Engine, *, seed: int, rate: float) -> Iterator[Scene]:
    """A hub in sandbox mode with flaky receivers; its leases last as long as sending takes at this rate of the clock."""
    clock.move(clock.Shift(anchor=0, offset=BEGINS.timestamp(), rate=0))  # the directory is loaded on that morning too
    sinks = Sinks(mail=Temper(SMTP_FAULTS, seed=seed), hooks=Temper(WEBHOOK_FAULTS, seed=seed + 1)).start()
    try:
        given = {
            "mode": "sandbox",
            "smtp_port": sinks.smtp_port,
            "smtp_starttls": "off",
            "delivery_threads": 8,
            "log_level": "WARNING",
        }
        with staged(engine, durable=False, **given) as stage:
            folder = stage.settings.data_dir
            config = _hurried_config(folder, rate)
            clock_file = folder / "clock.json"
            stage = Stage(engine, replace(stage.settings, config_dir=config, clock_file=str(clock_file)))
            database = open_database(stage.settings)
            scene = Scene(stage, database, load_rulebook(config), sinks, rate, clock_file)
            scene.begin()
            scene.councils = _add_desks(scene)
            yield scene
            database.close()
    finally:
        clock.move(None)
        sinks.stop()


def _hurried_config(folder: Path, rate: float) -> Path:
    """The hub's own configuration with leases and time-outs fit for a clock that runs *rate* times as fast."""
    config = folder / "config"
    shutil.copytree(REPOSITORY / "config", config)
    policy = config / "policy" / "delivery.toml"
    lines = policy.read_text().splitlines()
    hurried = {"lease_seconds": max(120, int(LEASE_REAL_SECONDS * rate)), "connect_seconds": 1, "read_seconds": 1}
    policy.write_text("\n".join(_replaced(line, hurried) for line in lines) + "\n")
    return config


def _replaced(line: str, values: dict[str, int]) -> str:
    name = line.partition("=")[0].strip()
    return f"{name} = {values[name]}" if name in values else line


def _add_desks(scene: Scene) -> list[int]:
    """Councils, half of which have joined; every role that a ladder names has a desk, by e-mail or by webhook."""
    roles = sorted(
        {role for ladder in scene.rules.policy.ladders.values() for rung in ladder.rungs for role in rung.roles}
    )
    with scene.database.write() as session:
        wanted = select(Organisation.id).where(Organisation.kind == "local_authority").order_by(Organisation.id)
        councils = list(session.scalars(wanted.limit(COUNCILS)))
        joined = Organisation.id.in_(councils[::2])
        session.execute(update(Organisation).where(joined).values(joined_at=BEGINS))
        points = [
            _point(scene, place, council, role)
            for place, council in enumerate(councils)
            for role in (*roles, "duty_desk")
        ]
        spare = [_spare(scene, council) for council in councils[:DEAD]]
        session.execute(insert(ContactPoint), list({_key(row): row for row in [*points, *spare]}.values()))
    return councils


def _key(row: dict[str, object]) -> tuple[object, ...]:
    return row["organisation_id"], row["role"], row["channel"], row["address"]


def _point(scene: Scene, place: int, council: int, role: str) -> dict[str, object]:
    """The first *DEAD* councils refuse for good; of the others, each second desk is a webhook."""
    by_mail = (council + len(role)) % 2 == 0
    word = "never" if place < DEAD else "desk"
    address = f"{word}-{role.replace('_', '-')}@council-{council}.example"
    if not by_mail:
        address = f"http://127.0.0.1:{scene.sinks.http_port}/{'never' if place < DEAD else 'hook'}/{council}/{role}"
    return _row(council, role, "email" if by_mail else "webhook", address)


def _spare(_scene: Scene, council: int) -> dict[str, object]:
    """Another way to reach a council whose own ways refuse: where it is told that they do."""
    return _row(council, "duty_desk", "email", f"spare@council-{council}.example")


def _row(council: int, role: str, channel: str, address: str) -> dict[str, object]:
    return {
        "ref": new_ref("con"),
        "organisation_id": council,
        "role": role,
        "channel": channel,
        "address": address,
        "purpose": "Chaos",
        "entered_by": "chaos",
        "verified_by": "chaos",
        "verified_at": BEGINS,
        "valid_from": BEGINS.date(),
    }


def open_some(scene: Scene, number: int, *, within: timedelta, dice: random.Random) -> None:
    """*number* obligations that fall due at random instants *within* the time that follows."""
    now = clock.utc_now()
    openings = [_opening(scene, code, now, within, dice) for code in dice.choices(DUTIES, k=number)]
    with scene.database.write() as session:
        opened = open_obligations(session, SYSTEM, openings, rules=scene.rules, now=now)
    scene.obligations += [one.ref for one in opened]


def _opening(scene: Scene, code: str, now: datetime, within: timedelta, dice: random.Random) -> Opening:
    owed_by, owed_to = dice.sample(list(scene.councils[DEAD:]), 2)
    return Opening(
        duty_code=code,
        law_in_force="unverified",
        basis=scene.rules.law.duties[code].basis,
        subject_ref=new_ref("pla"),
        owed_by_id=owed_by,
        owed_by_role="placing_authority",
        owed_to_id=owed_to,
        owed_to_role="host_authority",
        because="Made for the rehearsal.",
        event_at=now,
        due_at=now + within * dice.random(),
        due_on=None,
        due_is_policy=False,
        heightened=dice.random() < 0.1,
    )


def queue_some(scene: Scene, number: int, *, dice: random.Random) -> None:
    """At least *number* deliveries of notices to the duty desks of councils, dead ones among them."""
    now = clock.utc_now()
    with scene.database.write() as session:
        before = scene.raised
        while scene.raised - before < number:
            scene.raised += _raise_one(session, scene, dice, now)


def _raise_one(session: Session, scene: Scene, dice: random.Random, now: datetime) -> int:
    dead = dice.random() < 0.03
    council = dice.choice(list(scene.councils[:DEAD] if dead else scene.councils[DEAD:]))
    details = {"placement": new_ref("pla")}
    wanted = Wanted(
        "notice.registered", council, "duty_desk", new_ref("ntc"), is_urgent=dice.random() < 0.2, details=details
    )
    return sum(one.contact_points for one in raise_alerts(session, [wanted], rules=scene.rules, now=now))
