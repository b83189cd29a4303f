"""Finding deals that have what is wanted: many wanted terms at once, as few deals then show all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, Final

from generator.prove.aspects import Aspect
from generator.prove.solver import Answer, Solver, identity
from generator.prove.terms import Term

MOST_AT_ONCE: Final = 32
Ask = Callable[[Solver, list[Any]], Answer]


class Seeker:
    """Looks for deals that have terms, with a solver that knows what else holds of the deals that count."""

    def __init__(self, solver: Solver, ask: Ask) -> None:
        self.solver = solver
        self.ask = ask
        self.apart = Apart()

    def missing(self, wanted: str, todo: list[Term]) -> tuple[list[Term], list[Term]]:
        """The terms that no deal has, and those of which nobody knows."""
        names = {term: self.solver.under((wanted, term), term) for term in todo}
        failed: list[Term] = []
        unknown: list[Term] = []
        while todo:
            answer, several = self._together(self.apart.together(todo, MOST_AT_ONCE), names)
            if answer == "yes":
                shown = set(self.solver.true(todo))
                todo = [term for term in todo if term not in shown]
            else:
                (failed if answer == "no" else unknown).extend(several)
                todo = [term for term in todo if term not in several]
        return failed, unknown

    def _together(self, several: list[Term], names: Mapping[Term, Any]) -> tuple[Answer, list[Term]]:
        """``yes`` where one deal has some of these at once, ``no`` with those that no deal has, or ``unknown``.

        What cannot be together is found out quickly, a deal slowly: many in one deal save time.
        """
        while (answer := self.ask(self.solver, [names[term] for term in several])) != "yes":
            if answer == "no":
                culprits = self.solver.culprits()
                apart = [term for term in several if identity(names[term]) in culprits]
                if len(apart) < 2:
                    # One that no deal has; or there is no deal at all, and none that has these.
                    return answer, apart or several
                first, *others = apart
                if len(others) == 1:
                    self.apart.learn(first, *others)
                several = [term for term in several if term not in others]
            elif len(several) == 1:
                break
            else:
                several = several[: len(several) // 2]
        return answer, several


class Apart:
    """Which terms are not true of one deal, as far as that is seen at once: it saves questions and proves nothing."""

    def __init__(self) -> None:
        self.asked: dict[Term, tuple[tuple[Hashable, Hashable], ...]] = {}
        self.learned: defaultdict[Term, set[Term]] = defaultdict(set)

    def learn(self, one: Term, two: Term) -> None:
        """Two terms were found to be never true of one deal."""
        self.learned[one].add(two)
        self.learned[two].add(one)

    def together(self, terms: Sequence[Term], most: int) -> list[Term]:
        """The first of these, and up to so many that may be true with it, each with all before it."""
        chosen: list[Term] = []
        given: dict[Hashable, Hashable] = {}
        excluded: set[Term] = set()
        for term in terms:
            if term not in self.asked:
                self.asked[term] = tuple(_asked(term))
            asked = self.asked[term]
            if term not in excluded and all(given.get(key, value) == value for key, value in asked):
                chosen.append(term)
                given.update(asked)
                excluded |= self.learned[term]
                if len(chosen) == most:
                    break
        return chosen


def _asked(term: Term) -> Iterator[tuple[Hashable, Hashable]]:
    """What a term asks for by itself: that parts of it are true or false, and which text stands at a place."""
    for part in term.operands if term.kind == "and" else (term,):
        key = part.args[0] if part.kind == "variable" else None
        if isinstance(key, Aspect) and key.name == "is":
            yield key.path, key.detail
        denied = part.kind == "not"
        yield (part.operands[0] if denied else part), not denied
