"""Every layout the postcode directories have been published in loads; anything else is refused and changes nothing."""

import csv
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.core.errors import Invalid
from hub.directory.postcode_index import Listing
from hub.directory.postcodes import BuildReport, PostcodeIndex, build_from_file

BUILT_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

LAYOUTS = {
    "ONSPD_AUG_2021_UK.csv": (
        "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,oshlthau,nhser,ctry,"
        "rgn,streg,pcon,eer,teclec,ttwa,pct,nuts,statsward,oa01,casward,park,lsoa01,msoa01,ur01ind,oac01,oa11,lsoa11,msoa11,"
        "wz11,ccg,bua11,buasd11,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd,calncv,stp"
    ),
    "ONSPD_MAY_2023_UK.csv": (
        "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,oshlthau,nhser,ctry,"
        "rgn,streg,pcon,eer,teclec,ttwa,pct,itl,statsward,oa01,casward,npark,lsoa01,msoa01,ur01ind,oac01,oa11,lsoa11,msoa11,"
        "wz11,sicbl,bua11,buasd11,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd,calncv,icb,oa21,lsoa21,msoa21"
    ),
    "ONSPD_AUG_2024_UK.csv": (
        "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,oshlthau,nhser,ctry,"
        "rgn,streg,pcon,eer,teclec,ttwa,pct,itl,statsward,oa01,casward,npark,lsoa01,msoa01,ur01ind,oac01,oa11,lsoa11,msoa11,"
        "wz11,sicbl,bua22,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd,calncv,icb,oa21,lsoa21,msoa21,ru21ind"
    ),
    "ONSPD_NOV_2025_UK.csv": (
        "pcd7,pcd8,pcds,dointr,doterm,cty25cd,ced25cd,lad25cd,wd25cd,parncp25cd,usrtypind,east1m,north1m,gridind,ctry25cd,"
        "rgn25cd,pcon24cd,ttwa15cd,lat,long,pfa23cd,ruc21ind"
    ),
    "NSPL_AUG_2019_UK.csv": (
        "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oa11,cty,ced,laua,ward,hlthau,nhser,ctry,rgn,pcon,"
        "eer,teclec,ttwa,pct,nuts,park,lsoa11,msoa11,wz11,ccg,bua11,buasd11,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd"
    ),
    "NSPL_NOV_2025_UK.csv": (
        "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty25cd,ced25cd,lad25cd,wd25cd,nhser24cd,"
        "ctry25cd,rgn25cd,pcon24cd,ttwa15cd,itl25cd,npark16cd,lsoa21cd,msoa21cd,wz11cd,sicbl24cd,bua24cd,ruc21ind,oac11ind,"
        "lat,long,lep21cd1,lep21cd2,pfa23cd,imd20ind,icb23cd"
    ),
    "NSPL_AUG_2026_UK.csv": (
        "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty26cd,ced25cd,lad26cd,wd26cd,nhser24cd,"
        "ctry26cd,rgn26cd,pcon24cd,ttwa15cd,itl25cd,npark16cd,lsoa21cd,msoa21cd,wz11cd,sicbl26cd,bua24cd,ruc21ind,oac21ind,"
        "lat,long,lep21cd1,lep21cd2,pfa23cd,imd25ind,icb26cd"
    ),
    "PCD_OA_LSOA_MSOA_LAD_AUG19_UK_LU.csv": (
        "pcd7,pcd8,pcds,dointr,doterm,usertype,oa11cd,lsoa11cd,msoa11cd,ladcd,lsoa11nm,msoa11nm,ladnm,ladnmw"
    ),
}

PLACES = [("S70 1AA", "E08000038", "E23000011", ""), ("NPT 1AA", "W06000022", "W15000002", "199606")]


def layout_rows(header: list[str]) -> list[list[str]]:
    """Two postcodes in the given layout, with misleading values in the columns that must not be read."""
    rows = []
    for postcode, district, force, ended in PLACES:
        cells = {"pcds": postcode, "doterm": ended, "oscty": "E99999999", "cty": "E99999999", "cty25cd": "E13000002"}
        cells |= dict.fromkeys(("oslaua", "laua", "lad25cd", "lad26cd", "ladcd"), district)
        cells |= dict.fromkeys(("pfa", "pfa23cd"), force)
        cells |= {"pcd": postcode.replace(" ", ""), "pcd7": postcode.replace(" ", ""), "pcd8": "wrong", "ladnmw": "Môn"}
        rows.append([cells.get(column, "") for column in header])
    return rows


@pytest.mark.parametrize("shape", ["quoted", "bare", "capitals", "byte order mark", "latin-1"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_published_layout_loads(tmp_path: Path, name: str, shape: str) -> None:
    header = LAYOUTS[name].split(",")
    rows = layout_rows(header)
    first = [column.upper() for column in header] if shape == "capitals" else header
    encoding = {"byte order mark": "utf-8-sig", "latin-1": "latin-1"}.get(shape, "utf-8")
    with (tmp_path / name).open("w", newline="", encoding=encoding) as file:
        csv.writer(file, quoting=csv.QUOTE_ALL if shape == "quoted" else csv.QUOTE_MINIMAL).writerows([first, *rows])
    report = load(tmp_path / name)
    index = PostcodeIndex(tmp_path / "postcodes.idx")
    has_force = "pfa" in LAYOUTS[name]
    assert report.rows == 2
    assert index.find("S70", "1AA") == Listing("E08000038", "E23000011" if has_force else "", "live")
    ended = index.find("NPT", "1AA")
    assert ended is not None
    assert ended.ended_in is not None
    assert (ended.district, ended.use, ended.ended_in.isoformat()) == ("W06000022", "ended", "1996-06-01")


@pytest.mark.parametrize(
    ("name", "vintage"),
    [
        ("ONSPD_NOV_2025_UK.csv", "ONSPD November 2025"),
        ("NSPL_AUG_2026_UK.csv", "NSPL August 2026"),
        ("nspl_2021_feb_2024_uk.csv", "NSPL February 2024"),
        ("postcodes.csv", "vintage unknown"),
    ],
)
def test_the_vintage_is_read_from_the_files_name(tmp_path: Path, name: str, vintage: str) -> None:
    write(tmp_path / name)
    assert load(tmp_path / name).vintage == vintage
    assert PostcodeIndex(tmp_path / "postcodes.idx").about().vintage == vintage


def test_the_newest_of_two_district_columns_is_read(tmp_path: Path) -> None:
    path = tmp_path / "NSPL_AUG_2026_UK.csv"
    path.write_text("pcds,lad26cd,lad25cd\nS70 1AA,E08000038,E08000016\n")
    load(path)
    assert PostcodeIndex(tmp_path / "postcodes.idx").find("S70", "1AA") == Listing("E08000038", "", "unknown")


@pytest.mark.parametrize(
    "members",
    [
        ["Data/ONSPD_NOV_2025_UK.csv", "Data/multi_csv/ONSPD_NOV_2025_UK_S.csv", "Documents/LA names.csv"],
        ["Data/NSPL_NOV_2025_UK.csv", "Data/multi_csv/NSPL_NOV_2025_UK_S.csv", "User Guide/guide.pdf"],
        ["NSPL_NOV_2025.csv", "Documents/LA names.csv"],
        ["anything.csv", "readme.txt"],
    ],
)
def test_the_published_zip_loads_from_its_whole_directory(tmp_path: Path, members: list[str]) -> None:
    archive = zipped(tmp_path, members)
    assert load(archive).rows == 2
    assert PostcodeIndex(tmp_path / "postcodes.idx").find("S70", "1AA") is not None


def test_a_zip_with_several_possible_directories_is_not_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no single postcode directory"):
        load(zipped(tmp_path, ["NSPL_AB.csv", "NSPL_AL.csv"]))


BAD_FILES = {
    "no district column": (b"pcds,doterm,ctry25cd\nS70 1AA,,E92000001\n", "has no district column"),
    "no postcode column": (b"postcode,lad25cd\nS70 1AA,E08000038\n", "has no postcode column"),
    "an empty file": (b"", "has no district column"),
    "a spreadsheet": (b"PK\x03\x04\x00\xff\xfe" * 40, "has no district column"),
    "UTF-16": ("pcds,lad25cd\nS70 1AA,E08000038\n".encode("utf-16"), "has no district column"),
    "no rows": (b"pcds,lad25cd\n", "holds 0 postcodes, fewer than the 1"),
    "a row cut short": (b"pcds,x,lad25cd\nS70 1AA,,E08000038\nS70 1", "line 3 is cut short"),
    "names for codes": (b"pcds,lad25cd\nS70 1AA,Barnsley\n", "gives 'Barnsley' where a code such as E06000001 belongs"),
    "one postcode twice": (b"pcds,lad25cd\nS70 1AA,E08000038\nS70 1AA,E08000039\n", "under S70 twice, in two places"),
    "other text": (b"pcds,lad25cd\nhello,E08000038\nS70 1AA,E08000038\n", "1 of the 2 rows"),
    "an endless cell": (b"pcds,lad25cd\n" + b"x" * 200_000 + b",E08000038\n", "is not a CSV file"),
}


@pytest.mark.parametrize(("contents", "fault"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_is_refused_and_the_old_index_stands(tmp_path: Path, contents: bytes, fault: str) -> None:
    write(tmp_path / "NSPL_NOV_2025_UK.csv")
    load(tmp_path / "NSPL_NOV_2025_UK.csv")
    before = (tmp_path / "postcodes.idx").read_bytes()
    (tmp_path / "bad.csv").write_bytes(contents)
    with pytest.raises(Invalid, match=fault):
        load(tmp_path / "bad.csv")
    assert (tmp_path / "postcodes.idx").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["NSPL_NOV_2025_UK.csv", "bad.csv", "postcodes.idx"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "not a zip"])
def test_a_damaged_zip_is_refused(tmp_path: Path, damage: str) -> None:
    archive = zipped(tmp_path, ["NSPL_NOV_2025_UK.csv"])
    contents = bytearray(archive.read_bytes())
    if damage == "flipped":
        contents[60] ^= 0xFF
    archive.write_bytes({"cut": contents[:80], "flipped": contents, "not a zip": b"hello"}[damage])
    with pytest.raises(Invalid, match="is a damaged zip file"):
        load(archive)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nowhere\.csv cannot be read"):
        load(tmp_path / "nowhere.csv")


def test_an_extract_is_not_taken_for_the_whole_country(tmp_path: Path) -> None:
    write(tmp_path / "NSPL_NOV_2025_UK.csv")
    with pytest.raises(Invalid, match="holds 2 postcodes, fewer than the 1,500,000 of a whole directory"):
        build_from_file(tmp_path / "NSPL_NOV_2025_UK.csv", tmp_path / "postcodes.idx", now=BUILT_AT)
    assert not (tmp_path / "postcodes.idx").exists()


def test_a_few_odd_rows_and_blank_lines_are_left_out_and_counted(
    tmp_path: Path, directory_file: Callable[..., Path]
) -> None:
    rows = [(f"S70 {figure}A{letter}", "E08000038") for figure in range(10) for letter in "ABDEFGHJLNP"]
    path = directory_file(("pcds", "lad25cd"), [*rows, ("unknown", "E08000038"), (), rows[0]])
    report = load(path)
    assert (report.rows, report.skipped) == (110, 1)


def test_the_index_records_where_it_came_from(tmp_path: Path) -> None:
    write(tmp_path / "NSPL_NOV_2025_UK.csv")
    load(tmp_path / "NSPL_NOV_2025_UK.csv")
    facts = PostcodeIndex(tmp_path / "postcodes.idx").about()
    assert (facts.source, facts.vintage, facts.rows) == ("NSPL_NOV_2025_UK.csv", "NSPL November 2025", 2)
    assert (facts.built_at, facts.knows_ended, len(facts.checksum)) == ("2026-11-02T09:00:00Z", True, 8)


def load(path: Path) -> BuildReport:
    return build_from_file(path, path.parent / "postcodes.idx", now=BUILT_AT, fewest_rows=1)


def write(path: Path) -> None:
    header = LAYOUTS["NSPL_NOV_2025_UK.csv"].split(",")
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *layout_rows(header)])


def zipped(folder: Path, members: list[str]) -> Path:
    """A zip whose first member is a directory; the others hold something that must not be loaded."""
    write(folder / "whole.csv")
    archive = folder / "published.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for number, member in enumerate(members):
            file.writestr(member, (folder / "whole.csv").read_bytes() if number == 0 else b"code,name\n")
    return archive
