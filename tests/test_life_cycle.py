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
from generator.formulas import FORMULAS, Context
from generator.pipeline import Draft, Options
from generator.writers import markdown

ROOT = Path(__file__).resolve().parent.parent
PROVISIONAL = ROOT / "contracts" / "pme-cadrage.yaml"
AMENDMENT, RENEWAL = "contracts/pme-avenant.yaml", "contracts/pme-renouvellement.yaml"


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


# ---- amendments


def facts_of(name: str, edits: dict[str, Any]) -> Any:
    facts, found = derive(library(), edited_by_the_author(name, edits), "")
    assert facts is not None, found
    return facts.scope["facts"]


@cache
def example(name: str, language: str) -> Draft:
    found = draft(ROOT / name, options=Options(language=language))
    assert found.complete
    return found


@pytest.mark.parametrize("language", ["fr", "en", "fr+en"])
@pytest.mark.parametrize(("name", "part"), [(AMENDMENT, "A01"), (RENEWAL, "A02")])
def test_a_change_of_a_signed_contract_is_one_document(name: str, part: str, language: str) -> None:
    assert [made.document.parts[0].id for made in example(name, language).numbered.values()] == [part] * (
        2 if language == "fr+en" else 1
    )


def test_an_amendment_prints_what_changes_and_the_new_total() -> None:
    text = text_of(example(AMENDMENT, "fr"), "fr")
    assert "avenant n° 1 au contrat acme-2026, signé le 20 mai 2026" in text
    assert "| Centre de services | utilisateur | 62 | 70 | 38,00 € | 38,00 € | 2 660,00 € |" in text
    assert "| Redevances mensuelles | 2 936,00 € | +549,00 € | **3 485,00 €** | 697,00 € | **4 182,00 €** |" in text
    assert "| Préparation de postes | 8 | 720,00 € |" in text
    assert "prend effet le 1er février 2027" in text
    assert "Supervision |" not in text, "a line that does not change is not printed"


def line(id_: str, service: str, qty: int, price: str) -> dict[str, Any]:
    return {"id": id_, "service": service, "unit": "user", "qty": qty, "unit_price": price}


def changed(before: list[dict[str, Any]], after: list[dict[str, Any]], **amends: Any) -> Any:
    edits = {"pricing.lines": after, "amends.lines": before, "amends.services_added": []}
    return facts_of(AMENDMENT, edits | {f"amends.{name}": value for name, value in amends.items()})


def test_a_line_that_goes_leaves_a_total_that_falls() -> None:
    kept, gone = line("u", "helpdesk", 10, "40.00"), line("p", "telephony", 10, "15.00")
    facts = changed([kept, gone], [kept], services_removed=["telephony"])
    assert [(row["id"], row["qty_before"], row["qty_after"]) for row in facts["amended_rows"]] == [("p", 10, 0)]
    assert facts["monthly_difference"]["fr"].startswith("\N{MINUS SIGN}150,00")
    assert facts["amended_pct"] == Decimal("27.28"), "above 27.27, and compared with a limit"
    assert facts["service_changes_unsaid"] == []
    assert [name["fr"] for name in facts["services_gone"]] == ["Téléphonie"]


def test_a_new_label_and_a_new_order_are_no_change() -> None:
    one, two = line("u", "helpdesk", 10, "40.00"), line("m", "monitoring", 1, "15.00")
    assert changed([one, two], [two, {**one, "label": "Support"}])["amended_rows"] == []


def test_a_new_price_alone_is_a_change() -> None:
    rows = changed([line("u", "helpdesk", 10, "40.00")], [line("u", "helpdesk", 10, "42.00")])["amended_rows"]
    assert [(row["price_before"], row["price_after"]) for row in rows] == [(Decimal("40.00"), Decimal("42.00"))]


def test_a_new_discount_alone_is_a_change() -> None:
    signed = line("u", "helpdesk", 10, "40.00")
    (row,) = changed([signed], [signed | {"discount": {"pct": 10}}])["amended_rows"]
    assert (row["id"], row["monthly_after"]) == ("u", Decimal("360.00"))


def test_what_is_charged_once_is_listed_by_itself_where_it_is_new() -> None:
    signed, old, gone, new = (
        line(id_, "helpdesk", 2, "7.00") | {"recurrence": recurrence}
        for id_, recurrence in (("u", "monthly"), ("o", "one_off"), ("g", "one_off"), ("n", "one_off"))
    )
    facts = changed([signed, old, gone], [signed, old, new, line("m", "helpdesk", 1, "1.00")])
    (row,) = facts["amended_rows"]
    assert (row["id"], row["qty_before"], row["qty_after"]) == ("m", 0, 1)
    (once,) = facts["amended_one_off"]
    assert (once["id"], once["qty"], once["total"]) == ("n", 2, Decimal("14.00"))
    assert facts["amended_one_off_total"] == Decimal("14.00")


@pytest.mark.parametrize(
    ("price", "shown"), [("40.05", "+0,50 €"), ("40.00", "0,00 €"), ("39.95", "\N{MINUS SIGN}0,50 €")]
)
def test_the_change_of_the_monthly_total_has_its_sign(price: str, shown: str) -> None:
    facts = changed([line("u", "helpdesk", 10, "40.00")], [line("u", "helpdesk", 10, price)])
    assert facts["monthly_difference"]["fr"].replace("\N{NO-BREAK SPACE}", " ") == shown


def test_a_change_of_exactly_ten_percent_is_not_more() -> None:
    facts = changed([line("u", "helpdesk", 10, "40.00")], [line("u", "helpdesk", 11, "40.00")])
    assert facts["amended_pct"] == Decimal(10)


def test_a_contract_that_cost_nothing_changes_by_a_hundred_percent() -> None:
    assert changed([], [line("u", "helpdesk", 1, "1.00")])["amended_pct"] == 100


def test_an_amendment_describes_the_processing_that_its_services_add_and_no_other() -> None:
    text = text_of(example(AMENDMENT, "fr"), "fr")
    assert "| **Sauvegarde des services en ligne** : conserver des copies de données et les restaurer |" in text
    assert "Aucun Sous-traitant ultérieur ne s’ajoute à la liste du Contrat." in text
    assert "**Supervision" not in text, "what the contract processes already is described there"


def with_services(added: list[str], *others: str, **amends: Any) -> Any:
    edits = {"services": [{"code": code} for code in (*others, *added)], "amends.services_added": added}
    return facts_of(AMENDMENT, edits | {f"amends.{name}": value for name, value in amends.items()})


def test_the_sub_processors_added_are_those_of_the_tools_that_only_added_services_use() -> None:
    known = {row["tool"]["fr"] for row in with_services([], "helpdesk", "backup_server")["subprocessors"]}
    facts = with_services(["backup_saas", "awareness"], "helpdesk", "backup_server")
    assert [row["name"] for row in facts["added_subprocessors"]] == ["Bons Réflexes, éditeur fictif"]
    assert len(facts["subprocessors"]) == len(known) + 1
    assert with_services([], "helpdesk", "awareness")["added_subprocessors"] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_amendment_lists_the_sub_processors_that_come_with_its_services(language: str, tmp_path: Path) -> None:
    deal = (ROOT / AMENDMENT).read_text("utf-8").replace("services_added: [backup_saas]", "services_added: [awareness]")
    path = tmp_path / "deal.yaml"
    path.write_text(
        deal.replace("{code: backup_saas}", "{code: awareness}").replace("backup_saas", "awareness"), "utf-8"
    )
    options = Options(provider=ROOT / "contracts" / "my-msp" / "provider.yaml", language=language)
    text = text_of(draft(path, options=options), language)
    assert "| Bons Réflexes, éditeur fictif |" in text
    assert "ne s’ajoute à la liste" not in text
    assert "No Sub-processor" not in text


def test_an_amendment_tells_of_its_added_services_and_of_no_other() -> None:
    alone, beside = with_services(["backup_saas"]), with_services(["backup_saas"], "helpdesk", "backup_server")
    (row,) = beside["added_service_rows"]
    assert row["name"]["fr"] == "Sauvegarde des services en ligne"
    assert beside["added_processing"] == alone["added_processing"] != []


NOTHING = Context(library().schema, {}, (), {}, {}, "2027-01-01")


def test_what_the_deal_itself_describes_was_processed_before() -> None:
    for described, before in (([], False), ([{"purpose": "x"}], True)):
        amends = {"services_added": [], "services_removed": []}
        deal = {"services": [], "amends": amends, "dp": {"processing": described}}
        assert FORMULAS["processed_before"](deal, NOTHING) is before


@pytest.mark.parametrize(
    ("sold", "before", "after", "added", "removed", "unsaid"),
    [
        ("ab", "a", "ab", "b", "", ""),
        ("a", "ab", "a", "", "b", ""),
        ("a", "a", "a", "b", "", "b"),
        ("ab", "ab", "ab", "b", "", "b"),
        ("ab", "a", "a", "", "b", "b"),
        ("ab", "a", "ab", "", "", "b"),
        ("a", "a", "ab", "", "", ""),
        ("a", "ab", "a", "", "", "b"),
        ("a", "a", "a", "cbb", "a", "cba"),
    ],
)
def test_the_services_of_which_the_lists_and_the_lines_say_otherwise_are_named(
    sold: str, before: str, after: str, added: str, removed: str, unsaid: str
) -> None:
    deal = {
        "services": [{"code": code} for code in sold],
        "pricing": {"lines": [{"service": code} for code in after]},
        "amends": {
            "lines": [{"service": code} for code in before],
            "services_added": list(added),
            "services_removed": list(removed),
        },
    }
    assert FORMULAS["service_changes_unsaid"](deal, NOTHING) == list(unsaid)


@pytest.mark.parametrize(
    ("signed", "effect", "days"),
    [
        ("2027-02-03", "2027-02-01", 2),
        ("2027-02-01", "2027-02-01", 0),
        ("2027-01-01", "2027-02-01", 0),
        (None, "2027-02-01", 0),
        ("2027-02-03", None, 0),
    ],
)
def test_an_amendment_is_late_by_the_days_after_its_effect(signed: str | None, effect: str | None, days: int) -> None:
    meta = {} if signed is None else {"signature_date": signed}
    amends = {} if effect is None else {"effective_date": effect}
    assert FORMULAS["amendment_signed_late_days"]({"meta": meta, "amends": amends}, NOTHING) == days


@pytest.mark.parametrize(
    ("others", "removed", "before"), [(["helpdesk"], [], True), ([], [], False), ([], ["helpdesk"], True)]
)
def test_what_was_processed_before_is_of_services_that_are_not_new(
    others: list[str], removed: list[str], before: bool
) -> None:
    assert with_services(["backup_saas"], *others, services_removed=removed)["processed_before"] is before


# ---- renewals


def test_a_renewal_prints_its_period_its_prices_and_the_next_notice_date() -> None:
    text = text_of(example(RENEWAL, "fr"), "fr")
    assert "| 1 | 1er juin 2029 | 31 mai 2030 | 12 mois |" in text
    assert "une Partie écrit à l’autre au plus tard le 28 février 2030" in text
    assert "| Centre de services | 62 | 38,00 € | 39,30 € | 2 436,60 € |" in text
    assert "de 331,2 à 342,5 (décembre 2028)" in text


def test_a_letter_sent_in_time_says_how_long_the_renewal_can_be_refused(tmp_path: Path) -> None:
    deal = (ROOT / RENEWAL).read_text("utf-8").replace("document_date: 2029-05-21", "document_date: 2029-01-15")
    path = tmp_path / "deal.yaml"
    path.write_text(deal, "utf-8")
    options = Options(provider=ROOT / "contracts" / "my-msp" / "provider.yaml")
    text = text_of(draft(path, options=options), "fr")
    assert (
        "> Vous pouvez ne pas reconduire le Contrat. Date limite pour envoyer votre refus : **28 février 2029**."
        in text
    )
    assert "la reconduction est acquise" not in text


@pytest.mark.parametrize(
    ("edits", "start", "end"),
    [
        ({"amends.number": 2}, "2030-06-01", "2031-05-31"),
        ({"term.renewal": "express", "amends.renewal_months": 24}, "2029-06-01", "2031-05-31"),
        ({"meta.effective_date": "2024-02-29", "term.initial_months": 12}, "2025-03-01", "2026-02-28"),
    ],
)
def test_the_new_period_follows_the_old_one(edits: dict[str, Any], start: str, end: str) -> None:
    facts = facts_of(RENEWAL, edits)
    assert (facts["renewal_start"], facts["renewal_end"]) == (start, end)


@pytest.mark.parametrize(
    ("edits", "price"),
    [
        ({"amends.index_value": 400}, "39.90"),
        ({"amends.index_value": 200}, "36.10"),
        ({"pricing.indexation.indexed_share_pct": 50}, "38.65"),
        ({"pricing.indexation.index": "none"}, "38.00"),
        ({"pricing.indexation.index": "fixed_pct", "pricing.indexation.fixed_pct": 2}, "38.76"),
        ({"pricing.lines": [line("u", "helpdesk", 1000, "0.0125")]}, "0.0129"),
    ],
    ids=["capped", "capped downwards", "half", "no index", "fixed", "below a cent"],
)
def test_prices_follow_the_index_within_the_limit(edits: dict[str, Any], price: str) -> None:
    assert facts_of(RENEWAL, edits)["renewal_lines"][0]["price_after"] == Decimal(price)
