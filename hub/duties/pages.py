"""The law as a page: the rows of the table put into words, for ``/law`` and for ``docs/law.md``, from one place.

``python -m hub.duties.pages`` prints the Markdown; a test fails when docs/law.md says anything else.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from pathlib import Path

from hub.core.sentences import Sentence, either, together, worded
from hub.duties.councils import CouncilPolicy
from hub.duties.rules import Rule, Source
from hub.duties.table import Clock, Duty, Law, load_law
from hub.duties.wording import setting_words
from hub.duties.words import UNVERIFIED

BASIS_WORDS = {
    "statute": worded("statute"),
    "statutory_guidance": worded("statutory guidance"),
    "recommendation": worded("recommendation"),
    "policy": worded("local policy"),
}
_ONE = {"working_days": worded("1 working day"), "hours": worded("1 hour"), "calendar_days": worded("1 day")}


@dataclass(frozen=True, kw_only=True)
class LawRow:
    """One duty in words. ``doubt`` is empty, or says what nobody has verified; ``sources`` are citation and link.

    A source without a link has the empty string there.
    """

    code: str
    says: str
    owed_by: str
    owed_to: str
    set_off_by: str
    due: str
    basis: str
    jurisdiction: str
    in_force: str
    confidence: str
    doubt: str
    sources: tuple[tuple[str, str], ...]
    excusable: str
    note: str
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """One rule around the duties, in words."""

    name: str
    says: str
    basis: str
    jurisdiction: str
    in_force: str
    confidence: str
    doubt: str
    sources: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True)
class Section:
    """An instrument and the rows drawn from it."""

    title: str
    source: tuple[str, str]
    rows: tuple[LawRow, ...]


def sections(law: Law) -> tuple[Section, ...]:
    """The duties by the instrument they are drawn from, in the order of the table."""
    by_title: dict[str, list[Duty]] = {}
    for duty in law.duties.values():
        by_title.setdefault(duty.instrument.title, []).append(duty)
    return tuple(
        Section(title, _link(duties[0].instrument.source), tuple(law_row(duty) for duty in duties))
        for title, duties in by_title.items()
    )


def law_row(duty: Duty) -> LawRow:
    """One duty of the table, every word of it ready to be shown."""
    return LawRow(
        code=duty.code,
        says=duty.says,
        owed_by=plain(duty.owed_by),
        owed_to=", ".join(plain(role) for role in (duty.owed_to, *duty.also_to)),
        set_off_by=_set_off_by(duty),
        due=due_words(duty),
        basis=_basis(duty),
        jurisdiction=duty.jurisdiction,
        in_force=_in_force(duty.in_force_from, duty.in_force_to),
        confidence=duty.confidence,
        doubt=doubt_about(duty),
        sources=tuple(_link(source) for source in duty.source),
        excusable=duty.excusable or "",
        note=duty.note,
        enabled=duty.enabled,
    )


def doubt_about(duty: Duty) -> str:
    """What nobody has verified of a row, for every screen that shows what it makes owed; empty where all of it was."""
    return _doubt(duty.confidence, duty.in_force_from, duty.source, duty.confidence_in_emergency)


def _set_off_by(duty: Duty) -> str:
    events = ", ".join(plain(event) for event in duty.starts)
    if duty.opened_by != "nobody":
        return events
    return worded("{events} (the hub is not told of this, and opens nothing for it)", events=events)


def rule_rows(law: Law) -> tuple[RuleRow, ...]:
    """The rules around the duties, in words, and what single councils have decided for themselves."""
    return (*(_rule_row(rule) for rule in law.rules.rows), *(_council_row(each) for each in law.councils.values()))


def _council_row(council: CouncilPolicy) -> RuleRow:
    decided = worded(
        "Decided on {day} by {who}: {because}.",
        day=council.decided_on,
        who=council.decided_by,
        because=council.because.removesuffix("."),
    )
    return RuleRow(
        name=worded("Decided by {council}", council=council.name),
        says=together([*_council_decisions(council), decided]),
        basis=BASIS_WORDS["policy"],
        jurisdiction="England",
        in_force=_in_force(council.decided_on, None),
        confidence="verified",
        doubt="",
        sources=(("config/policy/councils.toml", ""),),
        note=worded(
            "A council's own policy changes no law: what it takes as recommended is shown with the regulation that asks for it."
        ),
    )


def _council_decisions(council: CouncilPolicy) -> Iterator[Sentence]:
    if council.notice_recommended_for:
        yield worded(
            "The notice to the host authority (E13A, E13E) is taken as recommended, not owed, for a child {where}.",
            where=_settings(council.notice_recommended_for),
        )
    if council.gate_also_applies_to:
        yield worded(
            "The approval of a placement out of area is needed for a child {where}.",
            where=_settings(council.gate_also_applies_to),
        )
    elif council.gate_also_applies_to is not None:
        yield worded("The approval of a placement out of area is needed in none of the contested settings.")
    if council.notice_due_by_start:
        yield worded("The notice of an adjoining placement is due by the start, also where the approval comes first.")


def _settings(settings: Iterable[str]) -> Sentence:
    return either(setting_words(setting) for setting in sorted(settings))


def _rule_row(rule: Rule) -> RuleRow:
    return RuleRow(
        name=titled(rule.name),
        says=rule.says,
        basis=BASIS_WORDS[rule.basis],
        jurisdiction=rule.jurisdiction,
        in_force=_in_force(rule.in_force_from, None),
        confidence=rule.confidence,
        doubt=_doubt(rule.confidence, rule.in_force_from, rule.source, rule.confidence),
        sources=tuple(_link(source) for source in rule.source),
        note=rule.note,
    )


def titled(name: str) -> str:
    """``homes-wales`` as “Homes Wales”; the nations keep their capitals."""
    words = name.replace("-", " ").capitalize()
    for nation in ("England", "Wales"):
        words = words.replace(nation.lower(), nation)
    return words


def plain(word: str) -> str:
    """``placing_authority`` as ``placing authority``; names of institutions keep their capitals."""
    words = {
        "iro": "independent reviewing officer",
        "rhi_provider": "interview provider",
        "notified_at_start": "everybody told of the start",
        "host_health_and_education": "health and education services of the host's area",
        "approval_record": "record of the approval",
        "schedule_7_event": "an event of Schedule 7",
    }
    return words.get(word, word.replace("_", " ").replace("nhs", "NHS"))


def due_words(duty: Duty) -> Sentence:
    """When the duty is due, as a person would say it."""
    usual = _clock_words(duty.clock)
    if duty.emergency_clock is None:
        return usual
    return worded("{usual}; in an emergency {otherwise}", usual=usual, otherwise=_clock_words(duty.emergency_clock))


def _clock_words(clock: Clock) -> Sentence:
    after = _COUNTED_FROM[clock.count_from]
    if clock.unit == "before":
        if clock.earlier_of_approval:
            return worded("before {event}, or by the approval where an adjoining placement needs one", event=after)
        return worded("before {event}", event=after)
    length = _length(abs(clock.number), clock.unit)
    if clock.number < 0:
        counted = worded("{length} before {event}", length=length, event=after)
    else:
        counted = worded("{length} after {event}", length=length, event=after)
    if not clock.is_policy:
        return worded("within {counted}", counted=counted)
    if not clock.law_word:
        return worded("{counted} (local policy)", counted=counted)
    return worded("{law} (local policy: {counted})", law=clock.law_word, counted=counted)


def _length(number: int, unit: str) -> Sentence:
    if number == 1:
        return _ONE[unit]
    match unit:
        case "working_days":
            return worded("{number} working days", number=number)
        case "hours":
            return worded("{number} hours", number=number)
        case _:
            return worded("{number} days", number=number)


_COUNTED_FROM = {"event": worded("the event"), "approval": worded("approval"), "trigger": worded("what sets it off")}


def _basis(duty: Duty) -> Sentence:
    usual, away = BASIS_WORDS[duty.basis], BASIS_WORDS[duty.basis_when_away]
    if away == usual:
        return usual
    return worded("{usual}; {away} after an absence without authorisation", usual=usual, away=away)


def _in_force(began: date | str, ended: date | str | None) -> Sentence:
    since = worded("from {day}", day=began) if isinstance(began, date) else worded("unverified")
    return worded("{since} to {day}", since=since, day=ended) if ended else since


def _doubt(confidence: str, began: date | str, sources: Iterable[Source], in_emergency: str) -> str:
    doubts = [] if confidence == "verified" else [_DOUBTS[confidence]]
    if in_emergency != confidence:
        doubts.append(worded("in an emergency: {doubt}", doubt=_DOUBTS[in_emergency]))
    if began == UNVERIFIED:
        doubts.append(worded("in-force date unverified"))
    if any(source.href == UNVERIFIED for source in sources):
        doubts.append(worded("source link unverified"))
    return reduce(lambda before, last: worded("{before}; {last}", before=before, last=last), doubts) if doubts else ""


_DOUBTS = {
    "from memory": worded("from memory, text not read again"),
    "inference": worded("inferred from the text"),
    "unverified": worded("unverified: ask a lawyer"),
}


def _link(source: Source) -> tuple[str, str]:
    return source.cite, source.href if source.href.startswith("https://") else ""


_PREAMBLE = """# The law, as the hub holds it

Generated from `config/law` by `python -m hub.duties.pages`: edit the rows, never this page. Nothing here is legal
advice. Each row says on what it rests: statute, statutory guidance, recommendation or local policy. What nobody has
verified is marked **Unsure**, and any row can be switched off (`enabled = false`).

Working days are those of England and Wales; the day of the event is not counted, and the last day ends at 24:00 in
London. Hours are elapsed hours. "Local policy" numbers stand in `config/policy/tolerance.toml`.
"""


def render_markdown(law: Law) -> str:
    """The whole of docs/law.md."""
    parts = [_PREAMBLE]
    for section in sections(law):
        parts.append(f"## {_linked(section.title, section.source[1])}\n")
        parts.extend(_duty_markdown(row) for row in section.rows)
    parts.append("## The rules around the duties\n")
    parts.extend(_rule_markdown(row) for row in rule_rows(law))
    return "\n".join(parts)


def _duty_markdown(row: LawRow) -> str:
    lines = [f"### {row.code} {row.says}", ""]
    lines += [f"**Unsure: {row.doubt}.**", ""] if row.doubt else []
    lines += ["**Switched off.**", ""] if not row.enabled else []
    lines += [
        f"- Owed by: {row.owed_by}, to: {row.owed_to}",
        f"- Set off by: {row.set_off_by}",
        f"- Due: {row.due}",
        f"- Rests on: {row.basis} ({row.jurisdiction}), in force {row.in_force}; confidence: {row.confidence}",
        f"- Source: {_sources(row.sources)}",
    ]
    lines += [f"- Excusable: {row.excusable}"] if row.excusable else []
    lines += [f"- {row.note}"] if row.note else []
    return "\n".join([*lines, ""])


def _rule_markdown(row: RuleRow) -> str:
    lines = [f"### {row.name}", ""]
    lines += [f"**Unsure: {row.doubt}.**", ""] if row.doubt else []
    lines += [
        row.says,
        "",
        f"- Rests on: {row.basis} ({row.jurisdiction}), in force {row.in_force}; confidence: {row.confidence}",
        f"- Source: {_sources(row.sources)}",
    ]
    lines += [f"- {row.note}"] if row.note else []
    return "\n".join([*lines, ""])


def _sources(sources: Iterable[tuple[str, str]]) -> str:
    return "; ".join(_linked(cite, href) for cite, href in sources)


def _linked(text: str, href: str) -> str:
    return f"[{text}]({href})" if href else text


def main(config_dir: Path) -> None:
    """Print docs/law.md as it should be."""
    sys.stdout.write(render_markdown(load_law(config_dir)))


if __name__ == "__main__":
    main(Path(__file__).resolve().parents[2] / "config")
