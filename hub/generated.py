"""The pages that are made from the code, so that they cannot say otherwise: the law, the states, permissions, settings."""

from pathlib import Path

from hub.access.permission_pages import as_markdown
from hub.app import guarded_routes
from hub.core.machine import Machine
from hub.core.settings import REPOSITORY, example_file
from hub.directory.states import CORRECTION, PROPOSAL
from hub.duties.pages import render_markdown
from hub.duties.rulebook import load_rulebook
from hub.missing.states import EPISODE, EPISODE_MATCH
from hub.notify.delivery_states import DELIVERY, PERSONAL_MAIL
from hub.notify.states import OBLIGATION
from hub.registry.desk.question_states import QUESTION
from hub.registry.links.states import MATCH, RETURN
from hub.registry.states import APPROVAL_REQUEST, NOTICE, PLACEMENT
from hub.registry.uploads.states import UPLOAD
from hub.spotpurchase.states import (
    AGREEMENT,
    APPOINTMENT,
    ASK,
    COMMISSION,
    INTERVIEW_REPORT,
    INTERVIEW_REQUEST,
    RECOMMENDATION,
    REFERRAL,
    SHARE,
)

MACHINES = (
    NOTICE,
    PLACEMENT,
    APPROVAL_REQUEST,
    MATCH,
    RETURN,
    QUESTION,
    UPLOAD,
    EPISODE,
    EPISODE_MATCH,
    INTERVIEW_REQUEST,
    ASK,
    COMMISSION,
    APPOINTMENT,
    INTERVIEW_REPORT,
    SHARE,
    RECOMMENDATION,
    REFERRAL,
    AGREEMENT,
    OBLIGATION,
    DELIVERY,
    PERSONAL_MAIL,
    PROPOSAL,
    CORRECTION,
)


def generated_pages() -> dict[Path, str]:
    """Every generated page, by its path, with the text it should have."""
    return {
        REPOSITORY / "docs" / "law.md": render_markdown(load_rulebook(REPOSITORY / "config").law),
        REPOSITORY / "docs" / "states.md": render_states(),
        REPOSITORY / "docs" / "permissions.md": as_markdown(guarded_routes()),
        REPOSITORY / "config" / "hub.example.toml": example_file(),
    }


def render_states() -> str:
    """Every state machine as a diagram and a table, in Markdown."""
    head = (
        "# States\n\nMade from the machines in the code by `make docs`. "
        "*Overdue* is not a state: it is open and past its due instant.\n"
    )
    return head + "".join(_render(machine) for machine in MACHINES)


def _render(machine: Machine) -> str:
    arrows = "".join(
        f"    {source} --> {move.target}: {move.action}\n" for move in machine.moves for source in sorted(move.sources)
    )
    rows = "".join(
        f"| {move.action} | {', '.join(sorted(move.sources))} | {move.target} | {move.by} |\n" for move in machine.moves
    )
    diagram = f"```mermaid\nstateDiagram-v2\n    [*] --> {machine.start}\n{arrows}```\n"
    return f"\n## {machine.name.capitalize()}\n\n{diagram}\n| action | from | to | by |\n|---|---|---|---|\n{rows}"
