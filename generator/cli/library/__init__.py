"""``clausier library``: what concerns the clause library and no deal. One module a command."""

from __future__ import annotations

import importlib

import click

# The modules are imported when their command runs or its help is shown, as in `generator.cli`.
COMMANDS: dict[str, str] = {
    "lint": "lint",
}


class LibraryCommands(click.Group):
    """The commands of the library, loaded one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"generator.cli.library.{COMMANDS[cmd_name]}").command
        return found


@click.group("library", cls=LibraryCommands, short_help="Judge the clause library.")
def command() -> None:
    """What concerns the clause library and no deal.

    \b
    Example:
      clausier library lint
    """
