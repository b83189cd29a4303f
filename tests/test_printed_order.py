"""What an order form and its schedules print of hours, people, certificates and resources: examples and small edits."""

from __future__ import annotations

import re

from generator import Options
from generator.pipeline import draft_text
from tests.deals import CONTRACTS
from tests.test_printed_texts import printed, titled


def line_of(name: str, words: str) -> str:
    """The one line of an example that holds these words."""
    lines = (CONTRACTS / f"{name}.yaml").read_text("utf-8").splitlines(keepends=True)
    (line,) = [line for line in lines if words in line]
    return line


def test_a_service_without_hours_of_its_own_is_given_in_those_of_support() -> None:
    french = printed("sante-clinique")
    assert "| EDR géré | équipement | heures étendues |" in french
    assert "un tiret renvoie" not in french
    assert "| Patch management | device | extended hours |" in printed("gc-grand-compte", "en")


def test_the_recovery_of_a_backup_follows_its_tier_in_the_order_form_and_in_the_catalogue() -> None:
    english = printed("gc-grand-compte", "en")
    recovery = f"recovery as stated for each tier in Section {titled(english, 'Protection tiers')}"
    assert f"| Server backup | server | extended hours; {recovery} |" in english
    ordered = re.findall(rf"^\| ([^|]+) \|.*; {re.escape(recovery)} \|", english, re.M)
    sheets = {name: sheet for sheet in english.split("\n### ") for name in re.findall(r"^B\.\d+ (.+)", sheet)}
    catalogued = [name for name, sheet in sheets.items() if f"; {recovery}. Nature: " in sheet]
    assert ordered == catalogued == ["Server backup", "SaaS backup", "Business continuity and disaster recovery"]
    assert "as stated for each tier" not in printed("tpe-boulangerie", "en")


def test_the_persons_who_may_commit_the_client_are_listed_with_their_limits() -> None:
    english = printed("gc-grand-compte", "en")
    assert "| Thomas Leroy | approve an expense or an order | €25,000 |" in english
    listed = titled(english, "Authorised persons of the Client")
    assert f"of whom Section {listed} of the Order Form gives the first list" in english
    unnamed = printed(
        "sante-clinique",
        "fr",
        (line_of("sante-clinique", "authorised_requesters"), ""),
        ('    authorised_approvers: [{name: "Dr Agnès Meyer", limit_eur: "20000.00"}]\n', ""),
    )
    assert "Personnes habilitées du Client" not in unnamed
    described = titled(unnamed, "Personnes habilitées")
    assert f"il tient à jour les personnes habilitées de l'article {described} ; répond" in unnamed


def test_a_signatory_by_delegation_is_named_with_the_delegation() -> None:
    assert "chief information officer (delegation of authority DEL-2026-014) |" in printed("gc-grand-compte", "en")
    assert (
        "délégation de pouvoirs" not in printed("sante-clinique").partition("| Représenté par |")[2].partition("\n")[0]
    )


def test_a_health_contract_states_the_scope_and_the_dates_of_the_certificate() -> None:
    french = printed("sante-clinique")
    for row in (
        "| Périmètre du certificat | hébergeur d'infrastructure physique et hébergeur infogéreur, activités 1 à 6 |",
        "| Délivré le | 1er décembre 2025 |",
        "| Fin de validité | 30 novembre 2028 |",
        "| Certificat HDS du Prestataire | administration et exploitation du système d'information, sauvegarde",
    ):
        assert row in french


def test_a_health_deal_without_the_scope_of_the_certificate_is_refused() -> None:
    text = (CONTRACTS / "sante-clinique.yaml").read_text("utf-8")
    line = line_of("sante-clinique", 'scope: {fr: "hébergeur')
    made = draft_text("deal.yaml", text.replace(line, ""), CONTRACTS, None, Options())
    assert not made.complete
    assert any("scope" in found.message for found in made.report.diagnostics)


def test_a_transfer_is_allowed_only_where_the_region_lets_one_be() -> None:
    within = printed("sante-clinique")
    assert "du règlement (UE) 2016/679. À la signature, aucun transfert n'est autorisé." in within
    beyond = printed("sante-clinique", "fr", ("allowed_region: eea", "allowed_region: any_with_safeguards"))
    assert "; les seuls lieux admis sont les suivants :" in beyond


def test_a_total_says_from_when_it_counts_where_fees_start_on_acceptance() -> None:
    supposed = "comme si tous les Services commençaient à la Date d'effet"
    assert supposed in printed("eti-cogere")
    at_once = ("meta:\n", "onboarding: {billing_start: effective_date}\nmeta:\n")
    assert supposed not in printed("sante-clinique", "fr", at_once)


def test_the_committee_that_other_clauses_call_upon_is_one_of_those_listed() -> None:
    assert "The steering committee is the Service Review Committee." in printed("gc-grand-compte", "en")
    assert "La revue de services est le Comité de suivi." in printed("eti-cogere")


def test_an_example_of_a_count_is_left_out_where_every_line_is_in_tiers() -> None:
    assert "The line “Detection and response (SOC)”, at a unit price of €2.10," in printed("gc-grand-compte", "en")
    flat = printed(
        "sante-clinique",
        "fr",
        ("unit: user, qty: 132", "unit: flat, qty: 1"),
        ('unit: server, qty: 8, unit_price: "150.00"', 'unit: flat, qty: 1, unit_price: "150.00"'),
        ('unit: server, qty: 8, unit_price: "120.00"', 'unit: flat, qty: 1, unit_price: "120.00"'),
    )
    assert "> Exemple, hors remises" not in flat


def test_hosting_lists_its_resources_and_windows_have_names_in_both_languages() -> None:
    english = printed("gc-grand-compte", "en")
    sheet = english.partition(" Infrastructure hosting\n")[2].partition("\n### ")[0]
    assert "Resources supplied: 60 virtual servers (320 vCPU in all), 40 TB of replicated storage and" in sheet
    assert "| core infrastructure | weekly, on Saturday |" in english
    assert "| socle | hebdomadaire, le samedi |" in printed("gc-grand-compte", "fr")
