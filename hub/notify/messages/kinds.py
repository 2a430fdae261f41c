"""Every kind of alert there is. Each has a template of the same name beside this file; an unknown kind is refused when raised."""

from typing import Final

DIGEST: Final = "digest"
PICKUP_CODE: Final = "pickup.code"
CHANNEL_FLAGGED: Final = "channel.flagged"
GIVEN_UP: Final = "delivery.given_up"
UNREACHABLE: Final = "organisation.unreachable"
AREA_DISPUTED: Final = "area.disputed"

SECTIONS: Final = {
    "notice.registered": "new",
    "notice.corrected": "new",
    "notice.withdrawn": "new",
    "notice.redirected": "new",
    "notice.acknowledged": "new",
    "consultation.asked": "new",
    "notice.passed_on": "new",
    "question.asked": "due",
    "question.answered": "new",
    "match.doubtful": "new",
    "marker.changed": "new",
    "marker.review_due": "due",
    "approval.asked": "due",
    "approval.sent_back": "due",
    "look_up.disclosed": "new",
    "look_up.glass_broken": "due",
    "look_up.review_late": "overdue",
    "missing.reported": "new",
    "missing.graded": "new",
    "missing.located": "new",
    "missing.returned": "new",
    "missing.interviewed": "new",
    "missing.discovered": "new",
    "missing.withdrawn": "new",
    "missing.corrected": "new",
    "missing.reason_given": "new",
    "missing.doubtful": "due",
    "missing.reason_asked": "due",
    "interview.asked": "due",
    "interview.offered": "new",
    "interview.declined": "new",
    "interview.commissioned": "new",
    "interview.not_needed": "new",
    "interview.unplaced": "due",
    "interview.conversation": "due",
    "interview.booked": "new",
    "interview.attempted": "new",
    "interview.appointment_cancelled": "new",
    "interview.meanwhile": "due",
    "interview.corrected": "new",
    "interview.child_declined": "new",
    "interview.commission_ended": "due",
    "interview.cancelled": "new",
    "interview.held": "new",
    "interview.report_sent": "due",
    "interview.report_shared": "due",
    "interview.report_recalled": "new",
    "interview.report_answered": "new",
    "interview.agreement_proposed": "due",
    "interview.agreement_answered": "new",
    "interview.team_named": "due",
    "obligation.opened": "due",
    "obligation.due_soon": "due",
    "obligation.overdue": "overdue",
    "promise.unkept": "overdue",
    "report.prepared": "overdue",
    "obligation.not_reached": "broken",
    "rung.reached_nobody": "broken",
    "obligation.undated": "broken",
    "sweep.fault": "broken",
    GIVEN_UP: "broken",
    CHANNEL_FLAGGED: "broken",
    UNREACHABLE: "broken",
    AREA_DISPUTED: "due",
    PICKUP_CODE: "new",
}
"""Kind → the part of a daily digest in which it stands: new, due, overdue or broken."""

KINDS: Final = frozenset(SECTIONS)
"""What may be raised. A digest is not raised: it gathers what was."""

ABOUT_FAILURE: Final = frozenset({GIVEN_UP, CHANNEL_FLAGGED, UNREACHABLE})
"""Alerts that tell of another's failure: when they fail themselves, only the operator is told, and never again of that."""

CARRY_A_NOTICE: Final = frozenset({
    "notice.registered", "notice.corrected", "notice.redirected", "consultation.asked",
    "missing.reported", "missing.discovered", "missing.graded", "missing.located", "missing.returned", "missing.interviewed",
})  # fmt: skip
"""Alerts by which an organisation that has not joined is reached: a reminder about something else is not one."""

NEVER_HELD: Final = frozenset({PICKUP_CODE})
"""Somebody is waiting at the screen: no opening hours, no digest."""
