"""Sweeping over one deal: each field that missing targets ask about is tried with other values, and what gains is kept.

No solver is asked: most targets are one field away from a deal at hand, and a change is judged in a moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Final

from generator.facts import FactsOnDemand
from generator.prove.cover.growing import Grower, Grown
from generator.prove.edits import DERIVED
from generator.prove.known import KnownDeal
from generator.prove.mending import Mender
from generator.prove.places import Aspect
from generator.prove.probes import probed
from generator.prove.remedies import Remedies, State, Values
from generator.prove.samples import Samples
from generator.prove.terms import Term, variables

# So often a field is changed again after a change of it gained something.
MOST_AGAIN: Final = 4
# Of a long list not every entry is tried with every value.
MOST_CANDIDATES: Final = 40

Path = tuple[str, ...]


@dataclass(frozen=True)
class Sweep:
    """Changes one deal after the other. ``grower`` knows the library and what a deal shows.

    Only that is looked for to whose place a deal comes: what is asked nowhere no other value of a field shows.
    """

    grower: Grower

    def swept(self, start: Grown, missing: frozenset[Term]) -> Grown:
        """The deal with all the changes that made it show more of the missing targets."""
        best = start
        mender = self._mender(best)
        state = mender.state(best.values)
        for path, asking in self._asking(self.grower.reached(start, missing)).items():
            for _ in range(MOST_AGAIN):
                wanted = [term for term in asking if term not in best.shows]
                better = self._better(best, missing, path, wanted, mender, state) if wanted else None
                if better is None:
                    break
                best, state = better, mender.state(better.values)
        return best

    def _mender(self, best: Grown) -> Mender:
        grower = self.grower
        samples = Samples(grower.library.schema.type, [best.values, *grower.samples])
        return Mender(grower.library, grower.base, {}, grower.samples, samples, grower.validity)

    def _better(
        self, best: Grown, missing: frozenset[Term], path: Path, wanted: list[Term], mender: Mender, state: State
    ) -> Grown | None:
        gained = len(best.shows & missing)
        for candidate in islice(self._candidates(best.values, path), MOST_CANDIDATES):
            tried = mender.state(candidate, state)
            if tried.faults or tried.facts is None or not self._shows_one(tried.facts, wanted):
                continue
            made, _ = self.grower.at(self.grower.profiles.restored(candidate))
            if made is not None and len(made.shows & missing) > gained:
                return made
        return None

    def _candidates(self, values: Values, path: Path) -> Iterator[Values]:
        type_ = self.grower.library.schema.type
        others = Remedies(self.grower.library, self.grower.samples, Samples(type_, self.grower.samples))
        yield from probed(type_, values, [path])
        yield from others.like_others(values, path)

    def _shows_one(self, facts: FactsOnDemand, wanted: list[Term]) -> bool:
        here = KnownDeal("", facts.deal, facts, self.grower.targets.contracts.deals.needs).assignment()
        return any(here.holds(term) for term in wanted)

    def _asking(self, missing: frozenset[Term]) -> dict[Path, list[Term]]:
        """The fields of the deal that missing targets ask about, up to the first list, each with these targets."""
        asking: dict[Path, list[Term]] = {}
        for term in self.grower.order:
            keys = (key for key, _ in variables(term)) if term in missing else ()
            paths = {_whole(key): None for key in keys if isinstance(key, Aspect) and key.path[0] not in DERIVED}
            for path in paths:
                asking.setdefault(path, []).append(term)
        return {path: terms for path, terms in asking.items() if path}


def _whole(key: Aspect) -> Path:
    return tuple(str(step) for step in takewhile(lambda step: isinstance(step, str), key.path))
