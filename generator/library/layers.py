"""What every part of a library has: a condition, and the layer that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator.conditions import Expression, Scope
from generator.conditions.evaluate import compile_expression
from generator.diagnostics import Span


@dataclass(frozen=True, eq=False)
class Condition:
    """A `when:` or `assert:`, compiled when it is first run."""

    text: str
    expression: Expression
    span: Span

    @cached_property
    def run(self) -> Callable[[Scope], Any]:
        """Its value in a scope. Raises ``AbsentField``."""
        return compile_expression(self.expression)


@dataclass(frozen=True, slots=True)
class LibraryLayer:
    """base, a jurisdiction, a sector, a house: ``rank`` orders exceptions, ``when`` says for which deals it counts."""

    id: str
    rank: int
    when: Condition | None
    folder: str
