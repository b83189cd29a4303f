"""A sample of the seeded faults of ``make mutants``: each is judged, and the page tells what the script would tell."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests import mutants
from tests.mutants import COUNT, PAGE, TITLES, VERDICTS, Judged, _scores, page, percent, score

# About a second each.
SAMPLE = 12
SEED = 11


@pytest.fixture(scope="module")
def sample() -> list[Judged]:
    faults = mutants.prepared((SAMPLE, SEED))
    return [mutants.judged(index) for index in range(len(faults))]


def test_nearly_every_fault_of_a_sample_is_noticed(sample: list[Judged]) -> None:
    assert {one.kind for one in sample} == set(TITLES)
    noticed, changing = score(sample, deals=True)
    assert changing >= SAMPLE // 2
    assert noticed >= changing - 1, [one for one in sample if one.verdict == "survived"]
    assert {"types", "proof"} <= {one.verdict for one in sample}


def test_a_fault_is_told_with_its_place_and_with_what_noticed_it(sample: list[Judged]) -> None:
    for one in sample:
        assert re.fullmatch(r"clauses/\S+:\d+:\d+", one.place), one
        assert bool(one.said) is (one.verdict not in {"survived", "same"}), one


def test_the_page_counts_what_it_lists() -> None:
    text = PAGE.read_text("utf-8")
    rows = {cells[0]: [int(cell) for cell in cells[1:]] for cells in _rows(text)}
    every = rows.pop("all")
    assert list(rows) == list(TITLES.values())
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == every
    # The library has fewer exceptions than their share of the faults that are asked for.
    assert COUNT >= every[0] == sum(every[1:]) >= 800
    assert f"{every[0]} faults, seed {mutants.SEED}," in text
    counts = Counter(dict(zip(VERDICTS, every[1:], strict=True)))
    alone = counts["types"] + counts["proof"] + counts["obligations"]
    assert f"**{percent(alone, every[0] - counts['same'])}** ({alone} of" in text
    unnoticed, _, by_deals = text.partition("## Noticed by nobody")[2].partition(
        "## Noticed by the deals at hand alone"
    )
    assert len(re.findall("^- ", unnoticed, re.MULTILINE)) == counts["survived"]
    assert len(re.findall("^- ", by_deals, re.MULTILINE)) == counts["deals"]


def test_the_page_is_made_as_the_script_makes_it(sample: list[Judged]) -> None:
    made, kept = page(sample, SEED, 5, {SEED + 1: sample}), PAGE.read_text("utf-8")
    assert [_shape(line) for line in made.split("## ")[0].splitlines()] == [
        _shape(line) for line in kept.split("## ")[0].splitlines()
    ]
    assert all(line in made for line in _scores(sample))
    noticed, changing = score(sample, deals=False)
    assert f"- Seed {SEED + 1}, {len(sample)} faults: {percent(noticed, changing)} ({noticed} of {changing})" in made


def test_the_page_tells_what_the_other_seeds_gave() -> None:
    told = PAGE.read_text("utf-8").partition("## Other seeds")[2].partition("## ")[0]
    listed = re.findall(r"^- Seed (\d+), (\d+) faults: [\d.]+ % \((\d+) of (\d+)\)", told, re.MULTILINE)
    assert [int(seed) for seed, *_ in listed] == list(mutants.OTHER_SEEDS)
    assert told.count("\n  - ") == sum(int(changing) - int(noticed) for *_, noticed, changing in listed)


def _rows(text: str) -> list[list[str]]:
    table = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return table[1:]


def _shape(line: str) -> str:
    """A line without its figures."""
    return re.sub(r"[0-9]+(?:\.[0-9]+)?|–", "0", line).replace("0 %", "0")
