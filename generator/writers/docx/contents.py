"""The table of contents: a field that Word can update, with entries that we wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.document.nodes import Part
from generator.ooxml import names
from generator.ooxml.text import attribute, run
from generator.writers.docx import fields, frame
from generator.writers.docx.inline import paragraph, runs
from generator.writers.docx.scope import Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of contents; ``anchor`` names the heading and its page."""

    anchor: str
    marker: str
    title: str


def entries(part: Part, scope: Scope) -> list[Entry]:
    """The sections of a part and, for an agreement, the annexes that follow it in the same file."""
    own = [
        Entry(section.anchor, scope.label(section.anchor).marker, runs(section.title, scope))
        for section in part.sections
    ]
    return own + [Entry(annex.id, scope.label(annex.id).marker, run(annex.title)) for annex in annexes(part, scope)]


def annexes(part: Part, scope: Scope) -> list[Part]:
    """The annexes that follow an agreement in the same file, up to the next document."""
    following: list[Part] = []
    if part.kind == "agreement":
        for other in scope.parts[scope.parts.index(part) + 1 :]:
            if other.kind != "annex":
                break
            following.append(other)
    return following


def range_bookmark(part: Part) -> str:
    """The bookmark around what a table of contents lists; in a bound file each document lists only its own."""
    return names.reference_bookmark(f"contents.{part.id}")


def contents(part: Part, scope: Scope, control: int, pages: Mapping[str, int] | None, *, follows_on: bool) -> str:
    r"""The table of contents of a part in two columns, as a content control that Word offers to update.

    Two Word sections end in it: the one before it, whose start ``follows_on`` describes, and its own.
    Without ``pages`` the entries have no page numbers (``\n``): none is better than a wrong one.
    """
    # Word gives an updated entry the style of its level: toc 2 for the sections of an annex.
    level, style = ("2-2", names.CONTENTS_ANNEX_ENTRY) if part.kind == "annex" else ("1-1", names.CONTENTS_ENTRY)
    unpaged = r" \n" if pages is None else ""
    instruction = rf'TOC \o "{level}"{unpaged} \h \z \u \b {range_bookmark(part)}'
    # The ends of the two Word sections stand inside the control: outside, LibreOffice 7.4 makes one column of it.
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{attribute(scope.phrases.contents)}"/><w:id w:val="{control}"/>'
        '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph(names.CONTENTS_TITLE, run(scope.phrases.contents))}"
        f"{frame.section_end(follows_on=follows_on)}"
        f"{_lines(entries(part, scope), style, instruction, pages)}</w:sdtContent></w:sdt>"
    )


def _lines(listed: Sequence[Entry], style: str, instruction: str, pages: Mapping[str, int] | None) -> str:
    lines: list[str] = []
    for entry in listed:
        bookmark = names.reference_bookmark(entry.anchor)
        page = "" if pages is None else f"<w:r><w:tab/></w:r>{fields.page_of(bookmark, pages[entry.anchor])}"
        content = fields.link(bookmark, f"{run(entry.marker)}<w:r><w:tab/></w:r>{entry.title}{page}")
        opening = "" if lines else fields.opening(instruction)
        lines.append(paragraph(style, opening + content))
    if not lines:
        lines.append(paragraph(style, fields.opening(instruction)))
    end = frame.section_properties(follows_on=True, columns=2)
    return "".join(lines) + paragraph(names.SEPARATOR, fields.END, more=end)
