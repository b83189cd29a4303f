"""A provider's base document dresses its Word files; the contract's text, numbers and structure stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from click.testing import CliRunner
from office import Office
from openxml_audit import OpenXmlValidator  # type: ignore[import-untyped]
from sample_tree import pack
from test_docx_numbering import poisoned
from tree_words import TreeWords, words

from generator import Options, draft
from generator.cli import main
from generator.diagnostics import Diagnostic, Severity
from generator.doctor import examine
from generator.ooxml.archive import archive, member
from generator.ooxml.house import House, built_in, read_house
from generator.outputs import Form, outputs
from generator.readers import docx as reader
from generator.writers.docx import write
from generator.writers.docx.starter import starter

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
BASES = ("my-msp", "granit")
Edit = Callable[[str], str]


@cache
def house(name: str) -> House:
    found, findings = read_house(name, (CONTRACTS / name / "base.docx").read_bytes())
    assert found is not None
    assert findings == ()
    return found


def parts_of(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def based(edits: Mapping[str, Edit], extra: Mapping[str, bytes] | None = None) -> bytes:
    """The starter with some of its parts edited, and others added."""
    parts = parts_of(starter())
    for name, edit in edits.items():
        text = parts[name].decode()
        assert edit(text) != text, name
        parts[name] = edit(text).encode()
    return archive([member(name, content) for name, content in {**parts, **(extra or {})}.items()])


def replaced(before: str, after: str) -> Edit:
    return lambda text: text.replace(before, after)


def read(content: bytes) -> tuple[House | None, tuple[Diagnostic, ...]]:
    return read_house("base.docx", content)


def accepted(content: bytes) -> House:
    found, findings = read(content)
    assert found is not None, findings
    return found


def part(content: bytes, name: str) -> str:
    return parts_of(content)[name].decode()


def headers(content: bytes) -> list[str]:
    return [text.decode() for name, text in parts_of(content).items() if re.match(r"word/header\d", name)]


def footers(content: bytes) -> list[str]:
    return [text.decode() for name, text in parts_of(content).items() if re.match(r"word/footer\d", name)]


# ---- the shipped houses


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_dressed_file_satisfies_the_audit(name: str, language: str, tmp_path: Path) -> None:
    path = tmp_path / "contract.docx"
    path.write_bytes(write(pack(language), house=house(name)))
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []


@pytest.mark.parametrize("path", [*(CONTRACTS / name / "base.docx" for name in BASES), None])
def test_a_base_document_satisfies_the_audit_and_names_no_machine(path: Path | None, tmp_path: Path) -> None:
    content = starter() if path is None else path.read_bytes()
    copy = tmp_path / "base.docx"
    copy.write_bytes(content)
    assert [str(error) for error in OpenXmlValidator().validate(copy).errors] == []
    texts = b"".join(part for name, part in parts_of(content).items() if name.endswith((".xml", ".rels")))
    assert not re.search(rb"lastModifiedBy|/(?:home|root|Users)/|[A-Z]:\\|w:rsid", texts)
    assert len(content) < 40_000


@pytest.mark.parametrize("name", BASES)
def test_the_words_of_a_dressed_file_are_those_of_the_tree(name: str) -> None:
    numbered = pack("fr")
    printed = " ".join(one.text for one in reader.paragraphs(write(numbered, house=house(name))))
    for line in TreeWords(numbered).lines(frame=False):
        assert " ".join(line.text.split()) in " ".join(printed.split())


@pytest.mark.parametrize("name", BASES)
def test_the_clauses_are_the_same_in_every_house(name: str) -> None:
    numbered = pack("fr")
    dressed, plain = (
        [(one.style, one.text, one.clause) for one in reader.paragraphs(write(numbered, house=worn)) if one.clause]
        for worn in (house(name), built_in())
    )
    assert dressed == plain


@pytest.mark.parametrize("name", BASES)
def test_libreoffice_computes_every_poisoned_number_of_a_dressed_file(name: str, office: Office) -> None:
    numbered = pack("fr")
    content, changed = poisoned(write(numbered, house=house(name)))
    assert changed > 10
    shown = office.pages({f"poisoned-{name}": content})[f"poisoned-{name}"]
    assert "ZZZ" not in shown
    for line in TreeWords(numbered, ["D01", "D03", "D07"]).lines(frame=False):
        assert "".join(f"{line.marker} {line.text}".split()) in shown


@pytest.mark.parametrize("name", BASES)
def test_a_base_that_libreoffice_has_saved_still_dresses(name: str, office: Office, tmp_path: Path) -> None:
    own = (CONTRACTS / name / "base.docx").read_bytes()
    saved = accepted(office.converted({f"base-{name}": own}, "docx")[f"base-{name}"])
    assert saved.text.geometry == house(name).text.geometry
    assert saved.indents == house(name).indents
    assert [media.content[:8] for media in saved.media] == [b"\x89PNG\r\n\x1a\n"]
    content = write(pack("fr"), house=saved)
    (tmp_path / "contract.docx").write_bytes(content)
    assert [str(error) for error in OpenXmlValidator().validate(tmp_path / "contract.docx").errors] == []
    assert "NI-2026-0042" in "".join(headers(content))


@pytest.mark.parametrize("name", BASES)
def test_the_example_of_a_provider_prints_its_logo_its_names_and_its_status(name: str) -> None:
    made = draft(
        CONTRACTS / "gc-grand-compte.yaml", Options(language="fr", provider=CONTRACTS / name / "provider.yaml")
    )
    assert [finding.message for finding in made.report.diagnostics if finding.is_error] == []
    order = outputs(made, Form(bound=True, carry_record=False))[0].content
    assert any(name.startswith("word/media/house1.") for name in parts_of(order))
    assert all('string="Projet, à faire valider par un avocat"' in text for text in headers(order))
    assert "halden-2026" in "".join(headers(order))
    assert "Contrat de services managés" in part(order, "word/document.xml")
    assert "[[" not in "".join((*headers(order), *footers(order), part(order, "word/document.xml")))


def test_two_houses_differ_in_page_fonts_and_cover() -> None:
    one, other = map(house, BASES)
    assert one.text.geometry != other.text.geometry
    assert b"Cambria" in one.fonts
    assert b"Cambria" not in other.fonts
    assert one.cover_body != other.cover_body


# ---- styles


def test_a_style_is_found_by_its_name_whatever_its_identifier() -> None:
    edits: dict[str, Edit] = {
        "word/styles.xml": lambda text: (
            text.replace('"Heading1"', '"Titre1"')
            .replace('w:val="heading 1"', 'w:val="Heading 1"')
            .replace('<w:sz w:val="64"/>', '<w:sz w:val="70"/>')
        ),
        "word/document.xml": replaced('"Heading1"', '"Titre1"'),
    }
    styles = accepted(based(edits)).styles
    assert 'w:styleId="Heading1"' in styles
    assert "Titre1" not in styles
    assert '<w:sz w:val="70"/>' in styles


def test_a_missing_style_is_ours_in_the_font_of_the_base_and_a_remark() -> None:
    def without(text: str) -> str:
        text = re.sub(r'<w:style [^>]*w:styleId="Subheading">.*?</w:style>', "", text, flags=re.DOTALL)
        return re.sub(r'w:ascii="Cambria"', 'w:ascii="Arial"', text)

    found, findings = read(based({"word/styles.xml": without}))
    assert found is not None
    assert [finding.code for finding in findings] == ["base-style"]
    assert "Subheading" in findings[0].message
    own = re.search(r'<w:style [^>]*w:styleId="Subheading">.*?</w:style>', found.styles)
    assert own is not None
    assert "rFonts" not in own[0]
    assert "<w:keepNext/>" in own[0]


def test_numbering_is_ours_and_takes_the_indents_of_the_base() -> None:
    def indented(text: str) -> str:
        start = text.index('w:styleId="NumberedParagraph"')
        place = text.index("<w:jc", start)
        return text[:place] + '<w:ind w:left="1000" w:hanging="900"/>' + text[place:]

    numbering = part(
        write(pack("fr"), ["D01"], house=accepted(based({"word/styles.xml": indented}))), "word/numbering.xml"
    )
    assert '<w:lvlText w:val="%1.%2"/>' in numbering
    assert '<w:ind w:left="1000" w:hanging="900"/>' in numbering


POISON = ["D01", "D03", "D07"]
HEIR = replaced(
    '<w:name w:val="TOC Heading"/><w:basedOn w:val="Normal"/>',
    '<w:name w:val="TOC Heading"/><w:basedOn w:val="Heading1"/>',
)
HEADED = replaced('<w:pStyle w:val="Header"/>', '<w:pStyle w:val="Heading1"/>')
COVERED = replaced('<w:pStyle w:val="CoverText"/>', '<w:pStyle w:val="Heading1"/>')


def default_of_python_docx() -> bytes:
    made = BytesIO()
    docx.Document().save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("python-docx", default_of_python_docx()),
        ("heir", based({"word/styles.xml": HEIR, "word/header.xml": HEADED, "word/document.xml": COVERED})),
    ],
)
def test_what_looks_like_an_article_is_not_counted_as_one(name: str, base: bytes, office: Office) -> None:
    numbered = pack("fr")
    content, changed = poisoned(write(numbered, house=accepted(base)))
    assert changed > 10
    shown = office.pages({f"heirs-{name}": content})[f"heirs-{name}"]
    assert "ZZZ" not in shown
    for line in TreeWords(numbered, POISON).lines(frame=False):
        assert "".join(f"{line.marker} {line.text}".split()) in shown


def test_an_heir_of_a_numbered_style_stands_in_no_list_and_no_outline() -> None:
    styles = accepted(based({"word/styles.xml": HEIR})).styles
    (heir,) = re.findall(r'<w:style [^>]*w:styleId="TOCHeading">.*?</w:style>', styles)
    assert '<w:numPr><w:numId w:val="0"/></w:numPr>' in heir
    assert '<w:outlineLvl w:val="9"/>' in heir
    around = headers(write(pack("fr"), ["D01"], house=accepted(based({"word/header.xml": HEADED}))))
    assert any('<w:pStyle w:val="Heading1"/><w:numPr><w:numId w:val="0"/></w:numPr>' in text for text in around)


# ---- placeholders


def test_a_mark_that_word_has_split_over_runs_is_filled() -> None:
    split = (
        "<w:r><w:t>Dossier [[ref</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>eren</w:t></w:r>"
        "<w:r><w:t>ce]], fin</w:t></w:r>"
    )
    base = accepted(based({"word/header.xml": replaced("<w:r><w:t>[[reference]]</w:t></w:r>", split)}))
    (printed,) = (text for text in headers(write(pack("fr"), ["D01"], house=base)) if "NI-2026" in text)
    assert "Dossier NI-2026-0042, fin" in re.sub(r"<[^>]+>", "", printed)


@pytest.mark.parametrize("kind", ["tag", "alias"])
def test_a_content_control_is_filled_by_its_tag_or_its_title(kind: str) -> None:
    control = (
        f'<w:sdt><w:sdtPr><w:{kind} w:val="clausier:date"/></w:sdtPr><w:sdtContent><w:r><w:rPr><w:i/></w:rPr>'
        "<w:t>1er janvier</w:t></w:r></w:sdtContent></w:sdt>"
    )
    base = accepted(based({"word/header.xml": replaced("<w:r><w:t>[[reference]]</w:t></w:r>", control)}))
    printed = "".join(headers(write(pack("fr"), ["D01"], house=base)))
    assert re.search(r"<w:rPr><w:i/></w:rPr><w:t>2.mars.2026</w:t>", printed)
    assert "1er janvier" not in printed


def test_an_unknown_placeholder_is_an_error_with_a_suggestion() -> None:
    found, findings = read(based({"word/header.xml": replaced("[[title]]", "[[titre]]")}))
    assert found is None
    assert [(one.code, one.help, one.file) for one in findings] == [
        ("base-placeholder", "did you mean `[[title]]`?", "base.docx")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[[the name of the client as it stands in the register]]",
        "[[title",
        "[[]]",
        "[[a [[title]] b]]",
        "{{client}}",
        "${client}",
        "[[ti</w:t></w:r></w:p><w:p><w:r><w:t>tle]]",
    ],
)
def test_what_looks_like_a_placeholder_is_not_printed_as_it_is(text: str) -> None:
    found, findings = read(based({"word/header.xml": replaced("[[title]]", text)}))
    assert found is None
    assert {one.code for one in findings} == {"base-placeholder"}
    assert all("something like a placeholder" in one.message for one in findings)


def test_a_status_is_never_lost_and_leaves_no_empty_line_once_approved() -> None:
    silent = accepted(
        based(
            {
                "word/footer.xml": lambda text: re.sub(
                    r"<w:p>(?:(?!</w:p>).)*\[\[status.*?</w:p>", "", text, flags=re.DOTALL
                )
            }
        )
    )
    content = write(pack("fr", status="projet"), ["D01"], house=silent)
    assert any("<w:t>Projet</w:t>" in text for text in footers(content))
    assert all('string="Projet"' in text for text in headers(content))
    approved = footers(write(pack("fr", status=""), ["D01"], house=built_in()))
    assert [text.count("<w:p>") for text in approved] == [1]


def test_what_a_cover_has_no_place_for_follows_it() -> None:
    base = accepted(
        based(
            {
                "word/document.xml": lambda text: re.sub(
                    r"<w:p>(?:(?!</w:p>).)*\[\[parties.*?</w:p>", "", text, flags=re.DOTALL
                )
            }
        )
    )
    numbered = pack("fr")
    printed = " ".join(one.text for one in reader.paragraphs(write(numbered, ["D02"], house=base)))
    assert set(words(TreeWords(numbered, ["D02"]).lines(frame=False), numbers=False)) <= set(printed.split())


def test_a_cover_of_a_bound_file_keeps_its_drawings_apart() -> None:
    content = write(pack("fr"), house=house("granit"))
    texts = [part(content, "word/document.xml"), *headers(content), *footers(content)]
    numbers = [number for text in texts for number in re.findall(r'<wp:docPr id="(\d+)"', text)]
    assert len(numbers) >= 2
    assert all(one != other for one, other in pairwise(sorted(numbers)))


# ---- pages


def test_tables_fill_the_page_of_the_house() -> None:
    text = part(write(pack("fr"), ["D03"], house=house("granit")), "word/document.xml")
    widths = {int(width) for width in re.findall(r'<w:tblStyle w:val="ContractTable"/><w:tblW w:w="(\d+)"', text)}
    assert widths == {house("granit").text_width} == {9071}


def test_a_page_too_narrow_for_tables_is_refused() -> None:
    _, findings = read(based({"word/document.xml": replaced('w:left="1134"', 'w:left="5000"')}))
    assert [(one.code, one.is_error) for one in findings] == [("base-page", True)]


def test_text_on_the_pages_of_text_is_a_warning_unless_it_is_a_sample() -> None:
    assert read(starter())[1] == ()
    found, findings = read(based({"word/document.xml": replaced("[[sample]]", "")}))
    assert found is not None
    assert [(one.code, one.is_error) for one in findings] == [("base-text", False)]


# ---- what is refused

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(kind: str, target: str) -> bytes:
    entry = f'<Relationship Id="rIdX" Type="{RELATION}/{kind}" Target="{target}" TargetMode="External"/>'
    return based({"word/_rels/document.xml.rels": replaced("</Relationships>", f"{entry}</Relationships>")})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "base-unreadable"),
        (b"a letterhead", "base-unreadable"),
        (b"PK\x03\x04 cut short", "base-unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 protected", "base-encrypted"),
        (starter()[:-200], "base-unreadable"),
        (based({}, {"word/vbaProject.bin": b"x"}), "base-macro"),
        (based({"word/styles.xml": replaced("</w:styles>", "")}), "base-unreadable"),
        (based({"word/styles.xml": replaced("<w:styles", "<!DOCTYPE x><w:styles")}), "base-unreadable"),
        (related("attachedTemplate", "https://example.org/a.dotx"), "base-external"),
        (related("image", "https://example.org/a.png"), "base-external"),
        (
            based(
                {"word/header.xml": replaced("<w:tab/>", '<w:instrText>INCLUDEPICTURE "http://a/b.png"</w:instrText>')}
            ),
            "base-external",
        ),
    ],
)
def test_a_base_that_cannot_be_used_is_refused_with_a_reason(content: bytes, code: str) -> None:
    found, findings = read(content)
    assert found is None
    assert code in {one.code for one in findings if one.is_error}
    assert all(one.help and one.file == "base.docx" for one in findings)


def test_a_font_without_a_twin_and_small_print_are_told_but_do_not_stop() -> None:
    def edit(text: str) -> str:
        return text.replace('w:ascii="Cambria"', 'w:ascii="Garamond"').replace(
            '<w:sz w:val="19"/>', '<w:sz w:val="15"/>'
        )

    found, findings = read(based({"word/styles.xml": edit}))
    assert found is not None
    assert {one.code for one in findings} == {"base-font", "base-small-print"}


# ---- where it is named

PROFILE = (CONTRACTS / "my-msp" / "provider.yaml").read_text("utf-8")
HOUSE_LINE = re.compile(r"^house:.*$", re.MULTILINE)


def profile(folder: Path, line: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "provider.yaml"
    path.write_text(HOUSE_LINE.sub(line, PROFILE), "utf-8")
    return path


def findings_of(provider: Path) -> list[Diagnostic]:
    made = draft(CONTRACTS / "tpe-boulangerie.yaml", Options(provider=provider))
    return [finding for finding in made.report.diagnostics if finding.is_error]


@pytest.mark.parametrize("name", ["../base.docx", "/etc/base.docx", "C:base.docx", "~/base.docx", "a/../../base.docx"])
def test_a_base_lies_in_the_folder_of_its_profile(name: str, tmp_path: Path) -> None:
    (finding,) = findings_of(profile(tmp_path / "p", f'house: {{base: "{name}"}}'))
    assert finding.code == "base-outside"
    assert finding.span is not None
    assert finding.span.source_line.startswith("house:")


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside.docx").write_bytes(starter())
    path = profile(tmp_path / "p", "house: {base: base.docx}")
    (tmp_path / "p" / "base.docx").symlink_to(tmp_path / "outside.docx")
    assert [finding.code for finding in findings_of(path)] == ["base-outside"]


def test_a_link_to_itself_is_a_base_that_is_missing(tmp_path: Path) -> None:
    path = profile(tmp_path / "p", "house: {base: loop.docx}")
    (tmp_path / "p" / "loop.docx").symlink_to("loop.docx")
    assert [finding.code for finding in findings_of(path)] == ["base-missing"]


def test_the_name_of_a_base_ends_in_docx_however_it_is_written(tmp_path: Path) -> None:
    (finding,) = findings_of(profile(tmp_path / "p", "house: {base: base.dotx}"))
    assert "must end in .docx" in finding.help
    (tmp_path / "p" / "UP.DOCX").write_bytes(starter())
    assert findings_of(profile(tmp_path / "p", "house: {base: UP.DOCX}")) == []


@pytest.mark.parametrize(
    "line", ["house: base.docx", "house: {}", "house: {base: 3}", "house: {base: x.docx, logo: y}"]
)
def test_a_house_of_another_shape_is_an_error_at_its_place(line: str, tmp_path: Path) -> None:
    (finding, *_) = findings_of(profile(tmp_path / "p", line))
    assert finding.span is not None
    assert finding.span.source_line == line


def test_a_base_that_is_missing_stops_the_build_and_writes_nothing(tmp_path: Path) -> None:
    path = profile(tmp_path / "p", "house: {base: none.docx}")
    (finding,) = findings_of(path)
    assert finding.code == "base-missing"
    deal = str(CONTRACTS / "tpe-boulangerie.yaml")
    ran = CliRunner().invoke(main, ["build", deal, "--provider", str(path), "-o", str(tmp_path / "out"), "--no-pages"])
    assert ran.exit_code == 1
    assert not (tmp_path / "out").exists()


# ---- commands


def test_the_starter_is_written_once_and_dresses_as_we_do(tmp_path: Path) -> None:
    target = tmp_path / "base.docx"
    assert CliRunner().invoke(main, ["base", str(target)]).exit_code == 0
    content = target.read_bytes()
    assert CliRunner().invoke(main, ["base", str(target)]).exit_code == 2
    assert target.read_bytes() == content
    numbered = pack("fr")
    assert part(write(numbered, house=accepted(content)), "word/document.xml") == part(
        write(numbered), "word/document.xml"
    )


def test_the_base_of_a_provider_can_be_copied(tmp_path: Path) -> None:
    target = tmp_path / "base.docx"
    source = CONTRACTS / "granit"
    assert CliRunner().invoke(main, ["base", str(target), "--from", str(source / "provider.yaml")]).exit_code == 0
    assert target.read_bytes() == (source / "base.docx").read_bytes()


@pytest.mark.parametrize("line", ['house: {base: "../base.docx"}', "house: {base: base.docx}", "", "house: {base: 3}"])
def test_only_a_base_that_the_profile_may_name_and_that_is_sound_is_copied(line: str, tmp_path: Path) -> None:
    source = profile(tmp_path / "p", line)
    (tmp_path / "base.docx").write_bytes(starter())
    (tmp_path / "p" / "base.docx").write_bytes(b"a letterhead")
    target = tmp_path / "copy.docx"
    ran = CliRunner().invoke(main, ["base", str(target), "--from", str(source)])
    assert ran.exit_code == 2
    assert "error:" in ran.output
    assert not target.exists()


def test_a_name_that_no_folder_takes_is_told_and_no_fault_of_ours(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["base", str(tmp_path / f"{'a' * 300}.docx")])
    assert ran.exit_code == 3
    assert "internal error" not in ran.output
    assert "cannot be written" in ran.output


def test_another_base_can_be_asked_for(tmp_path: Path) -> None:
    made = draft(CONTRACTS / "tpe-boulangerie.yaml", Options(base=CONTRACTS / "granit" / "base.docx"))
    assert made.house is not None
    assert made.house.text_width == 9071


@pytest.mark.parametrize("path", [CONTRACTS / name / "base.docx" for name in BASES])
def test_the_doctor_finds_nothing_in_a_base_that_ships(path: Path) -> None:
    assert examine(path.name, path.read_bytes()) == ()


def test_what_the_doctor_finds_in_a_base_is_a_warning_of_the_check(tmp_path: Path) -> None:
    parts = parts_of((CONTRACTS / "granit" / "base.docx").read_bytes())
    twice = b'<w:bookmarkStart w:id="901" w:name="Logo"/><w:bookmarkEnd w:id="901"/>'
    body = parts["word/document.xml"]
    at = body.index(b"</w:p>", body.index(b"[[sample]]"))
    parts["word/document.xml"] = body[:at] + twice + twice.replace(b"901", b"902") + body[at:]
    path = tmp_path / "base.docx"
    with ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    made = draft(CONTRACTS / "tpe-boulangerie.yaml", Options(base=path))
    found = [(one.code, one.severity) for one in made.report.diagnostics if "base.docx" in (one.file or str(one.span))]
    assert found == [("duplicate-bookmark", Severity.WARNING)]
    assert made.complete
