"""What does not fit together in the prices of a deal: tiers, discounts, the months of the price revision."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from generator import formats
from generator.formulas.context import Context, Localised, both
from generator.formulas.dates import add_months, effective

Deal = Mapping[str, Any]
Tier = Mapping[str, Any]


def price_tier_problems(deal: Deal, context: Context) -> list[Localised]:
    """Where the tiers of a line do not give each quantity from one up exactly one price, and never a higher one.

    A tier runs from ``from_qty`` to ``to_qty``, both included and whole; without ``to_qty`` it has no end, as it is
    printed. In the mode ``volume`` the unit price of the line must be that of the tier which its quantity reaches.
    """
    return [
        {"fr": f"ligne {line['id']} ({problem['fr']})", "en": f"line {line['id']} ({problem['en']})"}
        for line in deal["pricing"]["lines"]
        for problem in _tier_problems(line)
    ]


def _tier_problems(line: Mapping[str, Any]) -> Iterator[Localised]:
    tiers = sorted(line["tiers"], key=lambda tier: Decimal(tier["from_qty"]))
    if not tiers:
        return
    for tier in tiers:
        if "to_qty" in tier and tier["to_qty"] < tier["from_qty"]:
            yield _quantities("la tranche de {} à {} est vide", "the tier from {} to {} is empty", *_ends(tier))
    if tiers[0]["from_qty"] > 1:
        last = tiers[0]["from_qty"] - 1
        yield _quantities("aucune tranche de {} à {}", "no tier from {} to {}", Decimal(1), last)
    for low, high in pairwise(tiers):
        yield from _seam(low, high)
        if high["unit_price"] > low["unit_price"]:
            yield _quantities("le prix monte à partir de {}", "the price rises from {}", high["from_qty"])
    if "to_qty" in tiers[-1]:
        yield _quantities("aucune tranche au-delà de {}", "no tier above {}", tiers[-1]["to_qty"])
    reached = [tier for tier in tiers if tier["from_qty"] <= line["qty"] <= tier.get("to_qty", line["qty"])]
    if line["tier_mode"] == "volume" and len(reached) == 1 and reached[0]["unit_price"] != line["unit_price"]:
        prices = reached[0]["unit_price"], line["unit_price"]
        yield {
            "fr": "la tranche atteinte est à {}, la ligne à {}".format(*(formats.amount(p, "fr") for p in prices)),
            "en": "the tier reached is at {}, the line at {}".format(*(formats.amount(p, "en") for p in prices)),
        }


def _ends(tier: Tier) -> tuple[Decimal, Decimal]:
    return tier["from_qty"], tier["to_qty"]


def _seam(low: Tier, high: Tier) -> Iterator[Localised]:
    """The hole or the overlap between two tiers that follow each other."""
    begins = high["from_qty"]
    if "to_qty" not in low:
        yield _quantities("deux tranches à partir de {}", "two tiers from {}", begins)
    elif low["to_qty"] >= begins:
        ends = min(low["to_qty"], high.get("to_qty", low["to_qty"]))
        yield _quantities("deux tranches de {} à {}", "two tiers from {} to {}", begins, ends)
    elif low["to_qty"] + 1 != begins:
        yield _quantities("aucune tranche entre {} et {}", "no tier between {} and {}", low["to_qty"], begins)


def _quantities(fr: str, en: str, *quantities: Decimal | int) -> Localised:
    words = {"fr": fr, "en": en}
    return both(lambda language: words[language].format(*(formats.number(q, language) for q in quantities)))


def largest_discount_pct(deal: Deal, context: Context) -> Decimal:
    """The largest discount of a price line, in percent; 0 where there is none."""
    lines = deal["pricing"]["lines"]
    return max((Decimal(line["discount"]["pct"]) for line in lines if "discount" in line), default=Decimal(0))


def indexation_months(deal: Deal, context: Context) -> int:
    """Months from the base index to the latest index known at the first revision; negative where there is none yet.

    That index is the one of the month ``current_lag_months`` before the month of the first revision. The texts compare
    the base index with the one ``frequency_months`` later: fewer months here, and it is not published when it is
    needed; more, and the price follows the index late.
    """
    indexation = deal["pricing"]["indexation"]
    first = add_months(effective(deal), indexation["first_revision_month"])
    base = datetime.date.fromisoformat(f"{indexation['base_month']}-01")
    return (first.year - base.year) * 12 + first.month - base.month - int(indexation["current_lag_months"])


FORMULAS = {formula.__name__: formula for formula in (price_tier_problems, largest_discount_pct, indexation_months)}
