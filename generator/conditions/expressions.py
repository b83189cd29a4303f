"""Expressions as frozen values: what the evaluator runs, what an explanation shows, what a proof translates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from generator.schema_types import Type

Constant = str | int | bool | Decimal
Names = Mapping[str, Type]
"""The roots that a text may read (groups of the deal, ``facts``, ``parameters``, loop variables) with their types."""


@dataclass(frozen=True, slots=True)
class Key:
    """A step into a list of records by the value of its identifying attribute: ``services['bcdr']``."""

    attribute: str
    value: str


Step = str | Key


@dataclass(frozen=True, slots=True)
class Read:
    """The value at a path. ``always`` when every valid deal has it; ``start`` and ``end`` are offsets in the text."""

    path: tuple[Step, ...]
    type: Type
    always: bool
    start: int
    end: int

    @property
    def dotted(self) -> str:
        text = ""
        for step in self.path:
            text += f"['{step.value}']" if isinstance(step, Key) else (f".{step}" if text else step)
        return text


@dataclass(frozen=True, slots=True)
class Literal_:  # noqa: N801 - `typing` has the plain name
    """A constant of the text."""

    value: Constant
    type: Type


@dataclass(frozen=True, slots=True)
class Choices:
    """A list of constants, the right side of ``in``."""

    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expression


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple[Expression, ...]


Comparator = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare:
    operator: Comparator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class OneOf:
    """``left in [..]``"""

    left: Expression
    choices: Choices


@dataclass(frozen=True, slots=True)
class Member:
    """``'x' in list``: an item of a list of scalars, or the key of an item of a list of records."""

    value: Expression
    collection: Expression
    attribute: str


@dataclass(frozen=True, slots=True)
class Defined:
    """``x is defined``: the path leads to a value."""

    read: Read


@dataclass(frozen=True, slots=True)
class Default:
    """``x | default(v)``"""

    read: Read
    fallback: Expression


@dataclass(frozen=True, slots=True)
class Length:
    collection: Expression


@dataclass(frozen=True, slots=True)
class Quantified:
    """``xs | any(attribute == constant)``, ``all`` or ``count_where``: one comparison of one attribute.

    ``test`` reads the attribute from the item bound to the empty root ``""``.
    """

    quantifier: Literal["any", "all", "count_where"]
    collection: Expression
    test: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: Literal["+", "-", "*"]
    left: Expression
    right: Expression


Expression = (
    Read
    | Literal_
    | Choices
    | Not
    | And
    | Or
    | Compare
    | OneOf
    | Member
    | Defined
    | Default
    | Length
    | Quantified
    | Arithmetic
)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct operands of an expression, left to right."""
    match expression:
        case Not(operand):
            return (operand,)
        case And(operands) | Or(operands):
            return operands
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case OneOf(left, _):
            return (left,)
        case Member(value, collection, _):
            return (value, collection)
        case Default(read, fallback):
            return (read, fallback)
        case Length(collection):
            return (collection,)
        case Quantified(_, collection, _):
            return (collection,)
        case Defined(read):
            return (read,)
        case Read() | Literal_() | Choices():
            return ()


def reads(expression: Expression) -> Iterator[Read]:
    """Every path that an expression reads or asks for, left to right."""
    if isinstance(expression, Read):
        yield expression
    for child in children(expression):
        yield from reads(child)
