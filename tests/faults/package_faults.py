"""Faults of the archive, of its parts and relationships, of the markup, and what endangers the reader."""

from __future__ import annotations

from tests.faults.planting import (
    CONTENT_TYPES,
    DOCUMENT,
    RELATIONSHIPS,
    WORD_TYPES,
    before_end,
    changed,
    fault,
    packed,
    paragraph,
    part_like,
    parts_of,
    related,
    replaced,
    run,
    said,
    styled,
    substituted,
    with_part,
)

DENIED = "Le plafond ne s’applique pas."
# The bytes before the name of a part in the archive; its content follows the name.
_LOCAL_HEADER = 30

# ---- the archive


@fault("not-a-word-file")
def rich_text(content: bytes) -> bytes:
    """Rich text under the name of a .docx."""
    return rb"{\rtf1\ansi Contrat de services}"


@fault("not-a-word-file")
def spreadsheet(content: bytes) -> bytes:
    """A spreadsheet under the name of a .docx."""
    other = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return replaced(content, CONTENT_TYPES, f"{WORD_TYPES}.document.main+xml", other)


@fault("encrypted-file")
def password(content: bytes) -> bytes:
    """A document encrypted with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


@fault("truncated-archive")
def cut_off(content: bytes) -> bytes:
    """The last third of the file missing."""
    return content[: len(content) * 2 // 3]


@fault("damaged-part")
def flipped_byte(content: bytes) -> bytes:
    """A byte of a compressed part changed."""
    parts = parts_of(content)
    # Stored last, so that its bytes are easily found.
    whole = packed({name: data for name, data in parts.items() if name != DOCUMENT}, (DOCUMENT, parts[DOCUMENT]))
    # Its first byte says how the rest is compressed, here in a way that there is not: what comes of a byte further on
    # hangs on the text, and may be another letter.
    at = whole.rindex(b"PK\x03\x04") + _LOCAL_HEADER + len(DOCUMENT)
    return whole[:at] + bytes([whole[at] | 0b110]) + whole[at + 1 :]


@fault("oversized-archive")
def zip_bomb(content: bytes) -> bytes:
    """A part that unpacks to a thousand times its size."""
    return packed(parts_of(content), ("word/media/bomb.xml", bytes(8 << 20)))


@fault("duplicate-part")
def part_twice(content: bytes) -> bytes:
    """Two entries of the archive with one name."""
    parts = parts_of(content)
    return packed(parts, (DOCUMENT, parts[DOCUMENT].replace(b"<w:body>", b"<w:body><w:p/>")))


@fault("duplicate-part")
def part_in_other_case(content: bytes) -> bytes:
    """Two entries that differ in case alone."""
    parts = parts_of(content)
    return packed(parts, ("word/Document.xml", parts[DOCUMENT]))


@fault("unsafe-part-name")
def path_out_of_the_archive(content: bytes) -> bytes:
    """An entry whose name leads out of the archive."""
    return packed(parts_of(content), ("../../evil.xml", b"<a/>"))


# ---- parts and relationships


@fault("missing-content-types")
def no_content_types(content: bytes) -> bytes:
    """No list of content types."""
    return packed({name: data for name, data in parts_of(content).items() if name != CONTENT_TYPES})


@fault("untyped-part")
def part_without_type(content: bytes) -> bytes:
    """A part without a content type."""
    content = packed({**parts_of(content), "word/media/logo.bin": b"logo"})
    return related(content, "rIdPlanted", "image", "media/logo.bin")


@fault("wrong-content-type")
def styles_typed_as_numbering(content: bytes) -> bytes:
    """The styles declared as numbering."""
    return replaced(content, CONTENT_TYPES, f"{WORD_TYPES}.styles+xml", f"{WORD_TYPES}.numbering+xml")


@fault("missing-part")
def relationship_to_nothing(content: bytes) -> bytes:
    """A relationship to a part that is not there."""
    return related(content, "rIdPlanted", "footnotes", "footnotes-lost.xml")


@fault("duplicate-relationship")
def relationship_twice(content: bytes) -> bytes:
    """Two relationships with one id."""
    return changed(
        content, RELATIONSHIPS, lambda text: text.replace("</Relationships>", f"{_first(text)}</Relationships>")
    )


def _first(text: str) -> str:
    start = text.index("<Relationship ")
    return text[start : text.index("/>", start) + 2]


@fault("unknown-relationship")
def header_without_relationship(content: bytes) -> bytes:
    """A header reference with an id that no relationship has."""
    return substituted(content, DOCUMENT, r'(<w:headerReference [^>]*r:id=")[^"]*', r"\1rIdLost")


@fault("wrong-relationship")
def header_that_is_a_footer(content: bytes) -> bytes:
    """A header reference to the relationship of a footer."""
    footer = parts_of(content)[DOCUMENT].decode().split("<w:footerReference ")[1].split('r:id="')[1].split('"')[0]
    return substituted(content, DOCUMENT, r'(<w:headerReference [^>]*r:id=")[^"]*', rf"\g<1>{footer}")


@fault("unreachable-part")
def forgotten_part(content: bytes) -> bytes:
    """A part that no relationship leads to."""
    return packed({**parts_of(content), "word/notes.xml": b"<notes/>"})


# ---- markup


@fault("malformed-xml")
def open_tag(content: bytes) -> bytes:
    """A tag that is not closed."""
    return replaced(content, DOCUMENT, "</w:body>", "")


@fault("malformed-xml")
def control_character(content: bytes) -> bytes:
    """A control character, written as a character reference."""
    return said(content, "Dupont&#x1;Fils")


@fault("doctype")
def entities(content: bytes) -> bytes:
    """Entities defined in a document type declaration."""
    return replaced(
        content,
        part_like(content, "header"),
        "<w:hdr",
        '<!DOCTYPE w:hdr [<!ENTITY a SYSTEM "file:///etc/hostname">]><w:hdr',
    )


@fault("wrong-encoding")
def latin_1(content: bytes) -> bytes:
    """A part in ISO-8859-1."""
    parts, name = parts_of(content), part_like(content, "footer")
    text = parts[name].decode().replace("UTF-8", "ISO-8859-1", 1)
    return packed({**parts, name: text.encode("latin-1", "xmlcharrefreplace")})


@fault("undeclared-prefix")
def ignorable_prefix(content: bytes) -> bytes:
    """`mc:Ignorable` naming a prefix that is not declared."""
    return replaced(content, DOCUMENT, 'mc:Ignorable="', 'mc:Ignorable="w16lost ')


@fault("unknown-vocabulary")
def foreign_element(content: bytes) -> bytes:
    """An element of a vocabulary of one's own in the body."""
    return before_end(content, '<my:clause xmlns:my="urn:example:mine"/>')


# ---- what endangers the reader


@fault("external-template")
def remote_template(content: bytes) -> bytes:
    """A template loaded from the network."""
    parts = parts_of(content)
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="https://example.org/t.dotm" TargetMode="External"/></Relationships>'
    )
    return packed({**parts, "word/_rels/settings.xml.rels": rels.encode()})


@fault("external-content")
def remote_picture(content: bytes) -> bytes:
    """A picture loaded from the network."""
    return related(content, "rIdPlanted", "image", "https://example.org/pixel.png", "External")


@fault("dangerous-link")
def script_link(content: bytes) -> bytes:
    """A link that runs a script."""
    content = related(content, "rIdPlanted", "hyperlink", "javascript:alert(1)", "External")
    relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<w:hyperlink xmlns:r="{relationships}" r:id="rIdPlanted">{run("Lien")}</w:hyperlink>'
    return before_end(content, paragraph(link))


@fault("macros")
def macro(content: bytes) -> bytes:
    """A macro project."""
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    return with_part(content, "vbaProject.bin", b"\xd0\xcf\x11\xe0", "application/vnd.ms-office.vbaProject", kind)


@fault("embedded-object")
def embedded_object(content: bytes) -> bytes:
    """An embedded object."""
    type_ = "application/vnd.openxmlformats-officedocument.oleObject"
    return with_part(content, "embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0", type_, "oleObject")


@fault("foreign-content")
def html_chunk(content: bytes) -> bytes:
    """A text in HTML that Word converts when it opens the file."""
    content = with_part(content, "chunk.html", "<p>Avenant</p>", "text/html", "aFChunk")
    relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return before_end(content, f'<w:altChunk xmlns:r="{relationships}" r:id="rIdPlanted"/>')


@fault("active-field")
def command_field(content: bytes) -> bytes:
    """A field that starts a program."""
    code = r" DDEAUTO c:\\windows\\system32\\cmd.exe &quot;/k calc&quot; "
    return before_end(content, paragraph(f'<w:fldSimple w:instr="{code}">{run("0")}</w:fldSimple>'))


@fault("hidden-text")
def hidden_words(content: bytes) -> bytes:
    """Words that are hidden."""
    return said(content, DENIED, "<w:vanish/>")


@fault("hidden-text")
def white_words(content: bytes) -> bytes:
    """Words in white on white."""
    return said(content, DENIED, '<w:color w:val="FFFFFF"/>')


@fault("hidden-text")
def words_in_a_hidden_style(content: bytes) -> bytes:
    """Words in a paragraph style that is based on a hidden one."""
    return styled(content, "paragraph", "<w:vanish/>", paragraph(run(DENIED), '<w:pStyle w:val="Planted"/>'))


@fault("hidden-text")
def words_in_a_white_style(content: bytes) -> bytes:
    """Words in a character style that is based on a white one."""
    words = paragraph(run(DENIED, '<w:rStyle w:val="Planted"/>'))
    return styled(content, "character", '<w:color w:val="FFFFFF"/>', words)
