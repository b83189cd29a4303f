"""The letters of authority: one document for each mandate, outside the contract, on a page of its own."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from generator import Options, draft
from generator.doctor import examine
from generator.document.nodes import Part, Signatures
from generator.library.load import load_library
from generator.outputs import Form, outputs
from generator.pipeline import FORMULAS, Draft
from generator.readers.docx import paragraphs
from generator.source import read_yaml
from generator.workspace import Workspace
from generator.writers import docx, html, markdown
from tests.deals import CONTRACTS, drafted

BASE = "tpe-boulangerie"
VENDORS = ("Opérateur fictif", "Éditeur & Fils <SARL> *x*")


def deal_with(mandates: list[dict[str, Any]], **meta: str) -> dict[str, Any]:
    source, found = read_yaml(BASE, (CONTRACTS / f"{BASE}.yaml").read_text("utf-8"))
    assert source is not None, found
    values: dict[str, Any] = source.value
    return {**values, "meta": {**values["meta"], **meta}, "third_parties": {"mandates": mandates}}


@cache
def two_mandates(language: str = "fr") -> Draft:
    first = {"vendor": VENDORS[0], "contract_ref": "TEL-1", "until": "2027-12-31"}
    second = {"vendor": VENDORS[1], "acts": ["request_rma", "order"], "financial_limit_eur": "150.00"}
    made = drafted(deal_with([first, second], language=language))
    assert made.complete, [finding.message for finding in made.report.diagnostics if finding.is_error]
    return made


def spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def letters(made: Draft, language: str) -> list[Part]:
    return [part for part in made.numbered[language].document.parts if part.kind == "letter"]


def test_each_mandate_has_a_letter_that_names_its_vendor() -> None:
    assert [(part.id, part.title) for part in letters(two_mandates(), "fr")] == [
        ("D17L-1", f"Lettre de mandat – {VENDORS[0]}"),
        ("D17L-2", f"Lettre de mandat – {VENDORS[1]}"),
    ]


def test_a_deal_without_mandates_has_no_letter_and_says_that_there_is_none() -> None:
    made = drafted(deal_with([]))
    assert letters(made, "fr") == []
    assert "le Client n’en a donné aucun." in markdown.write(made.contracts["fr"]).decode()


def test_a_letter_holds_the_acts_the_limit_and_the_end_of_its_own_mandate() -> None:
    contract = two_mandates().contracts["fr"]
    first, second = (spaced(markdown.write(contract, [f"D17L-{place}"]).decode()) for place in (1, 2))
    assert "TEL-1" in first and "31 décembre 2027" in first and "aucune : toute dépense" in first
    assert "tous nos contrats avec vous" in second
    assert "jusqu’à la fin de notre contrat avec lui, sauf révocation plus tôt" in second
    assert "150 € hors taxes" in second
    assert "passer commande" in second and "passer commande" not in first


def test_only_the_client_signs_a_letter() -> None:
    for part in letters(two_mandates(), "fr"):
        (signatures,) = (block for block in part.cover if isinstance(block, Signatures))
        assert len(signatures.parties) == 1


def test_no_letter_is_a_document_of_the_contract() -> None:
    plan = two_mandates().plan
    assert plan is not None
    assert not any(row["id"].startswith("D17L") for row in (*plan.pack["documents"], *plan.pack["precedence"]))
    assert any(row["id"] == "D17" for row in plan.pack["documents"])


def test_each_letter_is_a_file_of_its_own_where_the_pack_is_not_bound() -> None:
    files = outputs(two_mandates(), Form(formats=("docx",), bound=False))
    named = [file.name.split("-", 2)[2] for file in files if "D17L" in file.name]
    slugs = ("operateur-fictif", "editeur-fils-sarl-x")
    assert named == [f"D17L-{place}-lettre-de-mandat-{slug}.fr.docx" for place, slug in enumerate(slugs, 1)]


@pytest.mark.parametrize("language", ["fr", "en", "fr+en"])
def test_word_and_html_files_with_letters_are_sound(language: str) -> None:
    contract = two_mandates(language).contracts[language]
    word = docx.write(contract)
    assert [finding.message for finding in examine("pack.docx", word) if finding.is_error] == []
    assert any("*x*" in paragraph.text for paragraph in paragraphs(word))
    assert "&lt;SARL&gt; *x*" in html.write(contract).decode()


def test_each_letter_begins_a_page_even_where_documents_follow_each_other() -> None:
    made = two_mandates()
    assert made.numbered["fr"].document.layout == "compact"
    with ZipFile(BytesIO(docx.write(made.contracts["fr"]))) as file:
        text = file.read("word/document.xml").decode()
    for vendor in ("Opérateur fictif", "Éditeur &amp; Fils"):
        heading = text[: text.rindex(f">Lettre de mandat – {vendor}")].rpartition("<w:p>")[2]
        assert "<w:pageBreakBefore/>" in heading


def test_a_repeated_document_without_its_condition_is_refused(tmp_path: Path) -> None:
    workspace = Workspace.default()
    outlines = tmp_path / "clauses" / "outlines"
    outlines.mkdir(parents=True)
    lines = (workspace.clauses / "outlines" / "D17L.yaml").read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("when:")]
    assert len(kept) == len(lines) - 1
    (outlines / "D17L.yaml").write_text("\n".join(kept), "utf-8")
    _, found = load_library(Workspace(tmp_path / "clauses", workspace.schemas), frozenset(FORMULAS))
    assert [finding.code for finding in found if "repeated document" in finding.message] == ["missing-field"]


def test_an_example_with_mandates_has_its_letters_in_both_languages() -> None:
    for language, title in (("fr", "Lettre de mandat"), ("en", "Letter of authority")):
        made = draft(CONTRACTS / "eti-cogere.yaml", Options(language=language))
        assert [part.title for part in letters(made, language)] == [
            f"{title} – Éditeur de gestion fictif",
            f"{title} – Opérateur fictif",
        ]
