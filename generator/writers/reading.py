"""What the writers of text share: the parts that are written, where a clause title stands, plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, assert_never

from generator.document.nodes import (
    Block,
    Clause,
    Emphasis,
    Inline,
    LineBreak,
    Notice,
    Numbered,
    Paragraph,
    Part,
    Reference,
    Section,
    Strong,
    Term,
    Text,
    Value,
)


class UnknownPart(LookupError):
    """A part was asked for that the pack does not have."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words around a contract that its tree does not hold."""

    contents: str
    skip: str
    reference: str
    link_to: str
    colon: str
    cited_by: str
    sections: str


PHRASES: Final = {
    "fr": Phrases(
        "Sommaire", "Aller au texte du contrat", "Référence", "Lien vers", "\u00a0: ", "Cité par", "Articles"
    ),
    "en": Phrases("Contents", "Skip to the contract", "Reference", "Link to", ": ", "Referred to by", "Sections"),
}

# How each language calls itself.
LANGUAGES: Final = {"fr": "Français", "en": "English"}


def chosen(numbered: Numbered, parts: Sequence[str] | None) -> tuple[Part, ...]:
    """The parts with these ids, or all, in the order of the pack. Raises ``UnknownPart``."""
    pack = numbered.document.parts
    if parts is None:
        return pack
    unknown = set(parts) - {part.id for part in pack}
    if unknown:
        raise UnknownPart(f"the pack has no part named {', '.join(sorted(unknown))}")
    return tuple(part for part in pack if part.id in parts)


TitlePlace = Literal["hidden", "run-in", "alone"]


def title_place(clause: Clause) -> TitlePlace:
    """A title runs into the first numbered paragraph; before anything else it stands on its own line."""
    if clause.title_hidden or not clause.title:
        return "hidden"
    return "run-in" if isinstance(clause.blocks[0] if clause.blocks else None, Paragraph) else "alone"


def lone_marker(clause: Clause, section: Section, numbered: Numbered) -> str:
    """The number in front of a title that stands alone, unless its section or a paragraph below prints it."""
    label = numbered.labels[clause.anchor]
    printed = [numbered.labels[section.anchor]]
    printed += [numbered.labels[paragraph.anchor] for paragraph in _paragraphs(clause.blocks)]
    return "" if label in printed else label.marker


def _paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Notice):
            yield from _paragraphs(block.blocks)


def full_stop(title: str) -> str:
    """What ends a run-in title: a period, unless the title ends with a mark of its own."""
    return "" if title.rstrip().endswith((".", "?", "!", ":", "…")) else "."


def plain(content: Sequence[Inline], numbered: Numbered) -> str:
    """Inline nodes as text on one line."""
    pieces: list[str] = []
    for node in content:
        match node:
            case Text() | Value() | Term():
                pieces.append(node.text)
            case Reference():
                pieces.append(numbered.labels[node.target].reference)
            case Strong() | Emphasis():
                pieces.append(plain(node.content, numbered))
            case LineBreak():
                pieces.append(" ")
            case _:
                assert_never(node)
    return "".join(pieces)
