"""The smallest measured case that has a given result: minutes of downtime in a month, or misses out of measurements."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import ceil, floor
from typing import Any

from generator import formats
from generator.formulas.context import Context, Localised, both
from generator.formulas.credit_grid import Stretch
from generator.formulas.dates import add_months, effective
from generator.formulas.hours import calendar_of, month_minutes

Deal = Mapping[str, Any]

YEAR = 12
QUARTER = 3
MINUTE = Fraction(60)
MISSES = 2_000
"""How many misses are tried before any fraction between the bounds will do: bounds of many decimals need many."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period of measurement: when it is, in words (``en juin 2026``), and its seconds of service."""

    when: Localised
    seconds: Fraction


@dataclass(frozen=True, slots=True)
class Downtime:
    """So many seconds of downtime in one period; ``rate`` is the exact availability, in percent."""

    period: Period
    seconds: Fraction
    rank: tuple[int, Fraction]

    @property
    def rate(self) -> Fraction:
        return 100 * (self.period.seconds - self.seconds) / self.period.seconds


@dataclass(frozen=True, slots=True)
class Misses:
    """So many misses out of so many measurements; ``rate`` is the exact attainment, in percent."""

    missed: int
    measured: int

    @property
    def rate(self) -> Fraction:
        return Fraction(100 * (self.measured - self.missed), self.measured)


def periods_of(deal: Deal, entry: Mapping[str, Any], context: Context) -> Iterator[Period]:
    """The whole months, or whole quarters, of the first contract year in which an availability has service time."""
    calendar = calendar_of(deal, entry["service_hours_calendar"])
    if calendar is None:
        return
    start = effective(deal)
    first = add_months(start.replace(day=1), 1) if start.day > 1 else start
    months = YEAR - 1 if start.day > 1 else YEAR
    length = QUARTER if entry["window"] == "quarter" else 1
    offset = -(first.month - 1) % length
    while offset + length <= months:
        month = add_months(first, offset)
        minutes = sum(month_minutes(deal, calendar, add_months(month, i), context) for i in range(length))
        if minutes > 0:
            yield Period(_when(month, length), Fraction(minutes) * MINUTE)
        offset += length


def _when(month: datetime.date, length: int) -> Localised:
    if length == 1:
        return {"fr": f"en {formats.month(month, 'fr')}", "en": f"in {formats.month(month, 'en')}"}
    number = (month.month - 1) // QUARTER + 1
    return {
        "fr": f"au {formats.ordinal(number, 'fr')} trimestre {month.year}",
        "en": f"in the {formats.ordinal(number, 'en')} quarter of {month.year}",
    }


def smallest_downtime(results: Stretch, periods: Sequence[Period]) -> Downtime | None:
    """The least downtime whose exact rate is in ``results``: whole minutes if any do, then seconds, then parts of them.

    ``None`` without periods.
    """
    found = [_least(results, period) for period in periods]
    return min(found, key=lambda case: case.rank, default=None)


def _least(results: Stretch, period: Period) -> Downtime:
    # More than `above`, because the upper bound is not included, and at most `most`.
    above = period.seconds * (100 - Fraction(results.high)) / 100
    most = period.seconds * (100 - Fraction(results.low)) / 100
    unit, coarseness = MINUTE, 0
    while (seconds := unit * (floor(above / unit) + 1)) > most:
        unit = Fraction(1) if unit == MINUTE else unit / 10
        coarseness += 1
    return Downtime(period, seconds, (coarseness, seconds))


def smallest_misses(results: Stretch, sample: int) -> Misses:
    """The fewest misses, then the fewest measurements, at least ``sample``, whose exact rate is in ``results``."""
    above = (100 - Fraction(results.high)) / 100
    most = (100 - Fraction(results.low)) / 100
    for missed in range(1, MISSES):
        measured = max(sample, ceil(missed / most))
        if measured * above < missed:
            return Misses(missed, measured)
    middle = (above + most) / 2
    times = ceil(Fraction(sample, middle.denominator))
    return Misses(middle.numerator * times, middle.denominator * times)


def shown_rate(rate: Fraction, results: Stretch) -> Localised:
    """A rate in percent, cut to the fewest decimals (two at least) with which it still is among the results."""
    digits = 2
    while (cut := _decimal(floor(rate * 10**digits), digits)) < results.low:
        digits += 1
    return both(lambda language: formats.percent(cut, language))


def shown_downtime(seconds: Fraction, language: str) -> str:
    """``22 minutes``, or ``21 min 36 s`` where it is no whole number of minutes."""
    minutes, rest = divmod(seconds, MINUTE)
    if not rest:
        return formats.minutes(int(minutes), language)
    # Cases are cut to decimal parts of a second, so this ends.
    digits = next(digits for digits in count() if (rest * 10**digits).denominator == 1)
    text = f"{formats.number(_decimal(int(rest * 10**digits), digits), language)}{formats.NBSP}s"
    return f"{formats.number(int(minutes), language)}{formats.NBSP}min{formats.NBSP}{text}" if minutes else text


def _decimal(value: int, digits: int) -> Decimal:
    """``value`` with its last ``digits`` as decimals, without zeros at the end. Arithmetic would round to 28 digits."""
    while digits and value % 10 == 0:
        value, digits = value // 10, digits - 1
    return Decimal(f"{value}E-{digits}")
