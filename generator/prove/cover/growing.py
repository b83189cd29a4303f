"""Growing one deal so that it shows much: a change near to it, made whole, tried, and kept if it gains."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import takewhile
from typing import Any, Final

from generator.deal import Deal
from generator.facts import FactsOnDemand
from generator.library.model import Library
from generator.pipeline import SEGMENT
from generator.prove.cover.files import PROVIDER, Profiles, Values, at
from generator.prove.cover.given import given_by
from generator.prove.cover.nearby import Found, Nearby
from generator.prove.cover.targets import Targets
from generator.prove.cover.trace import shown
from generator.prove.cover.tried import Drafted, judged
from generator.prove.edits import DERIVED, edited, with_new_entries
from generator.prove.known import KnownDeal
from generator.prove.mending import Mender
from generator.prove.places import Aspect
from generator.prove.remedies import State
from generator.prove.samples import Samples
from generator.prove.terms import TRUE, Assignment, Term, variables
from generator.prove.validity import Validity
from generator.schema import typed

# So many targets are first sought at once.
MOST_AT_ONCE: Final = 8
MOST_TRIES: Final = 15
MOST_TRIES_FOR_SEED: Final = 70
# After so many steps a deal is left as it is: the next one finds more for the same effort.
MOST_STEPS: Final = 120
# And after so many in a row that gained nothing: enough to halve a few batches.
MOST_IN_VAIN: Final = 24
MOST_FAILURES: Final = 1
# Of so many deals of each kind that come to the place of a target the nearest is looked for.
MOST_BASES: Final = 4
BESIDE: Final = "no valid deal shows it beside what this deal shows"
WAYS: Final = ((False, False), (True, False), (True, True))


@dataclass(frozen=True)
class Grown:
    """A valid deal and the terms of all targets that it shows."""

    values: Values
    known: KnownDeal
    shows: frozenset[Term]
    own: Mapping[Hashable, bool | Fraction | None]


@dataclass
class Grower:
    """Grows deals. ``samples`` are the values of valid deals; ``refusals`` says of a target why it was not reached.
    At ``until`` (of the monotonic clock, seconds) growing ends."""

    library: Library
    targets: Targets
    nearby: Nearby
    profiles: Profiles
    samples: Sequence[Values]
    base: Deal
    terms_of: dict[str, Term] = field(default_factory=dict)
    refusals: dict[Term, str] = field(default_factory=dict)
    failures: Counter[Term] = field(default_factory=Counter)
    providers: dict[str, list[Term]] = field(default_factory=dict)
    state: State | None = None
    until: float = math.inf

    def __post_init__(self) -> None:
        self.terms_of = {target.name: target.term for target in self.targets}
        # In this order terms are sought: a set would give another corpus at every run.
        self.order = list(dict.fromkeys(self.terms_of.values()))
        self.names_of: dict[Term, list[str]] = {}
        self.of_place: dict[str, set[Term]] = {}
        for name, term in self.terms_of.items():
            self.names_of.setdefault(term, []).append(name)
            self.of_place.setdefault(place_of(name), set()).add(term)
        self.validity = Validity(self.library.schema)

    def at(self, values: Values) -> tuple[Grown | None, str]:
        """What a merged deal shows, or why it is not valid."""
        violations = self.validity.violations(values)
        if violations:
            return None, violations[0].message
        deal = replace(self.base, values=typed(self.library.schema.type, values), origins={})
        drafted, found = judged(self.library, deal)
        if drafted is None:
            return None, f"{found[0].rule or found[0].code}: {found[0].message}"
        return self.of(values, drafted), ""

    def of(self, values: Values, drafted: Drafted) -> Grown:
        names = shown(self.targets, drafted.facts, drafted.plan)
        known = KnownDeal("", drafted.deal, drafted.facts, self.targets.contracts.deals.needs)
        own = known.values(key for key, _ in self.nearby.prover.problem.variables)
        return Grown(values, known, frozenset(self.terms_of[name] for name in names), own)

    def seed(self, bases: Sequence[Grown], term: Term) -> Grown | None:
        """The nearest of some deals that can be made to show a target, changed so that it does."""
        near: list[tuple[int, Grown, Found]] = []
        for base in self._likely(bases, term):
            found = self.nearby.near(base.own, [term], self._given(base))
            if found is not None:
                near.append((self._distance(base, found), base, found))
        if not near:
            self.refusals[term] = BESIDE
        near.sort(key=lambda each: each[0])
        # The nearest of each kind of client: what one cannot be made to show another may.
        nearest: dict[Any, tuple[Grown, Found]] = {}
        for _, base, found in near:
            nearest.setdefault(at(base.values, SEGMENT), (base, found))
        reasons: list[str] = []
        for base, found in nearest.values():
            made, reason = self._tried(base, found, [term], frozenset([term]), seeking=True)
            if made is not None and term in made.shows:
                return made
            reasons.append(reason)
        # What kept the nearest of all from it says most.
        if reasons:
            self.refusals[term] = reasons[0]
        return None

    def _likely(self, bases: Sequence[Grown], term: Term) -> list[Grown]:
        """Of the deals of each kind, by client and provider, those first that come to the place that a target is
        about: they need not be brought there."""
        others = {self.terms_of[other] for name in self.names_of[term] if (other := _other(name)) in self.terms_of}
        around = frozenset(near for name in self.names_of[term] for near in self.of_place[place_of(name)])
        kinds: dict[Any, list[Grown]] = {}
        for base in sorted(bases, key=lambda base: (-len(base.shows & others), -len(base.shows & around))):
            kind = kinds.setdefault((at(base.values, SEGMENT), at(base.values, PROVIDER)), [])
            if len(kind) < MOST_BASES:
                kind.append(base)
        return [base for kind in kinds.values() for base in kind]

    def reached(self, start: Grown, missing: frozenset[Term]) -> frozenset[Term]:
        """What of the missing is about an atom that the deal comes to."""
        others = {term: [self.terms_of.get(_other(name)) for name in self.names_of[term]] for term in missing}
        return frozenset(term for term, known in others.items() if not start.shows.isdisjoint(known))

    def _given(self, base: Grown) -> list[Term]:
        """What the profile of its provider gives to a deal and to all that are made of it."""
        name = str(at(base.values, PROVIDER) or "")
        if name not in self.providers:
            given = given_by(self.targets.contracts.deals, self.profiles.of_provider(name))
            self.providers[name] = [given] if given is not TRUE else []
        return self.providers[name]

    def _distance(self, base: Grown, found: Found) -> int:
        """How much an assignment changes of what a deal has; what it says of what is not there changes nothing."""
        return sum(base.own[key] is not None for key in self._changed(base, found))

    def grown(self, start: Grown, missing: frozenset[Term]) -> Grown:
        """The deal changed so that it shows as many of the missing targets as it can be made to."""
        lacking = missing - start.shows
        beside = [t for t in self.order if t in lacking and self.failures[t] < MOST_FAILURES]
        fixed = [*self._given(start), *self._kept(start, missing)]
        return self._reached(start, self.nearby.together(fixed, beside), missing)

    def _reached(self, best: Grown, wanted: list[Term], missing: frozenset[Term]) -> Grown:
        """A better deal that shows some of what is wanted, else the same; by halves where not all can be had."""
        waiting = [wanted[start : start + MOST_AT_ONCE] for start in range(0, len(wanted), MOST_AT_ONCE)]
        steps = in_vain = 0
        while waiting and steps < MOST_STEPS and in_vain < MOST_IN_VAIN and time.monotonic() < self.until:
            batch = [term for term in waiting.pop() if term not in best.shows]
            if not batch:
                continue
            steps += 1
            in_vain += 1
            better, reason = self._step(best, self._kept(best, missing), batch, missing)
            if better is not None and len(better.shows & missing) > len(best.shows & missing):
                best, in_vain = better, 0
                left = [term for term in batch if term not in best.shows]
                if len(left) < len(batch):
                    waiting += [left]
                    continue
            if len(batch) > 1:
                waiting += [batch[len(batch) // 2 :], batch[: len(batch) // 2]]
            else:
                self.refusals[batch[0]] = reason
                self.failures[batch[0]] += reason != BESIDE
        return best

    def _kept(self, best: Grown, missing: frozenset[Term]) -> list[Term]:
        """The targets that are not to be lost: those that the deal shows by the entries of lists that are modelled."""
        found = Assignment(best.own)
        shows = best.shows & missing
        return [term for term in self.order if term in shows and found.holds(term)]

    def _step(
        self, best: Grown, kept: list[Term], wanted: list[Term], missing: frozenset[Term]
    ) -> tuple[Grown | None, str]:
        found = self.nearby.near(best.own, wanted, [*self._given(best), *kept])
        return (None, BESIDE) if found is None else self._tried(best, found, wanted, missing)

    def _tried(
        self, best: Grown, found: Found, wanted: Sequence[Term], missing: frozenset[Term], *, seeking: bool = False
    ) -> tuple[Grown | None, str]:
        most = MOST_TRIES_FOR_SEED if seeking else MOST_TRIES
        best_made: Grown | None = None
        reason = ""
        # Entries of their own are a last resort for one target alone.
        for new_numbers, added in WAYS if seeking else WAYS[:2]:
            values = self._made(best, found, wanted, most, new_numbers=new_numbers, added=added)
            made, why = self.at(values) if values is not None else (None, "")
            reason = reason or why
            if made is not None and (best_made is None or len(made.shows & missing) > len(best_made.shows & missing)):
                best_made = made
            if made is not None and len(made.shows.intersection(wanted)) > len(wanted) // 2:
                break
        return best_made, reason or "the deal that was made does not show it"

    def _lost(self, targets: Sequence[Term]) -> Callable[[FactsOnDemand], int]:
        """How many of some targets a deal does not show, as far as its fields and facts say."""
        needs = self.targets.contracts.deals.needs

        def lost(facts: FactsOnDemand) -> int:
            here = KnownDeal("", facts.deal, facts, needs).assignment()
            return sum(not here.holds(target) for target in targets)

        return lost

    def _changed(self, best: Grown, found: Found) -> dict[Aspect, bool | Fraction]:
        """What an assignment has otherwise than a deal."""
        own = best.own
        return {
            key: v for key, v in found.items() if isinstance(key, Aspect) and own[key] != v and _is_there(key, found)
        }

    def _made(
        self, best: Grown, found: Found, targets: Sequence[Term], most: int, *, new_numbers: bool, added: bool
    ) -> Values | None:
        """The deal that an assignment describes, made whole; ``None`` where it would be as without the options.

        Without ``new_numbers``, fields that are new get the numbers and dates of other deals; with ``added``, entries
        of lists that change are new ones.
        """
        own = best.own
        changed = self._changed(best, found)
        space = self.targets.contracts.deals.space
        asked = {
            key: value
            for key, value in changed.items()
            if key.path[0] not in DERIVED and not (key.name == "size" and key.path in space.counted)
        }
        fresh = {key for key in asked if key.name == "number" and own[key] is None}
        if (added and not _within_lists(asked)) or (new_numbers and not added and not fresh):
            return None
        wanted: dict[Hashable, bool | Fraction | None] = {
            Aspect(key.name, best.known.real(key.path), key.detail): value
            for key, value in asked.items()
            if new_numbers or key not in fresh
        }
        samples = Samples(self.library.schema.type, [best.values, *self.samples])
        values = best.values
        if added:
            values, wanted = with_new_entries(self.library.schema.type, values, wanted)
        values = edited(self.library.schema.type, values, wanted, samples)
        facts = {key: value for key, value in changed.items() if key.path[0] == "facts" and own[key] is not None}
        restored = self.profiles.restored(values)
        keys = dict(found for target in targets for found in variables(target))
        mender = Mender(
            self.library, self.base, facts, self.samples, samples, self.validity, most,
            lost=self._lost(targets), aims=_aims(keys),
        )  # fmt: skip
        if self.state is None or self.state.values is not best.values:
            self.state = replace(mender, wanted={}, lost=None).state(best.values)
        return self.profiles.restored(mender.mended(restored, self.state))


def place_of(name: str) -> str:
    """The place of the condition that a target is about, by the target's name."""
    return name.partition(": ")[0]


def _other(name: str) -> str:
    """The name of the target that the same atom has with the other value."""
    atom, _, value = name.rpartition(" ")
    return f"{atom} {'false' if value == 'true' else 'true'}"


def _is_there(key: Aspect, found: Found) -> bool:
    """Whether the lists of an assignment are as long as an aspect of one of their entries needs."""
    for index, step in enumerate(key.path):
        if isinstance(step, int):
            size = found.get(Aspect("size", key.path[:index]))
            if size is not None and step >= size:
                return False
    return True


def _aims(keys: Iterable[Hashable]) -> list[str]:
    """The paths that some aspects are about, up to the first list."""
    paths = (takewhile(lambda step: isinstance(step, str), key.path) for key in keys if isinstance(key, Aspect))
    return list(dict.fromkeys(".".join(map(str, path)) for path in paths))


def _within_lists(keys: Iterable[Aspect]) -> bool:
    return any(isinstance(step, int) for key in keys for step in key.path)
