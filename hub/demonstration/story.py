"""The story that ``make demo`` plays against a running hub, through HTTP only. Every step says what holds, or ends the story.

Two children, neither real. The first is to be placed far away, planned and approved; the home tells of the arrival too. The
second was placed in an emergency nine days ago, and only the home has said so; then that child goes missing (``missing_story``),
and is interviewed when it is back (``interview_story``).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests
from rich.console import Console

from hub.demonstration import papers
from hub.demonstration.cast import KENT, LEEDS, MEDWAY
from hub.demonstration.hub_client import StoryBroken
from hub.demonstration.interview_story import the_interview_is_bought_across_the_border
from hub.demonstration.missing_story import a_child_goes_missing_and_is_found
from hub.demonstration.telling import Telling, day_of, iso, when
from hub.demonstration.webhook_sink import WebhookSink


def play(base_url: str, mail_url: str, tokens: Mapping[str, str], console: Console) -> int:
    """Play the story; 0 when every step held, 1 when one did not, with a sentence."""
    sink = WebhookSink()
    try:
        _Story(base_url, mail_url, tokens, console, sink).tell()
    except requests.ConnectionError:
        console.print(
            f"[red]No hub answers at {base_url}.[/] Start one in another terminal (make run), or name it with --url."
        )
        return 1
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


class _Story(Telling):
    """The steps in order."""

    def tell(self) -> None:
        self._prepare_webhook()
        placement = self._planned_distant_placement()
        self._home_tells_of_the_same_arrival(placement)
        late = self._home_tells_of_one_nobody_knew()
        self._the_council_is_chased(late)
        self._somebody_else_is_told()
        episode = a_child_goes_missing_and_is_found(self, late)
        the_interview_is_bought_across_the_border(self, episode)
        self._the_record_is_whole()
        self._webhook_is_retired_by_two()

    # --- the planned placement

    def _planned_distant_placement(self) -> str:
        self.say("Leeds plans to place a child in Kent: distant, so the director approves and Kent is consulted first.")
        leeds, kent = self.who["leeds"], self.who["kent"]
        plan = leeds.upload("care-plan.pdf", papers.care_plan(self.mark), "application/pdf")
        self.planned = papers.planned_placement(self.mark, self.now + timedelta(days=7), plan["ref"])
        asked = leeds.post("/notices", papers.consultation(self.planned))
        self.hold(_standing(asked, "E11C") == "met", "Kent was consulted and holds the care plan (E11C met)")
        self.placement = asked["placement"]
        approval = {
            "approver_name": "D. Fictitious",
            "approver_role": "Director of Children's Services",
            "approved_at": iso(self.hub_time()),
        }
        leeds.post(f"/placements/{self.placement}/approvals", approval)
        sent = leeds.post("/notices", papers.start_of(self.planned, self.placement))
        self.hold(_standing(sent, "E13A") == "met", "the notice went before the placement begins: E13A is met, in time")
        self.show(sent)
        seen = kent.get(f"/notices/{sent['notice']}")
        self.hold(seen["kind"] == "placement_start", "Kent reads the notice, and the reading is recorded")
        kent.post(
            f"/notices/{sent['notice']}/acknowledgement",
            {
                "by": "T. Example, duty desk",
                "promise": "enter_register",
                "promise_on": day_of(self.now + timedelta(days=3)),
            },
        )
        acked = leeds.get(f"/placements/{self.placement}/obligations")
        self.hold(
            "met" in _states(acked, "EACK"),
            "Kent acknowledged, and promised its register entry by a day",
        )
        return str(self.placement)

    def _home_tells_of_the_same_arrival(self, placement: str) -> None:
        self.say("Willow House, the home, tells Kent of the same arrival: a duty of its own.")
        told = self.who["willow_house"].post("/notices", papers.home_admission(self.planned))
        self.hold(told["placement"] == placement, "the two notices are matched to one placement, each sender credited")
        self.hold(
            _standing(told, "E41A") in ("met", "met_late"),
            "the home's own duty (E41A) is met; neither discharges the other",
        )

    # --- the placement nobody told of

    def _home_tells_of_one_nobody_knew(self) -> str:
        self.say("Willow House tells of a child who came in an emergency nine days ago. Leeds has told nobody.")
        arrived = self.now - timedelta(days=9)
        told = self.who["willow_house"].post("/notices", papers.unknown_admission(self.mark, arrived))
        placement = str(told["placement"])
        owed = self.who["leeds"].get(f"/placements/{placement}/obligations")
        self.hold(
            _state_of(owed, "E13E") == "open", "Leeds owes Kent a notice (E13E), counted from the day the child came"
        )
        due = _row(owed, "E13E")["due_at"]
        self.hold(due < iso(self.now), f"it is overdue: it was due by {when(due)}")
        self.hold(bool(_row(owed, "EGAP")), "and the hub chases the gap (EGAP)")
        return placement

    def _the_council_is_chased(self, placement: str) -> None:
        self.say(
            "The obligation climbs its ladder: the social worker and the team manager, then the service manager, then higher."
        )
        ref = self._obligation(placement, "E13E")["ref"]
        self.until(lambda: self._roles(ref) >= {"team_manager"}, "the team manager is told at once")
        self.until(
            lambda: self._mailed("team-manager@leeds.example", ref),
            "an e-mail about it has arrived, with a reference and no name",
        )
        days = self.days_until(lambda: self._roles(ref) >= {"service_manager"})
        self.hold(
            days is not None,
            f"nothing is done, and the service manager is told ({days} × 24 hours on, by the hub's clock)",
        )
        self.until(
            lambda: any(message["type"] == "obligation.overdue" for message in self.sink.verified),
            "the team's own system got a signed webhook, and verified it",
        )

    def _somebody_else_is_told(self) -> None:
        self.say("Leeds tells, at last, but names Medway as host. Medway says that it is Kent's.")
        leeds = self.who["leeds"]
        sent = leeds.post("/notices", papers.late_notice(self.mark, self.now - timedelta(days=9), MEDWAY))
        self.hold(_standing(sent, "E13E") != "met", "late is late: telling now does not make it in time")
        kent_is_host = {"host_authority": KENT, "reason": "The address lies in Kent.", "by": "M. Sample, duty desk"}
        self.who["medway"].post(f"/notices/{sent['notice']}/redirect", kent_is_host)
        seen = self.who["kent"].get(f"/notices/{sent['notice']}")
        self.hold(seen["ref"] == sent["notice"], "Kent has the notice, nobody typed it again, and Leeds's clock stands")

    def _the_record_is_whole(self) -> None:
        self.say("Everything that was done, and everything that was seen, is recorded.")
        verdict = self.who["operator"].get("/audit/verification")
        self.hold(verdict["is_whole"], f"the audit chain is whole: {verdict['entries']} entries")

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
        self.say("Leeds closes its webhook. Of a council that takes two people.")
        proposal = self.who["leeds"].delete(f"/contact-points/{self.webhook}", status=202)
        still = self.who["leeds"].get(f"/contact-points/{self.webhook}")
        self.hold(still["valid_to"] is None, "one person alone has changed nothing")
        self.who["leeds_manager"].post(f"/proposals/{proposal['ref']}/confirmation", {})
        retired = self.who["leeds"].get(f"/contact-points/{self.webhook}")
        self.hold(retired["valid_to"] is not None, "a second person confirmed it: it is retired")

    def _obligation(self, placement: str, code: str) -> dict[str, Any]:
        return _row(self.who["leeds"].get(f"/placements/{placement}/obligations"), code)

    def _roles(self, obligation: str) -> set[str]:
        shown = self.who["leeds"].get(f"/obligations/{obligation}")
        return {role for step in shown["steps"] for role in step["roles"]}

    def _mailed(self, to: str, ref: str) -> bool:
        caught = requests.get(f"{self.mail_url}/messages.json", timeout=5).json()
        return any(to in message["to"] and ref in message["text"] for message in caught)


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
