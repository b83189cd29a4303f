"""The dates that a contract tells both parties: which, when, what they are called, and in what order."""

from __future__ import annotations

from typing import Any

import pytest
from test_charges import SCHEMA

from generator.formulas import FORMULAS, Context
from generator.formulas.dates import period_start


def deal(**groups: Any) -> dict[str, Any]:
    """A contract of fourteen months from 31 August 2026, with nothing but its end; groups are joined to it."""
    made: dict[str, Any] = {
        "meta": {"kind": "contract", "effective_date": "2026-08-31"},
        "term": {"initial_months": 14, "notice_months": 3, "renewal": "none"},
        "governance": {"committees": []},
        "onboarding": {"duration_weeks": 4, "first_restore_test_days": 30},
        "insurance": {"provider": {"certificate_date": "2025-01-31"}},
        "parties": {"provider": {"certifications": []}},
        "annexes": {},
        "scope": {"risk_waivers": []},
    }
    for name, values in groups.items():
        made[name] = made.get(name, {}) | values
    return made


def entries(values: dict[str, Any], as_of: str = "2026-06-01", backup: bool = False) -> list[tuple[str, str]]:
    return [(entry["id"], entry["date"]) for entry in dates(values, as_of, backup)]


def dates(values: dict[str, Any], as_of: str = "2026-06-01", backup: bool = False) -> list[dict[str, Any]]:
    context = Context(SCHEMA, {}, (), {}, {"has_backup": backup}, as_of)
    made: list[dict[str, Any]] = FORMULAS["key_dates"](values, context)
    return made


END = ("term-end-0", "2027-10-30")


def entry(id_: str, date: str, fr: str, en: str) -> dict[str, Any]:
    return {"id": id_, "date": date, "label": {"fr": fr, "en": en}}


def test_a_contract_that_is_not_renewed_has_its_end_alone() -> None:
    assert dates(deal()) == [entry(*END, "Fin de la période initiale", "End of the initial period")]


@pytest.mark.parametrize(
    ("renewal", "fr", "en"),
    [
        ("tacit", "Dernier jour pour refuser la reconduction", "Last day to refuse the renewal"),
        ("express", "Faire connaître son intention sur la suite", "Say whether to renew"),
    ],
)
def test_a_contract_that_may_go_on_has_its_notice_before_its_end(renewal: str, fr: str, en: str) -> None:
    made = dates(deal(term={"renewal": renewal}))
    assert made[0] == entry("notice-0", "2027-07-30", fr, en)
    assert [one["id"] for one in made] == ["notice-0", "term-end-0"]


def test_an_offer_and_a_waiver_end_on_the_days_that_are_written() -> None:
    waivers = [{"recommendation": "MFA", "expires_on": "2027-01-31"},
               {"recommendation": {"fr": "Chiffrer", "en": "Encrypt"}, "expires_on": "2026-12-31"}]  # fmt: skip
    assert dates(deal(meta={"valid_until": "2026-07-15"}, scope={"risk_waivers": waivers}))[:-1] == [
        entry("offer", "2026-07-15", "Fin de validité de l’offre", "End of the offer"),
        entry("waiver-2", "2026-12-31", "Fin de la décharge de risque : Chiffrer", "Risk waiver ends: Encrypt"),
        entry("waiver-1", "2027-01-31", "Fin de la décharge de risque : MFA", "Risk waiver ends: MFA"),
    ]


def test_what_the_provider_holds_is_due_when_it_ends() -> None:
    held = [{"name": "ISO 27001", "valid_until": "2028-03-31"}, {"name": "ISO 27001", "valid_until": "2026-11-30"}]
    made = dates(
        deal(
            insurance={"provider": {"certificate_date": "2026-02-28"}},
            parties={"provider": {"certifications": held}},
            annexes={"hds": {"certificate_ref": "HDS-7", "valid_until": "2027-05-01"}},
        )
    )
    certificate = (
        "Fin de validité de la certification du Prestataire : ISO 27001",
        "Certification of the Provider ends: ISO 27001",
    )
    assert made == [
        entry("certificate-ISO 27001", "2026-11-30", *certificate),
        entry("insurance", "2027-02-28", "Nouvelle attestation d’assurance du Prestataire",
              "New insurance certificate of the Provider"),
        entry("hosting-certificate", "2027-05-01", "Fin de validité du certificat HDS-7", "Certificate HDS-7 ends"),
        made[3],
        entry("certificate-ISO 27001-2", "2028-03-31", *certificate),
    ]  # fmt: skip
    assert made[3]["id"] == "term-end-0"


def test_three_of_one_name_are_told_apart() -> None:
    held = [{"name": "A", "valid_until": f"2027-0{month}-01"} for month in (1, 2, 3)]
    made = entries(deal(parties={"provider": {"certifications": held}}))
    assert [id_ for id_, _ in made[:3]] == ["certificate-A", "certificate-A-2", "certificate-A-3"]


@pytest.mark.parametrize(("as_of", "there"), [("2026-01-30", True), ("2026-01-31", True), ("2026-02-01", False)])
def test_what_is_past_on_the_date_of_the_document_is_left_out(as_of: str, there: bool) -> None:
    assert (("insurance", "2026-01-31") in entries(deal(), as_of)) is there


@pytest.mark.parametrize(
    ("frequency", "days"),
    [
        ("monthly", []),
        ("quarterly", ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30"]),
        ("half_yearly", ["2027-02-28", "2027-08-30"]),
        ("yearly", ["2027-08-30"]),
    ],
)
def test_a_review_is_due_at_the_end_of_each_of_its_periods(frequency: str, days: list[str]) -> None:
    committee = {"type": "strategic", "frequency": frequency}
    made = dates(deal(governance={"committees": [{"type": "x", "frequency": "weekly"}, committee]}))[:-1]
    assert [one["date"] for one in made] == days
    months = {"quarterly": 3, "half_yearly": 6, "yearly": 12}.get(frequency, 0)
    assert [one["id"] for one in made] == [
        f"strategic-{frequency}-2026-08-31-{months * count}" for count in range(1, len(days) + 1)
    ]
    name = Context(SCHEMA, {}, (), {}, {}, "").label("governance.committees[].type", "strategic")
    for one in made:
        assert one["label"] == {
            "fr": f"À tenir au plus tard : {name['fr']}", "en": f"To be held by this day: {name['en']}"
        }  # fmt: skip


def test_a_review_on_the_last_day_of_the_term_is_still_held() -> None:
    committee = {"committees": [{"type": "strategic", "frequency": "yearly"}]}
    held = [
        len(entries(deal(term={"initial_months": months}, governance=committee))) - 1 for months in (11, 12, 23, 24)
    ]
    assert held == [0, 1, 1, 2]


def test_a_first_restore_is_tested_so_many_days_after_onboarding_where_there_is_a_backup() -> None:
    made = dates(deal(), backup=True)
    assert made[0] == entry("first-restore", "2026-10-28", "Premier test de restauration", "First restore test")
    assert [one["id"] for one in made] == ["first-restore", "term-end-0"]


def test_a_provisional_agreement_has_its_offer_and_what_the_provider_holds_alone() -> None:
    values = deal(
        meta={"kind": "cadrage_only", "valid_until": "2026-07-15"},
        term={"renewal": "tacit"},
        governance={"committees": [{"type": "strategic", "frequency": "yearly"}]},
    )
    assert entries(values, "2026-01-01", backup=True) == [("insurance", "2026-01-31"), ("offer", "2026-07-15")]


def renewed(**term: Any) -> dict[str, Any]:
    amends = {"number": 2, "effective_date": "2027-10-31"}
    return deal(
        meta={"kind": "renewal", "effective_date": "2026-08-31"},
        term={"renewal": "tacit", "renewal_months": 12} | term,
        governance={"committees": [{"type": "strategic", "frequency": "yearly"}]},
        amends=amends,
    )


def test_a_renewal_has_the_dates_of_its_new_period_numbered_as_the_renewals_are() -> None:
    made = dates(renewed(), "2028-01-01", backup=True)
    review = "strategic-yearly-2028-10-31-12"
    assert [(one["id"], one["date"]) for one in made] == [
        ("notice-1", "2028-07-30"), ("notice-2", "2029-07-30"), ("term-end-2", "2029-10-30"), (review, "2029-10-30"),
    ]  # fmt: skip
    assert made[2]["label"] == {"fr": "Fin de la nouvelle période", "en": "End of new period"}
    assert "first-restore" not in dict(entries(renewed(), "2026-09-01", backup=True)), "the contract had it"
    assert entries(renewed(renewal="none"), "2028-01-01") == [("term-end-2", "2029-10-30"), (review, "2029-10-30")]


def test_a_renewal_without_a_length_of_its_own_is_as_long_as_the_initial_period() -> None:
    values = renewed(renewal="none")
    del values["term"]["renewal_months"]
    assert entries(values, "2028-01-01")[:2] == [
        ("term-end-2", "2030-02-28"), ("strategic-yearly-2028-12-31-12", "2029-12-30"),
    ][::-1]  # fmt: skip


# ---- the day from which prices are charged


@pytest.mark.parametrize(
    ("kind", "start"), [("contract", "2026-08-31"), ("amendment", "2027-02-01"), ("renewal", "2028-10-31")]
)
def test_prices_are_charged_from_the_day_on_which_the_document_takes_effect(kind: str, start: str) -> None:
    values = renewed()
    values["meta"]["kind"] = kind
    values["amends"]["effective_date"] = "2027-02-01"
    assert period_start(values).isoformat() == start


def test_an_amendment_without_a_day_of_its_own_takes_effect_with_the_contract() -> None:
    assert period_start(deal(meta={"kind": "amendment"}, amends={})).isoformat() == "2026-08-31"
