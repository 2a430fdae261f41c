"""Nothing of a request leaves beyond what policy says: for every part, at every stage, of whatever facts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.core.settings import REPOSITORY
from hub.duties.reading import LawError
from hub.spotpurchase import disclosure, queries
from hub.spotpurchase.facts import Known, facts_of
from hub.spotpurchase.policy import CLOSED_FACTS, OPEN_FACTS, Asking, InterviewPolicy, load_interview_policy
from hub.spotpurchase.schemas_out import RequestFactsOut
from hub.spotpurchase.states import ASK, INTERVIEW_REQUEST
from tests.conftest import NOW
from tests.registry.conftest import Desk
from tests.spotpurchase.seeking import HOUR, Broker

POLICY = load_interview_policy()
ALL = (*OPEN_FACTS, *CLOSED_FACTS)
parts = some.sampled_from(["placing", "host", "performer", "asked", "somebody"])
stages = some.sampled_from(["placing", "host", "asked", "commissioned", "over", "unheard_of"])
some_facts = some.dictionaries(some.sampled_from([*ALL, "reference", "child_id"]), some.text(), max_size=30)
policies = some.builds(
    lambda asked, commissioned, over, host: InterviewPolicy(
        asking=POLICY.asking,
        stages={"asked": asked, "commissioned": commissioned, "over": over, "host": host},
    ),
    *[some.frozensets(some.sampled_from(ALL))] * 4,
)


@given(facts=some_facts, part=parts, stage=stages, policy=policies)
def test_nothing_leaves_beyond_policy(facts: dict[str, str], part: str, stage: str, policy: InterviewPolicy) -> None:
    shown = disclosure.shown(facts, part, stage, policy)
    allowed = frozenset(ALL) if (part, stage) == ("placing", "placing") else policy.stages.get(stage, frozenset())
    assert set(shown) <= allowed
    assert all(facts[name] == value for name, value in shown.items())


@given(
    part=some.sampled_from(["host", "asked"]),
    request=some.sampled_from(INTERVIEW_REQUEST.states),
    ask=some.sampled_from([None, *ASK.states]),
)
def test_before_a_commission_no_name_no_address_and_no_reference_leaves(
    part: str, request: str, ask: str | None
) -> None:
    stage = disclosure.stage_of(part, request, ask)
    assert disclosure.visible(stage, POLICY).isdisjoint(CLOSED_FACTS)


@pytest.mark.parametrize("stage", ["asked", "over", "host"])
@pytest.mark.parametrize("fact", CLOSED_FACTS)
def test_policy_that_would_name_a_child_too_early_is_refused(tmp_path: Path, stage: str, fact: str) -> None:
    with pytest.raises(LawError, match=f"interviews.toml, row stage.{stage}: fields names {fact}"):
        _changed(tmp_path, f"[stage.{stage}]\nfields = [", f'[stage.{stage}]\nfields = ["{fact}", ')


@pytest.mark.parametrize(
    ("was", "is_now", "fault"),
    [
        ("reply_percent    = 6", "reply_percent    = 0", "reply_percent is 0; it must be between 1 and 100"),
        ("reply_percent    = 6", "", "there is no reply_percent"),
        ("at_once          = 1", 'at_once          = "one"', "at_once must be a int"),
        ("least = 120, most = 720", "least = 720, most = 120", "least is 720 and most is 120"),
        ("[asking]", "[asking]\nshout = true", "nothing is known of shout"),
        ('"area", "latest_at"]', '"area", "shoe_size"]', "fields is 'shoe_size'"),
        ("\n[stage.host]\n", "\n[stage.passer_by]\n", "there is no host"),
    ],
)
def test_a_slip_in_the_policy_is_named_with_its_place(tmp_path: Path, was: str, is_now: str, fault: str) -> None:
    with pytest.raises(LawError, match=r"interviews\.toml") as refusal:
        _changed(tmp_path, was, is_now)
    assert fault in str(refusal.value)


def _changed(folder: Path, was: str, is_now: str) -> InterviewPolicy:
    written = (REPOSITORY / "config" / "policy" / "interviews.toml").read_text()
    assert was in written
    (folder / "policy").mkdir()
    (folder / "policy" / "interviews.toml").write_text(written.replace(was, is_now, 1))
    return load_interview_policy(folder)


def test_the_policy_is_read_whole() -> None:
    assert isinstance(POLICY.asking, Asking)
    assert set(POLICY.stages) == {"asked", "commissioned", "over", "host"}
    assert set(RequestFactsOut().fields) == set(ALL), "what can be shown has a place in the answer"


# --- as it is read ----------------------------------------------------------------------------------------------------

SECRETS = (
    *("Fictitious", "Robin", "2011-03-04", "Fictitious Lane", "ME14", "no known risk", "a café", "01632 960123"),
    *("PO-0001", "mis_", "pla_", "chd_"),
)


@pytest.mark.parametrize("member", ["kent_returns", "northstar"])
def test_an_asked_provider_sees_nothing_by_which_the_child_could_be_known(broker: Broker, member: str) -> None:
    request = broker.seeks()
    broker.asks_by_hand(request, "northstar")
    for seen in (broker.reads(member, request), broker.reads_ask(member, request)):
        said = json.dumps(_plain(seen), default=str, ensure_ascii=False)
        assert [secret for secret in SECRETS if secret in said] == []
    assert broker.reads(member, request).facts["age_band"] == "13_to_15"
    assert broker.reads(member, request).facts["price_cap_pence"] == 20_000


def _plain(seen: Any) -> Any:
    """What somebody sees, without the names of those who wrote it themselves."""
    return {
        name: _plain(value) if hasattr(value, "__dataclass_fields__") else value for name, value in vars(seen).items()
    }


def test_who_is_commissioned_sees_what_it_needs_and_who_is_not_needed_less_than_before(broker: Broker) -> None:
    request = broker.seeks()
    broker.asks_by_hand(request, "northstar")
    broker.offers("kent_returns", request)
    won = broker.reads("kent_returns", request)
    assert won.stage == "commissioned"
    assert won.facts["name"]["given_names"] == "Robin"
    assert won.facts["risk"] == "Invented: no known risk to an adult."
    assert "placement" not in won.facts
    lost = broker.reads("northstar", request)
    assert (lost.stage, set(lost.facts)) == ("over", {"placing_authority", "area", "latest_at"})
    assert [each.provider["name"] for each in lost.asks] == ["Northstar Interviews"], "of the others nothing"


def test_who_gives_up_or_is_given_up_sees_the_child_no_more(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    broker.takes_back(request, NOW + HOUR)
    assert broker.reads("kent_returns", request).stage == "over"
    assert "name" not in broker.reads("kent_returns", request).facts


def test_the_host_sees_how_it_goes_and_not_what_is_known_for_it(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    seen = broker.reads("kent", request)
    assert seen.facts["performer"]["name"] == "Kent Return Interviews"
    assert not set(seen.facts) & set(CLOSED_FACTS)
    assert (seen.asks, seen.commissions, seen.episodes, seen.payer) == ([], [], [], None)


def test_what_is_not_to_be_seen_is_not_even_read(broker: Broker, desk: Callable[[str], Desk]) -> None:
    request = broker.seeks()
    with desk("leeds").reads() as session:
        row = broker.books.all("SELECT id FROM interview_request WHERE ref = :r", r=request)[0]
        from_database = disclosure.visible("asked", POLICY)
        asked = _request(session, row.id)
        found = facts_of(Known(session, [asked]), asked, from_database)
    assert set(found) == from_database


def _request(session: Any, number: int) -> Any:
    return queries.request_by_id(session, number)


def test_no_alert_and_no_event_tells_of_the_child(broker: Broker) -> None:
    request = broker.seeks()
    broker.says("kent_returns", request, "Is a lift needed?")
    broker.offers("kent_returns", request)
    rows = [
        str(row.details)
        for row in broker.books.all("SELECT details FROM alert UNION ALL SELECT details FROM feed_event")
    ]
    about = [said for said in rows if request in said]
    assert about
    assert [secret for secret in SECRETS for said in about if secret in said] == []
