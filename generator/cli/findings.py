"""Findings as text with the place in the file, as JSON, as annotations of GitHub Actions."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from generator.cli.checkout import checkout_path
from generator.cli.console import Style, plain, visible, visible_character
from generator.diagnostics import Diagnostic, Note, Report, Severity, Span

TAB = 4
MAX_WIDTH = 160
CONTEXT = 60
_ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning"}

Json = dict[str, Any]


def name_of(finding: Diagnostic) -> str:
    """What stands in the brackets: the rule of the library, or the code of the check."""
    return finding.rule if finding.rule and finding.code in {"rule", "approval"} else finding.code


def place_of(span: Span) -> str:
    return f"{visible(span.file)}:{span.line}:{span.column}"


def details(finding: Diagnostic) -> tuple[tuple[str, str], ...]:
    """What is said below a finding, as (label, text): rule, other notes, law, help, fix."""
    lines = []
    for note in finding.notes:
        if finding.rule and note.text == f"rule {finding.rule}":
            lines.append(("rule", finding.rule + _bracketed(note)))
        else:
            lines.append(("note", visible(note.text) + _bracketed(note)))
    if finding.citation:
        lines.append(("law", visible(finding.citation)))
    if finding.help:
        lines.append(("help", visible(_one_line(finding.help))))
    if finding.fix:
        settings = "; ".join(f"{path}: {value}" for path, value in finding.fix)
        lines.append(("fix", f"{visible(settings)} (verified)"))
    return tuple(lines)


def _bracketed(note: Note) -> str:
    if note.span is None:
        return ""
    # A rule stands in a library file, where the line is enough; another place is shown like that of a finding.
    span = note.span
    return f" ({visible(span.file)}:{span.line})" if note.text.startswith("rule ") else f" ({place_of(span)})"


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.splitlines())


# ---- text


def as_text(finding: Diagnostic, paint: Style = plain) -> str:
    """The finding as in ``error[code]: message``, its place, the line of the file with the place marked, details."""
    severity = finding.severity.value
    head = paint(f"{severity}[{visible(name_of(finding))}]", severity)
    lines = [f"{head}: {paint(visible(_one_line(finding.message)), 'strong')}"]
    span = finding.span
    width = max(2, len(str(span.line))) if span is not None else 2
    if span is not None:
        lines.append(paint(" " * width + "-->", "frame") + f" {place_of(span)}")
        if span.source_line.strip():
            bar = paint(" " * width + " |", "frame")
            text, start, length = framed(span)
            lines.append(bar)
            lines.append(paint(f"{span.line:>{width}} |", "frame") + f" {text}")
            lines.append(f"{bar} {' ' * start}{paint('^' * length, severity)}")
    elif finding.file:
        lines.append(paint(" " * width + "-->", "frame") + f" {visible(finding.file)}")
    lines += [f"{paint(' ' * width + ' =', 'frame')} {label}: {text}" for label, text in details(finding)]
    return "\n".join(lines)


def framed(span: Span) -> tuple[str, int, int]:
    """The line of a span as a terminal shows it, the column where the mark starts and its length, in cells."""
    line = span.source_line.rstrip("\r\n")
    # No more of the line is looked at than can be shown: it may be the whole of a large file.
    skipped = max(0, min(span.column, len(line)) - MAX_WIDTH - 1)
    part = line[skipped : skipped + 3 * MAX_WIDTH]
    cells = _cells(part)
    start = min(span.column - 1 - skipped, len(cells))
    stop = max(start + 1, min(span.end_column - 1 - skipped, len(cells)))
    first, last = _window(cells, start)
    lead = "... " if first or skipped else ""
    cut = last < len(cells) or skipped + len(part) < len(line)
    text = lead + "".join(shown for shown, _ in cells[first:last]) + (" ..." if cut else "")
    before = len(lead) + sum(width for _, width in cells[first:start])
    return text, before, max(1, sum(width for _, width in cells[start : min(stop, last)]))


def _cells(line: str) -> list[tuple[str, int]]:
    """Every character as shown, with the number of cells that it takes."""
    cells: list[tuple[str, int]] = []
    column = 0
    for char in line:
        if char == "\t":
            shown = " " * (TAB - column % TAB)
            width = len(shown)
        else:
            shown = visible_character(char)
            width = len(shown) if shown != char else cell_width(char)
        cells.append((shown, width))
        column += width
    return cells


def cell_width(char: str) -> int:
    """0 for a mark that stands on the character before it, 2 for a wide character, else 1."""
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _window(cells: Sequence[tuple[str, int]], start: int) -> tuple[int, int]:
    """The part of a long line that is shown: the mark and what stands around it."""
    if sum(width for _, width in cells) <= MAX_WIDTH:
        return 0, len(cells)
    first, room = start, CONTEXT
    while first > 0 and cells[first - 1][1] <= room:
        first -= 1
        room -= cells[first][1]
    last, room = start, MAX_WIDTH - CONTEXT + room
    while last < len(cells) and cells[last][1] <= room:
        room -= cells[last][1]
        last += 1
    return first, last


# ---- JSON


def as_json(finding: Diagnostic) -> Json:
    """The finding as JSON can hold it; ``line`` and ``column`` are null where a finding has no place."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "rule": finding.rule,
        "message": finding.message,
        **_place_json(finding.span, finding.file),
        "help": finding.help,
        "citation": finding.citation,
        "fix": [{"path": path, "value": value} for path, value in finding.fix],
        "notes": [{"text": note.text, **_place_json(note.span, "")} for note in finding.notes],
    }


def _place_json(span: Span | None, file: str) -> Json:
    if span is None:
        return {"file": file, "line": None, "column": None, "end_column": None}
    return {"file": span.file, "line": span.line, "column": span.column, "end_column": span.end_column}


# ---- GitHub Actions


def as_github(finding: Diagnostic) -> str:
    """The finding as a workflow command. Nothing that a deal or a file name holds can end it or start another."""
    properties: dict[str, str | int] = {}
    if finding.span is not None:
        span = finding.span
        # GitHub counts the last column in.
        properties |= {"file": checkout_path(span.file), "line": span.line, "endLine": span.line, "col": span.column,
                       "endColumn": max(span.column, span.end_column - 1)}  # fmt: skip
    elif finding.file:
        properties["file"] = checkout_path(finding.file)
    properties["title"] = name_of(finding)
    lines = [visible(_one_line(finding.message)), *(f"{label}: {text}" for label, text in details(finding))]
    return annotation(_ANNOTATIONS.get(finding.severity, "notice"), properties, "\n".join(lines))


def annotation(command: str, properties: Mapping[str, str | int], message: str) -> str:
    """``::error file=…,line=…::message`` with the escapes that the runner undoes."""
    listed = ",".join(f"{name}={_escaped_property(visible(str(value)))}" for name, value in properties.items())
    return f"::{command} {listed}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def harmless(line: str) -> str:
    """A line of plain text in a log of GitHub Actions: the runner reads ``##[…]`` anywhere in a line."""
    return line.replace("##[", "## [")


# ---- all of a run

_PLURALS = {
    Severity.ERROR: ("error", "errors"),
    Severity.APPROVAL: ("approval needed", "approvals needed"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("remark", "remarks"),
}


def tally(report: Report) -> str:
    """``2 errors, 1 approval needed``; ``no findings`` where there is none."""
    counts = [(report.count(severity), names) for severity, names in _PLURALS.items()]
    return ", ".join(f"{count} {names[count > 1]}" for count, names in counts if count) or "no findings"


def counts_json(report: Report) -> Json:
    return {severity.value: report.count(severity) for severity in _PLURALS}
