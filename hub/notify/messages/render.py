"""What a message says: the template of its kind, filled with references, codes and instants, in words a tired person can use.

Only the named parts of an alert's details are ever read, so nothing else can reach a message.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub.core.clock import LONDON
from hub.core.sentences import Sentence, as_sentence
from hub.notify.channels.base import Letter, Told
from hub.notify.messages.kinds import DIGEST, KINDS, SECTIONS

_FOLDER: Final = Path(__file__).parent
_HEADINGS: Final = {"overdue": "OVERDUE", "broken": "NOT WORKING", "due": "DUE", "new": "NEW"}
"""The parts of a digest, in the order in which they need somebody."""
_ROLES: Final = {
    "duty_desk": "duty desk",
    "iro_manager": "manager of the independent reviewing officers",
    "dcs": "director of children's services",
    "operator": "operator of the hub",
    "out_of_hours": "out-of-hours desk",
}
_NO_DUTY: Final = "a duty in a placement"
_WIDTH: Final = 76
_LONGEST_LINE: Final = 900
"""Mail may not have a line of more than 998 bytes."""


@dataclass(frozen=True)
class Template:
    """One kind's message: its subject line and its text."""

    subject: str
    text: str

    @property
    def title(self) -> Sentence:
        """What it is about, without urgency and reference: its name in a digest, and on pages."""
        return as_sentence(re.sub(r"\{urgency\}| \(\{subject\}\)", "", self.subject))


@dataclass(frozen=True)
class Stationery:
    """What every message of this hub shares: the address at which people reach it."""

    base_url: str

    def link(self, alert_ref: str) -> str:
        """Where the alert is read. It carries the alert's reference and nothing else."""
        return f"{self.base_url.rstrip('/')}/n/{alert_ref}"

    def write(self, letter: Letter, *, at: datetime) -> tuple[str, str]:
        """Subject line and text (lines end ``\\n``, none beyond what mail can carry) of *letter*, as sent at *at*."""
        subject, body = self._digest(letter, at) if letter.is_digest else self._single(letter.told[0], at)
        first = letter.told[0]
        text = frame().format(
            organisation=one_line(letter.organisation_name),
            role=role_in_words(first.role),
            body=body,
            subject=self._references(letter),
            raised=instant_in_words(first.raised_at),
            link=self.base_url if letter.is_digest else self.link(first.alert_ref),
        )
        return one_line(subject), _short_lines(text)

    def _single(self, told: Told, at: datetime) -> tuple[str, str]:
        template = template_of(told.kind)
        subject = template.subject.format(urgency=_urgency(told), subject=told.subject_ref)
        duty = _wrapped(told.duty or _NO_DUTY)
        body = template.text.format(duty=duty, due=due_in_words(told, at), code=told.details.get("code", ""))
        return subject, body

    def _digest(self, letter: Letter, at: datetime) -> tuple[str, str]:
        template, count = template_of(DIGEST), len(letter.told)
        urgency = "Overdue items. " if any(SECTIONS[told.kind] == "overdue" for told in letter.told) else ""
        parts = [self._part(name, letter.told, at) for name in _HEADINGS]
        return template.subject.format(urgency=urgency, count=count), template.text.format(lines="".join(parts))

    def _part(self, section: str, told: tuple[Told, ...], at: datetime) -> str:
        lines = [self._line(one, at) for one in told if SECTIONS[one.kind] == section]
        return f"{_HEADINGS[section]} ({len(lines)})\n\n{''.join(lines)}\n" if lines else ""

    def _line(self, told: Told, at: datetime) -> str:
        due = due_in_words(told, at).strip()
        said = f"- {template_of(told.kind).title}: {told.subject_ref}\n"
        return said + (f"  {due}\n" if due else "") + f"  {self.link(told.alert_ref)}\n"

    def _references(self, letter: Letter) -> str:
        return f"{len(letter.told)} listed above" if letter.is_digest else letter.told[0].subject_ref


@lru_cache(maxsize=64)
def template_of(kind: str) -> Template:
    """The template of one kind. Raises ``LookupError`` when there is none."""
    if kind not in KINDS and kind != DIGEST:
        raise LookupError(f"no message is written for {kind!r}")
    subject, _, text = (_FOLDER / f"{kind}.txt").read_text(encoding="utf-8").partition("\n\n")
    return Template(subject.removeprefix("Subject: "), text)


@lru_cache(maxsize=1)
def frame() -> str:
    """What stands around every message."""
    return (_FOLDER / "frame.txt").read_text(encoding="utf-8")


def role_in_words(role: str) -> str:
    """``team_manager`` as people say it."""
    return _ROLES.get(role, role.replace("_", " "))


def instant_in_words(at: datetime) -> str:
    """``Monday 13 April 2026, 17:00 (London time)``."""
    local = at.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} (London time)"


def due_in_words(told: Told, at: datetime) -> str:
    """One line that says by when, and how late it is; empty when nothing is due."""
    due_at = _due_at(told.details)
    if due_at is None:
        return ""
    when = _day_in_words(told.details) or instant_in_words(due_at)
    if at < due_at:
        return f"Due: by {when}.\n"
    return f"Due: it was due by {when}, {_ago(at - due_at)} ago.\n"


def _due_at(details: Mapping[str, Any]) -> datetime | None:
    given = details.get("due_at")
    return datetime.fromisoformat(given) if given else None


def _day_in_words(details: Mapping[str, Any]) -> str:
    """A working-day clock ends with its day: say the day, not 00:00 of the next."""
    given = details.get("due_on")
    if not given:
        return ""
    day = datetime.fromisoformat(given)
    return f"the end of {day:%A} {day.day} {day:%B %Y}"


def _ago(late: timedelta) -> str:
    hours = late // timedelta(hours=1)
    number, unit = (
        (late.days, "day") if hours >= 48 else (hours, "hour") if hours else (late // timedelta(minutes=1), "minute")
    )
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _urgency(told: Told) -> str:
    return "Urgent: " if told.is_urgent else ""


def one_line(text: str) -> str:
    """*text* without control characters: nothing in it can end a header or begin another."""
    printable = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())


@lru_cache(maxsize=256)
def _wrapped(sentence: str) -> str:
    whole = f"What waits: {sentence.rstrip('.')}."
    return textwrap.fill(whole, _WIDTH, break_on_hyphens=False).removeprefix("What waits: ")


def _short_lines(text: str) -> str:
    if max(map(len, text.split("\n"))) <= _LONGEST_LINE:
        return text
    return "\n".join(textwrap.fill(line, _WIDTH) if len(line) > _LONGEST_LINE else line for line in text.split("\n"))
