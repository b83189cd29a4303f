"""The next period of a contract: its dates, and its prices after the agreed revision.

Period 0 is the initial one. Renewal ``n`` follows ``n - 1`` earlier renewals of the length that the contract agrees.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from generator.formulas.charges import vat
from generator.formulas.context import Context
from generator.formulas.dates import (
    DAY,
    add_months,
    effective,
    last_of,
    latest_before,
    months_before_renewal,
    renewal_day,
    usual_months,
)
from generator.formulas.indexation import NO_CHANGE, Change, fixed_change, index_change
from generator.formulas.money import rounded
from generator.formulas.price_lines import current_lines, line_label, monthly_total

Deal = Mapping[str, Any]


def renewal_months(deal: Deal, context: Context) -> int:
    return int(deal["amends"].get("renewal_months", usual_months(deal)))


def renewal_start(deal: Deal, context: Context) -> str:
    """The first day of the new period: the day after the period that ends."""
    return renewal_day(deal).isoformat()


def _end(deal: Deal, context: Context) -> datetime.date:
    return last_of(effective(deal), months_before_renewal(deal) + renewal_months(deal, context))


def renewal_end(deal: Deal, context: Context) -> str:
    """The last day of the new period."""
    return _end(deal, context).isoformat()


def renewal_refusal_date(deal: Deal, context: Context) -> str:
    """The last day to send notice that the contract shall not be renewed: the notice period before the new period."""
    return _refusal(deal).isoformat()


def renewal_next_notice_date(deal: Deal, context: Context) -> str:
    """The last day to send notice that the new period shall be the last one."""
    return latest_before(_end(deal, context), deal["term"]["notice_months"]).isoformat()


def renewal_months_to_refusal(deal: Deal, context: Context) -> int:
    """Whole calendar months from the date of the document to the last day to refuse the renewal; at least 0."""
    months = 0
    while add_months(_refusal(deal), -months - 1) >= _today(context):
        months += 1
    return months


def renewal_months_begun_to_refusal(deal: Deal, context: Context) -> int:
    """The same, a month begun counting as a whole one."""
    months = renewal_months_to_refusal(deal, context)
    return months + (add_months(_refusal(deal), -months) > _today(context))


def _refusal(deal: Deal) -> datetime.date:
    return latest_before(renewal_day(deal) - DAY, deal["term"]["notice_months"])


def _today(context: Context) -> datetime.date:
    return datetime.date.fromisoformat(context.as_of)


def renewal_open(deal: Deal, context: Context) -> bool:
    """On the date of the document, the renewal can still be refused."""
    return _refusal(deal) >= _today(context)


def renewal_revision_due(deal: Deal, context: Context) -> bool:
    """Whether the first day of the new period is one on which the contract revises its prices."""
    indexation = deal["pricing"]["indexation"]
    since_first = months_before_renewal(deal) - int(indexation["first_revision_month"])
    return indexation["index"] != "none" and since_first >= 0 and since_first % int(indexation["frequency_months"]) == 0


def _change(deal: Deal, context: Context) -> Change:
    """The change of prices: of a step that is due, or of the new index; limited as the contract says."""
    indexation = deal["pricing"]["indexation"]
    if indexation["index"] == "fixed_pct":
        return fixed_change(indexation) if renewal_revision_due(deal, context) else NO_CHANGE
    if indexation["index"] == "none" or "index_value" not in deal["amends"] or "base_value" not in indexation:
        return NO_CHANGE
    return index_change(indexation, indexation["base_value"], deal["amends"]["index_value"])


def renewal_revised(deal: Deal, context: Context) -> bool:
    """Whether prices change on renewal."""
    return _change(deal, context).share != 0


def renewal_capped(deal: Deal, context: Context) -> bool:
    """Whether the agreed limit holds the change back."""
    return _change(deal, context).capped


def renewal_lines(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The recurring lines with their unit prices in force and revised, and their monthly totals at the latter."""
    factor = _change(deal, context).factor
    rows = []
    for line in current_lines(deal):
        if line["recurrence"] == "one_off":
            continue
        tiers = [{**tier, "unit_price": _revised(tier["unit_price"], factor)} for tier in line["tiers"]]
        revised = {**line, "unit_price": _revised(line["unit_price"], factor), "tiers": tiers}
        rows.append(
            {
                "id": line["id"],
                "label": line_label(line, context),
                "qty": line["qty"],
                "price_before": line["unit_price"],
                "price_after": revised["unit_price"],
                "monthly_after": monthly_total(revised),
            }
        )
    return rows


def _revised(price: Decimal, factor: Fraction) -> Decimal:
    """A unit price after the revision, with as many decimals as it had and at least cents."""
    exponent = price.as_tuple().exponent
    assert isinstance(exponent, int)
    return rounded(Fraction(price) * factor, max(2, -exponent))


def renewal_mrr(deal: Deal, context: Context) -> Decimal:
    return sum((Decimal(row["monthly_after"]) for row in context.facts["renewal_lines"]), Decimal("0.00"))


def renewal_mrr_vat(deal: Deal, context: Context) -> Decimal:
    return vat(context.facts["renewal_mrr"], context)


def renewal_mrr_incl_vat(deal: Deal, context: Context) -> Decimal:
    return Decimal(context.facts["renewal_mrr"]) + Decimal(context.facts["renewal_mrr_vat"])


FORMULAS = {
    formula.__name__: formula
    for formula in (
        renewal_months,
        renewal_start,
        renewal_end,
        renewal_refusal_date,
        renewal_next_notice_date,
        renewal_months_to_refusal,
        renewal_months_begun_to_refusal,
        renewal_open,
        renewal_revision_due,
        renewal_revised,
        renewal_capped,
        renewal_lines,
        renewal_mrr,
        renewal_mrr_vat,
        renewal_mrr_incl_vat,
    )
}
