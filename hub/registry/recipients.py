"""Who is told of a notice, in which capacity, and what each of them may see. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.directory.queries import Brief
from hub.registry.content import ARRIVALS, LEAVINGS, PLACING_KINDS

ALERT_OF: Final = {"consultation": "consultation.asked"}
"""The kind of alert for each kind of notice; ``notice.registered`` otherwise."""
REDIRECTED_FROM: Final = "redirected_from"
_NOT_FOR_POLICE: Final = frozenset(
    {
        "needs_assessment",
        "suitability_reasons",
        "care_plan",
        "files",
        "ehc_plan",
        "contacts_withheld",
        "approval",
        "school",
        "gp",
        "functions_agreed",
        "end_note",
        "s20_or_s21",
        "s31",
        "legal_note",
    }
)
"""What a force does not need to find and protect the child."""
_WHERE_AND_WHO: Final = frozenset(
    {
        *("kind", "placement", "child", "legal_status", "setting", "address", "country", "provider", "carer"),
        *("starts_at", "starts_on", "ends_at", "ends_on", "changed_at", "changed_on", "changes", "expected_length"),
        *("short_break", "social_worker", "out_of_hours", "iro", "placing_authority", "ehc_plan", "school", "markers"),
    }
)
PASSED_ON_TO: Final = {
    "health_body": _WHERE_AND_WHO | {"gp", "child_protection_plan", "s20_or_s21", "s31"},
    "education": _WHERE_AND_WHO - {"iro"},
}
"""To whom a host passes a notice on, and what they see of it: who the child is, where, since when, and whom to ring."""
NO_FILES: Final = frozenset({"police_force", *PASSED_ON_TO})
"""Who sees nothing of what was attached, by the two rules above."""


@dataclass(frozen=True)
class Parties:
    """The organisations of one case, in brief; ``None`` for one that is not known, or not in the directory."""

    sender: Brief
    placing: Brief | None = None
    host: Brief | None = None
    force: Brief | None = None
    provider: Brief | None = None

    def of(self, role: str) -> Brief | None:
        """The organisation that a party's name in the law table means here."""
        match role:
            case "placing_authority" | "entry_authority":
                return self.placing
            case "host_authority":
                return self.host
            case "police_force":
                return self.force
            case "registered_person" | "supported_accommodation_provider" | "fostering_agency":
                return self.provider
            case _:
                return None


@dataclass(frozen=True)
class Recipient:
    """An organisation that is told, and as what."""

    organisation: Brief
    capacity: str


def recipients_of(kind: str, parties: Parties, *, is_out_of_area: bool) -> list[Recipient]:
    """Host always; the police force of every placement out of area that takes place; of a provider's notice also the council.

    Nobody is told of their own notice, and nobody twice.
    """
    told: dict[int, Recipient] = {}
    wanted = [(parties.host, "host_authority")]
    if kind in PLACING_KINDS and kind != "consultation" and is_out_of_area:
        wanted.append((parties.force, "police_force"))
    if kind in (*ARRIVALS, *LEAVINGS):
        wanted.append((parties.placing, "placing_authority"))
    for organisation, capacity in wanted:
        if organisation is not None and organisation.id != parties.sender.id:
            told.setdefault(organisation.id, Recipient(organisation, capacity))
    return list(told.values())


def visible_to(capacity: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """What an organisation told as *capacity* may see of *content*; ``sender`` sees it all, one that passed it on, nothing."""
    if capacity == "sender":
        return dict(content)
    if capacity == REDIRECTED_FROM:
        return {}
    seen = {name: value for name, value in content.items() if _may_see(capacity, name)}
    if "markers" in seen:
        seen["markers"] = [marker for marker in seen["markers"] if capacity in marker.get("audience", ())]
    return seen


def _may_see(capacity: str, name: str) -> bool:
    if capacity in PASSED_ON_TO:
        return name in PASSED_ON_TO[capacity]
    return capacity != "police_force" or name not in _NOT_FOR_POLICE
