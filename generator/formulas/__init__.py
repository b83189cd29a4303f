"""Computed values that the facts of the library name: arithmetic of prices, calendars, dates and tables.

A formula is a pure function of the merged deal and a ``Context``; it knows no law, no amount and no clause. What it
prints in words it gives in both languages. ``FORMULAS`` is the list of all of them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from generator.formulas import (
    amendments,
    backing,
    charges,
    closing_days,
    coherence,
    coherence_price,
    coherence_scope,
    credit_words,
    dates,
    hours,
    indexation,
    key_dates,
    levels,
    patch_windows,
    perimeter,
    price_lines,
    recurrences,
    renewals,
    summary,
)
from generator.formulas.context import Context

Formula = Callable[[Mapping[str, Any], Context], Any]

FORMULAS: Mapping[str, Formula] = {
    **dates.FORMULAS,
    **price_lines.FORMULAS,
    **charges.FORMULAS,
    **indexation.FORMULAS,
    **hours.FORMULAS,
    **closing_days.FORMULAS,
    **levels.FORMULAS,
    **patch_windows.FORMULAS,
    **perimeter.FORMULAS,
    **summary.FORMULAS,
    **coherence.FORMULAS,
    **coherence_price.FORMULAS,
    **coherence_scope.FORMULAS,
    **backing.FORMULAS,
    **credit_words.FORMULAS,
    **amendments.FORMULAS,
    **recurrences.FORMULAS,
    **renewals.FORMULAS,
    **key_dates.FORMULAS,
}

__all__ = ["FORMULAS", "Context", "Formula"]
