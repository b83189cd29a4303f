"""Short paragraphs of a clause that follow each other, as one: for documents in close print."""

from __future__ import annotations

from typing import Any, Final

from generator.document.nodes import Block, Paragraph, Text
from generator.library.templates import (
    BlockTemplate,
    Choice,
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


def gathered(blocks: tuple[Block, ...], templates: list[tuple[BlockTemplate, ...]]) -> tuple[Block, ...]:
    """The blocks of a clause, with short paragraphs that follow each other as one: close print has no room for the
    rest of their lines.

    What is short is judged by the text of the library in all languages, so that they stay alike.
    """
    together: list[Block] = []
    length = 0
    if any(len(one) != len(blocks) for one in templates):
        return blocks
    for block, *sources in zip(blocks, *templates, strict=True):
        longest = max(map(_letters, sources))
        before = together[-1] if together else None
        if isinstance(block, Paragraph) and isinstance(before, Paragraph) and length + longest <= _SHORT:
            together[-1] = Paragraph(before.anchor, (*before.content, Text(" "), *block.content))
            length += longest
        else:
            together.append(block)
            length = longest
    return tuple(together)


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
