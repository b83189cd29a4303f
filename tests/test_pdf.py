"""The PDF: made of the very Word file, kept for decades, read aloud, and the same at every build."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pikepdf
import pytest
from click.testing import CliRunner
from deals import with_contents
from office import Office, letters, page_texts
from sample_tree import HOSTILE_NAME, pack
from tree_words import TreeWords

from generator import api, draft
from generator.cli import main
from generator.outputs import Form, Output, laid_out
from generator.pipeline import Draft, Options
from generator.readers import docx as reader
from generator.record import DEAL, RECEIPT, RESOLVED
from generator.writers import docx
from generator.writers.pdf import archival
from generator.writers.pdf.destinations import pages_of
from generator.writers.pdf.fonts import embedded_fonts
from generator.writers.pdf.layout import laid_out_as_in_word
from generator.writers.reading import plain

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"
CARRIED = {"deal.yaml": "client: «Été»\r\n".encode(), "seal.bin": bytes(range(256)), "empty.json": b""}
NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
}


def bound(made: Draft, office: Office, cache: Path) -> list[Output]:
    """The bound pack of a draft, in Word and as PDF."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        written, findings = laid_out(made, Form(("docx", "pdf")), office.started)
    assert findings == ()
    return list(written)


@pytest.fixture(scope="module")
def built(office: Office, tmp_path_factory: pytest.TempPathFactory) -> list[Output]:
    """The smallest example: compact, without a table of contents."""
    return bound(draft(CONTRACTS / "tpe-boulangerie.yaml"), office, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def listed(office: Office, tmp_path_factory: pytest.TempPathFactory) -> list[Output]:
    """The same contract with each document on a page of its own, and tables of contents."""
    return bound(with_contents(), office, tmp_path_factory.mktemp("cache"))


def content(built: list[Output], suffix: str) -> bytes:
    (found,) = [output.content for output in built if output.name.endswith(suffix)]
    return found


@pytest.fixture(scope="module")
def samples(office: Office) -> dict[str, bytes]:
    """The sample pack as PDF in both languages."""
    made = office.converted({language: docx.write(pack(language)) for language in ("fr", "en")}, "pdf")
    return {language: archival(made[language], pack(language).document, CARRIED) for language in made}


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def described(content: bytes, name: str) -> list[str]:
    """What the metadata say under a name: the texts of the element, or of its list."""
    with opened(content) as pdf:
        packet = ElementTree.fromstring(pdf.Root.Metadata.read_bytes())
    elements = packet.findall(f".//{name}", NAMESPACES)
    return [text.strip() for element in elements for text in element.itertext() if text.strip()]


def bodies(content: bytes) -> list[str]:
    """The text of each page without the lines that most pages repeat: headers and footers, whatever their height."""
    pages = [[(re.sub(r"\d+", "", line), line) for line in text.splitlines()] for text in page_texts(content)]
    times = Counter(key for page in pages for key in {key for key, _ in page})
    return ["\n".join(line for key, line in page if times[key] <= len(pages) / 2) for page in pages]


# ---- what it is


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_says_that_it_is_archival_and_accessible(language: str, samples: dict[str, bytes]) -> None:
    pdf = samples[language]
    assert described(pdf, "pdfaid:part") == ["3"]
    assert described(pdf, "pdfaid:conformance") == ["B"]
    assert described(pdf, "pdfuaid:part") == ["1"]
    with opened(pdf) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot.K
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert str(document.Root.Lang) == {"fr": "fr-FR", "en": "en-GB"}[language]
        assert [str(intent.S) for intent in document.Root.OutputIntents] == ["/GTS_PDFA1"]
        assert not document.is_encrypted
        assert "/JavaScript" not in document.Root.get("/Names", {})
        assert all("/AA" not in page.obj for page in document.pages)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_its_two_sets_of_properties_agree(language: str, samples: dict[str, bytes]) -> None:
    properties = pack(language).document.properties
    pdf = samples[language]
    with opened(pdf) as document:
        info = {key: str(value) for key, value in document.docinfo.items()}
    assert info["/Title"] == properties.title
    assert described(pdf, "dc:title") == [info["/Title"]]
    assert described(pdf, "dc:creator") == [info["/Author"]] == [properties.author]
    assert described(pdf, "dc:description") == [info["/Subject"]] == [properties.subject]
    assert described(pdf, "xmp:CreatorTool") == [info["/Creator"]] == ["Clausier"]
    assert described(pdf, "pdf:Producer") == [info["/Producer"]]
    assert info["/CreationDate"] == info["/ModDate"] == "D:20260302090000Z"
    assert described(pdf, "xmp:CreateDate") == described(pdf, "xmp:ModifyDate") == ["2026-03-02T09:00:00Z"]


def test_every_font_is_embedded(built: list[Output]) -> None:
    with opened(content(built, ".pdf")) as document:
        fonts = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]
        assert len(fonts) >= 4
        for font in fonts:
            assert "/ToUnicode" in font
            assert "/FontFile2" in font.FontDescriptor or "/FontFile3" in font.FontDescriptor
    families = {name.split("-")[0] for name in embedded_fonts(content(built, ".pdf"))}
    assert families == {"Caladea", "Carlito"}


def outlined(items: Sequence[pikepdf.OutlineItem]) -> Iterator[str]:
    """The titles of an outline without their blanks, as they are read."""
    for item in items:
        yield "".join(str(item.title).split())
        yield from outlined(item.children)


@pytest.mark.parametrize("name", ["built", "listed"])
def test_every_article_is_in_the_outline(name: str, request: pytest.FixtureRequest) -> None:
    (numbered,) = draft(CONTRACTS / "tpe-boulangerie.yaml").numbered.values()
    headings = []
    for part in numbered.document.parts:
        headings += [(numbered.labels[part.id].marker, part.title)] if part.kind == "annex" else []
        titled = [section for section in part.sections if section.title]
        headings += [(numbered.labels[section.anchor].marker, plain(section.title, numbered)) for section in titled]
    # Nothing is numbered in a summary: its articles are rows of a table.
    articles = ["".join(f"{marker}{title}".split()) for marker, title in headings if marker]
    assert len(articles) > 30
    with opened(content(request.getfixturevalue(name), ".pdf")) as document, document.open_outline() as outline:
        titles = list(outlined(outline.root))
    assert [title for title in titles if title in articles] == articles


@pytest.mark.parametrize("name", ["built", "listed"])
def test_every_link_has_words_and_leads_to_what_it_names(name: str, request: pytest.FixtureRequest) -> None:
    """A link of the Word file and a cross-reference, which a reader follows there too."""
    outputs = request.getfixturevalue(name)
    bookmarks = linked(document_of(laid_out_as_in_word(content(outputs, ".docx"))))
    assert len(bookmarks) > 100
    pdf = content(outputs, ".pdf")
    pages = pages_of(pdf, {bookmark: bookmark for bookmark in bookmarks})
    with opened(pdf) as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        links = [link for page in document.pages for link in page.obj.get("/Annots", ())]
        assert all(str(link.get("/Contents", "")) and "/StructParent" in link for link in links)
        assert all(page.obj.Tabs == "/S" for page in document.pages if "/Annots" in page.obj)
        found = Counter(numbers[link.Dest[0].objgen] for link in links)
    # A link that goes over the end of a line is two places to press.
    for page, times in Counter(pages[bookmark] for bookmark in bookmarks).items():
        assert found[page] >= times, page
    assert set(found) == set(pages.values())


def linked(word: bytes) -> list[str]:
    """The bookmarks to which the links of a Word file lead, each as often as one does."""
    return re.findall(r'<w:hyperlink w:anchor="([^"]+)"', word.decode())


def structure(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """An element of the structure and all below it."""
    yield element
    children = element.get("/K")
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from structure(child)


def test_a_screen_reader_finds_headings_tables_and_contents_and_no_picture_without_words(listed: list[Output]) -> None:
    with opened(content(listed, ".pdf")) as document:
        root = document.Root.StructTreeRoot
        kinds = [str(element.S) for element in structure(root) if "/S" in element]
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI", "/TOC", "/TOCI", "/Link"} <= set(kinds)
        pictures = [element for element in structure(root) if element.get("/S") in ("/Figure", "/Div")]
        assert all(str(picture.get("/Alt", "")) for picture in pictures)
        # Every kind that is not of the standard is mapped to one that is.
        own = {kind for kind in kinds if " " in kind}
        assert own <= set(root.RoleMap.keys())
        headers = [element for element in structure(root) if element.get("/S") == "/TH"]
        assert all(any(one.get("/Scope") for one in header.A) for header in headers)


def test_every_page_shows_the_watermark_and_nobody_hears_it(built: list[Output]) -> None:
    with opened(content(built, ".pdf")) as document:
        shapes = set()
        for page in document.pages:
            drawn = re.findall(rb"/Artifact BMC((?:(?!EMC).)*?)/(\S+) Do\b", page.Contents.read_bytes(), re.DOTALL)
            drawings = [page.Resources.XObject[f"/{name.decode()}"] for _, name in drawn]
            # What is drawn in strokes and not in pixels, as the logo is.
            (watermark,) = [drawing for drawing in drawings if drawing.Subtype == "/Form"]
            shapes.add(watermark.objgen)
        # Equal outlines are kept once.
        assert len(shapes) == 1


@pytest.mark.parametrize("status", ["projet", ""])
def test_the_watermark_darkens_the_page_of_a_draft_alone(status: str, office: Office, tmp_path: Path) -> None:
    numbered = pack("fr", status=status)
    (made,) = office.converted({"page": docx.write(numbered, ["D01"])}, "pdf").values()
    path = tmp_path / "page.pdf"
    path.write_bytes(archival(made, numbered.document, {}))
    command = ["pdftoppm", "-gray", "-r", "30", "-f", "1", "-l", "1", str(path)]
    image = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    _, _, _, pixels = image.split(b"\n", 3)
    # Half of #d9d9d9 on white; text is darker and its edges are few.
    grey = sum(230 <= pixel <= 240 for pixel in pixels) / len(pixels)
    assert (grey > 0.01) == bool(status)


# ---- what it holds


def test_it_is_made_of_the_word_file_beside_it(built: list[Output], office: Office) -> None:
    word, pdf = content(built, ".docx"), content(built, ".pdf")
    again = office.converted({"again": laid_out_as_in_word(word)}, "pdf")["again"]
    assert page_texts(again) == page_texts(pdf)
    assert len(page_texts(pdf)) > 10
    assert reader.paragraphs(laid_out_as_in_word(word)) == reader.paragraphs(word)
    assert b"dataBinding" not in document_of(laid_out_as_in_word(word))
    assert b"dataBinding" in document_of(word)


def document_of(word: bytes) -> bytes:
    with ZipFile(BytesIO(word)) as package:
        return package.read("word/document.xml")


def test_a_bound_value_keeps_its_bold(built: list[Output], tmp_path: Path) -> None:
    path = tmp_path / "pack.pdf"
    path.write_bytes(content(built, ".pdf"))
    command = ["pdftohtml", "-xml", "-stdout", "-i", "-f", "2", "-l", "7", str(path)]
    shown = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
    assert re.search(r"<b>[^<]*Pour le Client, [^<]*Au Bon Levain", shown)


def test_a_table_of_contents_stands_above_the_text(listed: list[Output]) -> None:
    (numbered,) = with_contents().numbered.values()
    (agreement,) = [part for part in numbered.document.parts if part.kind == "agreement"]
    annexes = [part for part in numbered.document.parts if part.kind == "annex"]
    page = next(page for page in bodies(content(listed, ".pdf")) if page.startswith(agreement.title))
    entries = [line for line in page.splitlines() if re.search(r"\.{4}\d+$", line)]
    assert len(entries) == len(agreement.sections) + len(annexes) > 20
    # The text begins on the same page, under the entries.
    assert re.search(r"^Article 1\.\s*Parties, documents et objet\s*$", page, re.MULTILINE)


def test_every_word_of_the_tree_is_on_its_pages(built: list[Output]) -> None:
    (numbered,) = draft(CONTRACTS / "tpe-boulangerie.yaml").numbered.values()
    status = numbered.document.properties.status
    assert letters([status.capitalize()]) in letters(page_texts(content(built, ".pdf")))
    shown = letters(bodies(content(built, ".pdf"))).casefold()
    for line in TreeWords(numbered).lines(frame=True):
        # The status stands in every footer too, and goes with it.
        assert line.text == status or letters([line.marker, line.text]).casefold() in shown, line


def test_no_reference_loses_a_word_where_a_line_ends(office: Office) -> None:
    """Another font breaks lines at other places; a reference is longest where it names a schedule."""
    made = draft(CONTRACTS / "gc-grand-compte.yaml", Options(base=CONTRACTS / "granit" / "base.docx"))
    (numbered,) = made.numbered.values()
    chosen = ["D01", "D03"]
    word = docx.write(numbered, chosen, house=made.house)
    shown = letters(bodies(office.converted({"references": laid_out_as_in_word(word)}, "pdf")["references"])).casefold()
    for line in TreeWords(numbered, chosen).lines(frame=False):
        assert letters([line.marker, line.text]).casefold() in shown, line


def test_a_hostile_name_is_printed_and_described_as_it_is_written(samples: dict[str, bytes]) -> None:
    assert letters([HOSTILE_NAME]) in letters(page_texts(samples["fr"]))


def attached(content: bytes) -> dict[str, bytes]:
    with opened(content) as document:
        return {name: document.attachments[name].get_file().read_bytes() for name in document.attachments}


def test_files_carried_along_come_back_as_they_were(samples: dict[str, bytes]) -> None:
    assert attached(samples["fr"]) == CARRIED
    with opened(samples["fr"]) as document:
        files = {str(file.UF): file for file in document.Root.AF}
        assert sorted(files) == sorted(CARRIED)
        kinds = {name: (str(file.AFRelationship), str(file.EF.F.Subtype)) for name, file in files.items()}
        assert kinds == {
            "deal.yaml": ("/Source", "/application/yaml"),
            "empty.json": ("/Data", "/application/json"),
            "seal.bin": ("/Data", "/application/octet-stream"),
        }
        for name, file in files.items():
            assert (str(file.F), str(file.Desc)) == (name, name)
            assert int(file.EF.F.Params.Size) == len(CARRIED[name])
            assert str(file.EF.F.Params.ModDate) == "D:20260302090000Z"


def test_a_pack_carries_its_deal_and_its_receipt(built: list[Output]) -> None:
    files = attached(content(built, ".pdf"))
    assert set(files) == {DEAL, RESOLVED, RECEIPT}
    assert files[DEAL] == (CONTRACTS / "tpe-boulangerie.yaml").read_bytes()
    assert files[RECEIPT] == content(built, RECEIPT)
    assert files == reader.embedded(content(built, ".docx"))


def test_a_file_without_a_record_has_no_attachment(office: Office) -> None:
    (made,) = office.converted({"bare": docx.write(pack("fr"), ["D02"])}, "pdf").values()
    bare = archival(made, pack("fr").document, {})
    assert attached(bare) == {}
    with opened(bare) as document:
        assert "/AF" not in document.Root


def test_two_runs_give_the_same_bytes_in_any_time_zone_and_language(
    samples: dict[str, bytes], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"TZ": "Pacific/Auckland", "LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    (again,) = office.converted({"fr": docx.write(pack("fr"))}, "pdf").values()
    assert archival(again, pack("fr").document, CARRIED) == samples["fr"]


# ---- the command


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def build(*words: str, deal: str = "tpe-boulangerie") -> tuple[int, str]:
    result = CliRunner().invoke(main, ["build", str(CONTRACTS / f"{deal}.yaml"), *words], prog_name="clausier")
    return result.exit_code, result.output


def test_without_libreoffice_no_file_is_written_and_every_system_is_told_what_to_install(
    command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(command))
    status, shown = build("-o", "out", "--to", "html,pdf")
    assert status == 1
    assert "error[no-pdf]: no PDF can be made: LibreOffice is not installed" in shown
    for remedy in ("apt install libreoffice-writer", "dnf install", "brew install", "winget install"):
        assert remedy in shown
    assert "not built" in shown
    assert not (command / "out").exists()


def test_a_libreoffice_that_fails_leaves_no_file(command: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (command / "soffice").write_text("#!/bin/sh\nexit 77\n")
    (command / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", str(command))
    status, shown = build("-o", "out", "--to", "pdf", "--format", "json")
    assert status == 1
    codes = [finding["code"] for finding in json.loads(shown)["deals"][0]["findings"]]
    assert "no-pdf" in codes
    assert not (command / "out").exists()


def test_word_files_are_written_without_libreoffice_and_the_lack_is_said(
    command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(command))
    status, shown = build("-o", "out", deal="pme-acme")
    assert status == 0
    assert "warning[no-page-numbers]: the tables of contents have no page numbers" in shown
    status, shown = build("-o", "out", "--no-pages", deal="pme-acme")
    assert status == 0
    assert "no-page-numbers" not in shown
    # A compact pack has no table of contents that could lack them.
    status, shown = build("-o", "out")
    assert status == 0
    assert "no-page-numbers" not in shown


def test_a_pdf_is_opened_first_where_there_is_no_word_file(command: Path) -> None:
    status, shown = build("-o", "out", "--to", "html,pdf", "--no-pages")
    assert status == 0
    assert shown.splitlines()[-1] == "open first: out/boulangerie-2026/boulangerie-2026.fr.pdf"
    assert (command / "out/boulangerie-2026/boulangerie-2026.fr.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_the_programming_interface_says_what_libreoffice_could_not_do(
    command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(command))
    deal = CONTRACTS / "pme-acme.yaml"
    refused = api.build(deal, "out", formats=("pdf",))
    assert ([finding.code for finding in refused.findings], refused.files) == (["no-pdf"], ())
    assert not (command / "out").exists()
    written = api.build(deal, "out")
    assert [finding.code for finding in written.findings] == ["no-page-numbers"]
    assert all(path.is_file() for path in written.files)
    assert api.build(deal, "out", page_numbers=False).findings == ()
