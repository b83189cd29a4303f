"""Which anchors the references of a file lead to: only these need a bookmark, and most paragraphs are no target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generator.document.nodes import (
    Block,
    Definitions,
    Emphasis,
    Inline,
    Item,
    ItemList,
    Notice,
    Paragraph,
    Part,
    PlainParagraph,
    Reference,
    Signatures,
    Strong,
    Subheading,
    Table,
)


def targets(parts: Iterable[Part]) -> frozenset[str]:
    """The targets of all references in these parts. Filled in one pass over some thousand nodes, hence the set."""
    found: set[str] = set()
    for part in parts:
        _blocks(part.cover, found)
        for section in part.sections:
            _inlines(section.title, found)
            for clause in section.clauses:
                _inlines(clause.title, found)
                _blocks(clause.blocks, found)
    return frozenset(found)


def _blocks(blocks: Sequence[Block], found: set[str]) -> None:
    for block in blocks:
        match block:
            case Paragraph() | PlainParagraph() | Subheading():
                _inlines(block.content, found)
            case ItemList():
                _items(block.items, found)
            case Table():
                for row in (block.header, *block.rows):
                    for cell in row:
                        _inlines(cell.content, found)
            case Notice():
                _blocks(block.blocks, found)
            case Definitions():
                for entry in block.entries:
                    _inlines(entry.content, found)
            case Signatures():
                for party in block.parties:
                    for line in (party.title, *party.lines):
                        _inlines(line, found)


def _items(items: Sequence[Item], found: set[str]) -> None:
    for item in items:
        _inlines(item.content, found)
        _items(item.items, found)


def _inlines(content: Sequence[Inline], found: set[str]) -> None:
    for node in content:
        if isinstance(node, Reference):
            found.add(node.target)
        elif isinstance(node, Strong | Emphasis):
            _inlines(node.content, found)
