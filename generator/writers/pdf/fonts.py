"""Whether the fonts of a Word file, or others of the same widths, are there: without them its pages are not Word's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Final
from zipfile import ZipFile

import pikepdf
from pikepdf import open as read_pdf

from generator.ooxml.archive import archive, member
from generator.ooxml.house import fonts
from generator.ooxml.numbering import NAMESPACE
from generator.ooxml.text import attribute

# Fonts that were drawn to the widths of another: a line of text breaks at the same word in both. A base may name the
# last two, though no table is measured for them.
TWINS: Final[Mapping[str, tuple[str, ...]]] = {
    **{font: (twin.name, *twin.others) for font, twin in fonts.TWINS.items()},
    "Georgia": ("Gelasio",),
    "Helvetica": ("Arial", "Liberation Sans", "Arimo"),
}

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org"
_NAMED: Final = re.compile(r'w:(?:ascii|hAnsi)="([^"]+)"')
_THEMED: Final = re.compile(r'w:(?:ascii|hAnsi)Theme="(major|minor)')
_THEME: Final = re.compile(r'<a:(major|minor)Font>\s*<a:latin typeface="([^"]+)"')
_SUBSET: Final = re.compile(r"^/?(?:[A-Z]{6}\+)?")
_FOUNDRY: Final = re.compile(r"(?:PS)?(?:MT)?$")
_NOT_A_LETTER: Final = re.compile(r"[^a-z0-9]")


def fonts_of(word: bytes) -> frozenset[str]:
    """The fonts that the styles of a Word file name, those of its theme too."""
    with ZipFile(BytesIO(word)) as package:
        styles = package.read("word/styles.xml").decode()
        theme = package.read("word/theme/theme1.xml").decode() if "word/theme/theme1.xml" in package.namelist() else ""
    themed = set(_THEMED.findall(styles))
    return frozenset((*_NAMED.findall(styles), *(font for kind, font in _THEME.findall(theme) if kind in themed)))


def specimen(font: str) -> bytes:
    """A Word file of one word in this font: the PDF that is made of it tells which font took its place."""
    properties = f'<w:rPr><w:rFonts w:ascii="{attribute(font)}" w:hAnsi="{attribute(font)}"/></w:rPr>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": f'<w:document xmlns:w="{NAMESPACE}"><w:body><w:p><w:r>{properties}<w:t>Contract</w:t>'
        "</w:r></w:p></w:body></w:document>",
    }
    return archive([member(name, (_DECLARATION + content).encode()) for name, content in parts.items()])


def replacement(font: str, pdf: bytes) -> str:
    """The font in which the specimen of ``font`` was set, where its widths are others; empty where they are right."""
    used = next(embedded_fonts(pdf), "")
    right = any(_family(used) == _family(name) for name in (font, *TWINS.get(font, ())))
    return "" if right else used or "no font"


def embedded_fonts(pdf: bytes) -> Iterator[str]:
    """The PostScript name of each font in a PDF, without the mark of a subset."""
    with read_pdf(BytesIO(pdf)) as document:
        for entry in document.objects:
            if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/FontDescriptor":
                yield _SUBSET.sub("", str(entry.FontName))


def _family(name: str) -> str:
    """``Times New Roman``, ``TimesNewRomanPSMT`` and ``TimesNewRomanPS-BoldMT`` are one family."""
    return _NOT_A_LETTER.sub("", _FOUNDRY.sub("", name.split("-")[0]).lower())
