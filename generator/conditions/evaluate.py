"""Running an expression, and saying why it came out as it did.

Reading a path that is not there raises
``AbsentField``; it is never false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
)

Scope = Mapping[str, Any]
Run = Callable[[Scope], Any]

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


def evaluate(expression: Expression, scope: Scope) -> Any:
    """The value of an expression. Raises ``AbsentField`` when it reads what is not there."""
    return compile_expression(expression)(scope)


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


def compile_expression(expression: Expression) -> Run:
    """The expression as a function of the scope; compile once, run for every deal."""
    match expression:
        case Read():
            return _read(expression)
        case Literal_(value, _):
            return lambda scope: value
        case Choices(values):
            return lambda scope: values
        case Not(operand):
            run = compile_expression(operand)
            return lambda scope: not run(scope)
        case And(operands):
            runs = tuple(compile_expression(item) for item in operands)
            return lambda scope: all(item(scope) for item in runs)
        case Or(operands):
            runs = tuple(compile_expression(item) for item in operands)
            return lambda scope: any(item(scope) for item in runs)
        case Compare(symbol, left, right):
            compare, one, two = _COMPARE[symbol], compile_expression(left), compile_expression(right)
            return lambda scope: compare(one(scope), two(scope))
        case OneOf(left, choices):
            run, allowed = compile_expression(left), frozenset(choices.values)
            return lambda scope: run(scope) in allowed
        case Member(value, collection, attribute):
            run, items = compile_expression(value), compile_expression(collection)
            if attribute:
                return lambda scope: _has_key(items(scope), attribute, run(scope))
            return lambda scope: run(scope) in items(scope)
        case Defined(read):
            path = read.path
            return lambda scope: _follow(path, scope) is not _MISSING
        case Default(read, fallback):
            path, otherwise = read.path, compile_expression(fallback)

            def default(scope: Scope) -> Any:
                value = _follow(path, scope)
                return otherwise(scope) if value is _MISSING else value

            return default
        case Length(collection):
            items = compile_expression(collection)
            return lambda scope: len(items(scope))
        case Quantified(quantifier, collection, test):
            return _quantified(quantifier, compile_expression(collection), compile_expression(test))
        case Arithmetic(symbol, left, right):
            apply, one, two = _ARITHMETIC[symbol], compile_expression(left), compile_expression(right)
            return lambda scope: apply(one(scope), two(scope))


def _read(read: Read) -> Run:
    path = read.path

    def run(scope: Scope) -> Any:
        value = _follow(path, scope)
        if value is _MISSING:
            raise AbsentField(read)
        return value

    return run


def _has_key(items: Any, attribute: str, value: Any) -> bool:
    return any(item.get(attribute) == value for item in items)


def _quantified(quantifier: str, items: Run, test: Run) -> Run:
    if quantifier == "any":
        return lambda scope: any(test({"": item}) for item in items(scope))
    if quantifier == "all":
        return lambda scope: all(test({"": item}) for item in items(scope))
    return lambda scope: sum(1 for item in items(scope) if test({"": item}))


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
    from generator.conditions.expressions import reads

    return [(read.dotted, lookup(read.path, scope)) for read in reads(expression) if read.path[0] != ""]


def text_of(expression: Expression) -> str:
    """The expression written out in the language, for explanations."""
    match expression:
        case Read():
            return expression.dotted.lstrip(".")
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
    return str(value)
