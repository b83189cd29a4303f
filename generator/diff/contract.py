"""A contract as a comparison sees it: the words of each clause, titles and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from generator.document.nodes import (
    Block,
    Clause,
    Definitions,
    Inline,
    Item,
    ItemList,
    LineBreak,
    Notice,
    Paragraph,
    PlainParagraph,
    Reference,
    Signatures,
    Subheading,
    Table,
    Term,
    Text,
    Value,
)
from generator.document.walk import flat
from generator.pipeline import Draft


@dataclass(frozen=True, slots=True)
class PrintedClause:
    """``words`` has the text in each language, ``pattern`` the same with the path of each value instead of the value.

    ``home`` is the section it stands in; a reference is the name of its target, since numbers are compared apart.
    """

    id: str
    anchor: str
    home: str
    words: Mapping[str, str]
    pattern: Mapping[str, str]
    blocks: Mapping[str, tuple[Block, ...]]


@dataclass(frozen=True, slots=True)
class Printed:
    """``clauses`` by anchor and id, ``titles`` of documents and sections, ``numbers`` by anchor."""

    clauses: Mapping[tuple[str, str], PrintedClause]
    titles: Mapping[str, str]
    numbers: Mapping[str, str]


def printed(draft: Draft) -> Printed:
    """What the contract of a draft prints; of one in two languages, both."""
    found: dict[tuple[str, str], PrintedClause] = {}
    titles: dict[str, str] = {}
    for language, numbered in draft.numbered.items():
        document = numbered.document
        titles[f"title.{language}"] = document.properties.title
        titles[f"watermark.{language}"] = document.properties.status
        for part in document.parts:
            titles[f"{part.id}.title.{language}"] = part.title
            titles[f"{part.id}.name.{language}"] = part.name
            titles[f"{part.id}.cover.{language}"] = "\n".join(_lines(part.cover, pattern=False))
            for section in part.sections:
                titles[f"{section.anchor}.title.{language}"] = _words(section.title, pattern=False)
                for clause in section.clauses:
                    key = (clause.anchor, clause.id)
                    earlier = found.get(key)
                    found[key] = PrintedClause(
                        clause.id,
                        clause.anchor,
                        f"{part.id}/{section.anchor}",
                        {**(earlier.words if earlier else {}), language: _text(clause, pattern=False)},
                        {**(earlier.pattern if earlier else {}), language: _text(clause, pattern=True)},
                        {**(earlier.blocks if earlier else {}), language: clause.blocks},
                    )
    labels = next(iter(draft.numbered.values())).labels
    return Printed(found, titles, {anchor: label.number for anchor, label in labels.items()})


def _text(clause: Clause, *, pattern: bool) -> str:
    title = "" if clause.title_hidden else _words(clause.title, pattern=pattern)
    return "\n".join(line for line in (title, *_lines(clause.blocks, pattern=pattern)) if line)


def _lines(blocks: Iterable[Block], *, pattern: bool) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(_, content) | PlainParagraph(content) | Subheading(content):
                yield _words(content, pattern=pattern)
            case ItemList(items):
                yield from _item_lines(items, pattern=pattern)
            case Table(_, header, rows):
                for row in (header, *rows):
                    yield " | ".join(_words(cell.content, pattern=pattern) for cell in row)
            case Notice(inner):
                yield from _lines(inner, pattern=pattern)
            case Signatures(parties):
                for party in parties:
                    for line in (party.title, *party.lines):
                        yield _words(line, pattern=pattern)
            case Definitions(entries):
                for entry in entries:
                    yield f"{entry.name} : {_words(entry.content, pattern=pattern)}"
            case _:
                assert_never(block)


def _item_lines(items: Iterable[Item], *, pattern: bool) -> Iterator[str]:
    for item in items:
        yield _words(item.content, pattern=pattern)
        yield from _item_lines(item.items, pattern=pattern)


def _words(content: Iterable[Inline], *, pattern: bool) -> str:
    pieces = []
    for inline in flat(content):
        match inline:
            case Value(text, path):
                pieces.append(f"{{{path}}}" if pattern else text)
            case Text(text) | Term(_, text):
                pieces.append(text)
            case Reference(target):
                pieces.append(f"[{target}]")
            case LineBreak():
                pieces.append(" / ")
    return "".join(pieces)
