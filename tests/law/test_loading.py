"""A table that cannot be trusted is refused, naming the file and the row, and saying what is wrong."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.duties.calendar import load_calendar
from hub.duties.policy import load_policy
from hub.duties.reading import LawError
from hub.duties.table import load_law
from tests.law.conftest import CONFIG

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the configuration in which one text of one file is replaced by another."""

    def edit(file: str, before: str, after: str) -> Path:
        config = shutil.copytree(CONFIG, tmp_path / "config", dirs_exist_ok=True)
        text = (config / file).read_text()
        assert before in text
        (config / file).write_text(text.replace(before, after, 1))
        return config

    return edit


HOMES = "law/homes_england.toml"
LINK = "https://www.legislation.gov.uk/uksi/2015/541/regulation/41"
SOURCE = f'source         = [{{ cite = "SI 2015/541 reg 41", href = "{LINK}" }}]\n'
CLOCK = 'clock          = { unit = "without_delay", count_from = "event", tolerance = "without_delay" }\n'


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (SOURCE, "", "homes_england.toml, row E41A: there is no source."),
        (SOURCE, "source = []\n", "homes_england.toml, row E41A: there is no source."),
        (SOURCE, 'source = [{ href = "unverified" }]\n', "homes_england.toml, row E41A: there is no source citation."),
        (SOURCE, 'source = [{ cite = "reg 41" }]\n', "homes_england.toml, row E41A: there is no source link."),
        (SOURCE, 'source = [{ cite = "reg 41", href = "somewhere" }]\n', "row E41A: the source link 'somewhere'"),
        (CLOCK, 'clock = { count_from = "event" }\n', "homes_england.toml, row E41A: there is no unit."),
        (CLOCK, "", "homes_england.toml, row E41A: there is no clock."),
        (CLOCK, 'clock = { unit = "fortnights", count_from = "event" }\n', "row E41A: unit is 'fortnights'"),
        (CLOCK, 'clock = { unit = "hours", count_from = "event" }\n', "row E41A: there is no number for the clock."),
        (CLOCK, 'clock = { unit = "hours", number = 0, count_from = "event" }\n', "row E41A: the number of the clock"),
        (CLOCK, 'clock = { unit = "hours", number = "24", count_from = "event" }\n', "number must be a int, not '24'"),
        (CLOCK, 'clock = { unit = "working_days", number = 2, count_from = "event" }\n', "row E41A: a working-day clock"),
        (CLOCK, 'clock = { unit = "without_delay", count_from = "event" }\n', "row E41A: there is no tolerance"),
        (CLOCK, 'clock = { unit = "promptly", count_from = "event", tolerance = "soon" }\n', "the tolerance 'soon'"),
        (CLOCK, 'clock = { unit = "hours", number = 4, count_from = "lunch" }\n', "count_from is 'lunch'"),
        ("in_force_from  = 2015-04-01\n", "", "homes_england.toml, row E41A: there is no in-force date"),
        ("in_force_from  = 2015-04-01\n", 'in_force_from = "soon"\n', "row E41A: there is no in-force date"),
        ("in_force_from  = 2015-04-01\n", "in_force_from = 2015-04-01T00:00:00\n", "row E41A: there is no in-force date"),
        ('basis          = "statute"\n', 'basis = "custom"\n', "row E41A: basis is 'custom'; it must be one of statute,"),
        ('confidence     = "verified"\n', "", "homes_england.toml, row E41A: there is no confidence."),
        ('owed_by        = "registered_person"\n', 'owed_by = "somebody"\n', "row E41A: owed_by is 'somebody'"),
        ('starts         = ["placement_start", "admission"]\n', "starts = []\n", "row E41A: there is no starts."),
        ('"placement_start", "admission"', '"notice_received"', "row E41A: starts is 'notice_received'"),
        ('when           = ["childrens_home"', 'when = ["childrens_hut"', "row E41A: when is 'childrens_hut'"),
        ("enabled        = true\n", 'enabled = true\ncolour = "red"\n', "row E41A: nothing is known of colour."),
        ("[duty.E41D]", "[duty.E41A2]\nsays = 3\n[duty.E41D]", "row E41A2: there is no confidence."),
        ('title = "Children', 'titel = "Children', "row instrument: there is no title."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_stand_is_refused(edited: Edit, before: str, after: str, sentence: str) -> None:
    with pytest.raises(LawError) as refusal:
        load_law(edited(HOMES, before, after))
    assert sentence in str(refusal.value)


def test_a_refusal_is_a_value_error_that_names_file_and_row(edited: Edit) -> None:
    with pytest.raises(ValueError, match=r"^homes_england\.toml, row E41A: there is no source\.$"):
        load_law(edited(HOMES, SOURCE, ""))


def test_unverified_is_a_value_for_a_date_and_for_a_link(edited: Edit) -> None:
    config = edited(HOMES, "in_force_from  = 2015-04-01", 'in_force_from = "unverified"')
    assert load_law(config).duty("E41A").in_force_from == "unverified"


def test_a_code_is_used_once(edited: Edit) -> None:
    with pytest.raises(LawError, match=r"homes_england.toml, row E13A: the code is already used in care_planning_engl"):
        load_law(edited(HOMES, "[duty.E41D]", "[duty.E13A]"))


def test_a_file_that_is_not_toml_is_named(edited: Edit) -> None:
    with pytest.raises(LawError, match=r"^homes_england\.toml: the file is not valid TOML"):
        load_law(edited(HOMES, "[duty.E41D]", "[duty.E41D"))


@pytest.mark.parametrize(
    ("file", "before", "after", "sentence"),
    [
        ("law/rules.toml", "[rule.adoption]", "[rule.adopting]", "rules.toml, row adopting: nothing is known of values."),
        ("law/rules.toml", "days = 17", "day = 17", "rules.toml, row short-breaks-england: there is no days."),
        ("law/rules.toml", '"S20", "S20SB"', '"S20", "S99"', "rules.toml, row short-breaks-england: statuses is 'S99'"),
        ("policy/tolerance.toml", "{ hours = 24 }", "{ hours = 24, days = 1 }", "tolerance.toml, row without_delay: nothing is"),
        ("policy/tolerance.toml", "{ hours = 24 }", "{ }", "tolerance.toml, row without_delay: give exactly one unit"),
        ("policy/tolerance.toml", "{ working_days = 2 }", "{ working_days = 0 }", "the number must not be nought"),
    ],
)  # fmt: skip
def test_rules_and_tolerances_are_checked_too(edited: Edit, file: str, before: str, after: str, sentence: str) -> None:
    with pytest.raises(LawError) as refusal:
        load_law(edited(file, before, after))
    assert sentence in str(refusal.value)


LADDERS = "policy/escalation.toml"


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('[ladder.approval]\nceiling = "head_of_service"', '[ladder.approval]\nceiling = "team_manager"',
         "escalation.toml, row approval: a rung to social_worker, nominated_officer passes the ceiling team_manager."),
        ('[ladder.police_notice]\nceiling = "service_manager"', '[ladder.police_notice]\nceiling = "dcs"',
         "escalation.toml, row police_notice: EPOL is recommendation and may not climb above service_manager."),
        ('[ladder.chase]\nceiling = "service_manager"', '[ladder.chase]\nceiling = "dcs"',
         "escalation.toml, row chase: EGAP is policy and may not climb above head_of_service."),
        ('[ladder.interview]\nceiling = "head_of_service"', '[ladder.interview]\nceiling = "chief_executive"',
         "escalation.toml, row interview: ERHI is statutory_guidance and may not climb above head_of_service."),
        ("[ladder.chase]", "[ladder.chased]", "hub_policy.toml, row EGAP: there is no ladder 'chase'"),
        (', repeat_every_working_days = 10 }', " }", "row agency_voluntary: the last rung must repeat"),
        ("before_hours = 24, of", "before_hours = 24, after_hours = 1, of", "row placing_statute: a rung gives exactly one"),
        ('roles = ["social_worker"]', 'roles = ["gardener"]', "row placing_statute: roles is 'gardener'"),
        ('roles = ["social_worker"]', "roles = []", "row placing_statute: there is no roles."),
        ('of = "owed_by"', 'of = "ofsted"', "row placing_statute: of is 'ofsted'"),
        (', report_to = "Ofsted"', "", "row home: a rung that prepares a report names the outside body"),
        ("hours_per_working_day = 2", "hours_per_working_day = 2.5", "row risk: hours_per_working_day must be a int"),
    ],
)  # fmt: skip
def test_a_ladder_that_cannot_stand_is_refused(edited: Edit, before: str, after: str, sentence: str) -> None:
    config = edited(LADDERS, before, after)
    with pytest.raises(LawError) as refusal:
        load_policy(config, load_law(config))
    assert sentence in str(refusal.value)


def test_a_retry_ladder_of_words_is_refused(edited: Edit) -> None:
    config = edited("policy/delivery.toml", "[0, 5,", '[0, "5",')
    with pytest.raises(LawError, match=r"delivery\.toml, row \(top\): retry_seconds must be whole seconds"):
        load_policy(config, load_law(config))


@pytest.mark.parametrize(
    ("before", "after"),
    [('"2018-01-01"', '"2018-13-01"'), ('"events"', '"event"'), ('"official": true', '"offical": true')],
)
def test_bank_holidays_that_cannot_be_read_are_refused(edited: Edit, before: str, after: str) -> None:
    with pytest.raises(LawError, match="bank_holidays"):
        load_calendar(edited("reference/bank_holidays.json", before, after))


def test_a_gap_between_the_official_years_is_refused(edited: Edit) -> None:
    config = edited("reference/bank_holidays.json", "", "")
    path = config / "reference" / "bank_holidays.json"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if '"date": "2021' not in line))
    with pytest.raises(LawError, match="without a gap"):
        load_calendar(config)
