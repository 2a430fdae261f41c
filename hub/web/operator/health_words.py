"""What is well, what to look at and what is broken, each in words, and what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import gettext, lazy_gettext, ngettext

from hub.core.settings import Settings
from hub.web.operator.standing import Standing

Verdict = Literal["well", "look", "broken"]
VERDICTS: Final = {
    "well": (lazy_gettext("Well"), "green"),
    "look": (lazy_gettext("Look at it"), "yellow"),
    "broken": (lazy_gettext("Broken"), "red"),
}
SLOW_SECONDS: Final = 60
STALLED_SECONDS: Final = 300
UNSEALED_SECONDS: Final = 60
LITTLE_SPACE: Final = 0.1
NO_SPACE: Final = 0.03
_GIGABYTE: Final = 1_000_000_000


@dataclass(frozen=True)
class Check:
    """One thing that is looked at: what it is, how it stands, and what to do. ``name`` is its id on the page."""

    name: str
    what: str
    verdict: Verdict
    says: str
    do: str = ""
    path: str = ""
    """Where it is done."""


def checks(found: Standing, settings: Settings) -> list[Check]:
    """Everything that is looked at, in the order of the page."""
    return [
        _workers(found),
        _sweep(found),
        _deliveries(found),
        _given_up(found),
        _set_aside(found),
        _auditor(found, settings),
        *_faults(found),
        _sealing(found),
        _schema(found),
        _keys(found),
        _disk(found),
    ]


def worst(listed: list[Check]) -> Verdict:
    """The gravest verdict among *listed*."""
    order: tuple[Verdict, ...] = ("broken", "look", "well")
    return next((verdict for verdict in order if any(check.verdict == verdict for check in listed)), "well")


def length(seconds: float) -> str:
    """How long, as one says it: “3 minutes”."""
    for unit, most, say in _UNITS:
        if seconds < most:
            return str(say(int(seconds // unit)))
    raise ValueError("a length is a number")


_UNITS: Final[tuple[tuple[int, float, Callable[[int], str]], ...]] = (
    (1, 120, lambda number: ngettext("%(num)d second", "%(num)d seconds", number)),
    (60, 7200, lambda number: ngettext("%(num)d minute", "%(num)d minutes", number)),
    (3600, 172_800, lambda number: ngettext("%(num)d hour", "%(num)d hours", number)),
    (86_400, float("inf"), lambda number: ngettext("%(num)d day", "%(num)d days", number)),
)
"""Seconds in the unit, up to how many seconds it is used, and how it is said."""


def _workers(found: Standing) -> Check:
    alive = [node for node in found.workers if node.is_alive]
    silent = len(found.workers) - len(alive)
    failing = sorted({job for node in alive for job in node.failing})
    what, says = gettext("Workers"), ngettext("%(num)d worker is alive.", "%(num)d workers are alive.", len(alive))
    if not alive:
        do = gettext(
            "Start one: hub worker, or make run. Nothing is sent and no ladder climbs until then. Nothing is lost."
        )
        return Check("workers", what, "broken", gettext("No worker is alive."), do)
    if failing:
        do = gettext(
            "Look for job.failed in the worker’s log: it names the place. Each job is tried again at its next round."
        )
        return Check(
            "workers", what, "look", gettext("%(says)s Failing: %(jobs)s.", says=says, jobs=", ".join(failing)), do
        )
    if silent:
        gone = ngettext(
            "%(num)d stopped without a word in the last day.", "%(num)d stopped without a word in the last day.", silent
        )
        do = gettext(
            "If you did not stop it, look why it died. The others do its work; what it held is free again by now."
        )
        return Check("workers", what, "look", f"{says} {gone}", do)
    return Check("workers", what, "well", says)


def _sweep(found: Standing) -> Check:
    what, lag = gettext("Duties that climb"), found.sweep_lag_seconds
    if lag < SLOW_SECONDS:
        return Check("sweep", what, "well", gettext("Every step is taken when it falls due."))
    says = gettext("The oldest step has been due for %(length)s.", length=length(lag))
    do = gettext("See that a worker is alive. If one is, look for job.failed with the job sweep in its log.")
    return Check("sweep", what, "broken" if lag > STALLED_SECONDS else "look", says, do)


def _deliveries(found: Standing) -> Check:
    what, counts = gettext("Messages that wait"), found.queued
    says = gettext(
        "%(due)d due now, %(retried)d to be tried again, %(held)d held for opening hours or a digest; "
        "%(mails)d e-mails to people.",
        **counts,
    )
    if found.oldest_due_seconds < SLOW_SECONDS or not counts["due"]:
        return Check("deliveries", what, "well", says)
    late = gettext("The oldest should have gone %(length)s ago.", length=length(found.oldest_due_seconds))
    do = gettext(
        "See that a worker is alive and that the mail server answers (HUB_SMTP_HOST). What waits goes out by itself, with the "
        "same reference, once it can."
    )
    broken = found.oldest_due_seconds > STALLED_SECONDS
    return Check("deliveries", what, "broken" if broken else "look", f"{says} {late}", do)


def _given_up(found: Standing) -> Check:
    what, counts = gettext("Messages given up, in seven days"), found.given_up
    says = gettext(
        "%(failed)d given up after every try, %(bounced)d came back, %(suppressed)d kept back by a broken contact point.",
        **counts,
    )
    if not any(counts.values()):
        return Check("given-up", what, "well", gettext("None."))
    do = gettext(
        "Mend the contact point with its organisation, then send them again from the list of what was given up."
    )
    return Check("given-up", what, "look", says, do, "/operator/deliveries")


def _set_aside(found: Standing) -> Check:
    what, count = gettext("Broken contact points"), len(found.set_aside)
    if not count:
        return Check("set-aside", what, "well", gettext("None."))
    says = ngettext(
        "%(num)d is set aside: nothing is sent there.", "%(num)d are set aside: nothing is sent there.", count
    )
    do = gettext(
        "Ring the organisation, have the address put right, try it, and verify it: what was kept back goes out then."
    )
    return Check("set-aside", what, "look", says, do, "#broken")


def _auditor(found: Standing, settings: Settings) -> Check:
    what, silence = gettext("The auditor"), found.auditor_silent_seconds
    if silence is None or silence > settings.auditor_stale_seconds:
        do = gettext("It speaks every 20 seconds where a worker is alive. See the workers above.")
        return Check(
            "auditor", what, "broken", gettext("It has not spoken lately, so nobody proves that nothing is lost."), do
        )
    if found.found.is_well:
        says = gettext("Every open duty has a next step or an owner, and every message a next try.")
        return Check("auditor", what, "well", says)
    do = gettext(
        "Run hub auditor and send what it says to whoever maintains the hub. Each reference below is a duty or message."
    )
    return Check("auditor", what, "broken", gettext("It found what no one will take up by itself."), do)


def _faults(found: Standing) -> Iterator[Check]:
    listed = (
        (gettext("Duties without a next step or an owner"), found.found.unattended),
        (gettext("Messages without a next try"), found.found.stuck_deliveries),
        (gettext("E-mails to people without a next try"), found.found.stuck_mails),
        (gettext("Interviews that nobody has"), found.found.of("interviews_unattended")),
        (gettext("Interviews for which nothing was done in time"), found.found.of("interviews_stalled")),
    )
    for number, (what, refs) in enumerate(listed):
        if refs:
            yield Check(f"fault-{number}", what, "broken", ", ".join(refs))
    if found.found.faulty:
        do = gettext("Each is tried again within the hour. If it stays, look for sweep.row_failed in the worker’s log.")
        yield Check("faulty", gettext("Duties on which the sweep failed"), "look", ", ".join(found.found.faulty), do)


def _sealing(found: Standing) -> Check:
    what = gettext("The record of who did what")
    if found.unsealed_seconds < UNSEALED_SECONDS:
        return Check("sealing", what, "well", gettext("What is recorded is sealed into the chain at once."))
    says = gettext("The oldest entry has waited %(length)s to be sealed.", length=length(found.unsealed_seconds))
    return Check("sealing", what, "look", says, gettext("See that a worker is alive. Then run hub audit verify."))


def _schema(found: Standing) -> Check:
    what = gettext("Database")
    says = gettext("%(database)s, schema %(schema)s.", database=found.database, schema=found.schema)
    if found.is_newest_schema:
        return Check("schema", what, "well", says)
    do = gettext("Stop the web servers and workers, take a backup, run hub migrate, start them again.")
    return Check("schema", what, "broken", gettext("%(says)s It is not the newest.", says=says), do)


def _keys(found: Standing) -> Check:
    what = gettext("Keys")
    says = gettext("%(key)s seals now. %(count)d in the key file.", key=found.key_id, count=found.keys)
    under_way = [part for part in found.rotation if part.ended_at is None]
    unreadable = sum(part.unreadable for part in found.rotation)
    if unreadable:
        do = gettext("Run hub keys list. A key file from a backup may open them: add its key, then rotate again.")
        return Check(
            "keys", what, "broken", gettext("%(says)s %(count)d do not open.", says=says, count=unreadable), do
        )
    if under_way:
        done, total = sum(part.done for part in found.rotation), sum(part.total for part in found.rotation)
        more = gettext("Being changed: %(done)d of %(total)d done.", done=done, total=total)
        do = gettext("If nobody runs it at present, call hub keys rotate again: it goes on where it was.")
        return Check("keys", what, "look", f"{says} {more}", do)
    if found.keys > 1 and found.rotation:
        do = gettext("Everything stands under the new key: run hub keys retire for the old one, once backups allow.")
        return Check("keys", what, "look", says, do)
    return Check("keys", what, "well", says)


def _disk(found: Standing) -> Check:
    share = found.disk_free / max(1, found.disk_total)
    says = gettext(
        "%(free).1f of %(total).1f GB are free in the data folder.",
        free=found.disk_free / _GIGABYTE,
        total=found.disk_total / _GIGABYTE,
    )
    if share > LITTLE_SPACE:
        return Check("disk", gettext("Disk"), "well", says)
    do = gettext("Make room, or give the data folder a larger disk. When it is full nothing can be registered.")
    return Check("disk", gettext("Disk"), "look" if share > NO_SPACE else "broken", says, do)
