"""Pictures of a base: each is what its name says, and none reaches outside."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

_SVG: Final = "svg"
# What the first bytes of a picture are, by the ending of its name. Some formats have two beginnings.
_BEGINNINGS: Final = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpeg": (b"\xff\xd8\xff",),
    "jpg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "bmp": (b"BM",),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "tif": (b"II*\x00", b"MM\x00*"),
    "emf": (b"\x01\x00\x00\x00",),
    "wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00"),
}
ENDINGS: Final = (*_BEGINNINGS, _SVG)
_EMF_MARK: Final = (40, b" EMF")
_LEAST: Final = 18
# Elements that run a program, change an address while the picture is shown, or hold another language.
_ACTIVE: Final = ("script", "foreignObject", "set", "animate", "handler", "listener", "iframe", "object", "embed")
_OWN_ADDRESS: Final = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif)[;,]|\Z)", re.IGNORECASE)
_STYLE_ADDRESS: Final = re.compile(r"url\(\s*['\"]?\s*(?!#|['\"]?\s*data:image/(?:png|jpeg|gif)[;,])", re.IGNORECASE)
# A backslash writes letters of a style in another way, and could hide an address from this reading.
_STYLE_IMPORT: Final = re.compile(r"@import|image-set\s*\(|\\", re.IGNORECASE)


def picture_fault(ending: str, content: bytes) -> str:
    """Why these bytes are no picture of the kind that their name says; empty where they are one."""
    if len(content) < _LEAST:
        return "is empty"
    if ending == _SVG:
        return "" if _svg(content) is not None else "is no SVG drawing without a document type"
    at, mark = _EMF_MARK
    right = content.startswith(_BEGINNINGS[ending]) and (ending != "emf" or content[at : at + len(mark)] == mark)
    return "" if right else f"is no {ending.upper()} picture, though its name says so"


def reaches_outside(ending: str, content: bytes) -> str:
    """What in an SVG drawing leads elsewhere or runs; empty for none, and for pictures of any other kind."""
    root = _svg(content) if ending == _SVG else None
    if root is None:
        return ""
    for element in root.iter():
        if not isinstance(element.tag, str):
            return "a processing instruction"
        name = etree.QName(element).localname
        if name in _ACTIVE:
            return f"an element `{name}`"
        if name == "style" and _leads_out("".join(map(str, element.itertext()))):
            return "a style with an address"
        for key, value in element.attrib.items():
            found = _attribute_leads_out(etree.QName(str(key)), str(value))
            if found:
                return f"an attribute `{found}`"
    # Instructions before the drawing itself, such as a style sheet of another file, stand beside the root.
    beside = (root.getprevious(), root.getnext())
    return "" if beside == (None, None) else "a processing instruction"


def _attribute_leads_out(key: etree.QName, value: str) -> str:
    name = key.localname
    if name in ("href", "src", "base"):
        return "" if _OWN_ADDRESS.match(value) else name
    # Attributes of other programs, such as the folder of an export, say nothing to who draws the picture.
    drawn = key.namespace is None and (name.lower().startswith("on") or _leads_out(value))
    return name if drawn else ""


def _leads_out(style: str) -> bool:
    return bool(_STYLE_ADDRESS.search(style) or _STYLE_IMPORT.search(style))


def _svg(content: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, load_dtd=False)
    if b"<!DOCTYPE" in content:
        return None
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        return None
    return root if isinstance(root.tag, str) and etree.QName(root).localname == _SVG else None
