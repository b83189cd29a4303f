"""The closing days of a contract as it prints them, and those of a deal that change nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from generator import formats
from generator.formulas.context import Context, Localised, joined
from generator.formulas.dates import effective, last_day
from generator.formulas.hours import Hours, calendar_name, calendar_of, holidays_of, hours_of, used_calendars

Deal = Mapping[str, Any]


def _in_use(deal: Deal, context: Context) -> Iterator[tuple[str, Hours]]:
    """The calendars in use that close on some days."""
    for reference in used_calendars(deal):
        calendar = calendar_of(deal, reference)
        assert calendar is not None
        hours = hours_of(deal, calendar, context)
        if hours.extra or not hours.open_on_holidays:
            yield reference, hours


def holiday_rows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The closing days of the calendars in use, day by day, for each calendar year that the initial period touches.

    Calendars with the same days share their rows, named by their zone; where it has others too, or where they close on
    days of their own alone, the calendars are named. ``first`` marks the first year, ``particular`` a year whose days
    are not only those of the calendar of holidays. Of any other year only the days that the first does not have are
    told.
    """
    shared: dict[tuple[Any, ...], list[tuple[str, Hours]]] = {}
    for reference, hours in _in_use(deal, context):
        days = (hours.zone, hours.open_on_holidays, hours.whit_monday_open, hours.extra, hours.removed)
        shared.setdefault(days, []).append((reference, hours))
    zones = [hours.zone for (_, hours), *_ in shared.values() if not hours.open_on_holidays]
    rows: list[dict[str, Any]] = []
    for calendars in shared.values():
        hours = calendars[0][1]
        named = joined([calendar_name(deal, reference) for reference, _ in calendars])
        zone = context.label("context.holiday_zone", hours.zone)
        if hours.open_on_holidays:
            zone = named
        elif zones.count(hours.zone) > 1:
            zone = {language: f"{zone[language]} ({named[language]})" for language in zone}
        rows += _years(hours, zone, effective(deal).year, last_day(deal).year)
    return rows


def _years(hours: Hours, zone: Localised, first: int, last: int) -> Iterator[dict[str, Any]]:
    particular = {int(day[:4]) for day in (*hours.extra, *hours.removed)}
    for year in range(first, last + 1):
        if hours.open_on_holidays and year not in particular:
            continue
        after = None if year == first or particular & {year, first} else first
        yield {
            "zone": zone,
            "year": str(year),
            "first": year == first,
            "particular": year in particular,
            "days": {language: _text(hours, year, language, after) for language in ("fr", "en")},
        }


def _text(hours: Hours, year: int, language: str, after: int | None = None) -> str:
    """The closing days of a year; where it comes ``after`` another, only those that the other does not have."""
    shown = _words(hours, year, language)
    known = () if after is None else _words(hours, after, language)
    told = [day for day in shown if day not in known]
    return formats.join(told, language) if told else "—"


# Many contracts have the same calendars, and begin in the same years.
@lru_cache(maxsize=256)
def _words(hours: Hours, year: int, language: str) -> tuple[str, ...]:
    holidays = holidays_of(hours.zone, year, hours.kept)
    days = {day for day, _ in holidays if hours.closed(day)}
    days |= {datetime.date.fromisoformat(day) for day in hours.extra if day.startswith(str(year))}
    names = {day: holiday.names[language] for day, holiday in holidays}
    shown = []
    for day in sorted(days):
        text = formats.date(day, language).rsplit(" ", 1)[0]
        shown.append(f"{text} ({names[day]})" if day in names else text)
    return tuple(shown)


def idle_closing_days(deal: Deal, context: Context) -> list[Localised]:
    """Days that a calendar in use adds or takes out to no effect, with its name.

    They are before or after the initial period, both added and taken out, or taken out though not closed.
    """
    start, end = effective(deal).isoformat(), last_day(deal).isoformat()
    found = []
    for reference in used_calendars(deal):
        calendar = calendar_of(deal, reference)
        assert calendar is not None
        hours = hours_of(deal, calendar, context)
        name = calendar_name(deal, reference)
        for text in sorted(hours.extra | hours.removed):
            day = datetime.date.fromisoformat(text)
            closed = not hours.open_on_holidays and any(
                day == one for one, _ in holidays_of(hours.zone, day.year, hours.kept)
            )
            if not start <= text <= end or (text in hours.removed and (text in hours.extra or not closed)):
                found.append({language: f"{formats.date(day, language)} ({name[language]})" for language in name})
    return found


FORMULAS = {"holiday_rows": holiday_rows, "idle_closing_days": idle_closing_days}
