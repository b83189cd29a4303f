"""Faults in the texts of clauses, made in the text of the file and read again as the library is read."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from generator.conditions.expressions import reads
from generator.library.clause_files import read_clause
from generator.library.model import Library, LibraryClause
from generator.library.reading import Findings
from generator.library.types import pack_type
from generator.schema_types import Type
from tests.seeded import Fault, Refused, with_clause

_TAG: Final = re.compile(r"\{%-?\s*(if|elif|else|endif|for|endfor)\b\s*(.*?)\s*-?%\}")
_REFERENCE: Final = re.compile(r"\]\(#([A-Za-z0-9._-]+)\)")
_VALUE: Final = re.compile(r"\{\{\s*([a-z_]+(?:\.[a-z_0-9]+)+)")
_PARAGRAPH: Final = re.compile(r"(?<=\n\n)([A-ZÀ-Ý][^\n]+)(?=\n\n|\n\Z)")


@dataclass(frozen=True)
class Texts:
    """The clause files of a library below ``root``, with the schema of their front matter."""

    library: Library
    root: Path
    schema_file: Path

    def faults(self, pick: random.Random) -> Iterator[Fault]:
        for clause in self.library.clauses.values():
            text = (self.root / clause.file).read_text("utf-8").replace("\r\n", "\n")
            start = text.index("\n# ")
            for how, at, end, new in self._changes(text, start, pick):
                shown_at = at + len("{% if ") if how == "guard dropped" else at
                line = text.count("\n", 0, at) + 1
                place = f"{clause.file}:{line}:{shown_at - text.rfind(chr(10), 0, shown_at)}"
                shown = f"`{_short(text[at:end])}` → `{_short(new)}`"
                changed = text[:at] + new + text[end:]
                yield Fault(
                    "texts",
                    how,
                    place,
                    f"{clause.id}: {shown}",
                    lambda clause=clause, changed=changed: with_clause(self.library, self.read(clause, changed)),
                )

    def read(self, clause: LibraryClause, text: str) -> LibraryClause:
        """The clause of a changed file. Raises ``Refused``."""
        findings = Findings()
        names = self.library.names
        pack = {**names, "pack": pack_type()}
        made = read_clause(
            clause.file,
            text,
            clause.id,
            clause.layer,
            names,
            pack,
            self.library.terms,
            self.schema_file,
            findings,
        )
        if made is None or findings.items:
            raise Refused("; ".join(finding.message for finding in findings.items))
        return made

    # ---- the changes: what, from, to, the new text

    def _changes(self, text: str, start: int, pick: random.Random) -> Iterator[tuple[str, int, int, str]]:
        for found in _REFERENCE.finditer(text, start):
            others = [slot for slot in self.slots if slot != found[1]]
            yield "reference", found.start(1), found.end(1), pick.choice(others)
            yield "misspelt", found.start(1), found.end(1), f"{found[1]}x"
        for found in _VALUE.finditer(text, start):
            type_ = _type_at(self.library, found[1])
            alike = [path for path in self.optional.get(_print(type_), ()) if path != found[1]] if type_ else []
            if alike:
                yield "optional value", found.start(1), found.end(1), pick.choice(alike)
            yield "misspelt", found.start(1), found.end(1), f"{found[1]}x"
        for found in _TAG.finditer(text, start):
            if found[1] in {"if", "elif"}:
                yield "negated", found.start(2), found.end(2), f"not ({found[2]})"
        for first, last, alone in _choices(text, start):
            if alone:
                yield "guard dropped", first.start(), last.end(), text[first.end() : last.start()]
        for found in _PARAGRAPH.finditer(text, start):
            if "{%" not in found[1]:
                yield (
                    "wrapped",
                    found.start(1),
                    found.end(1),
                    f"{{% if {pick.choice(self.always)} %}}{found[1]}{{% endif %}}",
                )

    @cached_property
    def slots(self) -> tuple[str, ...]:
        outlines = self.library.outlines
        return tuple(slot.id for outline in outlines for section in outline.sections for slot in section.slots)

    @cached_property
    def optional(self) -> dict[Any, tuple[str, ...]]:
        """The fields that a deal may lack, by how they are printed."""
        found: dict[Any, list[str]] = {}
        for path, type_, always in _fields(Type("record", fields=self.library.schema.type.fields), "", True):
            if not always:
                found.setdefault(_print(type_), []).append(path)
        return {kind: tuple(paths) for kind, paths in found.items()}

    @cached_property
    def always(self) -> tuple[str, ...]:
        """Conditions of clauses that read only what every deal has."""
        conditions = [clause.when for clause in self.library.clauses.values() if clause.when is not None]
        return tuple(
            sorted(
                {c.text for c in conditions if all(read.always for read in reads(c.expression)) and "%" not in c.text}
            )
        )


def _choices(text: str, start: int) -> Iterator[tuple[re.Match[str], re.Match[str], bool]]:
    """Each `if` with its `endif`, and whether it has no other branch."""
    open_: list[list[Any]] = []
    for found in _TAG.finditer(text, start):
        match found[1]:
            case "if":
                open_.append([found, True])
            case "elif" | "else" if open_:
                open_[-1][1] = False
            case "endif" if open_:
                first, alone = open_.pop()
                yield first, found, alone


def _fields(type_: Type, prefix: str, always: bool) -> Iterator[tuple[str, Type, bool]]:
    for name, member in type_.fields.items():
        path = f"{prefix}.{name}" if prefix else name
        if member.type.kind == "record":
            yield from _fields(member.type, path, always and member.always)
        elif prefix:
            yield path, member.type, always and member.always


def _type_at(library: Library, dotted: str) -> Type | None:
    root, *steps = dotted.split(".")
    type_ = library.names.get(root)
    for step in steps:
        if type_ is None or step not in type_.fields:
            return None
        type_ = type_.fields[step].type
    return type_


def _print(type_: Type) -> Any:
    return (type_.kind, type_.unit, type_.values)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 70 else f"{flat[:45]} … {flat[-20:]}"
