"""What the calculator found, put into words: the duties of each who owes some, soonest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from hub.core.clock import LONDON
from hub.core.sentences import listed
from hub.directory.areas import Areas
from hub.duties import pages as law_pages
from hub.duties.explain import Owed, cautions
from hub.duties.facts import Facts
from hub.duties.pages import LawRow
from hub.duties.table import Law
from hub.web.calculator.questions import Asked, Options, Question, options_for
from hub.web.design import day_in_words, instant_in_words
from hub.web.forms import Filled


@dataclass(frozen=True)
class Duty:
    """One duty that is owed, every word of it ready to be shown. ``law``: its row."""

    owed: Owed
    law: LawRow
    owed_to: str
    by_when: str
    is_past: bool
    basis: str


@dataclass(frozen=True)
class Share:
    """What one party owes."""

    owed_by: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True)
class Answer:
    """Everything that is owed, and what a person should know about the facts as a whole: *to_check*, where nothing is owed
    beside which it could stand."""

    shares: tuple[Share, ...]
    place: str
    count: int
    to_check: tuple[str, ...] = ()


def answered(owed: Sequence[Owed], facts: Facts, law: Law, *, now: datetime) -> Answer:
    """*owed* by whoever owes it, soonest first, in words."""
    by_owner: dict[str, list[Owed]] = {}
    for each in owed:
        by_owner.setdefault(each.owed_by, []).append(each)
    shares = [
        Share(_party(owner, facts), tuple(_duty(each, facts, law, now) for each in sorted(theirs, key=_soonest)))
        for owner, theirs in by_owner.items()
    ]
    return Answer(tuple(shares), _place(facts), len(owed), () if owed else (*facts.warnings, *cautions(facts, law)))


def _soonest(owed: Owed) -> tuple[bool, float]:
    return owed.due_at is None, owed.due_at.timestamp() if owed.due_at else 0.0


def _duty(owed: Owed, facts: Facts, law: Law, now: datetime) -> Duty:
    recipients = listed([_party(role, facts) for role in (owed.owed_to, *owed.also_to)])
    return Duty(
        owed=owed,
        law=law_pages.law_row(law.duties[owed.code]),
        owed_to=recipients,
        by_when=_by_when(owed, law, facts),
        is_past=owed.due_at is not None and owed.due_at < now,
        basis=law_pages.BASIS_WORDS[owed.basis],
    )


def _party(role: str, facts: Facts) -> str:
    """A role, and who it is where the facts say so: “host authority (Kent)”."""
    council = {"placing_authority": facts.placing, "host_authority": facts.host}.get(role)
    spoken = law_pages.plain(role)
    return f"{spoken} ({council.name})" if council else spoken


def _by_when(owed: Owed, law: Law, facts: Facts) -> str:
    duty = law.duties[owed.code]
    clock = duty.emergency_clock if facts.emergency and duty.emergency_clock else duty.clock
    if owed.due_at is None:
        return str(gettext("no date can be given: see what to check"))
    if owed.due_on is not None:
        return str(gettext("by the end of %(day)s", day=day_in_words(owed.due_on)))
    if clock.unit != "before":
        return str(gettext("by %(instant)s", instant=instant_in_words(owed.due_at)))
    local = owed.due_at.astimezone(LONDON)
    if (local.hour, local.minute) == (0, 0):
        return str(gettext("before %(day)s begins", day=day_in_words(local.date())))
    return str(gettext("before %(instant)s", instant=instant_in_words(owed.due_at)))


def _place(facts: Facts) -> str:
    """Whose area the placement is in, and how it lies to the council that is responsible."""
    if facts.host_country:
        return str(gettext("The placement is in %(country)s.", country=facts.host_country))
    if facts.host is None:
        return ""
    said = {
        "in_area": gettext("The placement is in the council’s own area, %(host)s.", host=facts.host.name),
        "adjoining": gettext("The placement is in the area of %(host)s, which adjoins.", host=facts.host.name),
        "distant": gettext(
            "The placement is in the area of %(host)s, which does not adjoin: a distant placement.",
            host=facts.host.name,
        ),
    }
    plain = gettext("The placement is in the area of %(host)s.", host=facts.host.name)
    return str(said.get(facts.relation or "", plain))


def spoken_facts(asked: Asked, given: Filled, areas: Areas) -> list[tuple[str, str]]:
    """What was answered, question by question, in the words of the form; what was left empty is left out."""
    offered = options_for(areas)
    said = [(str(asked_of.words), _spoken(asked_of, given, offered)) for asked_of in (*asked.first, *asked.further)]
    return [(words, answer) for words, answer in said if answer]


def _spoken(question: Question, given: Filled, offered: Mapping[str, Options]) -> str:
    name = question.name
    if question.kind == "moment":
        at, on = given.body.get(f"{name}_at"), given.body.get(f"{name}_on")
        return (
            instant_in_words(datetime.fromisoformat(at)) if at else day_in_words(date.fromisoformat(on)) if on else ""
        )
    typed = given.typed.get(name) or []
    chosen = [typed] if isinstance(typed, str) else typed
    words = {"yes": gettext("Yes"), "no": gettext("No"), **dict(offered.get(name, []))}
    return ", ".join(str(words.get(value, value)) for value in chosen)
