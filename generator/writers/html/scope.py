"""What every printing function of a page needs to know: the tree, what of it is on the page, who cites whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from generator.document.nodes import (
    Block,
    Emphasis,
    Inline,
    ItemList,
    Label,
    LineBreak,
    Notice,
    Numbered,
    Paragraph,
    Part,
    Reference,
    Strong,
    Term,
    Text,
    Value,
)
from generator.document.walk import block_inlines, flat
from generator.writers.html.text import attribute, href, shown
from generator.writers.reading import PHRASES, Phrases


@dataclass(frozen=True, slots=True)
class Scope:
    """A tree in one language and the ids of its parts on the page: a reference to any other part is text, no link.

    ``cited`` has, for each anchor, the anchors of the places that refer to it, in reading order.
    """

    numbered: Numbered
    parts: frozenset[str]
    phrases: Phrases
    cited: Mapping[str, tuple[str, ...]]

    def label(self, anchor: str) -> Label:
        return self.numbered.labels[anchor]

    def inlines(self, content: Sequence[Inline], *, links: bool = True) -> str:
        """Inline nodes as HTML; without ``links`` where a link may not stand, as in another link."""
        return "".join(self._inline(node, links) for node in content)

    def _inline(self, node: Inline, links: bool) -> str:
        match node:
            case Text() | Value() | Term():
                return shown(node.text)
            case Reference():
                label = self.label(node.target)
                if not links or label.part not in self.parts:
                    return shown(label.reference)
                return f'<a href="{href(node.target)}">{shown(label.reference)}</a>'
            case Strong():
                return f"<strong>{self.inlines(node.content, links=links)}</strong>"
            case Emphasis():
                return f"<em>{self.inlines(node.content, links=links)}</em>"
            case LineBreak():
                return "<br>"
            case _:
                assert_never(node)

    def number(self, anchor: str, marker: str) -> str:
        """The number in front of a text, which is also the link to it; nothing where there is none."""
        if not marker:
            return ""
        name = attribute(f"{self.phrases.link_to} {self.label(anchor).reference}")
        return f'<a class="number" href="{href(anchor)}" title="{name}">{shown(marker)}</a> '

    def back_links(self, anchor: str) -> str:
        """The places that refer to an anchor, shown by the style sheet when the anchor was followed."""
        places = self.cited.get(anchor, ())
        if not places:
            return ""
        links = ", ".join(f'<a href="{href(place)}">{shown(self._place(place, anchor))}</a>' for place in places)
        return f'<p class="cited">{shown(self.phrases.cited_by + self.phrases.colon)}{links}</p>\n'

    def _place(self, place: str, seen_from: str) -> str:
        """How a place is called: agreements and order forms all count from 1, so another one is named."""
        label = self.label(place)
        name = next(part.name for part in self.numbered.document.parts if part.id == label.part)
        same = label.part in (self.label(seen_from).part, place) or self.label(label.part).marker
        return label.reference if same or label.reference == name else f"{label.reference} ({name})"


def scope_of(numbered: Numbered, parts: Sequence[Part]) -> Scope:
    """The scope of a page that holds these parts of a pack."""
    cited: dict[str, dict[str, None]] = {}
    for part in parts:
        for place, target in _citations(part):
            cited.setdefault(target, {})[place] = None
    named = {target: tuple(places) for target, places in cited.items()}
    return Scope(numbered, frozenset(part.id for part in parts), PHRASES[numbered.document.language], named)


def _citations(part: Part) -> Iterator[tuple[str, str]]:
    """Each reference of a part, as the anchor of the place and the anchor that it leads to."""
    for block in part.cover:
        yield from _targets(part.id, block_inlines(block))
    for section in part.sections:
        for clause in section.clauses:
            yield from _targets(clause.anchor, flat(clause.title))
            yield from _block_citations(clause.blocks, clause.anchor)


def _block_citations(blocks: Sequence[Block], above: str) -> Iterator[tuple[str, str]]:
    place = above
    for block in blocks:
        match block:
            case Paragraph():
                place = block.anchor
                yield from _targets(place, flat(block.content))
            case ItemList():
                for item in block.items:
                    yield from _targets(item.anchor, block_inlines(ItemList((item,))))
            case Notice():
                yield from _block_citations(block.blocks, place)
            case _:
                yield from _targets(place, block_inlines(block))


def _targets(place: str, content: Iterable[Inline]) -> Iterator[tuple[str, str]]:
    return ((place, inline.target) for inline in content if isinstance(inline, Reference))
