"""The regulatory schedule (D19) has what a regime asks for, where it applies; the forms (D20) are left to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import main
from generator.document.nodes import Clause, Numbered, Part, Reference, Table
from generator.document.walk import text_of
from generator.outputs import Form, outputs
from generator.pipeline import Draft, draft, draft_text
from tests.deals import kind_of

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"
EXAMPLES = sorted(path.name for path in CONTRACTS.glob("*.yaml") if path.name != "pme-dix-erreurs.yaml")
# What comes before or after a contract has nothing of its own to accept or to hand over: the forms are the contract's.
WITH_FORMS = [name for name in EXAMPLES if kind_of(name) == "contract"]
# The one place outside the forms where the client writes into a table: its initials beside advice that it refused.
INITIALS = {"Initiales", "Initiales du Client", "Initials", "Client's initials"}


@cache
def example(name: str) -> Draft:
    return draft(CONTRACTS / name)


def edited(name: str, old: str, new: str) -> Draft:
    text = (CONTRACTS / name).read_text("utf-8")
    assert old in text
    return draft_text(name, text.replace(old, new), CONTRACTS)


def numbered(made: Draft) -> Numbered:
    assert made.complete, [finding.message for finding in made.report.diagnostics if finding.is_error]
    return next(iter(made.numbered.values()))


def part(made: Draft, id_: str) -> Part | None:
    return next((part for part in numbered(made).document.parts if part.id == id_), None)


def clauses(part: Part | None) -> list[Clause]:
    assert part is not None
    return [clause for section in part.sections for clause in section.clauses]


def clause(made: Draft, part_id: str, slot: str) -> Clause:
    return next(clause for clause in clauses(part(made, part_id)) if clause.anchor == slot)


def rows(found: Clause) -> Iterator[tuple[str, ...]]:
    for block in found.blocks:
        if isinstance(block, Table):
            yield from (tuple(text_of(cell.content) for cell in row) for row in block.rows)


def slots(made: Draft, part_id: str) -> set[str]:
    return {clause.anchor for clause in clauses(part(made, part_id))}


# ---- DORA


def test_a_financial_entity_has_each_letter_of_article_30_2_and_30_3() -> None:
    bank = example("eti-banque-dora.yaml")
    assert [row[0] for row in rows(clause(bank, "D19", "regulatory.dora-terms"))] == list("abcdefghi")
    assert [row[0] for row in rows(clause(bank, "D19", "regulatory.dora-critical"))] == list("abcdef")
    assert {"regulatory.dora-audit", "regulatory.dora-chain", "regulatory.dora-termination"} <= slots(bank, "D19")


def test_what_only_a_critical_function_asks_for_is_left_out_otherwise() -> None:
    bank = edited("eti-banque-dora.yaml", "critical_function: true", "critical_function: false")
    found = slots(bank, "D19")
    assert "regulatory.dora-terms" in found
    assert not {"regulatory.dora-critical", "regulatory.dora-audit", "regulatory.dora-chain"} & found


def test_assistance_with_incidents_is_free_or_has_its_price() -> None:
    def assistance(made: Draft) -> str:
        return next(row[2] for row in rows(clause(made, "D19", "regulatory.dora-terms")) if row[0] == "f")

    assert re.search(r"\d+\s€", assistance(example("eti-banque-dora.yaml")))
    free = edited("eti-banque-dora.yaml", "training_h_year: 6", "training_h_year: 6, incident_assistance: included")
    assert "sans frais supplémentaires" in assistance(free)


# ---- health data


def test_each_of_the_fourteen_terms_of_health_hosting_leads_to_a_clause() -> None:
    clinic = example("sante-clinique.yaml")
    items = clause(clinic, "D19", "regulatory.health-items")
    assert [row[0].split()[-1] for row in rows(items)] == [str(number) for number in range(1, 15)]
    (table,) = (block for block in items.blocks if isinstance(block, Table))
    for row in table.rows:
        assert any(isinstance(inline, Reference) for inline in row[2].content)


# ---- public contracts


def test_the_departures_from_the_general_terms_are_the_last_article_of_the_schedule() -> None:
    town = example("pme-mairie-publique.yaml")
    assert clauses(part(town, "D19"))[-1].anchor == "regulatory.public-derogations"
    assert [row[0] for row in rows(clauses(part(town, "D19"))[-1])] == ["article 14"]


def test_penalties_are_those_of_the_general_terms_where_there_are_no_credits() -> None:
    def penalties(made: Draft) -> str:
        return next(row[1] for row in rows(clause(made, "D19", "regulatory.public-execution")) if row[0] == "Pénalités")

    town = edited("pme-mairie-publique.yaml", "credits: {enabled: true}", "credits: {enabled: false}")
    assert "CCAG-TIC" in penalties(town)
    assert "Avoirs" in penalties(example("pme-mairie-publique.yaml"))


# ---- no regime, and others


def test_a_contract_without_a_regime_says_so_and_has_no_schedule() -> None:
    plain = example("pme-acme.yaml")
    assert part(plain, "D19") is None
    assert clause(plain, "D01", "documents.regulatory").id == "documents.regulatory-none"
    assert clause(example("gc-grand-compte.yaml"), "D01", "documents.regulatory").id == "documents.regulatory-annex"


@pytest.mark.parametrize(
    ("regime", "annex", "wanted"),
    [
        ("nis2_important", "annexes: {nis2: {client_status: important}}", "regulatory.nis2-incidents"),
        ("pci_dss", "", "regulatory.cards"),
    ],
)
def test_a_regime_brings_its_own_section(regime: str, annex: str, wanted: str) -> None:
    security = "security: {pas_level: full, incident_notice_h: 12}\ndp: {breach_notice_h: 24}\n"
    text = (CONTRACTS / "pme-acme.yaml").read_text("utf-8") + security + annex
    made = draft_text("deal.yaml", text.replace("context: {", f"context: {{regimes: [{regime}], "), CONTRACTS)
    assert slots(made, "D19") - {"regulatory.scope"} >= {wanted}
    assert len(part(made, "D19").sections) == 2  # type: ignore[union-attr]


# ---- forms


@pytest.mark.parametrize("name", EXAMPLES)
def test_only_the_forms_have_columns_and_rows_to_write_in(name: str) -> None:
    for part_ in numbered(example(name)).document.parts:
        if part_.id == "D20":
            continue
        for found in clauses(part_):
            for table in (block for block in found.blocks if isinstance(block, Table)):
                cells = [[text_of(cell.content).strip() for cell in row] for row in table.rows]
                assert all(any(row) for row in cells), found.id
                heads = [text_of(cell.content) for cell in table.header]
                empty = {head for head, column in zip(heads, zip(*cells, strict=True), strict=True) if not any(column)}
                assert empty <= INITIALS, (found.id, empty)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in WITH_FORMS])
def test_what_comes_before_or_after_a_contract_has_no_forms(name: str) -> None:
    assert part(example(name), "D20") is None


@pytest.mark.parametrize("name", WITH_FORMS)
def test_each_form_has_a_place_to_write_in(name: str) -> None:
    for found in clauses(part(example(name), "D20")):
        if found.anchor not in ("forms.use", "order.withdrawal-form"):
            assert any(not cell.strip() for row in rows(found) for cell in row), found.id


def test_a_refused_service_stands_in_the_waiver() -> None:
    deal = example("pme-acme.yaml")
    refused = [row[0] for row in rows(clause(deal, "D20", "forms.waiver"))]
    assert deal.facts is not None
    assert len(refused) == len(deal.facts.scope["facts"]["declined"]) == 1


def test_forms_get_a_file_of_their_own_beside_a_bound_pack() -> None:
    deal = example("tpe-boulangerie.yaml")
    names = [output.name for output in outputs(deal, Form(("md",), apart=("D20", "D19")))]
    assert names[:2] == ["boulangerie-2026.fr.md", "boulangerie-2026-D20-annexe-formulaires.fr.md"]
    assert not any("D19" in name for name in names)


def test_a_document_that_does_not_exist_is_refused_by_name(tmp_path: Path) -> None:
    words = ["build", str(CONTRACTS / "tpe-boulangerie.yaml"), "-o", str(tmp_path), "--to", "md", "--apart", "D99"]
    refused = CliRunner().invoke(main, words, prog_name="clausier")
    assert refused.exit_code == 2
    assert "no document is named `D99`" in refused.output
    assert not list(tmp_path.iterdir())
