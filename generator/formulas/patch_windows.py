"""How long a security update may have to wait for a maintenance window."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from generator.formulas.context import Context
from generator.formulas.dates import add_months, effective
from generator.formulas.hours import DAYS

Deal = Mapping[str, Any]

INSTALLING = frozenset({"os_updates", "third_party_updates", "firmware"})
MONTHS = 24
LONGEST = 366
_USUAL_WEEKS = {"monthly": (1,), "quarterly": (1,), "twice_monthly": (1, 3)}
_STEP = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31}


def update_gap_days(deal: Deal, context: Context) -> int:
    """The most days between the starts of two windows that install updates, over two years; at most ``LONGEST``.

    Where no window installs updates, that is ``LONGEST``. Of a custom recurrence only the frequency and the interval
    count: a month of it has 31 days, and one that cannot be read is as long as a year.
    """
    start = effective(deal)
    found = {
        day
        for window in deal["maintenance"]["windows"]
        if INSTALLING.intersection(window["tasks"])
        for day in _days(window, start)
    }
    waits = [(later - earlier).days for earlier, later in pairwise(sorted(found))]
    return min(max(waits, default=LONGEST), LONGEST)


def _days(window: Mapping[str, Any], start: datetime.date) -> Iterator[datetime.date]:
    """The days on which a window opens in the two years from ``start``."""
    recurrence = window["recurrence"]
    if recurrence in _USUAL_WEEKS:
        months = range(0, MONTHS, 3 if recurrence == "quarterly" else 1)
        first = start.replace(day=1)
        for month in months:
            yield from _in_month(add_months(first, month), window)
        return
    step = 7 if recurrence == "weekly" else _step(window["rrule"])
    day = start + datetime.timedelta(days=(DAYS.index(window["weekday"]) - start.weekday()) % 7)
    while day < add_months(start, MONTHS):
        yield day
        day += datetime.timedelta(days=step)


def _in_month(first: datetime.date, window: Mapping[str, Any]) -> Iterator[datetime.date]:
    """The days of a month in the weeks of the window; a month without a fifth one has no such day."""
    weekday = first + datetime.timedelta(days=(DAYS.index(window["weekday"]) - first.weekday()) % 7)
    for week in window["week_of_month"] or _USUAL_WEEKS[window["recurrence"]]:
        day = weekday + datetime.timedelta(weeks=week - 1)
        if day.month == first.month:
            yield day


def _step(rrule: str) -> int:
    """The days between two occurrences of an RFC 5545 rule, by its frequency and interval."""
    parts = dict(re.findall(r"([A-Z]+)=([^;]+)", rrule.upper()))
    interval = parts.get("INTERVAL", "1")
    days = _STEP.get(parts.get("FREQ", ""), LONGEST)
    return min(days * max(int(interval), 1), LONGEST) if interval.isdecimal() else LONGEST


FORMULAS = {"update_gap_days": update_gap_days}
