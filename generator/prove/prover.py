"""Proving the goals of a library: what no deal may do in few questions, what some deal must do by deals at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from generator.library.model import Library, Rule
from generator.prove import terms
from generator.prove.contracts import Contracts
from generator.prove.deals import Deals
from generator.prove.goals import all_goals
from generator.prove.goals.goal import Goal
from generator.prove.known import DealsAtHand, KnownDeal
from generator.prove.places import Aspect
from generator.prove.seeking import Seeker
from generator.prove.solver import DRAWN, PRESENT, Answer, Solver, identity
from generator.prove.terms import FALSE, TRUE, Assignment, Term

# Of so many rules that exclude something it is tried which of them are needed for that.
MOST_CULPRITS: Final = 20
TIMEOUT: Final = 5000
"""Milliseconds for a question."""


@dataclass(frozen=True)
class Verdicts:
    """``failed`` are the goals that do not hold, ``unknown`` those on which the solver gave up."""

    failed: tuple[Goal, ...]
    unknown: tuple[Goal, ...]


@dataclass(frozen=True)
class Problem:
    """A library as a problem: its goals, and what holds of every deal."""

    library: Library
    contracts: Contracts
    goals: tuple[Goal, ...]
    world: tuple[Term, ...]
    rules: Mapping[str, Term]

    @staticmethod
    def of(library: Library, slot: str = "") -> Problem:
        """The problem of a library; with ``slot`` only what concerns this slot."""
        contracts = Contracts(Deals(library))
        goals = tuple(goal for goal in all_goals(contracts) if not slot or concerns(library, goal, slot))
        rules = dict(contracts.deals.rules)
        return Problem(library, contracts, goals, tuple(contracts.deals.facts_of_the_world()), rules)

    @property
    def counts(self) -> Counter[str]:
        """How many goals there are of each kind."""
        return Counter(goal.kind for goal in self.goals)

    @cached_property
    def unsettled(self) -> tuple[Goal, ...]:
        """The goals that are not settled by the guards around them."""
        return tuple(goal for goal in self.goals if not (goal.wanted.startswith("never") and goal.term is FALSE))

    @cached_property
    def whole(self) -> frozenset[Hashable]:
        """The number variables with integral values."""
        space = self.contracts.deals.space
        named = {Aspect("number", path) for path in space.whole} | {Aspect("size", path) for path in space.sized}
        return frozenset(named)

    @cached_property
    def variables(self) -> tuple[tuple[Hashable, bool], ...]:
        """Every variable, with whether it is a number."""
        seen: set[Term] = set()
        found: dict[Hashable, bool] = {}
        for term in (*self.world, *self.rules.values(), *(goal.term for goal in self.unsettled)):
            found.update(terms.variables(term, seen))
        return tuple(found.items())


def concerns(library: Library, goal: Goal, slot: str) -> bool:
    """Whether a goal is about a slot, its clauses, or what refers to it."""
    names = {slot, *(clause.id for clause in library.by_slot.get(slot, ()))}
    return any(name in names for name in goal.subject.replace(":", " ").replace(",", " ").split())


class Prover:
    """Answers the goals of a problem. ``known`` are valid deals at hand."""

    def __init__(self, problem: Problem, known: Sequence[KnownDeal] = (), timeout: int = TIMEOUT) -> None:
        self.problem = problem
        self.known = known
        self.timeout = timeout
        self.questions = 0
        self._first: Solver | None = None
        self._at_hand: dict[str, Assignment] = {}

    @cached_property
    def solver(self) -> Solver:
        """Looks for what no deal may do."""
        return self._solver()

    def _solver(self, phase: int = DRAWN) -> Solver:
        solver = Solver(self.problem.whole, self.timeout, self._first, phase)
        solver.always(self.problem.world)
        self._first = solver
        return solver

    def rules(self, solver: Solver, wanted: str) -> list[Any]:
        """What to assume of the rules: all find nothing, or nothing at all."""
        if wanted.endswith("of all"):
            return []
        return [solver.under(("rule", id_), term) for id_, term in self.problem.rules.items()]

    def verdicts(self, goals: Sequence[Goal]) -> Verdicts:
        """Which of these goals do not hold, in their order."""
        failed: set[tuple[str, Term]] = set()
        unknown: set[tuple[str, Term]] = set()
        # What was learned without the rules holds with them too.
        for wanted in ("never of all", "never", "some of all", "some"):
            todo = list(dict.fromkeys(goal.term for goal in goals if goal.wanted == wanted))
            if not todo:
                continue
            answer = self._never if wanted.startswith("never") else self._some
            for found, where in zip(answer(wanted, todo), (failed, unknown), strict=True):
                where.update((wanted, term) for term in found)
        return Verdicts(
            tuple(goal for goal in goals if (goal.wanted, goal.term) in failed),
            tuple(goal for goal in goals if (goal.wanted, goal.term) in unknown),
        )

    # ---- what no deal may do

    def _never(self, wanted: str, todo: list[Term]) -> tuple[list[Term], list[Term]]:
        """The terms that can be true, and those of which nobody knows."""
        failed = [term for term in todo if term is TRUE]
        todo = [term for term in todo if term is not TRUE]
        assumed = self.rules(self.solver, wanted)
        unknown: list[Term] = []
        waiting = [todo] if todo else []
        while waiting:
            batch = waiting.pop()
            answer = self._ask(self.solver, assumed, terms.any_of(*batch))
            if answer == "unknown" and len(batch) > 1:
                waiting += [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
            elif answer == "unknown":
                unknown += batch
            elif answer == "yes":
                found = Assignment(self.solver.assignment(self.problem.variables))
                true = {term for term in batch if found.holds(term)}
                failed += true
                rest = [term for term in batch if term not in true]
                if rest:
                    waiting.append(rest)
        return failed, unknown

    # ---- what some deal must do

    def _some(self, wanted: str, todo: list[Term]) -> tuple[list[Term], list[Term]]:
        """The terms that can never be true, and those of which nobody knows."""
        failed = [term for term in todo if term is FALSE]
        todo = [term for term in todo if term not in {TRUE, FALSE} or (term is TRUE and wanted == "some")]
        # To read a deal takes longer than to find some: those that nobody has read yet are left alone.
        todo = self._not_at_hand(todo, self.known.read if isinstance(self.known, DealsAtHand) else self.known)
        if not todo:
            return failed, []
        # A solver of its own, as what others have learned would slow it down.
        solver = self._solver(PRESENT)
        if wanted == "some":
            solver.always(self.problem.rules.values())
        missing, unknown = Seeker(solver, self._asked).missing(wanted, todo)
        # What is not possible no deal has, and where the solver gave up one may: something is wrong, so all are read.
        left = set(self._not_at_hand([*missing, *unknown], self.known))
        return [*failed, *(term for term in missing if term in left)], [term for term in unknown if term in left]

    def _not_at_hand(self, todo: list[Term], deals: Iterable[KnownDeal]) -> list[Term]:
        """The terms that none of these deals has."""
        for deal in deals if todo else ():
            if deal.name not in self._at_hand:
                self._at_hand[deal.name] = deal.assignment()
            todo = [term for term in todo if not self._at_hand[deal.name].holds(term)]
            if not todo:
                break
        return todo

    def hindered(self, goal: Goal) -> tuple[Rule, ...]:
        """The rules for which no deal has what a goal asks for: without any one of them some deal would."""
        if goal.wanted != "some":
            return ()
        kept = {id_: self.solver.under(("rule", id_), term) for id_, term in self.problem.rules.items()}
        wanted = self.solver.under((goal.wanted, goal.term), goal.term)
        if self._asked(self.solver, [*kept.values(), wanted]) != "no":
            return ()
        culprits = self.solver.culprits()
        kept = {id_: name for id_, name in kept.items() if identity(name) in culprits}
        for id_ in list(kept) if len(kept) <= MOST_CULPRITS else ():
            fewer = [name for other, name in kept.items() if other != id_]
            if self._asked(self.solver, [*fewer, wanted]) == "no":
                del kept[id_]
        return tuple(rule for rule in self.problem.library.rules if rule.id in kept)

    def _ask(self, solver: Solver, assumed: list[Any], term: Term) -> Answer:
        return self._asked(solver, [*assumed, solver.under(("question", self.questions), term)])

    def _asked(self, solver: Solver, assumed: list[Any]) -> Answer:
        self.questions += 1
        return solver.ask(assumed)
