"""The order of properties: Word reads them as a sequence, and drops or refuses what comes too late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, remark
from generator.doctor.names import W, local
from generator.doctor.wordfile import Part, WordFile

WRONG_ORDER = error(
    "wrong-order",
    "an element comes too late or too early among its siblings",
    "write the properties in the order of the standard: Word drops what is out of order, or refuses the file",
)
UNUSUAL_ORDER = remark(
    "unusual-order",
    "the properties of a run, a style or a content control are not in the order of the standard",
    "write them in order: Word forgives this, other programs do not",
)
REPEATED_PROPERTY = error(
    "repeated-property",
    "a property stands twice in one element",
    "keep one: Word refuses the file or takes either",
)
UNKNOWN_PROPERTY = error(
    "unknown-property", "a property is none that its element can have", "take it out: Word calls the file damaged"
)
CHECKS: tuple[Check, ...] = (WRONG_ORDER, UNUSUAL_ORDER, REPEATED_PROPERTY, UNKNOWN_PROPERTY)

_ORDERS: Final = {
    "pPr": """pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
        suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
        snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
        textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange""",
    "rPr": """ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss
        imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd
        fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange""",
    "tblPr": """tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing
        tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange""",
    "tcPr": """cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark
        headers cellIns cellDel cellMerge tcPrChange""",
    "sectPr": """headerReference|footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType
        pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings
        sectPrChange""",
    "sdtPr": """rPr alias tag id lock placeholder temporary showingPlcHdr dataBinding label tabIndex
        equation|comboBox|date|docPartObj|docPartList|dropDownList|picture|richText|text|citation|group|bibliography""",
    "sdt": "sdtPr sdtEndPr sdtContent",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl*",
    "num": "abstractNumId lvlOverride*",
    "numbering": "numPicBullet* abstractNum* num* numIdMacAtCleanup",
    "style": """name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked
        personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr*""",
    "numPr": "ilvl numId numberingChange ins",
    "tblBorders": "top left|start bottom right|end insideH insideV",
    "pBdr": "top left bottom right between bar",
}
# Word forgives these; programs that write them out of order are many.
_FORGIVEN: Final = {f"{W}rPr", f"{W}sdtPr", f"{W}style"}
# Elements that come first, or last, where the rest is free: (element, its place).
_FIRST: Final = {f"{W}p": f"{W}pPr", f"{W}r": f"{W}rPr", f"{W}tc": f"{W}tcPr", f"{W}tbl": f"{W}tblPr"}


def _ranks(order: str) -> tuple[dict[str, int], frozenset[str]]:
    """The rank of each name, and the names that may stand more than once."""
    ranks: dict[str, int] = {}
    many: set[str] = set()
    for rank, word in enumerate(order.split()):
        names = word.rstrip("*").split("|")
        ranks.update({f"{W}{name}": rank for name in names})
        if word.endswith("*") or "headerReference" in names:
            many.update(f"{W}{name}" for name in names)
    return ranks, frozenset(many)


_RANKS: Final = {f"{W}{name}": _ranks(order) for name, order in _ORDERS.items()}


def check(file: WordFile) -> Iterator[Diagnostic]:
    parts = [file.related("styles"), file.related("numbering"), *file.stories]
    for part in parts:
        if part is None:
            continue
        for tag, (ranks, many) in _RANKS.items():
            for element in part.elements(tag):
                if len(element):
                    yield from _ordered(part, element, ranks, many)
        for tag, first in _FIRST.items():
            for properties in part.elements(first):
                if properties.getprevious() is not None:
                    yield from _leading(part, properties, tag)
    yield from _section_last(file.main)


def _ordered(part: Part, element: etree._Element, ranks: dict[str, int], many: frozenset[str]) -> Iterator[Diagnostic]:
    highest, before = -1, element
    for child in element:
        tag = str(child.tag)
        rank = ranks.get(tag)
        if rank is None:
            if tag.startswith(W):
                yield UNKNOWN_PROPERTY.of(
                    f"{local(child)} is nothing that {local(element)} can hold", part.place(child)
                )
            continue
        if rank < highest:
            check_ = UNUSUAL_ORDER if element.tag in _FORGIVEN else WRONG_ORDER
            message = f"in {local(element)}, {local(child)} comes after {local(before)}"
            yield check_.of(message, part.place(child))
        elif rank == highest and child.tag not in many:
            yield REPEATED_PROPERTY.of(f"{local(child)} stands twice in {local(element)}", part.place(child))
        else:
            highest, before = rank, child


def _leading(part: Part, properties: etree._Element, owner: str) -> Iterator[Diagnostic]:
    """Properties of which something stands before: themselves once more, or what they are the properties of."""
    element = properties.getparent()
    if element is None or element.tag != owner:
        return
    if next(properties.itersiblings(str(properties.tag), preceding=True), None) is not None:
        message = f"{local(properties)} stands twice in {local(element)}"
        yield REPEATED_PROPERTY.of(message, part.place(properties))
    elif owner != f"{W}tbl" or next(properties.itersiblings(f"{W}tr", f"{W}tblGrid", preceding=True), None) is not None:
        message = f"{local(properties)} is not the first in {local(element)}"
        yield WRONG_ORDER.of(message, part.place(properties))


def _section_last(document: Part) -> Iterator[Diagnostic]:
    for body in document.elements(f"{W}body"):
        section = body.find(f"{W}sectPr")
        if section is not None and section.getnext() is not None:
            yield WRONG_ORDER.of("the last section (w:sectPr) is not at the end of w:body", document.place(section))
