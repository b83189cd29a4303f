"""What surrounds the text: headers, footers and cover of the house, the watermark, and the sections that carry them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from generator import formats
from generator.document.nodes import Properties
from generator.ooxml import names
from generator.ooxml.house.frames import WATERMARK
from generator.ooxml.house.model import Geometry, House, Joined, Repeated, Slot, Template
from generator.ooxml.text import attribute, run
from generator.writers.docx import fields
from generator.writers.docx.inline import paragraph
from generator.writers.docx.scope import Scope

# The length of the diagonal watermark in points, and how wide a character is for its height.
_DIAGONAL: Final = 540
_LETTER_RATIO: Final = 0.52
_TALLEST: Final = 90
_VML: Final = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w10="urn:schemas-microsoft-com:office:word"'
)
_BETWEEN_RUNS: Final = run(" – ")

# Prints the runs of one value with the properties that the base gives them.
Filler = Callable[[str], str]


def status_line(properties: Properties) -> str:
    """The status as it stands on a line of its own, with a capital letter; empty for an approved contract."""
    return properties.status[:1].upper() + properties.status[1:]


# ---- placeholders


def fillers(scope: Scope) -> Mapping[str, Filler]:
    """What stands in a header, a footer and on a cover in the place of each placeholder."""
    document, bindings = scope.numbered.document, scope.bindings
    properties = document.properties
    parties = {value.path: value.text for value in properties.names}
    provider = parties.get("parties.provider.legal_name", properties.author)
    client = parties.get("parties.client.legal_name", "")
    date = formats.date(datetime.datetime.fromisoformat(properties.created).date(), document.language)
    page, of = scope.phrases.page, scope.phrases.of

    def text(words: str) -> Filler:
        return lambda look: bindings.runs(words, look) if words else ""

    return {
        "title": text(properties.title),
        "reference": text(properties.reference),
        "status": text(status_line(properties)),
        "provider": text(provider),
        "client": text(client),
        "date": text(date),
        "parties": text(properties.footer),
        "page": lambda look: (
            run(page, look) + fields.field("PAGE", "1", look) + run(of, look) + fields.field("NUMPAGES", "1", look)
        ),
    }


def filled(template: Template, inline: Mapping[str, Filler], blocks: Mapping[str, Sequence[str]]) -> str:
    """A template with its values: ``blocks`` gives the runs of each paragraph of what may take several."""
    pieces: list[str] = []
    for piece in template:
        match piece:
            case str():
                pieces.append(piece)
            case Slot(name, look):
                # Inside a line the status looks as the line does.
                several = blocks.get(name) if name != "status" else None
                pieces.append(inline[name](look) if several is None else _BETWEEN_RUNS.join(several))
            case Repeated():
                pieces.append(_repeated(piece, [one for one in blocks.get(piece.name, ()) if one]))
    return "".join(pieces)


def _repeated(piece: Repeated, texts: Sequence[str]) -> str:
    if not texts:
        return piece.first + piece.after if piece.kept else ""
    first, *others = texts
    return piece.first + first + piece.after + "".join(piece.further + other + piece.after for other in others)


# ---- parts


def frame_part(place: int, house: House) -> str:
    """The name in the package of a header or a footer of the house."""
    return f"word/{house.frames[place].kind}{place + 1}.xml"


def frames(scope: Scope) -> dict[str, str]:
    """Every header and footer by its name in the package; a draft has its watermark behind the text of each page."""
    house = scope.house
    status = status_line(scope.numbered.document.properties)
    inline = fillers(scope)
    printed = {}
    for place, frame in enumerate(house.frames):
        own = {**inline, WATERMARK: _marked(status, place + 1)}
        printed[frame_part(place, house)] = filled(frame.content, own, {"status": [inline["status"]("")]})
    return printed


def _marked(status: str, number: int) -> Filler:
    watermark = _watermark(status, number)
    return lambda _: watermark


def joined(house: House) -> tuple[tuple[str, str, str, bool], ...]:
    """The relationships of the main document to the frames and to what stands on the cover."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = (
        (f"rIdFrame{place + 1}", f"{office}/{frame.kind}", frame_part(place, house).removeprefix("word/"), False)
        for place, frame in enumerate(house.frames)
    )
    return (*parts, *map(relationship, house.cover_joined))


def relationship(one: Joined) -> tuple[str, str, str, bool]:
    return one.name, one.kind, one.target, one.external


# ---- Word sections


@lru_cache(maxsize=256)
def section_properties(house: House, *, cover: bool = False) -> str:
    """A Word section, which begins on a new page; a cover has a frame of its own."""
    pages = house.cover if cover else house.text
    references = "".join(
        f'<w:{house.frames[place].kind}Reference w:type="{use}" r:id="rIdFrame{place + 1}"/>'
        for use, place in sorted(pages.frames, key=lambda one: (house.frames[one[1]].kind == "footer", one[0]))
    )
    return (
        '<w:sectPr xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"{references}{_geometry(pages.geometry)}{pages.borders}"
        f'<w:cols w:space="709"/>{pages.alignment}</w:sectPr>'
    )


def _geometry(page: Geometry) -> str:
    turned = ' w:orient="landscape"' if page.width > page.height else ""
    return (
        f'<w:pgSz w:w="{page.width}" w:h="{page.height}"{turned}/><w:pgMar w:top="{page.top}" w:right="{page.right}" '
        f'w:bottom="{page.bottom}" w:left="{page.left}" w:header="{page.header}" w:footer="{page.footer}" '
        f'w:gutter="{page.gutter}"/>'
    )


def section_end(house: House, *, cover: bool = False) -> str:
    """A line of one point with which a Word section ends."""
    properties = section_properties(house, cover=cover)
    return paragraph(names.SEPARATOR, "", more=properties)


def _watermark(status: str, number: int) -> str:
    """Word's own kind of watermark: WordArt along the diagonal, behind the text, light enough to read over."""
    if not status:
        return ""
    height = min(round(_DIAGONAL / (max(len(status), 1) * _LETTER_RATIO)), _TALLEST)
    width = min(_DIAGONAL, round(height * len(status) * _LETTER_RATIO))
    return (
        f"<w:r><w:rPr><w:noProof/></w:rPr><w:pict {_VML}>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
        'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/><v:handles>'
        '<v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles><o:lock v:ext="edit" text="t" '
        'shapetype="t"/></v:shapetype>'
        f'<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" '
        f'alt="{attribute(status)}" style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;'
        f"height:{height}pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#d9d9d9" stroked="f">'
        '<v:fill opacity=".5"/><v:textpath style="font-family:&quot;Calibri&quot;;font-size:1pt" '
        f'string="{attribute(status)}"/><w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict></w:r>'
    )
