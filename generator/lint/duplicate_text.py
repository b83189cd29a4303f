"""Two clauses of one slot with the same text in a language: one clause with a wider condition would do."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Note, Severity
from generator.library.model import LANGUAGES, Library, LibraryClause
from generator.lint.prose import LANGUAGE_NAMES, body_start

CODE = "duplicate-text"


def check(library: Library) -> Iterator[Diagnostic]:
    for slot, clauses in library.by_slot.items():
        for language in LANGUAGES:
            first: dict[str, LibraryClause] = {}
            for clause in clauses:
                text = clause.texts[language]
                other = first.setdefault(text.source[body_start(text) :].strip(), clause)
                if other is not clause:
                    yield Diagnostic(
                        CODE,
                        Severity.INFO,
                        f"`{clause.id}` and `{other.id}` of `{slot}` have the same {LANGUAGE_NAMES[language]} text",
                        text.span,
                        "make one clause of the two",
                        (Note("the other text is here", other.texts[language].span),),
                    )
