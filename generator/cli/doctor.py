"""``clausier doctor``: what is wrong with Word files, of whatever origin."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Diagnostic, Note, Report, Severity
from generator.workspace import WorkspaceError, read_input, read_whole, shown_path

# A signed contract with scanned annexes stays below; the bounds on what it unpacks to are those of the doctor.
MAX_BYTES = 64 << 20
_STDIN = ("-", "/dev/stdin")


@dataclass(frozen=True)
class Visit:
    """A file that was named, with what was found in it or with the reason why it cannot be read."""

    file: str
    report: Report
    refusal: WorkspaceError | None = None


@click.command("doctor", short_help="Say what is wrong with Word files, and where.")
@click.argument("files", nargs=-1, type=console.NamedPath(path_type=Path), metavar="FILE.docx...")
@drafts.format_option
@click.option("--strict", is_flag=True, help="Count warnings as errors in the exit status.")
@click.option("--list", "listed", is_flag=True, help="Print every check with its severity, and examine nothing.")
def command(files: tuple[Path, ...], format_: str, strict: bool, listed: bool) -> None:
    """Examine Word files for what schemas do not see and Word repairs, refuses or prints wrong.

    The files may come from any program; `-` is one that is piped in. A place is the part of the file, the number of
    the paragraph in it and its first words.

    Exit status: 0 no error, 1 an error found, 2 wrong usage, 3 a file cannot be read.

    \b
    Examples:
      clausier doctor build/acme-2026/*.docx
      clausier doctor received.docx --strict
      clausier doctor received.docx --format json
      clausier doctor --list
    """
    if listed:
        _list(format_)
        console.end(console.FINE)
    if not files:
        raise click.UsageError("name a Word file to examine, or ask for `--list`")
    visits = [_visit(path) for path in dict.fromkeys(files)]
    if format_ == "json":
        console.out_json({"version": 1, "files": [_as_json(visit) for visit in visits]})
    else:
        shown = drafts.Findings(format_)
        for visit in visits:
            _show(shown, visit)
    console.end(_status(visits, strict))


def _list(format_: str) -> None:
    from generator.doctor import CHECKS

    if format_ == "json":
        listed = [{"code": c.code, "severity": c.severity.value, "title": c.title, "help": c.help} for c in CHECKS]
        console.out_json({"version": 1, "checks": listed})
        return
    for check in sorted(CHECKS, key=lambda check: check.code):
        console.out(f"{check.code:24} {check.severity.value:8} {check.title}")


def _visit(path: Path) -> Visit:
    from generator.doctor import examine

    piped = path.as_posix() in _STDIN
    name = "stdin" if piped else shown_path(path)
    try:
        content = read_input(sys.stdin, name, MAX_BYTES) if piped else read_whole(path, MAX_BYTES)
    except WorkspaceError as refusal:
        return Visit(name if piped else path.as_posix(), Report(), refusal)
    return Visit(name, Report(examine(name, content)))


def _show(shown: drafts.Findings, visit: Visit) -> None:
    if visit.refusal is not None:
        shown.refusal(visit.refusal)
        return
    # An annotation has no line of source below it: the words of the paragraph are said instead.
    told = map(with_words, visit.report.diagnostics) if shown.format == "github" else visit.report.diagnostics
    shown.show(Report(tuple(told)))
    shown.line(f"examined {console.visible(visit.file)}: {findings.tally(visit.report)}")


def with_words(finding: Diagnostic) -> Diagnostic:
    words = finding.span.source_line.strip() if finding.span is not None else ""
    return replace(finding, notes=(*finding.notes, Note(f"in the paragraph “{words}”"))) if words else finding


def _as_json(visit: Visit) -> findings.Json:
    """A file with its findings; ``words`` are those of the paragraph, ``unreadable`` says why there are no findings."""
    listed = [
        {**findings.as_json(finding), "words": finding.span.source_line if finding.span is not None else ""}
        for finding in visit.report.diagnostics
    ]
    shown: findings.Json = {"file": visit.file, "counts": findings.counts_json(visit.report), "findings": listed}
    if visit.refusal is not None:
        shown["unreadable"] = {"reason": visit.refusal.reason, "remedy": visit.refusal.remedy}
    return shown


def _status(visits: list[Visit], strict: bool) -> int:
    if any(visit.refusal is not None for visit in visits):
        return console.NOT_FINISHED
    severe = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    found = any(finding.severity in severe for visit in visits for finding in visit.report.diagnostics)
    return console.FINDINGS if found else console.FINE
