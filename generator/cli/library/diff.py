"""``clausier library diff``: what a change of the clause library does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Report

if TYPE_CHECKING:
    from generator.diff.read import Side
    from generator.diff.show import Line

_DEALS = (".yaml", ".yml")
_COLOURS = {
    "gone": "red",
    "removed": "red",
    "error": "red",
    "come": "green",
    "added": "green",
    "changed": "yellow",
    "warning": "yellow",
    "moved": "cyan",
    "info": "cyan",
    "approval": "magenta",
    "frame": "blue",
}


@click.command("diff", short_help="Say what a change of the clause library does, to its texts and to deals.")
@click.argument("words", nargs=-1, metavar="[REV | REV1 REV2 | REV1..REV2] [DEAL.yaml]...")
@click.option("--with", "folder", type=console.NamedPath(path_type=Path), metavar="DIR",
              help="Compare with the library in this folder instead of a revision.")  # fmt: skip
@click.option("--only", default="", metavar="PREFIX",
              help="Only clauses, slots, rules and values whose names begin so.")  # fmt: skip
@click.option("--lang", "language", type=click.Choice(["fr", "en", "both"]), default="both", show_default=True,
              help="Language of the library's texts that are compared.")  # fmt: skip
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How the differences are shown.")  # fmt: skip
def command(words: tuple[str, ...], folder: Path | None, only: str, language: str, format_: str) -> None:
    """Say what a change of the clause library does: clause by clause in words, then outlines, rules, facts and terms,
    then the deals whose contracts change and how.

    REV is a revision of git: its library is compared with the one in the work tree, or REV1 with REV2. Without a deal,
    those in the folder `contracts` are compared.

    Exit status: 0 no difference, 1 differences, 2 wrong usage, 3 a library cannot be read.

    \b
    Examples:
      clausier library diff HEAD
      clausier library diff v1.4..v1.5 --lang fr --only liability
      clausier library diff main contracts/dupont.yaml
      clausier library diff --with ../other-library
    """
    from generator.diff import compare
    from generator.diff.as_json import changes_json
    from generator.diff.deals import deal_texts, deals_in
    from generator.diff.read import revisions_in, sides
    from generator.diff.show import lines_of
    from generator.workspace import Workspace

    named = [Path(word) for word in words if word.endswith(_DEALS)]
    revisions = revisions_in([word for word in words if not word.endswith(_DEALS)])
    refuse_bad_usage(revisions, folder)
    deals = deal_texts(named or deals_in(Path("contracts")))
    with sides(Workspace.default(), revisions, folder) as (old, new):
        if old.library is None or new.library is None:
            show_unreadable((old, new), format_)
            console.end(console.NOT_FINISHED)
        changes = compare(old, new, deals)
    if only:
        changes = changes.only(only)
    if language != "both":
        changes = changes.in_language(language)
    if format_ == "json":
        console.out_json(changes_json(changes, old, new))
    else:
        coloured = console.style() is console.coloured
        for line in lines_of(changes, old, new):
            console.out(shown(line, coloured=coloured))
    console.end(console.FINDINGS if changes.any else console.FINE)


def refuse_bad_usage(revisions: Sequence[str], folder: Path | None, command: str = "diff") -> None:
    """Two libraries are compared: of revisions, or with a folder."""
    from generator.diff.read import of_a_common_ancestor

    for word in filter(of_a_common_ancestor, revisions):
        raise click.UsageError(f"`{word}` has three dots; two stand between the revisions that are compared")
    if folder is not None and revisions:
        raise click.UsageError(f"`--with` stands instead of a revision; leave out `{revisions[0]}` or `--with`")
    if folder is None and not revisions:
        example = f"clausier library {command} HEAD"
        raise click.UsageError(f"name a revision to compare with, as in `{example}`, or `--with DIR`")
    if len(revisions) > 2:
        raise click.UsageError(f"two libraries are compared, and this names {len(revisions)}; deals end in `.yaml`")


def show_unreadable(compared: Iterable[Side], format_: str) -> None:
    """The findings of the libraries that could not be read."""
    from generator.diff.as_json import side_json

    reports = [(side, Report.of(side.findings)) for side in compared]
    if format_ == "json":
        listed = [
            {**side_json(side), "findings": [findings.as_json(finding) for finding in report.diagnostics]}
            for side, report in reports
        ]
        console.out_json({"version": 1, "old": listed[0], "new": listed[1], "differ": None})
        return
    for side, report in reports:
        if side.library is None:
            drafts.Findings("text").show(report)
            name = console.visible(side.name)
            console.out(f"cannot be compared: the clause library of {name} has {findings.tally(report)}")


def shown(line: Line, *, coloured: bool) -> str:
    """A line as the terminal shows it: in colour, or with ``[-gone-]`` and ``{+come+}``."""
    from generator.diff.prose import marked

    printed = []
    for text, part in line:
        kind = part.removesuffix(" value")
        visible = console.visible(text)
        if coloured:
            printed.append(
                click.style(visible, fg=_COLOURS.get(kind), bold=part == "strong" or None) if part else visible
            )
        elif part in {"gone", "come"}:
            printed.append(marked([("gone" if part == "gone" else "come", visible)]))
        else:
            printed.append(visible if part else marked([("same", visible)]))
    return "".join(printed)
