"""Walking the tree: every inline node with the clause it stands in, every block, the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    Signatures,
    Strong,
    Subheading,
    Table,
    Term,
    Text,
    Value,
)


def inlines(part: Part) -> Iterator[tuple[Clause | None, Inline]]:
    """Every inline node of a part, in reading order; the nodes of the cover come without a clause."""
    for block in part.cover:
        for inline in block_inlines(block):
            yield None, inline
    for section in part.sections:
        for inline in flat(section.title):
            yield None, inline
        for clause in section.clauses:
            for inline in flat(clause.title):
                yield clause, inline
            for block in clause.blocks:
                for inline in block_inlines(block):
                    yield clause, inline


def flat(content: Iterable[Inline]) -> Iterator[Inline]:
    """Inline nodes without the nesting of emphasis."""
    for inline in content:
        if isinstance(inline, (Strong, Emphasis)):
            yield from flat(inline.content)
        else:
            yield inline


def block_inlines(block: Block) -> Iterator[Inline]:
    match block:
        case Paragraph(_, content) | PlainParagraph(content) | Subheading(content):
            yield from flat(content)
        case ItemList(items):
            yield from item_inlines(items)
        case Table():
            for row in (block.header, *block.rows):
                for cell in row:
                    yield from flat(cell.content)
        case Notice(blocks):
            for inner in blocks:
                yield from block_inlines(inner)
        case Signatures(parties):
            for party in parties:
                yield from flat(party.title)
                for line in party.lines:
                    yield from flat(line)
        case Definitions(entries):
            for entry in entries:
                yield Text(entry.name)
                yield from flat(entry.content)


def item_inlines(items: tuple[Item, ...]) -> Iterator[Inline]:
    for item in items:
        yield from flat(item.content)
        yield from item_inlines(item.items)


# After these a title needs no stop of its own before the text that follows on its line.
ENDS_A_SENTENCE = (".", "?", "!", "…", ":")


def letters_of(clause: Clause, numbered: Numbered) -> str:
    """All that a person reads of a clause in a Word file, without any space: what is left of it in every program.

    Numbers of paragraphs are not part of it, and the number that a reference shows is.
    """
    pieces: list[str] = []
    if not clause.title_hidden:
        title = text_of(clause.title, numbered)
        run_in = bool(clause.blocks) and isinstance(clause.blocks[0], Paragraph)
        pieces.append(title + ("." if run_in and title and not title.endswith(ENDS_A_SENTENCE) else ""))
    for block in clause.blocks:
        if isinstance(block, Signatures):
            for party in block.parties:
                pieces += (text_of(line, numbered) for line in (party.title, *party.lines))
                pieces.append(party.anchor)
        elif isinstance(block, Definitions) and numbered.document.set_closely:
            # In paragraphs only a colon parts a term from its meaning; in a table nothing is printed between them.
            pieces += (f"{entry.name}:{text_of(entry.content, numbered)}" for entry in block.entries)
        else:
            pieces.append(text_of(block_inlines(block), numbered))
    return "".join("".join(pieces).split())


def text_of(content: Iterable[Inline], numbered: Numbered | None = None) -> str:
    """Inline nodes as plain text; references as their label where the numbers are known."""
    parts = []
    for inline in flat(content):
        match inline:
            case Text(text) | Value(text) | Term(_, text):
                parts.append(text)
            case Reference(target):
                parts.append(numbered.labels[target].reference if numbered is not None else f"[{target}]")
            case LineBreak():
                parts.append("\n")
    return "".join(parts)
