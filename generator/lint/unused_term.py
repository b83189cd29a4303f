"""A defined term that no text uses: no contract ever prints its definition."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity
from generator.library.model import Library
from generator.library.templates import FixedTerm
from generator.library.walk import content_of, found

CODE = "unused-term"


def check(library: Library) -> Iterator[Diagnostic]:
    used = {
        term.term
        for clause in library.clauses.values()
        for text in clause.texts.values()
        for term in found(FixedTerm, content_of(text))
    }
    waiting = list(used)
    while waiting:
        entry = library.glossary.get(waiting.pop())
        for definition in entry.definitions.values() if entry is not None else ():
            fresh = {term.term for term in found(FixedTerm, definition)} - used
            used |= fresh
            waiting += fresh
    for term in library.glossary.values():
        if term.id not in used:
            yield Diagnostic(
                CODE,
                Severity.WARNING,
                f"no text uses the defined term `{term.names['fr']}` (`{term.names['en']}`)",
                term.span,
                "remove the term, or use it as it is written",
            )
