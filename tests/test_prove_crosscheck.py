"""Two proofs of one library agree, goal by goal: Z3 on the terms of ``generator.prove``, and finite cells with SAT.

The library is small and has one of everything; what is compared are libraries made from it by one seeded fault each.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from generator.library.model import Library
from generator.prove.prover import Problem, Prover
from tests.cell_goals import KINDS, Name, faults
from tests.conftest import NIGHTLY
from tests.finite_cells import NotExact
from tests.seeded import Fault, Refused, conditional_faults
from tests.seeded_structure import structural_faults
from tests.seeded_texts import Texts
from tests.small_library import small_library

GROUPS = frozenset({"clauses", "outlines", "slots", "layers", "facts", "rules", "duties"})
MUTANTS = 90


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
    return frozenset((goal.kind, goal.subject) for goal in verdicts.failed if goal.kind in KINDS)


def every_fault(library: Library, folder: Path) -> list[Fault]:
    """Every fault that is made in the library, in any order but always the same."""
    pick = random.Random(0)
    texts = Texts(library, folder, folder / "schemas" / "clause.schema.json")
    listed = [*conditional_faults(library, GROUPS), *structural_faults(library, pick), *texts.faults(pick)]
    # What the type checker refuses need not be proven.
    listed = [fault for fault in listed if fault.how != "misspelt" or fault.kind in {"exceptions", "duties"}]
    pick.shuffle(listed)
    return listed


def test_nothing_is_wrong_with_the_library(library: Library) -> None:
    assert by_terms(library) == faults(library) == frozenset()


def test_both_proofs_find_the_same_faults(library: Library, folder: Path, pytestconfig: pytest.Config) -> None:
    nightly = pytestconfig.getoption("--hypothesis-profile") == "nightly"
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
