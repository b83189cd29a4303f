"""One look at every inline node of a file, before the first is printed: where references lead, which values recur.

Only anchors that references lead to need a bookmark; most paragraphs are no target.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from generator.cache import Same
from generator.document.nodes import (
    Block,
    Clause,
    Definitions,
    Emphasis,
    Inline,
    Item,
    ItemList,
    Lasting,
    Notice,
    Paragraph,
    Part,
    PlainParagraph,
    Reference,
    Signatures,
    Strong,
    Subheading,
    Table,
    Value,
)
from generator.writers.docx.bindings import names_a_party


@dataclass(frozen=True, slots=True)
class Survey:
    """The targets of all references, and the values that come from a field of the deal, as they are printed."""

    targets: set[str] = field(default_factory=set)
    values: list[Value] = field(default_factory=list)


def survey(parts: Iterable[Part]) -> Survey:
    """What these parts hold. Filled in one pass over some thousand nodes, hence the set and the list."""
    found = Survey()
    for part in parts:
        _blocks(part.cover, found)
        for section in part.sections:
            _inlines(section.title, found)
            for clause in section.clauses:
                of_clause = _clause(Same(clause))
                found.targets.update(of_clause.targets)
                found.values.extend(of_clause.values)
    return found


# Most clauses are the same in many contracts.
@lru_cache(maxsize=2048)
def _clause(clause: Same[Clause]) -> Survey:
    found = Survey()
    _inlines(clause.value.title, found, strong=True)
    _blocks(clause.value.blocks, found)
    return found


def _blocks(blocks: Sequence[Block], found: Survey) -> None:
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


def _items(items: Sequence[Item], found: Survey) -> None:
    for item in items:
        _inlines(item.content, found)
        _items(item.items, found)


def _inlines(content: Sequence[Inline], found: Survey, *, strong: bool = False) -> None:
    if isinstance(content, Lasting):
        return
    for node in content:
        if isinstance(node, Reference):
            found.targets.add(node.target)
        elif isinstance(node, Value):
            if node.from_deal and (not strong or names_a_party(node)):
                found.values.append(node)
        elif isinstance(node, Strong | Emphasis):
            _inlines(node.content, found, strong=strong or isinstance(node, Strong))


def values_of(clause: Same[Clause]) -> tuple[Value, ...]:
    """The values of a clause that come from a field of the deal, in reading order."""
    return tuple(_clause(clause).values)
