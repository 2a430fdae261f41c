"""What a council and a home each tell of one child, and what stands about the placement afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.core.clock import iso
from hub.core.db import Database
from hub.demonstration.cast import LEEDS
from hub.notify.models import Obligation
from hub.registry.models import Placement
from hub.registry.receipts import Receipt

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


STARTS = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


ADDRESS = {"lines": ["Willow House", "1 Fictitious Lane", "Maidstone"], "postcode": "ME14 1XQ"}


ROWAN = {"family_name": "Fictitious", "given_names": "Rowan", "born_on": "2012-03-14"}


WORKER = {"name": "P. Specimen", "phone": "01632 960100"}


Send = Callable[..., Receipt]


def council_notice(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "placement_start",
        "child": ROWAN,
        "legal_status": "S20",
        "setting": "childrens_home",
        "address": ADDRESS,
        "provider": {"urn": "SC900001"},
        "starts_at": iso(STARTS),
        "emergency": {"reason": "Invented."},
        "reason_not_notified_earlier": "Invented.",
        "needs_assessment": "Invented.",
        "suitability_reasons": "Invented.",
        "care_plan": {"to_follow": True, "reason": "Invented."},
        "social_worker": WORKER,
        "out_of_hours": WORKER,
        "iro": WORKER,
        "ehc_plan": {"has": "no"},
        **changes,
    }


def home_notice(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "home_admission",
        "child": ROWAN,
        "legal_status": "S20",
        "setting": "childrens_home",
        "placing_authority": LEEDS,
        "address": ADDRESS,
        "starts_at": iso(STARTS),
        "s20_or_s21": True,
        "s31": False,
        "emergency": {"reason": "Invented."},
        "social_worker": WORKER,
        "iro": WORKER,
        "ehc_plan": {"has": "no"},
        **changes,
    }


def named(**changes: str) -> dict[str, str]:
    return {**ROWAN, **changes}


def owed(database: Database, placement: str) -> dict[tuple[str, int | None, int | None], tuple[Any, ...]]:
    """What stands about a placement, void ones apart: (code, by, to) → how."""
    with database.read() as session:
        rows = session.scalars(
            select(Obligation).where(Obligation.subject_ref == placement, Obligation.state != "void")
        )
        return {
            (o.duty_code, o.owed_by_id, o.owed_to_id): (
                o.state, o.due_at, o.fulfilled_at, o.fulfilled_by, o.reached_at, o.promise_on
            )
            for o in rows
        }  # fmt: skip


def placement(session: Session, ref: str) -> Placement:
    return session.scalars(select(Placement).where(Placement.ref == ref)).one()


def described(database: Database, ref: str) -> dict[str, Any]:
    """Everything a placement's row says."""
    with database.read() as session:
        row = placement(session, ref)
        said = {
            c.name: getattr(row, c.name) for c in Placement.__table__.columns if c.name not in ("sealed", "version")
        }
        return {**said, "document": database.keys.open(ref, row.sealed)}


def state_of(database: Database, ref: str) -> str:
    state: str = described(database, ref)["state"]
    return state
