"""The policy as a matrix: every route of the API by every role, made from the policy page, for a terminal and for docs/."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from rich.table import Table

from hub.access.checking import allows
from hub.access.permissions import PARTIES, PERMISSIONS, ROLES, SCOPES
from hub.access.spoken import spoken

Cell = Literal["●", "◐", ""]
"""May; may in some of the kinds of organisation that have the role; may not."""

SHORT: Final = {
    "social_worker": "SW",
    "team_manager": "TM",
    "service_manager": "SM",
    "nominated_officer": "NO",
    "dcs": "DCS",
    "missing_coordinator": "MC",
    "data_officer": "DO",
    "duty_desk": "DD",
    "register_keeper": "RK",
    "registered_manager": "RM",
    "shift_staff": "SS",
    "supervising_social_worker": "SSW",
    "call_handler": "CH",
    "missing_person_coordinator": "MPC",
    "coordinator": "CO",
    "interviewer": "IV",
    "desk": "DK",
    "analyst": "AN",
    "operator": "OP",
    "administrator": "AD",
    "privacy_lead": "PL",
}


@dataclass(frozen=True, order=True)
class Route:
    """One route of the API and the permission that it names."""

    rule: str
    method: str
    permission: str


def cell(permission: str, role: str) -> Cell:
    """Whether *role* may, in all or in some of the organisations that have it."""
    held = ROLES[role]
    may = [allows(permission, kind, held.scopes) for kind in held.kinds]
    return "●" if all(may) else "◐" if any(may) else ""


def parties(permission: str) -> str:
    """Which parties to a record it is for; to any, where it is not about one record."""
    return ", ".join(sorted(PERMISSIONS[permission].parties)) or "–"


def as_table(routes: Iterable[Route]) -> Table:
    """The matrix for a terminal: route by role, and the parties to a record that it is for."""
    table = Table(title="Who may ask what, and about whose records", caption=_legend(), pad_edge=False, padding=0)
    table.add_column("route", no_wrap=True)
    table.add_column("permission", no_wrap=True)
    for short in SHORT.values():
        table.add_column("\n".join(short), justify="center", no_wrap=True)
    table.add_column("of which records: where one's organisation is", no_wrap=True)
    for route in routes:
        marks = [cell(route.permission, role) for role in SHORT]
        table.add_row(f"{route.method:<6} {route.rule}", route.permission, *marks, parties(route.permission))
    return table


def _legend() -> str:
    roles = ", ".join(f"{short} {spoken(role)}" for role, short in SHORT.items())
    return f"● may   ◐ may in some of the kinds of organisation that have the role\n{roles}"


def as_markdown(routes: Iterable[Route]) -> str:
    """docs/permissions.md: scopes, roles, parties, and the matrix."""
    return "\n".join(
        [
            "# Permissions",
            "",
            "Made from `hub/access/permissions.py` by `make docs`; `make permissions` prints the matrix. Held to the running",
            "hub by `tests/access/test_matrix.py`: each route, asked by each role, about records of each party and of others.",
            *_section("Roles", ("role", "short", "in", "scopes", "what for"), _role_rows()),
            *_section("Scopes", ("scope", "to"), SCOPES.items()),
            *_section("Parties to a record", ("party", "is"), PARTIES.items()),
            *_section(
                "Routes",
                ("route", "permission", *SHORT.values(), "whose records", "why"),
                (_route_row(route) for route in routes),
            ),
            "",
            "● may, ◐ may in some of the kinds of organisation that have the role. Somebody who may not is answered 403; about a",
            "record of others the answer is 404, as about none. *operator*: the hub's operator may, for any organisation.",
            "",
        ]
    )


def _role_rows() -> Iterator[tuple[str, ...]]:
    for name, role in ROLES.items():
        kinds = ", ".join(spoken(kind) for kind in sorted(role.kinds))
        yield spoken(name), SHORT[name], kinds, ", ".join(sorted(role.scopes)) or "–", role.says


def _route_row(route: Route) -> tuple[str, ...]:
    marks = [cell(route.permission, role) for role in SHORT]
    return (
        f"`{route.method} {route.rule}`",
        route.permission,
        *marks,
        parties(route.permission),
        PERMISSIONS[route.permission].why,
    )


def _section(title: str, heads: tuple[str, ...], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield from ("", f"## {title}", "", _row(heads), "|" + "---|" * len(heads))
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
