"""``clausier library impact``: what a change of the library means for contracts, and who must act."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.batch.deals import ENDINGS, deals_in
from generator.cli import console, drafts

if TYPE_CHECKING:
    from generator.diff.read import Side
    from generator.impact import Impact

FOLDER = Path("contracts")


@click.command("impact", short_help="List every contract that a change of the library would change, and how.")
@click.argument("words", nargs=-1, metavar="[REV | REV1..REV2] [CONTRACTS]...")
@click.option("--with", "folder", type=console.NamedPath(path_type=Path), metavar="DIR",
              help="Compare with the library in this folder instead of a revision.")  # fmt: skip
@click.option("--format", "format_", type=click.Choice(["text", "json", "html", "sarif"]), default="text",
              show_default=True, help="html: one page to read and print; sarif: SARIF 2.1.0.")  # fmt: skip
@click.option("-o", "--output", type=console.NamedPath(path_type=Path), metavar="FILE",
              help="Write the report to this file instead of the terminal.")  # fmt: skip
@click.option("--messages", type=click.Choice(["fr", "en"]),
              help="Language of the report. Without it: the language of the first contract.")  # fmt: skip
@drafts.provider_option
def command(
    words: tuple[str, ...],
    folder: Path | None,
    format_: str,
    output: Path | None,
    messages: str | None,
    provider: Path | None,
) -> None:
    """List every contract that a change of the clause library would change: what it means for the parties first, with
    old and new values, then clauses with the reason, findings of the rules, and approvals that are needed again.

    REV is a revision of git: its library is compared with the one in the work tree, or that of REV1 with that of REV2.
    CONTRACTS are deals and folders that hold deals; without one, the folder `contracts`. Nothing is written but the
    report: a contract that is signed is named as one that needs an amendment.

    Exit status: 0, 1 a contract can no longer be built, 2 wrong usage or a deal that cannot be read, 3 a library that
    cannot be read.

    \b
    Examples:
      clausier library impact HEAD
      clausier library impact v1.4 contracts/ --format html -o impact.html
      clausier library impact v1.4..v1.5 clients/ contracts/dupont.yaml --messages en
      clausier library impact --with ../other-library contracts/dupont.yaml
    """
    from generator.cli.library.diff import refuse_bad_usage, show_unreadable
    from generator.diff.read import revisions_in, sides
    from generator.impact import impact_of
    from generator.pipeline import Options
    from generator.workspace import Workspace, WorkspaceError

    _refuse_a_lone_word(words, folder)
    revisions = revisions_in(words[:1] if folder is None else ())
    refuse_bad_usage(revisions, folder, "impact")
    named = [Path(word) for word in words[len(revisions[:1]) :]]
    files = tuple(deals_in(named or [FOLDER]))
    if not files:
        shown_names = ", ".join(path.as_posix() for path in named or [FOLDER])
        raise WorkspaceError(shown_names, "there is no deal in it", "name a deal, or a folder that holds deals")
    with sides(Workspace.default(), revisions, folder) as (old, new):
        if old.library is None or new.library is None:
            show_unreadable((old, new), format_)
            console.end(console.NOT_FINISHED)
        impact = impact_of(old, new, files, Options(provider=provider), messages or "")
        report = _report(impact, old, new, format_)
    if output is None:
        console.out(report)
    else:
        from generator.workspace import shown_path, write_whole

        write_whole(output, f"{report}\n".encode())
        console.out(f"wrote {console.visible(shown_path(output))}")
    for refusal in impact.unreadable:
        console.show_refusal(refusal)
    if impact.unreadable:
        console.end(console.USAGE)
    console.end(console.FINDINGS if impact.broken else console.FINE)


def _refuse_a_lone_word(words: Sequence[str], folder: Path | None) -> None:
    """A revision beside ``--with``, or a contract in the place of the revision."""
    first = words[0] if words else ""
    is_deal = first.endswith(ENDINGS)
    if folder is not None and first and not is_deal and not Path(first).exists():
        raise click.UsageError(f"`--with` stands instead of a revision; leave out `{first}` or `--with`")
    if folder is None and (is_deal or first.endswith(("/", "\\"))):
        raise click.UsageError(f"name a revision first, as in `clausier library impact HEAD {first}`")


def _report(impact: Impact, old: Side, new: Side, format_: str) -> str:
    if format_ == "json":
        import json

        from generator.impact.as_json import impact_json

        return json.dumps(impact_json(impact, old, new), ensure_ascii=False, indent=2)
    if format_ == "html":
        from generator.impact.page import page_of

        return page_of(impact, old, new)
    if format_ == "sarif":
        import json

        from generator.cli.library.impact_sarif import impact_sarif

        return json.dumps(impact_sarif(impact), ensure_ascii=False, indent=2)
    from generator.cli.library.diff import shown
    from generator.impact.show import lines_of

    coloured = console.style() is console.coloured
    return "\n".join(shown(line, coloured=coloured) for line in lines_of(impact, old, new))
