"""What does not fit together in the scope and the dates of a deal: equipment, advice, identity, certificates."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from generator.formulas.context import Context, Localised, localised
from generator.formulas.dates import add_months, effective
from generator.formulas.perimeter import used_tools
from generator.placeholders import placeholders
from generator.violations import dotted_path

Deal = Mapping[str, Any]


# ---- equipment and tools


def assets_too_old(deal: Deal, context: Context) -> list[str]:
    """Equipment, by its id, that is more than ``scope.max_hardware_age_years`` old on the effective date."""
    months = 12 * int(deal["scope"]["max_hardware_age_years"])
    return [
        asset["id"]
        for asset in deal["scope"]["asset_register"]
        if "purchase_date" in asset and add_months(_date(asset["purchase_date"]), months) < effective(deal)
    ]


def excluded_assets_protected(deal: Deal, context: Context) -> list[str]:
    """Excluded equipment (by its id) and software (by its name) that a protection level lists among its workloads."""
    scope = deal["scope"]
    excluded = [asset["id"] for asset in scope["asset_register"] if asset["support_level"] == "excluded"]
    excluded += [software["name"] for software in scope["supported_software"] if software["level"] == "excluded"]
    loads = [localised(load) for tier in deal["bcdr"]["tiers"] for load in tier["workloads"]]
    protected = {name.strip().casefold() for load in loads for name in load.values()}
    return [name for name in excluded if name.strip().casefold() in protected]


_CRITICAL_TOOLS = {
    "rmm": "administration",
    "psa": "tickets",
    "backup": "backup",
    "bcdr": "backup",
    "edr": "detection",
    "epp": "detection",
    "mdr": "detection",
}


def vendor_concentration(deal: Deal, context: Context) -> list[str]:
    """Vendors that supply at least three of administration, tickets, backup and detection, by the tools in use."""
    families: dict[str, set[str]] = {}
    for tool in used_tools(deal, context):
        if tool["category"] in _CRITICAL_TOOLS:
            families.setdefault(tool["vendor"], set()).add(_CRITICAL_TOOLS[tool["category"]])
    return [vendor for vendor, supplied in families.items() if len(supplied) >= 3]


# ---- advice


def missing_advice(deal: Deal, context: Context) -> list[str]:
    """Protections that are neither subscribed nor recorded as proposed and declined."""
    known = _spoken_of(deal)
    families = (
        ("backup_server", {"backup_server", "backup_workstation", "bcdr"}),
        ("backup_saas", {"backup_saas"}),
        ("edr_managed", {"edr_managed", "mdr_soc"}),
        ("identity_mfa", {"identity_mfa"}),
    )
    return [name for name, family in families if not family & known]


def protections_missing(deal: Deal, context: Context) -> list[Localised]:
    """Detection, multi-factor authentication and backup, where they are neither sold nor declined in writing."""
    settled = _spoken_of(deal, acknowledged=True)
    families = (
        ("edr_managed", {"edr_managed", "mdr_soc"}),
        ("identity_mfa", {"identity_mfa"}),
        ("backup_server", {"backup_server", "backup_workstation", "backup_saas", "bcdr"}),
    )
    return [context.service_name(name) for name, family in families if not family & settled]


def _spoken_of(deal: Deal, *, acknowledged: bool = False) -> set[str]:
    """Services that the client takes or is recorded as declining, on demand only where it acknowledged that it does.

    Multi-factor authentication may also be the client's own duty: the prerequisite ``mfa`` is advice in writing.
    """
    known = {service["code"] for service in deal["services"]}
    declined = deal["scope"]["declined_services"]
    known |= {entry["service"] for entry in declined if entry["acknowledged"] or not acknowledged}
    if any(entry["id"] == "mfa" for entry in deal["security"]["prerequisites"]):
        known.add("identity_mfa")
    return known


# A service of a bundle that another stands in for, and one that is only for equipment that the client has.
_STANDS_IN = {
    "endpoint_protection": {"edr_managed", "mdr_soc"},
    "edr_managed": {"mdr_soc"},
    "backup_server": {"bcdr"},
}
_ONLY_FOR = {
    "backup_server": ("servers_physical", "servers_virtual"),
    "firewall_mgmt": ("firewalls",),
    "network_mgmt": ("switches", "wifi_aps"),
    "email_security": ("mailboxes",),
}


def bundle_gaps(deal: Deal, context: Context) -> list[str]:
    """Services of the usual bundle that the client has a use for and neither takes nor is recorded as declining."""
    known = _spoken_of(deal)
    assets = deal["scope"]["assets"]

    def of_use(code: str) -> bool:
        return code not in _ONLY_FOR or any(assets.get(name) for name in _ONLY_FOR[code])

    bundle = dict.fromkeys(deal["context"]["bundle"])
    return [code for code in bundle if of_use(code) and not known & {code, *_STANDS_IN.get(code, ())}]


def risk_waivers_too_long(deal: Deal, context: Context) -> list[Localised]:
    """What was recommended in the risk waivers that expire more than twelve months after the advice."""
    return [
        localised(waiver["recommendation"])
        for waiver in deal["scope"]["risk_waivers"]
        if _date(waiver["expires_on"]) > add_months(_date(waiver["advised_on"]), 12)
    ]


# ---- identity


def computed_segment(deal: Deal, context: Context) -> str:
    """The segment by headcount, turnover and balance sheet; ``unknown`` without a headcount.

    Thresholds are the parameters ``<segment>_headcount``, ``_turnover`` and ``_balance``: below the headcount, and
    turnover or balance sheet at most the limit.
    """
    client, parameters = deal["parties"]["client"], context.parameters
    if "headcount" not in client:
        return "unknown"
    turnover, balance = client.get("turnover_eur"), client.get("balance_sheet_eur")
    for segment in ("tpe", "pme", "eti"):
        small = client["headcount"] < parameters[f"{segment}_headcount"]
        money_known = turnover is not None or balance is not None
        money = (
            (turnover is not None and turnover <= parameters[f"{segment}_turnover"])
            or (balance is not None and balance <= parameters[f"{segment}_balance"])
            or not money_known
        )
        if small and money:
            return segment
    return "gc"


_BLANKS = {
    "address": {"fr": "l'adresse", "en": "the address"},
    "signatory": {"fr": "le signataire", "en": "the signatory"},
    "legal_form": {"fr": "la forme juridique", "en": "the legal form"},
}


def client_blanks(deal: Deal, context: Context) -> list[Localised]:
    """What identifies the client and is missing: its address, its signatory and, for a company, its legal form."""
    client = deal["parties"]["client"]
    asked = [name for name in _BLANKS if name != "legal_form" or client["client_type"] == "company"]
    return [_BLANKS[name] for name in asked if name not in client]


def unfinished_fields(deal: Deal, context: Context) -> list[str]:
    """Fields about the parties and their sites that hold a text for one to be written, by their paths."""
    groups = {"parties": deal["parties"], "scope": {"sites": deal["scope"]["sites"]}}
    return [dotted_path(path) for path, _ in placeholders(groups)]


def client_vat_key_problems(deal: Deal, context: Context) -> list[Localised]:
    """The client's VAT number if it is not the one of its SIREN."""
    return _vat_key_problems(deal["parties"]["client"])


def provider_vat_key_problems(deal: Deal, context: Context) -> list[Localised]:
    """The provider's VAT number if it is not the one of its SIREN."""
    return _vat_key_problems(deal["parties"]["provider"])


def _vat_key_problems(party: Mapping[str, Any]) -> list[Localised]:
    """A French VAT number that is not the one of the SIREN beside it: ``FR`` and two characters, then the SIREN."""
    number, siren = _compact(party.get("vat_number", "")), _compact(party.get("siren", ""))
    wrong = siren and number.startswith("FR") and number[4:] != siren
    return [_mismatch(party["legal_name"], number, siren)] if wrong else []


def _mismatch(name: str, number: str, siren: str) -> Localised:
    from stdnum.fr.siren import to_tva

    expected = f"FR{to_tva(siren)}"
    return {"fr": f"{name} ({number} au lieu de {expected})", "en": f"{name} ({number} instead of {expected})"}


def _compact(number: str) -> str:
    return "".join(filter(str.isalnum, number)).upper()


# ---- dates


def _date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def signature_days_after_effect(deal: Deal, context: Context) -> int:
    """Days between the effective date and a later signature; 0 where the deal is signed before or not yet."""
    signed = deal["meta"].get("signature_date")
    return max((_date(signed) - effective(deal)).days, 0) if signed is not None else 0


def effect_days_after_signature(deal: Deal, context: Context) -> int:
    """Days between the signature and a later effective date; 0 where the deal is signed after or not yet."""
    signed = deal["meta"].get("signature_date")
    return max((effective(deal) - _date(signed)).days, 0) if signed is not None else 0


def insurance_certificate_months(deal: Deal, context: Context) -> int:
    """Months begun since the provider's insurance certificate, on the date of the law: 12 one year to the day after."""
    issued, today = _date(deal["insurance"]["provider"]["certificate_date"]), _date(context.as_of)
    months = (today.year - issued.year) * 12 + today.month - issued.month
    return max(months + (add_months(issued, months) < today), 0)


def days_without_provider(deal: Deal, context: Context) -> int:
    """Whole days between the last day of the previous provider and the effective date; 0 where there is no gap."""
    end = (deal["context"].get("previous_provider") or {}).get("end_date")
    return max((effective(deal) - _date(end)).days - 1, 0) if end is not None else 0


FORMULAS = {
    formula.__name__: formula
    for formula in (
        assets_too_old,
        excluded_assets_protected,
        vendor_concentration,
        missing_advice,
        protections_missing,
        bundle_gaps,
        risk_waivers_too_long,
        computed_segment,
        client_blanks,
        unfinished_fields,
        client_vat_key_problems,
        provider_vat_key_problems,
        signature_days_after_effect,
        effect_days_after_signature,
        insurance_certificate_months,
        days_without_provider,
    )
}
