"""Growing one deal so that it shows much: a change near to it, made whole, tried, and kept if it gains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from generator.deal import Deal
from generator.library.model import Library
from generator.prove.cover.files import Profiles, Values
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
from generator.prove.terms import Term
from generator.prove.validity import Validity
from generator.schema import typed

# So many targets are first sought at once.
MOST_AT_ONCE: Final = 8
MOST_TRIES: Final = 20
# After so many steps a deal is left as it is: the next one finds more for the same effort.
MOST_STEPS: Final = 40
BESIDE: Final = "no valid deal shows it beside what this deal shows"
WAYS: Final = ((False, False), (True, False), (True, True))


@dataclass(frozen=True)
class Grown:
    """A valid deal and the terms of all targets that it shows."""

    values: Values
    known: KnownDeal
    shows: frozenset[Term]


@dataclass
class Grower:
    """Grows deals. ``samples`` are the values of valid deals; ``refusals`` says of a target why it was not reached."""

    library: Library
    targets: Targets
    nearby: Nearby
    profiles: Profiles
    samples: Sequence[Values]
    base: Deal
    terms_of: dict[str, Term] = field(default_factory=dict)
    refusals: dict[Term, str] = field(default_factory=dict)
    failures: Counter[Term] = field(default_factory=Counter)
    most_failures: int = 1
    state: State | None = None

    def __post_init__(self) -> None:
        self.terms_of = {target.name: target.term for target in self.targets}
        # In this order terms are sought: a set would give another corpus at every run.
        self.order = list(dict.fromkeys(self.terms_of.values()))
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
        return Grown(values, known, frozenset(self.terms_of[name] for name in names))

    def grown(self, start: Grown, missing: frozenset[Term]) -> Grown:
        """The deal changed so that it shows as many of the missing targets as it can be made to."""
        lacking = missing - start.shows
        beside = [t for t in self.order if t in lacking and self.failures[t] < self.most_failures]
        return self._reached(start, self.nearby.together(self._kept(start, missing), beside), missing)

    def _reached(self, best: Grown, wanted: list[Term], missing: frozenset[Term]) -> Grown:
        """A better deal that shows some of what is wanted, else the same; by halves where not all can be had."""
        waiting = [wanted[start : start + MOST_AT_ONCE] for start in range(0, len(wanted), MOST_AT_ONCE)]
        steps = 0
        while waiting and steps < MOST_STEPS:
            batch = [term for term in waiting.pop() if term not in best.shows]
            if not batch:
                continue
            steps += 1
            better, reason = self._step(best, self._kept(best, missing), batch, missing)
            if better is not None and len(better.shows & missing) > len(best.shows & missing):
                best = better
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
        found = best.known.assignment(key for key, _ in self.nearby.prover.problem.variables)
        shows = best.shows & missing
        return [term for term in self.order if term in shows and found.holds(term)]

    def _step(
        self, best: Grown, kept: list[Term], wanted: list[Term], missing: frozenset[Term]
    ) -> tuple[Grown | None, str]:
        found = self.nearby.near(best.known, wanted, kept)
        if found is None:
            return None, BESIDE
        best_made: Grown | None = None
        reason = ""
        # Entries of their own are a last resort for one target alone.
        for new_numbers, added in WAYS if len(wanted) == 1 else WAYS[:2]:
            values = self._made(best, found, new_numbers=new_numbers, added=added)
            made, why = self.at(values) if values is not None else (None, "")
            reason = reason or why
            if made is not None and (best_made is None or len(made.shows & missing) > len(best_made.shows & missing)):
                best_made = made
            if made is not None and len(made.shows.intersection(wanted)) > len(wanted) // 2:
                break
        return best_made, reason or "the deal that was made does not show it"

    def _made(self, best: Grown, found: Found, *, new_numbers: bool, added: bool) -> Values | None:
        """The deal that an assignment describes, made whole; ``None`` where it would be as without the options.

        Without ``new_numbers``, fields that are new get the numbers and dates of other deals; with ``added``, entries
        of lists that change are new ones.
        """
        own = best.known.values(found)
        changed = {
            key: v for key, v in found.items() if isinstance(key, Aspect) and own[key] != v and _is_there(key, found)
        }
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
        facts = {
            key: value
            for key, value in changed.items()
            if key.path[0] == "facts" and own[key] is not None and key.name != "size"
        }
        restored = self.profiles.restored(values)
        mender = Mender(self.library, self.base, facts, self.samples, samples, self.validity, MOST_TRIES)
        if self.state is None or self.state.values is not best.values:
            self.state = replace(mender, wanted={}).state(best.values)
        return self.profiles.restored(mender.mended(restored, self.state))


def _is_there(key: Aspect, found: Found) -> bool:
    """Whether the lists of an assignment are as long as an aspect of one of their entries needs."""
    for index, step in enumerate(key.path):
        if isinstance(step, int):
            size = found.get(Aspect("size", key.path[:index]))
            if size is not None and step >= size:
                return False
    return True


def _within_lists(keys: Iterable[Aspect]) -> bool:
    return any(isinstance(step, int) for key in keys for step in key.path)
