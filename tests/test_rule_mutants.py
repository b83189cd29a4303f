"""Faults in rules are noticed by what they are: a slip of the pen by a check or a proof, another meaning by a case."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from generator.library.model import Library
from tests.deals import library
from tests.mutant_judge import Judge
from tests.mutant_rules import RuleJudge
from tests.rule_mutants import SHARES, TITLES, chosen, page, score
from tests.seeded import Fault
from tests.seeded_rules import Rules
from tests.mutants import Judged


@pytest.fixture(scope="module")
def judge() -> RuleJudge:
    return RuleJudge(Judge(library(), []))


@pytest.fixture(scope="module")
def every() -> list[Fault]:
    return list(Rules(library()).faults(random.Random(1)))


def fault(every: list[Fault], named: str, how: str, change: str) -> Fault:
    return next(one for one in every if one.how == how and one.change.startswith(f"{named}:") and change in one.change)


@pytest.mark.parametrize(
    ("rule", "how", "change", "noticed"),
    [
        ("R190-initial", "misspelt", "notice_monthsx", "types"),
        ("R196", "misspelt", "", "types"),
        ("R190-initial", "operator", "<=", "survived"),
    ],
)
def test_each_fault_is_noticed_by_what_it_is(
    judge: RuleJudge, every: list[Fault], rule: str, how: str, change: str, noticed: str
) -> None:
    assert judge.verdict(fault(every, rule, how, change))[0] == noticed
