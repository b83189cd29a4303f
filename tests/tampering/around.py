"""Edits of fields, controls, what stands around the text, and the record that the file carries."""

from __future__ import annotations

from lxml import etree

from generator.doctor.names import MC, R, W
from tests.faults.planting import (
    DOCUMENT,
    TOKEN,
    WORD_TYPES,
    before_end,
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
from tests.tampering.making import clauses, edited, inside, inside_run, said, tampering, words

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
