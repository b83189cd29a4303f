"""Walking the tree: every inline node with the clause it stands in, every block, the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.cache import once_each
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
    return ((clause, inline) for clause, content in contents(part) for inline in flat(content))


def contents(part: Part) -> Iterator[tuple[Clause | None, tuple[Inline, ...]]]:
    """Every text of a part, in reading order; those of the cover and of titles of sections come without a clause."""
    for block in part.cover:
        for content in contents_of(block):
            yield None, content
    for section in part.sections:
        yield None, section.title
        for clause in section.clauses:
            yield clause, clause.title
            for block in clause.blocks:
                for content in contents_of(block):
                    yield clause, content


def flat(content: Iterable[Inline]) -> Iterator[Inline]:
    """Inline nodes without the nesting of emphasis."""
    for inline in content:
        if isinstance(inline, (Strong, Emphasis)):
            yield from flat(inline.content)
        else:
            yield inline


def block_inlines(block: Block) -> Iterator[Inline]:
    """Every inline node of a block."""
    for content in contents_of(block):
        yield from flat(content)


def contents_of(block: Block) -> Iterator[tuple[Inline, ...]]:
    """The texts of a block in reading order: of a paragraph, of each item, of each cell."""
    match block:
        case Paragraph(_, content) | PlainParagraph(content) | Subheading(content):
            yield content
        case ItemList(items):
            yield from _item_contents(items)
        case Table():
            for row in (block.header, *block.rows):
                for cell in row:
                    yield cell.content
        case Notice(blocks):
            for inner in blocks:
                yield from contents_of(inner)
        case Signatures(parties):
            for party in parties:
                yield party.title
                yield from party.lines
        case Definitions(entries):
            for entry in entries:
                yield (Text(entry.name),)
                yield entry.content


def _item_contents(items: tuple[Item, ...]) -> Iterator[tuple[Inline, ...]]:
    for item in items:
        yield item.content
        yield from _item_contents(item.items)


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
            pieces += (text_of(content, numbered) for content in contents_of(block))
    return "".join("".join(pieces).split())


def text_of(content: Iterable[Inline], numbered: Numbered | None = None) -> str:
    """Inline nodes as plain text; references as their label where the numbers are known."""
    return _lasting_text(content) if isinstance(content, Lasting) else _text_of(content, numbered)


@once_each
def _lasting_text(content: Lasting) -> str:
    return _text_of(content, None)


def _text_of(content: Iterable[Inline], numbered: Numbered | None) -> str:
    parts: list[str] = []
    for inline in content:
        if isinstance(inline, (Text, Value, Term)):
            parts.append(inline.text)
        elif isinstance(inline, (Strong, Emphasis)):
            parts.append(text_of(inline.content, numbered))
        elif isinstance(inline, Reference):
            parts.append(numbered.labels[inline.target].reference if numbered is not None else f"[{inline.target}]")
        else:
            parts.append("\n")
    return "".join(parts)
