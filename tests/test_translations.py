"""A text given in one language is announced where the contract is printed in the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator import Options, draft
from generator.pipeline import draft_text
from generator.translations import language_of
from tests.deals import CONTRACTS

ACME = (CONTRACTS / "pme-acme.yaml").read_text("utf-8")
DECLINED = next(number for number, line in enumerate(ACME.splitlines(), 1) if "declined_services:" in line)


def found(text: str, language: str) -> list[tuple[str, int]]:
    """The messages about texts in one language, each with its line."""
    made = draft_text("deal.yaml", text, CONTRACTS, None, Options(language=language))
    return [(d.message, d.span.line) for d in made.report.diagnostics if d.code == "untranslated-value" and d.span]


def refused_for(reason: str) -> str:
    """The example deal, with the reason for which its client declined a service."""
    return ACME.replace("advised_on: 2026-04-02,", f"advised_on: 2026-04-02, client_reason: {reason},")


def test_a_french_text_is_announced_in_an_english_contract_with_its_place() -> None:
    path = "`scope.declined_services[0].client_reason`"
    assert found(refused_for('"le budget de cette année"'), "en") == [
        (f"one text is in French alone, and printed so in the English contract: {path}", DECLINED)
    ]


def test_a_french_text_is_right_in_a_french_contract() -> None:
    assert found(refused_for('"le budget de cette année"'), "fr") == []


def test_an_english_text_is_announced_in_a_french_contract() -> None:
    assert [line for _, line in found(refused_for('"the budget of this year"'), "fr")] == [DECLINED]


def test_a_text_in_both_languages_and_a_name_are_right_everywhere() -> None:
    both = refused_for('{fr: "le budget de cette année", en: "the budget of this year"}')
    for text in (both, refused_for('"Budget 2026"'), ACME):
        assert found(text, "en") == found(text, "fr") == []


def test_many_texts_of_a_file_are_one_finding_that_names_the_first_three() -> None:
    both = (CONTRACTS / "eti-cogere.yaml").read_text("utf-8")
    in_french_alone = re.sub(r'\{fr: ("[^"]*"), en: "[^"]*"\}', r"\1", both)
    (message, _), *others = found(in_french_alone, "en")
    assert others == []
    assert message.startswith("15 texts are in French alone")
    assert message.endswith("and 12 more")
    assert message.count("`") == 6


@pytest.mark.parametrize("deal", sorted(CONTRACTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_example_deal_leaves_french_in_its_english_contract(deal: Path) -> None:
    made = draft(deal, Options(language="en"))
    assert [d.message for d in made.report.diagnostics if d.code == "untranslated-value"] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("l'exécution des Sauvegardes et leur contrôle", "fr"),
        ("the availability rate agreed", "en"),
        ("centre de données", "fr"),
        ("data centre in Lyon", "en"),
        ("Windows Server 2022", ""),
        ("Cigogne", ""),
        ("24x7", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text_is_told_by_its_small_words(text: str, language: str) -> None:
    assert language_of(text) == language
