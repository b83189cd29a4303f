"""Edits of one field that might turn a condition, the most natural first; the caller tries them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from generator.counterfactual.edits import Edit
from generator.counterfactual.samples import Samples
from generator.schema import typed, with_defaults
from generator.schema_types import Field, Type
from generator.violations import Path

Trial = Callable[[Edit], bool]
Only = frozenset[tuple[str, ...]] | None

# How unusual a change is: a value of the deal's own text, one that overrides a default, something new, something gone;
# and, on top of that, one that whole documents hang on: rather another client's contract than an answer about a clause.
OWN, INHERITED, ADDED, REMOVED, INDIRECT, SWEEPING = 1, 2, 4, 5, 3, 8
_GROWTH: Final = 20
_MOST_ENTRIES: Final = 40


class Proposer:
    """Proposes edits of a merged deal.

    ``is_own`` tells whether the deal's own text gives the value at a path, ``is_inherited`` whether a profile would
    give one where the deal did not: what is taken out of the text is then not gone. Whole documents hang on the fields
    ``sweeping``.
    """

    def __init__(
        self,
        samples: Samples,
        is_own: Callable[[Path], bool],
        is_inherited: Callable[[Path], bool],
        sweeping: frozenset[Path] = frozenset(),
    ) -> None:
        self.samples = samples
        self.is_own = is_own
        self.is_inherited = is_inherited
        self.sweeping = sweeping

    def of(
        self, path: Path, member: Field, value: Any, hints: tuple[Any, ...], depth: int = 2, only: Only = None
    ) -> Iterator[Edit]:
        """Edits of the field at ``path``; most of them will not do what is wanted.

        ``hints`` are constants and values that the condition compares, ``only`` the fields that it reads; ``depth``
        bounds how far into the entries of lists and the members of groups the edits go.
        """
        type_ = member.type
        weight = ADDED if value is None else OWN if self.is_own(path) else INHERITED
        if path in self.sweeping:
            weight += SWEEPING
        match type_.kind:
            case "boolean":
                yield from self._set(path, [not value] if value is not None else [True, False], value, weight)
            case "enum":
                yield from self._set(path, _by_distance(type_.values, value), value, weight)
            case "integer" | "number" | "money" | "percent" | "date" | "month" if value is None and not hints:
                yield Edit("set", path, self.samples.of(type_), None, weight, sample=True)
            case "integer" | "number" | "money" | "percent" | "date" | "month":
                yield from _marks(path, type_, value, hints, weight, self.samples.date)
            case "list":
                yield from self._entries(path, type_, value or [], hints, depth, only)
                return
            case "record":
                yield from self._members(path, type_, value, hints, depth, only)
            case _:
                texts = [hint for hint in hints if isinstance(hint, str) and hint != value]
                yield from self._set(path, texts, value, weight)
                if value is None:
                    yield Edit("set", path, self.samples.of(type_), None, ADDED, sample=True)
        if value is not None and self.is_own(path) and not member.always and not self.is_inherited(path):
            yield Edit("remove", path, None, value, REMOVED)

    @staticmethod
    def _set(path: Path, values: list[Any], old: Any, weight: int) -> Iterator[Edit]:
        yield from (Edit("set", path, value, old, weight) for value in values)

    def entry(self, type_: Type, given: dict[str, Any]) -> Any:
        """A new entry of a list of records, as the merged deal would hold it."""
        return typed(type_, with_defaults(type_, self.samples.group(type_, given)))

    def group(self, path: Path, type_: Type, given: dict[str, Any] | None = None) -> Edit:
        return Edit("set", path, self.entry(type_, given or {}), None, ADDED, sample=True)

    def _members(
        self, path: Path, type_: Type, value: Any, hints: tuple[Any, ...], depth: int, only: Only
    ) -> Iterator[Edit]:
        if value is None:
            yield self.group(path, type_)
            return
        if depth:
            for name, member in type_.fields.items():
                if (name in value or not member.always) and concerns(only, (*path, name)):
                    yield from self.of((*path, name), member, value.get(name), hints, depth - 1, only)

    def _entries(
        self, path: Path, type_: Type, value: list[Any], hints: tuple[Any, ...], depth: int, only: Only
    ) -> Iterator[Edit]:
        item = type_.item
        assert item is not None
        texts = [hint for hint in hints if isinstance(hint, str)]
        if item.kind != "record":
            known = texts or list(item.values)
            yield from (Edit("add", path, new, None, ADDED) for new in known if new not in value)
            if not known:
                yield Edit("add", path, self.samples.of(item), None, ADDED, sample=True)
            for index, old in enumerate(value):
                yield Edit("remove", (*path, index), None, old, REMOVED)
        else:
            yield from self._new_entries(path, type_, item, value, texts)
            # To change a field of an entry is less than to lose the entry.
            for index, old in enumerate(value[:_MOST_ENTRIES]):
                yield Edit("remove", (*path, index), None, old, REMOVED + 1)
            if depth:
                for index, old in enumerate(value[:_MOST_ENTRIES]):
                    for name, member in item.fields.items():
                        inner = (*path, index, name)
                        free = name not in {type_.key, *type_.merge} and (name in old or not member.always)
                        if free and concerns(only, inner):
                            for edit in self.of(inner, member, old.get(name), hints, depth - 1, only):
                                yield _less_natural(edit)
        if len(value) > 1:
            yield Edit("set", path, [], value, REMOVED * len(value) + 1)

    def _new_entries(self, path: Path, type_: Type, item: Type, value: list[Any], texts: list[str]) -> Iterator[Edit]:
        key = type_.key or (type_.merge[0] if type_.merge else "")
        if not key:
            yield Edit("add", path, self.entry(item, {}), None, ADDED, sample=True)
            return
        known = [text for text in texts if not item.fields[key].type.values or text in item.fields[key].type.values]
        names = known or list(item.fields[key].type.values) or [self.samples.of(item.fields[key].type)]
        present = {entry.get(key) for entry in value}
        for name in names:
            if name not in present or len(type_.merge) > 1:
                yield Edit("add", path, self.entry(item, {key: name}), None, ADDED, sample=True)


def numbers(path: Path, type_: Type, value: Any, only: Only, depth: int = 2) -> Iterator[tuple[Path, Type, Any]]:
    """The numbers and dates in a field, with their paths: those of a list's entries and of a group's members too."""
    if type_.is_number or type_.kind in {"date", "month"}:
        yield path, type_, value
    elif depth and type_.kind == "record" and value is not None:
        for name, member in type_.fields.items():
            if name in value and concerns(only, (*path, name)):
                yield from numbers((*path, name), member.type, value[name], only, depth - 1)
    elif depth and type_.kind == "list" and type_.item is not None:
        for index, entry in enumerate(value or ()):
            yield from numbers((*path, index), type_.item, entry, only, depth)


def concerns(only: Only, path: Path) -> bool:
    """Whether a field is among those that are read, or leads to one; ``only`` has the names on their paths."""
    return only is None or tuple(step for step in path if isinstance(step, str)) in only


def _less_natural(edit: Edit) -> Edit:
    return Edit(edit.kind, edit.path, edit.new, edit.old, edit.weight + INDIRECT, edit.sample)


def _by_distance(values: tuple[str, ...], value: Any) -> list[Any]:
    """The other values, the neighbours first: values of a scale are listed in its order."""
    at = values.index(value) if value in values else 0
    return sorted((v for v in values if v != value), key=lambda v: (abs(values.index(v) - at), values.index(v)))


# ---- numbers and dates


def _marks(path: Path, type_: Type, value: Any, hints: tuple[Any, ...], weight: int, date: str) -> Iterator[Edit]:
    """The values that a condition compares with and their neighbours, the nearest to the present one first."""
    axis = _Axis(type_.kind)
    start = axis.whole(value if value is not None else date if axis.is_date else 0)
    near = {whole + step for hint in hints if (whole := axis.hint(hint)) is not None for step in (-1, 0, 1)}
    near |= {0, axis.one} if not axis.is_date else set()
    allowed = (at for at in near if axis.allows(at) and (at != start or value is None))
    yield from (
        Edit("set", path, axis.value(at), value, weight) for at in sorted(allowed, key=lambda at: abs(at - start))
    )


def turning(path: Path, type_: Type, value: Any, weight: int, date: str, tried: Trial) -> Iterator[Edit]:
    """The values of a number or a date nearest to the present one, above it and below it, at which a trial succeeds."""
    axis = _Axis(type_.kind)
    start = axis.whole(value if value is not None else date if axis.is_date else 0)

    def edit(at: int) -> Edit:
        return Edit("set", path, axis.value(at), value, weight)

    for direction in (1, -1):
        reached = _grown(start, direction, axis, lambda at: tried(edit(at)))
        if reached is not None:
            yield edit(reached)


def _grown(start: int, direction: int, axis: _Axis, holds: Callable[[int], bool]) -> int | None:
    """The first success away from ``start``, found by doubling the distance and then halving what is left of it."""
    failed = start
    for power in range(_GROWTH):
        at = start + direction * axis.one * (1 << power)
        if not axis.allows(at):
            return None
        if holds(at):
            while abs(at - failed) > 1:
                middle = (at + failed) // 2
                if holds(middle):
                    at = middle
                else:
                    failed = middle
            return at
        failed = at
    return None


class _Axis:
    """Numbers, amounts, dates and months as whole numbers in steps of their kind: a day, a month, a hundredth."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.is_date = kind in {"date", "month"}
        self.one = 100 if kind in {"money", "percent", "number"} else 1

    def allows(self, at: int) -> bool:
        if self.kind == "date":
            return datetime.date(1950, 1, 1).toordinal() <= at <= datetime.date(2150, 1, 1).toordinal()
        return at >= 0 if self.kind != "month" else 1950 * 12 <= at <= 2150 * 12

    def whole(self, value: Any) -> int:
        if self.kind == "date":
            return datetime.date.fromisoformat(value).toordinal()
        if self.kind == "month":
            return int(value[:4]) * 12 + int(value[5:7]) - 1
        return int(Decimal(value) * self.one)

    def hint(self, hint: Any) -> int | None:
        if self.is_date is not isinstance(hint, str) or isinstance(hint, bool):
            return None
        try:
            return self.whole(hint)
        except ValueError:
            return None

    def value(self, at: int) -> Any:
        if self.kind == "date":
            return datetime.date.fromordinal(at).isoformat()
        if self.kind == "month":
            return f"{at // 12}-{at % 12 + 1:02}"
        return at if self.one == 1 else Decimal(at) / self.one
