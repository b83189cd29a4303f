"""A value fixed by law that nothing reads.

A formula says in ``reads`` of its fact which legal values it takes; ``*`` stands for a part of a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from generator.conditions.expressions import reads
from generator.diagnostics import Diagnostic, Severity
from generator.library.model import Library
from generator.library.walk import all_reads

CODE = "unused-parameter"

_ROOT = "parameters."


def check(library: Library) -> Iterator[Diagnostic]:
    used = {str(read.path[1]) for read in all_reads(library) if read.path[0] == "parameters"}
    patterns: set[str] = set()
    for fact in library.facts:
        patterns |= {path.removeprefix(_ROOT) for path in fact.reads if path.startswith(_ROOT)}
        cases = (read for case in fact.cases for read in reads(case.when.expression))
        used |= {str(read.path[1]) for read in cases if read.path[0] == "parameters"}
    for parameter in library.parameters.values():
        if parameter.id not in used and not any(fnmatchcase(parameter.id, pattern) for pattern in patterns):
            yield Diagnostic(
                CODE,
                Severity.WARNING,
                f"nothing reads the parameter `{parameter.id}`",
                parameter.span,
                f"remove it, or list `{_ROOT}{parameter.id}` in `reads` of the fact whose formula takes it",
            )
