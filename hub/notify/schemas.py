"""What the routes of obligations, ladders and worklists take and show."""

from datetime import UTC, date, datetime
from typing import Any, Final

import marshmallow as ma

from hub.core.clock import start_of_day
from hub.core.http import PageQuery
from hub.core.ids import REF_PATTERN
from hub.core.sentences import choose
from hub.directory.schemas import Line
from hub.duties.policy import CHANNELS, KINDS, SIDES
from hub.duties.words import BASES, ROLES
from hub.notify.decisions import EXCUSE_REASONS, METHODS, PAUSE_REASONS, REOPEN_REASONS, VOID_REASONS
from hub.notify.states import OBLIGATION

_NOTE: Final = {"description": "What should be known besides. Kept sealed; shown to the two parties only."}
_OFFICER: Final = {"description": "Name and role of the officer who decided this"}
_MOST_HOURS: Final = 24 * 90
_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)
"""No child's placement that the hub hears of began, or will end, outside these years."""


WHOSE: Final = ("mine", "team", "all")
"""A person's own placements, those of their teams, or every one."""
_WHOSE: Final = {"description": "About placements that a person looks after, that the person's teams do, or all"}
_TEAM: Final = ma.validate.Regexp(REF_PATTERN, error="Send the reference of a team.")


def _one_of(words: tuple[str, ...], **given: Any) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.OneOf(words, error=choose(words)), **given)


class Note(ma.fields.String):
    """A few lines of text, kept sealed."""

    def __init__(self, **given: Any) -> None:
        length = ma.validate.Length(1, 2000, error="Enter 1 to 2,000 characters.")
        super().__init__(validate=[length, _no_null], metadata=_NOTE, **given)


def _no_null(text: str) -> None:
    if "\x00" in text or not text.strip():
        raise ma.ValidationError("Enter some text, without characters that cannot be printed.")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


_PLAUSIBLE_DAY: Final = ma.validate.Range(_FIRST, _LAST, error="Give a date between 2000 and 2100.")
_PLAUSIBLE: Final = ma.validate.Range(_midnight(_FIRST), _midnight(_LAST), error="Give a time between 2000 and 2100.")


class ObligationsQuery(PageQuery):
    """Which obligations: every filter that is given narrows."""

    side = _one_of(("owed_by_us", "owed_to_us", "both"), load_default="both")
    state = _one_of(OBLIGATION.states, load_default=None)
    due = _one_of(("due_soon", "due", "overdue", "done"), load_default=None)
    duty_code = ma.fields.String(
        load_default=None, validate=ma.validate.Regexp(r"^[A-Z0-9_-]{1,20}$", error="Send a code such as E13A.")
    )
    subject = ma.fields.String(
        load_default=None, validate=ma.validate.Regexp(REF_PATTERN, error="Send a reference such as pla_…")
    )
    whose = _one_of(WHOSE, load_default="all", metadata=_WHOSE)
    team = ma.fields.String(load_default=None, validate=_TEAM)


class WorklistQuery(ma.Schema):
    """Whose duties to count."""

    whose = _one_of(WHOSE, load_default="all", metadata=_WHOSE)
    team = ma.fields.String(load_default=None, validate=_TEAM)


class PartyOut(ma.Schema):
    """Who owes, or is owed. ``ref`` is null when it is not in the directory; ``role`` says who it is."""

    ref = ma.fields.String(required=True, allow_none=True)
    name = ma.fields.String(required=True, allow_none=True)
    role = ma.fields.String(required=True)


class CitationOut(ma.Schema):
    """Where the law says so."""

    cite = ma.fields.String(required=True)
    href = ma.fields.String(required=True)


class StepOut(ma.Schema):
    """One step up the ladder: when it fell due, when it was taken, whom it told."""

    rung = ma.fields.Integer(required=True)
    cycle = ma.fields.Integer(required=True)
    fell_due_at = ma.fields.AwareDateTime(required=True)
    raised_at = ma.fields.AwareDateTime(required=True)
    outcome = _one_of(("raised", "reached_nobody", "report_prepared"), required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)


class ObligationOut(ma.Schema):
    """Who owes what to whom by when, in one case, and how it stands."""

    ref = ma.fields.String(required=True)
    duty_code = ma.fields.String(required=True)
    says = ma.fields.String(required=True)
    basis = _one_of(BASES, required=True)
    source = ma.fields.List(ma.fields.Nested(CitationOut), required=True)
    confidence = ma.fields.String(required=True)
    law_in_force = ma.fields.String(required=True)
    subject_ref = ma.fields.String(required=True)
    owed_by = ma.fields.Nested(PartyOut, required=True)
    owed_to = ma.fields.Nested(PartyOut, required=True)
    because = ma.fields.String(required=True)
    event_at = ma.fields.AwareDateTime(required=True)
    opened_at = ma.fields.AwareDateTime(required=True)
    due_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    due_on = ma.fields.Date(required=True, allow_none=True)
    due_is_policy = ma.fields.Boolean(required=True)
    state = _one_of(OBLIGATION.states, required=True)
    standing = ma.fields.String(required=True)
    is_overdue = ma.fields.Boolean(required=True)
    fulfilled_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    fulfilled_by = ma.fields.String(required=True, allow_none=True)
    fulfilled_how = ma.fields.String(required=True, allow_none=True)
    reached_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    closed_by = ma.fields.String(required=True, allow_none=True)
    close_reason = ma.fields.String(required=True, allow_none=True)
    heightened = ma.fields.Boolean(required=True)
    next_rung = ma.fields.Integer(required=True, allow_none=True)
    cycle = ma.fields.Integer(required=True)
    next_step_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    owner = ma.fields.String(required=True, allow_none=True)
    paused_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    pause_reason = ma.fields.String(required=True, allow_none=True)
    promise_on = ma.fields.Date(required=True, allow_none=True)


class ObligationHistoryOut(ObligationOut):
    """One obligation, the steps taken for it, and what people wrote about it."""

    steps = ma.fields.List(ma.fields.Nested(StepOut), required=True)
    notes = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)


class FulfilmentIn(ma.Schema):
    """That it was done outside the hub: how, and when. Of when, exactly one: the instant, or the day alone (as from 00:00)."""

    method = _one_of(METHODS, required=True)
    done_at = ma.fields.AwareDateTime(validate=_PLAUSIBLE, metadata={"description": "ISO 8601 with offset"})
    done_on = ma.fields.Date(validate=_PLAUSIBLE_DAY, metadata={"description": "The day, where the time is not known"})
    by = Line(required=True, longest=120, metadata=_OFFICER)

    @ma.post_load
    def _one_instant(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        on = given.pop("done_on", None)
        if (on is None) == ("done_at" not in given):
            raise ma.ValidationError({"done_at": ["Enter when it was done: the day, and the time if you know it."]})
        return given if on is None else {**given, "done_at": start_of_day(on)}


class ExcuseIn(ma.Schema):
    """Why a duty that the law lets be excused was not done, and which manager says so."""

    reason = _one_of(EXCUSE_REASONS, required=True)
    note = Note(required=True)
    authorised_by = Line(required=True, longest=120, metadata=_OFFICER)


class PauseIn(ma.Schema):
    """Why the ladder stops, and in whose hands the matter is until it goes on."""

    reason = _one_of(PAUSE_REASONS, required=True)
    note = Note(load_default=None)
    owner = Line(required=True, longest=120, metadata=_OFFICER)


class VoidIn(ma.Schema):
    """Why it was never owed."""

    reason = _one_of(VOID_REASONS, required=True)
    note = Note(load_default=None)
    by = Line(required=True, longest=120, metadata=_OFFICER)


class ReopeningIn(ma.Schema):
    """Why it is owed again."""

    reason = _one_of(REOPEN_REASONS, required=True)
    note = Note(load_default=None)


class DueDateIn(ma.Schema):
    """The due date that the loaded bank holidays could not give."""

    due_on = ma.fields.Date(required=True, validate=_PLAUSIBLE_DAY)


class CountsOut(ma.Schema):
    """How many are due after today and soon, due today, and overdue."""

    due_soon = ma.fields.Integer(required=True)
    due = ma.fields.Integer(required=True)
    overdue = ma.fields.Integer(required=True)


class WorklistOut(ma.Schema):
    """The desk's counts. A count of ``counted_at_most`` means that many or more."""

    owed_by_us = ma.fields.Nested(CountsOut, required=True)
    owed_to_us = ma.fields.Nested(CountsOut, required=True)
    counted_at_most = ma.fields.Integer(required=True)
    as_of = ma.fields.AwareDateTime(required=True)


def _hours(**given: Any) -> ma.fields.Integer:
    return ma.fields.Integer(strict=True, validate=ma.validate.Range(0, _MOST_HOURS), **given)


def _days(**given: Any) -> ma.fields.Integer:
    return ma.fields.Integer(strict=True, validate=ma.validate.Range(0, 90), **given)


class RungSchema(ma.Schema):
    """One rung: when (exactly one of the three), whom, of which side."""

    before_hours = _hours()
    after_hours = _hours()
    after_working_days = _days()
    of = _one_of(SIDES, required=True)
    roles = ma.fields.List(_one_of(ROLES), required=True, validate=ma.validate.Length(1, 6))
    channel = _one_of(CHANNELS)
    urgent = ma.fields.Boolean()
    kind = _one_of(KINDS)
    report_to = Line(longest=120)
    repeat_every_working_days = ma.fields.Integer(strict=True, validate=ma.validate.Range(1, 90))


class LadderIn(ma.Schema):
    """The rungs of an organisation's own ladder, in order; the last repeats."""

    rungs = ma.fields.List(ma.fields.Nested(RungSchema), required=True, validate=ma.validate.Length(1, 12))


class LadderOut(ma.Schema):
    """One ladder in force: the hub's own, or the organisation's."""

    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    is_own = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)
    ceiling = ma.fields.String(required=True)
    rungs = ma.fields.List(ma.fields.Nested(RungSchema), required=True)
    saved_at = ma.fields.AwareDateTime(required=True)
    saved_by = ma.fields.String(required=True)


class LaddersOut(ma.Schema):
    """Every ladder in force for the organisation."""

    items = ma.fields.List(ma.fields.Nested(LadderOut), required=True)


class DryRunIn(ma.Schema):
    """A ladder to try: rungs, or else the ones in force under the name; the due instant, and whether the child is at risk."""

    name = Line(required=True, longest=60)
    rungs = ma.fields.List(ma.fields.Nested(RungSchema), load_default=None, validate=ma.validate.Length(1, 12))
    due_at = ma.fields.AwareDateTime(required=True, validate=_PLAUSIBLE)
    opened_at = ma.fields.AwareDateTime(
        load_default=None, validate=_PLAUSIBLE, metadata={"description": "Default: now"}
    )
    is_at_risk = ma.fields.Boolean(load_default=False)


class PlannedOut(ma.Schema):
    """One step that would be taken. ``unreachable`` is null where the side is not known before there is a case."""

    rung = ma.fields.Integer(required=True)
    at = ma.fields.AwareDateTime(required=True)
    of = _one_of(SIDES, required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    kind = _one_of(KINDS, required=True)
    is_urgent = ma.fields.Boolean(required=True)
    report_to = ma.fields.String(required=True, allow_none=True)
    unreachable = ma.fields.List(ma.fields.String(), required=True, allow_none=True)


class DryRunOut(ma.Schema):
    """Who would be told when."""

    name = ma.fields.String(required=True)
    steps = ma.fields.List(ma.fields.Nested(PlannedOut), required=True)
