"""Whom is a report about? A placement that the reporter names, or, to the police alone, a child who is described.

A home or agency reports its own residents, a council the children it placed or hosts; a force may report anybody. What cannot
be is refused with a sentence, before anything is written: the form keeps what was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.errors import Invalid
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.directory.queries import Brief
from hub.missing import queries
from hub.missing.models import MissingEpisode
from hub.registry import placement_queries
from hub.registry.facts import NOT_SAID
from hub.registry.filing import refuse_unknown_placement
from hub.registry.models import Placement
from hub.registry.names.indexes import read_date

BEFORE_START: Final = timedelta(days=1)
"""How long before the recorded start a child may already have been there."""
_LIVED_IN: Final = ("unconfirmed", "confirmed", "ended")


@dataclass(frozen=True)
class Subject:
    """The child, the placement and the parties. ``None``: not known. ``may_be``: placements whose child it may be."""

    child_id: int | None = None
    placement: Placement | None = None
    placing: Brief | None = None
    host: Brief | None = None
    force: Brief | None = None
    provider: Brief | None = None
    is_discovered: bool = False
    may_be: tuple[Placement, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The columns of an episode that say whom it is about."""
        return {
            "child_id": self.child_id,
            "placement_id": self.placement.id if self.placement else None,
            "placing_authority_id": self.placing.id if self.placing else None,
            "host_authority_id": self.host.id if self.host else None,
            "provider_id": self.provider.id if self.provider else None,
            "is_discovered": self.is_discovered,
        }


def named_subject(session: Session, actor: Actor, ref: str, missing_from_at: datetime) -> Subject:
    """The child of the placement *ref*, which the actor may report. Raises ``Invalid``."""
    if actor.organisation_kind == "police_force":
        placement = queries.placement_by_ref(session, ref)
    else:
        placement = placement_queries.placement_seen_by(session, ref, actor.organisation)
    if placement is None or placement.state == "cancelled":
        raise refuse_unknown_placement()
    if actor.organisation_kind == "police_force" and placement.state not in _LIVED_IN:
        raise refuse_unknown_placement()
    _refuse_outside(placement, missing_from_at)
    subject = subject_of_placement(session, placement)
    refuse_adult(session, subject, missing_from_at)
    return subject


def subject_of_placement(session: Session, placement: Placement) -> Subject:
    """The child who lives, or lived, in *placement*, and its parties."""
    p = placement
    ids = [p.placing_authority_id, p.host_authority_id, p.police_force_id, p.provider_id]
    found = {row.id: row for row in placement_queries.parties(session, ids=[number for number in ids if number])}
    placing, host, force, provider = (found.get(number or 0) for number in ids)
    return Subject(p.child_id, placement, placing, host, force, provider)


def subject_of_episode(session: Session, episode: MissingEpisode) -> Subject:
    """Whom an episode on record is about."""
    placement = placement_queries.placement_by_id(session, episode.placement_id) if episode.placement_id else None
    subject = subject_of_placement(session, placement) if placement else Subject(child_id=episode.child_id)
    ids = [episode.placing_authority_id, episode.host_authority_id, episode.provider_id]
    found = {row.id: row for row in placement_queries.parties(session, ids=[number for number in ids if number])}
    placing, host, provider = (found.get(number or 0) for number in ids)
    return replace(
        subject, placing=placing, host=host, provider=provider, is_discovered=episode.is_discovered,
        child_id=episode.child_id,
    )  # fmt: skip


def forces_of_place(session: Session, subject: Subject, areas: Areas) -> list[tuple[int, str]]:
    """The forces that a child's place makes concerned: of where the child lives, and of the placing authority's own area."""
    found = [(subject.force.id, "placed")] if subject.force else []
    if subject.placing is not None and subject.placing.gss_code:
        home = directory.by_gss(session, areas.force_of(subject.placing.gss_code).gss_code)
        found += [(home.id, "home")] if home else []
    return found


def _refuse_outside(placement: Placement, missing_from_at: datetime) -> None:
    if placement.state == "proposed":
        raise _refused("placement", "That placement has not begun. Name the placement that the child is missing from.")
    if missing_from_at < placement.starts_at - BEFORE_START:
        raise _refused(
            "missing_from_at",
            worded(
                "That placement began on {day}. Check the day, or name the placement that the child lived in then.",
                day=london_date(placement.starts_at),
            ),
        )
    if placement.ends_at is not None and missing_from_at >= placement.ends_at:
        raise _refused("placement", _ended(placement.ends_at), code="placement_ended")


def _ended(ends_at: datetime) -> str:
    return worded(
        "That placement ended on {day}, before the child went missing. Name the placement that the child lives in now. "
        "A police force that does not know it describes the child instead of naming a placement.",
        day=london_date(ends_at),
    )


def refuse_adult(session: Session, subject: Subject, at: datetime) -> None:
    """Raise ``Invalid`` where the one whom the report is about was 18 or over at *at*."""
    age = age_at(born_on(session, subject.child_id), at)
    if age is not None and age >= 18:
        sentence = (
            "This person was 18 or over when they went missing, and the hub keeps missing episodes of children only. "
            "Report them to the police as a missing adult: ring 101, or 999 where there is danger."
        )
        raise _refused("placement", sentence, code="is_adult")


def refuse_untrue_start(missing_from_at: datetime, reported_at: datetime, *, now: datetime) -> None:
    """Raise ``Invalid`` for a report of what is yet to come, or told before it began."""
    if missing_from_at > now:
        raise _refused(
            "missing_from_at", "That is in the future. Enter when the child was last known to be where they should be."
        )
    if reported_at > now:
        raise _refused("reported_at", "That is in the future. Enter when it was reported, or leave it out.")
    if reported_at < missing_from_at:
        raise _refused("reported_at", "It was reported before the child went missing. Check both times.")


def _refused(field: str, sentence: str, code: str = "invalid") -> Invalid:
    return Invalid(sentence, fields={field: [sentence]}, code=code)


def child_document(session: Session, child_id: int | None) -> dict[str, Any]:
    """What is known of who the child is; empty where nobody knows."""
    if child_id is None:
        return {}
    row = placement_queries.child_by_id(session, child_id)
    document: dict[str, Any] = keys_of(session).open(row.ref, row.sealed)
    return document


def born_on(session: Session, child_id: int | None) -> date | None:
    """The child's date of birth, where it is known."""
    return read_date(child_document(session, child_id).get("born_on"))


def age_at(born: date | None, at: datetime) -> int | None:
    """Whole years at *at*; somebody born on 29 February comes of age on 1 March."""
    if born is None:
        return None
    day = london_date(at)
    return max(day.year - born.year - ((day.month, day.day) < (born.month, born.day)), 0)


def placement_document(session: Session, placement: Placement | None) -> Mapping[str, Any]:
    """What is sealed about the placement; empty where there is none."""
    if placement is None:
        return {}
    document: dict[str, Any] = keys_of(session).open(placement.ref, placement.sealed)
    return document


def legal_status_of(placement: Placement | None) -> str | None:
    """The legal status as the rulebook asks for it: ``None`` while nobody said."""
    return placement.legal_status if placement and placement.legal_status != NOT_SAID else None
