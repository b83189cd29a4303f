"""What does not fit together in a deal, as lists that rules ask to be empty: names of services, lines, targets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from generator.formulas.context import Context, Localised
from generator.formulas.dates import effective
from generator.formulas.hours import calendar_of, hours_of, used_calendars, worst_case_minutes
from generator.formulas.levels import PRIORITIES, band_end, targets_of

Deal = Mapping[str, Any]


def _codes(deal: Deal) -> list[str]:
    return [service["code"] for service in deal["services"]]


def services_without_sheet(deal: Deal, context: Context) -> list[str]:
    """Subscribed services that the catalogue does not describe."""
    return [code for code in _codes(deal) if code not in context.services]


def services_without_tool(deal: Deal, context: Context) -> list[str]:
    """Subscribed services for which no tool of a needed category is listed."""
    present = {tool["category"] for tool in deal["tools"]}
    return [
        code
        for code in _codes(deal)
        if code in context.services and not set(context.services[code].needs_tools) <= present
    ]


def services_without_price(deal: Deal, context: Context) -> list[str]:
    """Subscribed services with neither a line nor a service that includes them, where each service must have one.

    In the models ``flat``, ``per_user``, ``per_device``, ``per_site`` and ``hybrid`` the lines cover all services.
    """
    if deal["pricing"]["model"] not in {"tiered", "block_hours", "units_of_work"}:
        return []
    priced = {line["service"] for line in deal["pricing"]["lines"]}
    return [
        s["code"] for s in deal["services"] if s["code"] not in priced and not s["included"] and "included_in" not in s
    ]


def lines_without_service(deal: Deal, context: Context) -> list[str]:
    """Price lines for a service that is not subscribed."""
    codes = set(_codes(deal))
    return [line["id"] for line in deal["pricing"]["lines"] if line["service"] not in codes]


_COUNTED = {
    "user": ("users", None),
    "workstation": ("assets", ("workstations", "laptops")),
    "server": ("assets", ("servers_physical", "servers_virtual")),
    "site": ("sites", None),
    "tenant": ("assets", ("saas_tenants",)),
    "mailbox": ("assets", ("mailboxes",)),
}


def lines_without_count(deal: Deal, context: Context) -> list[str]:
    """Price lines whose unit is countable but stands at zero in the scope."""
    missing = []
    scope = deal["scope"]
    for line in deal["pricing"]["lines"]:
        if line["unit"] not in _COUNTED or line["recurrence"] == "one_off":
            continue
        group, classes = _COUNTED[line["unit"]]
        if group == "sites":
            count = len(scope["sites"])
        else:
            counts = scope.get(group, {})
            count = sum(counts.get(name, 0) for name in (classes or counts))
        if not count:
            missing.append(line["id"])
    return missing


def unknown_calendars(deal: Deal, context: Context) -> list[str]:
    """Calendars that are referred to but not defined."""
    known = {calendar["id"] for calendar in deal["calendars"]}
    used = [target["calendar_ref"] for target in deal["sla"]["targets"]]
    used += [channel["calendar_ref"] for channel in deal["support"]["channels"]]
    used += [service["calendar_ref"] for service in deal["services"] if "calendar_ref" in service]
    used += [entry["service_hours_calendar"] for entry in deal["availability"]]
    used += [tier["calendar_ref"] for tier in deal["bcdr"]["tiers"]]
    return [name for name in dict.fromkeys(used) if name not in known]


def calendar_problems(deal: Deal, context: Context) -> list[str]:
    """Calendars in use whose windows overlap, end before they begin, or are missing altogether."""
    problems = []
    for reference in used_calendars(deal):
        calendar = calendar_of(deal, reference)
        assert calendar is not None
        days = [calendar["weekly"].get(day, []) for day in calendar["weekly"]]
        bad = not any(days)
        for intervals in days:
            ordered = sorted(intervals)
            bad |= any(start >= end for start, end in ordered)
            bad |= any(one[1] > two[0] for one, two in pairwise(ordered))
        if bad:
            problems.append(reference)
    return problems


def _worst(deal: Deal, target: Mapping[str, Any], context: Context) -> int | None:
    calendar = calendar_of(deal, target["calendar_ref"])
    if calendar is None:
        return None
    hours = hours_of(deal, calendar, context)
    unit, amount = ("bd", target["target_bd"]) if "target_bd" in target else ("min", target["target_min"])
    return worst_case_minutes(hours, unit, amount, effective(deal).year)


_ORDERS = (
    ("response", "onsite"),
    ("onsite", "restore"),
    ("response", "workaround"),
    ("workaround", "restore"),
    ("response", "restore"),
    ("restore", "resolve"),
    ("response", "resolve"),
)


def targets_out_of_order(deal: Deal, context: Context) -> list[Localised]:
    """Per priority and ticket type, metrics that come too late for the next one: response ≤ on-site ≤ restoration,
    response ≤ workaround ≤ restoration ≤ resolution, compared as worst-case wall-clock time."""
    if unknown_calendars(deal, context) or calendar_problems(deal, context):
        return []
    problems = []
    for ticket_type in ("incident", "request"):
        for priority in PRIORITIES:
            targets = targets_of(deal, ticket_type, priority)
            for earlier, later in _ORDERS:
                if earlier in targets and later in targets:
                    one, two = _worst(deal, targets[earlier], context), _worst(deal, targets[later], context)
                    if one is not None and two is not None and one > two:
                        problems.append(_sentence(context, priority, earlier, " > ", later))
    return problems


def _sentence(context: Context, before: str, *words: str) -> Localised:
    """``P1 Prise en charge > Rétablissement``: metrics by their printed names, other words as they are."""
    labels = [context.label("sla.targets[].metric", word) for word in words]
    return {language: f"{before} " + "".join(label[language] for label in labels) for language in ("fr", "en")}


def priorities_out_of_order(deal: Deal, context: Context) -> list[Localised]:
    """Metrics for which a higher priority waits longer than a lower one, as worst-case wall-clock time."""
    if unknown_calendars(deal, context) or calendar_problems(deal, context):
        return []
    problems = []
    for metric in ("response", "restore", "resolve"):
        rows = [(p, targets_of(deal, "incident", p).get(metric)) for p in PRIORITIES]
        known = [(p, _worst(deal, target, context)) for p, target in rows if target is not None]
        for (high, one), (low, two) in pairwise(known):
            if one is not None and two is not None and one > two:
                problems.append(_sentence(context, f"{high} > {low},", metric))
    return problems


def human_24x7_targets(deal: Deal, context: Context) -> list[Localised]:
    """Targets that people must meet on a calendar that is always open and not merely monitored."""
    always_open = set()
    for calendar in deal["calendars"]:
        full = [
            [list(pair) for pair in calendar["weekly"].get(day, [])] == [["00:00", "24:00"]]
            for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        ]
        if all(full):
            always_open.add(calendar["id"])
    return [
        _sentence(context, target["priority"], target["metric"])
        for target in deal["sla"]["targets"]
        if target["calendar_ref"] in always_open and target["metric"] != "availability"
    ]


def targets_in_days(deal: Deal, context: Context) -> int:
    return sum("target_bd" in target for target in deal["sla"]["targets"])


def credit_band_problems(deal: Deal, context: Context) -> list[str]:
    """Where the credit scale does not tile the way from 0 to the target: holes, overlaps, a credit that falls as the
    result gets worse."""
    problems = []
    for scope in ("availability", "attainment"):
        tiers = [tier for tier in deal["sla"]["credits"]["tiers"] if tier["scope"] == scope]
        if not tiers or (scope == "availability" and not deal["availability"]):
            continue
        tiers = sorted(tiers, key=lambda tier: Decimal(tier["from_pct"]))
        target = band_end(deal, {"scope": scope})
        if tiers[0]["from_pct"] != 0:
            problems.append(f"{scope}: 0–{tiers[0]['from_pct']}")
        for low, high in pairwise(tiers):
            if band_end(deal, low) != high["from_pct"]:
                problems.append(f"{scope}: {band_end(deal, low)}/{high['from_pct']}")
            if low["credit_pct"] < high["credit_pct"]:
                problems.append(f"{scope}: {low['credit_pct']} % < {high['credit_pct']} %")
        if band_end(deal, tiers[-1]) != target:
            problems.append(f"{scope}: {band_end(deal, tiers[-1])} ≠ {target}")
    return problems


def tiers_with_rpo_below_interval(deal: Deal, context: Context) -> list[str]:
    """Protection levels that promise to lose less data than lies between two backups."""
    return [tier["name"] for tier in deal["bcdr"]["tiers"] if tier["rpo_h"] < tier["backup_every_h"]]


def upstream_too_low(deal: Deal, context: Context) -> list[str]:
    """Services whose availability is promised above the product of what they depend on."""
    problems = []
    for entry in deal["availability"]:
        product = Decimal(1)
        for promise in entry["upstream_sla_pct"]:
            product *= Decimal(promise) / 100
        if entry["upstream_sla_pct"] and Decimal(entry["target_pct"]) > product * 100:
            problems.append(entry["service"])
    return problems


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


def missing_advice(deal: Deal, context: Context) -> list[str]:
    """Protections that are neither subscribed nor recorded as proposed and declined.

    Multi-factor authentication may also be the client's own duty: the prerequisite ``mfa`` is advice in writing.
    """
    codes = set(_codes(deal))
    declined = {entry["service"] for entry in deal["scope"]["declined_services"]}
    if any(entry["id"] == "mfa" for entry in deal["security"]["prerequisites"]):
        declined.add("identity_mfa")
    families = (
        ("backup_server", {"backup_server", "backup_workstation", "bcdr"}),
        ("backup_saas", {"backup_saas"}),
        ("edr_managed", {"edr_managed", "mdr_soc"}),
        ("identity_mfa", {"identity_mfa"}),
    )
    return [name for name, family in families if not family & (codes | declined)]


def single_global_tier(deal: Deal, context: Context) -> bool:
    return len(deal["bcdr"]["tiers"]) == 1


FORMULAS = {
    formula.__name__: formula
    for formula in (
        services_without_sheet,
        services_without_tool,
        services_without_price,
        lines_without_service,
        lines_without_count,
        unknown_calendars,
        calendar_problems,
        targets_out_of_order,
        priorities_out_of_order,
        human_24x7_targets,
        targets_in_days,
        credit_band_problems,
        tiers_with_rpo_below_interval,
        upstream_too_low,
        computed_segment,
        missing_advice,
        single_global_tier,
    )
}
