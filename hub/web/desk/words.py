"""The desk's own words for what the hub keeps as codes."""

from typing import Final

from flask_babel import lazy_gettext

from hub.duties.wording import setting_words
from hub.notify.messages.render import template_of
from hub.web.translating import translated

ALERT_WORDS: Final = {
    "notice.registered": lazy_gettext("A notice came"),
    "notice.corrected": lazy_gettext("A notice was corrected"),
    "notice.withdrawn": lazy_gettext("A notice was withdrawn"),
    "notice.redirected": lazy_gettext("A notice was passed on to another area"),
    "notice.acknowledged": lazy_gettext("Your notice was acknowledged"),
    "notice.passed_on": lazy_gettext("The council of your area passed a notice on to you"),
    "consultation.asked": lazy_gettext("You are consulted about a distant placement"),
    "question.asked": lazy_gettext("You are asked about your notice"),
    "question.answered": lazy_gettext("Your question was answered"),
    "marker.changed": lazy_gettext("What to look out for with a child has changed"),
    "marker.review_due": lazy_gettext("A marker is to be reviewed"),
    "match.doubtful": lazy_gettext("Two notices may be about one placement"),
    "look_up.disclosed": lazy_gettext("Somebody was shown a child’s record"),
    "look_up.glass_broken": lazy_gettext("A child’s shield was broken"),
    "look_up.review_late": lazy_gettext("A review of a broken shield is late"),
    "approval.asked": lazy_gettext("A placement waits for approval"),
    "approval.sent_back": lazy_gettext("A placement came back without approval"),
    "missing.reported": lazy_gettext("A child was reported missing"),
    "missing.graded": lazy_gettext("A missing child’s risk was graded"),
    "missing.located": lazy_gettext("A missing child was found"),
    "missing.returned": lazy_gettext("A missing child is back"),
    "missing.interviewed": lazy_gettext("The police spoke with a child who was missing"),
    "missing.discovered": lazy_gettext("The police discovered a looked-after child"),
    "missing.withdrawn": lazy_gettext("A report of a missing child was withdrawn"),
    "missing.corrected": lazy_gettext("What is recorded of a missing child was corrected"),
    "missing.reason_given": lazy_gettext("A reason was given for a low grade"),
    "missing.doubtful": lazy_gettext("Two reports may be about one missing child"),
    "missing.reason_asked": lazy_gettext("A reason is asked for a low grade"),
    "interview.asked": lazy_gettext("You are asked to hold an interview"),
    "interview.offered": lazy_gettext("A provider offers to hold an interview"),
    "interview.declined": lazy_gettext("A provider declined an interview"),
    "interview.commissioned": lazy_gettext("An interview was commissioned"),
    "interview.not_needed": lazy_gettext("An interview is no longer sought"),
    "interview.unplaced": lazy_gettext("Nobody has taken an interview on"),
    "interview.conversation": lazy_gettext("A question about an interview"),
    "interview.booked": lazy_gettext("An interview was booked"),
    "interview.attempted": lazy_gettext("An interview could not be held yet"),
    "interview.appointment_cancelled": lazy_gettext("A time for an interview was cancelled"),
    "interview.meanwhile": lazy_gettext("Something happened before an interview"),
    "interview.corrected": lazy_gettext("What was recorded of an interview was taken back"),
    "interview.child_declined": lazy_gettext("A child declined an interview"),
    "interview.commission_ended": lazy_gettext("Whoever was to hold an interview no longer does"),
    "interview.cancelled": lazy_gettext("An interview was cancelled"),
    "interview.held": lazy_gettext("An interview was held"),
    "interview.report_sent": lazy_gettext("The report of an interview came"),
    "interview.report_shared": lazy_gettext("You are given a view of an interview report"),
    "interview.report_recalled": lazy_gettext("A view of an interview report was recalled"),
    "interview.report_answered": lazy_gettext("Your interview report was answered"),
    "interview.agreement_proposed": lazy_gettext("A council proposes who pays for interviews"),
    "interview.agreement_answered": lazy_gettext("An agreement about interviews was answered or ended"),
    "interview.team_named": lazy_gettext("A provider says that it is your own team"),
    "obligation.opened": lazy_gettext("Something is owed"),
    "obligation.due_soon": lazy_gettext("Something is due soon"),
    "obligation.overdue": lazy_gettext("Something is overdue"),
    "promise.unkept": lazy_gettext("A promise was not kept"),
    "report.prepared": lazy_gettext("A report waits for a person to send it"),
    "obligation.not_reached": lazy_gettext("A notice has not arrived"),
    "rung.reached_nobody": lazy_gettext("An escalation reached nobody"),
    "obligation.undated": lazy_gettext("A due date has to be given by hand"),
    "sweep.fault": lazy_gettext("The hub could not chase something"),
    "delivery.given_up": lazy_gettext("A message could not be delivered"),
    "channel.flagged": lazy_gettext("A mailbox or system does not answer"),
    "area.disputed": lazy_gettext("A postcode may be another council’s"),
    "organisation.unreachable": lazy_gettext("An organisation cannot be reached at all"),
}
"""Kind of alert → what it says in a list."""
CAPACITY_WORDS: Final = {
    "host_authority": lazy_gettext("host authority"),
    "police_force": lazy_gettext("police force"),
    "placing_authority": lazy_gettext("placing authority"),
    "health_body": lazy_gettext("health body, told by the host"),
    "education": lazy_gettext("education, told by the host"),
    "redirected_from": lazy_gettext("passed it on"),
}
STEP_WORDS: Final = {
    "reply": lazy_gettext("Reply to the consultation"),
    "register": lazy_gettext("Enter the child in your register"),
    "health": lazy_gettext("Tell health"),
    "education": lazy_gettext("Tell education"),
    "school": lazy_gettext("Tell the school"),
    "gp": lazy_gettext("Tell the GP"),
    "youth_justice": lazy_gettext("Tell the youth justice team"),
    "other": lazy_gettext("Tell somebody else"),
}
STEP_HINTS: Final = {
    "reply": lazy_gettext("Send your views to the placing authority, then record here that you did."),
    "register": lazy_gettext("Your own register of children placed in your area by other councils."),
    "health": lazy_gettext("The health body for your area, or its nurse for looked-after children."),
    "education": lazy_gettext("Your virtual school, admissions, or special needs team."),
    "youth_justice": lazy_gettext("Where the child is known to one, or there is reason to tell it."),
}
WAY_WORDS: Final = {
    "hub": lazy_gettext("Through the hub, now"),
    "secure_email": lazy_gettext("By secure e-mail"),
    "telephone": lazy_gettext("By telephone"),
    "letter": lazy_gettext("By letter"),
    "meeting": lazy_gettext("At a meeting"),
    "in_person": lazy_gettext("In person"),
    "other_system": lazy_gettext("In another system"),
    "not_needed": lazy_gettext("It is not needed"),
}
ACT_WORDS: Final = {
    "asked": lazy_gettext("asked"),
    "answered": lazy_gettext("answered"),
    "asked_again": lazy_gettext("asked again"),
    "closed": lazy_gettext("said that it is settled"),
}
QUESTION_WORDS: Final = {
    "question": lazy_gettext("Question"),
    "dispute": lazy_gettext("Dispute"),
}
PROMISE_WORDS: Final = {
    "enter_register": lazy_gettext("to enter the child in the register"),
    "pass_on": lazy_gettext("to pass it on to health and education"),
}
MATCH_WORDS: Final = {
    "doubtful": lazy_gettext("To decide"),
    "linked": lazy_gettext("Joined by the hub"),
    "confirmed": lazy_gettext("Decided: the same"),
    "rejected": lazy_gettext("Decided: not the same"),
    "undone": lazy_gettext("Taken back"),
}
REASON_WORDS: Final = {
    "records_checked": lazy_gettext("We checked our records"),
    "asked_the_sender": lazy_gettext("We asked whoever sent it"),
    "asked_the_other_council": lazy_gettext("We asked the other council"),
    "known_to_us": lazy_gettext("We know the child"),
    "decided_in_error": lazy_gettext("It had been decided in error"),
    "other": lazy_gettext("Another reason"),
}
PART_WORDS: Final = {
    "care_plan": lazy_gettext("Care plan"),
    "needs_assessment": lazy_gettext("Needs assessment"),
    "risk_assessment": lazy_gettext("Risk assessment"),
    "trigger_plan": lazy_gettext("Trigger plan"),
    "other": lazy_gettext("Another file"),
}


def alert_says(kind: str) -> str:
    """What an alert of this kind says in a list."""
    return str(ALERT_WORDS.get(kind) or translated(template_of(kind).title))


def kind_of_placement(setting: str) -> str:
    """A setting as a phrase that begins a line: “Foster care with an agency”."""
    words = translated(setting_words(setting)) or setting.replace("_", " ")
    return words[:1].upper() + words[1:]
