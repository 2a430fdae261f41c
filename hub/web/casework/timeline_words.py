"""What happened in a placement, in sentences: one for each sort of entry of the timeline."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from hub.registry.casework.timeline import Entry
from hub.web.casework import words
from hub.web.design import day, instant
from hub.web.pickup.sections import KIND_WORDS

SORTS: Final = {
    "notice": lazy_gettext("Notices"),
    "told": lazy_gettext("Who was told, reached, and answered"),
    "approval": lazy_gettext("Approvals"),
    "duty": lazy_gettext("Duties"),
    "step": lazy_gettext("Reminders"),
    "match": lazy_gettext("Matches"),
    "question": lazy_gettext("Questions"),
    "marker": lazy_gettext("Markers"),
}
"""What a reader may narrow the timeline to."""
TAGS: Final[Mapping[tuple[str, str], tuple[Any, str]]] = {
    ("notice", "registered"): (lazy_gettext("Notice"), ""),
    ("notice", "corrected"): (lazy_gettext("Corrected"), ""),
    ("told", "told"): (lazy_gettext("Told"), "grey"),
    ("told", "reached"): (lazy_gettext("Reached"), "green"),
    ("told", "acknowledged"): (lazy_gettext("Acknowledged"), "green"),
    ("told", "redirected"): (lazy_gettext("Passed on"), "yellow"),
    ("approval", "approved"): (lazy_gettext("Approved"), "green"),
    ("approval", "asked"): (lazy_gettext("Approval asked"), ""),
    ("approval", "sent_back"): (lazy_gettext("Sent back"), "red"),
    ("approval", "withdrawn"): (lazy_gettext("Taken back"), "grey"),
    ("duty", "opened"): (lazy_gettext("Owed"), ""),
    ("duty", "fulfilled"): (lazy_gettext("Done, not yet reached"), "yellow"),
    ("duty", "paused"): (lazy_gettext("Paused"), "grey"),
    ("duty", "met"): (lazy_gettext("Met"), "green"),
    ("duty", "met_late"): (lazy_gettext("Met late"), "orange"),
    ("duty", "excused"): (lazy_gettext("Excused"), "grey"),
    ("duty", "void"): (lazy_gettext("Struck out"), "grey"),
    ("step", "step"): (lazy_gettext("Reminder"), "orange"),
}
_FALLBACK: Final = {
    "match": lazy_gettext("Match"),
    "question": lazy_gettext("Question"),
    "marker": lazy_gettext("Marker"),
}
_MATCHES: Final = {
    "found": lazy_gettext("The hub found another placement that may be the same."),
    "linked": lazy_gettext("The hub was sure that two notices tell of this placement, and joined them."),
    "confirmed": lazy_gettext("A person said that the two are one placement."),
    "rejected": lazy_gettext("A person said that the two are not one placement."),
    "undone": lazy_gettext("A person took the match back."),
}
_QUESTIONS: Final = {
    "asked": lazy_gettext("%(who)s asked a question about a notice."),
    "answered": lazy_gettext("%(who)s answered the question."),
    "asked_again": lazy_gettext("%(who)s asked again."),
    "closed": lazy_gettext("%(who)s said that it is settled."),
}
_MARKERS: Final = {
    "added": lazy_gettext("%(who)s added a marker."),
    "changed": lazy_gettext("%(who)s changed a marker."),
    "reviewed": lazy_gettext("%(who)s looked at a marker again: it holds."),
    "ended": lazy_gettext("%(who)s ended a marker."),
}
_DISPUTED: Final = lazy_gettext("%(who)s disputed what a notice says.")


def tag_of(entry: Entry) -> tuple[Any, str]:
    """The sort of the entry in a word or two, and its colour."""
    return TAGS.get((entry.kind, entry.what)) or (_FALLBACK[entry.kind], "")


def title_of(entry: Entry) -> str:
    """What happened, in one sentence."""
    return str(_TITLES[entry.kind](entry))


def more_of(entry: Entry) -> list[tuple[str, Any]]:
    """What goes with it: pairs of what and its words."""
    pairs = _MORE[entry.kind](entry) if entry.kind in _MORE else []
    return [(str(what), said) for what, said in pairs if said]


def _notice(entry: Entry) -> Any:
    said = {"kind": KIND_WORDS[entry.facts["kind"]], "who": entry.facts["sender"]}
    if entry.what == "corrected":
        return gettext("%(kind)s: %(who)s corrected the notice", **said)
    return gettext("%(kind)s: notice by %(who)s", **said)


def _told(entry: Entry) -> Any:
    who = entry.facts["organisation"]
    if entry.what == "acknowledged":
        return gettext("%(by)s at %(who)s acknowledged the notice", by=entry.facts["by"], who=who)
    if entry.what == "redirected":
        to = entry.facts["to"]
        return (
            gettext("%(who)s passed the notice on to %(to)s", who=who, to=to)
            if to
            else gettext("Passed on by %(who)s", who=who)
        )
    if entry.what == "reached":
        return gettext("The notice reached %(who)s", who=who)
    return gettext("%(who)s was told of the notice", who=who)


def _approval(entry: Entry) -> Any:
    name = entry.facts.get("name")
    if entry.what == "approved":
        return gettext("%(name)s (%(role)s) approved the placement", name=name, role=entry.facts["role"])
    if entry.what == "asked":
        return gettext("%(name)s asked for the approval", name=name) if name else gettext("The approval was asked for")
    if entry.what == "sent_back":
        return (
            gettext("%(name)s sent the placement back", name=name) if name else gettext("The placement was sent back")
        )
    return gettext("The request for approval was taken back")


def _duty(entry: Entry) -> str:
    return str(entry.facts["says"])


def _step(entry: Entry) -> Any:
    roles = ", ".join(words.role(each) for each in entry.facts["roles"])
    return gettext("%(outcome)s: %(roles)s", outcome=words.STEP_WORDS[entry.facts["outcome"]][0], roles=roles)


def _match(entry: Entry) -> Any:
    return str(_MATCHES.get(entry.what, _MATCHES["found"]))


def _question(entry: Entry) -> Any:
    sentence = _DISPUTED if entry.what == "asked" and entry.facts["kind"] == "dispute" else _QUESTIONS[entry.what]
    return str(sentence) % {"who": entry.facts["organisation"]}


def _marker(entry: Entry) -> Any:
    return str(_MARKERS[entry.what]) % {"who": entry.facts["organisation"]}


_TITLES: Final[Mapping[str, Callable[[Entry], str]]] = {
    "notice": _notice,
    "told": _told,
    "approval": _approval,
    "duty": _duty,
    "step": _step,
    "match": _match,
    "question": _question,
    "marker": _marker,
}
Pairs = list[tuple[Any, Any]]


def _about_notice(entry: Entry) -> Pairs:
    state = entry.facts["state"]
    withdrawn, superseded = gettext("It was taken back"), gettext("A newer version stands")
    event = instant(entry.facts["event_at"]) if entry.facts["event_at"] else ""
    return [
        (gettext("Happens"), event),
        (gettext("State"), {"withdrawn": withdrawn, "superseded": superseded}.get(state, "")),
    ]


def _about_duty(entry: Entry) -> Pairs:
    facts = entry.facts
    if entry.what != "opened":
        reason = words.REASON_WORDS.get(facts["reason"]) if facts["reason"] else ""
        done = instant(facts["fulfilled_at"]) if facts["fulfilled_at"] else ""
        return [(gettext("Done"), done), (gettext("Reason"), reason)]
    due: Any = instant(facts["due_at"]) if facts["due_at"] else gettext("No date yet")
    due = day(facts["due_on"]) if facts["due_on"] else due
    return [(gettext("Owed by"), facts["by"]), (gettext("Owed to"), facts["to"]), (gettext("Due"), due)]


def _about_told(entry: Entry) -> Pairs:
    promised = entry.facts.get("promise_on")
    return [(gettext("Promised for"), day(promised) if promised else "")]


def _about_approval(entry: Entry) -> Pairs:
    facts = entry.facts
    return [
        (gettext("Reason"), facts.get("reason")),
        (gettext("What they said"), facts.get("note")),
        (gettext("Delegation"), facts.get("delegation")),
    ]


def _about_step(entry: Entry) -> Pairs:
    return [(gettext("Duty"), entry.facts["says"])]


_MORE: Final[Mapping[str, Callable[[Entry], Pairs]]] = {
    "notice": _about_notice,
    "duty": _about_duty,
    "told": _about_told,
    "approval": _about_approval,
    "step": _about_step,
}
