"""What is shown to whom, in which stage: nothing but what the policy has a line for, and nothing without a row."""

import json
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from hub.core.db import Database
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.directory.duty.rota import OnDuty
from hub.duties.reading import LawError
from hub.lookup import reviews
from hub.lookup.disclosure import band_of, fields_for, relation_of
from hub.lookup.knowing import Around, Known
from hub.lookup.policy import FIELDS, RELATIONS, STAGES, DisclosurePolicy, load_disclosure_policy
from hub.lookup.schemas import ShownFieldsOut
from hub.lookup.showing import SHOW, shown
from hub.registry.receipts import Receipt
from tests.conftest import CONFIG
from tests.lookup.conftest import AT_NIGHT, LEEDS_AT_NIGHT, ROWAN, Rooms
from tests.registry.conftest import Books

FILE = Path(CONFIG) / "policy" / "disclosure.toml"


def every_case(policy: DisclosurePolicy) -> Iterator[tuple[Any, ...]]:
    return product(policy.purposes, STAGES, RELATIONS, (False, True), (False, True), ("strong", "weak"))


# --- the policy -------------------------------------------------------------------------------------------------------


def test_for_every_field_that_can_be_shown_there_is_a_line_of_the_policy(policy: DisclosurePolicy) -> None:
    lines = set(tomllib.loads(FILE.read_text())["field"])
    assert lines == set(FIELDS) == set(SHOW) == set(ShownFieldsOut().fields)
    assert all(policy.why[field] for field in FIELDS)


def test_every_field_is_shown_to_somebody(policy: DisclosurePolicy) -> None:
    shown = {
        field
        for purpose, stage, relation, shielded, broken, band in every_case(policy)
        for field in fields_for(policy, purpose, stage, relation, is_shielded=shielded, broke_glass=broken, band=band)
    }
    assert shown == set(FIELDS)


def test_no_case_shows_a_field_that_its_purpose_does_not_name(policy: DisclosurePolicy) -> None:
    for purpose, stage, relation, shielded, broken, band in every_case(policy):
        fields = fields_for(policy, purpose, stage, relation, is_shielded=shielded, broke_glass=broken, band=band)
        allowed = {*policy.purposes[purpose].stages[stage], *(policy.shielded if shielded else ())}
        assert set(fields) <= allowed - set(policy.relations[relation])


def test_of_a_shielded_child_only_whom_to_ring_is_shown_until_the_glass_is_broken(policy: DisclosurePolicy) -> None:
    for purpose, stage, relation, _, _, band in every_case(policy):
        fields = fields_for(policy, purpose, stage, relation, is_shielded=True, broke_glass=False, band=band)
        assert set(fields) <= {"ring"}


def test_a_weak_likeness_does_not_even_tell_that_a_shielded_child_is_there(policy: DisclosurePolicy) -> None:
    case = (policy, "missing_report", "possible_match", "other_force")
    assert fields_for(*case, is_shielded=True, broke_glass=False, band="weak") == ()


@pytest.mark.parametrize(
    ("kind", "number", "relation"),
    [
        ("police_force", 3, "force_of_placement"),
        ("police_force", 9, "other_force"),
        ("local_authority", 1, "placing_authority"),
        ("local_authority", 2, "host_authority"),
        ("local_authority", 9, "other_council"),
    ],
)
def test_what_an_asker_is_to_a_child_follows_from_the_placement(kind: str, number: int, relation: str) -> None:
    assert relation_of(number, kind, placing=1, host=2, force=3) == relation


def test_a_likeness_is_strong_from_the_disclosure_threshold_on(policy: DisclosurePolicy) -> None:
    assert [band_of(policy, score) for score in (0.2, 0.6, 0.75, 1.0)] == [None, "weak", "strong", "strong"]


@pytest.mark.parametrize(
    ("was", "now", "row", "what"),
    [
        ('carer                 = "', 'carrier = "', "field", "carer"),
        ('"initials", "year_of_birth", "town"]\nconfirmed', '"initials", "surname"]\nconfirmed', "purpose.safe", "surname"),
        ("[relation.other_force]", "[relation.other_country]", "(top)", "other_force"),
        ("strong_from = 0.75", "strong_from = 7.5", "likeness", "between 0 and 1"),
        ("person_hour         = 90", "person_hour         = 0", "limits", "at least 1"),
        ('example = "18-1234-26"', 'example = "nonsense"', "E23000032", "example"),
        ("target_minutes = 20", "target_minutes = 20\nsmile = 1", "review", "smile"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_trusted_is_refused_by_row_and_key(
    tmp_path: Path, was: str, now: str, row: str, what: str
) -> None:
    text = FILE.read_text()
    assert was in text
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / FILE.name).write_text(text.replace(was, now, 1))
    with pytest.raises(LawError) as refused:
        load_disclosure_policy(tmp_path)
    assert "disclosure.toml" in str(refused.value)
    assert row in str(refused.value)
    assert what in str(refused.value)


# --- the stages -------------------------------------------------------------------------------------------------------


def test_a_possible_match_is_told_by_initials_year_of_birth_home_and_town_alone(placed: Receipt, room: Rooms) -> None:
    [match] = room("kent_police").asks().matches
    assert match.fields == {"initials": "R. F.", "year_of_birth": 2012, "home": "Willow House", "town": "Maidstone"}
    assert (match.band, match.is_shielded) == ("strong", False)


def test_once_confirmed_the_force_is_told_what_it_needs_now(placed: Receipt, room: Rooms) -> None:
    handler = room("kent_police")
    handler.asks()
    told = handler.confirms()
    assert told.relation == "force_of_placement"
    assert told.fields["placing_authority"]["name"] == "Leeds City Council"
    assert told.fields["out_of_hours"]["phone"] == LEEDS_AT_NIGHT
    assert told.fields["carer"] == {"name": "K. Invented", "phone": "01632 960200"}
    assert told.fields["placement_status"]["status"] == "current"
    assert [each["marker"] for each in told.fields["markers"]] == ["cse"]
    assert "detail" not in told.fields["markers"][0]
    assert told.fields["grade_advice"]["because"][0] == "cse"
    assert told.fields["trigger_plan"]["by"] == told.fields["philomena"]["by"] == "Willow House"
    assert told.fields["last_episodes"] == []
    assert "specialist_care" not in told.fields


def test_risk_detail_is_a_disclosure_of_its_own_and_follows_a_confirmation(
    placed: Receipt, room: Rooms, books: Books
) -> None:
    handler = room("kent_police")
    handler.asks()
    with pytest.raises(StateConflict):
        handler.confirms("risk_detail")
    handler.confirms()
    told = handler.confirms("risk_detail")
    assert [each["detail"] for each in told.fields["marker_details"]] == ["Invented: an older man waits by the gate."]
    assert told.fields["specialist_care"] == "Invented: takes a medicine at eight."
    assert told.fields["child_protection_plan"] is True
    stages = [row.stage for row in books.all("SELECT stage FROM disclosure ORDER BY id")]
    assert stages == ["possible_match", "confirmed", "risk_detail"]


def test_any_force_may_ask_and_a_council_that_is_no_party_learns_only_whom_to_ring(
    placed: Receipt, room: Rooms
) -> None:
    elsewhere = room("west_yorkshire_police")
    elsewhere.asks()
    assert elsewhere.confirms().relation == "other_force"
    council = room("cornwall")
    council.asks()
    told = council.confirms()
    assert told.relation == "other_council"
    as_it_was_offered = {"initials", "year_of_birth"}
    assert set(told.fields) - as_it_was_offered == {"placing_authority", "out_of_hours", "placement_status"}


def test_the_host_at_night_sees_the_markers_that_are_for_it(placed: Receipt, room: Rooms) -> None:
    host = room("kent")
    host.asks()
    assert [each["marker"] for each in host.confirms().fields["markers"]] == ["cse"]


def test_what_is_shown_is_what_stands_on_record(placed: Receipt, room: Rooms, books: Books) -> None:
    handler = room("kent_police")
    answer = handler.asks()
    shown = [handler.confirms(), handler.confirms("risk_detail")]
    rows = {row.ref: row for row in books.all("SELECT ref, fields, stage, shown_at FROM disclosure")}
    (match,) = answer.matches
    assert list(match.fields) == _listed(rows[f"dsc_{match.candidate[4:]}"].fields)
    for told in shown:
        assert list(told.fields) == _listed(rows[told.ref].fields)
    assert len(rows) == 3


def _listed(value: Any) -> list[str]:
    return list(json.loads(value)) if isinstance(value, str) else list(value)


def test_the_record_tells_who_asked_what_for_and_nothing_of_it_is_readable(
    placed: Receipt, room: Rooms, books: Books, database: Database
) -> None:
    handler = room("kent_police")
    answer = handler.asks()
    [row] = books.all("SELECT * FROM look_up")
    assert (row.ref, row.purpose, row.candidates, row.best_band, row.stage) == (
        answer.ref, "missing_report", 1, "strong", "possible_match",
    )  # fmt: skip
    said = database.keys.open(row.ref, row.sealed)
    assert (said["incident"], said["by"], said["asked"]["family_name"]) == ("18-1234-26", handler.by, "Fictitious")
    audited = books.all(
        "SELECT event, operation, actor_ref, details FROM audit_entry WHERE subject_ref = :r", r=row.ref
    )
    assert [(each.event, each.operation, each.actor_ref) for each in audited] == [
        ("look_up.asked", "consultation", handler.actor.ref)
    ]
    assert "Fictitious" not in str(audited)
    assert "18-1234" not in str(audited)


def test_the_account_of_a_look_up_tells_no_more_of_a_child_than_was_shown(placed: Receipt, room: Rooms) -> None:
    """Or whoever asks would read there, without a purpose confirmed, what no line of the policy allows."""
    handler = room("kent_police")
    asked = handler.asks()
    [offered] = handler.reads(reviews.read_look_up, asked.ref).disclosures
    assert (offered.placing_authority, offered.relation) == (None, None)
    handler.confirms()
    confirmed = handler.reads(reviews.read_look_up, asked.ref).disclosures[-1]
    assert (confirmed.placing_authority, confirmed.relation) == ("Leeds City Council", "force_of_placement")


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"purpose": "curiosity"}, "purpose"),
        ({"purpose": ""}, "purpose"),
        ({"incident": ""}, "incident_reference"),
        ({"incident": "CAD 7"}, "incident_reference"),
        ({"family_name": "*", "given_names": "Rowan"}, "family_name"),
        ({"family_name": "--", "given_names": "Rowan"}, "family_name"),
        ({**ROWAN, "born_on": (AT_NIGHT + timedelta(days=2)).date()}, "born_on"),
        ({"born_year": 2030, "family_name": "Fictitious"}, "born_year"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_field_and_nothing_is_kept(
    placed: Receipt, room: Rooms, books: Books, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        room("kent_police").asks(**given)
    assert field in refused.value.fields
    assert refused.value.sentence.endswith((".", ":"))
    assert (books.count("look_up"), books.count("disclosure")) == (0, 0)


@pytest.mark.parametrize(
    "known",
    [{"family_name": "Fictitious"}, {"born_on": ROWAN["born_on"]}, {"postcode": "ME14 1XQ"}, {"home": "SC900001"}, {}],
)
def test_nothing_is_listed_by_a_part_of_what_is_known(
    placed: Receipt, room: Rooms, books: Books, known: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        room("kent_police").asks(**(known or {"family_name": ""}))
    assert books.count("look_up") == 0


def test_a_system_says_for_whom_it_asks(placed: Receipt, room: Rooms) -> None:
    with pytest.raises(Invalid) as refused:
        room("kent_police", by=None).asks()
    assert "by" in refused.value.fields


def test_who_is_not_there_leaves_a_look_up_and_no_disclosure(placed: Receipt, room: Rooms, books: Books) -> None:
    answer = room("kent_police").asks(family_name="Nowhere", given_names="Quill", born_on=ROWAN["born_on"])
    assert answer.matches == ()
    [row] = books.all("SELECT stage, candidates, best_band FROM look_up")
    assert (row.stage, row.candidates, row.best_band) == ("asked", 0, None)
    assert books.count("disclosure") == 0


def test_another_purpose_than_was_given_is_not_confirmed(placed: Receipt, room: Rooms) -> None:
    handler = room("kent_police")
    handler.asks()
    with pytest.raises(Invalid) as refused:
        handler.confirms(purpose="found_child")
    assert "purpose" in refused.value.fields


def test_a_candidate_holds_within_its_look_up_its_organisation_and_its_hour(
    placed: Receipt, room: Rooms, books: Books
) -> None:
    ours, theirs = room("kent_police"), room("west_yorkshire_police")
    first, second = ours.asks(), ours.asks()
    theirs.asks()
    ours.last = first
    for other in (second, theirs.last):
        assert other is not None
        mixed = type(first)(first.ref, first.purpose, first.asked_at, first.open_until, other.matches)
        ours.last = mixed
        with pytest.raises(NotFound):
            ours.confirms()
    theirs.last = first
    with pytest.raises(NotFound):
        theirs.confirms()
    ours.last, ours.now = first, first.open_until
    with pytest.raises(StateConflict):
        ours.confirms()
    assert books.all("SELECT DISTINCT stage FROM disclosure") == [("possible_match",)]


def test_where_nobody_is_on_duty_the_number_of_the_notice_is_given() -> None:
    """An office that is shut until nine is no answer at two in the morning, where the notice told whom to ring."""
    desk = OnDuty("desk", "con_office", "Duty desk", "01632 960201")
    shut = OnDuty("fallback", "con_office", "Duty desk", "01632 960201", until=AT_NIGHT, then=desk)
    told = Known(1, {}, "current", placement={"contacts": {"out_of_hours": {"phone": "01632 960102"}}})
    untold = Known(1, {}, "current")

    def rings(known: Known, on_duty: OnDuty | None) -> Any:
        return shown(known, Around(on_duty=on_duty), ["out_of_hours"])["out_of_hours"]

    assert (rings(told, shut)["phone"], rings(told, shut)["kind"]) == ("01632 960102", "notice")
    assert (rings(told, shut)["until"], rings(told, shut)["then"]["phone"]) == (AT_NIGHT, "01632 960201")
    assert rings(told, desk)["phone"] == rings(untold, shut)["phone"] == "01632 960201"
    assert rings(told, None)["phone"] == "01632 960102"
    assert rings(untold, None) is None
