"""What a contract in two languages prints once for both: titles, covers, tables of figures, signatures.

The second language stands in italics under or behind the first, and not at all where it would say the same again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from generator.document.nodes import Align, Inline, SignatureParty, Signatures, Table, Text
from generator.ooxml import names
from generator.ooxml.text import run
from generator.writers.docx import tables
from generator.writers.docx.columns import Fit, fit
from generator.writers.docx.inline import paragraph, plain, runs
from generator.writers.docx.metrics import measure
from generator.writers.docx.region import regions
from generator.writers.docx.scope import NO_BREAK_SPACE, Scope

# A table up to this part of a page is not split.
_LOW: Final = 3
_RUN: Final = re.compile(r"<w:r>(?:<w:rPr>(.*?)</w:rPr>)?")
_BREAK: Final = "<w:r><w:br/></w:r>"
_LIGHTER: Final = '<w:rPr><w:b w:val="0"/><w:bCs w:val="0"/><w:i/><w:iCs/></w:rPr>'
_COLON: Final = re.compile(rf"[ {NO_BREAK_SPACE}]*:[ {NO_BREAK_SPACE}]*$")


def in_language(printed: str, tag: str) -> str:
    """Paragraphs or runs that a speller and a screen reader take for text of this language, ``en-GB``."""
    # The language comes last among the properties of a run that this writer gives.
    return _RUN.sub(lambda found: f'<w:r><w:rPr>{found[1] or ""}<w:lang w:val="{tag}"/></w:rPr>', printed)


@dataclass(frozen=True, slots=True)
class Printed:
    """A table; ``low`` says that it need not be split over two pages."""

    content: str
    low: bool


@dataclass(frozen=True, slots=True)
class Both:
    """Prints inline nodes of two languages in one place; ``tag`` is the language of the right one."""

    left: Scope
    right: Scope
    tag: str

    def texts(self, left: tuple[Inline, ...], right: tuple[Inline, ...]) -> tuple[str, str]:
        """The two texts without markup; the second is empty where both are the same."""
        texts = plain(left, self.left), plain(right, self.right)
        return (texts[0], "") if texts[0] == texts[1] else texts

    def second(self, content: tuple[Inline, ...], *, strong: bool = False) -> str:
        """The runs of the right language, in italics."""
        return in_language(runs(content, self.right, strong=strong, emphasis=True), self.tag)

    def stacked(self, left: tuple[Inline, ...], right: tuple[Inline, ...]) -> str:
        """The right text on a line of its own under the left one."""
        more = _BREAK + self.second(right) if self.texts(left, right)[1] else ""
        return runs(left, self.left) + more

    def italic(self, printed: str) -> str:
        """Runs of the right language that were printed upright."""
        return in_language(
            _RUN.sub(lambda found: f"<w:r><w:rPr>{found[1] or ''}<w:i/><w:iCs/></w:rPr>", printed), self.tag
        )

    def title(self, left: str, right: str) -> str:
        """The title of a document, which its style prints in bold, and under it the right one in lighter type."""
        return run(left) + (_BREAK + in_language(run(right, _LIGHTER), self.tag) if right != left else "")

    # ---- tables

    def table(self, left: Table, right: Table, caption: str) -> Printed:
        """A table once for both languages: each cell in both, and once where it holds the same figure or code.

        A table whose columns cannot hold the words of two languages is printed in one after the other.
        """
        house = self.left.house
        lines = list(zip((left.header, *left.rows), (right.header, *right.rows), strict=True))
        pairs = [[(one.content, other.content) for one, other in zip(*line, strict=True)] for line in lines]
        texts = tuple(tuple(_measured(*self.texts(*pair)) for pair in line) for line in pairs)
        sizes = (house.look.normal, house.look.small)
        chosen = fit(texts[0], texts[1:], (False,) * len(texts[0]), house.text_width, (), sizes)
        low = chosen.height <= house.text.geometry.text_height // _LOW
        if not _holds(texts, chosen):
            region = regions(house).clause
            printed = in_language(tables.table(right, self.right, region, caption), self.tag)
            return Printed(tables.table(left, self.left, region, caption) + printed, low)
        cells = tuple(tuple(self.stacked(*pair) for pair in line) for line in pairs)
        aligned = self._aligned(left, house.text_width)
        return Printed(tables.grid(texts, cells, aligned, house.text_width, caption, (), house), low)

    def _aligned(self, node: Table, width: int) -> tuple[Align, ...]:
        """Amounts to the right, as in a table of one language: two amounts in a cell do not look like one."""
        plainly = [tuple(plain(cell.content, self.left) for cell in row) for row in (node.header, *node.rows)]
        contents = fit(plainly[0], tuple(plainly[1:]), (False,) * len(node.align), width).contents
        return tuple(
            "right" if place and align == "left" and held == "amounts" else align
            for place, (align, held) in enumerate(zip(node.align, contents, strict=True))
        )

    # ---- signatures

    def signatures(self, left: Signatures, right: Signatures) -> str:
        """The columns of those who sign, once, with labels in both languages."""
        return tables.side_by_side(
            [self._party(one, other) for one, other in zip(left.parties, right.parties, strict=True)],
            self.left.house.text_width,
        )

    def _party(self, left: SignatureParty, right: SignatureParty) -> str:
        anchor = run(left.anchor, f'<w:rPr><w:rStyle w:val="{names.SIGNATURE_ANCHOR}"/></w:rPr>')
        lines = list(zip(left.lines, right.lines, strict=True))
        return (
            paragraph(names.PARTY, self.stacked(left.title, right.title))
            + "".join(
                paragraph(names.SIGNATURE_LINE, self._line(*line, last=number == len(lines)))
                for number, line in enumerate(lines, start=1)
            )
            + paragraph(names.SIGNATURE_SPACE, anchor)
        )

    def _line(self, left: tuple[Inline, ...], right: tuple[Inline, ...], *, last: bool) -> str:
        # A label without a value gets a rule to write on, up to the tab stop of the style; the last has room below.
        empty = len(left) == 1 and _label(left)
        rule = f"{run(NO_BREAK_SPACE)}<w:r><w:tab/></w:r>" if empty and not last else ""
        return self.merged(left, right) + rule

    def merged(self, left: tuple[Inline, ...], right: tuple[Inline, ...]) -> str:
        """Two lines as one, where they begin alike or with a label: ``Date : 1er juin 2026 / 1 June 2026``."""
        labels = _label(left), _label(right)
        if labels[0] and labels[1]:
            colon = run(_COLON.findall(plain(left[:1], self.left))[0])
            return self._behind((Text(labels[0]),), (Text(labels[1]),)) + colon + self._behind(left[1:], right[1:])
        alike = sum(
            1 for _ in takewhile(lambda pair: not self.texts((pair[0],), (pair[1],))[1], zip(left, right, strict=False))
        )
        if alike and self.texts(left, right)[1]:
            return self._behind(left, (Text(plain(right[alike:], self.right).lstrip(",; ")),))
        return self.stacked(left, right)

    def _behind(self, left: tuple[Inline, ...], right: tuple[Inline, ...]) -> str:
        """The right text behind the left one, on the same line."""
        more = run(" / ") + self.second(right) if self.texts(left, right)[1] else ""
        return runs(left, self.left) + more


def _measured(left: str, right: str) -> str:
    """A cell as it is measured: italics may be wider than upright letters, by about a space a word."""
    wider = right.replace(" ", f"{NO_BREAK_SPACE} ")
    return f"{left}\n{wider}{NO_BREAK_SPACE}" if right else left


def _holds(texts: Sequence[tuple[str, ...]], chosen: Fit) -> bool:
    """Whether no word of two languages in one column must be broken."""
    room = [(column - chosen.scale.padding) * 1000 // chosen.scale.em for column in chosen.columns]
    cells = (cell for row in texts for cell in zip(row, room, strict=True))
    return all(measure(word) <= wide for text, wide in cells for word in _words(text))


def _words(cell: str) -> list[str]:
    """What a line break does not part: a number stays with its unit."""
    return re.split(r"[ \n/-]", cell)


def _label(line: Sequence[Inline]) -> str:
    """What stands before the colon at the beginning of a line: ``Nom`` of ``Nom : Claire Weber``."""
    first = line[0] if line else None
    if not isinstance(first, Text) or not _COLON.search(first.text):
        return ""
    return _COLON.sub("", first.text)
