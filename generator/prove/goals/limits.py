"""A number that decides what a contract says is written twice, so that a slip in either place is noticed.

Whether there is anything at all (``sites | length > 0``) is asked so often that it counts as written everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Compare, Length, Literal_, Read, children
from generator.library.model import Condition, Library
from generator.prove.contracts import Contracts
from generator.prove.goals.goal import Goal, never, settled
from generator.prove.terms import TRUE

KIND: Final = "lone-limit"
Limit = tuple[str, Decimal, Literal["below", "above"]]
"""What is compared, and where its answers change: just below or just above a number."""
_SIDES: Final[Mapping[str, tuple[Literal["below", "above"], ...]]] = {
    ">=": ("below",),
    "<": ("below",),
    ">": ("above",),
    "<=": ("above",),
    "==": ("below", "above"),
    "!=": ("below", "above"),
}


def goals(contracts: Contracts) -> Iterator[Goal]:
    library = contracts.library
    deciding = dict(_deciding(library))
    places: Counter[Limit] = Counter()
    for condition in (*deciding.values(), *_confirming(library)):
        places.update(set(limits(condition.expression)))
    for name, condition in deciding.items():
        for limit in sorted(set(limits(condition.expression))):
            compared, number, _ = limit
            if places[limit] > 1:
                yield settled(KIND)
                continue
            yield never(
                KIND,
                f"{name}: {compared} {number}",
                TRUE,
                f"the limit {number} of `{compared}` stands in no other condition",
                condition.span,
                "let an obligation, a prohibition or a rule say it too, or ask whether there is any",
            )


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


def limits(expression: Expression) -> Iterator[Limit]:
    """Where a condition draws a line through a number or a length, but for that between none and any."""
    match expression:
        case Compare(operator, left, Literal_(value)) if not isinstance(value, bool | str):
            whole = isinstance(left, Length) or (isinstance(left, Read) and left.type.kind == "integer")
            for side in _SIDES[operator]:
                number, here = Decimal(value), side
                if whole and side == "above":
                    # Of whole numbers, above 1 and below 2 is one line.
                    number, here = number + 1, "below"
                limit: Limit = (text_of(left), number, here)
                if not _any(limit, whole, operator):
                    yield limit
    for child in children(expression):
        yield from limits(child)


def _any(limit: Limit, whole: bool, operator: str) -> bool:
    """Whether a line is that between none and any; no count lies below it, so `== 0` draws no other."""
    _, number, side = limit
    between = side == "below" and number == 1 if whole else side == "above" and number == 0
    return between or (operator in {"==", "!="} and side == "below" and number == 0)
