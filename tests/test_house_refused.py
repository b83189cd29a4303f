"""What a base document must not do: hide the text of a contract, reach outside, or be more than a letterhead."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from sample_tree import pack
from test_house import RELATION, Edit, accepted, based, headers, part, parts_of, read, replaced

from generator.ooxml.archive import archive, member
from generator.writers.docx import write
from generator.writers.docx.starter import starter

# ---- what nobody would see


def in_style(identifier: str, properties: str) -> bytes:
    """The starter with one style whose characters have these properties and no others."""

    def edit(text: str) -> str:
        head = rf'(<w:style [^>]*w:styleId="{identifier}"><w:name [^>]*/>)'
        return re.sub(head, rf"\g<1><w:rPr>{properties}</w:rPr>", text)

    return based({"word/styles.xml": edit})


WHITE = '<w:color w:val="FFFFFF"/>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (in_style("NumberedParagraph", "<w:vanish/>"), "base-hidden"),
        (in_style("Normal", "<w:specVanish/>"), "base-hidden"),
        (in_style("NumberedParagraph", WHITE), "base-hidden"),
        (in_style("NumberedParagraph", '<w:color w:val="FEFEFE"/>'), "base-hidden"),
        (in_style("NumberedParagraph", '<w:color w:val="000000" w:themeColor="background1"/>'), "base-hidden"),
        (in_style("ContractTable", "<w:vanish/>"), "base-hidden"),
        (in_style("NumberedParagraph", '<w:sz w:val="0"/>'), "base-size"),
        (in_style("NumberedParagraph", '<w:sz w:val="3276"/>'), "base-size"),
        (in_style("NumberedParagraph", '<w:sz w:val="²"/>'), "base-size"),
        (in_style("TableText", f'<w:sz w:val="{"9" * 5000}"/>'), "base-size"),
        (based({"word/styles.xml": replaced('w:left="1021"', 'w:left="²"')}), "base-size"),
    ],
)
def test_a_style_whose_text_would_not_be_seen_is_refused(content: bytes, code: str) -> None:
    found, findings = read(content)
    assert found is None
    assert {one.code for one in findings if one.is_error} == {code}


def test_white_may_stand_on_a_ground_and_on_the_picture_of_a_cover() -> None:
    accepted(in_style("NumberedParagraph", f'{WHITE}<w:shd w:val="clear" w:color="auto" w:fill="1B2A41"/>'))
    accepted(in_style("CoverTitle", WHITE))
    accepted(in_style("NumberedParagraph", '<w:vanish w:val="0"/>'))


@pytest.mark.parametrize("look", ["<w:vanish/>", WHITE, '<w:sz w:val="2"/>', '<w:rStyle w:val="Ghost"/>'])
def test_a_status_that_nobody_would_see_is_refused(look: str) -> None:
    ghost = '<w:style w:type="character" w:styleId="Ghost"><w:name w:val="Ghost"/><w:rPr><w:vanish/></w:rPr></w:style>'
    edits: dict[str, Edit] = {
        "word/footer.xml": lambda text: re.sub(
            r"<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?\s*<w:t>\[\[status",
            f"<w:r><w:rPr>{look}</w:rPr><w:t>[[status",
            text,
            flags=re.DOTALL,
        ),
        "word/styles.xml": replaced("</w:styles>", f"{ghost}</w:styles>"),
    }
    found, findings = read(based(edits))
    assert found is None
    assert [one.code for one in findings] == ["base-hidden"]
    assert "`[[status]]` in the footer" in findings[0].message


# ---- fields


def field(*codes: str, end: str = "end") -> Edit:
    """In the header, a field whose instruction is split over several runs."""
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    begin, close = (f'<w:r><w:fldChar w:fldCharType="{mark}"/></w:r>' if mark else "" for mark in ("begin", end))
    return replaced("<w:r><w:tab/></w:r>", f"{begin}{runs}{close}")


@pytest.mark.parametrize(
    "codes",
    [
        (" PAGE ",),
        ("NUM", "PAGES"),
        (" STYLEREF &quot;heading 1&quot; ",),
        ("HYPERLINK &quot;https://example.org&quot;",),
        ("HYPERLINK &quot;mailto:a@example.org&quot;",),
    ],
)
def test_a_field_that_counts_or_repeats_stays(codes: tuple[str, ...]) -> None:
    accepted(based({"word/header.xml": field(*codes)}))


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (("INCLUDE", "PICTURE &quot;http://a/b.png&quot;"), "base-external"),
        ((" ", "DDE", "AUTO c:\\windows"), "base-external"),
        (("HYPERLINK &quot;file:///c:/windows&quot;",), "base-external"),
        (("HYPERLINK &quot;javascript:alert(1)&quot;",), "base-external"),
        (("MACROBUTTON AutoOpen press",), "base-field"),
        (("REF nothere \\h",), "base-field"),
        (("DATE",), "base-field"),
        (("FILENAME \\p",), "base-field"),
        (("",), "base-field"),
    ],
)
def test_a_field_that_fetches_runs_or_refers_is_refused(codes: tuple[str, ...], code: str) -> None:
    _, findings = read(based({"word/header.xml": field(*codes)}))
    assert [one.code for one in findings] == [code]


@pytest.mark.parametrize(
    "edit",
    [
        field("PAGE", end=""),
        field("PAGE", end="strange"),
        replaced("<w:r><w:tab/></w:r>", '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
    ],
)
def test_a_field_whose_marks_do_not_pair_is_refused(edit: Edit) -> None:
    _, findings = read(based({"word/header.xml": edit}))
    assert {one.code for one in findings} == {"base-field"}


def test_a_field_is_read_in_whatever_folder_its_part_lies() -> None:
    parts = parts_of(based({"word/header.xml": field("INCLUDETEXT a")}))
    parts["kept/top.xml"] = parts.pop("word/header.xml")
    relations = parts["word/_rels/document.xml.rels"].decode()
    parts["word/_rels/document.xml.rels"] = relations.replace('"header.xml"', '"/kept/top.xml"').encode()
    _, findings = read(archive([member(name, content) for name, content in parts.items()]))
    assert [one.code for one in findings] == ["base-external"]


def test_a_link_inside_the_base_leaves_its_words() -> None:
    link = '<w:hyperlink w:anchor="nothere"><w:r><w:t>[[title]]</w:t></w:r></w:hyperlink>'
    house_ = accepted(based({"word/header.xml": replaced("<w:r><w:t>[[title]]</w:t></w:r>", link)}))
    printed = "".join(headers(write(pack("fr"), ["D01"], house=house_)))
    assert "w:anchor" not in printed
    assert pack("fr").document.properties.title in printed


# ---- pictures

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}>{}</svg>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


def pictured(name: str, content: bytes) -> bytes:
    blip = (
        '<w:r><w:drawing xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:r="{RELATION}"><a:blip r:embed="rIdP"/></w:drawing></w:r><w:r><w:tab/></w:r>'
    )
    entry = f'<Relationship Id="rIdP" Type="{RELATION}/image" Target="media/{name}"/>'
    relations = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{entry}'
    extra = {"word/_rels/header.xml.rels": f"{relations}</Relationships>".encode(), f"word/media/{name}": content}
    return based({"word/header.xml": replaced("<w:r><w:tab/></w:r>", blip)}, extra)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(16)),
        ("a.emf", b"\x01\x00\x00\x00" + bytes(36) + b" EMF"),
        (
            "a.svg",
            SVG.format("", '<style>a{fill:url(#b)}</style><image xlink:href="data:image/png;base64,AA"/>').encode(),
        ),
    ],
)
def test_a_picture_that_is_what_its_name_says_goes_along(name: str, content: bytes) -> None:
    (media,) = accepted(pictured(name, content)).media
    assert media.content == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b""),
        ("a.png", b"<html>not a picture at all</html>"),
        ("a.gif", PNG),
        ("a.emf", b"\x01\x00\x00\x00" + bytes(40)),
        ("a.svg", b"<svg> and never ended"),
        ("a.svg", b"<html><body>no drawing</body></html>"),
        ("a.svg", b"<!DOCTYPE svg>" + SVG.format("", "").encode()),
        ("a.svg", f"<!DOCTYPE svg>{SVG.format('', '')}".encode("utf-16")),
    ],
)
def test_a_picture_that_is_none_is_refused(name: str, content: bytes) -> None:
    _, findings = read(pictured(name, content))
    assert [one.code for one in findings] == ["base-part"]


@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ("", '<image xlink:href="file:///etc/hostname"/>'),
        ("", '<image href="https://example.org/a.png"/>'),
        ("", '<image href="data:image/svg+xml,%3Csvg/%3E"/>'),
        ("", "<script>alert(1)</script>"),
        ("", "<style>@import 'https://example.org/a.css';</style>"),
        ("", "<style>a{fill:url(https://example.org/a)}</style>"),
        ("", "<style>a{fill:\\75rl(x)}</style>"),
        ("", '<rect fill="url( //example.org/a)"/>'),
        ("", "<?xml-stylesheet href='a.css'?>"),
        ('onload="alert(1)"', ""),
        ('xml:base="https://example.org/"', ""),
    ],
)
def test_a_drawing_that_reaches_outside_is_refused(attributes: str, inside: str) -> None:
    _, findings = read(pictured("a.svg", SVG.format(attributes, inside).encode()))
    assert [one.code for one in findings] == ["base-external"]


def test_a_drawing_of_the_old_kind_fetches_nothing_and_leads_nowhere() -> None:
    def drawing(inside: str) -> bytes:
        shape = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" {inside}</v:shape></w:pict>'
        return based({"word/header.xml": replaced("<w:r><w:tab/></w:r>", f"<w:r>{shape}</w:r><w:r><w:tab/></w:r>")})

    _, findings = read(drawing('><v:imagedata src="http://example.org/a.png"/>'))
    assert [one.code for one in findings] == ["base-external"]
    clicked = accepted(drawing('href="javascript:alert(1)">'))
    assert "javascript" not in "".join(headers(write(pack("fr"), ["D01"], house=clicked)))


# ---- pages and parts that no one can print or read


@pytest.mark.parametrize(
    ("before", "after", "is_error"),
    [
        ('w:w="11906"', 'w:w="999999"', True),
        ('w:left="1134"', 'w:left="-1700"', True),
        ('w:header="595"', 'w:header="16000"', True),
        ('w:w="11906"', 'w:w="²"', False),
        ('w:w="11906"', 'w:w="21cm"', False),
        ('w:top="1219"', f'w:top="{"9" * 5000}"', False),
    ],
)
def test_a_measure_that_no_page_has_is_told(before: str, after: str, is_error: bool) -> None:
    _, findings = read(based({"word/document.xml": replaced(before, after)}))
    assert {(one.code, one.is_error) for one in findings} == {("base-page", is_error)}


@pytest.mark.parametrize(
    "table",
    [
        "<w:tbl/>",
        "<w:tbl><w:tr/></w:tbl>",
        "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>",
        "<w:tbl><w:tr><w:tc><w:p/><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>",
    ],
)
def test_a_table_that_word_cannot_open_is_refused(table: str) -> None:
    _, findings = read(based({"word/header.xml": replaced("</w:hdr>", f"{table}<w:p/></w:hdr>")}))
    assert [one.code for one in findings] == ["base-part"]


WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def in_utf_16(text: str) -> bytes:
    declared = text.replace("UTF-8", "UTF-16").replace("<w:hdr", '<!DOCTYPE x [<!ENTITY a "b">]><w:hdr')
    return declared.replace("[[title]]", "&a;[[title]]").encode("utf-16")


def packed(compression: int, name: str = "word/x.xml") -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", compression) as package:
        for part_, content in {**parts_of(starter()), name: b"<x/>"}.items():
            package.writestr(part_, content)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        based({}, {"word/header.xml": in_utf_16(part(starter(), "word/header.xml"))}),
        packed(ZIP_LZMA),
        packed(ZIP_BZIP2),
        packed(ZIP_DEFLATED, "word/é.xml").replace("word/é".encode(), b"word/\xff\xfe"),
        based({}, {"word/header.xml": f'<w:hdr xmlns:w="{WORDS}">{"<w:p/>" * 150_000}</w:hdr>'.encode()}),
        based({}, {"word/more.xml": b"<a>" + b"<b/>" * 100_000 + b"</a>"}),
        based({}, {"word/header.xml": f'<w:hdr xmlns:w="{WORDS}">{" " * (1 << 20)}</w:hdr>'.encode()}),
        based({}, {"word/more.bin": bytes(8 << 20)}),
        based({}, {"word/header.xml": b"<html><p>hi</p></html>"}),
    ],
)
def test_a_part_of_another_kind_or_of_any_size_is_refused(content: bytes) -> None:
    found, findings = read(content)
    assert found is None
    assert [one.code for one in findings] == ["base-unreadable"]
