"""Conditions over values that are not all known: which results are still possible.

A result that no deal can reach, because a field is read that it does not have, is not among them: such a deal gets no
contract. What is left out is therefore left out for every deal that has these values; what remains may be too much,
since two reads of one open field are weighed one by one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

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
from generator.interview.watched import Open
from generator.schema_types import Type

MOST_PAIRS: Final = 2500


@dataclass(frozen=True, slots=True)
class Range:
    """The results that are possible: a finite set, else every value between the bounds (``None`` where unbounded)."""

    values: frozenset[Any] | None
    low: Any = None
    high: Any = None


Scope = dict[str, Any]
Weigh = Callable[[Scope], Range]
Bounds = Mapping[str, tuple[Any, Any]]
"""The least and the greatest number (or the least and the greatest length) of a field, by its dotted path."""

ABSENT: Final = object()
ANY: Final = Range(None)
NEVER: Final = Range(frozenset())
TRUE: Final = Range(frozenset({True}))
FALSE: Final = Range(frozenset({False}))
BOTH: Final = Range(frozenset({True, False}))
_TRUTH: Final = {frozenset({True}): TRUE, frozenset({False}): FALSE, frozenset(): NEVER}


def truth(values: set[Any] | frozenset[Any]) -> Range:
    return _TRUTH.get(frozenset(values), BOTH)


def reach(path: tuple[Step, ...], scope: Scope) -> Any:
    """What stands at a path: a value, ``ABSENT``, or the ``Open`` that stands there or above it."""
    value: Any = scope
    for step in path:
        if isinstance(value, Open):
            return value
        if isinstance(step, Key):
            value = next((item for item in value if item.get(step.attribute) == step.value), ABSENT)
        else:
            value = dict.get(value, step, ABSENT) if isinstance(value, dict) else ABSENT
        if value is ABSENT or value is None:
            return ABSENT
    return value


def weigher(expression: Expression, bounds: Bounds) -> Weigh:
    """The expression as a function of a scope with open values; compile once, weigh often."""
    match expression:
        case Read():
            return _read(expression, bounds)
        case Literal_(value, _):
            constant = Range(frozenset({value}))
            return lambda scope: constant
        case Choices(values):
            choices = Range(frozenset(values))
            return lambda scope: choices
        case Not(operand):
            inner = weigher(operand, bounds)
            return lambda scope: truth({not value for value in inner(scope).values or ()})
        case And(operands):
            return _chain(tuple(weigher(item, bounds) for item in operands), stop=False)
        case Or(operands):
            return _chain(tuple(weigher(item, bounds) for item in operands), stop=True)
        case Compare(symbol, left, right):
            return _compare(symbol, weigher(left, bounds), weigher(right, bounds))
        case OneOf(left, choices_):
            return _one_of(weigher(left, bounds), frozenset(choices_.values))
        case Member(value_, collection, attribute):
            return _member(weigher(value_, bounds), _raw(collection), attribute)
        case Defined(read):
            return _defined(read)
        case Default(read, fallback):
            return _default(read, _range_of(read, bounds), weigher(fallback, bounds))
        case Length(collection):
            return _length(collection, _raw(collection), bounds)
        case Quantified(quantifier, collection, test):
            return _quantified(quantifier, _raw(collection), weigher(test, bounds))
        case Arithmetic(symbol, left, right):
            return _arithmetic(symbol, weigher(left, bounds), weigher(right, bounds))


def type_range(type_: Type, limits: tuple[Any, Any] = (None, None)) -> Range:
    """Every value of a type."""
    if type_.kind == "boolean":
        return BOTH
    if type_.kind == "enum":
        return Range(frozenset(type_.values))
    return Range(None, *limits) if type_.is_number else ANY


def _range_of(read: Read, bounds: Bounds) -> Callable[[Open], Range]:
    """The values of an open read: those left at its very place, else all of its type."""
    whole = type_range(read.type, bounds.get(read.dotted, (None, None)))
    dotted = read.dotted

    def ranged(found: Open) -> Range:
        return Range(found.values) if found.values is not None and found.path == dotted else whole

    return ranged


def _read(read: Read, bounds: Bounds) -> Weigh:
    path, ranged = read.path, _range_of(read, bounds)

    def weigh(scope: Scope) -> Range:
        value = reach(path, scope)
        if value is ABSENT:
            return NEVER
        if isinstance(value, Open):
            return ranged(value)
        return ANY if isinstance(value, (dict, list)) else Range(frozenset({value}))

    return weigh


def _raw(collection: Expression) -> Callable[[Scope], Any]:
    """A list as it stands in the scope; the language has no other lists than those at a path."""
    if not isinstance(collection, Read):
        return lambda scope: Open("")
    path = collection.path
    return lambda scope: reach(path, scope)


def chained(parts: Iterable[Range], *, stop: bool) -> Range:
    """``and`` (stops at false) or ``or`` (stops at true) over results, left to right as the evaluator goes.

    What no deal gets past leaves what was decided before it.
    """
    possible: set[bool] = set()
    for part in parts:
        values = part.values or frozenset()
        if stop in values:
            possible.add(stop)
        if (not stop) not in values:
            return truth(possible)
    return truth({*possible, not stop})


def _chain(parts: tuple[Weigh, ...], *, stop: bool) -> Weigh:
    return lambda scope: chained((part(scope) for part in parts), stop=stop)


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compare(symbol: str, left: Weigh, right: Weigh) -> Weigh:
    compare = _COMPARE[symbol]

    def weigh(scope: Scope) -> Range:
        one, two = left(scope), right(scope)
        if one.values is not None and two.values is not None and len(one.values) * len(two.values) <= MOST_PAIRS:
            return truth({compare(a, b) for a, b in product(one.values, two.values)})
        return _by_bounds(symbol, _hull(one), _hull(two))

    return weigh


def _hull(found: Range) -> Range:
    """The bounds of a range, also of a finite set of numbers; of texts there are none."""
    if found.values is None:
        return found
    numbers = [v for v in found.values if not isinstance(v, (str, bool))]
    return Range(None, min(numbers), max(numbers)) if numbers and len(numbers) == len(found.values) else ANY


def _by_bounds(symbol: str, one: Range, two: Range) -> Range:
    below = one.high is not None and two.low is not None
    above = one.low is not None and two.high is not None
    less, at_most = below and one.high < two.low, below and one.high <= two.low
    greater, at_least = above and one.low > two.high, above and one.low >= two.high
    yes, no = {
        "==": (False, less or greater),
        "!=": (less or greater, False),
        "<": (less, at_least),
        "<=": (at_most, greater),
        ">": (greater, at_most),
        ">=": (at_least, less),
    }[symbol]
    return TRUE if yes else FALSE if no else BOTH


def _one_of(left: Weigh, allowed: frozenset[Any]) -> Weigh:
    def weigh(scope: Scope) -> Range:
        values = left(scope).values
        return BOTH if values is None else truth({value in allowed for value in values})

    return weigh


def _member(value: Weigh, items: Callable[[Scope], Any], attribute: str) -> Weigh:
    def weigh(scope: Scope) -> Range:
        collection, wanted = items(scope), value(scope).values
        if collection is ABSENT:
            return NEVER
        if isinstance(collection, Open) or wanted is None:
            return BOTH
        held = {item.get(attribute) for item in collection} if attribute else set(collection)
        return truth({one in held for one in wanted})

    return weigh


def _defined(read: Read) -> Weigh:
    path, always = read.path, read.always and not read.type.nullable

    def weigh(scope: Scope) -> Range:
        value = reach(path, scope)
        if isinstance(value, Open):
            present = always or (not value.absent and value.path == read.dotted)
            return TRUE if present else BOTH
        return FALSE if value is ABSENT else TRUE

    return weigh


def _default(read: Read, ranged: Callable[[Open], Range], fallback: Weigh) -> Weigh:
    path = read.path

    def weigh(scope: Scope) -> Range:
        value = reach(path, scope)
        if value is ABSENT:
            return fallback(scope)
        if not isinstance(value, Open):
            return Range(frozenset({value}))
        mine, other = ranged(value), fallback(scope)
        if mine.values is None or other.values is None:
            return ANY
        return Range(mine.values | other.values)

    return weigh


def _length(collection: Expression, items: Callable[[Scope], Any], bounds: Bounds) -> Weigh:
    low, high = bounds.get(collection.dotted, (0, None)) if isinstance(collection, Read) else (0, None)
    unknown = Range(None, low or 0, high)

    def weigh(scope: Scope) -> Range:
        value = items(scope)
        if value is ABSENT:
            return NEVER
        return unknown if isinstance(value, Open) else Range(frozenset({len(value)}))

    return weigh


def _quantified(quantifier: str, items: Callable[[Scope], Any], test: Weigh) -> Weigh:
    unknown = Range(None, 0) if quantifier == "count_where" else BOTH

    def weigh(scope: Scope) -> Range:
        value = items(scope)
        if value is ABSENT:
            return NEVER
        if isinstance(value, Open):
            return unknown
        verdicts = [test({"": item}) for item in value]
        if quantifier != "count_where":
            return chained(verdicts, stop=quantifier == "any")
        if NEVER in verdicts:
            return NEVER
        least, most = verdicts.count(TRUE), len(verdicts) - verdicts.count(FALSE)
        return Range(frozenset(range(least, most + 1)))

    return weigh


def _arithmetic(symbol: str, left: Weigh, right: Weigh) -> Weigh:
    apply: Callable[[Any, Any], Any] = {"+": operator.add, "-": operator.sub, "*": operator.mul}[symbol]

    def weigh(scope: Scope) -> Range:
        one, two = left(scope), right(scope)
        if one.values is not None and two.values is not None and len(one.values) * len(two.values) <= MOST_PAIRS:
            return Range(frozenset(apply(a, b) for a, b in product(one.values, two.values)))
        a, b = _hull(one), _hull(two)
        if symbol == "+":
            return Range(None, _sum(a.low, b.low), _sum(a.high, b.high))
        if symbol == "-":
            return Range(None, _difference(a.low, b.high), _difference(a.high, b.low))
        ends = [a.low, a.high, b.low, b.high]
        if None in ends:
            return ANY
        products = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        return Range(None, min(products), max(products))

    return weigh


def _sum(one: Any, two: Any) -> Any:
    return None if one is None or two is None else one + two


def _difference(one: Any, two: Any) -> Any:
    return None if one is None or two is None else one - two
