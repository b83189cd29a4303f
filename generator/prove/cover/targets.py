"""What a corpus of deals must show: every clause in a contract, every atom of every condition once true and once false.

An atom is a comparison or a question that is not made of others by ``and``, ``or`` or ``not``. It counts where it is
reached: where its condition is asked and the operands before it do not decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import And, Literal_, Not, Or, Quantified, Read, children
from generator.diagnostics import Span
from generator.library.model import Condition, LibraryClause, Obligation, Prohibition, Rule
from generator.library.templates import Choice, Repeat
from generator.library.walk import content_of, parts
from generator.prove import terms
from generator.prove.conditions import Conditions
from generator.prove.contracts import Contracts
from generator.prove.cover.asked import Known
from generator.prove.cover.given import given
from generator.prove.goals.goal import Goal, some
from generator.prove.goals.texts import any_entry
from generator.prove.lock import Digests
from generator.prove.prover import Problem
from generator.prove.terms import FALSE, TRUE, Term


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that some deal must show. ``name`` is what identifies it from one run to the next."""

    name: str
    term: Term
    span: Span


@dataclass(frozen=True, slots=True)
class Atom:
    """The two targets of one atom."""

    true: Target
    false: Target

    def target(self, value: bool) -> Target:
        return self.true if value else self.false


@dataclass
class Targets:
    """Every target of a library. ``atoms`` are found by the place of their condition and the identity of the atom."""

    contracts: Contracts
    clauses: dict[str, Target] = field(default_factory=dict)
    atoms: dict[tuple[str, int], Atom] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    @cached_property
    def known(self) -> Known:
        """The atoms and the texts, ready to be run for many deals."""
        return Known(self._names_of, quantified)

    def _names_of(self, place: str, node: Expression) -> tuple[str, str]:
        if not is_atom(node):
            return "", ""
        atom = self.atoms[place, id(node)]
        return atom.true.name, atom.false.name

    @staticmethod
    def of(contracts: Contracts) -> Targets:
        found = Targets(contracts)
        for clause in contracts.library.clauses.values():
            name = f"clause {clause.id}"
            found.clauses[clause.id] = Target(name, contracts.printed(clause), clause.span)
        found._structure()
        found._judgements()
        found._texts()
        return found

    @cached_property
    def problem(self) -> Problem:
        """That each target is in some valid deal that a file can say, as goals: those that fail are out of reach."""
        goals: dict[Term, Goal] = {}
        for target in self:
            goals.setdefault(target.term, some("cover", target.name, target.term, "", target.span))
        deals = self.contracts.deals
        files = tuple(given(deals))
        world = (*files, *deals.facts_of_the_world())
        return Problem(self.contracts.library, self.contracts, tuple(goals.values()), world, dict(deals.rules))

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits, the same for libraries whose targets and valid deals are the same, whatever the
        words of their clauses."""
        digests = Digests(self.problem.world, self.problem.rules, "")
        named = sorted(target.name.encode() + digests.term(target.term) for target in self)
        return hashlib.blake2b(digests.world + b"".join(named), digest_size=8).hexdigest()

    def __iter__(self) -> Iterator[Target]:
        yield from self.clauses.values()
        for atom in self.atoms.values():
            yield atom.true
            yield atom.false

    # ---- where conditions are asked

    def _structure(self) -> None:
        contracts, deals = self.contracts, self.contracts.deals
        library = contracts.library
        for layer in library.layers:
            self._asked(layer_place(layer.id), layer.when, TRUE)
        for fact in library.facts:
            before = TRUE
            for index, case in enumerate(fact.cases):
                self._asked(case_place(fact.id, index), case.when, before)
                before = terms.all_of(before, terms.no(contracts.holds(case.when)))
        for outline in library.outlines:
            self._asked(outline.id, outline.when, TRUE)
            here = contracts.holds(outline.when)
            for section in outline.sections:
                self._asked(f"{outline.id}.{section.id}", section.when, here)
                inside = terms.all_of(here, contracts.holds(section.when))
                for slot in section.slots:
                    self._asked(slot_place(outline.id, slot.id), slot.applies, inside)
        for clause in library.clauses.values():
            asked = terms.any_of(*(stand.asked for stand in contracts.stands.get(clause.slot, ())))
            given = terms.all_of(asked, deals.layer(clause.layer), deals.in_force(clause.effective))
            self._asked(clause_place(clause), clause.when, given)

    def _judgements(self) -> None:
        contracts, deals = self.contracts, self.contracts.deals
        for rule in contracts.library.rules:
            given = terms.all_of(deals.layer(rule.layer), deals.in_force(rule.effective))
            if rule.each is None:
                self._rule(rule, deals.conditions, given)
                continue
            name, collection = rule.each
            assert isinstance(collection.expression, Read)
            for entry in deals.conditions.place(collection.expression).entries():
                bound = deals.conditions.binding(name, entry)
                self._rule(rule, bound, terms.all_of(given, entry.there))
        duties: tuple[Obligation | Prohibition, ...] = (
            *contracts.library.obligations,
            *contracts.library.prohibitions,
        )
        for duty in duties:
            self._asked(duty.id, duty.when, deals.layer(duty.layer))
        for approval in contracts.library.approvals:
            given = deals.layer(approval.layer)
            self._asked(approval.id, approval.when, given)
            needed = terms.all_of(given, contracts.holds(approval.when))
            for language, reason in approval.reason.items():
                self._content(f"{approval.id} {language}", approval.span, reason, deals.conditions, needed)

    def _rule(self, rule: Rule, conditions: Conditions, given: Term) -> None:
        self._asked(rule_place(rule, "when"), rule.when, given, conditions)
        if rule.when is not None:
            given = terms.all_of(given, conditions.truth(rule.when.expression).holds)
        self._asked(rule_place(rule, "assert"), rule.asserted, given, conditions)
        said = terms.all_of(given, terms.no(conditions.truth(rule.asserted.expression).holds))
        for texts in (rule.message, rule.help):
            for language, content in texts.items():
                self._content(f"{rule.id} {language}", rule.span, content, conditions, said)

    def _texts(self) -> None:
        contracts = self.contracts
        plain = contracts.deals.conditions
        for clause in contracts.library.clauses.values():
            conditions = plain.binding(clause.binds, any_entry(contracts.rows(clause.binds))) if clause.binds else plain
            given = contracts.printed(clause)
            for language, text in clause.texts.items():
                self._content(f"{clause.id} {language}", clause.span, content_of(text), conditions, given)
        for outline in contracts.library.outlines:
            for section in outline.sections:
                given = contracts.holds(outline.when, section.when)
                for language, title in section.title.items():
                    self._content(f"{outline.id}.{section.id} {language}", section.span, title, plain, given)

    def _content(self, place: str, span: Span, content: Iterable[Any], conditions: Conditions, given: Term) -> None:
        for node in content:
            match node:
                case Choice(branches):
                    before = given
                    for branch in branches:
                        taken = before
                        if branch.condition is not None:
                            self._expression(place, branch.span, branch.condition, before, conditions)
                            holds = conditions.truth(branch.condition).holds
                            taken = terms.all_of(before, holds)
                            before = terms.all_of(before, terms.no(holds))
                        self._content(place, span, branch.content, conditions, taken)
                case Repeat(name, Read() as collection, _, test, _, inner):
                    entry = any_entry(conditions.place(collection))
                    bound = conditions.binding(name, entry)
                    there = terms.all_of(given, entry.there)
                    if test is not None:
                        self._expression(place, node.span, test, there, bound)
                        there = terms.all_of(there, bound.truth(test).holds)
                    self._content(place, span, inner, bound, there)
                case _:
                    self._content(place, span, parts(node), conditions, given)

    # ---- the atoms of a condition

    def _asked(
        self, place: str, condition: Condition | None, given: Term, conditions: Conditions | None = None
    ) -> None:
        if condition is not None:
            known = conditions or self.contracts.deals.conditions
            self._expression(place, condition.span, condition.expression, given, known)

    def _expression(self, place: str, span: Span, node: Expression, reached: Term, conditions: Conditions) -> None:
        match node:
            case Not(operand):
                self._expression(place, span, operand, reached, conditions)
            case And(operands) | Or(operands):
                for operand in operands:
                    self._expression(place, span, operand, reached, conditions)
                    holds = conditions.truth(operand).holds
                    reached = terms.all_of(reached, holds if isinstance(node, And) else terms.no(holds))
            case _:
                if is_atom(node):
                    self._atom(place, span, node, reached, conditions.truth(node).holds)
                for part in quantified(node):
                    assert isinstance(part.collection, Read)
                    for entry in conditions.place(part.collection).entries():
                        bound = conditions.binding("", entry)
                        self._expression(place, span, part.test, terms.all_of(reached, entry.there), bound)

    def _atom(self, place: str, span: Span, node: Expression, reached: Term, holds: Term) -> None:
        ways = {True: terms.all_of(reached, holds), False: terms.all_of(reached, terms.no(holds))}
        known = self.atoms.get((place, id(node)))
        if known is not None:
            # Met again for another entry of a list: any of them will do.
            ways = {value: terms.any_of(known.target(value).term, term) for value, term in ways.items()}
            true, false = known.true.name, known.false.name
        else:
            text = f"{place}: {text_of(node)}"
            self.names[text] = self.names.get(text, 0) + 1
            name = text if self.names[text] == 1 else f"{text} #{self.names[text]}"
            true, false = f"{name} true", f"{name} false"
        self.atoms[place, id(node)] = Atom(Target(true, ways[True], span), Target(false, ways[False], span))

    @property
    def reachable(self) -> tuple[Target, ...]:
        """The targets that are not settled to be out of reach by the guards around them."""
        return tuple(target for target in self if target.term is not FALSE)


def is_atom(node: Expression) -> bool:
    """Whether a part of a condition can be true and false: no constant, and no list that a rule walks."""
    return not isinstance(node, Literal_) and not (isinstance(node, Read) and node.type.kind == "list")


def quantified(expression: Expression) -> Iterator[Quantified]:
    """The questions about each entry of a list that an atom is made of."""
    if isinstance(expression, Quantified):
        yield expression
    for child in children(expression):
        yield from quantified(child)


# ---- the places of conditions


def layer_place(layer: str) -> str:
    return f"layer {layer}"


def case_place(fact: str, index: int) -> str:
    return f"fact {fact} case {index + 1}"


def slot_place(outline: str, slot: str) -> str:
    return f"{outline} slot {slot}"


def clause_place(clause: LibraryClause) -> str:
    return f"clause {clause.id}"


def rule_place(rule: Rule, part: str) -> str:
    return f"rule {rule.id} {part}"
