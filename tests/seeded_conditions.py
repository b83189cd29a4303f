"""An expression with one thing changed: the slips that an author makes in a condition."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from generator.conditions import Expression
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Choices,
    Compare,
    Default,
    Defined,
    Length,
    Literal_,
    Member,
    Not,
    OneOf,
    Or,
    Quantified,
    Read,
)
from generator.schema_types import Type

Edit = tuple[str, Expression]
Pool = Mapping[Any, tuple[Read, ...]]
"""The fields that conditions read, by what may be asked of them."""

_ORDERS: Final = {
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "==": ("!=",),
    "!=": ("==",),
}


def pool_of(reads: Iterable[Read]) -> Pool:
    found: dict[Any, dict[str, Read]] = {}
    for read in reads:
        found.setdefault(_signature(read.type), {})[read.dotted] = read
    return {signature: tuple(named.values()) for signature, named in found.items()}


def _signature(type_: Type) -> tuple[Any, ...]:
    kind = "number" if type_.is_number else type_.kind
    item = _signature(type_.item) if type_.item is not None else ()
    return (kind, type_.values, item, tuple(type_.fields))


def edits(expression: Expression, pool: Pool) -> Iterator[Edit]:
    """Every expression that differs from this one in one place, with what the difference is called."""
    yield "negated", expression.operand if isinstance(expression, Not) else Not(expression)
    yield from _inside(expression, pool)


def _inside(expression: Expression, pool: Pool) -> Iterator[Edit]:
    match expression:
        case And(operands) | Or(operands):
            yield from _joined(expression, operands, pool)
        case Not(operand):
            yield "not dropped", operand
            yield from ((how, Not(new)) for how, new in _inside(operand, pool))
        case Compare(symbol, left, right):
            yield from (("operator", replace(expression, operator=other)) for other in _ORDERS[symbol])
            if isinstance(left, Read) and isinstance(right, Literal_):
                yield from ((how, replace(expression, right=new)) for how, new in _constants(right, left.type))
            elif isinstance(right, Literal_):
                yield from ((how, replace(expression, right=new)) for how, new in _numbers(right))
            yield from ((how, replace(expression, left=new)) for how, new in _inside(left, pool))
            yield from ((how, replace(expression, right=new)) for how, new in _inside(right, pool))
        case OneOf(left, Choices(values)):
            for index in range(len(values)) if len(values) > 1 else ():
                yield "constant", replace(expression, choices=Choices((*values[:index], *values[index + 1 :])))
            yield from ((how, replace(expression, left=new)) for how, new in _inside(left, pool))
        case Member(Literal_() as name, Read() as listed, _):
            names = listed.type.item
            if names is not None and names.kind == "record":
                names = names.fields[listed.type.key].type
            if names is not None:
                yield from ((how, replace(expression, value=new)) for how, new in _constants(name, names))
            yield from ((how, replace(expression, collection=new)) for how, new in _inside(listed, pool))
        case Read():
            yield from _fields(expression, pool)
        case Defined(read):
            yield from ((how, Defined(new)) for how, new in _fields(read, pool))
        case Default(read, fallback) if isinstance(fallback, Literal_):
            yield from ((how, Default(read, new)) for how, new in _constants(fallback, read.type))
        case Length(collection):
            yield from ((how, Length(new)) for how, new in _inside(collection, pool))
        case Quantified(quantifier, _, test):
            if quantifier != "count_where":
                other = "all" if quantifier == "any" else "any"
                yield "operator", replace(expression, quantifier=other)
            yield from ((how, replace(expression, test=new)) for how, new in edits(test, {}))
        case Arithmetic(_, left, right):
            yield from ((how, replace(expression, left=new)) for how, new in _inside(left, pool))
            yield from ((how, replace(expression, right=new)) for how, new in _inside(right, pool))


def _joined(expression: And | Or, operands: tuple[Expression, ...], pool: Pool) -> Iterator[Edit]:
    other = Or if isinstance(expression, And) else And
    yield "and/or", other(operands)
    for index, operand in enumerate(operands):
        rest = (*operands[:index], *operands[index + 1 :])
        guard = isinstance(operand, Defined) or (isinstance(operand, Not) and isinstance(operand.operand, Defined))
        how = "guard dropped" if guard else "part dropped"
        yield how, rest[0] if len(rest) == 1 else type(expression)(rest)
        for said, new in _inside(operand, pool):
            yield said, type(expression)((*operands[:index], new, *operands[index + 1 :]))
        if not isinstance(operand, Not):
            yield "negated", type(expression)((*operands[:index], Not(operand), *operands[index + 1 :]))


def _constants(literal: Literal_, type_: Type) -> Iterator[tuple[str, Literal_]]:
    value = literal.value
    if type_.kind == "enum":
        near = type_.values.index(str(value)) + 1 if value in type_.values else 0
        for other in (*type_.values[near:], *type_.values[:near])[:2]:
            yield "constant", replace(literal, value=other)
        yield "misspelt", replace(literal, value=f"{value}x")
    elif type_.kind == "date":
        later = datetime.date.fromisoformat(str(value)) + datetime.timedelta(days=365)
        yield "constant", replace(literal, value=later.isoformat())
        yield "misspelt", replace(literal, value=str(value).replace("-", "/"))
    elif isinstance(value, str):
        yield "constant", replace(literal, value=f"{value}x")
    else:
        yield from _numbers(literal)


def _numbers(literal: Literal_) -> Iterator[tuple[str, Literal_]]:
    if not isinstance(literal.value, (bool, str)):
        yield "number", replace(literal, value=literal.value + 1)
        yield "number", replace(literal, value=literal.value - 1)
        yield "misspelt", replace(literal, value=str(literal.value))


def _fields(read: Read, pool: Pool) -> Iterator[tuple[str, Read]]:
    """Another field of the same type, the next ones in the order of the library; and one that does not exist."""
    if not pool:
        return
    alike = pool.get(_signature(read.type), ())
    names = [other.dotted for other in alike]
    start = names.index(read.dotted) + 1 if read.dotted in names else 0
    for other in [other for other in (*alike[start:], *alike[:start]) if other.dotted != read.dotted][:2]:
        yield "field", replace(other, start=0, end=0)
    yield (
        "misspelt",
        replace(read, path=(*read.path[:-1], f"{read.path[-1]}x")) if isinstance(read.path[-1], str) else read,
    )
