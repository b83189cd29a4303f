"""The state of every clause and rule over a deal that is not complete: certain, excluded or still open.

Certain: in the contract of every valid deal that has these answers. Excluded: in that of none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from generator.interview.chains import Chain
from generator.interview.outlook import (
    NO_FIELDS,
    Conditions,
    Fields,
    Outlook,
    Part,
    every,
    fields_of_all,
    negated,
    settled,
    some,
)
from generator.interview.partial import Partial, open_scope
from generator.interview.ranges import ABSENT, BOTH, FALSE, NEVER, TRUE, Range, Scope, reach
from generator.interview.watched import Open
from generator.library.model import ApprovalRule, Condition, Library, LibraryClause, Rule

Standing = Literal["certain", "excluded", "open"]

# The list fact over which the outlines repeat a section, and the list of the deal that has one entry for each row.
SUBSCRIBED: Final = ("facts", "subscribed")
SERVICES: Final = ("services",)


@dataclass(frozen=True)
class States:
    """What is settled. Of a rule, ``certain`` means that it will find something, ``excluded`` that it will not.

    ``fields`` are the open fields (dotted paths) on which each open clause and each open rule hangs.
    """

    clauses: Mapping[str, Standing]
    rules: Mapping[str, Standing]
    approvals: Mapping[str, Standing]
    clause_fields: Mapping[str, Fields]
    rule_fields: Mapping[str, Fields]

    def count(self, standing: Standing) -> int:
        """How many clauses are certain, excluded or open."""
        return sum(1 for found in self.clauses.values() if found == standing)


def state(library: Library, deal: Partial) -> States:
    """What is settled of the contract and of the findings of every deal that has the answers of ``deal``."""
    conditions = Conditions(library)
    return states_of(Selection(conditions, Outlook(conditions, open_scope(library, deal))))


def states_of(selection: Selection) -> States:
    """Every clause and rule, weighed."""
    library = selection.library
    clauses = {clause.id: selection.clause(clause) for clause in library.clauses.values()}
    rules = {rule.id: selection.rule(rule) for rule in library.rules}
    approvals = {rule.id: selection.approval(rule) for rule in library.approvals}
    clause_fields = {
        name: selection.clause_fields(library.clauses[name]) for name, found in clauses.items() if not settled(found)
    }
    rule_fields = {rule.id: selection.rule_fields(rule) for rule in library.rules if not settled(rules[rule.id])}
    for rule in library.approvals:
        if not settled(approvals[rule.id]):
            rule_fields[rule.id] = fields_of_all(selection.approval_parts(rule))
    return States(_standings(clauses), _standings(rules), _standings(approvals), clause_fields, rule_fields)


def _standings(found: Mapping[str, Range]) -> dict[str, Standing]:
    return {name: standing(value) for name, value in found.items()}


def standing(found: Range) -> Standing:
    if not settled(found):
        return "open"
    return "certain" if found == TRUE else "excluded"


class Selection:
    """The selection of clauses and the verdicts of rules over one outlook; each is weighed once."""

    def __init__(self, conditions: Conditions, outlook: Outlook) -> None:
        self.conditions = conditions
        self.library = conditions.library
        self.outlook = outlook
        self._outcomes: dict[str, Range] = {}
        self._places: dict[str, Range] = {}
        self._chains = conditions.places

    # ---- clauses

    def clause(self, clause: LibraryClause) -> Range:
        """Whether a clause is in the contract: its slot is filled, it is in, and no rival of a higher layer is."""
        if not self._chains.get(clause.slot):
            return FALSE
        return every(self._clause_ranges(clause))

    def _clause_ranges(self, clause: LibraryClause) -> Iterator[Range]:
        yield self.place(clause.slot)
        yield self.outcome(clause)
        for rival in self._rivals(clause):
            yield negated(self.outcome(rival))

    def clause_fields(self, clause: LibraryClause) -> Fields:
        fields = self._place_fields(clause.slot) | self._outcome_fields(clause)
        for rival in self._rivals(clause):
            fields |= self._outcome_fields(rival)
        return fields

    def _rivals(self, clause: LibraryClause) -> list[LibraryClause]:
        """Exceptions to the same clause in the same slot whose layer is higher: they take its place."""
        if not clause.exception_to:
            return []
        return [
            other
            for other in self.library.by_slot.get(clause.slot, ())
            if other.exception_to == clause.exception_to and other.layer.rank > clause.layer.rank
        ]

    def outcome(self, clause: LibraryClause) -> Range:
        """Whether a clause is in by its layer, date, condition and exceptions, whatever the outlines ask for."""
        if clause.id not in self._outcomes:
            # A circle of exceptions is a fault of the library, which selection reports: nothing is certain in it.
            self._outcomes[clause.id] = BOTH
            self._outcomes[clause.id] = every(found for found, _ in self._outcome_parts(clause))
        return self._outcomes[clause.id]

    def _outcome_parts(self, clause: LibraryClause) -> Iterator[Part]:
        outlook = self.outlook
        yield outlook.of_condition(clause.layer.when)
        yield outlook.in_force(clause.effective), lambda: outlook.date_fields
        yield outlook.of_condition(clause.when)
        for exception in self.library.exceptions.get(clause.id, ()):
            yield negated(self.outcome(exception)), partial(self._outcome_fields, exception)

    def _outcome_fields(self, clause: LibraryClause) -> Fields:
        return NO_FIELDS if settled(self.outcome(clause)) else fields_of_all(self._outcome_parts(clause))

    # ---- places

    def place(self, slot: str) -> Range:
        """Whether the outlines ask for a slot."""
        if slot not in self._places:
            chains = self._chains.get(slot, ())
            self._places[slot] = some(every(found for found, _ in self._chain(chain)) for chain in chains)
        return self._places[slot]

    def _place_fields(self, slot: str) -> Fields:
        if settled(self.place(slot)):
            return NO_FIELDS
        return NO_FIELDS.union(*(fields_of_all(self._chain(chain)) for chain in self._chains.get(slot, ())))

    def _chain(self, chain: Chain) -> Iterator[Part]:
        for condition in chain.conditions:
            yield self.outlook.of_condition(condition)
        if chain.service is not None:
            yield self._is_subscribed(chain.service), lambda: self.outlook.behind(".".join(SUBSCRIBED))

    def _is_subscribed(self, code: str) -> Range:
        """Whether a service (any, where ``code`` is empty) has a section of its own."""
        rows = reach(SUBSCRIBED, self.outlook.scope)
        if isinstance(rows, Open):
            # The rows may still want a price or a calendar; that there is one for each service is known before.
            rows = reach(SERVICES, self.outlook.scope)
        if isinstance(rows, Open) or rows is ABSENT:
            return BOTH
        codes = {row["code"] for row in rows}
        return TRUE if (code in codes if code else codes) else FALSE

    # ---- rules

    def rule(self, rule: Rule, scope: Scope | None = None) -> Range:
        """Whether a rule will find something; with ``scope``, if what it reads of the deal stands there instead."""
        return every(found for found, _ in self._rule_parts(rule, scope))

    def rule_fields(self, rule: Rule) -> Fields:
        return fields_of_all(self._rule_parts(rule))

    def _rule_parts(self, rule: Rule, scope: Scope | None = None) -> Iterator[Part]:
        outlook = self.outlook
        whole = outlook.scope if scope is None else scope
        yield outlook.of_condition(rule.layer.when)
        yield outlook.in_force(rule.effective), lambda: outlook.date_fields
        if rule.each is None:
            yield outlook.of_condition(rule.when, scope)
            yield self._broken(rule.asserted, whole)
            return
        name, collection = rule.each
        entries = outlook.entries(collection)
        if entries is None:
            yield BOTH, lambda: outlook.hanging(collection.expression)
            return
        scopes = [{**whole, name: entry} for entry in entries]
        chains = [(outlook.of_condition(rule.when, one), self._broken(rule.asserted, one)) for one in scopes]
        found = some(every(part for part, _ in chain) for chain in chains)
        yield found, lambda: NO_FIELDS.union(*(fields_of_all(iter(chain)) for chain in chains))

    def _broken(self, asserted: Condition, scope: Mapping[str, Any]) -> Part:
        """Whether what a rule asserts is not so; a field that is read and not there is a finding too."""
        found, hanging = self.outlook.of_condition(asserted, dict(scope))
        return TRUE if found == NEVER else negated(found), hanging

    def approval(self, rule: ApprovalRule) -> Range:
        return every(found for found, _ in self.approval_parts(rule))

    def approval_parts(self, rule: ApprovalRule) -> Iterator[Part]:
        yield self.outlook.of_condition(rule.layer.when)
        yield self.outlook.of_condition(rule.when)
