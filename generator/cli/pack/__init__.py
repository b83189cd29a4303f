"""``clausier pack``: what concerns the whole pack of a deal. One module a command."""

from __future__ import annotations

from typing import ClassVar

import click

from generator.cli.commands import Commands

# The modules are imported when their command runs or its help is shown, as in `generator.cli`.
COMMANDS = ("score",)


class PackCommands(Commands):
    """The commands of a pack."""

    modules: ClassVar = {name: f"generator.cli.pack.{name}" for name in COMMANDS}


@click.group("pack", cls=PackCommands, short_help="Judge the pack of a deal.")
def command() -> None:
    """What concerns the whole pack of a deal.

    \b
    Example:
      clausier pack score contracts/dupont.yaml
    """
