"""The facts of a case as JSON, and what is owed on them as JSON: strict on the way in, each fault a sentence with its field.

Nothing here could name a child: the calculator takes what the law turns on and nothing else.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, NoReturn

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from hub.core.clock import iso, start_of_day
from hub.core.sentences import either, worded
from hub.duties.words import BASES, CATEGORIES, CONFIDENCES, EVENTS, LEGAL_STATUSES, MARKERS, SETTINGS

INSTANTS: Final = ("starts", "ends", "approved", "returned", "reported")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR, _LAST_YEAR = 1990, 2199

# The instant each event is about; where there are two, either will do.
_NEEDED_INSTANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "placement_start": ("starts_at",),
    "placement_change": ("reported_at", "starts_at"),
    "placement_end": ("ends_at",),
    "return": ("returned_at",),
    "missing": ("reported_at", "starts_at"),
    "admission": ("starts_at",),
    "discharge": ("ends_at",),
}
_NEED_NO_PLACING: Final = ("admission", "discharge")
_NEED_NO_HOST: Final = ("return", "missing")


def _messages(sentence: str) -> dict[str, Any]:
    return dict.fromkeys(("invalid", "required", "null", "invalid_utf8", "type"), sentence)


def _word(name: str, allowed: tuple[str, ...], **given: Any) -> fields.String:
    sentence = worded("{name} must be one of: {allowed}.", name=name, allowed=", ".join(allowed))
    return fields.String(validate=validate.OneOf(allowed, error=sentence), error_messages=_messages(sentence), **given)


def _code(name: str, like: str) -> fields.String:
    sentence = worded("{name} must be a text such as {like}.", name=name, like=like)
    length = validate.Length(min=1, max=16, error=sentence)
    return fields.String(validate=length, error_messages=_messages(sentence), allow_none=True, load_default=None)


def _number(name: str, most: int, **given: Any) -> fields.Integer:
    sentence = worded("{name} must be a whole number from 0 to {most}.", name=name, most=most)
    limits = validate.Range(min=0, max=most, error=sentence)
    return fields.Integer(strict=True, validate=limits, error_messages=_messages(sentence), **given)


class _Fact(fields.Boolean):
    """``true`` or ``false``, and nothing that merely resembles them."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class _Moment(fields.String):
    """An instant with its offset, or a day, which means 00:00 of that day in London."""

    def __init__(self, name: str, *, day_only: bool = False) -> None:
        self.shown, self.day_only = name, day_only
        example = "2026-03-31" if day_only else "2026-03-31T14:30:00+01:00"
        kind = worded("date") if day_only else worded("date and time with its offset")
        sentence = worded("{name} must be a {kind} such as {example}.", name=name, kind=kind, example=example)
        super().__init__(
            allow_none=True,
            error_messages=_messages(sentence),
            metadata={"description": f"ISO 8601, such as {example}"},
        )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> Any:
        text = str(super()._deserialize(value, attr, data, **given)).strip()
        try:
            return self._day(text) if _DAY.fullmatch(text) else self._instant(text)
        except ValueError:
            raise self.make_error("invalid") from None

    def _day(self, text: str) -> date:
        day = date.fromisoformat(text)
        self._check_year(day.year)
        return day

    def _instant(self, text: str) -> datetime:
        if self.day_only:
            raise self.make_error("invalid")
        instant = datetime.fromisoformat(text)
        self._check_year(instant.year)
        if instant.tzinfo is None:
            raise ValidationError(
                worded(
                    "{field} does not say which zone its time is in: end it with Z or an offset such as +01:00.",
                    field=self.shown,
                )
            )
        return instant.astimezone(UTC)

    def _check_year(self, year: int) -> None:
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise ValidationError(
                worded(
                    "{field}: check the year, which must be from {first} to {last}.",
                    field=self.shown,
                    first=_FIRST_YEAR,
                    last=_LAST_YEAR,
                )
            )


class _StrictSchema(Schema):
    """Refuses what it does not know, in sentences that name the field."""

    class Meta:
        unknown = RAISE

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **given: Any) -> None:
        if isinstance(error.messages, dict):
            for name, messages in error.messages.items():
                if messages == [self.error_messages["unknown"]]:
                    known = ", ".join(sorted(self.load_fields))
                    error.messages[name] = [
                        worded(
                            "{name} is not a fact that is known here. Known are: {known}.",
                            name=str(name)[:40],
                            known=known,
                        )
                    ]


class ShortBreakFactsIn(_StrictSchema):
    """One stay of a series of short breaks; ``days_in_12_months`` counts the whole series, this stay included."""

    error_messages = _messages("short_break must be an object with days and days_in_12_months.")

    days = _number("short_break.days", 366, required=True)
    days_in_12_months = _number("short_break.days_in_12_months", 366, required=True)

    @validates_schema
    def _adds_up(self, given: dict[str, Any], **_: Any) -> None:
        if given["days"] > given["days_in_12_months"]:
            _refuse("days", "short_break.days cannot be more than short_break.days_in_12_months, which includes them.")


class FactsIn(_StrictSchema):
    """What happened in one case. ``…_on`` fields are days, which mean 00:00 in London; give either ``…_at`` or ``…_on``."""

    event = _word("event", EVENTS, required=True)
    placing_authority = _code("placing_authority", "E08000035")
    host_authority = _code("host_authority", "E08000032")
    placement_postcode = _code("placement_postcode", "LS1 1UR")
    setting = _word("setting", SETTINGS, allow_none=True, load_default=None)
    age = _number("age", 25, allow_none=True, load_default=None)
    legal_status = _word("legal_status", LEGAL_STATUSES, allow_none=True, load_default=None)
    starts_at = _Moment("starts_at")
    ends_at = _Moment("ends_at")
    approved_at = _Moment("approved_at")
    returned_at = _Moment("returned_at")
    reported_at = _Moment("reported_at")
    starts_on = _Moment("starts_on", day_only=True)
    ends_on = _Moment("ends_on", day_only=True)
    approved_on = _Moment("approved_on", day_only=True)
    returned_on = _Moment("returned_on", day_only=True)
    reported_on = _Moment("reported_on", day_only=True)
    emergency = _Fact(load_default=False, error_messages=_messages("emergency must be true or false."))
    short_break = fields.Nested(
        ShortBreakFactsIn,
        allow_none=True,
        load_default=None,
        error_messages=_messages("short_break must be an object with days and days_in_12_months."),
    )
    markers = fields.List(
        _word("markers", MARKERS),
        load_default=list,
        validate=validate.Length(max=50, error="markers must be a list of at most 50 words."),
        error_messages=_messages("markers must be a list of words."),
    )
    category = _word("category", CATEGORIES, allow_none=True, load_default=None)

    @post_load
    def _instants(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Every instant in UTC under its ``…_at`` name; ``date_only`` names those that came as days. Then what must fit."""
        settled = {key: value for key, value in given.items() if not key.endswith(("_at", "_on"))}
        days = set()
        for stem in INSTANTS:
            value = _one_of_two(given, stem)
            if value is not None and not isinstance(value, datetime):
                days.add(f"{stem}_at")
                value = start_of_day(value)
            settled[f"{stem}_at"] = value
        settled["date_only"] = frozenset(days)
        _check_fits(settled)
        return settled


def _one_of_two(given: Mapping[str, Any], stem: str) -> Any:
    at, on = given.get(f"{stem}_at"), given.get(f"{stem}_on")
    if at is not None and on is not None:
        _refuse(f"{stem}_on", worded("Give {stem}_at or {stem}_on, not both.", stem=stem))
    return on if at is None else at


def _check_fits(facts: Mapping[str, Any]) -> None:
    """What the event needs, and what cannot be true. Raises ValidationError with every fault at once."""
    faults = dict(_lacks(facts))
    for first, then in (("starts_at", "ends_at"), ("reported_at", "returned_at")):
        if facts[first] and facts[then] and facts[then] < facts[first]:
            faults[then] = worded("{later} cannot be before {earlier}.", later=then, earlier=first)
    if faults:
        raise ValidationError({name: [sentence] for name, sentence in faults.items()})


def _lacks(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields that the event needs and nobody gave, each with its sentence."""
    event = facts["event"]
    needed = _NEEDED_INSTANTS[event]
    if all(facts[name] is None for name in needed):
        yield needed[0], worded("{facts} is needed for the event {event}.", facts=either(needed), event=event)
    if facts["placing_authority"] is None and event not in _NEED_NO_PLACING:
        yield (
            "placing_authority",
            worded("placing_authority is needed for the event {event}: give its GSS code.", event=event),
        )
    if facts["host_authority"] is None and facts["placement_postcode"] is None and event not in _NEED_NO_HOST:
        yield (
            "host_authority",
            worded("host_authority or placement_postcode is needed for the event {event}.", event=event),
        )


def _refuse(field: str, sentence: str) -> NoReturn:
    raise ValidationError({field: [sentence]})


def _dumped(read: Callable[[Any], Any], description: str) -> fields.Function:
    return fields.Function(read, metadata={"type": "string", "description": description})


class SourceOut(Schema):
    """Where a duty is written; ``href`` is a link, a file of the configuration, or ``unverified``."""

    cite = fields.String(required=True)
    href = fields.String(required=True)


class OwedOut(Schema):
    """One duty owed on the facts that were sent."""

    code = fields.String(required=True)
    says = fields.String(required=True)
    owed_by = fields.String(required=True, metadata={"description": "A role, such as placing_authority"})
    owed_to = fields.String(required=True, metadata={"description": "A role, such as host_authority"})
    also_to = fields.List(fields.String(), required=True)
    due_at = fields.Function(
        lambda owed: iso(owed.due_at) if owed.due_at else None,
        metadata={
            "type": ["string", "null"],
            "format": "date-time",
            "description": "UTC; null where no date can be given",
        },
    )
    due_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "The civil date of a clock that counts days"}
    )
    due_is_policy = fields.Boolean(required=True)
    basis = fields.String(required=True, validate=validate.OneOf(BASES))
    source = fields.List(fields.Nested(SourceOut), required=True)
    because = fields.String(required=True)
    confidence = fields.String(required=True, validate=validate.OneOf(CONFIDENCES))
    in_force_from = _dumped(lambda owed: str(owed.in_force_from), "A date, or unverified")
    warnings = fields.List(fields.String(), required=True)
