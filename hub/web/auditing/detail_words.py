"""What an entry's details say to a person: the name of each, and each code in the words that the pages have for it.

A code is known by the event's subject and the detail's name, or by the name alone. What has no words here is shown as it was
recorded: an entry outlives the version of the hub that wrote it. The file of the record keeps every code as it is.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

from hub.access.permissions import SCOPES
from hub.core.sentences import Sentence
from hub.spotpurchase import reasons
from hub.web.account.pages import FACTOR_WORDS
from hub.web.auditing.event_words import EVENT_WORDS, OPERATION_WORDS
from hub.web.auditing.refusal_words import BECAUSE_WORDS
from hub.web.casework import words as casework
from hub.web.desk import words as desk
from hub.web.fact_words import CATEGORY_WORDS
from hub.web.interview_reports import words as interview_reports
from hub.web.interviews import words as interviews
from hub.web.look_up import words as look_up
from hub.web.missing import words as missing
from hub.web.organisation import words as organisation
from hub.web.standing_words import STANDINGS
from hub.web.statements.words import KIND_WORDS as PURCHASE_WORDS
from hub.web.translating import translated
from hub.web.uploads import words as uploads
from hub.web.writing.words import AUDIENCES, END_REASONS, KINDS

Words = Mapping[str, Any]

_LISTS: Final[Words] = {
    "missing": lazy_gettext("Missing children"),
    "obligations": lazy_gettext("Duties"),
    "register": lazy_gettext("The register"),
    "interview_reports": lazy_gettext("Reports of interviews"),
}
_EPISODES: Final[Words] = {
    "reported": lazy_gettext("Reported"),
    "located": lazy_gettext("Found, not back yet"),
    "returned": lazy_gettext("Back"),
    "withdrawn": lazy_gettext("Report taken back"),
    "merged": lazy_gettext("Part of another episode"),
}
_PARTIES: Final[Words] = {
    **AUDIENCES,
    "placing": AUDIENCES["placing_authority"],
    "host": AUDIENCES["host_authority"],
    "force": AUDIENCES["police_force"],
}
COMMON: Final[Mapping[str, Words]] = {
    "because": BECAUSE_WORDS,
    "role": organisation.ROLE_WORDS,
    "roles": organisation.ROLE_WORDS,
    "gained": organisation.ROLE_WORDS,
    "lost": organisation.ROLE_WORDS,
    "scopes": SCOPES,
    "factor": {**FACTOR_WORDS, "recovery_codes": lazy_gettext("recovery codes")},
    "factors": FACTOR_WORDS,
    "channel": organisation.CHANNEL_WORDS,
    "act": organisation.ACT_WORDS,
    "event": {event.label: words for event, words in EVENT_WORDS.items()},
    "operations": OPERATION_WORDS,
    "found_by": {
        "request": lazy_gettext("somebody who asked for it"),
        "rotation": lazy_gettext("the change of the hub’s keys"),
    },
    "relation": {**casework.RELATION_WORDS, **look_up.RELATION_WORDS},
    "first_source": missing.SOURCE_WORDS,
    "category": CATEGORY_WORDS,
    "grade": missing.GRADE_WORDS,
    "reasons_asked": missing.ASKED_WORDS,
    "part": {**missing.PART_WORDS, **desk.PART_WORDS},
    "party": _PARTIES,
    "capacity": desk.CAPACITY_WORDS,
    "purpose": look_up.PURPOSE_WORDS,
    "stage": look_up.STAGE_WORDS,
    "view": {**interview_reports.VIEW_WORDS, "draft": lazy_gettext("The draft")},
    "performer": interviews.PERFORMER_WORDS,
    "side": casework.SIDE_WORDS,
    "whose": casework.WHOSE_WORDS,
    "due": casework.DUE_WORDS,
    "what": {**_LISTS, **missing.WHAT_WORDS},
    "notes": casework.NOTE_WORDS,
    "method": {**casework.METHOD_WORDS, **desk.WAY_WORDS},
    "how": interviews.HOW_WORDS,
    "format": {"csv": lazy_gettext("a sheet"), "jsonl": lazy_gettext("lines")},
}
"""The details that say the same in every entry."""

OF_SUBJECT: Final[Mapping[tuple[str, str], Words]] = {
    ("obligation", "reason"): casework.REASON_WORDS,
    ("obligation", "state"): STANDINGS,
    ("obligation", "outcome"): casework.STEP_WORDS,
    ("placement", "state"): casework.STATE_WORDS,
    ("placement", "reason"): END_REASONS,
    ("approval", "state"): casework.REQUEST_WORDS,
    ("match", "reason"): desk.REASON_WORDS,
    ("match", "state"): desk.MATCH_WORDS,
    ("host_step", "step"): desk.STEP_WORDS,
    ("notice", "step"): desk.STEP_WORDS,
    ("notice", "kind"): KINDS,
    ("question", "kind"): desk.QUESTION_WORDS,
    ("upload", "kind"): uploads.SHEET,
    ("upload", "state"): uploads.STATE,
    ("missing", "state"): _EPISODES,
    ("missing", "was"): _EPISODES,
    ("missing", "reason"): {**missing.UNDO_WORDS, **missing.DECISION_WORDS},
    ("look_up", "outcome"): look_up.OUTCOME_WORDS,
    ("look_up", "fields"): look_up.FIELD_WORDS,
    ("interview", "state"): {**interviews.STATE_WORDS, **interviews.APPOINTMENT_WORDS},
    ("interview", "was"): interviews.ASK_WORDS,
    ("interview", "code"): reasons.DECLINES,
    ("interview", "reason"): {**reasons.COMBINING, **reasons.CANCELLING, **reasons.LOSING},
    ("interview", "said"): interviews.SAID_WORDS,
    ("interview", "outcome"): interviews.OUTCOME_WORDS,
    ("interview", "what"): interviews.NEWS_WORDS,
    ("interview", "answer"): interviews.ANSWER_WORDS,
    ("interview_agreement", "kind"): interviews.AGREEMENT_WORDS,
    ("interview_agreement", "state"): interviews.AGREEMENT_STATE_WORDS,
    ("interview_report", "reason"): interview_reports.RECALL_WORDS,
    ("recommendation", "state"): interview_reports.ANSWERED_WORDS,
    ("purchase", "kind"): PURCHASE_WORDS,
}
"""The details that say something of their own in the entries about one kind of record."""

NAMES: Final[Words] = {
    "act": lazy_gettext("what"),
    "all_of": lazy_gettext("how many"),
    "ask": lazy_gettext("asked as"),
    "because": lazy_gettext("why"),
    "capacity": lazy_gettext("as"),
    "card": lazy_gettext("rate card"),
    "client": lazy_gettext("system"),
    "code": lazy_gettext("said as"),
    "contact_point": lazy_gettext("contact point"),
    "due": lazy_gettext("which"),
    "due_at": lazy_gettext("due"),
    "due_on": lazy_gettext("due"),
    "duty": lazy_gettext("duty"),
    "duty_code": lazy_gettext("duty"),
    "event": lazy_gettext("only"),
    "factor": lazy_gettext("second step"),
    "factors": lazy_gettext("with"),
    "fault": lazy_gettext("fault"),
    "first_source": lazy_gettext("first told by"),
    "for": lazy_gettext("for"),
    "found_by": lazy_gettext("found by"),
    "gained": lazy_gettext("roles given"),
    "is_independent": lazy_gettext("independent"),
    "is_taking": lazy_gettext("takes on more"),
    "is_team": lazy_gettext("to a team"),
    "issuer": lazy_gettext("address"),
    "joined": lazy_gettext("who joined"),
    "late": lazy_gettext("late"),
    "left": lazy_gettext("who left"),
    "lifetime_days": lazy_gettext("good for so many days"),
    "look_ups": lazy_gettext("look-ups"),
    "lost": lazy_gettext("roles taken away"),
    "operations": lazy_gettext("only"),
    "party": lazy_gettext("as"),
    "pence": lazy_gettext("pence"),
    "permission": lazy_gettext("tried"),
    "prefix": lazy_gettext("key beginning with"),
    "proves_second_factor": lazy_gettext("stands for the second step"),
    "reasons_asked": lazy_gettext("asked to explain"),
    "related": lazy_gettext("about so many records"),
    "said": lazy_gettext("said"),
    "scopes": lazy_gettext("may"),
    "seals_from": lazy_gettext("seals from"),
    "sessions_ended": lazy_gettext("sessions ended"),
    "sha256": lazy_gettext("fingerprint"),
    "side": lazy_gettext("which"),
    "since": lazy_gettext("since"),
    "to": lazy_gettext("to"),
    "until": lazy_gettext("until"),
    "up_to": lazy_gettext("up to entry"),
    "view": lazy_gettext("what"),
    "was": lazy_gettext("before"),
    "was_at": lazy_gettext("before"),
    "whose": lazy_gettext("whose"),
    "worker": lazy_gettext("who looks after it"),
}
"""The details whose recorded name is no word, or says too little by itself."""


def name_in_words(name: str) -> str:
    """What a detail is called."""
    return str(NAMES.get(name, name.replace("_", " ")))


def code_in_words(label: str, name: str, code: str) -> str | None:
    """What *code*, recorded as *name* by the event *label*, is called; ``None`` where there are no words for it."""
    about = label.partition(".")[0]
    for words in (OF_SUBJECT.get((about, name)), COMMON.get(name)):
        said = words.get(code) if words is not None else None
        if said is not None:
            return _spoken(said)
    return None


def _spoken(said: Any) -> str:
    """The words alone, where a page gives them a colour as well."""
    words = said[0] if isinstance(said, tuple) else getattr(said, "tag", said)
    return translated(words) if isinstance(words, Sentence) else str(words)
