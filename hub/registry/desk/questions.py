"""Questions and disputes about a notice: a recipient asks, the sender answers, and both see the whole thread.

They hold nothing back and change nothing: the notice stands as it was sent until its sender corrects it, and an acknowledgement
is one whatever is asked beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.core.ids import is_ref, new_ref
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import Wanted, cancel_alerts, raise_alerts
from hub.registry import notice_queries
from hub.registry.acknowledging import received
from hub.registry.desk import question_queries as queries
from hub.registry.desk.models import Question
from hub.registry.desk.question_queries import AnyRow
from hub.registry.desk.question_states import QUESTION
from hub.registry.filing import DESK
from hub.registry.schemas import NoticeIn
from hub.registry.shielding import placements_shielded_from

KINDS: Final = ("question", "dispute")
FIELDS: Final = tuple(sorted(set(NoticeIn().fields) - {"kind", "placement", "prior_notice", "files"}))
"""What a question may be about, by the names of a notice's body."""
WAITING: Final = ("open", "answered")
"""States in which one side waits for the other."""
_NOT_FOUND: Final = "There is no such question that you can see. It is between who asked and who sent the notice."


@dataclass(frozen=True)
class Entry:
    """What one side said."""

    act: str
    at: datetime
    organisation: dict[str, Any]
    by: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class QuestionBrief:
    """A question in a list: nothing that anybody wrote. ``turned_at``: since when one side waits for the other."""

    ref: str
    kind: str
    field: str | None
    state: str
    notice: str
    notice_kind: str
    asked_by: dict[str, Any]
    asked_of: dict[str, Any]
    asked_at: datetime
    turned_at: datetime
    is_ours: bool
    """Whether the actor's organisation asked it."""

    @property
    def is_our_turn(self) -> bool:
        return self.state == ("answered" if self.is_ours else "open")


@dataclass(frozen=True)
class QuestionSeen(QuestionBrief):
    """A question with all that was said."""

    entries: tuple[Entry, ...] = field(repr=False)


# --- what is done -----------------------------------------------------------------------------------------------------


def ask(
    session: Session,
    actor: Actor,
    notice_ref: str,
    *,
    kind: str,
    text: str,
    by: str,
    field: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> QuestionSeen:
    """*by*, an officer of a recipient, asks the sender about the notice, or disputes (*kind*) what its part *field* says.

    Raises ``NotFound`` for who was not told of it, and ``StateConflict`` for who passed it on.
    """
    row = received(session, actor, notice_ref)
    new = {
        "ref": new_ref("qst"),
        "notice_id": row.Notice.id,
        "kind": kind,
        "field": field,
        "asked_by_id": actor.organisation,
        "asked_of_id": row.Notice.sender_id,
        "state": QUESTION.start,
        "asked_at": now,
        "turned_at": now,
        "version": 1,
    }
    number = queries.add_question(session, new)
    _say(session, actor, number, "asked", by=by, text=text, now=now)
    said = {"question": new["ref"], "kind": kind, "field": field}
    audit.record(session, actor, Event.QUESTION_ASKED, notice_ref, now=now, details=said)
    found = _row(session, actor, new["ref"])
    _tell(session, actor, found, "question.asked", found.Question.asked_of_id, rules=rules, now=now)
    return _seen(session, actor, [found])[0]


def answer(
    session: Session, actor: Actor, ref: str, *, text: str, by: str, rules: Rulebook, now: datetime
) -> QuestionSeen:
    """*by*, an officer of the notice's sender, answers; who asked is told. Raises ``NotFound`` and ``StateConflict``."""
    row = _row_of(session, actor, ref, side="asked_of_id")
    _turn(session, actor, row, "answer", Event.QUESTION_ANSWERED, now=now)
    _say(session, actor, row.Question.id, "answered", by=by, text=text, now=now)
    cancel_alerts(session, now=now, subject_ref=ref, organisation_id=actor.organisation)
    _tell(session, actor, row, "question.answered", row.Question.asked_by_id, rules=rules, now=now)
    return _again(session, actor, ref)


def ask_again(
    session: Session, actor: Actor, ref: str, *, text: str, by: str, rules: Rulebook, now: datetime
) -> QuestionSeen:
    """Who asked is not content with the answer, and asks again. Raises ``NotFound`` and ``StateConflict``."""
    row = _row_of(session, actor, ref, side="asked_by_id")
    _turn(session, actor, row, "ask_again", Event.QUESTION_ASKED_AGAIN, now=now)
    _say(session, actor, row.Question.id, "asked_again", by=by, text=text, now=now)
    cancel_alerts(session, now=now, subject_ref=ref, organisation_id=actor.organisation)
    _tell(session, actor, row, "question.asked", row.Question.asked_of_id, rules=rules, now=now)
    return _again(session, actor, ref)


def close(session: Session, actor: Actor, ref: str, *, by: str, text: str = "", now: datetime) -> QuestionSeen:
    """Who asked says that it is settled; nobody is asked anything more. Raises ``NotFound`` and ``StateConflict``."""
    row = _row_of(session, actor, ref, side="asked_by_id")
    _turn(session, actor, row, "close", Event.QUESTION_CLOSED, now=now)
    _say(session, actor, row.Question.id, "closed", by=by, text=text, now=now)
    cancel_alerts(session, now=now, subject_ref=ref)
    return _again(session, actor, ref)


def _turn(session: Session, actor: Actor, row: AnyRow, action: str, event: Event, *, now: datetime) -> None:
    """The guarded move comes first: of two who answer at once, one is told that it was answered."""
    values = {"turned_at": now, "version": Question.version + 1}
    QUESTION.apply_one(session, Question, action, Question.id == row.Question.id, values)
    audit.record(session, actor, event, row.notice_ref, now=now, details={"question": row.Question.ref})


def _say(session: Session, actor: Actor, question_id: int, act: str, *, by: str, text: str, now: datetime) -> None:
    ref = new_ref("qen")
    row = {
        "ref": ref,
        "question_id": question_id,
        "act": act,
        "organisation_id": actor.organisation,
        "actor_ref": actor.ref,
        "at": now,
        "sealed": keys_of(session).seal(ref, {"by": by, "text": text}),
    }
    queries.add_entry(session, row)


def _tell(session: Session, actor: Actor, row: AnyRow, kind: str, whom: int, *, rules: Rulebook, now: datetime) -> None:
    details = {"notice": row.notice_ref}
    wanted = Wanted(kind, whom, DESK, row.Question.ref, details=details)
    raise_alerts(session, [wanted], rules=rules, now=now, actor=actor)


# --- what is seen -----------------------------------------------------------------------------------------------------


def read_question(session: Session, actor: Actor, ref: str, *, now: datetime) -> QuestionSeen:
    """One question with all that was said, for either side; the reading is recorded. Raises ``NotFound``."""
    row = _row(session, actor, ref)
    audit.record(session, actor, Event.QUESTION_READ, row.notice_ref, now=now, details={"questions": [ref]})
    return _seen(session, actor, [row])[0]


def questions_about(session: Session, actor: Actor, notice_ref: str, *, now: datetime) -> list[QuestionSeen]:
    """The questions about a notice and its earlier versions, oldest first: its sender sees all of them, a recipient its own.

    The reading is recorded where there are any. Raises ``NotFound`` where the actor may not see the notice.
    """
    notice = notice_queries.notice_seen_by(session, notice_ref, actor.organisation)
    if notice is None:
        raise NotFound("There is nothing with this reference that you can see.")
    chain = notice_queries.revisions(session, notice.Notice.id)
    rows = queries.about(session, [each.id for each in chain], actor.organisation)
    if rows:
        said = {"questions": [row.Question.ref for row in rows]}
        audit.record(session, actor, Event.QUESTION_READ, notice_ref, now=now, details=said)
    return _seen(session, actor, rows)


def list_questions(
    session: Session, actor: Actor, *, states: Sequence[str] = WAITING, page: int = 0, at_most: int
) -> list[QuestionBrief]:
    """The questions that the actor's organisation asked or is asked, its own turn first; one more than *at_most* if there is."""
    rows = queries.of_desk(session, actor.organisation, states=states, page=page, at_most=at_most)
    return [QuestionBrief(**_brief(actor, row)) for row in rows]


def counted(session: Session, actor: Actor) -> dict[str, int]:
    """How many questions wait for the actor's organisation: ``to_answer``, ``to_settle``, and ``asked`` of others."""
    return queries.counted(session, actor.organisation)


def _row(session: Session, actor: Actor, ref: str) -> AnyRow:
    row = queries.shown(session, ref, actor.organisation) if is_ref(ref, "qst") else None
    if row is None:
        raise NotFound(_NOT_FOUND)
    return row


def _row_of(session: Session, actor: Actor, ref: str, *, side: str) -> AnyRow:
    """The question, for the one *side* that may do this; to the other it looks as if it did not exist."""
    row = _row(session, actor, ref)
    if getattr(row.Question, side) != actor.organisation:
        raise NotFound(_NOT_FOUND)
    return row


def _again(session: Session, actor: Actor, ref: str) -> QuestionSeen:
    return _seen(session, actor, [_row(session, actor, ref)])[0]


def _seen(session: Session, actor: Actor, rows: Sequence[AnyRow]) -> list[QuestionSeen]:
    """The questions with what was said; of a shielded child a force sees of the other side's words what was said since."""
    keys, said = keys_of(session), dict[int, list[Entry]]()
    shielded = placements_shielded_from(session, actor, [each.placement_id for each in rows])
    since = {each.Question.id: shielded[each.placement_id] for each in rows if each.placement_id in shielded}
    for row in queries.entries(session, [each.Question.id for each in rows]):
        entry = row.QuestionEntry
        is_own = entry.organisation_id == actor.organisation
        if not is_own and entry.question_id in since and entry.at < since[entry.question_id]:
            continue
        written = keys.open(entry.ref, entry.sealed)
        told = Entry(entry.act, entry.at, _named(row.Organisation), written["by"], written["text"])
        said.setdefault(entry.question_id, []).append(told)
    return [QuestionSeen(**_brief(actor, row), entries=tuple(said.get(row.Question.id, ()))) for row in rows]


def _brief(actor: Actor, row: AnyRow) -> dict[str, Any]:
    question: Question = row.Question
    return {
        "ref": question.ref,
        "kind": question.kind,
        "field": question.field,
        "state": question.state,
        "notice": row.notice_ref,
        "notice_kind": row.notice_kind,
        "asked_by": _named(row.asked_by),
        "asked_of": _named(row.asked_of),
        "asked_at": question.asked_at,
        "turned_at": question.turned_at,
        "is_ours": question.asked_by_id == actor.organisation,
    }


def _named(row: Any) -> dict[str, Any]:
    return {"ref": row.ref, "name": row.name, "gss_code": row.gss_code}
