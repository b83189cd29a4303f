"""The rows in which two languages stand side by side, with a hairline between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from generator.ooxml import names
from generator.writers.docx.inline import paragraph

# Between a column and the rule in the middle of the page.
GUTTER: Final = 142
# A row with more letters in one cell than about a third of a column holds may be split over two pages.
_WHOLE: Final = 900
_TEXT: Final = re.compile(r"<w:t[ >][^<]*")
# What ends a table where nothing follows that Word would not join to it, and a cell that holds nothing.
END_OF_ROWS: Final = paragraph(names.SEPARATOR, "")
_END_KEPT: Final = paragraph(names.SEPARATOR, "", keep=True)
_LOOSE: Final = re.compile(r'(<w:pStyle w:val="\w+"/>)(?!<w:keepNext/>)')


class Rows:
    """Rows of two cells, together ``width`` twentieths of a point wide."""

    def __init__(self, width: int) -> None:
        half = width // 2
        self._half: Final = half
        self._opening: Final = (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{names.TABLE_PLAIN}"/><w:tblW w:w="{2 * half}" w:type="dxa"/>'
            '<w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>'
            '<w:insideV w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/></w:tblBorders>'
            '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
            f'<w:gridCol w:w="{half}"/><w:gridCol w:w="{half}"/></w:tblGrid>'
        )

    @property
    def column(self) -> int:
        """The width of the text of one cell."""
        return self._half - GUTTER

    def row(self, left: str, right: str, *, whole: bool = False) -> str:
        """One row of two cells, given as paragraphs; it is split over two pages only where it is long."""
        whole = whole or max(_letters(left), _letters(right)) <= _WHOLE
        properties = "<w:trPr><w:cantSplit/></w:trPr>" if whole else ""
        return f"<w:tr>{properties}{self._cell(left, 0, GUTTER)}{self._cell(right, GUTTER, 0)}</w:tr>"

    def across(self, content: str) -> str:
        """One row whose only cell takes the whole width; it is not split."""
        return (
            f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{2 * self._half}" w:type="dxa"/>'
            '<w:gridSpan w:val="2"/><w:tcMar><w:left w:w="0" w:type="dxa"/>'
            '<w:bottom w:w="80" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'
            f"</w:tcPr>{content}</w:tc></w:tr>"
        )

    def table(self, rows: Sequence[str]) -> str:
        """Rows as a table, which a line must end where no other clause follows."""
        return f"{self._opening}{''.join(rows)}</w:tbl>" if rows else ""

    def introducing(self, rows: Sequence[str]) -> str:
        """Rows before what takes the whole width and may be split; the last of them stays on its page."""
        return f"{self.table(self.kept(rows))}{_END_KEPT}" if rows else ""

    def kept(self, rows: Sequence[str]) -> list[str]:
        """Rows of which the last stays on the page of what follows."""
        return [*rows[:-1], *(_LOOSE.sub(r"\1<w:keepNext/>", row) for row in rows[-1:])]

    def _cell(self, content: str, left: int, right: int) -> str:
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{self._half}" w:type="dxa"/><w:tcMar><w:left w:w="{left}" w:type="dxa"/>'
            f'<w:right w:w="{right}" w:type="dxa"/></w:tcMar></w:tcPr>{content or END_OF_ROWS}</w:tc>'
        )


def _letters(cell: str) -> int:
    return sum(map(len, _TEXT.findall(cell)))
