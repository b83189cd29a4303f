"""Assignments near to a deal at hand that reach more targets than it does."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from generator.prove import terms
from generator.prove.places import Aspect
from generator.prove.prover import Prover
from generator.prove.solver import Solver, identity
from generator.prove.terms import Linear, Term

Found = dict[Hashable, bool | Fraction]


@dataclass
class Nearby:
    """Asks for assignments. ``prover`` knows what holds of every valid deal."""

    prover: Prover
    names: dict[Hashable, Any] = field(default_factory=dict)
    rules: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = self.prover.rules(self.solver, "some")

    @property
    def solver(self) -> Solver:
        return self.prover.solver

    def name(self, term: Term) -> Any:
        """A name for a term, the same each time."""
        key = ("target", term)
        if key not in self.names:
            self.names[key] = self.solver.under(key, term)
        return self.names[key]

    def together(self, fixed: Sequence[Term], more: Iterable[Term]) -> list[Term]:
        """As many of ``more`` as one valid deal can have beside ``fixed``, found one gain after the other."""
        taken: list[Term] = []
        left = list(more)
        while left:
            assumed = [*self.rules, *map(self.name, fixed), *map(self.name, taken), self.name(terms.any_of(*left))]
            if self.solver.ask(assumed) != "yes":
                break
            gained = self.solver.true(left)
            taken += gained
            left = [term for term in left if term not in set(gained)]
        return taken

    def near(
        self, own: Mapping[Hashable, bool | Fraction | None], wanted: Sequence[Term], given: Sequence[Term] = ()
    ) -> Found | None:
        """An assignment in which ``wanted`` holds, near to what a deal has (``own``); ``None`` where there is none."""
        solver = self.solver
        firm = [*self.rules, *map(self.name, given), *map(self.name, wanted)]
        kept = {identity(name): name for name in self._unchanged(own)}
        while (answer := solver.ask([*firm, *kept.values()])) == "no":
            blamed = [key for key in solver.culprits() if key in kept]
            if not blamed:
                return None
            for key in blamed:
                del kept[key]
        if answer != "yes":
            return None
        return solver.assignment(self.prover.problem.variables)

    def _unchanged(self, own: Mapping[Hashable, bool | Fraction | None]) -> Iterable[Any]:
        """Names that hold where a field is as in the deal at hand."""
        for key, value in own.items():
            if not isinstance(key, Aspect) or value is None or key.path[0] in {"pack", "parameters"}:
                continue
            if isinstance(value, bool):
                yield self.solver.flag(key) if value else self._denied(key)
            else:
                yield self.name(terms.equal(terms.number(key), Linear(constant=value)))

    def _denied(self, key: Hashable) -> Any:
        if ("not", key) not in self.names:
            self.names["not", key] = self.solver.denied(self.solver.flag(key))
        return self.names["not", key]
