"""Faults put into the program, and what notices them: ``python -m tests.code_mutants`` writes ``docs/quality.md``.

``tests/code_mutants.yaml`` says which modules are judged by which tests, and which faults change nothing, and why. What
was found is kept in ``.cache``: with ``--again`` only what nobody noticed, or what is new, is judged.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
import yaml

from tests.code_faults import Mutant, mutants_of
from tests.code_page import Judged, Name, page
from tests.code_processes import alone, in_parallel, quiet
from tests.code_sessions import (
    KILLED,
    OPTIONS,
    ROOT,
    SURVIVED,
    UNTOLD,
    BrokenBaseline,
    Verdict,
    Warm,
    cold,
    limit_of,
)

PAGE: Final = ROOT / "docs" / "quality.md"
PLAN: Final = ROOT / "tests" / "code_mutants.yaml"
KEPT: Final = ROOT / ".cache" / "code-mutants"
SEED: Final = 7
# Tests of one place that together take longer, in processor seconds, are left out from the slowest on.
BUDGET: Final = 3.0
# Reading the library, or the program itself, before the first test of a cold session.
COLD_SECONDS: Final = 25


@dataclass(frozen=True)
class Group:
    """Modules that are judged by the same tests, ``without`` slow ones that notice nothing that others do not.

    ``library`` where the modules take part in the reading of the library.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...]
    library: bool


def groups() -> list[Group]:
    plan = yaml.safe_load(PLAN.read_text("utf-8"))
    return [
        Group(tuple(g["modules"]), tuple(g["tests"]), tuple(g.get("without", ())), g.get("library", False))
        for g in plan["groups"]
    ]


def said(kind: str) -> dict[Name, str]:
    """The faults that were read, each with the reason: those ``equivalent``, or ``decided`` to be left."""
    plan = yaml.safe_load(PLAN.read_text("utf-8"))
    return {
        (module, entry["where"], entry["text"], entry["change"]): entry["why"]
        for module, entries in (plan[kind] or {}).items()
        for entry in entries
    }


def chosen(module: str, sample: int, seed: int) -> list[Mutant]:
    """The faults of a module, or so many of them, the same ones for the same text and seed."""
    every = mutants_of(module, (ROOT / module).read_text("utf-8"))
    if not sample or sample >= len(every):
        return every
    pick = random.Random(f"{seed} {module}")
    return sorted(pick.sample(every, sample), key=lambda mutant: (mutant.node, mutant.variant))


def judged(group: Group, mutants: Sequence[Mutant], jobs: int, budget: float, confirm: bool = False) -> list[Judged]:
    """The verdict on each fault; ``confirm`` has each survivor judged cold as well.

    Raises ``BrokenBaseline`` where a test fails without any fault.
    """

    def warm() -> dict[str, Any]:
        session = Warm(group.modules, mutants, jobs, budget, _told)
        error = ""

        class Caught:
            @pytest.hookimpl(wrapper=True, tryfirst=True)
            def pytest_runtestloop(self) -> Any:
                nonlocal error
                try:
                    return (yield)
                except BrokenBaseline as broken:
                    error = str(broken)
                except Exception:
                    error = traceback.format_exc()
                return True

        with quiet():
            without = f"not ({' or '.join(group.without)})" if group.without else ""
            code = pytest.main([*OPTIONS, "-k", without, *group.tests], [session, Caught()])
        if error or code != pytest.ExitCode.OK:
            return {"broken": error or f"pytest ends with {code}"}
        return {
            "verdicts": [(one.verdict, one.by) for _, one in sorted(session.verdicts.items())],
            "tests": [session.known.tests(mutant, budget) for mutant in mutants],
            "limits": [limit_of(session.known, session.known.tests(mutant, budget)) for mutant in mutants],
        }

    found = alone(warm)
    if found is None or "broken" in found:
        raise BrokenBaseline(found["broken"] if found else "the session ended")
    verdicts = [Verdict(*verdict) for verdict in found["verdicts"]]
    _remember(mutants, verdicts)
    asked = {UNTOLD, SURVIVED} if confirm else {UNTOLD}
    open_ones = [index for index, one in enumerate(verdicts) if one.verdict in asked and found["tests"][index]]
    _told(f"{len(open_ones)} of {len(mutants)} to be judged cold")
    if open_ones:
        every = sorted({test for index in open_ones for test in found["tests"][index]})
        if (broken := alone(lambda: cold(None, every, group.library))) != [SURVIVED, ""]:
            raise BrokenBaseline(f"cold, without any fault: {broken}")
    works = [
        (
            lambda index=index: cold(mutants[index], found["tests"][index], group.library),
            COLD_SECONDS + found["limits"][index],
        )
        for index in open_ones
    ]
    for count, (place, result) in enumerate(in_parallel(works, jobs), 1):
        verdict = Verdict(KILLED, "endless, or out of memory") if result is None else Verdict(*result)
        verdicts[open_ones[place]] = verdict
        if count % 25 == 0:
            _told(f"{count} of {len(open_ones)} judged cold")
    return [Judged(mutant, one.verdict, one.by) for mutant, one in zip(mutants, verdicts, strict=True)]


def _remember(mutants: Sequence[Mutant], verdicts: Sequence[Verdict]) -> None:
    """Keep what is certain already, should the rest be cut short."""
    for module in dict.fromkeys(mutant.module for mutant in mutants):
        own = [
            Judged(mutant, one.verdict, one.by)
            for mutant, one in zip(mutants, verdicts, strict=True)
            if mutant.module == module and one.verdict != UNTOLD
        ]
        keep(module, kept(module) | {one.mutant.name: one for one in own})


def _told(text: str) -> None:
    print(f"  {text}", file=_console, flush=True)


_console = os.fdopen(os.dup(2), "w", encoding="utf-8")


# ---- what is kept


def kept(module: str) -> dict[Name, Judged]:
    """What was found before of a module, as long as its text is the same."""
    file = KEPT / f"{module.removesuffix('.py').replace('/', '.')}.json"
    if not file.exists():
        return {}
    now = {mutant.name: mutant for mutant in mutants_of(module, (ROOT / module).read_text("utf-8"))}
    found = [(tuple(name), verdict, by) for name, verdict, by in json.loads(file.read_text("utf-8"))]
    return {name: Judged(now[name], verdict, by) for name, verdict, by in found if name in now}


def keep(module: str, found: Mapping[Name, Judged]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{module.removesuffix('.py').replace('/', '.')}.json"
    file.write_text(json.dumps([(name, one.verdict, one.by) for name, one in found.items()], indent=0), "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--module", action="append", default=[], help="part of a module's path; all where there is none"
    )
    parser.add_argument("--sample", type=int, default=0, help="so many faults a module; 0 for all of them")
    parser.add_argument("--seed", type=int, default=SEED, help="which ones (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once (%(default)s)")
    parser.add_argument("--budget", type=float, default=BUDGET, help="processor seconds of tests a fault (%(default)s)")
    parser.add_argument("--confirm", action="store_true", help="judge cold whatever survives")
    parser.add_argument("--again", action="store_true", help="only what nobody noticed before, or judged")
    parser.add_argument("--list", action="store_true", help="only print what nobody noticed before")
    parser.add_argument("--page", action="store_true", help="only write the page again, from what was found before")
    given = parser.parse_args(arguments)
    wanted = [
        (group, module)
        for group in groups()
        for module in group.modules
        if not given.module or any(part in module for part in given.module)
    ]
    if not wanted:
        parser.error("no such module in tests/code_mutants.yaml")
    if not (given.list or given.page):
        _run(wanted, given)
    known = said("equivalent")
    every = {module: list(kept(module).values()) for group in groups() for module in group.modules}
    for _, module in wanted:
        for one in every[module]:
            if one.verdict != KILLED and one.mutant.name not in known:
                print(one.mutant, f"({one.by})" if one.by else "")
    if not given.list:
        sizes = {module: len(chosen(module, 0, given.seed)) for module in every}
        PAGE.write_text(page(every, sizes, known, said("decided")), "utf-8")


def _run(wanted: Sequence[tuple[Group, str]], given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="clausier-mutants-") as folder:
        os.environ |= {"TMPDIR": folder, "XDG_CACHE_HOME": f"{folder}/cache", "PYTHONDONTWRITEBYTECODE": "1"}
        tempfile.tempdir = None
        for group in dict.fromkeys(group for group, _ in wanted):
            modules = [module for own, module in wanted if own == group]
            before = {module: kept(module) for module in modules}
            mutants = [mutant for module in modules for mutant in chosen(module, given.sample, given.seed)]
            if given.again:
                noticed = {name for found in before.values() for name, one in found.items() if one.verdict == KILLED}
                mutants = [mutant for mutant in mutants if mutant.name not in noticed | set(said("equivalent"))]
            started = time.perf_counter()
            print(", ".join(modules), len(mutants), "faults", file=_console, flush=True)
            for one in judged(replace(group, modules=tuple(modules)), mutants, given.jobs, given.budget, given.confirm):
                before[one.mutant.module][one.mutant.name] = one
            for module in modules:
                keep(module, before[module])
            _told(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
