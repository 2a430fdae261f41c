"""Which authority and which police force answer for a place, and how two authorities' areas lie to each other.

Everything comes from the tables in ``config/reference`` and the postcode index; nothing is guessed. A postcode decides
the authority only as well as the postcode directory does: one that straddles a boundary belongs to the side its
reference address is on, so a host may still answer "not ours" and redirect the notice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from hub.core.errors import Invalid
from hub.directory import area_words as words
from hub.directory import reference_tables as tables
from hub.directory.postcode_index import Listing, PostcodeIndex
from hub.directory.postcodes import Reading, read_postcode

Confidence = Literal["exact", "learnt", "listed", "terminated", "check", "outside", "partial", "none"]
"""How far a resolution may be trusted.

``exact``: listed and in use. ``listed``: listed, and this directory does not say whether it is still in use.
``terminated``: out of use, resolved to the area it lay in. ``check``: the directory's own police force is not the
authority's. ``outside``: a place outside England and Wales. ``partial``: only candidates. ``none``: not a postcode, or
not in the directory.
"""

Pair = frozenset[str]

_NATION_BY_LETTER = {"S": "Scotland", "N": "Northern Ireland", "L": "the Channel Islands", "M": "the Isle of Man"}


@dataclass(frozen=True)
class Authority:
    """A council with children's services. ``valid_to`` is the date on which a decided reorganisation ends it."""

    gss_code: str
    name: str
    short_name: str
    name_welsh: str | None
    nation: str
    kind: str
    region: str
    police_force_gss: str
    dfe_la_code: str | None
    website_domain: str | None
    valid_from: date | None
    valid_to: date | None
    notes: str | None


@dataclass(frozen=True)
class PoliceForce:
    """A territorial police force of England and Wales."""

    gss_code: str
    name: str
    short_name: str
    nation: str
    domain: str | None


@dataclass(frozen=True)
class Relation:
    """How the host's area lies to the placing authority's, and why we say so (CPR 2010 reg 11(5) for ``distant``)."""

    kind: Literal["in_area", "adjoining", "distant"]
    basis: str


@dataclass(frozen=True)
class Change:
    """One row of a code's history. ``status`` is done, planned or proposed; only done rows are followed."""

    old_code: str
    new_code: str | None
    changed_on: date
    old_name: str
    new_name: str | None
    change: str
    status: str


@dataclass(frozen=True)
class District:
    """A district code as postcodes carry it, mapped up to the authority that has children's services there."""

    code: str
    name: str
    authority_gss: str


@dataclass(frozen=True)
class Border:
    """A pair of authorities that touch or nearly do, and whether that counts as adjoining here."""

    pair: Pair
    counted: bool
    contact: str
    fixed_link: str | None
    confidence: str
    note: str | None


@dataclass(frozen=True)
class Resolution:
    """What a postcode says. ``authority`` is None whenever a person must settle a doubt; ``reason`` says which.

    ``postcode`` is canonical ("AB1 2CD"), or the cleaned input where it is not a whole postcode. ``candidates`` are the
    authorities a partial postcode may mean, by name, never one chosen by majority.
    """

    postcode: str
    authority: Authority | None
    police_force: PoliceForce | None
    nation: str | None
    confidence: Confidence
    reason: str | None = None
    candidates: tuple[Authority, ...] = ()


@dataclass(frozen=True)
class Areas:
    """The loaded tables, shared freely between threads: nothing in them changes after loading."""

    authorities: Mapping[str, Authority]
    forces: Mapping[str, PoliceForce]
    districts: Mapping[str, District]
    changes: Mapping[str, tuple[Change, ...]]
    borders: Mapping[Pair, Border]
    index: PostcodeIndex | None = field(default=None, compare=False)
    learnt: Callable[[str], str | None] | None = field(default=None, compare=False)
    """The GSS code of a postcode's council, where the operator has confirmed another than the tables name."""

    def authority(self, code: str, *, field: str = "authority") -> Authority:
        """The authority with GSS *code*, current or former where one successor is certain.

        Raises Invalid, under *field*, naming the code and the cure: for a split authority its successors, for a
        district its county, for a DfE number the GSS code.
        """
        cleaned = code.strip().upper()
        found = self.authorities.get(cleaned) or self._successor(cleaned)
        if found is None:
            sentence = self._why_not_an_authority(cleaned)
            raise Invalid(sentence, fields={field: [sentence]})
        return found

    def authority_of_district(self, code: str) -> Authority | None:
        """The authority with children's services in district *code* (current or former), None where unknown."""
        district = self.districts.get(code)
        return self.authorities[district.authority_gss] if district else self.authorities.get(code)

    def force(self, gss: str) -> PoliceForce:
        """The police force with GSS code *gss* (E23… or W15…). Raises Invalid naming the code."""
        found = self.forces.get(gss.strip().upper())
        if found is None:
            sentence = words.not_a_force(gss)
            raise Invalid(sentence, fields={"police_force": [sentence]})
        return found

    def force_of(self, authority_gss: str) -> PoliceForce:
        """The force whose area holds the authority's: each authority lies wholly within one."""
        return self.forces[self.authority(authority_gss).police_force_gss]

    def adjoining(self, code: str) -> tuple[Authority, ...]:
        """Every authority counted as adjoining *code*, by name."""
        here = self.authority(code).gss_code
        pairs = (pair for pair, border in self.borders.items() if border.counted and here in pair)
        return _by_name(self.authorities[other] for pair in pairs for other in pair - {here})

    def relation(self, placing: str, host: str) -> Relation:
        """How *host* lies to *placing* (GSS codes, former ones accepted). The same in both directions.

        Distant means outside the placing authority's area and outside every area that adjoins it (CPR 2010 reg 11(5)).
        """
        ours, theirs = self.authority(placing, field="placing_authority"), self.authority(host, field="host_authority")
        if ours.gss_code == theirs.gss_code:
            return Relation("in_area", words.one_area(ours.short_name))
        border = self.borders.get(frozenset({ours.gss_code, theirs.gss_code}))
        names = ours.short_name, theirs.short_name
        if border is None:
            return Relation("distant", words.apart(*names))
        reason = words.touching(*names, _described(border), counted=border.counted)
        return Relation("adjoining" if border.counted else "distant", reason)

    def resolve(self, postcode: str) -> Resolution:
        """Authority and police force for *postcode*, or the reason there is none. Raises only UnusableIndex."""
        reading = read_postcode(postcode)
        if self.index is None:
            return _none(reading.shown, words.NO_INDEX)
        if reading.full:
            found = self._resolve_full(self.index, reading.shown, *reading.full)
            gss = self.learnt(reading.shown) if self.learnt else None
            return self._corrected(found, gss) if gss is not None and gss in self.authorities else found
        if reading.prefixes:
            return self._resolve_partial(self.index, reading)
        return _none(reading.shown, words.NOT_A_POSTCODE)

    def _corrected(self, found: Resolution, gss_code: str) -> Resolution:
        """*found*, where the operator has confirmed that the postcode is another council's (``area_corrections``)."""
        authority = self.authorities[gss_code]
        named = found.authority.short_name if found.authority else None
        reason = words.accepted_before(authority.short_name, found.postcode, named)
        return Resolution(found.postcode, authority, self.force_of(gss_code), authority.nation, "learnt", reason)

    def _resolve_full(self, index: PostcodeIndex, shown: str, outward: str, inward: str) -> Resolution:
        listing = index.find(outward, inward)
        if listing is None:
            return _none(shown, words.unlisted(shown, index.about().vintage))
        if not listing.district:
            return _none(shown, words.unplaced(shown))
        nation = _outside(listing.district)
        if nation:
            return Resolution(shown, None, None, _bare(nation), "outside", words.elsewhere(shown, nation))
        authority = self.authority_of_district(listing.district)
        if authority is None:
            return _none(shown, words.untabled(shown, listing.district))
        return self._placed(shown, listing, authority)

    def _placed(self, shown: str, listing: Listing, authority: Authority) -> Resolution:
        force = self.forces[authority.police_force_gss]
        confidence, reason = _trust(listing, force)
        return Resolution(shown, authority, force, authority.nation, confidence, reason)

    def _resolve_partial(self, index: PostcodeIndex, reading: Reading) -> Resolution:
        districts: set[str] = set()
        for outward, start in reading.prefixes:
            districts |= index.districts_under(outward, start)
        if not districts:
            return _none(reading.shown, words.begins_none(reading.shown))
        found = {self.authority_of_district(code) for code in districts}
        candidates = _by_name(authority for authority in found if authority)
        nations = {nation for nation in map(_outside, districts) if nation} | {item.nation for item in candidates}
        nation = _bare(nations.pop()) if len(nations) == 1 else None
        return Resolution(reading.shown, None, None, nation, "partial", words.partial(reading.shown), candidates)

    def _successor(self, code: str) -> Authority | None:
        successors = self._successors(code)
        return self.authorities.get(successors[0]) if len(successors) == 1 else None

    def _successors(self, code: str) -> list[str]:
        return sorted({row.new_code for row in self.changes.get(code, ()) if row.status == "done" and row.new_code})

    def _why_not_an_authority(self, code: str) -> str:
        successors = self._successors(code)
        if successors:
            named = [(each, self.authorities[each].short_name) for each in successors]
            return words.split(code, self.changes[code][0].changed_on, named)
        district = self.districts.get(code)
        if district:
            county = self.authorities[district.authority_gss]
            return words.lower_tier(code, district.name, county.gss_code, county.short_name)
        return self._why_not_a_code(code)

    def _why_not_a_code(self, code: str) -> str:
        by_number = [item for item in self.authorities.values() if code and item.dfe_la_code == code]
        if by_number:
            return words.dfe_number(code, by_number[0].gss_code, by_number[0].short_name)
        nation = _outside(code) if tables.GSS_CODE.fullmatch(code) else None
        if nation:
            return words.of_another_country(code, nation)
        return words.not_a_council(code)


def load_areas(reference_dir: Path, index: PostcodeIndex | None) -> Areas:
    """Read every table in *reference_dir*. Raises Invalid naming the file and line of a row that cannot stand."""
    forces = {row["gss_code"]: _force(row) for row in tables.rows(reference_dir / "police_forces.csv", "gss_code")}
    councils = tables.rows(reference_dir / "local_authorities.csv", "gss_code")
    authorities = {row["gss_code"]: _authority(row, forces) for row in councils}
    lower_tier = tables.rows(reference_dir / "districts.csv", "district_code")
    districts = {row["district_code"]: _district(row, authorities) for row in lower_tier}
    changes: dict[str, tuple[Change, ...]] = {}
    for row in tables.rows(reference_dir / "former_codes.csv"):
        changes[row["old_code"]] = (*changes.get(row["old_code"], ()), _change(row, authorities))
    borders: dict[Pair, Border] = {}
    for name in ("adjacency.csv", "adjacency_doubtful.csv"):
        for row in tables.rows(reference_dir / name):
            border = _border(row, authorities)
            row.refuse_if(border.pair in borders, "lists a pair that is already listed: keep one row for each pair")
            borders[border.pair] = border
    return Areas(authorities, forces, districts, changes, borders, index)


def _force(row: tables.Row) -> PoliceForce:
    return PoliceForce(row.code("gss_code"), row["name"], row["short_name"], row["nation"], row.optional("domain"))


def _authority(row: tables.Row, forces: Mapping[str, PoliceForce]) -> Authority:
    return Authority(
        gss_code=row.code("gss_code"),
        name=row["name"],
        short_name=row["short_name"],
        name_welsh=row.optional("name_welsh"),
        nation=row["nation"],
        kind=row["kind"],
        region=row["region"],
        police_force_gss=row.known("police_force_gss", forces),
        dfe_la_code=row.optional("dfe_la_code"),
        website_domain=row.optional("website_domain"),
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        notes=row.optional("notes"),
    )


def _district(row: tables.Row, authorities: Mapping[str, Authority]) -> District:
    authority_gss = row.known("authority_gss", authorities)
    force = authorities[authority_gss].police_force_gss
    row.refuse_if(row["police_force_gss"] != force, f"has another police force than its authority ({force})")
    return District(row.code("district_code"), row["district_name"], authority_gss)


def _change(row: tables.Row, authorities: Mapping[str, Authority]) -> Change:
    status = row.one_of("status", ("done", "planned", "proposed"))
    new_code = row.known("new_code", authorities) if status == "done" else row.optional("new_code")
    changed_on = row.day("changed_on")
    if changed_on is None:
        raise row.refused("has no changed_on: give the date as 2025-04-01")
    return Change(
        row.code("old_code"), new_code, changed_on, row["old_name"], row.optional("new_name"), row["change"], status
    )


def _border(row: tables.Row, authorities: Mapping[str, Authority]) -> Border:
    pair = frozenset({row.known("gss_code_a", authorities), row.known("gss_code_b", authorities)})
    row.refuse_if(len(pair) != 2, "pairs an authority with itself")
    counted = row.one_of("counted", ("yes", "no")) == "yes"
    return Border(pair, counted, row["contact"], row.optional("fixed_link"), row["confidence"], row.optional("note"))


def _described(border: Border) -> str:
    """The basis in words: "tidal river, Tyne Tunnel, high confidence"."""
    kind = "by land" if border.contact == "land" else border.contact.replace("_", " ")
    sure = "doubtful" if border.confidence == "doubtful" else f"{border.confidence} confidence"
    return ", ".join(part for part in (kind, border.fixed_link, sure, border.note) if part)


def _trust(listing: Listing, force: PoliceForce) -> tuple[Confidence, str | None]:
    if listing.force and listing.force != force.gss_code:
        return "check", words.other_force(listing.force, force.name)
    if listing.use == "ended":
        return "terminated", words.out_of_use(listing.ended_in)
    return ("exact" if listing.use == "live" else "listed"), None


def _outside(district: str) -> str | None:
    return _NATION_BY_LETTER.get(district[:1])


def _bare(nation: str) -> str:
    return nation.removeprefix("the ")


def _none(shown: str, reason: str) -> Resolution:
    return Resolution(shown, None, None, None, "none", reason)


def _by_name(found: Iterable[Authority]) -> tuple[Authority, ...]:
    return tuple(sorted(found, key=lambda item: item.short_name))
