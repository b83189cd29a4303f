"""The Markdown of clauses: paragraphs, lists, tables, notices, fences, emphasis and references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False})
    parser.enable(["table", "list", "blockquote", "fence", "heading", "emphasis", "link", "newline", "escape"])
    # What was escaped stays apart from what is markup that opens nothing.
    parser.disable("text_join")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


MARKDOWN: Final = _markdown()

# Signs of Markdown and HTML that are left in a text where they open nothing: a contract would print them.
STRAY: Final = re.compile(
    r"(?<!\s)\*|\*(?!\s)|[`\\]|~~|<(?=[A-Za-z/!?])|&#?\w+;|(?<!\S)#|\[\^|\^\[|\]\(|\]:(?!\S)|--+|==+"
    r"|(?<!\w)_{1,2}(?=[^\W_])|(?<=[^\W_])_{1,2}(?!\w)"
)

# Between the cells of a table, but nowhere else: a row without a table above it.
STRAY_OUTSIDE_TABLES: Final = re.compile(rf"{STRAY.pattern}|\|")

# What could be more than words: a character of markup, a blank at an edge of a line, a line that does not begin with a
# letter, a quote or a mark.
_MARKUP: Final = re.compile("[\\\\*_\\[\t\r\x00]|^[^\\w\n\ue100-\uf8ff«“\"'’(]|^\\d|[^\\S\n]$", re.MULTILINE)
_PARAGRAPH: Final = re.compile("[^\n]+(?:\n[^\n]+)*")


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text. Paragraphs of plain words, which most texts are, need no parser to be found."""
    if not text or _MARKUP.search(text):
        return MARKDOWN.parse(text)
    return list(_paragraphs(text))


def _paragraphs(text: str) -> Iterator[Token]:
    for found in _PARAGRAPH.finditer(text):
        lines = found.group().split("\n")
        first = text.count("\n", 0, found.start())
        place = [first, first + len(lines)]
        children = [Token("text", "", 0, content=lines[0])]
        for further in lines[1:]:
            children += [Token("softbreak", "br", 0), Token("text", "", 0, content=further)]
        yield Token("paragraph_open", "p", 1, map=place, block=True)
        yield Token("inline", "", 0, map=place, level=1, children=children, content=found.group(), block=True)
        yield Token("paragraph_close", "p", -1, block=True)
