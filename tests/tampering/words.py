"""Edits of words, their order, their looks and their numbers."""

from __future__ import annotations

import copy
from itertools import pairwise

from lxml import etree

from generator.doctor.names import W
from tests.faults.planting import DOCUMENT, changed, paragraph, run, substituted
from tests.tampering.making import clauses, edited, inside_run, marked, said, tampering, words

# ---- words


@tampering("changed-text")
def a_digit_of_an_amount(content: bytes) -> bytes:
    """One digit of an amount."""
    return said(r"10\s000", "10 001")(content)


@tampering("changed-text")
def a_digit_of_a_bound_amount(content: bytes) -> bytes:
    """One digit of an amount that a control prints."""
    return substituted(content, DOCUMENT, "110,00", "170,00")


@tampering("changed-text")
def a_not_deleted(content: bytes) -> bytes:
    """A negation taken out."""
    return said(r" ne (\w+) pas ", r" \1 ")(content)


@tampering("changed-text")
def a_zero_width_space(content: bytes) -> bytes:
    """A space of no width inside a word."""
    return said("Prestataire", "Pres\u200btataire")(content)


@tampering("changed-text")
def a_homoglyph(content: bytes) -> bytes:
    """A Cyrillic letter for a Latin one."""
    return said("Client", "\u0421lient")(content)


@tampering("changed-text")
def a_no_break_space_for_a_space(content: bytes) -> bytes:
    """A no-break space where a space was."""
    return said("le Client", "le\u00a0Client")(content)


@tampering("changed-text")
def a_space_inside_a_word(content: bytes) -> bytes:
    """A word that falls into two."""
    return said("Prestataire", "Presta taire")(content)


@tampering("changed-text")
def words_joined(content: bytes) -> bytes:
    """Two words that became one."""
    return said("le Client", "leClient")(content)


@tampering("changed-text")
def a_decomposed_accent(content: bytes) -> bytes:
    """A letter with its accent as two characters."""
    return said("é", "e\u0301")(content)


@tampering("changed-text")
def an_override_of_direction(content: bytes) -> bytes:
    """Digits turned round by a control of direction."""
    return said(r"(\d\d)", "\u202e\\1\u202c")(content)


@tampering("changed-text")
def words_of_another_language(content: bytes) -> bytes:
    """A comma put into a sentence."""
    return said("Prestataire ", "Prestataire, ")(content)


@tampering("changed-text")
def a_symbol_for_letters(content: bytes) -> bytes:
    """A word written with a sign of a font of signs."""
    return inside_run(content, '<w:sym w:font="Wingdings" w:char="F0FC"/>')


# ---- order


@tampering("moved-text")
def two_clauses_swapped(content: bytes) -> bytes:
    """Two clauses that changed places."""

    def change(root: etree._Element) -> None:
        one, other = list(clauses(root))[60:62]
        other.addnext(one)

    return edited(content, change)


@tampering("missing-text")
def a_clause_deleted(content: bytes) -> bytes:
    """A clause taken out with its control."""

    def change(root: etree._Element) -> None:
        clause = list(clauses(root))[70]
        parent = clause.getparent()
        assert parent is not None
        parent.remove(clause)

    return edited(content, change)


@tampering("added-text", "moved-text")
def a_clause_twice(content: bytes) -> bytes:
    """A clause that stands there twice."""

    def change(root: etree._Element) -> None:
        clause = list(clauses(root))[50]
        clause.addnext(copy.deepcopy(clause))

    return edited(content, change)


@tampering("moved-text", "changed-text")
def two_rows_swapped(content: bytes) -> bytes:
    """Two rows of a table that changed places."""

    def change(root: etree._Element) -> None:
        rows = [row for sdt in clauses(root) for row in sdt.iter(f"{W}tr")]
        one, other = next(pair for pair in pairwise(rows[4:]) if pair[0].getnext() is pair[1])
        other.addnext(one)

    return edited(content, change)


@tampering("moved-text", "changed-text")
def two_cells_swapped(content: bytes) -> bytes:
    """Two cells of a row that changed places."""

    def change(root: etree._Element) -> None:
        row = [row for sdt in clauses(root) for row in sdt.iter(f"{W}tr")][6]
        one, other = row.findall(f"{W}tc")[:2]
        other.addnext(one)

    return edited(content, change)


@tampering("added-text", "changed-text")
def a_paragraph_split(content: bytes) -> bytes:
    """A paragraph that became two."""

    def change(root: etree._Element) -> None:
        text = words(root, r"\. [A-Z]")
        whole = next(text.iterancestors(f"{W}p"))
        head, _, tail = (text.text or "").partition(". ")
        text.text = f"{head}."
        new = etree.fromstring(f'<x xmlns:w="{W[1:-1]}">{paragraph(run("tail"))}</x>')[0]
        next(new.iter(f"{W}t")).text = tail
        whole.addnext(new)

    return edited(content, change)


@tampering("missing-text", "moved-text")
def a_document_taken_out(content: bytes) -> bytes:
    """The last document of the file, taken out whole."""

    def change(root: etree._Element) -> None:
        body = root[0]
        starts = [at for at, child in enumerate(body) if child.find(f".//{W}bookmarkStart[@{W}name]") is not None]
        for child in list(body)[starts[-8] : -1]:
            body.remove(child)

    return edited(content, change)


# ---- looks


@tampering("changed-look")
def white_words(content: bytes) -> bytes:
    """Words in white."""
    return marked(content, '<w:color w:val="FFFFFF"/>')


@tampering("changed-look")
def nearly_white_words(content: bytes) -> bytes:
    """Words in a white that is not quite white."""
    return marked(content, '<w:color w:val="FDFEFC"/>')


@tampering("changed-look")
def words_in_the_colour_of_the_theme(content: bytes) -> bytes:
    """Words that are black by their digits and white by their theme."""
    return marked(content, '<w:color w:val="000000" w:themeColor="background1"/>')


@tampering("changed-look")
def vanished_words(content: bytes) -> bytes:
    """Words that are hidden."""
    return marked(content, "<w:vanish/>")


@tampering("changed-look")
def tiny_words(content: bytes) -> bytes:
    """Words of half a point."""
    return marked(content, '<w:sz w:val="1"/>')


@tampering("changed-look")
def struck_words(content: bytes) -> bytes:
    """Words that are struck out by hand."""
    return marked(content, "<w:strike/>")


@tampering("changed-look")
def black_on_black(content: bytes) -> bytes:
    """Words in black on black."""
    content = marked(content, '<w:shd w:val="clear" w:color="auto" w:fill="000000"/>')
    return marked(content, '<w:color w:val="000000"/>')


@tampering("changed-look")
def a_style_made_white(content: bytes) -> bytes:
    """A style of paragraphs in white."""
    return substituted(
        content, "word/styles.xml", r'(w:styleId="NumberedParagraph".*?)</w:style>',
        r'\1<w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>',
    )  # fmt: skip


@tampering("changed-look")
def defaults_made_white(content: bytes) -> bytes:
    """The colour of all text in the defaults of the document."""
    return substituted(
        content, "word/styles.xml", r"(<w:docDefaults>.*?<w:rPrDefault>.*?<w:rPr>)", r'\1<w:color w:val="FFFFFF"/>'
    )


@tampering("changed-look")
def a_row_of_no_height(content: bytes) -> bytes:
    """A row of a table that has no height."""

    def change(root: etree._Element) -> None:
        row = [row for sdt in clauses(root) for row in sdt.iter(f"{W}tr")][6]
        properties = row.find(f"{W}trPr")
        if properties is None:
            properties = etree.Element(f"{W}trPr")
            row.insert(0, properties)
        etree.SubElement(properties, f"{W}trHeight", {f"{W}val": "1", f"{W}hRule": "exact"})

    return edited(content, change)


@tampering("changed-look")
def a_paragraph_off_the_page(content: bytes) -> bytes:
    """A paragraph whose indent leads off the page."""

    def change(root: etree._Element) -> None:
        properties = next(words(root, "faute lourde").iterancestors(f"{W}p")).find(f"{W}pPr")
        assert properties is not None
        etree.SubElement(properties, f"{W}ind", {f"{W}left": "30000"})

    return edited(content, change)


# ---- numbers


def _everywhere(content: bytes, old: str, new: str) -> bytes:
    """All lists altered: some of them belong to documents without numbers."""
    return changed(content, "word/numbering.xml", lambda text: text.replace(old, new))


@tampering("changed-number")
def a_list_that_starts_elsewhere(content: bytes) -> bytes:
    """Lists whose start was altered."""
    return _everywhere(content, '<w:start w:val="1"/>', '<w:start w:val="2"/>')


@tampering("changed-number")
def a_list_in_roman_figures(content: bytes) -> bytes:
    """The format of numbers altered."""
    return _everywhere(content, '<w:numFmt w:val="decimal"/>', '<w:numFmt w:val="upperRoman"/>')


@tampering("changed-number")
def letters_of_items_altered(content: bytes) -> bytes:
    """Items counted in words."""
    return _everywhere(content, '<w:numFmt w:val="lowerLetter"/>', '<w:numFmt w:val="ordinalText"/>')


@tampering("changed-number")
def a_paragraph_without_its_number(content: bytes) -> bytes:
    """A paragraph taken out of its list."""

    def change(root: etree._Element) -> None:
        style = next(style for style in root.iter(f"{W}pStyle") if style.get(f"{W}val") == "NumberedParagraph")
        list_ = etree.Element(f"{W}numPr")
        etree.SubElement(list_, f"{W}numId", {f"{W}val": "0"})
        style.addnext(list_)

    return edited(content, change)
