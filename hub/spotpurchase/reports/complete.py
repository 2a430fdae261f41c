"""Can this report be sent? What must be there, and what cannot be true: each said at its field. Pure; a draft is never asked.

A report is asked for what somebody must answer, so that nothing is left open by accident: that there was no harm is said, and not
left out; and whether the police should know of something is answered either way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from hub.core.sentences import worded
from hub.spotpurchase.reports.record import SHARED_WITH

Faults = dict[str, list[str]]
_PARTS: Final = {"harms": worded("harms"), "risks": worded("risks")}
NEEDED: Final[Mapping[str, str]] = {
    "interview.interviewer": worded("Enter who held the interview."),
    "interview.role_of_interviewer": worded("Enter what the interviewer is."),
    "interview.place": worded("Say where the child was seen."),
    "interview.present": worded("Say who else was there; “nobody” where nobody was."),
    "interview.independence": worded(
        "Say on what the interviewer’s independence rests, or that they are not independent."
    ),
    "after.returned": worded("Say how the child came back."),
    "child.words": worded("Write what the child said, in their words; or that they would say nothing."),
    "child.told_who_sees_it": worded("Say whether the child was told who may see this."),
    "intelligence.for_police": worded("Say whether there is something in it that the police should know."),
}
_EACH: Final[Mapping[str, Mapping[str, str]]] = {
    "harms": {"kind": worded("Say what the harm was.")},
    "risks": {"kind": worded("Say what the risk is.")},
    "actions": {"kind": worded("Say what was done.")},
    "recommendations": {"to": worded("Say who is to answer it."), "text": worded("Write the recommendation.")},
    "referrals": {
        "kind": worded("Say what sort of referral it is."),
        "what": worded("Write what is referred."),
        "to_whom": worded("Enter to whom."),
    },
    "people": {"name": worded("Enter the name."), "role": worded("Say what this person is to the child.")},
}
_MINDS: Final = {
    "host_authority": worded(
        "Say whether the child minds that the host authority is told; “not asked” where they were not."
    ),
    "police_force": worded("Say whether the child minds that the police are told; “not asked” where they were not."),
}


@dataclass(frozen=True)
class Known:
    """What is known of the interview besides the report: no names."""

    has_host: bool
    """Whether there is a host authority other than the placing one."""
    in_time: bool
    late_because: str | None
    """As it was said when the interview was recorded as held."""
    episodes: frozenset[str]
    born_on: date | None = field(repr=False)


def faults_of(record: Mapping[str, Any], narrative: str | None, known: Known, *, now: datetime) -> Faults:
    """Field → what is wrong with it; empty: the report can be sent. *record*: plain, as it is stored."""
    found: Faults = {}
    for name, sentence in (
        *_wrong_child(record, known),
        *_missing(record, narrative, known),
        *_contradictions(record),
        *_of_lists(record, known, now),
    ):
        found.setdefault(name if name == "narrative" else f"record.{name}", []).append(sentence)
    return found


def _said(record: Mapping[str, Any], line: str) -> Any:
    part, _, name = line.partition(".")
    return (record.get(part) or {}).get(name)


def _wrong_child(record: Mapping[str, Any], known: Known) -> Iterator[tuple[str, str]]:
    born_on = _said(record, "about.born_on")
    if born_on and known.born_on and date.fromisoformat(born_on) != known.born_on:
        yield (
            "about.born_on",
            worded(
                "The child of this interview was born on another day. Check that this is not another child’s report."
            ),
        )
    if set(_said(record, "about.episodes") or ()) - known.episodes:
        yield (
            "about.episodes",
            worded("This interview was not for that episode. Check that this is not another child’s report."),
        )


def _missing(record: Mapping[str, Any], narrative: str | None, known: Known) -> Iterator[tuple[str, str]]:
    for line, sentence in NEEDED.items():
        if _said(record, line) in (None, "", []):
            yield line, sentence
    for whom in SHARED_WITH:
        if not _said(record, f"wishes.{whom}"):
            yield f"wishes.{whom}", _MINDS[whom]
    if not any(_said(record, f"reasons.{name}") for name in ("push", "pull", "words")):
        yield "reasons.push", worded("Say what drove the child away or drew it, or write that they would not say.")
    if not known.in_time and not (known.late_because or _said(record, "interview.late_because")):
        yield "interview.late_because", worded("The interview was later than 72 hours after a return. Say why.")
    if not narrative:
        yield "narrative", worded("Write the account of the interview.")


def _contradictions(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part, none in (("harms", "no_harm"), ("risks", "no_risk")):
        if not record.get(part) and not record.get(none):
            yield part, worded("Add each of the {part}, or say that there was none.", part=_PARTS[part])
        if record.get(part) and record.get(none):
            yield (
                none,
                worded("You name {part} and say that there was none. Take one of the two out.", part=_PARTS[part]),
            )
    present = _said(record, "interview.present") or []
    if "nobody" in present and len(present) > 1:
        yield "interview.present", worded("You say that nobody else was there, and who was. Take one of the two out.")
    is_for_police = _said(record, "intelligence.for_police")
    says_what = _said(record, "intelligence.kinds") or _said(record, "intelligence.words")
    if is_for_police and not says_what:
        yield "intelligence.words", worded("Say what the police should know.")
    if is_for_police is False and says_what:
        yield (
            "intelligence.for_police",
            worded("You write what the police should know, and that there is nothing. Correct one."),
        )


def _of_lists(record: Mapping[str, Any], known: Known, now: datetime) -> Iterator[tuple[str, str]]:
    for part, needed in _EACH.items():
        for place, each in enumerate(record.get(part) or ()):
            yield from ((f"{part}.{place}.{name}", said) for name, said in needed.items() if not each.get(name))
    for place, each in enumerate(record.get("recommendations") or ()):
        if each.get("to") == "host_authority" and not known.has_host:
            yield (
                f"recommendations.{place}.to",
                worded("There is no host authority beside the placing authority. Put it to the placing authority."),
            )
    for place, each in enumerate(record.get("referrals") or ()):
        if each.get("made_at") and datetime.fromisoformat(each["made_at"]) > now:
            yield f"referrals.{place}.made_at", worded("That is in the future: leave it out, and it is asked for.")
