"""Conditions of the library, evaluated here and by other engines; ``python -m bench.conditions [deal]``.

Every engine gets the same conditions in its own language and what they read of the same deal, in the form that it keeps
from one evaluation to the next, compiles them before the clock starts, and must come to our values. Figures are
microseconds of processor for one evaluation.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.peers import PEERS, needed, sayable
from generator.conditions import AbsentField, Expression, Scope, evaluate
from generator.conditions.evaluate import compile_expression
from generator.conditions.table import ALONE, table_function
from generator.facts import Facts, derive
from generator.library.model import Library
from generator.library.walk import conditions
from generator.pipeline import draft
from generator.plan import _Selection, select
from generator.rulings import judge

MANY, RUNS = 200, 7
SWEEP = 0.02
"""Seconds that one run lasts at least."""

Row = tuple[str, Callable[[], Any], int]
"""What is timed, once through it, and how many evaluations that is."""


def main(deal: Path) -> None:
    made = draft(deal)
    assert made.library is not None and made.facts is not None
    library, facts = made.library, made.facts
    chosen = comparable(library, facts.scope)
    expected = [evaluate(expression, facts.scope) for expression in chosen]
    rows, notes = ours(chosen, facts.scope, expected), list[str]()
    values = needed(chosen, facts.scope)
    for peer in PEERS:
        if not peer.version:
            notes.append(f"{peer.name}: not installed (pip install {peer.package})")
            continue
        runs = peer.runs(chosen, values)
        agreed = sum(run() == value for run, value in zip(runs, expected, strict=True))
        rows.append((f"{peer.name} {peer.version}", _each(runs), len(runs)))
        if agreed < len(runs):
            notes.append(f"{peer.name}: {len(runs) - agreed} of {len(runs)} values are not ours")
    show(f"{len(chosen)} conditions of the library, {deal}: µs a condition", rows)
    for note in notes:
        print(note)
    show("one deal: µs", per_deal(library, facts))


def comparable(library: Library, scope: Scope) -> list[Expression]:
    """The first conditions of the library, each once, that all engines can say and this deal can decide."""
    texts: dict[str, Expression] = {}
    for condition in conditions(library):
        if sayable(condition.expression) and _decided(condition.expression, scope):
            texts.setdefault(condition.text, condition.expression)
    return list(texts.values())[:MANY]


def _decided(expression: Expression, scope: Scope) -> bool:
    try:
        return isinstance(evaluate(expression, scope), bool)
    except (AbsentField, KeyError):
        # A rule may read the entry that it is about, which is no part of the deal's own scope.
        return False


def ours(chosen: Sequence[Expression], scope: Scope, expected: Sequence[Any]) -> list[Row]:
    runs = [compile_expression(expression) for expression in chosen]
    table = table_function(chosen).bound()
    if [run(scope) for run in runs] != expected or list(table(scope)) != expected:
        raise SystemExit("the code of a condition does not say what the condition says")

    def alone() -> None:
        for run in runs:
            run(scope)

    def walked() -> None:
        for expression in chosen:
            evaluate(expression, scope)

    many = len(chosen)
    return [
        ("Clausier, each alone", alone, many),
        ("Clausier, all in one table", lambda: table(scope), many),
        ("Clausier, walked", walked, many),
    ]


def per_deal(library: Library, facts: Facts) -> list[Row]:
    """The stages that conditions decide, in a process that has made so many deals that there is a table."""
    for _ in range(ALONE):
        library.held(facts.scope)

    def decided() -> None:
        selection = _Selection(library, facts)
        selection.held = library.held(facts.scope)
        for clause in library.clauses.values():
            selection.outcome(clause)

    return [
        (
            f"the {len(library.held(facts.scope))} conditions of clauses, slots, outlines",
            lambda: library.held(facts.scope),
            1,
        ),
        (f"every one of {len(library.clauses)} clauses: layer, date, condition, exceptions", decided, 1),
        ("select: the plan with its candidates", lambda: select(library, facts), 1),
        ("derive: layers, parameters, facts", lambda: derive(library, facts.deal, facts.as_of), 1),
        (f"judge: the {len(library.rules)} rules", lambda: judge(library, facts, "fr"), 1),
    ]


def _each(runs: Sequence[Callable[[], Any]]) -> Callable[[], None]:
    def each() -> None:
        for run in runs:
            run()

    return each


def show(title: str, rows: Sequence[Row]) -> None:
    """Time the rows in turn, and print the least, the median and the most of what one evaluation took."""
    times = {name: times_of(once) for name, once, _ in rows}
    spent: dict[str, list[float]] = {name: [] for name, _, _ in rows}
    gc.collect()
    for _ in range(RUNS):
        for name, once, evaluations in rows:
            start = time.process_time()
            for _ in range(times[name]):
                once()
            spent[name].append((time.process_time() - start) / times[name] / evaluations * 1e6)
    print(f"\n{title:60}{'min':>9}{'median':>9}{'max':>9}")
    for name, row in spent.items():
        print(f"{name:60}{min(row):9.2f}{median(row):9.2f}{max(row):9.2f}")


def times_of(once: Callable[[], Any]) -> int:
    """How often to go through it in a run."""
    once()
    start = time.process_time()
    once()
    return max(1, int(SWEEP / max(time.process_time() - start, 1e-6)))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "contracts/pme-acme.yaml"))
