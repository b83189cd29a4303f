"""The credit scale against what was promised: exactly one credit for every result that breaks a promise.

A band is ``[from, to)`` in percent, as the contract prints it (lower bound included, upper bound not); one without an
upper bound ends at the promise. The contract compares a rate without rounding, so results are all the rational numbers
from 0 to the promise and the answer is computed on the bounds themselves: nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from itertools import pairwise
from typing import Any

Deal = Mapping[str, Any]
SCOPES = ("availability", "attainment")
ZERO = Decimal(0)


class Kind(Enum):
    """What is wrong with a scale."""

    HOLE = auto()
    OVERLAP = auto()
    FALLS = auto()
    ABOVE = auto()
    EMPTY = auto()
    IDLE = auto()


@dataclass(frozen=True, slots=True)
class Band:
    """A step of the scale; ``index`` is its place in ``sla.credits.tiers``, ``high`` is ``None`` for the promise."""

    index: int
    low: Decimal
    high: Decimal | None
    credit: Decimal

    def end(self, promise: Decimal) -> Decimal:
        """Where the band ends for a row of this promise: the scale applies to nothing above it."""
        return promise if self.high is None else min(self.high, promise)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The results from ``low`` (included) to ``high`` (not included), in percent; never empty."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a scale. ``bands`` are those to look at, ``results`` the results that show it.

    HOLE: the bands below and above, where there are any. OVERLAP: both bands. FALLS: the better result's band, then
    that of the worse result, whose credit is lower; ``better`` are results of the first. ABOVE: the band that reaches
    beyond the highest promise. EMPTY and IDLE have no results: a band that ends where it starts, one that starts at
    the highest promise.
    """

    kind: Kind
    bands: tuple[Band, ...]
    results: Stretch | None = None
    better: Stretch | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """The same for two promises that show the same fault of the scale."""
        start = self.results.low if self.kind is Kind.HOLE and self.results is not None else None
        return self.kind, start, tuple(band.index for band in self.bands if self.kind is not Kind.HOLE)


def bands_of(deal: Deal, scope: str) -> tuple[Band, ...]:
    """The bands of one scope, in the order of the deal."""
    return tuple(
        Band(
            index,
            Decimal(tier["from_pct"]),
            Decimal(tier["to_pct"]) if "to_pct" in tier else None,
            Decimal(tier["credit_pct"]),
        )
        for index, tier in enumerate(deal["sla"]["credits"]["tiers"])
        if tier["scope"] == scope
    )


def faults_of_promise(bands: Sequence[Band], promise: Decimal) -> Iterator[Fault]:
    """Where the results below one promise have no credit, two, or a credit that falls as the result gets worse."""
    used = sorted((band for band in bands if band.low < band.end(promise)), key=lambda band: (band.low, band.index))
    yield from _holes(used, promise)
    yield from _overlaps(used, promise)
    yield from _falls(used, promise)


def faults_of_bands(bands: Sequence[Band], highest: Decimal) -> Iterator[Fault]:
    """The bands that say something of no result: empty, or (in part) above the highest promise."""
    for band in bands:
        if band.high is None:
            if band.low >= highest:
                yield Fault(Kind.IDLE, (band,))
        elif band.high <= band.low:
            yield Fault(Kind.EMPTY, (band,))
        elif band.high > highest:
            yield Fault(Kind.ABOVE, (band,), Stretch(max(band.low, highest), band.high))


def _holes(used: Sequence[Band], promise: Decimal) -> Iterator[Fault]:
    reached = ZERO
    below: tuple[Band, ...] = ()
    for band in used:
        if band.low > reached:
            yield Fault(Kind.HOLE, (*below, band), Stretch(reached, band.low))
        if band.end(promise) > reached:
            reached, below = band.end(promise), (band,)
    if reached < promise:
        yield Fault(Kind.HOLE, below, Stretch(reached, promise))


def _overlaps(used: Sequence[Band], promise: Decimal) -> Iterator[Fault]:
    """Each band with the one before it that reaches furthest: none escapes, and n equal bands are n - 1 faults."""
    furthest: Band | None = None
    for band in used:
        if furthest is not None and band.low < furthest.end(promise):
            end = min(band.end(promise), furthest.end(promise))
            yield Fault(Kind.OVERLAP, (furthest, band), Stretch(band.low, end))
        if furthest is None or band.end(promise) > furthest.end(promise):
            furthest = band


def _falls(used: Sequence[Band], promise: Decimal) -> Iterator[Fault]:
    """Judged where exactly one band applies; holes and overlaps are faults of their own."""
    bounds = sorted({band.low for band in used} | {band.end(promise) for band in used})
    single: list[tuple[Band, Stretch]] = []
    for low, high in pairwise(bounds):
        covering = [band for band in used if band.low <= low < band.end(promise)]
        if len(covering) == 1:
            single.append((covering[0], Stretch(low, high)))
    for (worse, results), (band, better) in pairwise(single):
        if worse.credit < band.credit:
            yield Fault(Kind.FALLS, (band, worse), results, better)
