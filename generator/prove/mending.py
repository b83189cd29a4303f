"""Making a deal whole again: what the schema misses is added, what rules find fault with is changed, until it is valid.

An assignment of a proof knows the fields that conditions read. Everything else, and what formulas make of it, is found
by trying: one change at a time, each kept only when it leaves less to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import Any, Final

from generator.conditions import AbsentField
from generator.deal import Deal
from generator.facts import FactsOnDemand
from generator.library.model import Library, Rule
from generator.prove.aiming import aimed, answered, completed, varied
from generator.prove.places import Aspect, value_of
from generator.prove.remedies import Remedies, State, Values
from generator.prove.samples import Samples
from generator.prove.validity import Validity
from generator.schema import typed

MOST_STEPS: Final = 12
MOST_TRIES: Final = 160
# Stands among the facts that are not as wanted where the deal does not yet show what it is for.
UNSHOWN: Final = ""


@dataclass(frozen=True)
class Mender:
    """Mends deals of a library. ``wanted`` are aspects of facts that must come out as given; ``others`` valid deals.

    What the deal is for may be reached otherwise: where ``shows`` says so, nothing is wrong with any fact.
    ``validity`` remembers what of other deals was valid; after ``most_tries`` changes the deal is left as it is. With
    ``of_all`` the rules may find fault with it. ``lost`` counts what the deal is made for and does not show (it may
    raise ``AbsentField``), ``aims`` are the paths that this asks about, with dots: where nothing is lost, the facts
    are as good as those that are wanted.
    """

    library: Library
    base: Deal
    wanted: Mapping[Aspect, Any]
    others: Sequence[Mapping[str, Any]]
    samples: Samples
    validity: Validity | None = None
    most_tries: int = MOST_TRIES
    of_all: bool = False
    shows: Callable[[FactsOnDemand], bool] | None = None
    lost: Callable[[FactsOnDemand], int] | None = None
    aims: Sequence[str] = ()

    @cached_property
    def checks(self) -> Validity:
        return self.validity or Validity(self.library.schema)

    def mended(self, values: Values, before: State | None = None) -> Values:
        """The deal with as little wrong with it as could be reached; ``before`` is the deal that it was made from."""
        state = self.state(values, before)
        remedies = Remedies(self.library, self.others, self.samples, self.aims)
        tries = 0
        seen = {state.about}
        for _ in range(MOST_STEPS):
            if not state.faults:
                break
            aside: State | None = None
            for candidate in chain(
                self._aimed(state, remedies), remedies.candidates(state), self._varied(state, remedies)
            ):
                tries += 1
                tried = self.state(candidate, state)
                if tried.better(state):
                    state = tried
                    break
                if aside is None and tried.faults == state.faults and tried.about not in seen:
                    aside = tried
                if tries > self.most_tries:
                    return state.values
            else:
                if aside is None:
                    break
                # As much is wrong, but something else, for which there may be a remedy.
                state = aside
            seen.add(state.about)
        return state.values

    def state(self, values: Values, before: State | None = None) -> State:
        """What is wrong with a deal; ``before`` is one that it shares most of its groups with."""
        violations = self.checks.violations(values)
        if violations:
            missing = tuple((*v.path, v.missing) for v in violations if v.missing)
            return State(values, missing, len(violations) - len(missing))
        near = before if before is not None and before.facts is not None else None
        old: Mapping[str, Any] = near.values if near is not None else {}
        changed = frozenset(
            n for n in {*values, *old} if values.get(n) is not old.get(n) and values.get(n) != old.get(n)
        )
        facts = self._facts(values, near, changed)
        if facts.parameters.keys() != self.library.parameters.keys():
            # The law of that date is not known.
            return State(values, (), 1)
        try:
            here = {aspect: value_of(aspect, facts.scope) for aspect in self.wanted}
            lost = self.lost(facts) if self.lost is not None else 0
            shown = self.shows(facts) if self.shows is not None else self.lost is not None and not lost
            wrong = {} if shown else {a: value for a, value in here.items() if value != self.wanted[a]}
            verdicts = dict(self._verdicts(facts, near.verdicts if near is not None else {}, changed))
        except AbsentField:
            return State(values, (), 1)
        rules = tuple(rule for rule in self.library.rules if verdicts.get(rule.id, (False, changed))[0])
        names = {str(a.path[1]) for a in wrong} | ({UNSHOWN} if self.shows is not None and not shown else set())
        distance = sum(_distance(value, self.wanted[a]) for a, value in wrong.items()) if lost else 0
        return State(values, (), 0, tuple(sorted(names)), rules, facts, verdicts, lost, distance)

    def _aimed(self, state: State, remedies: Remedies) -> Iterator[Values]:
        """Deals with a number changed on which a fact hangs that is not as wanted, or that a rule asks for."""
        if any(name != UNSHOWN for name in state.wrong):
            yield from aimed(self.library.schema.type, state.values, self.wanted, remedies.paths(state), self._scope)
        if state.facts is not None:
            yield from answered(self.library.schema.type, state.values, state.rules, state.facts.scope, self.samples)
            yield from completed(self.library.schema.type, state.values, state.rules, self.samples)

    def _varied(self, state: State, remedies: Remedies) -> Iterator[Values]:
        """Where nothing else helps: lists whose entries are of other kinds."""
        if not self.others and not state.missing:
            yield from varied(self.library.schema.type, state.values, remedies.paths(state), self.samples)

    def _scope(self, values: Values) -> Mapping[str, Any] | None:
        facts = self.state(values).facts
        return facts.scope if facts is not None else None

    def _facts(self, values: Values, near: State | None, changed: frozenset[str]) -> FactsOnDemand:
        schema = self.library.schema
        plain = {name: value for name, value in values.items() if near is None or name in changed}
        own = typed(schema.type, plain)
        if near is None or near.facts is None:
            return FactsOnDemand(self.library, Deal(own, {}, self.base.source, None))
        kept = {name: value for name, value in near.facts.deal.values.items() if name not in changed}
        return FactsOnDemand(
            self.library, Deal({**kept, **own}, {}, self.base.source, None), before=near.facts, changed=changed
        )

    def _verdicts(
        self, facts: FactsOnDemand, known: Mapping[str, tuple[bool, frozenset[str]]], changed: frozenset[str]
    ) -> Iterator[tuple[str, tuple[bool, frozenset[str]]]]:
        """Whether each rule of severity error objects. Raises ``AbsentField``."""
        for rule in self.library.rules if not self.of_all else ():
            if rule.severity != "error":
                continue
            if rule.id in known and not known[rule.id][1] & changed:
                yield rule.id, known[rule.id]
            else:
                yield rule.id, facts.watched(partial(_objects, rule, facts))


def _objects(rule: Rule, facts: FactsOnDemand) -> bool:
    """Whether a rule finds fault with a deal. Raises ``AbsentField``."""
    if not (facts.has_layer(rule.layer) and rule.effective.holds(facts.as_of)):
        return False
    scopes = [facts.scope]
    if rule.each is not None:
        name, collection = rule.each
        scopes = [facts.bound(name, entry) for entry in collection.run(facts.scope)]
    return any(not rule.asserted.run(scope) for scope in scopes if rule.when is None or rule.when.run(scope))


def _distance(value: Any, wanted: Any) -> float:
    """How far a value of a fact is from the one that is wanted, one for each that is no number."""
    if isinstance(value, bool) or isinstance(wanted, bool) or value is None:
        return 1
    return float(abs(value - wanted) / (1 + abs(wanted)))
