"""What a person must read in a printed pack, straight from the tree: the yardstick of the writers' tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.document.nodes import (
    Block,
    Clause,
    Definitions,
    Emphasis,
    Inline,
    Item,
    ItemList,
    LineBreak,
    Notice,
    Numbered,
    Paragraph,
    Part,
    PlainParagraph,
    Reference,
    Section,
    Signatures,
    Strong,
    Subheading,
    Table,
)

CONTENTS = {"fr": "Sommaire", "en": "Contents"}


@dataclass(frozen=True)
class Line:
    """One printed line: its number, if any, and its text."""

    marker: str
    text: str


def words(lines: Sequence[Line], *, numbers: bool) -> list[str]:
    """The words of these lines, with or without their numbers."""
    return " ".join(f"{line.marker if numbers else ''} {line.text}" for line in lines).split()


class TreeWords:
    """Reads the parts of a pack in order; ``status`` and ``contents`` say whether these lines are expected too."""

    def __init__(self, numbered: Numbered, parts: Sequence[str] | None = None) -> None:
        self.numbered = numbered
        self.parts = [part for part in numbered.document.parts if parts is None or part.id in parts]

    def lines(self, *, frame: bool) -> list[Line]:
        """All lines; ``frame`` adds the status lines and the tables of contents."""
        return [line for place, part in enumerate(self.parts) for line in self._part(part, place, frame=frame)]

    def text(self, content: tuple[Inline, ...]) -> str:
        pieces: list[str] = []
        for node in content:
            match node:
                case Reference(target):
                    pieces.append(self.numbered.labels[target].reference)
                case Strong(inner) | Emphasis(inner):
                    pieces.append(self.text(inner))
                case LineBreak():
                    pieces.append("\n")
                case _:
                    pieces.append(node.text)
        return "".join(pieces)

    def _marker(self, anchor: str) -> str:
        return self.numbered.labels[anchor].marker

    def _part(self, part: Part, place: int, *, frame: bool) -> Iterator[Line]:
        status = self.numbered.document.properties.status
        covered = bool(part.cover) and part.kind != "annex" and not part.unnumbered
        shown = frame and status and (place == 0 or covered) and not part.unnumbered
        if shown and covered:
            yield Line("", status)
        if not covered:
            yield Line(self._marker(part.id), part.title)
        if shown and not covered:
            yield Line("", status)
        yield from self._blocks(part.cover)
        if covered:
            yield Line(self._marker(part.id), part.title)
        if part.contents and frame:
            yield from self._contents(part)
        for section in part.sections:
            if section.title:
                yield Line(self._marker(section.anchor), self.text(section.title))
            for clause in section.clauses:
                yield from self._clause(clause, section)

    def _contents(self, part: Part) -> Iterator[Line]:
        yield Line("", CONTENTS[self.numbered.document.language])
        for section in part.sections:
            if section.title:
                yield Line(self._marker(section.anchor), self.text(section.title))
        if part.kind == "agreement":
            for other in self.parts[self.parts.index(part) + 1 :]:
                if other.kind != "annex":
                    return
                yield Line(self._marker(other.id), other.title)

    def _clause(self, clause: Clause, section: Section) -> Iterator[Line]:
        blocks = list(clause.blocks)
        if not clause.title_hidden:
            title = self.text(clause.title)
            first = blocks[0]
            if isinstance(first, Paragraph):
                del blocks[0]
                yield Line(self._marker(first.anchor), f"{title}. {self.text(first.content)}")
            else:
                label = self.numbered.labels[clause.anchor]
                numbered = label != self.numbered.labels[section.anchor]
                yield Line(label.marker if numbered else "", title)
        yield from self._blocks(blocks)

    def _blocks(self, blocks: Sequence[Block]) -> Iterator[Line]:
        for block in blocks:
            match block:
                case Paragraph(anchor, content):
                    yield Line(self._marker(anchor), self.text(content))
                case PlainParagraph(content) | Subheading(content):
                    yield Line("", self.text(content))
                case ItemList(items):
                    yield from self._items(items)
                case Table():
                    for row in (block.header, *block.rows):
                        yield from (Line("", self.text(cell.content)) for cell in row)
                case Notice(inner):
                    yield from self._blocks(inner)
                case Signatures(parties):
                    for party in parties:
                        yield from (Line("", self.text(line)) for line in (party.title, *party.lines))
                        yield Line("", party.anchor)
                case Definitions(entries):
                    for entry in entries:
                        yield from (Line("", entry.name), Line("", self.text(entry.content)))

    def _items(self, items: Sequence[Item]) -> Iterator[Line]:
        for item in items:
            yield Line(self._marker(item.anchor), self.text(item.content))
            yield from self._items(item.items)
