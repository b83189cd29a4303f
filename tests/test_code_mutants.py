"""The faults that are put into the program, how they are judged, and that ``docs/quality.md`` counts what it lists."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import time
from collections.abc import Callable

import pytest

from generator.document.figures import figures
from generator.formulas import FORMULAS, patch_windows
from tests import code_mutants
from tests.code_faults import Mutant, mutants_of, mutated
from tests.code_mutants import PAGE, chosen, groups, said
from tests.code_page import Judged, page
from tests.code_processes import alone, in_parallel
from tests.code_sessions import KILLED, ROOT, Known, Warm, _Faulty, read_again

SOURCE = '''"""Says nothing."""
from typing import cast

LIMIT = 3
Run = dict[str, int]


class Box:
    """A box."""

    size: int = 2

    def held(self, names: list[str], *, most: int = LIMIT) -> bool:
        """Whether it holds."""
        assert self.size
        found = []
        for name in names[1:]:
            if name in ("a", "b") and not name.isdigit():
                continue
            try:
                found.append(cast(int, min(len(name), most)))
            except (ValueError, TypeError):
                raise
        return sum(found) <= self.size + 1 or any(one for one in found if one > most)
'''


def told(source: str = SOURCE) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mutant in mutants_of("m.py", source):
        found.setdefault(mutant.kind, []).append(mutant.change)
    return found


def test_each_kind_of_fault_is_put_wherever_it_can_be() -> None:
    assert {kind: sorted(changes) for kind, changes in told().items()} == {
        "constant": [
            "`1` → `0`", "`1` → `0`", "`1` → `2`", "`1` → `2`", "`2` → `1`", "`2` → `3`", "`3` → `2`", "`3` → `4`",
        ],
        "text": ["`a` → `a¤`", "`b` → `b¤`"],
        "condition": ["without `if one > most`", "→ `not (name in ('a', 'b') and (not name.isdigit()))`"],
        "boolean": [
            "without `any((one for one in found if one > most))`", "without `name in ('a', 'b')`",
            "without `not name.isdigit()`", "without `not`", "without `sum(found) <= self.size + 1`",
            "→ `name in ('a', 'b') or not name.isdigit()`",
            "→ `sum(found) <= self.size + 1 and any((one for one in found if one > most))`",
        ],
        "comparison": [
            "→ `name not in ('a', 'b')`", "→ `one <= most`", "→ `one >= most`", "→ `sum(found) < self.size + 1`",
            "→ `sum(found) > self.size + 1`",
        ],
        "arithmetic": ["→ `self.size - 1`"],
        "slice": ["→ `[:]`"],
        "loop": ["→ `break`"],
        "call": ["`any` → `all`", "`min` → `max`", "→ `cast(min(len(name), most), int)`"],
        "exception": ["without `TypeError`", "without `ValueError`"],
        "statement": ["removed", "removed"],
        "result": ["→ `return None`"],
    }  # fmt: skip


def test_every_fault_is_one_change_that_can_be_compiled_and_has_a_name_of_its_own() -> None:
    found = mutants_of("m.py", SOURCE)
    texts = [ast.unparse(mutated(SOURCE, mutant)) for mutant in found]
    assert ast.unparse(ast.parse(SOURCE)) not in texts
    assert len(set(texts)) == len(texts) == len({mutant.name for mutant in found})
    for text in texts:
        compile(text, "m.py", "exec")
    assert mutants_of("m.py", SOURCE) == found
    moved = mutants_of("m.py", "\n\n" + SOURCE)
    assert [(one.name, one.line + 2) for one in found] == [(one.name, one.line) for one in moved]


def test_what_decides_no_value_is_left_alone() -> None:
    source = '@cache(maxsize=1)\ndef f(x: "a" = None) -> "b":\n    """c"""\n    assert x == "d"\n'
    source += '__all__ = ["e"]\nRun = dict["f", 1]\n'
    assert told(source) == {}


def test_a_sample_is_the_same_at_every_run_and_another_seed_gives_another() -> None:
    module = groups()[0].modules[0]
    first, again, other = (chosen(module, 9, seed) for seed in (7, 7, 8))
    assert len(first) == 9
    assert first == again != other
    assert [mutant.node for mutant in first] == sorted(mutant.node for mutant in first)


def mutant_at(line: int, *, inside: bool = True) -> Mutant:
    return Mutant("m.py", line, "constant", "f", "x = 1", "`1` → `2`", 0, 0, line, line, inside)


def test_the_tests_of_a_place_are_those_that_run_it_without_the_slowest() -> None:
    known = Known({"m.py": {4: ["b::1", "a::2"], 5: ["a::3"]}}, {"b::1": 1.0, "a::2": 3.0, "a::3": 0.5})
    assert known.tests(mutant_at(4), 4) == ["b::1", "a::2"]
    assert known.tests(mutant_at(4), 3) == ["b::1"]
    assert known.tests(mutant_at(4), 0.1) == ["b::1"], "one at least"
    assert known.tests(mutant_at(6), 9) == ["b::1", "a::3", "a::2"], "a line that no test is seen to run"
    assert known.tests(mutant_at(4, inside=False), 9) == ["b::1", "a::3", "a::2"]
    assert Known().tests(mutant_at(4), 9) == []


def _endless() -> None:
    while True:
        pass


def _fails() -> None:
    raise AssertionError


def test_a_process_gives_its_result_and_one_that_fails_or_never_ends_gives_none() -> None:
    works: list[tuple[Callable[[], object], int]] = [(lambda: [1], 9), (_fails, 9), (_endless, 1), (lambda: "x", 9)]
    started = time.process_time()
    assert dict(in_parallel(works, 2)) == {0: [1], 1: None, 2: None, 3: "x"}
    assert alone(lambda: {"a": 1}) == {"a": 1}
    assert time.process_time() - started < 1, "the work is done elsewhere"


def fault(module: str, text: str, change: str) -> Mutant:
    found = mutants_of(module, (ROOT / module).read_text("utf-8"))
    return next(one for one in found if (one.text, one.change) == (text, change))


def test_a_fault_is_put_into_the_functions_and_the_values_that_others_have_imported() -> None:
    dates, windows = "generator/formulas/dates.py", "generator/formulas/patch_windows.py"
    years = fault(dates, 'return -(-int(deal["term"]["initial_months"]) // 12)', "`12` → `13`")
    longest = fault(windows, "LONGEST = 366", "`366` → `365`")
    deal = {"meta": {"effective_date": "2026-06-01"}, "maintenance": {"windows": []}, "term": {"initial_months": 13}}

    def values() -> list[int]:
        return [FORMULAS[name](deal, None) for name in ("contract_years", "update_gap_days")]  # type: ignore[arg-type]

    def faulty() -> list[object]:
        session = Warm([dates, windows], [], 1, 1.0, print)
        session._live()
        return [session._replaced(years), session._set(longest), *values(), patch_windows.LONGEST]

    assert values() == [2, 366]
    assert alone(faulty) == [True, True, 1, 365, 365]
    assert values() == [2, 366], "only the copy has the faults"


def test_a_value_of_a_module_that_others_of_it_are_made_of_is_imported_with_its_fault() -> None:
    tree = ast.parse("A = 1\nB: int = A + 1\nC = 3\n\n\ndef f() -> int:\n    return C\n")
    assert [read_again(tree, [name]) for name in "ABC"] == [True, False, False]


def test_what_a_function_kept_from_before_is_forgotten_with_a_fault_in_a_value() -> None:
    module = "generator/document/figures.py"
    signs = fault(module, '_SIGN: Final = re.compile("[€£$%]")', "`[€£$%]` → `[€£$%]¤`")

    def faulty() -> list[object]:
        before = figures("5 %", "fr")
        session = Warm([module], [], 1, 1.0, print)
        session._live()
        return [session._set(signs), len(before), len(figures("5 %", "fr"))]

    assert alone(faulty) == [True, 2, 1]


def test_a_fault_is_imported_where_the_program_was_not_yet() -> None:
    longest = fault("generator/formulas/patch_windows.py", "LONGEST = 366", "`366` → `365`")

    def imported() -> int:
        del sys.modules["generator.formulas.patch_windows"]
        sys.meta_path.insert(0, _Faulty(longest))
        return int(importlib.import_module("generator.formulas.patch_windows").LONGEST)

    assert alone(imported) == 365
    assert patch_windows.LONGEST == 366


# ---- what is written


def test_every_fault_that_was_read_is_still_one_of_its_module() -> None:
    of = {module: {mutant.name for mutant in chosen(module, 0, 0)} for group in groups() for module in group.modules}
    for kind in ("equivalent", "decided"):
        for name, why in said(kind).items():
            assert name in of[name[0]], (kind, name)
            assert why


def test_every_module_and_test_that_is_named_is_there_once() -> None:
    modules = [module for group in groups() for module in group.modules]
    assert len(set(modules)) == len(modules)
    for path in (*modules, *(test for group in groups() for test in group.tests)):
        assert (ROOT / path).is_file(), path


def test_the_page_counts_what_it_lists() -> None:
    text = PAGE.read_text("utf-8")
    rows = {cells[0]: cells[1:] for line in text.splitlines() if (cells := line.strip("| ").split(" | "))[5:]}
    del rows["module"]
    figures = {name: [int(cell) for cell in cells[:5]] for name, cells in rows.items()}
    every = figures.pop("all")
    assert [sum(column) for column in zip(*figures.values(), strict=True)] == every
    for has, judged, noticed, same, survived in figures.values():
        assert judged == noticed + same + survived <= has
    _, judged, noticed, same, survived = every
    assert noticed >= 0.9 * (judged - same)
    assert f"**{rows['all'][5]}**: {noticed} of {judged - same} faults" in text
    left, _, without_effect = text.partition("## Not noticed")[2].partition("## Read, and without effect")
    assert len(re.findall("^- ", left, re.MULTILINE)) == survived
    assert len(re.findall("^- ", without_effect, re.MULTILINE)) == same


@pytest.mark.parametrize("survivors", [0, 1])
def test_a_page_tells_survivors_with_what_was_decided(survivors: int) -> None:
    module = "generator/m.py"
    made = [
        Mutant(module, 1, "constant", "f", "return 1", f"`1` → `{n}`", n, 0, 1, 1, True) for n in range(3 + survivors)
    ]
    judged = [Judged(one, KILLED if one.node < 2 else "survived", "") for one in made]
    text = page({module: judged}, {module: 9}, {made[2].name: "the same"}, {made[-1].name: "left"})
    assert f"| `m.py` | 9 | {3 + survivors} | 2 | 1 | {survivors} | {'66.6' if survivors else '100.0'} % |" in text
    assert ("- `f`: ``return 1`` `1` → `3` – left" in text) is bool(survivors)
    assert "- `f`: ``return 1`` `1` → `2` – the same" in text
    assert ("None." in text) is not bool(survivors)


def test_no_module_without_a_group_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        code_mutants.main(["--module", "nothing-like-this"])
    assert "no such module" in capsys.readouterr().err
