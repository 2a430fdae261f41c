"""How one route is asked about one record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.access.matrix_world import Record, Somebody

Body = Callable[[Somebody, Record | None], Mapping[str, Any]]


@dataclass(frozen=True)
class Ask:
    """``about``: which sort of record; ``lists``: which sort the answer shows to its parties."""

    about: str | None = None
    lists: str | None = None
    body: Mapping[str, Any] | Body | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    is_edit: bool = False
    also: tuple[int, ...] = ()
    needs: str | None = None
    """A scope without which the record looks as if it did not exist, although the line is open to everybody: one's own."""
    refused: int = 404
    form: Callable[[], Mapping[str, Any]] | None = None

    def said(self, who: Somebody, record: Record | None) -> dict[str, Any]:
        """What goes with the request: its query, body and headers."""
        ref = record.ref if record else ""
        given: dict[str, Any] = {"query_string": {name: value.format(ref=ref) for name, value in self.query.items()}}
        if self.body is not None:
            given["json"] = self.body(who, record) if callable(self.body) else self.body
        if self.form:
            given |= {"data": self.form(), "content_type": "multipart/form-data"}
        return given | ({"headers": {"If-Match": f'"{record.version}"'}} if self.is_edit and record else {})


def asked(who: Somebody, method: str, rule: str, ask: Ask, record: Record | None) -> Any:
    """The answer of the hub."""
    path = (
        rule.replace("<ref>", record.ref if record else "").replace("<name>", "host_desk").replace("<month>", "2026-11")
    )
    return who.tab.send(method, path, **ask.said(who, record))
