"""Texts that no deal changes, filled once a process, and what all filled texts have in common."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from generator.cache import Same
from generator.document.nodes import Emphasis, Inline, LineBreak, Strong, Term, Text
from generator.document.walk import text_of
from generator.library.templates import (
    Emphatically,
    FixedTerm,
    FixedText,
    InlineTemplate,
    NewLine,
    Strongly,
)


class Fixed(NamedTuple):
    """A text that is the same in every deal, the terms that it uses, and its length."""

    nodes: tuple[Inline, ...]
    terms: frozenset[str]
    length: int


@lru_cache(maxsize=1 << 16)
def fixed_content(content: Same[tuple[InlineTemplate, ...]]) -> Fixed | None:
    """What a text comes to in every deal, with the terms that it uses; ``None`` where that depends on the deal."""
    nodes: list[Inline] = []
    terms: set[str] = set()
    for template in content.value:
        match template:
            case FixedText(text):
                nodes.append(Text(text))
            case FixedTerm(term, text):
                terms.add(term)
                nodes.append(Term(term, text))
            case NewLine():
                nodes.append(LineBreak())
            case Strongly(nested) | Emphatically(nested):
                inner = fixed_content(Same(nested))
                if inner is None:
                    return None
                terms |= inner.terms
                nodes.append(Strong(inner.nodes) if isinstance(template, Strongly) else Emphasis(inner.nodes))
            case _:
                return None
    return Fixed(trimmed(nodes), frozenset(terms), len(text_of(nodes)))


def is_empty(content: tuple[Inline, ...]) -> bool:
    """Whether a text prints nothing that can be read."""
    first = content[0] if content else None
    # As good as always the first node says something; only where it does not are all of them read.
    return not (isinstance(first, Text) and first.text.strip()) and not text_of(content).strip()


def trimmed(nodes: list[Inline]) -> tuple[Inline, ...]:
    """Inline nodes without the space that a branch not taken leaves at an end or doubles in the middle."""
    kept: list[Inline] = []
    for node in nodes:
        if isinstance(node, Text) and not kept:
            node = Text(node.text.lstrip(" "))
        if isinstance(node, Text) and kept and isinstance(kept[-1], Text):
            before = kept[-1].text
            if before.endswith(" ") and node.text.startswith(" "):
                node = Text(node.text.lstrip(" "))
        if not isinstance(node, Text) or node.text:
            kept.append(node)
    if kept and isinstance(kept[-1], Text):
        last = kept[-1].text.rstrip(" ")
        kept[-1:] = [Text(last)] if last else []
    return tuple(kept)
