"""Faults of nesting and order, bookmarks, fields, content controls, lists, styles and tables."""

from __future__ import annotations

from tests.faults.planting import (
    DOCUMENT,
    OFFICE,
    before_end,
    cell,
    changed,
    control,
    fault,
    field,
    mark,
    packed,
    paragraph,
    parts_of,
    related,
    replaced,
    run,
    substituted,
    table,
)

NUMBERING, STYLES = "word/numbering.xml", "word/styles.xml"
STORE = "{C1A051E2-0000-4000-8000-00000000FFFF}"

# ---- nesting and order


@fault("forbidden-child")
def paragraph_in_paragraph(content: bytes) -> bytes:
    """A paragraph in a paragraph."""
    return before_end(content, f"<w:p>{paragraph(run('Dedans'))}</w:p>")


@fault("forbidden-child")
def table_in_row(content: bytes) -> bytes:
    """A table directly in a row."""
    return before_end(content, table(cell() + cell() + table(cell() + cell()).removesuffix("<w:p/>")))


@fault("forbidden-child")
def run_in_body(content: bytes) -> bytes:
    """A run directly in the body."""
    return before_end(content, run("Sans paragraphe"))


@fault("forbidden-child")
def unknown_element(content: bytes) -> bytes:
    """An element that does not exist."""
    return before_end(content, paragraph("<w:clause/>"))


@fault("wrong-order")
def style_after_alignment(content: bytes) -> bytes:
    """The style of a paragraph after its alignment."""
    return before_end(content, paragraph(run("Texte"), '<w:jc w:val="both"/><w:pStyle w:val="Normal"/>'))


@fault("wrong-order")
def lists_before_shapes(content: bytes) -> bytes:
    """A shape of a list after the lists."""
    shape = '<w:abstractNum w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/></w:abstractNum></w:numbering>'
    return replaced(content, NUMBERING, "</w:numbering>", shape)


@fault("wrong-order")
def words_after_section(content: bytes) -> bytes:
    """A paragraph after the last section."""
    return replaced(content, DOCUMENT, "</w:body>", f"{paragraph(run('Fin'))}</w:body>")


@fault("wrong-order")
def properties_after_words(content: bytes) -> bytes:
    """The properties of a paragraph after its words."""
    return before_end(content, f"<w:p>{run('Texte')}<w:pPr><w:keepNext/></w:pPr></w:p>")


@fault("wrong-order")
def control_content_first(content: bytes) -> bytes:
    """The content of a control before its properties."""
    return before_end(
        content, '<w:sdt><w:sdtContent><w:p/></w:sdtContent><w:sdtPr><w:id w:val="7001"/></w:sdtPr></w:sdt>'
    )


@fault("unusual-order")
def size_before_bold(content: bytes) -> bytes:
    """The size of a run before its weight."""
    return before_end(content, paragraph(run("Texte", '<w:sz w:val="20"/><w:b/>')))


@fault("repeated-property")
def two_alignments(content: bytes) -> bytes:
    """Two alignments of one paragraph."""
    return before_end(content, paragraph(run("Texte"), '<w:jc w:val="both"/><w:jc w:val="left"/>'))


@fault("unknown-property")
def bold_paragraph(content: bytes) -> bytes:
    """A property of runs on a paragraph."""
    return before_end(content, paragraph(run("Texte"), "<w:b/>"))


# ---- bookmarks


def _bookmark(id_: str, name: str) -> str:
    return f'<w:bookmarkStart w:id="{id_}" w:name="{name}"/>{run("Texte")}<w:bookmarkEnd w:id="{id_}"/>'


@fault("duplicate-bookmark")
def bookmark_name_twice(content: bytes) -> bytes:
    """Two bookmarks with one name."""
    return before_end(content, paragraph(_bookmark("9001", "Objet") + _bookmark("9002", "Objet")))


@fault("duplicate-bookmark")
def bookmark_name_in_other_case(content: bytes) -> bytes:
    """Two bookmarks whose names differ in case alone."""
    return before_end(content, paragraph(_bookmark("9001", "Objet") + _bookmark("9002", "OBJET")))


@fault("duplicate-bookmark-id")
def bookmark_id_twice(content: bytes) -> bytes:
    """Two bookmarks with one id."""
    return before_end(content, paragraph(_bookmark("9001", "Objet") + _bookmark("9001", "Duree")))


@fault("unpaired-bookmark")
def bookmark_without_end(content: bytes) -> bytes:
    """A bookmark without an end."""
    return before_end(content, paragraph('<w:bookmarkStart w:id="9001" w:name="Objet"/>'))


@fault("unpaired-bookmark")
def bookmark_end_first(content: bytes) -> bytes:
    """A bookmark that ends before it begins."""
    return before_end(content, paragraph('<w:bookmarkEnd w:id="9001"/><w:bookmarkStart w:id="9001" w:name="Objet"/>'))


@fault("long-bookmark-name")
def bookmark_name_too_long(content: bytes) -> bytes:
    """A name of a bookmark with 41 characters."""
    return before_end(content, paragraph(_bookmark("9001", "R" * 41)))


@fault("bad-bookmark-name")
def bookmark_name_with_blank(content: bytes) -> bytes:
    """A name of a bookmark with a blank."""
    return before_end(content, paragraph(_bookmark("9001", "Objet du contrat")))


# ---- fields


@fault("unpaired-field")
def field_without_end(content: bytes) -> bytes:
    """A field that is not ended."""
    return before_end(content, paragraph(field("PAGE", "1").removesuffix(mark("end"))))


@fault("unpaired-field")
def field_without_begin(content: bytes) -> bytes:
    """A field that is ended and was not begun."""
    return before_end(content, paragraph(run("1") + mark("end")))


@fault("unpaired-field")
def instruction_outside(content: bytes) -> bytes:
    """An instruction outside of a field."""
    return before_end(content, paragraph("<w:r><w:instrText> PAGE </w:instrText></w:r>"))


@fault("field-without-result")
def reference_without_result(content: bytes) -> bytes:
    """A reference without a separator and a result."""
    inner = mark("begin") + "<w:r><w:instrText> REF Objet </w:instrText></w:r>" + mark("end")
    return before_end(content, paragraph(_bookmark("9001", "Objet") + inner))


@fault("dead-reference")
def reference_to_nothing(content: bytes) -> bytes:
    """A reference to a bookmark that is not there."""
    return before_end(content, paragraph(field("REF _RefLost \\w \\h", "7.2")))


@fault("dead-reference")
def page_of_nothing(content: bytes) -> bytes:
    """A page reference to a bookmark that is not there."""
    return before_end(content, paragraph(f'<w:fldSimple w:instr=" PAGEREF _RefLost ">{run("3")}</w:fldSimple>'))


@fault("dead-anchor")
def link_to_nothing(content: bytes) -> bytes:
    """A link to a bookmark that is not there."""
    return before_end(content, paragraph(f'<w:hyperlink w:anchor="_RefLost">{run("Article 7")}</w:hyperlink>'))


@fault("stale-reference")
def wrong_number(content: bytes) -> bytes:
    """A reference that prints another number."""
    return substituted(content, DOCUMENT, r'( REF \S+ \\w \\h "><w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t>)[^<]*', r"\g<1>98.7")


@fault("stale-reference")
def wrong_words(content: bytes) -> bytes:
    """A reference that prints other words than its bookmark holds."""
    return before_end(content, paragraph(_bookmark("9001", "Objet") + field("REF Objet \\h", "Autre texte")))


@fault("stale-contents")
def renamed_heading(content: bytes) -> bytes:
    """A heading renamed, the table of contents not."""
    return substituted(
        content, DOCUMENT, r'(<w:hyperlink [^>]*>(?:(?!</w:hyperlink>).)*<w:t>)[^<]+(</w:t></w:r></w:hyperlink>)',
        r"\g<1>Ancien titre\g<2>",
    )  # fmt: skip


# ---- content controls


@fault("duplicate-control-id")
def control_id_twice(content: bytes) -> bytes:
    """Two content controls with one id."""
    return before_end(content, paragraph(control("7001") + control("7001")))


@fault("missing-control-id")
def control_without_id(content: bytes) -> bytes:
    """A content control without an id."""
    return before_end(content, paragraph(control("", properties='<w:tag w:val="prix"/>')))


@fault("long-control-name")
def tag_too_long(content: bytes) -> bytes:
    """A tag of a content control with 65 characters."""
    return before_end(content, paragraph(_named("tag")))


@fault("long-control-name")
def title_too_long(content: bytes) -> bytes:
    """A title of a content control with 65 characters."""
    return before_end(content, paragraph(_named("alias")))


def _named(kind: str) -> str:
    properties = f'<w:{kind} w:val="{"n" * 65}"/><w:id w:val="7001"/>'
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{run('Valeur')}</w:sdtContent></w:sdt>"


def _bound(content: bytes, path: str, shown: str, store: str = STORE) -> bytes:
    """A control bound to data of its own, which say Dupont."""
    data = f"{OFFICE}/customXml"
    properties = f'<ds:datastoreItem xmlns:ds="{data}" ds:itemID="{STORE}"/>'
    arrow = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/relationships/customXmlProps" Target="itemProps90.xml"/></Relationships>'
    )
    parts = parts_of(content) | {
        "customXml/item90.xml": b'<deal xmlns="urn:example:deal"><client>Dupont</client></deal>',
        "customXml/itemProps90.xml": properties.encode(),
        "customXml/_rels/item90.xml.rels": arrow.encode(),
    }
    type_ = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    override = f'<Override PartName="/customXml/itemProps90.xml" ContentType="{type_}"/></Types>'
    content = replaced(packed(parts), "[Content_Types].xml", "</Types>", override)
    content = related(content, "rIdPlanted", "customXml", "../customXml/item90.xml")
    mapping = "xmlns:d='urn:example:deal'"
    binding = f'<w:dataBinding w:prefixMappings="{mapping}" w:xpath="{path}" w:storeItemID="{store}"/><w:text/>'
    return before_end(content, paragraph(control("7001", run(shown), binding)))


@fault("dead-binding")
def binding_to_no_store(content: bytes) -> bytes:
    """A content control bound to data that are not in the file."""
    return _bound(content, "/d:deal[1]/d:client[1]", "Dupont", "{00000000-0000-0000-0000-000000000000}")


@fault("dead-binding")
def binding_to_no_node(content: bytes) -> bytes:
    """A content control bound to a path that leads to nothing."""
    return _bound(content, "/d:deal[1]/d:provider[1]", "Dupont")


@fault("stale-binding")
def binding_shown_otherwise(content: bytes) -> bytes:
    """A content control that shows other words than its data."""
    return _bound(content, "/d:deal[1]/d:client[1]", "Durand")


# ---- lists


@fault("missing-list")
def list_that_is_not_there(content: bytes) -> bytes:
    """A paragraph of a list that is not in the numbering part."""
    properties = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="999"/></w:numPr>'
    return before_end(content, paragraph(run("Texte"), properties))


@fault("missing-list-shape")
def list_without_shape(content: bytes) -> bytes:
    """A list of a shape that is not there."""
    num = '<w:num w:numId="900"><w:abstractNumId w:val="900"/></w:num></w:numbering>'
    return replaced(content, NUMBERING, "</w:numbering>", num)


@fault("bad-list-level")
def tenth_level(content: bytes) -> bytes:
    """A paragraph of the tenth level of a list."""
    properties = '<w:numPr><w:ilvl w:val="9"/><w:numId w:val="1"/></w:numPr>'
    return before_end(content, paragraph(run("Texte"), properties))


@fault("duplicate-list")
def list_number_twice(content: bytes) -> bytes:
    """Two lists with one number."""
    return replaced(
        content, NUMBERING, "</w:numbering>", '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


@fault("shared-list-identity")
def lists_with_one_identity(content: bytes) -> bytes:
    """Two shapes of lists with one nsid."""
    shape = (
        '<w:abstractNum w:abstractNumId="90"><w:nsid w:val="{}"/><w:multiLevelType w:val="multilevel"/></w:abstractNum>'
    )

    def added(text: str) -> str:
        identity = text.split('<w:nsid w:val="')[1].split('"')[0]
        return text.replace("<w:num ", f"{shape.format(identity)}<w:num ", 1)

    return changed(content, NUMBERING, added)


@fault("list-style-mismatch")
def level_of_another_style(content: bytes) -> bytes:
    """A level of a list tied to another style than the one that names it."""
    return substituted(content, NUMBERING, r'<w:pStyle w:val="[^"]*"/>', '<w:pStyle w:val="Title"/>')


@fault("bad-level-text")
def level_that_names_a_lower_one(content: bytes) -> bytes:
    """A pattern of a level that names a level below it."""
    return substituted(content, NUMBERING, r'(<w:lvl w:ilvl="0">.*?<w:lvlText w:val=")[^"]*', r"\g<1>%1.%2")


@fault("empty-numbered-paragraph")
def number_without_words(content: bytes) -> bytes:
    """A numbered paragraph without words."""
    return before_end(content, paragraph("", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'))


# ---- styles


@fault("undefined-style")
def style_that_is_not_there(content: bytes) -> bytes:
    """A paragraph with a style that is not defined."""
    return before_end(content, paragraph(run("Texte"), '<w:pStyle w:val="ClauseLost"/>'))


@fault("wrong-style-kind")
def paragraph_style_on_a_run(content: bytes) -> bytes:
    """A paragraph style on a run."""
    return before_end(content, paragraph(run("Texte", '<w:rStyle w:val="Heading1"/>')))


def _style(id_: str, based: str, name: str = "") -> str:
    head = f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id_}"><w:name w:val="{name or id_}"/>'
    return f'{head}<w:basedOn w:val="{based}"/></w:style>'


@fault("style-cycle")
def styles_in_a_circle(content: bytes) -> bytes:
    """Two styles based on each other."""
    return replaced(content, STYLES, "</w:styles>", _style("Un", "Deux") + _style("Deux", "Un") + "</w:styles>")


@fault("duplicate-style")
def style_twice(content: bytes) -> bytes:
    """A style defined twice."""
    return replaced(content, STYLES, "</w:styles>", _style("Title", "Normal", "Title") + "</w:styles>")


@fault("dead-style-link")
def next_style_that_is_not_there(content: bytes) -> bytes:
    """A style followed by one that is not defined."""
    style = _style("Un", "Normal").replace("</w:style>", '<w:next w:val="StyleLost"/></w:style>')
    return replaced(content, STYLES, "</w:styles>", f"{style}</w:styles>")


@fault("missing-default-style")
def no_default_style(content: bytes) -> bytes:
    """No paragraph style that is the default."""
    return substituted(content, STYLES, r'(<w:style w:type="paragraph") w:default="1"', r"\1")


# ---- tables


@fault("cell-without-paragraph")
def empty_cell(content: bytes) -> bytes:
    """A cell without a paragraph."""
    return before_end(content, table(cell("") + cell()))


@fault("cell-without-paragraph")
def cell_that_ends_with_a_table(content: bytes) -> bytes:
    """A cell that ends with a table."""
    return before_end(content, table(cell(table(cell() + cell()).removesuffix("<w:p/>")) + cell()))


@fault("empty-table")
def row_without_cell(content: bytes) -> bytes:
    """A row without a cell."""
    return before_end(content, table(cell() + cell(), ""))


@fault("grid-mismatch")
def row_wider_than_the_grid(content: bytes) -> bytes:
    """A row with more cells than the grid has columns."""
    return before_end(content, table(cell() + cell(), cell() + cell() + cell()))


@fault("merge-without-start")
def merge_that_nothing_begins(content: bytes) -> bytes:
    """A cell that continues a merge which none begins."""
    return before_end(content, table(cell() + cell(), cell(properties="<w:vMerge/>") + cell()))


@fault("cell-width")
def cell_wider_than_its_column(content: bytes) -> bytes:
    """A cell wider than its column."""
    return before_end(content, table(cell(width=4200) + cell()))
