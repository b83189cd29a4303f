"""Faults in rules are noticed by what they are: a slip of the pen by a check or a proof, another meaning by a case."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from tests.deals import library
from tests.mutant_judge import Judge
from tests.mutant_rules import VERDICTS, RuleJudge
from tests.mutants import Judged, percent
from tests.rule_mutants import PAGE, SHARES, TITLES, chosen, page, score
from tests.seeded import Fault
from tests.seeded_rules import Rules


@pytest.fixture(scope="module")
def judge() -> RuleJudge:
    return RuleJudge(Judge(library(), []))


@pytest.fixture(scope="module")
def every() -> list[Fault]:
    return list(Rules(library()).faults(random.Random(1)))


@pytest.mark.parametrize(
    ("how", "change", "noticed"),
    [
        ("misspelt", "R190-initial: `term.notice_months < term.initial_months` → `term.notice_monthsx", "types"),
        ("misspelt", "R172-public: cites", "checks"),
        ("at", "R105-segment: at bcdr.restore_test.per_year", "checks"),
        ("fix", "the fix of R198: reversibility.continuity_sla: True → reversibility.continuity_sla: False", "proof"),
        ("operator", "R196: `term.cause_cure_days >= 15` → `term.cause_cure_days > 15`", "cases"),
        ("number", "R196: `term.cause_cure_days >= 15` → `term.cause_cure_days >= 14`", "cases"),
        ("severity", "R196: error → warning", "cases"),
        ("late", "R196: in force from 2027-01-01", "cases"),
    ],
)
def test_each_fault_is_noticed_by_what_it_is(
    judge: RuleJudge, every: list[Fault], how: str, change: str, noticed: str
) -> None:
    fault = next(one for one in every if one.how == how and one.change.startswith(change))
    assert judge.verdict(fault)[0] == noticed


def test_the_seed_decides_which_faults_there_are() -> None:
    first, again, other = (list(chosen(library(), 40, seed)) for seed in (1, 1, 2))
    changes = [[fault.change for fault in faults] for faults in (first, again, other)]
    assert changes[0] == changes[1] != changes[2]
    assert {fault.kind for fault in first} == set(SHARES) == set(TITLES)


def test_what_changes_nothing_is_not_counted() -> None:
    found = [Judged("rules", "", "", "", verdict, "") for verdict in ("same", "cases", "proof", "survived")]
    assert score(found, cases=False) == (1, 3)
    assert score(found, cases=True) == (2, 3)


def test_the_page_counts_what_it_lists() -> None:
    text = PAGE.read_text("utf-8")
    rows = {
        cells[0]: [int(cell) for cell in cells[1:]]
        for cells in ([*line.strip("| ").split(" | ")] for line in text.splitlines() if line.startswith("| "))
        if cells[1].isdigit()
    }
    every = rows.pop("all")
    assert list(rows) == list(TITLES.values())
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == every
    counts = Counter(dict(zip(VERDICTS, every[1:], strict=True)))
    changing = every[0] - counts["same"]
    noticed = changing - counts["survived"]
    assert f"**{percent(noticed, changing)}** ({noticed} of {changing})" in text
    listed = text.partition("## Noticed by nobody")[2]
    assert len(re.findall("^- ", listed, re.MULTILINE)) == counts["survived"]


def test_the_page_tells_each_fault_that_nobody_notices() -> None:
    missed = Judged("rules", "number", "clauses/base/rules/term.yaml:1:1", "R1: `a` → `b`", "survived", "")
    text = page([missed], 3)
    assert "- clauses/base/rules/term.yaml:1:1 (number) R1: `a` → `b`" in text
    assert "1 faults, seed 3." in text
