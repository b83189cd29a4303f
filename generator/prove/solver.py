"""Z3 on terms: whether some assignment makes a term true together with what always holds.

The terms are handed over by Z3's C interface: its Python classes cost ten times as much as the proofs themselves.
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal

from generator.prove.terms import TRUE, Term

Answer = Literal["yes", "no", "unknown"]
RANDOM_PHASE: Final = 5


class SolverMissing(Exception):
    """The package ``z3-solver`` is not installed."""


def _z3() -> Any:
    try:
        import z3  # type: ignore[import-untyped]
    except ImportError as error:
        raise SolverMissing from error
    return z3


def identity(name: Any) -> int:
    """What tells a name that a solver gave out from its others."""
    return int(name.value)


def version() -> str:
    """The version of the solver. Raises ``SolverMissing``."""
    return str(_z3().get_version_string())


class Solver:
    """What always holds is given once; a question adds terms for its own length.

    ``whole`` are the number variables with integral values; ``timeout`` is milliseconds a question.
    """

    def __init__(self, whole: Collection[Hashable], timeout: int) -> None:
        z3 = _z3()
        self.core: Final = z3.z3core
        self.context: Final = z3.Context()
        self.ref: Final = self.context.ref()
        self.booleans: Final = self._kept(self.core.Z3_mk_bool_sort(self.ref))
        self.reals: Final = self._kept(self.core.Z3_mk_real_sort(self.ref))
        self.integers: Final = self._kept(self.core.Z3_mk_int_sort(self.ref))
        self.solver: Final = z3.SimpleSolver(ctx=self.context)
        self.solver.set("timeout", timeout)
        self.solver.set("random_seed", 0)
        # Assignments that differ from each other more than they need to: few of them show much.
        self.solver.set("smt.phase_selection", RANDOM_PHASE)
        self.whole: Final = whole
        self.asts: dict[Term, Any] = {}
        self.numbers: dict[Hashable, Any] = {}
        self.flags: dict[Hashable, Any] = {}
        self.count = 0
        self.last: Any = None

    def _kept(self, ast: Any) -> Any:
        """Z3 counts references, and what nothing refers to is gone with the next call: all is kept with the solver."""
        self.core.Z3_inc_ref(self.ref, ast)
        return ast

    # ---- terms

    def ast(self, term: Term) -> Any:
        """The term as Z3 holds it."""
        found = self.asts.get(term)
        if found is None:
            found = self.asts[term] = self._kept(self._ast(term))
        return found

    def _ast(self, term: Term) -> Any:
        core, ref = self.core, self.ref
        match term.kind:
            case "constant":
                return core.Z3_mk_true(ref) if term == TRUE else core.Z3_mk_false(ref)
            case "variable":
                return self.flag(term.args[0])
            case "not":
                return core.Z3_mk_not(ref, self.ast(term.operands[0]))
            case "and":
                return core.Z3_mk_and(ref, *self._several(term.operands))
            case "or":
                return core.Z3_mk_or(ref, *self._several(term.operands))
            case "whole":
                number = self.number(term.args[0])
                return core.Z3_mk_true(ref) if term.args[0] in self.whole else core.Z3_mk_is_int(ref, number)
            case _:
                total = self._sum(term)
                bound = self._numeral(Fraction(term.bound), self._kept(core.Z3_get_sort(ref, total)))
                return core.Z3_mk_le(ref, total, bound) if term.kind == "at_most" else core.Z3_mk_eq(ref, total, bound)

    def _several(self, operands: Sequence[Term]) -> tuple[int, Any]:
        asts = [self.ast(operand) for operand in operands]
        return len(asts), (type(asts[0]) * len(asts))(*asts)

    def _sum(self, term: Term) -> Any:
        core, ref = self.core, self.ref
        factors = [Fraction(factor) for _, factor in term.coefficients]
        integral = all(key in self.whole for key, _ in term.coefficients) and all(
            number.denominator == 1 for number in (*factors, term.bound)
        )
        sort = self.integers if integral else self.reals
        parts = []
        for (key, _), factor in zip(term.coefficients, factors, strict=True):
            part = self.number(key)
            if not integral and key in self.whole:
                part = self._kept(core.Z3_mk_int2real(ref, part))
            if factor != 1:
                pair = [self._numeral(factor, sort), part]
                part = self._kept(core.Z3_mk_mul(ref, 2, (type(pair[0]) * 2)(*pair)))
            parts.append(part)
        if len(parts) == 1:
            return parts[0]
        return self._kept(core.Z3_mk_add(ref, len(parts), (type(parts[0]) * len(parts))(*parts)))

    def _numeral(self, value: Fraction, sort: Any) -> Any:
        return self._kept(self.core.Z3_mk_numeral(self.ref, str(value), sort))

    def flag(self, key: Hashable) -> Any:
        if key not in self.flags:
            self.flags[key] = self._constant(self.booleans)
        return self.flags[key]

    def number(self, key: Hashable) -> Any:
        if key not in self.numbers:
            self.numbers[key] = self._constant(self.integers if key in self.whole else self.reals)
        return self.numbers[key]

    def _constant(self, sort: Any) -> Any:
        self.count += 1
        symbol = self.core.Z3_mk_int_symbol(self.ref, self.count)
        return self._kept(self.core.Z3_mk_const(self.ref, symbol, sort))

    # ---- questions

    def always(self, terms: Iterable[Term]) -> None:
        """What holds from now on."""
        for term in terms:
            self.core.Z3_solver_assert(self.ref, self.solver.solver, self.ast(term))

    def under(self, key: Hashable, term: Term) -> Any:
        """A name for a term: a question that assumes the name assumes the term."""
        name = self.flag(key)
        both = [self._kept(self.core.Z3_mk_not(self.ref, name)), self.ast(term)]
        clause = self.core.Z3_mk_or(self.ref, 2, (type(both[0]) * 2)(*both))
        self.core.Z3_solver_assert(self.ref, self.solver.solver, clause)
        return name

    def ask(self, assumed: Sequence[Any]) -> Answer:
        """Whether all that is assumed can hold together."""
        listed = (type(assumed[0]) * len(assumed))(*assumed) if assumed else None
        if self.last is not None:
            self.core.Z3_model_dec_ref(self.ref, self.last)
            self.last = None
        result = self.core.Z3_solver_check_assumptions(self.ref, self.solver.solver, len(assumed), listed)
        return "yes" if result == 1 else "no" if result == -1 else "unknown"

    def culprits(self) -> set[Any]:
        """After a question that was answered ``no``: the identities of names that cannot all hold together."""
        core, ref = self.core, self.ref
        found = core.Z3_solver_get_unsat_core(ref, self.solver.solver)
        core.Z3_ast_vector_inc_ref(ref, found)
        try:
            size = core.Z3_ast_vector_size(ref, found)
            return {identity(core.Z3_ast_vector_get(ref, found, index)) for index in range(size)}
        finally:
            core.Z3_ast_vector_dec_ref(ref, found)

    def denied(self, name: Any) -> Any:
        """The contrary of a name."""
        return self._kept(self.core.Z3_mk_not(self.ref, name))

    def at_most(self, key: Hashable, weights: Mapping[Term, int], most: int) -> Any:
        """A name for "the weights of those of these that hold sum up to at most so much"."""
        count, asts = self._several(tuple(weights))
        factors = (ctypes.c_int * count)(*weights.values())
        name = self.flag(key)
        bound = self._kept(self.core.Z3_mk_pble(self.ref, count, asts, factors, most))
        both = [self._kept(self.core.Z3_mk_not(self.ref, name)), bound]
        clause = self.core.Z3_mk_or(self.ref, 2, (type(both[0]) * 2)(*both))
        self.core.Z3_solver_assert(self.ref, self.solver.solver, clause)
        return name

    def holds(self, term: Term) -> bool:
        """Whether a term is true in the assignment found by the last question, which was answered ``yes``."""
        core, ref = self.core, self.ref
        if self.last is None:
            self.last = core.Z3_solver_get_model(ref, self.solver.solver)
            core.Z3_model_inc_ref(ref, self.last)
        ast = self.ast(term)
        out = (type(ast) * 1)()
        core.Z3_model_eval(ref, self.last, ast, True, out)
        return bool(core.Z3_get_bool_value(ref, out[0]) == 1)

    def assignment(self, of: Iterable[tuple[Hashable, bool]]) -> dict[Hashable, bool | Fraction]:
        """The values of variables (each with whether it is a number) after a question that was answered ``yes``."""
        core, ref = self.core, self.ref
        model = core.Z3_solver_get_model(ref, self.solver.solver)
        core.Z3_model_inc_ref(ref, model)
        found: dict[Hashable, bool | Fraction] = {}
        try:
            for key, is_number in of:
                ast = self.number(key) if is_number else self.flag(key)
                out = (type(ast) * 1)()
                core.Z3_model_eval(ref, model, ast, True, out)
                if is_number:
                    found[key] = Fraction(str(core.Z3_get_numeral_string(ref, out[0])))
                else:
                    found[key] = core.Z3_get_bool_value(ref, out[0]) == 1
        finally:
            core.Z3_model_dec_ref(ref, model)
        return found
