"""What a library folder may hold: files with plain names, each of them read, no two under one name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from generator.diagnostics import Diagnostic, Note, Severity
from generator.library.model import LibraryClause
from generator.library.reading import Findings
from generator.listing import Stray
from generator.source import Source
from generator.workspace import Workspace, WorkspaceError

# Names that are one file on some disks and two on others (by case, by the form of an accent) cannot be written so.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_OUTSIDE: Final = "put it into the folder of a layer, or write a `layer.yaml` for this one"


class LibraryFolder:
    """Refuses what lies in a library and would not count, or would be taken for something else."""

    def __init__(self, workspace: Workspace, findings: Findings) -> None:
        self.workspace = workspace
        self.findings = findings

    def refuse(self, code: str, path: Path, message: str, help_: str) -> None:
        file = self.workspace.shown(path)
        self.findings.items.append(Diagnostic(code, Severity.ERROR, message, None, help_, file=file))

    def refuse_strays(self, strays: Iterable[Stray]) -> None:
        for stray in strays:
            self.refuse("stray-file", Path(stray.path), stray.reason, stray.help)

    def refuse_names(self, files: Iterable[Path]) -> None:
        seen: dict[str, str] = {}
        for path in files:
            inside = path.relative_to(self.workspace.clauses)
            wrong = next((part for part in inside.parts if _NAME.fullmatch(part) is None), "")
            if wrong:
                help_ = "use letters without accents, digits, `-` and `_`"
                self.refuse("file-name", path, f"`{wrong}` is no name in a library", help_)
            other = seen.setdefault(inside.as_posix().casefold(), inside.as_posix())
            if other != inside.as_posix():
                message = f"this name differs from that of `{other}` by its capitals alone"
                self.refuse("file-name", path, message, "rename one of the files")

    def refuse_outside(self, files: Iterable[Path], layers: Mapping[Path, Path], kind: Callable[[Path], str]) -> None:
        """Clauses and rules belong to a layer: of others nobody could say for which deals they count."""
        for path in files:
            clause = path.suffix == ".md" and path.name != "README.md"
            if (clause or (path.suffix == ".yaml" and kind(path) == "rules")) and layers.keys().isdisjoint(
                path.parents
            ):
                what = "this clause" if clause else "this file of rules"
                self.refuse("no-layer", path, f"{what} belongs to no layer, it would never count", _OUTSIDE)


def unreadable(file: str, refusal: WorkspaceError) -> Diagnostic:
    """A file of the library that the system or its size keeps from being read."""
    return Diagnostic("unreadable", Severity.ERROR, refusal.reason, None, refusal.remedy, file=file)


def refuse_twice(what: str, read: Sequence[tuple[str, Source]], findings: Findings) -> None:
    """One identifier names one thing, also where only its capitals differ."""
    first: dict[str, Source] = {}
    for id_, source in read:
        other = first.setdefault(id_.casefold(), source)
        if other is not source:
            place, note = source.span(("id",)), Note("the other is here", other.span(("id",)))
            message = f"two files have the {what} `{id_}`"
            findings.items.append(
                Diagnostic(f"duplicate-{what}", Severity.ERROR, message, place, "rename one", (note,))
            )


def refuse_exceptions(clauses: Mapping[str, LibraryClause], findings: Findings) -> None:
    """An exception is one to another clause, and to none that is locked: that is the legal minimum of a slot."""
    for clause in clauses.values():
        general = clauses.get(clause.exception_to)
        if general is None:
            continue
        place = clause.front.span(("exception_to",))
        if general is clause:
            findings.add("exception-cycle", place, f"`{clause.id}` is an exception to itself", "name another clause")
        elif general.locked:
            findings.items.append(
                Diagnostic(
                    "locked-clause",
                    Severity.ERROR,
                    f"`{clause.id}` is an exception to `{general.id}`, which is locked",
                    clause.span,
                    "fill a slot of its own, or ask whoever locked the clause",
                    (Note("the locked clause is here", general.span),),
                )
            )
