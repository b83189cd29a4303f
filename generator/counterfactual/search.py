"""The smallest edit of a deal that does what is demanded and leaves the deal valid, found best first.

A state is a set of edits. What fails in it is repaired: the first failing part of an ``every``, any part of an
``either``, and once the demand is met whatever the schema or the rules of severity error object to. States are taken
by the number of fields that they change, then by how unusual the changes are, so that the first one that the real
stages confirm is the smallest of those that are known here. Where no small one is found, a longer one is looked for,
that mends one broken rule after the other, and what it does not need is left out.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count
from typing import Final

from generator.counterfactual.demands import Demand, Demands
from generator.counterfactual.edits import Edit, at, fields
from generator.counterfactual.proposals import ADDED, INDIRECT, REMOVED
from generator.counterfactual.ways import Ways, clashing, reads_of
from generator.counterfactual.worlds import Broken, Outcome, World, Worlds
from generator.library.model import Fix
from generator.violations import Path, Violation, dotted_path

MOST_FIELDS: Final = 4
"""Fields that a small edit may change."""
MOST_FIELDS_AT_ALL: Final = 12
"""Fields that an edit may change where no small one was found."""
_MOST_STATES: Final = 200
_MOST_JUDGED: Final = 26
_MOST_JUDGED_LONG: Final = 24
# A longer search begins where a small edit was looked for in vain: it may not take long itself.
_TRIALS_LONG: Final = 450
_FORMULA_LONG: Final = 24

Confirmed = Callable[[Outcome], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """``edits`` in the order in which they were asked for; ``outcome`` is what the real stages made of them.

    More than ``MOST_FIELDS`` fields change only where no smaller edit was found; then there may be a shorter one.
    """

    edits: tuple[Edit, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Objection:
    """Edits that do what was asked for, and the rules of severity error that they break."""

    edits: tuple[Edit, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """``decided`` is false where no value that the deal may write has a say; ``nearest`` is the first edit that was
    tried to the end and what objects to it."""

    decided: bool
    nearest: Objection | None


class _States:
    """Sets of edits still to be looked at: the fewest fields first, then the fewest broken rules, then the usual.

    With ``longer`` the fewest broken rules come first, and up to ``MOST_FIELDS_AT_ALL`` fields may change.
    """

    def __init__(self, *, longer: bool = False) -> None:
        self.expanded: set[frozenset[str]] = set()
        self.met = 0
        self._longer = longer
        self._most = MOST_FIELDS_AT_ALL if longer else MOST_FIELDS
        self._order = count()
        self._heap: list[tuple[tuple[int, int, int], int, int, tuple[Edit, ...]]] = []

    def add(self, edits: tuple[Edit, ...], least: int, broken: int) -> None:
        """``least`` is the number of fields that a solution with these edits changes at least."""
        self.met += 1
        if least <= self._most:
            unusual = sum(edit.weight for edit in edits)
            cost = (broken, least, unusual) if self._longer else (least, broken, unusual)
            heappush(self._heap, (cost, next(self._order), least, edits))

    def next(self) -> tuple[tuple[Edit, ...], int] | None:
        while self._heap:
            _, _, least, edits = heappop(self._heap)
            if _key(edits) not in self.expanded:
                return edits, least
        return None


def _key(edits: tuple[Edit, ...]) -> frozenset[str]:
    return frozenset(edit.key for edit in edits)


class Search:
    """Searches among the edits of one deal."""

    def __init__(self, worlds: Worlds, demands: Demands) -> None:
        self.worlds = worlds
        self.demands = demands
        self.ways = Ways(worlds)

    # ---- the search

    def run(self, demand: Demand, confirmed: Confirmed) -> Found | NotFound:
        """The least edits with which the demand is met and ``confirmed`` says so of the real stages' outcome."""
        with _uncollected():
            states = _States()
            states.add((), 0, 0)
            self.ways.grant()
            answer = self._first(states, demand, confirmed, _MOST_JUDGED)
            if isinstance(answer, Found) or not answer.decided:
                return answer
            states = _States(longer=True)
            states.add(answer.nearest.edits if answer.nearest is not None else (), 0, 0)
            self.ways.grant(_TRIALS_LONG, _FORMULA_LONG)
            longer = self._first(states, demand, confirmed, _MOST_JUDGED_LONG)
            return self._needed(longer, demand, confirmed) if isinstance(longer, Found) else answer

    def _first(self, states: _States, demand: Demand, confirmed: Confirmed, most: int) -> Found | NotFound:
        """The first edits of the states that are confirmed; ``most`` bounds those that meet the demand."""
        judged = 0
        nearest: Objection | None = None
        while (state := states.next()) is not None and len(states.expanded) < _MOST_STATES:
            edits, least = state
            world = self.worlds.world(edits)
            if world is None:
                continue
            broken: list[Broken] = []
            ways: Iterator[tuple[Edit, ...]]
            if not world.meets(demand):
                ways = ((edit,) for edit in self.ways.of(demand, world))
            else:
                judged += 1
                if judged > most:
                    break
                broken = self.worlds.newly_broken(world)
                nearest = nearest or Objection(edits, tuple(dict.fromkeys(one.rule.id for one in broken)))
                if (bound := fields(edits) + _disjoint(broken)) > least:
                    # It takes more than it looked like before: there may be something smaller.
                    states.add(edits, bound, len(broken))
                    continue
                if broken:
                    ways = self._kept(min(broken, key=_computed), world)
                else:
                    outcome = self.worlds.outcome(edits)
                    if isinstance(outcome, Outcome):
                        if self.worlds.unspoilt(outcome) and confirmed(outcome):
                            return Found(edits, outcome)
                        continue
                    ways = self._filled(outcome, world)
            states.expanded.add(_key(edits))
            for added in ways:
                if not any(clashing(edits, edit) for edit in added):
                    following = (*edits, *added)
                    states.add(following, max(fields(following), least), max(len(broken) - 1, 0))
        return NotFound(states.met > 1, nearest)

    def _needed(self, found: Found, demand: Demand, confirmed: Confirmed) -> Found:
        """The same without the edits that it does as well without."""
        for edit in found.edits:
            fewer = tuple(other for other in found.edits if other is not edit)
            world = self.worlds.world(fewer)
            if world is None or not world.meets(demand) or self.worlds.newly_broken(world):
                continue
            outcome = self.worlds.outcome(fewer)
            if isinstance(outcome, Outcome) and self.worlds.unspoilt(outcome) and confirmed(outcome):
                found = Found(fewer, outcome)
        return found

    # ---- what keeps a deal valid

    def _filled(self, violations: tuple[Violation, ...], world: World) -> Iterator[tuple[Edit, ...]]:
        """A field that the schema misses first, with a sample."""
        if not violations:
            return
        violation = violations[0]
        field = self.ways.field(violation.path)
        if violation.code != "missing-field" or field is None:
            return
        group = at(world.values, violation.path) if violation.path else world.values
        for name, member in field.type.fields.items():
            inner = (*violation.path, name)
            if name not in group and f"`{dotted_path(inner)}`" in violation.message:
                new = self.ways.proposer.samples.of(member.type)
                yield (Edit("set", inner, new, None, INDIRECT, sample=True, because="the schema"),)

    def _kept(self, broken: Broken, world: World) -> Iterator[tuple[Edit, ...]]:
        """The fix of a rule, and edits with which it finds nothing."""
        rule = broken.rule
        if rule.fix is not None:
            fixed = tuple(replace(edit, because=rule.id) for edit in self._fixed(rule.fix, world))
            if fixed and not any(clashing(world.edits, edit) for edit in fixed):
                yield fixed
        for edit in self.ways.of(self.demands.asserted(rule, broken.bound), world):
            yield (replace(edit, because=rule.id),)
        # To satisfy a rule is more usual than to be a deal that it does not concern.
        for edit in self.ways.of(self.demands.unconcerned(rule, broken.bound), world):
            yield (replace(edit, because=rule.id, weight=edit.weight + ADDED),)
        if broken.bound is not None and broken.bound.path[0] != "facts":
            path: Path = (*broken.bound.path, broken.bound.index)
            gone = Edit("remove", path, None, at(world.values, path), REMOVED, because=rule.id)
            if not clashing(world.edits, gone):
                yield (gone,)

    def _fixed(self, fix: Fix, world: World) -> Iterator[Edit]:
        for dotted, new in fix.settings:
            path = tuple(dotted.split("."))
            old = at(world.values, path)
            if self.ways.field(path) is not None and old != new:
                yield Edit("set", path, new, old, 1)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: it would walk all that the process keeps, which takes longer than the answer."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _disjoint(broken: Sequence[Broken]) -> int:
    """How many fields must change at least: rules that read nothing in common need an edit each."""
    taken: set[str] = set()
    number = 0
    for one in sorted(broken, key=lambda one: len(one.groups)):
        if not one.groups & taken:
            taken |= one.groups
            number += 1
    return number


def _computed(broken: Broken) -> bool:
    """Rules over the deal's own fields are mended before those over what formulas compute, which takes longer."""
    return any(read.path[0] == "facts" for read in reads_of(broken.rule.asserted.expression))
