"""Pages of one interview without a browser: asked for in few presses, whose turn it is, who was asked and why, each act."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.core.clock import utc_now
from hub.spotpurchase.interviews import service as interviews
from hub.spotpurchase.interviews.following import follow_children_once
from hub.web.missing import moments
from tests.access.signing_in import Tab
from tests.spotpurchase.seeking import BY, HOUR, Broker
from tests.web.interviews.desk import fill
from tests.web.reading import words_of

NEW = "/interviews/new"
USUAL = {"price_cap_pence": "200", "purchase_order": "PO-0001", "contact.phone": "01632 960123"}


def back(broker: Broker, **child: Any) -> str:
    """A child of Leeds in Kent was missing and has been back for an hour; the episode."""
    now = utc_now()
    return broker.back(gone=now - 6 * HOUR, at=now - HOUR, **child)


def sought(broker: Broker, **changed: Any) -> str:
    return broker.asks(back(broker), now=utc_now(), **changed)


def page(tab: Tab, ref: str) -> str:
    return words_of(tab.get(f"/interviews/{ref}"))


def acts(tab: Tab, ref: str, act: str, **answers: Any) -> Any:
    return fill(tab, f"/interviews/{ref}/{act}", answers)


# --- asking -------------------------------------------------------------------------------------------------------------


def test_a_return_leads_to_an_interview_in_less_than_eight_interactions(at, broker) -> None:
    leeds, episode = at("leeds"), back(broker)
    form = f"{NEW}?episode={episode}"
    assert f'href="{form}"' in leeds.get(f"/missing/{episode}").text
    typed = {**USUAL, "risk": "Invented: nothing is known."}
    answered = fill(leeds, NEW, {**typed, **checked(leeds, form)}, page=form)
    assert answered.location.endswith("?done=asked"), words_of(answered)
    assert len(["open the form", *typed, "press"]) < 8
    said = words_of(leeds.get(answered.location))
    assert "Whose turn: Kent Return Interviews: to answer by" in said
    assert "71 hours left" in said
    assert "The 72 hours end on Saturday 21 November at 09:00" in said
    assert leeds.get(form).location == answered.location.split("?")[0]


def checked(tab: Tab, form: str) -> dict[str, Any]:
    """What stands filled in already, in the form's own words."""
    said = tab.get(form).text
    assert 'value="first_acceptable" checked' in said
    return {"award": "first_acceptable", "needs.gender": "any", "needs.modes": ["in_person", "video"], "by": BY}


def test_the_form_says_who_is_asked_and_that_nobody_is_told_who_the_child_is(at, broker) -> None:
    said = words_of(at("leeds").get(f"{NEW}?episode={back(broker)}"))
    assert "71 hours left" in said
    assert "within 72 hours, until Saturday 21 November at 09:00" in said
    assert "Kent Return Interviews: It is the host council's own team." in said
    assert "nothing by which the child could be known" in said


def test_what_is_missing_is_told_at_its_control_and_the_rest_is_kept(at, broker) -> None:
    leeds, episode = at("leeds"), back(broker)
    answered = fill(
        leeds,
        NEW,
        {"price_cap_pence": "185.5", "risk": "Kept.", "award": "by_hand", "by": BY},
        page=f"{NEW}?episode={episode}",
    )
    assert answered.status_code == 422
    said = words_of(answered)
    assert "Enter an amount in pounds, such as 185 or 185.50." in said
    assert 'value="185.5"' in answered.text
    assert "Kept." in answered.text


def test_without_an_order_or_consent_nothing_is_asked_for(at, broker) -> None:
    leeds, episode = at("leeds"), back(broker)
    form = f"{NEW}?episode={episode}"
    typed = {**USUAL, "purchase_order": "", "risk": "Invented.", **checked(leeds, form)}
    answered = fill(leeds, NEW, typed, page=form)
    assert answered.status_code == 422
    assert "Give a purchase order, or who consented to the cost." in words_of(answered)


def test_all_that_is_to_be_said_of_the_money_is_asked_for_at_once_and_in_pounds(at, broker) -> None:
    leeds, form = at("leeds"), f"{NEW}?episode={back(broker)}"
    typed = {**USUAL, "purchase_order": "", "price_cap_pence": "", "risk": "Invented.", **checked(leeds, form)}
    said = words_of(fill(leeds, NEW, typed, page=form))
    assert "Give a purchase order, or who consented to the cost." in said
    assert "Say how much it may cost at the most; or choose the offer by hand." in said


def test_where_nobody_could_be_asked_the_page_does_not_say_that_somebody_was_told(at, broker) -> None:
    leeds, form = at("leeds"), f"{NEW}?episode={back(broker)}"
    typed = {**USUAL, "price_cap_pence": "20", "risk": "Invented.", **checked(leeds, form)}
    said = words_of(leeds.get(fill(leeds, NEW, typed, page=form).location))
    assert "there is nobody whom the hub could ask" in said
    assert "has been told" not in said


def test_no_interview_can_be_asked_for_before_the_return(at, broker) -> None:
    now = utc_now()
    episode = broker.back(gone=now - 2 * HOUR, at=None)
    answered = at("leeds").get(f"{NEW}?episode={episode}")
    assert answered.status_code == 422
    assert "The child is not back yet." in words_of(answered)


def test_another_return_of_the_child_is_offered_and_served_by_the_same_interview(at, broker) -> None:
    first, now, leeds = back(broker), utc_now(), at("leeds")
    second = broker.missing(broker.placement_of(first), now - timedelta(minutes=50), now - timedelta(minutes=20))
    form = f"{NEW}?episode={second}"
    assert f'value="{first}"' in leeds.get(form).text
    typed = {**USUAL, "risk": "Invented.", "also": first, **checked(leeds, form)}
    assert "Say why one interview serves several episodes." in words_of(fill(leeds, NEW, typed, page=form))
    answered = fill(leeds, NEW, {**typed, "reason": "close_together"}, page=form)
    assert page(leeds, answered.location.split("/")[2].split("?")[0]).count("The episode that ended") == 2


# --- whose turn ---------------------------------------------------------------------------------------------------------


def test_the_page_says_what_happens_by_itself_next(at, broker) -> None:
    said = page(at("leeds"), sought(broker))
    assert "If Kent Return Interviews says nothing by" in said
    assert "Northstar Interviews is asked." in said
    assert "Would be asked next: Northstar Interviews and Beacon Return Interviews." in said


def test_whoever_is_closed_has_longer_to_answer_than_the_next_waits_to_be_asked(at, broker, time_is) -> None:
    time_is(utc_now() + 11 * HOUR)
    said = page(at("leeds"), sought(broker))
    assert "Kent Return Interviews: to answer by tomorrow at 10:00" in said
    assert "If Kent Return Interviews says nothing by tomorrow at 01:00" in said
    assert "Northstar Interviews is asked." in said


def test_offers_stand_beside_one_another_the_lowest_price_first_and_one_is_taken(at, broker) -> None:
    now, leeds = utc_now(), at("leeds")
    ref = sought(broker, award="by_hand")
    broker.asks_by_hand(ref, "beacon", now=now)
    broker.offers("beacon", ref, now)
    broker.offers("kent_returns", ref, now)
    said = page(leeds, ref)
    assert "Your turn: 2 offers wait for you to choose." in said
    assert said.index("£140.00") < said.index("£185.00")
    offer = broker.ask(ref, "beacon")
    path = f"/interviews/{ref}/commission/{offer}"
    assert "sees the child’s name, address" in words_of(leeds.get(path))
    assert fill(leeds, path, {"by": BY}).location == f"/interviews/{ref}?done=commissioned"
    said = page(leeds, ref)
    assert "Beacon Return Interviews: to book the interview, or try it, by" in said
    assert "£185.00 at the most, paid by Leeds City Council" in said


def test_an_offer_that_is_gone_is_told_so_and_nobody_is_commissioned(at, broker) -> None:
    now, leeds = utc_now(), at("leeds")
    ref = sought(broker, award="by_hand")
    broker.offers("kent_returns", ref, now)
    path = f"/interviews/{ref}/commission/{broker.ask(ref, 'kent_returns')}"
    hidden = leeds.get(path)
    broker.declines("kent_returns", ref, now)
    answered = fill(leeds, path, {"by": BY})
    assert hidden.status_code == 200
    assert answered.status_code == 409
    assert "This offer does not stand" in words_of(answered)


def test_a_decline_stands_there_with_its_reason(at, broker) -> None:
    ref = sought(broker)
    broker.declines("kent_returns", ref, utc_now(), code="not_commissioned_for_other_councils")
    said = page(at("leeds"), ref)
    assert "Its contract does not cover children of other councils." in said
    assert "Northstar Interviews: to answer by" in said


def test_several_are_asked_together_and_whoever_is_at_it_is_not_offered(at, broker, cast) -> None:
    leeds, ref = at("leeds"), sought(broker)
    form = leeds.get(f"/interviews/{ref}/ask").text
    assert f'value="{cast.refs["kent_returns"]}"' not in form
    names = [cast.refs["beacon"], cast.refs["northstar"]]
    assert acts(leeds, ref, "ask").status_code == 422
    assert acts(leeds, ref, "ask", providers=names).location == f"/interviews/{ref}?done=more"
    assert "Your council asked it." in page(leeds, ref)
    assert "Everybody who covers the area has been asked" in words_of(leeds.get(f"/interviews/{ref}/ask"))


def test_an_own_interviewer_holds_it_and_a_social_worker_only_with_a_reason(at, broker) -> None:
    leeds, ref = at("leeds"), sought(broker)
    refused = acts(leeds, ref, "social-worker", interviewer="P. Fictitious", by=BY)
    assert refused.status_code == 422
    assert "Say why it must be somebody who is not independent" in words_of(refused)
    done = acts(leeds, ref, "social-worker", interviewer="P. Fictitious", reason="Invented.", by=BY)
    assert done.location == f"/interviews/{ref}?done=commissioned"
    said = page(leeds, ref)
    assert "Not independent" in said
    assert "Your turn: Book the interview, or try it, by" in said
    back_ = acts(leeds, ref, "take-back", reason="interviewer_unavailable", by=BY)
    assert back_.location == f"/interviews/{ref}?done=taken_back"
    assert acts(leeds, ref, "own", interviewer="A. Pretend", is_independent="yes", by=BY).status_code == 303


def test_nobody_of_the_councils_own_is_commissioned_without_a_name(at, broker) -> None:
    leeds, ref = at("leeds"), sought(broker)
    refused = acts(leeds, ref, "own", interviewer=" ", is_independent="yes", by=BY)
    assert refused.status_code == 422
    assert "Enter who goes: their name and role." in words_of(refused)
    assert broker.holder(ref) is None


def booked(broker: Broker, ref: str) -> str:
    """The host's own team was commissioned and books a time; its reference."""
    now = utc_now()
    broker.offers("kent_returns", ref, now)
    told = {"starts_at": now + 5 * HOUR, "minutes": 60, "mode": "in_person", "by": BY}
    return str(broker.desk("kent_returns").does(interviews.book, ref, now=now, **told).ref)


@pytest.mark.parametrize("member", ["leeds", "kent"])
def test_whoever_is_told_of_a_time_puts_it_into_a_calendar_and_takes_it_out(at, broker, member) -> None:
    ref = sought(broker)
    time, tab = booked(broker, ref), at(member, "duty_desk")
    file = f"/providing/times/{time}.ics"
    shown = tab.get(f"/interviews/{ref}")
    assert f'href="{file}"' in shown.text
    assert "Put it into your calendar" in words_of(shown)
    assert "STATUS:CONFIRMED" in tab.get(file).text
    broker.desk("kent_returns").does(interviews.cancel, time, reason="carer_asked", now=utc_now())
    assert "Take it out of your calendar" in page(tab, ref)
    assert "A parent or carer asked for it." in page(tab, ref)
    assert "STATUS:CANCELLED" in tab.get(file).text


def test_an_interview_that_was_held_without_a_time_is_not_told_as_booked_afterwards(at, broker) -> None:
    ref, now = sought(broker), utc_now()
    broker.offers("kent_returns", ref, now - timedelta(minutes=50), earliest_at=now)
    told = {"held_at": now - timedelta(minutes=40), "minutes": 30, "mode": "in_person", "by": BY}
    broker.desk("kent_returns").does(interviews.hold_unbooked, ref, now=now, **told)
    said = page(at("leeds"), ref)
    assert "The interview was held" in said
    assert "A time was booked" not in said


def test_it_is_taken_back_cancelled_and_sought_again(at, broker) -> None:
    leeds, ref = at("leeds"), sought(broker)
    broker.offers("kent_returns", ref, utc_now())
    assert acts(leeds, ref, "take-back", by=BY).location == f"/interviews/{ref}?done=taken_back"
    assert "The placing authority took it back." in page(leeds, ref)
    assert acts(leeds, ref, "cancel", by=BY).status_code == 422
    assert acts(leeds, ref, "cancel", reason="entered_in_error", by=BY).location == f"/interviews/{ref}?done=cancelled"
    assert "Cancelled" in page(leeds, ref)
    assert acts(leeds, ref, "again", by=BY).location == f"/interviews/{ref}?done=again"


def test_what_the_child_said_is_recorded_with_when_and_how(at, broker) -> None:
    leeds, ref = at("leeds"), sought(broker)
    refused = acts(leeds, ref, "child", said="declined", how="phone", day="", time="", by=BY)
    assert refused.status_code == 422
    assert "Choose a day from the list." in words_of(refused)
    now = utc_now()
    answers = {"said": "declined", "reason": "Invented: no thanks.", "how": "phone", "by": BY, **clock(now)}
    assert acts(leeds, ref, "child", **answers).location == f"/interviews/{ref}?done=offered"
    said = page(leeds, ref)
    assert "The child declined" in said
    assert "Invented: no thanks." in said


def clock(now: datetime) -> dict[str, str]:
    """A moment as the form's controls have it."""
    return {name: str(value) for name, value in moments.spelt(now).items()}


def test_a_question_is_answered_where_it_was_asked(at, broker) -> None:
    leeds, ref = at("leeds"), sought(broker)
    broker.says("kent_returns", ref, "Invented: is there a quiet room?", utc_now())
    assert "Invented: is there a quiet room?" in page(leeds, ref)
    ask = broker.ask(ref, "kent_returns")
    path = f"/interviews/{ref}/asks/{ask}/message"
    refused = fill(leeds, path, {"text": "", "by": BY}, page=f"/interviews/{ref}")
    assert refused.status_code == 422
    assert f'href="#text-{ask}"' in refused.text
    sent = fill(leeds, path, {"text": "Invented: yes.", "by": BY}, page=f"/interviews/{ref}")
    assert sent.location == f"/interviews/{ref}?done=said#{ask}"
    assert "Invented: yes." in page(leeds, ref)


def test_a_child_who_is_missing_again_is_decided_about_on_the_page(at, broker, database, rules) -> None:
    leeds, episode, now = at("leeds"), back(broker), utc_now()
    ref = broker.asks(episode, now=now)
    again = broker.missing(broker.placement_of(episode), now - timedelta(minutes=30), now - timedelta(minutes=5))
    follow_children_once(database, rules, now=now)
    shown = leeds.get(f"/interviews/{ref}")
    assert "Your turn: Something happened before the interview. Decide how it goes on." in words_of(shown)
    assert f'href="/missing/{again}"' in shown.text
    path = re.findall(rf'action="(/interviews/{ref}/news/nws_\w+)"', shown.text)[0]
    refused = fill(leeds, path, {}, page=f"/interviews/{ref}")
    assert refused.status_code == 422
    assert f'href="#answer-{path.split("/")[-1]}"' in refused.text
    answers = {"answer": "one_interview", "reason": "missing_again_before"}
    assert fill(leeds, path, answers, page=f"/interviews/{ref}").location == f"/interviews/{ref}?done=decided"
    said = page(leeds, ref)
    assert said.count("The episode that ended") == 2
    assert "Whose turn: Kent Return Interviews: to answer by" in said


# --- who sees what ------------------------------------------------------------------------------------------------------


def test_the_host_follows_it_and_neither_reads_the_name_nor_decides(at, broker) -> None:
    ref = sought(broker)
    kent = at("kent", "duty_desk")
    said = page(kent, ref)
    assert "A child aged 13 to 15" in said
    assert "Leeds City Council: to find somebody who holds it." in said
    for never in ("Fictitious", "Robin", "PO-0001", "Invented", "01632 960123"):
        assert never not in said, never
    assert kent.get(f"/interviews/{ref}/cancel").status_code == 404


@pytest.mark.parametrize("member", ["kent_returns", "beacon"])
def test_whoever_holds_interviews_is_led_to_its_own_page_or_sees_nothing(at, broker, member) -> None:
    ref = sought(broker)
    answered = at(member, "coordinator").get(f"/interviews/{ref}")
    if member == "kent_returns":
        assert answered.location == f"/providing/asks/{broker.ask(ref, member)}"
    else:
        assert answered.status_code == 404


# --- the board ----------------------------------------------------------------------------------------------------------


def test_the_board_begins_with_the_return_for_which_nothing_was_asked(at, broker) -> None:
    leeds = at("leeds")
    assert "No interview is owed." in words_of(leeds.get("/interviews"))
    episode = back(broker)
    said = leeds.get("/interviews")
    assert "No interview asked for yet" in words_of(said)
    assert f'href="{NEW}?episode={episode}"' in said.text
    broker.asks(episode, now=utc_now())
    said = words_of(leeds.get("/interviews"))
    assert "No interview asked for yet" not in said
    assert "Waits for an answer" in said
    assert "Robin Fictitious" in said
    assert "Robin" not in words_of(at("kent", "duty_desk").get("/interviews?part=host"))


def test_the_board_leads_by_reference(at, broker) -> None:
    leeds, ref = at("leeds"), sought(broker)
    assert leeds.get(f"/interviews?ref={ref}").location == f"/interviews/{ref}"
    answered = leeds.get("/interviews?ref=nothing")
    assert answered.status_code == 422
    assert "Enter the reference of an interview" in words_of(answered)


def test_an_offer_that_waits_for_a_choice_is_counted(at, broker) -> None:
    leeds, ref = at("leeds"), sought(broker, award="by_hand")
    broker.offers("kent_returns", ref, utc_now())
    answered = leeds.get("/interviews")
    assert "Choose an offer" in words_of(answered)
    assert "<title>(1) Return home interviews" in answered.text
