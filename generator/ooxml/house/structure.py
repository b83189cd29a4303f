"""What a header, a footer or the cover of a base must hold for Word to open the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic, Severity
from generator.ooxml.house.package import W

# What each part of a table holds at least, and how a person calls it.
_HOLDS: Final = {
    "tbl": ("tr", "a table", "row"),
    "tr": ("tc", "a row of a table", "cell"),
    "tc": ("p", "a cell of a table", "paragraph"),
}


def judged_structure(name: str, part: str, root: etree._Element) -> Iterator[Diagnostic]:
    """Tables without rows, cells without paragraphs, pictures by address; ``name`` is the file in findings."""
    for tag, (held, shown, missing) in _HOLDS.items():
        if not all(_holds(element, held) for element in root.iter(f"{W}{tag}")):
            message = f"{shown} in `{part}` of the base document has no {missing} where one must stand"
            help_ = "open the base in Word or LibreOffice and save it again: they mend it"
            yield Diagnostic("base-part", Severity.ERROR, message, None, help_, file=name)
            return
    for element in root.iter():
        if "src" in element.attrib:
            message = f"the base document fetches a picture from elsewhere: `{str(element.get('src'))[:120]}`"
            help_ = "put the picture itself into the document (Insert, Picture, not linked)"
            yield Diagnostic("base-external", Severity.ERROR, message, None, help_, file=name)


def _holds(element: etree._Element, held: str) -> bool:
    found = element.findall(f"{W}{held}")
    # A cell ends with a paragraph, also after a table of its own.
    return bool(found) and (held != "p" or found[-1].getnext() is None)
