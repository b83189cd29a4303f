"""The scope annex: what is covered, where and at which support level; what a deal leaves out is said to be absent."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from generator.pipeline import Draft
from generator.source import read_yaml
from generator.writers import markdown
from tests.deals import CONTRACTS, drafted


@cache
def author_values(name: str) -> dict[str, Any]:
    source, found = read_yaml(name, (CONTRACTS / f"{name}.yaml").read_text("utf-8"))
    assert source is not None, found
    values: dict[str, Any] = source.value
    return values


def made(name: str, **scope: Any) -> Draft:
    values = deepcopy(author_values(name))
    values["scope"] |= scope
    return drafted(values)


def scope_annex(draft: Draft) -> str:
    assert draft.complete, [finding.message for finding in draft.report.diagnostics if finding.is_error]
    text = markdown.write(draft.contracts["fr"], ["D05"]).decode()
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_site_is_printed_with_its_travel_zone_and_its_own_time_zone() -> None:
    values = deepcopy(author_values("pme-acme"))
    site = {"id": "nord", "postal_code": "97400", "holiday_zone": "reunion", "timezone": "Indian/Reunion"}
    values["scope"]["sites"] = [{**site, "travel_zone": "zone 2"}]
    for calendar in values.get("calendars", []):
        calendar["timezone"] = "Indian/Reunion"
    values.setdefault("calendars", [{"id": "HO", "timezone": "Indian/Reunion"}])
    text = scope_annex(drafted(values))
    assert "| nord | 97400 | La Réunion (heure de La Réunion) | facturées (zone 2) |" in text


def test_what_a_pme_does_not_list_is_said_and_does_not_vanish() -> None:
    text = scope_annex(made("pme-acme", sites=[], supported_software=[], supported_os=[], asset_register=[]))
    for said in (
        "Le seul Site est l’adresse du Client",
        "Le registre de chaque équipement est tenu",
        "Le Prestataire prend en charge tout système d’exploitation",
        "Aucun logiciel métier n’est inscrit",
    ):
        assert said in text


def test_the_inventory_says_where_it_comes_from_its_date_and_its_tolerance() -> None:
    inventory = {"source": "audit", "date": "2026-01-15", "tolerance_pct": 3}
    text = scope_annex(made("pme-acme", inventory=inventory))
    assert "un audit du Prestataire, au 15 janvier 2026" in text
    assert "Un écart de 3 % au plus" in text


def test_a_register_gives_the_end_of_support_the_level_and_the_replacement() -> None:
    asset = {
        "id": "nas-1",
        "class": "nas",
        "maker": "Constructeur",
        "os": "Système 9",
        "os_eos_date": "2035-06-30",
        "support_level": "best_effort",
        "remediation_date": "2027-03-31",
    }
    text = scope_annex(made("pme-acme", asset_register=[asset]))
    assert "Système 9, 30 juin 2035" in text
    assert "au mieux ; remplacement prévu : 31 mars 2027" in text


def test_the_order_form_leaves_the_inventory_to_the_annex() -> None:
    text = markdown.write(made("pme-acme").contracts["fr"], ["D02"]).decode()
    assert "Utilisateurs nominatifs" not in text
