"""Writing what was said: a row for each report, grade, step and place, what is personal in it sealed for that row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.ids import new_ref
from hub.missing import description_queries, queries
from hub.missing.places import place_index
from hub.missing.subjects import Subject
from hub.registry.content import plain

_SOURCES: Final = {
    "police_force": "police",
    "childrens_home": "home",
    "supported_accommodation": "home",
    "fostering_agency": "agency",
}
DESCRIBES: Final = ("child", "address", "area", "provider", "placing_authority")
"""What a force says of who the child is and where they live."""


def source_of(actor: Actor, subject: Subject, *, is_carer: bool) -> str:
    """Who is credited: a carer through the agency, or the organisation by its part here."""
    kind = actor.organisation_kind or ""
    if kind == "fostering_agency" and is_carer:
        return "carer"
    if kind in _SOURCES:
        return _SOURCES[kind]
    is_placing = subject.placing is not None and subject.placing.id == actor.organisation
    return "placing_authority" if is_placing else "host_authority"


def add_episode(
    session: Session, subject: Subject, told: Mapping[str, Any], *, root_id: int | None, now: datetime
) -> int:
    """The row of an episode that was just reported; with *root_id*, one that tells of that episode. Its id."""
    row = {
        "ref": new_ref("mis"),
        **subject.columns(),
        "category": told["category"],
        "state": "merged" if root_id else "reported",
        "missing_from_at": told["missing_from_at"],
        "reported_at": told["reported_at"],
        "merged_into_id": root_id,
        "opened_at": now,
        "version": 1,
    }
    return queries.add_episode(session, row)


def add_report(
    session: Session, actor: Actor, episode_id: int, told: Mapping[str, Any], source: str, *, now: datetime
) -> str:
    """A report, credited to the actor's organisation; its reference."""
    ref = new_ref("mrp")
    said = {name: told[name] for name in ("by", "reference", "said", "companions", *DESCRIBES) if told.get(name)}
    row = {
        "ref": ref,
        "episode_id": episode_id,
        "organisation_id": actor.organisation,
        "actor_ref": actor.ref,
        "source": source,
        "category": told["category"],
        "missing_from_at": told["missing_from_at"],
        "reported_at": told["reported_at"],
        "recorded_at": now,
        "sealed": keys_of(session).seal(ref, plain(said)),
    }
    queries.add_report(session, row)
    return ref


def add_description(session: Session, actor: Actor, episode_id: int, told: Mapping[str, Any], *, now: datetime) -> str:
    """What became known of who the child is and where they live; its reference."""
    ref = new_ref("mds")
    row = {
        "ref": ref,
        "episode_id": episode_id,
        "organisation_id": actor.organisation,
        "actor_ref": actor.ref,
        "recorded_at": now,
        "sealed": keys_of(session).seal(ref, plain({name: said for name, said in told.items() if said})),
    }
    description_queries.add(session, row)
    return ref


def add_grade(
    session: Session, actor: Actor, episode_id: int, given: Mapping[str, Any], asked: tuple[str, ...], *, now: datetime
) -> str:
    """A grade as the actor's force gave it; its reference. *asked*: why a reason is asked for."""
    ref = new_ref("mgr")
    said = {name: given[name] for name in ("label", "by", "note", "reason") if given.get(name)}
    if "reason" in said:
        said["reason_by"] = said.get("by", "")
    row = {
        "ref": ref,
        "episode_id": episode_id,
        "force_id": actor.organisation,
        "actor_ref": actor.ref,
        "grade": given["grade"],
        "graded_at": given["graded_at"],
        "recorded_at": now,
        "reasons_asked": list(asked),
        "reason_given_at": now if "reason" in said else None,
        "sealed": keys_of(session).seal(ref, said),
    }
    queries.add_grade(session, row)
    return ref


def add_step(
    session: Session, actor: Actor, episode_id: int, kind: str, at: datetime, said: Mapping[str, Any], *, now: datetime
) -> str:
    """What the actor's organisation says happened; its reference."""
    ref = new_ref("mst")
    row = {
        "ref": ref,
        "episode_id": episode_id,
        "kind": kind,
        "organisation_id": actor.organisation,
        "actor_ref": actor.ref,
        "at": at,
        "recorded_at": now,
        "sealed": keys_of(session).seal(ref, {name: text for name, text in said.items() if text}),
    }
    queries.add_step(session, row)
    return ref


def add_place(
    session: Session, episode_id: int, kind: str, place: Mapping[str, Any] | None, said_in: str, *, now: datetime
) -> None:
    """Where the child was last seen, or found; nothing where nobody said."""
    if not place:
        return
    keys, ref = keys_of(session), new_ref("mpl")
    document = {name: text for name, text in place.items() if text}
    row = {
        "ref": ref,
        "episode_id": episode_id,
        "kind": kind,
        "said_in": said_in,
        "recorded_at": now,
        "sealed": keys.seal(ref, document),
        "place_index": place_index(keys, document),
    }
    queries.add_place(session, row)
