"""A Word file as the checks see it: its parts parsed once, their relationships, a place for every element."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final
from urllib.parse import unquote

from lxml import etree

from generator.diagnostics import Span
from generator.doctor.field_codes import Reading, read
from generator.doctor.names import MC, P, printed

_WORDS: Final = 70
_NEAR: Final = 50
# Parts with paragraphs, by the last word of the relationship that leads to them.
STORIES: Final = ("header", "footer", "footnotes", "endnotes", "comments")


@dataclass(frozen=True, slots=True)
class Relationship:
    """An arrow from one part to another, or to an address outside where ``external``.

    ``kind`` is the last word of the type (``header``, ``image``); ``part`` the name of the part that it leads to.
    """

    id: str
    kind: str
    target: str
    external: bool
    part: str = ""


@dataclass(slots=True)
class Part:
    """One part: its name in the archive, its content type, its tree where it is well-formed XML."""

    file: str
    name: str
    type: str
    content: bytes
    root: etree._Element | None = None
    relationships: dict[str, Relationship] = field(default_factory=dict)
    _by_tag: dict[str, list[etree._Element]] | None = None
    _numbers: dict[etree._Element, int] | None = None
    _texts: dict[etree._Element, str] | None = None
    _fields: Reading | None = None

    @property
    def shown(self) -> str:
        """The part inside its file, as findings name it."""
        return f"{self.file}/{self.name}"

    def elements(self, tag: str) -> list[etree._Element]:
        """Every element of a name, in the order of the file; the tree is walked once for all names."""
        if self._by_tag is None:
            by_tag: dict[str, list[etree._Element]] = {}
            for element in self.root.iter() if self.root is not None else ():
                by_tag.setdefault(str(element.tag), []).append(element)
            self._by_tag = by_tag
        return self._by_tag.get(tag, [])

    def tags(self) -> Mapping[str, list[etree._Element]]:
        """Every element by name."""
        self.elements("")
        assert self._by_tag is not None
        return self._by_tag

    @property
    def texts(self) -> Mapping[etree._Element, str]:
        """The words of each paragraph: what is printed, with the results of its fields and a blank for a break."""
        if self._texts is None:
            self._texts = {paragraph: printed(paragraph) for paragraph in self.elements(P)}
        return self._texts

    @property
    def fields(self) -> Reading:
        """The fields of the part, read once."""
        if self._fields is None:
            self._fields = read(self.root) if self.root is not None else Reading()
        return self._fields

    def place(self, element: etree._Element | None = None, start: int = 0, end: int = 0) -> Span:
        """The place of an element: the number of its paragraph and its first words, or the line in the XML.

        ``start`` and ``end`` mark characters of the words of the paragraph; without them all are marked.
        """
        if element is None:
            return Span(self.shown, 1, 1, 2)
        paragraph = self._paragraph_of(element)
        if paragraph is None:
            line: int | None = getattr(element, "sourceline", None)  # the stubs of lxml give it no type
            return Span(self.shown, line or 1, 1, 2)
        if self._numbers is None:
            self._numbers = {found: number for number, found in enumerate(self.elements(P), start=1)}
        words = self.texts[paragraph]
        if end:
            return Span(self.shown, self._numbers[paragraph], start + 1, end + 1, words)
        words = words if len(words) <= _WORDS else words[: _WORDS - 1] + "…"
        return Span(self.shown, self._numbers[paragraph], 1, max(2, len(words) + 1), words)

    def _paragraph_of(self, element: etree._Element) -> etree._Element | None:
        """The paragraph around an element, or the first inside it, or the nearest beside it.

        What starts a range is followed by what it is about; everything else belongs to what stands before it.
        """
        if element.tag == P:
            return element
        for candidates in (element.iterancestors(P), element.iterdescendants(P)):
            if (found := next(candidates, None)) is not None:
                return found
        # Not from the beginning of the part: a place that is only near is not worth that.
        before = (sibling for sibling in islice(element.itersiblings(preceding=True), _NEAR) if sibling.tag == P)
        after = (found for sibling in islice(element.itersiblings(), _NEAR) for found in islice(sibling.iter(P), 1))
        return next(chain(after, before) if str(element.tag).endswith("Start") else chain(before, after), None)


@dataclass(slots=True)
class WordFile:
    """The whole package. ``stories`` are the document, its headers, footers, notes and comments that could be read."""

    name: str
    parts: dict[str, Part]
    relationships: dict[str, Relationship]
    main: Part
    stories: tuple[Part, ...] = ()

    def related(self, kind: str) -> Part | None:
        """The part that a relationship of the document leads to (``styles``)."""
        return next(self._led_to(self.main.relationships, kind), None)

    def of_package(self, kind: str) -> Part | None:
        """The part that a relationship of the package leads to (``core-properties``)."""
        return next(self._led_to(self.relationships, kind), None)

    def _led_to(self, arrows: Mapping[str, Relationship], kind: str) -> Iterator[Part]:
        for arrow in arrows.values():
            part = self.parts.get(arrow.part)
            if arrow.kind == kind and part is not None and part.root is not None:
                yield part

    def find_stories(self) -> None:
        """Gather the parts with paragraphs, each once."""
        found = {self.main.name: self.main}
        for kind in STORIES:
            for part in self._led_to(self.main.relationships, kind):
                found.setdefault(part.name, part)
        self.stories = tuple(part for part in found.values() if part.root is not None)


def resolved(source: str, target: str) -> str:
    """The name of the part that a relationship of ``source`` leads to."""
    path = unquote(target.split("#")[0].split("?")[0])
    base = "" if path.startswith("/") else posixpath.dirname(source)
    return posixpath.normpath(posixpath.join("/", base, path)).lstrip("/")


def kind_of(type_: str) -> str:
    """The last word of the type of a relationship."""
    return type_.rstrip("/").rpartition("/")[2]


def without_fallbacks(root: etree._Element) -> None:
    """Take out what a reader of today does not read: the second telling of a drawing would count everything twice."""
    for alternative in list(root.iter(f"{MC}AlternateContent")):
        if alternative.find(f"{MC}Choice") is not None:
            for fallback in alternative.findall(f"{MC}Fallback"):
                alternative.remove(fallback)
