"""The right number now: out of verified telephones and overrides; who may override, for how long, and who is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from hub.access.people import service as people
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import Conflict, Invalid, NotFound, StateConflict
from hub.demonstration.cast import Cast
from hub.directory import contact_points, queries
from hub.directory.duty import service
from hub.directory.duty.rota import OnDuty
from hub.directory.duty.service import OverrideSeen
from hub.directory.models import Organisation
from hub.duties.rulebook import Rulebook
from hub.notify.duty import telling
from hub.notify.duty.telling import tell_of_gaps_once
from hub.notify.models import PersonalMail
from tests.directory.desks import NOW

WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {day: ["09:00", "17:00"] for day in WEEK} | {"bank_holidays": False}
NIGHT = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
"""Two o'clock in the night after NOW."""
STORM: dict[str, Any] = {"name": "Storm desk", "phone": "01632 960999", "reason": "Invented: the lines are down."}


@pytest.fixture
def telephone(database: Database, cast: Cast) -> Callable[..., str]:
    """``telephone("out_of_hours", "01632 960002")``: a verified telephone of Leeds."""

    def add(role: str, number: str, hours: dict[str, Any] | None = None, *, verified: bool = True) -> str:
        wanted = {"role": role, "channel": "phone", "address": number, "purpose": f"The {role}", "opening_hours": hours}
        with database.write() as session:
            point = contact_points.add(
                session, SYSTEM, cast.refs["leeds"], wanted, private_webhooks=False, now=NOW
            ).point
            if verified:
                contact_points.verify(session, SYSTEM, point.ref, verified_by="Sam Fictitious", now=NOW)
        return point.ref

    return add


@pytest.fixture
def now_at(database: Database, cast: Cast, rules: Rulebook) -> Callable[..., OnDuty | None]:
    """``now_at(instant)``: who is on duty at Leeds then."""

    def ask(at: datetime, member: str = "leeds") -> OnDuty | None:
        with database.read() as session:
            return service.on_duty(session, cast.ids[member], rules=rules, now=at)

    return ask


@pytest.fixture
def overrides(database: Database, cast: Cast, rules: Rulebook) -> Callable[..., OverrideSeen]:
    """``overrides(from_at, until)`` as Leeds's system, at NOW."""

    def add(
        from_at: datetime, until: datetime, now: datetime = NOW, member: str = "leeds", **other: Any
    ) -> OverrideSeen:
        wanted = {**STORM, "from_at": from_at, "until_at": until, **other}
        with database.write() as session:
            return telling.override(session, cast.actors[member], cast.refs["leeds"], wanted, rules=rules, now=now)

    return add


def hour(number: int) -> datetime:
    """So many hours after NOW."""
    return NOW + timedelta(hours=number)


# --- who is on duty -----------------------------------------------------------------------------------------------------


def test_by_day_the_desk_and_by_night_the_emergency_team(
    telephone: Callable[..., str], now_at: Callable[..., OnDuty | None]
) -> None:
    day, night = telephone("duty_desk", "01632 960001", OFFICE), telephone("out_of_hours", "01632 960002")
    by_day, by_night = now_at(NOW), now_at(NIGHT)
    assert by_day is not None
    assert by_night is not None
    assert (by_day.kind, by_day.ref, by_day.phone) == ("desk", day, "01632960001")
    assert (by_night.kind, by_night.ref, by_night.name) == ("out_of_hours", night, "The out_of_hours")
    assert by_night.until == datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
    assert by_night.then is not None
    assert by_night.then.ref == day


def test_a_telephone_that_nobody_verified_is_never_given(
    telephone: Callable[..., str], now_at: Callable[..., OnDuty | None]
) -> None:
    telephone("out_of_hours", "01632 960002", verified=False)
    assert now_at(NIGHT) is None


def test_one_that_was_retired_is_given_no_more(
    telephone: Callable[..., str], now_at: Callable[..., OnDuty | None], database: Database
) -> None:
    ref = telephone("out_of_hours", "01632 960002")
    with database.write() as session:
        contact_points.retire(session, SYSTEM, ref, NOW)
    assert now_at(NIGHT) is None


def test_mailboxes_and_other_desks_answer_no_telephone(
    telephone: Callable[..., str], now_at: Callable[..., OnDuty | None]
) -> None:
    telephone("team_manager", "01632 960003")
    assert now_at(NOW) is None


def test_when_nobody_is_on_duty_it_is_said_with_the_number_that_is_best_tried(
    telephone: Callable[..., str], now_at: Callable[..., OnDuty | None]
) -> None:
    telephone("duty_desk", "01632 960001", OFFICE)
    who = now_at(NIGHT)
    assert who is not None
    assert (who.kind, who.is_gap, who.phone) == ("fallback", True, "01632960001")


def test_several_organisations_are_asked_at_once(
    telephone: Callable[..., str], database: Database, cast: Cast, rules: Rulebook
) -> None:
    telephone("out_of_hours", "01632 960002")
    with database.read() as session:
        found = service.all_on_duty(session, [cast.ids["leeds"], cast.ids["kent"]], rules=rules, now=NIGHT)
    assert {number: who.kind if who else None for number, who in found.items()} == {
        cast.ids["leeds"]: "out_of_hours",
        cast.ids["kent"]: None,
    }


# --- overriding it ------------------------------------------------------------------------------------------------------


def test_an_override_answers_while_it_lasts_and_until_it_is_removed(
    telephone: Callable[..., str],
    now_at: Callable[..., OnDuty | None],
    overrides: Callable[..., OverrideSeen],
    database: Database,
    cast: Cast,
) -> None:
    telephone("out_of_hours", "01632 960002")
    made = overrides(hour(8), hour(32))
    kinds = [who.kind if (who := now_at(hour(each))) else None for each in (7, 8, 31, 32)]
    assert kinds == ["out_of_hours", "override", "override", "out_of_hours"]
    with database.write() as session:
        removed = service.remove_override(session, cast.actors["leeds"], made.ref, now=hour(9))
    assert removed.removed_at == hour(9)
    again = now_at(hour(10))
    assert again is not None
    assert again.kind == "out_of_hours"
    with database.write() as session, pytest.raises(StateConflict, match="over already"):
        service.remove_override(session, cast.actors["leeds"], made.ref, now=hour(10))


@pytest.mark.parametrize(
    ("from_at", "until", "field", "because"),
    [
        (hour(2), hour(2), "until_at", "it ends when it begins"),
        (hour(-2), hour(-1), "until_at", "it is over"),
        (hour(-2), hour(4), "from_at", "it began in the past"),
        (hour(1), hour(1 + 7 * 24 + 1), "until_at", "it is longer than one person may say"),
        (hour(91 * 24), hour(91 * 24 + 1), "from_at", "it is too far ahead"),
    ],
)
def test_an_override_at_a_time_that_cannot_be_is_refused_at_its_field(
    overrides: Callable[..., OverrideSeen], from_at: datetime, until: datetime, field: str, because: str
) -> None:
    with pytest.raises(Invalid) as refused:
        overrides(from_at, until)
    assert list(refused.value.fields or ()) == [field], because


def test_an_override_of_exactly_the_longest_time_may_be(overrides: Callable[..., OverrideSeen]) -> None:
    assert overrides(hour(0), hour(7 * 24)).until_at == hour(7 * 24)


def test_two_overrides_do_not_overlap_but_may_follow_one_another(overrides: Callable[..., OverrideSeen]) -> None:
    overrides(hour(2), hour(4))
    for from_at, until in ((1, 3), (3, 5), (2, 4), (1, 5)):
        with pytest.raises(Conflict, match="stands at that time"):
            overrides(hour(from_at), hour(until))
    assert overrides(hour(4), hour(6)).from_at == hour(4)
    assert overrides(hour(1), hour(2)).until_at == hour(2)


def test_a_telephone_number_that_is_none_is_refused_at_its_field(overrides: Callable[..., OverrideSeen]) -> None:
    with pytest.raises(Invalid) as refused:
        overrides(hour(1), hour(2), phone="ask for Sam")
    assert list(refused.value.fields or ()) == ["phone"]


def test_another_organisation_overrides_nothing_and_sees_nothing(
    overrides: Callable[..., OverrideSeen], database: Database, cast: Cast
) -> None:
    with pytest.raises(NotFound):
        overrides(hour(1), hour(2), member="kent")
    made = overrides(hour(1), hour(2))
    with database.write() as session, pytest.raises(NotFound):
        service.remove_override(session, cast.actors["kent"], made.ref, now=NOW)


def test_what_somebody_wrote_of_an_override_is_sealed(
    overrides: Callable[..., OverrideSeen], database: Database
) -> None:
    overrides(hour(1), hour(2))
    with database.read() as session:
        held = str(session.execute(text("SELECT * FROM duty_override")).all())
        held += str(session.execute(text("SELECT details FROM audit_entry")).all())
    assert not [word for word in ("Storm", "960999", "lines") if word in held]


# --- who is told --------------------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(database: Database, cast: Cast) -> Callable[..., str]:
    """``administrator("sam")``: one who looks after Leeds, unless other roles are given."""

    def add(name: str, *roles: str) -> str:
        with database.write() as session:
            leeds = queries.by_ids(session, [cast.ids["leeds"]])[cast.ids["leeds"]]
            person = people.add(
                session,
                leeds,
                name=f"{name.title()} Fictitious",
                email=f"{name}@leeds.example",
                roles=list(roles or ["administrator"]),
                password_hash="x",
                now=NOW,
            )
        return person.ref

    return add


def letters(database: Database, kind: str, *to: str) -> list[str]:
    """To whom of these letters of a kind were written, in order."""
    wanted = select(PersonalMail.subject_ref).where(PersonalMail.kind == kind, PersonalMail.subject_ref.in_(to))
    with database.read() as session:
        return list(session.scalars(wanted.order_by(PersonalMail.id)))


def test_every_administrator_is_told_of_an_override_by_mail_and_nobody_else(
    overrides: Callable[..., OverrideSeen], administrator: Callable[..., str], database: Database
) -> None:
    sam, kim = administrator("sam"), administrator("kim")
    pat = administrator("pat", "social_worker")
    overrides(hour(1), hour(2))
    assert letters(database, "person.desk_overridden", sam, kim, pat) == [sam, kim]


def test_administrators_are_told_of_gaps_once_and_again_after_a_week_while_they_last(
    telephone: Callable[..., str], administrator: Callable[..., str], database: Database, rules: Rulebook
) -> None:
    sam = administrator("sam")
    telephone(
        "duty_desk",
        "01632 960001",
        OFFICE | {day: ["09:00", "09:00"] for day in WEEK[:4]} | {"fri": ["09:00", "17:00"]},
    )
    told = []
    for days in range(15):
        tell_of_gaps_once(database, rules, now=NOW + timedelta(days=days))
        told.append(len(letters(database, "person.desk_gaps", sam)))
    # Two weekends are ahead on Wednesday; the third comes into sight on the Saturday, a week later the fourth.
    assert told == [1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3]


def test_nobody_is_told_while_somebody_is_always_on_duty(
    telephone: Callable[..., str], administrator: Callable[..., str], database: Database, rules: Rulebook
) -> None:
    sam = administrator("sam")
    telephone("duty_desk", "01632 960001", OFFICE)
    telephone("out_of_hours", "01632 960002")
    tell_of_gaps_once(database, rules, now=NOW)
    assert letters(database, "person.desk_gaps", sam) == []


def test_looking_for_gaps_takes_as_many_statements_however_many_organisations_there_are(
    cast: Cast, database: Database, rules: Rulebook
) -> None:
    with database.write() as session:
        forces = session.scalars(select(Organisation.id).where(Organisation.kind == "police_force")).all()
    assert len(forces) > 10
    taken = []
    for number in range(2):
        with database.write() as session:
            for each in forces[: 10 * number]:
                queries.join_organisation(session, each, NOW)
        tell_of_gaps_once(database, rules, now=NOW + timedelta(minutes=number))
        taken.append(statements_of(database, lambda: tell_of_gaps_once(database, rules, now=NOW + timedelta(hours=1))))
    assert taken[0] == taken[1] > 0


def statements_of(database: Database, act: Callable[[], object]) -> int:
    """How many statements that read tables *act* takes."""
    made: list[str] = []
    listening = (database.engine, "before_cursor_execute", lambda *given: made.append(given[2]))
    event.listen(*listening)
    act()
    event.remove(*listening)
    return sum("FROM" in each for each in made)


def test_an_organisation_without_any_number_is_one_gap_that_is_told_once_a_week(
    administrator: Callable[..., str], database: Database, rules: Rulebook
) -> None:
    sam = administrator("sam")
    for days in range(8):
        tell_of_gaps_once(database, rules, now=NOW + timedelta(days=days))
    assert len(letters(database, "person.desk_gaps", sam)) == 2


# --- over HTTP ----------------------------------------------------------------------------------------------------------


def test_the_rota_over_http_says_who_answers_what_changes_and_when_nobody_does(
    telephone: Callable[..., str], leeds: FlaskClient, cast: Cast, time_is: Callable[[datetime], None]
) -> None:
    time_is(NOW)
    telephone("duty_desk", "01632 960001", OFFICE)
    base = f"/api/v1/organisations/{cast.refs['leeds']}"
    body = {**STORM, "from_at": "2026-11-18T17:00:00+00:00", "until_at": "2026-11-19T09:00:00Z"}
    made = leeds.post(f"{base}/duty-overrides", json=body, headers={"Idempotency-Key": "one-storm-only"})
    assert made.status_code == 201, made.text
    rota = leeds.get(f"{base}/duty").json
    assert rota["now"]["kind"] == "desk"
    assert (rota["now"]["until"], rota["now"]["then"]["kind"]) == ("2026-11-18T17:00:00+00:00", "override")
    assert rota["gaps"][0]["from_at"] == "2026-11-19T17:00:00+00:00"
    assert [each["name"] for each in rota["overrides"]] == ["Storm desk"]
    gone = leeds.delete(f"/api/v1/duty-overrides/{made.json['ref']}")
    assert gone.json["removed_at"] == "2026-11-18T10:00:00+00:00"
    assert leeds.get(f"{base}/duty").json["now"]["then"]["kind"] == "fallback"


def test_a_faulty_override_is_told_field_by_field(leeds: FlaskClient, cast: Cast) -> None:
    body = {"name": "", "phone": "01632 960999", "from_at": "2026-11-18", "until_at": "2026-11-18T10:00:00"}
    answer = leeds.post(f"/api/v1/organisations/{cast.refs['leeds']}/duty-overrides", json=body)
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {"name", "reason", "from_at", "until_at"}
