"""What a text says after tracked changes, and who changed what: its words in pieces, each with who put it in or out.

A piece is there if everybody who put it in is followed, and nobody who took it out. The end of a paragraph is a piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, Literal

from lxml import etree

from generator.doctor.names import VAL, P, W, integer, is_on, local, val

PARAGRAPH_END: Final = "\n"
_INSERTED: Final = frozenset({f"{W}ins", f"{W}moveTo"})
_DELETED: Final = frozenset({f"{W}del", f"{W}moveFrom"})
_MOVED: Final = frozenset({f"{W}moveTo", f"{W}moveFrom"})
# What stands around runs and prints nothing of its own.
_AROUND: Final = frozenset(f"{W}{name}" for name in ("smartTag", "customXml", "dir", "bdo", "hyperlink"))
_SILENT: Final = frozenset(
    f"{W}{name}"
    for name in ("pPr", "rPr", "proofErr", "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd",
                 "permStart", "permEnd", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
                 "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
                 "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart",
                 "customXmlMoveToRangeEnd", "smartTagPr", "customXmlPr", "commentReference", "annotationRef",
                 "lastRenderedPageBreak", "softHyphen")
)  # fmt: skip
_CHARACTERS: Final = {f"{W}tab": "\t", f"{W}cr": PARAGRAPH_END, f"{W}noBreakHyphen": "\u2011"}
_NAMES: Final = {
    "drawing": "a picture or a shape", "pict": "a picture or a shape", "object": "an embedded object",
    "tbl": "a table", "footnoteReference": "a footnote", "endnoteReference": "an endnote", "fldChar": "a field",
    "fldSimple": "a field", "instrText": "a field", "delInstrText": "a field", "sym": "a symbol of a special font",
    "oMath": "a formula", "oMathPara": "a formula", "sdt": "a content control", "ptab": "an aligned tab",
    "altChunk": "another document", "sectPr": "a section break", "AlternateContent": "a picture or a shape",
    "ruby": "a ruby text",
}  # fmt: skip
_LOOKS: Final = {
    "b": "bold", "i": "italics", "u": "underlining", "highlight": "highlighting",
    "vertAlign": "raised or lowered letters",
}  # fmt: skip
_NO_LOOK: Final = frozenset({"none", "baseline", "auto", "clear"})


@dataclass(frozen=True, slots=True)
class Mark:
    """Who made a tracked change and when, as the file says; either may be empty."""

    author: str
    date: str


Marks = tuple[Mark, ...]
Follows = Callable[[Mark], bool]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph (counted from 1) with the marks of who put them in and of who took them out."""

    text: str
    paragraph: int
    inserted: Marks = ()
    deleted: Marks = ()
    moved: bool = False

    def stays(self, follows: Follows) -> bool:
        return all(map(follows, self.inserted)) and not any(map(follows, self.deleted))


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read, or (``severe`` is false) is left out: at the piece ``at``, there as long as that is."""

    code: str
    message: str
    help: str
    at: Piece
    severe: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One tracked change: words that an author put in or took out, ``moved`` where they went to another place."""

    kind: Literal["inserted", "deleted"]
    author: str
    date: str
    text: str
    paragraph: int
    moved: bool


@dataclass(frozen=True, slots=True)
class Revised:
    """A text of the book with its tracked changes."""

    pieces: tuple[Piece, ...]
    faults: tuple[Fault, ...]

    def text(self, follows: Follows) -> str:
        """The text once the changes of those who are followed are accepted, and the others refused."""
        return "".join(piece.text for piece in self.pieces if piece.stays(follows))

    @property
    def original(self) -> str:
        """The text as it was before every tracked change."""
        return "".join(piece.text for piece in self.pieces if not piece.inserted)

    def paragraphs(self, follows: Follows) -> list[int]:
        """For each line of ``text``, the paragraph of the file that it begins in."""
        numbers: list[int] = []
        begun = False
        last = 1
        for piece in self.pieces:
            if not piece.stays(follows):
                continue
            last = piece.paragraph
            if not begun:
                numbers.append(last)
            numbers += [last] * (piece.text.count("\n") - piece.text.endswith("\n"))
            begun = not piece.text.endswith("\n")
        return numbers if begun else [*numbers, last]

    def changes(self) -> tuple[Change, ...]:
        """Every tracked change, in the order of the text; what one put in and another took out is both."""
        found: list[tuple[int, Change]] = []
        kinds: tuple[tuple[Literal["inserted", "deleted"], Callable[[Piece], tuple[Marks, bool]]], ...] = (
            ("inserted", lambda piece: (piece.inserted, piece.moved)),
            ("deleted", lambda piece: (piece.deleted, piece.moved)),
        )
        for kind, marks_of in kinds:
            at = 0
            for (marks, moved), run in groupby(self.pieces, marks_of):
                pieces = list(run)
                text = "".join(piece.text for piece in pieces)
                found += [
                    (at, Change(kind, mark.author, mark.date, text, pieces[0].paragraph, moved)) for mark in marks
                ]
                at += len(pieces)
        return tuple(change for _, change in sorted(found, key=lambda one: one[0]))


def revised(blocks: Sequence[etree._Element], alias: str = "") -> Revised:
    """Read the blocks of a text. Controls of the name ``alias`` are what LibreOffice left of the text's own."""
    reader = _Reader(alias)
    paragraphs = [block for block in blocks if block.tag == P]
    for block in blocks:
        if block.tag == P:
            reader.paragraph(block, last=block is paragraphs[-1])
        elif block.tag not in _SILENT:
            reader.refuse(block, Piece("", reader.number + 1))
    return Revised(tuple(reader.pieces), tuple(reader.faults))


@dataclass
class _Reader:
    alias: str
    number: int = 0
    pieces: list[Piece] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def paragraph(self, element: etree._Element, *, last: bool) -> None:
        self.number += 1
        properties = element.find(f"{W}pPr")
        end = Piece(PARAGRAPH_END, self.number)
        before = len(self.pieces)
        self.inside(element, Piece("", self.number))
        if properties is not None:
            if properties.find(f"{W}sectPr") is not None:
                self.refuse(properties.find(f"{W}sectPr"), end)
            self.listed(properties, before)
            looks = properties.find(f"{W}rPr")
            for child in looks if looks is not None else ():
                end = _marked(end, child)
        if not last:
            self.pieces.append(end)

    def listed(self, properties: etree._Element, before: int) -> None:
        """Word makes a real list of a line that begins with a dash: the dash comes back."""
        numbers = properties.find(f"{W}numPr")
        if numbers is None or integer(val(numbers.find(f"{W}numId")), 0) == 0:
            return
        said = "".join(piece.text for piece in self.pieces[before:] if not piece.deleted)
        if said.strip() and not said.lstrip().startswith(("- ", "* ", "+ ")):
            depth = min(max(integer(val(numbers.find(f"{W}ilvl")), 0), 0), 8)
            first = next((piece for piece in self.pieces[before:] if not piece.deleted), Piece("", self.number))
            self.pieces.insert(before, replace(first, text="  " * depth + "- ", deleted=()))

    def inside(self, element: etree._Element, piece: Piece) -> None:
        """Everything inside an element; ``piece`` carries the marks of what stands around it."""
        for child in element:
            tag = str(child.tag)
            if tag in _SILENT:
                continue
            if tag == f"{W}r":
                self.run(child, piece)
            elif tag in _INSERTED or tag in _DELETED:
                self.inside(child, _marked(piece, child))
            elif tag in _AROUND:
                self.inside(child, piece)
            elif tag == f"{W}sdt" and self.alias and val(child.find(f"{W}sdtPr/{W}alias")) == self.alias:
                content = child.find(f"{W}sdtContent")
                if content is not None:
                    self.inside(content, piece)
            else:
                self.refuse(child, piece)

    def run(self, element: etree._Element, piece: Piece) -> None:
        words = ""
        for child in element:
            tag = str(child.tag)
            if tag in (f"{W}t", f"{W}delText"):
                words += (child.text or "").replace("\r\n", "\n").replace("\n", " ")
            elif tag == f"{W}br" and child.get(f"{W}type", "textWrapping") == "textWrapping":
                words += PARAGRAPH_END
            elif tag in _CHARACTERS:
                words += _CHARACTERS[tag]
            elif tag not in _SILENT:
                self.refuse(child, piece)
        if words:
            self.pieces.append(replace(piece, text=words))
            self.looks(element.find(f"{W}rPr"), self.pieces[-1])

    def looks(self, properties: etree._Element | None, piece: Piece) -> None:
        """What the looks of a run say that a clause text cannot."""
        for child in properties if properties is not None else ():
            name = str(child.tag)[len(W) :]
            if name in ("strike", "dstrike") and is_on(child):
                message = f"“{_few(piece.text)}” is struck through, and not deleted"
                self.faults.append(Fault("struck-through", message, "delete the words, or take the line off", piece))
            elif name == "vanish" and is_on(child):
                message = f"“{_few(piece.text)}” is hidden text"
                self.faults.append(Fault("hidden-text", message, "delete it, or show it", piece))
            elif name in _LOOKS and name not in self.seen and is_on(child) and child.get(VAL) not in _NO_LOOK:
                self.seen.add(name)  # said once a text: some highlight every line
                message = f"the {_LOOKS[name]} of “{_few(piece.text)}” is not read"
                help_ = "write `**words**` for bold and `*words*` for italics; a text has no other looks"
                self.faults.append(Fault("looks-not-read", message, help_, piece, severe=False))

    def refuse(self, element: etree._Element | None, piece: Piece) -> None:
        name = local(element) if element is not None else ""
        bare = name.removeprefix("w:")
        if element is not None and element.tag == f"{W}br":
            what = "a page or column break"
        else:
            what = _NAMES.get(bare, f"the element `{name}`")
        message = f"{what} stands in the text, which the library cannot hold"
        help_ = "a clause holds words, lists (`- item`), tables (`| cell | cell |`) and `## ` headings: take it out"
        self.faults.append(Fault("not-in-a-clause", message, help_, replace(piece, text="")))


def _marked(piece: Piece, element: etree._Element) -> Piece:
    """The piece with the mark of a tracked change around it."""
    tag = str(element.tag)
    if tag not in _INSERTED and tag not in _DELETED:
        return piece
    mark = Mark(" ".join((element.get(f"{W}author") or "").split()), (element.get(f"{W}date") or "").strip())
    moved = piece.moved or tag in _MOVED
    if tag in _INSERTED:
        return replace(piece, inserted=(*piece.inserted, mark), moved=moved)
    return replace(piece, deleted=(*piece.deleted, mark), moved=moved)


def _few(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


def visible_letters(element: etree._Element) -> Iterator[str]:
    """The words inside a paragraph that no tracked change took out, for what is only for reading."""
    for text in element.iter(f"{W}t"):
        if not any(str(around.tag) in _DELETED for around in text.iterancestors()):
            yield text.text or ""
