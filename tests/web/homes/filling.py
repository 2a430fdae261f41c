"""What people do on a home's pages: fill a form, go on to what is missing, send it."""

from collections.abc import Mapping
from typing import Any

from tests.access.signing_in import Tab
from tests.web.reading import hidden_in, words_of

ROWAN = {
    "child.given_names": "Rowan", "child.family_name": "Fictitious",
    "child.born_on-day": "14", "child.born_on-month": "3", "child.born_on-year": "2012",
}  # fmt: skip
ANSWERS = {**ROWAN, "council": "Leeds", "when": "now", "order": "S31C", "iro_told": "not_told", "ehc_plan.has": "no"}
CARER = {"address.lines": "4 Fictitious Loke", "address.postcode": "NR1 3JU"}
ARRIVED = {**ROWAN, **CARER, "council": "leeds city council", "when": "now"}


def fill(tab: Tab, path: str, answers: Mapping[str, str], *, page: str | None = None) -> Any:
    hidden = hidden_in(tab.get(page or path), path)
    return tab.send("POST", path, data={**hidden, **answers})


def goes_on(tab: Tab, answers: Mapping[str, str] = ANSWERS, path: str = "/admission") -> str:
    """Answer the questions; the path of the draft."""
    answered = fill(tab, path, answers)
    assert answered.status_code == 303, words_of(answered)
    assert answered.location.endswith("/check")
    return str(answered.location).removesuffix("/check")


def sent(tab: Tab, draft: str) -> Any:
    hidden = hidden_in(tab.get(f"{draft}/check"), f"{draft}/send")
    return tab.send("POST", f"{draft}/send", data=hidden)
