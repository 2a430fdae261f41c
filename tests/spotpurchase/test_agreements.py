"""What councils agree about who pays, and who does pay by it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.core.clock import london_date
from hub.core.db import Database
from hub.demonstration.cast import BRADFORD, KENT, LEEDS, MEDWAY, NORFOLK, Cast
from hub.spotpurchase.providers.agreements import payer_of
from tests.conftest import NOW
from tests.registry.conftest import Books

Speak = Callable[[str], FlaskClient]
PATH = "/api/v1/interview-agreements"
TODAY = london_date(NOW)
DAY = timedelta(days=1)


class Councils:
    """Councils that agree with one another, and who pays by it."""

    def __init__(self, client_for: Speak, database: Database, cast: Cast) -> None:
        self.client_for, self.database, self.cast = client_for, database, cast
        self.names = {number: name for name, number in cast.ids.items()}

    def proposes(self, member: str, kind: str, *, status: int = 201, **said: Any) -> dict[str, Any]:
        return self._posted(member, PATH, {"kind": kind, **said}, status)

    def answers(self, member: str, ref: str, *, is_agreed: bool = True, status: int = 200) -> dict[str, Any]:
        return self._posted(member, f"{PATH}/{ref}/answer", {"is_agreed": is_agreed}, status)

    def ends(self, member: str, ref: str, *, status: int = 200) -> dict[str, Any]:
        return self._posted(member, f"{PATH}/{ref}/end", None, status)

    def agree(self, one: str, other: str, kind: str, **said: Any) -> str:
        """*one* proposes, *other* agrees; the reference."""
        ref = str(self.proposes(one, kind, **said)["ref"])
        assert self.answers(other, ref)["state"] == "agreed"
        return ref

    def payer(self, host: str | None = "kent", placing: str = "leeds", on: date = TODAY) -> tuple[str, str]:
        """Who pays, and by which kind of agreement."""
        host_id = self.cast.ids[host] if host else None
        with self.database.read() as session:
            found = payer_of(session, host_id, self.cast.ids[placing], on=on)
        assert (found.agreement_id is None) <= (found.kind == "placing_pays")
        return self.names[found.payer_id], found.kind

    def sees(self, member: str, **query: str) -> list[str]:
        answer = self.client_for(member).get(PATH, query_string=query)
        assert answer.status_code == 200, answer.text
        return [each["ref"] for each in answer.json["items"]]

    def _posted(self, member: str, path: str, body: Any, status: int) -> dict[str, Any]:
        answer = self.client_for(member).post(path, json=body)
        assert answer.status_code == status, answer.text
        said: dict[str, Any] = answer.json
        return said


@pytest.fixture
def councils(client_for: Speak, database: Database, cast: Cast) -> Councils:
    return Councils(client_for, database, cast)


# --- who pays ---------------------------------------------------------------------------------------------------------


def test_where_nothing_is_agreed_the_placing_authority_pays(councils: Councils) -> None:
    assert councils.payer() == councils.payer(host=None) == councils.payer(host="leeds") == ("leeds", "placing_pays")


def test_a_host_that_pays_for_all_needs_no_second_council(councils: Councils) -> None:
    made = councils.proposes("kent", "host_pays")
    assert (made["state"], made["placing_authority"]) == ("agreed", None)
    assert councils.payer() == councils.payer(placing="bradford") == ("kent", "host_pays")
    assert councils.payer(host="medway") == ("leeds", "placing_pays"), "Kent speaks for nobody else"


def test_a_proposal_counts_only_once_the_other_council_agrees(councils: Councils) -> None:
    ref = councils.proposes("leeds", "host_pays", side="placing", **{"with": KENT})["ref"]
    assert councils.payer() == ("leeds", "placing_pays")
    councils.answers("kent", ref)
    assert councils.payer() == ("kent", "host_pays")
    assert councils.payer(placing="bradford") == ("bradford", "placing_pays")


def test_a_reciprocal_one_holds_both_ways_whoever_proposed_it(councils: Councils) -> None:
    councils.agree("leeds", "kent", "reciprocal", **{"with": KENT})
    assert councils.payer("kent", "leeds") == ("kent", "reciprocal")
    assert councils.payer("leeds", "kent") == ("leeds", "reciprocal")


def test_what_two_councils_agreed_goes_before_what_the_host_said_to_all(councils: Councils) -> None:
    councils.agree("kent", "leeds", "placing_pays", **{"with": LEEDS})
    councils.proposes("kent", "host_pays")
    assert councils.payer() == ("leeds", "placing_pays")
    assert councils.payer(placing="bradford") == ("kent", "host_pays")


def test_what_was_agreed_last_counts(councils: Councils, time_is: Callable[[Any], None]) -> None:
    first = councils.agree("kent", "leeds", "host_pays", **{"with": LEEDS})
    time_is(NOW + timedelta(hours=1))
    councils.agree("kent", "leeds", "placing_pays", **{"with": LEEDS})
    assert councils.payer() == ("leeds", "placing_pays")
    councils.ends("leeds", first)
    assert councils.payer() == ("leeds", "placing_pays")


def test_it_holds_from_its_first_day_to_its_last_and_no_longer(councils: Councils) -> None:
    days = {"valid_from": str(TODAY + 2 * DAY), "valid_to": str(TODAY + 4 * DAY)}
    councils.agree("kent", "leeds", "host_pays", **{"with": LEEDS}, **days)
    payers = [councils.payer(on=TODAY + number * DAY)[0] for number in range(1, 6)]
    assert payers == ["leeds", "kent", "kent", "kent", "leeds"]


@pytest.mark.parametrize("member", ["kent", "leeds"])
def test_either_ends_it_and_from_then_on_the_placing_authority_pays(councils: Councils, member: str) -> None:
    ref = councils.agree("kent", "leeds", "host_pays", **{"with": LEEDS})
    assert councils.ends(member, ref)["state"] == "ended"
    assert councils.payer() == ("leeds", "placing_pays")


# --- proposing, answering, ending -------------------------------------------------------------------------------------


def test_the_other_council_is_told_and_so_is_whoever_proposed(councils: Councils, books: Books) -> None:
    ref = councils.proposes("leeds", "reciprocal", **{"with": KENT})["ref"]
    assert books.alerts(ref) == [("interview.agreement_proposed", "Kent County Council")]
    councils.answers("kent", ref, is_agreed=False)
    councils_told = books.alerts(ref)
    assert councils_told[1:] == [("interview.agreement_answered", "Leeds City Council")]


def test_each_step_stands_in_the_audit_and_in_the_feed(councils: Councils, books: Books) -> None:
    ref = councils.agree("leeds", "kent", "reciprocal", **{"with": KENT})
    councils.ends("kent", ref)
    events = books.all("SELECT event FROM audit_entry WHERE subject_ref = :r ORDER BY id", r=ref)
    made = [row.event for row in events if row.event.startswith("interview_agreement")]
    assert made == ["interview_agreement.proposed", "interview_agreement.answered", "interview_agreement.ended"]
    feed = books.all(
        "SELECT organisation_id AS o, type FROM feed_event WHERE subject_ref = :r ORDER BY feed_event.id", r=ref
    )
    told = {(councils.names[row.o], row.type) for row in feed}
    assert {("kent", "interview.agreement_proposed"), ("leeds", "interview.agreement_answered")} <= told
    assert {("kent", "interview_agreement.agreed"), ("kent", "interview_agreement.ended")} <= told


def test_who_proposed_it_does_not_answer_it(councils: Councils) -> None:
    ref = councils.proposes("leeds", "reciprocal", **{"with": KENT})["ref"]
    assert councils.answers("leeds", ref, status=409)["code"] == "state_conflict"
    assert councils.payer() == ("leeds", "placing_pays")


def test_an_answer_is_given_once(councils: Councils) -> None:
    ref = councils.proposes("leeds", "reciprocal", **{"with": KENT})["ref"]
    councils.answers("kent", ref, is_agreed=False)
    assert councils.answers("kent", ref, status=409)["code"] == "state_conflict"
    assert councils.ends("kent", ref, status=409)["code"] == "state_conflict"


def test_a_proposal_is_taken_back_and_then_cannot_be_agreed(councils: Councils) -> None:
    ref = councils.proposes("leeds", "reciprocal", **{"with": KENT})["ref"]
    assert councils.ends("leeds", ref)["state"] == "ended"
    assert councils.answers("kent", ref, status=409)["code"] == "state_conflict"


def test_one_proposal_between_two_councils_waits_at_a_time(councils: Councils) -> None:
    ref = councils.proposes("leeds", "reciprocal", **{"with": KENT})["ref"]
    refused = councils.proposes("kent", "host_pays", **{"with": LEEDS}, status=409)
    assert ref in refused["detail"]
    assert councils.proposes("leeds", "reciprocal", **{"with": BRADFORD})["state"] == "proposed"


def test_only_its_two_sides_see_it_and_what_holds_for_all_is_seen_by_every_council(councils: Councils) -> None:
    between = councils.proposes("leeds", "reciprocal", **{"with": KENT})["ref"]
    for_all = councils.proposes("medway", "host_pays")["ref"]
    assert councils.sees("leeds") == councils.sees("kent") == sorted([between, for_all])
    assert councils.sees("bradford") == [for_all]
    assert councils.sees("beacon") == []
    assert councils.sees("leeds", state="proposed") == [between]
    assert councils.client_for("bradford").get(f"{PATH}/{between}").status_code == 404
    assert councils.client_for("bradford").get(f"{PATH}/{for_all}").json["host_authority"]["gss_code"] == MEDWAY


def test_others_neither_answer_nor_end_it(councils: Councils) -> None:
    between = councils.proposes("leeds", "reciprocal", **{"with": KENT})["ref"]
    for_all = councils.proposes("medway", "host_pays")["ref"]
    for ref in (between, for_all):
        assert councils.answers("bradford", ref, status=404)["code"] == "not_found"
        assert councils.ends("bradford", ref, status=404)["code"] == "not_found"
    assert councils.proposes("beacon", "host_pays", status=403)["code"] == "not_permitted"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "nobody_pays", "with": KENT}, "kind"),
        ({"kind": "reciprocal"}, "with"),
        ({"kind": "placing_pays"}, "with"),
        ({"kind": "host_pays", "side": "placing"}, "with"),
        ({"kind": "host_pays", "with": LEEDS}, "with"),
        ({"kind": "host_pays", "with": "E99999999"}, "with"),
        ({"kind": "host_pays", "with": NORFOLK}, "with"),
        ({"kind": "host_pays", "with": KENT, "valid_to": "2026-11-17"}, "valid_to"),
        ({"kind": "host_pays", "valid_from": "2026-12-02", "valid_to": "2026-12-01"}, "valid_to"),
        ({"kind": "host_pays", "terms": "x" * 1001}, "terms"),
        ({"kind": "host_pays", "price_pence": 100}, "price_pence"),
    ],
)
def test_what_cannot_be_agreed_is_refused_at_its_field(
    councils: Councils, books: Books, said: dict[str, Any], field: str
) -> None:
    assert field in councils.proposes("leeds", status=422, **said)["fields"]
    assert books.count("interview_agreement") == 0


def test_a_proposal_sent_twice_is_one(councils: Councils, books: Books) -> None:
    leeds = councils.client_for("leeds")
    sent = [
        leeds.post(PATH, json={"kind": "reciprocal", "with": KENT}, headers={"Idempotency-Key": "agree-0001"}).json
        for _ in "12"
    ]
    assert sent[0] == sent[1]
    assert books.count("interview_agreement") == 1


def test_each_step_of_an_agreement_stands_in_the_feeds_of_both_councils(councils: Councils, books: Books) -> None:
    ref = councils.agree("leeds", "kent", "reciprocal", **{"with": KENT})
    councils.ends("kent", ref)
    said = (
        "SELECT f.type, o.name FROM feed_event f JOIN organisation o ON o.id = f.organisation_id "
        "WHERE f.subject_ref = :r ORDER BY f.id"
    )
    leeds, kent = "Leeds City Council", "Kent County Council"
    assert {(row.type, row.name) for row in books.all(said, r=ref)} == {
        ("interview_agreement.proposed", leeds),
        ("interview.agreement_proposed", kent),
        ("interview_agreement.agreed", kent),
        ("interview.agreement_answered", leeds),
        ("interview_agreement.ended", kent),
    }
