"""Who goes missing together, and when repeated episodes ask for a meeting."""

from tests.registry.papers import CHILD
from tests.web.missing.acting import fill, reports
from tests.web.reading import hidden_in, words_of


def test_a_place_that_comes_twice_is_a_pattern_without_a_name(at, placement) -> None:
    home = at("willow_house")
    for minutes in (300, 30):
        ref = reports(home, placement, minutes=minutes, **{"last_seen.place": "Invented pier"})
        fill(home, f"/missing/{ref}/back", {"ago": str(minutes - 20)})
    shown = at("kent_police").get("/missing/patterns")
    said = words_of(shown)
    assert "Last seen there" in said
    assert "2 times" in said
    assert "1 child" in said
    assert "Invented pier" not in said
    assert CHILD["family_name"] not in said


def test_a_manager_saves_the_councils_own_thresholds(at) -> None:
    manager = at("leeds", "team_manager")
    path = "/organisation/missing-thresholds"
    told = {
        "thresholds.0.kind": "count",
        "thresholds.0.count": "4",
        "thresholds.0.window_days": "60",
        "thresholds.0.duty": "EREP",
    }
    answered = fill(manager, path, told)
    assert answered.status_code == 303, words_of(answered)
    said = words_of(at("leeds").get(path))
    assert "4 episodes within 60 days" in said
    assert "your council’s own" in said
    assert "24 hours" not in said


def test_a_threshold_says_what_it_lacks_where_it_lacks_it(at) -> None:
    manager = at("leeds", "team_manager")
    path = "/organisation/missing-thresholds"
    answered = fill(
        manager, path, {"thresholds.0.kind": "hours", "thresholds.1.kind": "count", "thresholds.1.count": "1"}
    )
    assert answered.status_code == 422
    for control in ("thresholds.0.hours", "thresholds.0.duty", "thresholds.1.window_days", "thresholds.1.count"):
        assert f'href="#{control}"' in answered.text, control


def test_of_two_who_change_the_thresholds_the_second_sees_what_stands_and_keeps_what_they_typed(at) -> None:
    manager = at("leeds", "team_manager")
    path = "/organisation/missing-thresholds"
    page = manager.get(path)
    told = {"thresholds.0.kind": "hours", "thresholds.0.hours": "12", "thresholds.0.duty": "EREP"}
    assert fill(manager, path, told).status_code == 303
    stale = manager.send("POST", path, data={**hidden_in(page, path), **told, "thresholds.0.hours": "6"})
    assert stale.status_code == 412
    said = words_of(stale)
    assert "while you were typing" in said
    assert 'value="6"' in stale.text
    again = manager.send("POST", path, data={**hidden_in(stale, path), **told, "thresholds.0.hours": "6"})
    assert again.status_code == 303, words_of(again)
    assert "more than 6 hours" in words_of(manager.get(path))
