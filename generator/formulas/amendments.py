"""What an amendment changes: the price lines of the signed contract (``amends.lines``) beside those of the deal.

The deal describes the contract as it is once amended. A line with the same id is the same line; one that only the deal
has is new, one that only the signed contract has is gone. Amounts are euros excluding VAT.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from generator import formats
from generator.formulas.context import Context, both
from generator.formulas.dates import effective, period_start
from generator.formulas.money import rounded
from generator.formulas.perimeter import processing_of, subprocessors
from generator.formulas.price_lines import charged_from, current_lines, line_label, line_total, monthly_total

Deal = Mapping[str, Any]
Line = Mapping[str, Any]


def _recurring(lines: list[Line]) -> dict[str, Line]:
    return {line["id"]: line for line in lines if line["recurrence"] != "one_off"}


def _terms(line: Line | None) -> tuple[Any, ...]:
    """What a change of a line can be about; its label and its order are none."""
    if line is None:
        return ()
    return (line["qty"], line["unit_price"], line["unit"], line["recurrence"], line["tiers"], line.get("discount"))


def amended_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The recurring lines that change, those of the signed contract first, with both quantities and prices."""
    before, after = _recurring(deal["amends"]["lines"]), _recurring(deal["pricing"]["lines"])
    start = period_start(deal)
    rows = []
    for id_ in dict.fromkeys((*before, *after)):
        old, new = before.get(id_), after.get(id_)
        if _terms(old) == _terms(new):
            continue
        shown = new or old
        assert shown is not None
        rows.append(
            {
                "id": id_,
                "label": line_label(shown, context),
                "unit": context.label("pricing.lines[].unit", shown["unit"]),
                "qty_before": old["qty"] if old else 0,
                "qty_after": new["qty"] if new else 0,
                "price_before": (old or shown)["unit_price"],
                "price_after": shown["unit_price"],
                "monthly_after": monthly_total(charged_from(new, start)) if new else Decimal("0.00"),
            }
        )
    return rows


def amended_one_off(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The one-off lines that only the deal has: what the amendment charges once."""
    before = {line["id"] for line in deal["amends"]["lines"]}
    return [
        {"id": line["id"], "label": line_label(line, context), "qty": line["qty"], "total": line_total(line)}
        for line in current_lines(deal)
        if line["recurrence"] == "one_off" and line["id"] not in before
    ]


def amended_one_off_total(deal: Deal, context: Context) -> Decimal:
    return sum((Decimal(row["total"]) for row in context.facts["amended_one_off"]), Decimal("0.00"))


def monthly_before(deal: Deal, context: Context) -> Decimal:
    """What the lines of the signed contract cost a month from the day of the amendment on."""
    return _monthly(deal, period_start(deal))


def monthly_signed(deal: Deal, context: Context) -> Decimal:
    """What they cost a month at first: the total that the signed contract prints."""
    return _monthly(deal, effective(deal))


def _monthly(deal: Deal, start: datetime.date) -> Decimal:
    lines = _recurring(deal["amends"]["lines"]).values()
    return sum((monthly_total(charged_from(line, start)) for line in lines), Decimal("0.00"))


def _difference(context: Context) -> Decimal:
    return Decimal(context.facts["mrr"]) - Decimal(context.facts["monthly_before"])


def monthly_difference(deal: Deal, context: Context) -> dict[str, str]:
    """The change of the monthly total, with its sign."""
    change = _difference(context)
    return both(lambda language: ("+" if change > 0 else "") + formats.amount(change, language))


def amended_pct(deal: Deal, context: Context) -> Decimal:
    """The size of that change in percent of the total before, whatever its sign; 100 where there was no total.

    Rounded up to a hundredth, because it is compared with a limit: what is above ten percent is not ten.
    """
    before = Fraction(context.facts["monthly_before"])
    change = abs(Fraction(_difference(context)))
    return rounded(Fraction(ceil(change / before * 10_000), 100)) if before else Decimal(100)


def added_service_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """What the catalogue says in a line of each service that the amendment adds."""
    added = deal["amends"]["services_added"]
    columns = ("name", "hours", "nature", "tools")
    return [{name: row[name] for name in columns} for row in context.facts["subscribed"] if row["code"] in added]


def added_processing(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The processing sheets of article 28 GDPR of the services that the amendment adds."""
    sold = {service["code"] for service in deal["services"]}
    return processing_of(sold & set(deal["amends"]["services_added"]), context)


def added_subprocessors(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The sub-processors that the contract has only with the services that the amendment adds."""
    added = deal["amends"]["services_added"]
    kept = [service for service in deal["services"] if service["code"] not in added]
    signed = {"services": kept, "tools": deal["tools"], "dp": {"subprocessors": deal["dp"]["subprocessors"]}}
    before = subprocessors(signed, context)
    return [row for row in subprocessors(deal, context) if row not in before]


def processed_before(deal: Deal, context: Context) -> bool:
    """Whether the signed contract processes personal data, so that it has an agreement under article 28 GDPR."""
    amends = deal["amends"]
    sold = {service["code"] for service in deal["services"]}
    before = sold - set(amends["services_added"]) | set(amends["services_removed"])
    return bool(processing_of(before, context) or deal["dp"]["processing"])


def services_gone(deal: Deal, context: Context) -> list[dict[str, str]]:
    return [context.service_name(code) for code in deal["amends"]["services_removed"]]


def service_changes_unsaid(deal: Deal, context: Context) -> list[str]:
    """Codes of services that the lists of added and removed ones contradict, or that lines add or drop unsaid."""
    amends = deal["amends"]
    sold = [service["code"] for service in deal["services"]]
    lines_before = {line["service"] for line in amends["lines"]}
    lines_after = {line["service"] for line in deal["pricing"]["lines"]}
    added, removed = amends["services_added"], amends["services_removed"]
    wrong = [code for code in added if code not in sold or code in lines_before]
    wrong += [code for code in removed if code in sold]
    wrong += sorted(code for code in lines_after - lines_before if code not in added and code in sold)
    wrong += sorted(code for code in lines_before if code not in sold and code not in removed)
    return list(dict.fromkeys(wrong))


def amendment_signed_late_days(deal: Deal, context: Context) -> int:
    """Days between the effective date of the amendment and a later signature; 0 where a date is missing or none is."""
    signed, effect = deal["meta"].get("signature_date"), deal["amends"].get("effective_date")
    if signed is None or effect is None:
        return 0
    return max(0, (datetime.date.fromisoformat(signed) - datetime.date.fromisoformat(effect)).days)


FORMULAS = {
    formula.__name__: formula
    for formula in (
        amended_rows,
        amended_one_off,
        amended_one_off_total,
        monthly_before,
        monthly_signed,
        monthly_difference,
        amended_pct,
        added_service_rows,
        added_processing,
        added_subprocessors,
        processed_before,
        services_gone,
        service_changes_unsaid,
        amendment_signed_late_days,
    )
}
