"""Groups of commands that are loaded one by one and answer a misspelt name with the nearest."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import ClassVar

import click

from generator.cli import console


class Commands(click.Group):
    """A group whose commands are modules; a module is imported when its command runs or its help is shown."""

    # The module of each command, by its name, in the order of the help.
    modules: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        found: click.Command = importlib.import_module(self.modules[cmd_name]).command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.modules and not name.startswith("-"):
            from generator.diagnostics import did_you_mean

            near = did_you_mean(name, self.modules)
            help_ = f"did you mean `{near}`?" if near else "known: " + ", ".join(self.modules)
            raise click.UsageError(f"no command is named `{console.visible(name)}`; {help_}", ctx)
        return super().resolve_command(ctx, args)
