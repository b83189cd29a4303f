"""Counterfactuals: the smallest edit of a deal that would bring a clause in, take it out, or satisfy a rule.

``demands`` says what must hold as a tree, ``proposals`` which edits of a field might turn a condition, ``worlds`` what
holds in an edited deal, and ``search`` tries them, best first; what is found is merged, judged and planned as the
pipeline would, with facts taken over where nothing that they read has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator.counterfactual.demands import Bound, Demands, Every, negated
from generator.counterfactual.edits import Edit, fields, folded, words
from generator.counterfactual.reasons import Reason, reasons
from generator.counterfactual.search import MOST_FIELDS, MOST_FIELDS_AT_ALL, Found, NotFound, Search
from generator.counterfactual.worlds import Outcome, Worlds
from generator.diagnostics import Severity
from generator.facts import Facts
from generator.library.model import ApprovalRule, Library, LibraryClause, Outline, Rule
from generator.rulings import Rulings, judge

__all__ = [
    "MOST_FIELDS",
    "MOST_FIELDS_AT_ALL",
    "Counterfactuals",
    "Edit",
    "Found",
    "NotFound",
    "Reason",
    "fields",
    "reasons",
]


class Counterfactuals:
    """What would have to be otherwise in one deal; answers share what was learnt for the earlier ones."""

    def __init__(self, library: Library, facts: Facts, rulings: Rulings | None) -> None:
        known = rulings.rulings if rulings is not None else ()
        errors = [(ruling.rule.id, ruling.entry) for ruling in known if ruling.diagnostic.severity is Severity.ERROR]
        self.demands = Demands(library)
        self.worlds = Worlds(library, facts, errors)
        self.search = Search(self.worlds, self.demands)

    def bringing_in(self, clause: LibraryClause) -> Found | NotFound:
        """The smallest edit with which a clause is in the contract."""
        demand = Every((self.demands.included(clause), self.demands.alone(clause)))
        return self.search.run(demand, lambda outcome: self._planned(outcome, clause, True))

    def taking_out(self, clause: LibraryClause) -> Found | NotFound:
        """The smallest edit with which a clause is no longer in the contract."""
        demand = negated(self.demands.included(clause))
        return self.search.run(demand, lambda outcome: self._planned(outcome, clause, False))

    def bringing_in_document(self, outline: Outline) -> Found | NotFound:
        """The smallest edit with which a document is in the contract."""
        demand = self.demands.condition(outline.when)
        return self.search.run(demand, lambda outcome: self._has_document(outcome, outline, True))

    def taking_out_document(self, outline: Outline) -> Found | NotFound:
        """The smallest edit with which a document is no longer in the contract."""
        demand = negated(self.demands.condition(outline.when))
        return self.search.run(demand, lambda outcome: self._has_document(outcome, outline, False))

    @staticmethod
    def _has_document(outcome: Outcome, outline: Outline, wanted: bool) -> bool:
        plan = outcome.plan
        return plan is not None and any(part.outline.id == outline.id for part in plan.parts) is wanted

    def sparing(self, rule: ApprovalRule) -> Found | NotFound:
        """The smallest edit with which nobody has to approve what a rule is about."""
        asked = rule.away or rule.when
        needed = Every((self.demands.condition(rule.layer.when), self.demands.condition(asked)))

        def spared(outcome: Outcome) -> bool:
            return not outcome.facts.has_layer(rule.layer) or outcome.world.says(asked.run) is False

        return self.search.run(negated(needed), spared)

    @staticmethod
    def _planned(outcome: Outcome, clause: LibraryClause, wanted: bool) -> bool:
        plan = outcome.plan
        return plan is not None and any(planned.id == clause.id for planned in plan.clauses()) is wanted

    def silencing(self, rule: Rule, entries: tuple[int | None, ...]) -> Found | NotFound:
        """The smallest edit with which a rule, of any severity, finds nothing in the entries that it is about."""
        path = tuple(str(step) for step in getattr(rule.each[1].expression, "path", ())) if rule.each else ()
        bounds = [Bound(rule.each[0], path, e) if rule.each and e is not None else None for e in entries]
        alone = replace(self.worlds.library, rules=(replace(rule, fix=None),), approvals=())

        def silent(outcome: Outcome) -> bool:
            return not judge(alone, outcome.facts, "en").rulings

        found = self.search.run(Every(tuple(self.demands.asserted(rule, bound) for bound in bounds)), silent)
        if isinstance(found, Found):
            return found
        other = self.search.run(Every(tuple(self.demands.unconcerned(rule, bound) for bound in bounds)), silent)
        return other if isinstance(other, Found) or found.nearest is None else found

    def words(self, *edits: Edit) -> str:
        """Edits as a person reads them: ``context.sector general -> finance``."""
        type_, values = self.worlds.library.schema.type, self.worlds.deal.values
        return ", ".join(words(edits[:index], edit, type_, values) for index, edit in enumerate(edits))

    def said(self, found: Found) -> Mapping[str, str]:
        """The edits in words by the rule that asks for them; those that were asked for are under the empty name."""
        type_, values = self.worlds.library.schema.type, self.worlds.deal.values
        edits = folded(found.edits)
        said: dict[str, list[str]] = {}
        for index, edit in enumerate(edits):
            said.setdefault(edit.because, []).append(words(edits[:index], edit, type_, values))
        return {because: ", ".join(told) for because, told in said.items()}
