"""Amounts as they are owed: worked out as exact fractions and rounded once, where they are printed.

docs/decisions/0013-money.md says what is rounded, when, and why.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

# Money of a deal is Decimal; arithmetic on Decimal is cut to 28 digits, and a division by three never comes out even.
Exact = int | Decimal | Fraction


def rounded(amount: Exact, places: int = 2) -> Decimal:
    """To so many decimals, halves away from zero: the only rounding of amounts, of their exact value."""
    scaled = abs(Fraction(amount)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    # From text: a product of decimals would be cut to the precision of the context.
    return Decimal(f"{'-' if amount < 0 and whole else ''}{whole}E-{places}")


def cents(amount: Exact) -> Decimal:
    """Rounded half up to the cent."""
    return rounded(amount)


def percent_of(amount: Exact, pct: Exact) -> Decimal:
    """So many percent of an amount, to the cent."""
    return cents(Fraction(amount) * Fraction(pct) / 100)
