"""Contenders take turns, ratios are taken inside each round, and a missed floor is named."""

from bench.measuring import Figure, Floor, Outcome, interleaved, quantile, ratio
from bench.report import verdict


def test_contenders_take_turns_round_by_round() -> None:
    order: list[tuple[str, int]] = []

    def contender(name: str) -> float:
        return float(order.append((name, len(order))) or len(order))

    interleaved(2, {"a": lambda _round: contender("a"), "b": lambda _round: contender("b")})
    assert [name for name, _ in order] == ["a", "b", "a", "b"]


def test_a_ratio_is_taken_inside_each_round_so_that_drift_between_rounds_cancels() -> None:
    drifting = ratio("half", of=(50.0, 100.0, 25.0), to=(100.0, 200.0, 50.0))
    assert drifting.rounds == (0.5, 0.5, 0.5)


def test_a_figure_is_the_median_of_its_rounds() -> None:
    assert Figure("x", "ms", (9.0, 1.0, 2.0)).value == 2.0


def test_the_slowest_hundredth_begins_at_p99() -> None:
    assert quantile(list(range(1000)), 0.99) == 990
    assert quantile([], 0.99) == 0.0


def test_a_missed_floor_is_named_with_its_figure() -> None:
    slow = Figure("swept", "a second", (1_500.0,))
    missed = verdict([Outcome("sweep", "sqlite", [slow], [Floor(slow, "at least", 2_000)])])
    assert missed == ["floor missed: sweep on sqlite: swept: 1,500 a second, at least 2,000 a second is asked"]


def test_a_goal_that_is_not_reached_yet_fails_nothing() -> None:
    short = Figure("to R-echo", "x", (0.1,))
    assert not verdict([Outcome("accept", "sqlite", [short], [Floor(short, "at least", 0.2, goal="G1")])])
