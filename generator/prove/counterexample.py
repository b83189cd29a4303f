"""The deal that breaks a goal: the nearest to a deal at hand, and shown only when the real program breaks on it too."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from generator.conditions import AbsentField
from generator.deal import Deal
from generator.diagnostics import Diagnostic
from generator.facts import Facts, FactsOnDemand
from generator.prove import terms
from generator.prove.counts import bring_about
from generator.prove.edits import DERIVED, Edit, differences, edited, reverted, type_at
from generator.prove.goals.goal import Goal
from generator.prove.known import KnownDeal
from generator.prove.mending import Mender
from generator.prove.places import Aspect, Path, found, value_of
from generator.prove.prover import Prover
from generator.prove.replay import Replay, replay
from generator.prove.samples import Samples
from generator.prove.terms import Assignment, Linear, Term
from generator.prove.validity import Validity
from generator.prove.written import alone

MOST_CHANGES: Final = 12
# What a formula gives cannot be set: fields have to be found that make it so.
FORMULA_COST: Final = 3
MOST_TRIES: Final = 6
MOST_MENDED: Final = 100
# With so few changes a deal is read at a glance; of more it is tried which are needed, up to a number.
FEW: Final = 4
MOST_REVERTED: Final = 40
MOST_ENTRIES: Final = 40
# A reader knows the first deals; of more the others are looked at where none of these is near.
FIRST: Final = 8
# Where nothing near shows it, so many deals at hand are tried one by one, with more and more changes: so many for one
# goal, and for all together.
MOST_BASES: Final = 8
MOST_JOURNEYS: Final = 24
# Of so many goals a deal is looked for; further ones are shown with a deal at hand or one found before, or without.
MOST_SEARCHES: Final = 24
FAR: Final = (0, 1, 2, 3, 4, 6, 9, 12, 18, 24)

# What the program says where a goal of a kind is broken. A kind that is not here is judged by its term alone.
FAULTS: Final[Mapping[str, frozenset[str]]] = {
    "slot-conflict": frozenset({"slot-conflict"}),
    "dated-overlap": frozenset({"slot-conflict"}),
    "missing-clause": frozenset({"missing-clause"}),
    "unasked-clause": frozenset({"unasked-clause"}),
    "dated-hole": frozenset({"missing-clause"}),
    "slot-twice": frozenset({"slot-twice"}),
    "exception-cycle": frozenset({"exception-cycle"}),
    "requires": frozenset({"requires"}),
    "excludes": frozenset({"excludes"}),
    "obligation": frozenset({"obligation"}),
    "forbidden": frozenset({"forbidden"}),
    "undefined-condition": frozenset({"absent-field"}),
    "undefined-value": frozenset({"absent-field"}),
    "unprintable-value": frozenset({"unprintable-value"}),
    "empty-text": frozenset({"empty-text"}),
    "dangling-reference": frozenset({"dangling-reference"}),
}
# What is found when a text is filled, so not where the program already stopped at the selection of the clauses.
OF_TEXTS: Final = frozenset({"undefined-value", "unprintable-value", "empty-text", "dangling-reference",
                             "undefined-term", "languages-differ"})  # fmt: skip


@dataclass(frozen=True)
class Counterexample:
    """A valid deal on which a goal breaks: ``edits`` of the deal ``base``, and what the program then says.

    It is ``hidden`` where the program stops at something else before it comes to the fault.
    """

    base: str
    edits: tuple[Edit, ...]
    values: Mapping[str, Any]
    deal: Deal
    said: tuple[Diagnostic, ...]
    hidden: bool = False

    def says(self, goal: Goal) -> Diagnostic | None:
        """What the program says about the fault that a goal is about, at its place if it names that."""
        codes = FAULTS.get(goal.kind)
        said = [fault for fault in self.said if codes is None or self.hidden or fault.code in codes]
        about = goal.subject.replace(":", " ").replace(",", " ").split()
        place = goal.finding.span
        line = (place.file, place.line) if place is not None else None
        return min(
            said,
            key=lambda fault: (
                fault.span != place,
                fault.span is None or (fault.span.file, fault.span.line) != line,
                -_named(fault, about),
            ),
            default=None,
        )

    def shown(self) -> str:
        """``contracts/pme.yaml with context.sector general -> finance``"""
        if not self.edits:
            return f"{self.base} as it is"
        return f"{self.base} with " + ", ".join(str(edit) for edit in self.edits)


class Nearest:
    """Finds counterexamples for the goals of one prover."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover
        self.problem = prover.problem
        self.keys = [key for key, _ in self.problem.variables]
        self.changes: dict[str, dict[Term, int]] = {}
        self.names = 0
        self.journeys = MOST_JOURNEYS
        self.searches = MOST_SEARCHES
        self.validity = Validity(prover.problem.library.schema)
        self.profiles = alone(prover.problem.library)
        self.asked: dict[Term, tuple[Hashable, ...]] = {}
        self.found: dict[tuple[str, Term], Counterexample | None] = {}

    def example(self, goal: Goal) -> Counterexample | None:
        """The nearest deal that breaks a goal; goals of one kind with one formula break on the same deal."""
        name = (goal.kind, _wanted(goal))
        if name not in self.found:
            self.found[name] = self.find(goal)
        return self.found[name]

    def find(self, goal: Goal) -> Counterexample | None:
        """The nearest deal that breaks a goal, or ``None`` where none could be built that really does."""
        best = self._as_it_is(goal)
        if best is not None:
            return best
        # One fault breaks many goals, most of them on one deal.
        other = self._shown_before(goal)
        if other is not None and (len(other.edits) <= FEW or self.searches == 0):
            return other
        if self.searches == 0:
            return None
        self.searches -= 1
        hidden: Counterexample | None = None
        for base, values in self._ways(goal):
            example = self._tried(goal, base, values)
            if example is not None and example.hidden:
                hidden = hidden or example
            elif example is not None and (best is None or len(example.edits) < len(best.edits)):
                best = example
            if best is not None and len(best.edits) <= FEW:
                break
        best = min((one for one in (best, other) if one is not None), key=lambda one: len(one.edits), default=None)
        return best or hidden or self._from_afar(goal)

    def _as_it_is(self, goal: Goal) -> Counterexample | None:
        """A deal at hand that breaks a goal, whichever entry of its lists it is that does."""
        for base in self.prover.known:
            if self._shows(goal, base.deal, base.facts, surely=True):
                result = replay(self.problem.library, base.deal, base.deal.values)
                if self.breaks(goal, result):
                    return self._smallest(goal, base, dict(base.deal.values), result)
        return None

    def _ways(self, goal: Goal) -> Iterator[tuple[KnownDeal, dict[Hashable, bool | Fraction]]]:
        """Assignments that break a goal, the nearest first, each with other changes than those before."""
        blocked: list[Term] = []
        for _ in range(MOST_TRIES):
            found = self._assignment(goal, blocked)
            if found is None:
                return
            yield found
            blocked.append(self._other_than(*found))

    def _shown_before(self, goal: Goal) -> Counterexample | None:
        """The deal of another goal, where it breaks this one too."""
        shown = {id(example.values): example for example in self.found.values() if example and not example.hidden}
        for example in sorted(shown.values(), key=lambda one: len(one.edits)):
            base = next((deal for deal in self.prover.known if deal.name == example.base), None)
            if base is not None:
                result = replay(self.problem.library, base.deal, example.values)
                if self.breaks(goal, result):
                    return self._smallest(goal, base, dict(example.values), result)
        return None

    def _from_afar(self, goal: Goal) -> Counterexample | None:
        """A deal with as many changes as it takes, from one deal at hand after the other."""
        for base in self.prover.known[:MOST_BASES]:
            if self.journeys == 0:
                break
            self.journeys -= 1
            found = self._assignment(goal, (), [base], FAR)
            example = self._tried(goal, *found) if found is not None else None
            if example is not None:
                return example
        return None

    # ---- the assignment

    def _assignment(
        self,
        goal: Goal,
        blocked: Iterable[Term],
        bases: Sequence[KnownDeal] = (),
        steps: Iterable[int] = range(MOST_CHANGES),
    ) -> tuple[KnownDeal, dict[Hashable, bool | Fraction]] | None:
        """The assignment that breaks the goal with the fewest changes of a deal at hand, or of one of ``bases``."""
        solver = self.prover.solver
        term = terms.all_of(_wanted(goal), *blocked)
        self.names += 1
        assumed = [*self.prover.rules(solver, goal.wanted), solver.under(("broken", self.names), term)]
        if solver.ask(assumed) != "yes":
            return None
        for most in steps:
            for base in bases or (self.prover.known[:FIRST] if most <= FEW else self.prover.known):
                near = solver.at_most(("near", base.name, most), self._changes(base), most)
                if solver.ask([*assumed, near]) == "yes":
                    return base, solver.assignment(self.problem.variables)
        return None

    def _changes(self, base: KnownDeal) -> dict[Term, int]:
        """For each field, whether it differs from the deal at hand, and what that costs."""
        if base.name not in self.changes:
            fields: dict[Path, list[Term]] = {}
            for key, value in base.values(self.keys).items():
                if isinstance(key, Aspect) and value is not None and not self._follows(key):
                    fields.setdefault(key.path, []).append(_differs(key, value))
            self.changes[base.name] = {
                terms.any_of(*parts): FORMULA_COST if path[0] == "facts" else 1 for path, parts in fields.items()
            }
        return self.changes[base.name]

    def _other_than(self, base: KnownDeal, values: Mapping[Hashable, bool | Fraction]) -> Term:
        """Not these changes again."""
        own = base.values(self.keys)
        changed = {
            key: value
            for key, value in values.items()
            if isinstance(key, Aspect)
            and key.path[0] not in DERIVED
            and not self._follows(key)
            and own[key] not in {None, value}
        }
        # What is inside of what is gone may be anything.
        outer = {key.path for key in changed}
        # A list of another length that did not help is not tried in every length.
        differ = [
            terms.no(_differs(key, own[key] or Fraction())) if key.name == "size" else _differs(key, value)
            for key, value in changed.items()
            if not any(key.path[:size] in outer for size in range(len(key.path)))
        ]
        return terms.any_of(*(differ or self._changes(base)))

    def _follows(self, key: Aspect) -> bool:
        """Whether an aspect follows from others: counting it would count one change twice."""
        if key.path[0] in DERIVED and (key.path[0] != "facts" or key.path[1] == "as_of"):
            return True
        return key.name == "size" and key.path in self.problem.contracts.deals.space.counted

    # ---- the deal

    def _tried(self, goal: Goal, base: KnownDeal, values: Mapping[Hashable, bool | Fraction]) -> Counterexample | None:
        library = self.problem.library
        others = [deal.deal.values for deal in self.prover.known if deal is not base]
        samples = Samples(library.schema.type, [base.deal.values, *others])
        own = base.values(self.keys)
        new = {
            key: value
            for key, value in values.items()
            if own[key] != value and isinstance(key, Aspect) and not self._follows(key)
        }
        real = _placed(base, new)
        plain = edited(library.schema.type, base.deal.values, real, samples)
        for key, value in real.items():
            test = base.needs.counted(key) if isinstance(key, Aspect) else None
            if isinstance(key, Aspect) and test is not None and isinstance(value, Fraction):
                entries, own_type = found(key.path, plain)[1], type_at(library.schema.type, key.path)
                if isinstance(entries, list) and own_type is not None:
                    bring_about(entries, own_type, test, int(value))
        wanted = {key: value for key, value in new.items() if key.path[0] == "facts" and own[key] is not None}
        mender = Mender(
            library,
            base.deal,
            wanted,
            others,
            samples,
            self.validity,
            MOST_MENDED,
            goal.wanted.endswith("of all"),
            lambda facts: self._shows(goal, base.deal, facts),
        )
        mended = self.profiles.restored(mender.mended(self.profiles.restored(plain)))
        result = replay(library, base.deal, mended)
        if not self.breaks(goal, result) and not self.hides(goal, result):
            return None
        return self._smallest(goal, base, mended, result)

    def _smallest(self, goal: Goal, base: KnownDeal, values: dict[str, Any], result: Replay) -> Counterexample:
        """The same without the changes that it does not need."""
        library, type_ = self.problem.library, self.problem.library.schema.type
        hidden = not self.breaks(goal, result)
        still = self.hides if hidden else self.breaks
        edits = differences(type_, base.deal.values, result.deal.values)
        for edit in edits if 1 < len(edits) <= MOST_REVERTED else ():
            fewer = self.profiles.restored(reverted(values, base.deal.values, edit.where))
            tried = replay(library, base.deal, fewer)
            if still(goal, tried):
                values, result = fewer, tried
        edits = differences(type_, base.deal.values, result.deal.values)
        said = (*result.faults, *(rule for rule in result.rules if goal.subject == rule.rule))
        return Counterexample(base.name, tuple(edits), values, result.deal, said, hidden)

    def breaks(self, goal: Goal, result: Replay) -> bool:
        """Whether the real program breaks on a deal as the goal says it must not."""
        if result.violations or (result.rules and not goal.wanted.endswith("of all")):
            return False
        codes = FAULTS.get(goal.kind)
        if codes is not None and not any(fault.code in codes for fault in result.faults):
            return False
        if result.facts is None:
            return codes is not None
        return not (codes is None and self.hides(goal, result)) and self._shows(goal, result.deal, result.facts)

    def hides(self, goal: Goal, result: Replay) -> bool:
        """Whether the goal breaks on a deal at whose selection of clauses the program already stops."""
        if result.violations or result.rules or result.facts is None:
            return False
        return result.stopped and goal.kind in OF_TEXTS and self._shows(goal, result.deal, result.facts)

    def _shows(self, goal: Goal, deal: Deal, facts: Facts | FactsOnDemand, *, surely: bool = False) -> bool:
        """Whether a deal is as the goal says that none is, as far as that is known; ``surely`` where it must be."""
        term = _wanted(goal)
        if term not in self.asked:
            self.asked[term] = tuple(dict.fromkeys(key for key, _ in terms.variables(term)))
        keys = self.asked[term]
        known = KnownDeal("", deal, facts, self.problem.contracts.deals.needs)
        try:
            said = (Assignment(known.values(keys)).holds(term) for _ in _readings(known, keys))
            return any(holds or (holds is None and not surely) for holds in said)
        except AbsentField:
            return not surely


def _wanted(goal: Goal) -> Term:
    """What a deal must have that breaks a goal."""
    return goal.term if goal.shown_by is None else goal.shown_by


def _differs(key: Aspect, value: bool | Fraction) -> Term:
    if isinstance(value, bool):
        same = terms.variable(key)
        return terms.no(same) if value else same
    return terms.no(terms.equal(terms.number(key), Linear(constant=value)))


def _readings(known: KnownDeal, keys: Iterable[Hashable]) -> Iterator[None]:
    """Turns the entries of each list over that variables speak of: what stands for any entry may be each of them."""
    yield None
    lists = {key.path[: key.path.index(0)] for key in keys if isinstance(key, Aspect) and 0 in key.path}
    for path in sorted(lists & known.chosen.keys(), key=repr):
        before, (_, entries) = known.chosen[path], found(path, known.scope)
        for index in range(min(len(entries), MOST_ENTRIES) if isinstance(entries, list) else 0):
            known.chosen[path] = (index, *(other for other in before if other != index))
            yield None
        known.chosen[path] = before


def _named(fault: Diagnostic, names: Iterable[str]) -> int:
    """How many of the names that a goal is about stand in what the program says."""
    return sum(f"`{name}`" in fault.message for name in names)


def _placed(base: KnownDeal, new: Mapping[Aspect, bool | Fraction]) -> dict[Hashable, bool | Fraction | None]:
    """The aspects of the deal at hand for those of the proof, whose entries of a list stand for any of them: each
    is the entry that has to change least."""
    asked: dict[Path, dict[Aspect, bool | Fraction]] = {}
    for key, value in new.items():
        at = next((index for index, step in enumerate(key.path) if isinstance(step, int)), None)
        if at is not None:
            asked.setdefault(key.path[: at + 1], {})[key] = value
    stands: dict[Path, Path] = {}
    for path, wanted in asked.items():
        entries, own = found(path[:-1], base.scope)[1], base.real(path)
        if not isinstance(entries, list) or path[-1] not in range(len(entries)):
            continue
        places = [(*path[:-1], index) for index in range(len(entries)) if (*path[:-1], index) not in stands.values()]

        def lacks(place: Path, wanted: Mapping[Aspect, Any] = wanted, own: Path = own) -> tuple[int, bool]:
            aspects = (
                (Aspect(key.name, (*place, *key.path[len(place) :]), key.detail), v) for key, v in wanted.items()
            )
            return sum(value_of(aspect, base.scope) != value for aspect, value in aspects), place != own

        stands[path] = min(places, key=lacks, default=own)
    real: dict[Hashable, bool | Fraction | None] = {}
    for key, value in new.items():
        head = next((path for path in stands if key.path[: len(path)] == path), None)
        path = base.real(key.path) if head is None else (*stands[head], *key.path[len(head) :])
        real[Aspect(key.name, path, key.detail)] = value
    return real
