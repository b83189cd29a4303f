"""What a reader who does not see the page needs: heads of tables, words for pictures, headings in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, remark, shortened, warning
from generator.doctor.names import DRAWING, OFF, VML, P, W, is_on, val
from generator.doctor.styles import chain
from generator.doctor.tables import flat
from generator.doctor.wordfile import Part, WordFile

TABLE_WITHOUT_HEADER = remark(
    "table-without-header",
    "a table with lines and several rows has no row marked as its head",
    "mark the first row by `w:tblHeader` (Table > Repeat Header Rows): it is read with each cell, and repeated",
)
PICTURE_WITHOUT_TEXT = warning(
    "picture-without-text",
    "a picture has no words for who does not see it",
    "write what it shows into its alternative text, or mark it as decoration",
)
SKIPPED_HEADING = remark(
    "skipped-heading",
    "a heading is more than one level below the heading before it",
    "use the next level: a reader's voice announces a heading that is missing",
)
CHECKS: tuple[Check, ...] = (TABLE_WITHOUT_HEADER, PICTURE_WITHOUT_TEXT, SKIPPED_HEADING)

_HEADING: Final = re.compile(r"(?:heading|titre|überschrift)\s?([1-9])", re.I)
_DECORATIVE: Final = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_FEW_ROWS: Final = 2
_FIRST_ROW: Final = 0x20


def check(file: WordFile) -> Iterator[Diagnostic]:
    styles = file.related("styles")
    ruled = _ruled_styles(styles)
    for story in file.stories:
        for table in story.elements(f"{W}tbl"):
            if _needs_head(table, ruled) and not any(is_on(mark) for mark in table.iter(f"{W}tblHeader")):
                yield TABLE_WITHOUT_HEADER.of("a table has no head", story.place(table))
        for picture in story.elements(f"{DRAWING}docPr"):
            decorative = next(picture.iter(_DECORATIVE), None)
            told = picture.get("descr") or picture.get("title")
            if not told and (decorative is None or (decorative.get("val") or "0") in OFF):
                yield PICTURE_WITHOUT_TEXT.of(f"the picture “{picture.get('name')}” has no words", story.place(picture))
        for image in story.elements(f"{VML}imagedata"):
            shape = image.getparent()
            if shape is not None and not shape.get("alt") and next(shape.itersiblings(), None) is None:
                yield PICTURE_WITHOUT_TEXT.of("a picture has no words", story.place(image))
    yield from _headings(file.main, styles)


def _ruled_styles(styles: Part | None) -> set[str]:
    """Styles of tables that draw lines."""
    return {
        id_
        for id_, based in chain(styles).items()
        if any(style.find(f"{W}tblPr/{W}tblBorders") is not None for style in based)
    }


def _needs_head(table: etree._Element, ruled: set[str]) -> bool:
    """Whether a table is one of data: lines both ways, several rows and columns; others lay out."""
    properties = table.find(f"{W}tblPr")
    if properties is None:
        return False
    borders = properties.find(f"{W}tblBorders")
    lines = val(properties.find(f"{W}tblStyle")) in ruled if borders is None else _has_lines(borders)
    look = properties.find(f"{W}tblLook")
    # A table that does not say that its first row is one of heads is heard as it says.
    headless = borders is None and (look is None or not _first_row(look))
    rows = [row for row in flat(table) if row.tag == f"{W}tr"]
    wide = any(sum(cell.tag == f"{W}tc" for cell in flat(row)) > 1 for row in rows)
    return lines and not headless and len(rows) > _FEW_ROWS and wide


def _first_row(look: etree._Element) -> bool:
    """Whether the style's look of a first row is on; older files say it by a bit of a number."""
    if (said := look.get(f"{W}firstRow")) is not None:
        return said not in OFF
    try:
        return bool(int(val(look), 16) & _FIRST_ROW)
    except ValueError:
        return False


def _has_lines(borders: etree._Element) -> bool:
    inside = [borders.find(f"{W}{name}") for name in ("insideH", "insideV")]
    return all(line is not None and val(line) not in {"", "nil", "none"} for line in inside)


def _headings(story: Part, styles: Part | None) -> Iterator[Diagnostic]:
    levels = {}
    for style in styles.elements(f"{W}style") if styles is not None else ():
        if found := _HEADING.fullmatch(val(style.find(f"{W}name"))):
            levels[style.get(f"{W}styleId")] = int(found[1])
    before = 0
    for paragraph in story.elements(P):
        level = levels.get(val(paragraph.find(f"{W}pPr/{W}pStyle")))
        if level is None or not story.texts[paragraph].strip():
            continue
        if before and level > before + 1:
            message = (
                f"the heading “{shortened(story.texts[paragraph])}” is of level {level}, after one of level {before}"
            )
            yield SKIPPED_HEADING.of(message, story.place(paragraph))
        before = level
