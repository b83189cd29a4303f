"""The blocks of a clause as HTML: functions of a scope, which print nothing around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from generator.document.nodes import (
    Block,
    Definitions,
    Item,
    ItemList,
    Notice,
    Paragraph,
    PlainParagraph,
    SignatureParty,
    Signatures,
    Subheading,
    Table,
)
from generator.writers.html.scope import Scope
from generator.writers.html.tables import table
from generator.writers.html.text import attribute, shown


def blocks(scope: Scope, content: Sequence[Block], level: int, name: str = "") -> str:
    """Blocks one after the other; ``level`` is that of a subheading, ``name`` says what a table is about."""
    return "".join(_block(scope, block, level, name) for block in content)


def _block(scope: Scope, block: Block, level: int, name: str) -> str:
    match block:
        case Paragraph():
            return paragraph(scope, block)
        case PlainParagraph():
            return f'<p class="plain">{scope.inlines(block.content)}</p>\n'
        case ItemList():
            return _items(scope, block.items)
        case Table():
            return table(scope, block, name)
        case Subheading():
            return f'<h{level} class="sub">{scope.inlines(block.content)}</h{level}>\n'
        case Notice():
            return f'<div class="notice" role="note">\n{blocks(scope, block.blocks, level, name)}</div>\n'
        case Signatures():
            parties = "".join(_party(scope, party) for party in block.parties)
            return f'<div class="signatures">\n{parties}</div>\n'
        case Definitions():
            entries = (
                f"<dt>{shown(entry.name)}</dt><dd>{scope.inlines(entry.content)}</dd>\n" for entry in block.entries
            )
            return f"<dl>\n{''.join(entries)}</dl>\n"
        case _:
            assert_never(block)


def paragraph(scope: Scope, content: Paragraph, *, title: str = "", link: str = "") -> str:
    """A numbered paragraph; ``title`` is HTML that runs into it, ``link`` the anchor that its number leads to."""
    number = scope.number(link or content.anchor, scope.label(content.anchor).marker)
    body = f"{number}{title}{scope.inlines(content.content)}"
    return f'<p class="numbered" id="{attribute(content.anchor)}">{body}</p>\n{scope.back_links(content.anchor)}'


def _items(scope: Scope, items: Sequence[Item]) -> str:
    printed = []
    for item in items:
        marker = f'<span class="number">{shown(scope.label(item.anchor).marker)}</span> '
        inner = _items(scope, item.items) if item.items else ""
        after = scope.back_links(item.anchor)
        body = f"{marker}{scope.inlines(item.content)}{inner}{after}"
        printed.append(f'<li id="{attribute(item.anchor)}">{body}</li>\n')
    # Safari takes a list without bullets for no list, unless told.
    return f'<ol class="items" role="list">\n{"".join(printed)}</ol>\n'


def _party(scope: Scope, party: SignatureParty) -> str:
    lines = "".join(f"<p>{scope.inlines(line)}</p>" for line in party.lines)
    title = scope.inlines(party.title)
    return f'<div data-sign="{attribute(party.anchor)}"><p class="party"><strong>{title}</strong></p>{lines}</div>\n'
