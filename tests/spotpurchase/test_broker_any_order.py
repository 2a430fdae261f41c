"""The broker, by its own services, in any order of anything with time moving: one winner, nothing lost, no clock moved, no word
beyond policy, and every penny on a statement."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hub.spotpurchase.states import SEEKING, UNDER_WAY
from tests.spotpurchase.brokering import ANSWERED, ELSEWHERE, OFFERED, PROVIDERS, TRIED, Brokering
from tests.spotpurchase.brokering_holds import (
    Remembered,
    no_clock_moves,
    nobody_is_second,
    nobody_reads_more,
    nothing_is_lost,
    the_money_adds_up,
)
from tests.spotpurchase.brokering_tells import Told, each_move_is_told
from tests.spotpurchase.story import HOUR

EXAMPLES, STEPS = 15, 30
"""Somebody who looks for faults asks for ten times as many."""
HELD: Final = ("commissioned", "scheduled")
DONE: Final = ("completed", "reported")
OVER: Final = (*DONE, "declined_by_child", "cancelled")
AWARD = st.sampled_from(("first_acceptable", "by_hand"))
CAP = st.sampled_from((20_000, 20_000, 15_000, None))
PERFORMERS = st.sampled_from(("holder", "holder", "holder", "leeds", "northstar"))
RECIPIENTS = st.sampled_from(("kent", "kent_police", "medway", "west_yorkshire_police"))
WISHES = ("agrees", "objects")
BEGINS = ("sought", "bought", "booked", "held", "reported")
"""How far things have come when anything may happen."""
WHO = st.sampled_from(PROVIDERS)
ANSWERS = st.sampled_from(("asked", "asked", "asked", *PROVIDERS))
"""``asked``: somebody whose answer is waited for."""
HOURS = st.sampled_from((1, 2, 5, 20))
NAPS = st.sampled_from(
    (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=5), timedelta(hours=13), timedelta(hours=30))
)


def when(*states: str) -> Callable[[Any], Any]:
    """In an orderly story a rule is tried in these states of the request alone; in a wild one at any time."""

    def is_tried(machine: "AnyOrder") -> bool:
        return machine.is_wild or machine.state in states

    return precondition(is_tried)


class AnyOrder(RuleBasedStateMachine):
    """One child and its interviews. What cannot be now is refused by the services, and changes nothing."""

    def __init__(self, story: Callable[[], Brokering]) -> None:
        super().__init__()
        self.story = story()
        self.before, self.told = Remembered(), Told()
        self.has_worked = self.is_wild = False
        self.state = ""

    def teardown(self) -> None:
        self.story.close()

    @initialize(award=AWARD, cap=CAP, begins=st.sampled_from(BEGINS), is_wild=st.sampled_from((False, False, True)))
    def a_child_is_back_and_leeds_asks(self, award: str, cap: int | None, begins: str, is_wild: bool) -> None:
        self.is_wild = is_wild
        self.story.goes_missing(5)
        self.story.comes_back(60)
        self.story.asks(award=award, cap=cap)
        for act in (
            self.somebody_offers_and_has_it,
            self.the_holder_books,
            self.the_holder_holds,
            self._write_and_give,
        )[: BEGINS.index(begins)]:
            act()

    # --- what is likely next: so that stories get far

    @when(*SEEKING)
    @rule()
    def somebody_offers_and_has_it(self) -> None:
        for member in PROVIDERS:
            self.story.offers(member)
            self.story.commissions("provider", member)

    @when("commissioned")
    @rule()
    def the_holder_books(self) -> None:
        self.story.books(self.story.holder, 5)

    @when(*HELD)
    @rule()
    def the_holder_holds(self) -> None:
        self.story.books(self.story.holder, 2)
        self.story.holds(self.story.holder)

    @when(*DONE)
    @rule(wishes=st.sampled_from(WISHES))
    def the_holder_writes_it_up_and_it_is_given(self, wishes: str) -> None:
        self._write_and_give(wishes)

    def _write_and_give(self, wishes: str = "agrees") -> None:
        self.story.writes(self.story.holder)
        self.story.gives("kent", "summary", wishes)
        self.story.gives("kent_police", "intelligence", wishes)

    # --- the child

    @rule(hours=st.sampled_from((1, 3)))
    def the_child_goes_missing_again(self, hours: int) -> None:
        self.story.goes_missing(hours)

    @rule(minutes=st.sampled_from((1, 30)))
    def the_child_comes_back(self, minutes: int) -> None:
        self.story.comes_back(minutes)

    @rule()
    def the_child_was_away_again_and_is_back(self) -> None:
        self.story.passes(2 * HOUR)
        self.story.goes_missing(1)
        self.story.comes_back(5)
        self.story.works()

    @rule(by=st.sampled_from(("holder", "leeds")), said=st.sampled_from(OFFERED), hours=st.sampled_from((0, 1)))
    def the_child_is_offered_it(self, by: str, said: str, hours: int) -> None:
        self.story.offers_to_child(self._who(by), said, hours)

    @rule()
    def the_child_is_found(self) -> None:
        self.story.is_found()

    @rule(hours=st.sampled_from((-1, 1, 6)))
    def the_child_was_back_at_another_time(self, hours: int) -> None:
        self.story.was_back(hours)

    @rule(to=st.sampled_from(tuple(ELSEWHERE)))
    def the_child_moves(self, to: str) -> None:
        self.story.moves(ELSEWHERE[to])
        self.story.works()

    @when("declined_by_child")
    @rule(by=st.sampled_from(("holder", "leeds")))
    def a_carer_is_asked_instead(self, by: str) -> None:
        self.story.asks_carer(self._who(by))

    # --- the placing authority

    @when(*OVER)
    @rule(award=AWARD, cap=CAP, episodes=st.sampled_from((1, 1, 2)))
    def leeds_asks_for_an_interview(self, award: str, cap: int | None, episodes: int) -> None:
        self.story.asks(award=award, cap=cap, episodes=episodes)

    @when(*UNDER_WAY)
    @rule()
    def leeds_adds_an_episode(self) -> None:
        self.story.adds_episode()

    @when(*SEEKING)
    @rule(members=st.lists(WHO, min_size=1, max_size=3, unique=True))
    def leeds_asks_by_hand(self, members: list[str]) -> None:
        self.story.asks_by_hand(*members)

    @when(*SEEKING)
    @rule(performer=st.sampled_from(("provider", "own_interviewer", "social_worker")), member=WHO)
    def leeds_commissions(self, performer: str, member: str) -> None:
        self.story.commissions(performer, member)

    @when(*HELD)
    @rule()
    def leeds_takes_it_back(self) -> None:
        self.story.takes_back_by_api()

    @when("unplaced")
    @rule()
    def leeds_says_that_it_was_decided_elsewhere(self) -> None:
        self.story.decides_elsewhere()

    @when(*UNDER_WAY)
    @rule()
    def leeds_cancels(self) -> None:
        self.story.cancels()

    @when("unplaced", "declined_by_child", "cancelled")
    @rule()
    def leeds_asks_again(self) -> None:
        self.story.asks_again()

    @when(*UNDER_WAY)
    @rule(number=st.integers(0, 1))
    def leeds_decides_after_news(self, number: int) -> None:
        self.story.decides_news(number)

    # --- providers

    @when(*SEEKING)
    @rule(member=ANSWERS, hours=st.sampled_from((1, 5, 80)), mode=st.sampled_from(("in_person", "in_person", "video")))
    def a_provider_offers(self, member: str, hours: int, mode: str) -> None:
        self.story.offers(self._who(member), hours, mode)

    @when(*SEEKING)
    @rule(member=ANSWERS, code=st.sampled_from(("no_capacity", "other")))
    def a_provider_declines(self, member: str, code: str) -> None:
        self.story.declines(self._who(member), code)

    @when(*SEEKING)
    @rule(member=ANSWERS, to=WHO)
    def a_provider_names_another(self, member: str, to: str) -> None:
        self.story.refers(self._who(member), to)

    @when(*UNDER_WAY)
    @rule(about=ANSWERS, by=st.sampled_from(("provider", "leeds")))
    def a_question_is_put_or_answered(self, about: str, by: str) -> None:
        who = self._who(about)
        self.story.says(who if by == "provider" else "leeds", who)

    @when(*HELD)
    @rule(by=st.sampled_from(("holder", "leeds", "beacon")))
    def it_is_given_back_or_taken_back(self, by: str) -> None:
        self.story.gives_back(self._who(by))

    @rule(member=WHO, is_taking=st.booleans())
    def a_provider_throws_its_switch(self, member: str, is_taking: bool) -> None:
        self.story.switches(member, is_taking=is_taking)

    @rule(member=WHO, pence=st.sampled_from((9_900, 21_000)))
    def a_provider_charges_otherwise(self, member: str, pence: int) -> None:
        self.story.publishes(member, pence)

    @when(*OVER)
    @rule()
    def kent_pays_for_all(self) -> None:
        self.story.pays_for_all()

    # --- the money

    @when(*OVER)
    @rule(net_pence=st.sampled_from((0, 5_000, 30_000)))
    def a_charge_is_put_right(self, net_pence: int) -> None:
        self.story.puts_right(net_pence)

    @when(*HELD, *DONE)
    @rule(pence=st.sampled_from((1_000, 40_000)))
    def more_is_agreed(self, pence: int) -> None:
        self.story.agrees_to_more(pence)

    # --- the interview

    @when("commissioned")
    @rule(by=PERFORMERS, hours=HOURS)
    def a_time_is_booked(self, by: str, hours: int) -> None:
        self.story.books(self._who(by), hours)

    @when("scheduled")
    @rule(by=PERFORMERS, hours=HOURS)
    def a_time_is_moved(self, by: str, hours: int) -> None:
        self.story.rearranges(self._who(by), hours)

    @when("scheduled")
    @rule(by=st.sampled_from(("holder", "leeds")))
    def a_time_is_cancelled(self, by: str) -> None:
        self.story.cancels_time(self._who(by))

    @when(*HELD)
    @rule(by=PERFORMERS, outcome=st.sampled_from(TRIED))
    def an_attempt_comes_to_nothing(self, by: str, outcome: str) -> None:
        self.story.attempts(self._who(by), outcome)

    @when(*HELD)
    @rule(by=PERFORMERS, minutes=st.sampled_from((30, 60)))
    def the_interview_is_held(self, by: str, minutes: int) -> None:
        self.story.holds(self._who(by), minutes)

    @when("commissioned")
    @rule(by=PERFORMERS)
    def it_is_held_unbooked(self, by: str) -> None:
        self.story.holds_unbooked(self._who(by))

    @when(*HELD, "completed", "declined_by_child")
    @rule(by=st.sampled_from(("holder", "holder", "leeds")), what=st.sampled_from(("interview", "attempt", "offer")))
    def what_was_recorded_is_taken_back(self, by: str, what: str) -> None:
        self.story.takes_back(self._who(by), what)

    # --- the report

    @when(*DONE)
    @rule(by=PERFORMERS)
    def a_report_is_written(self, by: str) -> None:
        self.story.writes(self._who(by))

    @when("reported")
    @rule()
    def a_report_is_corrected(self) -> None:
        self.story.corrects(self.story.holder)
        self.story.writes(self.story.holder)

    @when("reported")
    @rule(to=RECIPIENTS, view=st.sampled_from(("summary", "intelligence", "full")), wishes=st.sampled_from(WISHES))
    def a_view_is_given(self, to: str, view: str, wishes: str) -> None:
        self.story.gives(to, view, wishes)

    @when("reported")
    @rule()
    def a_view_is_recalled(self) -> None:
        self.story.recalls()

    @when("reported")
    @rule(member=RECIPIENTS, what=st.sampled_from(("acknowledge", "ask", "answer")))
    def a_recipient_reads_it(self, member: str, what: str) -> None:
        self.story.receives(member, what)

    @when("reported")
    @rule()
    def leeds_acknowledges(self) -> None:
        self.story.acknowledges()

    @when("reported")
    @rule(member=st.sampled_from(("leeds", "kent")), answer=st.sampled_from(tuple(ANSWERED)))
    def points_are_answered(self, member: str, answer: str) -> None:
        self.story.answers_points(member, answer)

    # --- time

    @rule(time=NAPS)
    def time_passes(self, time: timedelta) -> None:
        self.story.passes(time)
        self.has_worked = True

    @rule(time=NAPS)
    def time_passes_while_the_worker_stands_still(self, time: timedelta) -> None:
        self.story.passes(time, works=False)

    def _who(self, by: str) -> str:
        if by == "asked":
            return self.story.waited_for
        return self.story.holder if by == "holder" else by

    # --- what holds

    @invariant()
    def everything_holds(self) -> None:
        nobody_is_second(self.story)
        nothing_is_lost(self.story, worked=self.has_worked)
        no_clock_moves(self.story, self.before, worked=self.has_worked)
        each_move_is_told(self.story, self.told)
        the_money_adds_up(self.story)
        nobody_reads_more(self.story, self.before)
        self.has_worked = False
        self.state = self.story.request.state


def test_in_any_order_of_anything_there_is_one_winner_and_nothing_is_lost_or_told(
    begins: Callable[[], Brokering],
) -> None:
    run_state_machine_as_test(
        partial(AnyOrder, begins),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
