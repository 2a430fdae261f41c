"""What is answered. Instants are UTC; an organisation is its reference, name and, for councils and forces, GSS code."""

from typing import Any

from marshmallow import Schema, fields, validate

from hub.core.http import PageQuery
from hub.registry.explain_schemas import SourceOut
from hub.registry.models import NOTICE_KINDS
from hub.registry.schemas_parts import PERSONAL, Instant, Words, one_of


def maybe(kind: type[fields.Field[Any]], **given: Any) -> fields.Field[Any]:
    """A field that is always answered: with null where nothing is known."""
    return kind(required=True, allow_none=True, **given)


class OrganisationOut(Schema):
    """An organisation, as others see it."""

    ref = fields.String(required=True)
    name = fields.String(required=True)
    gss_code = maybe(fields.String)


def maybe_organisation() -> fields.Field[Any]:
    """An organisation, or null where there is none or the reader may not know it."""
    return fields.Nested(OrganisationOut, required=True, allow_none=True)


class LineOut(Schema):
    """How one duty stands. ``state`` is met, met_late, registered_not_reached, open, excused or void."""

    ref = fields.String(required=True)
    code = fields.String(required=True)
    says = fields.String(required=True)
    state = fields.String(required=True)
    is_overdue = fields.Boolean(required=True)
    due_at = maybe(fields.AwareDateTime)
    due_on = maybe(fields.Date)
    due_is_policy = fields.Boolean(required=True)
    fulfilled_at = maybe(fields.AwareDateTime)
    basis = fields.String(required=True)
    source = fields.List(fields.Nested(SourceOut), required=True)
    confidence = fields.String(required=True)
    owed_by = maybe(fields.String)
    owed_to = maybe(fields.String)


class AreaOut(Schema):
    """Where the child is or will be, as far as routing goes."""

    host_authority = fields.Nested(OrganisationOut, required=True, allow_none=True)
    police_force = fields.Nested(OrganisationOut, required=True, allow_none=True)
    relation = maybe(fields.String)
    country = maybe(fields.String)
    is_confirmed = fields.Boolean(required=True)
    basis = fields.String(required=True)


class RecipientToldOut(Schema):
    """A recipient. ``standing`` is reached, sent (on its way), or reached_nobody: ring that desk."""

    organisation = fields.Nested(OrganisationOut, required=True)
    capacity = fields.String(required=True)
    told_at = fields.AwareDateTime(required=True)
    reached_at = maybe(fields.AwareDateTime)
    standing = fields.String(required=True)


class MatchedOut(Schema):
    """A match, in codes: linked, or doubtful and put to a person."""

    ref = fields.String(required=True)
    state = fields.String(required=True)
    score = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)
    differences = fields.List(fields.String(), required=True)


class EndReceiptOut(Schema):
    """The hub's proof of what was registered, when, for whom, and how each duty stands."""

    notice = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    revision = fields.Integer(required=True)
    registered_at = fields.AwareDateTime(required=True)
    event_at = fields.AwareDateTime(required=True)
    is_emergency = fields.Boolean(required=True)
    placement = fields.String(required=True)
    sha256 = fields.String(required=True)
    area = fields.Nested(AreaOut, required=True)
    recipients = fields.List(fields.Nested(RecipientToldOut), required=True)
    obligations = fields.List(fields.Nested(LineOut), required=True)
    to_follow = fields.List(fields.String(), required=True)
    matches = fields.List(fields.Nested(MatchedOut), required=True)
    warnings = fields.List(fields.String(), required=True)


class ReceiptOut(EndReceiptOut):
    """The hub's proof of what was registered; of a move, ``also`` holds the receipt of the end that it is as well."""

    also = fields.List(fields.Nested(EndReceiptOut), required=True)


class NoticeBriefOut(Schema):
    """A notice in a list: nothing about a child."""

    ref = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    revision = fields.Integer(required=True)
    sender = fields.Nested(OrganisationOut, required=True)
    placement = maybe(fields.String)
    event_at = maybe(fields.AwareDateTime)
    registered_at = maybe(fields.AwareDateTime)
    sha256 = maybe(fields.String)


class RecipientOut(Schema):
    """A recipient: told when, reached when, passed on to whom."""

    organisation = fields.Nested(OrganisationOut, required=True)
    capacity = fields.String(required=True)
    told_at = fields.AwareDateTime(required=True)
    reached_at = maybe(fields.AwareDateTime)
    redirected_to = fields.Nested(OrganisationOut, required=True, allow_none=True)
    redirected_at = maybe(fields.AwareDateTime)


class AcknowledgementOut(Schema):
    """A named person at one organisation has read it."""

    ref = fields.String(required=True)
    notice = fields.String(required=True)
    organisation = fields.Nested(OrganisationOut, required=True)
    by = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    promise = maybe(fields.String)
    promise_on = maybe(fields.Date)
    kept_at = maybe(fields.AwareDateTime)


class NoticeOut(NoticeBriefOut):
    """A notice as one organisation sees it: ``content`` holds what its ``capacity`` lets it see.

    ``revisions``: it and those it corrects, newest first; ``superseded_by``: the newest that corrects it and is the reader's too.

    ``is_shielded``: the child is shielded, and of it a police force is told only which council to ring, ``ring_at``.
    """

    capacity = fields.String(required=True)
    is_shielded = fields.Boolean(required=True)
    ring_at = fields.Nested(OrganisationOut, required=True, allow_none=True)
    content = fields.Dict(keys=fields.String(), required=True, metadata=PERSONAL)
    recipients = fields.List(fields.Nested(RecipientOut), required=True)
    acknowledgements = fields.List(fields.Nested(AcknowledgementOut), required=True)
    revisions = fields.List(fields.String(), required=True)
    superseded_by = maybe(fields.String)
    notes = fields.List(fields.Dict(keys=fields.String()), required=True, metadata=PERSONAL)


class AcknowledgedOut(Schema):
    """An acknowledgement just given, and the obligations it closed or put under a promise."""

    ref = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    promise = maybe(fields.String)
    promise_on = maybe(fields.Date)
    fulfilled = fields.List(fields.String(), required=True)
    promised = fields.List(fields.String(), required=True)


class RedirectedOut(Schema):
    """To whom a notice was passed on."""

    notice = fields.String(required=True)
    placement = fields.String(required=True)
    redirected_to = fields.Nested(OrganisationOut, required=True)


class AcceptedOut(Schema):
    """Whether the area was still to be confirmed."""

    notice = fields.String(required=True)
    was_open = fields.Boolean(required=True)


class MissingOut(Schema):
    """What the legal minimum still asks of a draft, and which law asks it."""

    field = fields.String(required=True)
    sentence = fields.String(required=True)
    source = fields.String(required=True)


class DraftOut(Schema):
    """A draft, its sender's alone."""

    ref = fields.String(required=True)
    kind = fields.String(required=True)
    version = fields.Integer(required=True)
    drafted_at = fields.AwareDateTime(required=True)
    placement = maybe(fields.String)
    content = fields.Dict(keys=fields.String(), required=True, metadata=PERSONAL)
    missing = fields.List(fields.Nested(MissingOut), required=True)
    corrects = maybe(
        fields.String,
        metadata={"description": "The notice of which it will be the next version, where it is a correction"},
    )


class ForecastLineOut(LineOut):
    """How one duty would stand; it has no reference yet."""

    class Meta:
        exclude = ("ref",)


class RefusalOut(Schema):
    """Why a draft could not be registered as it stands."""

    code = fields.String(required=True)
    sentence = fields.String(required=True)
    fields_ = fields.Dict(
        data_key="fields",
        attribute="fields",
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
    )


class ForecastOut(Schema):
    """What would follow if a draft were registered now; nothing of it has happened.

    Of what the sender owes: ``meets`` would be done in time, ``late`` done but late, ``done`` is done already, ``still_owed``
    would stand open afterwards (while the draft cannot be registered: stands open now).
    """

    ref = fields.String(required=True)
    kind = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    placement = maybe(fields.String)
    corrects = maybe(fields.String)
    can_be_sent = fields.Boolean(required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)
    refused = fields.Nested(RefusalOut, required=True, allow_none=True)
    meets = fields.List(fields.Nested(ForecastLineOut), required=True)
    late = fields.List(fields.Nested(ForecastLineOut), required=True)
    done = fields.List(fields.Nested(ForecastLineOut), required=True)
    still_owed = fields.List(fields.Nested(ForecastLineOut), required=True)
    owed_to_sender = fields.List(fields.Nested(ForecastLineOut), required=True)
    recipients = fields.List(fields.Nested(RecipientToldOut), required=True)
    area = fields.Nested(AreaOut, required=True, allow_none=True)
    to_follow = fields.List(fields.String(), required=True)
    is_known_already = fields.Boolean(required=True)
    warnings = fields.List(fields.String(), required=True)


class PlacementBriefOut(Schema):
    """A placement in a list: nothing that names the child.

    ``is_shielded``: the child is shielded, and a police force is told only which council to ring, the placing authority.
    """

    ref = fields.String(required=True)
    state = fields.String(required=True)
    is_shielded = fields.Boolean(required=True)
    setting = maybe(fields.String)
    legal_status = maybe(fields.String)
    relation = maybe(fields.String)
    country = maybe(fields.String)
    area_is_confirmed = fields.Boolean(required=True)
    area_accepted_by = maybe(fields.String)
    area_accepted_at = maybe(fields.AwareDateTime)
    is_emergency = fields.Boolean(required=True)
    first_source = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = maybe(fields.AwareDateTime)
    placing_authority = fields.Nested(OrganisationOut, required=True, allow_none=True)
    host_authority = fields.Nested(OrganisationOut, required=True, allow_none=True)
    police_force = fields.Nested(OrganisationOut, required=True, allow_none=True)
    provider = fields.Nested(OrganisationOut, required=True, allow_none=True)


class ApprovalRecordIn(Schema):
    """The nominated officer's or the director's approval (SI 2010/959 reg 11)."""

    approver_name = Words(120, required=True, error_messages={"required": "Enter the approver's name."})
    approver_role = Words(120, required=True, error_messages={"required": "Enter the approver's role."})
    delegation_ref = Words(120)
    approved_at = Instant(required=True, error_messages={"required": "Enter when it was approved."})


class ApprovalOut(Schema):
    """An approval on record."""

    ref = fields.String(required=True)
    approver_name = fields.String(required=True)
    approver_role = fields.String(required=True)
    delegation_ref = maybe(fields.String)
    approved_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class PlacementOut(PlacementBriefOut):
    """A placement as one of its parties sees it."""

    party = fields.String(required=True)
    child = fields.Dict(keys=fields.String(), required=True, metadata=PERSONAL)
    details = fields.Dict(keys=fields.String(), required=True, metadata=PERSONAL)
    approvals = fields.List(fields.Nested(ApprovalOut), required=True)
    notices = fields.List(fields.Nested(NoticeBriefOut), required=True)


class RegisterEntryOut(PlacementBriefOut):
    """A child in the host's register: notified, inferred from a provider's notice, or discovered."""

    child = fields.Dict(keys=fields.String(), required=True, metadata=PERSONAL)
    details = fields.Dict(keys=fields.String(), required=True, metadata=PERSONAL)
    provenance = one_of(("notified", "inferred", "discovered"), required=True)


class NoticesQuery(PageQuery):
    """Which notices: sent or received, of a kind, in a state, about a placement."""

    box = one_of(("sent", "received"), load_default=None)
    kind = one_of(NOTICE_KINDS, load_default=None)
    state = one_of(("registered", "superseded", "withdrawn"), load_default=None)
    placement = fields.String(load_default=None, validate=validate.Length(max=40))


class PlacementsQuery(PageQuery):
    """Which placements: as which party, in a state, in what relation of areas."""

    party = one_of(("placing", "host", "force", "provider"), load_default=None)
    state = one_of(("proposed", "unconfirmed", "confirmed", "ended", "cancelled"), load_default=None)
    relation = one_of(("in_area", "adjoining", "distant"), load_default=None)
