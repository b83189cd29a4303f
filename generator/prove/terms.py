"""What a proof speaks about: truth values and linear inequalities over variables, in a form that any solver reads.

Terms are immutable values, each there only once, so that equal ones are the same object; the constructors simplify as
far as constants and repeated or contrary operands go, so that what a guard settles is settled here and never reaches a
solver.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from fractions import Fraction
from typing import Final, Literal
from weakref import WeakValueDictionary

Kind = Literal["constant", "variable", "not", "and", "or", "at_most", "equal", "whole"]
Number = Fraction | int


class Term:
    """A truth value. ``kind`` says how to read ``args``.

    ``constant`` (bool,), ``variable`` (key,), ``not`` (term,), ``and`` and ``or`` (terms…), ``at_most`` and ``equal``
    (coefficients, bound) for Σ coefficient × variable ≤ or = bound, ``whole`` (variable,) for an integral value.
    ``denied`` are the terms of which an operand of ``and`` or ``or`` is the contrary; it is ``nested`` where an operand
    is an ``or`` or ``and`` in turn.
    """

    __slots__ = ("__weakref__", "args", "denied", "kind", "nested")
    kind: Kind
    args: tuple[Hashable, ...]
    denied: tuple[Term, ...]
    nested: bool

    def __new__(cls, kind: Kind, args: tuple[Hashable, ...], denied: Iterable[Term] = (), nested: bool = False) -> Term:
        found = _KNOWN.get((kind, args))
        if found is None:
            found = super().__new__(cls)
            found.kind = kind
            found.args = args
            found.denied = tuple(denied)
            found.nested = nested
            _KNOWN[kind, args] = found
        return found

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(map(repr, self.args))})"

    @property
    def operands(self) -> tuple[Term, ...]:
        """The terms inside ``not``, ``and`` and ``or``."""
        return self.args if self.kind in {"not", "and", "or"} else ()  # type: ignore[return-value]

    @property
    def coefficients(self) -> tuple[tuple[Hashable, Number], ...]:
        """The variables of an inequality with their coefficients."""
        return self.args[0]  # type: ignore[return-value]

    @property
    def bound(self) -> Fraction:
        """What the sum of an inequality is compared with."""
        return Fraction(self.args[1])  # type: ignore[call-overload, no-any-return]


# Nothing is kept here that nobody else keeps.
_KNOWN: Final[WeakValueDictionary[tuple[Kind, tuple[Hashable, ...]], Term]] = WeakValueDictionary()

TRUE: Final = Term("constant", (True,))
FALSE: Final = Term("constant", (False,))


def constant(value: bool) -> Term:
    return TRUE if value else FALSE


def variable(key: Hashable) -> Term:
    """A variable that is true or false."""
    return Term("variable", (key,))


def no(term: Term) -> Term:
    if term.kind == "constant":
        return FALSE if term is TRUE else TRUE
    if term.kind == "not":
        return term.operands[0]
    return Term("not", (term,))


def all_of(*terms: Term) -> Term:
    if len(terms) == 2:
        # Most of what is joined is a guard that says nothing.
        one, two = terms
        if one is TRUE or two is FALSE:
            return two
        if two is TRUE or one is FALSE:
            return one
    return _joined("and", TRUE, FALSE, terms)


def any_of(*terms: Term) -> Term:
    if len(terms) == 2:
        one, two = terms
        if one is FALSE or two is TRUE:
            return two
        if two is FALSE or one is TRUE:
            return one
    return _joined("or", FALSE, TRUE, terms)


def implies(given: Term, wanted: Term) -> Term:
    return any_of(no(given), wanted)


def same(one: Term, two: Term) -> Term:
    return all_of(implies(one, two), implies(two, one))


def exactly_one(terms: Iterable[Term]) -> Term:
    listed = tuple(terms)
    return all_of(any_of(*listed), at_most_one(listed))


def at_most_one(terms: Iterable[Term]) -> Term:
    listed = tuple(terms)
    return all_of(*(any_of(no(one), no(two)) for i, one in enumerate(listed) for two in listed[i + 1 :]))


def _joined(kind: Literal["and", "or"], neutral: Term, absorbing: Term, terms: tuple[Term, ...]) -> Term:
    other = "or" if kind == "and" else "and"
    found: dict[Term, None] = {}
    denied: set[Term] = set()
    nested = False
    for term in terms:
        if term.kind == kind:
            found.update(dict.fromkeys(term.operands))
            denied.update(term.denied)
            nested = nested or term.nested
        elif term is absorbing:
            return absorbing
        elif term is not neutral:
            found[term] = None
            if term.kind == "not":
                denied.add(term.operands[0])
            elif term.kind == other:
                nested = True
    if len(found) < 2:
        return next(iter(found), neutral)
    if not denied.isdisjoint(found):
        return absorbing
    if nested:
        # What is settled by one operand is settled inside the others: `a and (not a or b)` is `a and b`.
        parts = [_under(part, found, denied, kind) if part.kind == other else part for part in found]
        if any(part is not old for part, old in zip(parts, found, strict=True)):
            return _joined(kind, neutral, absorbing, tuple(parts))
    return Term(kind, tuple(found), denied, nested)


def _under(term: Term, settled: Mapping[Term, None], denied: Set[Term], kind: str) -> Term:
    """An operand, where the other operands of ``and`` are known to hold, those of ``or`` not to hold.

    ``denied`` are the terms of which an operand is the contrary.
    """
    if not settled.keys().isdisjoint(term.operands):
        # Absorption: `a and (a or b)` is `a`; the operand as a whole says nothing new.
        return TRUE if kind == "and" else FALSE
    if denied.isdisjoint(term.operands) and settled.keys().isdisjoint(term.denied):
        return term
    kept = [
        part
        for part in term.operands
        if part not in denied and not (part.kind == "not" and part.operands[0] in settled)
    ]
    return any_of(*kept) if kind == "and" else all_of(*kept)


# ---- numbers


class Linear:
    """Σ coefficient × variable + constant."""

    __slots__ = ("coefficients", "constant")

    def __init__(self, coefficients: Mapping[Hashable, Number] | None = None, constant: Number = 0) -> None:
        self.coefficients = {key: value for key, value in (coefficients or {}).items() if value}
        self.constant = constant

    def plus(self, other: Linear, factor: Number = 1) -> Linear:
        summed = dict(self.coefficients)
        for key, value in other.coefficients.items():
            summed[key] = summed.get(key, 0) + factor * value
        return Linear(summed, self.constant + factor * other.constant)

    def times(self, factor: Number) -> Linear:
        return Linear({k: v * factor for k, v in self.coefficients.items()}, self.constant * factor)


def number(key: Hashable) -> Linear:
    """A variable that is a number."""
    return Linear({key: 1})


def at_most(one: Linear, two: Linear) -> Term:
    """one ≤ two"""
    difference = one.plus(two, -1)
    if not difference.coefficients:
        return constant(difference.constant <= 0)
    return Term("at_most", (_ordered(difference.coefficients), _plain(-difference.constant)))


def equal(one: Linear, two: Linear) -> Term:
    difference = one.plus(two, -1)
    if not difference.coefficients:
        return constant(difference.constant == 0)
    return Term("equal", (_ordered(difference.coefficients), _plain(-difference.constant)))


def less(one: Linear, two: Linear) -> Term:
    return no(at_most(two, one))


def whole(key: Hashable) -> Term:
    """The number variable has an integral value."""
    return Term("whole", (key,))


def _ordered(coefficients: Mapping[Hashable, Number]) -> tuple[tuple[Hashable, Number], ...]:
    listed = tuple((key, _plain(value)) for key, value in coefficients.items())
    return listed if len(listed) == 1 else tuple(sorted(listed, key=lambda entry: repr(entry[0])))


def _plain(value: Number) -> Number:
    """One form for each number, as terms are told apart by what they are written with."""
    return value.numerator if value.denominator == 1 else value


# ---- reading


def variables(term: Term, seen: set[Term] | None = None) -> Iterator[tuple[Hashable, bool]]:
    """Every variable of a term, each perhaps several times, with whether it is a number."""
    seen = set() if seen is None else seen
    if term in seen:
        return
    seen.add(term)
    if term.kind == "variable":
        yield term.args[0], False
    elif term.kind in {"at_most", "equal"}:
        for key, _ in term.coefficients:
            yield key, True
    elif term.kind == "whole":
        yield term.args[0], True
    for operand in term.operands:
        yield from variables(operand, seen)


class Assignment:
    """Values of variables. What was evaluated once is kept: goals share most of their parts.

    A variable without a value makes what depends on it unknown (``None``), as far as the rest does not decide it.
    """

    def __init__(self, values: Mapping[Hashable, bool | Number | None]) -> None:
        self.values = values
        self.known: dict[Term, bool | None] = {TRUE: True, FALSE: False}

    def holds(self, term: Term) -> bool | None:
        """Whether a term is true."""
        if term in self.known:
            return self.known[term]
        found = self.known[term] = self._evaluated(term)
        return found

    def _evaluated(self, term: Term) -> bool | None:
        match term.kind:
            case "variable":
                value = self.values.get(term.args[0])
                return None if value is None else bool(value)
            case "not":
                inner = self.holds(term.operands[0])
                return None if inner is None else not inner
            case "and" | "or":
                return self._joined(term, decides=term.kind == "or")
            case "whole":
                value = self.values.get(term.args[0])
                return None if value is None else value.denominator == 1
            case _:
                return self._compared(term)

    def _joined(self, term: Term, *, decides: bool) -> bool | None:
        unknown = False
        for operand in term.operands:
            value = self.holds(operand)
            if value is decides:
                return decides
            unknown |= value is None
        return None if unknown else not decides

    def _compared(self, term: Term) -> bool | None:
        total: Number = 0
        for key, factor in term.coefficients:
            value = self.values.get(key)
            if value is None:
                return None
            total += value * factor
        return total <= term.bound if term.kind == "at_most" else total == term.bound


def holds(term: Term, values: Mapping[Hashable, bool | Number]) -> bool:
    """Whether a term is true where all its variables have these values."""
    found = Assignment(values).holds(term)
    assert found is not None, term
    return found
