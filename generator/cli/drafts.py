"""What the commands share: their options, the drafts of the deals that were named, and how these are reported."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from generator.cli import console, findings
from generator.cli.checkout import checkout_path
from generator.diagnostics import Diagnostic, Report
from generator.workspace import WorkspaceError, shown_path

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from generator.pipeline import Draft, Options

Made = TypeVar("Made")

# ---- options


def date_value(_: click.Context, __: click.Parameter, value: str) -> str:
    """The callback of an option that takes a date; empty where it was not given."""
    if not value:
        return ""
    import datetime

    from generator.forms import YEARS

    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
            raise ValueError
        year = datetime.date.fromisoformat(value).year
    except ValueError:
        raise click.BadParameter(f"`{value}` is not a date; write year-month-day, as in 2026-06-01") from None
    if not YEARS[0] <= year <= YEARS[1]:
        raise click.BadParameter(f"`{value}` is not between {YEARS[0]} and {YEARS[1]}; check the year")
    return value


def _or_empty(_: click.Context, __: click.Parameter, value: str | None) -> str:
    return value or ""


deals_argument = click.argument(
    "deals", nargs=-1, required=True, type=console.NamedPath(path_type=Path), metavar="DEAL..."
)
deal_argument = click.argument("deal", type=console.NamedPath(path_type=Path), metavar="DEAL")
as_of_option = click.option(
    "--as-of", default="", callback=date_value, metavar="DATE",
    help="Read the law and the library as of this date instead of the deal's signature date.",
)  # fmt: skip
provider_option = click.option(
    "--provider", type=console.NamedPath(path_type=Path), metavar="FILE",
    help="The provider profile. Without it: <profile>/provider.yaml beside the deal, or one folder up.",
)  # fmt: skip
base_option = click.option(
    "--base", type=console.NamedPath(path_type=Path), metavar="FILE.docx",
    help="The base document of Word files: fonts, logo, header, cover. Without it: the one that the profile names.",
)  # fmt: skip
language_option = click.option(
    "--lang", "language", type=click.Choice(["fr", "en", "fr+en"]), callback=_or_empty,
    help="Language of the contract, instead of the deal's.",
)  # fmt: skip
text_language_option = click.option(
    "--lang", "language", type=click.Choice(["fr", "en"]), callback=_or_empty,
    help="Language of texts and numbers, where the contract is in two.",
)  # fmt: skip
format_option = click.option(
    "--format", "format_", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
    help="How findings are shown; github: annotations of GitHub Actions.",
)  # fmt: skip
report_format_option = click.option(
    "--format", "format_", type=click.Choice(["text", "json", "github", "sarif", "junit"]), default="text",
    show_default=True,
    help="How findings are shown; github: annotations of GitHub Actions, sarif: SARIF 2.1.0, junit: JUnit XML.",
)  # fmt: skip
messages_option = click.option(
    "--messages", type=click.Choice(["fr", "en"]), default=None,
    help="Language of the rules' messages. Without it: the language of the deal.",
)  # fmt: skip


# ---- drafts


@dataclass(frozen=True)
class DealRun:
    """A deal that was named, with its draft or with the reason why its file cannot be read."""

    path: Path
    draft: Draft | None
    report: Report
    refusal: WorkspaceError | None = None

    @property
    def file(self) -> str:
        return shown_path(self.path) if self.refusal is None else self.path.as_posix()


def draft_deals(
    paths: Iterable[Path],
    language: str = "",
    as_of: str = "",
    provider: Path | None = None,
    messages: str | None = None,
    base: Path | None = None,
) -> tuple[DealRun, ...]:
    """Every stage for every deal; a deal named twice counts once. What stops one deal does not stop the others."""
    from generator.pipeline import Options

    options = Options(language, as_of, provider, base)
    return tuple(draft_deal(path, options, messages) for path in each_once(paths))


def each_once(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files by the first name of each."""
    places: dict[str, Path] = {}
    for path in paths:
        places.setdefault(_place_of(path), path)
    return tuple(places.values())


def of_each(paths: Iterable[Path], make: Callable[[Path], Made]) -> Iterator[tuple[Path, Made | WorkspaceError]]:
    """What is made of each file, one after the other, or why it cannot be read; a file named twice counts once."""
    return ((path, _made_of(path, make)) for path in each_once(paths))


def _made_of(path: Path, make: Callable[[Path], Made]) -> Made | WorkspaceError:
    try:
        if path.is_symlink():
            path.stat()  # refuses a link that leads in a circle
        return make(path)
    except WorkspaceError as refusal:
        return refusal
    except OSError as error:
        return WorkspaceError(str(path), f"the file cannot be read ({error.strerror})", "check the path")


def draft_deal(path: Path, options: Options, messages: str | None = None) -> DealRun:
    """Every stage for a deal."""
    from generator.api import draft, report_in

    made = _made_of(path, lambda path: draft(path, options))
    if isinstance(made, WorkspaceError):
        return DealRun(path, None, Report(), made)
    return DealRun(path, made, report_in(made, messages))


def _place_of(path: Path) -> str:
    """What two names of one file have in common; the name itself where the working folder is gone."""
    try:
        return os.path.realpath(path)
    except OSError:
        return str(path)


def status_of(runs: Sequence[DealRun]) -> int:
    if any(run.refusal is not None for run in runs):
        return console.USAGE
    return console.FINDINGS if any(run.report.has_errors for run in runs) else console.FINE


# ---- reports


class Findings:
    """Shows findings in one format. A fault of the library concerns every deal of a run and is shown once."""

    def __init__(self, format_: str, *, errors_only: bool = False) -> None:
        self.format = format_
        self.errors_only = errors_only
        self.paint = console.style()
        self.shown: set[Diagnostic] = set()

    def show(self, report: Report, *, once: bool = False) -> None:
        for finding in report.diagnostics:
            if (once and finding in self.shown) or (self.errors_only and not finding.is_error):
                continue
            self.shown.add(finding)
            if self.format == "github":
                console.out(findings.as_github(finding))
            elif self.format == "text":
                console.out(findings.as_text(finding, self.paint) + "\n")

    def line(self, text: str) -> None:
        if self.format == "github":
            console.out(findings.harmless(text))
        elif self.format == "text":
            console.out(text)

    def refusal(self, refusal: WorkspaceError) -> None:
        if self.format == "github":
            message = f"{refusal.reason}\nhelp: {refusal.remedy}" if refusal.remedy else refusal.reason
            console.out(
                findings.annotation("error", {"file": checkout_path(refusal.file), "title": "unreadable"}, message)
            )
        elif self.format == "text":
            console.show_refusal(refusal)

    def run(self, run: DealRun, verb: str, ending: str = "") -> None:
        """All findings of a deal, then its one line of summary."""
        if run.refusal is not None:
            self.refusal(run.refusal)
            return
        assert run.draft is not None
        self.show(run.report, once=run.draft.library is None)
        self.line(f"{verb} {console.visible(run.file)}: {findings.tally(run.report)}{ending or _reached(run.draft)}")


def _reached(draft: Draft) -> str:
    if draft.library is None:
        return "; the clause library has errors, the deal was not read"
    if draft.rulings is None:
        return "; the rules come once these are put right"
    return f" ({draft.rulings.applied} rules applied)"


def run_json(run: DealRun) -> findings.Json:
    """A deal with its findings as JSON; ``unreadable`` says why there are none."""
    shown: findings.Json = {"file": run.file, "deal_id": None, "complete": False, "rules_applied": 0}
    if run.draft is not None:
        shown |= {"deal_id": deal_id_of(run.draft) or None, "complete": run.draft.complete}
        shown["rules_applied"] = run.draft.rulings.applied if run.draft.rulings is not None else 0
    shown["counts"] = findings.counts_json(run.report)
    shown["findings"] = [findings.as_json(finding) for finding in run.report.diagnostics]
    if run.refusal is not None:
        refused = run.refusal
        shown["unreadable"] = {"file": refused.file, "reason": refused.reason, "remedy": refused.remedy}
    return shown


def sarif_of(
    command: str, runs: Sequence[DealRun], failures: Iterable[WorkspaceError] = (), *, errors_only: bool = False
) -> findings.Json:
    """The findings of all deals as one SARIF log; ``failures`` are what could not be written."""
    from generator.cli.sarif import as_sarif, placed

    found = [
        # A finding without a place of its own is about the deal.
        placed(finding, run.file)
        for run in runs
        for finding in run.report.diagnostics
        if finding.is_error or not errors_only
    ]
    refusals = (*(run.refusal for run in runs if run.refusal is not None), *failures)
    sources = [run.draft.source for run in runs if run.draft is not None and run.draft.source is not None]
    return as_sarif(Report.of(found), command, refusals=refusals, sources=sources)


def junit_of(
    command: str,
    runs: Iterable[DealRun],
    written: Mapping[Path, WorkspaceError | None] | None = None,
    *,
    errors_only: bool = False,
) -> Element:
    """The findings of all deals as JUnit XML; ``written`` are the packs by their deals, with why they could not be."""
    from generator.cli import junit

    suites = []
    for run in runs:
        cases = [junit.refused("readable", run.refusal)] if run.refusal is not None else []
        cases += junit.cases_of(run.report, _rules_of(run), errors_only=errors_only)
        if written is not None and run.path in written:
            failure = written[run.path]
            cases.append(junit.Case("written") if failure is None else junit.refused("written", failure))
        suites.append(junit.Suite(checkout_path(run.file), tuple(cases)))
    return junit.as_junit(command, suites)


def _rules_of(run: DealRun) -> Iterator[str]:
    """The rules by which a deal was judged; none of one that did not come so far."""
    draft = run.draft
    if draft is not None and draft.library is not None and draft.facts is not None and draft.rulings is not None:
        from generator.rulings import in_force

        yield from (rule.id for rule in in_force(draft.library, draft.facts))


def deal_id_of(draft: Draft) -> str:
    """The identifier of the deal, also of one that is in error; empty where it has none."""
    values: Any = draft.deal.values if draft.deal is not None else draft.source.value if draft.source else None
    meta = values.get("meta") if isinstance(values, dict) else None
    name = meta.get("deal_id") if isinstance(meta, dict) else None
    return name if isinstance(name, str) else ""


# ---- one deal


def one_deal(path: Path, language: str = "", as_of: str = "", provider: Path | None = None) -> DealRun:
    """The draft of one deal. Raises ``WorkspaceError`` when its file cannot be read."""
    run = draft_deals((path,), language, as_of, provider)[0]
    if run.refusal is not None:
        raise run.refusal
    return run


def stopped(run: DealRun) -> NoReturn:
    """The deal did not come as far as it should: say why on the error stream, since the output is another thing."""
    paint = console.style(sys.stderr)
    for finding in run.report.diagnostics:
        if finding.is_error:
            console.err(findings.as_text(finding, paint) + "\n")
    console.err(f"checked {console.visible(run.file)}: {findings.tally(run.report)}")
    console.end(console.FINDINGS)
