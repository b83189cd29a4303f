"""What every part of a library has: a condition, and the layer that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from generator.conditions import Expression, Scope
from generator.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled `when:` or `assert:`."""

    text: str
    expression: Expression
    run: Callable[[Scope], Any]
    span: Span


@dataclass(frozen=True, slots=True)
class LibraryLayer:
    """base, a jurisdiction, a sector, a house: ``rank`` orders exceptions, ``when`` says for which deals it counts."""

    id: str
    rank: int
    when: Condition | None
    folder: str
