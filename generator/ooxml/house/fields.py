"""Fields in what a base prints: only those that count pages or repeat words of the file itself may stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic, Severity
from generator.ooxml.house.package import W

_KEPT: Final = frozenset(
    ("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "STYLEREF", "TITLE", "DOCPROPERTY", "HYPERLINK")
)
_FETCHING: Final = frozenset(
    ("INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "DDE", "DDEAUTO", "LINK", "IMPORT", "DATABASE", "RD")
)
_DATES: Final = ("DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE")
_REFERENCES: Final = ("REF", "PAGEREF", "NOTEREF")
_ADDRESS: Final = re.compile(r"https?://|mailto:", re.IGNORECASE)
_WORDS: Final = re.compile(r'"[^"]*"|[^\s"]+')
_CHAR, _SIMPLE = f"{W}fldChar", f"{W}fldSimple"
_CODES: Final = (f"{W}instrText", f"{W}delInstrText")
_RESULT: Final = "replace the field by its result (Ctrl+Shift+F9 in Word)"
_MENDED: Final = "delete the field and insert it again (Insert, Field)"


@dataclass(slots=True)
class _Field:
    """One field, its instruction joined from all its runs; ``composed`` where another field stands in it."""

    code: str
    separated: bool = False
    composed: bool = False


def judged_fields(name: str, part: str, root: etree._Element) -> Iterator[Diagnostic]:
    """What is wrong with the fields of a header, a footer or the cover; ``name`` is the file in findings."""
    fields, faults = _read(root)
    for fault in faults:
        message = f"in `{part}` of the base document {fault}"
        yield Diagnostic("base-field", Severity.ERROR, message, None, _MENDED, file=name)
    for field in fields:
        yield from _judged(name, part, field)


def _judged(name: str, part: str, field: _Field) -> Iterator[Diagnostic]:
    words = [word.strip('"') for word in _WORDS.findall(field.code)]
    kind = words[0].upper() if words else ""
    if kind in _FETCHING or (kind == "HYPERLINK" and not _ADDRESS.match(words[1] if len(words) > 1 else "")):
        what = "fetches data from elsewhere" if kind in _FETCHING else "leads to something that is no web address"
        message = f"a field of the base document {what}: {kind}"
        yield Diagnostic("base-external", Severity.ERROR, message, None, _RESULT, file=name)
    elif kind not in _KEPT or field.composed:
        message = f"`{part}` of the base document holds a field `{kind[:40]}`, which no contract can take along"
        help_ = _RESULT
        if kind in _DATES:
            help_ = "write `[[date]]`, the date of the contract: a field gives another date each time it is opened"
        elif kind in _REFERENCES:
            message = f"a field `{kind}` in `{part}` of the base document refers to a bookmark that no contract has"
        elif kind in _KEPT:
            message += ": another field stands in its instruction"
        yield Diagnostic("base-field", Severity.ERROR, message, None, help_, file=name)


def instructions(root: etree._Element) -> Iterator[str]:
    """The whole instruction of every field below an element."""
    return (field.code for field in _read(root)[0])


def _read(root: etree._Element) -> tuple[list[_Field], list[str]]:
    fields: list[_Field] = []
    faults: list[str] = []
    open_: list[_Field] = []
    for element in root.iter(_CHAR, _SIMPLE, *_CODES):
        if element.tag == _SIMPLE:
            fields.append(_Field(str(element.get(f"{W}instr") or "")))
            if _in_instruction(open_):
                open_[-1].composed = True
        elif element.tag == _CHAR:
            faults += _turned(str(element.get(f"{W}fldCharType", "")), open_, fields)
        elif _in_instruction(open_):
            open_[-1].code += element.text or ""
        else:
            faults.append("an instruction stands outside the instruction of a field")
            fields.append(_Field(element.text or ""))
    return fields, faults + [f"the field `{' '.join(left.code.split())[:40]}` is not ended" for left in open_]


def _in_instruction(open_: list[_Field]) -> bool:
    return bool(open_) and not open_[-1].separated


def _turned(mark: str, open_: list[_Field], fields: list[_Field]) -> list[str]:
    """Begin, divide or end a field; the fault of a mark that does none of it."""
    match mark:
        case "begin":
            if _in_instruction(open_):
                open_[-1].composed = True
            open_.append(_Field(""))
            fields.append(open_[-1])
            return []
        case "separate" if _in_instruction(open_):
            open_[-1].separated = True
            return []
        case "end" if open_:
            open_.pop()
            return []
        case _:
            return [f"a mark of a field (`{mark[:20]}`) stands where no field asks for it"]
