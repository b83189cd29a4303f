"""What proving the library costs, and what its answers are like; ``python -m bench.proof [part …]``, all parts without.

Each figure is the least, the median and the most of several runs, in seconds of processor and by the clock: where other
work shares the machine only the first of the two means much, and that one too grows by half on busy cores.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random
from statistics import mean, median, quantiles

from bench.__main__ import ROOT, Run, run
from bench.faults import faults
from bench.replicas import enlarged, part, twice
from generator.counterfactual import Counterfactuals, Found, fields
from generator.library.model import Library
from generator.pipeline import Draft, draft, library_of
from generator.prove import KnownDeal, Proof, needs, prove
from generator.prove.prover import Problem, Prover
from generator.workspace import Workspace

RUNS, FEW = 7, 3
FAULTS, ASKED, SEED = 60, 120, 4
DEALS = ("eti-cogere", "gc-grand-compte", "pme-acme", "sante-clinique", "tpe-boulangerie")
COPIED = ("generator", "clauses", "schemas", "contracts")


@dataclass(frozen=True)
class Bench:
    """What the parts measure on: the library and the example deals."""

    library: Library
    drafts: dict[str, Draft]

    @cached_property
    def known(self) -> list[KnownDeal]:
        asked = needs(self.library)
        return [
            KnownDeal(name, made.deal, made.facts, asked)
            for name, made in self.drafts.items()
            if made.deal is not None and made.facts is not None
        ]

    @cached_property
    def proof(self) -> Proof:
        return prove(self.library, self.known)


def prepared() -> Bench:
    library, _ = library_of(Workspace.default())
    if library is None:
        raise SystemExit("the clause library has errors; see: clausier library lint")
    return Bench(library, {f"contracts/{name}.yaml": draft(ROOT / "contracts" / f"{name}.yaml") for name in DEALS})


# ---- the parts


def whole(bench: Bench) -> None:
    """This library from nothing, in a process that has read it."""
    proof = bench.proof
    counts = ", ".join(f"{kind} {count}" for kind, count in sorted(proof.lock.goals.items()))
    print(f"{len(bench.library.clauses)} clauses, {len(bench.library.rules)} rules: {proof.goals:,} goals, of which")
    print(f"{proof.settled:,} settled by guards, the others in {proof.questions} questions\n{counts}")
    proofs: list[Proof] = []
    show("this library from nothing", timed(lambda: proofs.append(prove(bench.library, bench.known))))
    for name in ("translated", "answered"):
        print(f"  of which {name}, by the clock{spread([proof.lock.seconds[name] for proof in proofs]):>42}")


def changed(bench: Bench) -> None:
    """One clause asks for one thing more: everything is translated, and only its goals are proven again."""
    earlier = bench.proof.lock
    clauses = [clause for clause in bench.library.clauses.values() if clause.when is not None]
    kept: list[str] = []

    def once() -> None:
        clause = clauses[len(kept) * 31 % len(clauses)]
        other = {**bench.library.clauses, clause.id: replace(clause, requires=(*clause.requires, clause.slot))}
        proof = prove(replace(bench.library, clauses=other), bench.known, earlier=earlier)
        kept.append(f"{proof.questions}")

    show("one clause changed", timed(once))
    print(f"  questions asked: {', '.join(kept)}")


def sizes(bench: Bench) -> None:
    """Other libraries: what is proven of them, and that nothing of it fails, as they are made of one that holds."""
    for library in (part(bench.library, 100), enlarged(bench.library, 1000), twice(bench.library)):
        said: list[str] = []

        def once(library: Library = library, said: list[str] = said) -> None:
            problem = Problem.of(library)
            prover = Prover(problem)
            verdicts = prover.verdicts(problem.unsettled)
            missed = len(verdicts.failed) + len(verdicts.unknown)
            said[:] = [
                f"  {len(problem.goals):,} goals over {len(problem.variables):,} variables, "
                f"{len(library.rules)} rules, {prover.questions} questions, {missed} not proven"
            ]

        show(
            f"{len(library.clauses):,} clauses, no deal at hand",
            timed(once, FEW if len(library.clauses) > 1000 else RUNS),
        )
        print(*said)


def examples(bench: Bench) -> None:
    """Counterexamples: how many fields they change, and how long it takes to find and to try one."""
    earlier = bench.proof.lock
    lengths: list[int] = []
    seconds: list[float] = []
    failed = shown = told = 0
    for fault in faults(bench.library, FAULTS, SEED):
        proof = prove(fault.within(bench.library), bench.known, earlier=earlier)
        never = [finding for finding in proof.findings if not finding.code.startswith("dead")]
        failed += bool(proof.findings)
        shown += len(proof.examples)
        told += len(never)
        lengths += [len(example.edits) for example in proof.examples.values()]
        if never:
            seconds.append(proof.lock.seconds["deals"] / len(never))
        if any(len(example.edits) > 4 for example in proof.examples.values()):
            print(f"  more than four fields: {fault}")
    print(
        f"\n{FAULTS} seeded faults: {failed} found by the proofs, {told} findings that a deal can show, {shown} shown"
    )
    print(f"fields of a counterexample: mean {mean(lengths):.2f}, most {max(lengths)}, as it is {lengths.count(0)}")
    print(f"seconds by the clock for one of them {spread(seconds)}")


def whynot(bench: Bench) -> None:
    """What would bring a clause in, or take it out: clauses drawn for each example deal."""
    random = Random(SEED)
    spent: list[float] = []
    lengths: list[int] = []
    clauses = list(bench.library.clauses.values())
    for made in bench.drafts.values():
        assert made.facts is not None and made.plan is not None
        inside = {planned.id for planned in made.plan.clauses()}
        asked = Counterfactuals(bench.library, made.facts, made.rulings)
        for clause in random.sample(clauses, ASKED // len(bench.drafts)):
            start = time.process_time()
            found = asked.taking_out(clause) if clause.id in inside else asked.bringing_in(clause)
            spent.append((time.process_time() - start) * 1000)
            if isinstance(found, Found):
                lengths.append(fields(found.edits))
    print(f"\n{len(spent)} questions `why not`, CPU ms: mean {mean(spent):.0f}, ", end="")
    print(f"95 % under {quantiles(spent, n=20)[-1]:.0f}, most {max(spent):.0f}")
    print(f"answered with an edit {len(lengths)}, of fields: mean {mean(lengths):.2f}, most {max(lengths)}")


def commands(bench: Bench) -> None:
    """The commands as whole processes, in a copy of the checkout; the first is with nothing known."""
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            shutil.copytree(ROOT / name, Path(folder) / name, ignore=shutil.ignore_patterns("__pycache__"))
        copy = Path(folder)
        show("library prove --again", processes(copy, FEW, "prove", "--again"))
        show("library prove, unchanged", processes(copy, RUNS, "prove"))
        clause = next(clause for clause in bench.library.clauses.values() if clause.when is not None)
        file = copy / "clauses" / Path(clause.file).relative_to("clauses")
        file.write_text(file.read_text("utf-8") + "\n", "utf-8")
        show("library prove, one file saved", processes(copy, 1, "prove"))
        show("library lint", processes(copy, FEW, "lint"))
        show("library book", processes(copy, FEW, "book", "-o", "library.docx"))
        show("library import", processes(copy, FEW, "import", "library.docx"))
        show("library diff --with", processes(copy, FEW, "diff", "--with", str(ROOT)))
        show("library cover", processes(copy, 1, "cover"))


def processes(folder: Path, times: int, *words: str) -> list[Run]:
    """Whole processes; the first that Python compiles its files for is not counted."""
    command = [sys.executable, "-m", "generator", "library", *words]
    return [run(command, folder) for _ in range(times)]


PARTS = {part.__name__: part for part in (whole, changed, sizes, examples, whynot, commands)}


# ---- measuring


def timed(once: Callable[[], object], times: int = RUNS) -> list[Run]:
    """So many runs in this process."""
    runs = []
    for _ in range(times):
        gc.collect()
        # As `prove` does by itself.
        gc.disable()
        wall, cpu = time.perf_counter(), time.process_time()
        once()
        runs.append(Run(time.perf_counter() - wall, time.process_time() - cpu, 0))
        gc.enable()
    return runs


def show(title: str, runs: Sequence[Run]) -> None:
    print(f"\n{title:42}{'min':>12}{'median':>9}{'max':>9}   of {len(runs)}")
    print(f"{'  seconds of processor':42}{spread([r.cpu for r in runs])}")
    print(f"{'  seconds by the clock':42}{spread([r.wall for r in runs])}", flush=True)


def spread(figures: Sequence[float]) -> str:
    return f"{min(figures):12.2f}{median(figures):9.2f}{max(figures):9.2f}"


def main(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise SystemExit(f"no part is named {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    print(f"load of the machine, processes that wait for its {os.cpu_count()} cores: {os.getloadavg()[0]:.1f}")
    bench = prepared()
    for name in names or PARTS:
        PARTS[name](bench)


if __name__ == "__main__":
    main(sys.argv[1:])
