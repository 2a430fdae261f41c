"""What is answered about missing episodes. Instants are UTC."""

from marshmallow import Schema, fields, validate

from hub.missing.grades import REASONS
from hub.missing.models import CATEGORIES, GRADES, PARTS
from hub.missing.policy import DUTIES, KINDS
from hub.missing.states import EPISODE, EPISODE_MATCH
from hub.registry.schemas_out import OrganisationOut, maybe, maybe_organisation
from hub.registry.schemas_parts import PERSONAL, SEXES

SAYINGS = ("reported", "described", "graded", "located", "returned", "interviewed")


class MissingChildOut(Schema):
    """Who is missing, as far as it is known."""

    family_name = fields.String(metadata=PERSONAL)
    given_names = fields.String(metadata=PERSONAL)
    aliases = fields.List(fields.String(), metadata=PERSONAL)
    born_on = fields.String(metadata=PERSONAL)
    sex = fields.String(metadata=PERSONAL, validate=validate.OneOf(SEXES))


class ForceOut(Schema):
    """A force that the episode concerns: where the child is placed, was reported or found; `home`: the placing authority's."""

    organisation = fields.Nested(OrganisationOut, required=True)
    parts = fields.List(fields.String(validate=validate.OneOf(PARTS)), required=True)


class EpisodeBriefOut(Schema):
    """A missing episode in a list. ``located_at`` without ``returned_at``: found, and not back yet."""

    ref = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(EPISODE.states))
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    is_discovered = fields.Boolean(required=True)
    missing_from_at = fields.AwareDateTime(required=True)
    reported_at = fields.AwareDateTime(required=True)
    located_at = maybe(fields.AwareDateTime)
    returned_at = maybe(fields.AwareDateTime)
    interviewed_at = maybe(fields.AwareDateTime)
    grade = maybe(fields.String, validate=validate.OneOf(GRADES))
    graded_at = maybe(fields.AwareDateTime)
    placement = maybe(fields.String)
    placement_has_ended = fields.Boolean(required=True)
    is_shielded = fields.Boolean(
        required=True,
        metadata={
            "description": "The child is shielded: of who and where it is a force learns from the placing authority"
        },
    )
    placing_authority = maybe_organisation()
    host_authority = maybe_organisation()
    provider = maybe_organisation()
    forces = fields.List(fields.Nested(ForceOut), required=True)
    child = fields.Nested(MissingChildOut, required=True, metadata=PERSONAL)


class SaidWithOut(Schema):
    """What was said with it: which of these there are depends on what it is and on who reads it."""

    source = fields.String()
    category = fields.String()
    reported_at = fields.AwareDateTime()
    by = fields.String()
    reference = fields.String(metadata=PERSONAL)
    said = fields.String(metadata=PERSONAL)
    companions = fields.List(fields.String(), metadata=PERSONAL)
    grade = fields.String(validate=validate.OneOf(GRADES))
    label = fields.String()
    reasons_asked = fields.List(fields.String(validate=validate.OneOf(REASONS)))
    reason_given_at = fields.AwareDateTime(allow_none=True)
    child = fields.Nested(MissingChildOut, metadata=PERSONAL)
    address = fields.List(fields.String(), metadata=PERSONAL)
    reason = fields.String(metadata=PERSONAL)
    reason_by = fields.String()
    note = fields.String(metadata=PERSONAL)


class SayingOut(Schema):
    """One thing that was said, and by whom. ``taken_back_at``: it does not stand any more."""

    ref = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(SAYINGS))
    at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    taken_back_at = maybe(fields.AwareDateTime)
    organisation = fields.Nested(OrganisationOut, required=True)
    is_ours = fields.Boolean(required=True)
    details = fields.Nested(SaidWithOut, required=True, metadata=PERSONAL)


class MissingPlaceOut(Schema):
    """Where the child was last seen, or found."""

    kind = fields.String(required=True, validate=validate.OneOf(("last_seen", "found")))
    recorded_at = fields.AwareDateTime(required=True)
    place = maybe(fields.String, metadata=PERSONAL)
    postcode = maybe(fields.String, metadata=PERSONAL)


class EpisodeMatchOut(Schema):
    """Whether two reports are one episode: joined by the hub, or a question to a person."""

    ref = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("joined", *EPISODE_MATCH.states)))
    reasons = fields.List(fields.String(), required=True)
    other = maybe(fields.String)
    placement = maybe(fields.String)
    created_at = fields.AwareDateTime(required=True)
    decided_at = maybe(fields.AwareDateTime)


class EpisodeOut(EpisodeBriefOut):
    """A missing episode with everything that was said of it."""

    timeline = fields.List(fields.Nested(SayingOut), required=True)
    places = fields.List(fields.Nested(MissingPlaceOut), required=True)
    together_with = fields.List(fields.String(), required=True)
    merged = fields.List(
        fields.String(), required=True, metadata={"description": "Episodes that turned out to be this one"}
    )
    matches = fields.List(fields.Nested(EpisodeMatchOut), required=True)


class ReportedOut(Schema):
    """What came of a report: the episode it stands in; ``is_new`` false: it joined one that was known."""

    episode = fields.String(required=True)
    report = fields.String(required=True)
    is_new = fields.Boolean(required=True)
    is_discovered = fields.Boolean(required=True)
    doubtful = fields.List(fields.String(), required=True, metadata={"description": "Questions put to a person"})


class TogetherOut(Schema):
    """Two children who went missing together, so many times."""

    times = fields.Integer(required=True)
    last_at = fields.AwareDateTime(required=True)
    episodes = fields.List(fields.String(), required=True)


class RecurringOut(Schema):
    """A place that came again, so many times."""

    kind = fields.String(required=True, validate=validate.OneOf(("last_seen", "found")))
    times = fields.Integer(required=True)
    children = fields.Integer(required=True)
    last_at = fields.AwareDateTime(required=True)
    episodes = fields.List(fields.String(), required=True)


class PatternsOut(Schema):
    """Patterns among the episodes that concern your organisation: counts and references."""

    days = fields.Integer(required=True)
    together = fields.List(fields.Nested(TogetherOut), required=True)
    places = fields.List(fields.Nested(RecurringOut), required=True)


class ThresholdOut(Schema):
    """When a child's episodes ask for a meeting or a review."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    duty = fields.String(required=True, validate=validate.OneOf(DUTIES))
    count = fields.Integer()
    window_days = fields.Integer()
    hours = fields.Integer()
    also_away = fields.Boolean(required=True)


class ThresholdsOut(Schema):
    """The thresholds that count for your council. ``is_own``: it saved some of its own."""

    is_own = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    saved_at = maybe(fields.AwareDateTime)
    thresholds = fields.List(fields.Nested(ThresholdOut), required=True, attribute="rules")
