"""Parts, sections, clauses and blocks as paragraphs and tables of the main document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Final, assert_never

from generator.cache import Latest, Same, is_off
from generator.document.nodes import (
    Block,
    Cell,
    Clause,
    Definitions,
    Inline,
    Item,
    ItemList,
    Notice,
    Paragraph,
    Part,
    PlainParagraph,
    Section,
    Signatures,
    Strong,
    Subheading,
    Table,
)
from generator.document.remembered import KEPT
from generator.document.walk import ENDS_A_SENTENCE, anchors_of, targets_of
from generator.ooxml import names
from generator.ooxml.text import attribute, control_title, run
from generator.writers.docx import frame, tables
from generator.writers.docx.contents import Entry, columns_break, entries
from generator.writers.docx.cover import cover_page
from generator.writers.docx.fragment import Counts, Fragment
from generator.writers.docx.inline import leads_in, paragraph, plain, runs
from generator.writers.docx.numbers import Numbers
from generator.writers.docx.region import Region, regions
from generator.writers.docx.scope import Scope, numbered_paragraphs
from generator.writers.docx.survey import values_of

PAGE_BREAK: Final = "<w:pageBreakBefore/>"
# For a part that follows another on its page: what the heading of an annex has otherwise, and room above.
SAME_PAGE: Final = '<w:pageBreakBefore w:val="0"/>'
SPACE_ABOVE: Final = '<w:spacing w:before="320"/>'
_LITTLE_ABOVE: Final = '<w:spacing w:before="120"/>'
# LibreOffice 7.4 takes a control without a type for a plain text control, and prints the instructions of the fields
# in it ("REF _Ref… \\w"). It leaves alone what Word calls a document part, which may hold anything.
_CLAUSE_CONTROL: Final = (
    '<w:docPartObj><w:docPartGallery w:val="Quick Parts"/><w:docPartCategory w:val="Clausier"/></w:docPartObj>'
)
_LINES_ABOVE_SIGNATURES: Final = 32
# Where documents run on, an article that goes to the next page with its signatures leaves half a page blank.
_FEWER_LINES_ABOVE_SIGNATURES: Final = 10
_LETTERS_IN_A_LINE: Final = 105
_TEXT: Final = re.compile(r"<w:t[^>]*>([^<]*)")
_STYLED_AND_LOOSE: Final = re.compile(r'(<w:pStyle w:val="\w+"/>)(?!<w:keepNext/>)')
# Blocks that the paragraph above them introduces.
_INTRODUCED: Final = (Table, Signatures, Notice)


# About as many as are filled: some are printed in the file of their document and in that of the whole pack.
_PRINTED: Final[Latest[tuple[object, ...], tuple[Fragment, bool]]] = Latest(KEPT.most)


class Body:
    """Prints nodes one after the other; it counts bookmarks and controls, and moves the numbering on."""

    def __init__(self, scope: Scope, numbers: Numbers) -> None:
        self.scope: Final = scope
        self.numbers: Final = numbers
        self.regions: Final = regions(scope.house)
        self._drawings: Final = count(1)
        self._bookmarks = 0
        self._controls = 0
        self._caption = ""
        # A clause that nobody keeps is never the same again.
        self._keeps: Final = len(KEPT) > 0 and not is_off()

    # ---- identifiers

    def bookmarked(self, name: str, content: str) -> str:
        """``content`` inside a bookmark."""
        self._bookmarks += 1
        return (
            f'<w:bookmarkStart w:id="{self._bookmarks}" w:name="{name}"/>{content}'
            f'<w:bookmarkEnd w:id="{self._bookmarks}"/>'
        )

    def range(self, name: str) -> tuple[str, str]:
        """The two ends of a bookmark around several blocks."""
        start, end = self.bookmarked(name, "\0").split("\0")
        return start, end

    def control(self) -> int:
        """The next identifier of a content control."""
        self._controls += 1
        return self._controls

    def _anchored(self, anchor: str, content: str, *, always: bool = False) -> str:
        """``content`` as the target of references, where there are any; headings are ``always`` in the contents."""
        if always or anchor in self.scope.bookmarked:
            return self.bookmarked(names.reference_bookmark(anchor), content)
        return content

    # ---- openings of parts

    def cover(self, part: Part, status: str) -> str:
        """A cover page: its first paragraph is the title; what stands before the parties and after them goes apart."""
        self._begin(part)
        printed: dict[str, list[str]] = {"title": [], "subtitle": [], "parties": [], "details": []}
        others: list[str] = []
        parties = [place for place, block in enumerate(part.cover) if _names_a_party(block, place)]
        first, last = (parties[0], parties[-1]) if parties else (len(part.cover), len(part.cover))
        for place, block in enumerate(part.cover):
            if not isinstance(block, PlainParagraph):
                others.append(self._on_cover(part, place))
                continue
            content = self._on_cover(part, place)
            kind = "title" if place == 0 else "subtitle" if place < first else "parties" if place <= last else "details"
            printed[kind].append(content)
        blocks = {"status": [run(status)] if status else [], **printed}
        return cover_page(self.scope.house, frame.fillers(self.scope), blocks, "".join(others), self._drawings)

    def title(self, part: Part, *, new_page: bool, status: str, runs_on: bool = False) -> str:
        """The title of an agreement or an order form, above its first section; ``runs_on`` under another part."""
        self._begin(part)
        heading = paragraph(
            names.TITLE,
            self._anchored(part.id, run(part.title), always=True),
            more=PAGE_BREAK if new_page else self._space_above() if runs_on else "",
        )
        return heading + (paragraph(names.STATUS, run(status)) if status else "")

    def annex(self, part: Part, *, status: str, runs_on: bool = False) -> str:
        """The numbered heading of an annex and, under it, what it has for a cover; ``runs_on`` under another part."""
        self._begin(part)
        style, numbers = self.numbers.heading()
        title = self._anchored(part.id, run(part.title), always=True)
        page, space = (SAME_PAGE, self._space_above()) if runs_on else ("", "")
        heading = paragraph(style, title, numbers=page + numbers, more=space)
        status_line = paragraph(names.STATUS, run(status)) if status else ""
        return heading + status_line + self.introduction(part)

    def _space_above(self) -> str:
        return _LITTLE_ABOVE if self.scope.numbered.document.set_closely else SPACE_ABOVE

    def _room_above_signatures(self) -> int:
        closely = self.scope.numbered.document.set_closely
        return _FEWER_LINES_ABOVE_SIGNATURES if closely else _LINES_ABOVE_SIGNATURES

    def introduction(self, part: Part) -> str:
        """What a part without a page of its own for it has for a cover."""
        return self._blocks(part.cover, self.regions.introduction)

    def _begin(self, part: Part) -> None:
        self.numbers.begin(part)
        self._caption = part.title

    def _target(self, part: Part, content: str) -> str:
        """``content`` as the target of references to a part, and of tables of contents."""
        return self._anchored(part.id, content, always=True)

    def _on_cover(self, part: Part, place: int) -> str:
        """One block of a cover: the runs of a paragraph, which the house sets; any other block as it is printed."""
        block = part.cover[place]
        if isinstance(block, PlainParagraph):
            return runs(block.content, self.scope)
        return self._block(block, self.regions.cover)

    def entries(self, part: Part) -> list[Entry]:
        """What the table of contents of a part lists."""
        return entries(part, self.scope)

    def contents_left(self, part: Part) -> int:
        """How many entries stand in the left of the two columns of a table of contents; 0 where there is one."""
        return columns_break(part, self.scope)

    # ---- a summary

    def summary(self, part: Part, *, new_page: bool) -> str:
        """A summary of one page: its title, what it has for a cover, and a table for each of its sections.

        The watermark and the footer give the status; a line more would cost room.
        """
        title = self.title(part, new_page=new_page, status="")
        return title + self.introduction(part) + "".join(map(self._answers, part.sections))

    def _answers(self, section: Section) -> str:
        """The clauses of a section of a summary; its title stands in the header of its tables, to save a line."""
        title = plain(section.title, self.scope)
        answers = [
            replace(clause, title_hidden=True, blocks=tuple(headed(block, section.title) for block in clause.blocks))
            for clause in section.clauses
        ]
        return self._anchored(
            section.anchor, "".join(self._clause(clause, section, title, self.regions.summary) for clause in answers)
        )

    # ---- structure

    def section(self, section: Section) -> str:
        """The heading of a section, if it has one, and its clauses."""
        heading = ""
        if section.title:
            style, numbers = self.numbers.section()
            title = self._anchored(section.anchor, runs(section.title, self.scope), always=True)
            heading = paragraph(style, title, numbers=numbers)
        section_title = plain(section.title, self.scope)
        printed = [self._printed(clause, section, section_title) for clause in section.clauses]
        whole = heading + "".join(_signed_together(printed, section, self._room_above_signatures()))
        return whole if section.title else self._anchored(section.anchor, whole)

    def _printed(self, clause: Clause, section: Section, section_title: str) -> str:
        """A clause of a section; as it was printed for another contract, where it says and refers to the same."""
        if not self._keeps:
            return self._clause(clause, section, section_title, self.regions.clause)
        scope, same = self.scope, Same(clause)
        key = (
            same,
            section_title,
            _titled_apart(clause) and self._stands_alone(clause, section),
            self.numbers.state,
            Same(scope.house),
            scope.numbered.document.set_closely,
            scope.bookmarked & anchors_of(same),
            tuple([(scope.reference(target), scope.label(target).reference) for target in targets_of(same)]),
            tuple([scope.bindings.place(value) for value in values_of(same)]),
        )
        before = Counts(self._bookmarks, self._controls, scope.bindings.controls)
        kept = _PRINTED.recall(key)
        if kept is not None:
            fragment, letters_used = kept
            self._bookmarks, self._controls, scope.bindings.controls = fragment.after(before)
            self.numbers.go_on(letters_used=letters_used)
            return fragment.printed(before)
        lists = len(self.numbers.lists)
        printed = self._clause(clause, section, section_title, self.regions.clause)
        if len(self.numbers.lists) == lists:
            after = Counts(self._bookmarks, self._controls, scope.bindings.controls)
            _PRINTED.keep(key, (Fragment.of(printed, before, after), self.numbers.state[-1]))
        return printed

    def _clause(self, clause: Clause, section: Section, section_title: str, region: Region) -> str:
        self._caption = plain(clause.title, self.scope) or section_title
        return self._framed(clause, self._caption, self._titled_blocks(clause, section, region))

    def _framed(self, clause: Clause, caption: str, content: str) -> str:
        """What is printed of a clause, inside its control and its bookmark; nothing where nothing is printed."""
        if not content:
            return ""
        tag = attribute(names.clause_tag(clause.id, clause.digest))
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{control_title(caption)}"/><w:tag w:val="{tag}"/>'
            f'<w:id w:val="{self.control()}"/>{_CLAUSE_CONTROL}</w:sdtPr><w:sdtContent>'
            f"{self.bookmarked(names.clause_bookmark(clause.anchor), content)}</w:sdtContent></w:sdt>"
        )

    def _titled_blocks(self, clause: Clause, section: Section, region: Region) -> str:
        if clause.title_hidden or not clause.title:
            return self._blocks(clause.blocks, region)
        first = (*clause.blocks, None)[0]
        if isinstance(first, Paragraph):
            run_in = runs(clause.title, self.scope, strong=True) + run(
                self._stop(clause.title), "<w:rPr><w:b/><w:bCs/></w:rPr>"
            )
            keep = isinstance(clause.blocks[1] if len(clause.blocks) > 1 else None, _INTRODUCED)
            return self._paragraph(first, run_in, keep=keep) + self._blocks(clause.blocks[1:], region)
        return self._title_alone(clause, section) + self._blocks(clause.blocks, region)

    def _stop(self, title: tuple[Inline, ...]) -> str:
        return " " if plain(title, self.scope).endswith(ENDS_A_SENTENCE) else ". "

    def _title_alone(self, clause: Clause, section: Section) -> str:
        """The title on a line of its own: numbered where the tree gave the clause a number of its own."""
        if not self._stands_alone(clause, section):
            return paragraph(names.SUBHEADING, runs(clause.title, self.scope))
        style, numbers = self.numbers.paragraph()
        title = self._anchored(clause.anchor, runs(clause.title, self.scope, strong=True))
        return paragraph(style, title, numbers=numbers, keep=True)

    def _stands_alone(self, clause: Clause, section: Section) -> bool:
        """Whether a clause has a number that neither one of its paragraphs nor its section has."""
        label = self.scope.label(clause.anchor)
        taken = (self.scope.label(paragraph.anchor) for paragraph in numbered_paragraphs(clause.blocks))
        return label != self.scope.label(section.anchor) and all(label != other for other in taken)

    # ---- blocks

    def _blocks(self, blocks: Sequence[Block], region: Region) -> str:
        # What stands before a table or a box introduces it.
        followers = (*blocks[1:], None)
        return "".join(
            self._block(block, region, keep=isinstance(following, _INTRODUCED))
            for block, following in zip(blocks, followers, strict=False)
        )

    def _block(self, block: Block, region: Region, *, keep: bool = False) -> str:
        match block:
            case Paragraph():
                return self._paragraph(block, keep=keep)
            case PlainParagraph():
                return paragraph(region.text, runs(block.content, self.scope), keep=keep or leads_in(block.content))
            case ItemList():
                self.numbers.begin_items()
                return self._items(block.items)
            case Table():
                return tables.table(block, self.scope, region, self._caption)
            case Subheading():
                return paragraph(region.subheading, runs(block.content, self.scope))
            case Notice():
                return tables.box(self._blocks(block.blocks, self.regions.box), region, self.scope.house)
            case Signatures():
                return tables.signatures(block, self.scope)
            case Definitions():
                return tables.definitions(block, self.scope, region)
            case _:
                assert_never(block)

    def _paragraph(self, block: Paragraph, run_in: str = "", *, keep: bool = False) -> str:
        style, numbers = self.numbers.paragraph()
        content = self._anchored(block.anchor, run_in + runs(block.content, self.scope))
        return paragraph(style, content, numbers=numbers, keep=keep or leads_in(block.content))

    def _items(self, items: Sequence[Item]) -> str:
        """Lettered items, of which neither the first stays behind alone nor the last goes alone to the next page."""
        alone = {0, len(items) - 2} if len(items) > 1 else set()
        return "".join(self._item(item, 0, keep=place in alone) for place, item in enumerate(items))

    def _item(self, item: Item, depth: int, *, keep: bool = False) -> str:
        style, numbers = self.numbers.item(depth)
        content = self._anchored(item.anchor, runs(item.content, self.scope))
        keep = keep or (bool(item.items) and leads_in(item.content))
        own = paragraph(style, content, numbers=numbers, keep=keep)
        return own + "".join(self._item(inner, depth + 1) for inner in item.items)


def _names_a_party(block: Block, place: int) -> bool:
    """Whether a paragraph of a cover, other than its title, begins in bold: a party and perhaps its role."""
    return place > 0 and isinstance(block, PlainParagraph) and isinstance((*block.content, None)[0], Strong)


def _titled_apart(clause: Clause) -> bool:
    """Whether the title of a clause is printed on a line of its own."""
    return bool(clause.title) and not clause.title_hidden and not isinstance((*clause.blocks, None)[0], Paragraph)


def headed(block: Block, title: tuple[Inline, ...]) -> Block:
    """A table with the title of its section in the corner, which is empty in the tree; other blocks as they are."""
    if not isinstance(block, Table) or block.header[0].content:
        return block
    return replace(block, header=(Cell(title), *block.header[1:]))


def _signed_together(printed: Sequence[str], section: Section, room: int) -> list[str]:
    """The clauses of a section; those before the signatures stay on their page, up to ``room`` lines of them.

    A page of signatures alone proves nothing.
    """
    together = list(printed)
    signed = [place for place, clause in enumerate(section.clauses) if any(map(_is_signatures, clause.blocks))]
    for place in range(signed[-1] if signed else -1, -1, -1):
        lines = 0 if place in signed else _lines(printed[place])
        if lines > room:
            break
        room -= lines
        together[place] = _STYLED_AND_LOOSE.sub(r"\1<w:keepNext/>", printed[place])
    return together


def _is_signatures(block: Block) -> bool:
    return isinstance(block, Signatures)


def _lines(printed: str) -> int:
    """About how many lines a clause takes."""
    return sum(1 + len(text) // _LETTERS_IN_A_LINE for text in _TEXT.findall(printed))
