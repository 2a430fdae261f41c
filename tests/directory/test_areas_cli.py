"""``hub area`` and the loading of postcodes, as an operator types them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.directory.areas_cli import area, directory
from hub.directory.postcodes import PostcodeIndex

REFERENCE = Path(__file__).parents[2] / "config" / "reference"


@pytest.fixture
def ask(postcode_index: PostcodeIndex, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run ``hub area`` with the folders given by the environment, as in production."""
    monkeypatch.setenv("HUB_DATA_DIR", str(postcode_index.path.parent))
    monkeypatch.setenv("HUB_CONFIG_DIR", str(REFERENCE.parent))

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(area, arguments, input=typed)

    return run


def test_json_lists_each_postcode_in_the_order_asked(ask: Callable[..., Result]) -> None:
    result = ask("--json", "--placing", "E10000015", "AL1 4GL", "EC2V 7HH", "AB10 1AB", "E1", "nonsense")
    answers = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [item["postcode"] for item in answers] == ["AL1 4GL", "EC2V 7HH", "AB10 1AB", "E1", "NONSENSE"]
    assert [item["authority"] for item in answers] == ["E10000015", "E09000001", None, None, None]
    assert [item["relation"] for item in answers] == ["in_area", "distant", None, None, None]
    assert answers[0] == {
        "postcode": "AL1 4GL",
        "authority": "E10000015",
        "authority_name": "Hertfordshire County Council",
        "police_force": "E23000027",
        "police_force_name": "Hertfordshire Constabulary",
        "nation": "England",
        "relation": "in_area",
        "relation_basis": "Both are Hertfordshire",
        "confidence": "listed",
    }
    assert all(item["reason"] for item in answers[2:])
    assert [item["authority"] for item in answers[3]["candidates"]] == ["E09000001", "E09000012", "E09000030"]


def test_without_a_placing_authority_there_is_no_relation(ask: Callable[..., Result]) -> None:
    assert json.loads(ask("--json", "AL1 4GL").stdout)[0]["relation"] is None


def test_a_dash_reads_postcodes_from_standard_input(ask: Callable[..., Result]) -> None:
    answers = json.loads(ask("--json", "-", "AL1 4GL", typed="SW1A 2AA\n\n  ec2v7hh \n").stdout)
    assert [item["postcode"] for item in answers] == ["SW1A 2AA", "EC2V 7HH", "AL1 4GL"]


def test_a_postcode_typed_without_quotes_is_one_postcode(ask: Callable[..., Result]) -> None:
    answers = json.loads(ask("--json", "SW1A", "2AA", "AL1 4GL", "E1").stdout)
    assert [item["postcode"] for item in answers] == ["SW1A 2AA", "AL1 4GL", "E1"]


def test_a_former_placing_code_is_accepted(ask: Callable[..., Result]) -> None:
    assert json.loads(ask("--json", "--placing", "E08000016", "S1 2HH").stdout)[0]["relation"] == "adjoining"


def test_a_split_placing_code_is_refused_with_its_successors(ask: Callable[..., Result]) -> None:
    result = ask("--placing", "E10000021", "AL1 4GL")
    assert result.exit_code == 1
    assert "Use E06000061 (North Northamptonshire) or E06000062 (West Northamptonshire)" in result.stderr


def test_the_table_shows_the_basis_and_the_candidates(ask: Callable[..., Result]) -> None:
    lines = ask("--placing", "E08000015", "L1 1JQ", "BS1").stdout.splitlines()
    assert lines[0].split() == ["Postcode", "Authority", "Police", "force", "Nation", "Relation", "Confidence"]
    assert "Liverpool City Council" in lines[1]
    assert lines[1].endswith("adjoining  listed")
    assert "Mersey tunnels" in lines[2]
    assert lines[-1] == "    It may be in Bristol City Council; North Somerset Council."


def test_without_an_index_the_command_says_how_to_build_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(area, ["--index", str(tmp_path / "none.idx"), "AL1 4GL"])
    assert result.exit_code == 1
    assert "hub directory build-postcodes" in result.stderr


def test_an_operator_loads_a_newer_file_and_the_answer_follows(
    tmp_path: Path, directory_file: Callable[..., Path]
) -> None:
    file = directory_file(("pcds", "lad26cd", "doterm"), [("AL1 4GL", "E07000240", "202601")], "NSPL_AUG_2026_UK.csv")
    index = str(tmp_path / "postcodes.idx")
    loaded = CliRunner().invoke(directory, ["load-postcodes", str(file), "--index", index, "--fewest-rows", "1"])
    assert loaded.exit_code == 0
    assert loaded.stdout.startswith("1 postcodes from NSPL_AUG_2026_UK.csv (NSPL August 2026) in ")
    asked = CliRunner().invoke(area, ["--json", "--index", index, "--reference", str(REFERENCE), "AL1 4GL"])
    answer = json.loads(asked.stdout)[0]
    assert (answer["authority"], answer["confidence"]) == ("E10000015", "terminated")
    assert "January 2026" in answer["reason"]


def test_a_file_that_is_no_directory_is_refused(tmp_path: Path, directory_file: Callable[..., Path]) -> None:
    file = directory_file(("name", "age"), [("someone", "9")])
    result = CliRunner().invoke(directory, ["load-postcodes", str(file), "--index", str(tmp_path / "postcodes.idx")])
    assert result.exit_code == 1
    assert "has no district column" in result.stderr
    assert not (tmp_path / "postcodes.idx").exists()


def test_building_when_needed_leaves_a_standing_index(postcode_index: PostcodeIndex) -> None:
    stamp = postcode_index.path.stat().st_mtime_ns
    result = CliRunner().invoke(directory, ["build-postcodes", "--if-needed", "--index", str(postcode_index.path)])
    assert result.stdout.startswith("The postcode index stands: 2,7")
    assert postcode_index.path.stat().st_mtime_ns == stamp
