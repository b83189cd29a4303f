"""The corpus as files: the deals, and an index of what they cannot show; and whether it still shows everything."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from generator.diagnostics import Diagnostic, Severity
from generator.library.model import Library
from generator.prove.cover.targets import Targets
from generator.prove.cover.trace import shown
from generator.prove.cover.tried import planned
from generator.workspace import WorkspaceError, exists, read_text, shown_path

INDEX: Final = "index.json"
COMMAND: Final = "clausier library cover"
REMEDY: Final = f"write the corpus again: {COMMAND}"
# So many clauses are named in the remark of a deal.
MOST_NAMED: Final = 12


@dataclass(frozen=True)
class CoverDeal:
    """A deal of the corpus as a file; ``shows`` are the names of the targets that it reaches."""

    file: str
    content: bytes
    shows: frozenset[str]


@dataclass(frozen=True)
class Tally:
    """How much is covered; an atom counts twice, true and false. ``unreachable`` ones are not in ``atoms``."""

    clauses: int
    clauses_covered: int
    atoms: int
    atoms_covered: int
    unreachable: int

    @staticmethod
    def of(targets: Targets, covered: frozenset[str], unreachable: frozenset[str]) -> Tally:
        clauses = {target.name for target in targets.clauses.values()} - unreachable
        atoms = {target.name for target in targets} - {target.name for target in targets.clauses.values()}
        reachable = atoms - (unreachable - covered)
        return Tally(
            len(clauses), len(clauses & covered), len(reachable), len(reachable & covered), len(atoms - reachable)
        )

    def shown(self) -> str:
        return (
            f"{self.clauses_covered} of {self.clauses} clauses, {self.atoms_covered} of {self.atoms} atoms true and"
            f" false, {self.unreachable} that no valid deal reaches"
        )


@dataclass(frozen=True)
class Corpus:
    """Deals that show what can be shown in the library of a digest; of ``missed`` no deal was built, each with why."""

    deals: tuple[CoverDeal, ...]
    digest: str
    unreachable: frozenset[str]
    missed: Mapping[str, str]
    tally: Tally

    def files(self, folder: Path) -> dict[Path, bytes]:
        index = {
            "digest": self.digest,
            "deals": [deal.file for deal in self.deals],
            "unreachable": sorted(self.unreachable),
            "missed": dict(sorted(self.missed.items())),
        }
        text = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
        return {folder / deal.file: deal.content for deal in self.deals} | {folder / INDEX: text.encode()}


@dataclass(frozen=True)
class Checked:
    """What a corpus shows today: findings where a deal has an error or a target is not reached."""

    findings: tuple[Diagnostic, ...]
    tally: Tally
    missed: int
    deals: int


def deal_files(folder: Path) -> list[Path]:
    """The deals of a corpus, in order."""
    return sorted(folder.glob("*.yaml"))


def remarks(names: Iterable[str]) -> list[str]:
    """What a deal is there for, as lines of a comment."""
    listed = sorted(names)
    clauses = [name.removeprefix("clause ") for name in listed if not name.endswith((" true", " false"))]
    named = ", ".join(clauses[:MOST_NAMED]) + (", …" if len(clauses) > MOST_NAMED else "")
    atoms = len(listed) - len(clauses)
    text = (
        f"covers: {len(clauses)} clauses{f' ({named})' if clauses else ''}, {atoms} atoms that no deal before it does"
    )
    return textwrap.wrap(text, 116)


def check(library: Library, targets: Targets, folder: Path) -> Checked:
    """Whether the deals of a folder still show every target, those of the index excepted. Raises ``WorkspaceError``."""
    index = read_index(folder)
    covered: set[str] = set()
    findings: list[Diagnostic] = []
    files = deal_files(folder)
    for path in files:
        drafted, found = planned(library, shown_path(path), read_text(path), path.parent)
        findings += found
        if drafted is not None:
            covered |= shown(targets, drafted.facts, drafted.plan)
    if files:
        findings += _stale(targets, index, folder)
        findings += _uncovered(targets, covered | index.unreachable | index.missed.keys())
    else:
        message = f"there is no deal in {shown_path(folder)}"
        findings.append(Diagnostic("not-covered", Severity.ERROR, message, None, f"write a corpus: {COMMAND}"))
    tally = Tally.of(targets, frozenset(covered), index.unreachable)
    return Checked(tuple(findings), tally, len(index.missed.keys() - covered), len(files))


def _stale(targets: Targets, index: Index, folder: Path) -> Iterator[Diagnostic]:
    if index.digest != targets.digest:
        message = f"the corpus in {shown_path(folder)} is of another library: what it calls unreachable is not proven"
        yield Diagnostic("stale-corpus", Severity.ERROR, message, None, REMEDY)


def _uncovered(targets: Targets, known: frozenset[str] | set[str]) -> Iterator[Diagnostic]:
    for target in targets:
        if target.name not in known:
            message = f"no deal of the corpus shows: {target.name}"
            yield Diagnostic("not-covered", Severity.ERROR, message, target.span, REMEDY)


@dataclass(frozen=True)
class Index:
    """What the index of a corpus says; of ``missed`` no deal was found, each with the reason."""

    digest: str = ""
    deals: tuple[str, ...] = ()
    unreachable: frozenset[str] = frozenset()
    missed: Mapping[str, str] = field(default_factory=dict)


def read_index(folder: Path) -> Index:
    """The index of a corpus, empty where there is none. Raises ``WorkspaceError``."""
    path = folder / INDEX
    if not exists(path):
        return Index()
    try:
        held = json.loads(read_text(path))
        return Index(
            str(held["digest"]),
            tuple(map(str, held["deals"])),
            frozenset(map(str, held["unreachable"])),
            {str(name): str(reason) for name, reason in held["missed"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise WorkspaceError(shown_path(path), "is no index of a corpus", REMEDY) from None
