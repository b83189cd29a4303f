"""Running an expression, and saying why it came out as it did.

Reading a path that is not there raises ``AbsentField``; it is never false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator.conditions.compile import Run, Scope, generated
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
    Step,
    reads,
)

_MISSING = object()


class AbsentField(Exception):
    """A condition or a text read a path that this deal does not have."""

    def __init__(self, read: Read) -> None:
        super().__init__(read.dotted)
        self.read = read


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an expression came to and why.

    ``text`` is the expression in words of the language, ``value`` its result; ``children`` are the parts of an
    ``and``, ``or`` or ``not``; ``reads`` the paths an atom read with their values (absent ones as ``None``).
    """

    text: str
    value: Any
    children: tuple[Verdict, ...] = ()
    reads: tuple[tuple[str, Any], ...] = ()


def lookup(path: tuple[Step, ...], scope: Scope) -> Any:
    """The value at a path, or ``None`` when there is none."""
    value = _follow(path, scope)
    return None if value is _MISSING else value


def _follow(path: tuple[Step, ...], scope: Scope) -> Any:
    value: Any = scope
    for step in path:
        if isinstance(step, str):
            value = value.get(step, _MISSING) if isinstance(value, Mapping) else _MISSING
        else:
            value = _item(value, step)
        if value is _MISSING or value is None:
            return _MISSING
    return value


def _item(collection: Any, key: Key) -> Any:
    for item in collection:
        if item.get(key.attribute) == key.value:
            return item
    return _MISSING


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def evaluate(expression: Expression, scope: Scope) -> Any:
    """The value of an expression, found by walking it once. Raises ``AbsentField`` when it reads what is not there.

    For an expression that is asked of many deals, ``compile_expression`` gives the same in a tenth of the time.
    """
    match expression:
        case Read(path):
            value = _follow(path, scope)
            if value is _MISSING:
                raise AbsentField(expression)
            return value
        case Literal_(value, _):
            return value
        case Choices(values):
            return values
        case Not(operand):
            return not evaluate(operand, scope)
        case And(operands):
            return all(evaluate(item, scope) for item in operands)
        case Or(operands):
            return any(evaluate(item, scope) for item in operands)
        case Compare(symbol, left, right):
            return _COMPARE[symbol](evaluate(left, scope), evaluate(right, scope))
        case OneOf(left, choices):
            return evaluate(left, scope) in frozenset(choices.values)
        case Member(value, collection, ""):
            return evaluate(value, scope) in evaluate(collection, scope)
        case Member(value, collection, attribute):
            return _has_key(evaluate(collection, scope), attribute, evaluate(value, scope))
        case Defined(read):
            return _follow(read.path, scope) is not _MISSING
        case Default(read, fallback):
            value = _follow(read.path, scope)
            return evaluate(fallback, scope) if value is _MISSING else value
        case Length(collection):
            return len(evaluate(collection, scope))
        case Quantified(quantifier, collection, test):
            return _QUANTIFIERS[quantifier](bool(evaluate(test, {"": item})) for item in evaluate(collection, scope))
        case Arithmetic(symbol, left, right):
            return _ARITHMETIC[symbol](evaluate(left, scope), evaluate(right, scope))


_QUANTIFIERS: dict[str, Callable[[Iterable[bool]], Any]] = {"any": any, "all": all, "count_where": sum}


def _has_key(items: Any, attribute: str, value: Any) -> bool:
    return any(item.get(attribute) == value for item in items)


def compile_expression(expression: Expression) -> Run:
    """The expression as a function of the scope, for many deals.

    Its first run walks the expression and the second makes the code: of the thousands of expressions of a library one
    contract runs a part, most of them once.
    """
    run: Run | None = None
    walked = False

    def run_or_walk(scope: Scope) -> Any:
        nonlocal run, walked
        if run is not None:
            return run(scope)
        if walked:
            run = generated(expression, evaluate)
            return run(scope)
        walked = True
        return evaluate(expression, scope)

    return run_or_walk


def trace(expression: Expression, scope: Scope) -> Verdict:
    """The same result as ``evaluate`` with its reasons; every operand is shown, also those that did not matter.

    An operand that reads an absent path shows the value ``None`` instead of raising, because `and` and `or` stop
    before it where a guard stands in front.
    """
    match expression:
        case And(operands) | Or(operands):
            parts = tuple(trace(item, scope) for item in operands)
            word = " and " if isinstance(expression, And) else " or "
            return Verdict(word.join(part.text for part in parts), _value(expression, scope), parts)
        case Not(operand):
            part = trace(operand, scope)
            return Verdict(f"not ({part.text})", _value(expression, scope), (part,))
        case _:
            return Verdict(text_of(expression), _value(expression, scope), (), tuple(_atoms(expression, scope)))


def _value(expression: Expression, scope: Scope) -> Any:
    try:
        return evaluate(expression, scope)
    except AbsentField:
        return None


def _atoms(expression: Expression, scope: Scope) -> list[tuple[str, Any]]:
    return [(read.dotted, lookup(read.path, scope)) for read in reads(expression)]


def text_of(expression: Expression) -> str:
    """The expression written out in the language, for explanations."""
    match expression:
        case Read():
            return expression.dotted
        case Literal_(value, _):
            return _constant(value)
        case Choices(values):
            return "[" + ", ".join(_constant(value) for value in values) + "]"
        case Not(operand):
            return f"not ({text_of(operand)})"
        case And(operands):
            return " and ".join(_grouped(item) for item in operands)
        case Or(operands):
            return " or ".join(_grouped(item) for item in operands)
        case Compare(symbol, left, right):
            return f"{text_of(left)} {symbol} {text_of(right)}"
        case Arithmetic(symbol, left, right):
            one, two = text_of(left), text_of(right)
            if symbol == "*" and isinstance(left, Arithmetic) and left.operator != "*":
                one = f"({one})"
            if isinstance(right, Arithmetic) and (symbol != "+" or right.operator != "*"):
                two = f"({two})"
            return f"{one} {symbol} {two}"
        case OneOf(left, choices):
            return f"{text_of(left)} in {text_of(choices)}"
        case Member(value, collection, _):
            return f"{text_of(value)} in {text_of(collection)}"
        case Defined(read):
            return f"{text_of(read)} is defined"
        case Default(read, fallback):
            return f"{text_of(read)} | default({text_of(fallback)})"
        case Length(collection):
            return f"{text_of(collection)} | length"
        case Quantified(quantifier, collection, test):
            return f"{text_of(collection)} | {quantifier}({text_of(test)})"


def _grouped(expression: Expression) -> str:
    text = text_of(expression)
    return f"({text})" if isinstance(expression, (And, Or)) else text


def _constant(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if "'" in value else f"'{value}'"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
