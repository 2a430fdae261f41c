"""The last part of the story: the child is back, and Leeds buys the return home interview across 200 miles, within 72 hours.

Kent's own team declines, Northstar says nothing, Beacon holds it and writes it up; Kent Police is given what it needs.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from hub.core.clock import LONDON, london_date
from hub.demonstration import papers
from hub.demonstration.telling import Telling, iso, pounds, when

_BUYER: Final = "A. Brook, missing coordinator"
_SELLER: Final = "N. Holt, coordinator"
_TEA_TIME: Final = (16, 30)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_NAMELESS: Final = ("name", "born_on", "address", "placement", "preferences", "risk", "contact", "episodes")
"""Facts of a request that nobody sees before being commissioned."""


def the_interview_is_bought_across_the_border(telling: Telling, episode: str) -> None:
    """Play it: asked for, declined, offered, commissioned, held, written up, given, answered, paid for."""
    request = _leeds_asks(telling, episode)
    _nobody_near_takes_it(telling, request)
    _beacon_offers_and_has_it(telling, request)
    held = _an_attempt_fails_and_the_interview_is_held(telling, request)
    _the_duty_is_met(telling, episode, request, held)
    report = _it_is_written_up(telling, request)
    _the_police_are_given_what_they_need(telling, report)
    _the_loop_is_closed(telling, report)
    _the_statement_agrees_with_the_card(telling, request)


# --- sought -----------------------------------------------------------------------------------------------------------


def _leeds_asks(telling: Telling, episode: str) -> str:
    telling.say("Leeds asks for the interview, 200 miles away. What the hub knows it fills in itself.")
    asked = telling.who["leeds"].post("/interview-requests", papers.interview_wanted(episode, by=_BUYER))
    first = asked["asks"][0]
    telling.hold("host_team" in first["why"], f"{first['provider']['name']} is asked first: it is the host's own team")
    order = [each["organisation"]["name"] for each in asked["matching"]["asked"]]
    telling.hold(len(order) == 3, f"the order, with the reasons for it: {', '.join(order)}")
    within = telling.hub_time() < _at(first["reply_by"]) < _at(asked["facts"]["latest_at"])
    telling.hold(within, f"it is to answer by {when(first['reply_by'])}, a share of the time that is left")
    telling.hold(
        bool(asked["fallback_at"]), f"if nobody takes it, Leeds decides itself by {when(asked['fallback_at'])}"
    )
    return str(asked["ref"])


def _nobody_near_takes_it(telling: Telling, request: str) -> None:
    telling.say("Kent's team declines, as many do. Northstar says nothing at all.")
    asked = _ask_of(telling, "kent_returns", request)
    no = {"code": "not_commissioned_for_other_councils", "by": "F. Marsh, coordinator"}
    said = telling.who["kent_returns"].post(f"/interview-asks/{asked['ref']}/decline", no, status=200)
    telling.hold(
        said["state"] == "declined", "the reason is a code that is counted: its contract covers Kent's own alone"
    )
    silent = _ask_of(telling, "northstar", request)
    telling.hold(silent["state"] == "asked", f"Northstar is asked at once, and has until {when(silent['reply_by'])}")
    telling.move_clock_to(_at(silent["reply_by"]) + _MINUTE)
    telling.until(
        lambda: "asked" in _states_at(telling, "beacon", request),
        "its time is over by the hub's clock, and Beacon is asked",
    )


def _states_at(telling: Telling, member: str, request: str) -> list[str]:
    """How what *member* was asked about *request* stands: nothing where it was not asked."""
    asks = telling.who[member].get("/interview-asks", limit="200")["items"]
    return [each["state"] for each in asks if each["request"] == request]


def _ask_of(telling: Telling, member: str, request: str) -> dict[str, Any]:
    """What *member* was asked about *request*, from its inbox."""
    asks = telling.who[member].get("/interview-asks", limit="200")["items"]
    found: dict[str, Any] = next(each for each in asks if each["request"] == request)
    return found


def _beacon_offers_and_has_it(telling: Telling, request: str) -> None:
    telling.say("Beacon, a charity, reads what it is asked. It does not know for whom.")
    beacon, asked = telling.who["beacon"], _ask_of(telling, "beacon", request)
    facts = asked["facts"]
    telling.hold(
        not any(name in facts for name in _NAMELESS), "no name, no date of birth, no address, no reference of the child"
    )
    told = f"{facts['area']['name']}, {facts['age_band'].replace('_', ' ')} years, by {when(facts['latest_at'])}"
    telling.hold(
        facts["price_cap_pence"] > 0, f"but enough to decide: {told}, at most {pounds(facts['price_cap_pence'])}"
    )
    offer = {"earliest_at": iso(telling.hub_time() + 2 * _HOUR), "mode": "in_person", "by": _SELLER}
    won = beacon.post(f"/interview-asks/{asked['ref']}/offer", offer)
    price = pounds(won["quoted_pence"])
    telling.hold(
        won["state"] == "won", f"it offers, for {price} by its card, and has it at once: Leeds said the first will do"
    )
    seen = beacon.get(f"/interview-requests/{request}")["facts"]
    telling.hold(
        bool(seen["name"] and seen["risk"] and seen["contact"]), "now it knows the child, the risk, and whom to ring"
    )
    over = telling.who["northstar"].get(f"/interview-requests/{request}")
    telling.hold(over["stage"] == "over" and "age_band" not in over["facts"], "and Northstar sees less than before")


# --- held -------------------------------------------------------------------------------------------------------------


def _an_attempt_fails_and_the_interview_is_held(telling: Telling, request: str) -> dict[str, Any]:
    telling.say("Beacon offers the interview to the child, who says yes, and books a time.")
    beacon = telling.who["beacon"]
    offered = {"offered_at": iso(telling.hub_time()), "how": "phone", "said": "accepted", "by": _SELLER}
    beacon.post(f"/interview-requests/{request}/child-offers", offered)
    first = _booked(telling, request)
    calendar = beacon.text(f"/interview-appointments/{first['ref']}.ics")
    telling.hold("BEGIN:VEVENT" in calendar and first["ref"] in calendar, "the calendar takes it (.ics)")
    child = papers.untold_child(telling.mark)
    telling.hold(
        child["family_name"] not in calendar and child["given_names"] not in calendar, "and learns nothing of the child"
    )
    telling.move_clock_to(_at(first["starts_at"]) + 5 * _MINUTE)
    vain = {"at": first["starts_at"], "how": "in_person", "outcome": "not_there", "by": "Y. Lane, interviewer"}
    tried = beacon.post(f"/interview-requests/{request}/attempts", vain)
    telling.hold(
        tried["request_state"] == "commissioned", "nobody is there: the attempt is recorded, and another time is booked"
    )
    second = _booked(telling, request)
    telling.move_clock_to(_at(second["ends_at"]) + 5 * _MINUTE)
    done = {"held_at": second["starts_at"], "minutes": 55, "present": "Nobody else", "by": "Y. Lane, interviewer"}
    held: dict[str, Any] = beacon.post(f"/interview-appointments/{second['ref']}/holding", done, status=200)
    telling.hold(held["state"] == "held", f"the interview is held on {when(held['held_at'])}")
    return held


def _booked(telling: Telling, request: str) -> dict[str, Any]:
    """Beacon books the next half past four that is an hour away."""
    wanted = {
        "starts_at": iso(_next_tea_time(telling.hub_time() + _HOUR)),
        "minutes": 60,
        "mode": "in_person",
        "by": _SELLER,
    }
    booked: dict[str, Any] = telling.who["beacon"].post(f"/interview-requests/{request}/appointments", wanted)
    telling.hold(booked["request_state"] == "scheduled", f"the child is to be seen on {when(booked['starts_at'])}")
    return booked


def _next_tea_time(after: datetime) -> datetime:
    """The first half past four in London after that."""
    local = after.astimezone(LONDON)
    wanted = local.replace(hour=_TEA_TIME[0], minute=_TEA_TIME[1], second=0, microsecond=0)
    return wanted if wanted > local else (wanted + _DAY)


def _the_duty_is_met(telling: Telling, episode: str, request: str, held: dict[str, Any]) -> None:
    course = telling.who["leeds"].get(f"/interview-requests/{request}/course")
    owed = {row["duty_code"]: row for row in telling.who["leeds"].get("/obligations", subject=episode)["items"]}
    telling.hold(owed["ERHO"]["state"] == "met", "the offer to the child came within a day of the return (ERHO met)")
    is_in_time = _at(held["held_at"]) <= _at(owed["ERHI"]["due_at"])
    telling.hold(
        course["is_within_72_hours"] == is_in_time, f"the 72nd hour was {when(course['latest_at'])}, and never moved"
    )
    stands = owed["ERHI"]["state"]
    telling.hold(stands == ("met" if is_in_time else "met_late"), f"ERHI is {stands.replace('_', ', ')}")


# --- told -------------------------------------------------------------------------------------------------------------


def _it_is_written_up(telling: Telling, request: str) -> str:
    telling.say("Yusuf writes it up. The report is saved as it is typed, and judged when it is sent.")
    beacon, report = telling.who["beacon"], papers.interview_report(telling.mark)
    draft = beacon.put(f"/interview-requests/{request}/report", report, version=0)
    by = {"by": "Y. Lane, interviewer"}
    sent = beacon.post(f"/interview-requests/{request}/report/submission", by, status=200, version=draft["version"])
    telling.hold(
        sent["state"] == "submitted", "Leeds has the whole report: the reasons, the harm, the child's own words"
    )
    telling.hold(sent["shares"] == [], "and nobody else has anything of it")
    return str(sent["ref"])


def _the_police_are_given_what_they_need(telling: Telling, report: str) -> None:
    telling.say("Leeds acknowledges it, and gives Kent Police what the police need, and no more.")
    leeds, police = telling.who["leeds"], telling.who["kent_police"]
    leeds.post(f"/interview-reports/{report}/acknowledgement", {"by": _BUYER}, status=200)
    seen = telling.who["beacon"].get(f"/interview-reports/{report}")
    telling.hold(bool(seen["acknowledged_at"]), "Beacon sees that its report was read")
    choices = leeds.get(f"/interview-reports/{report}/recipients")["recipients"]
    force = next(each["organisation"] for each in choices if each["organisation"]["name"] == "Kent Police")
    given = leeds.post(f"/interview-reports/{report}/shares", papers.extract_for_police(force["ref"], by=_BUYER))
    share = given["shares"][-1]["ref"]
    telling.hold(
        {"necessity", "proportionality", "wishes"} <= set(given["shares"][-1]["decision"]),
        "why it is necessary, why no less would do and what the child said to it stand beside it",
    )
    content = police.get(f"/interview-shares/{share}")["content"]
    telling.hold(
        "intelligence.words" in content and "narrative" not in content, "Kent Police reads the intelligence alone"
    )
    telling.hold(papers.FRIEND not in str(content), "the friend whom the child named is “a friend” there, and no name")
    police.post(f"/interview-shares/{share}/acknowledgement", {"by": "R. Fenner, inspector"}, status=200)
    question = {"text": "Invented: which day of the week was it?", "by": "R. Fenner, inspector"}
    police.post(f"/interview-shares/{share}/question", question, status=200)
    leeds.post(f"/interview-shares/{share}/answer", {"text": "Invented: the Friday.", "by": _BUYER}, status=200)
    heard = police.get(f"/interview-shares/{share}")
    telling.hold(
        bool(heard["acknowledged_at"] and heard["answer"]), "it acknowledges, asks its one question, and is answered"
    )


def _the_loop_is_closed(telling: Telling, report: str) -> None:
    telling.say("Leeds answers what Beacon recommended: no report is written for a drawer.")
    [put] = telling.who["leeds"].get(f"/interview-reports/{report}")["recommendations"]
    answer = {
        "answer": "done",
        "done_by": "P. Shah, social worker",
        "on": london_date(telling.hub_time()).isoformat(),
        "by": _BUYER,
    }
    telling.who["leeds"].post(f"/interview-recommendations/{put['ref']}/answer", answer, status=200)
    [seen] = telling.who["beacon"].get(f"/interview-reports/{report}")["recommendations"]
    telling.hold(
        seen["state"] == "done" and bool(seen["answers"]), "Beacon sees what was done about it, by whom and when"
    )


# --- paid -------------------------------------------------------------------------------------------------------------


def _the_statement_agrees_with_the_card(telling: Telling, request: str) -> None:
    telling.say("What it costs: by the card as it was agreed, and on both sides the same.")
    leeds, beacon = telling.who["leeds"], telling.who["beacon"]
    commission = leeds.get(f"/interview-requests/{request}")["commissions"][-1]["ref"]
    bought = leeds.get(f"/purchases/{commission}")
    card, charged = bought["card"], {line["kind"]: line["net_pence"] for line in bought["lines"]}
    wanted = {"abortive": card["price_pence"] * card["abortive_percent"] // 100, "interview": card["price_pence"]}
    telling.hold(charged == wanted, f"{_lines(charged)}: as version {card['version']} of Beacon's card says")
    months = sorted({_month_of(line["entered_at"]) for line in bought["lines"]})
    ends = (bought["buyer"]["ref"], bought["seller"]["ref"])
    sides = [
        [leeds.get(f"/statements/{month}/{ends[1]}") for month in months],
        [beacon.get(f"/statements/{month}/{ends[0]}") for month in months],
    ]
    telling.hold(sides[0] == sides[1], "Leeds and Beacon read the same statement")
    lines = [line for statement in sides[0] for line in statement["lines"]]
    ours = sum(line["total_pence"] for line in lines if line["commission"] == commission)
    is_whole = sum(each["total"]["total_pence"] for each in sides[0]) == sum(line["total_pence"] for line in lines)
    total = pounds(bought["total"]["total_pence"])
    telling.hold(
        is_whole and ours == sum(wanted.values()), f"it comes to {total} on it, to the penny, and names no child"
    )


def _lines(charged: dict[str, int]) -> str:
    said = {"abortive": "the visit in vain", "interview": "the interview"}
    return ", ".join(f"{said[kind]} {pounds(pence)}" for kind, pence in charged.items())


def _month_of(instant: str) -> str:
    return f"{london_date(_at(instant)):%Y-%m}"


def _at(instant: str) -> datetime:
    return datetime.fromisoformat(instant)
