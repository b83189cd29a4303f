"""What a printed pack gives to read: its sentences with their words, straight from the document tree.

Only a full stop, a question mark, an exclamation mark or the end of a paragraph, of an item or of a definition ends a
sentence; a colon or a semicolon ends none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from generator.document.nodes import (
    Block,
    Definitions,
    Inline,
    Item,
    ItemList,
    Notice,
    Numbered,
    Paragraph,
    PlainParagraph,
    Signatures,
    Subheading,
    Table,
    Value,
)
from generator.document.walk import flat, text_of

# The notices of these clauses are the words that the law gives: nobody may make them shorter.
QUOTED = {
    "term.renewal-notice": "C. conso., art. L215-1 to L215-3 and L241-3, which art. L215-4 has reproduced",
    "order.withdrawal-form": "C. conso., the model form annexed to art. R221-1",
}

_WORD = re.compile(r"\w[\w'’.,-]*")
_LONG_WORD = re.compile(r"[^\W\d_]{7,}")
_STOP = re.compile(r"(?<!\bexcl)(?<!\bincl)[.!?…]+(?:\s?[»”)])*(?=\s|$)")
_STOP_IN_A_VALUE = re.compile(r"[.!?…]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A printed sentence; ``inserted`` are those of its words that values of the deal or facts brought."""

    text: str
    words: int
    long_words: int
    inserted: int

    @property
    def lists_values(self) -> bool:
        """Whether it is an identification or an enumeration (parties, dates, tools): mostly values."""
        return 2 * self.inserted > self.words


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pack, or several, give to read: sentences, and the words that are no sentences."""

    sentences: tuple[Sentence, ...]
    quoted_words: int = 0
    line_words: int = 0

    @property
    def prose(self) -> tuple[Sentence, ...]:
        return tuple(sentence for sentence in self.sentences if not sentence.lists_values)


Content = tuple[Inline, ...]
Place = Literal["text", "line", "cell"]


def contents(block: Block) -> Iterator[tuple[Place, Content]]:
    """The texts of a block: ``text`` is always read as sentences, ``cell`` where it is one, ``line`` never."""
    match block:
        case Paragraph(_, content):
            yield "text", content
        case PlainParagraph(content):
            yield "cell", content
        case Subheading(content):
            yield "line", content
        case ItemList(items):
            yield from _items(items)
        case Table():
            for row in (block.header, *block.rows):
                yield from (("cell", cell.content) for cell in row)
        case Notice(blocks):
            for inner in blocks:
                yield from contents(inner)
        case Signatures(parties):
            for party in parties:
                yield from (("line", line) for line in (party.title, *party.lines))
        case Definitions(entries):
            yield from (("text", entry.content) for entry in entries)
        case _:
            assert_never(block)


def _items(items: Iterable[Item]) -> Iterator[tuple[Place, Content]]:
    for item in items:
        yield "text", item.content
        yield from _items(item.items)


def sentences(content: Content, numbered: Numbered) -> Iterator[Sentence]:
    """The sentences of a text. A stop inside a value (“S.A. Dupont”) ends none."""
    text, values = "", []
    for inline in flat(content):
        piece = text_of((inline,), numbered)
        if isinstance(inline, Value):
            values.append(range(len(text), len(text) + len(piece)))
            piece = _STOP_IN_A_VALUE.sub("_", piece)
        text += piece
    start = 0
    for end in (*(stop.end() for stop in _STOP.finditer(text)), len(text)):
        words = list(_WORD.finditer(text, start, end))
        if words:
            long_words = sum(bool(_LONG_WORD.search(word.group())) for word in words)
            inserted = sum(any(word.start() in value for value in values) for word in words)
            yield Sentence(text[start:end].strip(), len(words), long_words, inserted)
        start = end


def read(numbered: Numbered) -> Reading:
    """All texts of a pack, titles and headings left out."""
    found: list[Sentence] = []
    quoted = lines = 0
    for part in numbered.document.parts:
        clauses = (clause for section in part.sections for clause in section.clauses)
        for id_, blocks in (("", part.cover), *((clause.id, clause.blocks) for clause in clauses)):
            for block in blocks:
                in_law = id_ in QUOTED and isinstance(block, Notice)
                for place, content in contents(block):
                    told = tuple(sentences(content, numbered))
                    words = sum(sentence.words for sentence in told)
                    if in_law:
                        quoted += words
                    elif place == "text" or (place == "cell" and told and _STOP.search(told[-1].text)):
                        found += told
                    else:
                        lines += words
    return Reading(tuple(found), quoted, lines)
