"""How a story is told: who speaks, which sentence opens a step, what must hold; and how long the teller waits for it."""

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import requests
from rich.console import Console
from rich.table import Table

from hub.core.clock import LONDON
from hub.demonstration.hub_client import HubClient, StoryBroken
from hub.demonstration.webhook_sink import WebhookSink

PATIENCE_SECONDS: Final = 30


class Telling:
    """The cast, what has happened so far, and how it is told."""

    def __init__(
        self, base_url: str, mail_url: str, tokens: Mapping[str, str], console: Console, sink: WebhookSink
    ) -> None:
        if not tokens:
            raise StoryBroken("there are no tokens of the cast: start the hub with make run, which makes them")
        self.who = {name: HubClient(base_url, token) for name, token in tokens.items()}
        self.mail_url, self.console, self.sink = mail_url.rstrip("/"), console, sink
        self.base_url = base_url.rstrip("/")
        self.now = self.hub_time()
        self.mark = secrets.token_hex(4)
        """Makes this telling's children different from those of an earlier telling on the same hub."""

    def hub_time(self) -> datetime:
        """What the hub's clock shows."""
        answer = requests.get(f"{self.base_url}/healthz", timeout=5)
        return datetime.fromisoformat(answer.json()["now"]).astimezone(UTC)

    def say(self, sentence: str) -> None:
        """Open a step."""
        self.console.print(f"\n[bold]{sentence}[/]")

    def hold(self, holds: bool, sentence: str) -> None:
        """Tell that *sentence* holds. Raises ``StoryBroken`` where it does not."""
        if not holds:
            raise StoryBroken(f"it does not hold that {sentence}")
        self.console.print(f"  [green]✓[/] {sentence}")

    def days_until(self, holds: Callable[[], bool]) -> int | None:
        """Move the hub's clock day by day until it holds: at most nine, for a weekend and Christmas may lie between."""
        for day in range(1, 10):
            self.who["operator"].post("/sandbox/clock", {"advance_seconds": 86_400}, status=200)
            if comes_to(holds, 4):
                return day
        return None

    def move_clock_to(self, instant: datetime) -> None:
        """Move the hub's clock on to *instant*; not back, where it is past that already."""
        seconds = int((instant - self.hub_time()).total_seconds()) + 1
        if seconds > 0:
            self.who["operator"].post("/sandbox/clock", {"advance_seconds": seconds}, status=200)

    def until(self, holds: Callable[[], bool], sentence: str) -> None:
        """Wait until it holds, and tell it."""
        self.hold(comes_to(holds, PATIENCE_SECONDS), sentence)

    def show(self, receipt: Mapping[str, Any]) -> None:
        """Show the duties of a receipt."""
        table = Table(box=None, padding=(0, 1), show_header=False, style="dim")
        for row in receipt["obligations"]:
            table.add_row("   ", row["code"], row["state"], when(row["due_at"]), row["says"])
        self.console.print(table)


def comes_to(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes to hold within *seconds*."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def when(instant: str | None) -> str:
    """An instant of an answer by London's clocks."""
    return f"{datetime.fromisoformat(instant).astimezone(LONDON):%a %d %b %H:%M}" if instant else "no date"


def iso(instant: datetime) -> str:
    """*instant* as it is sent."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def pounds(pence: int) -> str:
    """Whole pence as people write them."""
    return f"£{pence // 100:,}.{pence % 100:02d}"


def day_of(instant: datetime) -> str:
    """The day of *instant* as it is sent."""
    return instant.date().isoformat()
