"""``hub access explain``: yes or no, and why, in words that a person can act on."""

import pytest
from click.testing import CliRunner

from hub.access import service
from hub.access.explain import Answer, explain
from hub.cli import main
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.core.ids import new_ref
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.directory import organisations
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.parties import parties_to
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.enrolling import somebody
from tests.conftest import NOW
from tests.registry.papers import emergency_start


@pytest.fixture
def placement(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> str:
    """Leeds has placed a child in Kent."""
    with database.write() as session:
        paper = NoticeIn().load(emergency_start())
        return register_notice(session, cast.actors["leeds"], paper, rules=rules, areas=areas, now=NOW).placement


def asked(database: Database, who: str, action: str, ref: str | None = None) -> Answer:
    with database.read() as session:
        return explain(session, who, action, ref, parties_to=parties_to, now=NOW)


def test_who_may_is_told_by_which_role_and_as_which_party(database: Database, cast: Cast, placement: str) -> None:
    desk = somebody(database, cast, member="kent").ref
    answer = asked(database, desk, "placement.read", placement)
    assert answer.is_yes
    assert answer.because[0] == f"{desk} is a person of Kent County Council (local authority): duty desk."
    assert "It takes the scope “read” (see what concerns its own organisation): duty desk has it." in answer.because
    assert (
        f"What its organisation is to {placement}: host. That is enough: host (its host authority)." in answer.because
    )


@pytest.mark.parametrize(
    ("member", "role", "action", "because"),
    [
        (
            "leeds",
            "social_worker",
            "obligation.excuse",
            "which none of their roles has. Those that have it: team manager",
        ),
        ("kent_police", "call_handler", "notice.register", "A police force is not one."),
        ("leeds", "administrator", "placement.read", "which none of their roles has"),
        (
            "cornwall",
            "team_manager",
            "placement.read",
            "none. It would have to be force (the police force for its address)",
        ),
        ("willow_house", "registered_manager", "placement.read", "so the record looks as if it did not exist."),
    ],
)
def test_who_may_not_is_told_what_is_missing(
    database: Database, cast: Cast, placement: str, member: str, role: str, action: str, because: str
) -> None:
    answer = asked(database, somebody(database, cast, member=member, roles=(role,)).ref, action, placement)
    assert not answer.is_yes
    assert [line for line in answer.because if because in line]


def test_a_client_is_judged_by_its_scopes(database: Database, cast: Cast, placement: str) -> None:
    answer = asked(database, cast.actors["leeds_manager"].ref, "notice.register", placement)
    assert not answer.is_yes
    assert [line for line in answer.because if "which the client lacks" in line]
    assert asked(database, cast.actors["leeds"].ref, "notice.register").is_yes


def test_the_operator_may_what_is_open_to_the_operator_whosever_it_is(
    database: Database, cast: Cast, placement: str
) -> None:
    operator = cast.actors["operator"].ref
    assert asked(database, operator, "client.disable", cast.actors["leeds"].ref).is_yes
    assert not asked(database, operator, "placement.read", placement).is_yes


def test_without_a_record_it_says_of_which_records(database: Database, cast: Cast) -> None:
    answer = asked(database, cast.actors["leeds"].ref, "placement.approve")
    assert answer.is_yes
    assert answer.because[-1] == "Of which records: only where its organisation is placing."


def test_who_is_disabled_or_belongs_to_a_closed_organisation_may_nothing(database: Database, cast: Cast) -> None:
    with database.write() as session:
        service.disable_client(session, SYSTEM, cast.actors["leeds"].ref, now=NOW)
        organisations.close(session, SYSTEM, cast.refs["cornwall"], NOW)
    assert not asked(database, cast.actors["leeds"].ref, "area.read").is_yes
    closed = asked(database, cast.actors["cornwall"].ref, "area.read")
    assert not closed.is_yes
    assert "Its organisation is closed." in closed.because


def test_there_is_nobody_nothing_and_no_such_action(database: Database, cast: Cast) -> None:
    leeds = cast.actors["leeds"].ref
    with pytest.raises(NotFound, match="no person and no API client"):
        asked(database, new_ref("per"), "area.read")
    with pytest.raises(Invalid, match=r"There are: notice\.draft"):
        asked(database, leeds, "notice.forge")
    absent = asked(database, leeds, "placement.read", new_ref("pla"))
    assert not absent.is_yes
    assert "There is no record" in absent.because[-1]


@pytest.mark.parametrize(("action", "ends"), [("notice.register", 0), ("organisation.add", 1)])
def test_the_command_says_it_and_exits_so(
    database: Database, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch, action: str, ends: int
) -> None:
    monkeypatch.setenv("HUB_MODE", "test")
    monkeypatch.setenv("HUB_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("HUB_DATABASE_URL", database.url.render_as_string(hide_password=False))
    ran = CliRunner().invoke(main, ["access", "explain", cast.actors["leeds"].ref, action])
    assert ran.exit_code == ends, ran.output
    assert ran.output.splitlines()[-1] == ("No." if ends else "Yes.")
