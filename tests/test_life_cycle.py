"""From the provisional agreement to the definitive contract: what is printed, what is owed, what comes off."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_rules import edited_by_the_author, library

from generator import draft
from generator.facts import derive
from generator.pipeline import Draft, Options
from generator.writers import markdown

ROOT = Path(__file__).resolve().parent.parent
PROVISIONAL = ROOT / "contracts" / "pme-cadrage.yaml"


@cache
def provisional(language: str) -> Draft:
    found = draft(PROVISIONAL, options=Options(language=language))
    assert found.complete
    return found


def text_of(found: Draft, language: str) -> str:
    plain = markdown.write(found.contracts[language]).decode("utf-8")
    return plain.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_discovery_phase_alone_makes_one_document(language: str) -> None:
    assert [part.id for part in provisional(language).contracts[language].document.parts] == ["P01"]


def test_the_provisional_agreement_is_called_what_it_is() -> None:
    title = provisional("fr").contracts["fr"].document.properties.title
    assert title == "Contrat prévisionnel de cadrage – Méca Armor SAS"


def test_the_provisional_agreement_says_what_is_owed_and_what_is_only_planned() -> None:
    text = text_of(provisional("fr"), "fr")
    assert "| 3 jours de travail | 2 700,00 € | 540,00 € | **3 240,00 €** |" in text
    assert "rien n’en est dû au titre du Contrat" in text
    assert "s’écarte de 10 % au plus" in text
    assert "L’offre vaut 30 jours" in text
    assert "Le Client ne doit alors que le prix du Cadrage" in text


def test_the_provisional_agreement_carries_no_service_level_and_no_renewal() -> None:
    text = text_of(provisional("fr"), "fr")
    assert "reconduction" not in text
    assert "Avoir" not in text


def one_off(edits: dict[str, Any]) -> dict[str, Decimal]:
    facts, found = derive(library(), edited_by_the_author("contracts/pme-acme.yaml", edits), "")
    assert facts is not None, found
    values = facts.scope["facts"]
    lines = {line["id"]: line["total"] for line in values["one_off_lines"]}
    assert sum(lines.values()) == values["one_off_total"]
    return lines


DONE = {"onboarding.cadrage.report_date": "2026-05-15"}


def test_a_discovery_phase_still_to_come_is_a_line_of_the_order() -> None:
    assert one_off({}) == {"discovery": Decimal("1800.00"), "onboarding": Decimal("2936.00")}


def test_a_discovery_phase_already_invoiced_comes_off_the_onboarding_fee() -> None:
    assert one_off(DONE) == {"onboarding": Decimal("2936.00"), "discovery-deduction": Decimal("-1800.00")}


def test_no_more_comes_off_than_the_onboarding_fee() -> None:
    lines = one_off({**DONE, "onboarding.fee": "1000.00"})
    assert lines == {"onboarding": Decimal("1000.00"), "discovery-deduction": Decimal("-1000.00")}


@pytest.mark.parametrize(
    "edits", [{"onboarding.cadrage.deductible": False}, {"onboarding.cadrage.mode": "free"}], ids=["kept", "free"]
)
def test_nothing_comes_off_where_nothing_is_deductible(edits: dict[str, Any]) -> None:
    assert one_off({**DONE, **edits}) == {"onboarding": Decimal("2936.00")}


def test_the_definitive_contract_says_what_discovery_found(tmp_path: Path) -> None:
    deal = (ROOT / "contracts" / "pme-acme.yaml").read_text("utf-8")
    found = '  cadrage: {report_date: 2026-05-15, deviation_pct: 6, findings: ["deux serveurs sans garantie"]}'
    path = tmp_path / "deal.yaml"
    path.write_text(f"{deal}\nonboarding:\n{found}\n", "utf-8")
    options = Options(provider=ROOT / "contracts" / "my-msp" / "provider.yaml")
    text = text_of(draft(path, options=options), "fr")
    assert "le Prestataire a remis son rapport au Client le 15 mai 2026" in text
    assert "s’écarte de 6 % de l’inventaire de départ" in text
    assert "deux serveurs sans garantie" in text
    assert "Déduction du Cadrage déjà facturé" in text
    assert "Le Contrat débute par un Cadrage" not in text
