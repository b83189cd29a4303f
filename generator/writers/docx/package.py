"""The package: every part of the file, what joins them, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from generator.ooxml import base
from generator.ooxml.archive import Member, archive, constant_member, member
from generator.ooxml.numbering import NAMESPACE
from generator.writers.docx import frame, properties
from generator.writers.docx.body import Body
from generator.writers.docx.contents import annexes, contents, range_bookmark
from generator.writers.docx.numbers import Numbers
from generator.writers.docx.scope import Scope

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE: Final = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES: Final = {
    "word/document.xml": f"{_WORD}.document.main+xml",
    "word/styles.xml": f"{_WORD}.styles+xml",
    "word/settings.xml": f"{_WORD}.settings+xml",
    "word/fontTable.xml": f"{_WORD}.fontTable+xml",
    "word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
    "word/numbering.xml": f"{_WORD}.numbering+xml",
    "word/header.xml": f"{_WORD}.header+xml",
    "word/coverHeader.xml": f"{_WORD}.header+xml",
    "word/footer.xml": f"{_WORD}.footer+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
}
_ROOT: Final = (
    ("rIdDocument", f"{_OFFICE}/officeDocument", "word/document.xml"),
    ("rIdCore", _CORE, "docProps/core.xml"),
    ("rIdExtended", f"{_OFFICE}/extended-properties", "docProps/app.xml"),
    ("rIdCustom", f"{_OFFICE}/custom-properties", "docProps/custom.xml"),
)
_DOCUMENT: Final = (
    ("rIdStyles", f"{_OFFICE}/styles", "styles.xml"),
    ("rIdSettings", f"{_OFFICE}/settings", "settings.xml"),
    ("rIdFonts", f"{_OFFICE}/fontTable", "fontTable.xml"),
    ("rIdTheme", f"{_OFFICE}/theme", "theme/theme1.xml"),
    ("rIdNumbering", f"{_OFFICE}/numbering", "numbering.xml"),
    (frame.HEADER, f"{_OFFICE}/header", "header.xml"),
    (frame.COVER_HEADER, f"{_OFFICE}/header", "coverHeader.xml"),
    (frame.FOOTER, f"{_OFFICE}/footer", "footer.xml"),
)


@dataclass(frozen=True, slots=True)
class _Embedded:
    """One file carried along: its custom XML part, counted from 1."""

    number: int
    name: str
    content: bytes


def package(scope: Scope, embedded: Mapping[str, bytes], pages: Mapping[str, int] | None) -> bytes:
    """The whole file."""
    document = scope.numbered.document
    language = document.language
    numbers = Numbers(scope)
    # The text comes first: it is what asks for the lists that the numbering part then defines.
    text = _document(scope, numbers, pages)
    carried = [_Embedded(number, name, embedded[name]) for number, name in enumerate(sorted(embedded), start=1)]
    parts = {
        "word/numbering.xml": numbers.lists.xml(),
        "word/header.xml": frame.header(document.properties),
        "word/coverHeader.xml": frame.cover_header(document.properties),
        "word/footer.xml": frame.footer(document.properties, scope.phrases),
        "docProps/core.xml": properties.core(document),
        "docProps/custom.xml": properties.custom(document),
    }
    constants = {
        "word/styles.xml": base.styles(language, numbers.tied),
        "word/settings.xml": base.settings(language),
        "word/fontTable.xml": base.fonts(language),
        "word/theme/theme1.xml": base.theme(language),
        "docProps/app.xml": properties.extended().encode(),
        "_rels/.rels": _relationships(_ROOT).encode(),
    }
    return archive(
        [
            constant_member("[Content_Types].xml", _content_types(len(carried)).encode()),
            *(constant_member(name, content) for name, content in constants.items()),
            constant_member("word/_rels/document.xml.rels", _document_relationships(len(carried)).encode()),
            member("word/document.xml", *map(str.encode, text)),
            *(member(name, content.encode()) for name, content in parts.items()),
            *_embedded_members(carried),
        ]
    )


def _document(scope: Scope, numbers: Numbers, pages: Mapping[str, int] | None) -> list[str]:
    """The main document in pieces: a long one is never copied whole."""
    body = Body(scope, numbers)
    status = frame.status_line(scope.numbered.document.properties)
    pieces = [f'{_DECLARATION}<w:document xmlns:w="{NAMESPACE}"><w:body>']
    open_ranges: dict[str, str] = {}
    at_new_page = True
    # Whether the Word section that is open began in the middle of a page, after a table of contents.
    follows_on = False
    for place, part in enumerate(scope.parts):
        first_status = status if place == 0 else ""
        if follows_on and (part.contents or part.cover):
            # LibreOffice 7.4 fails on a second table of contents after a section that began in the middle of a page.
            pieces.append(frame.section_end(follows_on=True))
            follows_on, at_new_page = False, True
        if part.kind == "annex":
            pieces.append(body.annex(part, status=first_status))
        elif part.cover:
            if not at_new_page:
                pieces.append(frame.section_end(follows_on=follows_on))
            pieces += (body.cover(part, status), frame.section_end(cover=True))
            follows_on = False
        else:
            pieces.append(body.title(part, new_page=not at_new_page, status=first_status))
        if part.contents:
            pieces.append(contents(part, scope, body.control(), pages, follows_on=follows_on))
            follows_on = True
            start, end = body.range(range_bookmark(part))
            pieces.append(start)
            last = (annexes(part, scope) or [part])[-1].id
            open_ranges[last] = end + open_ranges.get(last, "")
        for number, section in enumerate(part.sections):
            at_top = number == 0 and bool(part.cover) and part.kind != "annex" and not part.contents
            pieces.append(body.section(section, at_top=at_top))
        pieces.append(open_ranges.pop(part.id, ""))
        at_new_page = False
    pieces.append(f"{frame.section_properties(follows_on=follows_on)}</w:body></w:document>")
    return pieces


def _relationships(joined: tuple[tuple[str, str, str], ...]) -> str:
    return (
        f'{_DECLARATION}<Relationships xmlns="{_RELATIONSHIPS}">'
        + "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in joined)
        + "</Relationships>"
    )


def _document_relationships(carried: int) -> str:
    own = tuple(
        (f"rIdEmbedded{number}", f"{_OFFICE}/customXml", f"../customXml/item{number}.xml")
        for number in range(1, carried + 1)
    )
    return _relationships(_DOCUMENT + own)


def _content_types(carried: int) -> str:
    types = _TYPES | {
        f"customXml/itemProps{number}.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
        for number in range(1, carried + 1)
    }
    return (
        f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items())
        + "</Types>"
    )


def _embedded_members(carried: list[_Embedded]) -> list[Member]:
    members: list[Member] = []
    for one in carried:
        props = f"itemProps{one.number}.xml"
        joined = _relationships((("rIdProperties", f"{_OFFICE}/customXmlProps", props),))
        members += (
            member(f"customXml/item{one.number}.xml", properties.embedded(one.name, one.content).encode()),
            member(f"customXml/{props}", properties.embedded_properties(one.number).encode()),
            member(f"customXml/_rels/item{one.number}.xml.rels", joined.encode()),
        )
    return members
