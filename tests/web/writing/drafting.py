"""What is typed into the sections of a draft, and the steps of writing one."""

import re
from typing import Any

from tests.access.signing_in import Tab
from tests.access.visiting import words

ONCE = re.compile(r'name="once" value="([^"]+)"')
MARK = re.compile(r'name="mark" value="([^"]+)"')
ASKING = re.compile(r'href="(/placements/[^"]+/approval)"')
APPROVED = {
    "approver_name": "Dee Fictitious", "approver_role": "Director", "approved-day": "18", "approved-month": "11",
    "approved-year": "2026", "approved-time": "09:30",
}  # fmt: skip
VERSION = re.compile(r'name="version" value="([^"]+)"')
CHILD_FORM = {
    "child.family_name": "Fictitious", "child.given_names": "Rowan", "child.born_on-day": "14",
    "child.born_on-month": "3", "child.born_on-year": "2012", "legal_status": "S20",
}  # fmt: skip
WHERE_FORM = {"setting": "foster_ifa", "address.lines": "1 Fictitious Lane\nMaidstone", "address.postcode": "ME14 1XQ"}
WHEN_FORM = {"starts-day": "25", "starts-month": "11", "starts-year": "2026", "starts-time": "10:00"}
CARE_FORM = {
    "needs_assessment": "Invented.", "suitability_reasons": "Invented.", "care_plan.to_follow": "yes",
    "care_plan.reason": "Invented: it is being typed.",
}  # fmt: skip


def sends(tab: Tab, path: str, **said: Any) -> Any:
    return tab.send("POST", path, data=said)


def page_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def said_in(answer: Any, control: re.Pattern[str]) -> str:
    found = control.search(page_of(answer))
    assert found, page_of(answer)[:2000]
    return found[1]


def begun(tab: Tab, **said: str) -> str:
    """The path of a draft begun at /notices/new."""
    answer = sends(tab, "/notices/new", **{"purpose": "planned", **said})
    assert answer.status_code == 303, words(answer)
    return re.sub(r"/rest$", "", str(answer.headers["Location"]))


def complete(tab: Tab, **changed: str) -> str:
    """The path of a draft of a planned, distant placement, with all that the law asks."""
    draft = begun(tab)
    for key, form in (("child", CHILD_FORM), ("where", WHERE_FORM), ("when", WHEN_FORM), ("care", CARE_FORM)):
        answer = tab.send("POST", f"{draft}/{key}", data={**form, **{k: v for k, v in changed.items() if k in form}})
        assert answer.status_code == 303, words(answer)
    return draft


def sent(tab: Tab, draft: str) -> str:
    """Check and send a draft; the path of the receipt."""
    checked = tab.get(f"{draft}/check")
    answer = sends(tab, f"{draft}/send", once=said_in(checked, ONCE), version=said_in(checked, VERSION))
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["Location"])
