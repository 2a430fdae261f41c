"""More becomes known of a child whom the police described: it is added, and the earlier stays on record."""

from typing import Any

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.missing import service, views
from hub.missing.models import MissingEpisode
from hub.missing.schemas import DescriptionIn
from hub.registry.content import plain
from tests.conftest import NOW
from tests.missing.conftest import BY, PARTED_CHILD, Watch
from tests.registry.papers import CHILD, LEEDS, MAIDSTONE

NAMED = {"family_name": "Invented", "given_names": "Sorrel"}


def describes(watch: Watch, member: str, ref: str, **told: Any) -> MissingEpisode:
    given = DescriptionIn().load(plain({"by": BY, **told}))
    done: MissingEpisode = watch.desk(member).does_in_area(service.describe, ref, **given)
    return done


def seen(watch: Watch, member: str, ref: str) -> views.EpisodeSeen:
    desk = watch.desk(member)
    with desk.reads() as session:
        return views.read_episode(session, desk.actor, ref, now=NOW)


@pytest.fixture
def told(watch: Watch) -> str:
    """An episode of a child of whom the name alone is known."""
    return watch.reports("kent_police", child=NAMED).episode


def test_a_date_of_birth_is_added_and_the_name_stays(watch: Watch, told: str) -> None:
    describes(watch, "kent_police", told, child={"born_on": "2011-05-02"})
    child = seen(watch, "kent_police", told).child
    assert child == {**NAMED, "born_on": "2011-05-02"}
    assert watch.books.count("child") == 1


def test_whoever_describes_the_child_in_full_then_is_told_that_it_is_the_same_episode(watch: Watch, told: str) -> None:
    describes(watch, "kent_police", told, child=PARTED_CHILD)
    again = watch.reports("west_yorkshire_police", child=PARTED_CHILD)
    assert again.episode == told, "the child is found by what became known later"


def test_a_name_that_was_wrong_is_corrected_and_the_earlier_one_stays_on_record(watch: Watch, told: str) -> None:
    describes(watch, "kent_police", told, child={"given_names": "Sorrell"}, note="Invented: her brother spelt it.")
    shown = seen(watch, "kent_police", told)
    assert shown.child["given_names"] == "Sorrell"
    said = [(each.kind, each.details["child"]["given_names"]) for each in shown.timeline]
    assert said == [("reported", "Sorrel"), ("described", "Sorrell")]
    assert shown.timeline[1].details["note"] == "Invented: her brother spelt it."


def test_one_of_whom_nothing_was_known_gets_a_name(watch: Watch) -> None:
    ref = watch.reports("kent_police", said="Invented: a girl at the Fictitious quay.").episode
    assert describes(watch, "kent_police", ref, child=NAMED).child_id is not None
    assert seen(watch, "kent_police", ref).child == NAMED


def test_with_an_address_the_placement_is_made_known_and_the_councils_are_told(watch: Watch, told: str) -> None:
    after = describes(watch, "kent_police", told, address=MAIDSTONE, placing_authority=LEEDS)
    [placement] = watch.books.all("SELECT * FROM placement")
    assert (placement.state, placement.first_source) == ("unconfirmed", "police")
    assert (after.placement_id, after.child_id) == (placement.id, placement.child_id)
    assert bool(after.is_discovered)
    assert watch.told(told, "missing.discovered") == {"Leeds City Council", "Kent County Council"}
    assert watch.books.codes(placement.ref) == {"E13A", "EGAP"}
    assert watch.books.count("child") == 1


def test_an_address_is_told_in_parts_and_they_make_one(watch: Watch, told: str) -> None:
    describes(watch, "kent_police", told, address={"lines": MAIDSTONE["lines"]})
    assert watch.books.count("placement") == 0
    describes(watch, "kent_police", told, address={"postcode": MAIDSTONE["postcode"]})
    shown = seen(watch, "kent_police", told)
    assert shown.placement is not None
    assert [each.details.get("address") for each in shown.timeline] == [
        None,
        MAIDSTONE["lines"],
        [MAIDSTONE["postcode"]],
    ]


def test_whether_it_is_a_child_whom_the_hub_knows_is_put_to_a_person_once(watch: Watch, placement: str) -> None:
    ref = watch.reports("kent_police", child={"given_names": "Somebody"}).episode
    after = describes(watch, "kent_police", ref, child=CHILD)
    assert after.placement_id is None, "nobody is taken for somebody else unasked"
    [question] = seen(watch, "kent_police", ref).matches
    assert (question.state, question.placement) == ("doubtful", placement)
    describes(watch, "kent_police", ref, child={"aliases": ["Fictitious"]})
    assert len(seen(watch, "kent_police", ref).matches) == 1
    watch.merges("kent_police", ref, question.ref)
    assert seen(watch, "kent_police", ref).placement == placement


def test_who_was_told_before_is_told_that_there_is_more_to_read(watch: Watch, told: str) -> None:
    watch.finds("west_yorkshire_police", told)
    describes(watch, "kent_police", told, child={"born_on": "2011-05-02"})
    assert watch.told(told, "missing.corrected") == {"West Yorkshire Police"}


def test_another_force_that_it_concerns_may_add_too_and_is_credited(watch: Watch, told: str) -> None:
    watch.finds("west_yorkshire_police", told)
    describes(watch, "west_yorkshire_police", told, child={"born_on": "2011-05-02"})
    last = seen(watch, "kent_police", told).timeline[-1]
    assert (last.kind, last.organisation["name"], last.is_ours) == ("described", "West Yorkshire Police", False)


def test_a_description_of_a_report_that_was_parted_goes_with_it(watch: Watch, told: str) -> None:
    describes(watch, "kent_police", told, child={"born_on": "2011-05-02"})
    kinds = [each.kind for each in seen(watch, "kent_police", told).timeline]
    assert kinds == ["reported", "described"]


# --- what cannot be ---------------------------------------------------------------------------------------------------


def test_of_a_child_whose_placement_is_known_nothing_is_described_anew(watch: Watch, placement: str) -> None:
    ref = watch.reports("kent_police", placement).episode
    with pytest.raises(StateConflict, match="knows where this child is placed"):
        describes(watch, "kent_police", ref, child={"born_on": "2011-05-02"})


def test_nobody_but_a_force_that_it_concerns_describes(watch: Watch, told: str) -> None:
    for stranger in ("west_yorkshire_police", "leeds", "kent"):
        with pytest.raises(NotFound):
            describes(watch, stranger, told, child={"born_on": "2011-05-02"})


def test_something_must_be_told(watch: Watch, told: str) -> None:
    with pytest.raises(Invalid, match="Enter what became known"):
        describes(watch, "kent_police", told, note="Invented: nothing new.")


def test_somebody_who_is_18_by_the_date_that_became_known_is_no_child(watch: Watch, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        describes(watch, "kent_police", told, child={"born_on": "2008-11-17"})
    assert refused.value.reason == "is_adult"


def test_a_withdrawn_report_is_described_no_more(watch: Watch, told: str) -> None:
    watch.undoes("kent_police", told, "report")
    with pytest.raises(StateConflict, match="withdrawn"):
        describes(watch, "kent_police", told, child={"born_on": "2011-05-02"})


def test_the_record_holds_that_it_was_described_and_no_name(watch: Watch, told: str) -> None:
    describes(watch, "kent_police", told, child={"born_on": "2011-05-02"})
    [entry] = watch.books.all("SELECT details, subject_ref FROM audit_entry WHERE event = 'missing.described'")
    assert entry.subject_ref == told
    assert "Invented" not in str(entry.details)
    assert "2011" not in str(entry.details)
    [row] = watch.books.all("SELECT sealed FROM episode_description")
    assert b"2011" not in bytes(row.sealed)
