"""What was tried and how it was refused, in sections a reader can follow; and whether anything got through."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console

LINES = 12
"""Of attempts that are many and alike, so many refusals are shown."""


@dataclass(frozen=True)
class Attempt:
    """One attempt: what was tried, what came of it, and whether that is a refusal."""

    section: str
    what: str
    outcome: str
    is_refused: bool


@dataclass
class Report:
    """Everything that was tried, in order. Without a console it is kept and not shown."""

    console: Console | None = None
    attempts: list[Attempt] = field(default_factory=list)
    _section: str = ""

    def section(self, title: str, says: str) -> None:
        """Begin a section; *says* in a sentence what an attacker wants here."""
        self._section = title
        self._say(f"\n[bold]{title}[/]\n  [dim]{says}[/]")

    def attempt(self, what: str, outcome: str, *, refused: bool) -> None:
        """Note one attempt."""
        self.attempts.append(Attempt(self._section, what, outcome, refused))
        self._say(f"  [green]✓[/] {what}: {outcome}" if refused else f"  [red]✗ GOT THROUGH[/] {what}: {outcome}")

    def many(self, what: str, outcome: str, through: Iterable[str], *, tried: int) -> None:
        """Note *tried* attempts of one kind, of which those in *through* got through."""
        got = list(through)
        for each in got[:LINES]:
            self.attempt(f"{what}, {each}", "not refused", refused=False)
        if len(got) > LINES:
            self.attempt(what, f"and {len(got) - LINES} more not refused", refused=False)
        if not got:
            times = "once" if tried == 1 else f"{tried:,} attempts"
            self.attempt(f"{what} ({times})", outcome, refused=tried > 0)

    def note(self, sentence: str) -> None:
        """Say something that is no attempt."""
        self._say(f"  [dim]{sentence}[/]")

    def _say(self, text: str) -> None:
        if self.console:
            self.console.print(text, highlight=False)

    @property
    def through(self) -> list[Attempt]:
        """The attempts that were not refused."""
        return [each for each in self.attempts if not each.is_refused]
