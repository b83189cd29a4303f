"""The calendars and closing days that the contract prints, whole, and the waits for a window at their bounds."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from test_hours import CONTEXT, calendar, small_deal
from test_security_plan import gap, window

from generator.formulas import FORMULAS
from generator.formulas.hours import (
    calendar_name,
    calendar_of,
    hours_of,
    hours_text,
    minutes_between,
    support_calendar,
    used_calendars,
    worst_case_minutes,
)
from generator.formulas.patch_windows import LONGEST, _days, update_gap_days

STAFFED = {"fr": "équipe présente", "en": "staffed"}


def named(deal: dict[str, Any]) -> dict[str, Any]:
    deal["calendars"][0] |= {"name": "Bureau", "timezone": "America/Martinique"}
    return deal


def test_a_calendar_is_printed_with_its_hours_its_zone_and_its_closing_days() -> None:
    assert FORMULAS["calendars"](named(small_deal()), CONTEXT) == [
        {
            "id": "HO", "name": {"fr": "Bureau", "en": "Bureau"}, "mode": STAFFED, "timezone": "America/Martinique",
            "hours": {"fr": "du lundi au vendredi de 9h00 à 12h30 et de 13h30 à 18h00",
                      "en": "Monday to Friday from 09:00 to 12:30 and from 13:30 to 18:00"},
            "closed": {"fr": "jours de fermeture, zone Alsace-Moselle", "en": "closing days, Alsace-Moselle zone"},
        },
        {
            "id": "24x7", "name": {"fr": "24x7", "en": "24x7"}, "mode": STAFFED, "timezone": "Europe/Paris",
            "hours": {"fr": "tous les jours, vingt-quatre heures sur vingt-quatre",
                      "en": "every day, around the clock"},
            "closed": {"fr": "aucune", "en": "none"},
        },
    ]  # fmt: skip


def closing(months: int, **holidays: list[str]) -> list[tuple[str, bool, bool, str]]:
    deal = small_deal()
    deal["term"]["initial_months"] = months
    deal["calendars"][0]["holidays"] = {"zone": "metropole", **holidays}
    rows = FORMULAS["holiday_rows"](deal, CONTEXT)
    assert {row["zone"]["fr"] for row in rows} == {CONTEXT.label("context.holiday_zone", "metropole")["fr"]}
    return [(row["year"], row["first"], row["particular"], row["days"]["en"].replace("\u00a0", " ")) for row in rows]


IN_2026 = (
    "1 January (New Year's Day), 6 April (Easter Monday), 1 May (Labour Day), 8 May (Victory Day 1945), 14 May"
    " (Ascension Day), 25 May (Whit Monday), 14 July (Bastille Day), 15 August (Assumption Day), 1 November (All"
    " Saints' Day), 11 November (Armistice Day 1918) and 25 December (Christmas Day)"
)
MOVED = "29 March (Easter Monday), 6 May (Ascension Day) and 17 May (Whit Monday)"


def test_a_later_year_tells_only_the_days_that_the_first_does_not_have() -> None:
    assert closing(12) == [("2026", True, False, IN_2026), ("2027", False, False, MOVED)]


@pytest.mark.parametrize(("months", "years"), [(6, ["2026"]), (7, ["2026", "2027"]), (19, ["2026", "2027", "2028"])])
def test_each_year_that_the_initial_period_touches_has_its_days(months: int, years: list[str]) -> None:
    assert [row[0] for row in closing(months)] == years


def test_a_year_with_days_of_its_own_is_told_whole_and_so_are_those_after_a_first_that_has_some() -> None:
    added = closing(12, extra=["2027-12-24"])
    assert added[0] == ("2026", True, False, IN_2026)
    assert added[1][1:3] == (False, True)
    assert added[1][3].startswith("1 January (New Year's Day), 29 March (Easter Monday), 1 May (Labour Day)")
    assert added[1][3].endswith("24 December and 25 December (Christmas Day)")
    removed = closing(12, removed=["2026-12-25"])
    assert removed[0] == (
        "2026",
        True,
        True,
        IN_2026.replace(", 11 November", " and 11 November").rpartition(" and ")[0],
    )
    assert removed[1][1:3] == (False, False)
    assert removed[1][3].endswith("11 November (Armistice Day 1918) and 25 December (Christmas Day)")


def test_a_calendar_that_is_open_on_holidays_has_no_closing_days() -> None:
    deal = small_deal()
    deal["calendars"][0]["holidays_open"] = True
    assert FORMULAS["holiday_rows"](deal, CONTEXT) == []


def test_a_zone_without_a_closing_day_shows_a_dash() -> None:
    nothing = type(CONTEXT)(CONTEXT.schema, {}, (), {}, {}, "2026-06-01")
    rows = FORMULAS["holiday_rows"](small_deal(), nothing)
    assert [row["days"] for row in rows] == [{"fr": "—", "en": "—"}] * 2


def test_whit_monday_is_open_where_the_deal_says_so_and_only_whit_monday() -> None:
    deal = small_deal()
    case = calendar({"calendar": "HO", "whit_monday_open": True})
    hours = hours_of(deal, case, CONTEXT)
    whit, easter = datetime.date(2026, 5, 25), datetime.date(2026, 4, 6)
    assert (hours.closed(whit), hours.closed(easter)) == (False, True)
    assert hours_of(deal, calendar({"calendar": "HO", "extra": ["2026-05-26"]}), CONTEXT).closed(
        whit + datetime.timedelta(days=1)
    )


def test_a_day_that_is_added_is_closed_also_where_holidays_are_open_or_the_same_day_is_removed() -> None:
    day = datetime.date(2026, 6, 15)
    for changes in ({"extra": ["2026-06-15"], "removed": ["2026-06-15"]}, {"extra": ["2026-06-15"]}):
        for always in (True, False):
            case = calendar({"calendar": "HO", **changes}) | {"holidays_open": always}
            assert hours_of(small_deal(), case, CONTEXT).closed(day)


def test_a_calendar_is_found_by_its_id_and_its_name_is_its_id_where_it_has_none() -> None:
    deal = named(small_deal())
    assert calendar_of(deal, "HE6") is deal["calendars"][2]
    assert calendar_of(deal, "x") is None
    shown = [calendar_name(deal, reference) for reference in ("HO", "24x7", "x")]
    assert shown == [{"fr": name, "en": name} for name in ("Bureau", "24x7", "x")]


def using(**groups: Any) -> list[str]:
    deal: dict[str, Any] = {
        "calendars": [{"id": "a"}, {"id": "b"}], "sla": {"targets": []}, "support": {"channels": []}, "services": [],
        "availability": [], "bcdr": {"tiers": [{"calendar_ref": "b"}]}, "security": {},
    }  # fmt: skip
    return used_calendars(deal | groups)


@pytest.mark.parametrize(
    "groups",
    [
        {"sla": {"targets": [{"calendar_ref": "b"}]}},
        {"support": {"channels": [{"calendar_ref": "b"}]}},
        {"services": [{"code": "x", "calendar_ref": "b"}]},
        {"availability": [{"service_hours_calendar": "b"}]},
        {"services": [{"code": "bcdr"}]},
        {"services": [{"code": "backup_server"}]},
        {"services": [{"code": "backup_workstation"}]},
        {"services": [{"code": "backup_saas"}]},
        {"services": [{"code": "mdr_soc"}], "security": {"soc": {"calendar": "b"}}},
    ],
)
def test_a_calendar_is_in_use_by_whatever_refers_to_it(groups: dict[str, Any]) -> None:
    assert using(**groups) == ["b"]


def test_a_calendar_of_what_is_not_sold_is_not_in_use() -> None:
    assert using(services=[{"code": "mdr_soc"}]) == using(security={"soc": {"calendar": "b"}}) == []
    assert using(sla={"targets": [{"calendar_ref": "b"}, {"calendar_ref": "a"}]}) == ["a", "b"]


def test_without_any_channel_a_service_has_no_hours_to_name() -> None:
    deal = {"services": [{"code": "helpdesk"}], "support": {"channels": []}, "calendars": []}
    assert support_calendar(deal) == "—"


def test_without_a_staffed_channel_a_service_has_the_hours_of_the_first() -> None:
    channels = [{"calendar_ref": reference} for reference in ("b", "a")]
    calendars = [{"id": reference, "mode": "on_call"} for reference in ("a", "b")]
    assert support_calendar({"services": [], "support": {"channels": channels}, "calendars": calendars}) == "b"


def test_a_calendar_counts_in_its_own_zone_where_it_has_one() -> None:
    deal = named(small_deal())
    zones = [hours_of(deal, one, CONTEXT).timezone for one in deal["calendars"]]
    assert zones == ["America/Martinique", "Europe/Paris", "Europe/Paris"]


@pytest.mark.parametrize(
    ("week", "fr", "en"),
    [
        ({"mon": [["08:00", "12:00"]]}, "le lundi de 8h00 à 12h00", "Monday from 08:00 to 12:00"),
        ({"mon": [["00:00", "24:00"]]}, "le lundi de 0h00 à 24h00", "Monday from 00:00 to 24:00"),
        ({"sat": [["08:00", "12:00"]], "sun": [["08:00", "12:00"]]},
         "du samedi au dimanche de 8h00 à 12h00", "Saturday to Sunday from 08:00 to 12:00"),
        ({"mon": [["08:00", "12:00"]], "tue": [["08:00", "13:00"]], "sun": [["08:00", "13:00"]]},
         "le lundi de 8h00 à 12h00 ; le mardi de 8h00 à 13h00 ; le dimanche de 8h00 à 13h00",
         "Monday from 08:00 to 12:00; Tuesday from 08:00 to 13:00; Sunday from 08:00 to 13:00"),
        ({}, "", ""),
    ],
)  # fmt: skip
def test_days_of_the_same_hours_are_said_together(week: dict[str, Any], fr: str, en: str) -> None:
    shown = hours_text({"weekly": week})
    assert {language: text.replace("\u00a0", " ") for language, text in shown.items()} == {"fr": fr, "en": en}


def test_every_day_has_its_name() -> None:
    french = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
    english = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for day, fr, en in zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), french, english, strict=True):
        shown = hours_text({"weekly": {day: [["08:00", "09:00"]]}})
        assert (shown["fr"].split()[:2], shown["en"].split()[0]) == (["le", fr], en)


def test_a_calendar_of_a_few_hours_a_year_is_looked_at_for_six_years() -> None:
    """One hour each Sunday, and what takes fifty or two hundred and fifty of them."""
    week = {"sun": [["08:00", "09:00"]]}
    case = calendar({"calendar": "24x7"}) | {"weekly": week}
    hours = hours_of(small_deal(), case, CONTEXT)
    days = {amount: (worst_case_minutes(hours, "min", 60 * amount, 2026) or 0) / 1440 for amount in (1, 8, 9, 50, 250)}
    assert {amount: round(wait, 1) for amount, wait in days.items()} == {
        1: 7.0, 8: 56.0, 9: 63.0, 50: 350.0, 250: 1750.0
    }  # fmt: skip
    assert worst_case_minutes(hours, "min", 60 * 400, 2026) is None
    # From the first instant of a Sunday of summer to the close of the eighth after it, in winter.
    assert worst_case_minutes(hours, "bd", 8, 2026) == 8 * 7 * 1440 + 9 * 60 + 60
    assert worst_case_minutes(hours, "bd", 400, 2026) is None


NO_SUMMER_TIME = {"timezone": "America/Martinique"}


def test_what_is_created_in_a_year_may_fall_due_up_to_the_first_of_march_six_years_later() -> None:
    """One hour each Tuesday: what is created after the last one of 2026 is due last."""
    case = calendar({"calendar": "24x7"}) | NO_SUMMER_TIME | {"weekly": {"tue": [["08:00", "09:00"]]}}
    hours = hours_of(small_deal(), case, CONTEXT)
    last, due = datetime.date(2026, 12, 29), datetime.date(2032, 2, 24)
    weeks = (due - last).days // 7
    assert worst_case_minutes(hours, "min", 60 * weeks, 2026) == weeks * 7 * 1440
    assert worst_case_minutes(hours, "min", 60 * (weeks + 1), 2026) is None


def test_what_is_created_in_the_next_january_is_not_of_the_year() -> None:
    closed = [f"2027-01-{day:02}" for day in range(4, 16)]
    case = calendar({"calendar": "HO", "extra": closed}) | NO_SUMMER_TIME | {"holidays_open": True}
    waits = [worst_case_minutes(hours_of(small_deal(), case, CONTEXT), "bd", 1, year) or 0 for year in (2026, 2027)]
    assert [round(wait / 1440, 2) for wait in waits] == [3.75, 17.75]


def test_time_before_the_opening_and_after_the_close_does_not_count() -> None:
    hours = hours_of(small_deal(), calendar({"calendar": "HO"}), CONTEXT)
    utc = datetime.UTC
    before = datetime.datetime(2026, 6, 9, 6, 59, 30, tzinfo=utc)
    assert minutes_between(hours, before, before + datetime.timedelta(seconds=30)) == 0
    assert minutes_between(hours, before, before + datetime.timedelta(seconds=31)) * 60 == 1
    assert minutes_between(hours, before + datetime.timedelta(days=1), before) == 0


# ---- windows that install updates


def opened(start: str, **values: Any) -> list[str]:
    return [day.isoformat() for day in _days(window(**values), datetime.date.fromisoformat(start))]


def test_a_window_opens_on_its_days_for_two_years_from_the_first() -> None:
    assert opened("2026-06-15", recurrence="quarterly") == [
        "2026-06-02", "2026-09-01", "2026-12-01", "2027-03-02", "2027-06-01", "2027-09-07", "2027-12-07", "2028-03-07",
    ]  # fmt: skip
    assert opened("2026-06-15")[:3] == ["2026-06-02", "2026-07-07", "2026-08-04"]
    assert len(opened("2026-06-15")) == 24
    assert opened("2026-06-01", recurrence="twice_monthly")[:4] == [
        "2026-06-02", "2026-06-16", "2026-07-07", "2026-07-21",
    ]  # fmt: skip
    assert opened("2026-06-01", week_of_month=[5])[:3] == ["2026-06-30", "2026-09-29", "2026-12-29"]
    # Two years after a Sunday is a Tuesday, which is not one of the two years.
    weekly = opened("2026-05-31", recurrence="weekly")
    assert (weekly[0], weekly[1], weekly[-1]) == ("2026-06-02", "2026-06-09", "2028-05-30")
    assert opened("2026-06-04", recurrence="weekly", weekday="sun")[-1] == "2028-05-28"


def test_nothing_waits_longer_than_a_leap_year() -> None:
    assert LONGEST == 366
    assert gap(window(recurrence="custom", rrule="FREQ=DAILY;INTERVAL=365")) == 365


@pytest.mark.parametrize(
    ("rrule", "days"),
    [
        ("FREQ=DAILY", 1), ("FREQ=DAILY;INTERVAL=3", 3), ("FREQ=WEEKLY", 7), ("freq=weekly;interval=2", 14),
        ("FREQ=MONTHLY", 31), ("FREQ=MONTHLY;INTERVAL=2", 62), ("FREQ=WEEKLY;INTERVAL=0", 7),
        ("FREQ=MONTHLY;INTERVAL=11", 341), ("FREQ=MONTHLY;INTERVAL=12", LONGEST), ("FREQ=YEARLY", LONGEST),
        ("FREQ=DAILY;INTERVAL=X", LONGEST), ("FREQ=HOURLY", LONGEST), ("INTERVAL=1", LONGEST),
    ],
)  # fmt: skip
def test_a_custom_recurrence_counts_by_its_frequency_and_interval(rrule: str, days: int) -> None:
    assert gap(window(recurrence="custom", rrule=rrule)) == days


@pytest.mark.parametrize("task", ["os_updates", "third_party_updates", "firmware"])
def test_each_kind_of_update_counts_as_an_update(task: str) -> None:
    assert gap(window(recurrence="weekly", tasks=["restart", task])) == 7


@pytest.mark.parametrize("effective", ["2026-06-01", "2026-06-02", "2026-06-07", "2026-06-30", "2027-12-31"])
def test_the_wait_does_not_depend_on_the_day_of_the_week_on_which_the_contract_begins(effective: str) -> None:
    deal = {
        "meta": {"effective_date": effective},
        "maintenance": {"windows": [window(recurrence="weekly"), window(recurrence="weekly", weekday="thu")]},
    }
    assert update_gap_days(deal, CONTEXT) == 5


@pytest.mark.parametrize(("weekday", "days"), [("mon", 35), ("tue", 35), ("sun", 35)])
def test_a_month_has_its_window_in_the_first_week_on_any_day(weekday: str, days: int) -> None:
    assert gap(window(weekday=weekday)) == days
    assert gap(window(weekday=weekday, week_of_month=[1])) == days


def test_two_windows_a_month_wait_as_long_as_the_longer_of_their_pauses() -> None:
    assert gap(window(week_of_month=[1, 2])) == 28
    assert gap(window(week_of_month=[1]), window(week_of_month=[1], weekday="wed")) == 34
    assert gap(window(recurrence="quarterly", week_of_month=[4])) == 98


# ---- closing days that calendars do not share


def two_calendars(first: dict[str, Any], second: dict[str, Any], months: int = 12) -> list[tuple[str, str, bool, str]]:
    deal = named(small_deal())
    deal["term"]["initial_months"] = months
    deal["calendars"][0] |= first
    deal["calendars"][1] |= second
    return [
        (row["zone"]["en"], row["year"], row["particular"], row["days"]["en"].replace("\u00a0", " "))
        for row in FORMULAS["holiday_rows"](deal, CONTEXT)
    ]


def test_calendars_of_one_zone_with_days_of_their_own_are_told_apart_by_their_names() -> None:
    rows = two_calendars({"timezone": "Europe/Paris"}, {"holidays_open": False, "holidays": {"extra": ["2026-12-24"]}})
    assert [row[:3] for row in rows] == [
        ("Alsace-Moselle (Bureau)", "2026", False), ("Alsace-Moselle (Bureau)", "2027", False),
        ("Alsace-Moselle (24x7)", "2026", True), ("Alsace-Moselle (24x7)", "2027", False),
    ]  # fmt: skip
    assert ["24 December" in row[3] for row in rows] == [False, False, True, False]


def test_a_calendar_that_is_open_on_holidays_leaves_the_zone_to_the_others() -> None:
    rows = two_calendars({}, {"holidays": {"extra": ["2026-12-24"]}})
    assert [row[:2] for row in rows] == [("Alsace-Moselle", "2026"), ("Alsace-Moselle", "2027"), ("24x7", "2026")]


def test_a_calendar_with_days_of_its_own_still_closes_on_those_of_its_zone() -> None:
    deal = small_deal()
    deal["calendars"][0]["holidays"] = {"extra": ["2026-12-24"]}
    shown = FORMULAS["calendars"](deal, CONTEXT)[0]["closed"]
    assert shown == {"fr": "jours de fermeture, zone Alsace-Moselle", "en": "closing days, Alsace-Moselle zone"}


def test_calendars_of_one_zone_with_the_same_days_share_their_rows() -> None:
    rows = two_calendars({}, {"holidays_open": False})
    assert [row[:3] for row in rows] == [("Alsace-Moselle", "2026", False), ("Alsace-Moselle", "2027", False)]
    apart = two_calendars({}, {"holidays_open": False, "pentecost_monday": "open"})
    assert [row[0] for row in apart] == ["Alsace-Moselle (Bureau)"] * 2 + ["Alsace-Moselle (24x7)"] * 2
    assert ["Whit Monday" in row[3] for row in apart] == [True, True, False, False]


def test_a_calendar_that_is_open_on_holidays_tells_the_days_that_it_adds() -> None:
    own = {"holidays": {"extra": ["2027-05-06", "2026-12-24"]}}
    assert two_calendars({}, own)[2:] == [
        ("24x7", "2026", True, "24 December"), ("24x7", "2027", True, "6 May (Ascension Day)"),
    ]  # fmt: skip
    deal = named(small_deal())
    deal["calendars"][1] |= own
    shown = [row["closed"] for row in FORMULAS["calendars"](deal, CONTEXT)]
    assert shown[1] == {"fr": "jours qui lui sont propres", "en": "days of its own"}


def test_whit_monday_that_is_another_holiday_too_stays_closed_and_is_called_by_that_one() -> None:
    """In 2030 Whit Monday is 10 June, a holiday of Guyane."""
    both = datetime.date(2030, 6, 10)
    for whit, name in ((True, "Abolition of Slavery"), (False, "Whit Monday")):
        case = calendar({"calendar": "HO", "zone": "guyane", "whit_monday_open": whit})
        assert hours_of(small_deal(), case, CONTEXT).closed(both)
        deal = {**small_deal(), "meta": {"effective_date": "2030-01-01"}, "calendars": [case]}
        deal |= {"services": [], "availability": []}
        (row,) = FORMULAS["holiday_rows"](deal, CONTEXT)
        assert f"10 June ({name})" in row["days"]["en"].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("changes", "idle"),
    [
        ({}, []),
        ({"extra": ["2026-06-15", "2027-06-14"]}, []),
        ({"extra": ["2026-06-14", "2027-06-15"]}, ["14 June 2026 (Bureau)", "15 June 2027 (Bureau)"]),
        ({"removed": ["2026-12-25", "2027-03-26"]}, []),
        ({"removed": ["2026-12-24"]}, ["24 December 2026 (Bureau)"]),
        ({"removed": ["2026-04-06"]}, ["6 April 2026 (Bureau)"]),
        ({"extra": ["2026-12-26"], "removed": ["2026-12-26"]}, ["26 December 2026 (Bureau)"]),
        ({"removed": ["2027-05-17"], "whit_monday_open": True}, ["17 May 2027 (Bureau)"]),
        ({"removed": ["2026-12-25"], "zone": "metropole"}, []),
        ({"removed": ["2026-12-26"], "zone": "metropole"}, ["26 December 2026 (Bureau)"]),
    ],
)
def test_closing_days_that_change_nothing_are_named(changes: dict[str, Any], idle: list[str]) -> None:
    deal = small_deal()
    deal["calendars"][0] = calendar({"calendar": "HO", **changes}) | {"name": "Bureau"}
    found = FORMULAS["idle_closing_days"](deal, CONTEXT)
    assert [one["en"].replace("\u00a0", " ") for one in found] == idle


def test_a_day_taken_out_of_a_calendar_that_is_open_on_holidays_changes_nothing() -> None:
    deal = small_deal()
    deal["calendars"][1]["holidays"] = {"removed": ["2026-12-25"], "extra": ["2026-12-24"]}
    assert [one["fr"] for one in FORMULAS["idle_closing_days"](deal, CONTEXT)] == ["25\u00a0décembre 2026 (24x7)"]
