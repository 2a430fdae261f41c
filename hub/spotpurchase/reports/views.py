"""What of a report does a view show? Pure: lines that the policy names, third parties covered, and a log of what was left out.

Nothing leaves that the policy does not name. The log says by codes what is not in the view and why, so that whoever gave it can
see and answer for it; it goes to no recipient in words.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.spotpurchase.reports.names import Cover, labels_of
from hub.spotpurchase.reports.policy import View
from hub.spotpurchase.reports.record import NAMES, TEXTS, lines_of

NOT_IN_VIEW, LEFT_OUT, NAME_COVERED = "not_in_view", "left_out", "third_party_name"


@dataclass(frozen=True)
class Given:
    """What a view shows: ``content`` line by line (code → what it says), and ``redacted`` as ``{"field", "reason"}``."""

    content: dict[str, Any] = field(repr=False)
    redacted: tuple[dict[str, str], ...]

    @property
    def fields(self) -> list[str]:
        """The codes of the lines that it shows."""
        return list(self.content)


def viewed(record: Mapping[str, Any], narrative: str | None, view: View, *, leave_out: Collection[str] = ()) -> Given:
    """*view* of a report, without the lines that somebody chose to leave out as well."""
    said = lines_of(record, narrative)
    kept = {name: value for name, value in said.items() if name in view.fields and name not in leave_out}
    people = record.get("people") or []
    shown = {name: _covered(name, value, _Named(people, view)) for name, value in kept.items()}
    log = [{"field": name, "reason": _why(name, view)} for name in said if name not in kept]
    log += [{"field": name, "reason": NAME_COVERED} for name, value in shown.items() if value != kept[name]]
    return Given(shown, tuple(log))


def _why(name: str, view: View) -> str:
    return LEFT_OUT if name in view.fields else NOT_IN_VIEW


class _Named:
    """The people of a report as a view names them."""

    def __init__(self, people: Sequence[Mapping[str, Any]], view: View) -> None:
        self.is_open = [_is_named(each, view) for each in people]
        self.cover = Cover([_as_known(each, is_open) for each, is_open in zip(people, self.is_open, strict=True)])
        self.labels = labels_of(people)

    def listed(self, people: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The list of people itself: names only of those who are named."""
        rows = zip(people, self.is_open, self.labels, strict=True)
        return [_person(each, is_open, label, self.cover) for each, is_open, label in rows]


def _is_named(person: Mapping[str, Any], view: View) -> bool:
    return view.names == "shown" or (view.names == "where_needed" and bool(person.get("police_need_name")))


def _as_known(person: Mapping[str, Any], is_open: bool) -> Mapping[str, Any]:
    """*person* for the cover: of who may be named there is no name to cover."""
    return {name: value for name, value in person.items() if not (is_open and name in NAMES)}


def _person(person: Mapping[str, Any], is_open: bool, label: str, cover: Cover) -> dict[str, Any]:
    said = {name: value for name, value in person.items() if is_open or name not in NAMES}
    covered: dict[str, Any] = _texts_covered(said, cover)
    return covered if is_open else {"name": f"[{label}]"} | covered


def _covered(name: str, value: Any, named: _Named) -> Any:
    if name == "people":
        return named.listed(value)
    return _texts_covered(value, named.cover, is_text=name.rpartition(".")[2] in TEXTS)


def _texts_covered(value: Any, cover: Cover, *, is_text: bool = False) -> Any:
    """*value* with names covered in every text in it; codes, facts and instants as they are."""
    if isinstance(value, Mapping):
        return {name: _texts_covered(each, cover, is_text=name in TEXTS) for name, each in value.items()}
    if isinstance(value, list):
        return [_texts_covered(each, cover, is_text=is_text) for each in value]
    return cover(value) if is_text and isinstance(value, str) else value
