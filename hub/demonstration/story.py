"""The story that ``make demo`` plays against a running hub, through HTTP only. Every step says what holds, or ends the story.

Two children, neither real. The first is to be placed far away, planned and approved; the home tells of the arrival too. The
second was placed in an emergency nine days ago, and only the home has said so.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests
from rich.console import Console
from rich.table import Table

from hub.core.clock import LONDON
from hub.demonstration import papers
from hub.demonstration.cast import KENT, LEEDS, MEDWAY
from hub.demonstration.hub_client import HubClient, StoryBroken
from hub.demonstration.webhook_sink import WebhookSink

PATIENCE_SECONDS: Final = 30


def play(base_url: str, mail_url: str, tokens: Mapping[str, str], console: Console) -> int:
    """Play the story; 0 when every step held, 1 when one did not, with a sentence."""
    sink = WebhookSink()
    try:
        _Story(base_url, mail_url, tokens, console, sink).tell()
    except (StoryBroken, requests.RequestException, KeyError) as fault:
        console.print(
            f"[bold red]The story broke:[/] {fault!r}"
            if isinstance(fault, KeyError)
            else f"[red]The story broke:[/] {fault}"
        )
        return 1
    finally:
        sink.close()
    console.print("\n[bold green]Every step held.[/]")
    return 0


class _Story:
    """The telling: who speaks, what has happened so far, and the steps in order."""

    def __init__(
        self, base_url: str, mail_url: str, tokens: Mapping[str, str], console: Console, sink: WebhookSink
    ) -> None:
        if not tokens:
            raise StoryBroken("there are no tokens of the cast: start the hub with make run, which makes them")
        self.who = {name: HubClient(base_url, token) for name, token in tokens.items()}
        self.mail_url, self.console, self.sink = mail_url.rstrip("/"), console, sink
        self.base_url = base_url.rstrip("/")
        self.now = self._hub_time()
        self.mark = secrets.token_hex(4)
        """Makes this telling's children different from those of an earlier telling on the same hub."""

    def tell(self) -> None:
        self._prepare_webhook()
        placement = self._planned_distant_placement()
        self._home_tells_of_the_same_arrival(placement)
        late = self._home_tells_of_one_nobody_knew()
        self._the_council_is_chased(late)
        self._somebody_else_is_told(late)
        self._the_record_is_whole()
        self._webhook_is_retired_by_two()

    # --- the planned placement

    def _planned_distant_placement(self) -> str:
        self._say(
            "Leeds plans to place a child in Kent: distant, so the director approves and Kent is consulted first."
        )
        leeds, kent = self.who["leeds"], self.who["kent"]
        plan = leeds.upload("care-plan.pdf", papers.care_plan(self.mark), "application/pdf")
        self.planned = papers.planned_placement(self.mark, self.now + timedelta(days=7), plan["ref"])
        asked = leeds.post("/notices", papers.consultation(self.planned))
        self._hold(_standing(asked, "E11C") == "met", "Kent was consulted and holds the care plan (E11C met)")
        self.placement = asked["placement"]
        approval = {
            "approver_name": "D. Fictitious",
            "approver_role": "Director of Children's Services",
            "approved_at": _iso(self._hub_time()),
        }
        leeds.post(f"/placements/{self.placement}/approvals", approval)
        sent = leeds.post("/notices", papers.start_of(self.planned, self.placement))
        self._hold(
            _standing(sent, "E13A") == "met", "the notice went before the placement begins: E13A is met, in time"
        )
        self._show(sent)
        seen = kent.get(f"/notices/{sent['notice']}")
        self._hold(seen["kind"] == "placement_start", "Kent reads the notice, and the reading is recorded")
        kent.post(
            f"/notices/{sent['notice']}/acknowledgement",
            {
                "by": "T. Example, duty desk",
                "promise": "enter_register",
                "promise_on": _day(self.now + timedelta(days=3)),
            },
        )
        acked = leeds.get(f"/placements/{self.placement}/obligations")
        self._hold(
            "met" in _states(acked, "EACK"),
            "Kent acknowledged, and promised its register entry by a day",
        )
        return str(self.placement)

    def _home_tells_of_the_same_arrival(self, placement: str) -> None:
        self._say("Willow House, the home, tells Kent of the same arrival: a duty of its own.")
        told = self.who["willow_house"].post("/notices", papers.home_admission(self.planned))
        self._hold(told["placement"] == placement, "the two notices are matched to one placement, each sender credited")
        self._hold(
            _standing(told, "E41A") in ("met", "met_late"),
            "the home's own duty (E41A) is met; neither discharges the other",
        )

    # --- the placement nobody told of

    def _home_tells_of_one_nobody_knew(self) -> str:
        self._say("Willow House tells of a child who came in an emergency nine days ago. Leeds has told nobody.")
        arrived = self.now - timedelta(days=9)
        told = self.who["willow_house"].post("/notices", papers.unknown_admission(self.mark, arrived))
        placement = str(told["placement"])
        owed = self.who["leeds"].get(f"/placements/{placement}/obligations")
        self._hold(
            _state_of(owed, "E13E") == "open", "Leeds owes Kent a notice (E13E), counted from the day the child came"
        )
        due = _row(owed, "E13E")["due_at"]
        self._hold(due < _iso(self.now), f"it is overdue: it was due by {_when(due)}")
        self._hold(bool(_row(owed, "EGAP")), "and the hub chases the gap (EGAP)")
        return placement

    def _the_council_is_chased(self, placement: str) -> None:
        self._say(
            "The obligation climbs its ladder: the social worker and the team manager, then the service manager, then higher."
        )
        ref = self._obligation(placement, "E13E")["ref"]
        self._until(lambda: self._roles(ref) >= {"team_manager"}, "the team manager is told at once")
        self._until(
            lambda: self._mailed("team-manager@leeds.example", ref),
            "an e-mail about it has arrived, with a reference and no name",
        )
        days = self._days_until(lambda: self._roles(ref) >= {"service_manager"})
        self._hold(
            days is not None,
            f"nothing is done, and the service manager is told ({days} × 24 hours on, by the hub's clock)",
        )
        self._until(
            lambda: any(message["type"] == "obligation.overdue" for message in self.sink.verified),
            "the team's own system got a signed webhook, and verified it",
        )

    def _somebody_else_is_told(self, placement: str) -> None:
        self._say("Leeds tells, at last, but names Medway as host. Medway says that it is Kent's.")
        leeds = self.who["leeds"]
        sent = leeds.post("/notices", papers.late_notice(self.mark, self.now - timedelta(days=9), MEDWAY))
        self._hold(_standing(sent, "E13E") != "met", "late is late: telling now does not make it in time")
        kent_is_host = {"host_authority": KENT, "reason": "The address lies in Kent.", "by": "M. Sample, duty desk"}
        self.who["medway"].post(f"/notices/{sent['notice']}/redirect", kent_is_host)
        seen = self.who["kent"].get(f"/notices/{sent['notice']}")
        self._hold(
            seen["ref"] == sent["notice"], "Kent has the notice, nobody typed it again, and Leeds's clock stands"
        )

    def _the_record_is_whole(self) -> None:
        self._say("Everything that was done, and everything that was seen, is recorded.")
        verdict = self.who["operator"].get("/audit/verification")
        self._hold(verdict["is_whole"], f"the audit chain is whole: {verdict['entries']} entries")

    # --- how it is told

    def _prepare_webhook(self) -> None:
        leeds = self.who["leeds"]
        own = leeds.get("/organisations", gss=LEEDS)["items"][0]["ref"]
        wanted = {
            "role": "team_manager",
            "channel": "webhook",
            "address": self.sink.url,
            "purpose": "The demonstration",
        }
        added = leeds.post(f"/organisations/{own}/contact-points", wanted)
        self.sink.secret, self.webhook = added["signing"]["secret"], added["ref"]
        self.who["operator"].post(f"/contact-points/{added['ref']}/verification", {"verified_by": "The demonstration"})

    def _webhook_is_retired_by_two(self) -> None:
        self._say("Leeds closes its webhook. Of a council that takes two people.")
        proposal = self.who["leeds"].delete(f"/contact-points/{self.webhook}", status=202)
        still = self.who["leeds"].get(f"/contact-points/{self.webhook}")
        self._hold(still["valid_to"] is None, "one person alone has changed nothing")
        self.who["leeds_manager"].post(f"/proposals/{proposal['ref']}/confirmation", {})
        retired = self.who["leeds"].get(f"/contact-points/{self.webhook}")
        self._hold(retired["valid_to"] is not None, "a second person confirmed it: it is retired")

    def _obligation(self, placement: str, code: str) -> dict[str, Any]:
        return _row(self.who["leeds"].get(f"/placements/{placement}/obligations"), code)

    def _roles(self, obligation: str) -> set[str]:
        shown = self.who["leeds"].get(f"/obligations/{obligation}")
        return {role for step in shown["steps"] for role in step["roles"]}

    def _mailed(self, to: str, ref: str) -> bool:
        caught = requests.get(f"{self.mail_url}/messages.json", timeout=5).json()
        return any(to in message["to"] and ref in message["text"] for message in caught)

    def _hub_time(self) -> datetime:
        answer = requests.get(f"{self.base_url}/healthz", timeout=5)
        return datetime.fromisoformat(answer.json()["now"]).astimezone(UTC)

    def _say(self, sentence: str) -> None:
        self.console.print(f"\n[bold]{sentence}[/]")

    def _hold(self, holds: bool, sentence: str) -> None:
        if not holds:
            raise StoryBroken(f"it does not hold that {sentence}")
        self.console.print(f"  [green]✓[/] {sentence}")

    def _days_until(self, holds: Callable[[], bool]) -> int | None:
        """Move the hub's clock day by day until it holds: at most nine, for a weekend and Christmas may lie between."""
        for day in range(1, 10):
            self.who["operator"].post("/sandbox/clock", {"advance_seconds": 86_400}, status=200)
            if _comes_to(holds, 4):
                return day
        return None

    def _until(self, holds: Callable[[], bool], sentence: str) -> None:
        self._hold(_comes_to(holds, PATIENCE_SECONDS), sentence)

    def _show(self, receipt: Mapping[str, Any]) -> None:
        table = Table(box=None, padding=(0, 1), show_header=False, style="dim")
        for row in receipt["obligations"]:
            table.add_row("   ", row["code"], row["state"], _when(row["due_at"]), row["says"])
        self.console.print(table)


def _comes_to(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes to hold within *seconds*."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _row(page: Mapping[str, Any], code: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [row for row in page["items"] if row["duty_code"] == code and row["state"] != "void"]
    if not rows:
        raise StoryBroken(f"no obligation {code} stands")
    return rows[0]


def _states(page: Mapping[str, Any], code: str) -> set[str]:
    return {row["state"] for row in page["items"] if row["duty_code"] == code}


def _state_of(page: Mapping[str, Any], code: str) -> str:
    return str(_row(page, code)["state"])


def _standing(receipt: Mapping[str, Any], code: str) -> str | None:
    return next((row["state"] for row in receipt["obligations"] if row["code"] == code), None)


def _when(instant: str | None) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(LONDON):%a %d %b %H:%M}" if instant else "no date"


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _day(instant: datetime) -> str:
    return instant.date().isoformat()
