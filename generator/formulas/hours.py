"""Service hours: calendars in words, closing days, and time counted inside service hours.

A window is ``[start, end)`` in local wall time of the calendar's zone; ``24:00`` is the next midnight. Instants are
UTC, so that the nights of summer time count their true minutes.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from generator import formats
from generator.cache import Same
from generator.formulas.context import Context, Localised, both, localised
from generator.formulas.dates import add_months
from generator.library.model import Holiday

Deal = Mapping[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UTC = datetime.UTC
WHIT_MONDAY = 50


def easter(year: int) -> datetime.date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def holiday_date(holiday: Holiday, year: int) -> datetime.date:
    """The day of a holiday in a year: a fixed date, or days from Easter Sunday."""
    if holiday.fixed:
        return datetime.date.fromisoformat(f"{year}-{holiday.fixed}")
    return easter(year) + datetime.timedelta(days=holiday.easter)


def holidays_of(zone: str, year: int, holidays: tuple[Holiday, ...]) -> list[tuple[datetime.date, Holiday]]:
    found = [(holiday_date(h, year), h) for h in holidays if not h.zones or zone in h.zones]
    return sorted(found, key=lambda pair: (pair[0], pair[1].id))


@dataclass(frozen=True)
class Hours:
    """A calendar that can be counted with; hashable, so that counts are kept."""

    timezone: str
    weekly: tuple[tuple[tuple[str, str], ...], ...]
    zone: str
    open_on_holidays: bool
    whit_monday_open: bool
    extra: frozenset[str]
    removed: frozenset[str]
    holidays: tuple[Holiday, ...]

    def closed(self, day: datetime.date) -> bool:
        if day.isoformat() in self.extra:
            return True
        if self.open_on_holidays or day.isoformat() in self.removed:
            return False
        return day in _closing_days(self.zone, day.year, Same(self.holidays), whit_monday_open=self.whit_monday_open)

    @property
    def kept(self) -> tuple[Holiday, ...]:
        """The holidays that the calendar keeps. Whit Monday may fall on another one, on which it stays closed."""
        return _kept(self.holidays, whit_monday_open=self.whit_monday_open)

    def windows(
        self, first: datetime.date, last: datetime.date
    ) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
        """The windows of every day from ``first`` to ``last`` inclusive, as UTC instants."""
        zone = ZoneInfo(self.timezone)
        day = first
        while day <= last:
            if not self.closed(day):
                for start, end in self.weekly[day.weekday()]:
                    yield _instant(day, start, zone), _instant(day, end, zone)
            day += datetime.timedelta(days=1)


def _kept(holidays: tuple[Holiday, ...], *, whit_monday_open: bool) -> tuple[Holiday, ...]:
    if not whit_monday_open:
        return holidays
    return tuple(holiday for holiday in holidays if holiday.easter != WHIT_MONDAY)


@lru_cache(maxsize=512)
def _closing_days(
    zone: str, year: int, holidays: Same[tuple[Holiday, ...]], *, whit_monday_open: bool
) -> frozenset[datetime.date]:
    kept = _kept(holidays.value, whit_monday_open=whit_monday_open)
    return frozenset(date for date, _ in holidays_of(zone, year, kept))


def _instant(day: datetime.date, time: str, zone: ZoneInfo) -> datetime.datetime:
    if time == "24:00":
        day, time = day + datetime.timedelta(days=1), "00:00"
    local = datetime.datetime.combine(day, datetime.time.fromisoformat(time), zone)
    return local.astimezone(UTC)


def calendar_of(deal: Deal, reference: str) -> Mapping[str, Any] | None:
    return next((calendar for calendar in deal["calendars"] if calendar["id"] == reference), None)


def calendar_name(deal: Deal, reference: str) -> Localised:
    """The printed name of a calendar; its id where it has none."""
    calendar = calendar_of(deal, reference)
    return localised(calendar["name"]) if calendar is not None and "name" in calendar else localised(reference)


def support_calendar(deal: Deal) -> str:
    """The calendar of a service that names none: that of the service desk, else the first staffed one of a channel."""
    for service in deal["services"]:
        if service["code"] == "helpdesk" and "calendar_ref" in service:
            return str(service["calendar_ref"])
    references = [str(channel["calendar_ref"]) for channel in deal["support"]["channels"]]
    staffed = {calendar["id"] for calendar in deal["calendars"] if calendar["mode"] == "staffed"}
    return next((reference for reference in references if reference in staffed), (references or ["—"])[0])


def hours_of(deal: Deal, calendar: Mapping[str, Any], context: Context) -> Hours:
    closing = calendar.get("holidays", {})
    return Hours(
        timezone=calendar.get("timezone", deal["context"]["timezone"]),
        weekly=tuple(tuple(sorted((a, b) for a, b in calendar["weekly"].get(day, ()))) for day in DAYS),
        zone=closing.get("zone", deal["context"]["holiday_zone"]),
        open_on_holidays=calendar["holidays_open"],
        whit_monday_open=calendar["pentecost_monday"] == "open",
        extra=frozenset(closing.get("extra", ())),
        removed=frozenset(closing.get("removed", ())),
        holidays=context.holidays,
    )


# ---- counting


@lru_cache(maxsize=4096)
def minutes_between(hours: Hours, start: datetime.datetime, end: datetime.datetime) -> Decimal:
    """Minutes of service between two instants."""
    # Python subtracts two times of one zone as the clocks show them, also over a night of summer time.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    total = Decimal(0)
    zone = ZoneInfo(hours.timezone)
    for opens, closes in hours.windows(start.astimezone(zone).date(), end.astimezone(zone).date()):
        low, high = max(opens, start), min(closes, end)
        if high > low:
            total += Decimal(int((high - low).total_seconds())) / 60
    return total


@lru_cache(maxsize=4096)
def worst_case_minutes(hours: Hours, unit: str, amount: int, year: int) -> int | None:
    """The longest wall-clock time that a target can take in a year: max over every moment of creation of due − created.

    ``unit`` is ``min`` (minutes of service) or ``bd`` (end of the n-th business day after the day of creation). The
    worst moments are the end of a window or the first instant of the year for minutes, the first instant of a day for
    business days. ``None`` when the calendar is never open, or so seldom that nothing falls due within six years.
    """
    for months in (2, 14, 62):
        # So many more months of windows, so that what is created in December finds its due instant.
        windows = tuple(hours.windows(datetime.date(year, 1, 1), add_months(datetime.date(year + 1, 1, 1), months)))
        wait = _longest_wait(hours, windows, unit, amount, year)
        if wait is not None:
            return int(wait.total_seconds() // 60)
    return None


def _longest_wait(
    hours: Hours, windows: tuple[tuple[datetime.datetime, datetime.datetime], ...], unit: str, amount: int, year: int
) -> datetime.timedelta | None:
    zone = ZoneInfo(hours.timezone)
    created = [_instant(datetime.date(year, 1, 1), "00:00", zone)]
    if unit == "min":
        starts = [start for start, _ in windows]
        created += [end for _, end in windows if end.astimezone(zone).year == year]
        due = [_due_minutes(windows, starts, moment, amount) for moment in created]
    else:
        days = {start.astimezone(zone).date(): end for start, end in windows}
        created = [_instant(day, "00:00", zone) for day in _days_of(year)]
        due = [_due_days(days, day, amount) for day in _days_of(year)]
    waits = [end - start for start, end in zip(created, due, strict=True) if end is not None]
    return max(waits) if len(waits) == len(due) else None


def _days_of(year: int) -> list[datetime.date]:
    first = datetime.date(year, 1, 1)
    return [first + datetime.timedelta(days=count) for count in range((datetime.date(year + 1, 1, 1) - first).days)]


def _due_minutes(
    windows: tuple[tuple[datetime.datetime, datetime.datetime], ...],
    starts: list[datetime.datetime],
    created: datetime.datetime,
    amount: int,
) -> datetime.datetime | None:
    left = datetime.timedelta(minutes=amount)
    index = max(bisect_right(starts, created) - 1, 0)
    for start, end in windows[index:]:
        begin = max(start, created)
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return None


def _due_days(
    days: Mapping[datetime.date, datetime.datetime], created: datetime.date, amount: int
) -> datetime.datetime | None:
    """The end of the ``amount``-th business day after the day of creation; ``days`` has the last closing of each."""
    dates = list(days)
    index = bisect_right(dates, created) + amount - 1
    return days[dates[index]] if index < len(dates) else None


# ---- in words


_DAY_NAMES = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def hours_text(calendar: Mapping[str, Any]) -> Localised:
    """``du lundi au vendredi de 9h00 à 12h30 et de 13h30 à 18h00``."""
    return both(lambda language: _hours_text(calendar["weekly"], language))


def _hours_text(weekly: Mapping[str, Any], language: str) -> str:
    week = [tuple((a, b) for a, b in weekly.get(day, ())) for day in DAYS]
    if all(day == (("00:00", "24:00"),) for day in week):
        return {"fr": "tous les jours, vingt-quatre heures sur vingt-quatre", "en": "every day, around the clock"}[
            language
        ]
    parts = []
    index = 0
    while index < 7:
        end = index
        while end + 1 < 7 and week[end + 1] == week[index]:
            end += 1
        if week[index]:
            parts.append(f"{_days(index, end, language)} {_intervals(week[index], language)}")
        index = end + 1
    return " ; ".join(parts) if language == "fr" else "; ".join(parts)


def _days(first: int, last: int, language: str) -> str:
    names = _DAY_NAMES[language]
    if first == last:
        return f"le {names[first]}" if language == "fr" else f"{names[first]}"
    return f"du {names[first]} au {names[last]}" if language == "fr" else f"{names[first]} to {names[last]}"


def _intervals(intervals: tuple[tuple[str, str], ...], language: str) -> str:
    words = ("de {} à {}", " et ") if language == "fr" else ("from {} to {}", " and ")
    return words[1].join(words[0].format(formats.time(a, language), formats.time(b, language)) for a, b in intervals)


def used_calendars(deal: Deal) -> list[str]:
    """The ids of the calendars that the deal refers to, in the order of the calendars."""
    used = {target["calendar_ref"] for target in deal["sla"]["targets"]}
    used |= {channel["calendar_ref"] for channel in deal["support"]["channels"]}
    used |= {service["calendar_ref"] for service in deal["services"] if "calendar_ref" in service}
    used |= {entry["service_hours_calendar"] for entry in deal["availability"]}
    codes = {service["code"] for service in deal["services"]}
    if codes & {"bcdr", "backup_server", "backup_workstation", "backup_saas"}:
        used |= {tier["calendar_ref"] for tier in deal["bcdr"]["tiers"]}
    if "mdr_soc" in codes and "calendar" in deal["security"].get("soc", {}):
        used.add(deal["security"]["soc"]["calendar"])
    return [calendar["id"] for calendar in deal["calendars"] if calendar["id"] in used]


def calendars(deal: Deal, context: Context) -> list[dict[str, Any]]:
    rows = []
    for reference in used_calendars(deal):
        calendar = calendar_of(deal, reference)
        assert calendar is not None
        hours = hours_of(deal, calendar, context)
        rows.append(
            {
                "id": reference,
                "name": calendar_name(deal, reference),
                "hours": hours_text(calendar),
                "mode": context.label("calendars[].mode", calendar["mode"]),
                "timezone": calendar.get("timezone", deal["context"]["timezone"]),
                "closed": _closed(hours, context),
            }
        )
    return rows


def _closed(hours: Hours, context: Context) -> Localised:
    if hours.open_on_holidays and hours.extra:
        return {"fr": "jours qui lui sont propres", "en": "days of its own"}
    if hours.open_on_holidays:
        return {"fr": "aucune", "en": "none"}
    zone = context.label("context.holiday_zone", hours.zone)
    return {"fr": f"jours de fermeture, zone {zone['fr']}", "en": f"closing days, {zone['en']} zone"}


def month_minutes(deal: Deal, calendar: Mapping[str, Any], start: datetime.date, context: Context) -> Decimal:
    """Minutes of service in the month that begins on ``start``."""
    hours = hours_of(deal, calendar, context)
    zone = ZoneInfo(hours.timezone)
    begin = datetime.datetime.combine(start, datetime.time(), zone).astimezone(UTC)
    end = datetime.datetime.combine(add_months(start, 1), datetime.time(), zone).astimezone(UTC)
    return minutes_between(hours, begin, end)


FORMULAS = {"calendars": calendars}
