"""The whole playbook for one deal: each position with the text that its contract would print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from generator.document.nodes import Block, Clause, Item, ItemList, Notice, Numbered, Table
from generator.document.walk import block_inlines, text_of
from generator.facts import Facts
from generator.library.topics import Position, Topic, Way
from generator.pipeline import Draft, Options, draft_text
from generator.playbook import stands, way_to, written
from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Offer:
    """A position as it can be offered to a client: ``draft`` is the deal that stands there.

    Without a way the position is not offered to such a client, and there is no draft.
    """

    position: Position
    way: Way | None
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class Page:
    """A topic with its offers, in the order of its positions."""

    topic: Topic
    offers: tuple[Offer, ...]


def book(file: str, text: str, folder: Path, workspace: Workspace, options: Options, base: Draft) -> Iterator[Page]:
    """The pages of the playbook for the deal of a text, ``base`` being its draft, with library and facts."""
    assert base.library is not None and base.facts is not None
    for stand in stands(base.library, base.facts):
        offers = []
        for position in stand.topic.positions:
            way = way_to(position, base.facts)
            made = None
            if way is not None:
                made = draft_text(file, text, folder, workspace, replace(options, over=written(way)))
            offers.append(Offer(position, way, made))
        yield Page(stand.topic, tuple(offers))


def scope_of(offer: Offer, base: Facts) -> Facts:
    """The facts that the sentence of an offer speaks of."""
    return offer.draft.facts if offer.draft is not None and offer.draft.facts is not None else base


def place_of(numbered: Numbered | None, slot: str) -> str:
    """Document and number of what a slot prints, ``D01, article 24.3``; empty where the pack does not print it."""
    label = numbered.labels.get(slot) if numbered is not None else None
    return f"{label.part}, {label.reference}" if label is not None else ""


def printed(numbered: Numbered | None, slot: str) -> tuple[str, ...]:
    """The clause of a slot as lines of plain text; none where the pack does not print it."""
    if numbered is None:
        return ()
    clauses = (clause for part in numbered.document.parts for section in part.sections for clause in section.clauses)
    clause = next((clause for clause in clauses if clause.anchor == slot), None)
    return tuple(_clause(clause, numbered)) if clause is not None else ()


def _clause(clause: Clause, numbered: Numbered) -> Iterator[str]:
    title = text_of(clause.title, numbered)
    yield from (title,) if title else ()
    for block in clause.blocks:
        yield from _lines(block, numbered)


def _lines(block: Block, numbered: Numbered) -> Iterator[str]:
    match block:
        case ItemList(items):
            yield from _items(items, numbered)
        case Table(header=header, rows=rows):
            for row in (header, *rows):
                yield " | ".join(text_of(cell.content, numbered) for cell in row)
        case Notice(blocks):
            for inner in blocks:
                yield from _lines(inner, numbered)
        case _:
            yield from text_of(block_inlines(block), numbered).split("\n")


def _items(items: tuple[Item, ...], numbered: Numbered) -> Iterator[str]:
    for item in items:
        yield "- " + text_of(item.content, numbered)
        yield from ("  " + line for line in _items(item.items, numbered))
