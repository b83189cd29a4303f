"""Findings as JUnit XML, the format in which CI servers read the results of tests.

An error is a test that failed, what the world refused one that broke, and any other finding one that was skipped: the
servers show the words of a skipped test and pass over those of one that passed. What each of them reads: docs/ci.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from xml.etree.ElementTree import Element, SubElement, indent

from generator.cli.checkout import checkout_path
from generator.cli.console import visible
from generator.cli.findings import as_text, name_of
from generator.diagnostics import Diagnostic, Report
from generator.workspace import WorkspaceError

Outcome = Literal["passed", "failure", "error", "skipped"]
LIBRARY: Final = "clause library"


@dataclass(frozen=True)
class Case:
    """One test: ``message`` says in a line what was found, ``text`` all of it."""

    name: str
    file: str = ""
    line: int = 0
    outcome: Outcome = "passed"
    message: str = ""
    text: str = ""


@dataclass(frozen=True)
class Suite:
    """The tests of one file. Servers know a test by the names of suite and case, so both outlive a moved line."""

    name: str
    cases: tuple[Case, ...]


def as_junit(command: str, suites: Sequence[Suite]) -> Element:
    """The root element of a report on a run of ``command``."""
    cases = [case for suite in suites for case in suite.cases]
    root = Element("testsuites", {"name": visible(command), **_counts(cases, ("failure", "error"))})
    for suite in suites:
        name = visible(suite.name)
        within = SubElement(root, "testsuite", {"name": name, **_counts(suite.cases, ("failure", "error", "skipped"))})
        for case, unique in zip(suite.cases, _unique(case.name for case in suite.cases), strict=True):
            _add(within, name, unique, case)
    indent(root)
    return root


def _counts(cases: Sequence[Case], outcomes: Iterable[Outcome]) -> dict[str, str]:
    plural = {"failure": "failures", "error": "errors"}
    counted = {plural.get(name, name): str(sum(case.outcome == name for case in cases)) for name in outcomes}
    return {"tests": str(len(cases)), **counted, "time": "0"}


def _unique(names: Iterable[str]) -> Iterator[str]:
    """Of two tests with one name GitLab forgets the second."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield visible(name) if seen[name] == 1 else f"{visible(name)} ({seen[name]})"


def _add(suite: Element, class_name: str, name: str, case: Case) -> None:
    test = SubElement(suite, "testcase", {"classname": class_name, "name": name})
    if case.file:
        test.set("file", visible(checkout_path(case.file)))
    if case.line:
        test.set("line", str(case.line))
    test.set("time", "0")
    if case.outcome != "passed":
        told = SubElement(test, case.outcome, {"message": visible(case.message)})
        told.text = "\n".join(map(visible, case.text.split("\n")))


# ---- what the commands found


def case_of(finding: Diagnostic) -> Case:
    """A finding as a test that failed or was skipped, by the name of its rule or check."""
    span, name = finding.span, name_of(finding)
    message = f"{finding.severity.value}[{name}]: {' '.join(finding.message.split())}"
    file, line = (span.file, span.line) if span is not None else (finding.file, 0)
    return Case(name, file, line, "failure" if finding.is_error else "skipped", message, as_text(finding))


def refused(name: str, refusal: WorkspaceError) -> Case:
    """What the world refused, as a test that broke: ``readable`` for reading, ``written`` for writing."""
    text = "\n".join(filter(None, (refusal.reason, refusal.remedy)))
    return Case(name, refusal.file, 0, "error", f"{refusal.file}: {refusal.reason}", text)


def cases_of(report: Report, judged: Iterable[str] = (), *, errors_only: bool = False) -> tuple[Case, ...]:
    """The findings of a file, then what was ``judged`` in it and found right, by the names of rules or checks."""
    named = {name_of(finding) for finding in report.diagnostics}
    shown = [finding for finding in report.diagnostics if finding.is_error or not errors_only]
    return (*map(case_of, shown), *(Case(name) for name in judged if name not in named))


def library_suites(report: Report, judged: Iterable[str] = ()) -> tuple[Suite, ...]:
    """A suite for each file of the library in which something was found, and one for the checks that found nothing."""
    found: dict[str, list[Case]] = {}
    for finding in report.diagnostics:
        file = finding.span.file if finding.span is not None else finding.file
        found.setdefault(checkout_path(file) if file else LIBRARY, []).append(case_of(finding))
    named = {name_of(finding) for finding in report.diagnostics}
    right = [Case(name) for name in judged if name not in named]
    if right:
        found.setdefault(LIBRARY, []).extend(right)
    return tuple(Suite(name, tuple(cases)) for name, cases in found.items())
