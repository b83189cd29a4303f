"""The Word file as a package and as a text: valid, repeatable, complete."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator  # type: ignore[import-untyped]
from sample_tree import HOSTILE_NAME, pack
from tree_words import TreeWords, words

from generator.document.nodes import (
    Block,
    Cell,
    Label,
    Numbered,
    Paragraph,
    Part,
    PlainParagraph,
    Section,
    SignatureParty,
    Signatures,
    Table,
    Text,
)
from generator.ooxml import names
from generator.ooxml.text import ForbiddenCharacter
from generator.readers import docx as reader
from generator.writers.docx import UnknownPart, write
from generator.writers.docx.columns import NORMAL, SMALL, Fit, fit
from generator.writers.docx.metrics import BOLD, measure

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SINGLE_PARTS = ["D02", "D01", "D03", "D07", "D10"]
FRAME_STYLES = {names.STATUS, names.CONTENTS_TITLE, names.CONTENTS_ENTRY, names.CONTENTS_ANNEX_ENTRY}


def grid(header: list[str], rows: list[list[str]]) -> Table:
    """A table whose columns the tree leaves to the left."""
    cells = [tuple(Cell((Text(text),) if text else ()) for text in line) for line in (header, *rows)]
    return Table("order.parties.contract.t1", cells[0], tuple(cells[1:]), ("left",) * len(header))


def rows_of(content: bytes) -> list[etree._Element]:
    """The rows of the tables of the main document."""
    return list(etree.fromstring(part(content).encode()).iter(f"{W}tr"))


def part(content: bytes, name: str = "word/document.xml") -> str:
    with ZipFile(BytesIO(content)) as package:
        return package.read(name).decode()


def frames(content: bytes, kind: str) -> list[str]:
    """The headers or the footers."""
    with ZipFile(BytesIO(content)) as package:
        return [package.read(name).decode() for name in package.namelist() if name.startswith(f"word/{kind}")]


def with_text(text: str) -> Numbered:
    """A pack of one paragraph that holds this text."""
    return with_blocks(Paragraph("order.parties.contract.p1", (Text(text),)))


def with_blocks(*blocks: Block) -> Numbered:
    """A pack of one clause that holds these blocks."""
    numbered = pack("fr")
    order = replace(
        numbered.document.parts[0],
        cover=(),
        sections=(
            Section(
                "order.parties",
                (Text("Parties"),),
                (replace(numbered.document.parts[0].sections[0].clauses[1], blocks=blocks),),
            ),
        ),
    )
    return replace(numbered, document=replace(numbered.document, parts=(order,)))


# ---- validity


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("parts", [None, *([one] for one in SINGLE_PARTS)])
def test_the_rules_of_the_open_xml_sdk_find_nothing(language: str, parts: list[str] | None, tmp_path: Path) -> None:
    path = tmp_path / "contract.docx"
    path.write_bytes(write(pack(language), parts, embedded={"deal.yaml": b"client: x\n", "logo.bin": b"\x00\xff"}))
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []


def test_identifiers_and_names_are_unique_and_short_enough() -> None:
    text = part(write(pack("fr")))
    for pattern in (r'<w:bookmarkStart w:id="(\d+)"', r' w:name="(_[^"]+)"/>', r'<w:id w:val="(\d+)"/>'):
        found = re.findall(pattern, text)
        assert found
        assert len(set(found)) == len(found)
    assert sorted(re.findall(r'<w:bookmarkStart w:id="(\d+)"', text)) == sorted(
        re.findall(r'<w:bookmarkEnd w:id="(\d+)"', text)
    )
    assert all(len(name) <= 40 for name in re.findall(r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)"', text))


def test_every_target_of_a_field_and_of_a_link_exists() -> None:
    text = part(write(pack("fr")))
    bookmarks = set(re.findall(r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)"', text))
    targets = re.findall(r'w:anchor="([^"]+)"', text) + re.findall(r'[">] (?:REF |PAGEREF )?(_Ref\S+) ', text)
    assert targets
    assert set(targets) <= bookmarks
    opened, closed = text.count('w:fldCharType="begin"'), text.count('w:fldCharType="end"')
    assert opened == closed


def test_every_style_in_the_text_is_a_style_of_the_base() -> None:
    styles = etree.fromstring(part(write(pack("fr")), "word/styles.xml").encode())
    defined = {str(style.get(f"{W}styleId")): style for style in styles.iter(f"{W}style")}
    used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"/>', part(write(pack("fr")))))
    assert used <= set(names.STYLES) <= set(defined)
    for identifier, name in names.STYLES.items():
        shown = defined[identifier].find(f"{W}name")
        assert shown is not None
        assert shown.get(f"{W}val") == name


def test_the_tag_of_each_clause_names_it_in_at_most_64_characters() -> None:
    text = part(write(pack("fr")))
    tags = re.findall(r'<w:tag w:val="([^"]+)"/>', text)
    assert all(len(tag) <= 64 for tag in tags)
    assert "clause:base/purpose/object#9f2c41d0aa17" in tags
    long = [tag for tag in tags if "~" in tag]
    assert len(long) == 1
    assert long[0].startswith("clause:jurisdictions/FR/liability/cap")


def test_word_asks_nothing_when_the_file_is_opened() -> None:
    content = write(pack("fr"))
    assert "updateFields" not in re.sub(r"<!--.*?-->", "", part(content, "word/settings.xml"))
    assert "w:dirty" not in part(content)


# ---- the same bytes


def test_two_writes_give_the_same_bytes() -> None:
    assert write(pack("fr")) == write(pack("fr"))


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    script = (
        "import sys, hashlib; sys.path[:0] = sys.argv[1:]\n"
        "from sample_tree import pack\nfrom generator.writers.docx import write\n"
        "print(hashlib.sha256(write(pack('fr'), embedded={'b': b'1', 'a': b'2'})).hexdigest())"
    )
    tests = Path(__file__).parent
    digests = {
        subprocess.run(
            [sys.executable, "-c", script, str(tests), str(tests.parent)],
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1


def test_the_archive_is_a_plain_zip_with_fixed_dates() -> None:
    with ZipFile(BytesIO(write(pack("fr")))) as package:
        assert package.testzip() is None
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"


# ---- words


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("parts", [None, *([one] for one in SINGLE_PARTS)])
def test_the_words_of_the_file_are_those_of_the_tree_in_order(language: str, parts: list[str] | None) -> None:
    numbered = pack(language)
    read = reader.paragraphs(write(numbered, parts))
    found = " ".join(one.text for one in read if one.style not in FRAME_STYLES).split()
    assert found == words(TreeWords(numbered, parts).lines(frame=False), numbers=False)


def test_a_name_full_of_markup_prints_as_it_is_written() -> None:
    content = write(pack("fr"))
    assert sum(one.text == HOSTILE_NAME for one in reader.paragraphs(content)) == 3


def test_each_paragraph_of_a_clause_stands_in_its_control() -> None:
    read = reader.paragraphs(write(pack("fr"), ["D07"]))
    inside = [one.text for one in read if one.clause.startswith("clause:base/prices/grid/rates#")]
    assert inside[0].startswith("Prix mensuels. Les prix")
    assert "Supervision des serveurs" in inside


def test_a_line_feed_in_a_value_breaks_the_line() -> None:
    read = reader.paragraphs(write(with_text("12 rue de la Paix\n59000 Lille")))
    assert read[-1].text.endswith("12 rue de la Paix\n59000 Lille")


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_a_character_that_xml_forbids_is_refused(character: str) -> None:
    with pytest.raises(ForbiddenCharacter):
        write(with_text(f"Dupont{character}"))


def test_files_carried_along_come_back_as_they_were() -> None:
    carried = {"deal.yaml": "client: «Été» & <fils>\r\n".encode(), "seal.bin": bytes(range(256)), "empty": b""}
    assert reader.embedded(write(pack("fr"), ["D07"], embedded=carried)) == carried


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(UnknownPart, match="D99"):
        write(pack("fr"), ["D99"])


def test_what_is_not_a_word_file_is_refused() -> None:
    with pytest.raises(reader.UnreadableWordFile):
        reader.paragraphs(b"a contract")


# ---- what the pages need


def test_the_table_of_contents_lists_articles_and_annexes_without_page_numbers() -> None:
    read = reader.paragraphs(write(pack("fr")))
    entries = [one.text for one in read if one.style == names.CONTENTS_ENTRY]
    assert entries[:5] == [
        "Article 1.\tObjet et définitions",
        "Article 2.\tDurée",
        "Article 3.\tResponsabilité",
        "Annexe A\tNiveaux de service",
        "Annexe B\tPrix",
    ]
    assert r"TOC \o &quot;1-1&quot; \n \h \z \u \b _Ref" in part(write(pack("fr")))


def test_known_pages_are_printed_in_the_table_of_contents() -> None:
    pages = {"purpose": 3, "duration": 4, "liability": 5}
    content = write(pack("fr"), ["D01"], pages=pages)
    entries = [one.text for one in reader.paragraphs(content) if one.style == names.CONTENTS_ENTRY]
    assert entries[-1] == "Article 3.\tResponsabilité\t5"
    assert "PAGEREF _Refliability_" in part(content)
    assert r" \n " not in part(content)


def test_the_header_row_of_a_table_is_repeated_and_no_row_is_split() -> None:
    document = etree.fromstring(part(write(pack("fr"), ["D03"])).encode())
    (table,) = document.iter(f"{W}tbl")
    first, *others = table.iter(f"{W}tr")
    assert first.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in (first, *others))
    assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in others)
    caption = table.find(f"{W}tblPr/{W}tblCaption")
    assert caption is not None
    assert caption.get(f"{W}val") == "Grille des engagements"


def columns_of(header: list[str], rows: list[list[str]], total: int = 9638) -> Fit:
    return fit(tuple(header), tuple(map(tuple, rows)), (False,) * len(header), total)


def test_a_column_of_sentences_gets_more_room_than_a_column_of_figures() -> None:
    columns = columns_of(["Service", "Prix"], [["Une description qui tient plusieurs lignes " * 4, "540,00"]]).columns
    assert sum(columns) == 9638
    assert columns[0] > 5 * columns[1]


def test_no_word_is_broken_beside_long_texts_in_six_columns() -> None:
    sentence = "le travail est ralenti ou se poursuit par un Contournement accepté par écrit " * 3
    header = ["Priorité", "Contournement", "Rétablissement", "Définition", "Exemples", "Équipements concernés"]
    fitted = columns_of(header, [["P1", "4 h", "8 h", sentence, sentence, "équipements"]] * 4)
    assert fitted.scale is NORMAL
    for name, column in zip(header, fitted.columns, strict=True):
        for word in name.split():
            assert column >= measure(word) * BOLD * fitted.scale.em / 1000 + fitted.scale.padding


def test_a_table_of_too_many_words_is_set_smaller_before_a_word_is_broken() -> None:
    fitted = columns_of(["Hebdomadairement"] * 7, [["oui"] * 7])
    assert fitted.scale is SMALL
    assert sum(fitted.columns) == 9638


def test_a_column_that_is_empty_in_print_has_room_for_initials() -> None:
    text = "L'éditeur d'un service en ligne ne sauvegarde pas les données " * 5
    header = ["Service", "Risque", "Conseillé le", "Initiales"]
    columns = columns_of(header, [["Sauvegarde", text, "2 avril 2026", ""]]).columns
    assert columns[-1] >= 1304


def test_columns_always_fill_the_width_even_when_words_are_too_long() -> None:
    assert sum(columns_of(["a" * 200, "b" * 100, ""], [["", "", ""]]).columns) == 9638
    assert sum(columns_of(["a", "b", "c"], []).columns) == 9638


def test_a_table_to_be_initialled_has_rows_high_enough_to_write_in() -> None:
    content = write(with_blocks(grid(["Service", "Initiales"], [["Sauvegarde", ""]])))
    header, row = rows_of(content)
    assert header.find(f"{W}trPr/{W}trHeight") is None
    height = row.find(f"{W}trPr/{W}trHeight")
    assert height is not None
    assert height.get(f"{W}hRule") == "atLeast"


def test_only_a_row_higher_than_half_a_page_may_be_split() -> None:
    content = write(with_blocks(grid(["Objet", "Texte"], [["Court", "court"], ["Long", "Une longue phrase. " * 500]])))
    _, low, high = rows_of(content)
    assert low.find(f"{W}trPr/{W}cantSplit") is not None
    assert high.find(f"{W}trPr/{W}cantSplit") is None


def test_a_low_table_stays_whole_and_with_the_paragraph_above_it() -> None:
    lead_in = Paragraph("order.parties.contract.p1", (Text("Les prix suivants sont hors taxes."),))
    content = write(with_blocks(lead_in, grid(["Service", "Prix"], [["Supervision", "10,00 €"]] * 3)))
    assert re.search(r'<w:pStyle w:val="NumberedParagraph"/><w:keepNext/>.*Les prix suivants', part(content))
    kept = [len(list(row.iter(f"{W}keepNext"))) for row in rows_of(content)]
    assert kept[1:] == [2, 2, 0]


def test_amounts_stand_to_the_right_and_marks_in_the_middle() -> None:
    header = ["Tâche", "Prestataire", "Montant", "Délai", "Année"]
    rows = [["Inventaire", "R, A", "1\u202f250,00\u00a0€", "2\u00a0h", "2026"], ["Audit", "—", "—", "—", "2027"]]
    content = write(with_blocks(grid(header, rows)))
    for row in rows_of(content):
        found = [cell.find(f"{W}p/{W}pPr/{W}jc") for cell in row.iter(f"{W}tc")]
        assert [one.get(f"{W}val") if one is not None else "" for one in found] == ["", "center", "right", "", "center"]


def test_a_table_of_many_columns_is_set_in_the_small_style() -> None:
    content = write(with_blocks(grid(["Hebdomadairement"] * 7, [["oui"] * 7])))
    assert '<w:pStyle w:val="TableHeadingSmall"/>' in part(content)
    assert '<w:pStyle w:val="TableTextSmall"/>' in part(content)


def test_what_is_accepted_stays_on_the_page_of_the_signatures() -> None:
    party = SignatureParty((Text("Pour le Client"),), ((Text("Nom :"),),), "/sn1/")
    accepted = Paragraph("order.parties.contract.p1", (Text("Le Client accepte le contrat."),))
    content = write(with_blocks(accepted, PlainParagraph((Text("Fait à Lille."),)), Signatures((party,))))
    assert re.search(r'<w:pStyle w:val="NumberedParagraph"/><w:keepNext/>.*accepte', part(content))
    assert re.search(r'<w:pStyle w:val="ContractText"/><w:keepNext/></w:pPr><w:r><w:t>Fait', part(content))


def test_only_the_targets_of_references_and_headings_have_bookmarks() -> None:
    text = part(write(with_text("Texte")))
    assert re.findall(r'w:name="(_Ref\w+?)_[0-9a-f]{8}"', text) == ["_RefD02", "_Reforder_parties"]


def test_the_table_of_contents_and_the_text_below_it_are_one_section() -> None:
    """LibreOffice 7.4 fails on sections that begin in the middle of a page."""
    text = part(write(pack("fr"), ["D01"]))
    assert text.count("<w:sectPr") == 2
    assert "continuous" not in text


def test_page_numbers_of_the_contents_stand_at_the_right_margin() -> None:
    styles = part(write(pack("fr"), ["D01"]), "word/styles.xml")
    section = part(write(pack("fr"), ["D01"]))
    width = re.search(r'<w:pgSz w:w="(\d+)"', section)
    margins = re.search(r'w:right="(\d+)"[^>]*w:left="(\d+)"', section)
    assert width is not None
    assert margins is not None
    stops = re.findall(r'w:leader="dot" w:pos="(\d+)"', styles)
    assert {int(stop) for stop in stops} == {int(width[1]) - int(margins[1]) - int(margins[2])}


def test_the_status_is_a_watermark_a_visible_line_and_a_line_of_the_footer() -> None:
    content = write(pack("fr", status="projet"), ["D02"])
    headers, footers = frames(content, "header"), frames(content, "footer")
    assert len(headers) == 2
    assert all('string="Projet"' in header for header in headers)
    assert all("<w:t>Projet</w:t>" in footer for footer in footers)
    assert [one.text for one in reader.paragraphs(content) if one.style == names.STATUS] == ["Projet"]


def test_an_approved_contract_has_no_watermark() -> None:
    content = write(pack("fr", status=""))
    assert not any("v:shape" in header for header in frames(content, "header"))
    assert not [one for one in reader.paragraphs(content) if one.style == names.STATUS]


def test_the_file_says_its_language_title_author_and_date() -> None:
    content = write(pack("en"))
    assert 'w:lang w:val="en-GB"' in part(content, "word/styles.xml")
    core = part(content, "docProps/core.xml")
    assert "<dc:title>Managed services agreement</dc:title>" in core
    assert "<dc:creator>Nord Infogérance</dc:creator>" in core
    assert core.count("2026-03-02T09:00:00Z") == 2
    assert "<vt:lpwstr>NI-2026-0042</vt:lpwstr>" in part(content, "docProps/custom.xml")


def test_an_agreement_without_a_cover_opens_with_its_title() -> None:
    (read, *_) = reader.paragraphs(write(with_text("Texte")))
    assert (read.style, read.text) == (names.TITLE, "Bon de commande")


def test_headings_that_are_only_numbers_make_fields_that_are_only_numbers() -> None:
    numbered = with_text("Texte")
    labels = dict(numbered.labels) | {"order.parties": Label("1.", "article 1", "1", 0, "D02")}
    cover = (PlainParagraph((Text("Titre"),)), PlainParagraph(()))
    order = replace(numbered.document.parts[0], cover=cover)
    content = write(Numbered(replace(numbered.document, parts=(order,)), labels))
    assert '<w:lvlText w:val="%1."/>' in part(content, "word/numbering.xml")


def test_a_part_without_sections_is_still_a_file() -> None:
    empty = Part("D02", "order", "Bon", "Bon", (), True, ())
    numbered = pack("fr")
    content = write(replace(numbered, document=replace(numbered.document, parts=(empty,))))
    assert reader.paragraphs(content)[0].text == "Bon"
