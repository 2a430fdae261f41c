"""Ladders and their rungs in words: when, who, by what; and what is wrong with one."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext

from hub.duties.rulebook import Rulebook
from hub.web.organisation import words

SIDE_WORDS: Final = {
    "owed_by": lazy_gettext("Your organisation, which owes it"),
    "owed_to": lazy_gettext("The organisation it is owed to"),
    "placing_authority": lazy_gettext("The placing authority"),
}
LADDER_WORDS: Final = {
    "agency_events": lazy_gettext("A fostering agency’s notices of events"),
    "agency_voluntary": lazy_gettext("A fostering agency’s voluntary notices"),
    "after_emergency": lazy_gettext("Consulting after an emergency placement"),
    "approval": lazy_gettext("Approving a placement"),
    "approval_distant": lazy_gettext("Approving a distant placement"),
    "broker": lazy_gettext("Finding somebody for a return home interview"),
    "chase": lazy_gettext("A notice that is missing"),
    "checklist": lazy_gettext("Telling health services, the family and others"),
    "consultation": lazy_gettext("Consulting the host authority"),
    "education_checklist": lazy_gettext("Telling the school"),
    "end_late": lazy_gettext("Telling of an end that was not planned"),
    "end_planned": lazy_gettext("Telling of a planned end"),
    "health_education": lazy_gettext("Notices from health and education"),
    "home": lazy_gettext("A children’s home’s admissions and discharges"),
    "host_desk": lazy_gettext("Acknowledging notices and keeping the register"),
    "host_pass_on": lazy_gettext("Passing notices on to health and education"),
    "host_reply": lazy_gettext("Answering a consultation"),
    "hub_change": lazy_gettext("Telling of changed details"),
    "hub_prompt": lazy_gettext("Prompts of the hub’s own"),
    "hub_birthday": lazy_gettext("Before an eighteenth birthday"),
    "interview": lazy_gettext("Holding a return home interview"),
    "interview_offer": lazy_gettext("Offering a return home interview"),
    "iro_checklist": lazy_gettext("Telling the independent reviewing officer"),
    "missing_lead": lazy_gettext("Following a child who was missing"),
    "panel": lazy_gettext("Going to the placement panel"),
    "placing_statute": lazy_gettext("Notifying the host authority"),
    "plan_review": lazy_gettext("Reviewing the care plan"),
    "police": lazy_gettext("Telling of a missing child, for police"),
    "police_notice": lazy_gettext("Telling the police of a placement"),
    "provider": lazy_gettext("Reporting on a return home interview"),
    "recommendation": lazy_gettext("Answering the recommendations of an interview"),
    "referral": lazy_gettext("Saying what became of a referral from an interview"),
    "repeat_missing": lazy_gettext("Meeting about a child who is missing repeatedly"),
    "supported_accommodation": lazy_gettext("Supported accommodation’s admissions and discharges"),
    "team": lazy_gettext("Acknowledging the report of a return home interview"),
    "welsh_home": lazy_gettext("A Welsh home’s notices"),
    "youth_justice": lazy_gettext("Telling of a youth justice placement"),
}


def ladder(name: str) -> str:
    """What a ladder is called."""
    known = LADDER_WORDS.get(name)
    return str(known) if known is not None else name.replace("_", " ").capitalize()


def duties(name: str, rules: Rulebook) -> list[tuple[str, str]]:
    """The duties that climb by a ladder: code, and what is owed."""
    return [(duty.code, duty.says) for duty in rules.law.duties.values() if duty.ladder == name]


def when(rung: Mapping[str, Any]) -> str:
    """When a rung is reached: “1 working day after it was due”."""
    if "before_hours" in rung:
        hours = rung["before_hours"]
        return str(ngettext("%(num)s hour before it is due", "%(num)s hours before it is due", hours))
    if rung.get("after_hours") == 0 or rung.get("after_working_days") == 0:
        return str(gettext("When it is due"))
    if "after_hours" in rung:
        return str(ngettext("%(num)s hour after it was due", "%(num)s hours after it was due", rung["after_hours"]))
    days = rung["after_working_days"]
    return str(ngettext("%(num)s working day after it was due", "%(num)s working days after it was due", days))


def told(rung: Mapping[str, Any]) -> str:
    """Who is told, on which side."""
    said = words.any_role(rung["roles"])
    return said if rung["of"] == "owed_by" else f"{SIDE_WORDS[rung['of']]}: {said}"


def further(rung: Mapping[str, Any]) -> list[str]:
    """What else a rung does: wakes people, prepares a report, goes one way only, repeats."""
    said = []
    if rung.get("urgent"):
        said.append(gettext("Urgent: also outside opening hours"))
    if rung.get("kind") == "prepare_report":
        said.append(gettext("A report to %(whom)s is prepared, which a person sends", whom=rung.get("report_to", "")))
    if rung.get("channel"):
        said.append(gettext("Only by: %(channel)s", channel=words.CHANNEL_WORDS[rung["channel"]]))
    if every := rung.get("repeat_every_working_days"):
        said.append(
            ngettext("Again every %(num)s working day", "Again every %(num)s working days", every)
            if every > 1
            else gettext("Again every working day")
        )
    return said


def hours(rung: Mapping[str, Any]) -> int:
    """When a rung comes, in hours from the due instant, a working day taken as a day: enough to say what comes first."""
    if "before_hours" in rung:
        return -int(rung["before_hours"])
    return int(rung["after_hours"]) if "after_hours" in rung else 24 * int(rung.get("after_working_days", 0))


def in_order(rungs: list[dict[str, Any]], repeat: int) -> list[dict[str, Any]]:
    """*rungs* as they are reached, of which the last repeats every *repeat* working days."""
    plain = [{key: value for key, value in rung.items() if key != "repeat_every_working_days"} for rung in rungs]
    ordered = sorted(plain, key=hours)
    if ordered:
        ordered[-1]["repeat_every_working_days"] = repeat
    return ordered
