"""The edits that repair what fails of a demand in a world, found by trying what the atoms read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from generator.conditions.evaluate import compile_expression
from generator.conditions.expressions import (
    Compare,
    Defined,
    Expression,
    Key,
    Length,
    Literal_,
    Member,
    Not,
    OneOf,
    Quantified,
    Read,
    children,
    reads,
)
from generator.counterfactual.demands import Atom, Bound, Demand, Either, Every, InForce
from generator.counterfactual.edits import Edit, at
from generator.counterfactual.proposals import INDIRECT, INHERITED, OWN, Only, Proposer, Trial, numbers, turning
from generator.counterfactual.samples import Samples
from generator.counterfactual.worlds import World, Worlds
from generator.library.model import Library
from generator.schema_types import Field
from generator.violations import Path

MOST_TRIALS: Final = 1200
_MOST_TRIALS_OF_ATOM: Final = 400
_FORMULA: Final = 4
_MOST_WAYS: Final = 8


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that an atom reads; ``direct`` unless a formula is in between, of which ``only`` is what it reads."""

    path: Path
    field: Field
    direct: bool
    only: Only


class Ways:
    """Finds the edits of one deal; ``trials`` counts what may still be tried."""

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        type_ = worlds.library.schema.type
        samples = Samples(type_, worlds.deal.values, worlds.origin.facts.as_of)
        self.proposer = Proposer(samples, self._is_own, worlds.is_inherited, _sweeping(worlds.library))
        self.trials, self.formula = MOST_TRIALS, _FORMULA
        self._rules = {rule.id: rule for rule in worlds.library.facts}
        self._seen: dict[str, frozenset[tuple[str, ...]]] = {}

    def grant(self, trials: int = MOST_TRIALS, formula: int = _FORMULA) -> None:
        """So many trials may be made from now on; one that runs a formula counts as ``formula``."""
        self.trials, self.formula = trials, formula

    def _is_own(self, path: Path) -> bool:
        return self.worlds.deal.origin(path).layer == "deal"

    def of(self, demand: Demand, world: World) -> Iterator[Edit]:
        """Edits that repair what fails first in an ``every``, or anything in an ``either``."""
        match demand:
            case Every(parts):
                failing = next((part for part in parts if not world.meets(part)), None)
                if failing is not None:
                    yield from self.of(failing, world)
            case Either(parts):
                for part in parts:
                    yield from self.of(part, world)
            case Atom():
                yield from self._turns(demand, world)
            case InForce(period, wanted):
                hints = tuple(day for day in (period.start, period.end) if day)
                yield from self._dated(world, hints, lambda date: period.holds(date) is wanted)

    def _turns(self, atom: Atom, world: World) -> list[Edit]:
        """Edits of what an atom reads with which it comes out as wanted, the most natural first."""
        fields = list(self._fields(atom, world))
        direct = all(field.direct for field in fields)
        tried = self._trial(world, lambda changed: changed.says(atom.run, atom.bound) is atom.wanted, direct)
        hints = tuple(_hints(atom.expression, world))
        # What asks for an entry or a field is turned by that entry or field; what is inside of others comes after.
        plain = isinstance(atom.expression, (Member, Defined))
        for depth in (0, 2) if plain else (2,):
            proposed = [
                edit if field.direct else replace(edit, weight=edit.weight + INDIRECT)
                for field in fields
                for edit in self.proposer.of(
                    field.path, field.field, at(world.values, field.path), hints, depth, field.only
                )
            ]
            proposed.sort(key=lambda edit: edit.weight)
            found = _one_number_each(filter(tried, proposed))
            if all(edit.new == [] for edit in found):
                found += _of_one_entry(proposed, self._nearing(atom, world, direct))
            if found:
                return found
        return [] if plain else list(islice(self._turned(fields, world, tried), _MOST_WAYS))

    def _nearing(self, atom: Atom, world: World, direct: bool) -> Trial:
        """Whether an edit brings what several entries decide together a step nearer: one entry less stands against it.

        That is so of a list that must be empty or shorter, and of a comparison that no entry, or each, must satisfy.
        """
        against = _against(atom.expression, atom.wanted)
        if against is None:
            return lambda edit: False
        run = compile_expression(against)
        before = world.number(run)
        return self._trial(world, lambda changed: 0 <= changed.number(run) < before, direct)

    def _turned(self, fields: list[_Field], world: World, tried: Trial) -> Iterator[Edit]:
        """Numbers and dates far from their present value: where what is computed of them turns."""
        for field in fields:
            value = at(world.values, field.path)
            for path, type_, inner in numbers(field.path, field.field.type, value, field.only):
                weight = (OWN if self._is_own(path) else INHERITED) + (0 if field.direct else INDIRECT)
                yield from turning(path, type_, inner, weight, self.proposer.samples.date, tried)

    def _trial(self, world: World, succeeds: Callable[[World], bool], direct: bool) -> Trial:
        """Whether a world with one more edit does what is wanted; never, once the trials are used up.

        Where a formula is in between, a trial takes as long as several others.
        """
        tries, cost = 0, 1 if direct else self.formula

        def tried(edit: Edit) -> bool:
            nonlocal tries
            if clashing(world.edits, edit) or tries > _MOST_TRIALS_OF_ATOM or self.trials <= 0:
                return False
            tries += cost
            self.trials -= cost
            changed = self.worlds.trial(world, edit)
            return changed is not None and succeeds(changed)

        return tried

    def _fields(self, atom: Atom, world: World) -> Iterator[_Field]:
        """The fields that an atom reads."""
        seen: set[Path] = set()
        for read in reads_of(atom.expression):
            for path, direct, only in self._paths(read.path, atom.bound, world, set()):
                field = self.field(path)
                if path not in seen and field is not None and not self._names_its_entry(path):
                    seen.add(path)
                    yield _Field(path, field, direct, only)

    def _paths(
        self, steps: tuple[Any, ...], bound: Bound | None, world: World, known: set[str]
    ) -> Iterator[tuple[Path, bool, Only]]:
        if steps[0] == "facts":
            name = str(steps[1])
            if name not in known:
                known.add(name)
                yield from self._behind(name, world, known)
        elif steps[0] != "parameters":
            if bound is not None and steps[0] == bound.name:
                if bound.path[0] == "facts":
                    return
                steps = (*bound.path, bound.index, *steps[1:])
            yield _existing(steps, world.values), True, None

    def _behind(self, name: str, world: World, known: set[str]) -> Iterator[tuple[Path, bool, Only]]:
        """The fields behind a fact: those that its cases read, or that its formula is seen to read."""
        rule = self._rules[name]
        for case in rule.cases:
            for read in reads_of(case.when.expression):
                for path, _, only in self._paths(read.path, None, world, known):
                    yield path, False, only
        if not rule.formula:
            return
        if name not in self._seen:
            self._seen[name] = world.fields_of(name)
        groups: dict[str, set[tuple[str, ...]]] = {}
        for names in self._seen[name]:
            if names[0] == "facts" and len(names) > 1:
                yield from self._paths(names, None, world, known)
            elif names[0] != "facts":
                groups.setdefault(names[0], set()).add(names)
        for group, names_read in sorted(groups.items()):
            yield (group,), False, frozenset(names_read)

    def field(self, path: Path) -> Field | None:
        """What the schema says of the field at a path."""
        field = Field(self.worlds.library.schema.type, True)
        for step in path:
            if isinstance(step, str) and step in field.type.fields:
                field = field.type.fields[step]
            elif isinstance(step, int) and field.type.item is not None:
                field = Field(field.type.item, True)
            else:
                return None
        return field

    def _names_its_entry(self, path: Path) -> bool:
        """Whether a field tells an entry of a list from the others: with another name it would be another entry."""
        if len(path) < 3 or not isinstance(path[-2], int):
            return False
        around = self.field(path[:-2])
        return around is not None and path[-1] in {around.type.key, *around.type.merge}

    def _dated(self, world: World, hints: tuple[str, ...], held: Callable[[str], bool]) -> Iterator[Edit]:
        """Dates of the deal by which the law is read, moved to where a period begins or ends."""
        type_ = self.worlds.library.schema.type.fields["meta"].type

        tried = self._trial(world, lambda changed: held(changed.facts.as_of), True)
        for name, member in type_.fields.items():
            if member.type.kind == "date":
                path = ("meta", name)
                value = at(world.values, path)
                yield from filter(tried, self.proposer.of(path, member, value, hints))


def _of_one_entry(edits: list[Edit], tried: Trial) -> list[Edit]:
    """The edits of the first entry with which a trial succeeds: where each must change, one order is as good as any."""
    found: list[Edit] = []
    for edit in edits:
        if edit.new != [] and (not found or _entry(edit) == _entry(found[0])) and tried(edit):
            found.append(edit)
    return found


def _entry(edit: Edit) -> Path:
    """The entry of a list that an edit takes away or changes; the whole path where it is about none."""
    at = next((index for index, step in enumerate(edit.path) if isinstance(step, int)), len(edit.path))
    return edit.path[: at + 1]


def _against(expression: Expression, wanted: bool) -> Expression | None:
    """The number of entries that keep an atom from coming out as wanted; ``None`` where it is no matter of numbers."""
    match expression:
        case Compare("==" | "<" | "<=", Length() | Quantified("count_where") as number, _) if wanted:
            return number
        case Compare("!=" | ">" | ">=", Length() | Quantified("count_where") as number, _) if not wanted:
            return number
        case Quantified("any", collection, test) if not wanted:
            return Quantified("count_where", collection, test)
        case Quantified("all", collection, test) if wanted:
            return Quantified("count_where", collection, Not(test))
        case _:
            return None


def _one_number_each(edits: Iterator[Edit]) -> list[Edit]:
    """The first ways that do what is wanted; of the numbers that a field might have, the nearest."""
    found: list[Edit] = []
    for edit in edits:
        is_number = isinstance(edit.new, (int, Decimal)) and not isinstance(edit.new, bool)
        if not (is_number and any(edit.path == other.path for other in found)):
            found.append(edit)
        if len(found) == _MOST_WAYS:
            break
    return found


def _sweeping(library: Library) -> frozenset[Path]:
    """The fields of a deal on which whole documents or layers hang by their own conditions."""
    given = [*(outline.when for outline in library.outlines), *(layer.when for layer in library.layers)]
    found = (read for condition in given if condition is not None for read in reads(condition.expression))
    paths = {tuple(map(str, read.path)) for read in found}
    return frozenset(path for path in paths if path[0] != "facts")


def clashing(edits: tuple[Edit, ...], edit: Edit) -> bool:
    return any(edit.clashes(other) for other in edits)


def reads_of(expression: Expression) -> Iterator[Read]:
    """What an expression reads of the deal; the entry that a quantifier binds belongs to its list."""
    if isinstance(expression, Read) and expression.path[0]:
        yield expression
    for child in children(expression):
        yield from reads_of(child)


def _hints(expression: Expression, world: World) -> Iterator[Any]:
    """The constants of an atom, and the values it compares with."""
    match expression:
        case Literal_(value, _):
            yield value
        case OneOf(left, choices):
            yield from choices.values
            yield from _hints(left, world)
        case Quantified(_, collection, test):
            yield from _hints(test, world)
            yield from _hints(collection, world)
        case Read(path) if path[0]:
            read = world.read(path)
            if isinstance(read, (str, int, Decimal)) and not isinstance(read, bool):
                yield read
        case Defined():
            return
        case _:
            for child in children(expression):
                yield from _hints(child, world)


def _existing(steps: tuple[Any, ...], values: Any) -> Path:
    """A path of the deal as far as it leads, and one step on: what is absent is made at its topmost group."""
    path: list[str | int] = []
    value = values
    for step in steps:
        if isinstance(step, Key):
            index = next((i for i, entry in enumerate(value) if entry.get(step.attribute) == step.value), None)
            if index is None:
                return tuple(path)
            path.append(index)
            value = value[index]
            continue
        path.append(step)
        value = value[step] if isinstance(step, int) else value.get(step)
        if value is None:
            return tuple(path)
    return tuple(path)
