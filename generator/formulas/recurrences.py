"""Maintenance windows in words, with how they recur; a rule of RFC 5545 without words here is printed part by part."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, Final

from generator import formats
from generator.formulas.context import Context, Localised, both, joined, localised

Deal = Mapping[str, Any]

_NTH: Final = {
    "fr": {"1": "premier", "2": "deuxième", "3": "troisième", "4": "quatrième", "5": "cinquième", "-1": "dernier"},
    "en": {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"},
}
_EVERY: Final = {
    "fr": {
        "DAILY": ("chaque jour", "tous les {} jours"),
        "WEEKLY": ("chaque semaine", "toutes les {} semaines"),
        "MONTHLY": ("chaque mois", "tous les {} mois"),
        "YEARLY": ("chaque année", "tous les {} ans"),
    },
    "en": {
        "DAILY": ("every day", "every {} days"),
        "WEEKLY": ("every week", "every {} weeks"),
        "MONTHLY": ("every month", "every {} months"),
        "YEARLY": ("every year", "every {} years"),
    },
}
_DAYS: Final = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}
_DAY: Final = re.compile(r"([1-5]|-1)?(MO|TU|WE|TH|FR|SA|SU)")
_MONTH: Final = re.compile(r"0?[1-9]|1[0-2]")


def windows(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """Maintenance windows: frequency, day, start, duration, scope and tasks in words."""
    rows = []
    for window in deal["maintenance"]["windows"]:
        rows.append(
            {
                "name": localised(window.get("name", window["scope"])),
                "recurrence": both(lambda language, w=window: recurrence(w, context, language)),  # type: ignore[misc]
                "start": window["start"],
                "duration": {"min": window["duration_min"]},
                "scope": localised(window["scope"]),
                "tasks": joined([context.label("maintenance.windows[].tasks[]", task) for task in window["tasks"]]),
            }
        )
    return rows


def recurrence(window: Mapping[str, Any], context: Context, language: str) -> str:
    """``mensuelle, le deuxième mardi`` / ``monthly, on the second Tuesday``."""
    if window["recurrence"] == "custom":
        return _by_rule(window, context, language)
    name = context.label("maintenance.windows[].recurrence", window["recurrence"])[language]
    weeks = [_NTH[language][str(week)] for week in window["week_of_month"]]
    return f"{name}, {_on(weeks, _weekday(window['weekday'], context, language), language)}"


def _weekday(day: str, context: Context, language: str) -> str:
    return context.label("maintenance.windows[].weekday", day)[language]


def _on(weeks: list[str], day: str, language: str) -> str:
    """``le deuxième et le quatrième mardi`` / ``on the second and fourth Tuesday``."""
    if language == "fr":
        return f"{formats.join([f'le {week}' for week in weeks], language)} {day}" if weeks else f"le {day}"
    return f"on the {formats.join(weeks, language)} {day}" if weeks else f"on {day}"


# ---- rules of RFC 5545


def parts_of(rule: str) -> dict[str, str]:
    """The parts of a rule by their names: that they are pairs is a matter of its form."""
    return dict(part.split("=", 1) for part in rule.upper().split(";"))


def _by_rule(window: Mapping[str, Any], context: Context, language: str) -> str:
    rule = window["rrule"].upper()
    parts = parts_of(rule)
    months, days = parts.get("BYMONTH", ""), parts.get("BYDAY", "")
    found = [_DAY.fullmatch(day) for day in days.split(",")] if days else []
    readable = all(map(_MONTH.fullmatch, months.split(","))) if months else True
    # Which Tuesday of what is only plain in a month.
    counted = any(day is not None and day[1] for day in found)
    if (
        not parts.keys() <= {"FREQ", "INTERVAL", "BYMONTH", "BYDAY"}
        or not readable
        or None in found
        or (counted and parts["FREQ"] != "MONTHLY" and not (months and parts["FREQ"] == "YEARLY"))
    ):
        # A line may end between two parts, and not within one.
        apart = rule.replace(";", "; ")
        return (
            f"selon la récurrence {apart} (RFC 5545)" if language == "fr" else f"by the recurrence {apart} (RFC 5545)"
        )
    interval = int(parts.get("INTERVAL", "1"))
    once, often = _EVERY[language][parts["FREQ"]]
    said = [once if interval == 1 else often.format(formats.number(interval, language))]
    if months:
        names = [_month(int(month), language) for month in months.split(",")]
        said.append(("en " if language == "fr" else "in ") + formats.join(names, language))
    told = [
        _on([_NTH[language][day[1]]] if day[1] else [], _weekday(_DAYS[day[2]], context, language), language)
        for day in found
        if day is not None
    ]
    if told:
        said.append(formats.join(told, language))
    elif parts["FREQ"] != "DAILY":
        said.append(_on([], _weekday(window["weekday"], context, language), language))
    return ", ".join(said)


def _month(number: int, language: str) -> str:
    return formats.month(datetime.date(2000, number, 1), language).partition(" ")[0]


def window_rule_conflicts(deal: Deal, context: Context) -> list[Localised]:
    """Windows with a rule that says something else than their other fields: it is not used, as they recur by another
    frequency; it names other days of the week, or the weeks of the month are given beside it."""
    found = []
    for window in deal["maintenance"]["windows"]:
        if "rrule" not in window:
            continue
        days = [_DAYS.get(day[-2:], "") for day in parts_of(window["rrule"]).get("BYDAY", "").split(",") if day]
        other_days = bool(days) and window["weekday"] not in days
        if window["recurrence"] != "custom" or other_days or window["week_of_month"]:
            found.append(localised(window.get("name", window["scope"])))
    return found


FORMULAS = {"windows": windows, "window_rule_conflicts": window_rule_conflicts}
