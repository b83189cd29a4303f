"""What does not fit together in a deal, as lists that rules ask to be empty: names of services, lines, targets.

Prices are in ``coherence_price``; equipment, advice, identity and dates in ``coherence_scope``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import chain, pairwise
from typing import Any

from generator.formulas.context import Context, Localised
from generator.formulas.dates import effective
from generator.formulas.hours import DAYS, calendar_of, hours_of, used_calendars, worst_case_minutes
from generator.formulas.levels import PRIORITIES, targets_of

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


def wrongly_included(deal: Deal, context: Context) -> list[str]:
    """Services whose price is said to be in that of one that is not sold, or in their own, by way of others or not."""
    within = {service["code"]: service["included_in"] for service in deal["services"] if "included_in" in service}
    sold = set(_codes(deal))
    found = []
    for code in within:
        seen = {code}
        around = within[code]
        while around in within and around not in seen:
            seen.add(around)
            around = within[around]
        if within[code] not in sold or around == code:
            found.append(code)
    return found


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
_ORDERED = frozenset(metric for order in _ORDERS for metric in order)


def targets_out_of_order(deal: Deal, context: Context) -> list[Localised]:
    """Per priority and ticket type, metrics that come too late for the next one: response ≤ on-site ≤ restoration,
    response ≤ workaround ≤ restoration ≤ resolution, compared as worst-case wall-clock time."""
    if unknown_calendars(deal, context) or calendar_problems(deal, context):
        return []
    problems = []
    for ticket_type in ("incident", "request"):
        for priority in PRIORITIES:
            targets = targets_of(deal, ticket_type, priority)
            worst = {metric: _worst(deal, target, context) for metric, target in targets.items() if metric in _ORDERED}
            for earlier, later in _ORDERS:
                one, two = worst.get(earlier), worst.get(later)
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


def always_open(calendar: Mapping[str, Any]) -> bool:
    """Whether every day of the week is open from midnight to midnight, in one window or in several that touch."""
    for day in DAYS:
        reached = "00:00"
        for start, end in sorted(calendar["weekly"].get(day, ())):
            if start > reached:
                return False
            reached = max(reached, end)
        if reached != "24:00":
            return False
    return True


def _permanent_calendars(deal: Deal) -> set[str]:
    return {calendar["id"] for calendar in deal["calendars"] if always_open(calendar)}


def human_24x7_targets(deal: Deal, context: Context) -> list[Localised]:
    """Targets that people must meet on a calendar that is always open, whether it is staffed or merely monitored."""
    permanent = _permanent_calendars(deal)
    return [
        _sentence(context, target["priority"], target["metric"])
        for target in deal["sla"]["targets"]
        if target["calendar_ref"] in permanent and target["metric"] != "availability"
    ]


def tiers_always_open(deal: Deal, context: Context) -> list[str]:
    """Protection levels whose recovery time runs on a calendar that is always open."""
    permanent = _permanent_calendars(deal)
    return [tier["name"] for tier in deal["bcdr"]["tiers"] if tier["calendar_ref"] in permanent]


def p1_response_min(deal: Deal, context: Context) -> int:
    """Minutes in which a P1 incident is responded to, a business day counted as 24 hours; 0 without such a target."""
    target = targets_of(deal, "incident", "P1").get("response")
    if target is None:
        return 0
    return int(target["target_bd"]) * 24 * 60 if "target_bd" in target else int(target["target_min"])


def restore_guarantees(deal: Deal, context: Context) -> list[Localised]:
    """Restorations and resolutions of incidents that are promised as a commitment: ``P1 Rétablissement``."""
    return [
        _sentence(context, target["priority"], target["metric"])
        for target in deal["sla"]["targets"]
        if target["nature"] == "guarantee"
        and target["ticket_type"] in {"incident", "security"}
        and target["metric"] in {"restore", "resolve"}
    ]


def results_without_obligation(deal: Deal, context: Context) -> list[Localised]:
    """Services sold with a result that the liability article does not list with the nature ``result``.

    A result is the nature ``result`` of a service, an availability that is a commitment, or a target of the service
    desk that is one. Nothing is missing where the obligation is one of result by default.
    """
    liability = deal["liability"]
    if liability["default_obligation"] == "result":
        return []
    promised = [service["code"] for service in deal["services"] if service.get("nature") == "result"]
    promised += [entry["service"] for entry in deal["availability"] if entry["nature"] == "guarantee"]
    if any(target["nature"] == "guarantee" for target in deal["sla"]["targets"]):
        promised.append("helpdesk")
    listed = {line["service"] for line in liability["obligation_by_service"] if line["nature"] == "result"}
    return [context.service_name(code) for code in dict.fromkeys(promised) if code not in listed]


def targets_in_days(deal: Deal, context: Context) -> int:
    return sum("target_bd" in target for target in deal["sla"]["targets"])


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


def guaranteed_workloads(deal: Deal, context: Context) -> int:
    """How many workloads may have to restart at once: each counts once, in whatever guaranteed levels it stands."""
    tiers = (tier["workloads"] for tier in deal["bcdr"]["tiers"] if tier["nature"] == "guarantee")
    workloads = [*chain.from_iterable(tiers)]
    return sum(workload not in workloads[:index] for index, workload in enumerate(workloads))


def single_global_tier(deal: Deal, context: Context) -> bool:
    return len(deal["bcdr"]["tiers"]) == 1


FORMULAS = {
    formula.__name__: formula
    for formula in (
        services_without_sheet,
        services_without_tool,
        services_without_price,
        wrongly_included,
        lines_without_service,
        lines_without_count,
        unknown_calendars,
        calendar_problems,
        targets_out_of_order,
        priorities_out_of_order,
        human_24x7_targets,
        tiers_always_open,
        p1_response_min,
        restore_guarantees,
        results_without_obligation,
        targets_in_days,
        tiers_with_rpo_below_interval,
        upstream_too_low,
        guaranteed_workloads,
        single_global_tier,
    )
}
