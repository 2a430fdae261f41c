"""Any notice at all, as the schema allows it, and the controls of a form that asks for everything in it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from hub.core.clock import iso
from hub.registry.schemas import NoticeIn

MOST_ITEMS = 2
LINE = st.text("abc déŵ,'–0&<>\"=+\u2028", min_size=1, max_size=12).map(str.strip).filter(bool)
TEXT = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
INSTANTS = st.datetimes(datetime(1972, 1, 1), datetime(2199, 12, 31)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
SCHEMA = NoticeIn()


def leaves(schema: Schema, before: str = "") -> Iterator[tuple[str, fields.Field[Any]]]:
    """Every control of *schema*, and its field: of lists of objects the first two."""
    for name, kind in schema.fields.items():
        path = f"{before}{name}"
        if isinstance(kind, fields.Nested):
            yield from leaves(kind.schema, f"{path}.")
        elif isinstance(kind, fields.List) and isinstance(kind.inner, fields.Nested):
            for number in range(MOST_ITEMS):
                yield from leaves(kind.inner.schema, f"{path}.{number}.")
        else:
            yield path, kind


def control(path: str, kind: fields.Field[Any]) -> str:
    """A field of an instant is asked for as a moment."""
    stem = path.removesuffix("_at").removesuffix("_on")
    paired = isinstance(kind, fields.AwareDateTime) or f"{stem}_at" in dict(leaves(SCHEMA))
    return stem if paired else path


CONTROLS = {control(path, kind): kind for path, kind in leaves(SCHEMA)}


def values(kind: fields.Field[Any]) -> st.SearchStrategy[Any]:
    """What a field may hold, as it stands in JSON."""
    if isinstance(kind, fields.AwareDateTime):
        return INSTANTS.map(iso)
    if isinstance(kind, fields.Date):
        return DAYS.map(date.isoformat)
    if isinstance(kind, fields.Boolean):
        return st.booleans()
    if isinstance(kind, fields.Integer):
        return st.integers(0, 999_999_999)
    if isinstance(kind, fields.List):
        inner = chosen(kind.inner)
        return st.lists(inner if inner is not None else LINE, min_size=1, max_size=3)
    picked = chosen(kind)
    return TEXT if picked is None else picked


def chosen(kind: fields.Field[Any]) -> st.SearchStrategy[Any] | None:
    """One of the codes that a field takes; ``None`` where it takes words."""
    among = [each.choices for each in kind.validators if isinstance(each, validate.OneOf)]
    return st.sampled_from(sorted(among[0])) if among else None


def objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of *schema* in JSON, each field there or not."""
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, kind in schema.fields.items():
        if isinstance(kind, fields.Nested):
            optional[name] = objects(kind.schema)
        elif isinstance(kind, fields.List) and isinstance(kind.inner, fields.Nested):
            optional[name] = st.lists(objects(kind.inner.schema), max_size=MOST_ITEMS)
        else:
            optional[name] = values(kind)
    return st.fixed_dictionaries({}, optional=optional).map(_sensible)


def _sensible(body: dict[str, Any]) -> dict[str, Any]:
    """An event has one time; what holds nothing is not there."""
    both = [name.removesuffix("_at") for name in body if name.endswith("_at") and f"{name[:-3]}_on" in body]
    kept = {name: value for name, value in body.items() if name not in {f"{stem}_on" for stem in both}}
    return {name: value for name, value in kept.items() if value not in ({}, []) and {} not in _each(value)}


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
