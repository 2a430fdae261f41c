"""What does the hub know already of what a spreadsheet tells? Placements that are named, starts that were told of, late duties.

Asked for all rows together, a few hundred in a statement: five thousand rows are answered in seconds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.secrets import KeyRing
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.directory.organisations import place_of_home
from hub.duties.rulebook import Rulebook
from hub.registry.content import ENDS, STARTS, Content, event_at, read_content
from hub.registry.facts import NOT_SAID
from hub.registry.links.matching import SAME_START_DAYS, described, score
from hub.registry.names.indexes import identifiers_of
from hub.registry.places import OUTSIDE, Place
from hub.registry.uploads import queries
from hub.registry.uploads.judging import ROW, Ground, Judged, Running, is_late, judge, refuse_twins
from hub.registry.uploads.sheets import SHEETS

_UNKNOWN: Final = "There is no placement of yours with this reference."
_NUMBER: Final = "child.identifiers.local_id"
_ABOUT: Final = ("placement_change", "placement_end")
"""Kinds that are about a placement that a council may also name by its own number for the child."""


def ground_of(session: Session, actor: Actor, *, rules: Rulebook, areas: Areas, now: datetime) -> Ground:
    """What all rows of the actor's upload share."""
    sender = directory.organisation(session, actor.organisation_ref or "")
    if sender is None:
        raise LookupError("the sender has left the directory")
    if sender.kind == "local_authority":
        return Ground(rules, areas, now, placing=areas.authority(sender.gss_code or "", field="placing_authority"))
    _, postcode = place_of_home(session, sender)
    return Ground(rules, areas, now, home_postcode=postcode, home_area=sender.area_gss)


def judge_all(session: Session, actor: Actor, rows: Sequence[Judged], ground: Ground) -> list[Judged]:
    """Every row judged: by itself, beside the others, and beside what is known."""
    named = _named_by_number(session, actor, rows)
    judged = [judge(row, ground) for row in named]
    judged = _with_placements(session, actor, judged, ground)
    judged = _told_before(session, actor, judged)
    judged = _with_known_providers(session, judged)
    return refuse_twins(judged, _waiting(session, actor, judged))


# --- which placement? ---------------------------------------------------------------------------------------------------


def _named_by_number(session: Session, actor: Actor, rows: Sequence[Judged]) -> list[Judged]:
    """Rows about a placement that say only the council's own number for the child, with the placement that it means."""
    numbers = {place: number for place, row in enumerate(rows) if (number := _number_alone(row))}
    if not numbers:
        return list(rows)
    keys, organisation = keys_of(session), actor.organisation
    blinds = {number: _blinds(keys, {"identifiers": {"local_id": number}}, organisation) for number in numbers.values()}
    meant: dict[bytes, set[str]] = {}
    for found in queries.running_of_child(session, (each for some in blinds.values() for each in some), organisation):
        meant.setdefault(found.value, set()).add(found.ref)
    return [
        _with_placement(row, {ref for value in blinds[numbers[place]] for ref in meant.get(value, ())})
        if place in numbers
        else row
        for place, row in enumerate(rows)
    ]


def _number_alone(row: Judged) -> str | None:
    if row.body.get("kind") not in _ABOUT or "placement" in row.body:
        return None
    found: Any = row.body
    for step in ("child", "identifiers", "local_id"):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None


def _with_placement(row: Judged, refs: set[str]) -> Judged:
    if len(refs) == 1:
        child = {name: value for name, value in row.body["child"].items() if name != "identifiers"}
        rest = {name: value for name, value in row.body.items() if name != "child"}
        return replace(row, body={**rest, **({"child": child} if child else {}), "placement": refs.pop()})
    if refs:
        return row.with_fault(
            _NUMBER, "The child has more than one placement that runs: enter the placement's reference."
        )
    sentence = "No placement of yours that runs is known of a child with this number. Check it, or enter the reference."
    return row.with_fault(_NUMBER, sentence).with_fault("placement", "Enter the placement's reference, or your number.")


def _with_placements(session: Session, actor: Actor, rows: Sequence[Judged], ground: Ground) -> list[Judged]:
    """Rows about a placement judged by what is known of it; every row by whether it comes late."""
    refs = {row.content["placement"] for row in rows if row.content and row.content.get("placement")}
    known = queries.placements_seen_by(session, refs, actor.organisation)
    return [_beside(row, known, actor, ground) for row in rows]


def _beside(row: Judged, known: Mapping[str, Any], actor: Actor, ground: Ground) -> Judged:
    content = row.content
    if content is None or row.faults:
        return row
    found = known.get(content["placement"]) if "placement" in content else None
    if "placement" in content and (sentence := _refusal(content, found, actor)):
        return row.with_fault(*sentence)
    running = _running(found, ground) if found is not None and content["kind"] not in STARTS else None
    return replace(row, is_late=is_late(content, ground, running))


def _refusal(content: Content, found: Any, actor: Actor) -> tuple[str, str] | None:
    """Why the notice cannot be about the placement that it names."""
    if found is None:
        return "placement", _UNKNOWN
    placement = found.Placement
    if content["kind"] in STARTS:
        return (
            ("placement", "That placement has ended. Leave the reference out.") if placement.state == "ended" else None
        )
    if actor.organisation not in (placement.placing_authority_id, placement.provider_id):
        return "placement", _UNKNOWN
    if placement.state in ("ended", "cancelled"):
        return "placement", "That placement has ended already, or its notices were withdrawn."
    happens = event_at(content)
    if content["kind"] in ENDS and happens and happens < placement.starts_at:
        return "ends", "The end is before the start of the placement."
    return None


def _running(found: Any, ground: Ground) -> Running:
    placement, areas = found.Placement, ground.areas
    told = {"kind": "placement_start", "setting": placement.setting, "starts_at": placement.starts_at.isoformat()}
    if placement.legal_status != NOT_SAID:
        told["legal_status"] = placement.legal_status
    host = areas.authority(found.host_gss) if found.host_gss else None
    place = Place(host, None, placement.country, placement.area_confirmed, "As the placement is known.")
    placing = areas.authority(found.placing_gss) if found.placing_gss else None
    return Running(read_content(told), placing, place, OUTSIDE if placement.country else placement.relation)


# --- told before? -------------------------------------------------------------------------------------------------------


def _told_before(session: Session, actor: Actor, rows: Sequence[Judged]) -> list[Judged]:
    """Rows whose child and start (or end) the same sender has registered already have a fault that names the notice."""
    asked = {place: row.content for place, row in enumerate(rows) if row.content and not row.faults and _is_asked(row)}
    if not asked:
        return list(rows)
    keys, kind = keys_of(session), next(iter(asked.values()))["kind"]
    blinds = {place: _search(keys, content["child"], actor.organisation) for place, content in asked.items()}
    there: dict[bytes, list[Any]] = {}
    wanted = (value for some in blinds.values() for value in some)
    for found in queries.notices_of_child(session, wanted, actor.organisation, kind):
        there.setdefault(found.value, []).append(found)
    opened: dict[str, Any] = {}

    def child_of(found: Any) -> Any:
        if found.child_ref not in opened:
            opened[found.child_ref] = keys.open(found.child_ref, found.sealed)
        return opened[found.child_ref]

    judged = list(rows)
    for place, content in asked.items():
        near = [found for value in blinds[place] for found in there.get(value, ())]
        if same := _same(content, near, child_of, actor.organisation):
            judged[place] = rows[place].with_fault(ROW, _told_on(same))
    return judged


def _is_asked(row: Judged) -> bool:
    content = row.content or {}
    return "child" in content and event_at(content) is not None and content["kind"] in (*STARTS, *ENDS)


def _search(keys: KeyRing, child: Mapping[str, Any], organisation: int) -> list[bytes]:
    born = child.get("born_on")
    return [*(keys.blinds("born_on", born.isoformat()) if born else ()), *_blinds(keys, child, organisation)]


def _blinds(keys: KeyRing, child: Mapping[str, Any], organisation: int) -> list[bytes]:
    said = identifiers_of(child, organisation).items()
    return [each for scheme, number in said for each in keys.blinds("identifier", f"{scheme}\x1f{number}")]


def _same(content: Content, near: Iterable[Any], child_of: Callable[[Any], Any], organisation: int) -> Any:
    """The notice among *near* that told of the same child and, within days, the same event."""
    happens = event_at(content)
    if happens is None:
        return None
    day = london_date(happens)
    told = described(content["child"], placing_authority_id=organisation, starts_on=day)
    for found in near:
        if not _within_days(day, found.event_at):
            continue
        known = described(child_of(found), placing_authority_id=organisation, starts_on=london_date(found.event_at))
        if score(told, known).is_same_child:
            return found
    return None


def _within_days(day: date, other: datetime | None) -> bool:
    return other is not None and abs(london_date(other) - day) <= timedelta(days=SAME_START_DAYS)


def _told_on(found: Any) -> str:
    return worded(
        "You registered this on {day}: notice {notice}. Remove the row; to change something, correct that notice.",
        day=london_date(found.registered_at),
        notice=found.notice_ref,
    )


# --- the rest -----------------------------------------------------------------------------------------------------------


def _with_known_providers(session: Session, rows: Sequence[Judged]) -> list[Judged]:
    refs = {row.content["provider"]["ref"] for row in rows if row.content and "ref" in row.content.get("provider", {})}
    known = queries.known_organisations(session, refs)
    sentence = "There is no such organisation: give its URN or its name instead."
    return [row.with_fault("provider.ref", sentence) if _provider(row) - known else row for row in rows]


def _provider(row: Judged) -> set[str]:
    ref = (row.content or {}).get("provider", {}).get("ref")
    return {ref} if ref else set()


def _waiting(session: Session, actor: Actor, rows: Sequence[Judged]) -> Mapping[str, str]:
    """What the rows of other uploads tell that wait to be registered, and where each stands."""
    kinds, keys = {row.content["kind"] for row in rows if row.content}, keys_of(session)
    alike = [each.name for each in SHEETS.values() if each.kinds.get(actor.organisation_kind or "") in kinds]
    found: dict[str, str] = {}
    for row in queries.waiting_rows(session, actor.organisation, alike):
        place = worded("row {number} of the spreadsheet {upload}", number=row.number, upload=row.upload_ref)
        found |= dict.fromkeys(keys.open(row.ref, row.sealed)["tells"], place)
    return found
