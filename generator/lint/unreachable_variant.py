"""A clause that no deal can have: its conditions contradict each other or those of its place."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Note, Severity
from generator.library.model import Library, LibraryClause
from generator.lint.cells import can_hold
from generator.lint.presence import Presence

CODE = "unreachable-variant"


def check(library: Library) -> Iterator[Diagnostic]:
    presence = Presence(library)
    for clause in library.clauses.values():
        span = clause.when.span if clause.when is not None else clause.span
        if clause.when is not None and not can_hold(clause.when.expression, presence.facts):
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"the condition of `{clause.id}` is never true",
                span,
                "mend the condition, or remove the clause",
            )
        elif presence.stands(clause.slot) and not can_hold(presence.clause_in(clause), presence.facts):
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"`{clause.id}` is never in a contract: its condition excludes those of its slot",
                span,
                "mend one of the conditions, or remove the clause",
                tuple(_notes(clause, presence)),
            )


def _notes(clause: LibraryClause, presence: Presence) -> Iterator[Note]:
    for place in presence.places.get(clause.slot, ()):
        for condition in place.conditions:
            yield Note(f"`{clause.slot}` stands here when `{condition.text}`", condition.span)
    for exception in presence.library.exceptions.get(clause.id, ()):
        yield Note(f"`{exception.id}` takes its place", exception.when.span if exception.when else exception.span)
