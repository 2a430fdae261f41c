"""Interviews that Kent's own team held for Leeds, written up and sent, for the browser tests of reports and statements."""

from datetime import timedelta
from typing import Any

import requests

from hub.core.clock import iso, utc_now
from tests.browser.conftest import RunningHub
from tests.browser.desk_papers import asked
from tests.browser.interview_seed import back, offers, sought
from tests.browser.providing_seed import commissioned_before
from tests.spotpurchase.reporting import NARRATIVE, RECORD

BY = "Y. Fictitious, interviewer"
SELLER = "kent_returns"
EXTRACT = {
    "view": "intelligence",
    "necessity": ["prevent_crime"],
    "proportionality": "Invented: no less would tell them what to look for.",
    "wishes": "objects",
    "override": "Invented: somebody else is in danger.",
    "by": BY,
}


def held(hub: RunningHub, given: str, family: str) -> str:
    """A child is back, and the interview was bought and held; the request."""
    ref = sought(hub, back(hub, given, family, hours=6))
    offers(hub, SELLER, ref)
    commissioned_before(hub, ref)
    began = iso(utc_now() - timedelta(minutes=90))
    told = {"held_at": began, "minutes": 60, "mode": "in_person", "by": BY}
    asked(hub, SELLER, f"/interview-requests/{ref}/holding", told)
    return ref


def reported(hub: RunningHub, given: str, family: str) -> str:
    """Its report was sent; the report."""
    ref = held(hub, given, family)
    record = {name: said for name, said in RECORD.items() if name != "about"}
    path, headers = f"{hub.address}/api/v1/interview-requests/{ref}/report", _spoken(hub)
    draft = {"record": record, "narrative": NARRATIVE}
    saved = requests.put(path, json=draft, headers={**headers, "If-Match": '"0"'}, timeout=30)
    assert saved.status_code == 200, saved.text
    sent = requests.post(f"{path}/submission", json={"by": BY}, headers={**headers, "If-Match": '"1"'}, timeout=30)
    assert sent.status_code == 200, sent.text
    return str(sent.json()["ref"])


def _spoken(hub: RunningHub) -> dict[str, str]:
    return {"Authorization": f"Bearer {hub.cast.tokens[SELLER]}"}


def gives(hub: RunningHub, report: str, member: str = "kent_police", **said: Any) -> str:
    """Leeds gives that member a view of it; the share."""
    told = {**EXTRACT, "recipient": hub.cast.refs[member], **said}
    answered = asked(hub, "leeds", f"/interview-reports/{report}/shares", told)
    return str(answered["shares"][-1]["ref"])


def points_of(hub: RunningHub, report: str, what: str) -> list[str]:
    """The references of what it recommends, or refers."""
    headers = {"Authorization": f"Bearer {hub.cast.tokens['leeds']}"}
    told = requests.get(f"{hub.address}/api/v1/interview-reports/{report}", headers=headers, timeout=30).json()
    return [str(each["ref"]) for each in told[what]]
