"""Expressions as Python functions: the source is made here, compiled once a shape, and run for every deal.

The source of an expression is its *shape*: fixed words and names that are made here, with ``c0``, ``c1``, … where the
expression has a constant or the name of a field. Those are the defaults of the function's parameters: no text of a
library or of a deal ever is source, and the many expressions of one shape (``a.b == 'x'``) share one code.

The code knows the usual course alone: what it reads is there. Where a path breaks off, the expression is walked
instead, which says in the right order what is absent. Scopes are plain mappings: one that makes up the entries that it
is asked for would not be walked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import CodeType, FunctionType
from typing import Any, Final, NoReturn

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


Walk = Callable[[Any, Scope], Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A function before it is made: its source, and the values of its last parameters."""

    source: str
    constants: tuple[Any, ...]

    def bound(self, *first: Any) -> Any:
        """The function itself: what the caller does not give are ``first`` and the constants."""
        constants = (value.bound() if isinstance(value, Function) else value for value in self.constants)
        return FunctionType(CODES.of(self.source), _GLOBALS, "run", (*first, *constants))


class Codes:
    """The code of each source, compiled once."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def of(self, source: str) -> CodeType:
        code = self._codes.get(source)
        if code is None:
            code = self._codes[source] = compiled(source)
        return code

    def keep(self, codes: Mapping[str, CodeType]) -> None:
        """Take over what another process has compiled."""
        self._codes.update(codes)

    def items(self) -> dict[str, CodeType]:
        return dict(self._codes)


CODES: Final = Codes()
"""A library has some hundreds of shapes."""


def shaped(expression: Expression) -> Function:
    """The expression as a function of the scope, which walks the expression where its code gives up.

    Its first constants are the walk and what is given to it: the expression, or what leads to it.
    """
    shape = Shape()
    value = shape.value(expression)
    lines = ("try:", f" return {value}", "except GIVES_UP:", " return walk(expression, scope)")
    return function(("scope", "walk", "expression"), lines, shape.constants)


def generated(expression: Expression, walk: Walk) -> Run:
    """The expression as a function of the scope, which walks the expression where its code gives up."""
    run: Run = shaped(expression).bound(walk, expression)
    return run


def compiled(source: str) -> CodeType:
    """The code of the one function in a source."""
    return next(item for item in compile(source, "<condition>", "exec").co_consts if isinstance(item, CodeType))


def function(names: Sequence[str], lines: Sequence[str], constants: Sequence[Any]) -> Function:
    """The function with these lines and parameters, and after them ``c0``, ``c1`` and so on for the constants."""
    names = (*names, *(f"c{index}" for index in range(len(constants))))
    return Function(f"def run({', '.join(names)}):\n " + "\n ".join(lines), tuple(constants))


def _absent() -> NoReturn:
    """Give up where a value is ``None``."""
    raise KeyError


def _entry(collection: Any, attribute: str, value: str) -> Any:
    """The entry of a list of records that a key names."""
    for item in collection:
        if item.get(attribute) == value:
            return item
    return None


_GLOBALS: Final = {"absent": _absent, "entry": _entry, "GIVES_UP": (KeyError, TypeError, AttributeError)}


class Shape:
    """The source of expressions, with their constants in the order of their names."""

    def __init__(self) -> None:
        self.constants: list[Any] = []

    def constant(self, value: Any) -> str:
        """The name of a constant."""
        self.constants.append(value)
        return f"c{len(self.constants) - 1}"

    def value(self, expression: Expression) -> str:
        """The source of the value itself: ``and`` and ``or`` give a boolean whatever their operands give."""
        source = self.truth(expression)
        return f"(True if {source} else False)" if isinstance(expression, (And, Or)) else source

    def truth(self, expression: Expression) -> str:
        """The source of an expression of which only the truth is asked."""
        match expression:
            case Read(path):
                value = self.path(path)
                return f"(v if (v := {value}) is not None else absent())"
            case Literal_(constant, _):
                return self.constant(constant)
            case Choices(constants):
                return self.constant(constants)
            case Not(operand):
                return f"(not {self.truth(operand)})"
            case And(operands):
                return f"({' and '.join([self.truth(operand) for operand in operands])})"
            case Or(operands):
                return f"({' or '.join([self.truth(operand) for operand in operands])})"
            case Compare("==" | "!=" as symbol, left, right):
                return f"({self.value(left)} {symbol} {self.value(right)})"
            case Compare(symbol, left, right) | Arithmetic(symbol, left, right):
                return f"({self.operand(left)} {symbol} {self.operand(right)})"
            case OneOf(left, choices):
                return f"({self.value(left)} in {self.constant(frozenset(choices.values))})"
            case Member(value, collection, ""):
                return f"({self.value(value)} in {self.operand(collection)})"
            case Member(value, collection, attribute):
                return f"({self.value(value)} in {self.keys(collection, attribute)})"
            case Defined(read):
                return f"({self.found(read.path)[0]})"
            case Default(read, fallback):
                found, value = self.found(read.path)
                return f"({value} if {found} else {self.value(fallback)})"
            case Length(collection):
                return f"len({self.operand(collection)})"
            case Quantified(quantifier, collection, test):
                entries = f"map({self.test(test)}, {self.operand(collection)})"
                return f"{'sum' if quantifier == 'count_where' else quantifier}({entries})"

    def operand(self, expression: Expression) -> str:
        """The source of a value that is added, ordered, counted or walked: Python refuses ``None`` there by itself."""
        return self.path(expression.path) if isinstance(expression, Read) else self.value(expression)

    def path(self, path: tuple[Step, ...]) -> str:
        """The source of the value at a path, which gives up or is ``None`` where there is none."""
        source = "scope"
        for step in path:
            source = self.step(source, step, "[", "]")
        return source

    def found(self, path: tuple[Step, ...]) -> tuple[str, str]:
        """The source of whether the path leads to a value, and of the value where it does."""
        source, tests = "scope", []
        for step in path:
            tests.append(f"(v := {self.step(source, step, '.get(', ')')}) is not None")
            source = "v"
        return " and ".join(tests), source

    def step(self, source: str, step: Step, opening: str, closing: str) -> str:
        """The source of one more step from a value, with what stands around the name of a field."""
        if isinstance(step, Key):
            return f"entry({source}, {self.constant(step.attribute)}, {self.constant(step.value)})"
        return f"{source}{opening}{self.constant(step)}{closing}"

    def test(self, test: Expression) -> str:
        """The name of the test of a quantifier, a function of one entry that gives up as the code around it does."""
        shape = EntryShape()
        return self.constant(function(("scope",), shape.lines(test), shape.constants))

    def keys(self, collection: Expression, attribute: str) -> str:
        """The source of the keys of a list of records."""
        return f"map({self.constant(itemgetter(attribute))}, {self.operand(collection)})"


class EntryShape(Shape):
    """The source of a test of one entry: its paths begin at the empty root, to which a quantifier binds the entry."""

    def lines(self, test: Expression) -> tuple[str, ...]:
        return (f"return True if {self.truth(test)} else False",)

    def path(self, path: tuple[Step, ...]) -> str:
        return super().path(path[1:])

    def found(self, path: tuple[Step, ...]) -> tuple[str, str]:
        return super().found(path[1:])
