"""Notices about children who do not exist, at the postcodes of public buildings: complete, so that a test takes one
thing away."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from hub.registry.content import Content
from hub.registry.receipts import Receipt
from hub.registry.schemas import NoticeIn
from tests.conftest import NOW

LATER = NOW + timedelta(hours=1)
LEEDS, BRADFORD, KENT, MEDWAY, NORFOLK, CARDIFF = (
    "E08000035",
    "E08000032",
    "E10000016",
    "E06000035",
    "E10000020",
    "W06000015",
)
MAIDSTONE = {"lines": ["1 Fictitious Lane", "Maidstone"], "postcode": "ME14 1XQ"}
CHATHAM = {"lines": ["3 Fictitious Quay", "Chatham"], "postcode": "ME4 4TR"}
BRADFORD_CENTRE = {"lines": ["2 Fictitious Row", "Bradford"], "postcode": "BD1 1HY"}
NORWICH = {"lines": ["4 Fictitious Loke", "Norwich"], "postcode": "NR1 3JU"}
LEEDS_CENTRE = {"lines": ["5 Fictitious Yard", "Leeds"], "postcode": "LS1 1UR"}
HOME = {"setting": "childrens_home", "provider": {"urn": "SC900001"}}
SOCIAL_WORKER = {"name": "P. Specimen", "phone": "01632 960100", "email": "p.specimen@leeds.example"}

CHILD = {
    "family_name": "Fictitious",
    "given_names": "Rowan",
    "born_on": "2012-03-14",
    "sex": "not_known",
    "identifiers": {"local_id": "TEST-1"},
}
START: dict[str, Any] = {
    "kind": "placement_start",
    "child": CHILD,
    "legal_status": "S31C",
    "setting": "foster_ifa",
    "address": MAIDSTONE,
    "starts_at": "2026-11-25T10:00:00Z",
    "needs_assessment": "Invented: needs a small, settled household.",
    "suitability_reasons": "Invented: the carers offer that.",
    "care_plan": {"to_follow": True, "reason": "Invented: it is being typed."},
    "social_worker": SOCIAL_WORKER,
}
EMERGENCY = {"reason": "Invented: the earlier placement ended that night."}
ADMISSION: dict[str, Any] = {
    "kind": "home_admission",
    "child": CHILD,
    "placing_authority": LEEDS,
    "starts_at": "2026-11-18T09:00:00Z",
    "s20_or_s21": False,
    "s31": True,
    "iro": {"name": "I. Invented", "phone": "01632 960101"},
    "ehc_plan": {"has": "no"},
}


def paper(base: dict[str, Any], *without: str, **changed: Any) -> dict[str, Any]:
    """A copy of *base* without some fields and with others changed."""
    copied = deepcopy(base)
    for name in without:
        del copied[name]
    return {**copied, **changed}


def start(*without: str, **changed: Any) -> dict[str, Any]:
    """A planned, distant placement of Leeds with a fostering agency in Kent, a week ahead."""
    return paper(START, *without, **changed)


def emergency_start(*without: str, **changed: Any) -> dict[str, Any]:
    """An emergency placement of Leeds in Kent that began this morning."""
    given = {"starts_at": "2026-11-18T08:00:00Z", "emergency": EMERGENCY, **changed}
    return paper(START, *without, **given)


def consultation(**changed: Any) -> dict[str, Any]:
    """What Kent is asked before the placement is approved."""
    return paper(START, "needs_assessment", "suitability_reasons", kind="consultation", **changed)


def admission(*without: str, **changed: Any) -> dict[str, Any]:
    """Willow House, in Kent, tells of a child whom Leeds placed there this morning."""
    return paper(ADMISSION, *without, **changed)


def child(**changed: Any) -> dict[str, Any]:
    """Another child."""
    return {**deepcopy(CHILD), **changed}


def change_of(receipt: Receipt, **said: Any) -> dict[str, Any]:
    """Something has changed in the placement of *receipt*, today."""
    return {"kind": "placement_change", "placement": receipt.placement, "changed_on": "2026-11-18", **said}


def read(given: dict[str, Any]) -> Content:
    """*given* as the API loads it."""
    content: Content = NoticeIn().load(given)
    return content
