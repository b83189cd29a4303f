"""Service levels as tables: targets, response and execution times per service, availability, credits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from typing import Any

from generator import formats
from generator.conditions import AbsentField
from generator.formulas.context import Context, Localised, both, capitalised, joined, localised
from generator.formulas.dates import add_months, effective
from generator.formulas.hours import calendar_name, calendar_of, hours_text, month_minutes
from generator.formulas.money import percent_of, rounded

Deal = Mapping[str, Any]
METRICS = ("response", "onsite", "workaround", "restore", "resolve", "update_interval")
PRIORITIES = ("P1", "P2", "P3", "P4")


def target_duration(target: Mapping[str, Any]) -> dict[str, Any]:
    """``{"min": 60}`` or ``{"bd": 2}``."""
    return {"bd": target["target_bd"]} if "target_bd" in target else {"min": target["target_min"]}


def targets_of(deal: Deal, ticket_type: str, priority: str) -> dict[str, Mapping[str, Any]]:
    """The targets of one priority and ticket type by metric."""
    return {
        target["metric"]: target
        for target in deal["sla"]["targets"]
        if target["ticket_type"] == ticket_type and target["priority"] == priority
    }


def _rows(deal: Deal, context: Context, ticket_type: str) -> list[dict[str, Any]]:
    rows = []
    for priority in PRIORITIES:
        targets = targets_of(deal, ticket_type, priority)
        if not targets:
            continue
        row: dict[str, Any] = {"priority": priority}
        for metric in METRICS:
            if metric in targets:
                row[metric] = target_duration(targets[metric])
        onsite = targets.get("onsite")
        if onsite is not None:
            row["onsite_calendar"] = calendar_name(deal, onsite["calendar_ref"])
            row["onsite_attainment_pct"] = onsite["attainment_pct"]
            row["onsite_nature"] = _nature([onsite], context)
        # On-site times have a table of their own: what binds them says nothing of the times by telephone.
        kept = [target for metric, target in targets.items() if metric != "onsite"] or list(targets.values())
        row["calendar"] = joined([calendar_name(deal, name) for name in dict.fromkeys(t["calendar_ref"] for t in kept)])
        row["attainment_pct"] = min(t["attainment_pct"] for t in kept)
        row["nature"] = _nature(kept, context)
        rows.append(row)
    return rows


def _nature(targets: list[Mapping[str, Any]], context: Context) -> Localised:
    natures = {target["nature"] for target in targets}
    if len(natures) == 1:
        return context.label("sla.targets[].nature", natures.pop())
    guaranteed = joined(
        [context.label("sla.targets[].metric", t["metric"]) for t in targets if t["nature"] == "guarantee"]
    )
    return {
        "fr": f"engagement : {guaranteed['fr']} ; objectif pour le reste",
        "en": f"commitment: {guaranteed['en']}; objective for the rest",
    }


def incident_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    return _rows(deal, context, "incident")


def request_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    return _rows(deal, context, "request")


_SCALE = {
    "minutes": ("min", 1),
    "hours": ("min", 60),
    "business_days": ("bd", 1),
    "days": ("days", 1),
    "weeks": ("days", 7),
}


def service_levels(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """Response and execution times of every subscribed service, from the rows that its sheet declares."""
    rows = []
    by_priority: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for target in deal["sla"]["targets"]:
        by_priority.setdefault((target["ticket_type"], target["priority"]), {})[target["metric"]] = target
    # The services share a few promises: what is said of each of these is worked out once.
    nature_of = cache(lambda *named: _nature([by_priority[named[:2]][metric] for metric in named[2:]], context))
    name_of = cache(lambda reference: calendar_name(deal, reference))
    subscribed = {service["code"]: service for service in deal["services"]}
    for code, service in context.services.items():
        if code not in subscribed:
            continue
        for level in service.levels:
            row: dict[str, Any] = {"service": context.service_name(code), "event": localised(level.event)}
            calendar = subscribed[code].get("calendar_ref")
            nature = context.label("sla.targets[].nature", level.nature)
            if level.target is not None:
                named = (level.target.get("ticket_type", "incident"), level.target["priority"])
                targets = by_priority.get(named, {})
                done = "restore" if "restore" in targets else "resolve"
                if "response" in targets:
                    row["response"] = target_duration(targets["response"])
                    calendar = targets["response"]["calendar_ref"]
                if done in targets:
                    row["execution"] = target_duration(targets[done])
                used = [metric for metric in ("response", done) if metric in targets]
                if used:
                    nature = nature_of(*named, *used)
                if not targets:
                    continue
            for part, condition in (("response", level.response), ("execution", level.execution)):
                if condition is None:
                    continue
                unit = condition.expression.type.unit if hasattr(condition.expression, "type") else ""
                key, factor = _SCALE[unit]
                try:
                    row[part] = {key: condition.run(deal) * factor}
                except AbsentField:
                    continue
            row["calendar"] = name_of(calendar) if calendar else {"fr": "—", "en": "—"}
            row["nature"] = nature
            rows.append(row)
    return rows


def availability_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    rows = []
    for entry in deal["availability"]:
        calendar = calendar_of(deal, entry["service_hours_calendar"])
        rows.append(
            {
                "service": context.service_name(entry["service"]),
                "target_pct": entry["target_pct"],
                "window": context.label("availability[].window", entry["window"]),
                "measured_at": localised(entry["measured_at"]),
                "hours": hours_text(calendar) if calendar is not None else {"fr": "—", "en": "—"},
                "nature": context.label("availability[].nature", entry["nature"]),
            }
        )
    return rows


def allowed_minutes(minutes: Decimal, target_pct: Decimal) -> Decimal:
    """Downtime that keeps the promise, in minutes, cut (never rounded up) to a hundredth of a minute."""
    return rounded(Fraction(floor(Fraction(minutes) * (100 - Fraction(target_pct))), 100))


def availability_budget(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """Minutes of service and allowed downtime for each month of the first contract year, as they really are."""
    rows = []
    start = effective(deal).replace(day=1)
    for entry in deal["availability"]:
        calendar = calendar_of(deal, entry["service_hours_calendar"])
        if calendar is None:
            continue
        for offset in range(12):
            month = add_months(start, offset)
            minutes = month_minutes(deal, calendar, month, context)
            allowed = allowed_minutes(minutes, Decimal(entry["target_pct"]))
            rows.append(
                {
                    "service": context.service_name(entry["service"]),
                    "month": both(lambda language, m=month: formats.month(m, language)),  # type: ignore[misc]
                    "minutes": minutes,
                    "allowed": both(lambda language, a=allowed: f"{formats.number(a, language)}\u00a0min"),  # type: ignore[misc]
                }
            )
    return rows


def band_end(deal: Deal, tier: Mapping[str, Any]) -> Decimal:
    """The upper bound of a credit band; a band without one ends at the target."""
    if "to_pct" in tier:
        return Decimal(tier["to_pct"])
    if tier["scope"] == "availability":
        return max((Decimal(entry["target_pct"]) for entry in deal["availability"]), default=Decimal(100))
    return max((Decimal(t["attainment_pct"]) for t in deal["sla"]["targets"]), default=Decimal(100))


def credit_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The credit scale, highest band first; availability bands only where availability is promised."""
    credits = deal["sla"]["credits"]
    rows = []
    for tier in credits["tiers"]:
        if not credits["enabled"] or (tier["scope"] == "availability" and not deal["availability"]):
            continue
        rows.append(
            {
                "kind": capitalised(context.label("sla.credits.tiers[].scope", tier["scope"])),
                "from_pct": tier["from_pct"],
                "to_pct": band_end(deal, tier),
                "credit_pct": tier["credit_pct"],
            }
        )
    return sorted(rows, key=lambda row: (row["kind"]["en"], -row["from_pct"]))


def credit_examples(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """One worked example a band: a measured rate inside the band and the credit on a month's base."""
    credits = deal["sla"]["credits"]
    base = Decimal(context.facts["mrr"])
    if credits["base"] == "service_fee":
        lines = sorted((line["monthly_total"] for line in context.facts["recurring_lines"]), reverse=True)
        base = lines[0] if lines else base
    ceiling = percent_of(context.facts["mrr"], credits["monthly_cap_pct"])
    rows = []
    availability = capitalised(context.label("sla.credits.tiers[].scope", "availability"))
    promised = {entry["service"] for entry in deal["availability"]}
    for row in context.facts["credit_rows"]:
        own = [line["monthly_total"] for line in context.facts["recurring_lines"] if line["service"] in promised]
        # The fee of the service concerned: a service whose availability is promised, where it has a line of its own.
        by_service = credits["base"] == "service_fee" and row["kind"] == availability and own
        row_base = max(own) if by_service else base
        measured = _inside(row["from_pct"], row["to_pct"])
        amount = min(percent_of(row_base, row["credit_pct"]), ceiling)
        rows.append(
            {
                "case": both(
                    lambda language, r=row, m=measured: (
                        f"{r['kind'][language]} : {formats.percent(m, language)}"  # type: ignore[misc]
                        if language == "fr"
                        else f"{r['kind'][language]}: {formats.percent(m, language)}"
                    )
                ),
                "result": both(lambda language, b=row_base: formats.amount(b, language)),  # type: ignore[misc]
                "credit_pct": row["credit_pct"],
                "amount": amount,
            }
        )
    return rows


def _inside(low: Decimal, high: Decimal) -> Decimal:
    """The middle of a band, cut to the fewest decimals, two at least, with which it still is inside."""
    middle, places = (Fraction(low) + Fraction(high)) / 2, 2
    # A band that is empty has its own finding; its middle is below its start.
    least = min(Fraction(low), middle)
    while (cut := Fraction(floor(middle * 10**places), 10**places)) < least:
        places += 1
    return rounded(cut, places)


FORMULAS = {
    formula.__name__: formula
    for formula in (
        incident_rows,
        request_rows,
        service_levels,
        availability_rows,
        availability_budget,
        credit_rows,
        credit_examples,
    )
}
