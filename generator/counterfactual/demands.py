"""What must hold for a clause to be in a contract, or not, as a tree of ``every`` and ``either`` over conditions.

Negations are pushed down to the atoms, and a fact by cases is replaced by the conditions of its cases: what is left at
the leaves are comparisons of the deal's own fields and of the facts that a formula computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.conditions import AbsentField, Expression, evaluate
from generator.conditions.compile import Run
from generator.conditions.evaluate import compile_expression
from generator.conditions.expressions import And, Literal_, Member, Not, Or, Read, reads
from generator.library.model import Condition, FactRule, Library, LibraryClause, Period, Rule, Slot


@dataclass(frozen=True, slots=True)
class Bound:
    """The entry of a list that a rule is about: what the rule calls it, and where it stands in the deal."""

    name: str
    path: tuple[str, ...]
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """A condition that has no parts must come out as ``wanted``."""

    expression: Expression
    wanted: bool
    run: Run
    bound: Bound | None


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """The date of the law must be in a period, or out of it."""

    period: Period
    wanted: bool


@dataclass(frozen=True, slots=True, eq=False)
class Every:
    parts: tuple[Demand, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    parts: tuple[Demand, ...]


Demand = Atom | InForce | Every | Either
ALWAYS, NEVER = Every(()), Either(())


def negated(demand: Demand) -> Demand:
    """The demand that holds where the given one does not."""
    match demand:
        case Atom(expression, wanted, run, bound):
            return Atom(expression, not wanted, run, bound)
        case InForce(period, wanted):
            return InForce(period, not wanted)
        case Every(parts):
            return Either(tuple(negated(part) for part in parts))
        case Either(parts):
            return Every(tuple(negated(part) for part in parts))


class Demands:
    """Makes the demands of one library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._facts = {rule.id: rule for rule in library.facts if not rule.formula}

    # ---- clauses

    def included(self, clause: LibraryClause) -> Demand:
        """A clause stands in the contract: its place is there, it holds, and nothing else takes its place."""
        rivals = [e for e in self._candidates(clause) if self._outranks(e, clause)]
        return Every((self.place(clause.slot), self.holds(clause), *(negated(self.holds(e)) for e in rivals)))

    def alone(self, clause: LibraryClause) -> Demand:
        """No other clause fills the slot as well, where the slot takes only one."""
        if all(slot.policy == "any" for slot in self._slots(clause.slot)):
            return ALWAYS
        others = [c for c in self._candidates(clause) if clause.id not in {c.exception_to, c.id}]
        return Every(tuple(negated(self.holds(c)) for c in others if not self._outranks(clause, c)))

    def holds(self, clause: LibraryClause, seen: tuple[str, ...] = ()) -> Demand:
        """A clause would be in by its layer, date, condition and exceptions, wherever its slot is asked for."""
        parts: list[Demand] = [self.condition(clause.layer.when)]
        if clause.effective.start or clause.effective.end:
            parts.append(InForce(clause.effective, True))
        parts.append(self.condition(clause.when))
        for exception in self.library.exceptions.get(clause.id, ()):
            if exception.id not in seen:
                parts.append(negated(self.holds(exception, (*seen, clause.id))))
        return Every(tuple(parts))

    def _candidates(self, clause: LibraryClause) -> tuple[LibraryClause, ...]:
        return self.library.by_slot.get(clause.slot, ())

    @staticmethod
    def _outranks(one: LibraryClause, other: LibraryClause) -> bool:
        """Whether of two exceptions to one clause the first is of a higher layer."""
        return bool(one.exception_to) and one.exception_to == other.exception_to and one.layer.rank > other.layer.rank

    def place(self, slot: str) -> Demand:
        """Some document of the contract asks for the slot."""
        places: list[Demand] = []
        for outline in self.library.outlines:
            if outline.cover == slot:
                places.append(self.condition(outline.when))
            for section in outline.sections:
                around = (self.condition(outline.when), self.condition(section.when))
                for each in section.slots:
                    if each.id == slot:
                        places.append(Every((*around, self.condition(each.applies))))
                code = slot.removeprefix("service.")
                if section.each == "service" and code != slot and code in self.library.services:
                    places.append(Every((*around, self._subscribed(code))))
        return Either(tuple(places))

    def _slots(self, slot: str) -> Iterator[Slot]:
        for outline in self.library.outlines:
            for section in outline.sections:
                yield from (each for each in section.slots if each.id == slot)

    def _subscribed(self, code: str) -> Demand:
        type_ = self.library.names["facts"].fields["subscribed"].type
        assert type_.item is not None
        read = Read(("facts", "subscribed"), type_, True, 0, 0)
        return self.of(Member(Literal_(code, type_.item.fields[type_.key].type), read, type_.key))

    # ---- rules

    def asserted(self, rule: Rule, bound: Bound | None) -> Demand:
        """What a rule asks for holds, for one entry where it walks a list."""
        return self.of(rule.asserted.expression, True, bound)

    def unconcerned(self, rule: Rule, bound: Bound | None) -> Demand:
        """A rule does not apply."""
        return NEVER if rule.when is None else self.of(rule.when.expression, False, bound)

    # ---- conditions

    def condition(self, condition: Condition | None) -> Demand:
        return ALWAYS if condition is None else self.of(condition.expression)

    def of(self, expression: Expression, wanted: bool = True, bound: Bound | None = None) -> Demand:
        match expression:
            case And(operands) | Or(operands):
                parts = tuple(self.of(operand, wanted, bound) for operand in operands)
                return Every(parts) if isinstance(expression, And) == wanted else Either(parts)
            case Not(operand):
                return self.of(operand, not wanted, bound)
            case _:
                return self._by_cases(expression, wanted) or Atom(
                    expression, wanted, compile_expression(expression), bound
                )

    def _by_cases(self, expression: Expression, wanted: bool) -> Demand | None:
        """An atom over one fact by cases and constants as the cases in which it comes out as wanted."""
        found = list(reads(expression))
        if len(found) != 1 or found[0].path[0] != "facts" or len(found[0].path) != 2:
            return None
        rule = self._facts.get(str(found[0].path[1]))
        if rule is None:
            return None
        right = [index for index, value in enumerate(_outcomes(rule)) if _comes_to(expression, rule, value) is wanted]
        return Either(tuple(self._case(rule, index) for index in right))

    def _case(self, rule: FactRule, index: int) -> Demand:
        earlier = [self.of(case.when.expression, False) for case in rule.cases[:index]]
        own = [self.of(rule.cases[index].when.expression)] if index < len(rule.cases) else []
        return Every((*own, *earlier))


def _outcomes(rule: FactRule) -> tuple[Any, ...]:
    """The values of a fact by cases, in the order of its cases, the default last."""
    return (*(case.value for case in rule.cases), rule.default)


def _comes_to(expression: Expression, rule: FactRule, value: Any) -> bool | None:
    scope: Mapping[str, Any] = {"facts": {rule.id: value}}
    try:
        return bool(evaluate(expression, scope))
    except AbsentField:
        return None
