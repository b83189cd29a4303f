"""What can go wrong when a text of the library is filled for a deal."""

from __future__ import annotations

from generator.conditions import AbsentField
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Default, Read
from generator.diagnostics import Diagnostic, Note, Severity, Span
from generator.library.fill import MOST_CHARACTERS, MOST_ENTRIES, Unprintable
from generator.library.model import LibraryClause
from generator.library.templates import ClauseText, Insert


def absent_field(clause: LibraryClause, language: str, absent: AbsentField) -> Diagnostic:
    dotted = absent.read.dotted
    return Diagnostic(
        "absent-field",
        Severity.ERROR,
        f"the text of `{clause.id}` reads `{dotted}`, which this deal does not have",
        _first(dotted, clause.texts[language]),
        "give the field in the deal, or guard the text with `is defined` or `| default(…)`",
        (Note("the clause is here", clause.span),),
    )


def unprintable_value(what: str, span: Span, error: Unprintable, *notes: Note) -> Diagnostic:
    return Diagnostic(
        "unprintable-value",
        Severity.ERROR,
        f"{what} prints `{written(error.insert)}`, and {error}",
        span,
        "correct the value in the deal, or put the text under a condition",
        notes,
    )


def unprintable_in(clause: LibraryClause, language: str, error: Unprintable) -> Diagnostic:
    span = _first(text_of(error.insert.expression), clause.texts[language])
    return unprintable_value(f"the text of `{clause.id}`", span, error, Note("the clause is here", clause.span))


def written(insert: Insert) -> str:
    """A value as the text of a clause writes it, without its braces."""
    value = text_of(insert.expression)
    if not isinstance(insert.expression, Read | Default):
        value = f"({value})"
    return f"{value} | {insert.filter}" if insert.filter else value


def _first(searched: str, text: ClauseText) -> Span:
    """Where this first stands in a text; the text itself where it is written otherwise."""
    place = text.source.find(searched)
    if place < 0:
        return text.span
    line = text.source.count("\n", 0, place)
    column = place - (text.source.rfind("\n", 0, place) + 1) + 1
    shown = text.source.split("\n")[line]
    return Span(text.span.file, text.span.line + line, column, column + len(searched), shown)


def too_long(what: str, span: Span) -> Diagnostic:
    message = f"{what} repeats more than {MOST_ENTRIES:,} entries or prints more than {MOST_CHARACTERS:,} characters"
    help_ = "take a loop out of another, or shorten what the deal lists"
    return Diagnostic("too-long", Severity.ERROR, message, span, help_)
