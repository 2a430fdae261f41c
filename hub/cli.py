"""The ``hub`` command.

Each command's module is loaded when it is given: a worker that runs for months holds nothing of the pages, a web server
nothing of the demonstration.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from hub.commands.refusals import as_sentences

COMMANDS: Final[Mapping[str, str]] = {
    "access": "hub.commands.access:people",
    "area": "hub.directory.areas_cli:area",
    "audit": "hub.commands.records:audit",
    "auditor": "hub.commands.records:auditor",
    "client": "hub.commands.access:client",
    "demo": "hub.commands.starting:demo",
    "directory": "hub.directory.areas_cli:directory",
    "docs": "hub.commands.pages:docs",
    "duties": "hub.commands.law:duties",
    "evidence": "hub.commands.records:evidence",
    "keys": "hub.commands.access:keys",
    "mail-catcher": "hub.commands.mail_catcher:catch_mail",
    "migrate": "hub.commands.starting:migrate",
    "permissions": "hub.commands.pages:permissions",
    "serve": "hub.commands.serve:serve",
    "take-bounce": "hub.commands.records:take_bounce",
    "up": "hub.commands.starting:start_everything",
    "worker": "hub.commands.worker:worker",
}
"""Name → module and attribute."""


class _Commands(click.Group):
    """Loads the command that is given, and ends with the sentence of an expected error instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        with as_sentences():
            return super().invoke(ctx)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The placement notification hub."""


if __name__ == "__main__":
    main()
