"""One language of a contract in two: what stands in its cell of each row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.document.nodes import Block, Clause, Definitions, Item, ItemList, Notice, Paragraph, Part, Section
from generator.ooxml import names
from generator.ooxml.text import run
from generator.writers.docx import tables
from generator.writers.docx.body import SAME_PAGE, Body
from generator.writers.docx.both import in_language
from generator.writers.docx.inline import paragraph, runs
from generator.writers.docx.numbers import Numbers
from generator.writers.docx.region import BOX_PADDING, Region
from generator.writers.docx.scope import Scope

_PROPERTIES: Final = re.compile(r"(<w:pPr>(?:(?!</w:pPr>|<w:jc ).)*)</w:pPr>")


class Column(Body):
    """Prints nodes as ``Body`` does, for a cell of half the page.

    ``width`` is that of its text. ``tag`` is the language of every run where the file is in another. ``first`` keeps
    the identifiers of the columns of one file apart.
    """

    def __init__(self, scope: Scope, numbers: Numbers, width: int, first: int, tag: str = "") -> None:
        super().__init__(scope, numbers)
        self._bookmarks = self._controls = first
        self._tag: Final = tag
        self._whole: Final = Region(names.PLAIN, names.SUBHEADING, 0, width)
        self._in_box: Final = Region(names.NOTICE, names.NOTICE_HEADING, 0, width - 2 * BOX_PADDING)

    def begin(self, part: Part) -> None:
        """Turn to the next part."""
        self._begin(part)

    def anchored(self, anchor: str, content: str) -> str:
        """``content`` as the target of references and of the table of contents."""
        return self._anchored(anchor, content, always=True)

    def heading(self, section: Section) -> str:
        """The heading of a section."""
        style, numbers = self.numbers.section()
        title = self.anchored(section.anchor, runs(section.title, self.scope))
        return self._spoken(paragraph(style, title, numbers=numbers, keep=True))

    def annex_heading(self, part: Part, *, new_page: bool, more: str) -> str:
        """The numbered heading of an annex; ``more`` is what it has of its own among the properties of paragraphs."""
        style, numbers = self.numbers.heading()
        title = self.anchored(part.id, run(part.title))
        page = "" if new_page else SAME_PAGE
        return self._spoken(paragraph(style, title, numbers=page + numbers, keep=True, more=more))

    def title_of(self, clause: Clause, section: Section) -> str:
        """The title of a clause on a line of its own; an empty line where it is not printed."""
        shown = bool(clause.title) and not clause.title_hidden
        return self._spoken(self._title_alone(clause, section)) if shown else paragraph(names.SEPARATOR, "")

    def opening(self, clause: Clause, first: Paragraph) -> str:
        """The first numbered paragraph of a clause, with the title in front where it is printed."""
        title = ""
        if clause.title and not clause.title_hidden:
            stop = run(self._stop(clause.title), "<w:rPr><w:b/><w:bCs/></w:rPr>")
            title = runs(clause.title, self.scope, strong=True) + stop
        return self._spoken(self._paragraph(first, title))

    def lines(self, block: Block) -> Iterator[str]:
        """The cells of a block: one an item of a list or of the glossary, one any other block."""
        match block:
            case ItemList(items):
                self.numbers.begin_items()
                yield from (line for item in items for line in self._item_lines(item, 0))
            case Definitions(entries):
                for entry in entries:
                    name = paragraph(names.DEFINED_TERM, run(entry.name))
                    yield self._spoken(name + paragraph(names.DEFINITION, runs(entry.content, self.scope)))
            case Notice(blocks):
                yield self._spoken(tables.box(self._blocks(blocks, self._in_box), self._whole, self.scope.house))
            case _:
                yield self._spoken(self._block(block, self.regions.clause))

    def _item_lines(self, item: Item, depth: int) -> Iterator[str]:
        style, numbers = self.numbers.item(depth)
        content = self._anchored(item.anchor, runs(item.content, self.scope))
        yield self._spoken(paragraph(style, content, numbers=numbers))
        for inner in item.items:
            yield from self._item_lines(inner, depth + 1)

    def _spoken(self, printed: str) -> str:
        """Paragraphs in the language of the column, ragged on the right: narrow columns tear justified lines apart."""
        ragged = _PROPERTIES.sub(r'\1<w:jc w:val="left"/></w:pPr>', printed)
        return in_language(ragged, self._tag) if self._tag else ragged
