"""What a draft's forecast says is what sending it does, at the same instant, whatever its kind; and it leaves no trace."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest

from hub import tables
from hub.core.db import Database
from hub.registry.corrections import correct_notice
from hub.registry.drafts import add_draft, register_draft
from hub.registry.forecast import Forecast, forecast_draft, where_it_lies
from hub.registry.receipts import Receipt
from tests.conftest import NOW
from tests.registry.papers import (
    BRADFORD_CENTRE,
    EMERGENCY,
    HOME,
    LATER,
    LEEDS_CENTRE,
    MAIDSTONE,
    NORWICH,
    admission,
    consultation,
    emergency_start,
    read,
    start,
)

LONG_AGO = "2026-11-02T09:00:00Z"
GROUPS = ("meets", "late", "done", "still_owed", "owed_to_sender")
BY_KENT = {"country": "Scotland", "receiving_body": {"name": "A Scottish council", "email": "desk@scotland.example"}}

PAPERS: dict[str, dict[str, Any]] = {
    "planned and distant": start(),
    "planned, in a home": start(**HOME),
    "planned and adjoining": start(address=BRADFORD_CENTRE),
    "in the council's own area": start(address=LEEDS_CENTRE),
    "at a council that has not joined": start(address=NORWICH),
    "planned and late": start(starts_at=LONG_AGO),
    "an emergency": emergency_start(),
    "an emergency without needs, reasons and plan": emergency_start(
        "needs_assessment", "suitability_reasons", "care_plan"
    ),
    "an emergency that is told of late": emergency_start(starts_at=LONG_AGO),
    "with an approval": start(approval={"name": "D. Quist", "role": "Director", "approved_at": "2026-11-17T09:00:00Z"}),
    "with markers": start(markers=[{"marker": "cse"}]),
    "a consultation": consultation(),
    "in Scotland": start("address", **BY_KENT),
}


def of(placement: Receipt, kind: str, **said: Any) -> dict[str, Any]:
    return {"kind": kind, "placement": placement.placement, **said}


BASES = ("planned and distant", "an emergency without needs, reasons and plan", "in the council's own area")
FOLLOWING: dict[str, Callable[[Receipt], dict[str, Any]]] = {
    "a change": lambda r: of(r, "placement_change", changed_on="2026-11-18", changes="Invented."),
    "a change told late": lambda r: of(r, "placement_change", changed_on="2026-11-02", changes="Invented."),
    "a change of what was to follow": lambda r: of(
        r, "placement_change", changed_on="2026-11-18", care_plan={"not_given_reason": "Invented."}
    ),
    "an end": lambda r: of(r, "placement_end", ends_on="2026-11-30", end_reason="returned_home"),
    "a sudden end": lambda r: of(
        r, "placement_end", ends_at="2026-11-26T09:00:00Z", end_reason="breakdown", emergency=EMERGENCY
    ),
    "a move": lambda r: of(
        r, "placement_move", address=BRADFORD_CENTRE, starts_at="2026-11-28T09:00:00Z",
        needs_assessment="Invented.", suitability_reasons="Invented.", care_plan={"not_given_reason": "Invented."},
    ),
    "the same start again": lambda r: start(placement=r.placement, starts_at="2026-11-27T10:00:00Z"),
    "the same start again, elsewhere": lambda r: start(placement=r.placement, address=NORWICH),
}  # fmt: skip


def forecast_of(desk: Any, ref: str, member: str = "leeds", now: Any = LATER) -> Forecast:
    return desk(member).does_in_area(forecast_draft, ref, now=now)  # type: ignore[no-any-return]


def agrees(desk: Any, paper: dict[str, Any], member: str = "leeds", now: Any = LATER, **more: Any) -> Forecast:
    """Draft *paper*, ask what sending would do, send it at the same instant, compare."""
    draft = desk(member).does_in_area(add_draft, read(paper), **more)
    said = forecast_of(desk, draft.ref, member, now)
    assert said.can_be_sent, (said.missing, said.refused)
    receipt = desk(member).does_in_area(register_draft, draft.ref, now=now)
    assert sorted(_plain(line) for name in GROUPS for line in getattr(said, name)) == sorted(
        _plain(line) for each in (receipt, *receipt.also) for line in each.obligations if _counts(line, receipt, desk)
    )
    assert (said.to_follow, said.warnings) == (receipt.to_follow, receipt.warnings)
    told = {(each["organisation"]["name"], each["standing"]) for each in receipt.recipients}
    assert told <= {(each["organisation"]["name"], each["standing"]) for each in said.recipients}
    assert said.area is not None
    assert said.area["relation"] == receipt.area["relation"]
    return said


def _plain(line: Any) -> str:
    return str(asdict(replace(line, ref="")))


def _counts(line: Any, receipt: Receipt, desk: Any) -> bool:
    """The forecast leaves out what is done by others, and what is void or excused."""
    return line.state == "open" or (line.owed_by == _NAMES.get(receipt.kind, "Leeds City Council") and _done(line))


def _done(line: Any) -> bool:
    return line.state in ("met", "met_late", "registered_not_reached")


_NAMES = {"home_admission": "Willow House"}


@pytest.mark.parametrize("case", PAPERS)
def test_a_forecast_of_a_start_is_what_sending_does(desk: Any, case: str) -> None:
    agrees(desk, PAPERS[case])


@pytest.mark.parametrize(
    "base", ["planned and distant", "an emergency without needs, reasons and plan", "in the council's own area"]
)
@pytest.mark.parametrize("case", FOLLOWING)
def test_a_forecast_of_what_follows_is_what_sending_does(desk: Any, base: str, case: str) -> None:
    before = desk("leeds").registers(PAPERS[base])
    agrees(desk, FOLLOWING[case](before), now=NOW + timedelta(days=9))


@pytest.mark.parametrize("paper", [admission(), admission(starts_at=LONG_AGO)], ids=["prompt", "late"])
def test_a_forecast_of_a_homes_notice_is_what_sending_does(desk: Any, paper: dict[str, Any]) -> None:
    agrees(desk, paper, "willow_house")


def test_a_forecast_of_a_correction_is_what_sending_does(desk: Any) -> None:
    sent = desk("leeds").registers(start())
    said = agrees(desk, start(address=BRADFORD_CENTRE, placement=sent.placement), corrects=sent.notice)
    assert said.corrects == sent.notice
    assert said.is_known_already


def test_a_forecast_says_what_is_met_what_is_late_and_what_is_still_owed(desk: Any) -> None:
    on_time = agrees(desk, start())
    assert "E13A" in {line.code for line in on_time.meets}
    assert "E11C" in {line.code for line in on_time.still_owed}
    late = agrees(desk, emergency_start(starts_at=LONG_AGO, child={**start()["child"], "given_names": "Alder"}))
    assert {line.code for line in late.late} >= {"E13E"}
    assert {line.code for line in late.owed_to_sender} == {"EACK"}


def test_a_forecast_leaves_no_trace(desk: Any, database: Database) -> None:
    draft = desk("leeds").does_in_area(add_draft, read(start("address", **BY_KENT)))
    before = _everything(database)
    assert forecast_of(desk, draft.ref).can_be_sent
    assert _everything(database) == before


def test_a_forecast_that_is_refused_leaves_no_trace_and_says_why(desk: Any, database: Database) -> None:
    draft = desk("leeds").does_in_area(add_draft, read(start(address={"lines": ["1 Nowhere"], "postcode": "ZZ99 9ZZ"})))
    before = _everything(database)
    said = forecast_of(desk, draft.ref)
    assert said.refused is not None
    assert list(said.refused.fields) == ["area.host_authority"]
    assert not said.can_be_sent
    assert _everything(database) == before


def test_what_the_minimum_asks_is_named_and_what_runs_already_is_shown(desk: Any) -> None:
    draft = desk("leeds").does_in_area(add_draft, read(start("needs_assessment")))
    said = forecast_of(desk, draft.ref)
    assert [fault.field for fault in said.missing] == ["needs_assessment"]
    assert said.refused is None
    assert "E13A" in {line.code for line in said.still_owed}


def _everything(database: Database) -> dict[str, list[Any]]:
    with database.read() as session:
        return {table.name: [tuple(row) for row in session.execute(table.select())] for table in tables.ALL}


# --- where it lies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "council", "relation"),
    [(MAIDSTONE, "Kent", "distant"), (BRADFORD_CENTRE, "Bradford", "adjoining"), (LEEDS_CENTRE, "Leeds", "in_area")],
)
def test_an_address_is_placed_before_anything_is_sent(
    desk: Any, address: dict[str, Any], council: str, relation: str
) -> None:
    with desk("leeds").reads() as session:
        lies = where_it_lies(
            session, desk("leeds").actor, {"kind": "placement_start", "address": address}, areas=desk("leeds").areas
        )
    assert lies is not None
    assert (lies.host.short_name if lies.host else None, lies.relation, lies.fault) == (council, relation, None)


def test_a_postcode_that_nobody_lists_is_said_to_be_so(desk: Any) -> None:
    body = {"kind": "placement_start", "address": {"postcode": "ZZ99 9ZZ"}}
    with desk("leeds").reads() as session:
        lies = where_it_lies(session, desk("leeds").actor, body, areas=desk("leeds").areas)
        nothing = where_it_lies(session, desk("leeds").actor, {"kind": "consultation"}, areas=desk("leeds").areas)
    assert lies is not None
    assert "does not tell which council" in (lies.fault or "")
    assert nothing is None


def test_a_correction_in_a_draft_is_the_next_version_and_keeps_the_drafts_reference(desk: Any) -> None:
    sent = desk("leeds").registers(start())
    draft = desk("leeds").does_in_area(
        add_draft, read(start(placement=sent.placement, setting="childrens_home")), corrects=sent.notice
    )
    receipt = desk("leeds").does_in_area(register_draft, draft.ref, now=LATER)
    assert (receipt.notice, receipt.revision, receipt.placement) == (draft.ref, 2, sent.placement)


def test_a_notice_that_was_corrected_meanwhile_refuses_the_older_correction(desk: Any) -> None:
    sent = desk("leeds").registers(start())
    draft = desk("leeds").does_in_area(add_draft, read(start(placement=sent.placement)), corrects=sent.notice)
    desk("leeds").does_in_area(correct_notice, sent.notice, read(start(setting="parent")), now=LATER)
    assert forecast_of(desk, draft.ref).refused is not None
