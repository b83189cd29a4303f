"""The smallest edit of a deal that does what is demanded and leaves the deal valid, found best first.

A state is a set of edits. What fails in it is repaired: the first failing part of an ``every``, any part of an
``either``, and once the demand is met whatever the schema or the rules of severity error object to. States are taken
by the number of fields that they change, then by how unusual the changes are, so that the first one that the real
stages confirm is the smallest of those that are known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count
from typing import Final

from generator.counterfactual.demands import Demand, Demands
from generator.counterfactual.edits import Edit, fields
from generator.counterfactual.proposals import (
    ADDED,
    INDIRECT,
    REMOVED,
)
from generator.counterfactual.ways import Ways, at, clashing, reads_of
from generator.counterfactual.worlds import Broken, Outcome, World, Worlds
from generator.library.model import Fix
from generator.violations import Path, Violation, dotted_path

MOST_FIELDS: Final = 4
"""Fields that an edit may change."""
_MOST_STATES: Final = 200
_MOST_JUDGED: Final = 16

Confirmed = Callable[[Outcome], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """``edits`` in the order in which they were asked for; ``outcome`` is what the real stages made of them."""

    edits: tuple[Edit, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Objection:
    """Edits that do what was asked for, and the rules of severity error that they break."""

    edits: tuple[Edit, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """``decided`` is false where no field of the deal has a say; ``nearest`` is the first edit that was tried to the
    end and what objects to it."""

    decided: bool
    nearest: Objection | None


class _States:
    """Sets of edits still to be looked at: the fewest fields first, then the fewest broken rules, then the usual."""

    def __init__(self) -> None:
        self.expanded: set[frozenset[str]] = set()
        self.met = 0
        self._order = count()
        self._heap: list[tuple[tuple[int, int, int], int, tuple[Edit, ...]]] = []
        self.add((), 0, 0)

    def add(self, edits: tuple[Edit, ...], least: int, broken: int) -> None:
        """``least`` is the number of fields that a solution with these edits changes at least."""
        self.met += 1
        if least <= MOST_FIELDS:
            cost = (least, broken, sum(edit.weight for edit in edits))
            heappush(self._heap, (cost, next(self._order), edits))

    def next(self) -> tuple[tuple[Edit, ...], int] | None:
        while self._heap:
            cost, _, edits = heappop(self._heap)
            if _key(edits) not in self.expanded:
                return edits, cost[0]
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
        states = _States()
        judged = 0
        self.ways.trials = 0
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
                broken = self.worlds.newly_broken(world)
                nearest = nearest or Objection(edits, tuple(dict.fromkeys(one.rule.id for one in broken)))
                if (bound := fields(edits) + _disjoint(broken)) > least:
                    # It takes more than it looked like before: there may be something smaller.
                    states.add(edits, bound, len(broken))
                    continue
                judged += 1
                if judged > _MOST_JUDGED:
                    break
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
