"""Faults of tracked changes, notes, sections, settings, properties, words, and for those who do not see the page."""

from __future__ import annotations

from tests.faults.planting import (
    DOCUMENT,
    OFFICE,
    TOKEN,
    WORD,
    WORD_TYPES,
    before_end,
    cell,
    changed,
    fault,
    paragraph,
    replaced,
    run,
    said,
    substituted,
    table,
    with_part,
)

CORE, SETTINGS, STYLES = "docProps/core.xml", "word/settings.xml", "word/styles.xml"

# ---- tracked changes


def _deleted(id_: str = "8001", token: str = TOKEN, tag: str = "delText") -> str:
    return f'<w:del w:id="{id_}" {token}><w:r><w:{tag}>supprimé</w:{tag}></w:r></w:del>'


def _inserted(id_: str = "8002", token: str = TOKEN) -> str:
    return f'<w:ins w:id="{id_}" {token}>{run("ajouté")}</w:ins>'


@fault("deleted-text")
def plain_text_deleted(content: bytes) -> bytes:
    """Deleted words written as plain text."""
    return before_end(content, paragraph(_deleted(tag="t")))


@fault("deleted-text")
def deleted_text_kept(content: bytes) -> bytes:
    """Words written as deleted outside of a deletion."""
    return before_end(content, paragraph("<w:r><w:delText>resté</w:delText></w:r>"))


@fault("duplicate-revision-id")
def change_id_twice(content: bytes) -> bytes:
    """Two tracked changes with one id."""
    return before_end(content, paragraph(_deleted("8001") + _inserted("8001")))


@fault("unsigned-revision")
def change_without_author(content: bytes) -> bytes:
    """A tracked change without an author."""
    return before_end(content, paragraph(_inserted(token='w:date="2026-06-01T09:30:00Z"')))


@fault("undated-revision")
def change_without_date(content: bytes) -> bytes:
    """A tracked change without a date."""
    return before_end(content, paragraph(_inserted(token='w:author="A. Lefort"')))


@fault("bad-revision-date")
def change_with_bad_date(content: bytes) -> bytes:
    """A tracked change on the 31st of February."""
    return before_end(content, paragraph(_inserted(token='w:author="A. Lefort" w:date="2026-02-31T09:30:00Z"')))


@fault("unpaired-move")
def move_to_nowhere(content: bytes) -> bytes:
    """A moved text that arrives nowhere."""
    inner = f'<w:moveFromRangeStart w:id="8001" w:name="move1" {TOKEN}/><w:moveFrom w:id="8002" {TOKEN}>{run("parti")}'
    return before_end(content, paragraph(f'{inner}</w:moveFrom><w:moveFromRangeEnd w:id="8001"/>'))


# ---- comments and notes


def _comments(content: bytes, *ids: str) -> bytes:
    texts = "".join(
        f'<w:comment w:id="{id_}" {TOKEN} w:initials="AL">{paragraph(run("À revoir"))}</w:comment>' for id_ in ids
    )
    xml = f'<w:comments xmlns:w="{WORD}">{texts}</w:comments>'
    return with_part(content, "comments.xml", xml, f"{WORD_TYPES}.comments+xml", "comments")


def _commented(start: str = "", end: str = "", reference: str = "") -> str:
    head = f'<w:commentRangeStart w:id="{start}"/>' if start else ""
    tail = f'<w:commentRangeEnd w:id="{end}"/>' if end else ""
    mark = f'<w:r><w:commentReference w:id="{reference}"/></w:r>' if reference else ""
    return paragraph(f"{head}{run('Texte')}{tail}{mark}")


@fault("missing-comment")
def mark_without_comment(content: bytes) -> bytes:
    """A mark of a comment that is not there."""
    return before_end(_comments(content, "1"), _commented("1", "1", "1") + _commented("2", "2", "2"))


@fault("orphan-comment")
def comment_without_mark(content: bytes) -> bytes:
    """A comment that no mark refers to."""
    return before_end(_comments(content, "1", "2"), _commented("1", "1", "1"))


@fault("unpaired-comment-range")
def comment_without_end(content: bytes) -> bytes:
    """A text of a comment that is not ended."""
    return before_end(_comments(content, "1"), _commented("1", "", "1"))


def _footnotes(content: bytes, *ids: str) -> bytes:
    lines = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    texts = "".join(f'<w:footnote w:id="{id_}">{paragraph(run("Note"))}</w:footnote>' for id_ in ids)
    xml = f'<w:footnotes xmlns:w="{WORD}">{lines}{texts}</w:footnotes>'
    return with_part(content, "footnotes.xml", xml, f"{WORD_TYPES}.footnotes+xml", "footnotes")


def _noted(*ids: str) -> str:
    return paragraph("".join(f'<w:r><w:footnoteReference w:id="{id_}"/></w:r>' for id_ in ids))


@fault("missing-note")
def mark_without_footnote(content: bytes) -> bytes:
    """A mark of a footnote that is not there."""
    return before_end(_footnotes(content, "1"), _noted("1", "2"))


@fault("orphan-note")
def footnote_without_mark(content: bytes) -> bytes:
    """A footnote that no mark refers to."""
    return before_end(_footnotes(content, "1", "2"), _noted("1"))


@fault("duplicate-note")
def footnote_twice(content: bytes) -> bytes:
    """Two footnotes with one number."""
    return before_end(_footnotes(content, "1", "1"), _noted("1"))


# ---- sections and settings


@fault("page-size")
def page_too_large(content: bytes) -> bytes:
    """A page one metre wide."""
    return substituted(content, DOCUMENT, r'<w:pgSz w:w="\d+"', '<w:pgSz w:w="56693"')


@fault("margins")
def margins_wider_than_the_page(content: bytes) -> bytes:
    """Margins that leave no room for the text."""
    return substituted(content, DOCUMENT, r'(<w:pgMar [^>]*w:left=")\d+', r"\g<1>11000")


@fault("missing-page-size")
def no_page_size(content: bytes) -> bytes:
    """A last section without a size of its page."""

    def taken(text: str) -> str:
        head, mark, tail = text.rpartition("<w:pgSz ")
        return head + tail.partition("/>")[2] if mark else text

    return changed(content, DOCUMENT, taken)


@fault("duplicate-header")
def two_headers(content: bytes) -> bytes:
    """Two headers of one type in a section."""
    return substituted(content, DOCUMENT, r"(<w:headerReference [^>]*/>)", r"\1\1")


@fault("prompt-at-opening")
def fields_to_update(content: bytes) -> bytes:
    """Fields that Word asks to update at opening."""
    return replaced(content, SETTINGS, "<w:compat>", '<w:updateFields w:val="true"/><w:compat>')


@fault("prompt-at-opening")
def dirty_field(content: bytes) -> bytes:
    """A field marked to be updated."""
    return before_end(content, paragraph(f'<w:fldSimple w:instr=" PAGE " w:dirty="true">{run("1")}</w:fldSimple>'))


@fault("protected-document")
def read_only(content: bytes) -> bytes:
    """A document protected against editing."""
    protection = '<w:documentProtection w:edit="readOnly" w:enforcement="1"/><w:defaultTabStop'
    return replaced(content, SETTINGS, "<w:defaultTabStop", protection)


@fault("old-compatibility")
def layout_of_2007(content: bytes) -> bytes:
    """The layout of Word 2007."""
    return substituted(content, SETTINGS, r'(w:name="compatibilityMode"[^>]*w:val=")\d+', r"\g<1>12")


# ---- properties


@fault("bad-property-date")
def bad_date_of_creation(content: bytes) -> bytes:
    """A date of creation in words."""
    return substituted(content, CORE, r"(<dcterms:created[^>]*>)[^<]*", r"\g<1>1er juin 2026")


@fault("bad-property-date")
def untyped_date(content: bytes) -> bytes:
    """A date that does not say that it is one."""
    return substituted(content, CORE, r"<dcterms:modified [^>]*>", "<dcterms:modified>")


@fault("duplicate-property")
def two_titles(content: bytes) -> bytes:
    """Two titles."""
    return replaced(content, CORE, "<dc:title>", "<dc:title>Contrat</dc:title><dc:title>")


@fault("bad-custom-property")
def custom_property_number(content: bytes) -> bytes:
    """A property of one's own with the number 1."""
    return substituted(content, "docProps/custom.xml", r'pid="2"', 'pid="1"')


@fault("missing-title")
def no_title(content: bytes) -> bytes:
    """No title."""
    return substituted(content, CORE, r"<dc:title>.*?</dc:title>", "")


@fault("missing-language")
def no_language(content: bytes) -> bytes:
    """No language of the text."""
    return substituted(content, STYLES, r"<w:lang [^>]*/>", "")


# ---- words


@fault("template-leftover")
def unfilled_template(content: bytes) -> bytes:
    """A mark of a template that was not filled."""
    return said(content, "Le plafond est de {{ plafond }} €.")


@fault("template-leftover")
def unmerged_field(content: bytes) -> bytes:
    """A field of a mail merge that was not merged."""
    return before_end(content, paragraph(f'<w:fldSimple w:instr=" MERGEFIELD Client ">{run("«Client»")}</w:fldSimple>'))


@fault("placeholder-word")
def absent_value(content: bytes) -> bytes:
    """`None` printed for an absent value."""
    return said(content, "Le plafond est de None €.")


@fault("broken-field-text")
def printed_error(content: bytes) -> bytes:
    """The error of a field kept as its result."""
    return said(content, "Voir Erreur ! Source du renvoi introuvable.")


@fault("private-character")
def lost_character(content: bytes) -> bytes:
    """The mark of a character that was lost."""
    return said(content, "R\ufffdversibilit\ufffd")


@fault("misread-encoding")
def misread_letters(content: bytes) -> bytes:
    """UTF-8 read as Windows-1252."""
    return said(content, "RÃ©versibilitÃ©")


@fault("unbalanced-quotes")
def open_quote(content: bytes) -> bytes:
    """A quotation that is not closed."""
    return said(content, "Le terme « Service désigne ce qui suit.")


# ---- who does not see the page


@fault("table-without-header")
def table_without_head(content: bytes) -> bytes:
    """A table of data without a row marked as its head."""
    line = 'w:val="single" w:sz="4" w:space="0" w:color="auto"'
    borders = f"<w:tblBorders><w:insideH {line}/><w:insideV {line}/></w:tblBorders>"
    row = cell(paragraph(run("P1"))) + cell(paragraph(run("4 h")))
    return before_end(content, table(row, row, row, borders=borders))


@fault("picture-without-text")
def silent_picture(content: bytes) -> bytes:
    """A picture without an alternative text."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000"
        "000049454e44ae426082"
    )
    content = with_part(content, "media/logo.png", pixel, "image/png", "image")
    picture = (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{drawing}/wordprocessingDrawing"><wp:extent cx="9525" cy="9525"/>'
        f'<wp:docPr id="901" name="Logo"/><a:graphic xmlns:a="{drawing}/main"><a:graphicData uri="{drawing}/picture">'
        f'<pic:pic xmlns:pic="{drawing}/picture"><pic:nvPicPr><pic:cNvPr id="901" name="Logo"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip xmlns:r="{OFFICE}/relationships" r:embed="rIdPlanted"/><a:stretch>'
        '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9525" '
        'cy="9525"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )
    return before_end(content, paragraph(picture))


@fault("skipped-heading")
def heading_of_level_three(content: bytes) -> bytes:
    """A heading of the third level after one of the first."""
    style = '<w:style w:type="paragraph" w:styleId="Heading3"><w:name w:val="heading 3"/></w:style></w:styles>'
    content = replaced(content, STYLES, "</w:styles>", style)
    first = paragraph(run("Premier"), '<w:pStyle w:val="Heading1"/>')
    return before_end(content, first + paragraph(run("Troisième"), '<w:pStyle w:val="Heading3"/>'))
