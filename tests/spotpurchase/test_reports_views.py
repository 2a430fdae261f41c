"""Nothing leaves a report beyond what the policy names; third parties stand as what they are to the child, wherever named."""

import re
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields

from hub.core.settings import REPOSITORY
from hub.duties.reading import LawError
from hub.spotpurchase.reports.names import PARTICLES, Cover
from hub.spotpurchase.reports.policy import load_views
from hub.spotpurchase.reports.record import FIELDS, NAMES, PEOPLE, TEXTS, lines_of
from hub.spotpurchase.reports.schemas import InterviewRecordIn
from hub.spotpurchase.reports.views import LEFT_OUT, NAME_COVERED, NOT_IN_VIEW, Given, viewed
from tests.spotpurchase.reporting import NARRATIVE, RECORD, changed

VIEWS = load_views()


def given_of(view: str, record: dict[str, Any] = RECORD, **more: Any) -> Given:
    return viewed(record, NARRATIVE, VIEWS[view], **more)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


# --- what a view shows ------------------------------------------------------------------------------------------------


def test_the_whole_is_for_who_answers_for_the_child_and_who_wrote_it() -> None:
    assert VIEWS["full"].to == {"placing_authority", "performer"}
    assert VIEWS["summary"].to == {"host_authority"}
    assert VIEWS["intelligence"].to == {"police_force"}


def test_the_full_view_leaves_out_no_line_and_covers_no_name() -> None:
    shown = given_of("full")
    kinds = {"harms.kinds", "risks.kinds", "actions.kinds", "referrals.kinds"}
    assert {each["field"] for each in shown.redacted} == kinds & set(lines_of(RECORD, NARRATIVE))
    assert shown.content["narrative"] == NARRATIVE


def test_the_summary_for_the_host_tells_kinds_and_its_own_recommendations_and_no_story() -> None:
    shown = given_of("summary").content
    assert shown["harms.kinds"] == ["threats"]
    assert shown["recommendations.host_authority"] == [
        {"text": "Invented: look at the flat that [adult of concern] uses."}
    ]
    for line in (
        "narrative",
        "child.words",
        "people",
        "recommendations.placing_authority",
        "harms.said",
        "during.words",
    ):
        assert line not in shown


def test_the_extract_for_the_police_tells_intelligence_and_not_what_the_child_confided() -> None:
    shown = given_of("intelligence").content
    assert shown["intelligence.words"] == "Invented: Kim gives bags to [friend] to carry."
    for line in ("narrative", "child.words", "wishes.words", "helped.words", "after.words", "reasons.words"):
        assert line not in shown


def test_a_name_stands_in_the_extract_only_where_the_writer_said_that_the_police_need_it() -> None:
    people = given_of("intelligence").content["people"]
    assert [each["name"] for each in people] == ["[friend]", "Kim Made-Up"]
    assert "also_called" not in people[0]


def test_what_is_left_out_is_logged_by_codes_and_never_in_words() -> None:
    log = given_of("summary", leave_out=["reasons.push"]).redacted
    said = {each["field"]: each["reason"] for each in log}
    assert said["narrative"] == NOT_IN_VIEW
    assert said["reasons.push"] == LEFT_OUT
    assert said["recommendations.host_authority"] == NAME_COVERED
    assert not re.search("Kim|Jasper|Invented", str(log))


def test_nothing_said_is_nothing_shown() -> None:
    assert viewed({}, None, VIEWS["full"]).content == {}


_codes = st.sampled_from(sorted(PEOPLE))
_word = st.text(st.characters(categories=("Lu", "Ll")), min_size=2, max_size=8).filter(
    lambda word: _folded(word) not in PARTICLES
)
_name = st.lists(_word, min_size=1, max_size=3).map(" ".join)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """A record in which the named people stand in every free text, in whatever writing."""
    made = deepcopy(RECORD)
    people = draw(st.lists(st.fixed_dictionaries({"name": _name, "role": _codes}), min_size=1, max_size=4))
    made["people"] = [{**each, "police_need_name": draw(st.booleans())} for each in people]

    def written(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: written(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [written(each, key) for each in value]
        if key not in TEXTS or not isinstance(value, str):
            return value
        name = draw(st.sampled_from(people))["name"]
        form = draw(st.sampled_from([str, str.upper, str.lower, str.title]))
        return f"12, {form(name)}'s {draw(st.sampled_from(['9', '—', '(', '_']))}{form(name.split()[0])}."

    return {**written({name: each for name, each in made.items() if name != "people"}), "people": made["people"]}


@settings(max_examples=150, deadline=None)
@given(records(), st.sampled_from(sorted(VIEWS)), st.sets(st.sampled_from(FIELDS)))
def test_no_view_shows_anything_beyond_policy(record: dict[str, Any], view: str, leave_out: set[str]) -> None:
    said = lines_of(record, NARRATIVE)
    shown = viewed(record, NARRATIVE, VIEWS[view], leave_out=leave_out)
    assert set(shown.content) == (VIEWS[view].fields & set(said)) - leave_out
    logged = {each["field"] for each in shown.redacted if each["reason"] != NAME_COVERED}
    assert logged == set(said) - set(shown.content)


def _folded(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKD", text).casefold() if unicodedata.category(c) not in ("Mn", "Cf")
    )


@settings(max_examples=150, deadline=None)
@given(records())
def test_no_third_party_stands_by_name_where_policy_does_not_say_so(record: dict[str, Any]) -> None:
    for view in ("summary", "intelligence"):
        shown = viewed(record, NARRATIVE, VIEWS[view])
        people = [each for each in record["people"] if not (view == "intelligence" and each["police_need_name"])]
        without_roles = " ".join(re.sub(r"\[[^\]]*\]", "[]", text) for text in texts(_beside_the_named(shown.content)))
        for person in people:
            for part in (person["name"], *person["name"].split()):
                found = re.search(rf"(?<![^\W\d_]){re.escape(_folded(part))}(?![^\W\d_])", _folded(without_roles))
                assert not found, (part, without_roles)


def _beside_the_named(content: dict[str, Any]) -> dict[str, Any]:
    """The content without the names of those who may be named: a brother may share his."""
    return {
        name: [{k: v for k, v in each.items() if k not in NAMES and k != "role"} for each in value]
        if name == "people"
        else (value if name in _TEXT_LINES else None)
        for name, value in content.items()
    }


_TEXT_LINES = {
    name
    for name in FIELDS
    if name.rpartition(".")[2] in TEXTS or name.endswith(".said") or name.startswith("recommendations.")
}


# --- covering ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("I saw Jordan.", "I saw [friend]."),
        ("jordan's mum; JORDANS car", "[friend]'s mum; [friend]S car"),
        ("Jordan de  Smith-Jones and Jordan Smith-Jones", "[friend] and [friend] [friend]-[friend]"),
        ("Smith, or Jones", "[friend], or [friend]"),
        ("jordan_99 on the phone", "[friend]_99 on the phone"),
        ("JJ rang", "[friend] rang"),
        ("Zoë or Zoe or Zoe\u0308", "[peer] or [peer] or [peer]"),
        ("O’Brien, O'Brien, O`Brien", "[peer], [peer], [peer]"),
        ("the jordanian de", "the jordanian de"),
        ("Al went", "[partner] went"),
        ("also, always, Alan", "also, always, Alan"),
    ],
)
def test_a_name_is_covered_however_it_is_written(text: str, covered: str) -> None:
    people = [
        {"name": "Jordan de Smith-Jones", "also_called": ["JJ"], "role": "friend"},
        {"name": "Zoë O'Brien", "role": "peer"},
        {"name": "Al", "role": "partner"},
    ]
    assert Cover(people)(text) == covered


def test_several_of_one_role_are_told_apart_and_a_shared_name_is_somebody() -> None:
    people = [{"name": "Ash Fictitious", "role": "friend"}, {"name": "Rowan Fictitious", "role": "friend"}]
    assert Cover(people)("Ash, Rowan, the Fictitious house") == "[friend 1], [friend 2], the [somebody] house"


def test_a_named_person_is_not_hidden_by_a_relative_who_is_covered() -> None:
    record = changed(
        people=[
            {"name": "Kim Made", "role": "adult_of_concern", "police_need_name": True},
            {"name": "Lee Made", "role": "sibling"},
        ],
        intelligence={"words": "Kim and Lee."},
    )
    shown = given_of("intelligence", record).content
    assert [each["name"] for each in shown["people"]] == ["Kim Made", "[sibling]"]
    assert shown["intelligence.words"] == "Kim and [sibling]."


# --- the record and the policy ------------------------------------------------------------------------------------------


def _fields(schema: Schema) -> Iterator[tuple[str, Any]]:
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _fields(inner.schema)
        else:
            yield name, inner


def test_free_text_stands_only_where_names_are_covered() -> None:
    """Every field of the record that takes words is among the keys that are covered, or is a name itself; no code is."""
    for name, field in _fields(InterviewRecordIn()):
        takes_words = type(field).__name__ == "Words"
        assert takes_words == (name in TEXTS or name in NAMES), name


def test_each_line_of_the_record_can_be_shown() -> None:
    part_of = {name.partition(".")[0] for name in FIELDS}
    assert set(InterviewRecordIn().fields) - {"about"} <= part_of


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('to     = ["host_authority"]', 'to     = ["everybody"]', "view.summary.*everybody"),
        ('"helped.what_helped", "protective.factors", "actions.kinds"', '"shoe_size", "actions.kinds"', "shoe_size"),
        ('"during.where", "during.company", "after.returned"', '"narrative", "after.returned"', "narrative"),
        (
            'to     = ["placing_authority", "performer"]',
            'to     = ["placing_authority", "host_authority"]',
            "view.full",
        ),
        (
            'to     = ["host_authority"]\nnames  = "role_words"',
            'to     = ["host_authority"]\nnames  = "shown"',
            "shown",
        ),
        ('names  = "role_words"', 'names  = "where_needed"', "police alone"),
        ("[view.intelligence]", "[view.extract]", "extract"),
    ],
)
def test_a_policy_that_would_give_somebody_everything_or_means_nothing_is_refused(
    tmp_path: Path, before: str, after: str, fault: str
) -> None:
    copytree(REPOSITORY / "config" / "policy", tmp_path / "policy")
    file = tmp_path / "policy" / "interviews.toml"
    said = file.read_text()
    assert before in said
    file.write_text(said.replace(before, after))
    with pytest.raises(LawError, match=fault):
        load_views(tmp_path)
