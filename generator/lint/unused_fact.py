"""A fact that nothing reads: no condition, text, rule or other fact."""

from __future__ import annotations

from collections.abc import Iterator

from generator.conditions.expressions import reads
from generator.diagnostics import Diagnostic, Severity
from generator.library.model import Library
from generator.library.walk import all_reads

CODE = "unused-fact"

# The engine itself reads them: the date of the law, and the services that sections and clauses are repeated over.
_READ_BY_THE_ENGINE = frozenset({"as_of", "subscribed"})


def check(library: Library) -> Iterator[Diagnostic]:
    used = set(_READ_BY_THE_ENGINE)
    used |= {str(read.path[1]) for read in all_reads(library) if read.path[0] == "facts"}
    for fact in library.facts:
        needed = {path.split(".")[1] for path in fact.reads if path.startswith("facts.")}
        cases = (read for case in fact.cases for read in reads(case.when.expression))
        used |= (needed | {str(read.path[1]) for read in cases if read.path[0] == "facts"}) - {fact.id}
    for fact in library.facts:
        if fact.id not in used:
            yield Diagnostic(
                CODE,
                Severity.WARNING,
                f"nothing reads the fact `{fact.id}`",
                fact.span,
                "remove it, or use it in a rule or a text",
            )
