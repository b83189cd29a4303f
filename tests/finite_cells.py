"""Proofs by finite cells: a library and its deals as a satisfiability problem over truth values alone.

Nothing of ``generator.prove`` is used: from expressions, clauses, outlines and the deal schema straight to clauses for
``pysat``. A field has a bit for whether it is there and one bit for each cell of its values; the cells of a number or a
date are the constants that it is compared with and the gaps between them. A list by names has a bit for each name, an
open list as many entries as its questions can tell apart. What the encoding cannot say exactly raises ``NotExact``.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from pysat.solvers import Solver

from generator.conditions import Expression
from generator.conditions.expressions import (
    And,
    Compare,
    Constant,
    Defined,
    Key,
    Length,
    Literal_,
    Member,
    Not,
    OneOf,
    Or,
    Quantified,
    Read,
    children,
)
from generator.library.model import Library, Period
from generator.library.templates import Insert, Repeat
from generator.library.walk import conditions, found, template_expressions, texts
from generator.schema_types import INTEGER

Path = tuple[Any, ...]
SMALL: Final = 12
"""A whole number of so few values has a cell for each, so that two such fields can be compared."""

_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TURNED: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class NotExact(Exception):
    """The library asks something that finite cells do not answer exactly."""


class Formula:
    """Clauses over numbered truth values; a gate stands for what its inputs say. Literals are non-zero integers."""

    def __init__(self) -> None:
        self.clauses: list[list[int]] = [[1]]
        self.last = 1
        self.gates: dict[tuple[int, ...], int] = {}

    def fresh(self) -> int:
        self.last += 1
        return self.last

    def add(self, *literals: int) -> None:
        self.clauses.append(list(literals))

    def every(self, literals: Iterable[int]) -> int:
        """True where all of these are; 1 is true, -1 is false."""
        kept = sorted(set(literals) - {1})
        if -1 in kept or any(-literal in kept for literal in kept):
            return -1
        if len(kept) < 2:
            return kept[0] if kept else 1
        key = tuple(kept)
        if key not in self.gates:
            gate = self.gates[key] = self.fresh()
            for literal in kept:
                self.add(-gate, literal)
            self.add(gate, *(-literal for literal in kept))
        return self.gates[key]

    def some(self, literals: Iterable[int]) -> int:
        """True where one of these is."""
        return -self.every(-literal for literal in literals)

    def one_of(self, count: int) -> list[int]:
        """So many fresh truth values of which exactly one holds."""
        bits = [self.fresh() for _ in range(count)]
        self.add(*bits)
        for index, one in enumerate(bits):
            for two in bits[index + 1 :]:
                self.add(-one, -two)
        return bits


@dataclass
class Field:
    """What may stand at one path: ``there`` is its bit, ``cells`` its values by representative."""

    there: int
    node: Mapping[str, Any]
    cells: dict[Any, int] = field(default_factory=dict)
    members: dict[str, Field] = field(default_factory=dict)
    named: dict[str, Field] = field(default_factory=dict)
    entries: list[Field] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """Of an expression: when it is true, and when every read that is reached finds a value."""

    true: int
    defined: int


COUNTING = frozenset(
    {"ordinal", "minutes", "hours", "days", "business_days", "weeks", "months", "years", "times", "duration"}
)


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def fewer(insert: Insert) -> Compare | None:
    """Whether a number is less than what its filter prints."""
    least = 1 if insert.filter == "ordinal" else 0
    if insert.filter not in COUNTING or not insert.type.is_number:
        return None
    return Compare("<", insert.expression, Literal_(least, INTEGER))


class Cells:
    """The deals of a library as truth values; ``formula`` holds what the schema says of them."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.formula = Formula()
        self.constants: dict[Path, set[int]] = {}
        self.dates: set[int] = set()
        self.tests: dict[Path, set[str]] = {}
        self.lengths: dict[Path, int] = {}
        self.facts: dict[str, dict[Any, int]] = {}
        self.rules = {fact.id: fact for fact in library.facts}
        self._gather()
        document = library.schema.document
        self.deal = self._field(1, document, ())
        self.formula.add(self.accepted(document, self.deal))
        self.as_of = self._date_of_law()

    # ---- what is compared with what

    def _gather(self) -> None:
        everything = [condition.expression for condition in conditions(self.library)]
        everything += [case.when.expression for fact in self.library.facts for case in fact.cases]
        for content in texts(self.library):
            everything += template_expressions(content)
            everything += [repeat.collection for repeat in found(Repeat, content)]
            everything += [too_few for insert in found(Insert, content) if (too_few := fewer(insert)) is not None]
        for expression in everything:
            for part in _parts(expression):
                self._note(part)
        for rule in (*self.library.clauses.values(), *self.library.rules):
            self.dates |= {day(text) for text in (rule.effective.start, rule.effective.end) if text}

    def _note(self, part: Expression) -> None:
        match part:
            case Compare(_, Length(Read() as listed), Literal_(int() as value, _)) | Compare(
                _, Literal_(int() as value, _), Length(Read() as listed)
            ):
                self.lengths[listed.path] = max(self.lengths.get(listed.path, 0), value + 1)
            case Quantified(_, Read() as listed, test):
                self.tests.setdefault(listed.path, set()).add(repr(test))
                for inner in _parts(test):
                    self._constant(inner, (*listed.path, "[]"))
            case _:
                self._constant(part, ())

    def _constant(self, part: Expression, base: Path) -> None:
        match part:
            case Compare(_, Read() as read, Literal_(value, _)) | Compare(_, Literal_(value, _), Read() as read):
                values: tuple[Constant, ...] = (value,)
            case OneOf(Read() as read, choices):
                values = choices.values
            case _:
                return
        path = (*base, *_plain(read.path[1:] if read.path[0] == "" else read.path))
        for value in values:
            if read.type.kind == "date":
                self.dates.add(day(str(value)))
            elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                if value != int(value):
                    raise NotExact(f"{value} is no whole number")
                self.constants.setdefault(path, set()).add(int(value))

    # ---- the fields

    def _field(self, there: int, node: Mapping[str, Any], path: Path) -> Field:
        made = Field(there, node)
        if "properties" in node:
            for name, child in node["properties"].items():
                bit = self.formula.fresh()
                self.formula.add(-bit, there)
                made.members[name] = self._field(bit, child, (*path, name))
        elif node.get("type") == "array":
            self._list(made, node, path)
        elif "enum" in node:
            self._valued(made, list(node["enum"]))
        elif node.get("type") == "boolean":
            self._valued(made, [True, False])
        elif node.get("x-kind") == "date":
            self._valued(made, _spread(self.dates))
        elif node.get("type") == "integer":
            low, high = node.get("minimum"), node.get("maximum")
            if low is not None and high is not None and high - low < SMALL:
                self._valued(made, list(range(low - 1, high + 2)))
            else:
                asked = self.constants.get(path, set()) | {bound for bound in (low, high) if bound is not None}
                asked |= _bounds_of(self.library.schema.document, path)
                self._valued(made, _spread(asked))
        return made

    def _valued(self, made: Field, values: list[Any]) -> None:
        made.cells = dict(zip(values, self.formula.one_of(len(values)), strict=True))

    def _list(self, made: Field, node: Mapping[str, Any], path: Path) -> None:
        items = node["items"]
        names = items.get("enum") or items.get("properties", {}).get(node.get("x-key", ""), {}).get("enum")
        if names:
            for name in names:
                bit = self.formula.fresh()
                self.formula.add(-bit, made.there)
                made.named[name] = self._field(bit, items, (*path, "[]"))
                if "properties" in items:
                    key = made.named[name].members[node["x-key"]]
                    self.formula.add(-bit, key.there)
                    self.formula.add(-bit, key.cells[name])
            return
        # An entry for each test, one that fails them, and as many as lengths are told apart.
        most = len(self.tests.get(path, ())) + 1 + self.lengths.get(path, 0)
        most = min(most, node.get("maxItems", most))
        made.sizes = dict(enumerate(self.formula.one_of(most + 1)))
        for index in range(most):
            longer = self.formula.some(bit for size, bit in made.sizes.items() if size > index)
            made.entries.append(self._field(self.formula.every([made.there, longer]), items, (*path, "[]")))

    def size(self, made: Field, holds: Callable[[int], bool]) -> int:
        """Whether the length of a list is as it should."""
        if made.sizes:
            return self.formula.some(bit for size, bit in made.sizes.items() if holds(size))
        return self._counted([entry.there for entry in made.named.values()], holds)

    def _counted(self, bits: list[int], holds: Callable[[int], bool]) -> int:
        """Whether so many of some bits hold."""
        ways = [1]
        for bit in bits:
            more = [self.formula.every([way, bit]) for way in ways]
            same = [self.formula.every([way, -bit]) for way in ways]
            ways = [self.formula.some([a, b]) for a, b in zip([*same, -1], [-1, *more], strict=True)]
        return self.formula.some(way for count, way in enumerate(ways) if holds(count))

    # ---- the schema

    def accepted(self, node: Mapping[str, Any], made: Field) -> int:
        """When a schema accepts what stands at a field; of no account where nothing does."""
        parts: list[int] = []
        for keyword, value in node.items():
            match keyword:
                case "required":
                    parts += [made.members[name].there for name in value]
                case "properties":
                    for name, child in value.items():
                        member = made.members[name]
                        parts.append(self.formula.some([-member.there, self.accepted(child, member)]))
                case "items":
                    for entry in (*made.named.values(), *made.entries):
                        parts.append(self.formula.some([-entry.there, self.accepted(value, entry)]))
                case "allOf":
                    parts += [self.accepted(branch, made) for branch in value]
                case "if":
                    test = self.accepted(value, made)
                    parts.append(self.formula.some([-test, self.accepted(node.get("then", {}), made)]))
                    parts.append(self.formula.some([test, self.accepted(node.get("else", {}), made)]))
                case "enum":
                    parts.append(self.formula.some(made.cells[name] for name in value) if made.cells else 1)
                case "const":
                    parts.append(made.cells[value])
                case "minimum":
                    parts.append(self.formula.some(bit for cell, bit in made.cells.items() if cell >= value))
                case "maximum":
                    parts.append(self.formula.some(bit for cell, bit in made.cells.items() if cell <= value))
                case "minItems":
                    parts.append(self.size(made, lambda size, least=value: size >= least))
                case "maxItems":
                    parts.append(self.size(made, lambda size, most=value: size <= most))
                case "type" | "then" | "else" | "additionalProperties" | "x-kind" | "x-key":
                    pass
                case _:
                    raise NotExact(f"the keyword {keyword}")
        return self.formula.every(parts)

    def _date_of_law(self) -> dict[int, int]:
        """The cells of the date at which the law is read: the first date that the deal has."""
        cells = dict(zip(_spread(self.dates), self.formula.one_of(len(_spread(self.dates))), strict=True))
        before: list[int] = []
        meta = self.deal.members["meta"]
        for name in ("signature_date", "document_date", "effective_date"):
            date = meta.members[name]
            for cell, bit in cells.items():
                self.formula.add(*before, -date.there, -date.cells[cell], bit)
            before.append(date.there)
        return cells

    def in_force(self, period: Period) -> int:
        return self.formula.some(
            bit
            for date, bit in self.as_of.items()
            if (not period.start or date >= day(period.start)) and (not period.end or date < day(period.end))
        )

    # ---- expressions

    def field(self, read: Read, bound: Mapping[str, Field]) -> Field:
        root = str(read.path[0])
        made = bound[root] if root in bound else self.deal.members[root]
        for step in read.path[1:]:
            made = made.named[step.value] if isinstance(step, Key) else made.members[str(step)]
        return made

    def said(self, expression: Expression, bound: Mapping[str, Field] | None = None) -> Said:
        """What a condition says."""
        bound = bound or {}
        match expression:
            case Literal_(bool() as value, _):
                return Said(1 if value else -1, 1)
            case Not(operand):
                inner = self.said(operand, bound)
                return Said(-inner.true, inner.defined)
            case And(operands):
                parts = [self.said(operand, bound) for operand in operands]
                return Said(self.formula.every(part.true for part in parts), self._reached(parts, 1))
            case Or(operands):
                parts = [self.said(operand, bound) for operand in operands]
                return Said(self.formula.some(part.true for part in parts), self._reached(parts, -1))
            case Defined(read):
                return Said(self._there(read, bound), 1)
            case Member(Literal_(value, _), Read() as listed, _):
                made = self.field(listed, bound)
                name = made.named.get(str(value))
                return Said(-1 if name is None else name.there, made.there)
            case Quantified("any" | "all" as quantifier, Read() as listed, test):
                return self._quantified(quantifier, self.field(listed, bound), test)
            case Compare() | OneOf():
                return self._compared(expression, bound)
            case Read():
                values = self._values(expression, bound)
                return Said(values[True], self._there(expression, bound))
            case _:
                raise NotExact(repr(expression))

    def _reached(self, parts: list[Said], goes_on: int) -> int:
        """``and`` goes on while its operands are true, ``or`` while they are false."""
        wanted, reached = [], [1]
        for part in parts:
            wanted.append(self.formula.some([part.defined, *(-literal for literal in reached)]))
            reached.append(goes_on * part.true)
        return self.formula.every(wanted)

    def _there(self, read: Read, bound: Mapping[str, Field]) -> int:
        if read.path[0] == "facts":
            return 1
        return self.field(read, bound).there

    def _quantified(self, quantifier: str, made: Field, test: Expression) -> Said:
        parts = [(entry, self.said(test, {"": entry})) for entry in (*made.named.values(), *made.entries)]
        defined = [self.formula.some([-entry.there, part.defined]) for entry, part in parts]
        if quantifier == "any":
            true = self.formula.some(self.formula.every([entry.there, part.true]) for entry, part in parts)
        else:
            true = self.formula.every(self.formula.some([-entry.there, part.true]) for entry, part in parts)
        return Said(true, self.formula.every([made.there, *defined]))

    def _values(self, read: Read, bound: Mapping[str, Field]) -> dict[Any, int]:
        if read.path[0] == "facts":
            return self.fact(str(read.path[1]))
        return self.field(read, bound).cells

    def _compared(self, expression: Compare | OneOf, bound: Mapping[str, Field]) -> Said:
        match expression:
            case OneOf(Read() as read, choices):
                wanted = {_value(read, choice) for choice in choices.values}
                return self._where(read, bound, lambda cell: cell in wanted)
            case Compare(symbol, Read() as read, Literal_(value, _)):
                against, compare = _value(read, value), _OPERATORS[symbol]
                return self._where(read, bound, lambda cell: compare(cell, against))
            case Compare(symbol, Literal_() as one, Read() as two):
                return self._compared(Compare(_TURNED[symbol], two, one), bound)  # type: ignore[arg-type]
            case Compare(symbol, Length(Read() as listed), Literal_(int() as value, _)):
                made, compare = self.field(listed, bound), _OPERATORS[symbol]
                return Said(self.size(made, lambda size: compare(size, value)), made.there)
            case Compare(symbol, Quantified("count_where", Read() as listed, test), Literal_(int() as value, _)):
                made, compare = self.field(listed, bound), _OPERATORS[symbol]
                hits = [self.formula.every([e.there, self.said(test, {"": e}).true]) for e in (*made.named.values(),)]
                if made.entries:
                    raise NotExact("a count over an open list")
                return Said(self._counted(hits, lambda count: compare(count, value)), made.there)
            case Compare(symbol, Read() as one, Read() as two):
                return self._two(symbol, one, two, bound)
            case _:
                raise NotExact(repr(expression))

    def _where(self, read: Read, bound: Mapping[str, Field], holds: Callable[[Any], bool]) -> Said:
        cells = self._values(read, bound)
        if not cells:
            raise NotExact(f"what {read.dotted} says")
        true = self.formula.some(bit for cell, bit in cells.items() if holds(cell))
        return Said(true, self._there(read, bound))

    def _two(self, symbol: str, one: Read, two: Read, bound: Mapping[str, Field]) -> Said:
        left, right = self._values(one, bound), self._values(two, bound)
        numeric = one.type.is_number or one.type.kind == "date"
        if numeric and not all(_listed(self.field(read, bound).node) for read in (one, two)):
            raise NotExact(f"{one.dotted} {symbol} {two.dotted}")
        compare = _OPERATORS[symbol]
        ways = [self.formula.every([a, b]) for v, a in left.items() for w, b in right.items() if compare(v, w)]
        return Said(self.formula.some(ways), self.formula.every([self._there(one, bound), self._there(two, bound)]))

    def fact(self, name: str) -> dict[Any, int]:
        """The values of a fact by cases, each with when it is that."""
        if name not in self.facts:
            rule = self.rules[name]
            before: list[int] = []
            ways: dict[Any, list[int]] = {value: [] for value in ([True, False] if rule.type.kind == "boolean" else [])}
            for case in rule.cases:
                holds = self.said(case.when.expression).true
                ways.setdefault(case.value, []).append(self.formula.every([*before, holds]))
                before.append(-holds)
            ways.setdefault(rule.default, []).append(self.formula.every(before))
            self.facts[name] = {value: self.formula.some(bits) for value, bits in ways.items()}
        return self.facts[name]

    def solver(self) -> Solver:
        return Solver(name="cadical153", bootstrap_with=self.formula.clauses)


# ---- representatives


def _spread(constants: Iterable[int]) -> list[int]:
    """A number for each cell: every constant, and one in each gap between two, below the first and above the last."""
    ordered = sorted(constants)
    if not ordered:
        return [0]
    cells = [ordered[0] - 1]
    for constant, after in zip(ordered, [*ordered[1:], ordered[-1] + 2], strict=True):
        cells.append(constant)
        if after > constant + 1:
            cells.append(constant + 1)
    return cells


def _bounds_of(document: Any, path: Path) -> set[int]:
    """The bounds that any part of the schema sets for a field of this name, conditional ones too."""
    if isinstance(document, list):
        return {bound for child in document for bound in _bounds_of(child, path)}
    if not isinstance(document, dict):
        return set()
    own = document.get("properties", {}).get(path[-1], {})
    bounds = {own[word] for word in ("minimum", "maximum") if isinstance(own, dict) and word in own}
    return bounds | {bound for child in document.values() for bound in _bounds_of(child, path)}


def _listed(node: Mapping[str, Any]) -> bool:
    """Whether every value of a whole number has its own cell."""
    return "enum" in node or ("minimum" in node and "maximum" in node and node["maximum"] - node["minimum"] < SMALL)


def _value(read: Read, value: Constant) -> Any:
    return day(str(value)) if read.type.kind == "date" else value


def _plain(steps: Iterable[Any]) -> Path:
    return tuple("[]" if isinstance(step, Key) else step for step in steps)


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in children(expression):
        yield from _parts(child)
