"""A contract in two languages: French and English side by side, paragraph by paragraph, in the rows of tables.

Each column counts in a list of its own and refers to its own paragraphs. What is the same in both languages, or wants
the whole width, is printed once: titles, covers, tables, signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from generator.document.nodes import (
    Block,
    Clause,
    Notice,
    Paragraph,
    Part,
    PlainParagraph,
    Section,
    Signatures,
    Table,
)
from generator.document.pair import Facing, once
from generator.document.rename import renamed
from generator.ooxml import names
from generator.ooxml.base import language_tag
from generator.ooxml.house import House
from generator.ooxml.text import run
from generator.writers.docx import tables
from generator.writers.docx.bindings import Bindings
from generator.writers.docx.body import PAGE_BREAK, SPACE_ABOVE, Body, headed
from generator.writers.docx.both import Both
from generator.writers.docx.column import Column
from generator.writers.docx.contents import Entry
from generator.writers.docx.inline import paragraph, plain
from generator.writers.docx.numbers import Numbers
from generator.writers.docx.rows import END_OF_ROWS, Rows
from generator.writers.docx.scope import Scope, scope_of
from generator.writers.docx.survey import survey

# The heading of an annex in the first language has neither the rule nor the space that stand under the second.
_NO_RULE: Final = '<w:pBdr><w:bottom w:val="nil"/></w:pBdr>'
_NO_SPACE: Final = '<w:spacing w:before="0" w:after="0"/>'
# Identifiers of bookmarks and controls: those of the file count from 1, those of each column from here.
_COLUMNS: Final = (300_000, 600_000)


def facing_body(facing: Facing, parts: Sequence[str] | None, house: House) -> FacingBody:
    """What prints these parts of a contract in two languages. Raises ``UnknownPart``."""
    suffix = f"@{facing.right.document.language}"
    left = scope_of(facing.left, parts, house)
    right = scope_of(renamed(facing.right, suffix), [part.id + suffix for part in left.parts], house)
    document = facing.document
    bindings = Bindings((*survey(left.parts).values, *survey(right.parts).values), document.properties.names)
    left = replace(
        left,
        numbered=replace(facing.left, document=document),
        bindings=bindings,
        phrases=replace(left.phrases, contents=once(left.phrases.contents, right.phrases.contents), of=" / "),
    )
    return FacingBody(left, replace(right, bindings=bindings), facing)


class FacingBody(Body):
    """Prints the parts of the left document together with those of the right one."""

    def __init__(self, left: Scope, right: Scope, facing: Facing) -> None:
        super().__init__(left, Numbers(left))
        tag = language_tag(facing.right.document.language)
        self._facing: Final = facing
        self._rows: Final = Rows(left.house.text_width)
        self._left: Final = Column(left, self.numbers, self._rows.column, _COLUMNS[0])
        self._right: Final = Column(right, Numbers(right, self.numbers), self._rows.column, _COLUMNS[1], tag)
        self._both: Final = Both(left, right, tag)
        self._parts: Final = dict(zip((part.id for part in left.parts), right.parts, strict=True))
        self._sections: Final = {
            section.anchor: counterpart
            for part in left.parts
            for section, counterpart in zip(part.sections, self._parts[part.id].sections, strict=True)
        }
        self._noticed = False

    # ---- openings of parts

    def _on_cover(self, part: Part, place: int) -> str:
        """Each line of a cover once, with what the second language says otherwise."""
        one, other = part.cover[place], self._parts[part.id].cover[place]
        if isinstance(one, PlainParagraph) and isinstance(other, PlainParagraph):
            return self._both.merged(one.content, other.content)
        return self._facing_blocks((one,), (other,))

    def title(self, part: Part, *, new_page: bool, status: str, runs_on: bool = False) -> str:
        """The title of an agreement or an order form in both languages."""
        self._begin(part)
        title = self._target(part, self._both.title(part.title, self._parts[part.id].title))
        heading = paragraph(names.TITLE, title, more=PAGE_BREAK if new_page else SPACE_ABOVE if runs_on else "")
        return heading + (paragraph(names.STATUS, run(status)) if status else "") + self._notice()

    def annex(self, part: Part, *, status: str, runs_on: bool = False) -> str:
        """Both numbered headings of an annex and, under them, what it has for a cover."""
        self._begin(part)
        other = self._parts[part.id]
        space = SPACE_ABOVE.replace("/>", ' w:after="0"/>') if runs_on else _NO_SPACE
        headings = self._left.annex_heading(part, new_page=not runs_on, more=_NO_RULE + space)
        headings += self._right.annex_heading(other, new_page=False, more="")
        status_line = paragraph(names.STATUS, run(status)) if status else ""
        return headings + status_line + self._notice() + self.introduction(part)

    def summary(self, part: Part, *, new_page: bool) -> str:
        """A summary: its title, what it has for a cover, and a table for each of its sections."""
        title = self.title(part, new_page=new_page, status="")
        return title + self.introduction(part) + "".join(map(self._summarised, part.sections))

    def _summarised(self, section: Section) -> str:
        """The clauses of a section of a summary; its title stands in the corner of its tables."""
        other = self._sections[section.anchor]
        caption = plain(section.title, self.scope)
        pieces = []
        for clause, counterpart in zip(section.clauses, other.clauses, strict=True):
            blocks = [headed(block, section.title) for block in clause.blocks]
            translated = [headed(block, other.title) for block in counterpart.blocks]
            pieces.append(self._framed(clause, caption, self._facing_blocks(blocks, translated, (), caption)))
        return self._left.anchored(section.anchor, self._right.anchored(other.anchor, "".join(pieces)))

    def introduction(self, part: Part) -> str:
        """What a part without a page of its own for it has for a cover."""
        return self._facing_blocks(part.cover, self._parts[part.id].cover) + (END_OF_ROWS if part.cover else "")

    def _begin(self, part: Part) -> None:
        self._left.begin(part)
        self._right.begin(self._parts[part.id])

    def _target(self, part: Part, content: str) -> str:
        return self._left.anchored(part.id, self._right.anchored(self._parts[part.id].id, content))

    def _notice(self) -> str:
        """Which language prevails, at the top of the file."""
        if self._noticed:
            return ""
        self._noticed = True
        left, right = self._facing.notice
        return self._facing_blocks((left,), (right,)) + tables.AFTER

    # ---- table of contents

    def entries(self, part: Part) -> list[Entry]:
        """Each heading in the order of the file, the second language in italics."""
        other = self._parts[part.id]
        listed = zip(super().entries(part), self._right.entries(other), strict=True)
        return [
            entry
            for one, two in listed
            for entry in (one, replace(two, title=self._both.italic(two.title), paged_as=one.anchor))
        ]

    def contents_left(self, part: Part) -> int:
        """None: the titles of two languages need the whole line."""
        return 0

    # ---- structure

    def section(self, section: Section) -> str:
        """The headings of a section in a row, then its clauses."""
        other = self._sections[section.anchor]
        # No line between the tables of an article, each in the control of its clause: LibreOffice 7.4 would break the
        # page there, whatever is to be kept together.
        pieces = [self._notice()]
        if section.title:
            headings = self._rows.row(self._left.heading(section), self._right.heading(other), whole=True)
            pieces.append(self._rows.table([headings]))
        for clause, counterpart in zip(section.clauses, other.clauses, strict=True):
            caption = plain(clause.title, self.scope) or plain(section.title, self.scope)
            content = self._facing_titled(clause, counterpart, (section, other), caption)
            pieces.append(self._framed(clause, caption, content))
        printed = "".join((*pieces, END_OF_ROWS))
        if section.title:
            return printed
        return self._left.anchored(section.anchor, self._right.anchored(other.anchor, printed))

    def _facing_titled(self, left: Clause, right: Clause, sections: tuple[Section, Section], caption: str) -> str:
        if not left.title or (left.title_hidden and right.title_hidden):
            return self._facing_blocks(left.blocks, right.blocks, (), caption)
        first, counterpart = next(zip(left.blocks, right.blocks, strict=True), (None, None))
        if isinstance(first, Paragraph) and isinstance(counterpart, Paragraph):
            opening = self._rows.row(self._left.opening(left, first), self._right.opening(right, counterpart))
            return self._facing_blocks(left.blocks[1:], right.blocks[1:], (opening,), caption)
        titles = self._left.title_of(left, sections[0]), self._right.title_of(right, sections[1])
        return self._facing_blocks(left.blocks, right.blocks, (self._rows.row(*titles, whole=True),), caption)

    def _facing_blocks(
        self, left: Sequence[Block], right: Sequence[Block], opened: Sequence[str] = (), caption: str = ""
    ) -> str:
        """Blocks as rows; ``opened`` are rows that come before. Only a long table, which may be split, leaves them."""
        pieces: list[str] = []
        open_rows = list(opened)
        for one, other in zip(left, right, strict=True):
            match one, other:
                case Table(), Table():
                    printed = self._both.table(one, other, caption)
                    if printed.low:
                        open_rows = [*self._rows.kept(open_rows), self._rows.across(printed.content)]
                    else:
                        pieces += (self._rows.introducing(open_rows), printed.content)
                        open_rows = []
                case Signatures(), Signatures():
                    open_rows = [*self._rows.kept(open_rows), self._rows.across(self._both.signatures(one, other))]
                case _:
                    lines = zip_longest(self._left.lines(one), self._right.lines(other), fillvalue="")
                    if isinstance(one, Notice):
                        open_rows = self._rows.kept(open_rows)
                    open_rows += [self._rows.row(*line) for line in lines]
        return "".join((*pieces, self._rows.table(open_rows)))
