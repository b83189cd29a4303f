"""What must hold of every finding, whatever it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.cli.findings import as_text
from generator.diagnostics import LONGEST, Diagnostic, Span

_CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)*")


def check(holds: object, *said: object) -> None:
    """Fail, also where Python runs without assertions."""
    if not holds:
        raise AssertionError(" ".join(f"{one!r:.400}" for one in said))


def well_formed(found: Iterable[Diagnostic], text: str | None = None) -> None:
    """Each finding has a code, a message of bearable length and a place that exists; ``text`` is that of the file."""
    lines = re.split("\r\n|\r|\n", text) if text is not None else None
    shown = ""
    for finding in found:
        check(_CODE.fullmatch(finding.code), "code", finding)
        check(finding.message.strip(), "no message", finding)
        check(len(finding.message) <= LONGEST, "a long message", finding)
        check(len(finding.help) <= LONGEST, "a long help", finding)
        for span in (finding.span, *(note.span for note in finding.notes)):
            if span is not None:
                _place(span, lines)
        shown = shown or as_text(finding)
    check("Traceback" not in shown, shown)


def _place(span: Span, lines: list[str] | None) -> None:
    check(span.line >= 1 and 1 <= span.column < span.end_column, "a place that is none", span)
    if lines is not None:
        check(span.line <= len(lines), "beyond the last line", span, len(lines))
        check(span.source_line.strip("\ufeff") == lines[span.line - 1].strip("\ufeff"), "another line", span)
        check(span.column <= len(lines[span.line - 1]) + 2, "beyond the end of the line", span)
