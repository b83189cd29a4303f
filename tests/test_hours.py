"""Time inside service hours: the vectors of ``tests/cases/hours.yaml``, a scan minute by minute, other calendars."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Mapping
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
import yaml
from dateutil.easter import easter as easter_of_dateutil
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.conditions.parse import parse_value
from generator.diagnostics import Span
from generator.formulas import FORMULAS, Context
from generator.formulas.hours import (
    DAYS,
    UTC,
    Hours,
    easter,
    holidays_of,
    hours_of,
    hours_text,
    minutes_between,
    month_minutes,
    support_calendar,
    worst_case_minutes,
)
from generator.library.model import Condition, Holiday, Service, ServiceLevel
from generator.schema import DealSchema

ROOT = Path(__file__).parent.parent
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "hours.yaml").read_text(encoding="utf-8"))
LIST = yaml.safe_load((ROOT / "clauses" / "jurisdictions" / "FR" / "holidays.yaml").read_text(encoding="utf-8"))
HOLIDAYS = tuple(
    Holiday(day["id"], day["names"], day.get("fixed", ""), day.get("easter", 0), frozenset(day.get("zones", ())))
    for day in LIST["holidays"]
)
SCHEMA = DealSchema.from_text((ROOT / "schemas" / "deal.schema.json").read_text(encoding="utf-8"))
CONTEXT = Context(SCHEMA, {}, HOLIDAYS, {}, {}, "2026-06-01")
PARIS = ZoneInfo("Europe/Paris")


def weekly(name: str) -> dict[str, list[list[str]]]:
    """A calendar of the cases (``mon-fri: ["09:00-12:30"]``) as a deal has it."""
    week: dict[str, list[list[str]]] = {}
    for days, windows in CASES["calendars"][name].items():
        if days != "open_on_holidays":
            first, last = (DAYS.index(day) for day in days.split("-"))
            for day in DAYS[first : last + 1]:
                week.setdefault(day, []).extend(window.split("-") for window in windows)
    return week


def calendar(case: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": case["calendar"],
        "mode": "staffed",
        "weekly": weekly(case["calendar"]),
        "holidays_open": CASES["calendars"][case["calendar"]].get("open_on_holidays", False),
        "pentecost_monday": "open" if case.get("whit_monday_open") else "closed",
        "holidays": {name: case[name] for name in ("zone", "extra", "removed") if name in case},
    }


def hours(case: Mapping[str, Any]) -> Hours:
    return hours_of(deal(case), calendar(case), CONTEXT)


def deal(case: Mapping[str, Any]) -> dict[str, Any]:
    return {"context": {"timezone": case.get("timezone", "Europe/Paris"), "holiday_zone": "metropole"}}


def instant(text: str, zone: str = "Europe/Paris") -> datetime.datetime:
    return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# ---- the vectors


@pytest.mark.parametrize("case", CASES["vectors"], ids=lambda case: case["v"])
def test_time_is_counted_as_the_vector_says(case: Mapping[str, Any]) -> None:
    zone = case.get("timezone", "Europe/Paris")
    total = Decimal(0)
    for part in case["running"]:
        start, end = (instant(text, zone) for text in part.split(" → "))
        total += minutes_between(hours(case), start, end)
    assert total == case["minutes"]


def test_a_due_instant_is_the_first_at_which_the_time_is_used_up() -> None:
    """V9 and V10: a minute before the due instant, a minute of service is left."""
    for case in CASES["vectors"]:
        if case["v"] in {"V9", "V10", "V11"}:
            start, end = (instant(text) for text in case["running"][0].split(" → "))
            minute = datetime.timedelta(minutes=1)
            assert minutes_between(hours(case), start, end - minute) == case["minutes"] - 1


@pytest.mark.parametrize("case", CASES["months"], ids=lambda case: f"{case['calendar']} {case['month']}")
def test_a_month_has_the_minutes_that_it_really_has(case: Mapping[str, Any]) -> None:
    first = datetime.date.fromisoformat(f"{case['month']}-01")
    assert month_minutes(deal(case), calendar(case), first, CONTEXT) == case["minutes"]


def test_subtracting_local_times_would_count_the_hour_that_does_not_exist() -> None:
    """V13: why instants are in UTC."""
    march = [datetime.datetime(2026, 3, 29, hour, tzinfo=PARIS) for hour in (0, 4)]
    october = [datetime.datetime(2026, 10, 25, hour, tzinfo=PARIS) for hour in (1, 4)]
    assert [march[1] - march[0], october[1] - october[0]] == [datetime.timedelta(hours=4), datetime.timedelta(hours=3)]
    always = hours({"calendar": "24x7"})
    assert [minutes_between(always, *march), minutes_between(always, *october)] == [180, 240]


def test_a_window_begins_at_an_instant_also_in_the_nights_of_summer_time() -> None:
    """V14 and V15: what does not exist moves on, what exists twice is the first."""
    night = hours({"calendar": "sunday_night"})
    (march,) = night.windows(datetime.date(2026, 3, 29), datetime.date(2026, 3, 29))
    (october,) = night.windows(datetime.date(2026, 10, 25), datetime.date(2026, 10, 25))
    assert march[0].astimezone(PARIS).isoformat() == "2026-03-29T03:30:00+02:00"
    assert october[0].isoformat() == "2026-10-25T00:30:00+00:00"


def test_half_a_minute_counts_as_half_a_minute() -> None:
    start = instant("2026-06-09 09:00")
    assert minutes_between(hours({"calendar": "HO"}), start, start + datetime.timedelta(seconds=90)) == Decimal("1.5")


def test_windows_may_be_written_in_any_order() -> None:
    case = {"calendar": "HO"}
    backwards = calendar(case)
    backwards["weekly"] = {day: windows[::-1] for day, windows in backwards["weekly"].items()}
    assert hours_of(deal(case), backwards, CONTEXT) == hours(case)


# ---- the longest wait


@pytest.mark.parametrize("case", CASES["waits"], ids=lambda case: f"{case['calendar']} {case['amount']} {case['unit']}")
def test_the_longest_wait_of_a_year_is_that_of_the_example(case: Mapping[str, Any]) -> None:
    minutes = worst_case_minutes(hours(case), case["unit"], case["amount"], case["year"])
    assert ("never" if minutes is None else f"{minutes // 60}:{minutes % 60:02}") == case["wait"]


def longest_by_scanning(
    calendar: Hours, unit: str, amount: int, created_from: datetime.date, created_to: datetime.date, step: int
) -> int:
    """The longest wait over every ``step``-th minute of some days, found by looking at the clock on the wall."""
    zone = ZoneInfo(calendar.timezone)
    first, last = (
        datetime.datetime.combine(day, datetime.time(), zone).astimezone(UTC) for day in (created_from, created_to)
    )
    days_ahead = 30 if calendar.weekly.count(()) < 4 else 200
    length = (last - first + datetime.timedelta(days=days_ahead)) // datetime.timedelta(minutes=step)
    moments = [first + datetime.timedelta(minutes=n * step) for n in range(length)]
    walls = [moment.astimezone(zone) for moment in moments]
    is_open = opened(calendar, walls)
    used = [0, *accumulate(is_open)]
    created = [n for n, moment in enumerate(moments) if moment < last]
    if unit == "min":
        return max(bisect_left(used, used[n] + amount // step) - n for n in created) * step
    ends = {wall.date(): n + 1 for n, wall in enumerate(walls) if is_open[n]}
    days = sorted(ends)
    waits = []
    for n in created:
        later = bisect_left(days, walls[n].date() + datetime.timedelta(days=1))
        waits.append(ends[days[later + amount - 1]] - n)
    return max(waits) * step


def opened(calendar: Hours, walls: list[datetime.datetime]) -> list[bool]:
    """Whether the service is open at each time that a clock on the wall shows."""
    windows = {
        day: () if calendar.closed(day) else calendar.weekly[day.weekday()] for day in {wall.date() for wall in walls}
    }
    times = [f"{wall.hour:02}:{wall.minute:02}" for wall in walls]
    return [any(a <= time < b for a, b in windows[wall.date()]) for wall, time in zip(walls, times, strict=True)]


@pytest.mark.parametrize("name", ["HO", "HE6", "24x7", "24x7_closed", "24x5", "night", "friday"])
@pytest.mark.parametrize(("unit", "amount"), [("min", 60), ("min", 480), ("bd", 1), ("bd", 3)])
def test_the_longest_wait_is_that_of_a_scan_every_half_hour(name: str, unit: str, amount: int) -> None:
    case = hours({"calendar": name, "zone": "alsace_moselle"})
    assert worst_case_minutes(case, unit, amount, 2027) == longest_by_scanning(case, unit, amount, *year(2027), 30)


def year(number: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(number, 1, 1), datetime.date(number + 1, 1, 1)


def test_the_longest_wait_of_2026_is_that_of_a_scan_every_minute_around_easter() -> None:
    case = hours({"calendar": "HO"})
    spring = datetime.date(2026, 3, 25), datetime.date(2026, 4, 10)
    assert worst_case_minutes(case, "min", 95, 2026) == longest_by_scanning(case, "min", 95, *spring, 1)
    assert worst_case_minutes(case, "bd", 2, 2026) == longest_by_scanning(case, "bd", 2, *spring, 1)


# ---- properties

TIMES = ["00:00", "06:00", "08:00", "09:30", "12:30", "13:30", "18:00", "22:00", "24:00"]


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[tuple[str, str], ...], ...]:
    days = []
    for _ in DAYS:
        bounds = sorted(draw(st.sets(st.sampled_from(TIMES), max_size=4)))
        pairs = zip(bounds[::2], bounds[1::2], strict=False)
        days.append(tuple(pairs))
    return tuple(days)


CALENDARS = st.builds(
    Hours,
    timezone=st.sampled_from(["Europe/Paris", "America/Martinique", "Pacific/Noumea"]),
    weekly=weeks(),
    zone=st.sampled_from(["metropole", "alsace_moselle", "martinique"]),
    open_on_holidays=st.booleans(),
    whit_monday_open=st.booleans(),
    extra=st.sets(st.sampled_from(["2026-03-30", "2026-10-24"])).map(frozenset),
    removed=st.sets(st.sampled_from(["2026-04-06", "2026-05-01"])).map(frozenset),
    holidays=st.just(HOLIDAYS),
)
INSTANTS = st.datetimes(datetime.datetime(2026, 3, 20), datetime.datetime(2026, 11, 5)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


@settings(max_examples=40)
@given(CALENDARS, st.lists(INSTANTS, min_size=3, max_size=3).map(sorted))
def test_time_adds_up_and_never_runs_backwards(case: Hours, moments: list[datetime.datetime]) -> None:
    start, middle, end = moments
    whole = minutes_between(case, start, end)
    assert minutes_between(case, start, middle) + minutes_between(case, middle, end) == whole
    assert 0 <= minutes_between(case, start, middle) <= whole <= (end - start) / datetime.timedelta(minutes=1)


@settings(max_examples=40)
@given(CALENDARS, INSTANTS, st.integers(0, 4 * 24 * 60))
def test_time_is_what_a_clock_on_the_wall_shows(case: Hours, start: datetime.datetime, length: int) -> None:
    zone = ZoneInfo(case.timezone)
    counted = sum(opened(case, [(start + datetime.timedelta(minutes=n)).astimezone(zone) for n in range(length)]))
    assert minutes_between(case, start, start + datetime.timedelta(minutes=length)) == counted


@settings(max_examples=40)
@given(CALENDARS, INSTANTS, INSTANTS, st.dates(datetime.date(2026, 3, 20), datetime.date(2026, 11, 5)))
def test_one_more_closed_day_never_adds_time(
    case: Hours, start: datetime.datetime, end: datetime.datetime, day: datetime.date
) -> None:
    values = {name: getattr(case, name) for name in Hours.__dataclass_fields__}
    closed = Hours(**{**values, "extra": case.extra | {day.isoformat()}})
    assert minutes_between(closed, start, end) <= minutes_between(case, start, end)


@given(INSTANTS, INSTANTS)
def test_round_the_clock_is_the_difference_of_the_instants(start: datetime.datetime, end: datetime.datetime) -> None:
    always = hours({"calendar": "24x7"})
    assert minutes_between(always, start, end) == max((end - start) // datetime.timedelta(minutes=1), 0)


@given(CALENDARS, INSTANTS, INSTANTS, st.sampled_from(["Asia/Tokyo", "America/New_York", "Europe/Paris"]))
@settings(max_examples=40)
def test_the_zone_in_which_an_instant_is_written_changes_nothing(
    case: Hours, start: datetime.datetime, end: datetime.datetime, zone: str
) -> None:
    elsewhere = ZoneInfo(zone)
    assert minutes_between(case, start.astimezone(elsewhere), end.astimezone(elsewhere)) == minutes_between(
        case, start, end
    )


@settings(max_examples=10)
@given(CALENDARS, st.sampled_from([("min", 30), ("min", 300), ("bd", 1), ("bd", 2)]))
def test_the_longest_wait_of_any_calendar_is_that_of_a_scan(case: Hours, target: tuple[str, int]) -> None:
    if any(case.weekly):
        assert worst_case_minutes(case, *target, 2026) == longest_by_scanning(case, *target, *year(2026), 30)
    else:
        assert worst_case_minutes(case, *target, 2026) is None


# ---- closing days


def test_easter_is_the_easter_of_dateutil() -> None:
    years = range(1583, 4100)
    assert [easter(year) for year in years] == [easter_of_dateutil(year) for year in years]


def test_the_closing_days_are_those_of_another_library() -> None:
    for zone, subdivision in (("metropole", None), ("alsace_moselle", "57")):
        for number in range(2020, 2060):
            theirs = sorted(holidays.country_holidays("FR", subdiv=subdivision, years=number))
            ours = [day for day, _ in holidays_of(zone, number, HOLIDAYS)]
            # Two holidays may share a day: in 2008 Ascension fell on 1 May.
            assert sorted(set(ours)) == theirs


def test_a_calendar_of_a_deal_is_said_in_words() -> None:
    for case in CASES["texts"]:
        nbsp = {language: case[language] for language in ("fr", "en")}
        shown = hours_text({"weekly": weekly(case["calendar"])})
        assert {language: text.replace("\u00a0", " ") for language, text in shown.items()} == nbsp


def small_deal() -> dict[str, Any]:
    calendars = [calendar({"calendar": name}) for name in ("HO", "24x7", "HE6")]
    return {
        "meta": {"effective_date": "2026-06-15"},
        "term": {"initial_months": 12},
        "context": {"timezone": "Europe/Paris", "holiday_zone": "alsace_moselle"},
        "calendars": calendars,
        "sla": {"targets": [{"calendar_ref": "HO"}]},
        "support": {"channels": []},
        "services": [{"code": "monitoring", "calendar_ref": "24x7"}],
        "availability": [{"service": "monitoring", "service_hours_calendar": "24x7", "target_pct": Decimal("99.9")}],
    }


def test_the_annex_lists_the_calendars_in_use() -> None:
    rows = FORMULAS["calendars"](small_deal(), CONTEXT)
    assert [row["id"] for row in rows] == ["HO", "24x7"]
    assert [row["closed"]["en"] for row in rows] == ["closing days, Alsace-Moselle zone", "none"]


def test_the_annex_lists_the_closing_days_of_each_year_of_the_contract() -> None:
    rows = FORMULAS["holiday_rows"](small_deal(), CONTEXT)
    assert [row["year"] for row in rows] == ["2026", "2027"]
    days = rows[0]["days"]["en"].replace("\u00a0", " ")
    assert days.startswith("1 January (New Year's Day), 3 April (Good Friday), 6 April (Easter Monday)")
    assert days.endswith("25 December (Christmas Day) and 26 December (Saint Stephen's Day)")


def test_the_allowed_downtime_is_listed_month_by_month() -> None:
    rows = FORMULAS["availability_budget"](small_deal(), CONTEXT)
    shown = {row["month"]["en"]: (row["minutes"], row["allowed"]["en"].replace("\u00a0", " ")) for row in rows}
    assert len(shown) == 12
    assert next(iter(shown)) == "June 2026"
    assert shown["October 2026"] == (44700, "44.70 min")
    assert shown["March 2027"] == (44580, "44.58 min")
    assert shown["February 2027"] == (40320, "40.32 min")


# ---- the tables of service levels


def target(priority: str, metric: str, nature: str = "objective", calendar: str = "HO", **time: int) -> dict[str, Any]:
    return {"priority": priority, "metric": metric, "ticket_type": "incident", "calendar_ref": calendar,
            "attainment_pct": Decimal(90), "nature": nature, **time}  # fmt: skip


TARGETS = [
    target("P2", "restore", target_bd=2),
    target("P2", "response", target_min=120),
    target("P1", "response", "guarantee", "24x7", target_min=30),
    {**target("P1", "restore", target_min=240), "attainment_pct": Decimal(95)},
    {**target("P3", "response", target_min=480), "ticket_type": "request"},
]


def test_the_targets_of_a_priority_are_one_row() -> None:
    named = {**calendar({"calendar": "HO"}), "name": {"fr": "heures ouvrées", "en": "business hours"}}
    levels = {"sla": {"targets": TARGETS}, "calendars": [named, calendar({"calendar": "24x7"})]}
    rows = FORMULAS["incident_rows"](levels, CONTEXT)
    assert [(row["priority"], row["response"], row["restore"], row["calendar"]["fr"]) for row in rows] == [
        ("P1", {"min": 30}, {"min": 240}, "24x7 et heures ouvrées"),
        ("P2", {"min": 120}, {"bd": 2}, "heures ouvrées"),
    ]
    assert [row["attainment_pct"] for row in rows] == [90, 90]
    assert [row["nature"]["en"] for row in rows] == ["commitment: Response; objective for the rest", "objective"]
    assert "onsite" not in rows[0]
    assert "onsite_nature" not in rows[0]
    requests = FORMULAS["request_rows"](levels, CONTEXT)
    assert [(row["priority"], row["response"]) for row in requests] == [("P3", {"min": 480})]


def test_a_time_of_arrival_on_site_has_its_own_hours_and_nature() -> None:
    arrival = {**target("P1", "onsite", calendar="HE", target_min=240), "attainment_pct": Decimal(80)}
    levels = {"sla": {"targets": [*TARGETS, arrival]}, "calendars": []}
    row = FORMULAS["incident_rows"](levels, CONTEXT)[0]
    assert (row["onsite"], row["onsite_calendar"]["en"], row["onsite_attainment_pct"]) == ({"min": 240}, "HE", 80)
    assert row["onsite_nature"]["en"] == "objective"
    assert (row["calendar"]["en"], row["attainment_pct"]) == ("24x7 and HO", 90)
    assert row["nature"]["en"] == "commitment: Response; objective for the rest"


@pytest.mark.parametrize(
    ("services", "channels", "expected"),
    [
        ([{"code": "helpdesk", "calendar_ref": "HE"}], ["24x7", "HO"], "HE"),
        ([{"code": "monitoring", "calendar_ref": "HE"}], ["24x7", "HO"], "HO"),
        ([], ["24x7"], "24x7"),
    ],
)
def test_a_service_without_hours_of_its_own_has_those_of_support(
    services: list[dict[str, str]], channels: list[str], expected: str
) -> None:
    on_call = {**calendar({"calendar": "24x7"}), "mode": "on_call"}
    deal = {
        "services": services,
        "support": {"channels": [{"type": "phone", "calendar_ref": name} for name in channels]},
        "calendars": [on_call, calendar({"calendar": "HO"})],
    }
    assert support_calendar(deal) == expected


def level(event: str, target: Mapping[str, str] | None = None, **times: str) -> ServiceLevel:
    """A row that a service sheet declares: its times are fields of the deal."""
    names = {name: member.type for name, member in SCHEMA.type.fields.items()}
    span = Span("sheet.md", 1, 1, 2)
    conditions = {}
    for part in ("response", "execution"):
        conditions[part] = None
        if part in times:
            expression, _ = parse_value(times[part], names)
            conditions[part] = Condition(times[part], expression, span)
    return ServiceLevel({"fr": event, "en": event}, target, nature="objective", **conditions)


def test_the_times_of_a_service_come_from_targets_and_from_fields_of_the_deal() -> None:
    levels = (
        level("P1", {"priority": "P1"}),
        level("P4", {"priority": "P4"}),
        level("critical", execution="patching.critical_days"),
        level("exploited", execution="patching.exploited_h"),
        level("restore", response="support.restore_requests.response_h"),
    )
    sheet = Service(
        "patching", 1, "server", "means", (), (), False, False, False, levels, None, None, Span("sheet.md", 1, 1, 2)
    )
    deal = {
        "services": [{"code": "patching", "calendar_ref": "HO"}],
        "calendars": [calendar({"calendar": "HO"}), calendar({"calendar": "24x7"})],
        "sla": {"targets": TARGETS},
        "patching": {"critical_days": 7, "exploited_h": 72},
        "support": {},
    }
    unsold = {**CONTEXT.services, "wifi": sheet, "patching": sheet}
    rows = FORMULAS["service_levels"](deal, Context(SCHEMA, unsold, (), {}, {}, ""))
    shown = [(row["event"]["en"], row.get("response"), row.get("execution"), row["calendar"]["en"]) for row in rows]
    assert shown == [
        ("P1", {"min": 30}, {"min": 240}, "24x7"),
        ("critical", None, {"days": 7}, "HO"),
        ("exploited", None, {"min": 72 * 60}, "HO"),
        ("restore", None, None, "HO"),
    ]
    assert [row["nature"]["en"] for row in rows][1:] == ["objective"] * 3
    assert rows[0]["nature"]["en"].startswith("commitment: ")


def test_a_promise_of_availability_names_its_hours() -> None:
    entry = {"service": "monitoring", "target_pct": Decimal("99.9"), "window": "calendar_month", "nature": "guarantee"}
    entry["measured_at"] = "pare-feu"
    promises = [{**entry, "service_hours_calendar": "HO"}, {**entry, "service_hours_calendar": "none"}]
    rows = FORMULAS["availability_rows"]({**small_deal(), "availability": promises}, CONTEXT)
    assert [row["hours"]["en"] for row in rows] == ["Monday to Friday from 09:00 to 12:30 and from 13:30 to 18:00", "—"]
    assert rows[0]["nature"] == {"fr": "engagement", "en": "commitment"}


@pytest.mark.parametrize(
    ("recurrence", "weeks", "fr", "en"),
    [
        ("weekly", [], "hebdomadaire, le jeudi", "weekly, on Thursday"),
        ("monthly", [2], "mensuelle, le deuxième jeudi", "monthly, on the second Thursday"),
        ("twice_monthly", [1, 3], "deux fois par mois, le premier et le troisième jeudi",
         "twice a month, on the first and third Thursday"),
    ],
)  # fmt: skip
def test_a_maintenance_window_is_said_in_words(recurrence: str, weeks: list[int], fr: str, en: str) -> None:
    window = {"id": "w", "recurrence": recurrence, "weekday": "thu", "week_of_month": weeks, "start": "22:00",
              "duration_min": 240, "scope": "serveurs", "tasks": ["os_updates", "restart"]}  # fmt: skip
    (row,) = FORMULAS["windows"]({"maintenance": {"windows": [window]}}, CONTEXT)
    assert row["recurrence"]["en"] == en
    assert row["recurrence"]["fr"] == fr
    assert (row["start"], row["duration"], row["scope"]) == (
        "22:00",
        {"min": 240},
        {"fr": "serveurs", "en": "serveurs"},
    )
    assert row["name"] == row["scope"]
    named = window | {"name": {"fr": "socle", "en": "core"}}
    (row,) = FORMULAS["windows"]({"maintenance": {"windows": [named]}}, CONTEXT)
    assert row["name"] == {"fr": "socle", "en": "core"}
