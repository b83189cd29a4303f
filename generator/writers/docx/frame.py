"""What surrounds the text: header, footer, watermark, and the Word sections that carry them."""

from __future__ import annotations

from typing import Final

from generator.document.nodes import Properties
from generator.ooxml import names
from generator.ooxml.numbering import NAMESPACE
from generator.ooxml.text import attribute, run
from generator.writers.docx import fields
from generator.writers.docx.inline import paragraph
from generator.writers.docx.phrases import Phrases
from generator.writers.docx.region import COLUMN_GAP, MARGIN, MARGIN_BOTTOM, MARGIN_TOP, PAGE_HEIGHT, PAGE_WIDTH

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES: Final = (
    f'xmlns:w="{NAMESPACE}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w10="urn:schemas-microsoft-com:office:word"'
)
_TAB: Final = "<w:r><w:tab/></w:r>"
# The length of the diagonal watermark in points, and how wide a character is for its height.
_DIAGONAL: Final = 540
_LETTER_RATIO: Final = 0.52
_TALLEST: Final = 90
_GEOMETRY: Final = (
    f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/><w:pgMar w:top="{MARGIN_TOP}" w:right="{MARGIN}" '
    f'w:bottom="{MARGIN_BOTTOM}" w:left="{MARGIN}" w:header="595" w:footer="454" w:gutter="0"/>'
)
# Relationship ids of the parts below, fixed in package.py.
HEADER: Final = "rIdHeader"
FOOTER: Final = "rIdFooter"
COVER_HEADER: Final = "rIdCoverHeader"


def status_line(properties: Properties) -> str:
    """The status as it stands on a line of its own, with a capital letter; empty for an approved contract."""
    return properties.status[:1].upper() + properties.status[1:]


def header(properties: Properties) -> str:
    """The header of a page of text: title on the left, reference on the right, watermark behind the text."""
    line = run(properties.title) + (f"{_TAB}{run(properties.reference)}" if properties.reference else "")
    return _header_part(paragraph(names.HEADER, _watermark(status_line(properties), 1) + line))


def cover_header(properties: Properties) -> str:
    """The header of a cover page: only the watermark."""
    no_rule = '<w:pBdr><w:bottom w:val="nil"/></w:pBdr>'
    return _header_part(paragraph(names.HEADER, _watermark(status_line(properties), 2), more=no_rule))


def footer(properties: Properties, phrases: Phrases) -> str:
    """The footer: identity and page on the first line, status on the second."""
    page = run(phrases.page) + fields.field("PAGE", "1") + run(phrases.of) + fields.field("NUMPAGES", "1")
    rule = '<w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="A6A6A6"/></w:pBdr>'
    lines = paragraph(names.FOOTER, run(properties.footer) + _TAB + page, more=rule)
    if properties.status:
        lines += paragraph(names.FOOTER, run(status_line(properties), "<w:rPr><w:i/><w:iCs/></w:rPr>"))
    return f"{_DECLARATION}<w:ftr {_NAMESPACES}>{lines}</w:ftr>"


def section_properties(*, cover: bool = False, follows_on: bool = False, columns: int = 1) -> str:
    """A Word section: a cover has a header of its own; one that ``follows_on`` starts on the page of the last."""
    chosen = COVER_HEADER if cover else HEADER
    kind = '<w:type w:val="continuous"/>' if follows_on else ""
    return (
        '<w:sectPr xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<w:headerReference w:type="default" r:id="{chosen}"/><w:footerReference w:type="default" r:id="{FOOTER}"/>'
        f'{kind}{_GEOMETRY}<w:cols w:num="{columns}" w:space="{COLUMN_GAP}"/></w:sectPr>'
    )


def section_end(*, cover: bool = False, follows_on: bool = False, columns: int = 1) -> str:
    """A line of one point with which a Word section ends."""
    properties = section_properties(cover=cover, follows_on=follows_on, columns=columns)
    return paragraph(names.SEPARATOR, "", more=properties)


def _header_part(content: str) -> str:
    return f"{_DECLARATION}<w:hdr {_NAMESPACES}>{content}</w:hdr>"


def _watermark(status: str, number: int) -> str:
    """Word's own kind of watermark: WordArt along the diagonal, behind the text, light enough to read over."""
    if not status:
        return ""
    height = min(round(_DIAGONAL / (max(len(status), 1) * _LETTER_RATIO)), _TALLEST)
    width = min(_DIAGONAL, round(height * len(status) * _LETTER_RATIO))
    return (
        "<w:r><w:rPr><w:noProof/></w:rPr><w:pict>"
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
