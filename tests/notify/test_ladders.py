"""Ladders: versions, an organisation's own, and whom they would tell."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.duties.policy import rung_rows
from hub.duties.rulebook import Rulebook
from hub.notify import ladders
from hub.notify.ladders import Planned, save_ladder, sync_ladders
from hub.notify.models import Ladder
from hub.notify.sweep import sweep_once
from tests.notify.owing import (
    DAY,
    HOUR,
    NOW,
    Owing,
    alerts,
    notice_owed,
    open_desk,
    opened,
    read,
    recorded,
    register_owed,
)

SHORT: list[Mapping[str, Any]] = [
    {"after_hours": 0, "of": "owed_by", "roles": ["duty_desk"]},
    {"after_working_days": 1, "of": "owed_by", "roles": ["service_manager"], "repeat_every_working_days": 5},
]


def saved(database: Database, rules: Rulebook, actor: Actor, name: str, rungs: list[Mapping[str, Any]]) -> Ladder:
    with database.write() as session:
        return save_ladder(session, actor, name, rungs, rules=rules, now=NOW)


def synced(database: Database, rules: Rulebook) -> int:
    with database.write() as session:
        return sync_ladders(session, rules, now=NOW)


def versions(database: Database, name: str) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Ladder).where(Ladder.name == name)) or 0


def changed_policy(rules: Rulebook, name: str) -> Rulebook:
    """The same rules after the policy file was edited: the last rung of *name* repeats every day."""
    ladder = rules.policy.ladders[name]
    rungs = (*ladder.rungs[:-1], replace(ladder.rungs[-1], repeat_every_working_days=1))
    edited = {**rules.policy.ladders, name: replace(ladder, rungs=rungs, version="2027-01-01")}
    return replace(rules, policy=replace(rules.policy, ladders=edited))


def test_every_ladder_of_the_policy_is_stored_once(database: Database, rules: Rulebook) -> None:
    assert synced(database, rules) == len(rules.policy.ladders)
    assert synced(database, rules) == 0


def test_a_changed_policy_file_makes_a_new_version_of_what_changed_only(database: Database, rules: Rulebook) -> None:
    synced(database, rules)
    assert synced(database, changed_policy(rules, "host_desk")) == 1
    assert versions(database, "host_desk") == 2


def test_a_running_obligation_keeps_the_version_it_began_with(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    first = opened(database, rules, register_owed(owing, due_at=NOW))[0]
    edited = changed_policy(rules, "host_desk")
    synced(database, edited)
    second = opened(database, edited, register_owed(owing, due_at=NOW))[0]
    assert read(database, first).ladder_id != read(database, second).ladder_id


def test_an_organisations_own_ladder_is_the_one_its_new_obligations_climb(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    saved(database, rules, owing.northmoor, "placing_statute", SHORT)
    opened(database, rules, notice_owed(owing, due_at=NOW))
    sweep_once(database, rules, now=NOW)
    assert [alert.role for alert in alerts(database)] == ["duty_desk"]


def test_another_organisation_goes_on_by_the_hubs_ladder(database: Database, rules: Rulebook, owing: Owing) -> None:
    saved(database, rules, owing.eastvale, "placing_statute", SHORT)
    opened(database, rules, notice_owed(owing, due_at=NOW))
    sweep_once(database, rules, now=NOW)
    assert [alert.role for alert in alerts(database)] == ["social_worker", "team_manager"]


def test_saving_again_makes_the_next_version_and_is_recorded(database: Database, rules: Rulebook, owing: Owing) -> None:
    first = saved(database, rules, owing.northmoor, "placing_statute", SHORT)
    second = saved(database, rules, owing.northmoor, "placing_statute", SHORT)
    assert (first.version, second.version) == (1, 2)
    assert recorded(database, second.ref) == [("ladder.saved", {"name": "placing_statute", "version": 2, "rungs": 2})]


def rung(**given: Any) -> dict[str, Any]:
    return {"of": "owed_by", "roles": ["service_manager"], **given}


@pytest.mark.parametrize(
    ("name", "rungs", "why"),
    [
        ("host_desk", [rung(after_hours=0)], "the last rung must repeat"),
        ("host_desk", [rung(after_hours=0, roles=["dcs"], repeat_every_working_days=5)], "ceiling"),
        ("host_desk", [rung(after_hours=0, before_hours=1, repeat_every_working_days=5)], "exactly one"),
        ("host_desk", [rung(after_hours=0, roles=["mayor"], repeat_every_working_days=5)], "mayor"),
        ("host_desk", [rung(after_hours=48), rung(after_hours=0, repeat_every_working_days=5)], "come before"),
        ("host_desk", [rung(before_hours=8, repeat_every_working_days=5)], "after the due instant"),
    ],
)
def test_a_ladder_that_cannot_work_is_refused_with_a_reason(
    database: Database, rules: Rulebook, owing: Owing, name: str, rungs: list[Mapping[str, Any]], why: str
) -> None:
    with pytest.raises(Invalid) as refused:
        saved(database, rules, owing.eastvale, name, rungs)
    assert why in " ".join(said for messages in refused.value.fields.values() for said in messages)


def test_a_rung_for_a_desk_that_nobody_can_be_reached_at_cannot_be_saved(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    with pytest.raises(Invalid) as refused:
        saved(database, rules, owing.willow, "host_desk", SHORT)
    assert list(refused.value.fields) == ["rungs.1.roles"]
    with database.write() as session:
        open_desk(session, owing.willow.organisation, "service_manager")
    assert saved(database, rules, owing.willow, "host_desk", SHORT).version == 1


def test_there_is_no_ladder_of_an_invented_name(database: Database, rules: Rulebook, owing: Owing) -> None:
    with pytest.raises(NotFound):
        saved(database, rules, owing.northmoor, "my_ladder", SHORT)


def tried(database: Database, rules: Rulebook, actor: Actor, **given: Any) -> list[Planned]:
    wanted = {"name": "placing_statute", "rungs": None, "due_at": NOW + 2 * DAY, "opened_at": None, "is_at_risk": False}
    with database.read() as session:
        return ladders.try_out(session, actor, wanted | given, rules=rules, now=NOW)


def test_a_dry_run_says_who_would_be_told_when_and_which_rungs_reach_nobody(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    planned = tried(database, rules, owing.willow, rungs=SHORT)
    assert [(step.at, step.roles, step.unreachable) for step in planned] == [
        (NOW + 2 * DAY, ("duty_desk",), ()),
        (NOW + 5 * DAY, ("service_manager",), ("service_manager",)),
    ]


def test_a_dry_run_does_not_claim_to_know_the_other_side(database: Database, rules: Rulebook, owing: Owing) -> None:
    others = [step for step in tried(database, rules, owing.northmoor) if step.of == "owed_to"]
    assert others
    assert all(step.unreachable is None for step in others)


def test_what_a_dry_run_shows_is_what_the_sweep_then_does(database: Database, rules: Rulebook, owing: Owing) -> None:
    planned = tried(database, rules, owing.northmoor)
    opened(database, rules, notice_owed(owing))
    for hour in range(24 * 20):
        while sweep_once(database, rules, now=NOW + hour * HOUR):
            pass
    told = [(alert.raised_at, alert.role) for alert in alerts(database)]
    promised = [(step.at, role) for step in planned for role in step.roles]
    assert told[: len(promised)] == promised


def test_the_ladders_in_force_are_the_organisations_own_before_the_hubs(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    synced(database, rules)
    saved(database, rules, owing.northmoor, "placing_statute", SHORT)
    with database.read() as session:
        northmoor = {row.name: row for row in ladders.in_force(session, owing.northmoor.organisation_id)}
        eastvale = {row.name: row for row in ladders.in_force(session, owing.eastvale.organisation_id)}
    assert northmoor.keys() == eastvale.keys() == rules.policy.ladders.keys()
    assert [one["roles"] for one in northmoor["placing_statute"].rungs] == [["duty_desk"], ["service_manager"]]
    assert eastvale["placing_statute"].rungs == rung_rows(rules.policy.ladders["placing_statute"])
