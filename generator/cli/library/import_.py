"""``clausier library import``: what lawyers changed in the book, back into the files of the library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Report
from generator.workspace import Workspace, read_whole, shown_path, write_all

if TYPE_CHECKING:
    from generator.book.comments import Comment
    from generator.book.imported import Import
    from generator.book.proposed import NewFile

MAX_BYTES = 64 << 20
_FEW = 60


@click.command("import", short_help="Read a lawyer's changes back from the Word file.")
@click.argument("file", type=console.NamedPath(path_type=Path), metavar="FILE.docx")
@click.option("--write", is_flag=True, help="Write the files of the library; without it, only show what would change.")
@click.option("--skip-refused", is_flag=True, help="Take the texts that can be read although others are refused.")
@click.option("--accept-author", "authors", multiple=True, metavar="NAME",
              help="Follow the tracked changes of this author alone; may be given several times.")  # fmt: skip
@click.option("--record", type=console.NamedPath(path_type=Path), metavar="FILE.json",
              help="Write who proposed what and when, with the comments, as JSON.")  # fmt: skip
@click.option("--message", type=console.NamedPath(path_type=Path), metavar="FILE",
              help="Write the text of a commit message that names the authors.")  # fmt: skip
@drafts.format_option
def command(
    file: Path,
    write: bool,
    skip_refused: bool,
    authors: tuple[str, ...],
    record: Path | None,
    message: Path | None,
    format_: str,
) -> None:
    """Show what a book that came back changes in the library, with who proposed it, and write nothing.

    Tracked changes and plain edits of clauses, definitions, titles and labels are read; what no file can hold is
    refused at its entry, language and paragraph. The changed library is read as a whole before a file is written.

    Exit status: 0 nothing refused, 1 something refused, 2 wrong usage or unreadable file, 3 not finished.

    \b
    Examples:
      clausier library import library.docx
      clausier library import library.docx --write --record changes.json
      clausier library import library.docx --accept-author "Me Dupont"
    """
    from generator.book.imported import imported
    from generator.parts import sweep_below

    name = shown_path(file)
    if record is not None and message is not None and record.resolve() == message.resolve():
        raise click.BadParameter("the record and the message go into files of their own", param_hint="--message")
    if write:
        sweep_below(str(Workspace.default().clauses))
    made = imported(name, read_whole(file, MAX_BYTES), Workspace.default(), authors, keep_others=skip_refused)
    report = Report.of(made.findings)
    if format_ == "json":
        console.out(made.json(findings.counts_json(report), [findings.as_json(one) for one in report.diagnostics]))
    else:
        _show(made, report, format_)
    library_files = {new.path.resolve() for new in made.files}
    for path, option in ((record, "--record"), (message, "--message")):
        if path is not None and path.resolve() in library_files:
            raise click.BadParameter(f"`{path}` is a file of the library", param_hint=option)
    refused = report.has_errors and not (skip_refused and made.loads and made.files)
    outputs = {} if refused or not write else {new.path: new.content for new in made.files}
    if made.record is not None and not refused:
        outputs |= {record: made.record_json.encode()} if record is not None else {}
        outputs |= {message: made.message.encode()} if message is not None else {}
    # The library last: a run that is killed before can be made again, one after it finds nothing left to record.
    write_all({path: outputs[path] for path in sorted(outputs, key=lambda path: path.resolve() in library_files)})
    if format_ == "text":
        _said(made, outputs, refused=refused, write=write)
    console.end(console.FINDINGS if report.has_errors else console.FINE)


def _show(made: Import, report: Report, format_: str) -> None:
    shown = drafts.Findings(format_)
    for new in made.files:
        for line in _file(new):
            shown.line(line)
    for comment in made.comments:
        shown.line(_comment(comment))
    shown.show(report)


def _file(new: NewFile) -> list[str]:
    """What becomes of one file: who proposed it, then the lines."""
    from generator.book.record import proposed_by

    lines = []
    for proposal in new.proposals:
        lines.append(console.visible(f"{proposal.id} ({proposal.language}): {proposed_by(proposal)}"))
        if proposal.approved_by:
            lines.append(console.visible(f"  the approval by {proposal.approved_by} no longer counts"))
    return [*lines, *map(console.visible, new.diff()), ""]


def _comment(comment: Comment) -> str:
    from generator.book.record import signed

    mark = comment.mark
    where = "outside the texts" if mark is None else f"{mark.entry} ({mark.language}), paragraph {comment.paragraph}"
    words = comment.words if len(comment.words) <= _FEW else f"{comment.words[: _FEW - 1]}…"
    said = " / ".join(comment.text.splitlines())
    return console.visible(f"comment by {signed(comment.author, comment.date)}, {where}, on “{words}”: {said}")


def _said(made: Import, outputs: dict[Path, bytes], *, refused: bool, write: bool) -> None:
    """The last lines: how many texts changed, what was written, what to do next."""
    texts = sum(len(new.proposals) for new in made.files)
    changed = f"{_count(texts, 'text')} changed in {_count(len(made.files), 'file')}, {made.unchanged} unchanged"
    console.out(f"read {console.visible(made.name)}: {changed}, {findings.tally(Report.of(made.findings))}")
    for note in made.notes:
        console.out(console.visible(note))
    for path in outputs:
        console.out(f"wrote {console.visible(shown_path(path))}")
    if refused:
        console.out(
            "nothing was written"
            + ("; --skip-refused takes the texts that can be read" if made.files and made.loads else "")
        )
    elif made.files and not write:
        console.out("no file of the library was written; --write writes them")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
