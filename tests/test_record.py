"""What a file carries beside its words: the deal, the resolved deal, the receipt, and protection on request."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from office import Office
from openxml_audit import OpenXmlValidator  # type: ignore[import-untyped]

from generator import __version__
from generator.cache import engine_digest
from generator.doctor import examine
from generator.doctor.receipt import CHECKS
from generator.document.nodes import Definitions
from generator.library.contents import frame_digest
from generator.ooxml.names import DEFINITION, clause_bookmark
from generator.outputs import Form, Output, outputs
from generator.pipeline import Draft, Options, draft, draft_text
from generator.readers import docx as reader
from generator.workspace import Workspace

ROOT = Path(__file__).parent.parent
CONTRACTS = ROOT / "contracts"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@cache
def example(name: str = "tpe-boulangerie.yaml") -> Draft:
    return draft(CONTRACTS / name)


@cache
def two_languages() -> Draft:
    return draft(CONTRACTS / "tpe-boulangerie.yaml", options=Options(language="fr+en"))


def word_file(form: Form) -> bytes:
    (output,) = (o for o in outputs(example(), form) if o.name.endswith(".docx"))
    return output.content


def beside(form: Form | None = None) -> dict[str, bytes]:
    return {o.name: o.content for o in outputs(example(), form or Form(()))}


def test_a_word_file_carries_the_deal_the_resolved_deal_and_the_receipt() -> None:
    carried = reader.embedded(word_file(Form()))
    assert sorted(carried) == ["deal.yaml", "receipt.json", "resolved.yaml"]
    assert carried["deal.yaml"] == (CONTRACTS / "tpe-boulangerie.yaml").read_bytes()
    assert {name: carried[name] for name in ("receipt.json", "resolved.yaml")} == beside()


def test_a_file_without_its_record_carries_nothing_of_the_deal() -> None:
    content = word_file(Form(carry_record=False))
    assert reader.embedded(content) == {}
    assert b"boulangerie" in (CONTRACTS / "tpe-boulangerie.yaml").read_bytes()
    assert sorted(beside(Form((), carry_record=False))) == ["receipt.json", "resolved.yaml"]


def test_the_receipt_names_what_the_pack_was_made_of() -> None:
    receipt = json.loads(beside()["receipt.json"])
    deal = (CONTRACTS / "tpe-boulangerie.yaml").read_bytes()
    assert receipt["deal"] == {"id": "boulangerie-2026", "sha256": hashlib.sha256(deal).hexdigest()}
    assert receipt["engine"] == {"name": "clausier", "version": __version__, "sha256": engine_digest()}
    provider = (CONTRACTS / "my-msp" / "provider.yaml").read_bytes()
    assert receipt["provider"]["sha256"] == hashlib.sha256(provider).hexdigest()
    base = (CONTRACTS / "my-msp" / "base.docx").read_bytes()
    assert receipt["base"]["sha256"] == hashlib.sha256(base).hexdigest()
    library = example().library
    assert library is not None
    assert receipt["library"]["sha256"] == frame_digest(Workspace.default(), library.clauses.values())
    assert receipt["date_of_law"] == str(example().facts.as_of)  # type: ignore[union-attr]


def test_the_receipt_lists_each_clause_with_the_digest_of_its_text() -> None:
    receipt = json.loads(beside()["receipt.json"])
    library = example().library
    assert library is not None
    assert list(receipt["clauses"]) == ["fr"]
    printed = receipt["clauses"]["fr"]
    assert len(printed) > 100
    assert [entry["text"] for entry in printed] == [
        library.clauses[entry["id"]].texts["fr"].digest for entry in printed
    ]
    # No lawyer has approved anything yet.
    assert {entry["approval"] for entry in printed} == {"none"}


def test_the_tags_of_the_word_file_agree_with_the_receipt() -> None:
    receipt = json.loads(beside()["receipt.json"])
    known = {entry["text"][:12] for entry in receipt["clauses"]["fr"]}
    tags = {p.clause for p in reader.paragraphs(word_file(Form())) if p.clause.startswith("clause:")}
    assert len(tags) > 100
    assert {tag.rpartition("#")[2] for tag in tags} <= known


@pytest.mark.parametrize(
    "name", ["tpe-boulangerie.yaml", "pme-acme.yaml", "gc-grand-compte.yaml", "sante-clinique.yaml"]
)
def test_the_receipt_knows_what_each_clause_of_the_word_file_says(name: str) -> None:
    """Two readers: the digests come from the tree, the letters from the file."""
    made = example(name)
    (word,) = (o for o in outputs(made, Form(bound=True)) if o.name.endswith(".docx"))
    assert edited(word.content) == []


def test_the_receipt_still_knows_it_when_libreoffice_has_saved_the_file(office: Office) -> None:
    content = word_file(Form())
    saved = office.converted({"saved": content}, "docx:Office Open XML Text")["saved"]
    assert saved != content
    assert edited(saved) == []
    assert reader.embedded(saved) == reader.embedded(content)


def test_the_frame_is_known_in_whatever_files_the_pack_is_written_and_saved(office: Office) -> None:
    """Covers, titles, headings, headers and footers: the receipt is made of one file, the pack may be many."""
    files = {o.name: o.content for o in outputs(example("pme-acme.yaml")) if o.name.endswith(".docx")}
    assert len(files) > 10
    some = {
        name.removesuffix(".docx"): content for name, content in files.items() if "-D01-" in name or "-D10-" in name
    }
    saved = office.converted(some, "docx:Office Open XML Text")
    for name, content in [*files.items(), *saved.items()]:
        frame = json.loads(reader.embedded(content)["receipt.json"])["frame"]
        letters = reader.letters_outside_clauses(content)
        assert len(letters) > 3
        assert [text for text in letters if hashlib.sha256(text.encode()).hexdigest() not in frame] == [], name


@pytest.mark.parametrize("bound", [True, False])
def test_the_receipt_knows_what_each_clause_says_in_two_languages(bound: bool) -> None:
    files = [o.content for o in outputs(two_languages(), Form(bound=bound)) if o.name.endswith(".docx")]
    first, second = json.loads(reader.embedded(files[0])["receipt.json"])["clauses"].values()
    digests = {clause_bookmark(entry["slot"]): entry["printed"] for entry in first}
    assert {entry["printed"] for entry in second if entry["printed"]} <= {hashlib.sha256(b"").hexdigest()}
    said = [(name, text) for content in files for name, text in reader.clause_letters(content).items()]
    assert len(said) > 100
    assert [name for name, text in said if hashlib.sha256(text.encode()).hexdigest() != digests[name]] == []


@pytest.mark.parametrize(("old", "new"), [(" ne peut ", " peut "), (" may ", " must ")])
def test_an_edit_of_either_language_is_seen(old: str, new: str) -> None:
    (word,) = (o.content for o in outputs(two_languages(), Form(bound=True)) if o.name.endswith(".docx"))
    changed = with_document(word, lambda text: text.replace(old, new, 1))
    assert [finding.code for finding in examine("contract.docx", word)] == []
    (finding,) = examine("contract.docx", changed)
    assert finding.code == "edited-clause"
    assert finding.span is not None and finding.span.line > 1 and finding.span.source_line


def test_what_libreoffice_saved_in_two_languages_is_said_to_be_unchecked(office: Office) -> None:
    (word,) = (o.content for o in outputs(two_languages(), Form(bound=True)) if o.name.endswith(".docx"))
    saved = office.converted({"saved": word}, "docx:Office Open XML Text")["saved"]
    told = [f for f in examine("saved.docx", saved) if f.code in {"edited-clause", "missing-clause", "added-text"}]
    assert [(f.code, "nothing can be compared" in f.message) for f in told] == [("missing-clause", True)]


def test_an_edited_clause_and_a_deleted_one_are_told_from_the_others() -> None:
    content = word_file(Form())
    slots = list(dict.fromkeys([*printed_slots(content)[::15], "glossary.terms"]))
    assert len(slots) > 5
    assert told(content) == []
    for slot in slots:
        root = etree.fromstring(document_of(content))
        pieces = clause_texts(root, slot)
        pieces[-1].text = f"{pieces[-1].text} sauf accord"
        assert edited(with_root(content, root)) == [slot]
        assert told(with_root(content, root)) == [("edited-clause", slot)]
        *_, control = pieces[0].iterancestors(f"{W}sdt")
        parent = control.getparent()
        assert parent is not None
        parent.remove(control)
        # The glossary is all that its document says under its heading.
        assert told(with_root(content, root)) == [("missing-clause", slot)]


@pytest.mark.parametrize("place", [0, 20, -1])
def test_an_edit_of_a_definition_and_a_deleted_one_are_seen(place: int) -> None:
    """A compact pack prints the definitions one after the other in a paragraph."""
    content = word_file(Form())
    numbered = example().numbered["fr"]
    assert numbered.document.layout == "compact"
    (block,) = (
        block
        for part in numbered.document.parts
        for section in part.sections
        for clause in section.clauses
        for block in clause.blocks
        if isinstance(block, Definitions)
    )
    root = etree.fromstring(document_of(content))
    pieces = [piece for piece in clause_texts(root, "glossary.terms") if style_of(piece) == DEFINITION]
    heads = [at for at, piece in enumerate(pieces) if is_bold(piece)]
    assert [pieces[at].text for at in heads] == [entry.name for entry in block.entries]
    own = pieces[heads[place] : [*heads[1:], len(pieces)][place]]
    own[-1].text = f"{own[-1].text}, ou non"
    assert told(with_root(content, root)) == [("edited-clause", "glossary.terms")]
    for piece in own:
        piece.text = ""
    assert told(with_root(content, root)) == [("edited-clause", "glossary.terms")]


def test_a_letter_has_no_clause_and_is_compared_by_its_paragraphs() -> None:
    made = example("eti-banque-dora.yaml")
    (letter,) = (part.id for part in made.numbered["fr"].document.parts if part.kind == "letter")
    (content,) = (o.content for o in outputs(made) if o.parts == (letter,))
    assert json.loads(reader.embedded(content)["receipt.json"])["letters"] == [letter]
    assert told(content) == []
    pieces = len(list(etree.fromstring(document_of(content)).iter(f"{W}t")))
    for place in range(0, pieces, 4):
        root = etree.fromstring(document_of(content))
        piece = list(root.iter(f"{W}t"))[place]
        piece.text = f"{piece.text} sauf accord"
        assert told(with_root(content, root)) == [("added-text", "")]


@pytest.mark.parametrize("bound", [True, False])
def test_a_contract_that_lost_the_edges_of_its_clauses_is_not_taken_for_a_letter(bound: bool) -> None:
    files = [o for o in outputs(example("eti-banque-dora.yaml"), Form(bound=bound)) if o.name.endswith(".docx")]
    content = max((o for o in files if "D01" in o.parts), key=lambda o: len(o.parts)).content
    lost = with_document(content, lambda text: text.replace('w:name="_Clause', 'w:name="_Lost'))
    said = [finding.message for finding in examine("contract.docx", lost) if finding.code == "missing-clause"]
    assert said == ["no clause of the receipt can be found in the file: nothing tells whether it was edited"]


def told(content: bytes) -> list[tuple[str, str]]:
    """What the doctor finds by the receipt of a file: the check, and the slot of the clause that it names."""
    found = [(f.code, re.search(r"^the clause `([^`]+)`", f.message)) for f in examine("contract.docx", content)]
    by_receipt = {check.code for check in CHECKS}
    return [(code, named[1] if named else "") for code, named in found if code in by_receipt]


def printed_slots(content: bytes) -> list[str]:
    """The slots of the clauses of a Word file, in the order of the pack, without those that print nothing."""
    (clauses,) = json.loads(reader.embedded(content)["receipt.json"])["clauses"].values()
    said = reader.clause_letters(content)
    return [entry["slot"] for entry in clauses if said.get(clause_bookmark(entry["slot"]))]


def clause_texts(root: etree._Element, slot: str) -> list[etree._Element]:
    """The pieces of text inside the bookmark of a clause."""
    (start,) = (mark for mark in root.iter(f"{W}bookmarkStart") if mark.get(f"{W}name") == clause_bookmark(slot))
    pieces: list[etree._Element] = []
    for element in start.itersiblings():
        if element.tag == f"{W}bookmarkEnd" and element.get(f"{W}id") == start.get(f"{W}id"):
            break
        pieces += element.iter(f"{W}t")
    return pieces


def style_of(piece: etree._Element) -> str:
    """The style of the paragraph of a piece of text."""
    style = next(piece.iterancestors(f"{W}p")).find(f"{W}pPr/{W}pStyle")
    return str(style.get(f"{W}val")) if style is not None else ""


def is_bold(piece: etree._Element) -> bool:
    return next(piece.iterancestors(f"{W}r")).find(f"{W}rPr/{W}b") is not None


def with_root(content: bytes, root: etree._Element) -> bytes:
    return with_document(content, lambda _: etree.tostring(root, encoding="unicode"))


def document_of(content: bytes) -> bytes:
    with ZipFile(BytesIO(content)) as package:
        return package.read("word/document.xml")


def with_document(content: bytes, change: Callable[[str], str]) -> bytes:
    """A Word file with the text of its document changed; it must change."""
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = parts["word/document.xml"].decode()
    changed = change(text)
    assert changed != text
    parts["word/document.xml"] = changed.encode()
    with ZipFile(written := BytesIO(), "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return written.getvalue()


def edited(content: bytes) -> list[str]:
    """The slots of the clauses that a Word file does not say as its own receipt has them."""
    receipt = json.loads(reader.embedded(content)["receipt.json"])
    said = reader.clause_letters(content)
    (clauses,) = receipt["clauses"].values()
    assert len(clauses) > 100
    empty = hashlib.sha256(b"").hexdigest()
    return [
        entry["slot"]
        for entry in clauses
        if entry["printed"] != empty
        and hashlib.sha256(said.get(clause_bookmark(entry["slot"]), "").encode()).hexdigest() != entry["printed"]
    ]


def test_a_changed_deal_changes_the_digest_of_the_deal_alone() -> None:
    text = (CONTRACTS / "tpe-boulangerie.yaml").read_text("utf-8")
    changed = draft_text("tpe-boulangerie.yaml", text + "\n# a remark\n", CONTRACTS)
    one = json.loads(beside()["receipt.json"])
    other = json.loads({o.name: o.content for o in outputs(changed, Form(()))}["receipt.json"])
    assert one.pop("deal") != other.pop("deal")
    assert one == other


def test_a_deal_with_windows_line_ends_has_the_digest_of_the_same_lines(tmp_path: Path) -> None:
    shutil.copytree(CONTRACTS / "my-msp", tmp_path / "my-msp")
    text = (CONTRACTS / "tpe-boulangerie.yaml").read_text("utf-8")
    (tmp_path / "tpe-boulangerie.yaml").write_bytes(text.replace("\n", "\r\n").encode())
    made = draft(tmp_path / "tpe-boulangerie.yaml")
    (word,) = (o for o in outputs(made, Form()) if o.name.endswith(".docx"))
    assert reader.embedded(word.content)["deal.yaml"] == text.encode()


def test_a_file_for_redlines_records_every_edit(tmp_path: Path) -> None:
    content = word_file(Form(redline_only=True))
    with ZipFile(BytesIO(content)) as package:
        settings = package.read("word/settings.xml").decode()
    assert '<w:trackRevisions/><w:documentProtection w:edit="trackedChanges" w:enforcement="1"/>' in settings
    path = tmp_path / "redline.docx"
    path.write_bytes(content)
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
    with ZipFile(BytesIO(word_file(Form()))) as package:
        assert "trackRevisions" not in package.read("word/settings.xml").decode()


def test_a_file_that_is_compressed_less_says_the_same() -> None:
    usual, fast = word_file(Form()), word_file(Form(fast=True))
    with ZipFile(BytesIO(usual)) as one, ZipFile(BytesIO(fast)) as other:
        assert {name: one.read(name) for name in one.namelist()} == {
            name: other.read(name) for name in other.namelist()
        }
    assert len(usual) < len(fast) < 1.5 * len(usual)


# ---- the same bytes everywhere

_BUILD = "import sys; from generator.cli import main; sys.argv[0] = 'clausier'; main()"


def _built(folder: Path, **environment: str) -> dict[str, bytes]:
    """The files of two deals, built by a process of its own in ``folder``, from a copy of the examples there."""
    shutil.copytree(CONTRACTS, folder / "deals")
    deals = ["deals/tpe-boulangerie.yaml", "deals/pme-acme.yaml"]
    command = [sys.executable, "-c", _BUILD, "build", *deals, "-o", "out", "--to", "docx,html,md,json", "--quiet"]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "CLAUSIER_PAGES": "0", **environment}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    # Beside the packs lie records of when each file was written.
    return {str(p.relative_to(folder / "out")): p.read_bytes() for p in (folder / "out").glob("[!.]*/*")}


def test_two_builds_are_equal_in_any_time_zone_language_folder_and_hash_seed(tmp_path: Path) -> None:
    one = _built(tmp_path / "one", TZ="Pacific/Auckland", PYTHONHASHSEED="1", LANG="C", LC_ALL="C")
    other = _built(
        tmp_path / "somewhere" / "else é", TZ="America/Caracas", PYTHONHASHSEED="4242", LANG="fr_FR.UTF-8",
        LC_ALL="fr_FR.UTF-8", PYTHONUTF8="0", COLUMNS="40",
    )  # fmt: skip
    assert sorted(one) == sorted(other)
    assert len(one) > 40
    assert [name for name in one if one[name] != other[name]] == []


def test_the_files_name_no_folder_of_the_machine(tmp_path: Path) -> None:
    shutil.copytree(CONTRACTS, tmp_path / "deals")
    made = draft(tmp_path / "deals" / "tpe-boulangerie.yaml")
    written: tuple[Output, ...] = outputs(made, Form(("docx", "html", "md", "json")))
    for output in written:
        texts = [output.content]
        if output.name.endswith(".docx"):
            with ZipFile(BytesIO(output.content)) as package:
                texts = [package.read(name) for name in package.namelist()]
        for folder in (str(tmp_path), str(ROOT), os.getcwd()):
            assert not any(folder.encode() in text for text in texts), output.name
    resolved = next(o.content for o in written if o.name == "resolved.yaml").decode()
    assert "# deal tpe-boulangerie.yaml:" in resolved
    assert "# provider my-msp/provider.yaml:" in resolved
    assert "# segment clauses/base/profiles/tpe.yaml:" in resolved


@pytest.mark.parametrize("settings", [b"<w:settings><w:trackRevisions/></w:settings>"])
def test_settings_that_speak_of_revisions_already_are_refused(settings: bytes) -> None:
    from generator.writers.docx.properties import redline_only

    with pytest.raises(ValueError, match="already say"):
        redline_only(settings)
