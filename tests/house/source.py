"""The hub's own source, parsed once, for the tests that guard the house."""

import ast
from functools import cache
from pathlib import Path

from hub.core.settings import REPOSITORY

HUB = REPOSITORY / "hub"


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the hub but the migrations, by path relative to ``hub/``."""
    paths = [path for path in HUB.rglob("*.py") if "migrations" not in path.parts]
    return {path.relative_to(HUB): ast.parse(path.read_text()) for path in sorted(paths)}


def imported(tree: ast.Module) -> list[str]:
    """The full names that a module imports."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names
