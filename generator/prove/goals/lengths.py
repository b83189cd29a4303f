"""Whether a list holds anything decides what a contract says, not how many entries it holds.

Where a number of entries must decide, it is written twice, so that a slip in either place is noticed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Compare, Length, Literal_, children
from generator.library.model import Condition, Library
from generator.prove import terms
from generator.prove.contracts import Contracts
from generator.prove.goals.goal import Goal, never, settled
from generator.prove.terms import TRUE

KIND: Final = "lone-length"
Line = tuple[str, int]
"""A list, and the number of entries from which a condition says something else."""
# How far above the number that is written the lines of a comparison are.
_ABOVE: Final[Mapping[str, tuple[int, ...]]] = {
    ">=": (0,),
    "<": (0,),
    ">": (1,),
    "<=": (1,),
    "==": (0, 1),
    "!=": (0, 1),
}


def goals(contracts: Contracts) -> Iterator[Goal]:
    library = contracts.library
    deciding = dict(_deciding(library))
    places: Counter[Line] = Counter()
    for condition in (*deciding.values(), *_confirming(library)):
        places.update(lines(condition.expression).keys())
    for name, condition in deciding.items():
        for line, compare in lines(condition.expression).items():
            if places[line] > 1:
                yield settled(KIND)
                continue
            goal = never(
                KIND,
                f"{name}: {text_of(compare)}",
                TRUE,
                f"no other condition tells lists apart as `{text_of(compare)}` does",
                condition.span,
                "ask whether the list holds anything, or let an obligation, a prohibition or a rule ask the same",
            )
            # What is wrong is wrong of the library; a deal with this number of entries is one that a slip would change.
            there = contracts.deals.conditions.truth(replace(compare, operator="=="))
            yield replace(goal, shown_by=terms.all_of(there.defined, there.holds))


def _deciding(library: Library) -> Iterator[tuple[str, Condition]]:
    """The conditions that decide what stands in a contract, by name."""
    for layer in library.layers:
        yield from _given(f"layer {layer.id}", layer.when)
    for fact in library.facts:
        for index, case in enumerate(fact.cases, 1):
            yield f"fact {fact.id} {index}", case.when
    for outline in library.outlines:
        yield from _given(outline.id, outline.when)
        for section in outline.sections:
            yield from _given(f"{outline.id}.{section.id}", section.when)
            for slot in section.slots:
                yield from _given(f"{outline.id} slot {slot.id}", slot.applies)
    for clause in library.clauses.values():
        yield from _given(f"clause {clause.id}", clause.when)


def _given(name: str, condition: Condition | None) -> Iterator[tuple[str, Condition]]:
    if condition is not None:
        yield name, condition


def _confirming(library: Library) -> Iterator[Condition]:
    """Conditions that ask for something of a contract or of a deal, written apart from those that decide."""
    asked = [duty.when for duty in library.obligations]
    asked += [duty.when for duty in library.prohibitions]
    asked += [approval.when for approval in library.approvals]
    asked += [condition for rule in library.rules for condition in (rule.when, rule.asserted)]
    yield from (condition for condition in asked if condition is not None)


def lines(expression: Expression) -> dict[Line, Compare]:
    """Where a condition tells lists apart by their length, but for none and any."""
    found: dict[Line, Compare] = {}
    match expression:
        case Compare(operator, Length() as length, Literal_(number)) if not isinstance(number, bool | str):
            for above in _ABOVE[operator]:
                least = int(number) + above
                # No list is shorter than an empty one, so `== 0` draws one line only.
                if least != 1 and not (least == 0 and len(_ABOVE[operator]) > 1):
                    found[text_of(length), least] = expression
    for child in children(expression):
        found = {**lines(child), **found}
    return found
