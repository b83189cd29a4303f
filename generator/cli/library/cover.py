"""``clausier library cover``: few deals that show every clause, and every atom of every condition true and false."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Report

if TYPE_CHECKING:
    from generator.library.model import Library
    from generator.prove.cover import Drafted, Tally, Targets

FOLDER = Path("contracts/cover")
KNOWN = "contracts/*.yaml"


@click.command("cover", short_help="Write few deals that show every clause.")
@click.argument("deals", nargs=-1, type=console.NamedPath(path_type=Path), metavar="[DEAL...]")
@click.option("-o", "--output", "folder", type=console.NamedPath(path_type=Path, file_okay=False), default=FOLDER,
              show_default=True, metavar="FOLDER", help="The folder of the corpus.")  # fmt: skip
@click.option("--check", "only_check", is_flag=True,
              help="Write nothing: does the corpus in the folder still show everything?")  # fmt: skip
@click.option("--timeout", type=click.IntRange(1, 3600), default=5, show_default=True, metavar="SECONDS",
              help="How long the solver may think about one question.")  # fmt: skip
@click.option("--minutes", type=click.IntRange(1, 600), default=60, show_default=True, metavar="MINUTES",
              help="After so long nothing more is looked for; run again, the search goes on from there.")  # fmt: skip
@drafts.format_option
def command(deals: tuple[Path, ...], folder: Path, only_check: bool, timeout: int, minutes: int, format_: str) -> None:
    """Look for the fewest deals that together include every clause and make every atom true and false: each comparison
    of each condition of clauses, outlines, slots, facts, rules, approvals, obligations and branches of texts.

    DEAL... are valid deals to start from, beside those of the folder; without them contracts/*.yaml. Each deal is
    valid, and its file says only what its profiles do not. What no valid deal can show is proven by the solver; it is
    listed in index.json of the folder, with what no deal was found for. Run again, the search goes on from there.

    Exit status: 1 the corpus does not show everything (--check), 3 no deal was found for something.

    \b
    Examples:
      clausier library cover
      clausier library cover --check
      clausier library cover -o contracts/few contracts/pme-acme.yaml
    """
    from generator.pipeline import library_of
    from generator.prove.cover import targets
    from generator.workspace import Workspace

    library, found = library_of(Workspace.default())
    if library is None:
        shown = drafts.Findings(format_)
        shown.show(Report.of(found))
        shown.line("the clause library has errors, nothing was looked for")
        console.end(console.FINDINGS)
    if only_check:
        _check(library, targets(library), folder, format_)
    _write(library, targets(library), deals or tuple(sorted(Path().glob(KNOWN))), folder, timeout, minutes, format_)


def _check(library: Library, wanted: Targets, folder: Path, format_: str) -> NoReturn:
    from generator.prove.cover import check

    checked = check(library, wanted, folder)
    report = Report.of(checked.findings)
    line = f"{checked.deals} deals show {checked.tally.shown()}"
    if checked.missed:
        line += f"; no deal was found for {checked.missed}"
    if format_ == "json":
        console.out_json({"version": 1, "counts": findings.counts_json(report), "deals": checked.deals,
                          **_tally(checked.tally), "missed": checked.missed,
                          "findings": [findings.as_json(f) for f in report.diagnostics]})  # fmt: skip
    else:
        shown = drafts.Findings(format_)
        shown.show(report)
        shown.line(line)
    if report.has_errors:
        console.end(console.FINDINGS)
    console.end(console.NOT_FINISHED if checked.missed else console.FINE)


def _write(
    library: Library,
    wanted: Targets,
    paths: tuple[Path, ...],
    folder: Path,
    timeout: int,
    minutes: int,
    format_: str,
) -> NoReturn:
    from generator.prove import SolverMissing
    from generator.prove.cover import cover, deal_files, read_index
    from generator.workspace import remove_files, write_all

    starts = list(_starts(library, (*paths, *deal_files(folder)), folder))
    if not starts:
        raise click.UsageError(f"no valid deal to start from; name one whose provider profile is beside {folder}")
    told = console.err if format_ == "text" else _silent
    try:
        corpus = cover(wanted, starts, folder, timeout=timeout * 1000, minutes=minutes, report=told)
    except SolverMissing:
        console.err("error: the solver is not installed; install it with: pip install 'clausier[prove]'")
        console.end(console.NOT_FINISHED)
    files = corpus.files(folder)
    earlier = [folder / name for name in read_index(folder).deals]
    write_all(files)
    remove_files(path for path in earlier if path not in files and path.parent == folder)
    if format_ == "json":
        console.out_json({"version": 1, "deals": [deal.file for deal in corpus.deals], **_tally(corpus.tally),
                          "missed": dict(corpus.missed)})  # fmt: skip
    else:
        for name, reason in sorted(corpus.missed.items()):
            console.out(console.visible(f"not covered: {name} ({reason})"))
        console.out(f"{len(corpus.deals)} deals show {corpus.tally.shown()}; not covered: {len(corpus.missed)}")
    console.end(console.NOT_FINISHED if corpus.missed else console.FINE)


def _starts(library: Library, paths: tuple[Path, ...], folder: Path) -> Iterator[Drafted]:
    """The valid ones of the deals, read as if they stood in the folder: their provider must be found from there."""
    from generator.prove.cover import planned
    from generator.workspace import read_text, shown_path

    for path in paths:
        drafted, _ = planned(library, shown_path(path), read_text(path), folder)
        if drafted is not None:
            yield drafted


def _silent(line: str) -> None:
    """Nothing is told on the way where a program reads the answer."""


def _tally(tally: Tally) -> findings.Json:
    return {
        "clauses": {"covered": tally.clauses_covered, "of": tally.clauses},
        "atoms": {"covered": tally.atoms_covered, "of": tally.atoms, "unreachable": tally.unreachable},
    }
