"""What two languages of one contract do not have in common: structure, numbers, references, figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from generator.diagnostics import Diagnostic, Note, Severity
from generator.document.figures import figures
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
    Reference,
    Section,
    Signatures,
    Subheading,
    Table,
    Value,
)
from generator.document.walk import flat, text_of

_NAMES: Final = {"fr": "French", "en": "English"}
_EXCERPT: Final = 120
# Fewer words may be the same in both languages by chance.
_QUOTATION: Final = 8
_NUMBERS: Final = "the numbers are not the same"


def differences(left: Numbered, right: Numbered) -> Iterator[Diagnostic]:
    """Every difference between two trees of one plan, in reading order; the first of each clause."""
    comparison = _Comparison(left, right)
    yield from comparison.documents()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the contract two texts stand: a part and, below it, an anchor that is known there."""

    part: Part
    anchor: str
    file: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class _Comparison:
    left: Numbered
    right: Numbered

    # ---- structure

    def documents(self) -> Iterator[Diagnostic]:
        ours, theirs = self.left.document.parts, self.right.document.parts
        if [(part.id, part.kind, part.contents) for part in ours] != [
            (part.id, part.kind, part.contents) for part in theirs
        ]:
            shown = [", ".join(part.id for part in parts) for parts in (ours, theirs)]
            yield self._finding(None, "the documents are not the same", shown)
            return
        for one, other in zip(ours, theirs, strict=True):
            found = list(self._parts(one, other))
            # A paragraph more or less moves every number behind it: the cause is worth saying, not its effects.
            causes = [finding for finding in found if _NUMBERS not in finding.message]
            yield from causes or found[:1]

    def _parts(self, one: Part, other: Part) -> Iterator[Diagnostic]:
        place = _Place(one, one.id)
        yield from self._numbers(place, [one.id])
        yield from self._first(self._blocks(place, one.cover, other.cover))
        anchors = [[section.anchor for section in part.sections] for part in (one, other)]
        if anchors[0] != anchors[1]:
            yield self._finding(place, f"the articles of {one.id} are not the same", list(map(", ".join, anchors)))
            return
        for section, facing in zip(one.sections, other.sections, strict=True):
            yield from self._sections(one, section, facing)

    def _sections(self, part: Part, one: Section, other: Section) -> Iterator[Diagnostic]:
        place = _Place(part, one.anchor)
        yield from self._numbers(place, [one.anchor])
        yield from self._contents(place, one.title, other.title)
        clauses = [[f"{clause.anchor} ({clause.id})" for clause in section.clauses] for section in (one, other)]
        if clauses[0] != clauses[1]:
            message = f"the clauses of the article `{one.anchor}` are not the same"
            yield self._finding(place, message, list(map(", ".join, clauses)))
            return
        for clause, facing in zip(one.clauses, other.clauses, strict=True):
            # What comes after the first difference of a clause follows from it more often than not.
            yield from self._first(self._clauses(part, clause, facing))

    def _clauses(self, part: Part, one: Clause, other: Clause) -> Iterator[Diagnostic]:
        place = _Place(part, one.anchor, one.file, one.id)
        yield from self._numbers(place, [one.anchor])
        yield from self._contents(place, one.title, other.title)
        yield from self._blocks(place, one.blocks, other.blocks)

    @staticmethod
    def _first(found: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
        first = next(found, None)
        if first is not None:
            yield first

    # ---- blocks

    def _blocks(self, place: _Place, ours: Sequence[Block], theirs: Sequence[Block]) -> Iterator[Diagnostic]:
        shapes = [[_shape(block) for block in blocks] for blocks in (ours, theirs)]
        if shapes[0] != shapes[1]:
            yield self._finding(place, "the blocks are not the same", list(map(_named, shapes)))
            return
        for one, other in zip(ours, theirs, strict=True):
            yield from self._block(place, one, other)

    def _block(self, place: _Place, one: Block, other: Block) -> Iterator[Diagnostic]:
        match one, other:
            case Paragraph(), Paragraph():
                yield from self._numbers(place, [one.anchor])
                yield from self._contents(place, one.content, other.content)
            case PlainParagraph(), PlainParagraph():
                yield from self._contents(place, one.content, other.content)
            case Subheading(), Subheading():
                yield from self._contents(place, one.content, other.content)
            case ItemList(), ItemList():
                yield from self._items(place, one.items, other.items)
            case Table(), Table():
                for row, facing in zip((one.header, *one.rows), (other.header, *other.rows), strict=True):
                    for cell, opposite in zip(row, facing, strict=True):
                        yield from self._contents(place, cell.content, opposite.content)
            case Notice(), Notice():
                yield from self._blocks(place, one.blocks, other.blocks)
            case Signatures(), Signatures():
                for party, counterpart in zip(one.parties, other.parties, strict=True):
                    lines = zip((party.title, *party.lines), (counterpart.title, *counterpart.lines), strict=True)
                    for line, opposite_line in lines:
                        yield from self._contents(place, line, opposite_line)
            case Definitions(), Definitions():
                for entry, translation in zip(one.entries, other.entries, strict=True):
                    yield from self._contents(place, entry.content, translation.content)
            case _:
                raise AssertionError("blocks of one shape are of one kind")

    def _items(self, place: _Place, ours: Sequence[Item], theirs: Sequence[Item]) -> Iterator[Diagnostic]:
        for one, other in zip(ours, theirs, strict=True):
            yield from self._numbers(place, [one.anchor])
            yield from self._contents(place, one.content, other.content)
            yield from self._items(place, one.items, other.items)

    # ---- numbers and texts

    def _numbers(self, place: _Place, anchors: Iterable[str]) -> Iterator[Diagnostic]:
        for anchor in anchors:
            numbers = [
                (label.number, label.level, label.part) if (label := numbered.labels.get(anchor)) is not None else None
                for numbered in (self.left, self.right)
            ]
            if numbers[0] != numbers[1]:
                shown = [
                    f"`{anchor}` is {number[0] or 'without a number' if number else 'absent'}" for number in numbers
                ]
                yield self._finding(place, _NUMBERS, shown)
                return

    def _contents(self, place: _Place, ours: Sequence[Inline], theirs: Sequence[Inline]) -> Iterator[Diagnostic]:
        """The same values and references, and the same figures in all that is printed."""
        targets = _targets(ours), _targets(theirs)
        if targets[0] != targets[1]:
            shown = [_counted(counter) for counter in targets]
            yield self._finding(place, "the references do not lead to the same places", shown)
            return
        if _values(ours, self._language(0)) != _values(theirs, self._language(1)):
            yield self._finding(place, "the values are not the same", self._excerpts(ours, theirs))
            return
        texts = _unreferred(ours), _unreferred(theirs)
        # A law is quoted in its own language in both.
        language = self._language(0) if _quoted(*texts) else self._language(1)
        if figures(texts[0], self._language(0)) != figures(texts[1], language):
            yield self._finding(place, "the figures are not the same", self._excerpts(ours, theirs))

    def _language(self, side: int) -> str:
        return (self.left, self.right)[side].document.language

    def _excerpts(self, ours: Sequence[Inline], theirs: Sequence[Inline]) -> list[str]:
        """Both texts, or their beginnings."""
        texts = [text_of(ours), text_of(theirs)]
        return [f"“{text[:_EXCERPT]}{'…' if len(text) > _EXCERPT else ''}”" for text in texts]

    def _finding(self, place: _Place | None, what: str, shown: Sequence[str]) -> Diagnostic:
        where = f"clause `{place.clause}`: " if place is not None and place.clause else ""
        notes = tuple(
            Note(f"{_NAMES[numbered.document.language]}{_reference(place, numbered)}: {text}")
            for numbered, text in zip((self.left, self.right), shown, strict=True)
        )
        return Diagnostic(
            "languages-differ",
            Severity.ERROR,
            f"{where}{what} in both languages",
            None,
            "make both texts say the same, in the clause or in the deal; nothing is written before",
            notes,
            file=place.file if place is not None else "",
        )


def _reference(place: _Place | None, numbered: Numbered) -> str:
    """`` (article 7.2 of D01)``; empty where nothing is known of the place."""
    label = numbered.labels.get(place.anchor) if place is not None else None
    if place is None or label is None:
        return ""
    return f" ({place.part.id}, {label.reference})" if label.number else f" ({place.part.id})"


def _values(content: Sequence[Inline], language: str) -> Counter[tuple[str, str, tuple[tuple[str, int], ...]]]:
    """How often each value stands in a text: where it comes from, of what kind it is, and the figures it prints."""
    return Counter(
        (node.path, node.kind, figures(node.text, language)) for node in flat(content) if isinstance(node, Value)
    )


def _targets(content: Sequence[Inline]) -> Counter[str]:
    return Counter(node.target for node in flat(content) if isinstance(node, Reference))


def _unreferred(content: Sequence[Inline]) -> str:
    """The text without its references, which are numbers of their own."""
    return text_of(node for node in flat(content) if not isinstance(node, Reference))


def _quoted(left: str, right: str) -> bool:
    """Whether two texts are one in the same language, but for their typography."""
    words = re.findall(r"[^\W\d_]+", left)
    return len(words) >= _QUOTATION and words == re.findall(r"[^\W\d_]+", right)


def _counted(targets: Counter[str]) -> str:
    return ", ".join(f"`{target}`" for target in sorted(targets.elements())) or "none"


# ---- shapes

Shape = tuple[object, ...]


def _shape(block: Block) -> Shape:
    """The kind of a block, its anchors, and how many entries it has on each level."""
    match block:
        case Paragraph(anchor):
            return ("paragraph", anchor)
        case PlainParagraph():
            return ("unnumbered paragraph",)
        case Subheading():
            return ("subheading",)
        case ItemList(items):
            return ("list", *_item_shapes(items))
        case Table(anchor, header, rows, align):
            return ("table", anchor, len(header), align, len(rows))
        case Notice(blocks):
            return ("notice", *map(_shape, blocks))
        case Signatures(parties):
            return ("signatures", *((party.anchor, len(party.lines)) for party in parties))
        case Definitions(entries):
            return ("definitions", *(entry.term for entry in entries))
        case _:
            assert_never(block)


def _item_shapes(items: Sequence[Item]) -> tuple[Shape, ...]:
    return tuple((item.anchor, *_item_shapes(item.items)) for item in items)


def _named(shapes: Sequence[Shape]) -> str:
    """``paragraph, list of 3, table of 5``: what a person sees of the shapes."""
    counted = {"list": 1, "notice": 1, "signatures": 1, "definitions": 1}
    named = []
    for kind, *entries in shapes:
        size = len(entries) if kind in counted else entries[-1] if kind == "table" else 0
        named.append(f"{kind} of {size}" if size else str(kind))
    return ", ".join(named) or "nothing"
