"""``clausier library lint``: what is wrong with the clause library."""

from __future__ import annotations

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Report


@click.command("lint", short_help="Say what is wrong with the clause library.")
@drafts.report_format_option
def command(format_: str) -> None:
    """Say what is wrong with the clause library: its texts, references, terms, conditions, sources and approvals.

    \b
    Examples:
      clausier library lint
      clausier library lint --format github
    """
    from generator import lint as checks
    from generator.pipeline import library_of
    from generator.workspace import Workspace

    workspace = Workspace.default()
    library, found = library_of(workspace)
    report = Report.of(found if library is None else (*found, *checks.lint(library).diagnostics))
    if format_ == "json":
        listed = [findings.as_json(finding) for finding in report.diagnostics]
        console.out_json({"version": 1, "counts": findings.counts_json(report), "findings": listed})
    elif format_ == "sarif":
        from generator.cli.sarif import as_sarif, library_report

        console.out_json(as_sarif(library_report(workspace, report), "library-lint", descriptions=checks.DESCRIPTIONS))
    elif format_ == "junit":
        from generator.cli.junit import as_junit, library_suites

        judged = checks.DESCRIPTIONS if library is not None else ()
        console.out_xml(as_junit("clausier library lint", library_suites(report, judged)))
    else:
        shown = drafts.Findings(format_)
        shown.show(report)
        size = "" if library is None else f" ({len(library.clauses)} clauses, {len(library.rules)} rules)"
        shown.line(f"checked the clause library: {findings.tally(report)}{size}")
    console.end(console.FINDINGS if report.has_errors else console.FINE)
