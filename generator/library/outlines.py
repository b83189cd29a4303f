"""Outlines: one document of the pack a file, its sections and slots in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.library.model import Outline, OutlineSection, Slot
from generator.library.reading import Findings, read_condition, read_texts
from generator.schema_types import Type
from generator.source import Path, Source


def read_outline(source: Source, names: dict[str, Type], text_names: dict[str, Type], findings: Findings) -> Outline:
    """The outline in a file whose shape has been checked."""
    value: dict[str, Any] = source.value
    each = value.get("each", "")
    if each and not ("when" in value and "cover" in value and not value["sections"]):
        findings.add(
            "missing-field",
            source.span(("each",)),
            "a repeated document has its text as `cover:`, no section, and says in `when:` for which deals it is",
        )
    sections = tuple(
        _section(source, ("sections", index), section, names, text_names, findings)
        for index, section in enumerate(value["sections"])
    )
    return Outline(
        id=value["id"],
        kind=value["kind"],
        title=value["title"],
        name=value["name"],
        precedence=value["precedence"],
        position=value["position"],
        contents=value.get("contents", False),
        inherits_terms=value.get("inherits_terms", False),
        cover=value.get("cover", ""),
        when=read_condition(source, ("when",), value.get("when"), names, findings),
        sections=sections,
        file=source.file,
        span=source.span(("id",)),
        each=each,
    )


def _section(
    source: Source,
    path: Path,
    section: Mapping[str, Any],
    names: dict[str, Type],
    text_names: dict[str, Type],
    findings: Findings,
) -> OutlineSection:
    each = section.get("each", "")
    if not each and not ("id" in section and "title" in section):
        findings.add("missing-field", source.span(path), "a section has an `id` and a `title`")
    slots = tuple(
        _slot(source, (*path, "slots", index), slot, names, findings) for index, slot in enumerate(section["slots"])
    )
    title = section.get("title")
    return OutlineSection(
        id=section.get("id", each),
        title=read_texts(source, (*path, "title"), title, text_names, findings) if title else {},
        when=read_condition(source, (*path, "when"), section.get("when"), names, findings),
        slots=slots,
        each=each,
        span=source.span(path),
    )


def _slot(source: Source, path: Path, slot: Any, names: dict[str, Type], findings: Findings) -> Slot:
    if isinstance(slot, str):
        return Slot(slot, "exactly_one", None, source.span(path))
    applies = read_condition(source, (*path, "applies"), slot.get("applies"), names, findings)
    return Slot(slot["slot"], slot.get("policy", "exactly_one"), applies, source.span((*path, "slot")))
