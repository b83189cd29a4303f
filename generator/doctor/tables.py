"""Tables: cells that Word accepts, rows that fill the grid, merged cells that begin somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, remark, warning
from generator.doctor.names import TRANSPARENT, P, W, integer, local, val
from generator.doctor.wordfile import Part, WordFile

CELL_WITHOUT_PARAGRAPH = error(
    "cell-without-paragraph",
    "a cell of a table holds no paragraph, or its last element is none",
    "end every cell with a paragraph, be it empty: Word calls the file damaged",
)
EMPTY_TABLE = error(
    "empty-table", "a table has no row, or a row no cell", "write at least one row with one cell: Word repairs the file"
)
GRID_MISMATCH = warning(
    "grid-mismatch",
    "the cells of a row, with their spans, are more or fewer than the columns of the grid",
    "correct `w:gridSpan`, `w:gridBefore` and `w:gridAfter`, or the grid: programs lay the row out differently",
)
MERGE_WITHOUT_START = warning(
    "merge-without-start",
    "a cell continues a vertical merge that no cell above it begins",
    'begin the merge with `w:vMerge w:val="restart"` in the same columns of a row above',
)
CELL_WIDTH = remark(
    "cell-width",
    "in a table of fixed layout, a cell is wider or narrower than its columns of the grid",
    "write the sum of the columns as the width of the cell: Word and LibreOffice follow different ones",
)
CHECKS: tuple[Check, ...] = (CELL_WITHOUT_PARAGRAPH, EMPTY_TABLE, GRID_MISMATCH, MERGE_WITHOUT_START, CELL_WIDTH)

# Twentieths of a point: rounding of a column to whole ones, and a little more.
_TOLERANCE: Final = 20
_MOST_COLUMNS: Final = 63


def check(file: WordFile) -> Iterator[Diagnostic]:
    for story in file.stories:
        for table in story.elements(f"{W}tbl"):
            yield from _table(story, table)
        for cell in story.elements(f"{W}tc"):
            content = [child for child in flat(cell) if child.tag != f"{W}tcPr" and not _is_mark(child)]
            if not content or content[-1].tag != P:
                what = f"ends with {local(content[-1])}" if content else "is empty"
                yield CELL_WITHOUT_PARAGRAPH.of(f"a cell {what}", story.place(cell))


def flat(element: etree._Element) -> Iterator[etree._Element]:
    """The children of an element, those of content controls and tracked changes in their place."""
    for child in element:
        if child.tag in TRANSPARENT:
            yield from flat(child)
        elif child.tag not in {f"{W}sdtPr", f"{W}sdtEndPr", f"{W}customXmlPr"}:
            yield child


def _is_mark(element: etree._Element) -> bool:
    name = local(element)
    return name.endswith(("Start", "End")) or name == "w:proofErr"


def _span(properties: etree._Element | None, name: str, missing: int) -> int:
    found = None if properties is None else properties.find(f"{W}{name}")
    return max(0, min(integer(val(found), missing), _MOST_COLUMNS * 4))


def _table(story: Part, table: etree._Element) -> Iterator[Diagnostic]:
    grid = [integer(column.get(f"{W}w"), 0) for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    layout = table.find(f"{W}tblPr/{W}tblLayout")
    fixed = layout is not None and layout.get(f"{W}type") == "fixed"
    rows = [row for row in flat(table) if row.tag == f"{W}tr"]
    if not rows:
        yield EMPTY_TABLE.of("a table has no row", story.place(table))
    merged: dict[int, int] = {}
    for row in rows:
        properties = row.find(f"{W}trPr")
        column = _span(properties, "gridBefore", 0)
        cells = [cell for cell in flat(row) if cell.tag == f"{W}tc"]
        if not cells:
            yield EMPTY_TABLE.of("a row has no cell", story.place(row))
        above, merged = merged, {}
        for cell in cells:
            cell_properties = cell.find(f"{W}tcPr")
            span = max(1, _span(cell_properties, "gridSpan", 1))
            merge = None if cell_properties is None else cell_properties.find(f"{W}vMerge")
            if merge is not None:
                merged[column] = span
                if val(merge) != "restart" and column not in above:
                    yield MERGE_WITHOUT_START.of("a cell continues a merge that none begins", story.place(cell))
            if fixed and column + span <= len(grid):
                yield from _width(story, cell, sum(grid[column : column + span]))
            column += span
        column += _span(properties, "gridAfter", 0)
        if cells and column != len(grid):
            yield GRID_MISMATCH.of(f"a row has {column} columns, the grid {len(grid)}", story.place(row))


def _width(story: Part, cell: etree._Element, expected: int) -> Iterator[Diagnostic]:
    width = cell.find(f"{W}tcPr/{W}tcW")
    if width is None or width.get(f"{W}type") not in {None, "dxa"}:
        return
    own = integer(width.get(f"{W}w"), 0)
    if own and abs(own - expected) > _TOLERANCE:
        yield CELL_WIDTH.of(f"a cell is {own} wide, its columns are {expected}", story.place(cell))
