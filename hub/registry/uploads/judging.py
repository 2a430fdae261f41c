"""Can this row be registered as it stands? Each fault by its column, with what stands there and what to enter.

A row is judged by what would judge it when it is registered: the schema of notices, what cannot be true, the statutory minimum,
the directory. What only the database knows (is it there already?) is ``uploads_known``'s. Pure but for the directory's tables.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from marshmallow import ValidationError

from hub.core.actor import nation_of
from hub.core.clock import london_date
from hub.core.errors import Invalid
from hub.core.http import flattened
from hub.core.sentences import worded
from hub.directory.areas import Areas, Authority
from hub.duties.explain import explain
from hub.duties.rulebook import Rulebook
from hub.registry.content import ENDS, PLACING_KINDS, STARTS, Content, event_at
from hub.registry.facts import facts_of
from hub.registry.minimum import faults_of
from hub.registry.owed import FULFILS
from hub.registry.places import Place, place_of, relation_of
from hub.registry.plausible import refuse_implausible
from hub.registry.schemas import NoticeIn
from hub.registry.uploads.cells import body_of
from hub.registry.uploads.columns import TIME, columns
from hub.registry.uploads.files import Row
from hub.registry.uploads.sheets import Sheet

_SCHEMA: Final = NoticeIn()
ROW: Final = ""
"""The column of a fault of the row as a whole."""


@dataclass(frozen=True)
class Fault:
    """What is wrong: the path of the column (empty: the row), what stands there, what to enter."""

    column: str
    stands: str = field(repr=False)
    sentence: str = field(repr=False)

    @property
    def heading(self) -> str:
        """What the column is called."""
        known = columns().get(self.column)
        return known.heading if known else ""


@dataclass(frozen=True)
class Judged:
    """A row, the notice that it says, and what is wrong with it."""

    number: int
    texts: Mapping[str, str] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    content: Content | None = field(default=None, repr=False)
    """What ``NoticeIn`` loaded; ``None`` where it could not."""
    faults: tuple[Fault, ...] = ()
    is_late: bool = False

    def with_fault(self, column: str, sentence: str) -> "Judged":
        """The same row with one fault more."""
        return replace(self, faults=(*self.faults, Fault(column, self.texts.get(column, ""), sentence)))


@dataclass(frozen=True)
class Ground:
    """What every row of an upload shares: who sends, where its own home is, the law."""

    rules: Rulebook
    areas: Areas
    now: datetime
    placing: Authority | None = None
    """The sender, when it is a council."""
    home_postcode: str | None = field(default=None, repr=False)
    home_area: str | None = None

    @property
    def nation(self) -> str:
        """Whose law asks things of the sender: a council's own nation's, a home's that of where it stands."""
        return nation_of(self.placing.gss_code if self.placing else self.home_area)


def read_row(row: Row, sheet: Sheet, organisation_kind: str, areas: Areas) -> Judged:
    """A row of a file as the notice that it says; what cannot be read is a fault of its column."""
    body, unread = body_of(row.cells, sheet.body_of(organisation_kind), areas)
    texts = row.texts()
    faults = [Fault(path, texts.get(path, ""), sentence) for path, sentence in unread.items()]
    if row.beyond:
        faults.append(
            Fault(ROW, "", "Something stands to the right of the last heading. Empty it, or give it a heading.")
        )
    return Judged(row.number, texts, body, faults=tuple(faults))


def judge(row: Judged, ground: Ground) -> Judged:
    """*row* loaded and judged by everything that needs no database."""
    known = {fault.column.removesuffix(TIME) for fault in row.faults}
    content, said = _loaded(row.body)
    for path, sentences in {**said, **(_beyond_shape(content, ground) if content else {})}.items():
        column = column_of(path)
        if column not in known and not any(each.startswith(f"{path}.") for each in known):
            row, known = row.with_fault(column, sentences[0]), known | {column}
    return replace(row, content=content)


def _loaded(body: Mapping[str, Any]) -> tuple[Content | None, Mapping[str, Sequence[str]]]:
    try:
        return _SCHEMA.load(dict(body)), {}
    except ValidationError as fault:
        return None, flattened(fault.messages_dict)


def _beyond_shape(content: Content, ground: Ground) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in faults_of(content, nation=ground.nation):
        found.setdefault(fault.field, [fault.told])
    try:
        refuse_implausible(content, now=ground.now)
        if content["kind"] in STARTS and not found.keys() & _OF_THE_PLACE:
            _place(content, ground)
    except Invalid as refusal:
        found |= {path: list(sentences) for path, sentences in refusal.fields.items() if path not in found}
    return found


_OF_THE_PLACE: Final = frozenset({"address", "address.lines", "address.postcode", "receiving_body.name"})


def _place(content: Content, ground: Ground) -> Place:
    """Where it is. Raises ``Invalid`` where the directory cannot tell, or the sender names another council as placing."""
    named = content.get("placing_authority")
    if named:
        placing = ground.areas.authority(named, field="placing_authority")
        if ground.placing is not None and placing.gss_code != ground.placing.gss_code:
            sentence = "A council registers its own placements only: leave this out, or give your own code."
            raise Invalid(sentence, fields={"placing_authority": [sentence]})
    try:
        return place_of(content, areas=ground.areas, home_postcode=ground.home_postcode, home_area=ground.home_area)
    except Invalid as refusal:
        if refusal.reason != "area_not_known":
            raise
        raise Invalid(_UNPLACED, fields={"address.postcode": [_UNPLACED]}) from None


_UNPLACED: Final = (
    "The hub cannot tell the council by this postcode. Check it, or name the council in a column “Host council”."
)


def column_of(path: str) -> str:
    """The column at which a fault of the notice's field *path* is told; empty where the row as a whole is meant."""
    known = columns()
    stem = re.sub(r"_(at|on)$", "", path)
    first = f"{path}.0"
    for candidate in (path, stem, re.sub(r"\.\d+(\..*)?$", "", path), first):
        if candidate in known:
            return candidate
    return next((name for name in known if name.startswith(f"{path}.")), ROW)


# --- late ---------------------------------------------------------------------------------------------------------------


def is_late(content: Content, ground: Ground, running: "Running | None" = None) -> bool:
    """Whether a duty of the sender's that the notice does would be done late by it at ``ground.now``."""
    happens = event_at(content)
    approved = content.get("approval", {}).get("approved_at")
    if happens is None or min(happens, approved or happens) > ground.now:
        return False
    owed = explain(ground.rules.law, ground.rules.calendar, _facts(content, ground, running))
    codes = FULFILS.get(content["kind"], frozenset())
    return any(each.code in codes and each.due_at is not None and each.due_at < ground.now for each in owed)


@dataclass(frozen=True)
class Running:
    """What is known of a placement that runs: as content, and where it lies."""

    known: Content = field(repr=False)
    placing: Authority | None
    place: Place
    relation: str | None


def _facts(content: Content, ground: Ground, running: Running | None) -> Any:
    if running is not None:
        placing, place, relation = running.placing, running.place, running.relation
        content = {**running.known, **content}
    else:
        code = content.get("placing_authority")
        placing = ground.placing or (ground.areas.authority(code) if code else None)
        place = _place(content, ground)
        relation = relation_of(place, placing.gss_code if placing else None, areas=ground.areas)
    approved = content.get("approval", {}).get("approved_at")
    event = _event_of(content["kind"])
    return facts_of(event, content, placing=placing, place=place, relation=relation, approved_at=approved)


def _event_of(kind: str) -> str:
    if kind in PLACING_KINDS:
        return {"placement_change": "placement_change", "placement_end": "placement_end"}.get(kind, "placement_start")
    return "discharge" if kind in ENDS else "admission"


# --- in the same file ---------------------------------------------------------------------------------------------------


def refuse_twins(rows: Sequence[Judged], waiting: Mapping[str, str]) -> list[Judged]:
    """*rows*, of which each that tells the same as one before it has a fault that names the other.

    *waiting*: what rows of earlier uploads tell that wait to be registered (:func:`tells`), and where each stands.
    """
    seen: dict[str, int] = {}
    return [_beside_the_others(row, seen, waiting) for row in rows]


def _beside_the_others(row: Judged, seen: dict[str, int], waiting: Mapping[str, str]) -> Judged:
    told = tells(row.content) if row.content else []
    twin = next((seen[each] for each in told if each in seen), None)
    elsewhere = next((waiting[each] for each in told if each in waiting), None)
    for each in told:
        seen.setdefault(each, row.number)
    if twin is not None:
        return row.with_fault(ROW, worded("It tells the same as row {twin}. Remove one of the two.", twin=twin))
    if elsewhere is not None:
        return row.with_fault(
            ROW,
            worded("It tells the same as {elsewhere}. Remove it here, or discard that upload.", elsewhere=elsewhere),
        )
    return row


def tells(content: Content) -> list[str]:
    """What makes two rows tell the same: one child and one start; one placement and its end; the same change."""
    kind, happens, placement = content["kind"], event_at(content), content.get("placement")
    day = london_date(happens).isoformat() if happens else ""
    if kind == "placement_change":
        return ["\x1f".join((kind, placement or "", day, content.get("changes", "")))]
    if placement and kind in ENDS:
        return [f"{kind}\x1f{placement}"]
    child = content.get("child", {})
    names = " ".join(f"{child.get('family_name', '')}, {child.get('given_names', '')}".casefold().split())
    number = child.get("identifiers", {}).get("local_id", "").casefold()
    born_on = child["born_on"].isoformat() if child.get("born_on") else ""
    told = [(kind, "named", names, born_on, day)] if born_on else []
    return ["\x1f".join(each) for each in (*told, *([(kind, "numbered", number, day)] if number else []))]
