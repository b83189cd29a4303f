"""Two proofs of one library agree, goal by goal: Z3 on the terms of ``generator.prove``, and finite cells with SAT.

Three kinds are not compared. ``credit-grid`` is no question to a solver: it is computed, and tested in
``test_credit_grid.py``. ``languages-differ`` compares two readings of a text that only the library's own templates
know, and ``fix-fails`` reads a condition once more with fields set, for which cells would need a second deal: both are
judged by examples and by the seeded faults of ``mutants.py``.

The library is small and has one of everything; what is compared are libraries made from it by one seeded fault each.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from generator.conditions.expressions import reads
from generator.conditions.judge import Complaint
from generator.conditions.parse import parse_condition
from generator.library.model import ApprovalRule, Library, LibraryClause
from generator.library.walk import conditions
from generator.prove.prover import Problem, Prover
from tests.cell_goals import KINDS, Name, faults
from tests.conftest import NIGHTLY
from tests.finite_cells import NotExact
from tests.seeded import Fault, Refused, conditional_faults, swapped, variants, with_clause
from tests.seeded_conditions import pool_of
from tests.seeded_structure import structural_faults
from tests.seeded_texts import Texts
from tests.small_library import small_library

GROUPS = frozenset({"clauses", "outlines", "slots", "layers", "facts", "rules", "duties"})
MUTANTS = 50


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cells")


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return small_library(folder)


def by_terms(library: Library) -> frozenset[Name]:
    """The goals that do not hold, as ``generator.prove`` finds them."""
    problem = Problem.of(library)
    verdicts = Prover(problem).verdicts(problem.unsettled)
    assert not verdicts.unknown
    circles = problem.contracts.circles
    if circles:
        # Which clause of a circle is come to first is of no account, and nothing else is said of such a library.
        assert {goal.subject for goal in verdicts.failed if goal.kind == "exception-cycle"} == circles.keys()
        return frozenset(("exception-cycle", min(circle)) for circle in circles.values())
    return frozenset((goal.kind, goal.subject) for goal in verdicts.failed if goal.kind in KINDS)


def every_fault(library: Library, folder: Path) -> list[Fault]:
    """Every fault that is made in the library, in any order but always the same."""
    pick = random.Random(0)
    texts = Texts(library, folder, folder / "schemas" / "clause.schema.json")
    listed = [*conditional_faults(library, GROUPS), *structural_faults(library, pick), *texts.faults(pick)]
    listed += [*approval_faults(library), *circles(library)]
    # What the type checker refuses need not be proven.
    listed = [fault for fault in listed if fault.how != "misspelt" or fault.kind in {"exceptions", "duties"}]
    pick.shuffle(listed)
    return listed


def approval_faults(library: Library) -> Iterator[Fault]:
    """The condition of an approval with one thing changed."""
    pool = pool_of([read for condition in conditions(library) for read in reads(condition.expression)])
    for index, approval in enumerate(library.approvals):
        for how, text in variants(approval.when, pool):

            def made(index: int = index, approval: ApprovalRule = approval, text: str = text) -> Library:
                try:
                    expression = parse_condition(text, library.names)
                except Complaint as complaint:
                    raise Refused(complaint.message) from complaint
                when = replace(approval.when, text=text, expression=expression)
                return replace(library, approvals=swapped(library.approvals, index, replace(approval, when=when)))

            yield Fault("approvals", how, str(approval.when.span), f"{approval.id}: {text}", made)


def circles(library: Library) -> Iterator[Fault]:
    """Two clauses that are exceptions to each other; a clause that is one to itself."""
    for clause in library.clauses.values():
        if clause.exception_to:
            general = library.clauses[clause.exception_to]
            for one, two in ((general, clause), (clause, clause)):

                def made(one: LibraryClause = one, two: LibraryClause = two) -> Library:
                    return with_clause(library, replace(one, exception_to=two.id))

                yield Fault("exceptions", "circle", str(one.span), f"{one.id}: exception_to {two.id}", made)


def test_nothing_is_wrong_with_the_library(library: Library) -> None:
    assert by_terms(library) == faults(library) == frozenset()


def test_both_proofs_find_the_same_faults(library: Library, folder: Path, nightly: bool) -> None:
    wanted = MUTANTS * NIGHTLY if nightly else MUTANTS
    compared, inexact, found = 0, 0, Counter[str]()
    for fault in every_fault(library, folder):
        if compared == wanted:
            break
        try:
            mutant = fault.make()
            cells = faults(mutant)
        except Refused:
            continue
        except NotExact:
            inexact += 1
            continue
        terms = by_terms(mutant)
        assert terms == cells, f"{fault.kind}, {fault.how}: {fault.change}\n{terms ^ cells}"
        compared += 1
        found.update({kind for kind, _ in cells} or {"nothing"})
    # The comparison says something only where both find faults of many kinds, and nothing where there is nothing.
    assert compared >= MUTANTS and inexact <= compared // 10
    assert len(found) >= 10 and 0 < found["nothing"] < compared


def test_both_proofs_find_what_approvals_circles_and_terms_lack(library: Library) -> None:
    listed = [*approval_faults(library), *circles(library)]
    listed += [fault for fault in conditional_faults(library, GROUPS) if fault.change.startswith("glossary: ")]
    found: Counter[str] = Counter()
    for fault in listed:
        with contextlib.suppress(Refused, NotExact):
            mutant = fault.make()
            cells = faults(mutant)
            assert by_terms(mutant) == cells, f"{fault.kind}, {fault.how}: {fault.change}"
            found.update(kind for kind, _ in cells)
    assert {"dead-approval", "exception-cycle", "undefined-term", "unasked-clause"} <= found.keys()
