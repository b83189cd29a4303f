"""Findings as SARIF 2.1.0, the format in which code scanners and editors exchange them.

A message may not hold lone braces (they are placeholders) nor what looks like a link: see sections 3.11.5 and 3.11.6.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from generator import __version__
from generator.cli.checkout import checkout_path, published_uri
from generator.cli.console import visible
from generator.cli.findings import details, name_of
from generator.diagnostics import Diagnostic, Report, Severity, Span
from generator.source import Source, read_yaml
from generator.workspace import Workspace, WorkspaceError

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "clausierFinding/v1"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}

Json = dict[str, Any]


def as_sarif(
    report: Report,
    command: str,
    *,
    refusals: Iterable[WorkspaceError] = (),
    sources: Iterable[Source] = (),
    descriptions: Mapping[str, str] | None = None,
) -> Json:
    """A log of one run. Files are named relative to the checkout, or else the working folder; columns count characters.

    A server keeps apart the logs of several commands, by ``command``. ``refusals`` are the files that could not be
    read or written. ``sources`` are the deals that were judged: a fix whose fields all stand in one of them on one
    line becomes an edit of that file. ``descriptions`` says in one sentence what a check looks for, by its code.
    """
    rules: dict[str, Json] = {}
    for finding in report.diagnostics:
        rules.setdefault(name_of(finding), _rule(finding, descriptions or {}))
    places = {name: index for index, name in enumerate(rules)}
    known = {source.file: source for source in sources}
    prints: dict[str, int] = {}
    run: Json = {
        "tool": {"driver": {"name": "clausier", "version": __version__, "rules": list(rules.values())}},
        "automationDetails": {"id": f"clausier/{command}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(tuple(refusals))],
        "results": [_result(finding, places, known, prints) for finding in report.diagnostics],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(finding: Diagnostic, descriptions: Mapping[str, str]) -> Json:
    name = name_of(finding)
    about = descriptions.get(name, "")
    if not about:
        about = f"Rule {name} of the clause library." if name == finding.rule else name.replace("-", " ").capitalize()
    rule: Json = {"id": visible(name), "shortDescription": _message(about), "fullDescription": _message(about)}
    place = next((note.span for note in finding.notes if note.span and note.text == f"rule {finding.rule}"), None)
    rule["help"] = _message(about if place is None else f"{about} It stands in {place.file}, line {place.line}.")
    uri = published_uri(place.file, place.line) if place is not None else ""
    if uri:
        rule["helpUri"] = uri
    # Nothing has the same level at each finding, so a rule declares none.
    return rule


def placed(finding: Diagnostic, file: str) -> Diagnostic:
    """A finding without a place as one on this file: servers refuse a log with a result that has none."""
    return finding if finding.span is not None or finding.file else replace(finding, file=file)


def library_report(workspace: Workspace, report: Report) -> Report:
    """The findings on a library; one on no file of it is about all that its lock stands for."""
    lock = workspace.shown(workspace.clauses / "library.lock")
    return Report(tuple(placed(finding, lock) for finding in report.diagnostics))


def _invocation(refusals: tuple[WorkspaceError, ...]) -> Json:
    invocation: Json = {"executionSuccessful": not refusals}
    if refusals:
        invocation["toolExecutionNotifications"] = [
            {
                "level": "error",
                "message": _message("\n".join(filter(None, (refusal.reason, refusal.remedy)))),
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri_of(refusal.file)}}}],
            }
            for refusal in refusals
        ]
    return invocation


def _result(
    finding: Diagnostic, rules: Mapping[str, int], sources: Mapping[str, Source], prints: dict[str, int]
) -> Json:
    name = name_of(finding)
    said = [_one_line(finding.message), *(f"{label}: {text}" for label, text in details(finding))]
    result: Json = {
        "ruleId": visible(name),
        "ruleIndex": rules[name],
        "level": _LEVELS.get(finding.severity, "note"),
        "message": _message("\n".join(said)),
        "partialFingerprints": {FINGERPRINT: _fingerprint(finding, prints)},
        "properties": {"severity": finding.severity.value},
    }
    file = finding.span.file if finding.span is not None else finding.file
    if file:
        result["locations"] = [_location(file, finding.span)]
    related = [(note.text, note.span) for note in finding.notes if note.span is not None]
    if related:
        result["relatedLocations"] = [
            {"id": number, **_location(span.file, span), "message": _message(text)}
            for number, (text, span) in enumerate(related, 1)
        ]
    change = _change(finding, sources.get(file))
    if change is not None:
        result["fixes"] = [{"description": _message(_settings(finding)), "artifactChanges": [change]}]
    return result


# ---- places


def uri_of(file: str) -> str:
    """The name of a file as a reference relative to the checkout, or as a ``file:`` URI where it is absolute."""
    path = PurePath(checkout_path(file))
    if path.is_absolute():
        return "file://" + quote(os.fsencode(path.as_posix()))
    return quote(os.fsencode(path.as_posix()))


def _location(file: str, span: Span | None) -> Json:
    place: Json = {"artifactLocation": {"uri": uri_of(file)}}
    if span is not None:
        place["region"] = _region(span)
    return {"physicalLocation": place}


def _region(span: Span) -> Json:
    """The end column is the one behind the last character, as in a span."""
    return {
        "startLine": span.line, "startColumn": span.column,
        "endLine": span.line, "endColumn": max(span.column, span.end_column),
    }  # fmt: skip


def _fingerprint(finding: Diagnostic, prints: dict[str, int]) -> str:
    """The same after lines were added elsewhere in the file or the language of messages changed."""
    span = finding.span
    file = span.file if span is not None else finding.file
    line = " ".join(span.source_line.split()) if span is not None else ""
    marked = span.source_line[span.column - 1 : span.end_column - 1] if span is not None else ""
    # Without a line, the message is all that tells two findings of one file apart.
    parts = (name_of(finding), PurePath(checkout_path(file)).as_posix(), line, marked, "" if line else finding.message)
    key = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    prints[key] = prints.get(key, 0) + 1
    return f"{key}:{prints[key]}"


# ---- words


def _message(text: str) -> Json:
    shown = "\n".join(visible(line) for line in text.split("\n"))
    return {"text": shown.replace("{", "{{").replace("}", "}}").replace("](", "\\](")}


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.splitlines())


# ---- fixes


def _settings(finding: Diagnostic) -> str:
    return "; ".join(f"{path}: {value}" for path, value in finding.fix)


def _change(finding: Diagnostic, source: Source | None) -> Json | None:
    """The verified fix as an edit of the deal, tried on its text; ``None`` where the deal does not type its fields."""
    if source is None or not finding.fix:
        return None
    settings: dict[tuple[str | int, ...], str] = {tuple(path.split(".")): value for path, value in finding.fix}
    if not all(source.has(path) for path in settings):
        return None
    edits = [(source.span(path), value) for path, value in settings.items()]
    lines = list(source.lines)
    for span, value in sorted(edits, key=lambda edit: (edit[0].line, edit[0].column), reverse=True):
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + value + line[span.end_column - 1 :]
    changed, _ = read_yaml(source.file, "\n".join(lines))
    expected = _leaves(source.value)
    expected.update(settings)
    if changed is None or _leaves(changed.value) != expected:
        return None
    replacements = [{"deletedRegion": _region(span), "insertedContent": {"text": value}} for span, value in edits]
    return {"artifactLocation": {"uri": uri_of(source.file)}, "replacements": replacements}


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], str]:
    """Every single value by its path, as a fix writes it; an empty list or map counts as one."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = {place: leaf for key, item in entries for place, leaf in _leaves(item, (*path, key)).items()}
    if found:
        return found
    leaf = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return {path: leaf}
