"""Paragraphs that are found without the parser are those that the parser finds."""

from __future__ import annotations

import random
from typing import Any

import pytest
from markdown_it.token import Token

from generator.library.markdown import _MARKUP, MARKDOWN, tokens_of

PIECES = (
    *("a", "é", "Z", "œ", "0", "1.", "½", "٣", ".", ":", "…", "–", "!", "(", ")", "]", "«", "»", "“", '"', "'", "’"),
    *("-", "+", "#", ">", "|", "`", "~", "=", "[", "*", "_", "\\", "&amp;", "<b>", "http://x.fr"),
    *(" ", "  ", "\n", "\n\n", "\n \n", "\r\n", "\t", "\u00a0", "\u202f", "\u3000", "\x0c", "\ue100", "\ue101"),
)


def shown(tokens: list[Token]) -> list[Any]:
    """What is read of tokens; texts side by side are one text."""
    found: list[Any] = []
    for token in tokens:
        inside: list[list[str]] = []
        for child in token.children or ():
            kind = "text" if child.type == "text_special" else child.type
            if kind == "text" and inside and inside[-1][0] == kind:
                inside[-1][1] += child.content
            elif kind != "text" or child.content:
                inside.append([kind, child.content])
        found.append((token.type, token.tag, token.nesting, token.map, inside))
    return found


def test_plain_paragraphs_are_the_same_with_and_without_the_parser() -> None:
    random_text = random.Random(4)
    plain = 0
    for _ in range(20_000):
        text = "".join(random_text.choice(PIECES) for _ in range(random_text.randrange(1, 12)))
        plain += _MARKUP.search(text) is None
        assert shown(tokens_of(text)) == shown(MARKDOWN.parse(text)), repr(text)
    assert plain > 1000


@pytest.mark.parametrize(
    "text", ["", "\n", "One line.", "Two\nlines.", "\n\nA.\n\n\nB\nC.\n", "1. item", "- item", "a  \nb"]
)
def test_edges_of_texts_are_those_of_the_parser(text: str) -> None:
    assert shown(tokens_of(text)) == shown(MARKDOWN.parse(text))
