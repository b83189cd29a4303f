"""The lines of the order form, whole: what is printed of each, in both languages, and which stand there at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from test_charges import CASES, context, exact, facts_of, price_line

from generator.formulas import FORMULAS
from generator.formulas.charges import price_of

D = Decimal
DESK = {"fr": "Centre de services", "en": "Service desk"}
FLAT = {"fr": "forfait", "en": "flat fee"}
LINES = [
    {"id": "u", "qty": 10, "unit_price": "100.00"},
    {"id": "s", "qty": 2, "unit_price": "500.005", "recurrence": "one_off", "unit": "server"},
    {"id": "a", "qty": 1, "unit_price": "100", "recurrence": "annual", "unit": "server", "label": "Baie"},
]


def order(onboarding: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    own = {"onboarding": onboarding} if onboarding is not None else {}
    return facts_of({"term": {"initial_months": 12}, "lines": LINES, **own, **given})


def fixed(id_: str, fr: str, en: str, price: str) -> dict[str, Any]:
    return {
        "id": id_, "label": {"fr": fr, "en": en}, "unit": FLAT, "qty": D(1), "unit_price": D(price), "total": D(price)
    }  # fmt: skip


def test_a_recurring_line_is_printed_with_its_unit_and_its_month() -> None:
    assert order()["recurring_lines"] == [
        {
            "id": "u", "label": DESK, "service": "helpdesk", "unit": {"fr": "utilisateur", "en": "user"},
            "qty": D(10), "unit_price": D("100.00"), "monthly_total": D("1000.00"),
        },
        {
            "id": "a", "label": {"fr": "Baie", "en": "Baie"}, "service": "helpdesk",
            "unit": {"fr": "serveur", "en": "server"}, "qty": D(1), "unit_price": D(100), "monthly_total": D("8.33"),
        },
    ]  # fmt: skip


SERVER = {
    "id": "s", "label": DESK, "unit": {"fr": "serveur", "en": "server"},
    "qty": D(2), "unit_price": D("500.005"), "total": D("1000.01"),
}  # fmt: skip
DISCOVERY = fixed("discovery", "Cadrage", "Discovery", "1800.00")
ONBOARDING = fixed("onboarding", "Prise en charge initiale", "Onboarding", "2000.00")
DEDUCTION = fixed(
    "discovery-deduction", "Déduction du Cadrage déjà facturé", "Deduction of Discovery already invoiced", "-1800.00"
)
PAID, DONE = {"mode": "paid", "fee": "1800"}, {"report_date": "2026-05-01"}


@pytest.mark.parametrize(
    ("discovery", "fee", "treatment", "lines"),
    [
        (PAID, "2000", "invoiced", [DISCOVERY, ONBOARDING]),
        (PAID | {"deductible": True}, "2000", "invoiced", [DISCOVERY, ONBOARDING]),
        (PAID | DONE | {"deductible": True}, "2000", "invoiced", [ONBOARDING, DEDUCTION]),
        (PAID | DONE | {"deductible": False}, "2000", "invoiced", [ONBOARDING]),
        (PAID | DONE | {"deductible": True}, "2000", "waived", []),
        (PAID | DONE | {"deductible": True}, "0", "invoiced", []),
        (PAID, "2000", "spread", [DISCOVERY]),
        ({"mode": "free", "deductible": True} | DONE, "2000", "invoiced", [ONBOARDING]),
        ({"mode": "free"}, "0", "invoiced", []),
    ],
)
def test_the_one_off_lines_are_those_that_are_still_to_be_invoiced(
    discovery: dict[str, Any], fee: str, treatment: str, lines: list[dict[str, Any]]
) -> None:
    facts = order({"fee": fee, "fee_treatment": treatment, "cadrage": discovery})
    assert facts["one_off_lines"] == [SERVER, *lines]


@pytest.mark.parametrize(
    ("discovery", "price", "vat", "together"),
    [
        (PAID, "1800.00", "360.00", "2160.00"),
        ({"mode": "paid", "fee": "0.125"}, "0.13", "0.03", "0.16"),
        ({"mode": "paid"}, "0.00", "0.00", "0.00"),
        ({"mode": "free", "fee": "1800"}, "0.00", "0.00", "0.00"),
    ],
)
def test_a_paid_discovery_has_its_price_and_its_vat(
    discovery: dict[str, Any], price: str, vat: str, together: str
) -> None:
    found = {"vat_pct": D(20)}
    known = type(context())(context().schema, {}, (), {}, found, "2026-06-01")
    deal = exact({"onboarding": {"cadrage": discovery}})
    if "fee" in deal["onboarding"]["cadrage"]:
        deal["onboarding"]["cadrage"]["fee"] = D(deal["onboarding"]["cadrage"]["fee"])
    for name in ("discovery_price", "discovery_vat", "discovery_incl_vat"):
        found[name] = FORMULAS[name](deal, known)
    assert [str(found[name]) for name in ("discovery_price", "discovery_vat", "discovery_incl_vat")] == [
        price, vat, together,
    ]  # fmt: skip


@pytest.mark.parametrize("treatment", ["invoiced", "spread", "waived"])
def test_the_onboarding_fee_is_known_however_it_is_treated(treatment: str) -> None:
    known = type(context())(context().schema, {}, (), {}, {"mrr": D("1008.33")}, "2026-06-01")
    agreed = {"fee": D("0.125"), "fee_months_of_mrr": D(2), "fee_treatment": treatment}
    months = {"fee_months_of_mrr": D("1.5"), "fee_treatment": treatment}
    assert str(FORMULAS["onboarding_price"]({"onboarding": agreed}, known)) == "0.13"
    assert str(FORMULAS["onboarding_price"]({"onboarding": months}, known)) == "1512.50"


def test_the_tiers_of_all_lines_are_listed_with_the_ends_that_were_given() -> None:
    tiers = [{"from_qty": 1, "to_qty": 10, "unit_price": "9.00"}, {"from_qty": 11, "unit_price": "8.00"}]
    lines = [price_line({"qty": 60, "unit_price": "10", "tiers": tiers}), price_line({"qty": 1, "unit_price": "1"})]
    assert FORMULAS["tier_rows"]({"pricing": {"lines": lines}}, context()) == [
        {"line": DESK, "from_qty": 1, "unit_price": D("9.00"), "to_qty": 10},
        {"line": DESK, "from_qty": 11, "unit_price": D("8.00")},
    ]


def test_the_higher_caps_are_printed_each_with_its_domain() -> None:
    caps = [{"domain": "security", "multiplier": 2}, {"domain": "personal_data", "amount_eur": "0.125"}]
    rows = order(super_cap=caps)["super_caps"]
    assert [str(row["amount"]) for row in rows] == ["100000.00", "0.13"]
    assert [row["domain"]["fr"] for row in rows] == [
        context().label("liability.super_cap[].domain", cap["domain"])["fr"] for cap in caps
    ]
    assert order(super_cap=caps)["highest_cap"] == D(100000)
    assert order(super_cap=caps[1:])["highest_cap"] == order()["highest_cap"] == D(50000)


@pytest.mark.parametrize("territory", sorted(CASES["vat"]))
def test_the_rate_is_that_of_the_territory(territory: str) -> None:
    rates = {f"vat_{name}": D(str(pct)) for name, pct in CASES["vat"].items()}
    known = type(context())(context().schema, {}, (), rates, {}, "2026-06-01")
    assert FORMULAS["vat_pct"]({"billing": {"tax_territory": territory}}, known) == D(str(CASES["vat"][territory]))


def true_up(lines: list[dict[str, Any]], floor: str) -> dict[str, Any]:
    pricing = {"lines": [price_line(line) for line in lines], "true_up": {"reductions_floor_pct": D(floor)}}
    made: dict[str, Any] = FORMULAS["true_up_example"]({"pricing": pricing}, context())
    return made


def test_the_example_of_a_true_up_is_the_first_line_that_counts_units_by_the_month() -> None:
    others = [
        {"qty": 7, "unit_price": "1", "recurrence": "annual"},
        {"qty": 7, "unit_price": "2", "unit": "flat"},
    ]
    first = {"qty": 12, "unit_price": "38.00"}
    last = {"qty": 99, "unit_price": "5", "unit": "server", "label": "Baie"}
    assert true_up([*others, first, last], "80") == {
        "line": DESK, "unit_price": D("38.00"), "qty_signed": D(12), "qty_more": D(13), "qty_floor": D(10),
        "monthly_signed": D("456.00"), "monthly_more": D("494.00"), "monthly_floor": D("380.00"),
    }  # fmt: skip
    assert true_up(others, "80") == {
        "line": {"fr": "utilisateur", "en": "user"}, "unit_price": D(100), "qty_signed": D(10), "qty_more": D(11),
        "qty_floor": D(8), "monthly_signed": D(1000), "monthly_more": D(1100), "monthly_floor": D(800),
    }  # fmt: skip


def test_the_example_of_a_true_up_adds_a_tenth_half_up_and_at_least_one() -> None:
    more = [int(true_up([{"qty": qty, "unit_price": "1"}], "0")["qty_more"]) - qty for qty in (1, 14, 15, 24, 25)]
    assert more == [1, 1, 2, 2, 3]


def test_the_floor_of_reductions_is_the_share_that_was_agreed_and_no_more() -> None:
    assert true_up([{"qty": 200, "unit_price": "1"}], "80")["qty_floor"] == 160


@pytest.mark.parametrize(("end", "new", "capped"), [("105", "1050.00", False), ("105.01", "1050.00", True),
                                                    ("95", "950.00", False), ("94.99", "950.00", True)])  # fmt: skip
def test_a_revision_at_the_cap_is_not_cut_and_beyond_it_is(end: str, new: str, capped: bool) -> None:
    indexation = {
        "index": "syntec_revised", "indexed_share_pct": D(100), "cap_pct": D(5), "reciprocal": True,
        "base_value": D(100), "example_index": D(end), "floor": "none",
    }  # fmt: skip
    assert FORMULAS["indexation_example"]({"pricing": {"indexation": indexation}}, context()) == {
        "base_amount": D(1000), "base_index": D(100), "current_index": D(end), "new_amount": D(new), "capped": capped
    }  # fmt: skip


def test_a_service_without_a_line_says_where_its_price_is_included() -> None:
    deal = {"pricing": {"lines": []}}
    assert price_of(deal, context(), {"code": "patching", "included_in": "helpdesk"}) == {
        "fr": "inclus dans « Centre de services »", "en": "included in “Service desk”"
    }  # fmt: skip
    assert price_of(deal, context(), {"code": "patching"}) == {
        "fr": "inclus dans les Redevances du Bon de commande", "en": "included in the Fees of the Order Form"
    }  # fmt: skip
