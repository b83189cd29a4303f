"""Making a deal whole again: what the schema misses is added, what rules find fault with is changed, until it is valid.

An assignment of a proof knows the fields that conditions read. Everything else, and what formulas make of it, is found
by trying: one change at a time, each kept only when it leaves less to mend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

from generator.conditions import AbsentField
from generator.deal import Deal
from generator.facts import FactsOnDemand
from generator.library.model import Library, Rule
from generator.prove.places import Aspect, value_of
from generator.prove.remedies import Remedies, State, Values
from generator.prove.samples import Samples
from generator.prove.validity import Validity
from generator.schema import typed

MOST_STEPS: Final = 8
MOST_TRIES: Final = 160


@dataclass(frozen=True)
class Mender:
    """Mends deals of a library. ``wanted`` are aspects of facts that must come out as given; ``others`` valid deals.

    ``validity`` remembers what of other deals was valid; after ``most_tries`` changes the deal is left as it is. With
    ``of_all`` the rules may find fault with it.
    """

    library: Library
    base: Deal
    wanted: Mapping[Aspect, Any]
    others: Sequence[Mapping[str, Any]]
    samples: Samples
    validity: Validity | None = None
    most_tries: int = MOST_TRIES
    of_all: bool = False

    @cached_property
    def checks(self) -> Validity:
        return self.validity or Validity(self.library.schema)

    def mended(self, values: Values, before: State | None = None) -> Values:
        """The deal with as little wrong with it as could be reached; ``before`` is the deal that it was made from."""
        state = self.state(values, before)
        remedies = Remedies(self.library, self.others, self.samples)
        tries = 0
        for _ in range(MOST_STEPS):
            if not state.faults:
                break
            for candidate in remedies.candidates(state):
                tries += 1
                tried = self.state(candidate, state)
                if tried.faults < state.faults:
                    state = tried
                    break
                if tries > self.most_tries:
                    return state.values
            else:
                break
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
            wrong = {str(a.path[1]) for a, value in self.wanted.items() if value_of(a, facts.scope) != value}
            verdicts = dict(self._verdicts(facts, near.verdicts if near is not None else {}, changed))
        except AbsentField:
            return State(values, (), 1)
        rules = tuple(rule for rule in self.library.rules if verdicts.get(rule.id, (False, changed))[0])
        return State(values, (), 0, tuple(sorted(wrong)), rules, facts, verdicts)

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
