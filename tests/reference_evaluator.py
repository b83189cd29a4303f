"""A second evaluator of expressions, written for plainness alone: what an expression means, one case after the other.

It shares the classes of the expressions with the product and nothing else: it follows paths by itself, and says what is
absent with an exception of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from generator.conditions import AbsentField
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Choices,
    Compare,
    Default,
    Defined,
    Expression,
    Key,
    Length,
    Literal_,
    Member,
    Not,
    OneOf,
    Or,
    Quantified,
    Read,
)


class Absent(Exception):
    """The expression reads this path, and there is nothing."""

    def __init__(self, read: Read) -> None:
        super().__init__(read.dotted)
        self.read = read


def result(run: Callable[[Mapping[str, Any]], Any], scope: Mapping[str, Any]) -> tuple[str, Any]:
    """What a run of the product came to, as ``outcome`` says it."""
    try:
        return "value", run(scope)
    except AbsentField as absent:
        return "absent", absent.read
    except (TypeError, AttributeError):
        return "refused", None


def outcome(expression: Expression, scope: Mapping[str, Any]) -> tuple[str, Any]:
    """``("value", v)``, ``("absent", read)`` with the first read of what is not there, or ``("refused", None)``.

    Python refuses what no type check would let pass: an order between a text and a number, the length of a number.
    """
    try:
        return "value", meaning(expression, scope)
    except Absent as absent:
        return "absent", absent.read
    except (TypeError, AttributeError):
        return "refused", None


def meaning(expression: Expression, scope: Mapping[str, Any]) -> Any:
    """The value of an expression. Raises ``Absent``."""
    if isinstance(expression, Read):
        values = at(expression, scope)
        if not values:
            raise Absent(expression)
        return values[0]
    if isinstance(expression, Literal_):
        return expression.value
    if isinstance(expression, Choices):
        return expression.values
    if isinstance(expression, Not):
        return not meaning(expression.operand, scope)
    if isinstance(expression, And):
        return all(meaning(operand, scope) for operand in expression.operands)
    if isinstance(expression, Or):
        return any(meaning(operand, scope) for operand in expression.operands)
    if isinstance(expression, Compare):
        return compared(expression.operator, meaning(expression.left, scope), meaning(expression.right, scope))
    if isinstance(expression, OneOf):
        value = meaning(expression.left, scope)
        return value in set(expression.choices.values)
    if isinstance(expression, Member):
        return member(expression, scope)
    if isinstance(expression, Defined):
        return bool(at(expression.read, scope))
    if isinstance(expression, Default):
        values = at(expression.read, scope)
        return values[0] if values else meaning(expression.fallback, scope)
    if isinstance(expression, Length):
        return len(meaning(expression.collection, scope))
    if isinstance(expression, Quantified):
        return quantified(expression, scope)
    assert isinstance(expression, Arithmetic)
    left, right = meaning(expression.left, scope), meaning(expression.right, scope)
    return {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right}[expression.operator]()


def at(read: Read, scope: Mapping[str, Any]) -> list[Any]:
    """The value at a path as a list of one, or nothing; null is nothing."""
    values: list[Any] = [scope]
    for step in read.path:
        if isinstance(step, Key):
            found = [entry for value in values for entry in value if entry.get(step.attribute) == step.value]
        else:
            found = [value[step] for value in values if isinstance(value, Mapping) and step in value]
        values = [value for value in found[:1] if value is not None]
    return values


def compared(symbol: str, left: Any, right: Any) -> bool:
    if symbol == "==":
        return bool(left == right)
    if symbol == "!=":
        return not compared("==", left, right)
    if symbol in {"<", ">="}:
        return bool(left < right) is (symbol == "<")
    return bool(left > right) is (symbol == ">")


def member(expression: Member, scope: Mapping[str, Any]) -> bool:
    if expression.attribute:
        entries = meaning(expression.collection, scope)
        value = meaning(expression.value, scope)
        return value in [entry.get(expression.attribute) for entry in entries]
    value = meaning(expression.value, scope)
    return value in meaning(expression.collection, scope)


def quantified(expression: Quantified, scope: Mapping[str, Any]) -> bool | int:
    count = 0
    for entry in meaning(expression.collection, scope):
        holds = bool(meaning(expression.test, {"": entry}))
        if expression.quantifier == "any" and holds:
            return True
        if expression.quantifier == "all" and not holds:
            return False
        count += holds
    return count if expression.quantifier == "count_where" else expression.quantifier == "all"
