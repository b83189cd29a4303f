"""Wrong, odd and hostile input by families: ``tests/torture/*.yaml``, read as ``tests/torture_run.py`` says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.torture_run import checked, differences, families, outcome_of, run
from tests.torture_start import WrongCase, unmarked

CASES = [(family, case) for family, cases in families().items() for case in cases]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{family}: {case['name']}") for family, case in CASES]
)  # fmt: skip
def test_each_case_ends_as_it_says(case: Mapping[str, Any], tmp_path: Path) -> None:
    found = outcome_of(case, tmp_path)
    assert found == [], "\n".join(found)


# ---- the harness itself


@pytest.mark.parametrize(
    "case",
    [
        {"name": "nothing expected"},
        {"name": "nothing expected", "expect": {}},
        {"name": "only that it ends well", "expect": {"exit": 0}},
        {"name": "a misspelt word", "expcet": {"writes": []}, "expect": {"writes": []}},
        {"name": "a misspelt expectation", "expect": {"finding": [{"code": "x"}]}},
        {"name": "a misspelt finding", "expect": {"findings": [{"cod": "x"}]}},
        {"name": "a format that is none", "expect": {"prints": {"odt": ["x"]}}},
        {"expect": {"writes": []}},
    ],
)
def test_a_case_that_says_too_little_or_what_nobody_reads_is_an_error(case: Mapping[str, Any]) -> None:
    with pytest.raises(WrongCase):
        checked(case, "family")


def test_marks_are_places_and_no_text() -> None:
    text, marks = unmarked("a: 1\r\nbé: ‹x y›\n‹c: [\n1]›")
    assert text == "a: 1\r\nbé: x y\nc: [\n1]"
    assert [(mark.line, mark.column, mark.end_column) for mark in marks] == [(2, 5, 8), (3, 1, None)]


WRONG = {"name": "w", "text": "meta: {‹a›: 1, a: 2}\n", "expect": {"findings": [{"code": "duplicate-key"}]}}

NEW = {"name": "w", "command": ["new", "x.yaml", "--segment", "pme"]}


@pytest.mark.parametrize(
    ("case", "says"),
    [
        (WRONG, "there is no finding"),
        ({**WRONG, "text": "meta: {a: 1, ‹a›: 2}", "expect": {"findings": []}}, "not expected: duplicate-key"),
        ({**WRONG, "expect": {"findings": [{"code": "x"}], "exit": 0}}, "the status is 1, not 0"),
        ({"name": "w", "expect": {"prints": {"md": ["no such text"]}}}, "md does not show 'no such text'"),
        ({"name": "w", "expect": {"lacks": {"md": ["Au Bon Levain"]}}}, "md holds 'Au Bon Levain'"),
        ({"name": "w", "expect": {"writes": ["other"]}}, "the files are"),
        ({"name": "w", "expect": {"reads": {"parties.client.headcount": "4"}}}, "is read as 4, not as '4'"),
        ({"name": "w", "expect": {"output": ["no such text"]}}, "the terminal does not show"),
        ({"name": "w", "expect": {"refused": {"file": "deal.yaml", "says": "x"}}}, "is not refused as 'x'"),
        ({"name": "w", "expect": {"usage": "x"}}, "the words are not refused with 'x'"),
        ({"name": "w", "seconds": 0, "expect": {"output": ["checked"]}}, "s of the processor"),
        ({**NEW, "expect": {"output": ["wrote"]}}, "outside of build: ['work/x.yaml']"),
    ],
)  # fmt: skip
def test_what_a_case_does_not_expect_is_told(case: Mapping[str, Any], says: str, tmp_path: Path) -> None:
    assert says in "\n".join(outcome_of(case, tmp_path))


def test_a_process_that_wants_more_memory_than_it_may_have_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = {"name": "w", "megabytes": 40, "expect": {"output": ["checked"]}}
    assert differences(case, *run(case, tmp_path / "enough")) == []
    monkeypatch.setattr("tests.torture_run.command_of", lambda _: bytearray(400 << 20) and [])
    outcome, _ = run(case, tmp_path / "too-much")
    assert outcome.failure
