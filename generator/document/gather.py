"""Short paragraphs of a clause that follow each other, as one: for documents in close print."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from generator.document.nodes import Block, Paragraph, Text
from generator.library.templates import (
    Choice,
    ClauseText,
    Emphatically,
    FixedTerm,
    FixedText,
    Insert,
    ParagraphTemplate,
    Refer,
    Repeat,
    Strongly,
)

# Paragraphs together have at most this many letters, about seven lines.
_SHORT: Final = 800
_LETTERS_OF_A_VALUE: Final = 10


def gathered(blocks: tuple[Block, ...], texts: Iterable[ClauseText]) -> tuple[Block, ...]:
    """The blocks of a clause, with short paragraphs that follow each other as one: close print has no room for the
    rest of their lines.

    What is short is judged by the text of the library in all languages, so that they stay alike.
    """
    if not any(isinstance(one, Paragraph) and isinstance(next_, Paragraph) for one, next_ in pairwise(blocks)):
        return blocks  # the other language need not be read then
    lengths = [_lengths(text) for text in texts]
    together: list[Block] = []
    length = 0
    if any(len(one) != len(blocks) for one in lengths):
        return blocks
    for block, *letters in zip(blocks, *lengths, strict=True):
        longest = max(letters)
        before = together[-1] if together else None
        if isinstance(block, Paragraph) and isinstance(before, Paragraph) and length + longest <= _SHORT:
            together[-1] = Paragraph(before.anchor, (*before.content, Text(" "), *block.content))
            length += longest
        else:
            together.append(block)
            length = longest
    return tuple(together)


@lru_cache(maxsize=4096)
def _lengths(text: ClauseText) -> tuple[int, ...]:
    """About how many letters each block of a text prints."""
    return tuple(map(_letters, text.blocks))


def _letters(template: Any) -> int:
    """About how many letters a text of the library prints: of a choice its longest branch, of a value ten."""
    match template:
        case FixedText(text) | FixedTerm(_, text):
            return len(text)
        case Choice(branches):
            return max(sum(map(_letters, branch.content)) for branch in branches)
        case ParagraphTemplate(content) | Strongly(content) | Emphatically(content):
            return sum(map(_letters, content))
        case Repeat():
            return 3 * sum(map(_letters, template.content))
        case Insert() | Refer():
            return _LETTERS_OF_A_VALUE
        case _:
            return 0
