"""A force describes a child: one the hub knows, perhaps one it knows, or one nobody told of, who is then “discovered by police”.

Whoever is surely known is taken for who they are. Whoever may be is recorded as described, and the question is put to a person.
Of a child nobody told of the placement is made known by the force's report, and the placing authority's duties open with it:
the notice to the host, late from the first, and the chaser. A notice that comes later finds it by the child.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.errors import Invalid
from hub.core.ids import new_ref
from hub.directory import queries as directory
from hub.directory.areas import Areas, Authority
from hub.directory.organisations import place_of_home
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.missing import candidate_queries, queries
from hub.missing.subjects import Subject, age_at, refuse_adult, subject_of_placement
from hub.notify.obligations import open_obligations
from hub.registry import owed, placement_queries, placements
from hub.registry.cases import Case
from hub.registry.content import Content, plain
from hub.registry.links import queries as link_queries
from hub.registry.links.matching import described, may_be_one_child, score
from hub.registry.models import Placement
from hub.registry.names.indexes import index_rows, search_rows
from hub.registry.places import Place, place_of, relation_of
from hub.registry.recipients import Parties

DOUBTS_AT_MOST: Final = 3
KIND: Final = "police_report"
"""What a force tells stands where a notice's kind would: it is no notice, and no notice's duty is done by it."""


@dataclass(frozen=True)
class Recognised:
    """Whom a description means: surely ``child_id``; or perhaps the child of one of ``may_be``."""

    child_id: int | None = None
    may_be: tuple[Placement, ...] = ()


def described_subject(
    session: Session, actor: Actor, told: Mapping[str, Any], *, rules: Rulebook, areas: Areas, now: datetime
) -> Subject:
    """The child whom a force describes in *told*, made known if need be.

    *told* may hold ``child``, ``address``, ``area``, ``provider``, ``placing_authority``, ``setting``, ``starts_on``.
    Raises ``Invalid`` where nothing tells who or where, and for somebody of 18 or over.
    """
    child = dict(told.get("child") or {})
    refuse_adult_by(child, told["missing_from_at"])
    placing, council = placing_authority(session, told, areas)
    found = recognised(session, child, council.id if council else None)
    if found.child_id is not None and (lived := _lived_in(session, found.child_id, told["missing_from_at"])):
        subject = subject_of_placement(session, lived)
        refuse_adult(session, subject, told["missing_from_at"])
        return subject
    return made_known(session, actor, told, child, placing, council, found, rules=rules, areas=areas, now=now)


def refuse_adult_by(child: Mapping[str, Any], at: datetime) -> None:
    """Raise ``Invalid`` where the one described was 18 or over at *at*."""
    age = age_at(child.get("born_on"), at)
    if age is not None and age >= 18:
        sentence = (
            "By this date of birth the person was 18 or over when they went missing, and the hub keeps missing episodes of "
            "children only. Correct the date, or record them as a missing adult."
        )
        raise Invalid(sentence, fields={"child.born_on": [sentence]}, code="is_adult")


def placing_authority(session: Session, told: Mapping[str, Any], areas: Areas) -> tuple[Authority | None, Brief | None]:
    """The council that *told* names as responsible, and its entry in the directory. Raises ``Invalid``."""
    if "placing_authority" not in told:
        return None, None
    placing = areas.authority(told["placing_authority"], field="placing_authority")
    return placing, directory.by_gss(session, placing.gss_code)


def others_like(
    session: Session, child: Mapping[str, Any], placing_id: int | None, *, but: Collection[int]
) -> tuple[Placement, ...]:
    """Placements of children, other than the rows *but*, whom the description *child* may mean, surely or perhaps."""
    found = recognised(session, child, placing_id, but=but)
    if found.child_id is None:
        return found.may_be
    return tuple(queries.placements_of(session, queries.same_child(session, found.child_id))[:1])


def recognised(
    session: Session, child: Mapping[str, Any], placing_id: int | None, *, but: Collection[int] = ()
) -> Recognised:
    """Whom the description *child* means, of all but the rows *but*.

    *child* has the keys of ``Child.sealed``; dates are dates or ISO text.
    """
    keys, spoken = keys_of(session), plain(dict(child))
    rows = search_rows(keys, spoken, placing_authority_id=placing_id) if spoken else []
    # Two forces may describe one child in one instant, and neither would see what the other has made known.
    link_queries.queue_for(session, [value for _, value in rows[: len(keys.keys.masters)]])
    told = described(spoken, placing_authority_id=placing_id)
    sure, unsure = set[int](), list[Placement]()
    for row in candidate_queries.children_under(session, rows):
        if row.id in but:
            continue
        known = described(keys.open(row.ref, row.sealed), placing_authority_id=row.placing_authority_id)
        if not may_be_one_child(told, known):
            continue
        if score(told, known).is_same_child:
            sure.add(row.merged_into_id or row.id)
        else:
            unsure += queries.placements_of(session, queries.same_child(session, row.id))[:1]
    if len(sure) == 1:
        return Recognised(child_id=sure.pop())
    for each in sorted(sure):  # two children, each surely the one described: neither is
        unsure += queries.placements_of(session, queries.same_child(session, each))[:1]
    return Recognised(may_be=tuple({each.id: each for each in unsure}.values())[:DOUBTS_AT_MOST])


def _lived_in(session: Session, child_id: int, at: datetime) -> Placement | None:
    """The placement in which the child lived at *at*: the newest that had begun and not ended."""
    known = queries.placements_of(session, queries.same_child(session, child_id))
    lived = [each for each in known if each.ends_at is None or each.ends_at > at]
    return next((each for each in lived if london_date(each.starts_at) <= london_date(at)), None)


# --- making known -----------------------------------------------------------------------------------------------------


def made_known(
    session: Session,
    actor: Actor,
    told: Mapping[str, Any],
    child: dict[str, Any],
    placing: Authority | None,
    council: Brief | None,
    found: Recognised,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> Subject:
    """The child as described, and the placement where it is told where the child lives; what is then owed is opened.

    *found*: the child's row where there is one, and the placements whose child it may be.
    """
    content = _content(told, child)
    place = _place(session, content, told, areas)
    if place is None:
        child_id = found.child_id or _add_child(session, actor, child, council, now=now)
        return Subject(child_id=child_id, placing=council, is_discovered=True, may_be=found.may_be)
    case = _case(session, actor, content, place, placing, council, told, areas)
    opened, entries = placements.open_placement(
        session, actor, case, state="unconfirmed", child_id=found.child_id, now=now
    )
    audit.record_many(session, entries)
    _chase(session, actor, case, opened.placement_ref, rules=rules, now=now)
    made = placement_queries.placement_by_id(session, opened.placement_id)
    parties = case.parties
    return Subject(
        made.child_id, made, parties.placing, parties.host, parties.force, parties.provider, True, found.may_be
    )


def _content(told: Mapping[str, Any], child: dict[str, Any]) -> Content:
    """What a force told, in the words of a notice, as far as it has them."""
    named = ("address", "area", "provider", "setting", "legal_status", "starts_on")
    content = {name: told[name] for name in named if name in told}
    if "starts_on" not in content:
        content["starts_at"] = told["missing_from_at"]  # the latest at which it can have begun
    return {"kind": KIND, "child": child, **content}


def _place(session: Session, content: Content, told: Mapping[str, Any], areas: Areas) -> Place | None:
    home = _home(session, told)
    postcode, area = None, None
    if home is not None and (whole := directory.organisation(session, home.ref)) is not None:
        postcode, area = place_of_home(session, whole)[1], home.area_gss
    if not (postcode or area or content.get("address", {}).get("postcode") or "area" in content):
        return None
    return place_of(content, areas=areas, home_postcode=postcode, home_area=area)


def _home(session: Session, told: Mapping[str, Any]) -> Brief | None:
    given = told.get("provider") or {}
    if not (given.get("ref") or given.get("urn")):
        return None
    found = placement_queries.parties(session, ref=given.get("ref"), urn=given.get("urn"))
    if not found and "ref" in given:
        sentence = "There is no such home or agency in the directory: give its URN or its name instead."
        raise Invalid(sentence, fields={"provider.ref": [sentence]})
    return found[0] if found else None


def _case(
    session: Session,
    actor: Actor,
    content: Content,
    place: Place,
    placing: Authority | None,
    council: Brief | None,
    told: Mapping[str, Any],
    areas: Areas,
) -> Case:
    gss = [each.gss_code for each in (place.host, place.force) if each]
    found = placement_queries.parties(session, ids=[actor.organisation], gss=gss)
    by_gss = {row.gss_code: row for row in found if row.gss_code}
    home = _home(session, told)
    return Case(
        content=content,
        parties=Parties(
            next(row for row in found if row.id == actor.organisation),
            placing=council,
            host=by_gss.get(place.host.gss_code) if place.host else None,
            force=by_gss.get(place.force.gss_code) if place.force else None,
            provider=home,
        ),
        placing=placing,
        place=place,
        relation=relation_of(place, placing.gss_code if placing else None, areas=areas),
        event_at=told["missing_from_at"],
        approved_at=None,
        address=_address(session, home, told),
    )


def _address(session: Session, home: Brief | None, told: Mapping[str, Any]) -> dict[str, Any]:
    if told.get("address") or home is None:
        return dict(told.get("address") or {})
    whole = directory.organisation(session, home.ref)
    lines, postcode = place_of_home(session, whole) if whole else ([], None)
    return {"lines": lines, "postcode": postcode}


def _add_child(
    session: Session, actor: Actor, child: dict[str, Any], council: Brief | None, *, now: datetime
) -> int | None:
    """The child as described; ``None`` where nothing is said of who it is."""
    if not child:
        return None
    keys, ref, document = keys_of(session), new_ref("chd"), plain(child)
    placing_id = council.id if council else None
    row = {
        "ref": ref,
        "placing_authority_id": placing_id,
        "sealed": keys.seal(ref, document),
        "created_at": now,
        "version": 1,
    }
    number = placement_queries.add_child(session, row)
    placement_queries.add_child_index(session, number, index_rows(keys, document, placing_authority_id=placing_id))
    audit.record(session, actor, Event.CHILD_COLLECTED, ref, now=now)
    return number


def _chase(session: Session, actor: Actor, case: Case, placement_ref: str, *, rules: Rulebook, now: datetime) -> None:
    """The placing authority, where it is known, owes the host the notice it has not given; and is chased."""
    parties = case.parties
    if parties.placing is None or parties.host is None:
        return
    ground = owed.ground_of(placement_ref, parties, case.content, rules=rules)
    council = owed.openings_of(ground, case.facts("placement_start"), only=lambda each: each.code in owed.HOST_NOTICES)
    chaser = _chaser(ground, council, now)
    open_obligations(session, actor, [*council, *chaser], is_new=True, rules=rules, now=now)


def _chaser(ground: owed.Ground, council: Sequence[Any], now: datetime) -> list[Any]:
    placing, host = ground.parties.placing, ground.parties.host
    if not council or placing is None or host is None:
        return []
    because = "The police reported the child missing, and the placing authority has not registered a notice."
    by, to = (placing, "placing_authority"), (host, "host_authority")
    return [owed.own_opening(ground, "EGAP", by=by, to=to, at=now, because=because)]
