"""Everything that is recorded, in one list: past tense, ``subject.verb``, each with the operation it is.

The operations are those of the Data Protection Act 2018 s62(1), and ``administration`` where no personal data is touched.
"""

from enum import Enum


class Event(Enum):
    """The name as recorded, and its operation."""

    CHILD_COLLECTED = ("child.collected", "collection")
    CHILD_CORRECTED = ("child.corrected", "alteration")
    NOTICE_DRAFTED = ("notice.drafted", "collection")
    NOTICE_REDRAFTED = ("notice.redrafted", "alteration")
    NOTICE_REGISTERED = ("notice.registered", "collection")
    NOTICE_CORRECTED = ("notice.corrected", "alteration")
    NOTICE_WITHDRAWN = ("notice.withdrawn", "alteration")
    NOTICE_DISCARDED = ("notice.discarded", "erasure")
    NOTICE_REDIRECTED = ("notice.redirected", "disclosure")
    NOTICE_REACHED = ("notice.reached", "disclosure")
    NOTICE_READ = ("notice.read", "consultation")
    NOTICE_ACKNOWLEDGED = ("notice.acknowledged", "alteration")
    AREA_ACCEPTED = ("area.accepted", "alteration")
    PLACEMENT_OPENED = ("placement.opened", "collection")
    PLACEMENT_CHANGED = ("placement.changed", "alteration")
    PLACEMENT_ENDED = ("placement.ended", "alteration")
    PLACEMENT_READ = ("placement.read", "consultation")
    APPROVAL_RECORDED = ("approval.recorded", "collection")
    REGISTER_READ = ("register.read", "consultation")
    MATCH_LINKED = ("match.linked", "combination")
    MATCH_QUEUED = ("match.queued", "combination")
    MATCH_CONFIRMED = ("match.confirmed", "combination")
    MATCH_REJECTED = ("match.rejected", "combination")
    MATCH_UNDONE = ("match.undone", "combination")
    FILE_UPLOADED = ("file.uploaded", "collection")
    FILE_OPENED = ("file.opened", "disclosure")
    FILE_SUPPLIED = ("file.supplied", "disclosure")
    FILE_FOUND_DAMAGED = ("file.found_damaged", "administration")
    OBLIGATION_OPENED = ("obligation.opened", "alteration")
    OBLIGATION_FULFILLED = ("obligation.fulfilled", "alteration")
    OBLIGATION_MET = ("obligation.met", "alteration")
    OBLIGATION_REOPENED = ("obligation.reopened", "alteration")
    OBLIGATION_EXCUSED = ("obligation.excused", "alteration")
    OBLIGATION_VOIDED = ("obligation.voided", "alteration")
    OBLIGATION_PAUSED = ("obligation.paused", "alteration")
    OBLIGATION_RESUMED = ("obligation.resumed", "alteration")
    OBLIGATION_READ = ("obligation.read", "consultation")
    OBLIGATION_DATED = ("obligation.dated", "alteration")
    OBLIGATION_RESTATED = ("obligation.restated", "alteration")
    OBLIGATION_POSTPONED = ("obligation.postponed", "administration")
    OBLIGATION_ESCALATED = ("obligation.escalated", "administration")
    ALERT_RAISED = ("alert.raised", "administration")
    ALERT_READ = ("alert.read", "consultation")
    DELIVERY_GIVEN_UP = ("delivery.given_up", "administration")
    DELIVERY_BOUNCED = ("delivery.bounced", "administration")
    DELIVERY_RESENT = ("delivery.resent", "administration")
    EVIDENCE_ISSUED = ("evidence.issued", "disclosure")
    CHANNEL_FLAGGED = ("channel.flagged", "administration")
    CHANNEL_CLEARED = ("channel.cleared", "administration")
    LADDER_SAVED = ("ladder.saved", "administration")
    ORGANISATION_ADDED = ("organisation.added", "administration")
    ORGANISATION_CHANGED = ("organisation.changed", "administration")
    ORGANISATION_JOINED = ("organisation.joined", "administration")
    ORGANISATION_CLOSED = ("organisation.closed", "administration")
    CONTACT_POINT_ADDED = ("contact_point.added", "administration")
    CONTACT_POINT_CHANGED = ("contact_point.changed", "administration")
    CONTACT_POINT_VERIFIED = ("contact_point.verified", "administration")
    CONTACT_POINT_RETIRED = ("contact_point.retired", "administration")
    CONTACT_POINT_SECRET_ROTATED = ("contact_point.secret_rotated", "administration")
    REACHABILITY_SURVEYED = ("reachability.surveyed", "administration")
    CLIENT_ADDED = ("client.added", "administration")
    CLIENT_DISABLED = ("client.disabled", "administration")
    KEY_ISSUED = ("key.issued", "administration")
    KEY_REVOKED = ("key.revoked", "administration")
    PICKUP_CODE_SENT = ("pickup.code_sent", "administration")
    PICKUP_REFUSED = ("pickup.refused", "administration")
    PICKUP_OPENED = ("pickup.opened", "disclosure")
    CLOCK_MOVED = ("clock.moved", "administration")

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def operation(self) -> str:
        return self.value[1]
