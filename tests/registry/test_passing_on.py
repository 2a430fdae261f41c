"""What a host does after it was told: its register, health, education; each step by a named officer, and what it fulfils."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.directory import organisations
from hub.directory.areas import Areas
from hub.notify.acknowledgements import acknowledge
from hub.registry.corrections import correct_notice
from hub.registry.desk import passing_on
from hub.registry.receipts import Receipt
from hub.registry.redirects import redirect_notice
from hub.registry.views import read_notice
from tests.conftest import NOW
from tests.registry.conftest import Books, Desk
from tests.registry.papers import MEDWAY, child, consultation, read, start

SitDown = Callable[[str], Desk]
TOMORROW = NOW + timedelta(days=1)
BY = "T. Field, duty desk"


@pytest.fixture
def sent(desk: SitDown) -> Receipt:
    return desk("leeds").registers(start())


@pytest.fixture
def nurses(database: Database, areas: Areas) -> Actor:
    """A health body that uses the hub."""
    with database.write() as session:
        wanted = {"kind": "health_body", "name": "Fictitious Health"}
        row = organisations.add(session, SYSTEM, wanted, areas=areas, now=NOW)
        organisations.join(session, SYSTEM, row.ref, NOW)
        return Actor("api_client", "cli_nurses", row.id, row.ref, "health_body")


def does(desk: SitDown, ref: str, step: str, method: str = "telephone", **other: Any) -> passing_on.StepTaken:
    taken: passing_on.StepTaken = desk("kent").does(
        passing_on.record_step, ref, **{"step": step, "method": method, "by": BY, **other}
    )
    return taken


def seen(desk: SitDown, ref: str, member: str = "kent") -> dict[str, passing_on.Item]:
    with desk(member).reads() as session:
        found = passing_on.checklist(session, desk(member).actor, ref, now=NOW)
    return {item.step: item for item in found.items}


def test_the_duty_to_pass_on_is_met_when_both_health_and_education_were_told(
    desk: SitDown, sent: Receipt, books: Books
) -> None:
    does(desk, sent.notice, "health")
    assert books.owed(sent.placement, "EFAN").state == "open"
    does(desk, sent.notice, "education", now=TOMORROW)
    assert books.owed(sent.placement, "EFAN").state == "met"


def test_the_register_s_duty_is_met_and_the_promise_kept(desk: SitDown, sent: Receipt, books: Books) -> None:
    desk("kent").does(
        acknowledge,
        subject_ref=sent.notice,
        placement_ref=sent.placement,
        by=BY,
        promise="enter_register",
        promise_on=date(2026, 11, 20),
    )
    does(desk, sent.notice, "register", "other_system", now=TOMORROW)
    assert books.owed(sent.placement, "EREG").state == "met"
    assert books.all("SELECT kept_at FROM acknowledgement")[0].kept_at is not None


def test_a_reply_to_a_consultation_is_recorded_where_one_was_asked_for(
    desk: SitDown, sent: Receipt, books: Books
) -> None:
    assert "reply" not in seen(desk, sent.notice)
    asked = desk("leeds").registers(
        consultation(child=child(family_name="Invented", given_names="Ash", identifiers={"local_id": "TEST-2"}))
    )
    assert seen(desk, asked.notice)["reply"].duty_code == "E11R"
    does(desk, asked.notice, "reply", "secure_email")
    assert books.owed(asked.placement, "E11R").state == "met"


def test_what_was_done_on_an_earlier_day_counts_from_that_day_and_never_from_before_the_notice(
    desk: SitDown, sent: Receipt
) -> None:
    later = NOW + timedelta(days=3)
    taken = does(desk, sent.notice, "health", done_on=date(2026, 11, 19), now=later)
    assert taken.done_at.date() == date(2026, 11, 19)
    assert does(desk, sent.notice, "gp", done_on=date(2026, 11, 18), now=later).done_at == NOW
    for day in (date(2026, 11, 17), date(2026, 11, 30)):
        with pytest.raises(Invalid) as refused:
            does(desk, sent.notice, "school", done_on=day, now=later)
        assert "done_on" in refused.value.fields


def test_what_is_not_needed_is_so_for_a_reason(desk: SitDown, sent: Receipt) -> None:
    with pytest.raises(Invalid) as refused:
        does(desk, sent.notice, "education", "not_needed")
    assert "note" in refused.value.fields
    does(desk, sent.notice, "education", "not_needed", note="Invented: not of school age.")
    assert seen(desk, sent.notice)["education"].is_done


def test_a_step_recorded_in_error_is_taken_back_and_is_owed_again(desk: SitDown, sent: Receipt, books: Books) -> None:
    health = does(desk, sent.notice, "health")
    does(desk, sent.notice, "education")
    assert books.owed(sent.placement, "EFAN").state == "met"
    desk("kent").does(passing_on.take_back, health.ref, reason="Invented: the wrong child.", by=BY)
    assert books.owed(sent.placement, "EFAN").state == "open"
    assert not seen(desk, sent.notice)["health"].is_done
    with pytest.raises(StateConflict):
        desk("kent").does(passing_on.take_back, health.ref, reason="Again.", by=BY)


def test_taking_back_one_of_two_alike_leaves_the_duty_met(desk: SitDown, sent: Receipt, books: Books) -> None:
    first, _ = does(desk, sent.notice, "register"), does(desk, sent.notice, "register")
    desk("kent").does(passing_on.take_back, first.ref, reason="Invented: entered twice.", by=BY)
    assert books.owed(sent.placement, "EREG").state == "met"


def test_nobody_else_takes_it_back_or_sees_it(desk: SitDown, sent: Receipt) -> None:
    taken = does(desk, sent.notice, "health")
    with pytest.raises(NotFound):
        desk("leeds").does(passing_on.take_back, taken.ref, reason="Invented.", by=BY)
    with pytest.raises(NotFound):
        seen(desk, sent.notice, "leeds")
    with pytest.raises(StateConflict):
        seen(desk, sent.notice, "kent_police")


# --- through the hub --------------------------------------------------------------------------------------------------


def test_a_health_body_is_told_and_reads_its_own_view(
    desk: SitDown, sent: Receipt, nurses: Actor, database: Database, books: Books
) -> None:
    taken = does(desk, sent.notice, "health", "hub", organisation=nurses.organisation_ref)
    assert taken.to == "Fictitious Health"
    assert ("notice.passed_on", "Fictitious Health") in books.alerts(sent.notice)
    with database.write() as session:
        notice = read_notice(session, nurses, sent.notice, now=TOMORROW)
    assert notice.capacity == "health_body"
    assert notice.content["child"]["family_name"] == "Fictitious"
    assert not notice.content.keys() & {"needs_assessment", "suitability_reasons", "care_plan", "approval", "files"}


def test_it_is_told_once_and_only_what_is_a_health_body(desk: SitDown, sent: Receipt, nurses: Actor, cast: Any) -> None:
    does(desk, sent.notice, "health", "hub", organisation=nurses.organisation_ref)
    for organisation in (nurses.organisation_ref, cast.refs["kent_police"], cast.refs["medway"], None):
        with pytest.raises(Invalid) as refused:
            does(desk, sent.notice, "health", "hub", organisation=organisation)
        assert "organisation" in refused.value.fields


def test_who_was_told_through_the_hub_cannot_be_untold(desk: SitDown, sent: Receipt, nurses: Actor) -> None:
    taken = does(desk, sent.notice, "health", "hub", organisation=nurses.organisation_ref)
    with pytest.raises(StateConflict):
        desk("kent").does(passing_on.take_back, taken.ref, reason="Invented.", by=BY)


def test_a_correction_reaches_those_to_whom_the_notice_was_passed_on(
    desk: SitDown, sent: Receipt, nurses: Actor, books: Books, database: Database
) -> None:
    does(desk, sent.notice, "health", "hub", organisation=nurses.organisation_ref)
    newer = desk("leeds").does_in_area(correct_notice, sent.notice, read(start(expected_length="Invented: a year")))
    assert ("notice.corrected", "Fictitious Health") in books.alerts(newer.notice)
    assert ("notice.withdrawn", "Fictitious Health") not in books.alerts(sent.notice)
    with database.write() as session:
        assert read_notice(session, nurses, newer.notice, now=TOMORROW).capacity == "health_body"


def test_where_the_notice_goes_to_another_council_those_of_the_first_area_see_it_no_more(
    desk: SitDown, sent: Receipt, nurses: Actor, database: Database, books: Books
) -> None:
    does(desk, sent.notice, "health", "hub", organisation=nurses.organisation_ref)
    desk("kent").does_in_area(redirect_notice, sent.notice, host_authority=MEDWAY, reason="Invented.", by=BY)
    assert ("notice.redirected", "Fictitious Health") in books.alerts(sent.notice)
    with database.write() as session:
        assert read_notice(session, nurses, sent.notice, now=TOMORROW).content == {}
    assert books.owed(sent.placement, "EFAN").owed_by_id == desk("medway").actor.organisation
