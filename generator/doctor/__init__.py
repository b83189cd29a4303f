"""Judging a Word file: one module a group of checks, each with its ``CHECKS`` and ``check(file)``.

What schemas see is the smaller part of what makes Word repair a file or print it wrong. A file may come from anywhere:
no bytes lead to an exception, and what a file can make us do is bounded. ``docs/doctor.md`` lists the checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from generator.diagnostics import Diagnostic, Report
from generator.doctor import (
    accessibility,
    archive,
    bookmarks,
    controls,
    fields,
    hidden,
    markup,
    notes,
    numbering,
    order,
    package,
    properties,
    receipt,
    references,
    revisions,
    sections,
    security,
    settings,
    structure,
    styles,
    tables,
    words,
)
from generator.doctor.findings import Check, Tally
from generator.doctor.wordfile import Part, WordFile

__all__ = ["CHECKS", "GROUPS", "Check", "examine", "opened"]


class Group(Protocol):
    """A module of this package with checks of the parsed file."""

    CHECKS: tuple[Check, ...]

    def check(self, file: WordFile) -> Iterator[Diagnostic]:
        """Everything that the group finds in the file, in any order."""
        ...


GROUPS: tuple[Group, ...] = (
    markup,
    package,
    security,
    hidden,
    structure,
    order,
    bookmarks,
    fields,
    references,
    controls,
    numbering,
    styles,
    tables,
    revisions,
    notes,
    sections,
    settings,
    properties,
    words,
    accessibility,
    receipt,
)
CHECKS: tuple[Check, ...] = (*archive.CHECKS, *(check for group in GROUPS for check in group.CHECKS))


def examine(name: str, content: bytes) -> tuple[Diagnostic, ...]:
    """Every finding of every check in a Word file, errors first; ``name`` is the file's, for the findings.

    A place is ``name/part``, with the number of the paragraph (from 1, in the order of the part) as its line and the
    first words of it as its text; in a part without paragraphs, the line of the XML.
    """
    tally = Tally(name)
    for finding in _found(name, content):
        tally.add(finding)
    return Report.of(tally.all()).diagnostics


def opened(name: str, content: bytes) -> tuple[WordFile | None, tuple[Diagnostic, ...]]:
    """The parsed parts of a Word file, with what is wrong with its archive and its XML; ``None`` where none is left."""
    unpacked = archive.opened(name, content)
    found = list(unpacked.findings)
    if unpacked.entries is None:
        return None, tuple(found)
    parts = {entry: Part(name, entry, "", data) for entry, data in unpacked.entries.items()}
    types = parts.get(package.CONTENT_TYPES)
    if types is None:
        found.append(package.MISSING_CONTENT_TYPES.of("the archive holds no `[Content_Types].xml`", name))
    else:
        found += markup.parsed(types)
    defaults, overrides = package.content_types(types.root if types is not None else None)
    tags = 0
    for part in parts.values():
        if part is not types:
            extension = part.name.rpartition(".")[2].lower()
            part.type = overrides.get(part.name.lower()) or defaults.get(extension, "")
            if markup.is_xml(part):
                tags += part.content.count(b"<")
                if tags > archive.MAX_TAGS:
                    found.append(archive.OVERSIZED_ARCHIVE.of(f"the parts up to `{part.name}` have {tags} tags", name))
                else:
                    found += markup.parsed(part)
    names = {entry.lower(): entry for entry in parts}
    arrows, faults = package.relationships("", parts.get(package.rels_name("")), names)
    found += faults
    for part in list(parts.values()):
        part.relationships, faults = package.relationships(part.name, parts.get(package.rels_name(part.name)), names)
        found += faults
    main, faults = package.main_part(name, parts, arrows)
    found += faults
    if main is None:
        return None, tuple(found)
    file = WordFile(name, parts, arrows, main)
    file.find_stories()
    return file, tuple(found)


def _found(name: str, content: bytes) -> Iterator[Diagnostic]:
    file, found = opened(name, content)
    yield from found
    if file is not None:
        for group in GROUPS:
            yield from group.check(file)
