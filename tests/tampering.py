"""Edits by which a contract could be made to say, or to seem to say, something else: each alone in a built file."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from lxml import etree

from generator.api import draft
from generator.doctor.names import MC, R, W
from generator.outputs import Form, outputs
from tests.faults.planting import (
    CONTENT_TYPES,
    DOCUMENT,
    TOKEN,
    WORD_TYPES,
    Plant,
    before_end,
    changed,
    packed,
    paragraph,
    parts_of,
    related,
    replaced,
    run,
    substituted,
    table,
    with_part,
)

ROOT = Path(__file__).parent.parent
XML = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Tampering:
    """One edit: what it is, and the checks of which one at least must name it."""

    name: str
    codes: frozenset[str]
    make: Plant


TAMPERINGS: dict[str, Tampering] = {}


def tampering(*codes: str) -> Callable[[Plant], Plant]:
    """Register an edit that one of these checks names; the first line of its docstring says what it is."""

    def register(make: Plant) -> Plant:
        assert make.__doc__
        TAMPERINGS[make.__name__] = Tampering(make.__doc__.strip().rstrip("."), frozenset(codes), make)
        return make

    return register


@cache
def contract() -> bytes:
    """The whole contract of a small business in one Word file."""
    made = draft(ROOT / "contracts" / "tpe-boulangerie.yaml")
    (output,) = (output for output in outputs(made, Form()) if output.parts)
    return output.content


# ---- helpers


def edited(content: bytes, change: Callable[[etree._Element], None], part: str = DOCUMENT) -> bytes:
    """A part changed as a tree."""
    parts = parts_of(content)
    root = etree.fromstring(parts[part])
    change(root)
    before, after = (_bytes(one) for one in (etree.fromstring(parts[part]), root))
    assert after != before
    return packed({**parts, part: after})


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def words(root: etree._Element, pattern: str) -> etree._Element:
    """The first text in a clause that a pattern is found in."""
    inside = (t for sdt in root.iter(f"{W}sdt") for t in sdt.iter(f"{W}t"))
    return next(text for text in inside if re.search(pattern, text.text or ""))


def said(pattern: str, new: str) -> Plant:
    """A text of a clause said otherwise."""

    def make(content: bytes) -> bytes:
        def change(root: etree._Element) -> None:
            text = words(root, pattern)
            text.text = re.sub(pattern, new, text.text or "", count=1)
            text.set(XML, "preserve")

        return edited(content, change)

    return make


def marked(content: bytes, mark: str, pattern: str = r"faute lourde") -> bytes:
    """The run of a text given a property."""

    def change(root: etree._Element) -> None:
        run_ = words(root, pattern).getparent()
        assert run_ is not None
        properties = run_.find(f"{W}rPr")
        if properties is None:
            properties = etree.Element(f"{W}rPr")
            run_.insert(0, properties)
        properties.append(etree.fromstring(f'<x xmlns:w="{W[1:-1]}">{mark}</x>')[0])

    return edited(content, change)


def clauses(root: etree._Element) -> Iterator[etree._Element]:
    """The controls around clauses."""
    for sdt in root.iter(f"{W}sdt"):
        tag = sdt.find(f"{W}sdtPr/{W}tag")
        if tag is not None and str(tag.get(f"{W}val")).startswith("clause:"):
            yield sdt


def inside(content: bytes, xml: str, at: int = 40) -> bytes:
    """Markup put at the end of a clause."""

    def change(root: etree._Element) -> None:
        content_ = list(clauses(root))[at].find(f"{W}sdtContent")
        assert content_ is not None
        for child in etree.fromstring(f'<x xmlns:w="{W[1:-1]}" xmlns:r="{R[1:-1]}" xmlns:mc="{MC[1:-1]}">{xml}</x>'):
            content_.append(child)

    return edited(content, change)


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


def inside_run(content: bytes, xml: str) -> bytes:
    def change(root: etree._Element) -> None:
        run_ = words(root, "faute lourde").getparent()
        assert run_ is not None
        run_.append(etree.fromstring(f'<x xmlns:w="{W[1:-1]}" xmlns:r="{R[1:-1]}">{xml}</x>')[0])

    return edited(content, change)


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


# ---- fields, links, controls


@tampering("changed-reference")
def a_field_that_leads_elsewhere(content: bytes) -> bytes:
    """The instruction of a reference switched, its result kept."""

    def change(root: etree._Element) -> None:
        fields = [field for field in root.iter(f"{W}fldSimple") if " REF " in str(field.get(f"{W}instr"))]
        one = fields[0]
        other = next(field for field in fields if field.get(f"{W}instr") != one.get(f"{W}instr"))
        one.set(f"{W}instr", str(other.get(f"{W}instr")))

    return edited(content, change)


@tampering("changed-text")
def the_result_of_a_field(content: bytes) -> bytes:
    """The number that a reference prints."""

    def change(root: etree._Element) -> None:
        field = next(field for field in root.iter(f"{W}fldSimple") if " REF " in str(field.get(f"{W}instr")))
        text = next(field.iter(f"{W}t"))
        text.text = f"{text.text}1"

    return edited(content, change)


@tampering("changed-reference")
def a_bookmark_elsewhere(content: bytes) -> bytes:
    """A bookmark moved to another clause: the next update prints another number."""

    def change(root: etree._Element) -> None:
        field = next(field for field in root.iter(f"{W}fldSimple") if " REF " in str(field.get(f"{W}instr")))
        name = str(field.get(f"{W}instr")).split()[1]
        start = next(mark for mark in root.iter(f"{W}bookmarkStart") if mark.get(f"{W}name") == name)
        end = next(mark for mark in root.iter(f"{W}bookmarkEnd") if mark.get(f"{W}id") == start.get(f"{W}id"))
        target = next(list(clauses(root))[90].iter(f"{W}p"))
        target.insert(1, start)
        target.append(end)

    return edited(content, change)


@tampering("changed-reference")
def a_link_to_elsewhere(content: bytes) -> bytes:
    """Words of a clause made a link to an address."""
    content = related(content, "rIdEvil", "hyperlink", "https://example.org/other-terms", "External")

    def change(root: etree._Element) -> None:
        run_ = words(root, "faute lourde").getparent()
        assert run_ is not None
        link = etree.Element(f"{W}hyperlink", {f"{R}id": "rIdEvil"})
        run_.addprevious(link)
        link.append(run_)

    return edited(content, change)


@tampering("active-field")
def a_field_that_reads_a_file(content: bytes) -> bytes:
    """A field that includes the text of another file."""

    def change(root: etree._Element) -> None:
        run_ = words(root, "faute lourde").getparent()
        assert run_ is not None
        field = etree.Element(f"{W}fldSimple", {f"{W}instr": ' INCLUDETEXT "terms.docx" '})
        run_.addprevious(field)
        field.append(run_)

    return edited(content, change)


def _values(content: bytes) -> str:
    return next(
        name for name, part in parts_of(content).items() if b"urn:clausier:values" in part and b"<value " in part
    )


@tampering("changed-value")
def the_data_of_a_value(content: bytes) -> bytes:
    """The data that a control is bound to, the words kept."""
    return substituted(content, _values(content), "110,00", "170,00")


@tampering("changed-value")
def two_values_exchanged(content: bytes) -> bytes:
    """A control bound to another value, the words kept."""
    return substituted(content, DOCUMENT, r"v:value\[12\]", "v:value[13]")


@tampering("changed-value")
def words_bound_to_new_data(content: bytes) -> bytes:
    """Plain words of a clause bound to data that were added."""

    def change(root: etree._Element) -> None:
        run_ = words(root, "faute lourde").getparent()
        assert run_ is not None
        sdt = etree.fromstring(
            f'<w:sdt xmlns:w="{W[1:-1]}"><w:sdtPr><w:id w:val="77"/><w:dataBinding w:xpath="/other[1]/terms[1]" '
            'w:storeItemID="{AAAAAAAA-0000-4000-8001-000000000009}"/><w:text/></w:sdtPr><w:sdtContent/></w:sdt>'
        )
        run_.addprevious(sdt)
        sdt[1].append(run_)

    return edited(content, change)


# ---- around the text


@tampering("comment")
def a_comment(content: bytes) -> bytes:
    """A comment on a clause."""
    part = (
        f'<w:comments xmlns:w="{W[1:-1]}"><w:comment w:id="0" {TOKEN}><w:p><w:r><w:t>Non applicable</w:t></w:r></w:p>'
        "</w:comment></w:comments>"
    )
    content = with_part(content, "comments.xml", part, f"{WORD_TYPES}.comments+xml", "comments")
    return inside_run(content, '<w:commentReference w:id="0"/>')


@tampering("tracked-change")
def a_tracked_insertion(content: bytes) -> bytes:
    """Words inserted as a tracked change."""

    def change(root: etree._Element) -> None:
        run_ = words(root, "faute lourde").getparent()
        assert run_ is not None
        inserted = f'<w:ins xmlns:w="{W[1:-1]}" w:id="9001" {TOKEN}>{run(" ou non")}</w:ins>'
        run_.addnext(etree.fromstring(inserted))

    return edited(content, change)


@tampering("tracked-change")
def a_tracked_deletion(content: bytes) -> bytes:
    """Words deleted as a tracked change."""

    def change(root: etree._Element) -> None:
        run_ = words(root, "faute lourde").getparent()
        assert run_ is not None
        deletion = etree.fromstring(f'<w:del xmlns:w="{W[1:-1]}" w:id="9002" {TOKEN}/>')
        run_.addprevious(deletion)
        deletion.append(run_)
        for text in run_.iter(f"{W}t"):
            text.tag = f"{W}delText"

    return edited(content, change)


@tampering("changed-frame")
def a_footer(content: bytes) -> bytes:
    """Words added to a footer."""
    name = next(name for name in parts_of(content) if name.startswith("word/footer"))
    return replaced(content, name, "</w:ftr>", paragraph(run("Sans valeur contractuelle")) + "</w:ftr>")


@tampering("changed-frame")
def the_watermark_taken_out(content: bytes) -> bytes:
    """The watermark taken out of a header."""
    name = next(
        name for name, part in parts_of(content).items() if name.startswith("word/header") and b"textpath" in part
    )
    return substituted(content, name, r"<w:pict.*?</w:pict>", "")


@tampering("changed-text", "changed-frame")
def a_footnote(content: bytes) -> bytes:
    """A footnote that takes back what the text says."""
    part = (
        f'<w:footnotes xmlns:w="{W[1:-1]}"><w:footnote w:id="2"><w:p><w:r><w:t>Sauf pour le Client</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    content = with_part(content, "footnotes.xml", part, f"{WORD_TYPES}.footnotes+xml", "footnotes")
    return inside_run(content, '<w:footnoteReference w:id="2"/>')


@tampering("added-text", "changed-text")
def a_text_box(content: bytes) -> bytes:
    """A text box over the text."""
    box = (
        '<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape style="width:200pt;height:50pt"><v:textbox>'
        f"<w:txbxContent>{paragraph(run('Le présent article est sans effet.'))}</w:txbxContent></v:textbox></v:shape>"
        "</w:pict>"
    )
    return inside_run(content, box)


@tampering("other-telling", "changed-text", "added-text")
def an_alternative(content: bytes) -> bytes:
    """Words in the fallback of a choice that no program knows."""
    choice = (
        f'<mc:AlternateContent xmlns:mc="{MC[1:-1]}" xmlns:zz="urn:unknown"><mc:Choice Requires="zz">'
        f"<w:t>, </w:t></mc:Choice><mc:Fallback><w:t>, sauf accord</w:t></mc:Fallback></mc:AlternateContent>"
    )

    def change(root: etree._Element) -> None:
        text = next(text for text in root.iter(f"{W}t") if text.text == ", ")
        text.getparent().replace(text, etree.fromstring(f'<x xmlns:w="{W[1:-1]}">{choice}</x>')[0])  # type: ignore[union-attr]

    return edited(content, change)


@tampering("changed-picture")
def another_logo(content: bytes) -> bytes:
    """The bytes of a picture."""
    parts = parts_of(content)
    name = next(name for name in parts if name.startswith("word/media/"))
    return packed({**parts, name: parts[name][:-1] + b"\x00"})


@tampering("foreign-content")
def a_text_in_html(content: bytes) -> bytes:
    """A text in HTML that Word converts when it opens the file."""
    content = with_part(content, "more.html", "<p>Autres conditions</p>", "text/html", "aFChunk", "rIdChunk")
    return before_end(content, f'<w:altChunk xmlns:r="{R[1:-1]}" r:id="rIdChunk"/>')


@tampering("external-template")
def a_template_from_elsewhere(content: bytes) -> bytes:
    """A template that is loaded from the network."""
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="https://example.org/t.dotm" TargetMode="External"/></Relationships>'
    )
    content = packed({**parts_of(content), "word/_rels/settings.xml.rels": rels.encode()})
    return substituted(
        content, "word/settings.xml", r"(<w:settings[^>]*>)",
        rf'\1<w:attachedTemplate xmlns:r="{R[1:-1]}" r:id="rId1"/>',
    )  # fmt: skip


@tampering("doubtful-part")
def a_glossary(content: bytes) -> bytes:
    """A glossary document with building blocks."""
    part = f'<w:glossaryDocument xmlns:w="{W[1:-1]}"><w:docParts/></w:glossaryDocument>'
    return with_part(content, "glossary/document.xml", part, f"{WORD_TYPES}.document.glossary+xml", "glossaryDocument")


@tampering("changed-frame")
def another_header_reference(content: bytes) -> bytes:
    """A section that prints a new header."""
    part = f'<w:hdr xmlns:w="{W[1:-1]}">{paragraph(run("Version caduque"))}</w:hdr>'
    content = with_part(content, "header99.xml", part, f"{WORD_TYPES}.header+xml", "header", "rIdHdr")

    def change(root: etree._Element) -> None:
        next(root.iter(f"{W}headerReference")).set(f"{R}id", "rIdHdr")

    return edited(content, change)


# ---- the record


def _part_named(content: bytes, name: str) -> str:
    return next(part for part, data in parts_of(content).items() if f'name="{name}"'.encode() in data)


@tampering("changed-record", "forged-receipt")
def the_deal_carried(content: bytes) -> bytes:
    """The deal that the file carries."""
    return substituted(content, _part_named(content, "deal.yaml"), "Munster", "Colmar")


@tampering("changed-record")
def the_resolved_deal_carried(content: bytes) -> bytes:
    """The resolved deal that the file carries."""
    return substituted(content, _part_named(content, "resolved.yaml"), "payment_days: 10", "payment_days: 60")


@tampering("forged-receipt")
def the_receipt_made_to_fit(content: bytes) -> bytes:
    """A clause edited, and its digest in the receipt with it."""
    from hashlib import sha256

    from generator.readers.docx import clause_letters

    before = clause_letters(content)
    after = said("faute lourde", "faute")(content)
    now = clause_letters(after)
    name = next(name for name in before if before[name] != now[name])
    old, new = (sha256(one[name].encode()).hexdigest() for one in (before, now))
    return replaced(after, _part_named(after, "receipt.json"), old, new)


@tampering("changed-record")
def the_receipt_taken_out(content: bytes) -> bytes:
    """The receipt emptied, the deal left."""
    return substituted(
        content, _part_named(content, "receipt.json"), "<embedded.*</embedded>", '<nothing xmlns="urn:x"/>'
    )


@tampering("broken-receipt")
def the_receipt_cut(content: bytes) -> bytes:
    """The receipt cut in the middle."""
    return substituted(content, _part_named(content, "receipt.json"), "&quot;frame&quot;.*</embedded>", "</embedded>")


@tampering("duplicate-part")
def a_second_document_in_the_archive(content: bytes) -> bytes:
    """A second entry of the archive with the name of the document."""
    parts = parts_of(content)
    return packed(parts, (DOCUMENT, parts[DOCUMENT].replace(b"faute lourde", b"faute")))


@tampering("added-text")
def a_table_added(content: bytes) -> bytes:
    """A table with other prices inside a clause."""
    row = f"<w:tc><w:tcPr/>{paragraph(run('Remise'))}</w:tc><w:tc><w:tcPr/>{paragraph(run('50 %'))}</w:tc>"
    return inside(content, table(row))


@tampering("added-text")
def a_signature_page(content: bytes) -> bytes:
    """A sentence after the last signature."""
    return before_end(content, paragraph(run("Lu et approuvé sous réserve du devis.")))


__all__ = ["CONTENT_TYPES", "TAMPERINGS", "changed", "contract", "edited"]
