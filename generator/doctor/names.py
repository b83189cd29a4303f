"""Namespaces of a Word package, and the names of its elements that several checks ask for."""

from __future__ import annotations

from typing import Final

from lxml import etree

from generator.ooxml.numbering import NAMESPACE

W: Final = f"{{{NAMESPACE}}}"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
R: Final = f"{{{RELATIONSHIPS}}}"
PACKAGE: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WORD_2010: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
VML: Final = "{urn:schemas-microsoft-com:vml}"
OFFICE: Final = "{urn:schemas-microsoft-com:office:office}"

P: Final = f"{W}p"
T: Final = f"{W}t"
VAL: Final = f"{W}val"
ID: Final = f"{W}id"
NAME: Final = f"{W}name"
BREAKS: Final = (f"{W}tab", f"{W}br", f"{W}cr")
OFF: Final = frozenset({"0", "false", "off"})

# Elements that hold others without being a place of their own: what they hold stands where they stand.
TRANSPARENT: Final = frozenset(
    f"{W}{name}"
    for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "del", "moveFrom", "moveTo", "dir", "bdo")
)


def val(element: etree._Element | None, missing: str = "") -> str:
    """``w:val`` of an element; ``missing`` where the element or its value is not there."""
    return missing if element is None else element.get(VAL) or missing


def integer(text: str | None, missing: int = -1) -> int:
    """A whole number in an attribute; ``missing`` where there is none, or none that fits 32 bits."""
    try:
        number = int(text or "")
    except ValueError:
        return missing
    return number if -(2**31) <= number < 2**31 else missing


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that is there or not (``w:vanish``) is there and not switched off."""
    return element is not None and val(element) not in OFF


def local(element: etree._Element) -> str:
    """The name of an element as a reader of the XML says it: ``w:p``, or the bare name in other namespaces."""
    tag = str(element.tag)
    return f"w:{tag[len(W) :]}" if tag.startswith(W) else tag.rpartition("}")[2]


def printed(element: etree._Element) -> str:
    """The words inside an element as a page shows them; a tab and a line break are a blank."""
    words = []
    for child in element.iter(T, *BREAKS):
        if child.tag == T:
            words.append(child.text or "")
        elif (parent := child.getparent()) is not None and parent.tag == f"{W}r":
            words.append(" ")
    return "".join(words)
