"""The figures of the prover are measured on libraries that hold, and its page names what it proves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.faults import faults
from bench.replicas import TWICE, copied, part
from generator.library.model import Library
from generator.pipeline import library_of
from generator.prove.kinds import KINDS
from generator.prove.prover import Problem, Prover
from generator.workspace import Workspace

PAGE = Path(__file__).resolve().parent.parent / "docs" / "proof.md"


@pytest.fixture(scope="module")
def small() -> Library:
    library, _ = library_of(Workspace.default())
    assert library is not None
    return part(library, 40)


def test_the_page_lists_every_kind_with_its_sentence() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == dict(KINDS)


def test_a_part_of_the_library_and_a_copy_of_it_hold_as_the_library_does(small: Library) -> None:
    double = copied(small, small)
    assert 20 <= len(small.clauses) <= 40
    assert len(double.clauses) == 2 * len(small.clauses)
    assert len(double.rules) == 2 * len(small.rules)
    problem = Problem.of(double)
    verdicts = Prover(problem).verdicts(problem.unsettled)
    assert [goal.name for goal in (*verdicts.failed, *verdicts.unknown)] == []


def test_the_copy_reads_fields_of_its_own_and_fields_that_both_read(small: Library) -> None:
    problem = Problem.of(copied(small, small))
    roots = {str(getattr(key, "path", ("",))[0]) for key, _ in problem.variables}
    assert {root + TWICE for root in ("sla", "billing")} <= roots
    assert "context" in roots
    assert f"context{TWICE}" not in roots


def test_the_seed_decides_which_faults_there_are(small: Library) -> None:
    first, again, other = (list(map(str, faults(small, 9, seed))) for seed in (1, 1, 2))
    assert first == again != other
    for fault in faults(small, 9, 1):
        right, wrong = fault.clause.when, fault.within(small).clauses[fault.clause.id].when
        assert right is not None
        assert wrong is None or wrong.expression != right.expression
