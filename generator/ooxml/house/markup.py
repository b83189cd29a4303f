"""The XML of headers, footers and covers of a base, made plain: no history, no comments, names of our own choosing."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from generator.ooxml.house.package import W

R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# One prefix a namespace, declared once around everything that comes out of a base.
NAMESPACES: Final = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wp14": "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "w10": "urn:schemas-microsoft-com:office:word",
}
DECLARATIONS: Final = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items()) + ' mc:Ignorable="wp14"'
_DECLARED: Final = re.compile("|".join(f' xmlns:{prefix}="{re.escape(uri)}"' for prefix, uri in NAMESPACES.items()))
_KNOWN: Final = frozenset(NAMESPACES.values())
# What belongs to the history of the base, to its reviewers, or to programs that once had it open.
_DROPPED: Final = frozenset(
    f"{W}{name}"
    for name in [
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
        "permStart",
        "permEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
        "lastRenderedPageBreak",
        "del",
        "moveFrom",
        "moveFromRangeStart",
        "moveFromRangeEnd",
        "moveToRangeStart",
        "moveToRangeEnd",
        "rPrChange",
        "pPrChange",
        "sectPrChange",
        "tblPrChange",
        "tblGridChange",
        "trPrChange",
        "tcPrChange",
        "cellIns",
        "cellDel",
        "cellMerge",
        "footnoteReference",
        "endnoteReference",
        "numPr",
        "lang",
        "altChunk",
        "subDoc",
        "sectPr",
    ]
)
# Elements that hold characters; between all others there is only the indentation of hand-written XML.
_WITH_TEXT: Final = frozenset(
    (
        *(f"{W}{name}" for name in ("t", "instrText")),
        *(f"{{{NAMESPACES['wp']}}}{name}" for name in ("posOffset", "align")),
        *(f"{{{NAMESPACES['wp14']}}}{name}" for name in ("pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset")),
    )
)
_UNWRAPPED: Final = frozenset(f"{W}{name}" for name in ("ins", "moveTo", "smartTag", "customXml"))
_SAVED: Final = re.compile(rf"\{W}rsid\w*$")
# Where a drawing of the old kind leads when it is clicked: links of a contract are relationships, and are checked.
_CLICKED: Final = frozenset(("href", "target", *(f"{{{NAMESPACES['o']}}}{name}" for name in ("href", "althref"))))


def plain_root(kind: str, children: list[etree._Element]) -> etree._Element:
    """These elements, cleaned, under a new ``w:<kind>`` with our prefixes."""
    root = etree.Element(f"{W}{kind}", nsmap=dict(NAMESPACES))
    for child in children:
        root.append(copy.deepcopy(child))
    _choose_alternatives(root)
    for element in list(root.iter()):
        if element is root or element.getparent() is None:
            continue
        if element.tag in _DROPPED or _foreign(element.tag):
            drop(element)
        elif element.tag in _UNWRAPPED or (element.tag == f"{W}hyperlink" and element.get(f"{R}id") is None):
            # A link inside the base leads to a bookmark that no contract has: its words stay.
            unwrap(element)
    for element in root.iter():
        if element.tag not in _WITH_TEXT:
            element.text = None
        element.tail = None
        # LibreOffice writes out what an empty element says already, also where the first edition had other words.
        if element.get(f"{W}val") == "true":
            del element.attrib[f"{W}val"]
        for name in [n for n in element.attrib if _foreign(n) or n in _CLICKED or _SAVED.match(str(n))]:
            del element.attrib[name]
    etree.cleanup_namespaces(root, keep_ns_prefixes=list(NAMESPACES))
    return root


def _foreign(name: str | bytes) -> bool:
    """Whether an element or an attribute is of a later Word, or of another program, that the text does without."""
    uri = str(name)[1:].partition("}")[0] if str(name).startswith("{") else ""
    return (
        uri.startswith(("http://schemas.microsoft.com/office/word/", "urn:org:documentfoundation"))
        and uri not in _KNOWN
    )


def _choose_alternatives(root: etree._Element) -> None:
    """Of two forms of one drawing the newer stays, alone: a placeholder in it must not be filled twice."""
    for alternative in list(root.iter(f"{_MC}AlternateContent")):
        choice, fallback = alternative.find(f"{_MC}Choice"), alternative.find(f"{_MC}Fallback")
        if choice is not None and set(choice.get("Requires", "").split()) <= set(NAMESPACES):
            if fallback is not None:
                alternative.remove(fallback)
        elif fallback is not None:
            alternative.getparent().replace(alternative, fallback)  # type: ignore[union-attr]
            unwrap(fallback)
        else:
            drop(alternative)


def drop(element: etree._Element) -> None:
    """Take an element out of its tree."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put the children of an element in its place."""
    parent = element.getparent()
    assert parent is not None
    place = parent.index(element)
    parent[place : place + 1] = list(element)


def unwrap_controls(root: etree._Element) -> None:
    """Put what content controls hold in their place: theirs are of the base, not of the contract."""
    for control in list(root.iter(f"{W}sdt")):
        content = control.find(f"{W}sdtContent")
        if content is None:
            drop(control)
        else:
            control.getparent().replace(control, content)  # type: ignore[union-attr]
            unwrap(content)


def styles_in(root: etree._Element) -> frozenset[str]:
    """The identifiers of the styles that the elements below name."""
    return frozenset(str(element.get(f"{W}val")) for element in root.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle"))


def restyle(root: etree._Element, renamed: Mapping[str, str]) -> None:
    """Write our identifiers of styles; a style that is not kept leaves the default."""
    for element in list(root.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")):
        name = renamed.get(str(element.get(f"{W}val")))
        if name is None:
            drop(element)
        else:
            element.set(f"{W}val", name)


def xml_of(element: etree._Element) -> str:
    """An element as it stands below our declarations."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return _DECLARED.sub("", text)


def inner_xml(root: etree._Element) -> str:
    """Everything below an element."""
    return "".join(map(xml_of, root))


def has_drawing(element: etree._Element) -> bool:
    """Whether a paragraph holds a picture or a shape."""
    return next(element.iter(f"{W}drawing", f"{W}pict", f"{W}object"), None) is not None


# ---- order of properties

_PARAGRAPH_ORDER: Final = [
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
    "suppressLineNumbers",
    "pBdr",
    "shd",
    "tabs",
    "suppressAutoHyphens",
    "kinsoku",
    "wordWrap",
    "overflowPunct",
    "topLinePunct",
    "autoSpaceDE",
    "autoSpaceDN",
    "bidi",
    "adjustRightInd",
    "snapToGrid",
    "spacing",
    "ind",
    "contextualSpacing",
    "mirrorIndents",
    "suppressOverlap",
    "jc",
    "textDirection",
    "textAlignment",
    "textboxTightWrap",
    "outlineLvl",
    "divId",
    "cnfStyle",
    "rPr",
    "sectPr",
    "pPrChange",
]
_PLACE: Final = {f"{W}{name}": place for place, name in enumerate(_PARAGRAPH_ORDER)}


def set_property(properties: etree._Element, name: str, **values: str) -> etree._Element:
    """Set a property of a paragraph in Word's order; what stood there is replaced."""
    tag = f"{W}{name}"
    for old in properties.findall(tag):
        properties.remove(old)
    made = etree.Element(tag, {f"{W}{key}": value for key, value in values.items()})
    place = sum(_PLACE.get(str(child.tag), len(_PLACE)) < _PLACE[tag] for child in properties)
    properties.insert(place, made)
    return made
