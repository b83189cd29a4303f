"""Terms as Z3 holds them, made by its C interface: its Python classes cost ten times as much as the proofs."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Hashable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from generator.prove.terms import TRUE, Number, Term

# Of so many terms the values are asked for at once.
MOST_TOGETHER: Final = 256


class SolverMissing(Exception):
    """The package ``z3-solver`` is not installed."""


def z3_package() -> Any:
    """The package ``z3``. Raises ``SolverMissing``."""
    try:
        import z3  # type: ignore[import-untyped]
    except ImportError as error:
        raise SolverMissing from error
    return z3


class Asts:
    """What Z3 made of terms, each once; several solvers may share it. ``whole`` are the variables that are integers."""

    def __init__(self, whole: Collection[Hashable]) -> None:
        z3 = z3_package()
        self.core: Final = z3.z3core
        self.context: Final = z3.Context()
        self.ref: Final = self.context.ref()
        self.booleans: Final = self.kept(self.core.Z3_mk_bool_sort(self.ref))
        self.reals: Final = self.kept(self.core.Z3_mk_real_sort(self.ref))
        self.integers: Final = self.kept(self.core.Z3_mk_int_sort(self.ref))
        self.true: Final = self.kept(self.core.Z3_mk_true(self.ref))
        self.whole: Final = whole
        self.asts: dict[Term, Any] = {TRUE: self.true}
        self.numbers: dict[Hashable, Any] = {}
        self.flags: dict[Hashable, Any] = {}
        self.numerals: dict[tuple[bool, Number], Any] = {}
        self.count = 0

    def kept(self, ast: Any) -> Any:
        """Z3 counts references, and what nothing refers to is gone with the next call: all is kept with the context."""
        self.core.Z3_inc_ref(self.ref, ast)
        return ast

    def ast(self, term: Term) -> Any:
        """The term as Z3 holds it."""
        found = self.asts.get(term)
        if found is None:
            found = self.asts[term] = self.kept(self._ast(term))
        return found

    def _ast(self, term: Term) -> Any:
        core, ref = self.core, self.ref
        match term.kind:
            case "or":
                return core.Z3_mk_or(ref, *self.several(term.operands))
            case "and":
                return core.Z3_mk_and(ref, *self.several(term.operands))
            case "not":
                return core.Z3_mk_not(ref, self.ast(term.operands[0]))
            case "variable":
                return self.flag(term.args[0])
            case "constant":
                return core.Z3_mk_false(ref)
            case "whole":
                return self.true if term.args[0] in self.whole else core.Z3_mk_is_int(ref, self.number(term.args[0]))
            case _:
                total, integral = self._sum(term)
                bound = self._numeral(term.bound, integral)
                return core.Z3_mk_le(ref, total, bound) if term.kind == "at_most" else core.Z3_mk_eq(ref, total, bound)

    def several(self, terms: Sequence[Term]) -> tuple[int, Any]:
        """How many terms, and an array of them."""
        return listed([self.ast(term) for term in terms])

    def together(self, terms: Sequence[Term]) -> Any:
        """Up to ``MOST_TOGETHER`` terms as the members of one tuple, which is evaluated in one go."""
        asts = [*map(self.ast, terms), *[self.true] * (MOST_TOGETHER - len(terms))]
        return self.kept(self.core.Z3_mk_app(self.ref, self._tuple, *listed(asts)))

    @cached_property
    def _tuple(self) -> Any:
        """What makes a tuple of truth values."""
        types = importlib.import_module("z3.z3types")
        names = [self._symbol() for _ in range(MOST_TOGETHER + 1)]
        made, members = (types.FuncDecl * 1)(), (types.FuncDecl * MOST_TOGETHER)()
        sorts = [self.booleans] * MOST_TOGETHER
        name, (count, fields) = names[0], listed(names[1:])
        core = self.core
        self.kept(core.Z3_mk_tuple_sort(self.ref, name, count, fields, listed(sorts)[1], made, members))
        return made[0]

    def either(self, *asts: Any) -> Any:
        """One of these, at least."""
        return self.kept(self.core.Z3_mk_or(self.ref, *listed(asts)))

    def denied(self, ast: Any) -> Any:
        """The contrary."""
        return self.kept(self.core.Z3_mk_not(self.ref, ast))

    def _sum(self, term: Term) -> tuple[Any, bool]:
        """The sum of an inequality, and whether it is one of integers."""
        core, ref = self.core, self.ref
        integral = term.bound.denominator == 1 and all(
            key in self.whole and factor.denominator == 1 for key, factor in term.coefficients
        )
        parts = []
        for key, factor in term.coefficients:
            part = self.number(key)
            if not integral and key in self.whole:
                part = self.kept(core.Z3_mk_int2real(ref, part))
            if factor != 1:
                part = self.kept(core.Z3_mk_mul(ref, *listed([self._numeral(factor, integral), part])))
            parts.append(part)
        return (parts[0] if len(parts) == 1 else self.kept(core.Z3_mk_add(ref, *listed(parts)))), integral

    def _numeral(self, value: Number, integral: bool) -> Any:
        made = self.numerals.get((integral, value))
        if made is None:
            text = str(Fraction(value))
            made = self.kept(self.core.Z3_mk_numeral(self.ref, text, self.integers if integral else self.reals))
            self.numerals[integral, value] = made
        return made

    def flag(self, key: Hashable) -> Any:
        """A variable that is true or false."""
        found = self.flags.get(key)
        if found is None:
            found = self.flags[key] = self._constant(self.booleans)
        return found

    def number(self, key: Hashable) -> Any:
        """A variable that is a number."""
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = self._constant(self.integers if key in self.whole else self.reals)
        return found

    def _constant(self, sort: Any) -> Any:
        return self.kept(self.core.Z3_mk_const(self.ref, self._symbol(), sort))

    def _symbol(self) -> Any:
        """A name that nothing else has."""
        self.count += 1
        return self.core.Z3_mk_int_symbol(self.ref, self.count)


def listed(asts: Sequence[Any]) -> tuple[int, Any]:
    """How many terms of Z3, and an array of them: at least one."""
    return len(asts), (type(asts[0]) * len(asts))(*asts)
