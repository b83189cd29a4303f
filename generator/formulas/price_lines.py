"""What a price line costs over a period, and what it costs a month from a given day on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from generator.formulas.context import Context, localised
from generator.formulas.dates import effective, months_between, period_start
from generator.formulas.money import cents

Deal = Mapping[str, Any]
Line = Mapping[str, Any]
MONTHS_A_YEAR = 12


def line_total(line: Line, *, discounted: bool = True) -> Decimal:
    """Quantity × unit price over one period of the line, tiers and discount applied, rounded to the cent.

    ``volume`` prices the whole quantity at the tier it reaches, ``graduated`` each part at its own tier. A quantity
    that no tier covers is priced at the unit price of the line.
    """
    quantity = Fraction(line["qty"])
    total = _tiered(line, quantity) if line["tiers"] else quantity * Fraction(line["unit_price"])
    discount = line.get("discount")
    if discounted and discount is not None:
        total *= 1 - Fraction(discount["pct"]) / 100
    return cents(total)


def _tiered(line: Line, quantity: Fraction) -> Fraction:
    tiers = sorted(line["tiers"], key=lambda tier: Decimal(tier["from_qty"]))
    starts = [Fraction(tier["from_qty"]) for tier in tiers]
    ends = [Fraction(tier["to_qty"]) if "to_qty" in tier else None for tier in tiers]
    if line["tier_mode"] == "volume":
        reached = max((place for place, start in enumerate(starts) if start <= quantity), default=None)
        if reached is None:
            return quantity * Fraction(line["unit_price"])
        end = ends[reached]
        covered = end is None or quantity < end + 1
        return quantity * Fraction((tiers[reached] if covered else line)["unit_price"])
    total = priced = Fraction(0)
    for place, tier in enumerate(tiers):
        # A tier from the n-th unit on begins where n - 1 units are priced.
        start = max(starts[place] - 1, Fraction(0))
        following = starts[place + 1] - 1 if place + 1 < len(tiers) else quantity
        end = ends[place]
        part = min(quantity, following, quantity if end is None else end) - start
        if part > 0:
            total += part * Fraction(tier["unit_price"])
            priced += part
    return total + (quantity - priced) * Fraction(line["unit_price"])


def monthly_total(line: Line, *, discounted: bool = True) -> Decimal:
    """A recurring line a month; an annual one is a twelfth of its total."""
    total = line_total(line, discounted=discounted)
    return cents(Fraction(total) / MONTHS_A_YEAR) if line["recurrence"] == "annual" else total


def line_label(line: Line, context: Context) -> dict[str, str]:
    return localised(line["label"]) if "label" in line else context.service_name(line["service"])


# ---- discounts that end


def discounted_months(line: Line, start: datetime.date, months: int) -> int:
    """How many of the months from ``start`` on a discount covers whole; the others are charged in full."""
    discount = line.get("discount")
    if discount is None:
        return 0
    until = discount.get("until")
    return months if until is None else min(months, months_between(start, datetime.date.fromisoformat(until)))


def charged_from(line: Line, start: datetime.date) -> Line:
    """The line as it is charged in the month from ``start`` on: without a discount that has ended."""
    return line if "discount" not in line or _discounted(line, start) else {**line, "discount": None}


def _discounted(line: Line, start: datetime.date) -> bool:
    """Whether its discount holds for the first month from ``start`` on, or on that day if it is paid once."""
    if line["recurrence"] == "one_off":
        return bool(start.isoformat() <= line["discount"].get("until", start.isoformat()))
    return discounted_months(line, start, 1) > 0


def current_lines(deal: Deal) -> list[Line]:
    """The price lines as they are charged from the day on which the document takes effect."""
    start = period_start(deal)
    return [charged_from(line, start) for line in deal["pricing"]["lines"]]


def idle_discounts(deal: Deal, context: Context) -> list[str]:
    """The lines with a discount that ends before it has covered one month of the contract, or what is paid once."""
    start = effective(deal)
    return [line["id"] for line in deal["pricing"]["lines"] if "discount" in line and not _discounted(line, start)]


FORMULAS = {"idle_discounts": idle_discounts}
