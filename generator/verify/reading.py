"""A Word file as the lines that a person reads, with all that could make them say something else.

Two programs write one text in very different ways: runs are split, fields spelt out, parts renamed. A reading keeps
what the page says and what Word will make of it, and nothing of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from lxml import etree

from generator.diagnostics import Span
from generator.doctor.counter import lists_of, numbers
from generator.doctor.names import ID, MC, R, W, local, printed, val
from generator.doctor.wordfile import Part, WordFile
from generator.ooxml.names import CLAUSE_BOOKMARK, VALUES_NAMESPACE
from generator.verify.looks import Looks
from generator.verify.walk import Piece, pieces

# Page numbers of a table of contents come and go with the program that laid the file out.
_PAGE: Final = re.compile(r"[\t ]+(?:⟦PAGEREF⟧|[0-9]{1,4})$")
_COUNTED: Final = re.compile(r"/v:values\[1\]/v:value\[([0-9]{1,6})\]")
_VALUE: Final = "value:"
# What a look of no words in particular is said of.
PARAGRAPH: Final = "the paragraph"
# The end of a paragraph, and a row, as tracked changes are told of them: they have no words of their own.
_MARK: Final = ("¶", "a row")


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: its ``number``, its ``words``, and what else a reader or Word makes of them.

    ``story`` is where it is printed (``text``, ``contents``, ``box``, ``header``, ``footnotes`` …), ``clauses`` are the
    bookmarks of clauses around it. What is no text stands in ``words`` as ``⟦PAGE⟧``. ``looks`` are the words that are
    not seen as others are, ``values`` the characters that print a value of the deal and its path. ``refused`` is what
    the words were before the tracked changes in them.
    """

    story: str
    words: str
    number: str
    place: Span
    clauses: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    looks: tuple[tuple[str, str], ...] = ()
    fields: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    values: tuple[tuple[int, int, str], ...] = ()
    pictures: tuple[str, ...] = ()
    revisions: tuple[tuple[str, str, str], ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a file says. ``frame`` are the headers, footers and notes, each with its kind.

    ``values`` are the values of the deal that controls are bound to, each as its path and its text, ``bound`` which of
    them (from 1) each control shows: Word prints them anew when it opens the file. LibreOffice drops the paths.
    ``comments`` are (author, words, place), ``fallbacks`` what programs of before read instead of a drawing.
    """

    lines: tuple[Line, ...]
    frame: tuple[tuple[str, tuple[Line, ...]], ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    bound: frozenset[tuple[int, str]] = frozenset()
    comments: tuple[tuple[str, str, Span], ...] = ()
    fallbacks: tuple[str, ...] = ()


def reading(file: WordFile) -> Reading:
    """Read a file whose main document is well-formed."""
    looks = Looks(file)
    bound: set[tuple[int, str]] = set()
    comments = file.related("comments")
    lines = tuple(_lines(file, file.main, "text", looks, bound))
    frame = []
    for kind, story in _frame(file):
        told = tuple(_lines(file, story, kind, looks, bound))
        if told:
            frame.append((kind, told))
    said = tuple(_comments(comments)) if comments is not None else ()
    fallbacks = tuple(words for story in file.stories for words in _fallbacks(story))
    return Reading(lines, tuple(frame), _values(file), frozenset(bound), said, fallbacks)


def _frame(file: WordFile) -> Iterator[tuple[str, Part]]:
    """The headers and footers that a section names, then the notes."""
    named = {
        (local(reference)[2:8], reference.get(f"{R}id") or "")
        for tag in ("headerReference", "footerReference")
        for reference in file.main.elements(W + tag)
    }
    for kind, id_ in sorted(named):
        arrow = file.main.relationships.get(id_)
        part = file.parts.get(arrow.part) if arrow is not None else None
        if part is not None and part.root is not None:
            yield kind, part
    for kind in ("footnotes", "endnotes"):
        if (part := file.related(kind)) is not None:
            yield kind, part


def _comments(part: Part) -> Iterator[tuple[str, str, Span]]:
    for comment in part.elements(f"{W}comment"):
        yield comment.get(f"{W}author") or "", " ".join(printed(comment).split()), part.place(comment)


def _fallbacks(part: Part) -> Iterator[str]:
    """What stands in the fallback of a choice, which the doctor takes out: programs that lack the choice read it."""
    if b"Fallback" not in part.content:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    for fallback in etree.fromstring(part.content, parser).iter(f"{MC}Fallback"):
        if words := " ".join(printed(fallback).split()):
            yield words


# ---- values


def _values(file: WordFile) -> tuple[tuple[str, str], ...]:
    return tuple(
        (entry.get("path") or "", "".join(map(str, entry.itertext())))
        for part in file.parts.values()
        if part.root is not None and part.root.tag == f"{{{VALUES_NAMESPACE}}}values"
        for entry in part.root
    )


def _path(control: etree._Element) -> str:
    """The path of the value that a control prints. LibreOffice keeps its title and drops its tag."""
    properties = control.find(f"{W}sdtPr")
    if properties is None or properties.find(f"{W}dataBinding") is None:
        return ""
    tag = val(properties.find(f"{W}tag"))
    return tag[len(_VALUE) :] if tag.startswith(_VALUE) else val(properties.find(f"{W}alias"))


def _store(file: WordFile) -> str:
    """The identifier of the data that our controls are bound to. LibreOffice keeps it, and drops what leads to it."""
    for part in file.parts.values():
        if part.root is not None and part.root.tag == f"{{{VALUES_NAMESPACE}}}values":
            led = [arrow.part for arrow in part.relationships.values() if arrow.kind == "customXmlProps"]
            properties = file.parts.get(led[0] if led else part.name.replace("/item", "/itemProps"))
            if properties is not None and properties.root is not None:
                return next((str(v) for k, v in properties.root.attrib.items() if str(k).endswith("}itemID")), "")
    return ""


def _bound_to(control: etree._Element, store: str) -> int:
    """Which value, from 1, a control will show once Word opens the file; 0 for none that we bind to."""
    binding = control.find(f"{W}sdtPr/{W}dataBinding")
    if binding is None or (binding.get(f"{W}storeItemID") or "").upper() != store.upper():
        return 0
    found = _COUNTED.fullmatch(binding.get(f"{W}xpath") or "")
    return int(found[1]) if found else 0


# ---- lines


def _lines(file: WordFile, story: Part, kind: str, looks: Looks, bound: set[tuple[int, str]]) -> Iterator[Line]:
    assert story.root is not None
    lists = lists_of(file)
    store = _store(file)
    counted = numbers(story, lists)
    open_clauses: dict[str, str] = {}
    ends = _last_ends(story.root)
    for paragraph, told in _by_paragraph(story.root):
        draft = _Draft(kind, file, story)
        for piece in told:
            match piece.kind:
                case "clause" if ends.get(piece.text) is not None:
                    open_clauses[piece.text] = piece.text
                case "end":
                    for name in [name for name in open_clauses if ends[name] is piece.element]:
                        del open_clauses[name]
                case "value" if piece.element is not None:
                    draft.value(_path(piece.element), piece.text)
                    bound.add((_bound_to(piece.element, store), piece.text))
                case _:
                    draft.add(piece, looks, paragraph)
            draft.clauses |= dict.fromkeys(open_clauses) if piece.kind == "text" else {}
        number = ""
        if paragraph is not None:
            label = counted.get(paragraph)
            number = label.label if label is not None else ""
            if not number:
                id_, depth = lists.of(paragraph)
                level = lists.listings[id_].levels.get(depth) if id_ in lists.listings else None
                number = f"⟦{level.format}⟧" if level is not None and level.format != "none" and level.text else ""
        line = draft.line(number, story.place(paragraph))
        if line is not None:
            yield line


def _by_paragraph(root: etree._Element) -> Iterator[tuple[etree._Element | None, list[Piece]]]:
    """The pieces of a story, those of each paragraph together; what stands between two goes with the next."""
    told: list[Piece] = []
    for piece in pieces(root):
        if piece.kind == "paragraph":
            yield piece.element, told
            told = []
        else:
            told.append(piece)
    if told:
        yield None, told


def _last_ends(root: etree._Element) -> dict[str, etree._Element]:
    """The last end of each clause's bookmark: LibreOffice begins one around a table more than once."""
    names: dict[str, str] = {}
    ends: dict[str, etree._Element] = {}
    for element in root.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd"):
        number = element.get(ID) or ""
        if element.tag == f"{W}bookmarkStart":
            names[number] = element.get(f"{W}name") or ""
        elif names.get(number, "").startswith(CLAUSE_BOOKMARK):
            ends[names[number]] = element
    return ends


@dataclass(slots=True)
class _Draft:
    """A line while its pieces come in."""

    kind: str
    file: WordFile
    story: Part
    words: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    clauses: dict[str, None] = field(default_factory=dict)
    anchors: list[str] = field(default_factory=list)
    looks: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    values: list[tuple[int, int, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    revisions: list[tuple[str, str, str]] = field(default_factory=list)
    length: int = 0

    def add(self, piece: Piece, looks: Looks, paragraph: etree._Element | None) -> None:
        match piece.kind:
            case "text":
                self.words.append(piece.text)
                if not piece.fresh:
                    self.refused.append(piece.text)
                self.length += len(piece.text)
                look = looks.of(piece.element, paragraph) if piece.element is not None else ""
                if look and piece.text.strip():
                    self._look(look, piece.text)
            case "anchor":
                self.anchors.append(piece.text)
            case "field":
                self.fields.append(piece.text)
            case "link":
                self.links.append(self._target(piece.text))
            case "picture":
                self.pictures.append(self._picture(piece.text))
            case "inserted" | "deleted":
                self.revisions.append((piece.kind, piece.author, piece.text))
                if piece.kind == "deleted" and piece.text not in _MARK:
                    self.refused.append(piece.text)
            case "look":
                self._look(piece.text, PARAGRAPH)
            case "contents" | "box":
                self.kind = piece.kind

    def _look(self, look: str, words: str) -> None:
        """Runs that follow each other and look alike are one."""
        if words == PARAGRAPH:
            if (look, words) not in self.looks:
                self.looks.append((look, words))
        elif self.looks and self.looks[-1][0] == look:
            self.looks[-1] = (look, self.looks[-1][1] + words)
        else:
            self.looks.append((look, words))

    def value(self, path: str, words: str) -> None:
        if path:
            self.values.append((self.length - len(words), self.length, path))

    def _target(self, id_: str) -> str:
        """Where a link leads: ``#`` and a bookmark, or the address of a relationship."""
        if id_.startswith("#"):
            return id_
        arrow = self.story.relationships.get(id_)
        return arrow.target if arrow is not None else "?"

    def _picture(self, id_: str) -> str:
        arrow = self.story.relationships.get(id_)
        if arrow is None:
            return "a picture that is not there"
        if arrow.external:
            return f"a picture from {arrow.target}"
        part = self.file.parts.get(arrow.part)
        return sha256(part.content).hexdigest() if part is not None else "a picture that is not there"

    def line(self, number: str, place: Span) -> Line | None:
        """The line; nothing for a paragraph that prints nothing."""
        words, refused = self._stripped(self.words), self._stripped(self.refused)
        if not (words or self.pictures or self.revisions):
            return None
        lead = len("".join(self.words)) - len("".join(self.words).lstrip(" \t\n"))
        return Line(
            self.kind, words, number, place, tuple(self.clauses), tuple(self.anchors), tuple(self.looks),
            tuple(self.fields), tuple(self.links), tuple((a - lead, b - lead, path) for a, b, path in self.values),
            tuple(self.pictures), tuple(self.revisions), refused,
        )  # fmt: skip

    def _stripped(self, words: list[str]) -> str:
        """Blanks at either end, and a table of contents its page numbers, say nothing."""
        joined = "".join(words)
        return (_PAGE.sub("", joined) if self.kind == "contents" else joined).strip(" \t\n")
