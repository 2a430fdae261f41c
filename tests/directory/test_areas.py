"""Authorities, forces, former codes, and how two areas lie to each other."""

import csv
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hub.core.errors import Invalid
from hub.directory.areas import Areas, load_areas

REFERENCE = Path(__file__).parents[2] / "config" / "reference"

WIGHT, SCILLY, CITY, SURREY = "E06000046", "E06000053", "E09000001", "E10000030"


def test_every_authority_of_england_and_wales_is_known(tables_only: Areas) -> None:
    nations = [item.nation for item in tables_only.authorities.values()]
    assert (nations.count("England"), nations.count("Wales"), len(tables_only.forces)) == (153, 22, 43)


def test_every_authority_has_a_police_force_of_its_own_nation(tables_only: Areas) -> None:
    for code, authority in tables_only.authorities.items():
        assert tables_only.force_of(code).nation == authority.nation


def test_every_police_force_answers_for_some_authority(tables_only: Areas) -> None:
    assert {item.police_force_gss for item in tables_only.authorities.values()} == set(tables_only.forces)


def test_the_city_of_london_has_a_force_to_itself(tables_only: Areas) -> None:
    in_the_city = [item for item in tables_only.authorities.values() if item.police_force_gss == "E23000034"]
    assert [item.gss_code for item in in_the_city] == [CITY]
    assert tables_only.force_of(CITY).name == "City of London Police"


def test_every_district_belongs_to_an_authority_and_never_is_one_in_a_county(tables_only: Areas) -> None:
    for code, district in tables_only.districts.items():
        assert district.authority_gss in tables_only.authorities
        assert not (code.startswith("E07") and code in tables_only.authorities)


def test_adjoining_works_both_ways(tables_only: Areas) -> None:
    codes = list(tables_only.authorities)
    neighbours = {code: {item.gss_code for item in tables_only.adjoining(code)} for code in codes}
    assert sum(map(len, neighbours.values())) == 886
    for code in codes:
        assert code not in neighbours[code]
        for other in neighbours[code]:
            assert code in neighbours[other]
            assert tables_only.relation(code, other).kind == tables_only.relation(other, code).kind == "adjoining"


def test_only_wight_and_scilly_have_no_neighbour(tables_only: Areas) -> None:
    alone = {code for code in tables_only.authorities if not tables_only.adjoining(code)}
    assert alone == {WIGHT, SCILLY}


@pytest.mark.parametrize(
    ("placing", "host", "kind", "because"),
    [
        ("E10000015", "E10000015", "in_area", "Both are Hertfordshire"),
        ("E06000001", "E06000004", "adjoining", "by land, high confidence"),
        ("E08000015", "E08000012", "adjoining", "Mersey tunnels"),
        ("E08000022", "E08000023", "adjoining", "tidal river, Tyne Tunnel"),
        ("W06000001", "W06000002", "adjoining", "Menai"),
        ("E06000025", "W06000021", "adjoining", "Second Severn"),
        ("E06000051", "W06000023", "adjoining", "by land"),
        ("E06000033", "E06000035", "adjoining", "low confidence"),
        (CITY, "E09000033", "adjoining", "by land"),
        (CITY, "E09000028", "adjoining", "London, Southwark and Millennium bridges"),
        (WIGHT, "E10000014", "distant", "not counted as adjoining: sea, ferries only"),
        ("E06000052", SCILLY, "distant", "not counted as adjoining: sea, 45 km"),
        ("E06000023", "W06000022", "distant", "not counted as adjoining: wide estuary"),
        ("E09000028", "E09000033", "distant", "not counted as adjoining: near miss"),
        ("E10000015", "W06000015", "distant", "do not adjoin"),
        ("E08000035", "E08000017", "distant", "Leeds and Doncaster do not adjoin"),
    ],
)
def test_relation_of_two_areas_comes_with_its_basis(
    tables_only: Areas, placing: str, host: str, kind: str, because: str
) -> None:
    relation = tables_only.relation(placing, host)
    assert relation.kind == kind
    assert because in relation.basis
    assert tables_only.relation(host, placing).kind == kind


def test_a_former_code_lies_where_its_successor_lies(tables_only: Areas) -> None:
    assert tables_only.relation("E08000016", "E08000039").kind == "adjoining"
    assert tables_only.relation("E08000016", "E08000038").kind == "in_area"


def test_an_operator_can_count_a_doubtful_pair(edited: Callable[..., Path]) -> None:
    reference = edited("adjacency_doubtful.csv", "Isle of Wight,Hampshire,no", "Isle of Wight,Hampshire,yes")
    relation = load_areas(reference, None).relation(WIGHT, "E10000014")
    assert relation.kind == "adjoining"
    assert "sea, ferries only, doubtful" in relation.basis


def test_an_operator_can_leave_out_a_listed_pair(edited: Callable[..., Path]) -> None:
    reference = edited("adjacency.csv", "Liverpool,Wirral,yes", "Liverpool,Wirral,no")
    relation = load_areas(reference, None).relation("E08000015", "E08000012")
    assert (relation.kind, "not counted as adjoining: estuary" in relation.basis) == ("distant", True)


@pytest.mark.parametrize(
    ("old", "name"),
    [
        ("E08000016", "Barnsley"),
        ("E08000019", "Sheffield"),
        ("E08000020", "Gateshead"),
        ("E06000048", "Northumberland"),
        ("E06000028", "Bournemouth, Christchurch and Poole"),
        ("E06000029", "Bournemouth, Christchurch and Poole"),
        ("E10000002", "Buckinghamshire"),
        ("E10000023", "North Yorkshire"),
        ("E10000027", "Somerset"),
    ],
)
def test_a_former_code_with_one_successor_is_accepted(tables_only: Areas, old: str, name: str) -> None:
    assert tables_only.authority(old).short_name == name


@pytest.mark.parametrize(
    ("old", "successors"),
    [
        ("E10000021", ("E06000061 (North Northamptonshire)", "E06000062 (West Northamptonshire)")),
        ("E10000006", ("E06000063 (Cumberland)", "E06000064 (Westmorland and Furness)")),
        ("E10000009", ("E06000058 (Bournemouth, Christchurch and Poole)", "E06000059 (Dorset)")),
    ],
)
def test_a_split_code_is_refused_with_its_successors(tables_only: Areas, old: str, successors: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        tables_only.authority(old, field="host_authority")
    assert refusal.value.fields == {"host_authority": [refusal.value.sentence]}
    assert all(successor in refusal.value.sentence for successor in (old, *successors))


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        ("E07000240", "the district of St Albans, which has no children's services. Use E10000015 (Hertfordshire)"),
        ("936", "is a DfE number. Use the GSS code E10000030 (Surrey)"),
        ("S12000036", "is in Scotland"),
        ("N09000003", "is in Northern Ireland"),
        ("E99999999", "is not the code of a council with children's services"),
        ("", "An empty text is not the code"),
        ("Hertfordshire County Council and much more", "Use a GSS code such as E06000001"),
    ],
)
def test_what_is_not_an_authority_is_refused_with_the_cure(tables_only: Areas, code: str, cure: str) -> None:
    with pytest.raises(Invalid) as refusal:
        tables_only.authority(code)
    assert cure in refusal.value.sentence
    assert "much more" not in refusal.value.sentence


def test_codes_may_be_typed_carelessly(tables_only: Areas) -> None:
    assert tables_only.authority(" e10000030 ").gss_code == SURREY
    assert tables_only.force("w15000001").name == "North Wales Police"


def test_an_unknown_police_force_is_refused(tables_only: Areas) -> None:
    with pytest.raises(Invalid, match="E23000099 is not the code of a police force"):
        tables_only.force("E23000099")


def test_authorities_carry_the_dates_they_begin_and_end(tables_only: Areas) -> None:
    assert tables_only.authority("E08000038").valid_from == date(2025, 4, 1)
    assert tables_only.authority("E06000063").valid_from == date(2023, 4, 1)
    assert tables_only.authority(SURREY).valid_to == date(2027, 4, 1)
    assert tables_only.authority("E10000016").valid_to is None, "a proposal has no date"


@pytest.mark.parametrize(
    ("table", "old", "new", "fault"),
    [
        ("local_authorities.csv", "E23000013,805", "E23000099,805", "local_authorities.csv, line 2 names E23000099"),
        ("local_authorities.csv", "E06000001,Hartlepool Borough Council", "E06000001,", "line 2 has no name"),
        ("local_authorities.csv", "E06000002,", "E06000001,", "line 3 repeats gss_code E06000001"),
        ("local_authorities.csv", "2027-04-01,Planned", "spring 2027,Planned", "has spring 2027 as valid_to"),
        ("local_authorities.csv", ",police_force_gss,", ",force,", "line 2 lacks the column police_force_gss"),
        ("police_forces.csv", "E23000001,", "E2300001,", "police_forces.csv, line 2 has E2300001 as gss_code"),
        (
            "districts.csv",
            "E06000001,E23000013",
            "E06000001,E23000001",
            "districts.csv, line 2 has another police force",
        ),
        ("adjacency.csv", "Redcar and Cleveland,yes,estuary", "Redcar and Cleveland,perhaps,estuary", "use yes or no"),
        ("adjacency.csv", "E06000001,E06000003,", "E06000001,E06000001,", "pairs an authority with itself"),
        ("adjacency.csv", "E06000001,E06000004,", "E06000003,E06000001,", "line 3 lists a pair that is already listed"),
        (
            "adjacency_doubtful.csv",
            "E06000046,E10000014",
            "E06000001,E06000004",
            "adjacency_doubtful.csv, line 2 lists a",
        ),
        ("former_codes.csv", "E06000048,E06000057", "E06000048,E06000099", "former_codes.csv, line 2 names E06000099"),
        ("former_codes.csv", "E06000057,2013-04-01", "E06000057,", "former_codes.csv, line 2 has no changed_on"),
        ("police_forces.csv", "met.police.uk", "met.police.uk,extra", "line 2 has more cells than the header"),
    ],
)
def test_a_row_that_cannot_stand_is_refused_by_file_and_line(
    edited: Callable[..., Path], table: str, old: str, new: str, fault: str
) -> None:
    reference = edited(table, old, new)
    with pytest.raises(Invalid, match=re.escape(fault)):
        load_areas(reference, None)


def test_a_missing_table_is_named(edited: Callable[..., Path]) -> None:
    reference = edited("districts.csv", "E06000001", "E06000001")
    (reference / "districts.csv").unlink()
    with pytest.raises(Invalid, match=r"The table districts\.csv is missing"):
        load_areas(reference, None)


def test_a_table_in_another_encoding_is_named(edited: Callable[..., Path]) -> None:
    reference = edited("local_authorities.csv", "E06000001", "E06000001")
    table = reference / "local_authorities.csv"
    table.write_bytes(table.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(Invalid, match=r"local_authorities\.csv is not UTF-8"):
        load_areas(reference, None)


def test_the_tables_carry_their_attribution() -> None:
    notice = (REFERENCE / "README.md").read_text(encoding="utf-8")
    for owner in (
        "Open Government Licence v3.0",
        "OS data © Crown copyright",
        "Royal Mail data © Royal Mail copyright",
    ):
        assert owner in " ".join(notice.split())


def test_each_pair_of_neighbours_stands_once_in_order() -> None:
    for name in ("adjacency.csv", "adjacency_doubtful.csv"):
        with (REFERENCE / name).open(encoding="utf-8", newline="") as table:
            pairs = [frozenset((row["gss_code_a"], row["gss_code_b"])) for row in csv.DictReader(table)]
        assert len(pairs) == len(set(pairs))


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the tables in which the first *old* of one table has become *new*."""

    def edit(table: str, old: str, new: str) -> Path:
        reference = Path(shutil.copytree(REFERENCE, tmp_path / "reference"))
        text = (reference / table).read_text(encoding="utf-8")
        assert old in text
        (reference / table).write_text(text.replace(old, new, 1), encoding="utf-8")
        return reference

    return edit
