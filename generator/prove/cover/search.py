"""Looking for few deals that together show every target that some valid deal can show."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from generator.library.model import Library
from generator.pipeline import SEGMENT
from generator.prove.cover.corpus import Corpus, CoverDeal, Tally, read_index, remarks
from generator.prove.cover.files import Profiles, Values, at, deal_text
from generator.prove.cover.growing import Grower, Grown
from generator.prove.cover.nearby import Nearby
from generator.prove.cover.sweeping import Sweep
from generator.prove.cover.targets import Targets
from generator.prove.cover.trace import shown
from generator.prove.cover.tried import Drafted, faults, planned
from generator.prove.known import KnownDeal
from generator.prove.prover import TIMEOUT, Prover
from generator.prove.terms import Term

MINUTES: Final = 60
# So much of the time is left for the sweep, which finds what the solver cannot know of: numbers that formulas make.
SWEPT: Final = 0.25
TIME_OVER: Final = "the time was over"
NUMBERED: Final = re.compile(r" #\d+$")

Report = Callable[[str], None]


def cover(
    targets: Targets,
    starts: Sequence[Drafted],
    folder: Path,
    *,
    timeout: int,
    minutes: int = MINUTES,
    report: Report = lambda line: None,
) -> Corpus:
    """The corpus for a library. ``starts`` are valid deals; provider profiles are looked up from ``folder``.

    ``timeout`` is milliseconds a question, after ``minutes`` nothing more is looked for; ``report`` is told how far
    the search is. Raises ``SolverMissing``.
    """
    return _Search(targets, starts, folder, timeout, minutes, report).corpus()


class _Search:
    def __init__(
        self, targets: Targets, starts: Sequence[Drafted], folder: Path, timeout: int, minutes: int, report: Report
    ) -> None:
        self.until = time.monotonic() + minutes * 60
        self.until_sweep = self.until - SWEPT * minutes * 60
        self.targets = targets
        self.library: Library = targets.contracts.library
        self.folder = folder
        self.report = report
        self.by_term: dict[Term, list[str]] = {}
        for target in targets:
            self.by_term.setdefault(target.term, []).append(target.name)
        self.grower = grower_of(targets, starts, folder, timeout)
        self.grower.until = self.until_sweep
        self.prover = self.grower.nearby.prover
        self.starts = [self.grower.of(dict(start.deal.values), start) for start in starts]

    def corpus(self) -> Corpus:
        verdicts = self.prover.verdicts(self.prover.problem.goals)
        dead = frozenset(goal.term for goal in verdicts.failed)
        unsure = frozenset(goal.term for goal in verdicts.unknown)
        self.report(f"{len(self.by_term)} things to show, {len(dead)} of them in no valid deal")
        wanted = frozenset(self.by_term) - dead - unsure
        deals = self._written(self._few(self._found(wanted), wanted), wanted)
        covered = frozenset(name for deal in deals for name in deal.shows)
        unreachable = frozenset(name for term in dead for name in self.by_term[term]) - covered
        missed = {
            name: "the solver gave up" if term in unsure else self.grower.refusals.get(term, "") or "no deal was found"
            for term in wanted | unsure
            for name in self.by_term[term]
            if name not in covered
        }
        tally = Tally.of(self.targets, covered, unreachable)
        return Corpus(tuple(deals), self.targets.digest, unreachable, missed, tally)

    def _found(self, wanted: frozenset[Term]) -> list[Grown]:
        """Deals that show what is wanted: the starts as they are, then for each target that is left the nearest deal
        that can be made to show it, grown until it shows as much else as it can."""
        found: list[Grown] = []
        missing = wanted
        pool = list(self.starts)
        while pool:
            best = max(pool, key=lambda grown: len(grown.shows & missing))
            pool.remove(best)
            if best.shows & missing:
                found.append(best)
                missing -= best.shows
        earlier = read_index(self.folder).missed
        # What an earlier search did not find comes after what it had no time for.
        tried = [t for t in self.grower.order if t in missing and self._reason(t, earlier) not in {"", TIME_OVER}]
        vain = dict(Counter(self._question(term) for term in tried))
        given_up: set[Term] = set()
        while left := [term for term in self.grower.order if term in missing and term not in given_up]:
            if time.monotonic() > self.until_sweep:
                self.grower.refusals.update({term: self._reason(term, earlier) or TIME_OVER for term in left})
                break
            asked = Counter(self._question(term) for term in left)
            # What most of the missing ask for comes first; a question that was asked in vain waits.
            term = max(left, key=lambda term: asked[self._question(term)] / (1 + 9 * vain.get(self._question(term), 0)))
            seed = self.grower.seed((*self.starts, *found), term)
            if seed is None:
                given_up.add(term)
                vain[self._question(term)] = vain.get(self._question(term), 0) + 1
                self.report(f"not found: {self.by_term[term][0]} ({self.grower.refusals[term]})")
                continue
            grown = self.grower.grown(seed, missing)
            found.append(grown)
            gained = grown.shows & missing
            missing -= grown.shows
            self.report(f"deal {len(found)} shows {len(gained)} more, {len(missing)} are left")
        self.grower.until = self.until
        self._swept(found, missing)
        return found

    def _reason(self, term: Term, earlier: Mapping[str, str]) -> str:
        """Why an earlier search did not find a target; empty where it did not look for it."""
        return next((earlier[name] for name in self.by_term[term] if name in earlier), "")

    def _swept(self, found: list[Grown], missing: frozenset[Term]) -> None:
        """Each deal changed here and there, where that shows something that is still missing; put to the others."""
        sweep = Sweep(self.grower)
        for start in list(found):
            if not missing or time.monotonic() > self.until:
                break
            grown = sweep.swept(start, missing)
            gained = grown.shows & missing
            if gained:
                found.append(grown)
                missing -= gained
                self.report(f"deal {len(found)} shows {len(gained)} more, {len(missing)} are left")

    def _question(self, term: Term) -> str:
        """The atom that a target is about with its value, wherever it is asked."""
        name = self.by_term[term][0]
        atom, _, value = name.rpartition(" ")
        return f"{NUMBERED.sub('', atom.partition(': ')[2] or atom)} {value}"

    @staticmethod
    def _few(found: list[Grown], wanted: frozenset[Term]) -> list[Grown]:
        """The deals without those that the others make unnecessary, those that show least first."""
        few = sorted(found, key=lambda grown: len(grown.shows & wanted), reverse=True)
        for grown in reversed(tuple(few)):
            others = frozenset[Term]().union(*(other.shows for other in few if other is not grown))
            if grown.shows & wanted <= others:
                few.remove(grown)
        return few

    def _written(self, few: list[Grown], wanted: frozenset[Term]) -> list[CoverDeal]:
        """The deals as files, each tried as the program reads it; those with an error are left out, and said."""
        deals: list[CoverDeal] = []
        seen: set[str] = set()
        for number, grown in enumerate(few, 1):
            said = self.grower.profiles.short(grown.values)
            said.setdefault("meta", {})["deal_id"] = f"cover-{number:02}"
            said["parties"].setdefault("client", {})["legal_name"] = f"Client {number:02}"
            drafted, found = planned(self.library, "", deal_text(said, []).decode(), self.folder)
            found = found if drafted is None else faults(self.library, drafted)
            if drafted is None or found:
                for term in grown.shows & wanted:
                    self.grower.refusals[term] = f"{found[0].code}: {found[0].message}"
                continue
            shows = shown(self.targets, drafted.facts, drafted.plan)
            new = shows - seen
            seen |= shows
            name = f"{number:02}-{at(said, SEGMENT)}.yaml"
            deals.append(CoverDeal(name, deal_text(said, remarks(new)), shows))
        return deals


def grower_of(targets: Targets, starts: Sequence[Drafted], folder: Path, timeout: int = TIMEOUT) -> Grower:
    """What grows deals from valid ones; provider profiles are looked up from ``folder``. Raises ``SolverMissing``."""
    library, needs = targets.contracts.library, targets.contracts.deals.needs
    known = [KnownDeal(str(index), start.deal, start.facts, needs) for index, start in enumerate(starts)]
    prover = Prover(targets.problem, known, timeout)
    samples: list[Values] = [dict(start.deal.values) for start in starts]
    return Grower(library, targets, Nearby(prover), Profiles(library, folder), samples, starts[0].deal)
