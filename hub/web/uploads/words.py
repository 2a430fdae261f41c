"""How spreadsheets are spoken of on the pages: what each kind tells of, and how one stands, in words and in a colour."""

from typing import Final

from flask_babel import LazyString, lazy_gettext

from hub.registry.uploads.service import UploadSeen

SHEET: Final[dict[str, LazyString]] = {
    "planned_start": lazy_gettext("Placements that were planned"),
    "emergency_start": lazy_gettext("Placements in an emergency"),
    "change": lazy_gettext("Changes to placements that run"),
    "end": lazy_gettext("Placements that end"),
    "admission": lazy_gettext("Admissions"),
    "discharge": lazy_gettext("Discharges"),
    "arrival": lazy_gettext("Children who arrive with a foster carer"),
    "leaving": lazy_gettext("Children who leave a foster carer"),
}
STATE: Final[dict[str, tuple[LazyString, str]]] = {
    "checked": (lazy_gettext("Checked"), "yellow"),
    "registering": (lazy_gettext("Being registered"), "blue"),
    "paused": (lazy_gettext("Paused"), "orange"),
    "stopped": (lazy_gettext("Stopped"), "red"),
    "done": (lazy_gettext("Done"), "green"),
    "discarded": (lazy_gettext("Discarded"), "grey"),
    "erased": (lazy_gettext("Erased"), "grey"),
}
ROW: Final[dict[str, LazyString]] = {
    "faulty": lazy_gettext("To be changed"),
    "ready": lazy_gettext("Can be registered"),
    "registered": lazy_gettext("Registered"),
    "refused": lazy_gettext("Could not be registered"),
    "left_out": lazy_gettext("Left out"),
}


def number(count: int) -> str:
    """``4,986``"""
    return f"{count:,}"


def settled(upload: UploadSeen) -> int:
    """How many of the rows that could be registered have had their turn."""
    return sum(upload.counts.get(state, 0) for state in ("registered", "refused", "left_out"))


def sendable(upload: UploadSeen) -> int:
    """How many rows could be registered when it was checked."""
    return settled(upload) + upload.counts.get("ready", 0)
