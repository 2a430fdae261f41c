"""What is answered about requests for interviews. Instants are UTC, money whole pence."""

from typing import Any

from marshmallow import Schema, fields, validate

from hub.registry.schemas_out import OrganisationOut, maybe
from hub.registry.schemas_parts import PERSONAL
from hub.spotpurchase.matching import BECAUSE, WHY
from hub.spotpurchase.models import AWARDS, PERFORMERS
from hub.spotpurchase.policy import STAGES
from hub.spotpurchase.providers.models import GENDERS, MODES
from hub.spotpurchase.reasons import DECLINES, OUT_OF_TERMS
from hub.spotpurchase.requesting import AGE_BANDS
from hub.spotpurchase.schemas import PARTS, TIMES
from hub.spotpurchase.states import ASK, COMMISSION, INTERVIEW_REQUEST


def _organisation(**given: Any) -> fields.Field[Any]:
    return fields.Nested(OrganisationOut, **given)


def _codes(*allowed: str, **given: Any) -> fields.Field[Any]:
    return fields.List(fields.String(validate=validate.OneOf(allowed)), **given)


class SoughtAreaOut(Schema):
    """The council in whose area the child is to be seen."""

    gss_code = fields.String(required=True)
    name = fields.String(required=True)


class SoughtChildOut(Schema):
    """The child's name."""

    family_name = fields.String(metadata=PERSONAL)
    given_names = fields.String(metadata=PERSONAL)
    aliases = fields.List(fields.String(), metadata=PERSONAL)


class SoughtAddressOut(Schema):
    """Where the child lives."""

    lines = fields.List(fields.String(), metadata=PERSONAL)
    postcode = fields.String(metadata=PERSONAL)


class WishesOut(Schema):
    """How the child would like it."""

    who = fields.String(metadata=PERSONAL)
    where = fields.String(metadata=PERSONAL)
    when = fields.String(metadata=PERSONAL)
    how = fields.String(metadata=PERSONAL)


class InterviewContactOut(Schema):
    """Whom the interviewer rings."""

    name = fields.String(metadata=PERSONAL)
    phone = fields.String()
    email = fields.String()


class EpisodeToldOut(Schema):
    """A time that the child was missing, and until when it is to be seen after it."""

    missing_from_at = fields.AwareDateTime(required=True)
    returned_at = fields.AwareDateTime(required=True)
    latest_at = fields.AwareDateTime(required=True)
    category = fields.String(required=True)


class PerformerOut(OrganisationOut):
    """Who holds the interview."""

    performer = fields.String(required=True, validate=validate.OneOf(PERFORMERS))
    is_independent = fields.Boolean(required=True)


class RequestFactsOut(Schema):
    """The lines of a request that the reader may see at its stage; the others are not there at all."""

    placing_authority = _organisation(allow_none=True)
    host_authority = _organisation(allow_none=True)
    area = fields.Nested(SoughtAreaOut)
    age_band = fields.String(allow_none=True, validate=validate.OneOf(tuple(AGE_BANDS)))
    languages = fields.List(fields.String())
    gender = fields.String(validate=validate.OneOf(GENDERS))
    modes = _codes(*MODES)
    times = _codes(*TIMES)
    latest_at = fields.AwareDateTime()
    price_cap_pence = fields.Integer(allow_none=True)
    episode_count = fields.Integer()
    purchase_order = fields.String(allow_none=True)
    performer = fields.Nested(PerformerOut, allow_none=True)
    name = fields.Nested(SoughtChildOut, allow_none=True, metadata=PERSONAL)
    born_on = fields.String(allow_none=True, metadata=PERSONAL)
    address = fields.Nested(SoughtAddressOut, allow_none=True, metadata=PERSONAL)
    placement = fields.String(allow_none=True)
    preferences = fields.Nested(WishesOut, allow_none=True, metadata=PERSONAL)
    risk = fields.String(allow_none=True, metadata=PERSONAL)
    contact = fields.Nested(InterviewContactOut, allow_none=True, metadata=PERSONAL)
    episodes = fields.List(fields.Nested(EpisodeToldOut))


class AskMessageOut(Schema):
    """A question or an answer."""

    from_ = fields.String(
        required=True, data_key="from", attribute="from", validate=validate.OneOf(("provider", "placing"))
    )
    by = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    text = fields.String(required=True, metadata=PERSONAL)


class InterviewAskBriefOut(Schema):
    """One provider that was asked, and what it said."""

    ref = fields.String(required=True)
    request = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(ASK.states))
    provider = _organisation(required=True)
    step = fields.Integer(required=True, metadata={"description": "of the cascade; 0: a person asked"})
    why = fields.List(fields.String(), required=True)
    asked_at = fields.AwareDateTime(required=True)
    reply_by = fields.AwareDateTime(required=True)
    goes_on_at = maybe(
        fields.AwareDateTime,
        metadata={
            "description": "when the next is asked, where that is before reply_by: it was closed when it was asked"
        },
    )
    answered_at = maybe(fields.AwareDateTime)
    decline_code = maybe(fields.String, validate=validate.OneOf(tuple(DECLINES)))
    referred_to = _organisation(required=True, allow_none=True)
    quoted_pence = maybe(fields.Integer)
    earliest_at = maybe(fields.AwareDateTime)
    mode = maybe(fields.String, validate=validate.OneOf(MODES))
    expires_at = maybe(fields.AwareDateTime)
    out_of_terms = _codes(*OUT_OF_TERMS, required=True)
    version = fields.Integer(required=True)
    by = maybe(fields.String)
    note = maybe(fields.String, metadata=PERSONAL)
    conversation = fields.List(fields.Nested(AskMessageOut), required=True, metadata=PERSONAL)


class InterviewAskOut(InterviewAskBriefOut):
    """One provider that was asked, with what it may know of the request."""

    facts = fields.Nested(RequestFactsOut, required=True, metadata=PERSONAL)


class InterviewCommissionOut(Schema):
    """Who holds it, or held it, on which terms."""

    ref = fields.String(required=True)
    performer = fields.String(required=True, validate=validate.OneOf(PERFORMERS))
    organisation = _organisation(required=True)
    is_independent = fields.Boolean(required=True)
    state = fields.String(required=True, validate=validate.OneOf(COMMISSION.states))
    agreed_pence = fields.Integer(required=True)
    payer = _organisation(required=True)
    purchase_order = maybe(fields.String)
    terms = maybe(fields.Dict, metadata={"description": "the rate card as it was when it was agreed"})
    commissioned_at = fields.AwareDateTime(required=True)
    respond_by = fields.AwareDateTime(required=True)
    ended_at = maybe(fields.AwareDateTime)
    end_reason = maybe(fields.String)
    interviewer = maybe(fields.String)
    reason = maybe(fields.String)


class EpisodeServedOut(Schema):
    """An episode that the interview is owed for; each keeps its own 72 hours."""

    ref = fields.String(required=True)
    returned_at = fields.AwareDateTime(required=True)
    latest_at = fields.AwareDateTime(required=True)
    reason = maybe(fields.String)


class ToAskOut(Schema):
    """A provider that the hub would ask, in this place of the order, and why."""

    organisation = _organisation(required=True, allow_none=True)
    step = fields.String(required=True, validate=validate.OneOf(("host_team", "provider")))
    why = _codes(*WHY, required=True)


class NotAskedOut(Schema):
    """A provider that the hub does not ask, and every reason."""

    organisation = _organisation(required=True, allow_none=True)
    because = _codes(*BECAUSE, required=True)


class MatchingOut(Schema):
    """Whom the hub would ask now, in order; and why not the others."""

    asked = fields.List(fields.Nested(ToAskOut), required=True)
    ruled_out = fields.List(fields.Nested(NotAskedOut), required=True)


class InterviewRequestBriefOut(Schema):
    """A request in a list."""

    ref = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(INTERVIEW_REQUEST.states))
    part = fields.String(required=True, validate=validate.OneOf(PARTS))
    asked_at = fields.AwareDateTime(required=True)
    facts = fields.Nested(RequestFactsOut, required=True, metadata=PERSONAL)


class InterviewRequestOut(InterviewRequestBriefOut):
    """A request as one of its parties sees it."""

    stage = fields.String(required=True, validate=validate.OneOf(("placing", *STAGES)))
    version = fields.Integer(required=True)
    asks = fields.List(fields.Nested(InterviewAskBriefOut), required=True)
    commissions = fields.List(fields.Nested(InterviewCommissionOut), required=True)
    episodes = fields.List(fields.Nested(EpisodeServedOut), required=True)
    award = maybe(fields.String, validate=validate.OneOf(AWARDS))
    next_step_at = maybe(fields.AwareDateTime)
    fallback_at = maybe(fields.AwareDateTime)
    end_reason = maybe(fields.String)
    payer = _organisation(required=True, allow_none=True)
    matching = fields.Nested(MatchingOut, required=True, allow_none=True)
