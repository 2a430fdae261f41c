"""A package imports only what stands before it, so there can be no circle (docs/adr/0001)."""

from pathlib import Path

import pytest

from tests.house.source import imported, modules, paths

ORDER = [
    {"core"},
    {"duties", "audit"},
    {"directory"},
    {"access"},
    {"notify"},
    {"registry"},
    {"missing"},
    {"spotpurchase", "lookup"},
    {"accountability"},
    {"web"},
    {
        "app",
        "catalogue",
        "jobs",
        "cli",
        "commands",
        "up",
        "generated",
        "keys",
        "parties",
        "ports",
        "resources",
        "serving",
        "tables",
        "demonstration",
        "mail_catcher",
        "migrations",
    },
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
TOP = len(ORDER) - 1


def package_of(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", [p for p in paths() if p != Path("__init__.py")], ids=str)
def test_a_module_imports_only_what_stands_before_it(path: Path) -> None:
    own = package_of(path)
    wrong = [name for name in imported(modules()[path]) if name.startswith("hub.") and not _may(own, name)]
    assert wrong == []


def _may(own: str, name: str) -> bool:
    other = name.split(".")[1]
    if (own, other) == ("web", "migrations"):  # readiness asks whether the schema is the newest
        return True
    return other == own or RANK[other] < RANK[own] or RANK[own] == TOP


def test_every_package_has_its_place_in_the_order() -> None:
    assert {package_of(path) for path in paths()} - {"__init__"} <= RANK.keys()


def test_the_pure_core_of_the_law_knows_no_database_and_no_web() -> None:
    pure = [tree for path, tree in modules().items() if path.parts[0] == "duties"]
    assert not [n for tree in pure for n in imported(tree) if n.split(".")[0] in {"flask", "sqlalchemy", "requests"}]
