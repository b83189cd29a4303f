"""The words of a Word file, paragraph by paragraph, as a person reads them.

python-docx's ``document.paragraphs`` does not see inside content controls, where every clause of ours stands.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import ZipFile

from lxml import etree

from generator.ooxml.archive import DAMAGE
from generator.ooxml.names import CLAUSE_BOOKMARK, EMBEDDED_NAMESPACE
from generator.ooxml.numbering import NAMESPACE

_W: Final = f"{{{NAMESPACE}}}"
_PARAGRAPH: Final = f"{_W}p"
_TEXT: Final = f"{_W}t"
_START: Final = f"{_W}bookmarkStart"
_END: Final = f"{_W}bookmarkEnd"
_NAME: Final = f"{_W}name"
_ID: Final = f"{_W}id"
_FIELD: Final = f"{_W}fldChar"
_FIELD_KIND: Final = f"{_W}fldCharType"
_CODE: Final = f"{_W}instrText"
_SIMPLE_FIELD: Final = f"{_W}fldSimple"
_INSTRUCTION: Final = f"{_W}instr"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
MAIN_STORY: Final = "word/document.xml"
_STORY: Final = re.compile(r"word/(?:document|\w*header\w*|\w*footer\w*)\.xml", re.IGNORECASE)
_REFERENCES: Final = (["REF"], ["HYPERLINK"])
# A contract is far below this; a file that unpacks to more is not one.
_LARGEST_PART: Final = 64 * 1024 * 1024
_LONGEST_REASON: Final = 200


class UnreadableWordFile(ValueError):
    """The bytes are not a Word file that can be read."""


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """One paragraph: the identifier of its style, its text, and the tag of the clause around it (or nothing).

    Fields count with the result that the file holds; numbers of lists are not text and are not here.
    """

    style: str
    text: str
    clause: str


def paragraphs(content: bytes) -> tuple[WordParagraph, ...]:
    """The paragraphs of the main document in reading order, those in tables and content controls too."""
    reader = _Reader()
    reader.read(_part(content, MAIN_STORY))
    return tuple(reader.done)


def embedded(content: bytes) -> Mapping[str, bytes]:
    """The files that the Word file carries along, by name."""
    found: dict[str, bytes] = {}
    for name in _names(content):
        if not name.startswith("customXml/item") or name.startswith("customXml/itemProps"):
            continue
        root = _part(content, name)
        if root.tag != f"{{{EMBEDDED_NAMESPACE}}}embedded":
            continue
        text = root.text or ""
        try:
            found[str(root.get("name"))] = b64decode(text) if root.get("encoding") == "base64" else text.encode()
        except ValueError as problem:
            raise UnreadableWordFile(f"{name} cannot be read ({_said(problem)})") from problem
    return found


def clause_letters(content: bytes) -> Mapping[str, str]:
    """What the file says in each clause, without any space, by the name of the hidden bookmark around the clause.

    Text that is marked as deleted does not count, text that is marked as inserted does.
    """
    return clause_letters_of(_read(content, MAIN_STORY))


def clause_letters_of(document: bytes) -> Mapping[str, str]:
    """The same for the text of a main document."""
    return letters_by_clause(_parsed(document, MAIN_STORY))


def letters_by_clause(root: etree._Element) -> Mapping[str, str]:
    """The same for a main document that was parsed already."""
    ends = _ends(root)
    pieces: dict[str, list[str]] = {}
    open_names: set[str] = set()
    # For each open field, whether its result has begun.
    fields: list[bool] = []
    for element in root.iter(_TEXT, _START, _END, _FIELD):
        tag = element.tag
        if tag == _TEXT:
            if all(fields):
                for name in open_names:
                    pieces[name].append(element.text or "")
        elif tag == _START:
            name = str(element.get(_NAME))
            if name in ends and name not in pieces:
                open_names.add(name)
                pieces[name] = []
        elif tag == _END:
            open_names -= {name for name in open_names if ends[name] is element}
        else:
            turn(fields, str(element.get(_FIELD_KIND)))
    return {name: "".join("".join(found).split()) for name, found in pieces.items()}


def letters_outside_clauses(content: bytes) -> tuple[str, ...]:
    """What each paragraph of the file, its headers and its footers says outside of every clause, without any space."""
    return letters_outside_clauses_of(
        {name: _read(content, name) for name in _names(content) if _STORY.fullmatch(name)}
    )


def letters_outside_clauses_of(stories: Mapping[str, bytes]) -> tuple[str, ...]:
    """The same for the texts of a main document, its headers and its footers, by their names."""
    return tuple(letters for name, text in stories.items() for _, letters in outside_clauses(_parsed(text, name)))


def outside_clauses(root: etree._Element) -> list[tuple[etree._Element, str]]:
    """Each paragraph of a parsed part that says something outside of every clause, with these letters.

    References count, for a file of its own prints them as plain text. What other fields print is left out: contents,
    page numbers and dates change whenever the file is laid out.
    """
    ends = _ends(root)
    begun: set[str] = set()
    open_names: set[str] = set()
    fields: list[bool] = []
    # The instructions of the open fields.
    codes: list[str] = []
    found: dict[etree._Element, list[str]] = {}
    for element in root.iter(_TEXT, _CODE, _START, _END, _FIELD):
        tag = element.tag
        if tag == _TEXT:
            paragraph = next(element.iterancestors(_PARAGRAPH), None)
            if paragraph is None or open_names or not all(fields):
                continue
            around = (str(field.get(_INSTRUCTION)) for field in element.iterancestors(_SIMPLE_FIELD))
            if all(code.split()[:1] in _REFERENCES for code in (*codes, *around)):
                found.setdefault(paragraph, []).append(element.text or "")
        elif tag == _CODE:
            if codes:
                codes[-1] += element.text or ""
        elif tag == _START:
            name = str(element.get(_NAME))
            if name in ends and name not in begun:
                open_names.add(name)
                begun.add(name)
        elif tag == _END:
            open_names -= {name for name in open_names if ends[name] is element}
        else:
            turn(fields, str(element.get(_FIELD_KIND)))
            codes = [*codes, ""][: len(fields)]
    letters = ((paragraph, "".join("".join(pieces).split())) for paragraph, pieces in found.items())
    return [(paragraph, text) for paragraph, text in letters if text]


def _ends(root: etree._Element) -> Mapping[str, etree._Element]:
    """The last end of each clause's bookmark. LibreOffice starts one around a table again at each edge of the table,
    and ends it once."""
    names: dict[str, str] = {}
    ends: dict[str, etree._Element] = {}
    for element in root.iter(_START, _END):
        number = str(element.get(_ID))
        if element.tag == _START:
            names[number] = str(element.get(_NAME))
        elif names.get(number, "").startswith(CLAUSE_BOOKMARK):
            ends[names[number]] = element
    return ends


def turn(fields: list[bool], kind: str) -> None:
    """Keep account of the fields that are open: ``True`` once the result of one has begun."""
    if kind == "begin":
        fields.append(False)
    elif kind == "separate" and fields:
        fields[-1] = True
    elif kind == "end" and fields:
        fields.pop()


class _Reader:
    """Walks the document once; a field is read for its result and not for its instruction."""

    def __init__(self) -> None:
        self.done: list[WordParagraph] = []
        # For each open field, whether its result has begun.
        self._fields: list[bool] = []

    def read(self, element: etree._Element, clause: str = "") -> None:
        for child in element:
            if child.tag == f"{_W}p":
                self._paragraph(child, clause)
            elif child.tag == f"{_W}sdt":
                tag = child.find(f"{_W}sdtPr/{_W}tag")
                own = tag.get(f"{_W}val") if tag is not None else None
                inner = child.find(f"{_W}sdtContent")
                if inner is not None:
                    self.read(inner, str(own) if own else clause)
            elif child.tag != _FALLBACK:
                self.read(child, clause)

    def _paragraph(self, element: etree._Element, clause: str) -> None:
        style = element.find(f"{_W}pPr/{_W}pStyle")
        text = "".join(self._words(element))
        name = str(style.get(f"{_W}val")) if style is not None else ""
        self.done.append(WordParagraph(name, text, clause))

    def _words(self, element: etree._Element) -> Iterator[str]:
        for child in element:
            match child.tag:
                case tag if tag in (f"{_W}pPr", f"{_W}rPr", _FALLBACK):
                    continue
                case tag if tag == f"{_W}fldChar":
                    turn(self._fields, str(child.get(f"{_W}fldCharType")))
                case tag if tag == f"{_W}t":
                    if all(self._fields):
                        yield child.text or ""
                case tag if tag == f"{_W}tab":
                    yield "\t"
                case tag if tag in (f"{_W}br", f"{_W}cr"):
                    yield "\n"
                case _:
                    yield from self._words(child)


def _names(content: bytes) -> list[str]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            return archive.namelist()
    except DAMAGE as problem:
        raise UnreadableWordFile(f"the file is not a whole zip archive ({_said(problem)})") from problem


def _part(content: bytes, name: str) -> etree._Element:
    return _parsed(_read(content, name), name)


def _read(content: bytes, name: str) -> bytes:
    try:
        with ZipFile(BytesIO(content)) as archive:
            if name not in archive.NameToInfo:
                raise UnreadableWordFile(f"the archive has no {name}")
            if archive.getinfo(name).file_size > _LARGEST_PART:
                raise UnreadableWordFile(f"{name} is larger than a contract can be")
            return archive.read(name)
    except UnreadableWordFile:
        raise
    except DAMAGE as problem:
        raise UnreadableWordFile(f"{name} cannot be read ({_said(problem)})") from problem


def _parsed(text: bytes, name: str) -> etree._Element:
    try:
        return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, LookupError, ValueError) as problem:
        raise UnreadableWordFile(f"{name} cannot be read ({_said(problem)})") from problem


def _said(problem: BaseException) -> str:
    return str(problem)[:_LONGEST_REASON] or type(problem).__name__
