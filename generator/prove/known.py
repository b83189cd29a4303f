"""Deals at hand: those that show that something can be, and from which a counterexample differs as little as it can."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, overload

from generator.conditions import AbsentField
from generator.deal import Deal
from generator.facts import Facts, FactsOnDemand, date_of_law, derive, parameter_at
from generator.library.model import LANGUAGES, Library
from generator.prove.counts import answer, count
from generator.prove.needs import Needs
from generator.prove.places import Aspect, Path, found, value_of
from generator.prove.terms import Assignment
from generator.rulings import judge


@dataclass(frozen=True)
class KnownDeal:
    """A valid deal with its facts; ``name`` is its file."""

    name: str
    deal: Deal
    facts: Facts | FactsOnDemand
    needs: Needs

    @cached_property
    def scope(self) -> dict[str, Any]:
        """What expressions read, and the date of the law beside it."""
        return {**self.facts.scope, "as_of": self.facts.as_of}

    @cached_property
    def chosen(self) -> dict[Path, tuple[int, ...]]:
        """For each list of which entries are modelled: the entries of this deal that stand for all of them."""
        return {path: self._chosen(path) for path in self.needs.entries if "[]" not in path}

    def _chosen(self, path: Path) -> tuple[int, ...]:
        entries = found(path, self.scope)[1]
        if not isinstance(entries, list):
            return ()
        kinds: dict[tuple[Any, ...], int] = {}
        tests = self.needs.tests.get(path, ())
        for index, entry in enumerate(entries):
            kinds.setdefault(tuple(answer(test, entry) for test in tests), index)
        first = list(kinds.values())
        rest = [index for index in range(len(entries)) if index not in first]
        return tuple((first + rest)[: max(self.needs.entries[path], len(first))])

    def real(self, path: Path) -> Path:
        """The path in this deal of a path whose entries are numbered as they are modelled."""
        for size, step in enumerate(path):
            if isinstance(step, int):
                indices = self.chosen.get(path[:size], ())
                if step < len(indices):
                    path = (*path[:size], indices[step], *path[size + 1 :])
        return path

    def values(self, keys: Iterable[Hashable]) -> dict[Hashable, bool | Fraction | None]:
        """What the variables are in this deal; ``None`` where the question does not arise."""
        return {key: self.value(key) for key in keys}

    def value(self, key: Hashable) -> bool | Fraction | None:
        """What a variable is in this deal; ``None`` where the question does not arise."""
        if not isinstance(key, Aspect):
            return None
        path = self.real(key.path)
        test = self.needs.counted(key)
        if test is not None:
            return count(test, found(path, self.scope)[1])
        return value_of(Aspect(key.name, path, key.detail), self.scope)

    def assignment(self) -> Assignment:
        """What the variables are in this deal, each found when it is asked for."""
        return Assignment(_Values(self))


class _Values(dict[Hashable, bool | Fraction | None]):
    """The values of variables in a deal, as far as they were asked for."""

    def __init__(self, deal: KnownDeal) -> None:
        self.deal = deal

    def get(self, key: Hashable, default: Any = None) -> Any:
        if key not in self:
            self[key] = self.deal.value(key)
        return self[key]


class DealsAtHand(Sequence[KnownDeal]):
    """Deals at hand that are read when somebody comes to them: a library of which all holds needs few of them."""

    def __init__(self, unread: Iterable[KnownDeal]) -> None:
        self.read: list[KnownDeal] = []
        self._unread: Iterator[KnownDeal] = iter(unread)

    def __iter__(self) -> Iterator[KnownDeal]:
        index = 0
        while self._reaches(index):
            yield self.read[index]
            index += 1

    def __bool__(self) -> bool:
        return self._reaches(0)

    def __len__(self) -> int:
        return len(self.read_all())

    @overload
    def __getitem__(self, index: int) -> KnownDeal: ...

    @overload
    def __getitem__(self, index: slice) -> list[KnownDeal]: ...

    def __getitem__(self, index: int | slice) -> KnownDeal | list[KnownDeal]:
        if isinstance(index, slice):
            last = index.stop
            self._reaches(last - 1 if last is not None and last >= 0 else None)
        else:
            self._reaches(index if index >= 0 else None)
        return self.read[index]

    def read_all(self) -> list[KnownDeal]:
        """All of them."""
        self._reaches(None)
        return self.read

    def _reaches(self, index: int | None) -> bool:
        """Read as far as the deal of this number, to the end without one; whether there is one."""
        while index is None or len(self.read) <= index:
            deal = next(self._unread, None)
            if deal is None:
                return False
            self.read.append(deal)
        return True


def known_deal(library: Library, name: str, deal: Deal, needs: Needs) -> KnownDeal | None:
    """A deal at hand; ``None`` where a rule finds fault with it.

    What is wrong with the library alone is no fault of the deal: it is the nearest counterexample.
    """
    facts = derive(library, deal)[0] or _as_far_as_known(library, deal)
    if facts is None:
        return None
    # Warnings, approvals and fixes say nothing against a deal.
    errors = tuple(replace(rule, fix=None) for rule in library.rules if rule.severity == "error")
    found = judge(replace(library, rules=errors, approvals=()), facts, LANGUAGES[0]).rulings
    return None if any(ruling.diagnostic.code == "rule" for ruling in found) else KnownDeal(name, deal, facts, needs)


def _as_far_as_known(library: Library, deal: Deal) -> Facts | None:
    """The facts without those that read what the deal does not have; ``None`` before the first of the law's dates."""
    date = date_of_law(deal)
    since = {name: held[0] for name, rule in library.parameters.items() if (held := parameter_at(rule, date))}
    if len(since) < len(library.parameters):
        return None
    every = FactsOnDemand(library, deal)
    facts = {}
    for name in every:
        with suppress(AbsentField):
            facts[name] = every[name]
    layers = []
    for layer in library.layers:
        with suppress(AbsentField):
            layers += [layer] if every.has_layer(layer) else []
    scope = {**deal.values, "facts": facts, "parameters": every.parameters}
    return Facts(deal, date, scope, {}, since, tuple(layers))
