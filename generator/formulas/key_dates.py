"""The dates of a contract that both parties should have in their calendars, sorted by day."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from generator.formulas.context import Context, Localised, localised
from generator.formulas.dates import add_months, effective, last_of, latest_notice_date, renewal_day, term_end
from generator.formulas.renewals import renewal_end, renewal_next_notice_date, renewal_refusal_date

Deal = Mapping[str, Any]
Entry = dict[str, Any]

# Meetings held more often than these are routine, and would bury the dates that matter.
_MONTHS = {"quarterly": 3, "half_yearly": 6, "yearly": 12}


def key_dates(deal: Deal, context: Context) -> list[Entry]:
    """Each date with an id that stays the same when the date moves, and what is due on it.

    Of a renewal, the dates of the new period; those that are past on the date of the document are left out.
    """
    entries = [*_offer(deal), *_validity(deal), *_waivers(deal)]
    if deal["meta"]["kind"] != "cadrage_only":
        entries += [*_term(deal, context), *_reviews(deal, context), *_first_restore(deal, context)]
    ahead = sorted((entry for entry in entries if entry["date"] >= context.as_of), key=lambda entry: entry["date"])
    return _told_apart(ahead)


def _told_apart(entries: list[Entry]) -> list[Entry]:
    """Two certificates of one name, say, get different ids."""
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry["id"]] += 1
        if seen[entry["id"]] > 1:
            entry["id"] = f"{entry['id']}-{seen[entry['id']]}"
    return entries


def _entry(id_: str, date: str, fr: str, en: str) -> Entry:
    return {"id": id_, "date": date, "label": {"fr": fr, "en": en}}


def _offer(deal: Deal) -> Iterator[Entry]:
    if "valid_until" in deal["meta"]:
        yield _entry("offer", deal["meta"]["valid_until"], "Fin de validité de l’offre", "End of the offer")


def _term(deal: Deal, context: Context) -> Iterator[Entry]:
    renewal = deal["meta"]["kind"] == "renewal"
    if renewal:
        number = deal["amends"]["number"]
        yield from _notice(deal, number - 1, renewal_refusal_date(deal, context))
        yield from _notice(deal, number, renewal_next_notice_date(deal, context))
        yield _entry(
            f"term-end-{number}", renewal_end(deal, context), "Fin de la nouvelle période", "End of new period"
        )
        return
    yield from _notice(deal, 0, latest_notice_date(deal, context))
    yield _entry("term-end-0", term_end(deal, context), "Fin de la période initiale", "End of the initial period")


def _notice(deal: Deal, period: int, date: str) -> Iterator[Entry]:
    match deal["term"]["renewal"]:
        case "tacit":
            fr, en = "Dernier jour pour refuser la reconduction", "Last day to refuse the renewal"
        case "express":
            fr, en = "Faire connaître son intention sur la suite", "Say whether to renew"
        case _:
            return
    yield _entry(f"notice-{period}", date, fr, en)


def _reviews(deal: Deal, context: Context) -> Iterator[Entry]:
    renewal = deal["meta"]["kind"] == "renewal"
    start = renewal_day(deal) if renewal else effective(deal)
    end = renewal_end(deal, context) if renewal else term_end(deal, context)
    for committee in deal["governance"]["committees"]:
        step = _MONTHS.get(committee["frequency"])
        if step is None:
            continue
        name = context.label("governance.committees[].type", committee["type"])
        months = step
        while (day := last_of(start, months).isoformat()) <= end:
            id_ = f"{committee['type']}-{committee['frequency']}-{start.isoformat()}-{months}"
            yield _entry(id_, day, f"À tenir au plus tard : {name['fr']}", f"To be held by this day: {name['en']}")
            months += step


def _first_restore(deal: Deal, context: Context) -> Iterator[Entry]:
    """The latest day of the first restore test, where onboarding ends as planned; a renewal has had it."""
    if deal["meta"]["kind"] == "renewal" or not context.facts["has_backup"]:
        return
    onboarding = deal["onboarding"]
    days = 7 * onboarding["duration_weeks"] + onboarding["first_restore_test_days"]
    day = effective(deal) + datetime.timedelta(days=days)
    yield _entry("first-restore", day.isoformat(), "Premier test de restauration", "First restore test")


def _validity(deal: Deal) -> Iterator[Entry]:
    issued = datetime.date.fromisoformat(deal["insurance"]["provider"]["certificate_date"])
    fr, en = "Nouvelle attestation d’assurance du Prestataire", "New insurance certificate of the Provider"
    yield _entry("insurance", add_months(issued, 12).isoformat(), fr, en)
    for held in deal["parties"]["provider"]["certifications"]:
        fr, en = "Fin de validité de la certification du Prestataire", "Certification of the Provider ends"
        yield _entry(
            f"certificate-{held['name']}", held["valid_until"], f"{fr} : {held['name']}", f"{en}: {held['name']}"
        )
    hosting = deal["annexes"].get("hds")
    if hosting is not None:
        name = hosting["certificate_ref"]
        fr, en = f"Fin de validité du certificat {name}", f"Certificate {name} ends"
        yield _entry("hosting-certificate", hosting["valid_until"], fr, en)


def _waivers(deal: Deal) -> Iterator[Entry]:
    for place, waiver in enumerate(deal["scope"]["risk_waivers"], 1):
        risk: Localised = localised(waiver["recommendation"])
        fr, en = f"Fin de la décharge de risque : {risk['fr']}", f"Risk waiver ends: {risk['en']}"
        yield _entry(f"waiver-{place}", waiver["expires_on"], fr, en)


FORMULAS = {"key_dates": key_dates}
