"""The package: every part of the file, what joins them, in a fixed order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from generator.document.nodes import Layout, Part
from generator.ooxml import base, names
from generator.ooxml.archive import Member, archive, constant_member, member
from generator.ooxml.house.markup import DECLARATIONS
from generator.ooxml.house.model import House
from generator.ooxml.house.styles import numbered_part
from generator.ooxml.text import escaped
from generator.writers.docx import frame, properties, tables
from generator.writers.docx.body import Body
from generator.writers.docx.contents import annexes, contents, range_bookmark
from generator.writers.docx.inline import paragraph
from generator.writers.docx.scope import Scope
from generator.writers.docx.tables import BETWEEN

_EXTERNAL: Final = ' TargetMode="External"'
# The tab stop of the page numbers in a table of contents: whatever the base says, they stand at the right margin.
_CONTENTS_PAGE: Final = re.compile(r'(<w:tab w:val="right" w:leader="dot" w:pos=")\d+(")')
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
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
}
_PICTURES: Final = {
    "jpg": "image/jpeg", "tif": "image/tiff", "svg": "image/svg+xml", "emf": "image/x-emf", "wmf": "image/x-wmf",
}  # fmt: skip
_ROOT: Final = (
    ("rIdDocument", f"{_OFFICE}/officeDocument", "word/document.xml", False),
    ("rIdCore", _CORE, "docProps/core.xml", False),
    ("rIdExtended", f"{_OFFICE}/extended-properties", "docProps/app.xml", False),
    ("rIdCustom", f"{_OFFICE}/custom-properties", "docProps/custom.xml", False),
)
_DOCUMENT: Final = (
    ("rIdStyles", f"{_OFFICE}/styles", "styles.xml", False),
    ("rIdSettings", f"{_OFFICE}/settings", "settings.xml", False),
    ("rIdFonts", f"{_OFFICE}/fontTable", "fontTable.xml", False),
    ("rIdTheme", f"{_OFFICE}/theme", "theme/theme1.xml", False),
    ("rIdNumbering", f"{_OFFICE}/numbering", "numbering.xml", False),
)


@dataclass(frozen=True, slots=True)
class _Carried:
    """A custom XML part, counted from 1: bound values, or a file carried along."""

    number: int
    content: str
    identity: str


_MAIN: Final = "word/document.xml"
_CLAUSE_NAME: Final = f' w:name="{names.CLAUSE_BOOKMARK}'
# Text, or a part of a field: where these are not, nothing is read.
_SAYS_SOMETHING: Final = ("<w:t>", "<w:t ", "<w:fldChar")

Pages = Mapping[str, int]
# A table of contents waits for the pages; all other pieces of a main document are the same with any.
Piece = str | Callable[[Pages | None], str]


@dataclass(frozen=True)
class Printed:
    """What a body prints, in pieces: a long document is never copied whole."""

    body: Body
    pieces: tuple[Piece, ...]
    frames: Mapping[str, bytes]

    def text(self, pages: Pages | None) -> Iterator[bytes]:
        """The main document, with these pages in its tables of contents."""
        return (piece.encode() if isinstance(piece, str) else piece(pages).encode() for piece in self.pieces)


def printed(body: Body) -> Printed:
    """What ``body`` prints; a body prints once."""
    pieces = tuple(_document(body))
    # Their controls are counted after those of the text.
    return Printed(body, pieces, {name: content.encode() for name, content in frame.frames(body.scope).items()})


def stories(made: Printed) -> dict[str, bytes]:
    """What the file says: its main document, without page numbers in its contents, its headers and its footers."""
    return {_MAIN: b"".join(made.text(None)), **made.frames}


def frame_stories(made: Printed) -> dict[str, bytes]:
    """The same with nothing inside of the clauses, each of which stands in a control of its own, nor what is between
    them where this says nothing: a tenth to be read."""
    document = "".join(piece if isinstance(piece, str) else piece(None) for piece in made.pieces)
    kept: list[str] = []
    position = 0
    while (name := document.find(_CLAUSE_NAME, position)) >= 0:
        end = document.index("/>", name)
        number = document[document.rindex('"', 0, name - 1) + 1 : name - 1]
        between = document[position : end + len("/>")]
        # What opens in one stretch between clauses closes in it, or in the next one, which opens as much again.
        if not kept or any(sign in between for sign in _SAYS_SOMETHING):
            kept.append(between)
        position = document.index(f'<w:bookmarkEnd w:id="{number}"/>', end)
    return {_MAIN: "".join((*kept, document[position:])).encode(), **made.frames}


def package(
    made: Printed,
    embedded: Mapping[str, bytes],
    pages: Pages | None,
    *,
    redline_only: bool = False,
    fast: bool = False,
) -> bytes:
    """The whole file, of what was printed."""
    body = made.body
    scope, numbers = body.scope, body.numbers
    document = scope.numbered.document
    language = document.language
    carried = _carried(scope, embedded)
    parts = {
        "word/numbering.xml": numbers.lists.xml(),
        "docProps/core.xml": properties.core(document),
        "docProps/custom.xml": properties.custom(document),
    }
    house = scope.house
    settings = base.settings(language, mirrored=house.mirrored, even_and_odd=house.even_and_odd)
    constants = {
        "word/styles.xml": _styles(house, language, tuple(sorted(numbers.tied.items())), _contents_width(body)),
        "word/settings.xml": properties.redline_only(settings) if redline_only else settings,
        "word/fontTable.xml": house.fonts,
        "word/theme/theme1.xml": house.theme,
        "docProps/app.xml": properties.extended().encode(),
        "_rels/.rels": _relationships(_ROOT).encode(),
        **_frame_relationships(house),
        **{f"word/{media.name}": media.content for media in house.media},
    }
    return archive(
        [
            constant_member("[Content_Types].xml", _content_types(house, len(carried)).encode()),
            *(constant_member(name, content) for name, content in constants.items()),
            constant_member("word/_rels/document.xml.rels", _document_relationships(house, len(carried)).encode()),
            # The files of a pack have most of their headers and footers in common.
            *(constant_member(name, content) for name, content in made.frames.items()),
            member(_MAIN, *made.text(pages), fast=fast),
            *(member(name, content.encode(), fast=fast) for name, content in parts.items()),
            *_carried_members(carried, fast),
        ]
    )


def _document(body: Body) -> list[Piece]:
    """The main document in pieces."""
    scope = body.scope
    status = frame.status_line(scope.numbered.document.properties)
    pieces: list[Piece] = [f"{_DECLARATION}<w:document {DECLARATIONS}><w:body>"]
    open_ranges: dict[str, str] = {}
    before: Part | None = None
    for part in scope.parts:
        first_status = "" if before else status
        runs_on = before is not None and _runs_on(scope.numbered.document.layout, before, part)
        new_page = before is not None and not runs_on
        if part.kind == "annex":
            pieces.append(body.annex(part, runs_on=runs_on, status=first_status))
        elif part.unnumbered:
            pieces.append(body.summary(part, new_page=new_page))
            before = part
            continue
        elif part.cover and scope.numbered.document.layout == "full":
            if before:
                pieces.append(frame.section_end(scope.house))
            pieces += (body.cover(part, status), frame.section_end(scope.house, cover=True))
            pieces.append(body.title(part, new_page=False, status=""))
        else:
            pieces.append(body.title(part, new_page=new_page, runs_on=runs_on, status=first_status))
            pieces.append(body.introduction(part))
        left = 0
        if part.contents:
            left = body.contents_left(part)
            pieces.append(partial(contents, part, scope, body.control(), body.entries(part), left))
            start, end = body.range(range_bookmark(part))
            pieces.append(start)
            if left:
                pieces += (*map(body.section, part.sections[:left]), end)
                start, end = body.range(range_bookmark(part, second=True))
                pieces.append(start)
            last = (annexes(part, scope) or [part])[-1].id
            open_ranges[last] = end + open_ranges.get(last, "")
        pieces += map(body.section, part.sections[left:])
        if part.sections:
            last_section = pieces.pop()
            assert isinstance(last_section, str)
            pieces.append(_ended_low(last_section))
        pieces.append(open_ranges.pop(part.id, ""))
        before = part
    pieces.append(f"{frame.section_properties(scope.house)}</w:body></w:document>")
    return pieces


def _runs_on(layout: Layout, before: Part, part: Part) -> bool:
    """Whether a part follows the one before it on its page. A summary and a letter keep their pages to themselves."""
    return layout != "full" and not (part.unnumbered or before.unnumbered)


def _ended_low(printed: str) -> str:
    """A part whose last block is a table, with the least paragraph after it: Word wants one there, and a table that
    fills its page would push a taller one onto a page of its own."""
    before, after, behind = printed.rpartition(tables.AFTER)
    return before + paragraph(names.SEPARATOR, "") + behind if after and "<w:p>" not in behind else printed


def _contents_width(body: Body) -> int:
    """Where the page numbers of the contents stand: at the right margin, or at the end of the columns."""
    house = body.scope.house
    columned = any(body.contents_left(part) for part in body.scope.parts if part.contents)
    return house.text_width // 2 - BETWEEN if columned else house.text_width


@lru_cache(maxsize=64)
def _styles(house: House, language: str, tied: tuple[tuple[str, tuple[int, int]], ...], contents_width: int) -> bytes:
    styles = numbered_part(house.styles, base.language_tag(language), dict(tied))
    return _CONTENTS_PAGE.sub(rf"\g<1>{contents_width}\g<2>", styles).encode()


def _relationships(joined: Iterable[tuple[str, str, str, bool]]) -> str:
    return (
        f'{_DECLARATION}<Relationships xmlns="{_RELATIONSHIPS}">'
        + "".join(
            f'<Relationship Id="{name}" Type="{kind}" Target="{escaped(target)}"{_EXTERNAL if external else ""}/>'
            for name, kind, target, external in joined
        )
        + "</Relationships>"
    )


@lru_cache(maxsize=64)
def _document_relationships(house: House, carried: int) -> str:
    own = (
        (f"rIdEmbedded{number}", f"{_OFFICE}/customXml", f"../customXml/item{number}.xml", False)
        for number in range(1, carried + 1)
    )
    return _relationships((*_DOCUMENT, *frame.joined(house), *own))


@lru_cache(maxsize=16)
def _frame_relationships(house: House) -> Mapping[str, bytes]:
    """The relationships of the headers and footers that lead to a picture or an address."""
    return {
        frame.frame_part(place, house).replace("word/", "word/_rels/") + ".rels": _relationships(
            map(frame.relationship, one.joined)
        ).encode()
        for place, one in enumerate(house.frames)
        if one.joined
    }


@lru_cache(maxsize=64)
def _content_types(house: House, carried: int) -> str:
    types = _TYPES | {
        frame.frame_part(place, house): f"{_WORD}.{one.kind}+xml" for place, one in enumerate(house.frames)
    }
    types |= {
        f"customXml/itemProps{number}.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
        for number in range(1, carried + 1)
    }
    pictures = sorted({media.name.rpartition(".")[2] for media in house.media})
    return (
        f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Default Extension="{one}" ContentType="{_PICTURES.get(one, f"image/{one}")}"/>' for one in pictures
        )
        + "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items())
        + "</Types>"
    )


def _carried(scope: Scope, embedded: Mapping[str, bytes]) -> list[_Carried]:
    made = [(scope.bindings.xml(), scope.bindings.properties_xml())] if scope.bindings else []
    made += [
        (properties.embedded(name, embedded[name]), properties.embedded_properties(number))
        for number, name in enumerate(sorted(embedded), start=1)
    ]
    return [_Carried(number, *parts) for number, parts in enumerate(made, start=1)]


def _carried_members(carried: list[_Carried], fast: bool) -> list[Member]:
    members: list[Member] = []
    for one in carried:
        props = f"itemProps{one.number}.xml"
        joined = _relationships((("rIdProperties", f"{_OFFICE}/customXmlProps", props, False),))
        members += (
            member(f"customXml/item{one.number}.xml", one.content.encode(), fast=fast),
            member(f"customXml/{props}", one.identity.encode()),
            member(f"customXml/_rels/item{one.number}.xml.rels", joined.encode()),
        )
    return members
