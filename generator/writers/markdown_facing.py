"""A contract in two languages as Markdown: two columns, a row a paragraph; tables once, with both in each cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from generator.document.nodes import (
    Block,
    Clause,
    Definitions,
    Inline,
    Item,
    ItemList,
    Notice,
    Numbered,
    Paragraph,
    Part,
    PlainParagraph,
    Section,
    Signatures,
    Strong,
    Subheading,
    Table,
    Text,
)
from generator.document.pair import Facing, once
from generator.writers.markdown import RULES, in_cell, marked, one_line, pipe_table
from generator.writers.reading import LANGUAGES, PHRASES, chosen, full_stop, lone_marker, plain, title_place

_COLUMNS: Final = [RULES["left"], RULES["left"]]
_INDENT: Final = "&nbsp;&nbsp;&nbsp;"


def write(facing: Facing, parts: Sequence[str] | None = None) -> bytes:
    """The pack, or the parts with these ids, as UTF-8 Markdown. Raises ``UnknownPart`` for an id it does not have."""
    properties = facing.document.properties
    phrases = PHRASES[facing.left.document.language], PHRASES[facing.right.document.language]
    sheet = _Sheet(facing)
    blocks = [f"# {one_line(properties.title)}"]
    if properties.reference:
        named = once(phrases[0].reference, phrases[1].reference)
        blocks.append(one_line(f"{named}{phrases[0].colon}{properties.reference}"))
    if properties.status:
        blocks.append(f"> **{one_line(properties.status)}**")
    blocks += sheet.blocks(facing.notice[:1], facing.notice[1:])
    for left, right in zip(chosen(facing.left, parts), chosen(facing.right, parts), strict=True):
        blocks += sheet.part(left, right)
    if properties.footer:
        blocks += ["---", one_line(properties.footer)]
    return ("\n\n".join(blocks) + "\n").encode()


class _Sheet:
    """Prints the parts of two trees side by side."""

    def __init__(self, facing: Facing) -> None:
        self._left: Final = facing.left
        self._right: Final = facing.right
        self._header: Final = [LANGUAGES[side.document.language] for side in (facing.left, facing.right)]

    def part(self, left: Part, right: Part) -> Iterator[str]:
        titles = (
            " – ".join(filter(None, [side.labels[part.id].marker, part.title]))
            for side, part in ((self._left, left), (self._right, right))
        )
        yield f"## {one_line(once(*titles))}"
        yield from self.blocks(left.cover, right.cover)
        sections = list(zip(left.sections, right.sections, strict=True))
        if left.contents:
            names = (PHRASES[side.document.language].contents for side in (self._left, self._right))
            yield f"**{once(*names)}**"
            yield "\n".join(f"- {self._heading(*pair)}" for pair in sections if pair[0].title)
        for section, counterpart in sections:
            if section.title:
                yield f"### {self._heading(section, counterpart)}"
            for clause, facing in zip(section.clauses, counterpart.clauses, strict=True):
                yield from self._clause(clause, facing, (section, counterpart))

    def _heading(self, left: Section, right: Section) -> str:
        shown = (
            marked(side.labels[section.anchor].marker, plain(section.title, side))
            for side, section in ((self._left, left), (self._right, right))
        )
        return one_line(once(*shown))

    def _clause(self, left: Clause, right: Clause, sections: tuple[Section, Section]) -> Iterator[str]:
        sides = (left, sections[0], self._left), (right, sections[1], self._right)
        if "alone" in (title_place(left), title_place(right)):
            opened = [self._lone_title(*side) for side in sides]
            return self.blocks(left.blocks, right.blocks, [opened])
        return self.blocks(_run_in(left, self._left), _run_in(right, self._right))

    def _lone_title(self, clause: Clause, section: Section, numbered: Numbered) -> str:
        if title_place(clause) == "hidden":
            return ""
        return in_cell((Strong(clause.title),), numbered, marked(lone_marker(clause, section, numbered), ""))

    def blocks(
        self, left: Sequence[Block], right: Sequence[Block], opened: Sequence[Sequence[str]] = ()
    ) -> Iterator[str]:
        """Blocks as rows of two columns, and between them the tables that are printed once."""
        rows = list(opened)
        for one, other in zip(left, right, strict=True):
            if isinstance(one, Table | Signatures):
                yield from self._rows(rows)
                rows = []
                yield self._once(one, other)
            else:
                cells = zip_longest(_cells(one, self._left), _cells(other, self._right), fillvalue="")
                rows += [list(pair) for pair in cells]
        yield from self._rows(rows)

    def _rows(self, rows: Sequence[Sequence[str]]) -> Iterator[str]:
        if rows:
            yield pipe_table([self._header, *rows], _COLUMNS)

    def _once(self, left: Block, right: Block) -> str:
        match left, right:
            case Table(), Table():
                lines = zip((left.header, *left.rows), (right.header, *right.rows), strict=True)
                cells = [
                    [self._stacked(one.content, other.content) for one, other in zip(*line, strict=True)]
                    for line in lines
                ]
                return pipe_table(cells, [RULES[align] for align in left.align])
            case Signatures(), Signatures():
                parties = list(zip(left.parties, right.parties, strict=True))
                header = [self._stacked((Strong(one.title),), (Strong(other.title),)) for one, other in parties]
                columns = [
                    [self._stacked(*line) for line in zip(one.lines, other.lines, strict=True)]
                    for one, other in parties
                ]
                rows = [list(row) for row in zip_longest(*columns, fillvalue="")]
                return pipe_table([header, *rows], [RULES["left"]] * len(header))
            case _:
                raise AssertionError("facing blocks are of one kind")

    def _stacked(self, left: tuple[Inline, ...], right: tuple[Inline, ...]) -> str:
        """Both texts in one cell, the right one under the left one; once where they are the same."""
        one, other = in_cell(left, self._left), in_cell(right, self._right)
        return one if one == other else f"{one}<br>{other}"


def _run_in(clause: Clause, numbered: Numbered) -> tuple[Block, ...]:
    """The blocks of a clause whose title runs into its first paragraph, where it is printed at all."""
    if title_place(clause) == "hidden":
        return clause.blocks
    first, *rest = clause.blocks
    assert isinstance(first, Paragraph)
    heading = Strong((*clause.title, Text(full_stop(plain(clause.title, numbered)))))
    return (Paragraph(first.anchor, (heading, Text(" "), *first.content)), *rest)


def _cells(block: Block, numbered: Numbered) -> Iterator[str]:
    """The cells of a block: one a paragraph, one an item, one a definition."""
    match block:
        case Paragraph(anchor, content):
            yield in_cell(content, numbered, marked(numbered.labels[anchor].marker, ""))
        case PlainParagraph(content):
            yield in_cell(content, numbered)
        case Subheading(content):
            yield in_cell((Strong(content),), numbered)
        case ItemList(items):
            yield from _items(items, numbered, "")
        case Notice(blocks):
            for inner in blocks:
                yield from _cells(inner, numbered)
        case Definitions(entries):
            for entry in entries:
                name = (Strong((Text(entry.name),)), Text(PHRASES[numbered.document.language].colon))
                yield in_cell((*name, *entry.content), numbered)
        case Table() | Signatures():
            raise AssertionError("a table is printed once for both languages")


def _items(items: Sequence[Item], numbered: Numbered, indent: str) -> Iterator[str]:
    for item in items:
        yield indent + in_cell(item.content, numbered, marked(numbered.labels[item.anchor].marker, ""))
        yield from _items(item.items, numbered, indent + _INDENT)
