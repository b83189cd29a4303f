"""Word counts by itself; here LibreOffice counts in its place, and must find the numbers of the tree."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import count
from zipfile import ZipFile

import pytest
from office import Office
from sample_tree import pack
from tree_words import TreeWords, words

from generator.ooxml.archive import archive, member
from generator.writers.docx import write
from tests.deals import spread

# The parts of each file, by name: the bound form, each document alone, and annexes with a gap between them.
FILES: dict[str, list[str] | None] = {
    "bound": None,
    "order": ["D02"],
    "agreement": ["D01"],
    "annex-a": ["D03"],
    "annex-b": ["D07"],
    "annex-c": ["D10"],
    "annexes-a-and-c": ["D03", "D10"],
    "order-and-annexes-b-and-c": ["D02", "D07", "D10"],
}
_REFERENCE = re.compile(r'( REF \S+ \\w \\h "><w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t>)[^<]*(?=</w:t>)')


def poisoned(content: bytes) -> tuple[bytes, int]:
    """The same file in which every number of a cross-reference is wrong, and how many there are."""
    numbers = count(1)
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = parts["word/document.xml"].decode()
    text, changed = _REFERENCE.subn(lambda found: f"{found[1]}ZZZ{next(numbers)}", text)
    parts["word/document.xml"] = text.encode()
    return archive([member(name, part) for name, part in parts.items()]), changed


@pytest.mark.parametrize("language", spread(["fr", "en"], ["fr"]))
def test_libreoffice_counts_every_number_as_the_tree_does(language: str, office: Office) -> None:
    numbered = pack(language)
    read = office.texts({f"{name}-{language}": write(numbered, parts) for name, parts in FILES.items()})
    for name, parts in FILES.items():
        expected = words(TreeWords(numbered, parts).lines(frame=True), numbers=True)
        assert read[f"{name}-{language}"].split() == expected, name


@pytest.mark.parametrize("language", spread(["fr", "en"], ["en"]))
def test_libreoffice_computes_every_poisoned_reference_as_the_tree_does(language: str, office: Office) -> None:
    numbered = pack(language)
    written = {name: poisoned(write(numbered, parts)) for name, parts in FILES.items()}
    # In pages, not in exported text: LibreOffice computes the last fields of a text only when it lays out pages.
    read = office.pages({f"poisoned-{name}-{language}": content for name, (content, _) in written.items()})
    for name, parts in FILES.items():
        shown = read[f"poisoned-{name}-{language}"]
        assert "ZZZ" not in shown, name
        assert "REF" not in shown, name
        assert "HYPERLINK" not in shown, name
        for line in TreeWords(numbered, parts).lines(frame=True):
            assert "".join(f"{line.marker} {line.text}".split()) in shown, name
    assert written["bound"][1] > 10


def test_a_field_gives_the_number_and_the_text_gives_the_word() -> None:
    text = _document(write(pack("fr"), ["D01"]))
    before, after = text.split('<w:t xml:space="preserve">article\u00a0</w:t>', 1)
    assert before
    assert re.match(r'.{0,120}<w:fldSimple w:instr=" (REF )?_Ref', after)


def test_a_reference_to_a_part_that_is_not_in_the_file_is_plain_text() -> None:
    alone = _document(write(pack("fr"), ["D02"]))
    bound = _document(write(pack("fr")))
    assert "Annexe\u00a0B" in alone
    assert "REF _RefD07" not in alone
    assert "REF _RefD07" in bound


def test_every_document_of_a_bound_file_has_a_list_of_its_own() -> None:
    with ZipFile(BytesIO(write(pack("fr")))) as package:
        numbering = package.read("word/numbering.xml").decode()
    shapes = re.findall(r'<w:lvlText w:val="(Article[^"]*|Annexe[^"]*)"/>', numbering)
    assert shapes == ["Article\u00a0%1."] * 2 + ["Annexe\u00a0%1"]
    identities = re.findall(r'<w:nsid w:val="(\w+)"/>', numbering)
    assert len(set(identities)) == len(identities)


def test_a_file_with_the_third_annex_alone_starts_at_its_letter() -> None:
    with ZipFile(BytesIO(write(pack("fr"), ["D10"]))) as package:
        numbering = package.read("word/numbering.xml").decode()
    assert '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride>' in numbering


def test_paragraphs_of_the_main_document_carry_their_number_by_style_alone() -> None:
    text = _document(write(pack("fr"), ["D01"]))
    assert '<w:pStyle w:val="Heading1"/></w:pPr>' in text
    assert '<w:pStyle w:val="NumberedParagraph"/></w:pPr>' in text


def _document(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as package:
        return package.read("word/document.xml").decode()


def test_page_numbers_of_the_table_of_contents_are_seen_on_the_page(office: Office) -> None:
    pages = {"purpose": 3, "duration": 4, "liability": 127}
    shown = office.pages({"paged": write(pack("fr"), ["D01"], pages=pages)})["paged"]
    assert re.search(r"Article3\.Responsabilité\.+127", shown)
