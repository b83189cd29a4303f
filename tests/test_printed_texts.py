"""What single values become in a printed contract: small edits of an example, and the words that follow from them."""

from __future__ import annotations

import re
from functools import cache

import pytest

from generator import Options
from generator.pipeline import draft_text
from generator.writers import markdown
from tests.deals import CONTRACTS


@cache
def printed(name: str, language: str = "fr", *edits: tuple[str, str]) -> str:
    """The words of an example after replacements in its YAML, with plain spaces and straight apostrophes."""
    text = (CONTRACTS / f"{name}.yaml").read_text("utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    numbered = draft_text("deal.yaml", text, CONTRACTS, None, Options(language=language)).numbered[language]
    return markdown.write(numbered).decode().replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def titled(words: str, title: str) -> str:
    """The number of the one paragraph or heading that bears this title."""
    words_of = re.escape(title)
    (found,) = re.findall(rf"^(?:#+ )?([A-Z\d.]+) (?:{words_of}$|\*\*{words_of}\.\*\*)", words, re.M)
    return str(found)


def test_a_time_below_one_hour_is_printed_in_minutes() -> None:
    every_quarter = ("backup_every_h: 2, rpo_h: 4", "backup_every_h: 0.25, rpo_h: 4")
    assert "| **ERP** | srv-erp | 15 minutes | 4 heures | 8 heures |" in printed("pme-acme", "fr", every_quarter)
    english = printed("pme-acme", "en", every_quarter)
    assert "| **ERP** | srv-erp | 15 minutes | 4 hours | 8 hours |" in english
    assert "0.25" not in english


def test_a_court_of_a_city_with_an_article_is_contracted() -> None:
    at_le_mans = ("term: {initial_months", 'legal: {jurisdiction_city: "Le Mans"}\nterm: {initial_months')
    french = printed("pme-acme", "fr", at_le_mans)
    assert "tribunal de commerce du Mans" in french
    assert "de Le Mans" not in french
    assert "of Le Mans, or of the court" in printed("pme-acme", "en", at_le_mans)


def test_a_register_of_a_city_with_a_vowel_is_elided() -> None:
    assert "registre du commerce et des sociétés d'Orléans" in printed(
        "eti-cogere", "fr", ("rcs_city: Lyon", 'rcs_city: "Orléans"')
    )


def test_the_measurement_names_the_product_and_keeps_a_source_in_the_deal_s_own_words() -> None:
    assert "provient de l'Outil suivant : Atelier Ticket (PSA)." in printed("pme-acme")
    own = ("sla: {profile: pme_standard,", 'sla: {profile: pme_standard, measurement: {source: "Balise"},')
    assert "provient de l'Outil suivant : Balise." in printed("pme-acme", "fr", own)


def test_a_backup_lies_in_a_country_and_not_in_a_code() -> None:
    assert "| Strasbourg | France | copie principale |" in printed("pme-acme")
    assert not re.search(r"\| (FR|DE|IE|NL) \|", printed("pme-acme"))


def test_all_of_a_percentage_needs_no_at_least() -> None:
    assert "tests effectués | 100 % |" in printed("pme-acme")
    for name, language in (("pme-acme", "fr"), ("gc-grand-compte", "en")):
        assert not re.search("(au moins|at least) 100 ?%", printed(name, language))


@pytest.mark.parametrize(("code", "product"), [("mdr_soc", "Quart de Nuit Journaux"), ("m365_admin", "Compte Juste")])
def test_a_tool_is_listed_only_where_a_service_that_uses_it_is_sold(code: str, product: str) -> None:
    assert product not in printed("pme-acme")
    assert product in printed("pme-acme", "fr", ("  - {code: bcdr}", f"  - {{code: bcdr}}\n  - {{code: {code}}}"))


def test_the_title_of_a_service_stands_once() -> None:
    headings = [line for line in printed("pme-acme").splitlines() if line.startswith("#")]
    assert sum(line.endswith("Continuité et reprise d'activité") for line in headings) == 1


def test_the_withdrawal_form_leaves_room_for_each_answer() -> None:
    lines = [line.removeprefix("> ").rstrip("\\") for line in printed("tpe-boulangerie").splitlines()]
    start = next(index for index, line in enumerate(lines) if line.startswith("Commandé le"))
    form = [line for line in lines[start : start + 20] if line and line != ">"]
    room = "." * 100
    assert form[:6] == [
        f"Commandé le : {room}",
        "Nom du Client : Au Bon Levain",
        "Adresse du Client : 3 place du Fournil, 68140 Munster",
        f"Date : {room}",
        "Signature du Client (seulement si le formulaire est envoyé sur papier) :",
        room,
    ]


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (1, "jusqu'à 1 logiciel tiers choisi avec", "up to 1 third-party software product chosen"),
        (2, "jusqu'à 2 logiciels tiers choisis avec", "up to 2 third-party software products chosen"),
    ],
)
def test_a_counted_noun_agrees_with_its_count(count: int, fr: str, en: str) -> None:
    edit = ("term: {initial_months", f"patching: {{third_party_apps: {count}}}\nterm: {{initial_months")
    assert fr in printed("pme-acme", "fr", edit)
    assert en in printed("pme-acme", "en", edit)


@pytest.mark.parametrize("name", ["pme-acme", "eti-cogere", "sante-clinique", "tpe-boulangerie"])
def test_no_french_contract_prints_a_whole_word_where_grammar_elides_it(name: str) -> None:
    words = printed(name)
    assert (
        re.findall(r"\b(?:[Dd]e|[Qq]ue|[Ll]orsque|[Pp]uisque|[Jj]usque) (?!oui|onz)[aeiouéèêâîôû]\w{2,}.{10}", words)
        == []
    )
    assert re.findall(r"\w+\(s\)", words) == []


def test_a_prerequisite_whose_service_is_sold_or_declined_is_not_asked_of_the_client() -> None:
    mfa = "| authentification multifacteur | 60 jours |"
    sold = ("  - {code: bcdr}", "  - {code: bcdr}\n  - {code: identity_mfa}")
    declined = ("{service: backup_saas,", "{service: identity_mfa, acknowledged: true}, {service: backup_saas,")
    assert mfa in printed("pme-acme")
    assert mfa not in printed("pme-acme", "fr", sold)
    assert mfa not in printed("pme-acme", "fr", declined)
    assert "protection avancée (EDR)" not in printed("tpe-boulangerie")


def test_a_client_that_meets_no_prerequisite_itself_is_told_so() -> None:
    only_mfa = (
        "term: {initial_months",
        "security: {prerequisites: [{id: mfa, remedy_days: 30}]}\nterm: {initial_months",
    )
    sold = ("  - {code: bcdr}", "  - {code: bcdr}\n  - {code: identity_mfa}")
    assert "| aucun autre que ceux qui suivent | — | — |" in printed("pme-acme", "fr", only_mfa, sold)
    assert "| none other than those that follow | — | — |" in printed("pme-acme", "en", only_mfa, sold)


def test_the_emergency_line_is_a_contact_only_where_people_are_on_call() -> None:
    assert "| Prestataire | Urgence permanente |" not in printed("pme-acme")
    assert "| Prestataire | Urgence permanente |" in printed("eti-cogere")


def test_a_reference_points_to_the_paragraph_that_holds_what_it_names() -> None:
    words = printed("pme-acme")
    start = titled(words, "Début des engagements et de la Redevance")
    assert f"À compter de la date fixée à l'article {start}, le Prestataire facture" in words
    breach = titled(words, "Manquement du Client et mise en demeure")
    assert f"ce Service, et lui seul, selon l'article {breach} du Contrat-cadre" in words


def test_a_resolution_time_is_printed_where_one_is_promised() -> None:
    row = "{priority: P3, metric: resolve, target_bd: 4, calendar_ref: HE, attainment_pct: 90}"
    promised = ("sla: {profile: pme_standard,", f"sla: {{profile: pme_standard, targets: [{row}],")
    assert "Le délai de Résolution d'un Incident P3 est de 4 jours ouvrés." in printed("pme-acme", "fr", promised)
    assert "Le délai de Résolution" not in printed("pme-acme")


def test_a_subprocessor_with_two_tools_is_listed_with_both() -> None:
    listed = printed("pme-acme").partition(" Liste des Sous-traitants ultérieurs\n")[2].partition("\n#")[0]
    assert "hébergement des copies et reprise (Double Copie et Double Copie Reprise) | France |" in listed
    assert listed.count("Double Copie, éditeur fictif") == 1
