"""A clause of a higher layer stands in for a text that was changed after it was written.

``replaces_text`` holds the digests of the French and the English text that the clause stands in for, with a space
between them.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Note, Severity
from generator.library.model import LANGUAGES, Library, LibraryClause

CODE = "stale-override"


def check(library: Library) -> Iterator[Diagnostic]:
    for clause in library.clauses.values():
        if not clause.replaces_text:
            continue
        span = clause.front.span(("replaces_text",))
        replaced = _replaced(clause, library)
        if replaced is None:
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"`{clause.id}` does not say which clause it stands in for",
                span,
                "name it with `exception_to:`",
            )
            continue
        digests = " ".join(replaced.texts[language].digest for language in LANGUAGES)
        if clause.replaces_text != digests:
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"the text of `{replaced.id}` was changed after `{clause.id}` was written in its place",
                span,
                f"compare the two texts, then write `{digests}`",
                (Note("the text is here", replaced.texts[LANGUAGES[0]].span),),
            )


def _replaced(clause: LibraryClause, library: Library) -> LibraryClause | None:
    """The clause named as the general one, else the only clause of a lower layer in the same slot."""
    if clause.exception_to:
        return library.clauses.get(clause.exception_to)
    lower = [other for other in library.by_slot[clause.slot] if other.layer.rank < clause.layer.rank]
    return lower[0] if len(lower) == 1 else None
