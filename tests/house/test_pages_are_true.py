"""What is generated is what the code says; what is set is documented."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from hub.core.settings import REPOSITORY, Settings, SettingsError, env_name, load_settings
from hub.generated import MACHINES, generated_pages
from tests.house.source import modules


@pytest.mark.parametrize("path", generated_pages(), ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_a_generated_page_is_what_the_code_would_write_now(path: Path) -> None:
    assert path.read_text() == generated_pages()[path], "run: make docs"


def test_every_machine_is_on_the_page_of_the_states() -> None:
    made = [
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Machine"
    ]
    assert len(made) == len({machine.name for machine in MACHINES})
    assert {path.stem.rpartition("_")[2] for path in made} == {"states"}, "a machine stands in its package's states"


def test_every_file_of_policy_is_explained_to_whoever_may_change_it() -> None:
    said = (REPOSITORY / "config" / "README.md").read_text()
    files = (REPOSITORY / "config" / "policy").glob("*.toml")
    assert [path.name for path in files if f"`policy/{path.name}`" not in said] == []


@pytest.mark.parametrize("name", [f.name for f in fields(Settings)])
def test_every_setting_is_in_the_example_file_with_its_variable(name: str) -> None:
    said = (REPOSITORY / "config" / "hub.example.toml").read_text()
    assert f"# {name} = " in said
    assert env_name(name) in said


def test_an_unknown_setting_stops_the_start_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text("prot = 8000\n")
    with pytest.raises(SettingsError, match="unknown setting “prot”"):
        load_settings({"HUB_CONFIG_FILE": str(tmp_path / "hub.toml")})


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("HUB_PORT", "eighty", "HUB_PORT must be a whole number, not “eighty”"),
        ("HUB_PORT", "99999", "HUB_PORT must be 1 to 65535, not “99999”"),
        ("HUB_MODE", "live", "HUB_MODE must be production or demo or sandbox or test"),
        ("HUB_WEBHOOK_PRIVATE_ADDRESSES", "perhaps", "must be true or false"),
        ("HUB_WEB_WORKERS", "0", "HUB_WEB_WORKERS must be 1 to 256"),
        ("HUB_REQUESTS_PER_MINUTE", "-1", "HUB_REQUESTS_PER_MINUTE must be 1 or more"),
        ("HUB_CLOCK_RATE", "nan", "HUB_CLOCK_RATE must be a number"),
        ("HUB_LOG_LEVEL", "LOUD", "log_level must be DEBUG or INFO or WARNING or ERROR"),
        ("HUB_BASE_URL", "hub.example", "base_url must be an address such as https://hub.example"),
        ("HUB_BASE_URL", "https://hub.example/below", "with nothing after the name"),
        ("HUB_ALLOWED_HOSTS", "https://hub.example", "allowed_hosts must be names"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load_settings({variable: value})


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("port = true", "must be a whole number"),
        ("port = 8000.7", "must be a whole number"),
        ('allowed_hosts = ["hub.example"]', "must be text"),
        ("port = ", "is not TOML"),
        ("mode = '\xe9'", "is not TOML in UTF-8"),
    ],
)
def test_a_line_of_the_file_that_cannot_be_used_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    (tmp_path / "hub.toml").write_text(line, encoding="latin-1")
    with pytest.raises(SettingsError, match=sentence):
        load_settings({"HUB_CONFIG_FILE": str(tmp_path / "hub.toml")})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read: Is a directory"):
        load_settings({"HUB_CONFIG_FILE": str(tmp_path)})


def test_production_refuses_a_moved_clock() -> None:
    with pytest.raises(SettingsError, match="production refuses"):
        load_settings({"HUB_CLOCK_OFFSET_SECONDS": "3600"})
    assert load_settings({"HUB_MODE": "sandbox", "HUB_CLOCK_OFFSET_SECONDS": "3600"}).clock_offset_seconds == 3600


def test_production_is_not_reached_over_plain_http() -> None:
    """The cookie of a session would go over the network for everybody to read, and no browser would be told to insist."""
    with pytest.raises(SettingsError, match="base_url must begin with https"):
        load_settings({"HUB_BASE_URL": "http://hub.example"})
    for address in ("https://hub.example", "http://localhost:8000", "http://127.0.0.1:8000"):
        assert load_settings({"HUB_BASE_URL": address}).base_url == address
    assert load_settings({"HUB_BASE_URL": "http://hub.example", "HUB_MODE": "demo"}).mode == "demo"


def test_the_address_follows_the_port_unless_it_is_set() -> None:
    assert load_settings({}).base_url == "http://localhost:8000"
    assert load_settings({"HUB_PORT": "8123"}).base_url == "http://localhost:8123"
    assert load_settings({"HUB_PORT": "8123", "HUB_BASE_URL": "https://hub.example"}).base_url == "https://hub.example"
