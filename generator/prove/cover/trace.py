"""What a deal shows of a library: the clauses of its contract, and how each atom that was reached came out.

This follows the stages of the program on the deal itself; nothing of a proof is believed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.conditions import Expression, Scope, evaluate
from generator.conditions.expressions import And, Not, Or
from generator.facts import Facts
from generator.library.model import LANGUAGES, Condition, Library, LibraryClause, Obligation, Prohibition, Rule
from generator.plan import Plan
from generator.prove.cover.asked import Asked, Walked
from generator.prove.cover.targets import (
    Targets,
    case_place,
    clause_place,
    layer_place,
    rule_place,
    slot_place,
)


def shown(targets: Targets, facts: Facts, plan: Plan) -> frozenset[str]:
    """The names of the targets that a valid deal reaches."""
    trace = _Trace(targets, facts, plan)
    trace.structure()
    trace.judgements()
    trace.texts()
    return frozenset(trace.found)


class _Trace:
    def __init__(self, targets: Targets, facts: Facts, plan: Plan) -> None:
        self.targets = targets
        self.library: Library = targets.contracts.library
        self.facts = facts
        self.plan = plan
        self.scope: Scope = facts.scope
        self.found = {targets.clauses[clause.id].name for clause in plan.clauses()}

    def structure(self) -> None:
        for layer in self.library.layers:
            self.holds(layer_place(layer.id), layer.when)
        for fact in self.library.facts:
            for index, case in enumerate(fact.cases):
                if self.holds(case_place(fact.id, index), case.when):
                    break
        for outline in self.library.outlines:
            if not self.holds(outline.id, outline.when):
                continue
            for section in outline.sections:
                if self.holds(f"{outline.id}.{section.id}", section.when):
                    for slot in section.slots:
                        self.holds(slot_place(outline.id, slot.id), slot.applies)
        for decision in self.plan.decisions.values():
            for candidate in decision.candidates:
                if candidate.outcome not in {"layer", "not-effective"}:
                    self.holds(clause_place(candidate.clause), candidate.clause.when)

    def judgements(self) -> None:
        for rule in self.library.rules:
            if self.facts.has_layer(rule.layer) and rule.effective.holds(self.facts.as_of):
                for scope in self._scopes(rule):
                    self.rule(rule, scope)
        duties: tuple[Obligation | Prohibition, ...] = (*self.library.obligations, *self.library.prohibitions)
        for duty in duties:
            if self.facts.has_layer(duty.layer):
                self.holds(duty.id, duty.when)
        for approval in self.library.approvals:
            if self.facts.has_layer(approval.layer) and self.holds(approval.id, approval.when):
                for language, reason in approval.reason.items():
                    self.content(f"{approval.id} {language}", reason, self.scope)

    def _scopes(self, rule: Rule) -> Iterable[Scope]:
        if rule.each is None:
            return [self.scope]
        name, collection = rule.each
        return [{**self.scope, name: entry} for entry in collection.run(self.scope)]

    def rule(self, rule: Rule, scope: Scope) -> None:
        if not self.holds(rule_place(rule, "when"), rule.when, scope):
            return
        if not self.holds(rule_place(rule, "assert"), rule.asserted, scope):
            for texts in (rule.message, rule.help):
                for language, content in texts.items():
                    self.content(f"{rule.id} {language}", content, scope)

    def texts(self) -> None:
        scope = {**self.scope, "pack": self.plan.pack}
        for part in self.plan.parts:
            if part.cover is not None:
                self.clause(part.cover.clause, {**scope, **part.cover.bound})
            for section in part.sections:
                if section.title is None and section.placements:
                    for language, title in section.section.title.items():
                        self.content(f"{part.outline.id}.{section.id} {language}", title, scope)
                for placement in section.placements:
                    self.clause(placement.clause, {**scope, **placement.bound})

    def clause(self, clause: LibraryClause, scope: Scope) -> None:
        for language in LANGUAGES:
            self.content(f"{clause.id} {language}", self.targets.known.text(clause, language), scope)

    def content(self, place: str, content: tuple[Any, ...], scope: Scope) -> None:
        self.asked(place, self.targets.known.asked(content), scope)

    def asked(self, place: str, content: tuple[Asked, ...], scope: Scope) -> None:
        for node in content:
            if isinstance(node, Walked):
                for entry in node.repeat.run(scope):
                    inner = {**scope, node.repeat.name: entry}
                    if node.repeat.test is None or self.value(place, node.repeat.test, inner):
                        self.asked(place, node.inside, inner)
                continue
            for condition, inside in node.branches:
                if condition is None or self.value(place, condition, scope):
                    self.asked(place, inside, scope)
                    break

    # ---- the atoms of a condition

    def holds(self, place: str, condition: Condition | None, scope: Scope | None = None) -> bool:
        return condition is None or self.value(place, condition.expression, self.scope if scope is None else scope)

    def value(self, place: str, node: Expression, scope: Mapping[str, Any]) -> bool:
        """Whether a condition holds, its atoms noted in the order in which the program reads them."""
        match node:
            case Not(operand):
                return not self.value(place, operand, scope)
            case And(operands):
                return all(self.value(place, operand, scope) for operand in operands)
            case Or(operands):
                return any(self.value(place, operand, scope) for operand in operands)
        atom = self.targets.known.atom(place, node)
        holds = bool(atom.run(scope))
        name = atom.true if holds else atom.false
        if name:
            self.found.add(name)
            for part in atom.quantified:
                for entry in evaluate(part.collection, scope):
                    self.value(place, part.test, {"": entry})
        return holds
