"""The styles that the book adds to those of a contract. Lengths are in twentieths of a point, sizes in half points."""

from __future__ import annotations

from typing import Final

from generator.ooxml.base import language_tag

# Identifiers; the name that a person sees is the same with spaces, which is how LibreOffice makes one from the other.
DOCUMENT: Final = "BookDocument"
SECTION: Final = "BookSection"
CLAUSE: Final = "BookClause"
NOTE: Final = "BookNote"
ROW: Final = "BookRow"
CAPTION: Final = "BookCaption"
BEGIN: Final = "BookBegin"
END: Final = "BookEnd"
TITLES: Final = {"fr": "BookTitleFrench", "en": "BookTitleEnglish"}
TEXTS: Final = {"fr": "BookTextFrench", "en": "BookTextEnglish"}
LABEL: Final = "BookLabel"
CODE: Final = "BookCode"
VALUE: Final = "BookValue"
STATEMENT: Final = "BookStatement"
REFERENCE: Final = "BookReference"

# Those of paragraphs that are only for reading: none of them stands inside a text.
READING: Final = frozenset({DOCUMENT, SECTION, CLAUSE, NOTE, ROW, CAPTION, END})

_INK: Final = "1B2A41"
_NO_HEIGHT: Final = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
_FONT: Final = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Calibri" w:cs="Calibri"/>'
_MONOSPACED: Final = (
    '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:eastAsia="Consolas" w:cs="Courier New"/><w:noProof/>'
)


def styles() -> str:
    """The elements ``w:style``, to stand after those of a contract."""
    headings = (
        _heading(DOCUMENT, "Book Document", 0, 30, "<w:pageBreakBefore/>", SECTION),
        _heading(SECTION, "Book Section", 1, 24, "", CLAUSE),
        _heading(CLAUSE, "Book Clause", 2, 21, "", ROW),
    )
    texts = (
        _paragraph(
            TEXTS["fr"], "Book Text French",
            '<w:pBdr><w:left w:val="single" w:sz="12" w:space="8" w:color="2F6DB5"/></w:pBdr>'
            '<w:spacing w:before="0" w:after="30"/><w:ind w:left="284"/>',
            _spoken("fr"),
        ),
        _paragraph(TEXTS["en"], "Book Text English", "", _spoken("en"), based=TEXTS["fr"]),
        _paragraph(TITLES["fr"], "Book Title French", "<w:keepNext/>", f"<w:b/><w:bCs/>{_spoken('fr')}", TEXTS["fr"],
                   TEXTS["fr"]),
        _paragraph(TITLES["en"], "Book Title English", "<w:keepNext/>", f"<w:b/><w:bCs/>{_spoken('en')}", TEXTS["en"],
                   TEXTS["en"]),
    )  # fmt: skip
    reading = (
        _paragraph(NOTE, "Book Note", '<w:spacing w:before="60" w:after="120"/>', ""),
        _paragraph(
            ROW, "Book Row",
            '<w:tabs><w:tab w:val="left" w:pos="2552"/></w:tabs><w:spacing w:before="0" w:after="20"/>'
            '<w:ind w:left="2552" w:hanging="2552"/>', '<w:sz w:val="17"/><w:szCs w:val="17"/>',
        ),
        _paragraph(
            CAPTION, "Book Caption", '<w:keepNext/><w:spacing w:before="120" w:after="40"/>',
            f'{_FONT}<w:b/><w:bCs/><w:color w:val="2F6DB5"/><w:sz w:val="18"/><w:szCs w:val="18"/>', follow=TEXTS["fr"],
        ),
        _paragraph(BEGIN, "Book Begin", f'<w:keepNext/>{_NO_HEIGHT}', '<w:sz w:val="2"/><w:szCs w:val="2"/>'),
        _paragraph(END, "Book End", '<w:spacing w:before="0" w:after="60" w:line="120" w:lineRule="exact"/>',
                   '<w:sz w:val="8"/><w:szCs w:val="8"/>'),
    )  # fmt: skip
    characters = (
        _character(LABEL, "Book Label", f'{_FONT}<w:color w:val="5A6472"/>'),
        _character(CODE, "Book Code", f'{_MONOSPACED}<w:sz w:val="16"/><w:szCs w:val="16"/>'),
        _character(VALUE, "Book Value", _coloured("1F5FA8")),
        _character(STATEMENT, "Book Statement", _coloured("8A4B08")),
        _character(REFERENCE, "Book Reference", _coloured("2E6B34")),
    )  # fmt: skip
    return "".join((*headings, *texts, *reading, *characters))


def _coloured(colour: str) -> str:
    return f'{_MONOSPACED}<w:color w:val="{colour}"/><w:sz w:val="17"/><w:szCs w:val="17"/>'


def _spoken(language: str) -> str:
    return f'<w:lang w:val="{language_tag(language)}"/>'


def _heading(style: str, name: str, level: int, size: int, more: str, follow: str) -> str:
    looks = f'{_FONT}<w:b/><w:bCs/><w:color w:val="{_INK}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    properties = (
        f'<w:keepNext/><w:keepLines/>{more}<w:spacing w:before="{240 if level else 0}" w:after="80"/>'
        f'<w:outlineLvl w:val="{level}"/>'
    )
    return _paragraph(style, name, properties, looks, follow=follow)


def _paragraph(style: str, name: str, properties: str, looks: str, based: str = "Normal", follow: str = "") -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based}"/><w:next w:val="{follow or style}"/><w:qFormat/>'
        f"<w:pPr>{properties}</w:pPr><w:rPr>{looks}</w:rPr></w:style>"
    )


def _character(style: str, name: str, looks: str) -> str:
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name}"/>'
        f"<w:qFormat/><w:rPr>{looks}</w:rPr></w:style>"
    )
