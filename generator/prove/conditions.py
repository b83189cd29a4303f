"""Conditions as terms: when an expression is true, and when evaluating it reads nothing that is absent.

The evaluator stops at the first operand that decides (``and``, ``or``) and raises where it reads an absent field. Both
are kept: an expression is *defined* where every read that is reached finds a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple, Protocol

from generator.conditions.evaluate import text_of
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Choices,
    Compare,
    Constant,
    Default,
    Defined,
    Expression,
    Key,
    Length,
    Literal_,
    Member,
    Not,
    OneOf,
    Or,
    Quantified,
    Read,
    Step,
)
from generator.prove import terms
from generator.prove.places import Aspect, Place, dotted, form, ordinal
from generator.prove.terms import FALSE, TRUE, Linear, Term
from generator.schema_types import ORDERED_TEXT_KINDS


class Truth(NamedTuple):
    """When an expression is true and when it can be evaluated; what it says where it cannot be is of no account."""

    holds: Term
    defined: Term


Operand = Place | Linear | str | bool
Ways = tuple[tuple[Term, Operand], ...]
"""What a value is, by cases: each with when it is that; the cases exclude each other."""


class Valued(NamedTuple):
    """What a value is, and when it can be read."""

    ways: Ways
    defined: Term


class Names(Protocol):
    """Where the roots of paths lead."""

    def place(self, name: str) -> Place:
        """The place of a root: a group of the deal, ``parameters``, ``pack``."""

    def fact(self, name: str) -> Ways | None:
        """A fact that is given by cases; ``None`` for one that a formula computes."""


class Conditions:
    """Translates expressions. ``bound`` are the names that loops and rules bind to an entry of a list; ``settings``
    are values that stand in place of what the deal has, by dotted path."""

    def __init__(
        self,
        names: Names,
        bound: Mapping[str, Place] | None = None,
        settings: Mapping[str, Constant] | None = None,
    ) -> None:
        self.names = names
        self.bound = dict(bound or {})
        self.settings = settings or {}
        # By identity, as expressions hold types, which have no hash; it is kept so that no other takes its identity.
        self.known: dict[int, tuple[Expression, Truth]] = {}
        self.places: dict[tuple[Step, ...], Place] = {}

    def binding(self, name: str, place: Place) -> Conditions:
        """The same with one more name."""
        return Conditions(self.names, {**self.bound, name: place}, self.settings)

    def truth(self, expression: Expression) -> Truth:
        """When a condition holds and when it is defined."""
        found = self.known.get(id(expression))
        if found is None:
            found = self.known[id(expression)] = expression, self._truth(expression)
        return found[1]

    def _truth(self, expression: Expression) -> Truth:
        match expression:
            case Literal_(bool() as value, _):
                return Truth(terms.constant(value), TRUE)
            case Not(operand):
                inner = self.truth(operand)
                return Truth(terms.no(inner.holds), inner.defined)
            case And(operands):
                return self._chain(operands, stops=False)
            case Or(operands):
                return self._chain(operands, stops=True)
            case Defined(read):
                return Truth(self._present(read), TRUE)
            case Compare(symbol, left, right):
                return self._comparison(symbol, self.value(left), self.value(right))
            case OneOf(left, choices):
                return self._one_of(self.value(left), choices)
            case Member(wanted, collection, _):
                return self._member(wanted, collection)
            case Quantified(quantifier, collection, test) if quantifier != "count_where":
                return self._quantified(quantifier, collection, test)
            case _:
                valued = self.value(expression)
                return Truth(_either((when, _true(operand)) for when, operand in valued.ways), valued.defined)

    @staticmethod
    def _comparison(symbol: str, one: Valued, two: Valued) -> Truth:
        ways = [(terms.all_of(when, also), _compared(symbol, a, b)) for when, a in one.ways for also, b in two.ways]
        return Truth(_either(ways), terms.all_of(one.defined, two.defined))

    @staticmethod
    def _one_of(value: Valued, choices: Choices) -> Truth:
        ways = [
            (when, terms.any_of(*(_compared("==", operand, _constant(choice)) for choice in choices.values)))
            for when, operand in value.ways
        ]
        return Truth(_either(ways), value.defined)

    def _chain(self, operands: tuple[Expression, ...], *, stops: bool) -> Truth:
        """``and`` and ``or`` go on while the operands before did not decide."""
        reached, defined, values = TRUE, [], []
        for operand in operands:
            part = self.truth(operand)
            defined.append(terms.implies(reached, part.defined))
            values.append(part.holds)
            reached = terms.all_of(reached, terms.no(part.holds) if stops else part.holds)
        return Truth(terms.any_of(*values) if stops else terms.all_of(*values), terms.all_of(*defined))

    def _member(self, value: Expression, collection: Expression) -> Truth:
        assert isinstance(collection, Read)
        place = self.place(collection)
        if isinstance(value, Literal_):
            return Truth(terms.all_of(place.present, place.has(str(value.value))), place.present)
        wanted = self.value(value)
        ways = [(when, _among(operand, place)) for when, operand in wanted.ways]
        return Truth(_either(ways), terms.all_of(wanted.defined, place.present))

    def _quantified(self, quantifier: str, collection: Expression, test: Expression) -> Truth:
        place, parts = self._entries(collection, test)
        defined = terms.all_of(place.present, *(terms.implies(there, part.defined) for there, part in parts))
        if quantifier == "any":
            return Truth(terms.any_of(*(terms.all_of(there, part.holds) for there, part in parts)), defined)
        return Truth(terms.all_of(*(terms.implies(there, part.holds) for there, part in parts)), defined)

    def _entries(self, collection: Expression, test: Expression) -> tuple[Place, list[tuple[Term, Truth]]]:
        assert isinstance(collection, Read)
        place = self.place(collection)
        return place, [(e.there, self.binding("", e).truth(test)) for e in place.entries()]

    # ---- values

    def value(self, expression: Expression) -> Valued:
        match expression:
            case Literal_(value, _):
                return Valued(((TRUE, _constant(value)),), TRUE)
            case Read():
                return self._read(expression)
            case Default(read, fallback):
                return self._default(read, fallback)
            case Length(collection):
                assert isinstance(collection, Read)
                place = self.place(collection)
                return Valued(((TRUE, place.size),), place.present)
            case Quantified("count_where", collection, test):
                return self._count(collection, test)
            case Arithmetic(symbol, left, right):
                return self._computation(symbol, self.value(left), self.value(right))
            case _:
                truth = self.truth(expression)
                return Valued(((truth.holds, True), (terms.no(truth.holds), False)), truth.defined)

    def _default(self, read: Read, fallback: Expression) -> Valued:
        there, other = self._present(read), self.value(fallback)
        ways = [(terms.all_of(there, when), operand) for when, operand in self._read(read).ways]
        ways += [(terms.all_of(terms.no(there), when), operand) for when, operand in other.ways]
        return Valued(tuple(ways), terms.any_of(there, other.defined))

    @staticmethod
    def _computation(symbol: str, one: Valued, two: Valued) -> Valued:
        ways = [
            (terms.all_of(when, also), _computed(symbol, _amount(a), _amount(b)))
            for when, a in one.ways
            for also, b in two.ways
        ]
        return Valued(tuple(ways), terms.all_of(one.defined, two.defined))

    def _count(self, collection: Expression, test: Expression) -> Valued:
        assert isinstance(collection, Read)
        place = self.place(collection)
        inside = [(e.there, self.binding("", e).truth(test)) for e in place.counted_entries()]
        counts: list[Term] = [TRUE]
        for there, part in inside:
            hit = terms.all_of(there, part.holds)
            missed = terms.no(hit)
            counts = [
                terms.any_of(
                    terms.all_of(counts[n], missed) if n < len(counts) else FALSE,
                    terms.all_of(counts[n - 1], hit) if n else FALSE,
                )
                for n in range(len(counts) + 1)
            ]
        defined = terms.all_of(place.present, *(terms.implies(there, part.defined) for there, part in inside))
        longer = FALSE if place.keyed else terms.less(Linear(constant=len(inside)), place.size)
        ways: list[tuple[Term, Operand]] = [
            (terms.all_of(terms.no(longer), when), Linear(constant=n)) for n, when in enumerate(counts)
        ]
        # Of a list with more entries than are modelled, the count is any number that its length allows.
        return Valued((*ways, (longer, place.some_of(text_of(test)))), defined)

    def _read(self, read: Read) -> Valued:
        if read.dotted in self.settings:
            return Valued(((TRUE, _constant(self.settings[read.dotted])),), TRUE)
        if read.path[0] == "facts" and len(read.path) == 2:
            ways = self.names.fact(str(read.path[1]))
            if ways is not None:
                return Valued(ways, TRUE)
        place = self.place(read)
        return Valued(((TRUE, place),), place.present)

    def _present(self, read: Read) -> Term:
        if read.dotted in self.settings:
            return TRUE
        return self.place(read).present

    def place(self, read: Read) -> Place:
        """Where a path leads."""
        place = self.places.get(read.path)
        if place is None:
            root = str(read.path[0])
            place = self.bound[root] if root in self.bound else self.names.place(root)
            for step in read.path[1:]:
                place = place.entry(step.value) if isinstance(step, Key) else place.member(step)
            self.places[read.path] = place
        return place


def _either(ways: Iterable[tuple[Term, Term]]) -> Term:
    return terms.any_of(*(terms.all_of(when, holds) for when, holds in ways))


# ---- operands


def _constant(value: Constant) -> Operand:
    if isinstance(value, (bool, str)):
        return value
    return Linear(constant=Fraction(value))


def _among(operand: Operand, place: Place) -> Term:
    """Whether a list has an entry of this name."""
    if isinstance(operand, str):
        return place.has(operand)
    if isinstance(operand, Place) and place.keyed and operand.type is not None and operand.type.kind == "enum":
        return terms.any_of(*(terms.all_of(operand.text(name), place.has(name)) for name in place.keyed))
    return _unknown(operand, "in", place)


def _true(operand: Operand) -> Term:
    match operand:
        case Place():
            return operand.true
        case bool():
            return terms.constant(operand)
        case _:
            raise TypeError(f"{operand!r} is no truth value")


def _amount(operand: Operand) -> Linear:
    match operand:
        case Place():
            return operand.number
        case Linear():
            return operand
        case _:
            raise TypeError(f"{operand!r} is no number")


def _computed(symbol: str, one: Linear, two: Linear) -> Linear:
    if symbol == "+":
        return one.plus(two)
    if symbol == "-":
        return one.plus(two, -1)
    return one.times(two.constant) if not two.coefficients else two.times(one.constant)


_ORDER: Mapping[str, Callable[[Linear, Linear], Term]] = {
    "==": terms.equal,
    "!=": lambda one, two: terms.no(terms.equal(one, two)),
    "<": terms.less,
    "<=": terms.at_most,
    ">": lambda one, two: terms.less(two, one),
    ">=": lambda one, two: terms.at_most(two, one),
}


def _compared(symbol: str, one: Operand, two: Operand) -> Term:
    kinds = {_kind(one), _kind(two)}
    if "number" in kinds:
        return _ORDER[symbol](_amount(one), _amount(two))
    if "ordered" in kinds and (days := _days(one, two)) is not None:
        return _ORDER[symbol](*days)
    if isinstance(one, Place) and isinstance(two, Place) and one.path == two.path:
        return terms.constant(symbol in {"==", "<=", ">="})
    if symbol in {"!=", "=="}:
        equal = _equal(one, two)
        return equal if symbol == "==" else terms.no(equal)
    return _unknown(one, symbol, two)


def _kind(operand: Operand) -> str:
    match operand:
        case Linear():
            return "number"
        case bool():
            return "boolean"
        case str():
            return "text"
        case Place(type=type_) if type_ is not None:
            if type_.is_number:
                return "number"
            return "ordered" if type_.kind in ORDERED_TEXT_KINDS else type_.kind
        case _:
            return "text"


def _days(one: Operand, two: Operand) -> tuple[Linear, Linear] | None:
    """Two dates, months or times as numbers; ``None`` where one of the texts is not written like the other."""
    forms = {_form(operand) for operand in (one, two)}
    return (_day(one), _day(two)) if len(forms) == 1 and "" not in forms else None


def _form(operand: Operand) -> str:
    match operand:
        case str():
            return form(operand)
        case Place(type=type_) if type_ is not None and operand.ordered_text:
            return type_.kind
        case _:
            return ""


def _day(operand: Operand) -> Linear:
    return Linear(constant=ordinal(operand)) if isinstance(operand, str) else _amount(operand)


def _equal(one: Operand, two: Operand) -> Term:
    match one, two:
        case (Place(), str()):
            return one.text(two)
        case (str(), Place()):
            return two.text(one)
        case (Place(), bool()):
            return one.true if two else terms.no(one.true)
        case (bool(), Place()):
            return two.true if one else terms.no(two.true)
        case (Place(type=a), Place(type=b)) if a is not None and b is not None:
            if a.kind == b.kind == "boolean":
                return terms.same(one.true, two.true)
            if a.kind == b.kind == "enum":
                return terms.any_of(*(terms.all_of(one.text(v), two.text(v)) for v in a.values if v in b.values))
            return _unknown(one, "==", two)
        case _:
            return terms.constant(one == two)


def _unknown(one: Operand, symbol: str, two: Operand) -> Term:
    """A comparison of which nothing is known but that it is always the same for the same two places."""
    names = [dotted(operand.path) if isinstance(operand, Place) else repr(operand) for operand in (one, two)]
    path = one.path if isinstance(one, Place) else two.path if isinstance(two, Place) else ()
    return terms.variable(Aspect("free", path, (symbol, *names)))
