"""The fields of a text, read as Word reads them: instruction and result, with what is wrong with their marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lxml import etree

from generator.doctor.findings import shortened
from generator.doctor.names import T, W, printed

_CHAR: Final = f"{W}fldChar"
_CODE: Final = f"{W}instrText"
_SIMPLE: Final = f"{W}fldSimple"
# Stories of their own inside one part: a field may not reach from one into the next.
_APART: Final = (f"{W}footnote", f"{W}endnote", f"{W}comment")
_KNOWN: Final = """
    ADDIN ADDRESSBLOCK ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXT AUTOTEXTLIST BARCODE BIBLIOGRAPHY
    BIDIOUTLINE CITATION COMMENTS COMPARE CONTROL CREATEDATE DATABASE DATE DDE DDEAUTO DISPLAYBARCODE
    DOCPROPERTY DOCVARIABLE EDITTIME EMBED EQ FILENAME FILESIZE FILLIN FORMCHECKBOX FORMDROPDOWN FORMTEXT FTNREF
    GLOSSARY GOTOBUTTON GREETINGLINE HTMLACTIVEX HYPERLINK IF IMPORT INCLUDE INCLUDEPICTURE INCLUDETEXT INDEX
    INFO KEYWORDS LASTSAVEDBY LINK LISTNUM MACROBUTTON MERGEBARCODE MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF
    NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF PRINT PRINTDATE PRIVATE QUOTE RD REF REVNUM SAVEDATE SECTION
    SECTIONPAGES SEQ SET SHAPE SKIPIF STYLEREF SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC USERADDRESS
    USERINITIALS USERNAME XE
"""
_NAMES: Final = frozenset(_KNOWN.split())
_WORDS: Final = re.compile(r'"[^"]*"|[^\s"]+')


@dataclass(slots=True)
class Field:
    """One field: its instruction, the result that is printed, and where it begins.

    ``composed`` is a field whose instruction holds other fields: what it says is known only to Word.
    """

    start: etree._Element
    code: str = ""
    result: str = ""
    separated: bool = False
    ended: bool = False
    composed: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        return _words(self.code)

    @property
    def kind(self) -> str:
        """The name of the field; a bare bookmark is a reference, and `= …` a formula."""
        first = self.words[0].upper() if self.words else ""
        return first if first in _NAMES or first.startswith("=") or not first else "REF"

    @property
    def bookmark(self) -> str:
        """The bookmark that a reference names."""
        words = self.words
        if not words:
            return ""
        at = 1 if words[0].upper() in _NAMES else 0
        return words[at] if len(words) > at and not words[at].startswith("\\") else ""

    @property
    def switches(self) -> frozenset[str]:
        return frozenset(word.lower() for word in self.words if word.startswith("\\"))


@lru_cache(maxsize=4096)
def _words(code: str) -> tuple[str, ...]:
    return tuple(word.strip('"') for word in _WORDS.findall(code))


@dataclass(slots=True)
class Reading:
    """The fields of one part; each fault is an element and what is wrong with it."""

    fields: list[Field] = field(default_factory=list)
    faults: list[tuple[etree._Element, str]] = field(default_factory=list)


def read(root: etree._Element) -> Reading:
    """The fields of a part, in the order in which they begin, and what is wrong with their marks."""
    reading = Reading()
    for story in list(root.iter(*_APART)) or [root]:
        _read(story, reading)
    return reading


def _read(story: etree._Element, reading: Reading) -> None:
    open_: list[Field] = []
    for element in story.iter(_CHAR, _CODE, _SIMPLE, T):
        if element.tag == _SIMPLE:
            found = Field(element, element.get(f"{W}instr") or "", printed(element), True, True)
            reading.fields.append(found)
        elif element.tag == _CHAR:
            _turn(element, open_, reading)
        elif element.tag == T:
            for around in open_:
                if around.separated:
                    around.result += element.text or ""
        elif open_ and not open_[-1].separated:
            open_[-1].code += element.text or ""
        elif next(element.iterancestors(_SIMPLE), None) is None:
            reading.faults.append((element, "an instruction stands outside the instruction of a field"))
    reading.faults.extend((left.start, f"the field `{shortened(left.code)}` is not ended") for left in open_)


def _turn(element: etree._Element, open_: list[Field], reading: Reading) -> None:
    match element.get(f"{W}fldCharType"):
        case "begin":
            if open_ and not open_[-1].separated:
                open_[-1].composed = True
            open_.append(Field(element))
            reading.fields.append(open_[-1])
        case "separate":
            if not open_:
                reading.faults.append((element, "a separator stands outside every field"))
            elif open_[-1].separated:
                reading.faults.append((element, f"the field `{shortened(open_[-1].code)}` is separated twice"))
            else:
                open_[-1].separated = True
        case "end":
            if not open_:
                reading.faults.append((element, "a field is ended that was not begun"))
            else:
                open_.pop().ended = True
        case other:
            reading.faults.append((element, f"`{other}` is no mark of a field"))
