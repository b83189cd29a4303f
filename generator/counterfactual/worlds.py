"""Deals that are like the one at hand but for some edits: what holds in them, and what the real path says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from generator.conditions.evaluate import lookup
from generator.conditions.expressions import Step
from generator.counterfactual.demands import Atom, Bound, Demand, Either, Every, InForce
from generator.counterfactual.edits import Edit, Unwritable, at, edited, rewritten
from generator.deal import Deal, Remerged, remerged_deal
from generator.deal_layers import Layer
from generator.diagnostics import Diagnostic
from generator.facts import NO_DEAL, Facts, FactsOnDemand, date_of_law
from generator.library.model import Library, Rule
from generator.pipeline import SEGMENT, SLA_PROFILE, deal_layers
from generator.plan import Plan, select
from generator.schema import coerce
from generator.source import Source
from generator.violations import Path, Violation

# Another name of a profile gives other values all over the deal.
_NAMING: Final = frozenset({SEGMENT, SLA_PROFILE})
_FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a world: the entries that break it, and the groups of fields that it read to say so."""

    broken: tuple[Bound | None, ...]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that edits break; an edit outside of ``groups`` cannot mend it."""

    rule: Rule
    bound: Bound | None
    groups: frozenset[str]


class World:
    """A merged deal that may break rules or the schema, with its facts on demand."""

    def __init__(
        self,
        edits: tuple[Edit, ...],
        facts: FactsOnDemand,
        base: World | None = None,
        changed: frozenset[str] = frozenset(),
    ) -> None:
        """``base`` is the world that this one was made from by changing the groups of fields ``changed``."""
        self.base, self.changed = base, changed
        self.verdicts: dict[str, Verdict] = {}
        self.edits = edits
        self.facts = facts
        self.values = facts.deal.values

    def says(self, run: Callable[[Mapping[str, Any]], Any], bound: Bound | None = None) -> bool | None:
        """What a condition comes to; ``None`` where it reads what is not there."""
        try:
            scope = self.facts.scope
            if bound is not None:
                scope = self.facts.bound(bound.name, self.entries(bound.path)[bound.index])
            return bool(run(scope))
        except NO_DEAL:
            return None

    def number(self, run: Callable[[Mapping[str, Any]], Any]) -> int:
        """The number that an expression gives; -1 where it reads what is not there."""
        try:
            return int(run(self.facts.scope))
        except NO_DEAL:
            return -1

    def read(self, path: tuple[Step, ...]) -> Any:
        """The value at a path of the scope; ``None`` where there is none."""
        try:
            return lookup(path, self.facts.scope)
        except NO_DEAL:
            return None

    def fields_of(self, fact: str) -> frozenset[tuple[str, ...]]:
        """The fields that the formula of a fact is seen to read."""
        try:
            return self.facts.fields_of(fact)
        except NO_DEAL:
            return frozenset()

    def entries(self, path: tuple[str, ...]) -> Sequence[Any]:
        value: Any = self.facts.scope
        for step in path:
            value = value[step]
        return value  # type: ignore[no-any-return]

    def meets(self, demand: Demand) -> bool:
        match demand:
            case Atom(_, wanted, run, bound):
                return self.says(run, bound) is wanted
            case InForce(period, wanted):
                return period.holds(self.facts.as_of) is wanted
            case Every(parts):
                return all(self.meets(part) for part in parts)
            case Either(parts):
                return any(self.meets(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the stages made of an edited deal; ``plan`` is ``None`` where a slot could not be filled."""

    world: World
    facts: Facts
    plan: Plan | None


class Worlds:
    """The deal of a draft and its edited copies, each made once."""

    def __init__(self, library: Library, facts: Facts, errors: Iterable[tuple[str, int | None]]) -> None:
        """``errors`` are the rules of severity error that the deal breaks already, each with the entry concerned."""
        self.library = library
        self.deal = deal = facts.deal
        self.errors = frozenset(errors)
        # The date is the deal's own, unless the command was given another.
        self.as_of = facts.as_of if facts.as_of != date_of_law(deal) else ""
        self.own = coerce(library.schema.type, deal.source.value, deal.source.raw)
        self.origin = World((), FactsOnDemand(library, deal, self.as_of))
        self.rules = tuple(rule for rule in library.rules if rule.severity == "error")
        self._worlds: dict[frozenset[str], World | None] = {frozenset(): self.origin}
        self._outcomes: dict[frozenset[str], Outcome | tuple[Violation, ...]] = {}
        self._unedited = Remerged(library.schema, deal, {}, frozenset())
        self._remerges: dict[frozenset[str], Remerged | None] = {}

    # ---- worlds

    def world(self, edits: tuple[Edit, ...]) -> World | None:
        """The deal with the edits, or ``None`` where they cannot be made."""
        key = frozenset(edit.key for edit in edits)
        if key not in self._worlds:
            self._worlds[key] = self._made(edits)
        return self._worlds[key]

    def _made(self, edits: tuple[Edit, ...]) -> World | None:
        naming = tuple(edit for edit in edits if edit.path in _NAMING)
        if naming and len(naming) < len(edits):
            base = self.world(naming)
        elif naming:
            return self._remerged(naming)
        else:
            base = self.origin
        if base is None:
            return None
        rest = [edit for edit in edits if edit not in naming]
        try:
            values = edited(base.values, rest)
        except (LookupError, TypeError):
            return None  # another edit took away what this one changes
        return self._world(edits, values, base, frozenset(str(edit.path[0]) for edit in rest))

    def _remerged(self, edits: tuple[Edit, ...]) -> World | None:
        """Another profile gives other values everywhere, so that the layers have to be merged again."""
        merged = self._merged(edits)
        if merged is None:
            return None
        values = self._kept(merged.deal.values)
        return self._world(edits, values, self.origin, merged.changed)

    def _merged(self, edits: tuple[Edit, ...]) -> Remerged | None:
        """The layers merged again with the edits, each once: first the profiles that they name, then the rest."""
        key = frozenset(edit.key for edit in edits)
        if key not in self._remerges:
            self._remerges[key] = None
            naming = tuple(edit for edit in edits if edit.path in _NAMING)
            groups = frozenset(str(edit.path[0]) for edit in edits)
            like: Remerged | None = self._unedited
            if naming and len(naming) < len(edits):
                like = self._merged(naming)
            elif naming:
                groups = frozenset(self.library.schema.type.fields)
            try:
                layers, _ = deal_layers(self.library, self.source(edits), self._provider)
            except Unwritable:
                layers = None
            if layers is not None and like is not None:
                self._remerges[key] = remerged_deal(layers, like, groups)
        return self._remerges[key]

    def _world(self, edits: tuple[Edit, ...], values: Any, base: World, changed: frozenset[str]) -> World:
        deal = replace(self.deal, values=values)
        return World(edits, FactsOnDemand(self.library, deal, self.as_of, base.facts, changed), base, changed)

    def _kept(self, values: Any) -> Any:
        """The values with those that an option of the command gives instead of the deal."""
        for path, origin in self.deal.origins.items():
            if origin.layer == "option":
                group, name = str(path[0]), str(path[1])
                values = {**values, group: {**values[group], name: self.deal.values[group][name]}}
        return values

    def is_inherited(self, path: Path) -> bool:
        """Whether a profile below the deal gives the field at a path."""
        layers, _ = self._layers
        return any(at(layer.values(), path) is not None for layer in (layers or ())[:-1])

    @cached_property
    def _layers(self) -> tuple[tuple[Layer, ...] | None, tuple[Diagnostic, ...]]:
        return deal_layers(self.library, self.deal.source, self._provider)

    @property
    def _provider(self) -> Source:
        assert self.deal.provider_source is not None
        return self.deal.provider_source

    def source(self, edits: tuple[Edit, ...]) -> Source:
        """The author's text with the edits, as values: what a person would have written."""
        own = rewritten(self.library.schema.type, self.own, self.deal.values, edits)
        return replace(self.deal.source, value=own, raw={})

    def trial(self, world: World, edit: Edit) -> World | None:
        """A world with one more edit, for a look at what the edit turns: profiles that it names stay as they are."""
        try:
            values = edited(world.values, (edit,))
        except (LookupError, TypeError):
            return None
        return self._world((*world.edits, edit), values, world, frozenset((str(edit.path[0]),)))

    # ---- what is wrong with a world

    def newly_broken(self, world: World) -> list[Broken]:
        """The rules of severity error that the edits break: what was wrong before is not their doing."""
        verdicts = self.verdicts(world)
        return [
            Broken(rule, bound, verdicts[rule.id].groups)
            for rule in self.rules
            for bound in verdicts[rule.id].broken
            if (rule.id, bound.index if bound is not None else None) not in self.errors
        ]

    def verdicts(self, world: World) -> Mapping[str, Verdict]:
        """What each rule says of a world; a rule that read nothing changed says what it said before."""
        if not world.verdicts:
            base = world.base
            same_law = base is not None and base.facts.as_of == world.facts.as_of
            # Where most groups changed, what is not known of the deal before is not worth asking.
            worth = base is not None and (bool(base.verdicts) or len(world.changed) <= _FEW)
            known = self.verdicts(base) if base is not None and same_law and worth else {}
            for rule in self.rules:
                verdict = known.get(rule.id)
                if verdict is None or verdict.groups & world.changed:
                    broken, groups = world.facts.watched(lambda: _broken(rule, world))  # noqa: B023 - called at once
                    verdict = Verdict(broken, groups)
                world.verdicts[rule.id] = verdict
        return world.verdicts

    # ---- the real path

    def outcome(self, edits: tuple[Edit, ...]) -> Outcome | tuple[Violation, ...]:
        """What the stages make of the author's deal with the edits, or what the schema says against it."""
        key = frozenset(edit.key for edit in edits)
        if key not in self._outcomes:
            self._outcomes[key] = self._run(edits)
        return self._outcomes[key]

    def _run(self, edits: tuple[Edit, ...]) -> Outcome | tuple[Violation, ...]:
        library = self.library
        merged = self._merged(edits)
        if merged is None:
            return ()
        if merged.violations:
            return merged.violations
        deal = replace(merged.deal, values=self._kept(merged.deal.values))
        like = self.world(edits) or self.origin
        names = deal.values.keys() | like.values.keys()
        changed = frozenset(name for name in names if deal.values.get(name) != like.values.get(name))
        world = World(edits, FactsOnDemand(library, deal, self.as_of, like.facts, changed), like, changed)
        facts = _derived(library, deal, world.facts)
        return Outcome(world, facts, select(library, facts)[0]) if facts is not None else ()

    def unspoilt(self, outcome: Outcome) -> bool:
        """Whether an edited deal breaks no rule that the deal kept."""
        return not self.newly_broken(outcome.world)


def _derived(library: Library, deal: Deal, known: FactsOnDemand) -> Facts | None:
    """What ``derive`` says of a deal, each fact taken over where what it read has not changed; no reasons are kept."""
    if len(known.parameters) < len(library.parameters):
        return None
    try:
        layers = tuple(layer for layer in library.layers if known.has_layer(layer))
        scope = {**deal.values, "facts": dict(known), "parameters": known.parameters}
    except NO_DEAL:
        return None
    return Facts(deal, known.as_of, scope, {}, {}, layers)


def _broken(rule: Rule, world: World) -> tuple[Bound | None, ...]:
    """The entries, or the deal, in which a rule finds something."""
    if not rule.effective.holds(world.facts.as_of) or world.says(_layer_run(rule)) is not True:
        return ()
    return tuple(bound for bound in _bounds(rule, world) if not _is_kept(rule, world, bound))


def _is_kept(rule: Rule, world: World, bound: Bound | None) -> bool:
    applies = rule.when is None or world.says(rule.when.run, bound)
    return applies is False or (applies is True and world.says(rule.asserted.run, bound) is True)


def _layer_run(rule: Rule) -> Callable[[Mapping[str, Any]], Any]:
    return rule.layer.when.run if rule.layer.when is not None else lambda scope: True


def _bounds(rule: Rule, world: World) -> Sequence[Bound | None]:
    if rule.each is None:
        return (None,)
    name, collection = rule.each
    try:
        entries = collection.run(world.facts.scope)
    except NO_DEAL:
        return ()
    path = tuple(str(step) for step in getattr(collection.expression, "path", ()))
    return [Bound(name, path, index) for index in range(len(entries))]
