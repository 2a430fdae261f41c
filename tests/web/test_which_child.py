"""A notice of a change or an end names the placement: whoever is told sees on its page which child it is about."""

from tests.registry.papers import admission, change_of, start
from tests.web.desk_people import look, sends, tom  # noqa: F401 - fixtures

LEFT = {"kind": "home_discharge", "ends_at": "2026-11-18T09:30:00Z"}


def test_a_host_reads_who_has_left_the_home(tom, sends) -> None:  # noqa: F811
    told = sends("willow_house", admission())
    left = sends("willow_house", {**LEFT, "placement": told.placement})
    said = look(tom, f"/inbox/{left.notice}")
    assert "Rowan Fictitious" in said
    assert "14 March 2012" in said


def test_a_host_reads_whose_placement_is_to_end_and_whose_details_changed(tom, sends) -> None:  # noqa: F811
    receipt = sends("leeds", start())
    changed = sends("leeds", change_of(receipt, social_worker={"name": "Q. Specimen", "phone": "01632 960200"}))
    end = {"kind": "placement_end", "placement": receipt.placement, "end_reason": "planned_move"}
    ended = sends("leeds", {**end, "ends_at": "2026-12-01T10:00:00Z"})
    for notice in (changed.notice, ended.notice):
        assert "Rowan Fictitious" in look(tom, f"/inbox/{notice}")


def test_a_notice_that_was_withdrawn_names_nobody(tom, sends, client_for) -> None:  # noqa: F811
    receipt = sends("leeds", start())
    changed = sends("leeds", change_of(receipt, social_worker={"name": "Q. Specimen"}))
    taken_back = client_for("leeds").post(f"/api/v1/notices/{changed.notice}/withdrawal", json={"reason": "Invented."})
    assert taken_back.status_code < 300, taken_back.text
    said = look(tom, f"/inbox/{changed.notice}")
    assert "withdrawn" in said
    assert "Rowan" not in said


def test_a_council_is_named_and_not_left_to_its_code(tom, sends) -> None:  # noqa: F811
    told = sends("willow_house", admission(ehc_plan={"has": "yes", "authority": "E08000032"}))
    said = look(tom, f"/inbox/{told.notice}")
    assert "Placing authority Leeds City Council (E08000035)" in said
    assert "Which council keeps it City of Bradford Metropolitan District Council (E08000032)" in said


def test_the_notice_of_a_discharge_says_who_placed_the_child_and_who_reviews(tom, sends) -> None:  # noqa: F811
    told = sends("willow_house", admission())
    left = sends("willow_house", {**LEFT, "placement": told.placement})
    said = look(tom, f"/inbox/{left.notice}")
    assert "Leeds City Council (E08000035)" in said
    assert "I. Invented" in said
