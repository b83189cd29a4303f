"""``clausier library``: what concerns the clause library and no deal. One module a command."""

from __future__ import annotations

from typing import ClassVar

import click

from generator.cli.commands import Commands

# The modules are imported when their command runs or its help is shown, as in `generator.cli`.
COMMANDS: dict[str, str] = {
    "lint": "lint",
    "prove": "prove",
    "cover": "cover",
    "book": "book",
    "import": "import_",
    "diff": "diff",
    "impact": "impact",
    "approve": "approve",
    "approvals": "approvals",
}


class LibraryCommands(Commands):
    """The commands of the library."""

    modules: ClassVar = {name: f"generator.cli.library.{module}" for name, module in COMMANDS.items()}


@click.group("library", cls=LibraryCommands, short_help="Judge the clause library.")
def command() -> None:
    """What concerns the clause library and no deal.

    \b
    Example:
      clausier library lint
    """
