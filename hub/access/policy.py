"""What does the operator allow at sign-in? ``config/policy/access.toml``, read once in each process.

Whether a session still is good is asked at every request, and whether its owner gave the factors lately by every sensitive
act. So the policy is the process's, as the clock is: ``use`` sets it (``hub.resources`` does), ``in_force`` is the answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from hub.access.permissions import ROLES
from hub.core.settings import REPOSITORY
from hub.duties.reading import TOP, Row, read_toml

ACCESS: Final = "access.toml"


@dataclass(frozen=True, kw_only=True)
class SessionPolicy:
    """How long a session lasts: in all, without a request, and since the factors were last given."""

    absolute: timedelta
    idle: timedelta
    reauthenticate: timedelta
    idle_of_role: Mapping[str, timedelta] = field(default_factory=dict)

    def idle_for(self, roles: Iterable[str]) -> timedelta:
        """The shortest time among those of *roles*: an administrator who also answers calls idles as an administrator."""
        return min((self.idle_of_role.get(role, self.idle) for role in roles), default=self.idle)


@dataclass(frozen=True, kw_only=True)
class PasswordPolicy:
    """How long a password is, and what argon2id spends on it."""

    shortest: int
    longest: int
    memory_kib: int
    passes: int
    lanes: int


@dataclass(frozen=True, kw_only=True)
class ThrottlePolicy:
    """How guessing is slowed: failures that are free, and waits that double."""

    account_failures: int
    network_failures: int
    first_wait: timedelta
    longest_wait: timedelta
    forget: timedelta


@dataclass(frozen=True, kw_only=True)
class AccessPolicy:
    """All of ``access.toml``."""

    dated: date
    session: SessionPolicy
    password: PasswordPolicy
    throttle: ThrottlePolicy
    invitation_lifetime: timedelta
    step: timedelta
    """From the password to the second factor."""
    enrol: timedelta
    """To set up a second factor."""
    wrong_codes: int
    """In one sign-in."""


def load_access_policy(config_dir: Path) -> AccessPolicy:
    """``policy/access.toml``. Raises LawError naming the file, the table and what is missing, unknown or too weak."""
    top = Row(read_toml(config_dir / "policy" / ACCESS), file=ACCESS, name=TOP)
    invitation, sign_in = top.below("invitation"), top.below("sign_in")
    policy = AccessPolicy(
        dated=top.take("dated", date),
        session=_session(top.below("session")),
        password=_password(top.below("password")),
        throttle=_throttle(top.below("throttle")),
        invitation_lifetime=timedelta(days=invitation.count("lifetime_days")),
        step=timedelta(minutes=sign_in.count("step_minutes")),
        enrol=timedelta(minutes=sign_in.count("enrol_minutes")),
        wrong_codes=sign_in.count("wrong_codes"),
    )
    for row in (top, invitation, sign_in):
        row.finish()
    return policy


def _session(row: Row) -> SessionPolicy:
    of_role: dict[str, Any] = row.take("idle_minutes_of_role", dict)
    if unknown := sorted(of_role.keys() - ROLES.keys()):
        raise row.fault(f"idle_minutes_of_role names {unknown[0]!r}, which is no role")
    minutes = Row(of_role, file=row.file, name="session.idle_minutes_of_role")
    policy = SessionPolicy(
        absolute=timedelta(hours=row.count("absolute_hours")),
        idle=timedelta(minutes=row.count("idle_minutes")),
        reauthenticate=timedelta(minutes=row.count("reauthenticate_minutes")),
        idle_of_role={role: timedelta(minutes=minutes.count(role)) for role in of_role},
    )
    row.finish()
    return policy


def _password(row: Row) -> PasswordPolicy:
    policy = PasswordPolicy(
        shortest=row.count("shortest", least=12),
        longest=row.count("longest", least=64),
        memory_kib=row.count("memory_kib", least=19_456),
        passes=row.count("passes", least=2),
        lanes=row.count("lanes"),
    )
    row.finish()
    return policy


def _throttle(row: Row) -> ThrottlePolicy:
    policy = ThrottlePolicy(
        account_failures=row.count("account_failures"),
        network_failures=row.count("network_failures"),
        first_wait=timedelta(seconds=row.count("first_wait_seconds")),
        longest_wait=timedelta(seconds=row.count("longest_wait_seconds")),
        forget=timedelta(hours=row.count("forget_hours")),
    )
    row.finish()
    return policy


def unlimited(policy: AccessPolicy) -> AccessPolicy:
    """*policy* without a limit on guessing: in test mode alone (the setting ``limits``), to measure what a try costs."""
    free = 10**9
    throttle = replace(policy.throttle, account_failures=free, network_failures=free)
    return replace(policy, throttle=throttle, wrong_codes=free)


_held: list[AccessPolicy] = []


def use(policy: AccessPolicy | None) -> None:
    """Make *policy* this process's; ``None``: the repository's own file again."""
    _held[:] = [policy] if policy else []


def in_force() -> AccessPolicy:
    """This process's policy; the repository's own file when none was set."""
    if not _held:
        _held.append(load_access_policy(REPOSITORY / "config"))
    return _held[0]
