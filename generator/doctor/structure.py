"""What may stand in what: the few nestings that Word refuses to open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error
from generator.doctor.names import W, local
from generator.doctor.wordfile import Part, WordFile

FORBIDDEN_CHILD = error(
    "forbidden-child",
    "an element stands where Word does not accept it: a paragraph in a paragraph, a table directly in a row",
    "move it to where it belongs: Word calls the file damaged",
)
CHECKS: tuple[Check, ...] = (FORBIDDEN_CHILD,)


def _named(names: str) -> frozenset[str]:
    return frozenset(f"{W}{name}" for name in names.split())


_MARKS: Final = _named(
    """bookmarkStart bookmarkEnd commentRangeStart commentRangeEnd moveFromRangeStart moveFromRangeEnd moveToRangeStart
    moveToRangeEnd customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd
    customXmlMoveFromRangeStart customXmlMoveFromRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd proofErr
    permStart permEnd ins del moveFrom moveTo"""
)
_BLOCKS: Final = _MARKS | _named("p tbl sdt customXml altChunk")
_INLINES: Final = _MARKS | _named("r hyperlink fldSimple sdt customXml smartTag dir bdo subDoc")
_IN_RUN: Final = _named(
    """rPr t delText instrText delInstrText br tab cr sym fldChar drawing pict object ruby footnoteReference
    endnoteReference footnoteRef endnoteRef annotationRef separator continuationSeparator commentReference noBreakHyphen
    softHyphen dayShort dayLong monthShort monthLong yearShort yearLong pgNum ptab lastRenderedPageBreak contentPart"""
)
_MODEL: Final = {
    f"{W}{name}": allowed
    for name, allowed in {
        "document": _named("background body"),
        "body": _BLOCKS | _named("sectPr"),
        "hdr": _BLOCKS,
        "ftr": _BLOCKS,
        "footnote": _BLOCKS,
        "endnote": _BLOCKS,
        "comment": _BLOCKS,
        "txbxContent": _BLOCKS,
        "tc": _BLOCKS | _named("tcPr"),
        "p": _INLINES | _named("pPr"),
        "r": _IN_RUN,
        "tbl": _MARKS | _named("tblPr tblGrid tr sdt customXml"),
        "tr": _MARKS | _named("tblPrEx trPr tc sdt customXml"),
        "sdt": _named("sdtPr sdtEndPr sdtContent"),
        "tblGrid": _named("gridCol tblGridChange"),
    }.items()
}
# What stands in these stands, for Word, where they stand themselves.
_TRANSPARENT: Final = _named("sdtContent customXml smartTag dir bdo ins del moveFrom moveTo hyperlink fldSimple")
_OWN: Final = _named("customXmlPr smartTagPr fldData rPr")
_PLACES: Final = frozenset(_MODEL) - _named("sdt r tblGrid document")


def check(file: WordFile) -> Iterator[Diagnostic]:
    for story in file.stories:
        for tag, elements in story.tags().items():
            allowed = _MODEL.get(tag)
            if allowed is not None:
                for element in elements:
                    yield from _children(story, element, allowed)
            elif tag in _TRANSPARENT:
                for element in elements:
                    yield from _children(story, element, _allowed_around(element) | _OWN)


def _children(story: Part, element: etree._Element, allowed: frozenset[str]) -> Iterator[Diagnostic]:
    for child in element:
        tag = str(child.tag)
        if tag not in allowed and tag.startswith(W):
            yield FORBIDDEN_CHILD.of(f"{local(child)} stands directly in {local(element)}", story.place(child))


def _allowed_around(element: etree._Element) -> frozenset[str]:
    """What the place around an element allows; nothing is known of a place that is not in the model."""
    for around in element.iterancestors():
        if around.tag in _PLACES:
            return _MODEL[str(around.tag)]
    return _BLOCKS | _INLINES | _IN_RUN | _named("tr tc")
