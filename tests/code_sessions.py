"""Tests run on faults of program text, each in a process of its own that is forked from one that is warm.

A *warm* session has collected and passed its tests once, and knows which of them run which line. For a fault a copy of
it replaces the code of the live functions, or the values of the module, and runs the tests that come by. A fault in
what makes a class or a default is judged *cold*: by a copy of a process that has not imported the program yet, and
imports the module with the fault. So can be whatever survives, because the library is still as it was read before.
"""

from __future__ import annotations

import ast
import gc
import importlib.util
import os
import shutil
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper
from importlib.abc import Loader, MetaPathFinder
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol
from coverage import Coverage
from hypothesis import Phase, settings

from generator.cache import Latest
from tests.code_faults import Mutant, mutated
from tests.code_processes import alone, in_parallel, quiet

ROOT: Final = Path(__file__).resolve().parent.parent
OPTIONS: Final = ("-q", "--assert=plain", "-p", "no:cacheprovider", "-o", "tmp_path_retention_policy=none")
# Where the tests keep the libraries that they read; what is faulty keeps its own in a copy.
CACHE: Final = ROOT / ".cache" / "tests"
# A test may take so many times as long as without the fault before it counts as endless.
PATIENCE: Final = 5
LEAST_SECONDS: Final = 4
# Functions of tests that only read the library: seconds, for every fault.
READ_ONCE: Final = frozenset({"library"})
KILLED, SURVIVED, UNTOLD = "killed", "survived", "untold"


class BrokenBaseline(Exception):
    """A test fails without any fault: nothing that is measured with it would mean anything."""


@dataclass(frozen=True)
class Verdict:
    """``by`` is the test that failed first, or what else ended the run."""

    verdict: str
    by: str = ""


@dataclass
class Known:
    """What a warm session found: which tests run a line of a module, and how long each takes, in processor seconds."""

    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def tests(self, mutant: Mutant, budget: float) -> list[str]:
        """The tests that run a place, without the slowest beyond ``budget`` seconds, in the order of their files."""
        lines = self.lines.get(mutant.module, {})
        span = range(mutant.first, mutant.last + 1)
        found = {test for line in span for test in lines.get(line, ())}
        if not found or not mutant.inside:
            found = {test for tests in lines.values() for test in tests}
        chosen: list[str] = []
        spent = 0.0
        for test in sorted(found, key=lambda test: (self.seconds[test], test)):
            spent += self.seconds[test]
            if chosen and spent > budget:
                break
            chosen.append(test)
        files = list(dict.fromkeys(map(_file, self.seconds)))
        return sorted(chosen, key=lambda test: (files.index(_file(test)), self.seconds[test], test))


def _file(test: str) -> str:
    return test.partition("::")[0]


# ---- tests that are the same at every run


class Steady:
    """Properties with the same examples at every run, and no search for the smallest that fails."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        phases = (Phase.explicit, Phase.generate)
        for item in items:
            test = getattr(item, "function", None)
            own = getattr(test, "_hypothesis_internal_use_settings", None)
            if own is not None:
                test._hypothesis_internal_use_settings = settings(
                    own, phases=phases, derandomize=True, database=None, deadline=None
                )


# ---- warm


class Warm(Steady):
    """A session that passes its tests, then lets copies of itself judge faults."""

    def __init__(
        self, modules: Sequence[str], mutants: Sequence[Mutant], jobs: int, budget: float, told: Callable[[str], None]
    ) -> None:
        self.modules, self.mutants, self.jobs, self.budget, self.told = modules, mutants, jobs, budget, told
        self.known = Known()
        self.verdicts: dict[int, Verdict] = {}
        self.items: dict[str, pytest.Item] = {}
        self.functions: dict[str, list[FunctionType]] = defaultdict(list)
        self.caches: list[Any] = []
        self.noticed: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        started = time.process_time()
        self._measure()
        # A copy with a fault must not leave to the others what it kept for later.
        os.environ["CLAUSIER_NO_CACHE"] = "1"
        self._live()
        self.known.seconds = self._passed(list(self.items))
        self.told(f"{len(self.items)} tests pass, {time.process_time() - started:.0f} s")
        self._judge()
        return True

    def _measure(self) -> None:
        """Pass every test once, and note the lines that it runs."""
        files = {str(ROOT / module): module for module in self.modules}
        coverage = Coverage(data_file=None, include=list(files), config_file=False, messages=False)
        coverage.start()
        try:
            for item, following in _pairs(list(self.items.values())):
                coverage.switch_context(item.nodeid)
                _pass(item, following)
        finally:
            coverage.stop()
        data = coverage.get_data()
        for file in data.measured_files():
            self.known.lines[files[file]] = {
                line: [name for name in names if name] for line, names in data.contexts_by_lineno(file).items()
            }

    def _live(self) -> None:
        """Every function of the modules that exists, by its place in the text."""
        gc.unfreeze()
        files = {str(ROOT / module) for module in self.modules}
        names = {module_name(module) for module in self.modules}
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType) and thing.__code__.co_filename in files:
                self.functions[thing.__code__.co_filename].append(thing)
            elif isinstance(thing, Latest):
                self.caches.append(thing)
            elif isinstance(thing, _lru_cache_wrapper):
                module = str(getattr(thing, "__module__", ""))
                if module in names:
                    self.caches.append(thing)
                elif module.startswith(("test_", "tests.")) and thing.__name__ not in READ_ONCE:
                    # What tests keep from each other was made without the fault.
                    thing.cache_clear()
        gc.freeze()

    def _passed(self, tests: Sequence[str]) -> dict[str, float]:
        """How long each test takes in a copy of this process; all of them must pass there too."""

        def seconds() -> dict[str, float] | str:
            taken = {}
            for item, following in _pairs([self.items[test] for test in tests]):
                started = time.process_time()
                try:
                    _pass(item, following)
                except BrokenBaseline as broken:
                    return f"when it is run again, {broken}"
                taken[item.nodeid] = time.process_time() - started
            return taken

        taken = alone(seconds)
        if not isinstance(taken, dict):
            raise BrokenBaseline(taken or "the tests end the process when they are run again")
        return taken

    def _judge(self) -> None:
        proven: set[str] = set()
        for index, result in in_parallel(self._works(), self.jobs):
            verdict = Verdict(KILLED, "endless, or out of memory") if result is None else Verdict(*result)
            if verdict.by in self.items and verdict.by not in proven:
                # A test that fails alone without any fault would notice everything.
                self._passed([verdict.by])
                proven.add(verdict.by)
            mutant = self.mutants[index]
            self.noticed[mutant.module, mutant.where][verdict.by] += 1
            self.noticed[mutant.module, ""][verdict.by] += 1
            self.verdicts[index] = verdict
            if len(self.verdicts) % 100 == 0:
                self.told(f"{len(self.verdicts)} of {len(self.mutants)} judged warm")

    def _works(self) -> Iterator[tuple[Callable[[], list[str]], int]]:
        for mutant in self.mutants:
            tests = self.known.tests(mutant, self.budget)
            here, near = self.noticed[mutant.module, mutant.where], self.noticed[mutant.module, ""]
            # What noticed the last faults of this function most often will notice this one as well.
            tests.sort(key=lambda test: (-here[test], -near[test]))
            yield self._work(mutant, tests), limit_of(self.known, tests)

    def _work(self, mutant: Mutant, tests: Sequence[str]) -> Callable[[], list[str]]:
        def judged() -> list[str]:
            if not tests:
                return [SURVIVED, "no test runs it"]
            if not (self._replaced(mutant) if mutant.inside else self._set(mutant)):
                return [UNTOLD, ""]
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            for item, following in _pairs([self.items[test] for test in tests]):
                # What is endless ends here, after seconds of the processor.
                signal.setitimer(signal.ITIMER_PROF, 1 + PATIENCE * self.known.seconds[item.nodeid])
                if not _passes(item, following):
                    return [KILLED, item.nodeid]
            return [SURVIVED, ""]

        return judged

    def _set(self, mutant: Mutant) -> bool:
        """Give the names that the faulty statement of the module itself binds their faulty value, wherever they are."""
        path = ROOT / mutant.module
        tree = mutated(path.read_text("utf-8"), mutant)
        names = bound_at(tree, mutant)
        live = sys.modules.get(module_name(mutant.module))
        # Formulas are joined to those of other modules, so the table of one module is no longer read; and what another
        # statement of the module has made of a value is as it was.
        if not names or live is None or "FORMULAS" in names or read_again(tree, names):
            return False
        scratch = ModuleType(live.__name__)
        vars(scratch).update(vars(live))
        statements = [one for one in tree.body if one.lineno <= mutant.line <= (one.end_lineno or one.lineno)]
        exec(compile(ast.Module(statements, []), str(path), "exec", dont_inherit=True), vars(scratch))
        for name in names:
            before = getattr(live, name)
            for module in list(sys.modules.values()):
                if getattr(module, "__dict__", {}).get(name) is before:
                    setattr(module, name, getattr(scratch, name))
        self._forget()
        return True

    def _forget(self) -> None:
        """Functions that keep their results have them from before the fault."""
        for cache in self.caches:
            cache.cache_clear()

    def _replaced(self, mutant: Mutant) -> bool:
        """Put the code with the fault into the live functions; false where it does not fit."""
        path = ROOT / mutant.module
        source = path.read_text("utf-8")
        before = _codes(compile(source, str(path), "exec", dont_inherit=True))
        after = _codes(compile(mutated(source, mutant), str(path), "exec", dont_inherit=True))
        changed = False
        for function in self.functions[str(path)]:
            key = _key(function.__code__)
            if len(before[key]) != len(after[key]):
                return False
            for old, new in zip(before[key], after[key], strict=True):
                if function.__code__ == old and old != new:
                    if old.co_freevars != new.co_freevars:
                        return False
                    function.__code__ = new
                    changed = True
                    break
        self._forget()
        return changed


def bound_at(tree: ast.Module, mutant: Mutant) -> list[str]:
    """The names that a statement of a module binds where a fault stands; none where it makes a class or a function."""
    for statement in tree.body:
        if statement.lineno <= mutant.line <= (statement.end_lineno or statement.lineno):
            if isinstance(statement, ast.Assign):
                return [target.id for target in statement.targets if isinstance(target, ast.Name)]
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                return [statement.target.id]
    return []


def read_again(tree: ast.Module, names: Sequence[str]) -> bool:
    """Whether a statement of a module other than those that bind these names reads one of them when it is imported."""
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            read = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
            if read & set(names):
                return True
    return False


def limit_of(known: Known, tests: Sequence[str]) -> int:
    return LEAST_SECONDS + int(PATIENCE * sum(known.seconds[test] for test in tests))


def _pairs(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    yield from zip(items, [*items[1:], None], strict=True)


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _pass(item: pytest.Item, following: pytest.Item | None) -> None:
    for report in runtestprotocol(item, log=False, nextitem=following):
        if report.failed:
            raise BrokenBaseline(f"{item.nodeid} fails without any fault\n{report.longreprtext}")


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> dict[tuple[str, int], list[CodeType]]:
    """Every code of a module by name and line; those of one line in their order."""
    found: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found[_key(constant)].append(constant)
            for key, codes in _codes(constant).items():
                found[key] += codes
    return found


# ---- cold


def module_name(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class _Faulty(MetaPathFinder, Loader):
    """Imports one module from its text with a fault."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = module_name(mutant.module)

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        if fullname != self.name:
            return None
        file = ROOT / self.mutant.module
        within = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, file, loader=self, submodule_search_locations=within)

    def exec_module(self, module: ModuleType) -> None:
        file = ROOT / self.mutant.module
        exec(compile(mutated(file.read_text("utf-8"), self.mutant), str(file), "exec", dont_inherit=True), vars(module))


class _Chosen(Steady):
    """The first test that fails, of those that are asked for, in their order; libraries are kept in ``cache``."""

    def __init__(self, tests: Sequence[str], cache: str) -> None:
        self.order = {test: place for place, test in enumerate(tests)}
        self.cache = cache
        self.failed = ""

    def pytest_configure(self) -> None:
        # After the tests' own setting, which names the folder that everybody shares.
        os.environ["XDG_CACHE_HOME"] = self.cache

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        super().pytest_collection_modifyitems(items)
        items[:] = sorted(
            (item for item in items if item.nodeid in self.order), key=lambda item: self.order[item.nodeid]
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def cold(mutant: Mutant | None, tests: Sequence[str], reads_library: bool) -> list[str]:
    """The verdict on a fault of a process that begins here; ``None`` is no fault."""
    own = f"{os.environ['TMPDIR']}/cache-{os.getpid()}"
    if reads_library:
        os.environ["CLAUSIER_NO_CACHE"] = "1"
    elif CACHE.exists():
        shutil.copytree(CACHE, own)
    if mutant is not None:
        sys.meta_path.insert(0, _Faulty(mutant))
    chosen = _Chosen(tests, own)
    files = list(dict.fromkeys(map(_file, tests)))
    with quiet():
        code = pytest.main([*OPTIONS, "-x", *files], [chosen])
    shutil.rmtree(own, ignore_errors=True)
    if code == pytest.ExitCode.OK or code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return [SURVIVED, ""]
    return [KILLED, chosen.failed or "the tests cannot be collected"]
