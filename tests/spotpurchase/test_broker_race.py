"""Processes that act in the same instant, on the database that the tests run on: whatever wins, it wins once and all are told."""

import multiprocessing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.secrets import KeyRing, MasterKey
from hub.core.settings import REPOSITORY
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.spotpurchase import answering, cancelling, commissioning, stepping
from tests.conftest import NOW
from tests.spotpurchase.seeking import BY, HOUR, Broker

ROUNDS = 4
KEY = MasterKey("testkey1", b"k" * 32)
PROVIDERS = ("kent_returns", "beacon", "northstar")
DONE = "done"


@dataclass(frozen=True)
class Act:
    """What one process does in one round."""

    what: str
    actor: Actor | None = None
    ref: str = ""
    now: datetime = NOW
    said: dict[str, Any] = field(default_factory=dict)

    def on(self, database: Database, rules: Rulebook) -> str:
        """Do it; what came of it: ``done``, or the code of the refusal."""
        if self.what == "step":
            stepping.step_once(database, rules, now=self.now)
            return DONE
        acts: dict[str, Any] = {
            "offer": answering.offer,
            "decline": answering.decline,
            "commission": commissioning.commission,
            "cancel": cancelling.cancel,
            "renew": cancelling.renew,
        }
        told = [self.said] if self.what == "offer" else []
        named = {} if told else self.said
        try:
            with database.write() as session:
                acts[self.what](session, self.actor, self.ref, *told, **named, rules=rules, now=self.now)
        except HubError as refusal:
            return refusal.reason
        return DONE


def node(url: str, acts: list[Act], together: Any, outcomes: Any, number: int) -> None:
    """One process: acts in each round in the same instant as the others."""
    database, rules = Database(url, KeyRing([KEY])), load_rulebook(REPOSITORY / "config")
    came = []
    for act in acts:
        together.wait(timeout=120)
        came.append(act.on(database, rules))
    outcomes.put((number, came))
    database.close()


def played(broker: Broker, rounds: list[tuple[Act, ...]]) -> list[tuple[str, ...]]:
    """What came of each act of each round; the acts of a round are done by as many processes, together."""
    url = broker.books.database.url.render_as_string(hide_password=False)
    broker.books.database.close()  # connections do not survive into other processes
    fresh = multiprocessing.get_context("spawn")
    together, outcomes = fresh.Barrier(len(rounds[0])), fresh.Queue()
    columns = list(zip(*rounds, strict=True))
    nodes = [
        fresh.Process(target=node, args=(url, list(acts), together, outcomes, number))
        for number, acts in enumerate(columns)
    ]
    for process in nodes:
        process.start()
    found = dict(outcomes.get(timeout=180) for _ in nodes)
    for process in nodes:
        process.join(timeout=60)
    assert [process.exitcode for process in nodes] == [0] * len(nodes)
    return list(zip(*(found[number] for number in range(len(nodes))), strict=True))


def _children(broker: Broker) -> list[str]:
    """Episodes of as many children as there are rounds."""
    names = ("Amber", "Basil", "Clover", "Dahlia", "Elder", "Fennel", "Ginger", "Hazel")[:ROUNDS]
    return [broker.back(family_name="Invented", given_names=name, born_on="2011-05-02") for name in names]


def _offer(broker: Broker, member: str, request: str, now: datetime = NOW) -> Act:
    told = {"earliest_at": now + HOUR, "mode": "in_person", "by": BY}
    return Act("offer", broker.desk(member).actor, broker.ask(request, member), now, told)


@pytest.fixture
def episodes(broker: Broker) -> list[str]:
    return _children(broker)


def test_of_three_providers_that_offer_at_once_one_is_commissioned(broker: Broker, episodes: list[str]) -> None:
    requests = [broker.asks(each) for each in episodes]
    for request in requests:
        broker.asks_by_hand(request, "beacon", "northstar")
    came = played(broker, [tuple(_offer(broker, member, request) for member in PROVIDERS) for request in requests])
    for request, outcomes in zip(requests, came, strict=True):
        winner = PROVIDERS[outcomes.index(DONE)]
        losers = [member for member in PROVIDERS if member != winner]
        assert sorted(outcomes) == sorted([DONE, "not_sought", "not_sought"])
        assert [broker.holder(request), len(broker.standing(request))] == [winner, 1]
        assert {member: broker.states(request)[member] for member in PROVIDERS} == {
            winner: "won",
            **dict.fromkeys(losers, "not_needed"),
        }
        assert sorted(broker.told(request, "interview.not_needed")) == sorted(losers)
        assert broker.owed(request, "ERBK") == {winner: "met"}


def test_of_two_people_who_commission_by_hand_at_once_one_does(broker: Broker, episodes: list[str]) -> None:
    requests = [broker.asks(each, award="by_hand") for each in episodes]
    leeds = broker.desk("leeds").actor
    rounds = []
    for request in requests:
        broker.asks_by_hand(request, "beacon")
        for member in ("kent_returns", "beacon"):
            broker.offers(member, request)
        chosen = [{"by": BY, "ask": broker.ask(request, member)} for member in ("kent_returns", "beacon")]
        itself = {"by": BY, "performer": "own_interviewer"}
        rounds.append(tuple(Act("commission", leeds, request, NOW, said) for said in (*chosen, itself)))
    for request, outcomes in zip(requests, played(broker, rounds), strict=True):
        assert sorted(outcomes) == sorted([DONE, "not_sought", "not_sought"])
        assert broker.holder(request) == ("kent_returns", "beacon", "leeds")[outcomes.index(DONE)]
        assert len(broker.standing(request)) == 1
        left = {"kent_returns", "beacon", "northstar"} - {broker.holder(request)}
        assert {broker.states(request)[member] for member in left if member in broker.states(request)} == {"not_needed"}


def test_an_offer_in_the_instant_at_which_it_lapses_is_not_lost_whichever_comes_first(
    broker: Broker, episodes: list[str]
) -> None:
    requests = [broker.asks(each) for each in episodes]
    late = NOW + 4 * HOUR
    rounds = [
        (_offer(broker, "kent_returns", request, late), Act("step", now=late), Act("step", now=late))
        for request in requests
    ]
    for request, outcomes in zip(requests, played(broker, rounds), strict=True):
        assert outcomes == (DONE, DONE, DONE)
        assert broker.holder(request) == "kent_returns"
        others = {state for member, state in broker.states(request).items() if member != "kent_returns"}
        assert others <= {"not_needed"}, "whoever was asked meanwhile is not kept waiting"
        assert not broker.asked_now(request)
        assert broker.owed(request, "ERBK") in ({}, {"kent_returns": "met"})
    assert broker.is_well(late)


def test_a_cancellation_and_an_offer_in_one_instant_leave_no_commission_that_nobody_wants(
    broker: Broker, episodes: list[str]
) -> None:
    requests = [broker.asks(each) for each in episodes]
    leeds = broker.desk("leeds").actor
    cancelled = {"reason": "held_otherwise", "by": BY}
    rounds = [
        (_offer(broker, "kent_returns", request), Act("cancel", leeds, request, NOW, cancelled)) for request in requests
    ]
    for request, (offered, cancelling_) in zip(requests, played(broker, rounds), strict=True):
        assert cancelling_ == DONE, "a commission can be cancelled too"
        assert offered in (DONE, "not_sought")
        assert broker.standing(request) == []
        assert broker.row(request).state == "cancelled"
        told = broker.told(request, "interview.cancelled") + broker.told(request, "interview.not_needed")
        assert "kent_returns" in told


def test_of_two_requests_for_one_episode_that_are_sought_again_at_once_one_is(
    broker: Broker, episodes: list[str]
) -> None:
    leeds, rounds = broker.desk("leeds").actor, []
    for episode in episodes:
        pair = []
        for _ in range(2):
            pair.append(broker.asks(episode))
            broker.cancels(pair[-1])
        rounds.append(tuple(Act("renew", leeds, request, NOW, {"by": BY}) for request in pair))
    for acts, outcomes in zip(rounds, played(broker, rounds), strict=True):
        assert sorted(outcomes) == sorted([DONE, "state_conflict"])
        states = [broker.row(act.ref).state for act in acts]
        assert sorted(states) == ["cancelled", "requested"]
        assert states[outcomes.index(DONE)] == "requested"


def test_of_many_workers_one_takes_each_step(broker: Broker, episodes: list[str]) -> None:
    requests = [broker.asks(each) for each in episodes]
    late = NOW + 4 * HOUR
    played(broker, [(Act("step", now=late),) * 3])
    for request in requests:
        assert broker.states(request) == {"kent_returns": "lapsed", "northstar": "asked"}
        assert broker.told(request, "interview.asked") == ["kent_returns", "northstar"]
        assert broker.events(request, "interview.ask_lapsed") == ["leeds", "kent_returns"]
