"""The smallest edit of a deal that would bring a clause in, found by trying it on the real selection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

from generator.conditions import AbsentField
from generator.conditions.expressions import (
    Compare,
    Defined,
    Expression,
    Key,
    Literal_,
    Member,
    OneOf,
    Read,
    children,
)
from generator.deal import Deal
from generator.facts import Facts, derive
from generator.library.model import Library, LibraryClause
from generator.plan import select_clause

Edit = tuple[tuple[str, ...], Any]
Shown = tuple[tuple[str, str, str], ...]

MAX_TRIES = 240


def nearest_edit(library: Library, deal: Deal, facts: Facts, clause: LibraryClause) -> Shown:
    """One field, else two, whose change would bring the clause in: (path, old value, new value) each.

    Only fields that its conditions read are tried, with the values at which those conditions turn. Empty when no such
    edit of at most two fields is found.
    """
    edits = _unique(_edits(library, facts, clause))
    tries = 0
    for size in (1, 2):
        for group in combinations(edits, size):
            if len({path for path, _ in group}) < size:
                continue
            tries += 1
            if tries > MAX_TRIES:
                return ()
            changed = _changed(deal, group)
            if changed is None:
                continue
            again, _ = derive(library, changed, facts.as_of)
            if again is None:
                continue
            try:
                if select_clause(library, again, clause):
                    return tuple((".".join(path), _old(deal, path, new), _new(new)) for path, new in group)
            except AbsentField:
                continue
    return ()


def _unique(edits: Iterator[Edit]) -> list[Edit]:
    found: dict[str, Edit] = {}
    for edit in edits:
        found.setdefault(repr(edit), edit)
    return list(found.values())


def _edits(library: Library, facts: Facts, clause: LibraryClause) -> Iterator[Edit]:
    """The edits that could matter: those at which the conditions of the layer and of the clause turn."""
    if clause.layer.when is not None:
        yield from _from(library, facts, clause.layer.when.expression, set())
    if clause.when is not None:
        yield from _from(library, facts, clause.when.expression, set())


def _from(library: Library, facts: Facts, expression: Expression, seen: set[str]) -> Iterator[Edit]:
    match expression:
        case Compare(_, Read() as read, other) | Compare(_, other, Read() as read):
            if read.path[0] == "facts":
                yield from _from_fact(library, facts, read, seen)
            else:
                yield from _values(read, other)
        case OneOf(Read() as read, choices):
            if read.path[0] == "facts":
                yield from _from_fact(library, facts, read, seen)
            else:
                for value in choices.values:
                    yield _path(read), value
                yield from ((_path(read), value) for value in read.type.values if value not in choices.values)
        case Member(Literal_(value, _), Read() as read, attribute):
            if read.path[0] != "facts":
                yield _path(read), _Entry(attribute, str(value), True)
                yield _path(read), _Entry(attribute, str(value), False)
        case Read():
            if expression.path[0] == "facts":
                yield from _from_fact(library, facts, expression, seen)
            elif expression.type.kind == "boolean":
                yield _path(expression), True
                yield _path(expression), False
        case Defined(read):
            if read.path[0] != "facts" and read.type.kind == "boolean":
                yield _path(read), True
        case _:
            for child in children(expression):
                yield from _from(library, facts, child, seen)


def _from_fact(library: Library, facts: Facts, read: Read, seen: set[str]) -> Iterator[Edit]:
    name = str(read.path[1])
    if name in seen or name not in facts.reasons:
        return
    seen.add(name)
    rule = facts.reasons[name].rule
    for case in rule.cases:
        yield from _from(library, facts, case.when.expression, seen)


def _values(read: Read, other: Expression) -> Iterator[Edit]:
    if isinstance(other, Literal_):
        if read.type.is_number:
            number = other.value
            assert not isinstance(number, (str, bool))
            step = 1 if read.type.kind == "integer" else Decimal(1)
            for value in (number, number + step, number - step):
                yield _path(read), int(value) if read.type.kind == "integer" else Decimal(value)
        else:
            yield _path(read), other.value
            yield from ((_path(read), value) for value in read.type.values if value != other.value)


class _Entry:
    """Adding an entry to a list, or taking it away."""

    def __init__(self, attribute: str, value: str, added: bool) -> None:
        self.attribute, self.value, self.added = attribute, value, added

    def __repr__(self) -> str:
        return f"{'+' if self.added else '-'}{self.value}"


def _path(read: Read) -> tuple[str, ...]:
    return tuple(step.value if isinstance(step, Key) else step for step in read.path)


def _changed(deal: Deal, group: tuple[Edit, ...]) -> Deal | None:
    values: Any = deepcopy(dict(deal.values))
    for path, new in group:
        *groups, name = path
        target: Any = values
        for step in groups:
            if not isinstance(target, dict):
                return None
            target = target.setdefault(step, {})
        if not isinstance(target, dict):
            return None
        if isinstance(new, _Entry):
            if not _change_entry(target, name, new):
                return None
        elif target.get(name) == new:
            return None
        else:
            target[name] = new
    return replace(deal, values=values)


def _change_entry(target: dict[str, Any], name: str, entry: _Entry) -> bool:
    items = target.get(name, [])
    if not entry.attribute:
        present = entry.value in items
        target[name] = [*items, entry.value] if entry.added else [i for i in items if i != entry.value]
        return present != entry.added
    present = any(item.get(entry.attribute) == entry.value for item in items)
    if present == entry.added:
        return False
    if entry.added:
        if not items:
            return False
        # A new entry looks like the first one, so that every field it must have is there.
        target[name] = [*items, {**items[0], entry.attribute: entry.value}]
    else:
        target[name] = [item for item in items if item.get(entry.attribute) != entry.value]
    return True


def _old(deal: Deal, path: tuple[str, ...], new: Any) -> str:
    if isinstance(new, _Entry):
        return "has" if not new.added else "has not"
    value: Any = deal.values
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return "absent" if value is None else _new(value)


def _new(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, _Entry) else str(value)
