"""The credit scale against what is promised: exactly one credit for each result that breaks a promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic
from generator.formulas.context import Context
from generator.formulas.credit_cases import (
    Misses,
    Period,
    periods_of,
    shown_downtime,
    shown_rate,
    smallest_downtime,
    smallest_misses,
)
from generator.formulas.credit_grid import Band, Kind, Stretch, faults_of_bands, faults_of_promise
from generator.formulas.credit_promises import Promise
from generator.formulas.credit_words import findings
from generator.pipeline import Options, draft_text
from generator.prove import credit_grids
from generator.source import read_yaml
from tests.deals import CONTRACTS, library

D = Decimal
FULL = 10_000
"""A hundred percent, in hundredths of a percent: the results that brute force looks at."""

# ---- which bands and results are told


def told(bands: Sequence[Band], promise: int = 10_000) -> list[tuple[Kind, list[int], str]]:
    return [
        (fault.kind, [one.index for one in fault.bands], f"{fault.results.low}-{fault.results.high}")
        for fault in faults_of_promise(bands, D(promise) / 100)
        if fault.results is not None
    ]


def test_a_band_without_results_does_not_part_a_hole() -> None:
    bands = [band(0, 0, 5000, D(5)), band(1, 6000, 6000, D(3)), band(2, 8000, None, D(1))]
    assert told(bands) == [(Kind.HOLE, [0, 2], "50-80")]


def test_a_hole_is_told_by_the_first_band_that_reaches_it() -> None:
    bands = [band(0, 0, 5000, D(5)), band(1, 2000, 5000, D(5)), band(2, 8000, None, D(1))]
    assert told(bands) == [(Kind.HOLE, [0, 2], "50-80"), (Kind.OVERLAP, [0, 1], "20-50")]


def test_bands_that_reach_as_far_all_overlap_the_first_of_them() -> None:
    bands = [band(index, 0, None, D(5)) for index in range(3)]
    assert [(kind, found) for kind, found, _ in told(bands)] == [(Kind.OVERLAP, [0, 1]), (Kind.OVERLAP, [0, 2])]


@pytest.mark.parametrize(("low", "results"), [(9_000, "99-100"), (9_950, "99.5-100")])
def test_of_a_band_above_every_promise_only_what_is_above_is_told(low: int, results: str) -> None:
    (fault,) = faults_of_bands([band(0, low, 10_000, D(1))], D(99))
    assert fault.results is not None
    assert (fault.kind, f"{fault.results.low}-{fault.results.high}") == (Kind.ABOVE, results)


def test_two_promises_show_the_same_fault_where_its_bands_or_the_beginning_of_its_hole_are_the_same() -> None:
    hole = [band(0, 0, 5000, D(5)), band(1, 8000, None, D(1))]
    twice = [band(0, 0, None, D(5)), band(1, 8000, None, D(5))]
    falls = [band(0, 0, 8000, D(1)), band(1, 8000, None, D(5))]
    for bands in (hole, twice, falls):
        (one,), (two,) = (list(faults_of_promise(bands, D(promise))) for promise in (99, 100))
        assert one.key == two.key
    shorter, none = [band(0, 0, 4000, D(5)), hole[1]], [band(7, 0, 5000, D(5))]
    (fault,), (other,), (open_end,) = (list(faults_of_promise(bands, D(99))) for bands in (hole, shorter, none))
    assert fault.key != other.key
    assert fault.key == open_end.key, "it begins where the first band ends, whichever comes after it"
    (empty,) = faults_of_bands([band(0, 9000, 9000, D(1))], D(99))
    assert empty.key != next(faults_of_bands([band(1, 9000, 9000, D(1))], D(99))).key


# ---- brute force


def hundredths(value: Decimal | None, otherwise: int = 0) -> int:
    return otherwise if value is None else int(value * 100)


def counted(bands: Sequence[Band], promise: int) -> tuple[list[int], list[int]]:
    """For each result from 0.00 by 0.01 up to the promise, how many bands hold it and the sum of their credits."""
    counts, credits = [0] * (FULL + 2), [0] * (FULL + 2)
    for band in bands:
        low, high = hundredths(band.low), hundredths(band.high, promise)
        if low < high:
            counts[low] += 1
            counts[high] -= 1
            credits[low] += int(band.credit)
            credits[high] -= int(band.credit)
    return list(accumulate(counts[:promise])), list(accumulate(credits[:promise]))


def faults_by_counting(counts: Sequence[int], credits: Sequence[int]) -> set[Kind]:
    found = set()
    if 0 in counts:
        found.add(Kind.HOLE)
    if max(counts, default=0) > 1:
        found.add(Kind.OVERLAP)
    single = [credit for count, credit in zip(counts, credits, strict=True) if count == 1]
    if single != sorted(single, reverse=True):
        found.add(Kind.FALLS)
    return found


def marked(stretches: Iterable[Stretch | None], promise: int) -> list[bool]:
    """The results that lie in one of the stretches."""
    marks = [False] * promise
    for stretch in stretches:
        assert stretch is not None
        low, high = hundredths(stretch.low), hundredths(stretch.high)
        marks[low:high] = [True] * (high - low)
    return marks


def band_faults_by_counting(bands: Sequence[Band], highest: int) -> set[Kind]:
    found = set()
    for band in bands:
        held = range(hundredths(band.low), hundredths(band.high, highest))
        if not held:
            found.add(Kind.IDLE if band.high is None else Kind.EMPTY)
        elif held[-1] >= highest:
            found.add(Kind.ABOVE)
    return found


PERCENTS = st.one_of(
    st.integers(0, FULL),
    st.integers(0, 100).map(lambda value: 100 * value),
    st.sampled_from([0, 8000, 9000, 9500, 9900, 9949, 9950, 9990, 9995, 9999, FULL]),
)
CREDITS = st.integers(0, 8).map(D)


def band(index: int, low: int, high: int | None, credit: Decimal) -> Band:
    return Band(index, D(low) / 100, None if high is None else D(high) / 100, credit)


@st.composite
def tilings(draw: st.DrawFn) -> list[Band]:
    """A scale that tiles the way to the promise with credits that never fall, then perhaps spoilt in one place."""
    bounds = sorted({0, *draw(st.lists(PERCENTS, max_size=4))} - {FULL})
    credits = sorted(draw(st.lists(CREDITS, min_size=len(bounds), max_size=len(bounds))), reverse=True)
    ends: list[int | None] = [*bounds[1:], None]
    made = [band(i, low, high, credits[i]) for i, (low, high) in enumerate(zip(bounds, ends, strict=True))]
    at = draw(st.integers(0, len(made) - 1))
    match draw(st.sampled_from(["", "", "low", "high", "credit", "drop", "twice"])):
        case "low":
            made[at] = replace(made[at], low=D(draw(PERCENTS)) / 100)
        case "high":
            made[at] = replace(made[at], high=D(draw(PERCENTS)) / 100)
        case "credit":
            made[at] = replace(made[at], credit=draw(CREDITS))
        case "drop":
            del made[at]
        case "twice":
            made.append(replace(made[at], index=len(made)))
    return made


@st.composite
def scattered(draw: st.DrawFn) -> list[Band]:
    rows = draw(st.lists(st.tuples(PERCENTS, st.one_of(st.none(), PERCENTS), CREDITS), max_size=5))
    return [band(i, *row) for i, row in enumerate(rows)]


SCALES = st.one_of(tilings(), scattered())


@settings(max_examples=2_000)
@given(SCALES, PERCENTS)
def test_a_scale_has_the_faults_that_counting_every_result_finds(bands: list[Band], promise: int) -> None:
    counts, credits = counted(bands, promise)
    found = list(faults_of_promise(bands, D(promise) / 100))
    assert {fault.kind for fault in found} == faults_by_counting(counts, credits)
    assert marked((fault.results for fault in found if fault.kind is Kind.HOLE), promise) == [c == 0 for c in counts]
    twice = marked((fault.results for fault in found if fault.kind is Kind.OVERLAP), promise)
    assert twice == [count > 1 for count in counts]
    unused = {fault.kind for fault in faults_of_bands(bands, D(promise) / 100)}
    assert unused == band_faults_by_counting(bands, promise)


def scale(bands: Sequence[Band]) -> dict[str, Any]:
    tiers = [
        {"scope": "attainment", "from_pct": band.low, "credit_pct": band.credit}
        | ({} if band.high is None else {"to_pct": band.high})
        for band in bands
    ]
    return {"sla": {"credits": {"tiers": tiers}}}


def promise(value: str | int, binding: bool = True) -> Promise:
    percent = D(value) / 100 if isinstance(value, int) else D(value)
    return Promise(percent, binding, {"fr": "en Prise en charge", "en": "in Response"}, None, 20)


@settings(max_examples=400)
@given(SCALES, st.lists(st.tuples(PERCENTS, st.booleans()), min_size=1, max_size=4))
def test_a_deal_has_a_problem_exactly_if_one_of_its_commitments_has(
    bands: list[Band], values: list[tuple[int, bool]]
) -> None:
    promises = [promise(*value) for value in values]
    judged = [value for value, binding in values if binding] or ([v for v, _ in values] if bands else [])
    expected = {kind for value in judged for kind in faults_by_counting(*counted(bands, value))}
    if judged:
        expected |= band_faults_by_counting(bands, max(value for value, _ in values))
    found = list(findings(scale(bands), {"availability": [], "attainment": promises}))
    assert {finding.kind for finding in found} == expected
    assert all(set(finding.words) == {"fr", "en"} for finding in found)
    assert all(bound in range(len(bands)) for finding in found for bound in finding.bands)


# ---- the smallest case


def month(seconds: int) -> Period:
    return Period({"fr": "en juin 2026", "en": "in June 2026"}, Fraction(seconds))


STRETCHES = (
    st.tuples(PERCENTS, PERCENTS)
    .filter(lambda ends: ends[0] != ends[1])
    .map(lambda ends: Stretch(D(min(ends)) / 100, D(max(ends)) / 100))
)


def shows(down: int, whole: int, results: Stretch) -> bool:
    """Whether so much downtime, or so many misses, of the whole has one of the results."""
    rate = FULL * (whole - down)
    return hundredths(results.low) * whole <= rate < hundredths(results.high) * whole


@settings(max_examples=2_000)
@given(STRETCHES, st.integers(1, 500))
def test_no_shorter_downtime_shows_the_fault(results: Stretch, minutes: int) -> None:
    case = smallest_downtime(results, [month(60 * minutes)])
    assert case is not None
    assert results.low <= case.rate < results.high
    by_minute = next((60 * down for down in range(minutes + 1) if shows(down, minutes, results)), None)
    if by_minute is not None:
        assert case.seconds == by_minute
        return
    by_second = next((down for down in range(60 * minutes + 1) if shows(down, 60 * minutes, results)), None)
    assert case.seconds == by_second if by_second is not None else case.seconds.denominator > 1


@settings(max_examples=1_000)
@given(STRETCHES, st.integers(1, 60))
def test_no_fewer_misses_show_the_fault(results: Stretch, sample: int) -> None:
    case = smallest_misses(results, sample)
    assert case.measured >= sample
    assert results.low <= case.rate < results.high
    assert not any(shows(case.missed, fewer, results) for fewer in range(sample, min(case.measured, sample + 300)))
    for missed in range(1, min(case.missed, 20)):
        assert not any(shows(missed, measured, results) for measured in range(max(sample, missed), sample + 300))


@given(st.integers(0, FULL - 1), st.fractions(0, 1).filter(lambda share: share < 1))
def test_a_rate_is_shown_on_the_side_of_the_bound_where_it_is(low: int, share: Fraction) -> None:
    results = Stretch(D(low) / 100, D(100))
    rate = Fraction(low, 100) + share * (100 - Fraction(low, 100))
    shown = D(shown_rate(rate, results)["en"].removesuffix("%"))
    assert results.low <= shown <= rate
    assert rate - Fraction(shown) < Fraction(1, 100)


@pytest.mark.parametrize(
    ("rate", "low", "shown"),
    [("99.9", "90", "99.9%"), ("99.9951", "99.995", "99.995%"), ("99.99", "99.99", "99.99%"), ("95", "90", "95%")],
)
def test_a_rate_is_shown_with_no_more_decimals_than_it_takes(rate: str, low: str, shown: str) -> None:
    assert shown_rate(Fraction(rate), Stretch(D(low), D(100)))["en"] == shown


def test_whole_minutes_are_shown_before_fewer_seconds() -> None:
    results = Stretch(D("99.9"), D("99.95"))
    short, long = month(900 * 60), month(2_000 * 60)
    assert [smallest_downtime(results, [one]).seconds for one in (short, long)] == [28, 120]  # type: ignore[union-attr]
    case = smallest_downtime(results, [short, long])
    assert case is not None
    assert (case.period, case.seconds) == (long, 120)


@pytest.mark.parametrize(("missed", "measured", "counted"), [(1_999, 1_000_000, True), (2_000, 1_000_001, False)])
def test_up_to_1999_misses_are_counted_and_then_any_fraction_will_do(missed: int, measured: int, counted: bool) -> None:
    """Between bounds as close as these no fraction has fewer misses."""
    rate = 100 * (1 - Fraction(missed, measured))
    near = D(int(rate * 10**15)) / D(10**15)
    results = Stretch(near - D("1e-13"), near + D("2e-13"))
    case = smallest_misses(results, 20)
    assert results.low <= case.rate < results.high
    assert (case == Misses(missed, measured)) is counted
    assert case.measured == Fraction(case.missed, case.measured).denominator, "and no larger than it must be"


def test_bounds_of_many_decimals_still_have_a_case() -> None:
    fine = Stretch(D("99.4999999999999999999999999999"), D("99.5"))
    case = smallest_downtime(fine, [month(43_200 * 60)])
    assert case is not None
    assert fine.low <= case.rate < fine.high
    assert shown_downtime(case.seconds, "en").startswith("216\u00a0min\u00a00.0000000000000000000000")
    assert fine.low <= smallest_misses(fine, 20).rate < fine.high


@pytest.mark.parametrize(
    ("seconds", "fr", "en"),
    [
        (Fraction(60), "1 minute", "1 minute"),
        (Fraction(1320), "22 minutes", "22 minutes"),
        (Fraction(12961, 10), "21 min 36,1 s", "21 min 36.1 s"),
        (Fraction(9, 2), "4,5 s", "4.5 s"),
        (Fraction(78_000 * 60), "78\u202f000 minutes", "78,000 minutes"),
    ],
)
def test_downtime_is_given_in_minutes_and_in_seconds_where_it_must(seconds: Fraction, fr: str, en: str) -> None:
    assert shown_downtime(seconds, "fr").replace("\u00a0", " ") == fr
    assert shown_downtime(seconds, "en").replace("\u00a0", " ") == en


def test_nothing_is_measured_where_no_period_has_service_time() -> None:
    assert smallest_downtime(Stretch(D(0), D(99)), []) is None
    closed = Promise(D(99), True, {"fr": "de « Wi-Fi »", "en": "of “Wi-Fi”"}, tuple, 0)
    rows = scale([band(0, 9000, None, D(5))])
    rows["sla"]["credits"]["tiers"][0]["scope"] = "availability"
    (found,) = findings(rows, {"availability": [closed], "attainment": []})
    assert found.words["en"] == (
        "a result of 0% of “Wi-Fi” breaks the promise of 99% and earns no credit: no band from 0% to 90%"
    )


# ---- periods


def periods(
    effective: str, window: str = "calendar_month", weekly: Mapping[str, Any] | None = None, **closing: Any
) -> list[Period]:
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    always = {day: [["00:00", "24:00"]] for day in days}
    calendar = {"id": "own", "weekly": always if weekly is None else weekly, "holidays_open": True}
    deal = {
        "meta": {"effective_date": effective},
        "context": {"timezone": "Europe/Paris", "holiday_zone": "FR"},
        "calendars": [{**calendar, "pentecost_monday": "closed", **closing}],
    }
    context = Context(library().schema, {}, (), {}, {}, "")
    return list(periods_of(deal, {"service_hours_calendar": "own", "window": window}, context))


def test_the_months_of_the_first_year_count_their_true_minutes() -> None:
    year = periods("2026-06-01")
    assert [period.when["fr"] for period in year][:2] == ["en juin 2026", "en juillet 2026"]
    assert len(year) == 12
    by_name = {period.when["en"]: period.seconds / 60 for period in year}
    assert by_name["in October 2026"] == 44_700
    assert by_name["in March 2027"] == 44_580
    assert by_name["in February 2027"] == 40_320


def test_a_month_that_begins_before_the_contract_is_left_out() -> None:
    year = periods("2026-06-15")
    assert (len(year), year[0].when["en"], year[-1].when["en"]) == (11, "in July 2026", "in May 2027")
    assert year == periods("2026-06-02")
    wednesdays = {"wed": [["09:00", "10:00"]]}
    hours = [one.seconds / 3600 for one in periods("2026-06-10", weekly=wednesdays)]
    assert hours[:3] == [5, 4, 5], "of the months themselves, and not from the tenth on"


def test_a_month_with_a_minute_of_service_is_a_month_of_service() -> None:
    """One minute every Sunday, but for all Sundays of July 2026 except the first."""
    closed = ["2026-07-12", "2026-07-19", "2026-07-26"]
    year = periods("2026-06-01", weekly={"sun": [["09:00", "09:01"]]}, holidays={"extra": closed})
    assert [one.seconds for one in year][:3] == [4 * 60, 60, 5 * 60]


def test_a_quarter_is_a_whole_quarter_of_the_calendar() -> None:
    year = periods("2026-06-01", "quarter")
    assert [period.when["fr"] for period in year] == [
        "au 3e trimestre 2026",
        "au 4e trimestre 2026",
        "au 1er trimestre 2027",
    ]
    assert year[0].when["en"] == "in the 3rd quarter of 2026"
    assert year[0].seconds == 92 * 24 * 3600
    assert len(periods("2026-07-01", "quarter")) == 4


def test_a_calendar_that_never_opens_or_is_not_there_has_no_period() -> None:
    assert periods("2026-06-01", weekly={}) == []
    context = Context(library().schema, {}, (), {}, {}, "")
    entry = {"service_hours_calendar": "other", "window": "calendar_month"}
    assert list(periods_of({"meta": {"effective_date": "2026-06-01"}, "calendars": []}, entry, context)) == []


# ---- a deal


ATTAINMENT = (
    "{scope: attainment, from_pct: 90, credit_pct: 2}",
    "{scope: attainment, from_pct: 0, to_pct: 90, credit_pct: 4}",
)


def said(*availability: str, attainment: Sequence[str] = ATTAINMENT, language: str = "fr", more: str = "") -> list[str]:
    """What the rule on the scale says of the example that promises 99.8 % to a hosting, with these bands."""
    tiers = [f"{{scope: availability, {band}}}" for band in availability] + list(attainment)
    text = (CONTRACTS / "eti-cogere.yaml").read_text("utf-8")
    credits = "\n  credits:\n    tiers:\n" + "".join(f"      - {tier}\n" for tier in tiers)
    text = text.replace("\navailability:\n", f"{credits}{more}\navailability:\n")
    made = draft_text("contracts/own.yaml", text, CONTRACTS, options=Options(language=language))
    assert made.deal is not None, made.report
    rules = ("R081", "R080-band")
    found = [finding.message for finding in made.report.diagnostics if finding.rule in rules]
    return [plain(message).partition(": " if "base: mrr" in more else ". ")[2] for message in found]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


WHOLE = ("from_pct: 99, credit_pct: 5", "from_pct: 0, to_pct: 99, credit_pct: 10")


def test_a_scale_that_tiles_the_promise_has_no_problem() -> None:
    assert said(*WHOLE) == []


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        (
            ("from_pct: 99.5, credit_pct: 5", "from_pct: 0, to_pct: 99.49, credit_pct: 10"),
            "202 minutes d'indisponibilité de « Hébergement d'infrastructure » en février 2027 (99,49 %) rompent la "
            "promesse de 99,8 % et ne donnent droit à aucun avoir : aucun palier de 99,49 % à 99,5 %.",
        ),
        (
            ("from_pct: 99, to_pct: 99.75, credit_pct: 5", WHOLE[1]),
            "81 minutes d'indisponibilité de « Hébergement d'infrastructure » en février 2027 (99,79 %) rompent la "
            "promesse de 99,8 % et ne donnent droit à aucun avoir : aucun palier de 99,75 % à 99,8 %.",
        ),
        (
            ("from_pct: 98, credit_pct: 5", WHOLE[1]),
            "404 minutes d'indisponibilité de « Hébergement d'infrastructure » en février 2027 (98,99 %) tombent dans "
            "deux paliers : de 0 % à 99 % (avoir de 10 %) et de 98 % à la promesse (avoir de 5 %).",
        ),
        (
            ("from_pct: 99, credit_pct: 10", "from_pct: 0, to_pct: 99, credit_pct: 5"),
            "81 minutes d'indisponibilité de « Hébergement d'infrastructure » en février 2027 (99,79 %) valent un "
            "avoir de 10 %, mais 404 minutes (98,99 %) un avoir de 5 % seulement.",
        ),
        (
            ("from_pct: 99, to_pct: 100, credit_pct: 5", WHOLE[1]),
            "1 minute d'indisponibilité de « Hébergement d'infrastructure » en septembre 2026 (99,99 %) tient la "
            "promesse de 99,8 % et tombe pourtant dans un palier : de 99 % à 100 % (avoir de 5 %).",
        ),
        (
            (*WHOLE, "from_pct: 99.9, credit_pct: 1"),
            "Aucun résultat ne tombe dans le palier de 99,9 % à la promesse (avoir de 1 %) : la plus haute promesse "
            "est de 99,8 %.",
        ),
        (
            (*WHOLE, "from_pct: 90, to_pct: 80, credit_pct: 6"),
            "Aucun résultat ne tombe dans le palier de 90 % à 80 % (avoir de 6 %).",
        ),
        (
            (),
            "81 minutes d'indisponibilité de « Hébergement d'infrastructure » en février 2027 (99,79 %) rompent la "
            "promesse de 99,8 % et ne donnent droit à aucun avoir : le barème n'a pas de palier pour cette mesure.",
        ),
    ],
)
def test_a_fault_is_told_as_the_least_downtime_that_shows_it(bands: Sequence[str], words: str) -> None:
    assert said(*bands) == [words]


def test_a_fault_of_attainment_is_told_as_the_fewest_misses_that_show_it() -> None:
    holed = ("{scope: attainment, from_pct: 90, to_pct: 94.5, credit_pct: 2}", ATTAINMENT[1])
    assert said(*WHOLE, attainment=holed) == [
        "2 délais manqués sur 37 en Prise en charge, Incident P1 (94,59 %) rompent la promesse de 95 % et ne donnent "
        "droit à aucun avoir : aucun palier de 94,5 % à 95 %."
    ]
    falling = ("{scope: attainment, from_pct: 90, credit_pct: 5}", ATTAINMENT[1])
    assert said(*WHOLE, attainment=falling, language="en") == [
        "2 misses out of 20 in Response, Incident P1 (90%) earn a credit of 5%, but 3 misses out of 20 (85%) only "
        "one of 4%."
    ]


def test_a_fault_is_told_in_the_language_of_the_contract() -> None:
    assert said("from_pct: 99.5, credit_pct: 5", "from_pct: 0, to_pct: 99.49, credit_pct: 10", language="en") == [
        "202 minutes of downtime of “Infrastructure hosting” in February 2027 (99.49%) break the promise of 99.8% and "
        "earn no credit: no band from 99.49% to 99.5%."
    ]


def test_a_credit_above_the_cap_of_the_same_fee_is_told() -> None:
    assert said(*WHOLE, more="    base: mrr\n    monthly_cap_pct: 8\n    annual_cap_pct: 8\n") == [
        "le plafond mensuel l'arrête à 8 % de la même redevance."
    ]


def test_an_objective_needs_no_band_beside_a_commitment() -> None:
    bands = scale([band(0, 0, 9000, D(5))])
    both = [promise("90"), promise("95", binding=False)]
    assert list(findings(bands, {"availability": [], "attainment": both})) == []
    (found,) = findings(bands, {"availability": [], "attainment": both[1:]})
    assert found.words["fr"].replace("\u00a0", " ") == (
        "2 délais manqués sur 20 en Prise en charge (90 %) manquent l'objectif de 95 % et n'entrent dans "
        "aucun palier : aucun palier de 90 % à 95 %"
    )


def test_the_contract_says_that_no_rate_is_rounded_before_it_is_looked_up() -> None:
    words = {"fr": "se compare sans arrondi", "en": "is compared without rounding"}
    for language, example in (("fr", "eti-cogere.fr.md"), ("en", "gc-grand-compte.en.md")):
        assert words[language] in (Path(__file__).parent / "golden" / example).read_text("utf-8")


# ---- the profiles of a library


def judged(profile: str, *edits: tuple[str, str]) -> list[Diagnostic]:
    """What is wrong with the scales of the library after some edits of one profile."""
    source = library().profiles[profile]
    text = "\n".join(source.lines)
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    changed, found = read_yaml(source.file, text)
    assert changed is not None, found
    return list(credit_grids.problems(replace(library(), profiles={**library().profiles, profile: changed})))


def test_the_profiles_of_the_library_have_no_problem() -> None:
    assert list(credit_grids.problems(library())) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "from_pct: 97, to_pct: 99,",
            "from_pct: 97, to_pct: 98.9,",
            "433 minutes of downtime of a service promised at 99.5% in a month of 43,200 minutes (98.99%) break the "
            "promise of 99.5% and earn no credit: no band from 98.9% to 99%",
        ),
        (
            "{scope: availability, from_pct: 99,",
            "{scope: availability, from_pct: 99, to_pct: 99.9,",
            "22 minutes of downtime of a service promised at 99.95% in a month of 43,200 minutes (99.94%) break the "
            "promise of 99.95% and earn no credit: no band from 99.9% to 99.95%",
        ),
        (
            "to_pct: 85, credit_pct: 8",
            "to_pct: 86, credit_pct: 8",
            "3 misses out of 20 in Response, Incident P1 (85%) fall in two bands: from 0% to 86% (credit of 8%) and "
            "from 85% to 90% (credit of 4%)",
        ),
    ],
)
def test_a_fault_of_a_profile_is_shown_at_its_bands(old: str, new: str, words: str) -> None:
    (found,) = judged("eti_standard", (old, new))
    assert (found.code, found.message.replace("\u00a0", " ")) == (
        "credit-grid",
        f"the credit scale does not follow what is promised: {words}",
    )
    assert found.span is not None
    assert found.span.file == "clauses/base/profiles/sla/eti_standard.yaml"
    places = [found.span.source_line, *(note.span.source_line for note in found.notes if note.span)]
    assert any(new in line for line in places)
    assert all("scope:" in line for line in places)


def test_caps_that_contradict_each_other_are_shown_at_the_cap() -> None:
    (found,) = judged("gc_standard", ("annual_cap_pct: 12", "annual_cap_pct: 20"))
    assert found.rule == "R080-annual"
    assert found.span is not None
    assert found.span.source_line.strip() == "annual_cap_pct: 20"


def test_a_scale_that_is_not_enabled_is_not_judged() -> None:
    hole = ("from_pct: 97, to_pct: 99,", "from_pct: 97, to_pct: 98,")
    assert len(judged("pme_standard", hole)) == 1
    assert judged("pme_standard", hole, ("enabled: true", "enabled: false")) == []


def test_what_cannot_be_judged_is_refused_at_its_place() -> None:
    (found,) = judged("eti_standard", ("to_pct: 97, credit_pct: 20", "to_pct: 97, credit_pct: lots"))
    assert found.span is not None
    assert found.span.source_line[found.span.column - 1 : found.span.end_column - 1] == "lots"
    assert "a number is expected" in found.message
