"""Seeded faults, each in the condition of one clause: to see what counterexamples are like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import And, Comparator, Compare, Not, Or
from generator.library.load import _indexed as indexed
from generator.library.model import Condition, Library, LibraryClause

_TURNED: Final[Mapping[Comparator, Comparator]] = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}


@dataclass(frozen=True)
class Fault:
    """A clause whose condition says something else; ``condition`` is ``None`` where it says nothing any more."""

    clause: LibraryClause
    condition: Expression | None

    def __str__(self) -> str:
        return f"{self.clause.id}: {text_of(self.condition) if self.condition is not None else 'always'}"

    def within(self, library: Library) -> Library:
        """The library with this fault."""
        given = self.clause.when
        assert given is not None
        wrong = self.condition
        when = None if wrong is None else Condition(text_of(wrong), wrong, given.span)
        return indexed(replace(library, clauses={**library.clauses, self.clause.id: replace(self.clause, when=when)}))


def faults(library: Library, count: int, seed: int) -> list[Fault]:
    """So many faults, each in another clause."""
    random = Random(seed)
    clauses = [clause for clause in library.clauses.values() if clause.when is not None]
    chosen = random.sample(clauses, min(count, len(clauses)))
    return [Fault(clause, random.choice(list(_wrong(clause)))) for clause in chosen]


def _wrong(clause: LibraryClause) -> Iterator[Expression | None]:
    assert clause.when is not None
    yield None
    yield Not(clause.when.expression)
    yield from _changed(clause.when.expression)


def _changed(expression: Expression) -> Iterator[Expression]:
    """The expression with one operand less, with ``and`` for ``or``, or with a comparison that lets through more."""
    match expression:
        case Compare(operator):
            yield replace(expression, operator=_TURNED[operator])
        case Not(operand):
            yield operand
        case And(operands) | Or(operands):
            yield Or(operands) if isinstance(expression, And) else And(operands)
            for index, operand in enumerate(operands):
                rest = (*operands[:index], *operands[index + 1 :])
                yield rest[0] if len(rest) == 1 else type(expression)(rest)
                for wrong in _changed(operand):
                    yield type(expression)((*operands[:index], wrong, *operands[index + 1 :]))
        case _:
            return
