"""The deal that breaks a goal: the nearest to a deal at hand, and shown only when the real program breaks on it too."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from generator.deal import Deal
from generator.diagnostics import Diagnostic
from generator.prove import terms
from generator.prove.counts import bring_about
from generator.prove.edits import DERIVED, Edit, differences, edited, reverted, type_at
from generator.prove.goals.goal import Goal
from generator.prove.known import KnownDeal
from generator.prove.mending import Mender
from generator.prove.places import Aspect, Path, found
from generator.prove.prover import Prover
from generator.prove.replay import Replay, replay
from generator.prove.samples import Samples
from generator.prove.terms import Linear, Term
from generator.prove.validity import Validity

MOST_CHANGES: Final = 12
# What a formula gives cannot be set: fields have to be found that make it so.
FORMULA_COST: Final = 3
MOST_TRIES: Final = 6
MOST_MENDED: Final = 100
# With so few changes a deal is read at a glance; of more it is tried which are needed, up to a number.
FEW: Final = 4
MOST_REVERTED: Final = 40
# A reader knows the first deals; of more the others are looked at where none of these is near.
FIRST: Final = 8

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
    "empty-text": frozenset({"empty-text"}),
    "dangling-reference": frozenset({"dangling-reference"}),
}


@dataclass(frozen=True)
class Counterexample:
    """A valid deal on which a goal breaks: ``edits`` of the deal ``base``, and what the program then says."""

    base: str
    edits: tuple[Edit, ...]
    values: Mapping[str, Any]
    deal: Deal
    said: tuple[Diagnostic, ...]

    def says(self, goal: Goal) -> Diagnostic | None:
        """What the program says about the fault that a goal is about, at its place if it names that."""
        codes = FAULTS.get(goal.kind)
        said = [fault for fault in self.said if codes is None or fault.code in codes]
        return min(said, key=lambda fault: fault.span != goal.finding.span, default=None)

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
        self.validity = Validity(prover.problem.library.schema)
        self.found: dict[tuple[str, Term], Counterexample | None] = {}

    def example(self, goal: Goal) -> Counterexample | None:
        """The nearest deal that breaks a goal; goals of one kind with one formula break on the same deal."""
        name = (goal.kind, _wanted(goal))
        if name not in self.found:
            self.found[name] = self.find(goal)
        return self.found[name]

    def find(self, goal: Goal) -> Counterexample | None:
        """The nearest deal that breaks a goal, or ``None`` where none could be built that really does."""
        best: Counterexample | None = None
        blocked: list[Term] = []
        for _ in range(MOST_TRIES):
            found = self._assignment(goal, blocked)
            if found is None:
                break
            example = self._tried(goal, *found)
            if example is not None and (best is None or len(example.edits) < len(best.edits)):
                best = example
            if best is not None and len(best.edits) <= FEW:
                break
            blocked.append(self._other_than(*found))
        return best

    # ---- the assignment

    def _assignment(
        self, goal: Goal, blocked: Iterable[Term]
    ) -> tuple[KnownDeal, dict[Hashable, bool | Fraction]] | None:
        """The assignment that breaks the goal with the fewest changes of a deal at hand."""
        solver = self.prover.solver
        term = terms.all_of(_wanted(goal), *blocked)
        self.names += 1
        assumed = [*self.prover.rules(solver, goal.wanted), solver.under(("broken", self.names), term)]
        if solver.ask(assumed) != "yes":
            return None
        for most in range(MOST_CHANGES):
            for base in self.prover.known[:FIRST] if most <= FEW else self.prover.known:
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
        real: dict[Hashable, bool | Fraction | None] = {
            Aspect(key.name, base.real(key.path), key.detail): value for key, value in new.items()
        }
        plain = edited(library.schema.type, base.deal.values, real, samples)
        for key, value in real.items():
            test = base.needs.counted(key) if isinstance(key, Aspect) else None
            if isinstance(key, Aspect) and test is not None and isinstance(value, Fraction):
                entries, own_type = found(key.path, plain)[1], type_at(library.schema.type, key.path)
                if isinstance(entries, list) and own_type is not None:
                    bring_about(entries, own_type, test, int(value))
        wanted = {
            key: value
            for key, value in new.items()
            if key.path[0] == "facts" and own[key] is not None and key.name != "size"
        }
        of_all = goal.wanted.endswith("of all")
        mended = Mender(library, base.deal, wanted, others, samples, self.validity, MOST_MENDED, of_all).mended(plain)
        result = replay(library, base.deal, mended)
        if not self.breaks(goal, result):
            return None
        return self._smallest(goal, base, mended, result)

    def _smallest(self, goal: Goal, base: KnownDeal, values: dict[str, Any], result: Replay) -> Counterexample:
        """The same without the changes that it does not need."""
        library, type_ = self.problem.library, self.problem.library.schema.type
        edits = differences(type_, base.deal.values, result.deal.values)
        for edit in edits if 1 < len(edits) <= MOST_REVERTED else ():
            fewer = reverted(values, base.deal.values, edit.where)
            tried = replay(library, base.deal, fewer)
            if self.breaks(goal, tried):
                values, result = fewer, tried
        edits = differences(type_, base.deal.values, result.deal.values)
        said = (*result.faults, *(rule for rule in result.rules if goal.subject == rule.rule))
        return Counterexample(base.name, tuple(edits), values, result.deal, said)

    def breaks(self, goal: Goal, result: Replay) -> bool:
        """Whether the real program breaks on a deal as the goal says it must not."""
        if result.violations or (result.rules and not goal.wanted.endswith("of all")):
            return False
        codes = FAULTS.get(goal.kind)
        if codes is not None and not any(fault.code in codes for fault in result.faults):
            return False
        if result.facts is None:
            return codes is not None
        found = KnownDeal("", result.deal, result.facts, self.problem.contracts.deals.needs).assignment(self.keys)
        return found.holds(_wanted(goal)) is not False


def _wanted(goal: Goal) -> Term:
    """What a deal must have that breaks a goal."""
    return goal.term if goal.shown_by is None else goal.shown_by


def _differs(key: Aspect, value: bool | Fraction) -> Term:
    if isinstance(value, bool):
        same = terms.variable(key)
        return terms.no(same) if value else same
    return terms.no(terms.equal(terms.number(key), Linear(constant=value)))
