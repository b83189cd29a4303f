"""What keeps a text of the book from being read, with its place: entry, language and paragraph."""

from __future__ import annotations

from generator.book.marks import TextMark
from generator.diagnostics import Diagnostic, Note, Severity, Span

_LONGEST = 120


def place(file: str, mark: TextMark, paragraph: int, words: str) -> Span:
    """The paragraph of a text (from 1) as ``book.docx/<entry>/<language>``, with its words."""
    return Span(f"{file}/{mark.entry}/{mark.language}", paragraph, 1, max(2, min(len(words), _LONGEST) + 1), words)


def refused(code: str, message: str, span: Span | None, help_: str, file: str = "", *notes: Note) -> Diagnostic:
    """A text, or a file, that cannot be taken."""
    return Diagnostic(code, Severity.ERROR, message, span, help_, notes, file=file)


def warned(code: str, message: str, span: Span | None, help_: str, file: str = "") -> Diagnostic:
    """What was seen and not taken."""
    return Diagnostic(code, Severity.WARNING, message, span, help_, file=file)
