"""Walking the tree: every inline node with the clause it stands in, every block, the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby

from generator.cache import Same, once_each
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
    title = ""
    if not clause.title_hidden:
        title = text_of(clause.title, numbered)
        run_in = bool(clause.blocks) and isinstance(clause.blocks[0], Paragraph)
        title = _letters(title + ("." if run_in and title and not title.endswith(ENDS_A_SENTENCE) else ""))
    said = _said(Same(clause), closely=numbered.document.set_closely)
    labels = numbered.labels
    return title + "".join([one if isinstance(one, str) else _letters(labels[one.target].reference) for one in said])


def _letters(text: str) -> str:
    return "".join(text.split())


# Most clauses are the same, numbers of references excepted, in many contracts.
@lru_cache(maxsize=2048)
def _said(clause: Same[Clause], *, closely: bool) -> tuple[str | Reference, ...]:
    """The letters of the blocks of a clause, with its references among them."""
    texts: list[Iterable[Inline]] = []
    for block in clause.value.blocks:
        if isinstance(block, Signatures):
            for party in block.parties:
                texts += (party.title, *party.lines, (Text(party.anchor),))
        elif isinstance(block, Definitions) and closely:
            # In paragraphs only a colon parts a term from its meaning; in a table nothing is printed between them.
            texts += ((Text(f"{entry.name}:"), *entry.content) for entry in block.entries)
        else:
            texts += contents_of(block)
    nodes = (node for content in texts for node in flat(content))
    pieces: list[str | Reference] = []
    for refers, group in groupby(nodes, lambda node: isinstance(node, Reference)):
        if refers:
            pieces += (node for node in group if isinstance(node, Reference))
        else:
            pieces.append(_letters("".join(node.text for node in group if isinstance(node, (Text, Value, Term)))))
    return tuple(pieces)


@lru_cache(maxsize=2048)
def targets_of(clause: Same[Clause]) -> tuple[str, ...]:
    """What the references of a clause lead to, in reading order."""
    texts = (clause.value.title, *(content for block in clause.value.blocks for content in contents_of(block)))
    return tuple(target for content in texts for target in targets_in(content))


@lru_cache(maxsize=2048)
def anchors_of(clause: Same[Clause]) -> frozenset[str]:
    """What a reference to a clause, or to a paragraph or an item of it, leads to."""
    return frozenset((clause.value.anchor, *_anchors(clause.value.blocks)))


def _anchors(blocks: Iterable[Block | Item]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(anchor):
                yield anchor
            case ItemList(items):
                yield from _anchors(items)
            case Item(anchor, _, items):
                yield anchor
                yield from _anchors(items)
            case Notice(inner):
                yield from _anchors(inner)


def targets_in(content: tuple[Inline, ...]) -> tuple[str, ...]:
    """What the references of a text lead to."""
    if isinstance(content, Lasting):
        return ()
    return tuple(node.target for node in flat(content) if isinstance(node, Reference))


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
