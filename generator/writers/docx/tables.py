"""Tables: figures and services, definitions, signatures, and the box around a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count, groupby
from typing import Final, assert_never
from unicodedata import normalize

from generator.document.nodes import Align, Definition, Definitions, Inline, SignatureParty, Signatures, Table
from generator.ooxml import names
from generator.ooxml.house.model import House
from generator.ooxml.text import attribute, run
from generator.writers.docx.columns import SMALL, Contents, fit
from generator.writers.docx.inline import paragraph, plain, runs
from generator.writers.docx.region import BOX_PADDING, Region
from generator.writers.docx.scope import NO_BREAK_SPACE, Scope

_ALIGNMENT: Final = {"left": "", "right": '<w:jc w:val="right"/>', "center": '<w:jc w:val="center"/>'}
_SMALL_PADDING: Final = (
    f'<w:tblCellMar><w:left w:w="{SMALL.padding // 2}" w:type="dxa"/>'
    f'<w:right w:w="{SMALL.padding // 2}" w:type="dxa"/></w:tblCellMar>'
)
# A row to write in is a centimetre high.
_WRITABLE: Final = '<w:trHeight w:val="567" w:hRule="atLeast"/>'
# In close print, as high as a line of handwriting.
_CLOSELY_WRITABLE: Final = '<w:trHeight w:val="440" w:hRule="atLeast"/>'
_BOLD: Final = "<w:b/>"
# Where a paragraph of a glossary that is set closely begins.
_LETTERS: Final = ("d", "g", "n", "q", "t")
_WHOLE: Final = "<w:cantSplit/>"
_IN_BOX: Final = re.compile(
    rf'(<w:p><w:pPr><w:pStyle w:val="(?:{names.NOTICE}|{names.NOTICE_HEADING})"/>)(<w:keepNext/>)?(</w:pPr>)'
)
# A table up to a quarter of the page is not split; a row may be split only where it is higher than half a page.
_KEPT_WHOLE: Final = 4
_CLOSELY_KEPT_WHOLE: Final = 12
# The room to the right of what stands in two columns.
BETWEEN: Final = 453
_HALF_A_PAGE: Final = 2
AFTER: Final = f'<w:p><w:pPr><w:pStyle w:val="{names.AFTER_TABLE}"/></w:pPr></w:p>'


def _opening(
    width: int, left: int, columns: Sequence[int], *, look: str, style: str = names.TABLE_PLAIN, alternative: str = ""
) -> str:
    """The start of a table up to its grid; ``look`` is what stands between indent and layout."""
    grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{width}" w:type="dxa"/>'
        f'<w:tblInd w:w="{left}" w:type="dxa"/>{look}{alternative}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )


def _cell(width: int, content: str, fill: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>{content}</w:tc>'


def table(node: Table, scope: Scope, region: Region, caption: str) -> str:
    """A table with its header row, repeated on each page; ``caption`` is its alternative title."""
    lines = (node.header, *node.rows)
    return grid(
        tuple(tuple([plain(cell.content, scope) for cell in line]) for line in lines),
        tuple(tuple([runs(cell.content, scope) for cell in line]) for line in lines),
        node.align,
        region.width,
        caption,
        region.shares if len(region.shares) == len(node.align) else (),
        scope.house,
        closely=scope.numbered.document.set_closely,
    )


# Many tables are the same in many contracts: responsibilities, priorities, exclusions.
@lru_cache(maxsize=192)
def grid(
    texts: tuple[tuple[str, ...], ...],
    cells: tuple[tuple[str, ...], ...],
    align: tuple[Align, ...],
    width: int,
    caption: str,
    shares: tuple[int, ...],
    house: House,
    *,
    closely: bool = False,
) -> str:
    """The table of these cells, given as texts to measure and as runs to print; the first line is the header."""
    header, rows = texts[0], texts[1:]
    writable = _CLOSELY_WRITABLE if closely else _WRITABLE
    bold = tuple(any(_BOLD in cell for cell in column) for column in zip(*cells, strict=True))
    sizes, page = (house.look.normal, house.look.small), house.text.geometry.text_height
    chosen = fit(header, rows, bold, width, shares, sizes)
    small = chosen.scale is house.look.small
    aligns = tuple(map(_aligned, range(len(header)), align, chosen.contents))
    alternative = (
        f'<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/><w:tblCaption w:val="{attribute(caption or header[0])}"/>'
        f'<w:tblDescription w:val="{attribute(" | ".join(header))}"/>'
    )
    kept = _kept_rows(chosen.heights, page // (_CLOSELY_KEPT_WHOLE if closely else _KEPT_WHOLE))
    heading = names.CELL_HEADER_SMALL if small else names.CELL_HEADER
    style = names.CELL_SMALL if small else names.CELL
    look = '<w:tblLayout w:type="fixed"/>' + (_SMALL_PADDING if small else "")
    return "".join(
        (
            _opening(width, 0, chosen.columns, look=look, style=names.TABLE, alternative=alternative),
            "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>",
            _row(cells[0], aligns, chosen.columns, heading, house.look.header_fill),
            *(
                f"<w:tr><w:trPr>{_WHOLE if height <= page // _HALF_A_PAGE else ''}"
                f"{writable if chosen.blank else ''}</w:trPr>" + _row(row, aligns, chosen.columns, style, keep=keep)
                for row, height, keep in zip(cells[1:], chosen.heights, kept, strict=True)
            ),
            "</w:tbl>",
            AFTER,
        )
    )


def _aligned(place: int, align: Align, contents: Contents) -> Align:
    """Where the tree leaves a column to the left: amounts go to the right, short marks to the middle."""
    if place == 0 or align != "left":
        return align
    match contents:
        case "amounts":
            return "right"
        case "marks":
            return "center"
        case "words":
            return "left"
        case _:
            assert_never(contents)


def _kept_rows(heights: Sequence[int], low: int) -> list[bool]:
    """Which rows stay with the next: all of a low table, else the first and the last but one, often above a total."""
    rows = len(heights)
    if sum(heights) <= low:
        return [number < rows for number in range(1, rows + 1)]
    return [number in (1, rows - 1) and number < rows for number in range(1, rows + 1)]


def _row(
    cells: Sequence[str],
    aligns: Sequence[Align],
    columns: Sequence[int],
    style: str,
    fill: str = "",
    *,
    keep: bool = False,
) -> str:
    return (
        "".join(
            _cell(width, paragraph(style, cell, keep=keep, more=_ALIGNMENT[align]), fill)
            for cell, align, width in zip(cells, aligns, columns, strict=True)
        )
        + "</w:tr>"
    )


def definitions(node: Definitions, scope: Scope, region: Region) -> str:
    """The glossary: terms in bold on the left, meanings on the right; a page never begins with its last entry."""
    if scope.numbered.document.set_closely:
        return _close_definitions(node, scope)
    left = region.width * 23 // 100
    columns = (left, region.width - left)
    look = '<w:tblLayout w:type="fixed"/>'
    kept = range(len(node.entries) - 4, len(node.entries) - 1)
    rows = (
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + _cell(columns[0], paragraph(names.DEFINED_TERM, run(entry.name), keep=place in kept))
        + _cell(columns[1], paragraph(names.DEFINITION, runs(entry.content, scope), keep=place in kept))
        + "</w:tr>"
        for place, entry in enumerate(node.entries)
    )
    opening = _opening(region.width, 0, columns, look=look, style=names.DEFINITION_TABLE)
    return f"{opening}{''.join(rows)}</w:tbl>{AFTER}"


def _close_definitions(node: Definitions, scope: Scope) -> str:
    """The glossary of a small contract as a dictionary: a paragraph for a few letters, each term in bold."""
    look = "<w:rPr><w:b/><w:bCs/></w:rPr>"
    letters = (tuple(entries) for _, entries in groupby(node.entries, key=_letters))
    return "".join(
        paragraph(
            names.DEFINITION,
            run(" ").join(
                run(entry.name, look) + run(scope.phrases.colon) + runs(entry.content, scope) for entry in entries
            ),
        )
        for entries in letters
    )


def _letters(entry: Definition) -> int:
    """Under which letters of a dictionary a term stands: those from A, from D, from G, and so on."""
    return sum(normalize("NFD", entry.name)[:1].casefold() >= first for first in _LETTERS)


def box(content: str, region: Region, house: House) -> str:
    """A frame around what must be seen; ``content`` is paragraphs and tables.

    Paragraphs alone are framed as such: LibreOffice 7.4 does not keep a table with what follows it, and the last thing
    before the signatures is often a box.
    """
    paragraphs = content.count("<w:p>")
    framed, found = _IN_BOX.subn(_framed(region, house, paragraphs), content)
    if found == paragraphs:
        return framed + AFTER
    # The frame is drawn outside the width of the table.
    width = region.width - region.indent - 40
    look = (
        '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:top w:w="57" w:type="dxa"/><w:left w:w="{BOX_PADDING}" w:type="dxa"/>'
        f'<w:bottom w:w="57" w:type="dxa"/><w:right w:w="{BOX_PADDING}" w:type="dxa"/></w:tblCellMar>'
    )
    return (
        f"{_opening(width, region.indent, (width,), look=look, style=names.BOX_TABLE)}"
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        f"{_cell(width, content, house.look.box_fill)}</w:tr></w:tbl>{AFTER}"
    )


def _framed(region: Region, house: House, paragraphs: int) -> Callable[[re.Match[str]], str]:
    """Gives the paragraphs of a box, one after the other, the frame that Word draws around all of them."""
    looks = house.look.box_borders + house.look.box_fill
    places = f'<w:ind w:left="{region.indent + BOX_PADDING}" w:right="{BOX_PADDING}" w:firstLine="0"/>'
    numbers = count(1)

    def framed(found: re.Match[str]) -> str:
        keep = "<w:keepNext/>" if found[2] or next(numbers) < paragraphs else ""
        return f"{found[1]}{keep}<w:keepLines/>{looks}{places}{found[3]}"

    return framed


def signatures(node: Signatures, scope: Scope) -> str:
    """Parties two by two, each with its lines and room to sign, never split over two pages."""
    return side_by_side([_party(party, scope) for party in node.parties], scope.house.text_width)


def side_by_side(parties: Sequence[str], width: int) -> str:
    """The paragraphs of parties that sign, in columns two by two."""
    half = width // 2
    look = (
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        f'<w:right w:w="{BETWEEN}" w:type="dxa"/></w:tblCellMar>'
    )
    pairs = [parties[at : at + 2] for at in range(0, len(parties), 2)]
    rows = (
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(_cell(half, party) for party in pair)
        + (_cell(half, paragraph(names.SIGNATURE_LINE, "")) if len(pair) == 1 else "")
        + "</w:tr>"
        for pair in pairs
    )
    return f"{_opening(2 * half, 0, (half, half), look=look)}{''.join(rows)}</w:tbl>{AFTER}"


def _party(party: SignatureParty, scope: Scope) -> str:
    anchor = run(party.anchor, f'<w:rPr><w:rStyle w:val="{names.SIGNATURE_ANCHOR}"/></w:rPr>')
    return (
        paragraph(names.PARTY, runs(party.title, scope))
        + "".join(
            paragraph(names.SIGNATURE_LINE, _signature_line(line, scope, last=number == len(party.lines)))
            for number, line in enumerate(party.lines, start=1)
        )
        + paragraph(names.SIGNATURE_SPACE, anchor)
    )


def _signature_line(line: tuple[Inline, ...], scope: Scope, *, last: bool) -> str:
    # A label without a value gets a rule to write on, up to the tab stop of the style; the last has the room below.
    empty = plain(line, scope).rstrip().endswith(":")
    return runs(line, scope) + (f"{run(NO_BREAK_SPACE)}<w:r><w:tab/></w:r>" if empty and not last else "")
