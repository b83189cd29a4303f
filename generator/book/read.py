"""Where the texts stand in a book that came back, by the tags of their controls or, after LibreOffice, by bookmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from generator.approvals import approvable
from generator.book import package, styles
from generator.book.findings import refused, warned
from generator.book.marks import (
    CARD_START,
    TAG_START,
    TEXT_START,
    CardMark,
    Names,
    TextMark,
    letters_digest,
)
from generator.book.named import entries_of, languages_of
from generator.book.opened import BookFile, blocks, tag_of
from generator.book.revised import Revised, revised, visible_letters
from generator.diagnostics import Diagnostic, Span, did_you_mean
from generator.doctor.names import ID, NAME, P, W, val
from generator.library.approved import Wording
from generator.library.model import Library
from generator.ooxml.names import reference_bookmark

_HEADINGS: Final = frozenset({styles.DOCUMENT, styles.SECTION, styles.CLAUSE})
_TRACKED: Final = tuple(f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo"))
_AGAIN: Final = "export the book again, and make the change there"


@dataclass(frozen=True, slots=True)
class BookText:
    """One text of the book as it came back."""

    mark: TextMark
    revised: Revised


@dataclass(frozen=True, slots=True)
class Returned:
    """Every text that could be found; ``homes`` says, by paragraph element, which text and which paragraph it is."""

    texts: tuple[BookText, ...]
    homes: Mapping[etree._Element, tuple[TextMark, int]]


def texts_of(file: BookFile, library: Library) -> tuple[Returned | None, tuple[Diagnostic, ...]]:
    """The texts of a book, and what stands in the way: controls that are gone, twice there, or of unknown entries."""
    reader = _Reader(file, library)
    reader.read()
    if not reader.found and not reader.cards:
        help_ = "name a file that `clausier library book` wrote"
        nothing = refused("not-a-book", "no text of a library is in this file", None, help_, file.name)
        return None, (*reader.findings, nothing)
    reader.missing()
    return reader.returned(), tuple(reader.findings)


@dataclass
class _Card:
    """What is for reading of one entry, as far as it was read."""

    mark: CardMark
    letters: list[str] = field(default_factory=list)
    edited: str = ""

    def add(self, block: etree._Element) -> None:
        """Read a block; the first one that shows an edit is kept for the finding."""
        words = "".join(visible_letters(block))
        self.letters.append(words)
        style = val(block.find(f"{W}pPr/{W}pStyle"))
        tracked = next(block.iter(*_TRACKED), None) is not None
        if not self.edited and words.strip() and (tracked or style == styles.END or style not in styles.READING):
            self.edited = words


@dataclass
class _Reader:
    file: BookFile
    library: Library
    findings: list[Diagnostic] = field(default_factory=list)
    found: dict[tuple[str, str], list[tuple[TextMark, list[etree._Element], str]]] = field(default_factory=dict)
    cards: dict[str, CardMark] = field(default_factory=dict)
    homes: dict[etree._Element, tuple[TextMark, int]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    elsewhere: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.names = Names(approvable(self.library))
        self.entries = entries_of(self.library)
        self.titles = {
            reference_bookmark(f"book.{outline.id}{section}"): outline.id
            for outline in self.library.outlines
            for section in ("", ".", *(f".{section.id}" for section in outline.sections))
        }
        starts = self.file.body.iter(f"{W}bookmarkStart")
        self.bookmarks = {str(start.get(ID)): str(start.get(NAME)) for start in starts}
        # A file with one control of ours was not saved by LibreOffice, which keeps none.
        self.tagged = any(tag_of(control).startswith(TAG_START) for control in self.file.body.iter(f"{W}sdt"))

    def read(self) -> None:
        card: _Card | None = None
        inside: TextMark | None = None
        for block in blocks(self.file.body):
            if block.tag == f"{W}sdt":
                self.control(block)
                continue
            self.nested(block)
            starts, ends = self.starts(block), self.ends(block)
            if inside is not None and inside.bookmark not in ends and not _is_reading(block):
                self.of(inside).append(block)
                continue
            if inside is not None and block.tag == P and not _is_reading(block, but=styles.END):
                # A last line that was joined with the paragraph behind it stands in that.
                self.of(inside).append(block)
                inside = None
                continue
            inside = None
            headed = next((mark for name in starts if (mark := self.card_mark(name)) is not None), None)
            if headed is not None or val(block.find(f"{W}pPr/{W}pStyle")) in _HEADINGS:
                self.close(card)
                card = _Card(headed) if headed is not None else None
            if card is not None:
                card.add(block)
            else:
                self.loose(block)
            inside = self.begun(starts)
        self.close(card)

    def starts(self, block: etree._Element) -> list[str]:
        """The names of the bookmarks that start in a block."""
        return [str(mark.get(NAME)) for mark in block.iter(f"{W}bookmarkStart")]

    def ends(self, block: etree._Element) -> set[str]:
        return {self.bookmarks.get(str(mark.get(ID)), "") for mark in block.iter(f"{W}bookmarkEnd")}

    # ---- texts

    def control(self, control: etree._Element) -> None:
        """A control at its place in the body."""
        mark = self.mark_of(tag_of(control))
        content = control.find(f"{W}sdtContent")
        # Word shows an invitation to type where everything was deleted.
        emptied = control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
        inner = list(content) if content is not None and not emptied else []
        for element in inner:
            for other in element.iter(f"{W}sdt"):
                self.misplaced(other, "stands inside another text")
        if mark is not None:
            self.found.setdefault((mark.entry, mark.language), []).append((mark, inner, ""))

    def nested(self, block: etree._Element) -> None:
        for control in block.iter(f"{W}sdt"):
            self.misplaced(control, "was moved into a table or a paragraph")

    def misplaced(self, control: etree._Element, where: str) -> None:
        mark = self.mark_of(tag_of(control))
        if mark is not None:
            self.elsewhere.add((mark.entry, mark.language))
            message = f"the {mark.language} text of `{mark.entry}` {where}"
            self.findings.append(refused("control-moved", message, self.span(mark), _AGAIN))

    def mark_of(self, tag: str) -> TextMark | None:
        if not tag.startswith(TAG_START):
            return None
        mark, named = self.names.of_tag(tag)
        mark = mark if mark is not None and self.is_edited(mark) else None
        if mark is None and tag not in self.unknown:
            self.unknown.add(tag)
            near = did_you_mean(named, self.entries)
            help_ = f"did you mean `{near}`? {_AGAIN}" if near else _AGAIN
            message = f"the library has no text of `{named}`"
            self.findings.append(refused("unknown-clause", message, None, help_, self.file.name))
        return mark

    def begun(self, starts: list[str]) -> TextMark | None:
        """The text whose bookmark begins here, in a file that has lost its controls."""
        for name in () if self.tagged else starts:
            mark = self.names.of_text_bookmark(name)
            if mark is not None and self.is_edited(mark):
                self.found.setdefault((mark.entry, mark.language), []).append((mark, [], mark.alias))
                return mark
            if name.startswith(TEXT_START) and "_Copy_" not in name and name not in self.unknown:
                self.unknown.add(name)
                message = f"the bookmark `{name}` is of no text of the library"
                self.findings.append(refused("unknown-clause", message, None, _AGAIN, self.file.name))
        return None

    def is_edited(self, mark: TextMark) -> bool:
        """Whether the library has a text of this language that can be edited in a book."""
        entry = self.entries.get(mark.entry)
        return entry is not None and (not isinstance(entry, Wording) or mark.language in languages_of(entry))

    def of(self, mark: TextMark) -> list[etree._Element]:
        return self.found[mark.entry, mark.language][-1][1]

    # ---- what is only for reading

    def card_mark(self, name: str) -> CardMark | None:
        return self.names.of_card_bookmark(name) if name.startswith(CARD_START) else None

    def close(self, card: _Card | None) -> None:
        """The end of an entry: what is for reading must say what it said."""
        if card is None:
            return
        self.cards[card.mark.entry] = card.mark
        if letters_digest("".join(card.letters)) != card.mark.digest:
            message = f"what stands around the texts of `{card.mark.entry}` was edited, and is not read"
            help_ = "edit the texts beside the blue rule; change conditions, sources and places in the file"
            span = Span(f"{self.file.name}/{card.mark.entry}", 1, 1, max(2, len(card.edited) + 1), card.edited)
            self.findings.append(warned("edit-not-read", message, span, help_))

    def loose(self, block: etree._Element) -> None:
        """A paragraph of no entry: a tracked change in it is seen, and not read."""
        if next(block.iter(*_TRACKED), None) is not None:
            words = "".join(visible_letters(block))
            span = Span(self.file.name, 1, 1, max(2, len(words) + 1), words)
            outline = next((self.titles[name] for name in self.starts(block) if name in self.titles), "")
            home = f"edit the lines of `outline.{outline}` at the end of the book" if outline else "edit the texts"
            help_ = f"{home}, beside the blue rule"
            self.findings.append(warned("edit-not-read", "a change outside of every text is not read", span, help_))

    # ---- what should be there

    def missing(self) -> None:
        """Texts that the book had and that are not there."""
        gone = [
            TextMark(entry, language, "")
            for entry, card in self.cards.items()
            for language in card.languages
            if (entry, language) not in self.found and (entry, language) not in self.elsewhere
        ]
        for mark in gone:
            message = f"the control of the {mark.language} text of `{mark.entry}` is gone"
            help_ = "undo its removal; to take a text out of the library, remove it in its file"
            self.findings.append(refused("control-gone", message, self.span(mark), help_))
        stated = self.file.properties.get(package.TEXTS, "")
        lost = (
            int(stated) - len({*self.found, *self.elsewhere}) - len(gone) if stated.isdigit() and len(stated) < 9 else 0
        )
        if lost > 0:
            prefix = self.file.properties.get(package.ONLY, "*").replace("*", "")
            absent = [id_ for id_ in self.entries if id_.startswith(prefix) and not self.has(id_)]
            named = (
                f": {', '.join(f'`{id_}`' for id_ in absent[:8])}{' …' if len(absent) > 8 else ''}" if absent else ""
            )
            message = f"{lost} texts of the book are gone with their headings{named}"
            help_ = "undo their removal; to take a text out of the library, remove it in its file"
            self.findings.append(refused("control-gone", message, None, help_, self.file.name))

    def has(self, entry: str) -> bool:
        return entry in self.cards or any(found == entry for found, _ in self.found)

    def span(self, mark: TextMark) -> Span:
        return Span(f"{self.file.name}/{mark.entry}/{mark.language}", 1, 1, 2, "")

    def returned(self) -> Returned:
        texts = []
        for places in self.found.values():
            mark, content, alias = places[0]
            if len(places) > 1:
                message = f"the {mark.language} text of `{mark.entry}` stands {len(places)} times in the file"
                self.findings.append(refused("control-twice", message, self.span(mark), "remove the copies"))
                continue
            content = _without_beginning(content)
            for number, paragraph in enumerate((block for block in content if block.tag == P), start=1):
                self.homes[paragraph] = (mark, number)
            texts.append(BookText(mark, revised(content, alias)))
        return Returned(tuple(texts), self.homes)


def _without_beginning(content: list[etree._Element]) -> list[etree._Element]:
    """The blocks of a text without the empty paragraph that a control begins with; one with words is of the text."""
    words = (f"{W}t", f"{W}delText")
    at = 0
    while (
        at < len(content)
        and val(content[at].find(f"{W}pPr/{W}pStyle")) == styles.BEGIN
        and not any(text.text for text in content[at].iter(*words))
    ):
        at += 1
    return content[at:]


def _is_reading(block: etree._Element, but: str = "") -> bool:
    """Whether a paragraph has a style of what is only for reading, of which ``but`` with words in it is none."""
    style = val(block.find(f"{W}pPr/{W}pStyle"))
    if style == but and "".join(visible_letters(block)).strip():
        return False
    return style in styles.READING
