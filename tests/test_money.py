"""Every amount that a contract prints, read back from the page and worked out again with exact fractions.

What is compared is the text in French and in English; the reference below knows nothing of ``generator/formulas``.
The policy is docs/decisions/0013-money.md.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.formulas.indexation import index_change
from generator.formulas.money import cents, percent_of, rounded
from generator.formulas.price_lines import charged_from, line_total
from generator.pipeline import Draft, Options, draft_text
from generator.source import read_yaml
from generator.writers import markdown

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"
CONTRACT, SMALL, AMENDMENT, RENEWAL = "pme-acme", "tpe-boulangerie", "pme-avenant", "pme-renouvellement"
Line = Mapping[str, Any]
D = Decimal
VAT = {"metropole": Fraction(20), "dom": Fraction("8.5"), "guyane_mayotte": Fraction(0)}


# ---- the reference


def half_up(amount: Fraction, places: int = 2) -> Fraction:
    scaled = abs(amount) * 10**places
    return Fraction((scaled + Fraction(1, 2)).__floor__(), 10**places) * (-1 if amount < 0 else 1)


def covered(line: Line, month: datetime.date) -> bool:
    """Whether the discount of a line covers the whole month that begins on this day."""
    until = line["discount"].get("until", "9999-12-31")
    last = month + relativedelta(months=1, days=-1) if line["recurrence"] != "one_off" else month
    return last.isoformat() <= until


def charged(line: Line, month: datetime.date) -> Fraction:
    """What a line costs in the month that begins on this day; what is paid once, on that day."""
    off = Fraction(str(line["discount"]["pct"])) if "discount" in line and covered(line, month) else Fraction(0)
    total = half_up(Fraction(str(line["qty"])) * Fraction(line["unit_price"]) * (100 - off) / 100)
    return half_up(total / 12) if line["recurrence"] == "annual" else total


def recurring(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line["recurrence"] != "one_off"]


# ---- reading a page


def pages(draft: Draft, language: str) -> list[str]:
    text = markdown.write(draft.contracts[language]).decode()
    return text.replace("\u202f", "" if language == "fr" else " ").replace("\u00a0", " ").split("\n")


def amounts(text: str, language: str) -> list[Fraction]:
    """The amounts of a text: ``1234,50 €`` or ``€1,234.50``."""
    pattern = r"[−-]?\d+(?:,\d+)?(?= €)" if language == "fr" else r"[−-]?€[\d,]+(?:\.\d+)?"
    figures = [found.replace("−", "-").replace("€", "") for found in re.findall(pattern, text)]
    return [Fraction(one.replace(",", "." if language == "fr" else "")) for one in figures]


def number(cell: str, language: str) -> Fraction:
    return Fraction(cell.replace(",", "." if language == "fr" else ""))


def table(lines: list[str], *heads: str) -> Iterator[list[str]]:
    """The rows below the first table one of whose headings ends so; nothing where there is none."""
    start = next((at for at, line in enumerate(lines) if line.rstrip(" |").endswith(heads)), len(lines))
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return
        yield [cell.strip(" *") for cell in line.strip("|").split("|")]


# ---- deals


PRICES = st.sampled_from(["0", "0.005", "0.0049", "0.3333", "38.00", "9999999.99"]) | st.decimals(
    0, 2000, places=4
).map(str)
COUNTS = st.sampled_from([0, 1, 3, 62, 0.3333, 2.5, 0.005]) | st.integers(0, 5000)
RATES = st.sampled_from([0, 100, 33.333, 0.005, 12.5, 66.6667])
DAYS = st.dates(datetime.date(2026, 7, 14), datetime.date(2030, 12, 31)).map(str)


@st.composite
def lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for place in range(draw(st.integers(1, 4))):
        line = {
            "id": f"l{place}", "service": "helpdesk", "unit": draw(st.sampled_from(["user", "site", "flat"])),
            "qty": draw(COUNTS), "unit_price": draw(PRICES),
            "recurrence": draw(st.sampled_from(["monthly", "monthly", "annual", "one_off"])),
        }  # fmt: skip
        if draw(st.booleans()):
            line["discount"] = {"pct": draw(RATES), **({"until": draw(DAYS)} if draw(st.booleans()) else {})}
        made.append(line)
    return made


@st.composite
def edits(draw: st.DrawFn) -> dict[str, Any]:
    """What is changed in an example deal."""
    return {
        "pricing.lines": draw(lines()), "pricing.minimum_monthly_pct": draw(st.sampled_from([0, 33.333, 80, 100])),
        "term.initial_months": draw(st.sampled_from([2, 12, 36, 60])), "term.notice_months": 1,
        "term.renewal": "none", "billing.tax_territory": draw(st.sampled_from(sorted(VAT))),
        "onboarding": draw(st.sampled_from([
            {"fee_treatment": "invoiced", "fee": "1500.55", "cadrage": {"mode": "free"}},
            {"fee_treatment": "invoiced", "fee_months_of_mrr": 0.3333, "cadrage": {"mode": "paid", "fee": "0.05"}},
            {"fee_treatment": "invoiced", "fee": "0", "cadrage": {"mode": "free"}},
        ])),
        "insurance.provider.rc_pro_per_claim_eur": "999999999999.99",
        "insurance.provider.rc_pro_year_eur": "999999999999.99",
    }  # fmt: skip


def edited(name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    source, _ = read_yaml(f"{name}.yaml", (CONTRACTS / f"{name}.yaml").read_text("utf-8"))
    assert source is not None
    values: dict[str, Any] = json.loads(json.dumps(source.value, default=float))
    for dotted, value in changes.items():
        *groups, last = dotted.split(".")
        target = values
        for group in groups:
            target = target.setdefault(group, {})
        target[last] = value
    return values


def drafts(name: str, changes: Mapping[str, Any]) -> dict[str, list[str]]:
    """The pages in both languages; none where a rule refuses the deal. Nothing else may."""
    made = {}
    text = json.dumps(edited(name, changes))
    for language in ("fr", "en"):
        draft = draft_text(f"{name}.yaml", text, CONTRACTS, options=Options(language=language))
        wrong = [finding for finding in draft.report.diagnostics if finding.is_error]
        assert all(finding.code == "rule" for finding in wrong), wrong
        assert draft.complete is not bool(wrong)
        if draft.complete:
            made[language] = pages(draft, language)
    assert len(made) in (0, 2)
    return made


def vat_of(amount: Fraction, changes: Mapping[str, Any]) -> Fraction:
    return half_up(amount * VAT[changes["billing.tax_territory"]] / 100)


# ---- contracts

START = datetime.date(2026, 6, 1)
REFUSED: list[bool] = []


@settings(max_examples=12)
@given(edits())
def test_the_printed_lines_of_a_contract_sum_to_its_printed_totals(changes: dict[str, Any]) -> None:
    made = drafts(CONTRACT, changes)
    REFUSED.append(not made)
    for language, page in made.items():
        french = language == "fr"
        rows = [*table(page, "Total mensuel HT" if french else "Monthly total excl. VAT")]
        given_lines = recurring(changes["pricing.lines"])
        total = sum((charged(line, START) for line in given_lines), Fraction(0))
        if given_lines:
            *printed, last = rows
            assert [number(row[2], language) for row in printed] == [Fraction(str(line["qty"])) for line in given_lines]
            assert [amounts(row[3], language) for row in printed] == [
                [Fraction(line["unit_price"])] for line in given_lines
            ]
            assert [amounts(row[4], language) for row in printed] == [[charged(line, START)] for line in given_lines]
            assert amounts(last[4], language) == [total]
        once = one_off_rows(changes, total)
        printed_once = [*table(page, "| Total HT" if french else "| Total excl. VAT")]
        assert [amount for row in printed_once[:-1] for amount in amounts(row[4], language)] == once
        assert (amounts(printed_once[-1][4], language) if printed_once else [Fraction(0)]) == [sum(once, Fraction(0))]
        sums = [amounts(" ".join(row), language) for row in table(page, "| TTC" if french else "| Incl. VAT")]
        wanted = [total, *([sum(once, Fraction(0))] if once else [])]
        assert sums == [[one, vat_of(one, changes), one + vat_of(one, changes)] for one in wanted]
        check_sentences(page, language, changes, total, sum(once, Fraction(0)))


def one_off_rows(changes: Mapping[str, Any], total: Fraction) -> list[Fraction]:
    onboarding = changes["onboarding"]
    once = [charged(line, START) for line in changes["pricing.lines"] if line["recurrence"] == "one_off"]
    discovery = half_up(Fraction(onboarding["cadrage"].get("fee", 0)))
    share = Fraction(str(onboarding.get("fee_months_of_mrr", 0)))
    fee = half_up(Fraction(onboarding["fee"]) if "fee" in onboarding else total * share)
    return once + [one for one in (discovery, fee) if one]


def check_sentences(
    page: list[str], language: str, changes: Mapping[str, Any], total: Fraction, once: Fraction
) -> None:
    """The summary, the minimum, the totals over a year and over the term say what the tables say."""
    french = language == "fr"
    taxed = bool(VAT[changes["billing.tax_territory"]])

    def said(*words: str) -> list[Fraction]:
        return amounts(next(line for line in page if all(word in line for word in words)), language)

    assert said("Chaque mois" if french else "Each month") == [
        total,
        *([total + vat_of(total, changes)] if taxed else []),
    ]
    if once:
        assert said("Une seule fois" if french else "Once only") == [
            once,
            *([once + vat_of(once, changes)] if taxed else []),
        ]
    minimum = half_up(total * Fraction(str(changes["pricing.minimum_monthly_pct"])) / 100)
    if changes["pricing.minimum_monthly_pct"]:
        assert said("Au minimum" if french else "At least") == [minimum]
        assert said("Minimum mensuel" if french else "Monthly minimum") == [minimum]
    months = [START + relativedelta(months=month) for month in range(changes["term.initial_months"])]
    value = once + sum(
        (charged(line, month) for line in recurring(changes["pricing.lines"]) for month in months), Fraction(0)
    )
    assert said("(ARR)", "initial") == [12 * total, value]


def test_most_drawn_contracts_are_right() -> None:
    """Where the rules refuse all that is drawn, nothing above is tested."""
    assert not REFUSED or REFUSED.count(False) >= len(REFUSED) // 2


@settings(max_examples=6)
@given(st.lists(PRICES, min_size=1, max_size=3), COUNTS, st.sampled_from(sorted(VAT)))
def test_a_small_business_reads_the_same_amounts_in_sentences(prices: list[str], count: float, territory: str) -> None:
    flat = {"service": "helpdesk", "unit": "flat", "qty": count, "recurrence": "monthly"}
    drawn = [{**flat, "id": f"l{place}", "unit_price": price} for place, price in enumerate(prices)]
    changes = {"pricing.lines": drawn, "billing.tax_territory": territory}
    total = sum((charged(line, START) for line in drawn), Fraction(0))
    for language, page in drafts(SMALL, changes).items():
        words = "Chaque mois, le Client paie" if language == "fr" else "Each month, the Client pays"
        tax = vat_of(total, changes)
        assert amounts(next(line for line in page if words in line).partition(". ")[0], language)[:3] == [
            total,
            tax,
            total + tax,
        ]


# ---- amendments and renewals

FLAT = {"id": "f", "service": "helpdesk", "unit": "flat", "qty": 1, "unit_price": "5.00", "recurrence": "monthly"}
OFF = {**FLAT, "discount": {"pct": 50, "until": "2027-01-31"}}


@settings(max_examples=5)
@given(lines(), lines(), st.dates(datetime.date(2026, 7, 1), datetime.date(2028, 12, 31)))
@example([FLAT], [{**FLAT, "qty": 3, "unit_price": "9999999.99"}], datetime.date(2026, 7, 1))
@example([OFF], [{**OFF, "qty": 2}], datetime.date(2027, 2, 1))
@example([OFF], [{**OFF, "qty": 2}], datetime.date(2027, 1, 1))
def test_an_amendment_compares_what_is_charged_on_its_day(
    before: list[dict[str, Any]], after: list[dict[str, Any]], day: datetime.date
) -> None:
    signed = sum((charged(line, START) for line in recurring(before)), Fraction(0))
    changes = {
        "pricing.lines": after, "amends.lines": before, "amends.services_added": [],
        "billing.tax_territory": "metropole", "amends.monthly_total": f"{float(signed):.2f}",
        "amends.effective_date": day.isoformat(), "meta.document_date": "2026-06-20", "meta.valid_until": "2026-06-30",
        "insurance.provider.rc_pro_per_claim_eur": "999999999999.99",
    }  # fmt: skip
    old, new = (sum((charged(line, day) for line in recurring(side)), Fraction(0)) for side in (before, after))
    for language, page in drafts(AMENDMENT, changes).items():
        (row,) = table(page, "Après TTC" if language == "fr" else "After incl. VAT")
        tax = vat_of(new, changes)
        assert amounts(" ".join(row), language) == [old, new - old, new, tax, new + tax]


@settings(max_examples=5)
@given(lines(), st.sampled_from([300, 331.2, 3, 7]), st.decimals("0.9", "1.1", places=4))
@example(
    [{"id": "u", "service": "helpdesk", "unit": "user", "qty": 1, "unit_price": "1.50", "recurrence": "monthly"}],
    3,
    D("1.05"),
)
def test_a_renewal_prints_prices_that_follow_the_index_within_the_limit(
    drawn: list[dict[str, Any]], base: float, growth: Decimal
) -> None:
    index = float(round(D(str(base)) * growth, 4))
    changes = {
        "pricing.lines": drawn, "amends.index_value": index, "pricing.indexation.base_value": base,
        "billing.tax_territory": "metropole", "insurance.provider.rc_pro_per_claim_eur": "999999999999.99",
    }  # fmt: skip
    change = Fraction(str(index)) / Fraction(str(base)) - 1
    kept = min(max(change, Fraction(-5, 100)), Fraction(5, 100))
    first = START + relativedelta(months=36)
    for language, page in drafts(RENEWAL, changes).items():
        *rows, last = table(page, "Nouveau total mensuel HT" if language == "fr" else "New monthly total excl. VAT")
        totals = []
        for line, row in zip(recurring(drawn), rows, strict=True):
            places = max(2, len(line["unit_price"].partition(".")[2]))
            price = half_up(Fraction(line["unit_price"]) * (1 + kept), places)
            totals.append(charged({**line, "unit_price": price}, first))
            assert amounts(" ".join(row), language) == [Fraction(line["unit_price"]), price, totals[-1]]
        assert amounts(last[-1], language) == [sum(totals, Fraction(0))]
        words = "ramenée à la limite" if language == "fr" else "brought back to the limit"
        assert any(words in line for line in page) is (kept != change)


# ---- one rounding


@given(st.fractions(-(10**15), 10**15, max_denominator=10**9), st.integers(0, 6))
def test_a_fraction_is_rounded_half_up_whatever_its_sign(amount: Fraction, places: int) -> None:
    assert Fraction(rounded(amount, places)) == half_up(amount, places)
    assert rounded(-amount, places) == -rounded(amount, places)
    assert str(rounded(amount, 2)).partition(".")[2].isdigit()


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0.005", "0.01"), ("0.0049999999999999999999999999999999", "0.00"), ("-0.004", "0.00"), ("-0.005", "-0.01"),
     ("99999999999999999999999999999.995", "100000000000000000000000000000.00")],
)  # fmt: skip
def test_an_amount_of_many_digits_is_rounded_by_its_exact_value(amount: str, shown: str) -> None:
    assert str(cents(D(amount))) == shown


def test_a_price_of_many_digits_is_not_rounded_twice() -> None:
    """Cut to 28 digits, this product would be half a cent, and then a whole one."""
    line = {"qty": D("0.124999999999999999999999999999"), "unit_price": D("0.04"), "tiers": [], "recurrence": "monthly"}
    assert line_total(line) == 0
    assert percent_of(D("0.10"), D("4.99999999999999999999999999999")) == 0


@pytest.mark.parametrize(
    ("start", "end", "share"), [("3", "3.00005", "30"), ("7", "7.00035", "10"), ("9", "9.000225", "20")]
)
def test_a_revision_of_thirds_comes_out_at_exactly_half_a_cent(start: str, end: str, share: str) -> None:
    terms = {"indexed_share_pct": D(share), "cap_pct": D(5), "reciprocal": True, "floor": "none"}
    change = index_change(terms, D(start), D(end))
    assert 1000 * change.factor == 1000 + Fraction(5, 1000)
    assert cents(1000 * change.factor) == D("1000.01")


@pytest.mark.parametrize(
    ("end", "floor", "share", "capped"),
    [("105", "none", "5", False), ("105.01", "none", "5", True), ("95", "none", "-5", False),
     ("94.99", "none", "-5", True), ("99", "zero", "0", True), ("100", "zero", "0", False)],
)  # fmt: skip
def test_the_limit_holds_back_only_what_goes_beyond_it(end: str, floor: str, share: str, capped: bool) -> None:
    terms = {"indexed_share_pct": D(100), "cap_pct": D(5), "reciprocal": True, "floor": floor}
    change = index_change(terms, D(100), D(end))
    assert (change.share * 100, change.capped) == (Fraction(share), capped)


@pytest.mark.parametrize(
    ("recurrence", "until", "kept"),
    [("monthly", "2026-06-29", False), ("monthly", "2026-06-30", True), ("annual", "2026-06-29", False),
     ("one_off", "2026-05-31", False), ("one_off", "2026-06-01", True), ("monthly", None, True)],
)  # fmt: skip
def test_a_discount_counts_where_it_covers_the_month_or_the_day(recurrence: str, until: str | None, kept: bool) -> None:
    discount = {"pct": D(50)} | ({} if until is None else {"until": until})
    line = {"qty": D(1), "unit_price": D("10.00"), "tiers": [], "recurrence": recurrence, "discount": discount}
    assert line_total(charged_from(line, START)) == (D("5.00") if kept else D("10.00"))


def facts(name: str, path: str, value: str) -> Any:
    draft = draft_text(f"{name}.yaml", json.dumps(edited(name, {path: json.loads(value)})), CONTRACTS)
    assert draft.facts is not None, draft.report.diagnostics
    return draft.facts.scope["facts"]


def test_a_worked_example_stays_inside_its_band_however_narrow() -> None:
    tiers = [{"scope": "attainment", "from_pct": 89.995, "to_pct": 90, "credit_pct": 5}]
    (row,) = facts(CONTRACT, "sla.credits.tiers", json.dumps(tiers))["credit_examples"]
    assert row["case"]["en"].endswith(": 89.997%")


@pytest.mark.parametrize("tier", [{"from_pct": 90, "to_pct": 90}, {"from_pct": 95, "to_pct": 90.005}])
def test_an_empty_band_is_a_finding_and_no_endless_search(tier: dict[str, float]) -> None:
    tiers = [{"scope": "attainment", "credit_pct": 5, **tier}]
    assert facts(CONTRACT, "sla.credits.tiers", json.dumps(tiers))["credit_examples"]


def test_a_reduction_never_ends_above_what_was_signed() -> None:
    pricing = {"lines": [{"id": "u", "service": "helpdesk", "unit": "user", "qty": 2.5, "unit_price": "10.00"}],
               "true_up": {"reductions_floor_pct": 100}}  # fmt: skip
    found = facts(CONTRACT, "pricing", json.dumps(pricing))["true_up_example"]
    assert (found["qty_floor"], found["monthly_floor"]) == (D("2.5"), D("25.00"))
