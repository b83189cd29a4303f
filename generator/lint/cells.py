"""Whether conditions can hold together: each path falls into finitely many cells, and a search tries them.

Paths and atoms are taken as independent of each other, so "they cannot hold together" is certain and "they can" is
not: the prover, which knows the schema, has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Choices,
    Compare,
    Default,
    Defined,
    Length,
    Literal_,
    Member,
    Not,
    OneOf,
    Or,
    Quantified,
    Read,
)
from generator.library.model import FactRule
from generator.lint.cases import expanded
from generator.schema_types import STRING

_MOST_STEPS = 20_000
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Atom:
    """The variable takes one of these cells."""

    variable: str
    cells: frozenset[Any]


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Formula, ...]


Formula = Atom | Every | Some
Domains = Mapping[str, frozenset[Any]]


def both(*conditions: Expression | None) -> Expression:
    """All of the conditions; one that is not given always holds."""
    given = tuple(condition for condition in conditions if condition is not None)
    return given[0] if len(given) == 1 else And(given)


def either(conditions: Iterable[Expression]) -> Expression:
    """At least one of the conditions."""
    given = tuple(conditions)
    return given[0] if len(given) == 1 else Or(given)


def can_hold(condition: Expression, facts: Mapping[str, FactRule]) -> bool:
    """False only where no deal can make the condition true."""
    condition = expanded(condition, facts)
    translation = _Translation(condition)
    search = _Search(translation.domains)
    return search.run((translation.formula(condition, True),), {})


def implies(given: Expression, wanted: Expression, facts: Mapping[str, FactRule]) -> bool:
    """True only where every deal with ``given`` has ``wanted``."""
    return not can_hold(And((given, Not(wanted))), facts)


# ---- conditions to formulas over cells


class _Translation:
    """The cells of every variable of a condition, and the condition over them.

    A path of an enum has its values as cells. A number or date is compared with constants: the cells are numbered,
    odd ones are the constants in order, even ones what lies between. Everything else is true or false.
    """

    def __init__(self, condition: Expression) -> None:
        self.constants: dict[str, set[Any]] = {}
        self.kinds: dict[str, Expression] = {}
        self.domains: dict[str, frozenset[Any]] = {}
        self.gather(condition)
        self.ordered = {name: sorted(values) for name, values in self.constants.items()}
        for name, values in self.ordered.items():
            self.domains[name] = frozenset(_cells(values, self.kinds[name]))

    def gather(self, condition: Expression) -> None:
        for atom in _atoms(condition):
            compared = _compared(atom)
            if compared is not None and not _is_enum(compared[0]):
                name = text_of(compared[0])
                self.constants.setdefault(name, set()).update(compared[2])
                self.kinds[name] = compared[0]

    def formula(self, condition: Expression, positive: bool) -> Formula:
        match condition:
            case Not(operand):
                return self.formula(operand, not positive)
            case And(operands) | Or(operands):
                parts = tuple(self.formula(operand, positive) for operand in operands)
                return Every(parts) if isinstance(condition, And) == positive else Some(parts)
            case Defined(read) if read.always:
                return Every(()) if positive else Some(())
            case Literal_(bool() as value, _):
                return Every(()) if value == positive else Some(())
            case _:
                atom = self.atom(condition)
                return atom if positive else Atom(atom.variable, self.domains[atom.variable] - atom.cells)

    def atom(self, condition: Expression) -> Atom:
        compared = _compared(condition)
        if compared is None:
            name = text_of(condition)
            self.domains[name] = frozenset({True, False})
            return Atom(name, frozenset({True}))
        left, symbol, values = compared
        name = text_of(left)
        if _is_enum(left):
            assert isinstance(left, Read)
            self.domains[name] = frozenset(left.type.values)
            chosen = frozenset(values) & self.domains[name]
            return Atom(name, self.domains[name] - chosen if symbol == "!=" else chosen)
        places = {2 * self.ordered[name].index(value) + 1 for value in values}
        return Atom(name, frozenset(cell for cell in self.domains[name] if _holds(cell, symbol, places)))


def _atoms(condition: Expression) -> Iterator[Expression]:
    match condition:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _atoms(operand)
        case Not(operand):
            yield from _atoms(operand)
        case _:
            yield condition


def _compared(condition: Expression) -> tuple[Expression, str, tuple[Any, ...]] | None:
    """What is compared, how, and with which constants; ``None`` for what is no comparison with constants."""
    match condition:
        case Compare(symbol, left, Literal_(value, _)) if _is_term(left):
            return left, symbol, (_constant(value),)
        case Compare(symbol, Literal_(value, _), right) if _is_term(right):
            return right, _MIRRORED[symbol], (_constant(value),)
        case OneOf(left, Choices(values)) if _is_term(left):
            return left, "==", tuple(_constant(value) for value in values)
        case _:
            return None


def _constant(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _is_term(expression: Expression) -> bool:
    return isinstance(expression, Read | Length | Arithmetic | Default | Quantified)


def _is_enum(expression: Expression) -> bool:
    return isinstance(expression, Read) and expression.type.kind == "enum"


def _is_whole(expression: Expression) -> bool:
    counted = isinstance(expression, Length | Quantified)
    return counted or (isinstance(expression, Read | Default) and _read(expression).type.kind == "integer")


def _read(expression: Read | Default) -> Read:
    return expression.read if isinstance(expression, Default) else expression


def _cells(values: list[Any], compared: Expression) -> Iterator[int]:
    whole = _is_whole(compared)
    counted = isinstance(compared, Length | Quantified)
    if not (counted and values[0] <= 0):
        yield 0
    for index, value in enumerate(values):
        if not (counted and value < 0) and not (whole and value != value // 1):
            yield 2 * index + 1
        following = values[index + 1] if index + 1 < len(values) else None
        if not (whole and following is not None and value // 1 + 1 >= following):
            yield 2 * index + 2


def _holds(cell: int, symbol: str, places: set[int]) -> bool:
    place = min(places)
    match symbol:
        case "==":
            return cell in places
        case "!=":
            return cell not in places
        case "<":
            return cell < place
        case "<=":
            return cell <= place
        case ">":
            return cell > place
        case _:
            return cell >= place


# ---- search


class _Search:
    """Narrows the cells of each variable by what must hold, then tries the alternatives one after the other."""

    def __init__(self, domains: Domains) -> None:
        self.domains = domains
        self.steps = 0

    def run(self, waiting: tuple[Formula, ...], narrowed: Domains) -> bool:
        """Whether all that waits can hold; true also when the search gives up."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            return True
        cells = dict(narrowed)
        choices: list[Some] = []
        queue = list(waiting)
        while queue:
            match queue.pop():
                case Atom(variable, allowed):
                    left = cells.get(variable, self.domains[variable]) & allowed
                    if not left:
                        return False
                    cells[variable] = left
                case Every(parts):
                    queue.extend(parts)
                case Some() as some:
                    choices.append(some)
        open_choices: list[tuple[Formula, ...]] = []
        for some in choices:
            parts = tuple(part for part in some.parts if not self.refuted(part, cells))
            if not parts:
                return False
            if not any(self.settled(part, cells) for part in parts):
                open_choices.append(parts)
        if not open_choices:
            return True
        open_choices.sort(key=len)
        first, rest = open_choices[0], tuple(Some(parts) for parts in open_choices[1:])
        return any(self.run((part, *rest), cells) for part in first)

    def refuted(self, formula: Formula, cells: Domains) -> bool:
        match formula:
            case Atom(variable, allowed):
                return not cells.get(variable, self.domains[variable]) & allowed
            case Every(parts):
                return any(self.refuted(part, cells) for part in parts)
            case Some(parts):
                return all(self.refuted(part, cells) for part in parts)

    def settled(self, formula: Formula, cells: Domains) -> bool:
        match formula:
            case Atom(variable, allowed):
                return cells.get(variable, self.domains[variable]) <= allowed
            case Every(parts):
                return all(self.settled(part, cells) for part in parts)
            case Some(parts):
                return any(self.settled(part, cells) for part in parts)


def member_of(code: str, collection: Read, attribute: str) -> Expression:
    """``'code' in collection``"""
    return Member(Literal_(code, STRING), collection, attribute)
