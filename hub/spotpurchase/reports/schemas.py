"""What is sent about a report, as JSON and as forms: the draft as far as it is written, its sending, sharing and answers.

A draft takes anything of the right shape; what must be there is asked for when it is sent (``complete.py``). Names of third
parties are typed under ``people``: there they are known, and covered wherever else they stand.
"""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from hub.core.http import PageQuery
from hub.core.sentences import worded
from hub.registry.schemas_parts import PERSONAL, DateOfBirth, Day, Fact, Instant, Words, one_of, ref_of
from hub.spotpurchase.reports import record
from hub.spotpurchase.reports.models import VIEWS, WAITS, WISHES
from hub.spotpurchase.states import INTERVIEW_REPORT, SHARE

MOST: Final = 20
NECESSITY: Final = (
    *("protect_the_child", "protect_others", "look_after_the_child_there", "prevent_going_missing_again"),
    *("prevent_crime", "investigate_crime"),
)
"""What it can be necessary for to give somebody a view of a report."""
RECALLS: Final = ("wrong_recipient", "more_than_necessary", "mistake_in_report", "other")
CORRECTIONS: Final = ("mistake", "something_left_out", "child_asked", "asked_by_placing_authority", "other")
RECOMMENDATION_ANSWERS: Final = ("accepted", "declined", "done", "open")
"""``open``: what was answered is to be answered anew."""
OUTCOMES: Final = (
    *(
        "strategy_discussion",
        "enquiry",
        "assessment",
        "support_given",
        "already_known",
        "passed_on",
        "no_further_action",
    ),
    *("not_received", "open"),
)
"""What became of a referral; ``open``: what was said of it does not stand any more."""
_BY: Final = {"required": "Enter your name and role."}


def _codes(words: tuple[str, ...]) -> fields.List[Any]:
    at_most = validate.Length(max=len(words), error="Choose each at most once.")
    return fields.List(one_of(words), validate=at_most, metadata=PERSONAL)


def _code(words: tuple[str, ...]) -> fields.String:
    return one_of(words, metadata=PERSONAL)


def _some(schema: type[Schema]) -> fields.List[Any]:
    at_most = validate.Length(max=MOST, error=worded("Give at most {most}.", most=MOST))
    return fields.List(fields.Nested(schema), validate=at_most, metadata=PERSONAL)


def _part(schema: type[Schema]) -> fields.Nested:
    return fields.Nested(schema, metadata=PERSONAL)


def _words(most: int = 4000) -> Words:
    return Words(most, personal=True)


class AboutIn(Schema):
    """Which child it is about, so that a report written beside another cannot be sent about the wrong one."""

    episodes = fields.List(
        ref_of("mis"), validate=validate.Length(max=MOST, error=worded("Name at most {most}.", most=MOST))
    )
    born_on = DateOfBirth(metadata={**PERSONAL, "description": "the date of birth of the child who was seen"})


class InterviewFactsIn(Schema):
    """Who held the interview, where, who was there. When and how it was held is known from its booking."""

    interviewer = _words(160)
    role_of_interviewer = _words(160)
    independence = _code(record.INDEPENDENCE)
    place = _code(record.PLACES_OF_INTERVIEW)
    present = _codes(record.PRESENT)
    interpreter = Fact()
    language = _words(60)
    late_because = _code(record.LATE)
    words = _words()


class ReasonsIn(Schema):
    """What drove the child away, and what drew it."""

    push = _codes(record.PUSH)
    pull = _codes(record.PULL)
    words = _words()


class BeforeIn(Schema):
    """What happened before."""

    words = _words()


class DuringIn(Schema):
    """Where the child was, with whom, and what happened. ``places``: where, in words."""

    where = _codes(record.WHERE)
    places = _words()
    company = _codes(record.COMPANY)
    travel = _codes(record.TRAVEL)
    means = _codes(record.MEANS)
    crime = _codes(record.CRIME)
    words = _words()


class AfterIn(Schema):
    """How the child came back, and whether it is afraid of anybody."""

    returned = _code(record.RETURNED)
    afraid = Fact(metadata=PERSONAL)
    words = _words()


class ChildSaysIn(Schema):
    """The child's own words, and whether they were told who may see this."""

    words = _words()
    told_who_sees_it = Fact()


class WishesIn(Schema):
    """What the child wishes for, and whether they mind that the host authority and the police are told."""

    words = _words()
    host_authority = _code(WISHES)
    police_force = _code(WISHES)


class HelpedIn(Schema):
    """What helped, or would have."""

    what_helped = _codes(record.HELPED)
    words = _words()


class ProtectiveIn(Schema):
    """What keeps the child safe."""

    factors = _codes(record.PROTECTIVE)
    words = _words()


class SafetyIn(Schema):
    """What the child was told about staying safe."""

    told = _codes(record.TOLD)
    words = _words()


class HarmIn(Schema):
    """One harm that the child came to, and when."""

    kind = _code(record.HARMS)
    when = _code(record.WHEN)
    words = _words()


class RiskIn(Schema):
    """One risk that the interview shows."""

    kind = _code(record.RISKS)
    level = _code(record.LEVELS)
    words = _words()


class ActionIn(Schema):
    """One thing that was done at once."""

    kind = _code(record.ACTIONS)
    words = _words()


class RecommendationIn(Schema):
    """One recommendation, put to the placing or to the host authority, which answers it."""

    to = _code(record.ADDRESSEES)
    text = _words(2000)


class ReferralIn(Schema):
    """One safeguarding referral. ``made_at`` left out: you ask the placing authority to make it."""

    kind = _code(record.REFERRALS)
    what = _words(2000)
    to_whom = _words(200)
    made_at = Instant(metadata=PERSONAL)


class PersonIn(Schema):
    """Somebody who is named: only whoever reads the whole report reads the name; elsewhere the role stands for it.

    ``police_need_name``: in what the police are given the name stands.
    """

    name = _words(160)
    also_called = fields.List(
        _words(80), validate=validate.Length(max=5, error="Give at most five."), metadata=PERSONAL
    )
    role = _code(record.PEOPLE)
    police_need_name = Fact()
    words = _words(1000)


class IntelligenceIn(Schema):
    """Whether there is something in it for the police, and what."""

    for_police = Fact()
    kinds = _codes(record.INTELLIGENCE)
    words = _words()


class InterviewRecordIn(Schema):
    """The structured record of an interview, as far as it is written."""

    about = _part(AboutIn)
    interview = _part(InterviewFactsIn)
    reasons = _part(ReasonsIn)
    before = _part(BeforeIn)
    during = _part(DuringIn)
    after = _part(AfterIn)
    harms = _some(HarmIn)
    no_harm = Fact()
    risks = _some(RiskIn)
    no_risk = Fact()
    child = _part(ChildSaysIn)
    wishes = _part(WishesIn)
    helped = _part(HelpedIn)
    protective = _part(ProtectiveIn)
    safety = _part(SafetyIn)
    actions = _some(ActionIn)
    recommendations = _some(RecommendationIn)
    referrals = _some(ReferralIn)
    people = _some(PersonIn)
    intelligence = _part(IntelligenceIn)


class ReportDraftIn(Schema):
    """A report as far as it is written."""

    record = fields.Nested(InterviewRecordIn, load_default=dict, metadata=PERSONAL)
    narrative = _words(20_000)


class _ByIn(Schema):
    by = Words(160, required=True, error_messages=_BY)


class SubmissionIn(_ByIn):
    """Who sends the report."""


class CorrectionIn(Schema):
    """Why a report that was sent is to be corrected."""

    reason = one_of(CORRECTIONS, required=True, error_messages={"required": "Say why it is to be corrected."})


class ReportAcknowledgementIn(_ByIn):
    """Who has read it."""


class ShareIn(_ByIn):
    """A view of a report for one recipient: what for, why no less would do, and what the child said to it."""

    recipient = ref_of("org", required=True, error_messages={"required": "Say to whom it is given."})
    view = one_of(VIEWS, required=True, error_messages={"required": "Choose what is given."})
    necessity = fields.List(
        one_of(NECESSITY),
        required=True,
        validate=validate.Length(min=1, max=len(NECESSITY), error="Say what it is necessary for."),
        error_messages={"required": "Say what it is necessary for."},
    )
    necessity_words = _words(2000)
    proportionality = Words(
        2000, personal=True, required=True, error_messages={"required": "Write why no less than this would do."}
    )
    wishes = one_of(
        WISHES, required=True, metadata=PERSONAL, error_messages={"required": "Say what the child said to it."}
    )
    override = Words(2000, personal=True, metadata={**PERSONAL, "description": "why, where the child objects"})
    leave_out = fields.List(
        one_of(record.FIELDS),
        load_default=list,
        validate=validate.Length(max=len(record.FIELDS)),
        metadata={"description": "lines of the view that this recipient does not need"},
    )


class RecallIn(Schema):
    """Why a view is taken back."""

    reason = one_of(RECALLS, required=True, error_messages={"required": "Say why it is taken back."})


class SharedQuestionIn(_ByIn):
    """The one question that a recipient may ask back."""

    text = Words(2000, personal=True, required=True, error_messages={"required": "Write what you ask."})


class SharedAnswerIn(_ByIn):
    """The answer to it."""

    text = Words(4000, personal=True, required=True, error_messages={"required": "Write the answer."})


class RecommendationAnswerIn(_ByIn):
    """Accepted, declined with the reason, done (by whom and when); or ``open``: it is to be answered anew."""

    answer = one_of(RECOMMENDATION_ANSWERS, required=True, error_messages={"required": "Choose an answer."})
    reason = _words(2000)
    done_by = Words(160, metadata={"description": "who did it, or is to"})
    on = Day(metadata={"description": "when it was done, or is to be"})


class ReferralAnswerIn(_ByIn):
    """What became of a referral."""

    outcome = one_of(OUTCOMES, required=True, error_messages={"required": "Say what became of it."})
    words = _words(2000)


class ReportsQuery(PageQuery):
    """Which reports to list. ``waits_for``: those that wait for this; ``episode``: only those about this missing episode."""

    state = one_of(INTERVIEW_REPORT.states, load_default=None)
    waits_for = one_of(WAITS, load_default=None)
    episode = ref_of("mis", load_default=None)


class SharesQuery(PageQuery):
    """Which views that you were given to list. ``episode``: only those about this missing episode."""

    state = one_of(SHARE.states, load_default=None)
    episode = ref_of("mis", load_default=None)
