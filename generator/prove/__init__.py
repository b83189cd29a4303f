"""Proving the clause library: what holds for every valid deal, with a deal at hand where it does not."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from generator.deal import Deal
from generator.diagnostics import Diagnostic, Note, Severity
from generator.library.model import Library, Rule
from generator.prove.counterexample import Counterexample, Nearest
from generator.prove.credit_grids import problems
from generator.prove.goals.goal import Goal
from generator.prove.kinds import KINDS
from generator.prove.known import DealsAtHand, KnownDeal, known_deal
from generator.prove.lock import Digests, Lock
from generator.prove.needs import Needs, needs
from generator.prove.plain import made_valid, plain_deal
from generator.prove.prover import TIMEOUT, Problem, Prover
from generator.prove.solver import SolverMissing, version
from generator.prove.telling import Telling

__all__ = ["KINDS", "DealsAtHand", "KnownDeal", "Proof", "SolverMissing", "known_deal", "needs", "prove"]

# So many broken goals are shown with a deal; the rest has causes in common with them.
MOST_EXAMPLES: Final = 25
NO_DEAL: Final = "no-valid-deal"


@dataclass(frozen=True)
class Proof:
    """What was found: a finding for each goal that does not hold or could not be decided.

    ``chief`` are those that a person should read, the causes first; the others follow from them or say the same of
    other places. ``examples`` are the deals at hand, by the name of the goal; ``questions`` counts those that the
    solver was asked, ``kept`` the goals that an earlier proof settled.
    """

    findings: tuple[Diagnostic, ...]
    chief: tuple[Diagnostic, ...]
    examples: Mapping[str, Counterexample]
    lock: Lock
    kept: int
    settled: int
    questions: int

    @property
    def goals(self) -> int:
        return sum(self.lock.goals.values())


def prove(
    library: Library,
    known: Sequence[KnownDeal] = (),
    *,
    slot: str = "",
    earlier: Lock | None = None,
    engine: str = "",
    timeout: int = TIMEOUT,
    invalid: Mapping[str, Deal] | None = None,
) -> Proof:
    """Prove every goal of a library, or those that concern a slot.

    ``known`` are valid deals at hand, ``earlier`` the record of an earlier proof, ``engine`` the digest of the program;
    ``timeout`` is milliseconds a question; ``invalid`` are deals by their files that rules find fault with, to start
    from where no valid one is at hand. Raises ``SolverMissing``.
    """
    solver = version()
    clock = [time.perf_counter()]
    with _growing():
        problem = Problem.of(library, slot)
        digests = Digests(problem.world, problem.rules, solver)
        names = {goal: digests.goal(goal) for goal in problem.unsettled}
        kept = earlier.proven if earlier is not None and earlier.solver == solver else frozenset()
        todo = [goal for goal, digest in names.items() if digest not in kept]
        clock.append(time.perf_counter())
        prover = Prover(problem, known, timeout)
        verdicts = prover.verdicts(todo)
    clock.append(time.perf_counter())
    if verdicts.failed and not known:
        prover.known = _made(library, problem.contracts.deals.needs, invalid or {})
    nearest = Nearest(prover)
    findings = Telling()
    examples: dict[str, Counterexample] = {}
    for goal in told(verdicts.failed):
        tried = goal.wanted.startswith("never") and len(examples) < MOST_EXAMPLES
        example = nearest.example(goal) if tried else None
        if example is not None:
            examples[goal.name] = example
        finding = _found(goal, example, prover.hindered(goal), tried=tried)
        if example is not None and example.hidden:
            findings.hidden(finding, example.says(goal))
        elif goal.wanted.startswith("never") and not tried:
            findings.untried(finding)
        else:
            findings.alone(finding)
    grids = [] if slot else list(problems(library))
    for finding in (*map(_undecided, verdicts.unknown), *grids):
        findings.alone(finding)
    clock.append(time.perf_counter())
    missed = {*verdicts.failed, *verdicts.unknown}
    counts = problem.counts
    counts["credit-grid"] += 0 if slot else 1
    parts = ("translated", "answered", "deals")
    lock = Lock(
        library.digest,
        engine,
        solver,
        counts,
        frozenset(digest for goal, digest in names.items() if goal not in missed),
        len(verdicts.failed) + len(grids),
        len(verdicts.unknown),
        {part: end - start for part, start, end in zip(parts, clock, clock[1:], strict=False)},
    )
    settled = len(problem.goals) - len(problem.unsettled)
    return Proof(findings.all, findings.chief, examples, lock, len(names) - len(todo), settled, prover.questions)


@contextmanager
def _growing() -> Iterator[None]:
    """Without the garbage collector: what a proof makes is kept to its end, and to walk it again takes a third more."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def told(failed: Sequence[Goal]) -> Sequence[Goal]:
    """The goals to speak of, those first that the program comes to first: what it stops at hides the others.

    Where no deal is valid at all, every other thing that no valid deal has follows.
    """
    order = {kind: number for number, kind in enumerate(KINDS)}
    failed = sorted(failed, key=lambda goal: order[goal.kind])
    if not any(goal.kind == NO_DEAL for goal in failed):
        return failed
    return [goal for goal in failed if goal.kind == NO_DEAL or goal.wanted != "some"]


def _made(library: Library, asked: Needs, invalid: Mapping[str, Deal]) -> list[KnownDeal]:
    """The deals that stand in where no valid deal is at hand."""
    made = list(made_valid(library, asked, invalid))
    deal = plain_deal(library, asked) if not made else None
    return [deal] if deal is not None else made


def _found(goal: Goal, example: Counterexample | None, hindered: Sequence[Rule], *, tried: bool) -> Diagnostic:
    """What is said of a goal that does not hold.

    ``hindered`` are the rules that leave no deal for it, ``tried`` says whether a deal that shows it was looked for.
    """
    notes = [Note(f"for example {example.shown()}")] if example is not None else []
    if example is None and tried:
        notes = [Note("no deal was found that shows it: what formulas compute may exclude it")]
    notes += goal.finding.notes
    notes += [Note(f"as {rule.id} asks for `{rule.asserted.text}`", rule.asserted.span) for rule in hindered]
    said = example.says(goal) if example is not None else None
    says = (
        "the program stops before it comes to this"
        if example is not None and example.hidden
        else "the program then says"
    )
    notes += [Note(f"{says}: {said.message}", said.span)] if said is not None else []
    span = goal.finding.span or next((rule.asserted.span for rule in hindered), None)
    return replace(goal.finding, span=span, notes=tuple(notes))


def _undecided(goal: Goal) -> Diagnostic:
    finding = goal.finding
    message = f"not proven: the solver gave up on whether {finding.message}"
    return replace(finding, code="not-proven", severity=Severity.ERROR, message=message)
