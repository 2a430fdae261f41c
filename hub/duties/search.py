"""Which rows of the law somebody looks for: by words, by what they rest on, where they hold, and who owes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from hub.duties.pages import LawRow, RuleRow, Section


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What somebody looks for; what is empty narrows nothing. ``words``: each must stand in the row, in any order."""

    words: str = ""
    basis: str = ""
    jurisdiction: str = ""
    owed_by: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything is wanted."""
        return not any(vars(self).values())


def matching(sections: Iterable[Section], looked: Looked) -> tuple[Section, ...]:
    """The rows that *looked* asks for, in their sections; a section without any is left out."""
    narrowed = (replace(part, rows=tuple(row for row in part.rows if _is_wanted(row, looked))) for part in sections)
    return tuple(part for part in narrowed if part.rows)


def matching_rules(rules: Iterable[RuleRow], looked: Looked) -> tuple[RuleRow, ...]:
    """The rules that *looked* asks for. Nobody owes a rule: where somebody is named who owes, there are none."""
    return tuple(rule for rule in rules if not looked.owed_by and _is_like(rule, looked))


def choices(sections: Iterable[Section]) -> dict[str, list[tuple[str, str]]]:
    """What there is to choose from, as value and words: everything that stands in some row, in order."""
    rows = [row for part in sections for row in part.rows]
    there = {
        "basis": {row.basis for row in rows if ";" not in row.basis},
        "jurisdiction": {row.jurisdiction for row in rows},
        "owed_by": {row.owed_by for row in rows},
    }
    return {name: [(word, word[0].upper() + word[1:]) for word in sorted(words)] for name, words in there.items()}


def _is_wanted(row: LawRow, looked: Looked) -> bool:
    return looked.owed_by in ("", row.owed_by) and _is_like(row, looked)


def _is_like(row: Any, looked: Looked) -> bool:
    said = _text(row)
    holds_there = looked.jurisdiction in ("", row.jurisdiction) or looked.jurisdiction in row.jurisdiction
    return looked.basis in row.basis and holds_there and all(word in said for word in looked.words.lower().split())


def _text(row: Any) -> str:
    sources = " ".join(cite for cite, _ in row.sources)
    return " ".join([*(str(value) for name, value in vars(row).items() if name != "sources"), sources]).lower()
