"""The same child again: a draft that begins with what the hub knows already from a notice or a placement of the sender's.

Whatever is opened to fill it in is read through :mod:`views`, so that the reading is recorded before it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import views
from hub.registry.content import LEAVINGS, SENDER_OF, read_content
from hub.registry.drafts import Drafted, add_draft
from hub.registry.facts import NOT_SAID
from hub.registry.schemas import NoticeIn

CHILD_PARTS: Final = (
    "child", "legal_status", "legal_note", "s20_or_s21", "s31", "child_protection_plan", "ehc_plan", "setting",
    "social_worker", "out_of_hours", "iro", "school", "gp", "markers", "trigger_plan", "philomena", "contacts_withheld",
)  # fmt: skip
"""What is true of a child wherever it lives. The kind of placement is carried too, and asked again."""
PLACE_PARTS: Final = (
    "address", "country", "receiving_body", "area", "provider", "carer", "specialist_care", "starts_at", "starts_on",
    "expected_length", "emergency", "functions_agreed", "short_break",
)  # fmt: skip
"""What is true of the placement that the notice told of."""
PAPER_PARTS: Final = ("needs_assessment", "suitability_reasons", "care_plan", "files", "approval")
"""What only the sender's own notice can bring: its words, and its files."""
AFTER_A_START: Final = ("placement_change", "placement_move", "placement_end", *LEAVINGS)
_PROVIDERS_ONLY: Final = ("s20_or_s21", "s31")


@dataclass(frozen=True)
class Source:
    """What is known of a child from before. ``notice``: where it is known from; ``placement``: of which placement."""

    body: dict[str, Any]
    placement: str | None
    notice: str | None
    is_own: bool


def begin_draft(
    session: Session,
    actor: Actor,
    kind: str,
    *,
    source: str | None = None,
    is_same_placement: bool = False,
    emergency_reason: str | None = None,
    contact: Mapping[str, str] | None = None,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> Drafted:
    """Begin a draft of a notice of *kind*, filled in from the notice or placement *source*.

    *is_same_placement*: it is about the very placement of the source (its start, after a consultation or another's notice);
    otherwise a start is of another placement of the same child. *contact*: whom to ring, where nobody is named yet.
    Raises ``NotFound``, ``Invalid`` and ``NotPermitted``.
    """
    body: dict[str, Any] = {"kind": kind}
    if source is not None:
        body |= _filled_in(kind, known_from(session, actor, source, now=now), is_same_placement)
    if contact and kind not in AFTER_A_START:
        body.setdefault("social_worker", dict(contact))
    if emergency_reason:
        body["emergency"] = {"reason": emergency_reason}
    return add_draft(session, actor, read_content(body), rules=rules, areas=areas, now=now)


def begin_correction(
    session: Session, actor: Actor, ref: str, *, rules: Rulebook, areas: Areas, now: datetime
) -> Drafted:
    """Begin a draft of the next version of the notice *ref*, with all that it says. Raises ``NotFound``, ``StateConflict``."""
    seen = views.read_notice(session, actor, ref, now=now)
    if seen.capacity != "sender":
        raise NotFound("There is no notice of yours with this reference.")
    content = read_content(seen.content)
    return add_draft(session, actor, content, corrects=ref, rules=rules, areas=areas, now=now)


def known_from(session: Session, actor: Actor, ref: str, *, now: datetime) -> Source:
    """What the notice or placement *ref* tells of a child, to the actor's organisation; the reading is recorded."""
    if ref.startswith("ntc_"):
        seen = views.read_notice(session, actor, ref, now=now)
        return Source(dict(seen.content), seen.placement, ref, seen.capacity == "sender")
    shown = views.read_placement(session, actor, ref, now=now)
    if shown.party not in ("placing_authority", "provider"):
        raise NotFound("There is no placement of yours with this reference.")
    return Source(_of_placement(shown), ref, None, False)


def _of_placement(shown: views.PlacementSeen) -> dict[str, Any]:
    """A placement's own record, as a notice about it would say it."""
    details = dict(shown.details)
    if "markers" in details:
        details["markers"] = [
            {name: value for name, value in each.items() if name != "said_by"} for each in details["markers"]
        ]
    named = {"provider": {"name": details.pop("provider_name")}} if "provider_name" in details else {}
    said = {"child": shown.child, "setting": shown.setting, **details.pop("contacts", {}), **details, **named}
    if shown.legal_status != NOT_SAID:
        said["legal_status"] = shown.legal_status
    if shown.provider:
        said["provider"] = {"ref": shown.provider["ref"]}
    if shown.country:
        said["country"] = shown.country
    return {name: value for name, value in said.items() if value and name in NoticeIn().fields}


def _filled_in(kind: str, source: Source, is_same_placement: bool) -> dict[str, Any]:
    if kind in AFTER_A_START:
        return {"placement": source.placement} if source.placement else _some(source.body, CHILD_PARTS[:1])
    parts: tuple[str, ...] = CHILD_PARTS
    if is_same_placement:
        parts += PLACE_PARTS + (PAPER_PARTS if source.is_own else ())
    body = _some(source.body, parts)
    if SENDER_OF[kind] == "local_authority":
        body = {name: value for name, value in body.items() if name not in _PROVIDERS_ONLY}
    if is_same_placement and source.placement:
        body["placement"] = source.placement
        body |= {"prior_notice": source.notice} if source.notice and source.is_own else {}
    return body


def _some(body: Mapping[str, Any], parts: tuple[str, ...]) -> dict[str, Any]:
    return {name: body[name] for name in parts if name in body}
