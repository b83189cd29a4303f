"""Tables: figures and services, definitions, signatures, and the box around a notice."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from typing import Final

from generator.document.nodes import Align, Cell, Definitions, Inline, SignatureParty, Signatures, Table
from generator.ooxml import names
from generator.ooxml.text import attribute, run
from generator.writers.docx.inline import paragraph, plain, runs
from generator.writers.docx.region import TEXT_WIDTH, Region
from generator.writers.docx.scope import NO_BREAK_SPACE, Scope

# Widths of characters of the table font (Calibri 9.5), near enough to choose columns, and the padding of a cell.
_NARROW: Final = frozenset(" \u00a0\u202fijlftrI.,:;'\u2019|!()[]/-")
_WIDE: Final = frozenset("mwMW@%—")
_PADDING: Final = 240
_HEADER_FILL: Final = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>'
_ALIGNMENT: Final = {"left": "", "right": '<w:jc w:val="right"/>', "center": '<w:jc w:val="center"/>'}
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
    header = [plain(cell.content, scope) for cell in node.header]
    texts = [[plain(cell.content, scope) for cell in row] for row in node.rows]
    columns = widths(header, texts, region.width)
    alternative = (
        f'<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/><w:tblCaption w:val="{attribute(caption or header[0])}"/>'
        f'<w:tblDescription w:val="{attribute(" | ".join(header))}"/>'
    )
    return "".join(
        (
            _opening(
                region.width,
                region.left,
                columns,
                look='<w:tblLayout w:type="fixed"/>',
                style=names.TABLE,
                alternative=alternative,
            ),
            "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>",
            _row(node.header, node.align, columns, scope, names.CELL_HEADER, _HEADER_FILL),
            *(
                "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
                # The last row, often a total, never stands alone on a new page.
                + _row(row, node.align, columns, scope, names.CELL, "", keep=number == len(node.rows) - 1)
                for number, row in enumerate(node.rows, start=1)
            ),
            "</w:tbl>",
            AFTER,
        )
    )


def _row(
    cells: Sequence[Cell],
    aligns: Sequence[Align],
    columns: Sequence[int],
    scope: Scope,
    style: str,
    fill: str,
    *,
    keep: bool = False,
) -> str:
    return (
        "".join(
            _cell(width, paragraph(style, runs(cell.content, scope), keep=keep, more=_ALIGNMENT[align]), fill)
            for cell, align, width in zip(cells, aligns, columns, strict=True)
        )
        + "</w:tr>"
    )


def widths(header: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> list[int]:
    """Column widths that sum to ``total``: no word is cut where that can be helped, long texts get more room.

    Room beyond the longest words goes by the square root of what a column lacks: a description that lacks nine
    times more than a name gets three times more, so that rows stay low without starving the short columns.
    """
    needed: list[int] = []
    wanted: list[int] = []
    for column, name in enumerate(header):
        cells = [name, *(row[column] for row in rows)]
        # A header that breaks inside a word is what the eye sees first, and it is in bold, which is wider.
        of_name = _measure(max(_breakable(name), key=len)) * 21 // 20
        of_cells = _measure(max((word for cell in cells for word in _breakable(cell)), key=len))
        needed.append(max(of_name, of_cells) + _PADDING)
        longest_line = max((line for cell in cells for line in cell.split("\n")), key=len)
        wanted.append(max(_measure(longest_line) * 21 // 20 + _PADDING, needed[-1]))
    if sum(wanted) <= total:
        return _shared(wanted, wanted, total - sum(wanted))
    if sum(needed) >= total:
        columns = [need * total // sum(needed) for need in needed]
        return _shared(columns, needed, total - sum(columns))
    return _filled(needed, wanted, total)


def _shared(columns: Sequence[int], shares: Sequence[int], rest: int) -> list[int]:
    """Give the rest to the columns by their shares, and what rounding leaves to the last."""
    given = [rest * share // max(sum(shares), 1) for share in shares]
    given[-1] += rest - sum(given)
    return [column + more for column, more in zip(columns, given, strict=True)]


def _filled(needed: Sequence[int], wanted: Sequence[int], total: int) -> list[int]:
    """Start from the longest words and share the rest, giving no column more than its longest line."""
    columns = list(needed)
    while rest := total - sum(columns):
        lacks = [want - column for want, column in zip(wanted, columns, strict=True)]
        shares = [isqrt(lack * 100) for lack in lacks]
        step = [min(rest * share // sum(shares), lack) for share, lack in zip(shares, lacks, strict=True)]
        if not any(step):
            columns[lacks.index(max(lacks))] += rest
            break
        columns = [column + more for column, more in zip(columns, step, strict=True)]
    return columns


def _measure(text: str) -> int:
    """About how wide a text is, in twentieths of a point."""
    return sum(
        53 if character in _NARROW else 150 if character in _WIDE else 112 if character.isupper() else 95
        for character in text
    )


def _breakable(text: str) -> list[str]:
    """The pieces between which a line may break; a no-break space holds, a hyphen or a slash lets go."""
    return text.replace("-", "- ").replace("/", "/ ").replace("\n", " ").split(" ")


def definitions(node: Definitions, scope: Scope, region: Region) -> str:
    """The glossary: terms in bold on the left, meanings on the right."""
    columns = (region.width * 29 // 100, region.width - region.width * 29 // 100)
    rule = 'w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"'
    look = (
        f"<w:tblBorders><w:top {rule}/><w:bottom {rule}/><w:insideH {rule}/></w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
    )
    rows = (
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + _cell(columns[0], paragraph(names.DEFINED_TERM, run(entry.name)))
        + _cell(columns[1], paragraph(names.DEFINITION, runs(entry.content, scope)))
        + "</w:tr>"
        for entry in node.entries
    )
    return f"{_opening(region.width, region.left, columns, look=look)}{''.join(rows)}</w:tbl>{AFTER}"


def box(content: str, region: Region) -> str:
    """A frame around what must be seen; ``content`` is paragraphs, and tables that end with one."""
    rule = 'w:val="single" w:sz="8" w:space="0" w:color="404040"'
    sides = "".join(f"<w:{side} {rule}/>" for side in ("top", "left", "bottom", "right"))
    look = (
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:top w:w="80" w:type="dxa"/><w:left w:w="170" w:type="dxa"/>'
        '<w:bottom w:w="120" w:type="dxa"/><w:right w:w="170" w:type="dxa"/></w:tblCellMar>'
    )
    return (
        f"{_opening(region.width, region.left, (region.width,), look=look)}<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        f"{_cell(region.width, content)}</w:tr></w:tbl>{AFTER}"
    )


def signatures(node: Signatures, scope: Scope) -> str:
    """Parties two by two, each with its lines and room to sign, never split over two pages."""
    half = TEXT_WIDTH // 2
    look = (
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:right w:w="453" w:type="dxa"/></w:tblCellMar>'
    )
    pairs = [node.parties[at : at + 2] for at in range(0, len(node.parties), 2)]
    rows = (
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(_cell(half, _party(party, scope)) for party in pair)
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
