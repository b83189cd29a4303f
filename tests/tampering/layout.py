"""What hides words without a word changed, edits that fit none of the usual places, and what is no edit at all."""

from __future__ import annotations

from lxml import etree

from generator.doctor.names import W
from tests.faults.planting import CONTENT_TYPES, DOCUMENT, changed, packed, parts_of, replaced
from tests.tampering.making import clauses, edited, inside, inside_run, marked, tampering, words

SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def element(xml: str) -> etree._Element:
    return etree.fromstring(f'<x xmlns:w="{W[1:-1]}">{xml}</x>')[0]


@tampering("changed-look")
def a_cell_that_another_covers(content: bytes) -> bytes:
    """A cell that becomes the continuation of the one above it, whose words Word does not print."""
    return _cell(content, "<w:vMerge/>")


@tampering("changed-look")
def a_column_without_width(content: bytes) -> bytes:
    """A cell of no width."""
    return _cell(content, '<w:tcW w:w="1" w:type="dxa"/>')


def _cell(content: bytes, mark: str) -> bytes:
    def change(root: etree._Element) -> None:
        row = [row for clause in clauses(root) for row in clause.iter(f"{W}tr")][6]
        properties = row.findall(f"{W}tc")[1].find(f"{W}tcPr")
        assert properties is not None
        new = element(mark)
        for old in properties.findall(str(new.tag)):
            properties.remove(old)
        properties.append(new)

    return edited(content, change)


@tampering("changed-look")
def a_table_off_the_page(content: bytes) -> bytes:
    """A table that floats beside the page."""

    def change(root: etree._Element) -> None:
        properties = next(table for clause in clauses(root) for table in clause.iter(f"{W}tbl")).find(f"{W}tblPr")
        assert properties is not None
        properties.append(element('<w:tblpPr w:tblpX="40000" w:tblpY="1"/>'))

    return edited(content, change)


def _of_paragraph(content: bytes, mark: str) -> bytes:
    def change(root: etree._Element) -> None:
        properties = next(words(root, "faute lourde").iterancestors(f"{W}p")).find(f"{W}pPr")
        assert properties is not None
        properties.append(element(mark))

    return edited(content, change)


@tampering("changed-look")
def a_frame_off_the_page(content: bytes) -> bytes:
    """A paragraph in a frame that lies beside the page."""
    return _of_paragraph(content, '<w:framePr w:x="40000" w:y="100" w:hAnchor="page" w:vAnchor="page"/>')


@tampering("changed-look")
def a_dark_paragraph(content: bytes) -> bytes:
    """Black letters in a paragraph that is made black."""
    dark = marked(content, '<w:color w:val="101010"/>')
    return _of_paragraph(dark, '<w:shd w:val="clear" w:fill="000000"/>')


@tampering("changed-look")
def letters_on_each_other(content: bytes) -> bytes:
    """Letters set so tightly that they stand on each other."""
    return marked(content, '<w:spacing w:val="-400"/>')


@tampering("changed-look")
def a_power(content: bytes) -> bytes:
    """An amount made an exponent."""
    return marked(content, '<w:vertAlign w:val="superscript"/>', r"10\s000")


@tampering("added-text")
def a_white_shape(content: bytes) -> bytes:
    """A white shape without words, over the text."""
    place = "position:absolute;width:400pt;height:40pt;z-index:9"
    shape = f'<v:rect style="{place}" fillcolor="white" stroked="f"/>'
    return inside_run(content, f'<w:pict xmlns:v="urn:schemas-microsoft-com:vml">{shape}</w:pict>')


@tampering("changed-value")
def a_control_bound_to_other_data(content: bytes) -> bytes:
    """A control that is bound to the same path in other data."""
    number = "{C1A051E2-0000-4000-8001-00000000000%d}"
    return replaced(content, DOCUMENT, f'w:storeItemID="{number % 1}"', f'w:storeItemID="{number % 9}"')


@tampering("changed-text")
def blanks_that_word_drops(content: bytes) -> bytes:
    """The sign taken away by which Word keeps the blanks at the ends of a text."""

    def change(root: etree._Element) -> None:
        texts = [text for clause in clauses(root) for text in clause.iter(f"{W}t") if (text.text or "").endswith(" ")]
        for text in texts[10:14]:
            text.attrib.pop(SPACE, None)

    return edited(content, change)


@tampering("changed-frame")
def no_header(content: bytes) -> bytes:
    """The headers of all sections taken out."""

    def change(root: etree._Element) -> None:
        for reference in list(root.iter(f"{W}headerReference")):
            parent = reference.getparent()
            assert parent is not None
            parent.remove(reference)

    return edited(content, change)


@tampering("changed-text")
def another_main_document(content: bytes) -> bytes:
    """A second document that the archive says to be the first, the true one left beside it."""
    parts = parts_of(content)
    parts["word/other.xml"] = parts[DOCUMENT].replace(b"faute lourde", b"faute")
    parts["word/_rels/other.xml.rels"] = parts["word/_rels/document.xml.rels"]
    for name in ("_rels/.rels", CONTENT_TYPES):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/other.xml")
    return packed(parts)


@tampering("changed-reference")
def a_formula_around_an_amount(content: bytes) -> bytes:
    """A field around an amount that prints another one when it is updated."""

    def change(root: etree._Element) -> None:
        run_ = words(root, r"10\s000").getparent()
        assert run_ is not None
        formula = element('<w:fldSimple w:instr=" = 10000 * 0 "/>')
        run_.addprevious(formula)
        formula.append(run_)

    return edited(content, change)


@tampering("forged-receipt")
def an_approval_that_was_never_given(content: bytes) -> bytes:
    """The receipt says that a lawyer approved a clause."""
    name = next(name for name, part in parts_of(content).items() if b'name="receipt.json"' in part)
    return replaced(
        content, name, "&quot;approval&quot;: &quot;none&quot;", "&quot;approval&quot;: &quot;recorded&quot;"
    )


# ---- what is no edit


def _bound_anew(content: bytes) -> bytes:
    """Bookmarks, empty paragraphs and breaks of pages put in."""
    mark = '<w:bookmarkStart w:id="7001" w:name="mine"/><w:bookmarkEnd w:id="7001"/>'
    return inside(content, f'{mark}<w:p/><w:p><w:r><w:br w:type="page"/></w:r></w:p>')


def _in_blue(content: bytes) -> bytes:
    """Words in blue, in Arial, marked in yellow."""
    for mark in ('<w:color w:val="0000CC"/>', '<w:rFonts w:ascii="Arial"/>', '<w:highlight w:val="yellow"/>'):
        content = marked(content, mark)
    return content


def _in_another_order(content: bytes) -> bytes:
    """The parts of the archive the other way round, the document in UTF-16."""
    parts = parts_of(content)
    text = parts[DOCUMENT].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return packed(dict(reversed({**parts, DOCUMENT: text.encode("utf-16")}.items())))


def _margins(content: bytes) -> bytes:
    """Other margins, another title of the file."""
    content = changed(content, DOCUMENT, lambda text: text.replace('w:left="850"', 'w:left="900"'))
    return changed(content, "docProps/core.xml", lambda text: text.replace("</dc:title>", " (2)</dc:title>"))


HARMLESS = (_bound_anew, _in_blue, _in_another_order, _margins)
