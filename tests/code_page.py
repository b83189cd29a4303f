"""The page that tells how well the tests notice faults of the program: ``docs/quality.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.code_faults import Mutant

KILLED: Final = "killed"
Name = tuple[str, str, str, str]


@dataclass(frozen=True)
class Judged:
    """A fault with what became of it, and the test that noticed it."""

    mutant: Mutant
    verdict: str
    by: str


@dataclass(frozen=True)
class Count:
    """``faults`` were judged of so many that a module ``has``."""

    has: int
    faults: int
    killed: int
    equivalent: int

    @property
    def survived(self) -> int:
        return self.faults - self.killed - self.equivalent

    @property
    def score(self) -> str:
        """The part of the faults that change something which the tests notice, cut and not rounded."""
        changing = self.faults - self.equivalent
        return f"{1000 * self.killed // changing / 10:.1f} %" if changing else "–"

    def __add__(self, other: Count) -> Count:
        return Count(
            self.has + other.has,
            self.faults + other.faults,
            self.killed + other.killed,
            self.equivalent + other.equivalent,
        )


def counted(found: Sequence[Judged], has: int, equivalent: Mapping[Name, str]) -> Count:
    killed = sum(one.verdict == KILLED for one in found)
    same = sum(one.verdict != KILLED and one.mutant.name in equivalent for one in found)
    return Count(has, len(found), killed, same)


def page(
    found: Mapping[str, Sequence[Judged]],
    sizes: Mapping[str, int],
    equivalent: Mapping[Name, str],
    decided: Mapping[Name, str],
) -> str:
    """``sizes`` are how many faults each module has; ``decided`` what was said of those that are left."""
    counts = {module: counted(judged, sizes[module], equivalent) for module, judged in found.items()}
    every = sum(counts.values(), Count(0, 0, 0, 0))
    lines = [
        "# Faults put into the program",
        "",
        "One thing of a module is changed at a time: a comparison or its bound, an operation, `and` and `or`, a",
        "constant by one, a text by one sign, a result that is nothing, a statement left out, an argument lost or",
        "swapped, a loop that ends early, an exception that is not caught, the end of a slice, a case. Then the tests",
        "that run this place are run, and one of them should fail. Made by `python -m tests.code_mutants`",
        "(`make code-mutants`).",
        "",
        f"- The tests notice **{every.score}**: {every.killed} of {every.faults - every.equivalent} faults that change"
        " anything.",
        f"- {every.faults} faults were judged of {every.has} that these modules have; {every.equivalent} of them were"
        " read and change nothing.",
        *_open(counts),
        "",
        "| module | has | judged | noticed | change nothing | not noticed | score |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(_row(f"`{module.removeprefix('generator/')}`", count) for module, count in counts.items() if count.has),
        _row("all", every),
        "",
        *HOW,
        *_survivors(found, equivalent, decided),
        *_equivalents(found, equivalent),
    ]
    return "\n".join(lines) + "\n"


def _open(counts: Mapping[str, Count]) -> list[str]:
    """How many modules the score says nothing of."""
    some = sum(count.has > 0 and not count.faults for count in counts.values())
    return [f"- {some} modules have not been judged yet: the score says nothing of them."] if some else []


def _row(name: str, count: Count) -> str:
    figures = (count.has, count.faults, count.killed, count.equivalent, count.survived)
    return f"| {name} | {' | '.join(map(str, figures))} | {count.score} |"


HOW: Final = (
    "## How",
    "",
    "- Without any fault every test passes first, once with its lines noted and once more in a copy of the process;",
    "  else nothing is measured. A test that notices its first fault is then run alone without any, and must pass.",
    "- Each fault has a process of its own, forked from one that has passed the tests and read the library. A fault",
    "  in what makes a class or a default has one that imports the program with it; so has, with `--confirm`,",
    "  whatever survives: the library was read without the fault, which may have hidden it.",
    "- Tests run that come by the changed line, but for the slowest beyond some seconds of the processor. So a fault",
    "  that only a slow test would notice counts as not noticed.",
    "- Time is counted in seconds of the processor: a test that takes many times as long as before is endless.",
    "- Left alone: annotations, decorators, imports, docstrings, assertions that narrow a type.",
    "",
)


def _survivors(
    found: Mapping[str, Sequence[Judged]], equivalent: Mapping[Name, str], decided: Mapping[Name, str]
) -> list[str]:
    lines = ["## Not noticed", ""]
    for module, judged in found.items():
        own = [one.mutant for one in judged if one.verdict != KILLED and one.mutant.name not in equivalent]
        if own:
            lines += [f"### `{module}`", ""]
            lines += [f"- {_told(mutant)}{_why(decided.get(mutant.name, ''))}" for mutant in own] + [""]
    return lines if len(lines) > 2 else [*lines, "None.", ""]


def _equivalents(found: Mapping[str, Sequence[Judged]], equivalent: Mapping[Name, str]) -> list[str]:
    lines = ["## Read, and without effect", ""]
    for module, judged in found.items():
        own = [one.mutant for one in judged if one.verdict != KILLED and one.mutant.name in equivalent]
        if own:
            lines += [f"### `{module}`", ""]
            lines += [f"- {_told(mutant)}{_why(equivalent[mutant.name])}" for mutant in own] + [""]
    return lines[:-1] if len(lines) > 2 else [*lines, "None."]


def _told(mutant: Mutant) -> str:
    shown = f"`{mutant.where or 'module'}`: ``{mutant.text}`` {mutant.change}"
    # A page with a null character is no text to most programs.
    return shown.replace("\0", "␀")


def _why(reason: str) -> str:
    return f" – {reason}" if reason else ""
