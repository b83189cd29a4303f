"""``clausier base``: a document to dress a provider's Word files with, to be changed in Word or LibreOffice."""

from __future__ import annotations

import os
from pathlib import Path

import click

from generator.cli import console
from generator.workspace import WorkspaceError, read_text, read_whole, shown_path, write_whole


@click.command("base", short_help="Write a base document: fonts, colours, logo, header, footer, cover.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.docx")
@click.option("--from", "provider", type=click.Path(path_type=Path), metavar="PROFILE",
              help="Copy the base document that this provider profile names, instead of our own looks.")  # fmt: skip
def command(file: Path, provider: Path | None) -> None:
    """Write a base document to FILE.docx: the looks of a contract, with a line of every style and of the cover.

    Change it in Word or LibreOffice, put it beside the provider profile and name it there: `house: {base: base.docx}`.
    A file that exists is never overwritten.

    \b
    Examples:
      clausier base contracts/dupont-it/base.docx
      clausier base contracts/dupont-it/base.docx --from contracts/my-msp/provider.yaml
    """
    if os.path.lexists(file):
        raise WorkspaceError(str(file), "the file exists already", "choose another name, or remove it first")
    if file.suffix.lower() != ".docx":
        raise click.BadParameter(f"`{file}` does not end in .docx", param_hint="FILE.docx")
    if provider is None:
        from generator.writers.docx.starter import starter

        content = starter()
    else:
        content = read_whole(_base_of(provider), 1 << 23)
    write_whole(file, content)
    shown = console.visible(shown_path(file))
    console.out(f"wrote {shown}")
    console.out(
        f"next: change it in Word or LibreOffice, then name it in the provider profile: house: {{base: {file.name}}}"
    )


def _base_of(provider: Path) -> Path:
    """The base document that a provider profile names. Raises ``WorkspaceError`` where it names none."""
    from generator.source import read_yaml

    profile = provider / "provider.yaml" if provider.is_dir() else provider
    source, _ = read_yaml(shown_path(profile), read_text(profile))
    house = source.value.get("house") if source is not None and isinstance(source.value, dict) else None
    base = house.get("base") if isinstance(house, dict) else None
    if not isinstance(base, str):
        help_ = "write one from our own looks: leave out --from"
        raise WorkspaceError(str(profile), "the profile names no base document (`house: {base: …}`)", help_)
    return profile.parent / base
