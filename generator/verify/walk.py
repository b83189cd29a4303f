"""One story of a Word file as pieces in the order of reading: words, fields, links, pictures, tracked changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from lxml import etree

from generator.doctor.field_codes import Field
from generator.doctor.names import NAME, P, R, W, integer, is_on, local, printed, val
from generator.ooxml.names import CLAUSE_BOOKMARK

# What these fields print changes with every layout; that they stand there does not.
_VOLATILE: Final = frozenset({"PAGE", "NUMPAGES", "PAGEREF", "SECTIONPAGES", "SECTION"})
# Fields that other programs write in another way, or leave out.
_UNTOLD: Final = _VOLATILE | {"TOC", "HYPERLINK"}
_SIGNS: Final = {
    "tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad",
}  # fmt: skip
# What a run may hold and nobody reads.
_SILENT: Final = frozenset(
    {"rPr", "lastRenderedPageBreak", "annotationRef", "footnoteRef", "endnoteRef", "separator",
     "continuationSeparator", "commentReference", "delInstrText"}
)  # fmt: skip
# Marks and properties between the words; all else that is not known is told as what it is.
_UNSEEN: Final = frozenset(
    {"proofErr", "permStart", "permEnd", "commentRangeStart", "commentRangeEnd", "moveFromRangeStart",
     "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart", "customXmlInsRangeEnd",
     "customXmlDelRangeStart", "customXmlDelRangeEnd", "tblGrid", "sdtEndPr"}
)  # fmt: skip
_AROUND: Final = frozenset(
    {"body", "document", "hdr", "ftr", "footnotes", "footnote", "endnotes", "endnote", "sdtContent",
     "smartTag", "customXml", "ruby", "rubyBase", "rt"}
)  # fmt: skip
_TEXTS: Final = frozenset({"footnote", "endnote"})
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
_DRAWN: Final = (f"{W}txbxContent", f"{_ART}blip", f"{_ART}t", f"{_VML}imagedata", f"{_VML}textpath")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
# Twentieths of a point: a row or a line that low shows nothing, an indent that far is off any page.
_LOW: Final = 60
_FAR: Final = 12000


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind`` says what it is: ``text`` of the run ``element``, ``value`` shown by a control, ``anchor``, ``clause``
    and ``end`` of a bookmark, ``field``, ``link``, ``picture``, ``inserted`` and ``deleted`` words with their author,
    ``look`` of a whole paragraph, ``contents`` and ``box`` for where it stands, ``paragraph`` at the end of one.

    ``fresh`` is text inside a tracked insertion: it is not there for who refuses the change.
    """

    kind: str
    text: str = ""
    element: etree._Element | None = None
    author: str = ""
    fresh: bool = False


def pieces(root: etree._Element) -> Iterator[Piece]:
    """The pieces of a story. The words of a text box come after the paragraph that it hangs on."""
    walk = _Walk()
    yield from walk.blocks(root)


@dataclass(slots=True)
class _Walk:
    fields: list[Field] = field(default_factory=list)
    # How many tracked insertions are open.
    inserting: int = 0

    # ---- blocks

    def blocks(self, element: etree._Element) -> Iterator[Piece]:
        for child in element:
            name = _name(child)
            if child.tag == P:
                yield from self._paragraph(child)
            elif name == "tr":
                yield from self._row(child)
            elif name in {"altChunk", "subDoc"}:
                yield Piece("text", f"⟦{name}⟧")
                yield Piece("paragraph")
            elif name in _TEXTS and child.get(f"{W}type") not in {None, "normal"}:
                continue
            else:
                yield from self._around(child, self.blocks)

    def _around(self, element: etree._Element, inner: Callable[[etree._Element], Iterator[Piece]]) -> Iterator[Piece]:
        """What may stand between blocks as between runs."""
        match _name(element):
            case "bookmarkStart":
                name = element.get(NAME) or ""
                yield Piece("clause" if name.startswith(CLAUSE_BOOKMARK) else "anchor", name)
            case "bookmarkEnd":
                yield Piece("end", element=element)
            case "ins" | "moveTo":
                yield from self._revised("inserted", element, printed(element))
                self.inserting += 1
                yield from inner(element)
                self.inserting -= 1
            case "del" | "moveFrom":
                words = "".join(text.text or "" for text in element.iter(f"{W}delText", f"{W}t"))
                yield from self._revised("deleted", element, words)
            case "sdt":
                yield from self._control(element, inner)
            case "tbl":
                place = element.find(f"{W}tblPr/{W}tblpPr")
                look = "off the page" if place is not None and _is_far(place, ("tblpX", "tblpY")) else ""
                yield from _with(look, self.blocks(element))
            case "tc":
                yield from _with(_cell(element), self.blocks(element))
            case "dir" | "bdo":
                yield Piece("text", f"⟦{val(element) or 'direction'}⟧")
                yield from inner(element)
            case "AlternateContent":
                for choice in element:
                    yield from inner(choice)
            case name if name in _UNSEEN or name.endswith("Pr"):
                return
            case name if name in _AROUND or not str(element.tag).startswith(W):
                yield from inner(element)
            case name:
                yield Piece("text", f"⟦{name}⟧")
                yield from inner(element)

    def _revised(self, kind: str, element: etree._Element, words: str) -> Iterator[Piece]:
        yield Piece(kind, words, author=element.get(f"{W}author") or "")

    def _control(self, control: etree._Element, inner: Callable[[etree._Element], Iterator[Piece]]) -> Iterator[Piece]:
        content = control.find(f"{W}sdtContent")
        if content is None:
            return
        words = ""
        for piece in inner(content):
            words += piece.text if piece.kind == "text" else ""
            yield piece
        if control.find(f"{W}sdtPr/{W}dataBinding") is not None:
            yield Piece("value", words, control)

    def _row(self, row: etree._Element) -> Iterator[Piece]:
        height = row.find(f"{W}trPr/{W}trHeight")
        low = height is not None and height.get(f"{W}hRule") == "exact" and integer(val(height), _LOW) < _LOW
        for change in ("ins", "del"):
            if (mark := row.find(f"{W}trPr/{W}{change}")) is not None:
                yield from self._revised("inserted" if change == "ins" else "deleted", mark, "a row")
        hidden = low or is_on(row.find(f"{W}trPr/{W}hidden"))
        cells = (piece for child in row for piece in self._around(child, self.blocks))
        yield from _with("in a row that is not shown" if hidden else "", cells)

    # ---- paragraphs

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Piece]:
        boxes: list[etree._Element | str] = []
        if any(each.separated and each.kind == "TOC" for each in self.fields):
            yield Piece("contents")
        properties = paragraph.find(f"{W}pPr")
        if properties is not None:
            yield from self._of_paragraph(properties)
        yield from self._inline(paragraph, boxes)
        if any(each.separated and each.kind == "TOC" for each in self.fields):
            yield Piece("contents")
        yield Piece("paragraph", element=paragraph)
        for box in boxes:
            if isinstance(box, str):
                yield from (Piece("box"), Piece("text", f"⟦drawn: {box}⟧"), Piece("paragraph", element=paragraph))
                continue
            for piece in self.blocks(box):
                if piece.kind == "paragraph":
                    yield Piece("box")
                yield piece

    def _of_paragraph(self, properties: etree._Element) -> Iterator[Piece]:
        for change in ("ins", "del"):
            if (mark := properties.find(f"{W}rPr/{W}{change}")) is not None:
                yield from self._revised("inserted" if change == "ins" else "deleted", mark, "¶")
        spacing, indent = properties.find(f"{W}spacing"), properties.find(f"{W}ind")
        exact = spacing is not None and spacing.get(f"{W}lineRule") == "exact"
        if spacing is not None and exact and integer(spacing.get(f"{W}line"), _LOW) < _LOW:
            yield Piece("look", "in lines without height")
        sides = ("left", "start", "right", "end", "firstLine")
        frame = properties.find(f"{W}framePr")
        if (indent is not None and _is_far(indent, sides)) or (frame is not None and _is_far(frame, ("x", "y"))):
            yield Piece("look", "off the page")

    def _inline(self, element: etree._Element, boxes: list[etree._Element | str]) -> Iterator[Piece]:
        def inner(around: etree._Element) -> Iterator[Piece]:
            return self._inline(around, boxes)

        for child in element:
            match _name(child):
                case "r":
                    yield from self._run(child, boxes)
                case "hyperlink":
                    anchor = child.get(f"{W}anchor")
                    yield Piece("link", child.get(f"{R}id") or f"#{anchor or ''}")
                    yield from self._inline(child, boxes)
                case "fldSimple":
                    self.fields.append(Field(child, child.get(f"{W}instr") or ""))
                    yield from self._separated()
                    yield from self._inline(child, boxes)
                    self.fields.pop()
                case "p":
                    # Word does not accept it; what it holds is read all the same.
                    yield from self._inline(child, boxes)
                case "oMath" | "oMathPara":
                    yield Piece("text", "".join(text.text or "" for text in child.iter(f"{_MATH}t")))
                case "tbl":
                    yield from self.blocks(child)
                case _:
                    yield from self._around(child, inner)

    # ---- runs

    @property
    def _shown(self) -> bool:
        return all(each.separated and each.kind not in _VOLATILE for each in self.fields)

    def _text(self, words: str, run: etree._Element) -> Piece:
        return Piece("text", words, run, fresh=self.inserting > 0)

    def _run(self, run: etree._Element, boxes: list[etree._Element | str]) -> Iterator[Piece]:
        for child in run:
            name = _name(child)
            match name:
                case "t":
                    if self._shown:
                        yield self._text(_kept(child), run)
                case "instrText":
                    if self.fields and not self.fields[-1].separated:
                        self.fields[-1].code += child.text or ""
                case "fldChar":
                    yield from self._mark(child)
                case "br":
                    # A break of page or column is a matter of layout.
                    if child.get(f"{W}type") in {None, "textWrapping"} and self._shown:
                        yield self._text("\n", run)
                case "sym":
                    yield Piece("text", f"⟦{child.get(f'{W}font')} {child.get(f'{W}char')}⟧", run)
                case "footnoteReference" | "endnoteReference":
                    yield Piece("text", "⟦note⟧", run)
                case "drawing" | "pict" | "object":
                    yield from self._drawing(child, boxes)
                case "AlternateContent":
                    for choice in child:
                        yield from self._run(choice, boxes)
                case _ if name in _SIGNS:
                    if self._shown:
                        yield self._text(_SIGNS[name], run)
                case _ if name in _SILENT:
                    continue
                case _ if name == "ruby":
                    yield from self._inline(child, boxes)
                case _:
                    yield Piece("text", f"⟦{name}⟧", run)

    def _mark(self, mark: etree._Element) -> Iterator[Piece]:
        match mark.get(f"{W}fldCharType"):
            case "begin":
                self.fields.append(Field(mark))
            case "separate" if self.fields:
                yield from self._separated()
            case "end" if self.fields:
                ended = self.fields.pop()
                if not ended.separated:
                    yield Piece("field", _told(ended))

    def _separated(self) -> Iterator[Piece]:
        """The result of a field begins."""
        opened = self.fields[-1]
        shown = all(each.separated and each.kind not in _VOLATILE for each in self.fields[:-1])
        opened.separated = True
        if opened.kind in _VOLATILE and shown:
            yield Piece("text", f"⟦{opened.kind}⟧")
        elif opened.kind == "HYPERLINK":
            words = opened.words
            anchor = next((w for before, w in pairwise(words) if before == "\\l"), "")
            yield Piece("link", f"#{anchor}" if anchor else f"#{words[1] if len(words) > 1 else ''}")
        elif opened.kind not in _UNTOLD:
            yield Piece("field", _told(opened))

    def _drawing(self, drawing: etree._Element, boxes: list[etree._Element | str]) -> Iterator[Piece]:
        if next(drawing.iter(*_DRAWN), None) is None:
            # It says nothing, and may cover what does.
            boxes.append("a shape")
        if _name(drawing) == "object":
            yield Piece("text", "⟦object⟧")
        for element in drawing.iter(
            f"{W}txbxContent", f"{_ART}blip", f"{_ART}t", f"{_VML}imagedata", f"{_VML}textpath"
        ):
            match _name(element):
                case "txbxContent":
                    boxes.append(element)
                case "blip" | "imagedata":
                    yield Piece(
                        "picture", next((str(v) for k, v in element.attrib.items() if str(k).startswith(R)), "")
                    )
                case name:
                    words = (element.text if name == "t" else element.get("string")) or ""
                    boxes += [words] if words.strip() else []


def _with(look: str, told: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces, the words among them with a look that all of them have."""
    for piece in told:
        yield piece
        if look and piece.kind == "text":
            yield Piece("look", look)


def _cell(cell: etree._Element) -> str:
    """Why the words of a cell are not seen; empty where they are."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        return ""
    for merge in (f"{W}vMerge", f"{W}hMerge"):
        if (mark := properties.find(merge)) is not None and val(mark) != "restart":
            return "in a cell that another one covers"
    width = properties.find(f"{W}tcW")
    fixed = width is not None and width.get(f"{W}type") == "dxa"
    narrow = width is not None and fixed and 0 < integer(width.get(f"{W}w"), 0) < _LOW
    return "in a column without width" if narrow else ""


def _is_far(element: etree._Element, names: tuple[str, ...]) -> bool:
    return any(abs(integer(element.get(f"{W}{name}"), 0)) > _FAR for name in names)


def _kept(text: etree._Element) -> str:
    """The words of a ``w:t``: Word drops blanks at its ends unless it is told to keep them."""
    words = text.text or ""
    return words if text.get(_SPACE) == "preserve" else words.strip(" \t\r\n")


def _told(found: Field) -> str:
    """A field as its kind, its bookmark and its switches, however it is spelt."""
    return " ".join([found.kind, found.bookmark, *sorted(found.switches)]).strip()


def _name(element: etree._Element) -> str:
    name = local(element)
    return name.removeprefix("w:")
