"""What people do on the pages of missing children: fill a form, report, say what happened after."""

from collections.abc import Mapping
from typing import Any

from tests.access.signing_in import Tab
from tests.registry.papers import CHILD
from tests.web.reading import hidden_in, words_of

NAME = f"{CHILD['given_names']} {CHILD['family_name']}"


def fill(tab: Tab, path: str, answers: Mapping[str, Any], *, page: str | None = None) -> Any:
    hidden = hidden_in(tab.get(page or path), path)
    return tab.send("POST", path, data={**hidden, **answers})


def check(placement: str, minutes: int = 0) -> str:
    return f"/missing/report/{placement}/check?ago={minutes}"


def reports(tab: Tab, placement: str, *, minutes: int = 0, **told: Any) -> str:
    """Report the child; the episode's reference."""
    path = f"/missing/report/{placement}"
    answered = fill(tab, path, {"by": "P. Fictitious, night staff", **told}, page=check(placement, minutes))
    assert answered.status_code == 303, words_of(answered)
    return str(answered.location.split("/")[2])


def acts(tab: Tab, ref: str, act: str, /, **answers: Any) -> Any:
    return fill(tab, f"/missing/{ref}/{act}", {"by": "P. Fictitious", **answers})
