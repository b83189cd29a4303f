"""The page that a table of contents prints is the page on which the heading stands, or there is none at all."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import pytest
from office import Office, page_texts
from sample_tree import pack

from generator import Options, draft
from generator.cache import recall, remember
from generator.document.nodes import Numbered
from generator.office import Office as Program
from generator.office import libreoffice
from generator.ooxml import names
from generator.outputs import Form, laid_out
from generator.readers import docx as reader
from generator.writers import docx
from generator.writers.pdf import Printed, WordFile, printed
from generator.writers.pdf.fonts import fonts_of, replacement, specimen
from generator.writers.reading import plain
from tests.deals import spread, with_contents

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"
ENTRIES = (names.CONTENTS_ENTRY, names.CONTENTS_ANNEX_ENTRY)
# The language, and the part that is a file of its own; none is the bound form, with several tables of contents.
CASES = {"agreement-fr": ("fr", "D01"), "agreement-en": ("en", "D01"), "bound-fr": ("fr", ""), "bound-en": ("en", "")}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def word_file(name: str, numbered: Numbered, parts: list[str] | None = None) -> WordFile:
    return WordFile(name, lambda pages: docx.write(numbered, parts, pages=pages), docx.headings(numbered, parts))


def sample(name: str = "sample") -> WordFile:
    return word_file(name, pack("fr"), ["D01"])


def entries(word: bytes) -> list[list[str]]:
    """The entries of the tables of contents: number, title and, where it is printed, page."""
    return [one.text.split("\t") for one in reader.paragraphs(word) if one.style in ENTRIES]


def heading_pages(pages: list[str], heading: str) -> list[int]:
    """The pages on which lines of the text, one or several, are this heading and nothing else."""
    wanted = "".join(heading.split())
    found = []
    for number, page in enumerate(pages, start=1):
        lines = ["".join(line.split()) for line in page.splitlines()]
        spans = ("".join(lines[start:end]) for start in range(len(lines)) for end in range(start + 1, start + 4))
        if wanted in spans:
            found.append(number)
    return found


@lru_cache
def case_tree(language: str, part: str) -> Numbered:
    """A part of an example that is delivered as files, or the bound pack of the smallest one."""
    made = draft(CONTRACTS / "pme-acme.yaml", Options(language=language)) if part else with_contents(language)
    return made.numbered[language]


def headings(numbered: Numbered, part: str) -> list[list[str]]:
    """The number and the title of each heading that the tables of contents of a file list, in their order.

    The table of the agreement also lists the annexes that are bound behind it.
    """
    parts = [one for one in numbered.document.parts if part in ("", one.id)]
    listed = []
    for one in parts:
        if one.contents:
            listed += [(section.anchor, plain(section.title, numbered)) for section in one.sections]
        if one.contents and one.kind == "agreement":
            listed += [(annex.id, annex.title) for annex in parts if annex.kind == "annex"]
    return [[numbered.labels[anchor].marker, title] for anchor, title in listed]


EACH_RUN = ("agreement-en", "bound-fr")


@pytest.fixture(scope="module")
def case_of(office: Office) -> Callable[[str], Printed]:
    """The file of a case with its pages, found once."""

    @lru_cache
    def made(name: str) -> Printed:
        language, part = CASES[name]
        file = word_file(name, case_tree(language, part), [part] if part else None)
        found, findings = printed([file], office.started, paged=True, pdf=True)
        assert findings == ()
        return found[name]

    return made


@pytest.mark.parametrize("case", spread(CASES, EACH_RUN))
def test_every_entry_names_the_page_on_which_its_heading_stands(case: str, case_of: Callable[[str], Printed]) -> None:
    pdf = case_of(case).pdf
    assert pdf is not None
    pages = page_texts(pdf)
    listed = entries(case_of(case).word)
    assert len(listed) > 20
    assert [entry[:2] for entry in listed] == headings(case_tree(*CASES[case]), CASES[case][1])
    for marker, title, page in listed:
        # In a bound pack two documents may have headings that are equal.
        assert int(page) in heading_pages(pages, f"{marker} {title}"), (marker, title, page)


@pytest.mark.parametrize("case", spread(CASES, EACH_RUN))
def test_the_footer_counts_the_pages_as_the_table_of_contents_does(
    case: str, case_of: Callable[[str], Printed]
) -> None:
    pdf = case_of(case).pdf
    assert pdf is not None
    pages = page_texts(pdf)
    of = "sur" if case.endswith("fr") else "of"
    for number, page in enumerate(pages, start=1):
        assert re.findall(rf"Page (\d+) {of} (\d+)", page)[-1] == (str(number), str(len(pages)))


# ---- without LibreOffice, and with one that fails


def unpaged(made: dict[str, Printed]) -> bool:
    """Whether the entries have no page and the field of the table asks Word for none."""
    return all(len(entry) == 2 for one in made.values() for entry in entries(one.word))


def test_without_libreoffice_there_are_no_page_numbers_and_the_remedy_is_said() -> None:
    made, (finding,) = printed([sample()], None, paged=True, pdf=False)
    assert unpaged(made)
    assert (finding.code, finding.is_error) == ("no-page-numbers", False)
    assert finding.message == "the tables of contents have no page numbers: LibreOffice is not installed"
    assert "`apt install libreoffice-writer " in finding.help
    assert [note.text for note in finding.notes] == ["sample.docx"]


def test_a_pack_without_a_table_of_contents_needs_no_libreoffice() -> None:
    (compact,) = draft(CONTRACTS / "tpe-boulangerie.yaml").numbered.values()
    assert compact.document.layout == "compact"
    files = [word_file("order", pack("fr"), ["D02"]), word_file("compact", compact)]
    made, findings = printed(files, None, paged=True, pdf=False)
    assert findings == ()
    assert made["order"].word == docx.write(pack("fr"), ["D02"])
    assert made["compact"].word == docx.write(compact)
    assert entries(made["compact"].word) == []


def test_who_asks_for_no_page_numbers_is_told_nothing() -> None:
    made, findings = laid_out(with_contents(), Form(page_numbers=False), None)
    assert findings == ()
    word = next(output for output in made if output.name.endswith(".docx"))
    listed = entries(word.content)
    assert len(listed) > 20
    assert all(len(entry) == 2 for entry in listed)


Stand = Callable[..., Program]


@pytest.fixture
def standing_in(tmp_path: Path) -> Stand:
    """Another program under the name of LibreOffice: the text of its script, after the line that names the shell."""

    def make(script: str, shell: str = "/bin/sh") -> Program:
        path = tmp_path / "soffice"
        path.write_text(f"#!{shell}\n{script}")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return Program(path, tmp_path / "profile", 2)

    return make


def test_a_libreoffice_that_hangs_is_stopped_with_all_that_it_started(standing_in: Stand, tmp_path: Path) -> None:
    program = standing_in(f"sleep 60 & echo $! > {tmp_path}/child; wait")
    made, (finding,) = printed([sample()], program, paged=True, pdf=False)
    assert unpaged(made)
    assert "LibreOffice did not finish within 2 seconds and was stopped" in finding.message
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    # A killed process ends when it is next given time, which a busy machine may put off.
    until = time.monotonic() + 30
    while (running := child.exists() and child.read_text().split()[2] != "Z") and time.monotonic() < until:
        time.sleep(0.05)
    assert not running


def test_a_libreoffice_that_writes_nothing_is_said(standing_in: Stand) -> None:
    made, (finding,) = printed([sample()], standing_in("exit 0"), paged=True, pdf=False)
    assert unpaged(made)
    assert finding.code == "no-page-numbers"
    assert "LibreOffice did not convert sample" in finding.message


def test_a_libreoffice_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    made, (finding,) = printed([sample()], Program(tmp_path / "none", tmp_path), paged=True, pdf=False)
    assert unpaged(made)
    assert "LibreOffice cannot be started (No such file or directory)" in finding.message


def test_a_libreoffice_that_writes_no_pdf_is_said(standing_in: Stand) -> None:
    script = "for last; do :; done; mkdir out; for n in 0 1 2 3 4 5; do echo no > out/$n.pdf; done"
    made, (finding,) = printed([sample()], standing_in(script), paged=True, pdf=False)
    assert unpaged(made)
    assert finding.code == "no-page-numbers"


WRITES: Final = "for last; do :; done; mkdir out; for n in 0 1 2 3 4 5; do {} > out/$n.pdf; done"


@pytest.mark.parametrize("made", ["echo no", "printf '%%PDF-1.7\\n'", "head -c 5000 {whole}"])
def test_what_is_not_a_whole_pdf_is_an_error_and_no_file(
    made: str, standing_in: Stand, tmp_path: Path, case_of: Callable[[str], Printed]
) -> None:
    whole = tmp_path / "whole.pdf"
    whole.write_bytes(case_of("bound-fr").pdf or b"")
    program = standing_in(WRITES.format(made.format(whole=whole)))
    files, (finding,) = printed([word_file("order", pack("fr"), ["D02"])], program, paged=True, pdf=True)
    assert files == {}
    assert (finding.code, finding.is_error) == ("no-pdf", True)
    assert finding.message == "no PDF can be made: LibreOffice made of order what is not a whole PDF"
    assert "build with `--to docx`" in finding.help


@pytest.mark.parametrize(
    ("script", "ending"), [("exit 7", " (it ended with status 7)"), ("kill -9 $$", " (it was ended by signal 9)")]
)
def test_how_libreoffice_ended_is_said(script: str, ending: str, standing_in: Stand) -> None:
    _, (finding,) = printed([sample()], standing_in(script), paged=True, pdf=False)
    assert f"LibreOffice did not convert sample{ending}" in finding.message
    assert "check the room in the temporary folder" in finding.help


def test_a_libreoffice_that_hung_is_not_waited_for_again(standing_in: Stand, tmp_path: Path) -> None:
    program = standing_in(f"echo started >> {tmp_path}/runs; sleep 60")
    files, findings = printed([sample()], program, paged=True, pdf=True)
    _, (later,) = printed([sample()], program, paged=True, pdf=False)
    assert files == {}
    assert [finding.code for finding in (*findings, later)] == ["no-page-numbers", "no-pdf", "no-page-numbers"]
    assert (tmp_path / "runs").read_text() == "started\n"


# Puts every heading on the page after the one that the table of contents names.
CONTRARY = """
import re, sys, zipfile
from pathlib import Path
import pikepdf
from pikepdf import Array, Dictionary, Name

out = Path(sys.argv[sys.argv.index("--outdir") + 1])
out.mkdir()
for path in map(Path, sys.argv[sys.argv.index("--outdir") + 2 :]):
    package = zipfile.ZipFile(path)
    text = package.read("word/document.xml").decode()
    pdf = pikepdf.new()
    for _ in range(20):
        pdf.add_blank_page()
    font = re.search(r'w:ascii="([^"]+)"', text)
    name = font[1].replace(" ", "") if font else "None"
    pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name("/" + name)))
    pdf.Root.Fonts = pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name("/" + name)))
    pdf.Root.Dests = Dictionary()
    for mark, page in re.findall(r'PAGEREF (\\w+) .*?<w:t>(\\d+)<', text):
        pdf.Root.Dests["/" + mark.replace("_", "5F")] = Array([pdf.pages[int(page)].obj, Name.Fit])
    pdf.save(out / (path.stem + ".pdf"))
"""


def test_pages_that_never_settle_are_not_printed(standing_in: Stand) -> None:
    program = replace(standing_in(CONTRARY, sys.executable), time_limit=60)
    made, (finding,) = printed([sample()], program, paged=True, pdf=False)
    assert unpaged(made)
    assert "the pages still change after 4 rounds" in finding.message


# ---- fonts


def test_the_fonts_of_a_file_are_those_of_its_styles() -> None:
    assert {"Cambria", "Calibri"} <= fonts_of(docx.write(pack("fr")))


def test_a_font_with_a_twin_is_not_substituted_and_one_that_nobody_has_is(office: Office) -> None:
    fonts = ["Cambria", "Calibri", "Times New Roman", "Arial", "Courier New", "Nulle Part"]
    made = office.started.pdfs({font: specimen(font) for font in fonts})
    assert [font for font in fonts if replacement(font, made[font])] == ["Nulle Part"]


def test_a_font_of_other_widths_leaves_the_page_numbers_out(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts = tmp_path / "fonts.conf"
    # A system on which Liberation is the only font.
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        "<dir>/usr/share/fonts/truetype/liberation</dir><dir>/usr/share/fonts/truetype/liberation2</dir>"
        f"<cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(fonts))
    made, (finding,) = printed([sample()], office.started, paged=True, pdf=False)
    assert unpaged(made)
    assert finding.code == "substituted-font"
    assert "`Cambria` is set in `" in finding.message
    assert finding.help.startswith("install Carlito, Caladea (fonts of the same widths)")


# ---- what was found before


@pytest.fixture(scope="module")
def found(office: Office, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Printed]:
    """A cache in which the pages of the sample are, and the sample with its page numbers."""
    folder = tmp_path_factory.mktemp("found")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        made, findings = printed([sample()], office.started, paged=True, pdf=False)
        assert findings == ()
        assert not unpaged(made)
    return folder, made["sample"]


def without_time(office: Office, file: WordFile) -> tuple[dict[str, Printed], list[str]]:
    """A file whose pages can only come out of the cache: there is no time to start LibreOffice."""
    made, findings = printed([file], replace(office.started, time_limit=0), paged=True, pdf=False)
    return made, [finding.code for finding in findings]


def test_pages_found_once_are_not_looked_for_again(office: Office, found: tuple[Path, Printed], cache: Path) -> None:
    shutil.copytree(found[0], cache)
    made, codes = without_time(office, sample())
    assert codes == []
    assert made["sample"].word == found[1].word


def test_a_text_that_changed_is_laid_out_again(office: Office, found: tuple[Path, Printed], cache: Path) -> None:
    shutil.copytree(found[0], cache)
    made, codes = without_time(office, word_file("sample", pack("fr", status=""), ["D01"]))
    assert codes == ["no-page-numbers"]
    assert unpaged(made)


def test_a_cache_that_was_harmed_or_changed_is_not_trusted(
    office: Office, found: tuple[Path, Printed], cache: Path
) -> None:
    shutil.copytree(found[0], cache)
    (entry,) = cache.rglob("*/pages/*")
    kept = entry.read_bytes()
    changed = kept.replace(b'"liability": ', b'"liability": 1')
    assert changed != kept
    for harm in (changed, kept[:-9], b"", b"{", b"[]", b"null", b'{"pages": {}, "sha256": ""}', b"\xff", b"7",
                 b"[" * 100_000):  # fmt: skip
        entry.write_bytes(harm)
        made, codes = without_time(office, sample())
        assert codes == ["no-page-numbers"], harm
        assert unpaged(made)


def test_a_cache_that_cannot_be_written_is_none(cache: Path) -> None:
    cache.write_text("this is a file")
    remember("trial", "key", "text")
    assert recall("trial", "key") == ""


def test_a_user_without_a_home_has_no_cache(tmp_path: Path) -> None:
    """A user who has no entry among the users of the machine, as in a container."""
    script = (
        "import os, pwd\nfrom generator.cache import recall, remember\n"
        "def missing(_): raise KeyError\npwd.getpwuid = missing\n"
        "remember('trial', 'key', 'text')\nprint(repr(recall('trial', 'key')), os.listdir())"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CONTRACTS.parent)}
    read = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert read.stdout == "'' []\n"


def test_the_cache_forgets_what_is_oldest(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in "abcd":
        remember("trial", key, "text", 3)
    assert [recall("trial", key) for key in "abcd"] == ["", "text", "text", "text"]


def test_the_profile_leaves_nothing_behind() -> None:
    with libreoffice() as office:
        assert office is not None
        folder = office.folder
        assert (folder / "profile/user/registrymodifications.xcu").is_file()
    assert not folder.exists()
