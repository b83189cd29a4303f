"""What may help a deal with something wrong: changes to try, those that most often help first.

Values of other deals and entries for what a fact calls by its name come before guesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from generator.conditions.expressions import reads
from generator.facts import FactsOnDemand
from generator.library.model import Library, Rule
from generator.prove.edits import renamed, type_at
from generator.prove.probes import at, bounded, changed, distinct, probed
from generator.prove.samples import Samples, complete
from generator.schema_types import Type

FEW_VALUES: Final = 4

Values = dict[str, Any]


@dataclass(frozen=True)
class State:
    """A deal with what is wrong with it: violations of the schema, facts that are not as wanted, rules that object.

    ``lost`` counts what the deal is made for and does not show; ``distance`` is how far the wrong facts are off.
    ``facts`` and ``verdicts`` (by rule: whether it objects, and the groups of the deal that it read) are kept for the
    deals that differ from this one in a group or two.
    """

    values: Values
    missing: tuple[tuple[Any, ...], ...]
    invalid: int
    wrong: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    facts: FactsOnDemand | None = None
    verdicts: Mapping[str, tuple[bool, frozenset[str]]] = field(default_factory=dict)
    lost: int = 0
    distance: float = 0

    @property
    def faults(self) -> int:
        return 10 * (self.invalid + len(self.missing)) + (2 * self.lost or len(self.wrong)) + len(self.rules)

    def better(self, other: State) -> bool:
        """Whether there is less wrong with it than with another, or the same and its facts are nearer."""
        return (self.faults, self.distance) < (other.faults, other.distance)

    @property
    def about(self) -> frozenset[Any]:
        """What is wrong, by name."""
        return frozenset({*self.missing, *self.wrong, *(rule.id for rule in self.rules), self.invalid})


@dataclass(frozen=True)
class Remedies:
    """Changes for deals of a library; ``others`` are the values of valid deals, ``aims`` the paths that what a deal is
    made for asks about, with dots."""

    library: Library
    others: Sequence[Mapping[str, Any]]
    samples: Samples
    aims: Sequence[str] = ()

    def candidates(self, state: State) -> Iterator[Values]:
        if state.missing:
            yield self._with_missing(state)
            return
        if state.invalid:
            yield from distinct(self.library.schema.type, state.values)
        for rule in state.rules:
            if rule.fix is not None:
                yield self._fixed(state.values, rule)
        if self.aims and state.facts is not None:
            yield from bounded(self.library.schema.type, state.values, state.rules, state.facts)
        paths = list(dict.fromkeys(self.paths(state)))
        yield from self._named(state, paths)
        yield from self._called(state, paths)
        yield from self._entries(state.values, paths)
        yield from self._optional(state.values, paths)
        yield from self._alike(state.values, paths)
        yield from self._parts(state.values, paths)
        yield from self._other_values(state.values, paths)
        if self.aims:
            yield from probed(self.library.schema.type, state.values, paths)

    def like_others(self, values: Values, path: tuple[str, ...]) -> Iterator[Values]:
        """The deal with a place as another deal has it: an entry more, the whole, or a choice of few."""
        yield from self._entries(values, [path])
        yield from self._parts(values, [path])
        yield from self._other_values(values, [path])

    def _with_missing(self, state: State) -> Values:
        values = deepcopy(state.values)
        for path in state.missing:
            parent: Any = values
            for step in path[:-1]:
                parent = parent[step] if isinstance(parent, list) else parent.setdefault(step, {})
            own = type_at(self.library.schema.type, path)
            if own is not None and isinstance(parent, dict):
                parent[path[-1]] = self.samples.at(path, own)
        return complete(self.library.schema.type, values, self.samples)  # type: ignore[no-any-return]

    def _fixed(self, values: Values, rule: Rule) -> Values:
        assert rule.fix is not None
        for dotted, value in rule.fix.settings:
            values = changed(values, dotted.split("."), value)
        return values

    def paths(self, state: State) -> Iterator[tuple[str, ...]]:
        """The paths of the deal that hang behind what is wrong."""
        facts = {fact.id: fact for fact in self.library.facts}
        waiting = [*(self.aims if state.lost else ()), *(f"facts.{name}" for name in state.wrong)]
        for rule in state.rules:
            conditions = [c for c in (rule.asserted, rule.when, rule.each[1] if rule.each else None) if c is not None]
            waiting += [
                ".".join(str(s) for s in read.path if isinstance(s, str))
                for condition in conditions
                for read in reads(condition.expression)
            ]
        seen: set[str] = set()
        while waiting:
            dotted = waiting.pop(0)
            if dotted in seen:
                continue
            seen.add(dotted)
            root, _, rest = dotted.partition(".")
            if root == "facts" and rest.split(".")[0] in facts:
                fact = facts[rest.split(".")[0]]
                waiting += fact.reads
                waiting += [read.dotted for case in fact.cases for read in reads(case.when.expression)]
            elif root in self.library.schema.type.fields:
                yield tuple(dotted.split("['")[0].split("."))

    def _named(self, state: State, paths: Sequence[tuple[str, ...]]) -> Iterator[Values]:
        """Entries for what a fact that a rule reads calls by its name: the services without a price. Or none for it."""
        for names in self._names(state):
            for path in paths:
                for inner, type_ in _lists(self.library.schema.type, path):
                    own = at(state.values, inner) or []
                    for attribute in _naming(type_, names):
                        entry = self._like(inner, type_, own)
                        more = [{**deepcopy(entry), attribute: name} if attribute else name for name in names]
                        longer = list(own)
                        for each in more:
                            longer.append(each if attribute in {"", type_.key} else renamed(each, type_, longer))
                        yield changed(state.values, inner, longer)
                        fewer = [e for e in own if (e.get(attribute) if attribute else e) not in names]
                        if len(fewer) < len(own):
                            yield changed(state.values, inner, fewer)

    def _called(self, state: State, paths: Sequence[tuple[str, ...]]) -> Iterator[Values]:
        """The entries that a fact calls by their own names, gone, or turned to something else that the deal has."""
        keys = [name for path in paths for name in self._keys(state.values, path)]
        for names in self._names(state):
            for path in paths:
                for inner, type_ in _lists(self.library.schema.type, path):
                    own = at(state.values, inner) or []
                    called = [index for index, entry in enumerate(own) if _is_called(entry, names)]
                    if not called or type_.item is None:
                        continue
                    yield changed(state.values, inner, [e for i, e in enumerate(own) if i not in called])
                    for attribute, member in type_.item.fields.items():
                        for key in keys[:2] if member.type.kind == "enum" else ():
                            if key in member.type.values:
                                turned = [{**e, attribute: key} if i in called else e for i, e in enumerate(own)]
                                yield changed(state.values, inner, turned)

    def _keys(self, values: Values, path: tuple[str, ...]) -> Iterator[str]:
        own = type_at(self.library.schema.type, path)
        if own is not None and own.kind == "list" and own.key:
            yield from (str(entry[own.key]) for entry in at(values, path) or () if own.key in entry)

    def _alike(self, values: Values, paths: Sequence[tuple[str, ...]]) -> Iterator[Values]:
        """Every entry of a list with the same one of a few values."""
        for path in paths:
            for inner, type_ in _lists(self.library.schema.type, path):
                own, item = at(values, inner), type_.item
                if not isinstance(own, list) or item is None or len(own) < 2:
                    continue
                for attribute, member in item.fields.items():
                    if member.type.kind != "enum" or attribute in {type_.key, *type_.merge}:
                        continue
                    for value in member.type.values if len(member.type.values) <= FEW_VALUES else ():
                        if any(entry.get(attribute, value) != value for entry in own):
                            alike = [{**e, attribute: value} if attribute in e else e for e in own]
                            yield changed(values, inner, alike)

    def _names(self, state: State) -> Iterator[list[str]]:
        """The lists of names that the facts say which a rule that objects reads."""
        assert state.facts is not None or not state.rules
        for rule in state.rules:
            for read in reads(rule.asserted.expression):
                if read.path[0] == "facts" and state.facts is not None and read.type.kind == "list":
                    names = state.facts[str(read.path[1])]
                    if names and all(isinstance(name, str) for name in names):
                        yield list(names)

    def _like(self, path: tuple[str, ...], type_: Type, own: Sequence[Any]) -> Any:
        assert type_.item is not None
        return own[-1] if own else complete(type_.item, self.samples.at((*path, 0), type_.item), self.samples, path)

    def _entries(self, values: Values, paths: Sequence[tuple[str, ...]]) -> Iterator[Values]:
        """One more entry of a list as another deal has it, or one entry less."""
        for path in paths:
            for inner, type_ in _lists(self.library.schema.type, path):
                own = at(values, inner)
                if not isinstance(own, list):
                    continue
                known = [_identity(entry, type_) for entry in own]
                for other in self.others:
                    for entry in at(other, inner) or []:
                        if _identity(entry, type_) not in known:
                            yield changed(values, inner, [*own, deepcopy(entry)])
                for index in range(len(own) - 1, -1, -1):
                    yield changed(values, inner, [*own[:index], *own[index + 1 :]])

    def _optional(self, values: Values, paths: Sequence[tuple[str, ...]]) -> Iterator[Values]:
        """An optional name in an entry of a list: a service that is included in another."""
        for path in paths:
            for inner, type_ in _lists(self.library.schema.type, path):
                own, item = at(values, inner), type_.item
                if not isinstance(own, list) or item is None:
                    continue
                for index in range(len(own) - 1, -1, -1):
                    for name, member in item.fields.items():
                        if member.type.kind == "enum" and isinstance(own[index], dict) and name not in own[index]:
                            taken = [e.get(type_.key) for e in own if isinstance(e, dict)]
                            choices = [v for v in member.type.values if v in taken] or list(member.type.values[:1])
                            yield changed(values, (*inner, index, name), choices[0])

    def _parts(self, values: Values, paths: Sequence[tuple[str, ...]]) -> Iterator[Values]:
        """A whole group or list as another deal has it."""
        for path in paths:
            for other in self.others:
                part = at(other, path)
                if part is not None and part != at(values, path):
                    yield changed(values, path, deepcopy(part))

    def _other_values(self, values: Values, paths: Sequence[tuple[str, ...]]) -> Iterator[Values]:
        """Another value of a field with few values."""
        for path in paths:
            for inner, type_ in _leaves(self.library.schema.type, path):
                own = at(values, inner)
                choices: Sequence[Any] = type_.values if type_.kind == "enum" else ()
                if type_.kind == "boolean":
                    choices = (not own,)
                for choice in choices:
                    if choice != own and own is not None:
                        yield changed(values, inner, choice)


def _naming(type_: Type, names: Sequence[str]) -> Iterator[str]:
    """The attributes by which entries of a list can have these names; empty for a list of plain names."""
    item = type_.item
    if item is None:
        return
    if item.kind == "enum" and set(names) <= set(item.values):
        yield ""
    for attribute, member in item.fields.items():
        if member.type.kind == "enum" and set(names) <= set(member.type.values):
            yield attribute


def _is_called(entry: Any, names: Sequence[str]) -> bool:
    return isinstance(entry, dict) and any(isinstance(value, str) and value in names for value in entry.values())


def _identity(entry: Any, type_: Type) -> Any:
    return type_.identity(entry) or repr(entry)


def _lists(type_: Type, path: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Type]]:
    """The lists at and below a path of groups."""
    own = type_at(type_, tuple(path))
    if own is None:
        return
    if own.kind == "list":
        yield tuple(path), own
    elif own.kind == "record":
        for name in own.fields:
            yield from _lists(type_, (*path, name))


def _leaves(type_: Type, path: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Type]]:
    own = type_at(type_, tuple(path))
    if own is None:
        return
    if own.kind == "record":
        for name in own.fields:
            yield from _leaves(type_, (*path, name))
    elif own.kind != "list":
        yield tuple(path), own
