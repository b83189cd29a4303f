"""Definitions, titles and labels in the book: each change comes back into its scalar, and no other byte changes."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from office import Office
from test_book_import import ROOT, exported, import_, library_folder, replaced, run, xml
from tracked import DATES, Text, W, controls, edited, lines_in, part

from generator.library.wordings import SCHEMA_FILE
from generator.pipeline import library_of
from generator.workspace import Workspace

__all__ = ["library_folder"]

GLOSSARY = "clauses/glossary.yaml"
OUTLINE = "clauses/outlines/D01.yaml"
TERMS = """# Defined terms. 😀
terms:
  - id: provider   # who serves
    fr: {term: Prestataire, forms: [], definition: "La société qui fournit les services."}  # kept
    en: {term: Provider, forms: [], definition: 'The company that supplies the services.'}
  # ---- the client
  - id: client
    fr:
      term: Client
      forms: [Clients]
      definition: >-
        La personne que sert
        le Prestataire{% if context.segment == 'pme' %},
        une PME{% endif %}.

    en:
      definition: The person whom the Provider serves.
      term: "Client"
      forms: [Clients]
"""
TITLES = """id: D01
kind: agreement
title: {fr: "Contrat", en: "Agreement"}  # the document
name: {fr: Contrat-cadre, en: 'Master Agreement'}
precedence: 40
position: 20
sections:
  - id: liability
    title:
      fr: Responsabilité   # one word
      en: >
        Liability

    slots: [liability.cap]
"""


@pytest.fixture(autouse=True)
def words_of_a_small_library(library_folder: Path) -> None:
    Path(GLOSSARY).write_text(TERMS, "utf-8")
    Path(OUTLINE).write_text(TITLES, "utf-8")


def everything() -> dict[str, bytes]:
    """Every file of the library."""
    return {str(path): path.read_bytes() for path in sorted(Path("clauses").rglob("*")) if path.is_file()}


def in_entry(entry: str, edit: Callable[[Text], None], language: str = "fr", content: bytes = b"") -> bytes:
    """The book after tracked edits in the words of one entry."""

    def on(root: etree._Element) -> None:
        text = Text(controls(root)[f"{entry}/{language}"])
        edit(text)
        text.write()

    return edited(content or exported(), on)


def by_hand(entry: str, edit: Callable[[etree._Element], None], language: str = "fr") -> bytes:
    """The book after a hand was laid on the control of one entry."""
    return edited(exported(), lambda root: edit(controls(root)[f"{entry}/{language}"]))


def lines_of(control: etree._Element) -> list[etree._Element]:
    return lines_in(control)


def only(before: dict[str, bytes], file: str, old: str, new: str) -> None:
    """Hold the library against what it was: in one file one thing changed, once."""
    text = before[file].decode()
    assert text.count(old) == 1
    assert everything() == {**before, file: text.replace(old, new).encode()}


# ---- what is taken


@pytest.mark.parametrize(
    ("entry", "language", "old", "new", "file", "held", "becomes"),
    [
        ("glossary.provider", "fr", "qui fournit", "qui rend", GLOSSARY, "qui fournit", "qui rend"),
        ("glossary.provider", "en", "The company", "The firm's head", GLOSSARY, "'The company", "'The firm''s head"),
        ("glossary.provider", "fr", "fournit", 'dit "oui" : %1', GLOSSARY, "fournit", r"dit \"oui\" : %1"),
        ("glossary.client", "en", "serves.", "serves: all.", GLOSSARY, "The person whom the Provider serves.",
         '"The person whom the Provider serves: all."'),
        ("glossary.client", "en", "The person", "'A' person", GLOSSARY, "The person whom the Provider serves.",
         '"\'A\' person whom the Provider serves."'),
        ("glossary.client", "fr", "que sert", "morale que sert", GLOSSARY, "La personne que", "La personne morale que"),
        ("glossary.client", "fr", ", une PME", ", une PME : @ oui", GLOSSARY, "une PME", "une PME : @ oui"),
        ("outline.D01", "fr", "Contrat\n", "Contrat : %1\n", OUTLINE, '"Contrat"', '"Contrat : %1"'),
        ("outline.D01", "fr", "Contrat-cadre", "Accord, cadre", OUTLINE, "Contrat-cadre", '"Accord, cadre"'),
        ("outline.D01", "en", "Master", "Provider's", OUTLINE, "Master", "Provider''s"),
        ("outline.D01", "fr", "Responsabilité", "Dommages", OUTLINE, "Responsabilité", "Dommages"),
        ("outline.D01", "fr", "Responsabilité", "true", OUTLINE, "Responsabilité", '"true"'),
        ("outline.D01", "en", "Liability", "Who pays {{ parties.client.legal_name }}?", OUTLINE, "Liability",
         "Who pays {{ parties.client.legal_name }}?"),
    ],
)  # fmt: skip
def test_a_tracked_change_goes_into_its_scalar_alone_rightly_quoted(
    entry: str, language: str, old: str, new: str, file: str, held: str, becomes: str
) -> None:
    before = everything()
    result = import_(in_entry(entry, replaced(old, new), language), "--write")
    assert result.exit_code == 0, result.output
    assert f"{entry} ({language}): proposed by Me Dupont on 2026-11-20" in result.output
    assert f"wrote {file}" in result.output
    only(before, file, held, becomes)
    again = run("import", "back.docx")
    assert f"the library has these changes already: `{entry}` ({language})" in again.output, again.output


def test_both_languages_several_entries_and_a_clause_change_at_once() -> None:
    before = everything()
    content = in_entry("glossary.client", replaced("La personne", "Celui"))
    content = in_entry("glossary.client", replaced("The person", "Whoever", "Me Martin"), "en", content)
    content = in_entry("outline.D01", replaced("Responsabilité", "Dommages"), "fr", content)
    content = in_entry("liability.cap", replaced("Plafond", "Limite"), "fr", content)
    result = import_(content, "--write", "--record", "record.json", "--message", "message.txt")
    assert "4 texts changed in 3 files" in result.output, result.output
    glossary = TERMS.replace("La personne", "Celui").replace("The person", "Whoever")
    assert Path(GLOSSARY).read_text("utf-8") == glossary
    assert Path(OUTLINE).read_text("utf-8") == TITLES.replace("Responsabilité", "Dommages")
    assert set(everything()) == set(before)
    record = json.loads(Path("record.json").read_text("utf-8"))
    found = {(one["clause"], one["language"]): one for one in record["texts"]}
    change = found["glossary.client", "en"]["changes"][0]
    assert (change["author"], change["date"], change["paragraph"]) == ("Me Martin", DATES["Me Martin"], 2)
    assert found["glossary.client", "en"]["names"] == ["definition"]
    assert Path("message.txt").read_text("utf-8").startswith("Take changes to 1 clause and 2 entries from back.docx")


def test_an_edit_that_was_not_tracked_is_taken_and_said() -> None:
    def edit(control: etree._Element) -> None:
        (said,) = [text for text in control.iter(f"{W}t") if "La société" in (text.text or "")]
        said.text = "definition: L’entreprise qui fournit les services."

    content = by_hand("glossary.provider", edit)
    result = import_(content)
    assert "edited without tracking, by nobody knows whom" in result.output
    assert "error[untracked-edit]" in import_(content, "--accept-author", "Me Dupont").output
    import_(content, "--write")
    assert Path(GLOSSARY).read_text("utf-8") == TERMS.replace("La société", "L’entreprise")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("term:", "term\u00a0:"),
        ("le Prestataire", "le\u202fPrestataire"),
        ("sert", "se\u00adrt"),
        ("Client", "Client  "),
    ],
)
def test_what_word_types_by_itself_is_no_change(old: str, new: str) -> None:
    def edit(control: etree._Element) -> None:
        found = [text for text in control.iter(f"{W}t") if old in (text.text or "")]
        found[0].text = (found[0].text or "").replace(old, new)

    result = import_(by_hand("glossary.client", edit))
    assert "0 texts changed in 0 files" in result.output and result.exit_code == 0, result.output


def test_only_the_changes_of_the_authors_that_are_named_are_followed() -> None:
    content = in_entry("glossary.provider", replaced("qui fournit", "qui rend", "Me Dupont"))
    content = in_entry("glossary.client", replaced("La personne", "Celui", "Me Martin"), "fr", content)
    result = import_(content, "--accept-author", "Me Martin", "--write")
    assert "left out: the tracked changes by Me Dupont (2)" in result.output
    assert Path(GLOSSARY).read_text("utf-8") == TERMS.replace("La personne", "Celui")


def test_a_lost_approval_is_said() -> None:
    loaded, _ = library_of(Workspace.default())
    assert loaded is not None
    digest = loaded.wordings["glossary.provider"].digest("fr")
    result = run("approve", "glossary.provider", "--lang", "fr", "--by", "Me Exemple", "--digest", digest)
    assert result.exit_code == 0, result.output
    result = import_(in_entry("glossary.provider", replaced("qui fournit", "qui rend")))
    assert "the approval by Me Exemple no longer counts" in result.output


def test_the_line_ends_and_the_first_mark_of_windows_stay() -> None:
    Path(GLOSSARY).write_bytes(b"\xef\xbb\xbf" + TERMS.replace("\n", "\r\n").encode())
    import_(in_entry("glossary.client", replaced("que sert", "morale que sert")), "--write")
    changed = TERMS.replace("La personne que", "La personne morale que").replace("\n", "\r\n")
    assert Path(GLOSSARY).read_bytes() == b"\xef\xbb\xbf" + changed.encode()


def test_a_renamed_term_is_taken_with_a_warning_where_texts_say_the_old_name() -> None:
    result = import_(in_entry("glossary.client", replaced("Client", "Bénéficiaire")), "--write")
    assert result.exit_code == 0, result.output
    assert (
        "warning[term-renamed]: `Client` is no form of the term `client` any more: 1 text of the library still says it"
        in result.output
    )
    assert "its other forms stay `Clients`" in result.output
    assert Path(GLOSSARY).read_text("utf-8") == TERMS.replace("term: Client\n", "term: Bénéficiaire\n")


# ---- labels, which stand in the schema


def test_a_label_is_changed_in_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    own = Workspace(tmp_path / "clauses", tmp_path / "schemas")
    monkeypatch.setattr("generator.workspace.Workspace.default", lambda: own)
    before = (tmp_path / SCHEMA_FILE).read_text("utf-8")
    content = in_entry("label.meta.layout", replaced("complète", 'dite "complète" : \\'))
    result = import_(content, "--write")
    assert f"wrote {SCHEMA_FILE}" in result.output, result.output
    after = (tmp_path / SCHEMA_FILE).read_text("utf-8")
    assert after == before.replace('"fr": "complète"', r'"fr": "dite \"complète\" : \\"')
    assert json.loads(after)["properties"]["meta"]["properties"]["layout"]["x-labels"]["full"]["fr"].endswith(": \\")


# ---- two books, and a library that went on


def test_two_books_that_change_other_words_of_one_entry_are_both_taken() -> None:
    first = in_entry("outline.D01", replaced("Responsabilité", "Dommages", "Me Dupont"))
    second = in_entry("outline.D01", replaced("Contrat-cadre", "Accord-cadre", "Me Martin"))
    import_(first, "--write")
    result = import_(second, "--write")
    assert "outline.D01 (fr): proposed by Me Martin on 2026-11-21 (2 changes)" in result.output, result.output
    expected = TITLES.replace("Responsabilité", "Dommages").replace("Contrat-cadre", "Accord-cadre")
    assert Path(OUTLINE).read_text("utf-8") == expected


def test_two_books_that_change_the_same_words_otherwise_are_not_merged() -> None:
    first = in_entry("outline.D01", replaced("Responsabilité", "Dommages", "Me Dupont"))
    second = in_entry("outline.D01", replaced("Responsabilité", "Réparation", "Me Martin"))
    import_(first, "--write")
    before = everything()
    result = import_(second, "--write")
    assert "error[stale-base]: the library's `section liability` changed since the book was made" in result.output
    assert "back.docx/outline.D01/fr:3:1" in result.output and f"in the library ({OUTLINE}:10:11)" in result.output
    assert everything() == before


def test_the_same_book_edited_further_brings_what_is_new_with_its_author() -> None:
    first = in_entry("outline.D01", replaced("Responsabilité", "Dommages", "Me Dupont"))
    import_(first, "--write")

    def further(root: etree._Element) -> None:
        line = lines_of(controls(root)["outline.D01/fr"])[1]
        line.append(xml('<w:ins w:id="9100" w:author="Me Martin" w:date="2026-11-21T17:05:00Z"><w:r><w:t> général</w:t>'
                        "</w:r></w:ins>"))  # fmt: skip

    result = import_(edited(first, further), "--write")
    assert "outline.D01 (fr): proposed by Me Martin on 2026-11-21 (1 change)\n" in result.output, result.output
    assert Path(OUTLINE).read_text("utf-8") == TITLES.replace("Responsabilité", "Dommages").replace(
        "Contrat-cadre", "Contrat-cadre général"
    )


def test_a_stale_book_changes_what_the_library_has_not_changed_since() -> None:
    content = in_entry("glossary.provider", replaced("qui fournit", "qui rend"))
    newer = TERMS.replace("term: Prestataire,", "term: Fournisseur,")
    Path(GLOSSARY).write_text(newer, "utf-8")
    import_(content, "--write")
    assert Path(GLOSSARY).read_text("utf-8") == newer.replace("qui fournit", "qui rend")


def test_a_stale_book_with_untracked_edits_is_refused() -> None:
    def edit(control: etree._Element) -> None:
        (said,) = [text for text in control.iter(f"{W}t") if "La société" in (text.text or "")]
        said.text = "definition: L'entreprise."

    content = by_hand("glossary.provider", edit)
    Path(GLOSSARY).write_text(TERMS.replace("term: Prestataire,", "term: Fournisseur,"), "utf-8")
    assert "error[stale-base]: the library's words changed since the book was made" in import_(content).output


def test_a_stale_book_without_an_edit_changes_nothing() -> None:
    content = exported()
    Path(GLOSSARY).write_text(TERMS.replace("La société", "L'entreprise"), "utf-8")
    Path(OUTLINE).write_text(TITLES.replace("id: liability", "id: harm"), "utf-8")
    result = import_(content)
    assert "0 texts changed in 0 files" in result.output and "no findings" in result.output, result.output


# ---- what is refused


def refused(content: bytes, *words: str) -> str:
    """What the command says of a file that it refuses; nothing may be written."""
    before = everything()
    result = import_(content, "--write", *words)
    assert result.exit_code == 1, result.output
    assert everything() == before and "Traceback" not in result.output
    return result.output


@pytest.mark.parametrize(
    ("entry", "old", "new", "code", "place", "home"),
    [
        ("glossary.provider", "definition: La", "La", "unnamed-line", "fr:2:1", ""),
        ("glossary.provider", "\ndefinition: ", " ", "words-gone", "fr:1:1", f"{GLOSSARY}:4:52"),
        ("glossary.provider", "La société qui fournit les services.", "", "words-gone", "fr:2:1", f"{GLOSSARY}:4:52"),
        ("glossary.provider", "qui fournit", "qui\nfournit", "unnamed-line", "fr:3:1", ""),
        ("glossary.provider", "definition: La", "term: X\ndefinition: La", "line-twice", "fr:2:1", f"{GLOSSARY}:4:16"),
        ("glossary.provider", "Prestataire\n", "{{ meta.deal_id }}\n", "not-a-template", "fr:1:1", f"{GLOSSARY}:4:16"),
        ("outline.D01", "title: Contrat", "title: Contrat {% if a %}", "not-a-template", "fr:1:1", f"{OUTLINE}:3:13"),
        ("glossary.client", "== 'pme'", "== ‘pme’", "curly-quote", "fr:2:1", f"{GLOSSARY}:11:19"),
        ("glossary.client", "{% endif %}", "", "text-syntax", "fr:2:1", f"{GLOSSARY}:11:"),
        ("glossary.client", "une PME", "une {{ meta.nothing }}", "unknown-name", "fr:2:1", f"{GLOSSARY}:11:"),
        ("glossary.client", "une PME", "une \ue000 PME", "forbidden-character", "fr:2:1", f"{GLOSSARY}:11:19"),
        ("glossary.provider", "La société", "- La société", "not-one-line", "fr:2:1", f"{GLOSSARY}:4:5"),
        ("glossary.client", "Client", "Prestataire", "shared-form", "fr:1:1", f"{GLOSSARY}:9:13"),
        ("glossary.provider", "qui fournit", "mot " * 600, "out-of-bounds", "fr:2:1", f"{GLOSSARY}:4:52"),
        ("outline.D01", "Responsabilité", "Dommages {{ a.b }}", "unknown-name", "fr:3:1", f"{OUTLINE}:10:"),
        ("glossary.provider", "qui fournit", "mot " * 30_000, "too-long", "fr:1:1", ""),
    ],
)  # fmt: skip
def test_words_that_cannot_be_read_are_refused_with_their_place_in_the_book_and_in_the_file(
    entry: str, old: str, new: str, code: str, place: str, home: str
) -> None:
    output = refused(in_entry(entry, replaced(old, new)))
    assert f"error[{code}]" in output, output
    assert f"back.docx/{entry}/{place}" in output, output
    assert home in output, output


@pytest.mark.parametrize("what", ["<w:r><w:drawing/></w:r>", '<w:r><w:footnoteReference w:id="2"/></w:r>'])
def test_what_is_no_words_is_refused(what: str) -> None:
    output = refused(by_hand("glossary.provider", lambda control: lines_of(control)[1].append(xml(what))))
    assert "error[not-in-a-clause]" in output and "back.docx/glossary.provider/fr:2:1" in output
    assert f"in the library ({GLOSSARY}:4:52)" in output
    assert "a definition, title or label is words alone" in output


def test_a_control_of_words_that_is_gone_or_twice_there_is_refused() -> None:
    def remove(root: etree._Element) -> None:
        control = controls(root)["glossary.client/fr"]
        control.getparent().remove(control)

    def double(root: etree._Element) -> None:
        control = controls(root)["glossary.client/fr"]
        control.addnext(copy.deepcopy(control))

    content = exported()
    assert "error[control-gone]: the control of the fr text of `glossary.client` is gone" in refused(
        edited(content, remove)
    )
    assert "error[control-twice]: the fr text of `glossary.client`" in refused(edited(content, double))


def test_an_entry_that_the_library_no_longer_has_is_refused() -> None:
    content = in_entry("glossary.client", replaced("La personne", "Celui"))
    Path(GLOSSARY).write_text(TERMS[: TERMS.index("  # ---- the client")], "utf-8")
    assert "error[unknown-clause]: the library has no text of `glossary.client`" in refused(content)


def test_a_control_for_words_that_cannot_be_edited_is_of_no_text() -> None:
    def forge(root: etree._Element) -> None:
        tag = controls(root)["glossary.client/fr"].find(f"{W}sdtPr/{W}tag")
        assert tag is not None
        tag.set(f"{W}val", str(tag.get(f"{W}val")).replace("glossary.client", "parameter.recovery_fee"))

    assert "error[unknown-clause]: the library has no text of `parameter.recovery_fee`" in refused(
        edited(exported(), forge)
    )


def test_skip_refused_keeps_the_other_definitions_of_the_file() -> None:
    content = in_entry("glossary.client", replaced("une PME", "une {{ meta.nothing }}"))
    content = in_entry("glossary.provider", replaced("qui fournit", "qui rend"), "fr", content)
    refused(content)
    result = import_(content, "--write", "--skip-refused")
    assert (result.exit_code, "error[unknown-name]" in result.output) == (1, True)
    assert Path(GLOSSARY).read_text("utf-8") == TERMS.replace("qui fournit", "qui rend")


def test_a_definition_with_the_id_of_a_clause_is_for_reading_alone() -> None:
    Path("clauses/base/glossary").mkdir()
    Path("clauses/base/glossary/client.md").write_text(
        Path("clauses/base/liability/cap.md")
        .read_text("utf-8")
        .replace("slot: liability.cap", "slot: liability.other"),
        "utf-8",
    )
    content = exported()
    assert len([name for name in controls(part(content)) if name.startswith("glossary.client/")]) == 2
    assert "0 texts changed in 0 files" in import_(content).output


def test_words_come_back_from_a_file_that_libreoffice_saved(office: Office) -> None:
    content = in_entry("glossary.client", replaced("que sert", "morale que sert"))
    content = in_entry("outline.D01", replaced("Liability", "Damage: who pays", "Me Martin"), "en", content)
    saved = office.converted({"book": content}, "docx:MS Word 2007 XML")["book"]
    assert not controls(part(saved))
    result = import_(saved, "--write")
    assert "glossary.client (fr): proposed by Me Dupont on 2026-11-20" in result.output, result.output
    assert "outline.D01 (en): proposed by Me Martin on 2026-11-21" in result.output
    assert Path(GLOSSARY).read_text("utf-8") == TERMS.replace("La personne que", "La personne morale que")
    assert Path(OUTLINE).read_text("utf-8") == TITLES.replace("Liability", "Damage: who pays")


def test_a_changed_title_and_a_changed_term_come_back_from_libreoffice_too(office: Office) -> None:
    # LibreOffice wraps the first paragraph of a control and forgets the tracked changes in it.
    content = in_entry("glossary.provider", replaced("Prestataire", "Fournisseur"))
    content = in_entry("liability.cap", replaced("Plafond", "Limite"), "fr", content)
    content = in_entry("liability.cap", replaced("Cap", "The cap", "Me Martin"), "en", content)
    saved = office.converted({"book": content}, "docx:MS Word 2007 XML")["book"]
    result = import_(saved, "--write")
    assert "glossary.provider (fr): proposed by Me Dupont on 2026-11-20 (2 changes)" in result.output, result.output
    assert "liability.cap (fr): proposed by Me Dupont on 2026-11-20 (2 changes)" in result.output
    assert Path(GLOSSARY).read_text("utf-8") == TERMS.replace("term: Prestataire,", "term: Fournisseur,")
    assert "liability.cap (en): proposed by Me Martin on 2026-11-21 (2 changes)" in result.output
