"""The arithmetic of prices: every amount of the order form, in ``Decimal``.

One rounding policy (docs/decisions/0013-money.md): each printed line is rounded half up to the cent, and every total is
the sum of printed lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from generator import formats
from generator.formulas.context import Context, both
from generator.formulas.dates import effective
from generator.formulas.money import cents, percent_of, rounded
from generator.formulas.price_lines import current_lines, discounted_months, line_label, line_total, monthly_total

Deal = Mapping[str, Any]


def recurring_lines(deal: Deal, context: Context) -> list[dict[str, Any]]:
    return [
        {
            "id": line["id"],
            "label": line_label(line, context),
            "service": line["service"],
            "unit": context.label("pricing.lines[].unit", line["unit"]),
            "qty": line["qty"],
            "unit_price": line["unit_price"],
            "monthly_total": monthly_total(line),
        }
        for line in current_lines(deal)
        if line["recurrence"] != "one_off"
    ]


def mrr(deal: Deal, context: Context) -> Decimal:
    """Monthly recurring revenue: the sum of the printed monthly totals."""
    return sum((line["monthly_total"] for line in context.facts["recurring_lines"]), Decimal("0.00"))


def arr(deal: Deal, context: Context) -> Decimal:
    return Decimal(context.facts["mrr"]) * 12


def one_off_lines(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """One-off price lines, a paid discovery phase, and the onboarding fee where it is invoiced.

    A discovery phase that is complete has been invoiced: it is no line any more, and what is deductible comes off the
    onboarding fee.
    """
    lines = [
        {
            "id": line["id"],
            "label": line_label(line, context),
            "unit": context.label("pricing.lines[].unit", line["unit"]),
            "qty": line["qty"],
            "unit_price": line["unit_price"],
            "total": line_total(line),
        }
        for line in current_lines(deal)
        if line["recurrence"] == "one_off"
    ]
    onboarding = deal["onboarding"]
    discovery = onboarding["cadrage"]
    flat = context.label("pricing.lines[].unit", "flat")
    paid, done = discovery_price(deal, context), "report_date" in discovery
    if paid and not done:
        lines.append(_fixed("discovery", {"fr": "Cadrage", "en": "Discovery"}, flat, paid))
    fee = onboarding_fee(onboarding, context)
    if fee and onboarding["fee_treatment"] == "invoiced":
        lines.append(_fixed("onboarding", {"fr": "Prise en charge initiale", "en": "Onboarding"}, flat, fee))
        if paid and done and discovery["deductible"]:
            label = {"fr": "Déduction du Cadrage déjà facturé", "en": "Deduction of Discovery already invoiced"}
            lines.append(_fixed("discovery-deduction", label, flat, -min(paid, fee)))
    return lines


def discovery_price(deal: Deal, context: Context) -> Decimal:
    """The fee of a paid discovery phase, in euros excluding VAT; 0 where it is free or has no price."""
    discovery = deal["onboarding"]["cadrage"]
    return cents(discovery["fee"]) if discovery["mode"] == "paid" and "fee" in discovery else Decimal("0.00")


def discovery_vat(deal: Deal, context: Context) -> Decimal:
    return vat(context.facts["discovery_price"], context)


def discovery_incl_vat(deal: Deal, context: Context) -> Decimal:
    return Decimal(context.facts["discovery_price"]) + Decimal(context.facts["discovery_vat"])


def onboarding_price(deal: Deal, context: Context) -> Decimal:
    """The onboarding fee, whether it is invoiced, spread or waived, in euros excluding VAT."""
    return onboarding_fee(deal["onboarding"], context)


def onboarding_fee(onboarding: Mapping[str, Any], context: Context) -> Decimal:
    """The agreed fee, or the given number of monthly fees."""
    if "fee" in onboarding:
        return cents(onboarding["fee"])
    return cents(Fraction(context.facts["mrr"]) * Fraction(onboarding["fee_months_of_mrr"]))


def _fixed(id_: str, label: dict[str, str], unit: dict[str, str], price: Decimal) -> dict[str, Any]:
    return {"id": id_, "label": label, "unit": unit, "qty": Decimal(1), "unit_price": price, "total": cents(price)}


def one_off_total(deal: Deal, context: Context) -> Decimal:
    return sum((line["total"] for line in context.facts["one_off_lines"]), Decimal("0.00"))


def tcv(deal: Deal, context: Context) -> Decimal:
    """Total contract value over the initial period: months of recurring lines, discounts up to their end, one-off."""
    start, months = effective(deal), int(deal["term"]["initial_months"])
    total = Decimal(context.facts["one_off_total"])
    for line in deal["pricing"]["lines"]:
        if line["recurrence"] == "one_off":
            continue
        low = discounted_months(line, start, months)
        total += monthly_total(line) * low + monthly_total(line, discounted=False) * (months - low)
    return total


def vat_pct(deal: Deal, context: Context) -> Decimal:
    """The VAT rate of the territory: the parameter ``vat_<territory>``."""
    return Decimal(context.parameters[f"vat_{deal['billing']['tax_territory']}"])


def vat(amount: Decimal, context: Context) -> Decimal:
    return percent_of(amount, context.facts["vat_pct"])


def mrr_vat(deal: Deal, context: Context) -> Decimal:
    return vat(context.facts["mrr"], context)


def mrr_incl_vat(deal: Deal, context: Context) -> Decimal:
    return Decimal(context.facts["mrr"]) + Decimal(context.facts["mrr_vat"])


def one_off_vat(deal: Deal, context: Context) -> Decimal:
    return vat(context.facts["one_off_total"], context)


def one_off_incl_vat(deal: Deal, context: Context) -> Decimal:
    return Decimal(context.facts["one_off_total"]) + Decimal(context.facts["one_off_vat"])


def minimum_monthly(deal: Deal, context: Context) -> Decimal:
    pricing = deal["pricing"]
    if "minimum_monthly" in pricing:
        return cents(pricing["minimum_monthly"])
    return percent_of(context.facts["mrr"], pricing["minimum_monthly_pct"])


def tier_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    rows = []
    for line in deal["pricing"]["lines"]:
        for tier in line["tiers"]:
            row = {"line": line_label(line, context), "from_qty": tier["from_qty"], "unit_price": tier["unit_price"]}
            if "to_qty" in tier:
                row["to_qty"] = tier["to_qty"]
            rows.append(row)
    return rows


def cap_amount(deal: Deal, context: Context) -> Decimal:
    """The liability cap in euro at signature: the multiple of a year's fees, but at least the floor."""
    cap = deal["liability"]["cap"]
    return max(cents(Fraction(context.facts["arr"]) * Fraction(cap["multiplier"])), cents(cap["floor_eur"]))


def super_caps(deal: Deal, context: Context) -> list[dict[str, Any]]:
    rows = []
    for entry in deal["liability"]["super_cap"]:
        agreed = entry.get("amount_eur")
        amount = Fraction(context.facts["cap_amount"]) * Fraction(entry["multiplier"]) if agreed is None else agreed
        rows.append({"domain": context.label("liability.super_cap[].domain", entry["domain"]), "amount": cents(amount)})
    return rows


def highest_cap(deal: Deal, context: Context) -> Decimal:
    """The highest amount that the provider may owe under a cap."""
    higher = (Decimal(row["amount"]) for row in context.facts["super_caps"])
    return max((Decimal(context.facts["cap_amount"]), *higher))


def true_up_example(deal: Deal, context: Context) -> dict[str, Any]:
    """A true-up worked out on the first countable monthly line: a tenth more, then the floor of reductions.

    A line in tiers has no single unit price to show, so it is passed over; discounts are left out. Without such a line,
    ten users at 100 euro stand for it, and ``has_true_up_example`` keeps them out of the contract.
    """
    lines = _single_price_lines(deal)
    if lines:
        label, price, quantity = (
            line_label(lines[0], context),
            Decimal(lines[0]["unit_price"]),
            Decimal(lines[0]["qty"]),
        )
    else:
        label, price, quantity = context.label("pricing.lines[].unit", "user"), Decimal(100), Decimal(10)
    more = quantity + max(Decimal(1), rounded(Fraction(quantity) / 10, 0))
    share = Fraction(deal["pricing"]["true_up"]["reductions_floor_pct"]) / 100
    # Whole units, but never more of them than were signed: two and a half licences are not three.
    floor = min(quantity, Decimal(ceil(Fraction(quantity) * share)))
    return {
        "line": label,
        "unit_price": price,
        "qty_signed": quantity,
        "qty_more": more,
        "qty_floor": floor,
        "monthly_signed": _priced(quantity, price),
        "monthly_more": _priced(more, price),
        "monthly_floor": _priced(floor, price),
    }


def _priced(quantity: Decimal, price: Decimal) -> Decimal:
    return cents(Fraction(quantity) * Fraction(price))


def _single_price_lines(deal: Deal) -> list[Mapping[str, Any]]:
    return [
        line
        for line in deal["pricing"]["lines"]
        if line["recurrence"] == "monthly" and line["unit"] != "flat" and not line["tiers"]
    ]


def has_true_up_example(deal: Deal, context: Context) -> bool:
    """Whether a monthly line counts units at one price."""
    return bool(_single_price_lines(deal))


def price_text(line: Mapping[str, Any], context: Context) -> dict[str, str]:
    """``38,00 € par utilisateur et par mois``."""
    unit = context.label("pricing.lines[].unit", line["unit"])
    period = {"monthly": (" et par mois", " per month"), "annual": (" et par an", " per year"), "one_off": ("", "")}
    fr, en = period[line["recurrence"]]
    flat = line["unit"] == "flat"
    return {
        "fr": formats.amount(line["unit_price"], "fr")
        + ("" if flat else f" par {unit['fr']}")
        + (fr.replace(" et par", " par") if flat else fr),
        "en": formats.amount(line["unit_price"], "en") + ("" if flat else f" per {unit['en']}") + en,
    }


def price_of(deal: Deal, context: Context, service: Mapping[str, Any]) -> dict[str, str]:
    """Where the price of a service stands: its own lines, the service that includes it, or the flat fee."""
    lines = [line for line in deal["pricing"]["lines"] if line["service"] == service["code"]]
    if lines:
        return both(lambda language: " ; ".join(price_text(line, context)[language] for line in lines))
    included = service.get("included_in")
    if included is not None:
        name = context.service_name(included)
        return {"fr": f"inclus dans « {name['fr']} »", "en": f"included in “{name['en']}”"}
    return {"fr": "inclus dans les Redevances du Bon de commande", "en": "included in the Fees of the Order Form"}


FORMULAS = {
    formula.__name__: formula
    for formula in (
        recurring_lines,
        mrr,
        arr,
        one_off_lines,
        one_off_total,
        tcv,
        vat_pct,
        mrr_vat,
        mrr_incl_vat,
        one_off_vat,
        one_off_incl_vat,
        discovery_price,
        discovery_vat,
        discovery_incl_vat,
        onboarding_price,
        minimum_monthly,
        tier_rows,
        cap_amount,
        super_caps,
        highest_cap,
        true_up_example,
        has_true_up_example,
    )
}
