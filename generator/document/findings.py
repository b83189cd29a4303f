"""What can go wrong when a text of the library is filled for a deal."""

from __future__ import annotations

from generator.conditions import AbsentField
from generator.diagnostics import Diagnostic, Note, Severity, Span
from generator.library.fill import MOST_CHARACTERS, MOST_ENTRIES
from generator.library.model import LibraryClause


def absent_field(clause: LibraryClause, language: str, absent: AbsentField) -> Diagnostic:
    text = clause.texts[language]
    dotted = absent.read.dotted
    message = f"the text of `{clause.id}` reads `{dotted}`, which this deal does not have"
    place = text.source.find(dotted)
    span = text.span
    if place >= 0:
        line = text.source.count("\n", 0, place)
        column = place - (text.source.rfind("\n", 0, place) + 1) + 1
        shown = text.source.split("\n")[line]
        span = Span(text.span.file, text.span.line + line, column, column + len(dotted), shown)
    return Diagnostic(
        "absent-field",
        Severity.ERROR,
        message,
        span,
        "give the field in the deal, or guard the text with `is defined` or `| default(…)`",
        (Note("the clause is here", clause.span),),
    )


def too_long(what: str, span: Span) -> Diagnostic:
    message = f"{what} repeats more than {MOST_ENTRIES:,} entries or prints more than {MOST_CHARACTERS:,} characters"
    help_ = "take a loop out of another, or shorten what the deal lists"
    return Diagnostic("too-long", Severity.ERROR, message, span, help_)
