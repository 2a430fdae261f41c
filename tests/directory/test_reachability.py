"""The nightly audit: who could not be reached if a ladder climbed tonight?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory import queries
from hub.directory.models import ContactPoint
from hub.directory.reachability import KINDS_OF_PARTY, Report, report_on, roles_needed, survey, survey_once
from hub.duties.rulebook import Rulebook
from hub.duties.words import OWERS

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
TODAY = NOW.date()

Speak = Callable[[str], FlaskClient]
ReportOn = Callable[..., Report]


@pytest.fixture
def report(database: Database, rules: Rulebook, cast: Cast) -> ReportOn:
    def on(member: str, day: date = TODAY) -> Report:
        with database.read() as session:
            row = queries.organisation(session, cast.refs[member])
            assert row is not None
            return report_on(session, [row], rules, on=day)[0]

    return on


@pytest.fixture
def alter(database: Database, cast: Cast) -> Callable[..., None]:
    """``alter("leeds", "dcs", flagged_at=NOW)``: every contact point of that desk."""

    def change(member: str, role: str, **values: Any) -> None:
        whose = (ContactPoint.organisation_id == cast.ids[member], ContactPoint.role == role)
        with database.write() as session:
            session.execute(update(ContactPoint).where(*whose).values(**values))

    return change


def test_every_role_that_a_ladder_may_call_on_is_needed_of_whoever_owes_or_is_owed(rules: Rulebook) -> None:
    needed = roles_needed(rules)
    assert {"social_worker", "team_manager", "service_manager", "head_of_service", "dcs"} <= needed["local_authority"]
    assert "registered_manager" in needed["childrens_home"]
    assert "dcs" not in needed["childrens_home"]
    assert "operator" in needed["hub_operator"]


def test_every_party_that_can_owe_and_is_in_the_directory_is_known_by_kind() -> None:
    assert set(OWERS) - KINDS_OF_PARTY.keys() == {"nhs_or_education_body", "care_home_or_hospital"}


def test_a_member_with_every_desk_verified_can_be_reached(report: ReportOn, rules: Rulebook) -> None:
    leeds = report("leeds")
    assert (leeds.reaches_nobody, leeds.cannot_reach, leeds.findings) == (False, (), ())


def test_a_council_with_one_listed_mailbox_can_be_reached_there_and_by_no_ladder(report: ReportOn) -> None:
    norfolk = report("norfolk")
    assert norfolk.reaches_nobody is False
    assert "dcs" in norfolk.cannot_reach


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"verified_at": None, "verified_by": None}, "unverified"),
        ({"flagged_at": NOW}, "flagged"),
    ],
)
def test_a_desk_whose_only_point_is_not_used_cannot_be_reached(
    report: ReportOn, alter: Callable[..., None], broken: dict[str, Any], problem: str
) -> None:
    alter("leeds", "dcs", **broken)
    leeds = report("leeds")
    assert leeds.cannot_reach == ("dcs",)
    assert [(finding.role, finding.problem) for finding in leeds.findings] == [("dcs", problem)]
    assert report("bradford").cannot_reach == ()


@pytest.mark.parametrize(
    ("days_left", "problem"),
    [(-1, "expired"), (0, "expires_soon"), (30, "expires_soon"), (31, None)],
)
def test_a_verification_that_runs_out_within_thirty_days_is_told_and_still_reaches(
    report: ReportOn, alter: Callable[..., None], days_left: int, problem: str | None
) -> None:
    alter("leeds", "dcs", expires_on=TODAY + timedelta(days=days_left))
    leeds = report("leeds")
    assert leeds.cannot_reach == ()
    assert [finding.problem for finding in leeds.findings] == ([problem] if problem else [])


def test_a_telephone_alone_reaches_nobody_by_itself(report: ReportOn, alter: Callable[..., None]) -> None:
    alter("leeds", "dcs", channel="phone", address="01134960000")
    assert report("leeds").cannot_reach == ("dcs",)


def test_without_a_duty_desk_a_notice_reaches_nobody(database: Database, cast: Cast, report: ReportOn) -> None:
    gone = delete(ContactPoint).where(ContactPoint.organisation_id == cast.ids["norfolk"])
    with database.write() as session:
        session.execute(gone)
    assert report("norfolk").reaches_nobody is True


def test_an_organisation_sees_its_own_report_and_nobody_elses(
    client_for: Speak, cast: Cast, alter: Callable[..., None]
) -> None:
    alter("leeds", "dcs", flagged_at=NOW)
    address = f"/api/v1/organisations/{cast.refs['leeds']}/reachability"
    for member in ("leeds", "operator"):
        shown = client_for(member).get(address)
        assert shown.json["cannot_reach"] == ["dcs"]
        assert shown.json["findings"][0]["problem"] == "flagged"
        assert "@" not in shown.text
    assert client_for("kent").get(address).status_code == 404


def test_the_operator_reads_everybodys_page_by_page(client_for: Speak, cast: Cast) -> None:
    operator, seen, cursor = client_for("operator"), [], ""
    while True:
        page = operator.get(f"/api/v1/reachability?limit=100{cursor}").json
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len({row["organisation"] for row in seen}) == len(seen) >= 175 + 43
    nobody = {row["organisation"] for row in seen if row["reaches_nobody"]}
    assert cast.refs["leeds"] not in nobody
    assert cast.refs["norfolk"] not in nobody
    assert len(nobody) > 200
    assert client_for("leeds").get("/api/v1/reachability").status_code == 403


def test_the_nightly_survey_counts_everybody_and_is_recorded(
    database: Database, rules: Rulebook, cast: Cast, alter: Callable[..., None]
) -> None:
    alter("leeds", "dcs", flagged_at=NOW)
    alter("kent", "dcs", expires_on=TODAY + timedelta(days=3))
    summary = survey_once(database, rules, now=NOW)
    with database.read() as session:
        reports = list(survey(session, rules, on=TODAY))
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "reachability.surveyed")).one()
    assert summary.organisations == len(reports)
    assert summary.reach_nobody == sum(report.reaches_nobody for report in reports)
    assert summary.problems == {"flagged": 1, "expires_soon": 1}
    assert entry.details["organisations"] == summary.organisations
