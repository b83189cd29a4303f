"""What conditions come to over a deal that is not complete, and the open fields that this hangs on."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

from generator.conditions.expressions import And, Expression, Not, Or, reads
from generator.deal import Deal
from generator.facts import date_of_law, parameter_at
from generator.formulas import FORMULAS, Context
from generator.interview.chains import chains_of
from generator.interview.partial import bounds_of
from generator.interview.ranges import BOTH, FALSE, NEVER, TRUE, Range, Scope, Weigh, chained, reach, truth, weigher
from generator.interview.watched import Open, StillOpen, Watched
from generator.library.model import Condition, FactRule, Library, Period
from generator.source import Source

Fields = frozenset[str]
NO_FIELDS: Fields = frozenset()
_NO_SOURCE = Source("", {}, {}, {}, {}, ())


def settled(found: Range) -> bool:
    """Whether no more than one result is possible."""
    return found.values is not None and len(found.values) <= 1


def every(parts: Iterable[Range]) -> Range:
    """``and`` over results, left to right."""
    return chained(parts, stop=False)


def some(parts: Iterable[Range]) -> Range:
    """``or`` over results, left to right."""
    return chained(parts, stop=True)


def negated(found: Range) -> Range:
    return truth({not value for value in found.values or ()})


class Conditions:
    """The conditions of one library, each made ready for open values when it is first weighed."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.bounds = bounds_of(library.schema)
        self.places = chains_of(library)
        # By identity: the library keeps its expressions for as long as this object keeps the library.
        self._weighers: dict[int, tuple[Expression, Weigh]] = {}

    def weigh(self, expression: Expression, scope: Scope) -> Range:
        held = self._weighers.get(id(expression))
        if held is None:
            held = self._weighers[id(expression)] = (expression, weigher(expression, self.bounds))
        return held[1](scope)


class _NoDate(Context):
    """A context whose date of law is not known yet."""

    def __getattribute__(self, name: str) -> Any:
        if name == "as_of":
            raise StillOpen(object.__getattribute__(self, name))
        return object.__getattribute__(self, name)


class Outlook:
    """One deal so far: its scope with facts and legal values, where what is not known is ``Open``.

    ``fact_fields`` are the open fields that each open fact hangs on, ``date_fields`` those of the date of law.
    """

    def __init__(
        self, conditions: Conditions, deal: Watched, known: Outlook | None = None, changed: Container[str] = ()
    ) -> None:
        """The outlook on a deal; with ``known``, on a deal that differs from that one in these facts alone."""
        self.conditions = conditions
        self.deal = deal
        self.date, self.date_fields = _law_date(deal)
        # Each condition of the library once, by its identity: the condition of a layer is that of all its clauses.
        self._weighed: dict[int, Range] = {}
        self.facts = Watched()
        self.fact_fields: dict[str, Fields] = {}
        self.parameters = self._parameters()
        self.scope: Scope = {**dict(dict.items(deal)), "facts": self.facts, "parameters": self.parameters}
        same_date = known is not None and known.date == self.date
        for rule in conditions.library.facts:
            if known is not None and same_date and rule.id not in changed:
                value = dict.get(known.facts, rule.id)
                fields = known.fact_fields.get(rule.id, NO_FIELDS)
            else:
                value, fields = self._fact(rule)
            dict.__setitem__(self.facts, rule.id, value)
            if fields:
                self.fact_fields[rule.id] = fields

    def _parameters(self) -> Watched:
        found = Watched()
        for parameter in self.conditions.library.parameters.values():
            if self.date is not None:
                held = parameter_at(parameter, self.date)
                # On a date before its first value the deal has no contract, whatever else is answered.
                unknown = Open(f"parameters.{parameter.id}", frozenset(), False)
                dict.__setitem__(found, parameter.id, unknown if held is None else held[1])
                continue
            whole = parameter.type.kind == "integer"
            values = frozenset(int(value) if whole else value for _, value in parameter.values)
            opened = next(iter(values)) if len(values) == 1 else Open(f"parameters.{parameter.id}", values, False)
            dict.__setitem__(found, parameter.id, opened)
        return found

    def _fact(self, rule: FactRule) -> tuple[Any, Fields]:
        """The value of a fact, or ``Open`` with the fields on which it hangs."""
        name = f"facts.{rule.id}"
        if rule.formula:
            try:
                return FORMULAS[rule.formula](self.deal, self._context()), NO_FIELDS
            except StillOpen as still:
                return Open(name, absent=False), self.behind(still.path)
        values: list[Any] = []
        fields: Fields = NO_FIELDS
        for case in rule.cases:
            found = self.weigh(case.when)
            if True in (found.values or ()):
                values.append(case.value)
            if not settled(found):
                fields |= self.hanging(case.when.expression)
            if False not in (found.values or ()):
                break
        else:
            values.append(rule.default)
        if len(values) > 1 and any(value != values[0] for value in values):
            return Open(name, frozenset(values), False), fields
        return (values[0] if values else Open(name, frozenset(), False)), NO_FIELDS

    def _context(self) -> Context:
        library = self.conditions.library
        kind = Context if self.date is not None else _NoDate
        as_of = self.date if self.date is not None else next(iter(self.date_fields), "")
        return kind(library.schema, library.services, library.holidays, self.parameters, self.facts, as_of)

    # ---- conditions

    def weigh(self, condition: Condition | None, scope: Scope | None = None) -> Range:
        if condition is None:
            return TRUE
        if scope is not None:
            return self.conditions.weigh(condition.expression, scope)
        found = self._weighed.get(id(condition))
        if found is None:
            found = self._weighed[id(condition)] = self.conditions.weigh(condition.expression, self.scope)
        return found

    def in_force(self, period: Period) -> Range:
        if not period.start and not period.end:
            return TRUE
        if self.date is None:
            return BOTH
        return TRUE if period.holds(self.date) else FALSE

    def entries(self, collection: Condition) -> list[Any] | None:
        """The entries of the list that a rule walks, ``None`` while the list is not known."""
        expression = collection.expression
        paths = [read.path for read in reads(expression)]
        value = reach(paths[0], self.scope) if paths else None
        return value if isinstance(value, list) else None

    # ---- what it hangs on

    def hanging(self, expression: Expression, scope: Scope | None = None) -> Fields:
        """The open fields on which an expression hangs that is not settled: those of its parts that are not."""
        scope = self.scope if scope is None else scope
        match expression:
            case And(operands) | Or(operands):
                return self._open_of(operands, scope)
            case Not(operand):
                return self._open_of((operand,), scope)
            case _:
                found = (reach(read.path, scope) for read in reads(expression) if read.path[0] != "")
                return NO_FIELDS.union(*(self.behind(value.path) for value in found if isinstance(value, Open)))

    def _open_of(self, operands: Iterable[Expression], scope: Scope) -> Fields:
        fields: Fields = NO_FIELDS
        for operand in operands:
            if not settled(self.conditions.weigh(operand, scope)):
                fields |= self.hanging(operand, scope)
        return fields

    def behind(self, path: str) -> Fields:
        """The fields of the deal behind a path: a fact stands for those on which it hangs."""
        root, _, name = path.partition(".")
        if root == "facts":
            return self.fact_fields.get(name, NO_FIELDS)
        return self.date_fields if root == "parameters" else frozenset({path} if path else ())

    def of_condition(self, condition: Condition | None, scope: Scope | None = None) -> Part:
        """A condition as a part of a chain: its result, and how to find the fields on which it hangs."""
        if condition is None:
            return TRUE, _no_fields
        return self.weigh(condition, scope), lambda: self.hanging(condition.expression, scope)


Part = tuple[Range, Callable[[], Fields]]


def _no_fields() -> Fields:
    return NO_FIELDS


def fields_of_all(parts: Iterator[Part]) -> Fields:
    """The fields on which a chain of ``and`` hangs; none once a part of it is certainly false."""
    fields: Fields = NO_FIELDS
    for found, hanging in parts:
        if found in (FALSE, NEVER):
            return NO_FIELDS
        if not settled(found):
            fields |= hanging()
    return fields


def _law_date(deal: Watched) -> tuple[str | None, Fields]:
    try:
        return date_of_law(Deal(deal, {}, _NO_SOURCE, None)), NO_FIELDS
    except StillOpen as still:
        return None, frozenset({still.path})
