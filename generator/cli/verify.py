"""``clausier verify``: whether the files of a contract still say what was built."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from generator.cli import console, drafts, findings
from generator.cli.checkout import checkout_path
from generator.cli.doctor import MAX_BYTES, with_words
from generator.diagnostics import Report
from generator.workspace import WorkspaceError, read_input, read_whole, shown_path

if TYPE_CHECKING:
    from generator.verify.verdict import Verdict
    from generator.verify.witness import Request

_STDIN: Final = ("-", "/dev/stdin")
# Which verdict ends the command how; what cannot be read or verified weighs more than what is wrong.
_STATUS: Final = {"untouched": 0, "edited": 1, "forged": 1, "not ours": 1, "unverifiable": 2}


@dataclass(frozen=True)
class Judged:
    """A file that was named, with its verdict or with the reason why it cannot be read."""

    file: str
    verdict: Verdict | None = None
    refusal: WorkspaceError | None = None

    @property
    def report(self) -> Report:
        return Report(self.verdict.findings if self.verdict is not None else ())

    @property
    def state(self) -> str:
        return self.verdict.state if self.verdict is not None else "unreadable"


@click.command("verify", short_help="Say whether files of a contract are as they were built.")
@click.argument("files", nargs=-1, type=console.NamedPath(path_type=Path), metavar="FILE...")
@click.option("--against", type=console.NamedPath(path_type=Path), metavar="DEAL",
              help="Compare with the contract that this deal makes, and trust nothing in the file.")  # fmt: skip
@click.option("--library", type=console.NamedPath(path_type=Path), metavar="DIR",
              help="The checkout of the library that the contract was built from, instead of this one.")  # fmt: skip
@click.option("--record", type=console.NamedPath(path_type=Path), metavar="FILE",
              help="A receipt.json that was kept, or the folder of packs with the record of their build.")  # fmt: skip
@drafts.report_format_option
@drafts.as_of_option
@drafts.provider_option
@drafts.base_option
def command(
    files: tuple[Path, ...], against: Path | None, library: Path | None, record: Path | None, format_: str,
    as_of: str, provider: Path | None, base: Path | None,
) -> None:  # fmt: skip
    """Say of each FILE whether it is untouched since it was built, edited and where, or not ours.

    A Word file carries its deal and a receipt. The contract is built again from that deal and compared word by word:
    clauses, numbers, references, values, headers, comments, tracked changes and what is hidden. Word or LibreOffice may
    have saved it. Where the library or the profile is another by now, the digests of the receipt are compared.

    Who edits a file can edit its receipt and its deal: they show mistakes. With --against, --record or a signature no
    edit goes unseen. Files in other formats are compared byte for byte, with --against or by the record of the build.

    Exit status: 0 untouched, 1 edited, forged or not ours, 2 wrong usage, or a file that cannot be read or verified.

    \b
    Examples:
      clausier verify build/acme-2026/*.docx
      clausier verify received.docx --against contracts/acme.yaml
      clausier verify received.docx --library ../library-of-2026
      clausier verify signed.docx --record archive/receipt.json --format json
    """
    if not files:
        raise click.UsageError("name a file to verify")
    from generator.verify.witness import Request

    request = Request(against, library, provider, base, record, as_of)
    judged = [_judged(path, request) for path in dict.fromkeys(files)]
    if format_ == "json":
        console.out_json({"version": 1, "files": [_as_json(one) for one in judged]})
    elif format_ == "sarif":
        console.out_json(_sarif(judged))
    elif format_ == "junit":
        _junit(judged)
    else:
        shown = drafts.Findings(format_)
        for one in judged:
            _show(shown, one)
        _total(shown, judged)
    console.end(max(_STATUS.get(one.state, console.USAGE) for one in judged))


def _judged(path: Path, request: Request) -> Judged:
    from generator.verify.verdict import verified

    piped = path.as_posix() in _STDIN
    name = "stdin" if piped else shown_path(path)
    try:
        content = read_input(sys.stdin, name, MAX_BYTES) if piped else read_whole(path, MAX_BYTES)
    except WorkspaceError as refusal:
        return Judged(name if piped else path.as_posix(), None, refusal)
    return Judged(name, verified(None if piped else path, name, content, request))


# ---- reports


def _show(shown: drafts.Findings, judged: Judged) -> None:
    if judged.refusal is not None or judged.verdict is None:
        if judged.refusal is not None:
            shown.refusal(judged.refusal)
        return
    told = map(with_words, judged.report.diagnostics) if shown.format == "github" else judged.report.diagnostics
    shown.show(Report(tuple(told)))
    said = f"{judged.state} {console.visible(judged.file)}"
    if judged.report.diagnostics:
        said += f": {findings.tally(judged.report)}"
    shown.line(said)
    for witness in judged.verdict.witnesses:
        shown.line(f"   compared with {witness}")


def _total(shown: drafts.Findings, judged: list[Judged]) -> None:
    if len(judged) > 1:
        counted = Counter(one.state for one in judged)
        shown.line(f"{len(judged)} files: " + ", ".join(f"{count} {state}" for state, count in counted.items()))


def _as_json(judged: Judged) -> findings.Json:
    """A file with its verdict and its findings; ``words`` are those of the paragraph."""
    listed = [
        {**findings.as_json(finding), "words": finding.span.source_line if finding.span is not None else ""}
        for finding in judged.report.diagnostics
    ]
    shown: findings.Json = {
        "file": judged.file,
        "state": judged.state,
        "compared_with": list(judged.verdict.witnesses) if judged.verdict is not None else [],
        "counts": findings.counts_json(judged.report),
        "findings": listed,
    }
    if judged.refusal is not None:
        shown["unreadable"] = {"reason": judged.refusal.reason, "remedy": judged.refusal.remedy}
    return shown


def _sarif(judged: list[Judged]) -> findings.Json:
    from generator.cli.sarif import as_sarif, placed
    from generator.verify.checks import CHECKS

    found = [placed(finding, one.file) for one in judged for finding in one.report.diagnostics]
    refusals = [one.refusal for one in judged if one.refusal is not None]
    descriptions = {check.code: f"{check.title[:1].upper()}{check.title[1:]}." for check in CHECKS}
    return as_sarif(Report.of(found), "verify", refusals=refusals, descriptions=descriptions)


def _junit(judged: list[Judged]) -> None:
    from generator.cli import junit

    suites = []
    for one in judged:
        if one.refusal is not None:
            cases: tuple[junit.Case, ...] = (junit.refused("readable", one.refusal),)
        else:
            cases = (*junit.cases_of(one.report), *([junit.Case("untouched")] if one.state == "untouched" else []))
        suites.append(junit.Suite(checkout_path(one.file), cases))
    console.out_xml(junit.as_junit("clausier verify", suites))
