"""The file around the book: our own base document with the styles of the book, its frame and its properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from generator.book.styles import styles
from generator.ooxml.archive import archive, member
from generator.ooxml.base import base_parts, language_tag
from generator.ooxml.house import built_in
from generator.ooxml.house.styles import numbered_part
from generator.ooxml.numbering import Lists
from generator.ooxml.text import escaped
from generator.writers.docx import fields
from generator.writers.docx.properties import redline_only

# The properties by which an import knows the book, and what should be in it.
TEXTS: Final = "ClausierBookTexts"
ONLY: Final = "ClausierBookOnly"
LIBRARY: Final = "ClausierBookLibrary"

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BODY: Final = re.compile(r"<w:body>.*(?=<w:sectPr>)", re.DOTALL)
_PAGE: Final = "<w:r><w:t>[[page]]</w:t></w:r>"
_LAST_LINE: Final = re.compile(r"<w:p>\s*<w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>(?:(?!</w:p>).)*</w:p>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the text: the title, the line below each page, the properties by name."""

    language: str
    title: str
    state: str
    properties: Mapping[str, str]


def packed(body: list[str], frame: Frame) -> bytes:
    """The Word file of these paragraphs."""
    parts = {name: content.decode() for name, content in base_parts(frame.language).items()}
    parts["word/document.xml"] = _BODY.sub(
        lambda _: "<w:body>" + "".join(body), parts["word/document.xml"], count=1
    )  # fmt: skip
    house_styles = numbered_part(built_in().styles, language_tag(frame.language), {})
    parts["word/styles.xml"] = house_styles.replace("</w:styles>", f"{styles()}</w:styles>")
    parts["word/settings.xml"] = redline_only(parts["word/settings.xml"].encode()).decode()
    header = parts["word/header.xml"].replace("[[title]]", escaped(frame.title))
    parts["word/header.xml"] = header.replace("[[reference]]", "")
    footer = parts["word/footer.xml"].replace(_PAGE, fields.field("PAGE", "1"))
    parts["word/footer.xml"] = _LAST_LINE.sub("", footer.replace("[[parties]]", escaped(frame.state)))
    parts["word/numbering.xml"] = Lists().xml()
    parts["docProps/core.xml"] = _core(frame)
    parts["docProps/custom.xml"] = _custom(frame.properties)
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        "</Types>",
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/custom.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>',
    )
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rIdCore" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/>'
        f'<Relationship Id="rIdCustom" Type="{_OFFICE}/relationships/custom-properties" '
        'Target="docProps/custom.xml"/></Relationships>',
    )
    return archive([member(name, content.encode()) for name, content in parts.items()])


def _core(frame: Frame) -> str:
    return (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escaped(frame.title)}</dc:title>'
        f"<dc:language>{language_tag(frame.language)}</dc:language></cp:coreProperties>"
    )


def _custom(properties: Mapping[str, str]) -> str:
    listed = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
        f"<vt:lpwstr>{escaped(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(properties.items(), start=2)
    )
    return (
        f'{_DECLARATION}<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
        f"{listed}</Properties>"
    )
