"""Changes to try that need no other deal: what a comparison asks for, numbers and days one way and the other, less."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from generator.conditions import AbsentField, Expression, Scope, evaluate
from generator.conditions.expressions import Compare, Key, Read, children
from generator.facts import FactsOnDemand
from generator.library.model import Rule
from generator.prove.edits import plain_number, renamed, type_at
from generator.prove.places import ordinal
from generator.schema_types import ORDERED_TEXT_KINDS, Type

Values = dict[str, Any]
Steps = tuple[Any, ...]

# Days one way and the other that a date is moved by: to the next day, month and year.
DAYS: Final = (1, 31, 366)
# Of a longer list the entries are changed all alike, not one by one.
MOST_ONE_BY_ONE: Final = 8


def at(values: Any, path: Sequence[Any]) -> Any:
    for step in path:
        if isinstance(values, Mapping):
            values = values.get(step)
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        else:
            return None
    return values


def changed(values: Any, path: Sequence[Any], value: Any) -> Any:
    """The deal with another value at a path, or without one where it is ``None``; what is not on the way is shared."""
    whole: Any = list(values) if isinstance(values, list) else dict(values)
    step = path[0]
    if len(path) > 1:
        inner = whole[step] if isinstance(whole, list) else whole.get(step, {})
        whole[step] = changed(inner, path[1:], value)
    elif value is None and isinstance(whole, dict):
        whole.pop(step, None)
    else:
        whole[step] = value
    return whole


# ---- what a comparison asks for


def bounded(type_: Type, values: Values, rules: Sequence[Rule], facts: FactsOnDemand) -> Iterator[Values]:
    """Each field that a rule compares with a value, as that value, or beside it."""
    for rule in rules:
        scopes: list[tuple[Steps, Scope]] = [((), facts.scope)]
        if rule.each is not None:
            name, collection = rule.each
            walked = collection.expression
            if isinstance(walked, Read) and all(isinstance(step, str) for step in walked.path):
                entries = evaluate(walked, facts.scope)
                scopes = [((*walked.path, i), facts.bound(name, entry)) for i, entry in enumerate(entries)]
        for expression in (rule.asserted.expression, *((rule.when.expression,) if rule.when is not None else ())):
            for compared in _comparisons(expression):
                for prefix, scope in scopes:
                    yield from _met(type_, values, compared, prefix, scope)


def _comparisons(expression: Expression) -> Iterator[Compare]:
    if isinstance(expression, Compare):
        yield expression
    for child in children(expression):
        yield from _comparisons(child)


def _met(type_: Type, values: Values, compared: Compare, prefix: Steps, scope: Scope) -> Iterator[Values]:
    for field, other in ((compared.left, compared.right), (compared.right, compared.left)):
        if not isinstance(field, Read) or any(isinstance(step, Key) for step in field.path):
            continue
        path = (*prefix, *field.path[1:]) if prefix and field.path[0] not in type_.fields else field.path
        own = type_at(type_, path)
        if own is None or at(values, path) is None:
            continue
        try:
            bound = evaluate(other, scope)
        except AbsentField:
            continue
        yield changed(values, path, _plain(bound))
        number = _number(own, bound)
        if number is not None:
            for moved in (1, -1):
                yield changed(values, path, _written(own, number + moved))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


# ---- numbers and days, one way and the other


def probed(type_: Type, values: Values, paths: Sequence[tuple[str, ...]]) -> Iterator[Values]:
    """Other numbers and days of the fields at these paths, each list without entries, each optional field away."""
    for path in paths:
        own = type_at(type_, path)
        value = at(values, path)
        if own is not None and value is not None:
            yield from _probed(type_, values, path, own, value)


def _probed(type_: Type, values: Values, path: Steps, own: Type, value: Any) -> Iterator[Values]:
    match own.kind:
        case "record" if isinstance(value, dict):
            for name, field in own.fields.items():
                if value.get(name) is not None:
                    yield from _probed(type_, values, (*path, name), field.type, value[name])
                    if not field.always:
                        yield changed(values, (*path, name), None)
        case "list" if isinstance(value, list) and value:
            yield changed(values, path, [])
            yield from _alike(values, path, own, value)
            for index, entry in enumerate(value) if own.item is not None and len(value) <= MOST_ONE_BY_ONE else ():
                assert own.item is not None
                yield from _probed(type_, values, (*path, index), own.item, entry)
        case _:
            for other in _others(own, value):
                yield changed(values, path, other)


def _alike(values: Values, path: Steps, own: Type, entries: list[Any]) -> Iterator[Values]:
    """Every entry of a list with another value in one field."""
    for name, field in own.item.fields.items() if own.item is not None else ():
        if name == own.key or name in own.merge:
            continue
        held = next((entry[name] for entry in entries if entry.get(name) is not None), None)
        for other in _others(field.type, held) if held is not None else ():
            yield changed(values, path, [{**entry, name: other} if name in entry else entry for entry in entries])
        if held is not None and not field.always:
            yield changed(values, path, [{n: value for n, value in entry.items() if n != name} for entry in entries])


def distinct(type_: Type, values: Values) -> Iterator[Values]:
    """The deal with another name for one of two entries of a list that have the same: the later, or the earlier."""
    for turned in (False, True):
        whole = _distinct(type_, values, turned=turned)
        if whole is not values:
            yield whole


def _distinct(own: Type, value: Any, *, turned: bool) -> Any:
    if own.kind == "record" and isinstance(value, dict):
        inner = {n: _distinct(own.fields[n].type, v, turned=turned) for n, v in value.items() if n in own.fields}
        return value if all(inner[n] is value[n] for n in inner) else {**value, **inner}
    if own.kind != "list" or not isinstance(value, list) or own.item is None:
        return value
    names = [own.identity(entry) for entry in value]
    if len({name for name in names if name is not None}) == len([name for name in names if name is not None]):
        return value
    kept: list[Any] = []
    for entry in reversed(value) if turned else value:
        kept.append(renamed(deepcopy(entry), own, kept) if own.identity(entry) in map(own.identity, kept) else entry)
    return kept[::-1] if turned else kept


def _others(own: Type, value: Any) -> Iterator[Any]:
    if own.kind == "enum":
        yield from (other for other in own.values if other != value)
    if own.kind == "boolean":
        yield not value
    number = _number(own, value)
    if number is None:
        return
    if own.kind in ORDERED_TEXT_KINDS:
        yield from (_written(own, number + sign * days) for days in DAYS for sign in (1, -1))
    else:
        for other in (number * 2, number / 2, number + 1, number - 1, Decimal(0), Decimal(1), number * 10):
            if other != number:
                yield _written(own, other)


def _number(own: Type, value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if own.is_number and isinstance(value, (int, Decimal)):
        return Decimal(value)
    if own.kind in ORDERED_TEXT_KINDS and isinstance(value, str):
        return Decimal(int(ordinal(value)))
    return None


def _written(own: Type, number: Decimal) -> Any:
    try:
        return plain_number(own, Fraction(number))
    except (ValueError, OverflowError):
        return None
