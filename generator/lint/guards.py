"""What the conditions around a place have settled to be there, and what is read there without such a guard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from generator.conditions import Expression
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Compare,
    Default,
    Key,
    Length,
    Member,
    Not,
    OneOf,
    Or,
    Quantified,
    Read,
    Step,
    settled_when_false,
    unguarded,
)
from generator.library.model import FactRule
from generator.lint.cases import expanded
from generator.lint.cells import both, either, implies
from generator.lint.implied import Implication
from generator.schema_types import Type

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Guards:
    """``names`` are the roots that may be read, with their types; ``present`` what is settled to be there.

    ``given`` are the conditions that hold, ``implied`` what the schema requires under a condition.
    """

    names: Mapping[str, Type]
    facts: Mapping[str, FactRule]
    implied: tuple[Implication, ...] = ()
    present: frozenset[str] = NOTHING
    given: tuple[Expression, ...] = ()

    def after(self, *conditions: Expression | None) -> Guards:
        """The guards where the conditions hold, one asked after the other."""
        present, asked = self.present, tuple(condition for condition in conditions if condition is not None)
        for condition in asked:
            present = unguarded(expanded(condition, self.facts), present)[1]
        return replace(self, present=present, given=(*self.given, *asked))

    def after_not(self, condition: Expression | None) -> Guards:
        """The guards where the condition does not hold."""
        if condition is None:
            return self
        present = self.present | settled_when_false(expanded(condition, self.facts))
        return replace(self, present=present, given=(*self.given, Not(condition)))

    def bound(self, name: str, collection: Expression) -> Guards:
        """The guards inside a repetition, where ``name`` is an entry of the list."""
        item = collection.type.item if isinstance(collection, Read) else None
        return self if item is None else replace(self, names={**self.names, name: item})

    def common(self, others: Iterable[Guards]) -> Guards:
        """What all the others have settled: a place is reached by one of several ways."""
        ways = list(others)
        if not ways:
            return self
        given = (either(both(*way.given) for way in ways),)
        return replace(self, present=frozenset.intersection(*(way.present for way in ways)), given=given)

    def unguarded(self, expression: Expression) -> Iterator[Read]:
        """The paths that the expression reads and that may be absent, each as far as it may be absent."""
        seen: set[str] = set()
        for read in unguarded(self.shortened(expression), self.present)[0]:
            if read.dotted not in seen and not self.required(read):
                seen.add(read.dotted)
                yield read

    def required(self, read: Read) -> bool:
        """Whether the schema requires the field under the conditions that hold."""
        return any(
            implication.path == read.dotted and implies(both(*self.given), implication.condition, self.facts)
            for implication in self.implied
        )

    def shortened(self, expression: Expression) -> Expression:
        """The expression in which a path ends where what follows is always there once the rest is."""
        match expression:
            case Read():
                return self.shortest(expression)
            case Not(operand):
                return Not(self.shortened(operand))
            case And(operands):
                return And(tuple(self.shortened(operand) for operand in operands))
            case Or(operands):
                return Or(tuple(self.shortened(operand) for operand in operands))
            case Compare(symbol, left, right):
                return Compare(symbol, self.shortened(left), self.shortened(right))
            case Arithmetic(symbol, left, right):
                return Arithmetic(symbol, self.shortened(left), self.shortened(right))
            case OneOf(left, choices):
                return OneOf(self.shortened(left), choices)
            case Member(value, collection, attribute):
                return Member(self.shortened(value), self.shortened(collection), attribute)
            case Default(read, fallback):
                return Default(read, self.shortened(fallback))
            case Length(collection):
                return Length(self.shortened(collection))
            case Quantified(quantifier, collection, test):
                return Quantified(quantifier, self.shortened(collection), test)
            case _:
                return expression

    def shortest(self, read: Read) -> Read:
        if read.always:
            return read
        size = len(read.path)
        kept = size
        for length in range(size, 1, -1):
            if not self.follows(read.path[: length - 1], read.path[length - 1]):
                break
            kept = length - 1
        return replace(read, path=read.path[:kept])

    def follows(self, path: tuple[Step, ...], step: Step) -> bool:
        """Whether ``step`` is always there where ``path`` is."""
        type_ = self.type_at(path)
        return isinstance(step, str) and type_ is not None and step in type_.fields and type_.fields[step].always

    def type_at(self, path: tuple[Step, ...]) -> Type | None:
        type_ = self.names.get(str(path[0]))
        for step in path[1:]:
            if type_ is None:
                return None
            member = None if isinstance(step, Key) else type_.fields.get(step)
            type_ = type_.item if isinstance(step, Key) else member.type if member is not None else None
        return type_
