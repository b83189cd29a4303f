"""Facts that are given by cases, written out in the conditions that read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.conditions import Expression
from generator.conditions.expressions import And, Choices, Compare, Literal_, Not, OneOf, Or, Read
from generator.library.model import FactRule


def expanded(condition: Expression, facts: Mapping[str, FactRule]) -> Expression:
    """The condition with every fact that is given by cases written out."""
    match condition:
        case And(operands):
            return And(tuple(expanded(operand, facts) for operand in operands))
        case Or(operands):
            return Or(tuple(expanded(operand, facts) for operand in operands))
        case Not(operand):
            return Not(expanded(operand, facts))
        case Read() if condition.type.kind == "boolean":
            fact = _by_cases(condition, facts)
            return condition if fact is None else _value_in(fact, frozenset({True}), facts)
        case Compare(("==" | "!=") as symbol, Read() as read, Literal_(value, _)):
            fact = _by_cases(read, facts)
            if fact is None:
                return condition
            chosen = _value_in(fact, frozenset({value}), facts)
            return chosen if symbol == "==" else Not(chosen)
        case OneOf(Read() as read, Choices(values)):
            fact = _by_cases(read, facts)
            return condition if fact is None else _value_in(fact, frozenset(values), facts)
        case _:
            return condition


def _by_cases(read: Read, facts: Mapping[str, FactRule]) -> FactRule | None:
    if len(read.path) != 2 or read.path[0] != "facts":
        return None
    fact = facts.get(str(read.path[1]))
    return fact if fact is not None and not fact.formula else None


def _value_in(fact: FactRule, values: frozenset[Any], facts: Mapping[str, FactRule]) -> Expression:
    """When the fact takes one of the values: the first case that holds decides."""
    ways: list[Expression] = []
    before: list[Expression] = []
    for case in fact.cases:
        when = expanded(case.when.expression, facts)
        if case.value in values:
            ways.append(And((*before, when)))
        before.append(Not(when))
    if fact.default in values:
        ways.append(And(tuple(before)))
    return Or(tuple(ways))
