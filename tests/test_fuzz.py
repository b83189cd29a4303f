"""Fuzzing, the short run: every input of the corpus, and some thousands of new ones, come to values or to findings.

``make fuzz`` runs the same targets for as long as one likes; ``docs/fuzzing.md`` says what was run.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import TARGETS, __main__
from tests.fuzz.engine import CORPUS, GROWTH, Run, TooSlow, corpus, nth, plain, smaller
from tests.fuzz.judge import check

# How many new inputs one example is: about a second a target in all, twenty in the nightly run.
INPUTS = {
    "source": 100, "condition": 80, "deal": 4, "text": 15, "clause": 15, "word": 15, "doctor": 6, "book": 6,
    "receipt": 12,
}  # fmt: skip


def module(name: str) -> ModuleType:
    return import_module(f"tests.fuzz.{name}")


def test_every_target_is_run_here_and_has_a_folder_of_inputs() -> None:
    assert set(INPUTS) == set(TARGETS)
    assert {path.name for path in CORPUS.iterdir()} <= set(TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 1 << 20


@pytest.mark.parametrize("name", TARGETS)
def test_the_corpus_holds_no_fault(name: str) -> None:
    target = module(name)
    inputs = corpus(name, target)
    assert inputs
    for content in inputs:
        target.one(content)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=10, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**31))
def test_new_inputs_hold_no_fault(name: str, seed: int) -> None:
    target = module(name)
    pool = corpus(name, target)
    for number in range(INPUTS[name]):
        target.one(nth(target, pool, seed, number))


# ---- the engine


class Broken:
    """A reader that fails at a cross, never ends at a hash, and keeps what it reads at an equals sign."""

    LIMIT = 0.05

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.more = b""

    def seeds(self) -> list[bytes]:
        return [b"abc"]

    def mutated(self, data: bytes, pick: object, others: list[bytes]) -> bytes:
        del pick, others
        return data + self.more

    def one(self, data: bytes) -> None:
        check(b"x" not in data, "a cross")
        while b"#" in data:
            pass
        if b"=" in data:
            self.kept.append(bytes(range(256)) * (GROWTH >> 11))


def ran(more: bytes, folder: Path, runs: int = 20) -> Run:
    target = Broken()
    target.more = more
    return plain("broken", target, runs, 60, 1, folder)


def test_a_fault_is_counted_and_its_smallest_input_is_written(tmp_path: Path) -> None:
    run = ran(b"--x--", tmp_path)
    assert {name: fault.times for name, fault in run.faults.items()} == {"a-cross": 20}
    assert run.faults["a-cross"].content == b"x"
    assert sorted(path.suffix for path in tmp_path.iterdir()) == ["", ".txt"]
    assert "AssertionError: 'a cross'" in next(tmp_path.glob("*.txt")).read_text("utf-8")


def test_an_input_without_an_end_is_stopped(tmp_path: Path) -> None:
    run = ran(b"#", tmp_path, 2)
    (fault,) = run.faults.values()
    assert TooSlow.__name__ in fault.report


def test_memory_that_grows_is_a_fault(tmp_path: Path) -> None:
    assert "growth" in ran(b"=", tmp_path, 30).faults
    assert ran(b"-", tmp_path, 30).faults == {}


def test_an_input_shrinks_as_long_as_it_fails_in_the_same_place() -> None:
    assert smaller(Broken(), b"a" * 50 + b"x" + b"b" * 50, "a-cross") == b"x"


def test_the_same_seed_gives_the_same_inputs_and_another_gives_others() -> None:
    target = module("condition")
    pool = corpus("condition", target)
    first = [nth(target, pool, 7, number) for number in range(50)]
    assert first == [nth(target, pool, 7, number) for number in range(50)]
    assert first != [nth(target, pool, 8, number) for number in range(50)]


def test_the_command_runs_the_targets_that_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.argv", ["fuzz", "condition", "source", "--runs", "50", "--seed", "3", "--out", str(tmp_path)]
    )
    assert __main__.main() == 0
    said = capsys.readouterr().out
    assert said.startswith("seed 3\ncondition: 50 executions, ")
    assert "source: 50 executions, " in said
    assert said.count(" 0 faults") == 2
    assert list(tmp_path.iterdir()) == []
