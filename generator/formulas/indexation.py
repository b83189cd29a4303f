"""The revision of prices by an index: by how much a price changes, and an example worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from generator.formulas.context import Context
from generator.formulas.money import Exact, cents

Deal = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """By which share of itself a price changes; ``capped`` where the agreed limit holds it back."""

    share: Fraction
    capped: bool = False

    @property
    def factor(self) -> Fraction:
        return 1 + self.share


NO_CHANGE = Change(Fraction(0))


def index_change(indexation: Mapping[str, Any], start: Exact, end: Exact) -> Change:
    """P1 = P0 × (1 − s + s × I1 / I0), where ``s`` is the indexed share, within the limit; no fall below a floor."""
    change = Fraction(indexation["indexed_share_pct"]) / 100 * (Fraction(end) / Fraction(start) - 1)
    limit = Fraction(indexation["cap_pct"]) / 100
    both_ways = indexation["reciprocal"] and indexation["floor"] == "none"
    kept = max(min(change, limit), -limit if both_ways else Fraction(0))
    return Change(kept, kept != change)


def fixed_change(indexation: Mapping[str, Any]) -> Change:
    """A step that was agreed at signature: no index and no limit concerns it."""
    return Change(Fraction(indexation["fixed_pct"]) / 100) if "fixed_pct" in indexation else NO_CHANGE


def indexation_example(deal: Deal, context: Context) -> dict[str, Any]:
    """A revision worked out on 1,000 euro: the index moves from the base value to the example value.

    Where the deal gives no index values, 100 and 104 stand for them.
    """
    indexation = deal["pricing"]["indexation"]
    base = Decimal(1000)
    start = Decimal(indexation.get("base_value", 100))
    end = Decimal(indexation.get("example_index", start * Decimal("1.04")))
    fixed = indexation["index"] == "fixed_pct" and "fixed_pct" in indexation
    change = fixed_change(indexation) if fixed else index_change(indexation, start, end)
    return {
        "base_amount": base,
        "base_index": start,
        "current_index": end,
        "new_amount": cents(Fraction(base) * change.factor),
        "capped": change.capped,
    }


FORMULAS = {"indexation_example": indexation_example}
