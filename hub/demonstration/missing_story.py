"""The second half of the story: the child nobody told of goes missing, and is found in another force's area, 200 miles away.

Leeds is responsible, the child lives in Kent, Kent Police takes the report, West Yorkshire Police finds the child.
"""

from datetime import timedelta
from typing import Any, Final

from hub.demonstration import papers
from hub.demonstration.telling import Telling, iso

_INCIDENT: Final = "18-1234-26"
_HANDLER: Final = "C. Handler, control room"
_FOUND_WHERE: Final = {"place": "Railway station, Leeds", "postcode": "LS1 4DY"}


def a_child_goes_missing_and_is_found(telling: Telling, placement: str) -> str:
    """Play it: look-up, report by two, grade, found by another force, back, interview owed. The reference of the episode."""
    _the_call_handler_looks_up(telling)
    episode = _two_report_one_episode(telling, placement)
    _a_low_grade_asks_for_a_reason(telling, episode)
    _another_force_finds_the_child(telling, episode)
    _the_return_opens_the_interview(telling, episode)
    return episode


def _the_call_handler_looks_up(telling: Telling) -> None:
    telling.say("Two in the morning. Kent Police is rung: a child of a home has not come back. The name was misheard.")
    police, child = telling.who["kent_police"], papers.untold_child(telling.mark)
    question = {
        "purpose": "missing_report",
        "incident_reference": _INCIDENT,
        "by": _HANDLER,
        "family_name": _misheard(child["family_name"]),
        "given_names": child["given_names"],
        "born_on": child["born_on"],
    }
    telling.until(
        lambda: bool(_strong(police.post("/look-ups", question))), "the look-up offers one child, by initials and home"
    )
    answer = police.post("/look-ups", question)
    match = _strong(answer)[0]
    telling.hold("placing_authority" not in match["fields"], "and tells no more before the purpose is confirmed for it")
    confirmed = {"candidate": match["candidate"], "purpose": "missing_report", "by": _HANDLER}
    shown = police.post(f"/look-ups/{answer['ref']}/disclosures", confirmed)["fields"]
    telling.hold(shown["placing_authority"]["name"] == "Leeds City Council", "Leeds City Council is responsible")
    telling.hold(shown["grade_advice"] is not None, "the advice: do not grade this child as lowest risk")
    receipts = telling.who["leeds"].get("/look-up-receipts")["items"]
    telling.hold(
        receipts[0]["look_up"] == answer["ref"] and _INCIDENT not in str(receipts),
        "Leeds has a receipt of who was shown what and what for, and not of the incident",
    )


def _misheard(name: str) -> str:
    """One letter of it is another."""
    return name.replace("ville", "vile")


def _strong(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in answer["matches"] if each["band"] == "strong"]


def _two_report_one_episode(telling: Telling, placement: str) -> str:
    telling.say("The home reports the child missing, and so does Kent Police: it is one episode, told to all at once.")
    gone = iso(telling.hub_time() - timedelta(hours=2))
    told = {"placement": placement, "missing_from_at": gone}
    first = telling.who["willow_house"].post("/missing-episodes", told | {"by": "W. Castle, registered manager"})
    second = telling.who["kent_police"].post("/missing-episodes", told | {"by": _HANDLER, "reference": _INCIDENT})
    telling.hold(
        second["episode"] == first["episode"] and not second["is_new"], "two reports, one episode, each credited"
    )
    episode = str(first["episode"])
    everybody = ("leeds", "kent", "kent_police")
    telling.until(
        lambda: all(_was_told(telling, name, episode) for name in everybody),
        "Leeds, Kent and Kent Police are told at once",
    )
    return episode


def _was_told(telling: Telling, name: str, episode: str) -> bool:
    alerts = telling.who[name].get("/inbox", kind="missing.reported", limit="200")["items"]
    return any(each["subject"] == episode for each in alerts)


def _a_low_grade_asks_for_a_reason(telling: Telling, episode: str) -> None:
    telling.say("Kent Police grades the risk as low, before asking children's services.")
    police = telling.who["kent_police"]
    graded = police.post(f"/missing-episodes/{episode}/grades", {"grade": "low", "by": _HANDLER})
    asked = [each["details"]["reasons_asked"] for each in graded["timeline"] if each["kind"] == "graded"]
    telling.hold(bool(asked[-1]), "it is kept as given, and a reason is asked that Leeds will see")
    police.post(
        f"/missing-episodes/{episode}/grades", {"grade": "medium", "by": _HANDLER, "childrens_services_asked": True}
    )
    seen = telling.who["leeds"].get(f"/missing-episodes/{episode}")
    grades = [each for each in seen["timeline"] if each["kind"] == "graded"]
    telling.hold(len(grades) == 2 and seen["grade"] == "medium", "both grades stand, in order; medium counts now")


def _another_force_finds_the_child(telling: Telling, episode: str) -> None:
    telling.say("West Yorkshire Police finds the child in Leeds. Today half of forces would tell nobody.")
    found = {"located_at": iso(telling.hub_time() - timedelta(minutes=20)), "place": _FOUND_WHERE, "by": "D. Constable"}
    telling.who["west_yorkshire_police"].post(f"/missing-episodes/{episode}/finding", found)
    seen = telling.who["leeds"].get(f"/missing-episodes/{episode}")
    telling.hold(seen["state"] == "located", "Leeds, Kent and Kent Police know it at once; found is not yet back")
    owed = telling.who["leeds"].get("/obligations", subject=episode)["items"]
    telling.hold(not any(row["duty_code"] == "ERHI" for row in owed), "so the clock of the interview does not run yet")


def _the_return_opens_the_interview(telling: Telling, episode: str) -> None:
    telling.say("The child is back at Willow House.")
    back = {"returned_at": iso(telling.hub_time() - timedelta(minutes=1)), "by": "W. Castle, registered manager"}
    telling.who["willow_house"].post(f"/missing-episodes/{episode}/return", back)
    owed = telling.who["leeds"].get("/obligations", subject=episode)["items"]
    codes = {row["duty_code"] for row in owed}
    telling.hold(
        {"ERHO", "ERHI"} <= codes, "Leeds owes the offer of an interview within a day, the interview within 72 hours"
    )
