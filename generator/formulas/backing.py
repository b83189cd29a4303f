"""Promises that nothing of the deal stands behind: restorations, and availability that a probe sees too late."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from generator.formulas.context import Context, Localised
from generator.formulas.dates import add_months, effective
from generator.formulas.hours import calendar_of, month_minutes

Deal = Mapping[str, Any]


def restorations_without_backing(deal: Deal, context: Context) -> list[Localised]:
    """Restorations and resolutions of incidents that are a commitment and that nothing of the deal makes possible.

    What makes one possible within its target: a failover of a protection level, in the time to recover that level, or a
    maker's or carrier's contract that restores in that time. A target in business days is always longer than both.
    """
    shortest = _shortest_backing_min(deal)
    return [
        {
            language: f"{target['priority']} {context.label('sla.targets[].metric', target['metric'])[language]}"
            for language in ("fr", "en")
        }
        for target in deal["sla"]["targets"]
        if target["nature"] == "guarantee"
        and target["ticket_type"] in {"incident", "security"}
        and target["metric"] in {"restore", "resolve"}
        and (shortest is None or ("target_min" in target and shortest > target["target_min"]))
    ]


def _shortest_backing_min(deal: Deal) -> Decimal | None:
    """The quickest restoration that a contract or a second machine gives, in minutes; None where there is none."""
    hours = [contract["gtr_h"] for contract in deal["third_parties"]["vendor_contracts"] if "gtr_h" in contract]
    if any(service["code"] == "bcdr" for service in deal["services"]):
        hours += [tier["rto_h"] for tier in deal["bcdr"]["tiers"] if tier["failover"] != "none"]
    return min((60 * Decimal(hour) for hour in hours), default=None)


def probes_slower_than_promised(deal: Deal, context: Context) -> list[Localised]:
    """Services whose downtime is established only after the downtime of a whole month is used up.

    The probe needs ``probe_interval_s × down_after_consecutive``; the shortest month of the first contract year allows
    ``minutes × (100 − target) ÷ 100``.
    """
    slow = []
    start = effective(deal).replace(day=1)
    for entry in deal["availability"]:
        calendar = calendar_of(deal, entry["service_hours_calendar"])
        if calendar is None:
            continue
        minutes = min(month_minutes(deal, calendar, add_months(start, offset), context) for offset in range(12))
        allowed_s = 60 * minutes * (100 - Decimal(entry["target_pct"])) / 100
        if entry["probe_interval_s"] * entry["down_after_consecutive"] > allowed_s:
            slow.append(context.service_name(entry["service"]))
    return slow


FORMULAS = {formula.__name__: formula for formula in (restorations_without_backing, probes_slower_than_promised)}
