"""``clausier base``: a document to dress a provider's Word files with, to be changed in Word or LibreOffice."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli import console
from generator.workspace import Workspace, WorkspaceError, exists, read_text, read_whole, shown_path, write_all


@click.command("base", short_help="Write a base document: fonts, colours, logo, header, footer, cover.")
@click.argument("file", type=console.NamedPath(path_type=Path), metavar="FILE.docx")
@click.option("--from", "provider", type=console.NamedPath(path_type=Path), metavar="PROFILE",
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
    if exists(file):
        raise WorkspaceError(str(file), "the file exists already", "choose another name, or remove it first")
    if file.suffix.lower() != ".docx":
        raise click.BadParameter(f"`{file}` does not end in .docx", param_hint="FILE.docx")
    if provider is None:
        from generator.writers.docx.starter import starter

        content = starter()
    else:
        content = _base_of(provider)
    write_all({file: content}, fresh=True)
    shown = console.visible(shown_path(file))
    console.out(f"wrote {shown}")
    console.out(
        f"next: change it in Word or LibreOffice, then name it in the provider profile: house: {{base: {file.name}}}"
    )


def _base_of(provider: Path) -> bytes:
    """The base document that a provider profile names. Raises ``WorkspaceError`` where it names none that is sound."""
    from generator.ooxml.house.named import base_of
    from generator.ooxml.house.package import LARGEST_FILE
    from generator.ooxml.house.read import read_house
    from generator.source import read_yaml

    profile = provider / "provider.yaml" if provider.is_dir() else provider
    source, found = read_yaml(str(profile), read_text(profile))
    path = None
    if source is not None:
        path, found = base_of(source, read_text(Workspace.default().schemas / "profile.schema.json"))
    if path is None:
        reason = found[0].message if found else "the profile names no base document (`house: {base: …}`)"
        help_ = found[0].help if found else "write one from our own looks: leave out --from"
        raise WorkspaceError(str(profile), reason, help_)
    content = read_whole(path, LARGEST_FILE)
    house, found = read_house(shown_path(path), content)
    if house is None:
        fault = next(one for one in found if one.is_error)
        raise WorkspaceError(shown_path(path), fault.message, fault.help)
    return content
