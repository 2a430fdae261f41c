"""Which page shows the record of a reference? Only one that the reader may open: no page offers what would be refused."""

from collections.abc import Mapping
from typing import Final

from hub.web.signed_in import allowed

PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "ntc": ("/notices/", "notice.read"),
    "pla": ("/placements/", "placement.read"),
    "obl": ("/owed/", "obligation.read"),
    "mkr": ("/markers/", "marker.read"),
    "apq": ("/approvals/", "approval.read"),
    "mat": ("/matches/", "match.read"),
    "qst": ("/inbox/questions/", "question.read"),
    "mis": ("/missing/", "missing.read"),
    "lku": ("/look-ups/", "look_up.read"),
    "dsc": ("/look-up-receipts#", "look_up.receipt"),
    "rvw": ("/look-up-reviews/", "look_up.review"),
    "rhi": ("/interviews/", "interview.read"),
    "com": ("/statements/purchases/", "statement.read"),
    "irp": ("/interview-reports/", "report.read"),
    "shr": ("/extracts/", "report.read"),
    "rec": ("/interview-points/", "report.read"),
    "sfr": ("/interview-points/", "report.read"),
    "agr": ("/interview-agreements/", "agreement.read"),
    "ipv": ("/interview-providers/", "agreement.read"),
    "org": ("/operator/organisations/", "organisation.add"),
    "arc": ("/operator/area-corrections#", "area.correct"),
}
"""By the prefix of a reference: where its record is seen, and the permission that this takes."""


def path_of(ref: str) -> str:
    """The path of the page of *ref*; empty where it has none, or none that the reader may open."""
    path, permission = PAGES.get(ref[:3], ("", ""))
    return f"{path}{ref}" if path and allowed(permission) else ""
