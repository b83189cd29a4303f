"""What does not fit together in a deal: each formula at its bounds, by a date, a month, a minute or a cent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.formulas import FORMULAS, Context
from generator.formulas.charges import line_total
from generator.formulas.coherence import always_open
from generator.schema import DealSchema, typed, with_defaults

ROOT = Path(__file__).parent.parent
SCHEMA = DealSchema.from_text((ROOT / "schemas" / "deal.schema.json").read_text(encoding="utf-8"))
D = Decimal
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHT_AND_DAY = {"id": "permanent", "weekly": {day: [["00:00", "24:00"]] for day in DAYS}}


def fact(name: str, deal: Mapping[str, Any], as_of: str = "2026-06-01") -> Any:
    """A fact of a deal that holds no more than the formula reads."""
    return FORMULAS[name](deal, Context(SCHEMA, {}, (), {}, {}, as_of))


def entry(path: str, values: Mapping[str, Any]) -> Any:
    """An entry of a list of the deal with its defaults and types, as after merging."""
    type_ = SCHEMA.type
    for step in path.split("."):
        type_ = type_.fields[step].type
    assert type_.item is not None
    return typed(type_.item, with_defaults(type_.item, dict(values)))


def french(found: list[dict[str, str]]) -> list[str]:
    assert all(set(each) == {"fr", "en"} and each["fr"] and each["en"] for each in found)
    return [each["fr"] for each in found]


# ---- dates


@pytest.mark.parametrize(
    ("advised_on", "expires_on", "too_long"),
    [
        ("2026-04-02", "2027-04-02", False),
        ("2026-04-02", "2027-04-03", True),
        ("2028-02-29", "2029-02-28", False),
        ("2028-02-29", "2029-03-01", True),
    ],
)
def test_a_risk_waiver_holds_for_twelve_months_at_most(advised_on: str, expires_on: str, too_long: bool) -> None:
    waiver = {"recommendation": "segmenter le réseau", "advised_on": advised_on, "expires_on": expires_on}
    found = fact("risk_waivers_too_long", {"scope": {"risk_waivers": [waiver]}})
    assert french(found) == (["segmenter le réseau"] if too_long else [])


@pytest.mark.parametrize(
    ("effective_date", "first", "lag", "base_month", "months"),
    [
        ("2026-06-01", 12, 3, "2026-03", 12),
        ("2026-06-30", 12, 3, "2026-03", 12),
        ("2026-06-01", 12, 3, "2026-02", 13),
        ("2026-06-01", 12, 3, "2026-04", 11),
        ("2026-06-01", 12, 0, "2026-06", 12),
        ("2026-06-01", 24, 3, "2026-03", 24),
        ("2026-01-31", 1, 3, "2025-11", 0),
        ("2026-06-01", 1, 12, "2026-06", -11),
    ],
)
def test_the_months_of_an_indexation_run_from_the_base_index_to_the_last_one_known(
    effective_date: str, first: int, lag: int, base_month: str, months: int
) -> None:
    indexation = {"first_revision_month": first, "current_lag_months": lag, "base_month": base_month}
    deal = {"meta": {"effective_date": effective_date}, "pricing": {"indexation": indexation}}
    assert fact("indexation_months", deal) == months


@pytest.mark.parametrize(
    ("issued", "as_of", "months"),
    [
        ("2026-01-10", "2026-01-10", 0),
        ("2026-01-10", "2026-01-11", 1),
        ("2026-01-10", "2027-01-10", 12),
        ("2026-01-10", "2027-01-11", 13),
        ("2028-02-29", "2029-02-28", 12),
        ("2028-02-29", "2029-03-01", 13),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-07-01", "2026-06-01", 0),
    ],
)
def test_an_insurance_certificate_ages_by_months_begun(issued: str, as_of: str, months: int) -> None:
    deal = {"insurance": {"provider": {"certificate_date": issued}}}
    assert fact("insurance_certificate_months", deal, as_of) == months


@pytest.mark.parametrize(
    ("signed", "days"),
    [(None, 0), ("2026-05-20", 0), ("2026-06-01", 0), ("2026-06-02", 1), ("2026-07-01", 30), ("2026-07-02", 31)],
)
def test_a_late_signature_is_counted_from_the_effective_date(signed: str | None, days: int) -> None:
    meta = {"effective_date": "2026-06-01"} | ({"signature_date": signed} if signed else {})
    assert fact("signature_days_after_effect", {"meta": meta}) == days


@pytest.mark.parametrize(
    ("signed", "days"),
    [(None, 0), ("2026-06-02", 0), ("2026-06-01", 0), ("2026-05-31", 1), ("2026-05-18", 14), ("2026-05-17", 15)],
)
def test_a_later_effective_date_is_counted_from_the_signature(signed: str | None, days: int) -> None:
    meta = {"effective_date": "2026-06-01"} | ({"signature_date": signed} if signed else {})
    assert fact("effect_days_after_signature", {"meta": meta}) == days


def test_a_workload_of_two_guaranteed_levels_needs_one_machine() -> None:
    pay = {"fr": "paie", "en": "payroll"}
    levels = [("guarantee", ["erp", "sql"]), ("guarantee", ["sql", pay, pay]), ("objective", ["files"])]
    tiers = [{"nature": nature, "workloads": workloads} for nature, workloads in levels]
    assert fact("guaranteed_workloads", {"bcdr": {"tiers": tiers}}) == 3


@pytest.mark.parametrize(
    ("previous", "days"),
    [
        ({}, 0),
        ({"previous_provider": None}, 0),
        ({"previous_provider": {"name": "A"}}, 0),
        ({"previous_provider": {"name": "A", "end_date": "2026-06-15"}}, 0),
        ({"previous_provider": {"name": "A", "end_date": "2026-05-31"}}, 0),
        ({"previous_provider": {"name": "A", "end_date": "2026-05-30"}}, 1),
        ({"previous_provider": {"name": "A", "end_date": "2026-04-30"}}, 31),
    ],
)
def test_a_contract_that_ends_the_day_before_leaves_no_gap(previous: dict[str, Any], days: int) -> None:
    deal = {"meta": {"effective_date": "2026-06-01"}, "context": previous}
    assert fact("days_without_provider", deal) == days


# ---- equipment and tools


@pytest.mark.parametrize(
    ("bought", "too_old"),
    [("2021-05-31", True), ("2021-06-01", False), ("2026-06-01", False), (None, False)],
)
def test_equipment_is_too_old_the_day_after_its_years_have_passed(bought: str | None, too_old: bool) -> None:
    asset = {"id": "srv-01"} | ({"purchase_date": bought} if bought else {})
    scope = {"max_hardware_age_years": 5, "asset_register": [asset]}
    found = fact("assets_too_old", {"meta": {"effective_date": "2026-06-01"}, "scope": scope})
    assert found == (["srv-01"] if too_old else [])


def test_what_is_excluded_is_not_among_the_workloads_in_whatever_case_it_is_written() -> None:
    scope = {
        "asset_register": [
            {"id": "SRV-Archive", "support_level": "excluded"},
            {"id": "srv-erp", "support_level": "full"},
            {"id": "nas-01", "support_level": "excluded"},
        ],
        "supported_software": [{"name": "Paie", "level": "excluded"}, {"name": "Compta", "level": "full"}],
    }
    tiers = [{"workloads": ["srv-erp", " srv-archive"]}, {"workloads": ["PAIE", "Compta"]}]
    found = fact("excluded_assets_protected", {"scope": scope, "bcdr": {"tiers": tiers}})
    assert found == ["SRV-Archive", "Paie"]


@pytest.mark.parametrize(
    ("categories", "concentrated"),
    [
        (("rmm", "backup", "edr"), True),
        (("rmm", "psa", "mdr"), True),
        (("rmm", "psa", "bcdr", "edr"), True),
        (("rmm", "backup", "bcdr"), False),
        (("edr", "epp", "mdr", "rmm"), False),
        (("rmm", "psa", "documentation"), False),
    ],
)
def test_three_vital_functions_at_one_vendor_are_a_concentration(
    categories: tuple[str, ...], concentrated: bool
) -> None:
    tools = [{"vendor": "Unique", "category": category} for category in categories]
    tools.append({"vendor": "Autre", "category": "rmm"})
    found = fact("vendor_concentration", {"services": [], "tools": tools})
    assert found == (["Unique"] if concentrated else [])


# ---- prices


def line(**values: Any) -> Any:
    return entry(
        "pricing.lines", {"id": "u", "service": "helpdesk", "unit": "user", "qty": 1, "unit_price": "20"} | values
    )


def tier(first: int, last: int | None, price: str) -> dict[str, Any]:
    return {"from_qty": first, "unit_price": price} | ({} if last is None else {"to_qty": last})


@pytest.mark.parametrize(
    ("tiers", "problems"),
    [
        ([], []),
        ([tier(1, None, "20")], []),
        ([tier(0, 10, "20"), tier(11, None, "15")], []),
        ([tier(11, None, "15"), tier(1, 10, "20")], []),
        ([tier(1, 10, "20"), tier(11, 50, "20"), tier(51, None, "15")], []),
        ([tier(2, None, "20")], ["aucune tranche de 1 à 1"]),
        ([tier(5, None, "20")], ["aucune tranche de 1 à 4"]),
        ([tier(1, 10, "20"), tier(12, None, "15")], ["aucune tranche entre 10 et 12"]),
        ([tier(1, 10, "20"), tier(10, None, "15")], ["deux tranches de 10 à 10"]),
        ([tier(1, 30, "20"), tier(11, 20, "15"), tier(21, None, "12")], ["deux tranches de 11 à 20"]),
        ([tier(1, None, "20"), tier(11, None, "15")], ["deux tranches à partir de 11"]),
        ([tier(1, 10, "20"), tier(11, None, "20.01")], ["le prix monte à partir de 11"]),
        ([tier(1, 10, "20"), tier(11, 50, "15")], ["aucune tranche au-delà de 50"]),
        ([tier(1, 10, "20"), tier(11, 20, "15"), tier(21, 50, "12")], ["aucune tranche au-delà de 50"]),
        ([tier(1, 1, "20"), tier(2, None, "15")], []),
        ([tier(5, 10, "20"), tier(11, None, "15")], ["aucune tranche de 1 à 4"]),
        (
            [tier(1, 1000, "20"), tier(1001, 1000, "15")],
            ["la tranche de 1 001 à 1 000 est vide", "aucune tranche au-delà de 1 000"],
        ),
    ],
)
def test_tiers_leave_no_hole_and_no_overlap_and_never_rise(tiers: list[dict[str, Any]], problems: list[str]) -> None:
    found = french(fact("price_tier_problems", {"pricing": {"lines": [line(tiers=tiers)]}}))
    assert [problem.replace("\u202f", " ") for problem in found] == [f"ligne u ({problem})" for problem in problems]


@pytest.mark.parametrize(
    ("tiers", "problem"),
    [
        ([tier(5, None, "20")], "no tier from 1 to 4"),
        ([tier(1, 10, "20"), tier(12, None, "15")], "no tier between 10 and 12"),
        ([tier(1, 30, "20"), tier(11, 20, "15"), tier(21, None, "12")], "two tiers from 11 to 20"),
        ([tier(1, None, "20"), tier(11, None, "15")], "two tiers from 11"),
        ([tier(1, 10, "20"), tier(11, None, "20.01")], "the price rises from 11"),
        ([tier(1, 10, "20"), tier(11, 50, "15")], "no tier above 50"),
        ([tier(1, 1000, "20"), tier(1001, 1000, "15")], "the tier from 1,001 to 1,000 is empty"),
    ],
)
def test_a_problem_of_tiers_is_told_in_english_as_well(tiers: list[dict[str, Any]], problem: str) -> None:
    found = fact("price_tier_problems", {"pricing": {"lines": [line(tiers=tiers)]}})
    assert found[0]["en"] == f"line u ({problem})"


def test_the_price_of_the_tier_that_is_reached_is_told_beside_that_of_the_line() -> None:
    tiers = [tier(1, 10, "20"), tier(11, None, "15")]
    (found,) = fact("price_tier_problems", {"pricing": {"lines": [line(qty=11, tier_mode="volume", tiers=tiers)]}})
    assert found["fr"].replace("\u00a0", " ") == "ligne u (la tranche atteinte est à 15,00 €, la ligne à 20,00 €)"
    assert found["en"] == "line u (the tier reached is at €15.00, the line at €20.00)"


@pytest.mark.parametrize(
    ("mode", "qty", "price", "problems"),
    [
        ("volume", 10, "20", 0),
        ("volume", 11, "15", 0),
        ("volume", 10, "15", 1),
        ("volume", 11, "20", 1),
        ("volume", 0, "18", 0),
        ("graduated", 11, "20", 0),
    ],
)
def test_a_line_priced_by_volume_bears_the_price_of_the_tier_it_reaches(
    mode: str, qty: int, price: str, problems: int
) -> None:
    tiers = [tier(1, 10, "20"), tier(11, None, "15")]
    lines = [line(qty=qty, unit_price=price, tier_mode=mode, tiers=tiers)]
    assert len(fact("price_tier_problems", {"pricing": {"lines": lines}})) == problems


@st.composite
def scales(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tiers with holes, overlaps and open ends, or without."""
    bounds = sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=4)) | {draw(st.sampled_from((0, 1, 1, 2)))})
    prices = sorted(draw(st.lists(st.integers(1, 9), min_size=len(bounds), max_size=len(bounds))), reverse=True)
    ends: list[int | None] = [following - 1 for following in bounds[1:]] + [None]
    if draw(st.booleans()):
        place = draw(st.integers(0, len(ends) - 1))
        ends[place] = draw(st.sampled_from((None, bounds[place] + 1)))
    return [tier(first, last, str(price)) for first, last, price in zip(bounds, ends, prices, strict=True)]


@given(tiers=scales(), qty=st.integers(1, 15), mode=st.sampled_from(("volume", "graduated")))
def test_a_scale_without_problems_is_charged_as_it_reads(tiers: list[dict[str, Any]], qty: int, mode: str) -> None:
    """Read by a person: each quantity from one up stands in exactly one row of the printed table."""

    def price_at(quantity: int) -> Decimal:
        rows = [t for t in tiers if t["from_qty"] <= quantity <= t.get("to_qty", quantity)]
        assert len(rows) == 1, rows
        return D(rows[0]["unit_price"])

    priced = line(qty=qty, tier_mode="graduated", tiers=tiers)
    if fact("price_tier_problems", {"pricing": {"lines": [priced]}}):
        return
    volume = mode == "volume"
    expected = price_at(qty) * qty if volume else sum((price_at(unit) for unit in range(1, qty + 1)), D(0))
    assert line_total({**priced, "tier_mode": mode}) == expected


@given(tiers=scales())
def test_a_scale_that_gives_a_quantity_no_price_or_two_has_a_problem(tiers: list[dict[str, Any]]) -> None:
    rows = [[t for t in tiers if t["from_qty"] <= unit <= t.get("to_qty", unit)] for unit in range(1, 30)]
    found = fact("price_tier_problems", {"pricing": {"lines": [line(tier_mode="graduated", tiers=tiers)]}})
    assert bool(found) or all(len(row) == 1 for row in rows)


@pytest.mark.parametrize(
    ("discounts", "largest"), [([], "0"), ([None, None], "0"), ([None, "15"], "15"), (["2.5", "15.5", "3"], "15.5")]
)
def test_the_largest_discount_of_the_lines(discounts: list[str | None], largest: str) -> None:
    lines = [line(**({} if pct is None else {"discount": {"pct": D(pct)}})) for pct in discounts]
    assert fact("largest_discount_pct", {"pricing": {"lines": lines}}) == D(largest)


# ---- service levels


def target(priority: str, metric: str, **values: Any) -> Any:
    whole = {"priority": priority, "metric": metric, "calendar_ref": "HE", "attainment_pct": 90} | values
    if "target_bd" not in whole:
        whole.setdefault("target_min", 60)
    return entry("sla.targets", whole)


@pytest.mark.parametrize(
    ("targets", "minutes"),
    [
        ([], 0),
        ([target("P2", "response", target_min=15)], 0),
        ([target("P1", "restore", target_min=15)], 0),
        ([target("P1", "response", target_min=15, ticket_type="request")], 0),
        ([target("P1", "response", target_min=30)], 30),
        ([target("P1", "response", target_bd=1)], 1440),
    ],
)
def test_the_response_to_a_p1_is_that_of_an_incident(targets: list[Any], minutes: int) -> None:
    assert fact("p1_response_min", {"sla": {"targets": targets}}) == minutes


def test_a_restoration_is_guaranteed_when_its_time_is_a_commitment() -> None:
    targets = [
        target("P1", "response", nature="guarantee"),
        target("P1", "restore", nature="guarantee"),
        target("P2", "restore"),
        target("P2", "resolve", nature="guarantee"),
        target("P3", "resolve", nature="guarantee", ticket_type="request"),
    ]
    found = french(fact("restore_guarantees", {"sla": {"targets": targets}}))
    assert [words.split()[0] for words in found] == ["P1", "P2"]


@pytest.mark.parametrize(
    ("windows", "whole"),
    [
        ([["00:00", "24:00"]], True),
        ([["12:00", "24:00"], ["00:00", "12:00"]], True),
        ([["00:00", "13:00"], ["12:00", "24:00"]], True),
        ([["00:00", "12:00"], ["12:01", "24:00"]], False),
        ([["00:01", "24:00"]], False),
        ([["00:00", "23:00"]], False),
        ([], False),
    ],
)
def test_a_calendar_is_always_open_by_its_shape(windows: list[list[str]], whole: bool) -> None:
    weekly = NIGHT_AND_DAY["weekly"] | {"sun": windows}  # type: ignore[operator]
    assert always_open({"id": "x", "weekly": weekly}) is whole
    assert always_open({"id": "x", "weekly": {day: w for day, w in weekly.items() if day != "mon"}}) is False


def test_a_recovery_that_runs_around_the_clock_is_found_whatever_its_calendar_is_called() -> None:
    calendars = [NIGHT_AND_DAY, {"id": "24x7", "weekly": {"mon": [["09:00", "18:00"]]}}]
    tiers = [{"name": "ERP", "calendar_ref": "permanent"}, {"name": "Reste", "calendar_ref": "24x7"}]
    deal = {"calendars": calendars, "bcdr": {"tiers": tiers}, "sla": {"targets": []}}
    assert fact("tiers_always_open", deal) == ["ERP"]
    targets = [target("P1", "response", calendar_ref="permanent"), target("P2", "response", calendar_ref="24x7")]
    found = french(fact("human_24x7_targets", deal | {"sla": {"targets": targets}}))
    assert [words.split()[0] for words in found] == ["P1"]


@pytest.mark.parametrize(
    ("deal", "missing"),
    [
        ({}, []),
        ({"services": [{"code": "monitoring", "nature": "result"}]}, ["monitoring"]),
        ({"services": [{"code": "monitoring", "nature": "mixed"}, {"code": "vcio"}]}, []),
        ({"targets": [target("P3", "response", nature="guarantee")]}, ["helpdesk"]),
        ({"targets": [target("P3", "response")]}, []),
        ({"availability": [{"service": "hosting_iaas", "nature": "guarantee"}]}, ["hosting_iaas"]),
        ({"availability": [{"service": "hosting_iaas", "nature": "objective"}]}, []),
        ({"services": [{"code": "wifi", "nature": "result"}], "listed": [("wifi", "result")]}, []),
        ({"services": [{"code": "wifi", "nature": "result"}], "listed": [("wifi", "means")]}, ["wifi"]),
        ({"services": [{"code": "wifi", "nature": "result"}], "default": "result"}, []),
    ],
)
def test_what_is_promised_as_a_result_stands_in_the_liability_article(deal: dict[str, Any], missing: list[str]) -> None:
    liability = {
        "default_obligation": deal.get("default", "means"),
        "obligation_by_service": [{"service": code, "nature": nature} for code, nature in deal.get("listed", [])],
    }
    values = {
        "services": deal.get("services", []),
        "sla": {"targets": deal.get("targets", [])},
        "availability": deal.get("availability", []),
        "liability": liability,
    }
    labels = SCHEMA.type.fields["services"].type.item.fields["code"].type.labels  # type: ignore[union-attr]
    assert french(fact("results_without_obligation", values)) == [labels[code]["fr"] for code in missing]


# ---- identity


def parties(**client: Any) -> dict[str, Any]:
    provider = {"legal_name": "Cigogne", "siren": "000120105", "vat_number": "FR69000120105"}
    return {"parties": {"provider": provider, "client": {"legal_name": "Ferrand", "client_type": "company"} | client}}


@pytest.mark.parametrize(
    ("client", "problems"),
    [
        ({}, []),
        ({"siren": "000120303"}, []),
        ({"vat_number": "FR81000120303"}, []),
        ({"siren": "000120303", "vat_number": "FR81000120303"}, []),
        ({"siren": "000 120 303", "vat_number": "fr 81 000 120 303"}, []),
        ({"siren": "000120303", "vat_number": "BE0403170701"}, []),
        (
            {"siren": "000120303", "vat_number": "FR93000120501"},
            ["Ferrand (FR93000120501 au lieu de FR81000120303)"],
        ),
    ],
)
def test_a_french_vat_number_ends_with_the_siren(client: dict[str, str], problems: list[str]) -> None:
    assert french(fact("client_vat_key_problems", parties(**client))) == problems


def test_a_wrong_vat_number_of_the_provider_is_found_as_well() -> None:
    deal = parties()
    deal["parties"]["provider"]["vat_number"] = "FR81000120303"
    assert french(fact("client_vat_key_problems", deal)) == []
    assert french(fact("provider_vat_key_problems", deal)) == ["Cigogne (FR81000120303 au lieu de FR69000120105)"]


@pytest.mark.parametrize(
    ("client", "blanks"),
    [
        ({}, ["l'adresse", "le signataire", "la forme juridique"]),
        ({"client_type": "association"}, ["l'adresse", "le signataire"]),
        ({"address": "1 rue des Exemples", "signatory": {"name": "A"}, "legal_form": "SAS"}, []),
        ({"address": "1 rue des Exemples", "legal_form": "SAS"}, ["le signataire"]),
    ],
)
def test_what_identifies_the_client_is_its_address_its_signatory_and_the_form_of_a_company(
    client: dict[str, Any], blanks: list[str]
) -> None:
    assert french(fact("client_blanks", parties(**client))) == blanks


@pytest.mark.parametrize(
    ("within", "wrong"),
    [
        ({}, []),
        ({"patching": "monitoring"}, []),
        ({"patching": "monitoring", "monitoring": "helpdesk"}, []),
        ({"patching": "patching"}, ["patching"]),
        ({"patching": "wifi"}, ["patching"]),
        ({"patching": "monitoring", "monitoring": "patching"}, ["monitoring", "patching"]),
        ({"helpdesk": "patching", "patching": "monitoring", "monitoring": "patching"}, ["monitoring", "patching"]),
    ],
)
def test_a_price_is_included_in_that_of_another_service_that_is_sold(within: dict[str, str], wrong: list[str]) -> None:
    services = [{"code": code} | ({"included_in": within[code]} if code in within else {}) for code in SOLD]
    assert sorted(fact("wrongly_included", {"services": services})) == wrong


SOLD = ("helpdesk", "monitoring", "patching")
