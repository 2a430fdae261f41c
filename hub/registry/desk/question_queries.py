"""Every statement over questions about notices. Seen by who asked and by the sender of the notice, and by nobody else."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, func, or_, select
from sqlalchemy.orm import Session, aliased

from hub.core.bulk import Insertion
from hub.directory.models import Organisation
from hub.registry.desk.models import Question, QuestionEntry
from hub.registry.models import Notice, Placement

AnyRow = Row[*tuple[Any, ...]]
ASKED_BY, ASKED_OF = aliased(Organisation, name="asked_by"), aliased(Organisation, name="asked_of")
COUNTED_AT_MOST = 1_000
_ADD_QUESTION = Insertion(cast(Table, Question.__table__))
_ADD_ENTRY = Insertion(cast(Table, QuestionEntry.__table__))


def add_question(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a question; its id."""
    return _ADD_QUESTION.one(session, row)


def add_entry(session: Session, row: Mapping[str, Any]) -> None:
    """Append what one side said."""
    _ADD_ENTRY.rows(session, [row])


def _between(organisation_id: int) -> ColumnElement[bool]:
    return or_(Question.asked_by_id == organisation_id, Question.asked_of_id == organisation_id)


def _shown() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Question,
            ASKED_BY,
            ASKED_OF,
            Notice.ref.label("notice_ref"),
            Notice.kind.label("notice_kind"),
            Notice.placement_id,
            Placement.ref.label("placement_ref"),
        )
        .join(ASKED_BY, ASKED_BY.id == Question.asked_by_id)
        .join(ASKED_OF, ASKED_OF.id == Question.asked_of_id)
        .join(Notice, Notice.id == Question.notice_id)
        .outerjoin(Placement, Placement.id == Notice.placement_id)
    )


def shown(session: Session, ref: str, organisation_id: int) -> AnyRow | None:
    """The question *ref* with its sides and its notice, if the organisation is one of the sides."""
    wanted = _shown().where(Question.ref == ref, _between(organisation_id))
    return session.execute(wanted.execution_options(populate_existing=True)).first()


def about(session: Session, notice_ids: Collection[int], organisation_id: int) -> Sequence[AnyRow]:
    """The questions about these notices of which the organisation is a side, oldest first."""
    wanted = _shown().where(Question.notice_id.in_(notice_ids), _between(organisation_id))
    return session.execute(wanted.order_by(Question.id)).all()


def about_notices(session: Session, notice_ids: Collection[int]) -> Sequence[AnyRow]:
    """Every question about these notices, oldest first: for evidence, which scopes them by its view."""
    return session.execute(_shown().where(Question.notice_id.in_(notice_ids)).order_by(Question.id)).all()


def of_desk(
    session: Session, organisation_id: int, *, states: Collection[str], page: int, at_most: int
) -> Sequence[AnyRow]:
    """A page of the organisation's questions, asked and received: its own turn first, longest waiting first."""
    is_ours = or_(
        (Question.asked_of_id == organisation_id) & (Question.state == "open"),
        (Question.asked_by_id == organisation_id) & (Question.state == "answered"),
    )
    wanted = _shown().where(_between(organisation_id), Question.state.in_(states))
    ordered = wanted.order_by(is_ours.desc(), Question.turned_at, Question.id)
    return session.execute(ordered.offset(page * at_most).limit(at_most + 1)).all()


def entries(session: Session, question_ids: Collection[int]) -> Sequence[AnyRow]:
    """What was said in the matter of these questions, in order, with who said it."""
    wanted: Select[*tuple[Any, ...]] = select(QuestionEntry, Organisation).join(
        Organisation, Organisation.id == QuestionEntry.organisation_id
    )
    return session.execute(wanted.where(QuestionEntry.question_id.in_(question_ids)).order_by(QuestionEntry.id)).all()


def counted(session: Session, organisation_id: int) -> dict[str, int]:
    """How many questions wait: ``to_answer`` for us to answer, ``to_settle`` answered to us, ``asked`` for others to answer."""
    by_us, of_us = Question.asked_by_id == organisation_id, Question.asked_of_id == organisation_id
    return {
        "to_answer": _count(session, of_us, Question.state == "open"),
        "to_settle": _count(session, by_us, Question.state == "answered"),
        "asked": _count(session, by_us, Question.state == "open"),
    }


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    bounded = select(Question.id).where(*conditions).limit(COUNTED_AT_MOST).subquery()
    return session.scalar(select(func.count()).select_from(bounded)) or 0
