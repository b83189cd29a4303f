"""How many entries of a list are of some kind: asked of a deal at hand, and brought about in one."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from generator.conditions import AbsentField, Expression, evaluate
from generator.conditions.expressions import Constant, Literal_, children, reads
from generator.prove.edits import renamed, type_at
from generator.prove.samples import plainest
from generator.schema_types import Type

COUNT: Final = "count_where"


def answer(test: Expression, entry: Any) -> Any:
    """What a test says of an entry; ``None`` where it reads what is absent."""
    try:
        return evaluate(test, {"": entry})
    except AbsentField:
        return None


def count(test: Expression, entries: Any) -> Fraction | None:
    return Fraction(sum(answer(test, entry) is True for entry in entries)) if isinstance(entries, list) else None


def bring_about(entries: list[Any], type_: Type, test: Expression, wanted: int) -> None:
    """Change entries, one field each, until a test is true of so many of them; add like ones where they are too few."""
    assert type_.item is not None
    for index, entry in enumerate(entries):
        now = count(test, entries)
        if now == wanted:
            return
        turned = answer(test, entry) is True
        if turned is (now is not None and now > wanted):
            entries[index] = next(
                (other for other in _others(entry, type_.item, test) if (answer(test, other) is True) is not turned),
                entry,
            )
    like = next((entry for entry in entries if answer(test, entry) is True), None)
    while like is not None and (count(test, entries) or 0) < wanted:
        entries.append(renamed(deepcopy(like), type_, entries))


def _others(entry: Any, item: Type, test: Expression) -> Iterator[Any]:
    """The entry with another value in one of the fields that a test reads."""
    for read in reads(test):
        name = str(read.path[-1])
        own = type_at(item, tuple(step for step in read.path if step != ""))
        if not isinstance(entry, dict) or own is None or len(read.path) > 2:
            continue
        for value in _values(own, test):
            if value != entry.get(name):
                yield {**deepcopy(entry), name: value}
        if not item.fields[name].always:
            yield {key: value for key, value in entry.items() if key != name}


def _values(type_: Type, test: Expression) -> Iterator[Any]:
    if type_.kind == "boolean":
        yield from (True, False)
    elif type_.kind == "enum":
        yield from type_.values
    elif type_.is_number:
        for constant in _constants(test):
            if isinstance(constant, (int, Decimal)) and not isinstance(constant, bool):
                yield from (constant, constant + 1, constant - 1)
    else:
        yield plainest(type_)


def _constants(expression: Expression) -> Iterator[Constant]:
    if isinstance(expression, Literal_):
        yield expression.value
    for child in children(expression):
        yield from _constants(child)
