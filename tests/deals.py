"""Deals for tests: which of many run when, and deals made at random, valid for the schema, drawn over the fields that
decide what is in a contract."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.library.model import Library
from generator.pipeline import Draft, Options, draft_text, library_of
from generator.workspace import Workspace

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"
# The examples that differ most: segments, sectors, countries, and the one with the most services.
UNLIKE = ("be-pme-bruxelles", "eti-banque-dora", "pme-acme", "sante-clinique", "tpe-boulangerie")

SERVICES = (
    "onsite_support",
    "oncall_24x7",
    "monitoring",
    "patching",
    "asset_mgmt",
    "endpoint_protection",
    "edr_managed",
    "mdr_soc",
    "email_security",
    "vuln_mgmt",
    "awareness",
    "identity_mfa",
    "password_vault",
    "m365_admin",
    "backup_workstation",
    "backup_server",
    "backup_saas",
    "bcdr",
    "network_mgmt",
    "wifi",
    "firewall_mgmt",
    "mdm",
    "hosting_iaas",
    "licences_csp",
    "haas",
    "vcio",
    "incident_retainer",
)
CLIENT_TYPES = (
    "company",
    "association",
    "liberal_profession",
    "individual_entrepreneur",
    "public_body",
    "works_council",
)
SECTORS = (
    "general",
    "health",
    "finance",
    "legal",
    "accounting",
    "industry",
    "retail",
    "public",
    "education",
    "nonprofit",
    "hospitality",
    "transport",
)


@cache
def library() -> Library:
    """The clause library of the repository."""
    found, findings = library_of(Workspace.default())
    assert found is not None, findings
    return found


def spread(values: Iterable[Any], always: Collection[Any] = UNLIKE) -> list[Any]:
    """The values of ``parametrize`` or of a fixture: these in every run, the others at night.

    A value is meant by itself or, the file of an example, by the example's name.
    """
    return [
        value
        if value in always or Path(str(value)).stem in always
        else pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.nightly)
        for value in values
    ]


def kind_of(name: str) -> str:
    """What an example deal makes (``meta.kind``): a contract, or a document that comes before or after one."""
    return str(yaml.safe_load((CONTRACTS / name).read_text("utf-8"))["meta"].get("kind", "contract"))


def with_contents(language: str = "") -> Draft:
    """The smallest example with each document on a page of its own, so that the long ones list their articles."""
    text = (CONTRACTS / "tpe-boulangerie.yaml").read_text("utf-8").replace("meta: {", "meta: {layout: full, ", 1)
    made = draft_text("tpe-boulangerie.yaml", text, CONTRACTS, options=Options(language=language))
    assert made.complete
    return made


def random_deal(seed: int) -> dict[str, Any]:
    """A deal that the schema accepts; its rules may find fault with it."""
    pick = random.Random(seed)

    def maybe(chance: float) -> bool:
        return pick.random() < chance

    segment = pick.choice(("tpe", "pme", "eti", "gc"))
    codes = ["helpdesk", *pick.sample(SERVICES, pick.randint(0, 12))]
    services: list[dict[str, Any]] = [{"code": code} for code in codes]
    if maybe(0.3):
        services[0].update(start_date="2026-07-01", nature=pick.choice(("means", "result", "mixed")))
    if maybe(0.2):
        services[-1].update(excluded_tasks=["tâche"], proactive_tasks=[{"fr": "tâche", "en": "task"}])
    client: dict[str, Any] = {
        "legal_name": "Dupont & Fils <SARL> {{7*7}} *x* [y](z)",
        "client_type": pick.choice(CLIENT_TYPES),
    }
    if client["client_type"] == "company" or maybe(0.5):
        client["siren"] = "732829320"
    if maybe(0.7):
        client["headcount"] = pick.choice((1, 3, 8, 62, 400, 7000))
    if maybe(0.5):
        client["address"] = "1 rue des Exemples, 69000 Lyon"
        client["legal_form"] = "SARL"
        client["rcs_city"] = "Lyon"
    if maybe(0.5):
        client["signatory"] = {"name": "A. Martin", "title": {"fr": "gérante", "en": "manager"}}
    if maybe(0.3):
        client["contacts"] = [{"role": "decision", "name": "A. Martin", "phone": "01 99 00 00 00"}]
        client["affiliates"] = [{"name": "Dupont Services", "may_order": maybe(0.5)}]
        client["authorised_approvers"] = [{"name": "A. Martin", "limit_eur": "5000"}]
    deal: dict[str, Any] = {
        "meta": {"deal_id": f"deal-{seed}", "effective_date": "2026-06-01", "language": pick.choice(("fr", "en"))},
        "parties": {"provider": {"profile": "my-msp"}, "client": client},
        "context": {
            "segment": segment,
            "sector": pick.choice(SECTORS),
            "signature_mode": pick.choice(("distance", "client_premises", "provider_premises")),
            "holiday_zone": pick.choice(("metropole", "alsace_moselle", "reunion", "guadeloupe")),
        },
        "scope": {"users": {"named": pick.randint(1, 90)}, "assets": {"workstations": pick.randint(0, 60)}},
        "services": services,
        "pricing": {
            "model": pick.choice(
                ("per_user", "per_device", "per_site", "flat", "tiered", "hybrid", "block_hours", "units_of_work")
            ),
            "lines": [{"id": "u", "service": "helpdesk", "unit": "user", "qty": 10, "unit_price": "45.00"}],
        },
    }
    _context(deal["context"], maybe, pick)
    _scope(deal["scope"], codes, maybe, pick)
    _terms(deal, maybe, pick)
    _levels(deal, codes, maybe, pick)
    return with_soc(deal)


def _context(context: dict[str, Any], maybe: Any, pick: random.Random) -> None:
    if maybe(0.4):
        context["co_managed"] = maybe(0.5)
    if maybe(0.3):
        context["regimes"] = pick.sample(("hds", "dora", "nis2_important", "professional_secrecy", "pci_dss"), 2)
    if maybe(0.2):
        context["health_data"] = True
    if maybe(0.2):
        context["previous_provider"] = {"name": "Ancien SARL", "cooperation": maybe(0.5)}
    if maybe(0.2):
        context["critical_periods"] = [{"label": {"fr": "clôture", "en": "closing"}}]


def _scope(scope: dict[str, Any], codes: list[str], maybe: Any, pick: random.Random) -> None:
    if maybe(0.4):
        scope["sites"] = [
            {"id": "lyon", "postal_code": "69000", "onsite": pick.choice(("included", "billable", "excluded"))}
        ]
    declined = [code for code in ("backup_saas", "backup_server", "edr_managed", "identity_mfa") if code not in codes]
    if declined and maybe(0.7):
        scope["declined_services"] = [
            {"service": code, "advised_on": "2026-04-02", "acknowledged": True} for code in declined
        ]
    elif declined and maybe(0.3):
        scope["declined_services"] = [{"service": declined[0]}]
    scope["byod"] = pick.choice(("excluded", "tolerated", "managed"))
    if maybe(0.2):
        scope["asset_register"] = [{"id": "srv1", "class": "servers_physical"}]
        scope["supported_software"] = [{"name": "Gestion"}]
    if maybe(0.2):
        scope["risk_waivers"] = [
            {
                "recommendation": "a",
                "advised_on": "2026-04-01",
                "decision": "b",
                "decided_by": "c",
                "expires_on": "2027-01-01",
            }
        ]


def _terms(deal: dict[str, Any], maybe: Any, pick: random.Random) -> None:
    if maybe(0.7):
        renewal = pick.choice(("tacit", "express", "none"))
        deal["term"] = {"renewal": renewal, "initial_months": pick.choice((12, 24, 36, 60)), "notice_months": 2}
        if renewal == "tacit":
            deal["term"]["renewal_months"] = 12
        deal["term"]["convenience"] = {
            "client": maybe(0.5),
            "provider": maybe(0.3),
            "fee_pct_remaining": pick.choice((0, 25)),
        }
        deal["term"]["change_of_control"] = pick.choice(("none", "notify", "terminate"))
    if maybe(0.6):
        deal["billing"] = {
            "frequency": pick.choice(("monthly", "quarterly", "yearly")),
            "in_advance": maybe(0.5),
            "payment_method": pick.choice(("sepa", "transfer")),
            "payment_days": pick.choice((0, 15, 30, 45)),
            "payment_basis": pick.choice(("invoice_date", "end_of_month")),
            "tax_territory": pick.choice(("metropole", "dom", "guyane_mayotte", "exempt")),
            "deposit_months": pick.choice((0, 1)),
            "po_required": maybe(0.3),
        }
        if maybe(0.2):
            deal["billing"]["suspension"] = {"enabled": maybe(0.5)}
    if maybe(0.5):
        index = pick.choice(("syntec_revised", "fixed_pct", "insee_it_services", "none"))
        deal["pricing"]["indexation"] = {"index": index, "base_month": "2026-03", "fixed_pct": 2}
        deal["pricing"]["vendor_pass_through"] = {"enabled": maybe(0.5), "exit_right": maybe(0.7)}
    if maybe(0.3):
        deal["pricing"]["lines"].append(
            {
                "id": "t",
                "service": "helpdesk",
                "unit": "user",
                "qty": 120,
                "unit_price": "40",
                "tier_mode": "graduated",
                "tiers": [{"from_qty": 1, "to_qty": 50, "unit_price": "45"}, {"from_qty": 51, "unit_price": "40"}],
                "discount": {"pct": 5},
            }
        )
    if maybe(0.3):
        deal["pricing"]["lines"].append(
            {"id": "o", "service": "helpdesk", "unit": "flat", "qty": 1, "unit_price": "900", "recurrence": "one_off"}
        )
    if maybe(0.6):
        deal["onboarding"] = {
            "cadrage": {"mode": pick.choice(("none", "free", "paid")), "fee": "1500"},
            "fee_treatment": pick.choice(("invoiced", "amortised", "waived")),
            "sla_start": pick.choice(("effective_date", "pv", "pv_plus_rampup")),
            "billing_start": pick.choice(("effective_date", "first_agent", "pv", "pv_per_lot")),
        }
    if maybe(0.4):
        deal["legal"] = {
            "hardship": pick.choice(("waived", "renegotiate")),
            "esign_level": pick.choice(("simple", "advanced", "qualified")),
            "reference_right": pick.choice(("opt_in", "none")),
            "csr_clause": maybe(0.5),
            "assignment": pick.choice(("consent", "free_in_group")),
        }
        if maybe(0.5):
            deal["legal"]["mediation"] = {"body": "CMAP", "cost": "shared"}
    if maybe(0.3):
        deal["hr"] = {
            "non_solicit": {"months": pick.choice((0, 12)), "penalty": pick.choice(("none", "gross_salary_12m"))},
            "subcontracting": {"allowed": maybe(0.7), "prior_approval": maybe(0.5)},
            "onsite_staff": {"dedicated": maybe(0.3)},
        }


def _levels(deal: dict[str, Any], codes: list[str], maybe: Any, pick: random.Random) -> None:
    if maybe(0.4):
        deal["sla"] = {
            "credits": {
                "enabled": maybe(0.6),
                "nature": pick.choice(("discharging", "non_discharging", "price_reduction")),
            }
        }
        if maybe(0.3):
            deal["sla"]["targets"] = [
                {
                    "priority": "P1",
                    "metric": "response",
                    "target_min": 30,
                    "nature": "guarantee",
                    "calendar_ref": "HO",
                    "attainment_pct": 95,
                }
            ]
    if "hosting_iaas" in codes and maybe(0.7):
        deal["availability"] = [
            {"service": "hosting_iaas", "target_pct": 99.5, "measured_at": {"fr": "la sonde", "en": "the probe"}}
        ]
    if maybe(0.4):
        deal["security"] = {
            "pas_level": pick.choice(("basic", "standard", "full")),
            "audit": {"right": pick.choice(("none", "questionnaire", "documentary", "on_site"))},
        }
    if maybe(0.3):
        deal["dp"] = {
            "subprocessor_mode": pick.choice(("general", "specific")),
            "end_of_contract": pick.choice(("return_then_delete", "delete", "controller_choice")),
        }
    if maybe(0.3):
        deal["third_parties"] = {"mandates": [{"vendor": "Opérateur", "acts": ["open_tickets"]}]}
    if maybe(0.3):
        deal["bcdr"] = {
            "tiers": [
                {
                    "name": "T1",
                    "workloads": ["srv"],
                    "backup_every_h": 4,
                    "rpo_h": 4,
                    "rto_h": 8,
                    "calendar_ref": "HO",
                    "immutable": maybe(0.5),
                    "failover": pick.choice(("none", "local", "cloud")),
                }
            ]
        }


def with_soc(deal: dict[str, Any]) -> dict[str, Any]:
    """The deal with hours of analysis where a SOC is sold: a rule asks for them, and the sheet prints them."""
    if any(service["code"] == "mdr_soc" for service in deal["services"]):
        deal.setdefault("security", {}).setdefault("soc", {"calendar": "HO"})
    return deal


def drafted(deal: dict[str, Any]) -> Draft:
    """The draft of a deal given as plain values (JSON is YAML)."""
    return draft_text("random.yaml", json.dumps(deal, ensure_ascii=False, indent=1), CONTRACTS)
