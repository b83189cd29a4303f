"""What is in scope, as tables: services, declined services, tools, sites, contacts, processing of personal data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from generator import places
from generator.formulas.charges import price_of
from generator.formulas.context import Context, Localised, both, capitalised, joined, localised
from generator.formulas.hours import calendar_name, calendar_of, hours_text, support_calendar

Deal = Mapping[str, Any]
NONE: Localised = {"fr": "—", "en": "—"}
NO_TOOL: Localised = {"fr": "aucun", "en": "none"}


def subscribed(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The subscribed services in the order of the catalogue.

    A service without hours of its own is given in those of support; ``per_tier`` tells that the protection tiers fix
    the hours of its recovery, ``usual`` that it is an obligation of means in the hours of support,
    ``own_hours`` that it has others.
    """
    by_code = {service["code"]: service for service in deal["services"]}
    rows = []
    for code in [*(c for c in context.services if c in by_code), *(c for c in by_code if c not in context.services)]:
        service, entry = by_code[code], context.services.get(code)
        calendar = calendar_of(deal, service["calendar_ref"]) if "calendar_ref" in service else None
        unit = service.get("unit") or _priced_unit(deal, code) or (entry.unit if entry else "flat")
        nature = service.get("nature", entry.nature if entry else "means")
        categories = {*entry.needs_tools, *entry.uses_tools} if entry else set()
        tools = [tool for tool in deal["tools"] if tool["category"] in categories]
        row: dict[str, Any] = {
            "code": code,
            "name": context.service_name(code),
            "unit": context.label("services[].unit", unit),
            "calendar": calendar_name(deal, calendar["id"] if calendar else support_calendar(deal)),
            "per_tier": entry is not None and entry.backup and bool(deal["bcdr"]["tiers"]),
            "hours": hours_text(calendar)
            if calendar
            else {"fr": "Plage de service du centre de services", "en": "Service Hours of the service desk"},
            "nature": context.label("services[].nature", nature),
            "usual": nature == "means" and calendar is None,
            "own_hours": calendar is not None,
            "tools": joined([{"fr": tool["product"], "en": tool["product"]} for tool in tools]) if tools else NO_TOOL,
            "price": price_of(deal, context, service),
        }
        quantity = service.get("qty", _priced_quantity(deal, code))
        if quantity is not None:
            row["qty"] = quantity
        rows.append(row)
    return rows


def _priced_unit(deal: Deal, code: str) -> str:
    """The unit of the only price line of a service."""
    units = {line["unit"] for line in deal["pricing"]["lines"] if line["service"] == code}
    return units.pop() if len(units) == 1 else ""


def _priced_quantity(deal: Deal, code: str) -> Any:
    lines = [line for line in deal["pricing"]["lines"] if line["service"] == code]
    return lines[0]["qty"] if len(lines) == 1 else None


def declined(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """Services proposed and declined, with the risk that the catalogue states."""
    rows = []
    for entry in deal["scope"]["declined_services"]:
        service = context.services.get(entry["service"])
        risk = service.declined_risk if service is not None and service.declined_risk else NONE
        row = {
            "service": entry["service"],
            "name": context.service_name(entry["service"]),
            "risk": localised(risk),
            "acknowledged": entry["acknowledged"],
        }
        if "advised_on" in entry:
            row["advised_on"] = entry["advised_on"]
        rows.append(row)
    return rows


def _country(code: str) -> Localised:
    return both(lambda language: places.country(code, language))


_YES_NO = {True: {"fr": "oui", "en": "yes"}, False: {"fr": "non", "en": "no"}}


def tool_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The tools of the contract: those that a subscribed service needs, and those that no service claims."""
    rows = []
    for tool in used_tools(deal, context):
        agent = (
            context.label("tools[].agent_privilege", tool["agent_privilege"])
            if tool["agent_installed"]
            else _YES_NO[False]
        )
        country = _country(tool["hosting_country"])
        certifications = joined(
            [context.label("tools[].host_certifications[]", c) for c in tool["host_certifications"]]
        )
        hosting = {
            language: country[language] + (f" ({certifications[language]})" if tool["host_certifications"] else "")
            for language in ("fr", "en")
        }
        rows.append(
            {
                "id": tool["id"],
                "category": capitalised(context.label("tools[].category", tool["category"])),
                "product": tool["product"],
                "vendor": tool["vendor"],
                "purpose": localised(tool["purpose"]),
                "agent": agent,
                "hosting": hosting,
                "licence": capitalised(context.label("tools[].licence_owner", tool["licence_owner"])),
                "access": context.label("tools[].remote_access", tool["remote_access"]),
                "subprocessor": tool["is_subprocessor"],
            }
        )
    return rows


def used_tools(deal: Deal, context: Context) -> list[Mapping[str, Any]]:
    """A provider's list holds every tool it has; a contract names those that its services use.

    A tool of a category that no sheet names is kept: nobody can tell that it is not used.
    """
    needed: set[str] = set()
    claimed: set[str] = set()
    codes = {service["code"] for service in deal["services"]}
    for code, service in context.services.items():
        own = {*service.needs_tools, *service.uses_tools}
        claimed |= own
        if code in codes:
            needed |= own
    return [tool for tool in deal["tools"] if tool["category"] in needed or tool["category"] not in claimed]


def measurement_tool(deal: Deal, context: Context) -> Localised:
    """The tool that measures the service levels by its product, where the deal names only its category (PSA)."""
    source = deal["sla"]["measurement"]["source"]
    named = [tool for tool in used_tools(deal, context) if tool["category"] == source.casefold()]
    if not named:
        return localised(source)
    category = context.label("tools[].category", named[0]["category"])
    products = joined([localised(tool["product"]) for tool in named])
    return both(lambda language: f"{products[language]} ({category[language]})")


def subprocessors(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """Sub-processors named by the deal, then the vendors of the tools in use that are sub-processors."""
    used: dict[str, list[Mapping[str, Any]]] = {}
    for tool in used_tools(deal, context):
        if tool["is_subprocessor"]:
            used.setdefault(tool["vendor"], []).append(tool)
    vendors_of_unused = {tool["vendor"] for tool in deal["tools"]} - set(used)
    rows = []
    named = set()
    for entry in deal["dp"]["subprocessors"]:
        if entry["name"] in vendors_of_unused:
            continue
        named.add(entry["name"])
        rows.append(
            {
                "name": entry["name"],
                "purpose": localised(entry["purpose"]),
                "country": _country(entry["country"]),
                "mechanism": context.label("dp.subprocessors[].mechanism", entry["mechanism"]),
                "tool": joined([localised(tool["product"]) for tool in used.get(entry["name"], [])]),
            }
        )
    rows += [_vendor_row(tool, context) for vendor, tools in used.items() if vendor not in named for tool in tools]
    return rows


def _vendor_row(tool: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """A vendor that the deal does not name: one row a tool, since each has a purpose and a place of its own."""
    mechanism = tool.get("transfer_mechanism")
    return {
        "name": tool["vendor"],
        "purpose": localised(tool["purpose"]),
        "country": _country(tool["hosting_country"]),
        "mechanism": context.label("tools[].transfer_mechanism", mechanism)
        if mechanism
        else context.label("tools[].hosting_region", tool["hosting_region"]),
        "tool": localised(tool["product"]),
    }


_SHEET = ("name", "purpose", "operations", "data_categories", "subjects", "duration")


def processing(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The processing sheets of article 28 GDPR: those of the subscribed services, then those of the deal."""
    rows = processing_of({service["code"] for service in deal["services"]}, context)
    for entry in deal["dp"]["processing"]:
        rows.append(
            {
                part: joined([localised(item) for item in entry[part]])
                if isinstance(entry[part], list)
                else localised(entry[part])
                for part in _SHEET
            }
        )
    return rows


def processing_of(codes: Collection[str], context: Context) -> list[dict[str, Any]]:
    """The processing sheets of these services, in the order of the catalogue."""
    sheets = [service.processing for code, service in context.services.items() if code in codes]
    return [{part: localised(sheet[part]) for part in _SHEET} for sheet in sheets if sheet is not None]


def prerequisite_rows(deal: Deal, context: Context) -> list[Mapping[str, Any]]:
    """The prerequisites that the client meets itself.

    One whose service the deal sells is the provider's own work, and one whose service was declined is a risk that the
    client took knowingly: asking for either would contradict the order. The sheets name the prerequisites they settle.
    """
    codes = {service["code"] for service in deal["services"]}
    codes |= {entry["service"] for entry in deal["scope"]["declined_services"]}
    settled = {id_ for code in codes & set(context.services) for id_ in context.services[code].prerequisites}
    return [entry for entry in deal["security"]["prerequisites"] if entry["id"] not in settled]


def contact_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """Who is called for what, a row for each person with all that this one is called for.

    The emergency line stands there only where the deal sells people who answer at night.
    """
    people: dict[tuple[str, ...], tuple[dict[str, Any], list[Localised]]] = {}
    for party, name in (
        ("provider", {"fr": "Prestataire", "en": "Provider"}),
        ("client", {"fr": "Client", "en": "Client"}),
    ):
        for contact in deal["parties"][party]["contacts"]:
            if party == "provider" and contact["role"] == "emergency_24x7" and not context.facts["has_24x7_human"]:
                continue
            known = {part: contact[part] for part in ("name", "email", "phone") if part in contact}
            _, roles = people.setdefault((party, *known, *known.values()), ({"party": name, **known}, []))
            roles.append(context.label(f"parties.{party}.contacts[].role", contact["role"]))
    return [{**row, "role": capitalised(joined(roles))} for row, roles in people.values()]


def site_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The sites: address, closing days (and time zone, where a site has its own), visits with their travel zone."""
    rows = []
    for site in deal["scope"]["sites"]:
        zone = site.get("holiday_zone", deal["context"]["holiday_zone"])
        address = " ".join(
            filter(None, (site.get("address", ""), site["postal_code"] if "address" not in site else ""))
        )
        rows.append(
            {
                "name": site.get("name", site["id"]),
                "address": {"fr": address, "en": address},
                "zone": _with(context.label("context.holiday_zone", zone), _site_time(site)),
                "onsite": _with(context.label("scope.sites[].onsite", site["onsite"]), _travel_zone(site)),
            }
        )
    return rows


def _counts(deal: Deal, context: Context, group: str) -> list[dict[str, Any]]:
    rows = []
    for name, member in context.type(f"scope.{group}").fields.items():
        quantity = deal["scope"].get(group, {}).get(name, 0)
        if quantity:
            fr, _, en = member.type.description.partition(" | EN: ")
            rows.append({"class": {"fr": fr.rstrip("."), "en": en.rstrip(".")}, "qty": quantity})
    return rows


def _site_time(site: Mapping[str, Any]) -> Localised | None:
    zone = site.get("timezone")
    return both(lambda language: places.time_zone(zone, language)) if zone else None


def _travel_zone(site: Mapping[str, Any]) -> Localised | None:
    return localised(site["travel_zone"]) if "travel_zone" in site else None


def _with(text: Localised, more: Localised | None) -> Localised:
    """``text (more)``"""
    return both(lambda language: f"{text[language]} ({more[language]})") if more is not None else text


def asset_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    return _counts(deal, context, "assets")


def user_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    return _counts(deal, context, "users")


def has_third_country(deal: Deal, context: Context) -> bool:
    return any(tool["hosting_region"] == "third" for tool in used_tools(deal, context))


FORMULAS = {
    formula.__name__: formula
    for formula in (
        subscribed,
        declined,
        tool_rows,
        measurement_tool,
        subprocessors,
        processing,
        prerequisite_rows,
        contact_rows,
        site_rows,
        asset_rows,
        user_rows,
        has_third_country,
    )
}
