"""A clause whose slot stands in no outline, so that it is never printed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity, did_you_mean
from generator.library.model import Library
from generator.lint.presence import Presence

CODE = "unused-slot"


def check(library: Library) -> Iterator[Diagnostic]:
    presence = Presence(library)
    for clause in library.clauses.values():
        if not presence.stands(clause.slot):
            near = did_you_mean(clause.slot, presence.places)
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"no outline has the slot `{clause.slot}`",
                clause.span,
                f"did you mean `{near}`?" if near else "add the slot to an outline",
            )
