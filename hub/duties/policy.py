"""Local policy: the ladders that climb while something owed is not done, and the settings of delivery.

Ladders are read once and refused when a rung passes the ceiling of the ladder, or a ladder that of the basis of a duty
that uses it, so that nobody is ever escalated over a recommendation as though it were law.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from hub.duties.marker_policy import MarkerPolicy, load_marker_policy
from hub.duties.reading import TOP, LawError, Row, read_toml
from hub.duties.rota_policy import RotaPolicy, load_rota_policy
from hub.duties.table import Law
from hub.duties.tolerance import Length
from hub.duties.words import CEILINGS, MARKERS, ROLE_HEIGHT, ROLES

ESCALATION, DELIVERY = "escalation.toml", "delivery.toml"
SIDES = ("owed_by", "owed_to", "placing_authority")
KINDS = ("alert", "prepare_report")
CHANNELS = ("inbox", "webhook", "email")
_WHEN = ("before_hours", "after_hours", "after_working_days")


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step: when (exactly one of the three is set), whom, of which side, and whether it wakes people up.

    ``kind`` ``prepare_report``: a person is asked to send a report to ``report_to``; the hub sends nothing there.
    """

    before_hours: int | None = None
    after_hours: int | None = None
    after_working_days: int | None = None
    of: str = "owed_by"
    roles: tuple[str, ...] = ()
    channel: str | None = None
    urgent: bool = False
    kind: str = "alert"
    report_to: str | None = None
    repeat_every_working_days: int | None = None

    @property
    def height(self) -> int:
        return max(ROLE_HEIGHT[role] for role in self.roles)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Rungs in order; the last repeats. ``version`` is the date of the policy file the ladder was read from."""

    name: str
    ceiling: str
    rungs: tuple[Rung, ...]
    version: str
    risk: "Risk"


@dataclass(frozen=True, kw_only=True)
class Risk:
    """How a ladder climbs when the child is missing or carries a high-risk marker: from higher up, and in hours."""

    starts_at: str
    hours_per_working_day: int
    repeat_every_hours: int
    markers: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How alerts travel: waits between attempts in seconds, the lease, the limits, the digest's time in London."""

    dated: date
    retry_seconds: tuple[int, ...]
    lease_seconds: int
    hard_failures: int
    connect_seconds: int
    read_seconds: int
    reach_check_hours: int
    digest_at: time

    def wait_after(self, attempts: int) -> int | None:
        """Seconds from the last of so many attempts to the next; ``None``: there is none, it is given up."""
        return self.retry_seconds[attempts] if attempts < len(self.retry_seconds) else None

    @property
    def reach_check(self) -> timedelta:
        """How long a registered notice may stand unreached before it is looked at again."""
        return timedelta(hours=self.reach_check_hours)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All of ``config/policy``; the tolerances are those of the Law, whose clocks use them."""

    ladders: Mapping[str, Ladder]
    by_duty: Mapping[str, str]
    risk: Risk
    delivery: Delivery
    markers: MarkerPolicy
    rota: RotaPolicy
    lengths: Mapping[str, Length]

    def ladder_for(self, duty_code: str, basis: str) -> Ladder:
        """The ladder of the duty, cut to what *basis* allows. Raises LawError for a code that is not in the table.

        The basis is given because a row may be owed as guidance or, after an absence without authorisation, as policy.
        """
        if duty_code not in self.by_duty:
            raise LawError(f"No row of the law table has the code {duty_code}.")
        return cut(self.ladders[self.by_duty[duty_code]], CEILINGS[basis])

    def tolerance(self, name: str) -> Length:
        """The length of time that local policy gives *name*. Raises LawError where tolerance.toml has none."""
        if name not in self.lengths:
            raise LawError(f"There is no tolerance {name!r} in policy/tolerance.toml.")
        return self.lengths[name]

    def is_high_risk(self, markers: frozenset[str], *, missing: bool) -> bool:
        """Whether a ladder starts higher and climbs in hours: the child is missing, or carries a marker of the list."""
        return missing or bool(markers & self.risk.markers)


def load_policy(config_dir: Path, law: Law) -> Policy:
    """Read ``policy/*.toml`` against *law*. Raises LawError naming file and row, also where a ceiling is passed."""
    risk, ladders = load_ladders(config_dir)
    _check_ceilings(ladders, law)
    return Policy(
        ladders=ladders,
        by_duty={duty.code: duty.ladder for duty in law.duties.values()},
        risk=risk,
        delivery=load_delivery(config_dir),
        markers=load_marker_policy(config_dir),
        rota=load_rota_policy(config_dir),
        lengths=law.tolerance.lengths,
    )


def load_ladders(config_dir: Path) -> tuple[Risk, dict[str, Ladder]]:
    """``policy/escalation.toml``: how risk changes a ladder, and the ladders by name."""
    top = Row(read_toml(config_dir / "policy" / ESCALATION), file=ESCALATION, name=TOP)
    dated, risk = top.take("dated", date), _risk(top.below("risk"))
    given = top.take("ladder", dict, "ladder table")
    top.finish()
    rows = [Row(content, file=ESCALATION, name=name) for name, content in given.items()]
    return risk, {row.name: _ladder(row, version=dated.isoformat(), risk=risk) for row in rows}


def _risk(row: Row) -> Risk:
    risk = Risk(
        starts_at=row.word("starts_at", ROLES),
        hours_per_working_day=row.take("hours_per_working_day", int),
        repeat_every_hours=row.take("repeat_every_hours", int),
        markers=frozenset(row.words("markers", MARKERS, needed=True)),
    )
    row.finish()
    return risk


def ladder_of(
    rungs: Sequence[Mapping[str, Any]], *, name: str, ceiling: str, version: str, risk: Risk, file: str = ESCALATION
) -> Ladder:
    """A ladder from rungs as the file has them, checked. Raises LawError naming *name* and what is wrong."""
    content = {"ceiling": ceiling, "rungs": [dict(rung) for rung in rungs]}
    return _ladder(Row(content, file=file, name=name), version=version, risk=risk)


def rung_rows(ladder: Ladder) -> list[dict[str, Any]]:
    """The rungs as the file has them, for storing a version: ``ladder_of`` reads them back."""
    plain = [asdict(rung) | {"roles": list(rung.roles)} for rung in ladder.rungs]
    return [{key: value for key, value in rung.items() if value is not None and value is not False} for rung in plain]


def _ladder(row: Row, *, version: str, risk: Risk) -> Ladder:
    ceiling = row.word("ceiling", ROLES)
    rungs = tuple(_rung(Row(rung, file=row.file, name=row.name)) for rung in row.take("rungs", list))
    row.finish()
    for rung in rungs:
        if rung.height > ROLE_HEIGHT[ceiling]:
            raise row.fault(f"a rung to {', '.join(rung.roles)} passes the ceiling {ceiling}")
    if not rungs[-1].repeat_every_working_days:
        raise row.fault("the last rung must repeat (repeat_every_working_days), so that what is open has a next step")
    if rungs[0].before_hours and len(rungs) == 1:
        raise row.fault("a ladder needs a rung that comes after the due instant")
    return Ladder(name=row.name, ceiling=ceiling, rungs=rungs, version=version, risk=risk)


def _rung(row: Row) -> Rung:
    named = [key for key in _WHEN if row.has(key)]
    if len(named) != 1:
        raise row.fault(f"a rung gives exactly one of {', '.join(_WHEN)}")
    when: dict[str, Any] = {named[0]: row.take(named[0], int)}
    rung = Rung(
        **when,
        of=row.word("of", SIDES),
        roles=row.words("roles", ROLES, needed=True),
        channel=row.word("channel", CHANNELS) if row.has("channel") else None,
        urgent=row.maybe("urgent", bool, False),
        kind=row.word("kind", KINDS) if row.has("kind") else "alert",
        report_to=row.maybe("report_to", str, None),
        repeat_every_working_days=row.maybe("repeat_every_working_days", int, None),
    )
    row.finish()
    if (rung.kind == "prepare_report") != (rung.report_to is not None):
        raise row.fault("a rung that prepares a report names the outside body in report_to, and no other rung does")
    return rung


def _check_ceilings(ladders: Mapping[str, Ladder], law: Law) -> None:
    for duty in law.duties.values():
        if duty.ladder not in ladders:
            raise LawError(f"{duty.file}, row {duty.code}: there is no ladder {duty.ladder!r} in {ESCALATION}.")
        ceiling = CEILINGS[duty.basis]
        if ROLE_HEIGHT[ladders[duty.ladder].ceiling] > ROLE_HEIGHT[ceiling]:
            raise LawError(
                f"{ESCALATION}, row {duty.ladder}: {duty.code} is {duty.basis} and may not climb above {ceiling}."
            )


def cut(ladder: Ladder, ceiling: str) -> Ladder:
    """*ladder* without the rungs above the role *ceiling*; the last that is left repeats as the last of the whole did."""
    if ROLE_HEIGHT[ladder.ceiling] <= ROLE_HEIGHT[ceiling]:
        return ladder
    kept = [rung for rung in ladder.rungs if rung.height <= ROLE_HEIGHT[ceiling]]
    kept[-1] = replace(kept[-1], repeat_every_working_days=ladder.rungs[-1].repeat_every_working_days)
    return replace(ladder, ceiling=ceiling, rungs=tuple(kept))


def load_delivery(config_dir: Path) -> Delivery:
    """``policy/delivery.toml``. Raises LawError naming the file and what is wrong."""
    row = Row(read_toml(config_dir / "policy" / DELIVERY), file=DELIVERY, name=TOP)
    waits = row.take("retry_seconds", list)
    if not all(isinstance(wait, int) and wait >= 0 for wait in waits):
        raise row.fault("retry_seconds must be whole seconds")
    delivery = Delivery(
        dated=row.take("dated", date),
        retry_seconds=tuple(waits),
        lease_seconds=row.take("lease_seconds", int),
        hard_failures=row.take("hard_failures", int),
        connect_seconds=row.take("connect_seconds", int),
        read_seconds=row.take("read_seconds", int),
        reach_check_hours=row.take("reach_check_hours", int),
        digest_at=row.take("digest_at", time),
    )
    row.finish()
    return delivery
