"""One self-contained web page: readable on a phone, printable on A4, without script and without a request.

Headings go down in order: the pack (h1), its parts (h2), articles (h3), titles of clauses (h4), subheadings (h5 below
a clause title, else h4). Every anchor of the tree is an id, and the number of a paragraph is the link to it. The
invisible anchors of e-signature are kept as ``data-sign`` attributes. A reference to a part that is not on the page
is text, not a link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import assert_never
from urllib.parse import quote

from generator.document.nodes import (
    Align,
    Block,
    Cell,
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
    Properties,
    Reference,
    Section,
    SignatureParty,
    Signatures,
    Strong,
    Subheading,
    Table,
    Term,
    Text,
    Value,
)
from generator.writers.reading import PHRASES, Phrases, chosen, full_stop, lone_marker, plain, title_place


def write(numbered: Numbered, parts: Sequence[str] | None = None) -> bytes:
    """The pack, or the parts with these ids, as a UTF-8 page. Raises ``UnknownPart`` for an id it does not have."""
    document = numbered.document
    properties = document.properties
    phrases = PHRASES[document.language]
    written = chosen(numbered, parts)
    page = _Page(numbered, frozenset(part.id for part in written), phrases)
    status = f'<aside class="status">{_text(properties.status)}</aside>' if properties.status else ""
    reference = (
        f"<p>{_text(phrases.reference + phrases.colon + properties.reference)}</p>" if properties.reference else ""
    )
    footer = f'<footer class="bottom">{_text(properties.footer)}</footer>' if properties.footer else ""
    return f"""<!DOCTYPE html>
<html lang="{escape(document.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(properties.title)}</title>
<meta name="author" content="{escape(properties.author)}">
<meta name="description" content="{escape(properties.subject)}">
<style>
{_style()}{_page_margins(properties)}</style>
</head>
<body>
<a class="skip" href="#_contract">{escape(phrases.skip)}</a>
{status}
<div class="page">
<header class="top"><h1>{_text(properties.title)}</h1>{reference}</header>
{page.contents(written)}
<main id="_contract">
{"".join(page.part(part) for part in written)}</main>
{footer}
</div>
</body>
</html>
""".encode()


@lru_cache(maxsize=1)
def _style() -> str:
    return (files("generator.writers") / "html.css").read_text(encoding="utf-8")


def _page_margins(properties: Properties) -> str:
    """The status and the reference on every printed page."""

    def quoted(text: str) -> str:
        return '"' + re.sub(r"[^\w .,:-]", lambda found: f"\\{ord(found[0]):06x}", text) + '"'

    font = 'font: 9pt Georgia, "Liberation Serif", serif;'
    return (
        f"@page {{ @top-center {{ content: {quoted(properties.status)}; {font} color: #8a1c1c; }} "
        f"@bottom-left {{ content: {quoted(properties.reference)}; {font} }} }}\n"
    )


def _text(text: str) -> str:
    """Text as it is written; right-to-left text is isolated, or it would reorder what stands around it."""
    safe = escape(text).replace("\n", "<br>")
    if not text.isascii() and any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
        return f"<bdi>{safe}</bdi>"
    return safe


def _href(anchor: str) -> str:
    return "#" + escape(quote(anchor, safe="@.:-_~"))


@dataclass(frozen=True, slots=True)
class _Page:
    numbered: Numbered
    parts: frozenset[str]
    phrases: Phrases

    # ---- structure

    def contents(self, parts: Sequence[Part]) -> str:
        entries = []
        for part in parts:
            sections = "".join(f"<li>{self._entry(section)}</li>" for section in part.sections)
            marker = self.numbered.labels[part.id].marker
            title = " – ".join(filter(None, [marker, part.title]))
            entries.append(f'<li><a href="{_href(part.id)}">{_text(title)}</a><ol>{sections}</ol></li>')
        name = escape(self.phrases.contents)
        inner = f"<details open><summary>{name}</summary><ol>{''.join(entries)}</ol></details>"
        return f'<nav aria-label="{name}">{inner}</nav>'

    def _entry(self, section: Section) -> str:
        marker = self.numbered.labels[section.anchor].marker
        title = " ".join(filter(None, [marker, plain(section.title, self.numbered)]))
        return f'<a href="{_href(section.anchor)}">{_text(title)}</a>'

    def part(self, part: Part) -> str:
        heading = f"_h-{escape(part.id)}"
        cover = f'<div class="cover">{self._blocks(part.cover, 3)}</div>\n' if part.cover else ""
        marker = self.numbered.labels[part.id].marker
        number = f'<span class="number">{_text(marker)} </span>' if marker else ""
        return (
            f'<article id="{escape(part.id)}" class="{part.kind}" aria-labelledby="{heading}">\n'
            f'<h2 id="{heading}">{number}{_text(part.title)}</h2>\n{cover}'
            f"{''.join(self._section(section) for section in part.sections)}</article>\n"
        )

    def _section(self, section: Section) -> str:
        label = self.numbered.labels[section.anchor]
        number = f"{_text(label.marker)} " if label.marker else ""
        link = f'<a href="{_href(section.anchor)}">{number}{self._inlines(section.title, links=False)}</a>'
        clauses = "".join(self._clause(clause, section) for clause in section.clauses)
        return f'<section id="{escape(section.anchor)}">\n<h3>{link}</h3>\n{clauses}</section>\n'

    def _clause(self, clause: Clause, section: Section) -> str:
        blocks = list(clause.blocks)
        head = ""
        name = plain(clause.title, self.numbered) or plain(section.title, self.numbered)
        place = title_place(clause)
        if place == "alone":
            marker = lone_marker(clause, section, self.numbered)
            number = f'<span class="number">{_text(marker)}</span> ' if marker else ""
            title = self._inlines(clause.title, links=False)
            head = f'<h4 class="numbered">{number}<a href="{_href(clause.anchor)}">{title}</a></h4>\n'
        elif place == "run-in":
            first = blocks.pop(0)
            assert isinstance(first, Paragraph)
            stop = full_stop(plain(clause.title, self.numbered))
            title = f'<strong class="run-in">{self._inlines(clause.title)}{stop}</strong> '
            head = self._paragraph(first, title)
        body = self._blocks(blocks, 5 if place == "alone" else 4, name)
        return f'<div class="clause" id="{escape(clause.anchor)}">\n{head}{body}</div>\n'

    # ---- blocks; ``level`` is that of a subheading, ``name`` says what a table is about

    def _blocks(self, blocks: Sequence[Block], level: int, name: str = "") -> str:
        return "".join(self._block(block, level, name) for block in blocks)

    def _block(self, block: Block, level: int, name: str) -> str:
        match block:
            case Paragraph():
                return self._paragraph(block)
            case PlainParagraph():
                return f'<p class="plain">{self._inlines(block.content)}</p>\n'
            case ItemList():
                return self._items(block.items)
            case Table():
                return self._table(block, name)
            case Subheading():
                return f'<h{level} class="sub">{self._inlines(block.content)}</h{level}>\n'
            case Notice():
                return f'<div class="notice" role="note">\n{self._blocks(block.blocks, level, name)}</div>\n'
            case Signatures():
                return f'<div class="signatures">\n{"".join(map(self._party, block.parties))}</div>\n'
            case Definitions():
                entries = (
                    f"<dt>{_text(entry.name)}</dt><dd>{self._inlines(entry.content)}</dd>\n" for entry in block.entries
                )
                return f"<dl>\n{''.join(entries)}</dl>\n"
            case _:
                assert_never(block)

    def _paragraph(self, paragraph: Paragraph, title: str = "") -> str:
        label = self.numbered.labels[paragraph.anchor]
        name = escape(f"{self.phrases.link_to} {label.reference}")
        number = f'<a class="number" href="{_href(paragraph.anchor)}" title="{name}">{_text(label.marker)}</a> '
        body = f"{number if label.marker else ''}{title}{self._inlines(paragraph.content)}"
        return f'<p class="numbered" id="{escape(paragraph.anchor)}">{body}</p>\n'

    def _items(self, items: Sequence[Item]) -> str:
        shown = []
        for item in items:
            marker = f'<span class="number">{_text(self.numbered.labels[item.anchor].marker)}</span> '
            inner = self._items(item.items) if item.items else ""
            shown.append(f'<li id="{escape(item.anchor)}">{marker}{self._inlines(item.content)}{inner}</li>\n')
        # Safari takes a list without bullets for no list, unless told.
        return f'<ol class="items" role="list">\n{"".join(shown)}</ol>\n'

    def _table(self, table: Table, name: str) -> str:
        caption = f'<caption class="hidden">{_text(name)}</caption>' if name else ""
        header = "".join(
            f'<th scope="col"{_aligned(align)}>{self._inlines(cell.content)}</th>'
            for cell, align in zip(table.header, table.align, strict=True)
        )
        rows = "".join(f"<tr>{self._cells(row, table.align)}</tr>\n" for row in table.rows)
        # Focusable, so that a wide table can be scrolled with the keyboard.
        return (
            f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(name)}">'
            f'<table id="{escape(table.anchor)}">{caption}\n<thead><tr>{header}</tr></thead>\n'
            f"<tbody>\n{rows}</tbody></table></div>\n"
        )

    def _cells(self, row: Sequence[Cell], aligns: Sequence[Align]) -> str:
        cells = zip(row, aligns, strict=True)
        return "".join(f"<td{_aligned(align)}>{self._inlines(cell.content)}</td>" for cell, align in cells)

    def _party(self, party: SignatureParty) -> str:
        lines = "".join(f"<p>{self._inlines(line)}</p>" for line in party.lines)
        title = self._inlines(party.title)
        return f'<div data-sign="{escape(party.anchor)}"><p class="party"><strong>{title}</strong></p>{lines}</div>\n'

    # ---- inline

    def _inlines(self, content: Sequence[Inline], *, links: bool = True) -> str:
        return "".join(self._inline(node, links) for node in content)

    def _inline(self, node: Inline, links: bool) -> str:
        match node:
            case Text() | Value() | Term():
                return _text(node.text)
            case Reference():
                label = self.numbered.labels[node.target]
                if not links or label.part not in self.parts:
                    return _text(label.reference)
                return f'<a href="{_href(node.target)}">{_text(label.reference)}</a>'
            case Strong():
                return f"<strong>{self._inlines(node.content, links=links)}</strong>"
            case Emphasis():
                return f"<em>{self._inlines(node.content, links=links)}</em>"
            case LineBreak():
                return "<br>"
            case _:
                assert_never(node)


def _aligned(align: Align) -> str:
    return "" if align == "left" else f' class="{align}"'
