"""The table of contents: a field that Word can update, with entries that we wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.document.nodes import Part
from generator.ooxml import names
from generator.ooxml.text import control_title, run
from generator.writers.docx import fields
from generator.writers.docx.inline import paragraph, runs
from generator.writers.docx.scope import Scope
from generator.writers.docx.tables import side_by_side


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of contents; ``anchor`` names the heading, ``paged_as`` its page where another does."""

    anchor: str
    marker: str
    title: str
    paged_as: str = ""


def entries(part: Part, scope: Scope) -> list[Entry]:
    """The sections of a part and, for an agreement, the annexes that follow it in the same file."""
    own = [
        Entry(section.anchor, scope.label(section.anchor).marker, runs(section.title, scope))
        for section in part.sections
        if section.title
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


def headings(scope: Scope) -> dict[str, str]:
    """The bookmark of every heading that a table of contents of this file lists, by its anchor."""
    listed = [entry.anchor for part in scope.parts if part.contents for entry in entries(part, scope)]
    return {anchor: names.reference_bookmark(anchor) for anchor in listed}


def range_bookmark(part: Part, *, second: bool = False) -> str:
    """The bookmark around what a table of contents lists, or its ``second`` column; in a bound file each document
    lists only its own."""
    return names.reference_bookmark(f"contents.{part.id}{'.second' if second else ''}")


def columns_break(part: Part, scope: Scope) -> int:
    """How many sections of a part stand in the left of the two columns of its contents; 0 where there is one column.

    Close print has room for two.
    """
    if not scope.numbered.document.set_closely or part.kind == "annex":
        return 0
    return min((len(part.sections) + len(annexes(part, scope)) + 1) // 2, len(part.sections) - 1)


def contents(
    part: Part,
    scope: Scope,
    control: int,
    listed: Sequence[Entry],
    left: int,
    pages: Mapping[str, int] | None,
) -> str:
    r"""The table of contents of a part, as a content control that Word offers to update.

    Without ``pages`` the entries of ``listed`` have no page numbers (``\n``): none is better than a wrong one.
    ``left`` entries stand in the first of two columns, each a field of its own: a Word section of two columns would
    begin in the middle of a page, on which LibreOffice 7.4 fails.
    """
    # Word gives an updated entry the style of its level: toc 2 for the sections of an annex.
    level, style = ("2-2", names.CONTENTS_ANNEX_ENTRY) if part.kind == "annex" else ("1-1", names.CONTENTS_ENTRY)
    unpaged = r" \n" if pages is None else ""

    def lines(shown: Sequence[Entry], *, second: bool = False) -> str:
        instruction = rf'TOC \o "{level}"{unpaged} \h \z \u \b {range_bookmark(part, second=second)}'
        return _lines(shown, style, instruction, pages)

    title = paragraph(names.CONTENTS_TITLE, run(scope.phrases.contents))
    if left:
        # LibreOffice 7.4 fails on a control around a table with such fields.
        return title + side_by_side([lines(listed[:left]), lines(listed[left:], second=True)], scope.house.text_width)
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{control_title(scope.phrases.contents)}"/><w:id w:val="{control}"/>'
        '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{title}{lines(listed)}</w:sdtContent></w:sdt>"
    )


def _lines(listed: Sequence[Entry], style: str, instruction: str, pages: Mapping[str, int] | None) -> str:
    lines: list[str] = []
    for entry in listed:
        bookmark = names.reference_bookmark(entry.anchor)
        number = None if pages is None else pages[entry.paged_as or entry.anchor]
        page = "" if number is None else f"<w:r><w:tab/></w:r>{fields.page_of(bookmark, number)}"
        content = fields.link(bookmark, f"{run(entry.marker)}<w:r><w:tab/></w:r>{entry.title}{page}")
        opening = "" if lines else fields.opening(instruction)
        lines.append(paragraph(style, opening + content))
    if not lines:
        lines.append(paragraph(style, fields.opening(instruction)))
    return "".join(lines) + paragraph(names.SEPARATOR, fields.END)
