"""A condition, or a part of one, that comes out the same whatever a deal says: `a or not a`, `x > 5 and x < 3`.

The parts that share what they ask are tried with every value that makes a difference to them: each constant that a
field is compared with, and a value between, below and above. What depends on a rule or on another field is for the
proof; a comparison of constants, or of a field with itself, is refused when the library is read.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import chain, pairwise, product
from math import ceil, floor, prod
from typing import Any, Final

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Choices,
    Compare,
    Default,
    Length,
    Literal_,
    Not,
    OneOf,
    Or,
    Read,
    children,
)
from generator.diagnostics import Diagnostic, Severity, Span, brief
from generator.library.model import Library
from generator.library.templates import Branch, Repeat
from generator.library.walk import conditions, found, texts
from generator.schema_types import ORDERED_TEXT_KINDS, Type

CODE = "constant-condition"

MOST_TRIES: Final = 20_000
_SIGNS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def check(library: Library) -> Iterator[Diagnostic]:
    cases = (case.when for fact in library.facts for case in fact.cases)
    for condition in chain(conditions(library), cases):
        yield from _findings(condition.expression, condition.span)
    for content in texts(library):
        for branch in found(Branch, content):
            if branch.condition is not None:
                yield from _findings(branch.condition, branch.span)
        for repeat in found(Repeat, content):
            if repeat.test is not None:
                yield from _findings(repeat.test, repeat.span)


def _findings(expression: Expression, span: Span) -> Iterator[Diagnostic]:
    """The outermost parts that never change."""
    result = outcome(expression)
    if result is not None:
        message = f"`{brief(text_of(expression))}` is {'always' if result else 'never'} true, whatever a deal says"
        yield Diagnostic(CODE, Severity.ERROR, message, span, "correct it, or leave it out")
    elif isinstance(expression, And | Or | Not):
        for part in children(expression):
            yield from _findings(part, span)


def outcome(expression: Expression) -> bool | None:
    """What a condition always comes to; ``None`` where that depends on the deal, or would take too long to tell."""
    questions = [_question(atom) for atom in _atoms(expression)]
    asked: dict[Hashable, list[_Question]] = {}
    for question in questions:
        asked.setdefault(question.about, []).append(question)
    if len(questions) > 1 and len(asked) == len(questions):
        return None  # no two parts ask the same: each can come out either way, or is found by itself
    samples = {about: _samples(alike) for about, alike in asked.items()}
    if prod(map(len, samples.values())) > MOST_TRIES:
        return None
    results = {_holds(expression, dict(zip(samples, values, strict=True))) for values in product(*samples.values())}
    return results.pop() if len(results) == 1 else None


def _atoms(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, And | Or | Not):
        for part in children(expression):
            yield from _atoms(part)
    else:
        yield expression


def _holds(expression: Expression, given: Mapping[Hashable, Any]) -> bool:
    match expression:
        case And(operands):
            return all(_holds(part, given) for part in operands)
        case Or(operands):
            return any(_holds(part, given) for part in operands)
        case Not(operand):
            return not _holds(operand, given)
        case _:
            question = _question(expression)
            return question.answer(given[question.about])


# ---- what an atom asks


@dataclass(frozen=True, slots=True)
class _Question:
    """``answer`` says whether the atom holds for a value of what it asks ``about``; ``constants`` are its bounds."""

    about: Hashable
    answer: Callable[[Any], bool]
    type: Type | None = None
    constants: tuple[Any, ...] = ()
    least: Decimal | None = None


def _question(atom: Expression) -> _Question:
    match atom:
        case Compare(sign, left, Literal_(value)) if _is_sampled(left, value):
            return _valued(left, (value,), lambda one: _SIGNS[sign](one, value))
        case Compare(sign, Literal_(value), right) if _is_sampled(right, value):
            return _valued(right, (value,), lambda one: _SIGNS[sign](value, one))
        case OneOf(left, Choices(values)) if all(_is_sampled(left, value) for value in values):
            return _valued(left, values, lambda one: one in values)
        case Compare(sign, left, right):
            # Two values stand in one order or another: how the first compares with the second decides.
            one, two = _key(left), _key(right)
            turned = repr(one) > repr(two)
            about = ("order", two, one) if turned else ("order", one, two)
            return _Question(about, lambda order: _SIGNS[sign](-order if turned else order, 0), constants=(-1, 0, 1))
        case _:
            return _Question(_key(atom), bool)


def _type(expression: Expression) -> Type | None:
    match expression:
        case Read(_, type_) | Default(Read(_, type_)):
            return type_
        case Length():
            return Type("integer")
        case Arithmetic():
            return Type("number")
        case _:
            return None


def _is_sampled(expression: Expression, value: Any) -> bool:
    type_ = _type(expression)
    if type_ is None or isinstance(value, bool):
        return False
    return type_.is_number or (isinstance(value, str) and type_.kind in {"enum", "string", *ORDERED_TEXT_KINDS})


def _valued(expression: Expression, constants: tuple[Any, ...], answer: Callable[[Any], bool]) -> _Question:
    type_ = _type(expression)
    least = Decimal(0) if isinstance(expression, Length) else None
    if isinstance(expression, Read) and type_ is not None and type_.minimum is not None:
        least = Decimal(str(type_.minimum))
    return _Question(("value", _key(expression)), answer, type_, constants, least)


def _samples(questions: list[_Question]) -> list[Any]:
    """Values of what the questions are about, such that any other is answered like one of them."""
    type_, constants = questions[0].type, {value for question in questions for value in question.constants}
    if type_ is None:
        return sorted(constants) or [False, True]
    if type_.kind == "enum":
        others = [value for value in type_.values if value not in constants]
        return [*sorted(constants), *others[:1]]
    if not type_.is_number:
        # Behind each text its longer ones follow; before all of them is the empty one.
        return sorted({"", *constants, *(f"{value}\uffff" for value in constants)})
    least = questions[0].least
    bounds = sorted(constants if least is None else {least, *constants})
    if type_.kind == "integer":
        numbers = {whole + step for value in bounds for whole in (floor(value), ceil(value)) for step in (-1, 0, 1)}
    else:
        between = {Decimal(one + two) / 2 for one, two in pairwise(bounds)}
        numbers = {*map(Decimal, bounds), *between, Decimal(bounds[0]) - 1, Decimal(bounds[-1]) + 1}
    return sorted(value for value in numbers if least is None or value >= least)


def _key(value: Any) -> Hashable:
    """What an expression is, wherever it stands in the text."""
    match value:
        case Read(path):
            return ("Read", path)
        case Literal_(constant):
            return (type(constant).__name__, constant)
        case tuple():
            return tuple(map(_key, value))
        case _ if hasattr(value, "__dataclass_fields__") and not isinstance(value, Type):
            return (type(value).__name__, *(_key(getattr(value, field.name)) for field in fields(value)))
        case _:
            return value if isinstance(value, Hashable) else repr(value)
