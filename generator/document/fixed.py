"""Texts that no deal changes, filled once a process, and what all filled texts have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.cache import once_each
from generator.document.nodes import Emphasis, Inline, Lasting, LineBreak, Strong, Term, Text
from generator.document.walk import flat, text_of
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

    nodes: Lasting
    terms: frozenset[str]
    length: int


@once_each
def fixed_content(content: tuple[InlineTemplate, ...]) -> Fixed | None:
    """What a text comes to in every deal, with the terms that it uses; ``None`` where that depends on the deal."""
    nodes: list[Inline] = []
    for template in content:
        node = fixed_node(template)
        if node is None:
            return None
        nodes.append(node)
    lasting = Lasting(trimmed(nodes))
    return Fixed(lasting, frozenset(terms_in(lasting)), len(text_of(lasting)))


def fixed_node(template: InlineTemplate) -> Inline | None:
    """What a template comes to in every deal; ``None`` where that depends on the deal."""
    match template:
        case FixedText(text):
            return Text(text)
        case FixedTerm(term, text):
            return Term(term, text)
        case NewLine():
            return LineBreak()
        case Strongly(nested) | Emphatically(nested):
            inner = fixed_content(nested)
            if inner is None:
                return None
            return Strong(inner.nodes) if isinstance(template, Strongly) else Emphasis(inner.nodes)
        case _:
            return None


def terms_in(nodes: Iterable[Inline]) -> Iterator[str]:
    """The terms that a text names."""
    return (node.term for node in flat(nodes) if isinstance(node, Term))


def is_empty(content: tuple[Inline, ...]) -> bool:
    """Whether a text prints nothing that can be read."""
    first = content[0] if content else None
    # As good as always the first node says something; only where it does not are all of them read.
    return not (isinstance(first, Text) and first.text.strip()) and not text_of(content).strip()


def trimmed(nodes: list[Inline]) -> tuple[Inline, ...]:
    """Inline nodes without the space that a branch not taken leaves at an end or doubles in the middle."""
    kept: list[Inline] = []
    # What the text that was kept last ends with; as if a space stood before the first node.
    before = " "
    for node in nodes:
        if isinstance(node, Text):
            text = node.text
            if text[:1] == " " == before:
                text = text.lstrip(" ")
                node = Text(text)
            if not text:
                continue
            before = text[-1]
        else:
            before = ""
        kept.append(node)
    if kept and isinstance(kept[-1], Text):
        last = kept[-1].text.rstrip(" ")
        kept[-1:] = [Text(last)] if last else []
    return tuple(kept)
