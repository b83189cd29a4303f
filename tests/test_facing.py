"""One document in two languages, side by side, in every format: the same words, numbers and figures on both sides."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from browser import Chromium, chromium
from click.testing import CliRunner
from lxml import etree
from markdown_it import MarkdownIt
from office import Office
from openxml_audit import OpenXmlValidator  # type: ignore[import-untyped]
from test_docx_numbering import poisoned
from test_html import COLOURS, VIEWS
from tree_words import Line, TreeWords

from generator.cli import main
from generator.doctor import examine
from generator.document.figures import figures
from generator.document.nodes import Block, Definitions, ItemList, Numbered, Part, Reference, Signatures, Table
from generator.document.pair import Facing
from generator.document.walk import inlines
from generator.ooxml import names
from generator.outputs import Form, outputs
from generator.pipeline import Draft, Options, draft
from generator.readers import docx as reader
from generator.writers import docx, html, markdown_facing
from generator.writers import json as json_writer
from tests.deals import CONTRACTS, spread

__all__ = ["chromium"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ENGLISH = "en-GB"
# The width of half an A4 page, in points.
_HALF = 298
EXAMPLES = ("gc-grand-compte", "pme-acme", "tpe-boulangerie")


@cache
def made(name: str) -> Draft:
    return draft(CONTRACTS / f"{name}.yaml", options=Options(language="fr+en"))


def facing(name: str) -> Facing:
    pair = made(name).facing
    assert pair is not None
    return pair


@cache
def word_file(name: str) -> bytes:
    """The whole pack of an example as one Word file."""
    return docx.write(facing(name))


@cache
def body(name: str) -> etree._Element:
    with ZipFile(BytesIO(word_file(name))) as package:
        return etree.fromstring(package.read("word/document.xml"))


def letters(text: str) -> str:
    return "".join(text.split())


# ---- the tree, as each column must print it


class Column(TreeWords):
    """The lines that stand in a column: neither titles of documents nor what is printed once for both languages."""

    def _part(self, part: Part, place: int, *, frame: bool) -> Iterator[Line]:
        # Without a page of its own, a cover stands in the columns too.
        if part.kind == "annex" or self.numbered.document.layout != "full":
            yield from self._blocks(part.cover)
        for section in part.sections:
            yield Line(self._marker(section.anchor), self.text(section.title))
            for clause in section.clauses:
                yield from self._clause(clause, section)

    def _blocks(self, blocks: Sequence[Block]) -> Iterator[Line]:
        yield from super()._blocks([block for block in blocks if not isinstance(block, Table | Signatures)])


def columns(name: str, parts: Sequence[str]) -> list[tuple[str, str]]:
    """The texts of the two cells of each row, in reading order."""
    with ZipFile(BytesIO(docx.write(facing(name), parts))) as package:
        document = etree.fromstring(package.read("word/document.xml"))
    found = []
    for row in document.iter(f"{W}tr"):
        cells = row.findall(f"{W}tc")
        table = row.getparent()
        ruled = table.find(f"{W}tblPr/{W}tblBorders/{W}insideV") if table is not None else None
        if ruled is not None and len(cells) == 2:
            left, right = ("\n".join(map(words_of, cell.iter(f"{W}p"))) for cell in cells)
            found.append((left, right))
    return found


def words_of(paragraph: etree._Element) -> str:
    """The text of a paragraph; a line break is white space."""
    return "".join((node.text or "") if node.tag == f"{W}t" else "\n" for node in paragraph.iter(f"{W}t", f"{W}br"))


def text_area(content: bytes) -> tuple[int, int]:
    """Where the text of a page of a Word file begins and ends, in points from the top of the page."""
    with ZipFile(BytesIO(content)) as package:
        document = etree.fromstring(package.read("word/document.xml"))
    *_, size = document.iter(f"{W}pgSz")
    *_, margins = document.iter(f"{W}pgMar")
    top, height, low = (int(str(e.get(f"{W}{key}"))) for e, key in ((margins, "top"), (size, "h"), (margins, "bottom")))
    return top // 20, -(-(height - low) // 20)


def contractual(name: str) -> list[str]:
    """The documents of a pack but its summary, which is one table, and its letters."""
    return [part.id for part in facing(name).document.parts if not part.unnumbered]


# ---- Word


@pytest.mark.parametrize("name", spread(EXAMPLES, ["tpe-boulangerie"]))
def test_the_word_file_is_valid(name: str, tmp_path: Path) -> None:
    path = tmp_path / "contract.docx"
    path.write_bytes(word_file(name))
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []


@pytest.mark.parametrize("name", spread(EXAMPLES))
def test_nothing_is_wrong_with_bookmarks_fields_and_controls(name: str) -> None:
    assert [finding.message for finding in examine("contract.docx", word_file(name)) if finding.is_error] == []


@pytest.mark.parametrize("name", spread(EXAMPLES))
def test_each_column_has_the_words_of_its_tree(name: str) -> None:
    notice, *rows = columns(name, contractual(name))
    pair = facing(name)
    for side, numbered in enumerate((pair.left, pair.right)):
        expected = " ".join(line.text for line in Column(numbered, contractual(name)).lines(frame=False)).split()
        assert " ".join(row[side] for row in rows).split() == expected
        assert "français" in notice[0]
        assert "French" in notice[1]


@pytest.mark.parametrize("name", spread(EXAMPLES))
def test_every_figure_of_a_row_is_equal_in_both_columns(name: str) -> None:
    rows = columns(name, contractual(name))
    assert len(rows) > 200
    quoted = [row for row in rows if figures(row[0], "fr") != figures(row[1], "en")]
    # Two laws are quoted in French on both sides.
    assert all(figures(left, "fr") == figures(right, "fr") for left, right in quoted)


@pytest.mark.parametrize("name", spread(EXAMPLES))
def test_tables_and_signatures_hold_both_languages_once(name: str) -> None:
    pair = facing(name)
    printed = {letters(words_of(paragraph)) for paragraph in body(name).iter(f"{W}p")}
    everything = letters("\n".join(map(words_of, body(name).iter(f"{W}p"))))
    for numbered in (pair.left, pair.right):
        tree = TreeWords(numbered)
        for part in numbered.document.parts:
            for section in part.sections:
                for clause in section.clauses:
                    for block in clause.blocks:
                        if isinstance(block, Table):
                            cells = [letters(tree.text(cell.content)) for row in block.rows for cell in row]
                            assert all(cell in everything for cell in cells)
    anchors = [text for text in printed if text.startswith("/sn-")]
    assert sorted(anchors) == ["/sn-client/", "/sn-provider/"]


def test_the_language_of_every_english_paragraph_is_said() -> None:
    right = [row.findall(f"{W}tc")[1] for row in body("tpe-boulangerie").iter(f"{W}tr") if len(row) == 3]
    runs = [run for cell in right for run in cell.iter(f"{W}r") if run.find(f"{W}t") is not None]
    languages = {run.find(f"{W}rPr/{W}lang").get(f"{W}val") for run in runs if run.find(f"{W}rPr/{W}lang") is not None}  # type: ignore[union-attr]
    assert languages == {ENGLISH}


def test_both_columns_count_in_lists_of_their_own() -> None:
    with ZipFile(BytesIO(docx.write(facing("pme-acme"), ["D01"]))) as package:
        numbering, text = (package.read(f"word/{name}.xml").decode() for name in ("numbering", "document"))
    assert re.findall(r'<w:lvlText w:val="((?:Article|Section)[^"]*)"/>', numbering) == [
        "Article\u00a0%1.",
        "Section\u00a0%1.",
    ]
    identities = re.findall(r'<w:nsid w:val="(\w+)"/>', numbering)
    assert len(set(identities)) == len(identities)
    # The first column carries its numbers by style alone, as in a contract in one language.
    assert '<w:pStyle w:val="NumberedParagraph"/><w:jc w:val="left"/>' in text


def test_references_of_a_column_lead_into_the_same_column() -> None:
    pair = facing("pme-acme")
    text = docx.write(pair, ["D01"])
    with ZipFile(BytesIO(text)) as package:
        document = package.read("word/document.xml").decode()
    targets = {
        inline.target
        for _, inline in inlines(pair.left.document.parts[2])
        if isinstance(inline, Reference) and pair.left.labels[inline.target].part == "D01"
    }
    bookmarks = set(re.findall(r'w:name="(_Ref[^"]+)"', document))
    fields = re.findall(r'w:instr=" (?:REF )?(_Ref\S+) ', document)
    assert targets
    assert set(fields) <= bookmarks
    english = {names.reference_bookmark(f"{anchor}@en") for anchor in pair.right.labels}
    assert len([field for field in fields if field in english]) * 2 == len(fields)


def test_both_entries_of_a_heading_have_its_page() -> None:
    pair = facing("pme-acme")
    pages = {anchor: number for number, anchor in enumerate(docx.headings(pair, ["D07"]), start=3)}
    with ZipFile(BytesIO(docx.write(pair, ["D07"], pages=pages))) as package:
        text = package.read("word/document.xml").decode()
    shown = re.findall(r'PAGEREF (_Ref\S+) \\h "><w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t>(\d+)', text)
    assert [(bookmark, int(number)) for bookmark, number in shown] == [
        (names.reference_bookmark(f"{anchor}{suffix}"), number)
        for anchor, number in pages.items()
        for suffix in ("", "@en")
    ]


def test_a_clause_is_one_control_around_both_columns() -> None:
    found = reader.paragraphs(docx.write(facing("pme-acme"), ["D01"]))
    tags = [paragraph.clause for paragraph in found if paragraph.clause]
    clauses = [clause for section in facing("pme-acme").left.document.parts[2].sections for clause in section.clauses]
    assert list(dict.fromkeys(tags)) == [names.clause_tag(clause.id, clause.digest) for clause in clauses]


def test_libreoffice_computes_every_poisoned_reference_in_both_columns(office: Office, tmp_path: Path) -> None:
    pair, parts = facing("tpe-boulangerie"), ["D02", "D01"]
    content, changed = poisoned(docx.write(pair, parts))
    assert changed > 20
    path = tmp_path / "facing.pdf"
    path.write_bytes(office.converted({"facing": content}, "pdf")["facing"])
    top, bottom = text_area(content)
    for numbered, left in ((pair.left, 0), (pair.right, _HALF)):
        strip = ["-x", str(left), "-y", str(top), "-W", str(_HALF), "-H", str(bottom - top), "-r", "72"]
        read = subprocess.run(["pdftotext", "-raw", *strip, path, "-"], check=True, capture_output=True, timeout=60)
        shown = letters(read.stdout.decode())
        assert "ZZZ" not in shown
        lines = Column(numbered, parts).lines(frame=False)
        assert [line for line in lines if letters(f"{line.marker} {line.text}") not in shown] == []


# ---- HTML, Markdown, JSON


# Where the columns of each row of text begin; a row may hold nothing but the hidden link to its clause.
_TOPS = """() => [...document.querySelectorAll('.pair')]
    .map(row => [...row.children].map(column => column.getBoundingClientRect()))
    .filter(columns => columns.every(column => column.height))
    .map(columns => columns.map(column => column.top))"""


@pytest.mark.parametrize("width", [320, 390])
def test_the_columns_stand_one_under_the_other_on_a_phone(width: int, chromium: Chromium) -> None:
    page = chromium.open(html.write(facing("tpe-boulangerie"), ["D02"]))
    page.show(width)
    stacked = page.evaluate(_TOPS)
    assert len(stacked) > 50
    assert all(left < right for left, right in stacked)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.show(1280)
    assert all(left == right for left, right in page.evaluate(_TOPS))
    assert page.requests == []
    chromium.close(page)


def test_axe_finds_nothing_on_a_phone_a_desk_and_paper(chromium: Chromium) -> None:
    page = chromium.open(html.write(facing("tpe-boulangerie"), ["D00", "D02", "D01"]))
    for width, media in VIEWS:
        page.show(width, media=media)
        assert page.accessibility(without=COLOURS) == []
    page.keep_new_kinds([])
    for width, media in VIEWS:
        for dark in (False, True) if media == "screen" else (False,):
            page.show(width, media=media, dark=dark)
            assert page.accessibility(only=COLOURS) == []
    chromium.close(page)


@pytest.mark.parametrize("name", spread(EXAMPLES))
def test_the_page_has_unique_ids_and_no_dead_link(name: str) -> None:
    document = etree.HTML(html.write(facing(name)))
    ids = [str(found) for found in document.xpath("//@id")]
    assert len(set(ids)) == len(ids)
    assert {str(link)[1:] for link in document.xpath("//@href") if str(link).startswith("#")} <= set(ids)


@pytest.mark.parametrize("name", spread(EXAMPLES))
def test_the_page_says_the_words_of_each_tree_in_its_language(name: str) -> None:
    document = etree.HTML(html.write(facing(name)))
    for hidden in document.xpath("//*[@class='cited' or self::style]"):
        hidden.text = hidden.tail = ""
        for child in list(hidden):
            hidden.remove(child)
    pairs = document.xpath("//main//div[@class='pair']")
    for side, numbered in enumerate((facing(name).left, facing(name).right)):
        column = letters("".join("".join(pair[side].itertext()) for pair in pairs))
        for line in Column(numbered, contractual(name)).lines(frame=False):
            assert letters(line.text) in column
    assert {pair[1].get("lang") for pair in pairs} == {"en"}
    assert document.get("lang") == "fr"


@pytest.mark.parametrize("name", spread(EXAMPLES))
def test_markdown_shows_two_columns(name: str) -> None:
    source = markdown_facing.write(facing(name)).decode()
    shown = etree.HTML(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))
    rows = [
        [letters("".join(cell.itertext())) for cell in row]
        for table in shown.xpath("//table[thead/tr/th[1]='Français']")
        for row in table.xpath("tbody/tr")
    ]
    assert {len(row) for row in rows} == {2}
    for side, numbered in enumerate((facing(name).left, facing(name).right)):
        column = "".join(row[side] for row in rows)
        lines = list(Column(numbered, contractual(name)).lines(frame=False))
        headings = {letters(line.text) for line in _headings(numbered)}
        assert all(letters(line.text) in column for line in lines if letters(line.text) not in headings)


def _headings(numbered: Numbered) -> Iterator[Line]:
    tree = TreeWords(numbered)
    for part in numbered.document.parts:
        for section in part.sections:
            yield Line("", tree.text(section.title))
            for clause in section.clauses:
                for block in clause.blocks:
                    if isinstance(block, Definitions):
                        # A definition follows its name and a colon on one line.
                        yield from (Line("", tree.text(entry.content)) for entry in block.entries)
                    if isinstance(block, ItemList):
                        yield from (Line("", tree.text(item.content)) for item in block.items if not item.content)


def test_json_holds_two_trees_and_says_which_prevails() -> None:
    tree = json.loads(json_writer.write(facing("pme-acme"), ["D07"]))
    assert (tree["type"], tree["prevailing"]) == ("Facing", "fr")
    sides = [tree[side]["document"] for side in ("left", "right")]
    assert [side["language"] for side in sides] == ["fr", "en"]
    assert [[part["id"] for part in side["parts"]] for side in sides] == [["D07"], ["D07"]]


# ---- files


def test_each_document_is_one_file_for_both_languages() -> None:
    form = Form(formats=("docx", "html", "md", "json"))
    files = [output.name for output in outputs(made("pme-acme"), form) if output.parts]
    assert "acme-2026-D01-contrat-cadre.fr+en.docx" in files
    assert {name.rsplit(".", 2)[1] for name in files} == {"fr+en"}
    assert len(files) == 4 * len(facing("pme-acme").document.parts)


def test_the_bound_form_is_one_file() -> None:
    files = [output.name for output in outputs(made("tpe-boulangerie")) if output.parts]
    assert files == ["boulangerie-2026.fr+en.docx"]


def test_the_same_contract_gives_the_same_bytes() -> None:
    assert docx.write(facing("tpe-boulangerie")) == word_file("tpe-boulangerie")


def test_a_file_in_two_languages_of_an_earlier_build_is_named(tmp_path: Path) -> None:
    def build(*arguments: str) -> str:
        deal = str(CONTRACTS / "tpe-boulangerie.yaml")
        return CliRunner().invoke(main, ["build", deal, "-o", str(tmp_path), "--no-pages", *arguments]).output

    assert "boulangerie-2026.fr+en.docx" in build("--lang", "fr+en")
    later = build()
    assert "stale-file" in later
    assert "boulangerie-2026.fr+en.docx" in later
