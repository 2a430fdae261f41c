"""A report's recommendations and referrals as rows of their own: each is owed an answer, and a correction loses none.

Of a corrected report, what it says as it was said before stays the same row, with its answers and its clock; what it says anew is
owed anew; and what it does not say any more is not owed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.db import keys_of
from hub.core.ids import new_ref
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.reports import queries
from hub.spotpurchase.reports.models import Recommendation, SafeguardingReferral

Record = Mapping[str, Any]
_OF_REFERRAL: Final = ("kind", "what", "to_whom")


@dataclass
class Points:
    """References: of recommendations and referrals that are new, and of those that a correction left out."""

    recommended: list[str] = field(default_factory=list)
    put_to_host: list[str] = field(default_factory=list)
    """Of the new recommendations, those that are put to the host."""
    referred: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def enter(
    session: Session, request: InterviewRequest, report_id: int, record: Record, *, before_id: int | None
) -> Points:
    """Enter what *record* recommends and refers for the report; *before_id*: the version that it corrects."""
    found = Points()
    earlier = queries.recommendations_of(session, before_id) if before_id else []
    for row in _entered(session, Recommendation, report_id, _recommended(request, record), earlier, found):
        found.recommended.append(row["ref"])
        if row["to_id"] != request.placing_authority_id:
            found.put_to_host.append(row["ref"])
    referrals = queries.referrals_of(session, before_id) if before_id else []
    for row in _entered(session, SafeguardingReferral, report_id, _referred(record), referrals, found):
        found.referred.append(row["ref"])
    return found


def _recommended(request: InterviewRequest, record: Record) -> list[dict[str, Any]]:
    whom = {"placing_authority": request.placing_authority_id, "host_authority": request.host_authority_id}
    said = record.get("recommendations") or []
    return [{"prefix": "rec", "to_id": whom[each["to"]], "said": {"text": each["text"]}} for each in said]


def _referred(record: Record) -> list[dict[str, Any]]:
    said = record.get("referrals") or []
    return [
        {"prefix": "sfr", "made_at": _made_at(each), "said": {name: each.get(name) for name in _OF_REFERRAL}}
        for each in said
    ]


def _made_at(referral: Record) -> datetime | None:
    made_at = referral.get("made_at")
    return datetime.fromisoformat(made_at) if made_at else None


def _entered(
    session: Session,
    model: Any,
    report_id: int,
    wanted: Sequence[dict[str, Any]],
    earlier: Sequence[Any],
    found: Points,
) -> list[dict[str, Any]]:
    """Insert those of *wanted* that are not among *earlier*, carry over those that are, and note what is left out."""
    left = list(earlier)
    fresh = []
    for number, each in enumerate(wanted, 1):
        there = _same(session, each, left)
        if there is None:
            fresh.append(_row(session, each, report_id, number))
            continue
        left.remove(there)
        made = {"made_at": each["made_at"]} if "made_at" in each else {}
        queries.change_point(session, model, there.id, {"report_id": report_id, "number": number, **made})
    queries.add_rows(session, model, fresh)
    found.left_out += [row.ref for row in left]
    return fresh


def _same(session: Session, wanted: Mapping[str, Any], earlier: Sequence[Any]) -> Any:
    """The first of *earlier* that says the same to the same; ``None``: none does."""
    for row in earlier:
        document = keys_of(session).open(row.ref, row.sealed)
        said = {name: document.get(name) for name in wanted["said"]}
        if said == wanted["said"] and getattr(row, "to_id", None) == wanted.get("to_id"):
            return row
    return None


def _row(session: Session, wanted: Mapping[str, Any], report_id: int, number: int) -> dict[str, Any]:
    ref = new_ref(wanted["prefix"])
    sealed = keys_of(session).seal(ref, {**wanted["said"], "answers": []})
    own = {name: wanted[name] for name in ("to_id", "made_at") if name in wanted}
    blank = dict.fromkeys(("passed_on_at",) if "to_id" in wanted else ("outcome",))
    return {
        **own,
        **blank,
        "ref": ref,
        "report_id": report_id,
        "number": number,
        "state": "open",
        "answered_at": None,
        "answered_by": None,
        "version": 1,
        "sealed": sealed,
    }
