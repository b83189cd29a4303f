"""The arithmetic of prices and of contract dates: worked examples in ``tests/cases/charges.yaml``, and fractions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.formulas import FORMULAS, Context
from generator.formulas.charges import price_of, price_text
from generator.formulas.dates import add_months, last_of, months_between
from generator.formulas.levels import allowed_minutes
from generator.formulas.money import cents
from generator.formulas.price_lines import line_total, monthly_total
from generator.schema import DealSchema, typed, with_defaults
from generator.source import read_yaml

ROOT = Path(__file__).parent.parent
SCHEMA = DealSchema.from_text((ROOT / "schemas" / "deal.schema.json").read_text(encoding="utf-8"))
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "charges.yaml").read_text(encoding="utf-8"))
LINE = SCHEMA.type.fields["pricing"].type.fields["lines"].type.item
assert LINE is not None
D = Decimal


def exact(value: Any) -> Any:
    """The values of a case as the deal's reader gives them: no float."""
    if isinstance(value, float):
        return D(str(value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    return [exact(item) for item in value] if isinstance(value, list) else value


def price_line(values: Mapping[str, Any]) -> dict[str, Any]:
    whole = {"id": "x", "service": "helpdesk", "unit": "user", "unit_price": "0", **exact(values)}
    line: dict[str, Any] = typed(LINE, with_defaults(LINE, whole))
    return line


ORDER_FORM = """recurring_lines mrr arr one_off_lines one_off_total tcv vat_pct mrr_vat mrr_incl_vat one_off_vat
one_off_incl_vat minimum_monthly cap_amount super_caps highest_cap"""


def facts_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the order form in the order in which the library computes them."""
    pricing = {
        "lines": given["lines"],
        "indexation": {},
        "true_up": {},
        **given.get("minimum", {"minimum_monthly_pct": 0}),
    }
    deal = exact(
        {
            "meta": {"effective_date": "2026-06-01", "kind": "contract"},
            "term": given["term"],
            "amends": {"number": 1},
            "pricing": pricing,
            "billing": {"tax_territory": "metropole"},
            "onboarding": given.get(
                "onboarding", {"fee_months_of_mrr": 0, "fee_treatment": "invoiced", "cadrage": {"mode": "free"}}
            ),
            "liability": {
                "cap": given.get("cap", {"multiplier": 1, "floor_eur": "50000"}),
                "super_cap": given.get("super_cap", []),
            },
        }
    )
    deal["pricing"]["lines"] = [price_line(line) for line in deal["pricing"]["lines"]]
    deal = typed(SCHEMA.type, deal)
    facts: dict[str, Any] = {}
    context = Context(SCHEMA, {}, (), {"vat_metropole": D(20)}, facts, "2026-06-01")
    for name in ORDER_FORM.split():
        facts[name] = FORMULAS[name](deal, context)
    return facts


# ---- examples


@pytest.mark.parametrize("case", CASES["lines"], ids=lambda case: f"{case['line']}"[:90])
def test_a_price_line_costs_what_the_example_says(case: Mapping[str, Any]) -> None:
    line = price_line(case["line"])
    assert str(line_total(line)) == case["total"]
    assert str(monthly_total(line)) == case.get("monthly", case["total"])


def test_half_a_unit_reaches_no_second_tier() -> None:
    tiers = [{"from_qty": 1, "to_qty": 1, "unit_price": "10"}, {"from_qty": 2, "unit_price": "8"}]
    line = {"qty": "0.5", "unit_price": "100", "tiers": tiers, "tier_mode": "graduated"}
    assert line_total(price_line(line)) == D("5.00")


@pytest.mark.parametrize("case", CASES["deals"], ids=lambda case: case.get("why", "an ordinary deal"))
def test_the_totals_of_a_deal_are_those_of_the_example(case: Mapping[str, Any]) -> None:
    facts = facts_of(case["given"])
    assert {name: str(facts[name]) for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", CASES["indexation"], ids=lambda case: str(case["given"]))
def test_a_revision_is_worked_out_on_a_thousand_euro(case: Mapping[str, Any]) -> None:
    type_ = SCHEMA.type.fields["pricing"].type.fields["indexation"].type
    indexation = typed(type_, with_defaults(type_, exact(case["given"])))
    made = FORMULAS["indexation_example"]({"pricing": {"indexation": indexation}}, context())
    assert (str(made["new_amount"]), made["capped"]) == (case["new"], case["capped"])
    given = case["given"]
    assert made["base_index"] == exact(given.get("base_value", 100))
    assert made["current_index"] == exact(given.get("example_index", 104))


@pytest.mark.parametrize("case", CASES["true_up"], ids=lambda case: str(case["line"]))
def test_a_true_up_is_worked_out_on_the_first_countable_line(case: Mapping[str, Any]) -> None:
    pricing = {"lines": [price_line(case["line"])], "true_up": {"reductions_floor_pct": D(case["floor_pct"])}}
    made = FORMULAS["true_up_example"]({"pricing": pricing}, context())
    assert (made["qty_more"], made["qty_floor"]) == (case["more"], case["floor"])
    assert [str(made[name]) for name in ("monthly_signed", "monthly_more", "monthly_floor")] == case["amounts"]
    assert FORMULAS["has_true_up_example"]({"pricing": pricing}, context()) is case.get("printed", True)


def test_a_true_up_passes_over_a_line_in_tiers_and_its_amounts_are_those_of_the_line() -> None:
    tiered = price_line({"qty": 60, "unit_price": "10.00", "tiers": [{"from_qty": 1, "unit_price": "9.00"}]})
    plain = price_line({"qty": 62, "unit_price": "38.00"})
    pricing = {"lines": [tiered, plain], "true_up": {"reductions_floor_pct": D(80)}}
    made = FORMULAS["true_up_example"]({"pricing": pricing}, context())
    assert made["unit_price"] == D("38.00")
    for quantity, amount in (("qty_signed", "monthly_signed"), ("qty_more", "monthly_more")):
        assert made[amount] == line_total({**plain, "qty": made[quantity]})


def context() -> Context:
    return Context(SCHEMA, {}, (), {}, {}, "2026-06-01")


@pytest.mark.parametrize(
    ("line", "fr", "en"),
    [
        ({"qty": 1, "unit_price": "38"}, "38,00~€ par utilisateur et par mois", "€38.00 per user per month"),
        ({"qty": 1, "unit_price": "900", "unit": "flat"}, "900,00~€ par mois", "€900.00 per month"),
        ({"qty": 1, "unit_price": "1200", "unit": "server", "recurrence": "annual"}, "1¬200,00~€ par serveur et par an",
         "€1,200.00 per server per year"),
        ({"qty": 1, "unit_price": "0.0125", "unit": "flat", "recurrence": "one_off"}, "0,0125~€", "€0.0125"),
    ],
)  # fmt: skip
def test_a_price_is_said_in_words(line: Mapping[str, Any], fr: str, en: str) -> None:
    shown = price_text(price_line(line), context())
    assert shown == {"fr": fr.replace("~", "\u00a0").replace("¬", "\u202f"), "en": en}


def test_the_price_of_a_service_is_its_lines_or_where_it_is_included() -> None:
    lines = [price_line({"qty": 1, "unit_price": "38"}), price_line({"qty": 1, "unit_price": "5", "unit": "flat"})]
    deal = {"pricing": {"lines": lines}}
    assert price_of(deal, context(), {"code": "helpdesk"})["en"] == "€38.00 per user per month ; €5.00 per month"
    assert "included in “" in price_of(deal, context(), {"code": "patching", "included_in": "helpdesk"})["en"]
    assert price_of(deal, context(), {"code": "patching"})["en"] == "included in the Fees of the Order Form"


# ---- amounts, against fractions

MONEY = st.decimals(0, 100_000, places=4)
QUANTITY = st.integers(0, 500).map(Decimal) | st.decimals(0, 500, places=2)
PERCENT = st.decimals(0, 100, places=2)
RECURRENCE = st.sampled_from(["monthly", "annual", "one_off"])


def half_up(amount: Fraction) -> Fraction:
    """To the cent, halves away from zero, without decimals."""
    return Fraction((amount * 100 + Fraction(1, 2)).__floor__(), 100)


@given(st.decimals(0, 10**12, places=6))
def test_amounts_are_rounded_half_up_to_the_cent(amount: Decimal) -> None:
    assert Fraction(cents(amount)) == half_up(Fraction(amount))
    assert cents(-amount) == -cents(amount)
    assert cents(cents(amount)) == cents(amount)
    assert cents(amount) == amount.quantize(D("0.01"), ROUND_HALF_UP)


@given(QUANTITY, MONEY, PERCENT | st.none())
def test_a_line_is_quantity_times_price_less_the_discount_rounded_once(
    quantity: Decimal, price: Decimal, pct: Decimal | None
) -> None:
    line = price_line(
        {"qty": quantity, "unit_price": str(price), **({} if pct is None else {"discount": {"pct": pct}})}
    )
    kept = 1 - Fraction(pct or 0) / 100
    assert Fraction(line_total(line)) == half_up(Fraction(quantity) * Fraction(price) * kept)
    assert Fraction(line_total(line, discounted=False)) == half_up(Fraction(quantity) * Fraction(price))


PRICES = st.lists(st.decimals(0, 200, places=2), min_size=1, max_size=4)


@st.composite
def tiers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tiers that follow each other from the first unit on; the last one may end."""
    bounds = sorted(draw(st.sets(st.integers(2, 40), max_size=3)))
    starts = [1, *bounds]
    ends = [bound - 1 for bound in bounds]
    made = []
    for index, start in enumerate(starts):
        tier = {"from_qty": start, "unit_price": str(draw(st.decimals(0, 200, places=2)))}
        if index < len(ends) and draw(st.booleans()):
            tier["to_qty"] = ends[index]
        made.append(tier)
    if draw(st.booleans()):
        made[-1]["to_qty"] = starts[-1] + draw(st.integers(0, 20))
    return draw(st.permutations(made))


def price_of_unit(line: Mapping[str, Any], number: int) -> Fraction:
    """The price of the n-th unit: that of the tier it falls into, else that of the line."""
    begun = [tier for tier in line["tiers"] if tier["from_qty"] <= number]
    tier = max(begun, key=lambda tier: tier["from_qty"], default=line)
    return Fraction(tier["unit_price"] if number <= tier.get("to_qty", number) else line["unit_price"])


@settings(max_examples=80)
@given(tiers(), st.integers(0, 80), st.decimals(0, 200, places=2))
def test_graduated_tiers_charge_every_unit_at_its_own_tier(
    made: list[dict[str, Any]], quantity: int, price: Decimal
) -> None:
    line = price_line({"qty": quantity, "unit_price": str(price), "tier_mode": "graduated", "tiers": made})
    assert Fraction(line_total(line)) == sum(price_of_unit(line, number) for number in range(1, quantity + 1))
    more = price_line({"qty": quantity + 1, "unit_price": str(price), "tier_mode": "graduated", "tiers": made})
    assert line_total(more) >= line_total(line)


@settings(max_examples=80)
@given(tiers(), st.integers(0, 80), st.decimals(0, 200, places=2))
def test_volume_tiers_charge_all_units_at_the_tier_reached(
    made: list[dict[str, Any]], quantity: int, price: Decimal
) -> None:
    line = price_line({"qty": quantity, "unit_price": str(price), "tier_mode": "volume", "tiers": made})
    assert Fraction(line_total(line)) == quantity * price_of_unit(line, quantity)
    more = price_line({"qty": quantity + 1, "unit_price": str(price), "tier_mode": "volume", "tiers": made})
    if price_of_unit(line, quantity) == price_of_unit(line, quantity + 1):
        assert line_total(more) >= line_total(line)


@st.composite
def price_lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for index in range(draw(st.integers(1, 4))):
        line = {
            "id": f"l{index}",
            "qty": draw(QUANTITY),
            "unit_price": str(draw(MONEY)),
            "recurrence": draw(RECURRENCE),
        }
        if draw(st.booleans()):
            line["discount"] = {"pct": draw(PERCENT)}
            if draw(st.booleans()):
                line["discount"]["until"] = draw(
                    st.dates(datetime.date(2026, 1, 1), datetime.date(2031, 12, 31))
                ).isoformat()
        made.append(line)
    return made


@settings(max_examples=60)
@given(price_lines(), st.integers(1, 60), PERCENT)
def test_the_printed_lines_sum_to_the_totals(lines: list[dict[str, Any]], months: int, minimum: Decimal) -> None:
    facts = facts_of({"term": {"initial_months": months}, "lines": lines, "minimum": {"minimum_monthly_pct": minimum}})
    assert facts["mrr"] == sum((line["monthly_total"] for line in facts["recurring_lines"]), D(0))
    assert facts["one_off_total"] == sum((line["total"] for line in facts["one_off_lines"]), D(0))
    assert facts["mrr_incl_vat"] == facts["mrr"] + facts["mrr_vat"]
    assert facts["one_off_incl_vat"] == facts["one_off_total"] + facts["one_off_vat"]
    assert facts["arr"] == 12 * facts["mrr"]
    assert len(facts["recurring_lines"]) + len([line for line in lines if line["recurrence"] == "one_off"]) == len(
        lines
    )
    assert Fraction(facts["mrr_vat"]) == half_up(Fraction(facts["mrr"]) / 5)
    for name in ("mrr", "arr", "one_off_total", "tcv", "mrr_vat", "one_off_vat", "minimum_monthly", "cap_amount"):
        assert facts[name] == cents(facts[name])
        assert facts[name].as_tuple().exponent == -2 or facts[name] == 0
    assert facts["cap_amount"] >= 50_000
    assert facts["minimum_monthly"] <= facts["mrr"]


@settings(max_examples=60)
@given(price_lines(), st.integers(1, 60))
def test_the_contract_value_is_the_sum_of_its_months(lines: list[dict[str, Any]], months: int) -> None:
    facts = facts_of({"term": {"initial_months": months}, "lines": lines})
    total = facts["one_off_total"]
    for values in lines:
        line = price_line(values)
        if line["recurrence"] == "one_off":
            continue
        until = line.get("discount", {}).get("until")
        for month in range(months):
            last_day = datetime.date(2026, 6, 1) + relativedelta(months=month + 1, days=-1)
            in_time = until is None or last_day.isoformat() <= until
            period = line_total(line, discounted=in_time)
            total += cents(period / 12) if line["recurrence"] == "annual" else period
    assert facts["tcv"] == total


# ---- dates


@pytest.mark.parametrize("case", CASES["months"], ids=lambda case: f"{case['date']} {case['months']:+}")
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(case: Mapping[str, Any]) -> None:
    assert add_months(case["date"], case["months"]) == case["then"]


@pytest.mark.parametrize("case", CASES["terms"], ids=lambda case: f"{case['effective']} {case['months']}")
def test_the_term_ends_the_day_before_and_notice_is_received_before_that(case: Mapping[str, Any]) -> None:
    deal = {
        "meta": {"effective_date": case["effective"].isoformat()},
        "term": {"initial_months": case["months"], "notice_months": case["notice"]},
    }
    made = [FORMULAS[name](deal, context()) for name in ("term_end", "latest_notice_date", "contract_years")]
    assert made == [case["end"].isoformat(), case["latest"].isoformat(), case["years"]]


DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 12, 31))


@given(DAYS, st.integers(-400, 400))
def test_months_are_added_as_dateutil_adds_them(day: datetime.date, months: int) -> None:
    assert add_months(day, months) == day + relativedelta(months=months)


@given(DAYS, DAYS)
def test_the_whole_months_between_two_days_fit_and_one_more_does_not(start: datetime.date, end: datetime.date) -> None:
    months = months_between(start, end)
    assert months == 0 or last_of(start, months) <= end
    assert last_of(start, months + 1) > end


def test_the_law_is_read_at_the_date_of_the_context() -> None:
    assert FORMULAS["as_of"]({}, context()) == "2026-06-01"


# ---- availability and credits


@pytest.mark.parametrize(
    ("minutes", "pct", "allowed"),
    [
        ("44580", "99.9", "44.58"),
        ("44700", "99.9", "44.70"),
        ("43200", "99.95", "21.60"),
        ("40320", "99.99", "4.03"),
        ("44640", "99.99", "4.46"),
        ("43200", "100", "0.00"),
        ("43200", "0", "43200.00"),
    ],
)
def test_the_downtime_that_keeps_a_promise_is_never_rounded_up(minutes: str, pct: str, allowed: str) -> None:
    assert str(allowed_minutes(D(minutes), D(pct))) == allowed


@given(st.integers(0, 44640), st.decimals(0, 100, places=3))
def test_the_allowed_downtime_always_keeps_the_promise(minutes: int, pct: Decimal) -> None:
    allowed = Fraction(allowed_minutes(D(minutes), pct))
    exactly = Fraction(minutes) * (100 - Fraction(pct)) / 100
    assert exactly - Fraction(1, 100) < allowed <= exactly


def credit_deal(**credits: Any) -> dict[str, Any]:
    bands = [
        {"scope": "availability", "from_pct": "99", "credit_pct": "5"},
        {"scope": "availability", "from_pct": "0", "to_pct": "97", "credit_pct": "20"},
        {"scope": "availability", "from_pct": "97", "to_pct": "99", "credit_pct": "10"},
        {"scope": "attainment", "from_pct": "85", "credit_pct": "2"},
    ]
    tiers = [{key: D(value) if key != "scope" else value for key, value in band.items()} for band in bands]
    return {
        "sla": {
            "credits": {"enabled": True, "base": "mrr", "monthly_cap_pct": D(10), "tiers": tiers, **credits},
            "targets": [{"attainment_pct": D(90)}, {"attainment_pct": D(95)}],
        },
        "availability": [
            {"service": "backup", "target_pct": D("99.5")},
            {"service": "cloud_management", "target_pct": D("99.9")},
        ],
    }


def bands(deal: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    rows = FORMULAS["credit_rows"](deal, context())
    return [(row["kind"]["en"], str(row["from_pct"]), str(row["to_pct"]), str(row["credit_pct"])) for row in rows]


def test_credit_bands_are_listed_from_the_highest_and_end_at_the_promise() -> None:
    rows = bands(credit_deal())
    assert [row[1:] for row in rows] == [("85", "95", "2"), ("99", "99.9", "5"), ("97", "99", "10"), ("0", "97", "20")]
    assert len({row[0] for row in rows}) == 2


def test_without_a_promise_of_availability_there_is_no_band_for_it() -> None:
    assert [row[1:] for row in bands({**credit_deal(), "availability": []})] == [("85", "95", "2")]
    assert bands(credit_deal(enabled=False)) == []


def test_a_credit_is_worked_out_inside_each_band_and_stops_at_the_monthly_cap() -> None:
    deal = credit_deal()
    lines = [
        {"service": "backup", "monthly_total": D("580.00")},
        {"service": "helpdesk", "monthly_total": D("2356.00")},
    ]
    facts: dict[str, Any] = {"mrr": D("2936.00"), "recurring_lines": lines}
    facts["credit_rows"] = FORMULAS["credit_rows"](deal, context())
    examples = FORMULAS["credit_examples"](deal, Context(SCHEMA, {}, (), {}, facts, ""))
    assert [str(row["amount"]) for row in examples] == ["58.72", "146.80", "293.60", "293.60"]
    assert [row["case"]["fr"].rsplit(" ", 1)[1] for row in examples] == [
        "90\u00a0%",
        "99,45\u00a0%",
        "98\u00a0%",
        "48,50\u00a0%",
    ]
    own = FORMULAS["credit_examples"](credit_deal(base="service_fee"), Context(SCHEMA, {}, (), {}, facts, ""))
    # Availability is promised for the backup alone: its credits are reckoned on its own fee, not on the largest line.
    assert [str(row["amount"]) for row in own] == ["47.12", "29.00", "58.00", "116.00"]


def test_money_is_never_a_float() -> None:
    source, _ = read_yaml("deal.yaml", "unit_price: 0.1\nqty: 3\nid: a\nservice: helpdesk\nunit: user")
    assert source is not None
    line = typed(LINE, with_defaults(LINE, source.value))
    assert str(line_total(line)) == "0.30"
