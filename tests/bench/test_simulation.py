"""The short form of ``make simulate-rhi``: it follows from its seed, loses nobody, and its rules are the hub's services'."""

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import simulate_rhi
from bench.simulation import arms
from bench.simulation.arms import Came
from bench.simulation.country import country
from bench.simulation.stated import Stated, load_stated

FEW = 300


@pytest.fixture(scope="module")
def stated() -> Stated:
    return load_stated()


@pytest.fixture(scope="module")
def with_hub(stated: Stated) -> Came:
    return arms.with_cascade(stated, FEW)


def test_the_same_seed_tells_the_same_story(stated: Stated, with_hub: Came) -> None:
    again = arms.with_cascade(stated, FEW)
    assert (again.year, again.fates, again.spent) == (with_hub.year, with_hub.fates, with_hub.spent)
    assert json.dumps(asdict(again.year)) == json.dumps(asdict(with_hub.year))


def test_another_seed_tells_another(stated: Stated, with_hub: Came) -> None:
    assert arms.with_cascade(Stated({**stated.table, "seed": 1}), FEW).fates != with_hub.fates


def test_through_the_services_every_interview_ends_as_by_the_rules(stated: Stated) -> None:
    few = 30
    came = {simulate_rhi.SERVICES: arms.by_services(stated, few), simulate_rhi.SAME: arms.with_cascade(stated, few)}
    assert simulate_rhi.faults_in(came) == []
    assert came[simulate_rhi.SERVICES].year == came[simulate_rhi.SAME].year


def test_a_story_that_ends_otherwise_is_told(with_hub: Came) -> None:
    first, *others = with_hub.fates
    other = replace(with_hub, fates=(replace(first, asked=first.asked + 1), *others), faults=("a clock was moved",))
    said = simulate_rhi.faults_in({simulate_rhi.SERVICES: other, simulate_rhi.SAME: with_hub})
    assert said[0] == "a clock was moved"
    assert "1 interviews ended otherwise" in said[1]


def test_each_child_is_accounted_for_once(with_hub: Came) -> None:
    year = with_hub.year
    assert year.done + year.child_declined + year.neither == year.requests == FEW
    assert sum(year.held_by.values()) == year.done
    assert year.offers + sum(year.declines.values()) + year.unanswered == year.asked


def test_more_are_offered_and_held_with_the_cascade_than_by_email(stated: Stated, with_hub: Came) -> None:
    without = arms.by_email(stated, FEW).year
    for name in ("offered", "done", "done_in_time"):
        assert getattr(with_hub.year, name) > getattr(without, name), name


def test_the_hosts_are_as_they_were_found(stated: Stated) -> None:
    there = country(stated)
    does = Counter(council.does for council in there.councils.values())
    assert len(there.councils) == 153
    assert does["nothing"] == pytest.approx(153 * 0.49, abs=1)
    assert does["sells"] < 153 / 6 + 1
    assert len(there.episodes(10**6)) == 38_000


def test_it_prints_its_assumptions_and_keeps_its_figures(stated: Stated, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        simulate_rhi.main, ["--episodes", "60", "--sample", "0", "--results", str(tmp_path)], catch_exceptions=False
    )
    assert done.exit_code == 0
    said = done.output.replace("\n", " ")
    assert "stated assumption: prices.price_cap_pence: 40,000" in said
    assert "found: found.hosts_that_sell: 16" in said
    assert "done within 72 hours" in said
    [kept] = tmp_path.glob("rhi-*.json")
    figures = json.loads(kept.read_text())
    assert set(figures["arms"]) == set(arms.ARMS)
    assert figures["assumptions"] == stated.table
