"""Dates and hours of a contract against a reference that counts day by day and half hour by half hour."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_hours import CONTEXT, HOLIDAYS, weeks

from generator.formulas import FORMULAS, Context
from generator.formulas.dates import first_after, last_of, latest_before, months_between
from generator.formulas.hours import DAYS, UTC, Hours, easter, month_minutes
from generator.formulas.patch_windows import update_gap_days

DAY = datetime.timedelta(days=1)
DATES = st.dates(datetime.date(1999, 1, 1), datetime.date(2120, 12, 31))
# Where months, years and leap days meet.
BORDERS = st.sampled_from([
    datetime.date(year, month, day)
    for year in (2027, 2028, 2099, 2100, 2104)
    for month, day in ((1, 1), (1, 29), (1, 30), (1, 31), (2, 28), (3, 1), (3, 31), (4, 30), (8, 31), (12, 1), (12, 31))
] + [datetime.date(2028, 2, 29), datetime.date(2104, 2, 29)])  # fmt: skip
STARTS = DATES | BORDERS


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


# ---- months, day by day


def month_ends(start: datetime.date) -> Iterator[datetime.date]:
    """The last day of each month counted from ``start``: the day of the month comes round again on the day after, or
    the calendar month is over without having had one."""
    today = start
    while True:
        tomorrow = today + DAY
        if tomorrow.day == start.day or (tomorrow.day == 1 and today.day < start.day):
            yield today
        today = tomorrow


def walked(start: datetime.date, months: int) -> datetime.date:
    ends = month_ends(start)
    return [next(ends) for _ in range(months)][-1]


@given(STARTS, st.integers(1, 60))
@example(day("2028-02-29"), 12)
@example(day("2028-02-29"), 48)
@example(day("2096-02-29"), 60)
def test_a_period_ends_where_walking_day_by_day_ends(start: datetime.date, months: int) -> None:
    assert last_of(start, months) == walked(start, months)
    assert first_after(start, months) == walked(start, months) + DAY


@given(STARTS, st.integers(0, 900))
def test_the_whole_months_of_a_stretch_are_those_that_walking_finds(start: datetime.date, days: int) -> None:
    end = start + days * DAY
    ends = month_ends(start)
    count = 0
    while next(ends) <= end:
        count += 1
    assert months_between(start, end) == count


@given(STARTS, st.integers(1, 24), st.integers(0, 18))
@example(day("2026-03-31"), 12, 1)
@example(day("2028-02-29"), 12, 3)
def test_notice_is_in_time_up_to_that_day_and_late_on_the_next(start: datetime.date, months: int, notice: int) -> None:
    """A time in months ends on the day of the same number, or on the last of a month that has none (CPC-641)."""
    end = last_of(start, months)
    latest = latest_before(end, notice)
    assert latest + relativedelta(months=notice) <= end
    assert latest + DAY + relativedelta(months=notice) > end


def deal(start: datetime.date, months: int, notice: int = 3, **more: Any) -> dict[str, Any]:
    """A renewal of such a contract."""
    values: dict[str, Any] = {
        "meta": {"kind": "renewal", "effective_date": start.isoformat()},
        "term": {"initial_months": months, "notice_months": notice, "renewal": "tacit"},
        "amends": {"number": 1},
        "governance": {"committees": []},
        "insurance": {"provider": {"certificate_date": "1980-01-01"}},
        "parties": {"provider": {"certifications": []}},
        "annexes": {},
        "scope": {"risk_waivers": []},
    }
    for name, group in more.items():
        values[name] = values[name] | group
    return values


def told(name: str, values: Mapping[str, Any], as_of: str = "1990-01-01") -> datetime.date:
    return day(FORMULAS[name](values, context(as_of)))


def context(as_of: str) -> Context:
    return Context(CONTEXT.schema, {}, (), {}, {"has_backup": False}, as_of)


@settings(max_examples=40)
@given(STARTS, st.integers(1, 36), st.integers(1, 24), st.integers(0, 6))
def test_the_periods_of_a_contract_follow_each_other_without_a_gap(
    start: datetime.date, months: int, usual: int, notice: int
) -> None:
    end, refusal = told("term_end", deal(start, months)), told("latest_notice_date", deal(start, months, notice))
    assert end == walked(start, months)
    for number in range(1, 4):
        values = deal(start, months, notice, term={"renewal_months": usual}, amends={"number": number})
        assert told("renewal_start", values) == end + DAY
        assert told("renewal_refusal_date", values) == refusal
        end, refusal = told("renewal_end", values), told("renewal_next_notice_date", values)
        assert end == walked(start, months + number * usual)


@settings(max_examples=60)
@given(STARTS, st.integers(1, 48), st.sampled_from([("quarterly", 3), ("half_yearly", 6), ("yearly", 12)]))
def test_a_review_is_due_on_the_last_day_of_each_of_its_periods(
    start: datetime.date, months: int, every: tuple[str, int]
) -> None:
    values = deal(
        start, months, meta={"kind": "contract"}, term={"renewal": "none"},
        governance={"committees": [{"type": "strategic", "frequency": every[0]}]},
    )  # fmt: skip
    dates = [entry["date"] for entry in FORMULAS["key_dates"](values, context("1990-01-01"))]
    ends = month_ends(start)
    walked_ends = [next(ends) for _ in range(months)]
    assert dates == sorted([one.isoformat() for one in walked_ends[every[1] - 1 :: every[1]]] + [dates[-1]])
    assert dates[-1] == walked_ends[-1].isoformat()


@given(STARTS, st.integers(0, 800))
def test_the_months_begun_since_a_certificate_are_counted_up(issued: datetime.date, days: int) -> None:
    today = issued + days * DAY
    begun = 0
    while issued + relativedelta(months=begun) < today:
        begun += 1
    values = {"insurance": {"provider": {"certificate_date": issued.isoformat()}}}
    assert FORMULAS["insurance_certificate_months"](values, context(today.isoformat())) == begun


@given(STARTS, st.integers(1, 36), st.integers(0, 6), st.integers(-40, 800))
def test_the_months_left_to_refuse_are_counted_back(
    start: datetime.date, months: int, notice: int, before: int
) -> None:
    values = deal(start, months, notice)
    refusal = told("renewal_refusal_date", values)
    today = refusal - before * DAY
    back = [refusal - relativedelta(months=count) for count in range(1, 30)]
    at = context(today.isoformat())
    assert FORMULAS["renewal_months_to_refusal"](values, at) == sum(one >= today for one in back)
    assert FORMULAS["renewal_months_begun_to_refusal"](values, at) == (sum(one > today for one in [refusal, *back]))
    assert FORMULAS["renewal_open"](values, at) == (before >= 0)


# ---- closing days, from the list of the law


EASTER = {
    2020: "04-12", 2021: "04-04", 2022: "04-17", 2023: "04-09", 2024: "03-31", 2025: "04-20", 2026: "04-05",
    2027: "03-28", 2028: "04-16", 2029: "04-01", 2030: "04-21", 2031: "04-13", 2032: "03-28", 2033: "04-17",
    2034: "04-09", 2035: "03-25", 2036: "04-13", 2037: "04-05", 2038: "04-25", 2039: "04-10", 2040: "04-01",
}  # fmt: skip
EVERYWHERE = ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25")
OF_ZONES = {
    "metropole": (), "alsace_moselle": ("12-26",), "guadeloupe": ("05-27",), "martinique": ("05-22",),
    "guyane": ("06-10",), "reunion": ("12-20",), "mayotte": ("04-27",), "saint_barthelemy": ("10-09",),
}  # fmt: skip


def closing_days(zone: str, year: int, whit_monday: bool = True) -> set[datetime.date]:
    """Eleven days in each zone, with Easter Monday, Ascension Day and Whit Monday; Good Friday in Alsace-Moselle."""
    sunday = day(f"{year}-{EASTER[year]}")
    moving = [1, 39] + ([50] if whit_monday else []) + ([-2] if zone == "alsace_moselle" else [])
    fixed = {day(f"{year}-{date}") for date in (*EVERYWHERE, *OF_ZONES[zone])}
    return fixed | {sunday + days * DAY for days in moving}


def days_of(year: int) -> list[datetime.date]:
    return [day(f"{year}-01-01") + count * DAY for count in range(366 if year % 4 == 0 else 365)]


def hours(zone: str, **values: Any) -> Hours:
    usual = {
        "timezone": "Europe/Paris", "weekly": ((("08:00", "18:00"),),) * 7, "zone": zone, "open_on_holidays": False,
        "whit_monday_open": False, "extra": frozenset(), "removed": frozenset(), "holidays": HOLIDAYS,
    }  # fmt: skip
    return Hours(**{**usual, **values})


@pytest.mark.parametrize("zone", OF_ZONES)
def test_a_calendar_is_closed_on_the_days_of_the_law_and_on_no_other(zone: str) -> None:
    for year, date in EASTER.items():
        assert easter(year) == day(f"{year}-{date}")
        for whit_monday in (True, False):
            case = hours(zone, whit_monday_open=not whit_monday)
            assert {one for one in days_of(year) if case.closed(one)} == closing_days(zone, year, whit_monday)


# ---- hours, half hour by half hour


def half_hours(case: Hours, first: datetime.date, after: datetime.date) -> Decimal:
    """Minutes of service from a midnight to another, seen on a clock on the wall every half hour."""
    zone = ZoneInfo(case.timezone)
    now = datetime.datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
    end = datetime.datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
    total = 0
    while now < end:
        wall = now.astimezone(zone)
        time = f"{wall:%H:%M}"
        if not closed(case, wall.date()) and any(a <= time < b for a, b in case.weekly[wall.weekday()]):
            total += 30
        now += datetime.timedelta(minutes=30)
    return Decimal(total)


def closed(case: Hours, one: datetime.date) -> bool:
    if one.isoformat() in case.extra:
        return True
    by_law = one in closing_days(case.zone, one.year, whit_monday=not case.whit_monday_open)
    return by_law and not case.open_on_holidays and one.isoformat() not in case.removed


MONTHS = st.dates(day("2025-01-01"), day("2039-11-30")).map(lambda one: one.replace(day=1))
SUMMER_TIME = st.sampled_from(["2026-03-01", "2026-10-01", "2027-03-01", "2028-02-01", "2027-12-01"]).map(day)


@settings(max_examples=60, deadline=None)
@given(
    MONTHS | SUMMER_TIME,
    weeks(),
    st.sampled_from(
        ["Europe/Paris", "America/Martinique", "Pacific/Noumea", "America/Miquelon", "Australia/Lord_Howe"]
    ),
    st.sampled_from(sorted(OF_ZONES)),
    st.booleans(),
    st.booleans(),
    st.sets(st.integers(0, 27), max_size=3),
    st.sets(st.integers(0, 27), max_size=3),
)
def test_a_month_has_the_minutes_that_a_clock_on_the_wall_shows(
    month: datetime.date, week: Any, timezone: str, zone: str, always: bool, whit: bool, extra: set[int], out: set[int]
) -> None:
    added, removed = ([(month + count * DAY).isoformat() for count in sorted(days)] for days in (extra, out))
    calendar = {
        "timezone": timezone,
        "weekly": {name: [list(window) for window in windows] for name, windows in zip(DAYS, week, strict=True)},
        "holidays": {"zone": zone, "extra": added, "removed": removed},
        "holidays_open": always,
        "pentecost_monday": "open" if whit else "closed",
    }
    case = hours(zone, timezone=timezone, weekly=week, open_on_holidays=always, whit_monday_open=whit,
                 extra=frozenset(added), removed=frozenset(removed))  # fmt: skip
    values = {"context": {"timezone": "Europe/Paris", "holiday_zone": "metropole"}}
    assert month_minutes(values, calendar, month, CONTEXT) == half_hours(case, month, month + relativedelta(months=1))


# ---- recurrences


WEEKDAYS = dict(zip(DAYS, (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU), strict=True))


def occurrences(window: Mapping[str, Any], start: datetime.date) -> set[datetime.datetime]:
    """The days of a window in the two years of months, or from the day itself, that dateutil finds."""
    weekday = WEEKDAYS[window["weekday"]]
    if window["recurrence"] == "weekly":
        first = datetime.datetime.combine(start, datetime.time())
        last = first + relativedelta(months=24, days=-1)
        return set(rrule.rrule(rrule.WEEKLY, byweekday=weekday, dtstart=first, until=last))
    weeks_ = window["week_of_month"] or {"twice_monthly": [1, 3]}.get(window["recurrence"], [1])
    first = datetime.datetime(start.year, start.month, 1)
    last = first + relativedelta(months=24, days=-1)
    every = 3 if window["recurrence"] == "quarterly" else 1
    days = [weekday(week) for week in weeks_]
    return set(rrule.rrule(rrule.MONTHLY, interval=every, byweekday=days, dtstart=first, until=last))


WINDOWS = st.builds(
    lambda recurrence, weekday, chosen: {
        "recurrence": recurrence, "weekday": weekday, "week_of_month": sorted(chosen), "tasks": ["firmware"]
    },
    st.sampled_from(["weekly", "monthly", "twice_monthly", "quarterly"]), st.sampled_from(DAYS),
    st.sets(st.integers(1, 5), max_size=3),
)  # fmt: skip
FIFTH = {"recurrence": "monthly", "weekday": "tue", "week_of_month": [5], "tasks": ["firmware"]}


@given(STARTS, st.lists(WINDOWS, min_size=1, max_size=3))
@example(day("2027-02-01"), [FIFTH])
@example(day("2028-02-29"), [FIFTH, {**FIFTH, "recurrence": "quarterly"}])
@example(day("2028-02-29"), [{**FIFTH, "recurrence": "weekly"}])
def test_the_wait_between_windows_is_that_of_the_days_that_dateutil_finds(
    start: datetime.date, windows: list[dict[str, Any]]
) -> None:
    days = sorted(set().union(*(occurrences(window, start) for window in windows)))
    longest = max(((later - earlier).days for earlier, later in pairwise(days)), default=366)
    values = {"meta": {"effective_date": start.isoformat()}, "maintenance": {"windows": windows}}
    assert update_gap_days(values, CONTEXT) == min(longest, 366)


@given(STARTS, st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]), st.integers(1, 11))
def test_no_wait_of_an_agreed_recurrence_is_longer_than_is_counted(
    start: datetime.date, frequency: str, interval: int
) -> None:
    rule = f"FREQ={frequency};INTERVAL={interval}"
    first = datetime.datetime(start.year, start.month, min(start.day, 28))
    days = list(rrule.rrulestr(rule, dtstart=first).between(first, first + relativedelta(months=24), inc=True))
    window = {"recurrence": "custom", "rrule": rule, "weekday": "mon", "tasks": ["firmware"]}
    values = {"meta": {"effective_date": start.isoformat()}, "maintenance": {"windows": [window]}}
    assert max((later - earlier).days for earlier, later in pairwise(days)) <= update_gap_days(values, CONTEXT)


# ---- closing days, as they are printed

CHANGED = st.lists(st.integers(0, 1095).map(lambda count: (day("2026-01-01") + count * DAY).isoformat()), max_size=4)
MONTH_NAMES = [datetime.date(2026, month, 1).strftime("%B") for month in range(1, 13)]


def read(text: str, year: int) -> dict[str, datetime.date]:
    """The days of a printed row, by their name or else by their date."""
    found = {}
    for part in text.replace("\u00a0", " ").replace(" and ", ", ").split(", "):
        date, _, name = part.partition(" (")
        number, month = date.split(" ")
        found[name.rstrip(")") or date] = datetime.date(year, MONTH_NAMES.index(month) + 1, int(number))
    return found


@settings(max_examples=60)
@given(
    st.sampled_from(["metropole", "alsace_moselle", "reunion"]), CHANGED, CHANGED, CHANGED, st.booleans(),
    st.booleans(), st.integers(1, 30),
)  # fmt: skip
def test_the_days_that_are_printed_are_the_days_that_are_closed(
    zone: str, extra: list[str], removed: list[str], other: list[str], whit: bool, always: bool, months: int
) -> None:
    """Read as the annex says: a later year names the holidays whose date changes, unless its list is complete."""
    two: list[dict[str, Any]] = [
        {"id": "A", "name": "first", "holidays": {"zone": zone, "extra": extra, "removed": removed},
         "holidays_open": False, "pentecost_monday": "closed"},
        {"id": "B", "name": "second", "holidays": {"zone": zone, "extra": other}, "holidays_open": always,
         "pentecost_monday": "open" if whit else "closed"},
    ]  # fmt: skip
    values = {
        "context": {"timezone": "Europe/Paris", "holiday_zone": "metropole"}, "support": {"channels": []},
        "meta": {"effective_date": "2026-06-15"}, "term": {"initial_months": months}, "availability": [],
        "calendars": [{**calendar, "weekly": {}} for calendar in two], "services": [],
        "sla": {"targets": [{"calendar_ref": "A"}, {"calendar_ref": "B"}]},
    }  # fmt: skip
    rows = FORMULAS["holiday_rows"](values, CONTEXT)
    label = CONTEXT.label("context.holiday_zone", zone)["en"]
    for calendar in two:
        case = hours(zone, extra=frozenset(calendar["holidays"]["extra"]), open_on_holidays=calendar["holidays_open"],
                     removed=frozenset(calendar["holidays"].get("removed", ())),
                     whit_monday_open=calendar["pentecost_monday"] == "open")  # fmt: skip
        own = {label, f"{label} ({calendar['name']})"}
        if calendar["holidays_open"]:
            own = {calendar["name"]}
        printed = {int(row["year"]): row for row in rows if row["zone"]["en"] in own}
        first = printed.get(2026)
        for year in range(2026, last_of(day("2026-06-15"), months).year + 1):
            row = printed.get(year)
            days = read(row["days"]["en"], year) if row is not None and row["days"]["en"] != "—" else {}
            if first is not None and row is not None and not (row["first"] or row["particular"] or first["particular"]):
                kept = {name: one.replace(year=year) for name, one in read(first["days"]["en"], 2026).items()}
                days = kept | days
            assert set(days.values()) == {one for one in days_of(year) if closed(case, one)}, (year, row)
