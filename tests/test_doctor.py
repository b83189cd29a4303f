"""The doctor: our own files are sound, every planted fault is found, no bytes stop it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from random import Random
from time import perf_counter
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_tree import pack

from generator.api import draft
from generator.cli import main
from generator.diagnostics import Severity
from generator.doctor import CHECKS, GROUPS, examine
from generator.doctor.counter import figure
from generator.doctor.findings import Tally
from generator.outputs import Form, outputs
from generator.workspace import WorkspaceError, read_input
from generator.writers.docx import write
from tests.deals import spread
from tests.faults import FAULTS, contract
from tests.faults.checkers import SDK, audit_finds, doctor_codes, sdk_finds
from tests.faults.planting import (
    before_end,
    field,
    mark,
    packed,
    paragraph,
    part_like,
    parts_of,
    replaced,
    run,
    said,
    substituted,
)
from tests.faults.table import checks, section, shown

ROOT = Path(__file__).parent.parent
DEALS = sorted(path for path in (ROOT / "contracts").glob("*.yaml") if not path.stem.endswith("-erreurs"))
DOCUMENT = "word/document.xml"
# Of the faults that a check finds, the last.
ONE_A_CHECK = {fault.code: name for name, fault in FAULTS.items()}.values()


def codes(content: bytes) -> list[str]:
    return [finding.code for finding in examine("contract.docx", content)]


def stranger() -> bytes:
    """The contract without a receipt that it could be compared with."""
    return contract(carry_record=False)


def with_words(inner: str) -> bytes:
    """The contract, without a receipt, with one more paragraph of this markup."""
    return before_end(stranger(), paragraph(inner))


# ---- our own files


@pytest.mark.parametrize("deal", spread(DEALS), ids=lambda path: path.stem)
@pytest.mark.parametrize("bound", [False, True], ids=["apart", "bound"])
def test_our_own_files_are_sound(deal: Path, bound: bool) -> None:
    written = [output for output in outputs(draft(deal), Form(("docx",), bound)) if output.name.endswith(".docx")]
    assert written
    found = [(file.name, finding) for file in written for finding in examine(file.name, file.content)]
    assert [(name, f.code, f.message) for name, f in found] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_pack_with_every_kind_of_node_is_sound(language: str) -> None:
    # A client of the pack is called `{{7*7}}`, which is a name here and a leftover everywhere else.
    assert set(codes(write(pack(language)))) == {"template-leftover"}


# ---- planted faults


@pytest.mark.parametrize("name", spread(FAULTS, ONE_A_CHECK))
def test_a_planted_fault_is_found_by_its_check(name: str) -> None:
    fault = FAULTS[name]
    assert fault.code in codes(fault.plant(contract()))


def test_every_check_has_a_fault_that_it_finds() -> None:
    assert {fault.code for fault in FAULTS.values()} == {check.code for check in CHECKS}


def test_the_contract_that_faults_are_planted_in_has_none() -> None:
    assert codes(contract()) == []


def test_a_fault_is_found_where_it_was_planted() -> None:
    content = said(stranger(), "Le plafond est de {{ plafond }} €.")
    (finding,) = examine("contract.docx", content)
    assert finding.span is not None
    assert finding.span.file == "contract.docx/word/document.xml"
    assert finding.span.line == parts_of(content)[DOCUMENT].count(b"<w:p>")
    assert finding.span.source_line == "Le plafond est de {{ plafond }} €."
    assert finding.span.source_line[finding.span.column - 1 :].startswith("{{ plafond }}")


def test_a_place_of_a_base_document_is_a_leftover_in_a_contract() -> None:
    assert set(codes(said(contract(), "Le titre est [[title]]."))) == {"added-text", "template-leftover"}
    assert set(codes(said(contract(), "Marque inconnue : [[TITLE 7]]."))) == {"added-text", "template-leftover"}


def test_the_page_lists_the_checks_and_the_faults() -> None:
    assert section("checks") == checks()
    assert list(shown()) == list(FAULTS)


def test_the_page_says_which_faults_the_doctor_and_openxml_audit_find(tmp_path: Path, nightly: bool) -> None:
    valid = contract()
    assert not audit_finds(valid, tmp_path)
    wrong = {}
    for name in FAULTS if nightly else Random(5).sample(list(FAULTS), 20):
        fault = FAULTS[name]
        content = fault.plant(valid)
        found = {"doctor": fault.code in doctor_codes(content), "openxml-audit": audit_finds(content, tmp_path)}
        if found.items() - shown()[name].items():
            wrong[name] = found
    assert wrong == {}


@pytest.mark.sdk
def test_the_page_says_which_faults_the_open_xml_sdk_finds(tmp_path: Path) -> None:
    assert SDK.is_file(), "the validator is missing: run `npm ci`"
    valid = contract()
    assert not sdk_finds(valid, tmp_path)
    found = {name: sdk_finds(fault.plant(valid), tmp_path) for name, fault in FAULTS.items()}
    assert found == {name: by["Open XML SDK"] for name, by in shown().items()}


# ---- the checks themselves


def test_every_module_with_checks_is_registered() -> None:
    folder = ROOT / "generator" / "doctor"
    with_checks = {path.stem for path in folder.glob("*.py") if re.search(r"^CHECKS: ", path.read_text("utf-8"), re.M)}
    assert with_checks - {"__init__"} == {group.__name__.rpartition(".")[2] for group in GROUPS} | {"archive"}  # type: ignore[attr-defined]


def test_every_check_has_a_code_of_its_own_and_says_what_to_do() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", check.code)
        assert check.title and check.help


@pytest.mark.parametrize(
    ("number", "shape", "expected"),
    [
        (4, "decimal", "4"),
        (7, "decimalZero", "07"),
        (3, "lowerLetter", "c"),
        (27, "lowerLetter", "aa"),
        (28, "upperLetter", "BB"),
        (4, "lowerRoman", "iv"),
        (1994, "upperRoman", "MCMXCIV"),
        (1, "bullet", None),
        (0, "lowerRoman", None),
    ],
)
def test_numbers_are_printed_as_word_prints_them(number: int, shape: str, expected: str | None) -> None:
    assert figure(number, shape) == expected


def _numbered(text: str, level: int, mark: str = "") -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>'
    start = f'<w:bookmarkStart w:id="9100{mark[-1]}" w:name="{mark}"/>' if mark else ""
    end = f'<w:bookmarkEnd w:id="9100{mark[-1]}"/>' if mark else ""
    return paragraph(start + run(text) + end, properties)


def _with_list(*paragraphs: str, first: int = 1, restart: str = "") -> bytes:
    """The contract with a list `1.`, `1.1`, `(a)`, `(i)` of its own at the end."""
    patterns = [("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)")]
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{first if not at else 1}"/><w:numFmt w:val="{kind}"/>'
        f'{restart if at == 2 else ""}<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(patterns)
    )
    shape = f'<w:abstractNum w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    content = replaced(stranger(), "word/numbering.xml", "<w:num ", f"{shape}<w:num ")
    num = '<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num></w:numbering>'
    return before_end(replaced(content, "word/numbering.xml", "</w:numbering>", num), "".join(paragraphs))


@pytest.mark.parametrize(
    ("code", "result", "stale"),
    [
        ("REF _RefX1 \\w \\h", "2.1(b)", False),
        ("REF _RefX1 \\n \\h", "(b)", False),
        ("REF _RefX1 \\r \\h", "(b)", False),
        ("REF _RefX1 \\r \\h", "1(b)", False),
        ("_RefX1 \\w", "2.1(b)", False),
        ("REF _refx1 \\w", "2.1(b)", False),
        ("REF _RefX1 \\w \\h", "2.1(a)", True),
        ("REF _RefX1 \\n \\h", "(c)", True),
        ("REF _RefX1 \\h", "second", False),
        ("REF _RefX1 \\h", "premier", True),
        ("REF _RefX1 \\p \\h", "ci-dessus", False),
        ("IF 1 = 1 REF", "2", False),
    ],
)
def test_a_reference_is_compared_with_a_count(code: str, result: str, stale: bool) -> None:
    content = _with_list(
        _numbered("A", 0), _numbered("B", 0), _numbered("C", 1), _numbered("premier", 2),
        _numbered("second", 2, "_RefX1"), paragraph(field(code, result)),
    )  # fmt: skip
    assert ("stale-reference" in codes(content)) is stale


@pytest.mark.parametrize(
    ("restart", "label"),
    [("", "2.1(a)"), ('<w:lvlRestart w:val="0"/>', "2.1(b)"), ('<w:lvlRestart w:val="1"/>', "2.1(a)")],
)
def test_a_level_starts_again_where_the_list_says_so(restart: str, label: str) -> None:
    content = _with_list(
        _numbered("A", 0), _numbered("B", 1), _numbered("a", 2), _numbered("C", 0), _numbered("D", 1),
        _numbered("b", 2, "_RefX1"), paragraph(field("REF _RefX1 \\w", label)), restart=restart,
    )  # fmt: skip
    assert codes(content) == []


def test_a_list_that_starts_at_five_is_counted_from_five() -> None:
    content = _with_list(
        _numbered("A", 0), _numbered("B", 0, "_RefX1"), paragraph(field("REF _RefX1 \\w", "6")), first=5
    )
    assert codes(content) == []


def test_a_list_of_a_list_style_is_counted_by_the_shape_of_the_style() -> None:
    content = _with_list(_numbered("A", 0), _numbered("B", 0, "_RefX1"), paragraph(field("REF _RefX1 \\w", "3")))
    linked = (
        '<w:abstractNum w:abstractNumId="91"><w:multiLevelType w:val="multilevel"/><w:numStyleLink w:val="Liste"/>'
        "</w:abstractNum>"
    )
    content = replaced(content, "word/numbering.xml", "<w:num ", f"{linked}<w:num ")
    content = replaced(
        content, "word/numbering.xml", '<w:abstractNumId w:val="90"/>', '<w:abstractNumId w:val="91"/>'
    )  # fmt: skip
    multi = '<w:multiLevelType w:val="multilevel"/>'
    owner = f'<w:abstractNum w:abstractNumId="90">{multi}'
    content = replaced(content, "word/numbering.xml", owner, f'{owner}<w:styleLink w:val="Liste"/>')
    stale = [f.message for f in examine("a.docx", content) if f.code == "stale-reference"]
    assert stale == ["a reference prints “3” where “2.” is counted"]


def test_a_range_between_two_paragraphs_is_placed_on_the_next() -> None:
    hidden = f'<w:bookmarkStart w:id="9000" w:name="_RefA"/>{paragraph(run("Le suivant"))}'
    content = before_end(
        stranger(), f"{paragraph(run('Le premier'))}<w:sdt><w:sdtContent>{hidden}</w:sdtContent></w:sdt>"
    )
    (finding,) = (finding for finding in examine("contract.docx", content) if finding.code == "unpaired-bookmark")
    assert finding.span is not None
    assert finding.span.source_line == "Le suivant"


def test_a_bookmark_between_two_paragraphs_is_of_the_next() -> None:
    content = _with_list(
        _numbered("A", 0), '<w:bookmarkStart w:id="9100" w:name="_RefX1"/>', _numbered("B", 0),
        '<w:bookmarkEnd w:id="9100"/>', paragraph(field("REF _RefX1 \\w", "1")),
    )  # fmt: skip
    assert codes(content) == ["stale-reference"]


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (field('HYPERLINK \\l "_RefLost"', "Article 7"), "dead-anchor"),
        (field("TOC \\b _RefLost", "Article 1"), "dead-reference"),
        (mark("begin") + mark("separate") + mark("end"), "field-without-result"),
        (mark("separate"), "unpaired-field"),
        (mark("begin") + mark("separate") + mark("separate") + mark("end"), "unpaired-field"),
        (mark("start"), "unpaired-field"),
        (run("Texte", '<w:sz w:val="2"/>') + run("Deux mots", '<w:sz w:val="2"/>'), "hidden-text"),
        ('<w:commentRangeEnd w:id="7"/>', "unpaired-comment-range"),
    ],
)
def test_a_variant_of_a_fault_is_found_too(inner: str, code: str) -> None:
    assert code in codes(with_words(inner))


@pytest.mark.parametrize(("offset", "value", "code"), [(8, 1, "encrypted-file"), (10, 99, "damaged-part")])
def test_a_part_that_word_cannot_unpack_is_named(offset: int, value: int, code: str) -> None:
    content = bytearray(packed(parts_of(contract())))
    entry = content.rindex(b"PK\x01\x02")
    content[entry + offset] = value
    assert code in codes(bytes(content))


def test_an_archive_of_too_many_parts_is_not_unpacked() -> None:
    parts = parts_of(stranger()) | {f"word/media/{number}.png": b"" for number in range(5000)}
    assert codes(packed(parts)) == ["oversized-archive"]


# ---- what is no fault

SIGNED = 'w:author="A. Lefort" w:date="2026-06-01T09:30:00Z"'


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param(f'<w:del w:id="1" {SIGNED}><w:r><w:delText>non</w:delText></w:r></w:del>', id="deletion"),
        pytest.param(f'<w:ins w:id="1" {SIGNED}>{run("oui")}</w:ins>', id="insertion"),
        pytest.param(
            f'<w:ins w:id="1" {SIGNED}><w:del w:id="2" {SIGNED}><w:r><w:delText>x</w:delText></w:r></w:del></w:ins>',
            id="deletion of an insertion",
        ),
        pytest.param(
            f'<w:moveFromRangeStart w:id="1" w:name="m" {SIGNED}/><w:moveFrom w:id="2" {SIGNED}>{run("a")}</w:moveFrom>'
            f'<w:moveFromRangeEnd w:id="1"/><w:moveToRangeStart w:id="3" w:name="m" {SIGNED}/>'
            f'<w:moveTo w:id="4" {SIGNED}>{run("a")}</w:moveTo><w:moveToRangeEnd w:id="3"/>',
            id="move",
        ),
        pytest.param(
            mark("begin") + "<w:r><w:instrText> IF </w:instrText></w:r>" + field("PAGE", "1")
            + '<w:r><w:instrText> = 1 "a" "b" </w:instrText></w:r>' + mark("separate") + run("a")
            + mark("end"),
            id="field in a field",
        ),
        pytest.param('<w:hyperlink w:anchor="_top"><w:r><w:t>Haut</w:t></w:r></w:hyperlink>', id="link to the top"),
        pytest.param(run("Les termes « Service » et « Client » ; aucun <em>".replace("<em>", "")), id="quotations"),
        pytest.param('<w:bookmarkStart w:id="9000" w:name="Point"/><w:bookmarkEnd w:id="9000"/>', id="empty bookmark"),
        pytest.param('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>Visible</w:t></w:r>', id="not hidden"),
    ],
)  # fmt: skip
def test_what_is_valid_is_no_finding(inner: str) -> None:
    assert codes(with_words(inner)) == []


def test_a_fallback_of_a_drawing_does_not_count_twice() -> None:
    point = '<w:bookmarkStart w:id="9000" w:name="Encart"/><w:bookmarkEnd w:id="9000"/>'
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    both = f'<mc:Choice xmlns:x="{shape}" Requires="x">{run("a")}{point}</mc:Choice><mc:Fallback>{point}</mc:Fallback>'
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    assert codes(with_words(f'<mc:AlternateContent xmlns:mc="{mc}">{both}</mc:AlternateContent>')) == []


def test_a_part_in_utf_16_and_one_with_a_byte_order_mark_are_read() -> None:
    parts = parts_of(stranger())
    styles = parts["word/styles.xml"].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"', 1)
    parts["word/styles.xml"] = styles.encode("utf-16")
    parts["word/settings.xml"] = b"\xef\xbb\xbf" + parts["word/settings.xml"]
    assert codes(packed(parts)) == []


def test_the_strict_format_is_read_like_the_other() -> None:
    strict = re.compile(rb"http://schemas.openxmlformats.org/(officeDocument|wordprocessingml)/2006/(?!customXml)")
    parts = parts_of(said(stranger(), "{{ plafond }}"))
    for name in parts:
        if name.startswith(("word/", "_rels/")):
            parts[name] = strict.sub(rb"http://purl.oclc.org/ooxml/\1/", parts[name])
    assert codes(packed(parts)) == ["template-leftover"]


def test_a_file_of_python_docx_holds_no_error() -> None:
    from docx import Document

    document, target = Document(), BytesIO()
    document.add_heading("Contrat", 1)
    document.add_table(2, 2).cell(0, 0).text = "Prix"
    document.save(target)
    assert [f.code for f in examine("a.docx", target.getvalue()) if f.severity is Severity.ERROR] == []


# ---- files of strangers


def test_a_document_type_in_a_rare_encoding_is_not_read() -> None:
    declaration = '<?xml version="1.0" encoding="ibm037"?><!DOCTYPE w:hdr [<!ENTITY a "b">]>'
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'{declaration}<w:hdr xmlns:w="{word}"><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:hdr>'
    parts = parts_of(stranger())
    parts[part_like(stranger(), "header")] = text.encode("cp037")
    assert set(codes(packed(parts))) & {"doctype", "malformed-xml"}


def test_findings_of_one_kind_are_counted_and_not_all_listed() -> None:
    content = before_end(stranger(), paragraph(run("{{ a }}")) * 40)
    found = examine("contract.docx", content)
    assert len(found) == Tally.LIMIT + 1
    assert "15 more of the kind" in [finding.message for finding in found]


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(lambda: before_end(contract(), "<w:sdt><w:sdtContent>" * 400), id="deep and open"),
        pytest.param(
            lambda: before_end(contract(), "<w:sdt><w:sdtContent>" * 90 + "</w:sdtContent></w:sdt>" * 90), id="deep"
        ),
        pytest.param(
            lambda: replaced(
                stranger(), "word/styles.xml", "</w:styles>",
                "".join(
                    f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="s{n}"/><w:basedOn w:val="s{n + 1}"/>'
                    "</w:style>" for n in range(5000)
                ) + "</w:styles>",
            ),
            id="long chain of styles",
        ),
        pytest.param(
            lambda: with_words(('<w:bookmarkStart w:id="1" w:name="a"/>' + mark("begin")) * 5000),
            id="many open marks",
        ),
        pytest.param(lambda: said(contract(), "{{" * 20000), id="many braces"),
        pytest.param(lambda: before_end(contract(), "<w:p><w:r/></w:p>" * 700_000), id="many tags"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_answered_soon(hostile: Callable[[], bytes]) -> None:
    content = hostile()
    start = perf_counter()
    assert codes(content)
    assert perf_counter() - start < 20


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The contract with its bytes cut, changed or inserted."""
    content = bytearray(contract())
    for _ in range(draw(st.integers(0, 6))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    start = draw(st.integers(0, 40))
    return bytes(content[start if start > 30 else 0 : draw(st.integers(0, len(content)))])


@st.composite
def rewritten(draw: st.DrawFn) -> bytes:
    """The contract with the text of its parts changed, or its parts swapped, dropped or emptied."""
    parts = parts_of(contract())
    names = st.sampled_from(sorted(parts))
    for _ in range(draw(st.integers(1, 4))):
        one, other = draw(names), draw(names)
        match draw(st.sampled_from(["swap", "cut", "empty", "drop", "attribute", "element"])):
            case "swap":
                parts[one], parts[other] = parts.get(other, b""), parts.get(one, b"")
            case "cut":
                parts[one] = parts.get(one, b"")[: draw(st.integers(0, 5000))]
            case "empty":
                parts[one] = b"<a/>"
            case "drop":
                parts.pop(one, None)
            case "attribute":
                value = draw(st.text('0123456789-abcR{}\\" \u00e9', max_size=6)).replace('"', "&quot;").encode()
                parts[one] = _at_random(draw, parts.get(one, b""), rb'="[^"<]*"', rb'="%b"' % value)
            case "element":
                parts[one] = _at_random(draw, parts.get(one, b""), rb"(?<=w:)\w+(?=[^<>]*>)", b"p")
    return packed(parts)


def _at_random(draw: st.DrawFn, text: bytes, pattern: bytes, new: bytes) -> bytes:
    places = list(re.finditer(pattern, text))
    if not places:
        return text
    place = places[draw(st.integers(0, len(places) - 1))]
    return text[: place.start()] + new + text[place.end() :]


@settings(max_examples=60)
@given(damaged())
def test_no_damage_stops_the_doctor(content: bytes) -> None:
    for finding in examine("contract.docx", content):
        assert finding.message and finding.help


@settings(max_examples=60)
@given(rewritten())
def test_no_rewriting_stops_the_doctor(content: bytes) -> None:
    for finding in examine("contract.docx", content):
        assert finding.message and finding.help


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_doctor(content: bytes) -> None:
    assert examine("contract.docx", content)
    assert examine("contract.docx", b"PK\x03\x04" + content + b"PK\x05\x06" + content[:18])


# ---- the command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sound.docx").write_bytes(stranger())
    (tmp_path / "warned.docx").write_bytes(FAULTS["dirty-field"].plant(contract()))
    (tmp_path / "broken.docx").write_bytes(said(stranger(), "Le plafond est de {{ plafond }} €."))
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["sound.docx"], 0),
        (["warned.docx"], 0),
        (["warned.docx", "--strict"], 1),
        (["sound.docx", "broken.docx"], 1),
        ([], 2),
        (["sound.docx", "--format", "xml"], 2),
        (["absent.docx", "broken.docx"], 3),
        (["."], 3),
        (["--list"], 0),
    ],
)
def test_the_exit_status_says_what_was_found(words: list[str], status: int) -> None:
    assert CliRunner().invoke(main, ["doctor", *words]).exit_code == status


@pytest.mark.usefixtures("folder")
def test_a_finding_is_shown_with_its_paragraph() -> None:
    shown_ = CliRunner().invoke(main, ["doctor", "broken.docx", "sound.docx"]).output
    assert shown_.startswith("error[template-leftover]: “{{ plafond }} €.” stands in the text\n")
    assert re.search(r"--> broken.docx/word/document.xml:\d+:19\n", shown_)
    assert re.search(r"\d+ \| Le plafond est de \{\{ plafond \}\} €\.\n", shown_)
    assert shown_.endswith("examined broken.docx: 1 error\nexamined sound.docx: no findings\n")


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_a_file_that_is_piped_in_is_examined(name: str) -> None:
    result = CliRunner().invoke(main, ["doctor", name], input=said(stranger(), "{{ plafond }}"))
    assert result.exit_code == 1
    assert "--> stdin/word/document.xml:" in result.stdout
    assert result.stdout.endswith("examined stdin: 1 error\n")


def test_an_input_that_is_closed_or_endless_is_told() -> None:
    with pytest.raises(WorkspaceError, match="nothing is piped in"):
        read_input(None, "stdin", 10)
    with pytest.raises(WorkspaceError, match="the input is larger than"):
        read_input(TextIOWrapper(BytesIO(bytes(4096))), "stdin", 2048)


def test_what_cannot_be_read_is_told_with_what_helps(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["doctor", f"{tmp_path}/{'a' * 300}.docx"])
    assert result.exit_code == 3
    assert "the file cannot be read (File name too long)\n   = help: name a file by a shorter path" in result.stderr


def test_an_open_document_is_told_from_other_archives() -> None:
    with ZipFile(written := BytesIO(), "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    (finding,) = examine("contract.odt", written.getvalue())
    assert (finding.code, finding.message) == ("not-a-word-file", "the file is an OpenDocument (.odt)")
    assert finding.help.startswith("save the document as .docx")


@pytest.mark.usefixtures("folder")
def test_findings_as_json_hold_the_words_of_the_paragraph() -> None:
    read = json.loads(CliRunner().invoke(main, ["doctor", "broken.docx", "absent.docx", "--format", "json"]).output)
    broken, absent = read["files"]
    assert (broken["file"], broken["counts"]["error"]) == ("broken.docx", 1)
    assert broken["findings"][0]["words"] == "Le plafond est de {{ plafond }} €."
    assert absent["unreadable"]["reason"] == "there is no such file"


@pytest.mark.usefixtures("folder")
def test_findings_as_annotations_hold_the_words_of_the_paragraph() -> None:
    shown_ = CliRunner().invoke(main, ["doctor", "broken.docx", "--format", "github"]).output
    assert shown_.startswith("::error file=broken.docx/word/document.xml,line=")
    assert "note: in the paragraph “Le plafond est de {{ plafond }} €.”" in shown_


def test_the_list_names_every_check() -> None:
    lines = CliRunner().invoke(main, ["doctor", "--list"]).output.splitlines()
    assert [line.split()[0] for line in lines] == sorted(check.code for check in CHECKS)
    read = json.loads(CliRunner().invoke(main, ["doctor", "--list", "--format", "json"]).output)
    assert len(read["checks"]) == len(CHECKS)


def test_a_zip_that_is_no_package_is_said_to_be_none() -> None:
    target = BytesIO()
    with ZipFile(target, "w") as package:
        package.writestr("readme.txt", "bonjour")
    assert "not-a-word-file" in codes(target.getvalue())


def test_a_document_that_is_not_written_is_missed() -> None:
    parts = parts_of(stranger())
    del parts[DOCUMENT]
    assert "missing-part" in codes(packed(parts))


def test_a_control_bound_to_what_it_shows_is_sound() -> None:
    stale = FAULTS["binding-shown-otherwise"].plant(stranger())
    assert codes(substituted(stale, DOCUMENT, "<w:t>Durand</w:t>", "<w:t>Dupont</w:t>")) == []
