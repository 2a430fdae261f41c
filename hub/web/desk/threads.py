"""Questions about a notice as both sides' pages show them: ``{% include "desk/questions.html" %}`` with ``threads`` made here."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.registry.desk import questions
from hub.registry.desk.questions import Entry, QuestionSeen
from hub.web.desk.words import ACT_WORDS, QUESTION_WORDS
from hub.web.pickup.sections import label_of
from hub.web.signed_in import allowed


@dataclass(frozen=True)
class Said:
    """What one side said: who, when, and in which paragraphs."""

    who: str
    at: datetime
    paragraphs: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Thread:
    """A question with all that was said, and what whoever looks at it may do next."""

    ref: str
    notice: str
    title: str
    standing: str
    colour: str
    turned_at: datetime
    said: tuple[Said, ...]
    may_answer: bool
    may_ask_again: bool
    may_settle: bool
    is_ours: bool


def threads_about(session: Session, actor: Actor, notice_ref: str, *, now: datetime) -> list[Thread]:
    """The questions about a notice that *actor*'s organisation asked or is asked; the reading is recorded.

    Empty where whoever looks may not read questions. Give a session that is committed before the page is shown.
    """
    if not allowed("question.read"):
        return []
    return [thread_of(each) for each in questions.questions_about(session, actor, notice_ref, now=now)]


def thread_of(seen: QuestionSeen) -> Thread:
    """One question as a page shows it."""
    may_ask = seen.is_ours and allowed("question.ask")
    what = label_of(seen.field) if seen.field else gettext("the whole notice")
    standing, colour = _standing(seen)
    return Thread(
        ref=seen.ref,
        notice=seen.notice,
        title=gettext("%(kind)s: %(what)s", kind=QUESTION_WORDS[seen.kind], what=what),
        standing=standing,
        colour=colour,
        turned_at=seen.turned_at,
        said=tuple(_said(each) for each in seen.entries),
        may_answer=seen.state == "open" and not seen.is_ours and allowed("question.answer"),
        may_ask_again=may_ask and seen.state != "open",
        may_settle=may_ask and seen.state != "closed",
        is_ours=seen.is_ours,
    )


def _said(entry: Entry) -> Said:
    who = gettext(
        "%(who)s, %(organisation)s, %(did)s",
        who=entry.by,
        organisation=entry.organisation["name"],
        did=ACT_WORDS[entry.act],
    )
    return Said(who, entry.at, tuple(part for part in entry.text.splitlines() if part.strip()))


def _standing(seen: QuestionSeen) -> tuple[str, str]:
    if seen.state == "closed":
        return gettext("Settled"), "grey"
    if seen.state == "open":
        words = gettext("Waits for %(organisation)s", organisation=seen.asked_of["name"])
        return (words, "blue") if seen.is_ours else (gettext("To answer"), "yellow")
    return (gettext("Answered"), "green")
