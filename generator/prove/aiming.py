"""Numbers that formulas make, brought to where they should be: by which field they move, and how far that must go.

What a formula gives is a straight line in most fields that it reads (a price in a total, a number of months in a date),
so that two values of a field say which third one gives the number that is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final

from generator.conditions import AbsentField, Expression, evaluate
from generator.conditions.expressions import Compare, Defined, Literal_, Member, Read, children
from generator.library.model import Rule
from generator.prove.aspects import Aspect, Path, found, value_of
from generator.prove.edits import plain_number, renamed, type_at
from generator.prove.samples import Samples, complete
from generator.schema_types import Type

CENT: Final = Decimal("0.01")
# So many fields behind a fact are moved; behind the sums of a contract there are three for each line of prices.
MOST_FIELDS: Final = 12
FEW_ENTRIES: Final = 3

Values = dict[str, Any]
Scopes = Callable[[Values], Mapping[str, Any] | None]
"""What expressions read of a deal; ``None`` where it has no facts."""


def aimed(
    type_: Type, values: Values, wanted: Mapping[Aspect, Any], paths: Iterator[tuple[str, ...]], scope_of: Scopes
) -> Iterator[Values]:
    """Deals with one field changed, with which a number of ``wanted`` may come out as it should. ``paths`` are those of
    the deal behind it."""
    before = scope_of(values)
    targets = {a: v for a, v in wanted.items() if a.name == "number" and isinstance(v, Fraction)}
    targets = {a: v for a, v in targets.items() if before is not None and value_of(a, before) not in {None, v}}
    if before is None or not targets:
        return
    fields = [leaf for path in paths for leaf in _numbers(type_, values, path)][:MOST_FIELDS]
    for field in fields:
        own = type_at(type_, field)
        here = value_of(Aspect("number", field), values)
        if own is None or not isinstance(here, Fraction):
            continue
        moved = scope_of(_with(values, field, plain_number(own, here + 1)))
        for aspect, target in targets.items():
            now, then = value_of(aspect, before), value_of(aspect, moved) if moved is not None else None
            if isinstance(now, Fraction) and isinstance(then, Fraction) and then != now:
                there = here + (target - now) / (then - now)
                if there > 0 or here <= 0:
                    yield _with(values, field, plain_number(own, _near(own, there)))


def answered(
    type_: Type, values: Values, rules: Iterable[Rule], scope: Mapping[str, Any], samples: Samples
) -> Iterator[Values]:
    """Deals with what a rule that objects asks of a field: the number on the other side of a comparison, the name that
    a list must have."""
    parts = [part for rule in rules if rule.each is None for part in _parts(rule.asserted.expression)]
    for part in parts:
        match part:
            case Compare(_, left, right):
                for field, other in ((left, right), (right, left)):
                    yield from _compared(type_, values, field, other, scope)
            case Defined(read) if (own := type_at(type_, read.path)) is not None and not found(read.path, values)[0]:
                if found(read.path[:-1], values)[0]:
                    yield _with(values, read.path, samples.at(read.path, own))
            case Member(Literal_(value, _), Read() as listed, _):
                there, entries = found(listed.path, values)
                own = type_at(type_, listed.path)
                plain = own is not None and own.item is not None and own.item.kind != "record"
                if there and plain and isinstance(entries, list) and value not in entries:
                    yield _with(values, listed.path, [*entries, value])


def completed(type_: Type, values: Values, rules: Iterable[Rule], samples: Samples) -> Iterator[Values]:
    """Deals in which each entry of a list has what a rule asks each to have."""
    for rule in rules:
        if rule.each is None or not isinstance(rule.each[1].expression, Read):
            continue
        path = rule.each[1].expression.path
        own, (there, entries) = type_at(type_, path), found(path, values)
        if own is None or own.item is None or not there or not isinstance(entries, list):
            continue
        for part in _parts(rule.asserted.expression):
            if isinstance(part, Defined) and part.read.path[0] == rule.each[0] and len(part.read.path) == 2:
                name = str(part.read.path[1])
                sample = samples.at((*path, 0, name), own.item.fields[name].type)
                yield _with(values, path, [entry if name in entry else {**entry, name: sample} for entry in entries])


def _compared(
    type_: Type, values: Values, field: Expression, other: Expression, scope: Mapping[str, Any]
) -> Iterator[Values]:
    own = type_at(type_, field.path) if isinstance(field, Read) else None
    if not isinstance(field, Read) or own is None or not own.is_number or not found(field.path, values)[0]:
        return
    try:
        wanted = Fraction(evaluate(other, scope))
    except (AbsentField, TypeError, ValueError):
        return
    for target in (wanted, wanted + 1, wanted - 1):
        yield _with(values, field.path, plain_number(own, _near(own, target)))


def varied(type_: Type, values: Values, paths: Iterator[tuple[str, ...]], samples: Samples) -> Iterator[Values]:
    """Deals in which the entries of a list are of other kinds: an entry of another, then one for each kind."""
    for path in dict.fromkeys(paths):
        own, (there, entries) = type_at(type_, path), found(path, values)
        if own is None or own.item is None or not there or not isinstance(entries, list):
            continue
        kinds = {name: f.type.values for name, f in own.item.fields.items() if f.type.kind == "enum"}
        for index, entry in enumerate(entries[:FEW_ENTRIES]):
            for name, choices in kinds.items():
                for choice in choices if name in entry and name != own.key else ():
                    if choice != entry[name]:
                        yield _with(values, (*path, index, name), choice)
        for name, choices in kinds.items():
            longer = list(entries)
            for choice in choices:
                plain = complete(own.item, samples.at((*path, len(longer)), own.item), samples)
                longer.append(renamed({**plain, name: choice}, own, longer))
            yield _with(values, path, longer)


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in children(expression):
        yield from _parts(child)


def _near(type_: Type, value: Fraction) -> Fraction:
    """The value as the field takes it: whole, or in cents."""
    if type_.kind not in {"number", "percent", "money"}:
        return Fraction(round(value))
    return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP))


def _numbers(type_: Type, values: Values, path: Path) -> Iterator[Path]:
    """The places of numbers and dates at and below a path that a deal has."""
    own, (there, value) = type_at(type_, path), found(path, values)
    if own is None or not there or value is None:
        return
    match value:
        case Mapping():
            for name in value:
                yield from _numbers(type_, values, (*path, name))
        case list():
            for index in range(len(value)):
                yield from _numbers(type_, values, (*path, index))
        case _ if own.is_number or own.kind == "date":
            yield path


def _with(values: Values, path: Path, value: Any) -> Values:
    changed = deepcopy(values)
    parent: Any = found(path[:-1], changed)[1]
    parent[path[-1]] = value
    return changed
