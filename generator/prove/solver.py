"""Z3 on terms: whether some assignment makes a term true together with what always holds."""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal

from generator.prove.asts import MOST_TOGETHER, Asts, SolverMissing, listed, z3_package
from generator.prove.terms import Term

__all__ = ["Answer", "Solver", "SolverMissing", "identity", "version"]

Answer = Literal["yes", "no", "unknown"]
SETTINGS: Final[Mapping[str, int]] = {
    # Nearly everything is propositional: to track what is relevant and the newer arithmetic take twice as long.
    "smt.relevancy": 0,
    "smt.arith.solver": 2,
}


# What is left open is taken as true where deals are looked for: one with much in it shows much. Else it is drawn, for
# assignments that differ from each other more than they need to.
PHASE: Final = "smt.phase_selection"
PRESENT: Final = 1
DRAWN: Final = 5


def identity(name: Any) -> int:
    """What tells a name that a solver gave out from its others."""
    return int(name.value)


def version() -> str:
    """The version of the solver. Raises ``SolverMissing``."""
    return str(z3_package().get_version_string())


class Solver:
    """What always holds is given once; a question adds terms for its own length.

    ``whole`` are the number variables with integral values; ``timeout`` is milliseconds a question. A solver ``beside``
    another one shares the terms that this handed over, and with them what is integral. ``phase`` says what it tries
    first for what is left open.
    """

    def __init__(
        self, whole: Collection[Hashable], timeout: int, beside: Solver | None = None, phase: int = DRAWN
    ) -> None:
        z3 = z3_package()
        self.asts: Final[Asts] = beside.asts if beside is not None else Asts(whole)
        self.core: Final = z3.z3core
        self.ref: Final = self.asts.ref
        self.solver: Final = z3.SimpleSolver(ctx=self.asts.context)
        self.solver.set("timeout", timeout)
        self.solver.set("random_seed", 0)
        for name, value in {**SETTINGS, PHASE: phase}.items():
            self.solver.set(name, value)
        self.last: Any = None

    # ---- questions

    def always(self, terms: Iterable[Term]) -> None:
        """What holds from now on."""
        for term in terms:
            self._assert(self.asts.ast(term))

    def under(self, key: Hashable, term: Term) -> Any:
        """A name for a term: a question that assumes the name assumes the term."""
        return self._under(key, self.asts.ast(term))

    def _under(self, key: Hashable, ast: Any) -> Any:
        name = self.flag(key)
        self._assert(self.asts.either(self.denied(name), ast))
        return name

    def _assert(self, ast: Any) -> None:
        self.core.Z3_solver_assert(self.ref, self.solver.solver, ast)

    def flag(self, key: Hashable) -> Any:
        """A variable that is true or false, as a name."""
        return self.asts.flag(key)

    def denied(self, name: Any) -> Any:
        """The contrary of a name."""
        return self.asts.denied(name)

    def at_most(self, key: Hashable, weights: Mapping[Term, int], most: int) -> Any:
        """A name for "the weights of those of these that hold sum up to at most so much"."""
        count, asts = self.asts.several(tuple(weights))
        factors = (ctypes.c_int * count)(*weights.values())
        return self._under(key, self.asts.kept(self.core.Z3_mk_pble(self.ref, count, asts, factors, most)))

    def ask(self, assumed: Sequence[Any]) -> Answer:
        """Whether all that is assumed can hold together."""
        count, names = listed(assumed) if assumed else (0, None)
        if self.last is not None:
            self.core.Z3_model_dec_ref(self.ref, self.last)
            self.last = None
        result = self.core.Z3_solver_check_assumptions(self.ref, self.solver.solver, count, names)
        return "yes" if result == 1 else "no" if result == -1 else "unknown"

    def culprits(self) -> set[int]:
        """After a question that was answered ``no``: the identities of names that cannot all hold together."""
        core, ref = self.core, self.ref
        found = core.Z3_solver_get_unsat_core(ref, self.solver.solver)
        core.Z3_ast_vector_inc_ref(ref, found)
        try:
            size = core.Z3_ast_vector_size(ref, found)
            return {identity(core.Z3_ast_vector_get(ref, found, index)) for index in range(size)}
        finally:
            core.Z3_ast_vector_dec_ref(ref, found)

    # ---- the assignment found by the last question, which was answered ``yes``

    def true(self, terms: Sequence[Term]) -> list[Term]:
        """Those of the terms that are true in it."""
        core, ref, true = self.core, self.ref, self.asts.true.value
        found: list[Term] = []
        for start in range(0, len(terms), MOST_TOGETHER):
            several = terms[start : start + MOST_TOGETHER]
            evaluated = self._evaluated(self.asts.together(several))
            found += [
                term for index, term in enumerate(several) if core.Z3_get_app_arg(ref, evaluated, index).value == true
            ]
        return found

    def assignment(self, of: Iterable[tuple[Hashable, bool]]) -> dict[Hashable, bool | Fraction]:
        """The values of variables, each given with whether it is a number."""
        return {
            key: self._amount(self.asts.number(key)) if is_number else self._value(self.asts.flag(key))
            for key, is_number in of
        }

    def _value(self, ast: Any) -> bool:
        return bool(self.core.Z3_get_bool_value(self.ref, self._evaluated(ast)) == 1)

    def _amount(self, ast: Any) -> Fraction:
        return Fraction(str(self.core.Z3_get_numeral_string(self.ref, self._evaluated(ast))))

    def _evaluated(self, ast: Any) -> Any:
        core, ref = self.core, self.ref
        if self.last is None:
            self.last = core.Z3_solver_get_model(ref, self.solver.solver)
            core.Z3_model_inc_ref(ref, self.last)
        out = (type(ast) * 1)()
        core.Z3_model_eval(ref, self.last, ast, True, out)
        return out[0]
