"""The dates of a contract as a calendar file: what RFC 5545 asks of its lines, and what the dates are."""

from __future__ import annotations

import datetime
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import draft
from generator.outputs import Form, outputs
from generator.pipeline import Options
from generator.writers import ics

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"
DAY = datetime.date(2026, 6, 1)


def calendar(*summaries: str, title: str = "Un contrat") -> ics.Calendar:
    events = tuple(ics.Event(f"event-{place}", DAY, summary) for place, summary in enumerate(summaries))
    return ics.Calendar("contrat-1", title, datetime.date(2026, 5, 20), events)


def unfolded(content: bytes) -> list[str]:
    """The lines of a calendar as a reader puts them together."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for line in content.split(b"\r\n"):
        line.decode()  # no character is cut in two
    return content.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def values(content: bytes, name: str) -> list[str]:
    return [line.split(":", 1)[1] for line in unfolded(content) if line.split(":")[0].split(";")[0] == name]


def read(value: str) -> str:
    """A TEXT value as a calendar shows it."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


ODD = [
    "Dupont, Fils; Cie",
    "deux\nlignes",
    "retour\r\nchariot",
    "barre \\ oblique \\n",
    "🥐" * 60,
    "é" * 200,
    "👩‍💻 x",
    ":",
    "",
]


@pytest.mark.parametrize("summary", ODD)
def test_an_odd_name_is_read_back_as_it_was_written(summary: str) -> None:
    (value,) = values(ics.write(calendar(summary)), "SUMMARY")
    assert read(value) == f"Un contrat – {summary}".replace("\r\n", "\n")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_makes_lines_of_75_octets_that_read_back(title: str, summary: str) -> None:
    content = ics.write(calendar(summary, title=title))
    names = [re.split("[:;]", line)[0] for line in unfolded(content)]
    assert set(names) <= {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "X-WR-CALNAME", "UID", "DTSTAMP", "DTSTART", "SUMMARY",
        "TRANSP", "ACTION", "DESCRIPTION", "TRIGGER",
    }  # fmt: skip
    assert names.count("SUMMARY") == 1


def test_an_event_lasts_a_day_and_warns_a_calendar_month_before() -> None:
    event = ics.Event("end", datetime.date(2027, 3, 31), "Fin")
    lines = unfolded(ics.write(ics.Calendar("c", "t", DAY, (event,))))
    assert "DTSTART;VALUE=DATE:20270331" in lines
    assert "TRIGGER:-P31D" in lines, "one month before 31 March is the last day of February"
    assert "DTSTAMP:20260601T000000Z" in lines


def test_an_event_keeps_its_uid_when_its_date_moves_and_no_two_events_share_one() -> None:
    before = values(ics.write(calendar("a", "b")), "UID")
    moved = ics.Event("event-0", DAY + datetime.timedelta(days=9), "autre nom")
    assert values(ics.write(ics.Calendar("contrat-1", "t", DAY, (moved,))), "UID") == before[:1]
    assert len(set(before)) == 2
    assert values(ics.write(ics.Calendar("contrat-2", "t", DAY, (moved,))), "UID") != before[:1]


@cache
def of_example(name: str, language: str = "fr") -> bytes:
    found = draft(CONTRACTS / f"{name}.yaml", options=Options(language=language))
    assert found.complete
    (made,) = [output for output in outputs(found, Form(("ics",))) if output.name.endswith(".ics")]
    return made.content


def dated(content: bytes) -> set[tuple[str, str]]:
    summaries = [value.split(" – ")[-1] for value in values(content, "SUMMARY")]
    return set(zip(values(content, "DTSTART"), summaries, strict=True))


def test_the_calendar_of_a_contract_has_its_end_its_notice_its_reviews_and_its_certificates() -> None:
    found = dated(of_example("pme-acme"))
    assert ("20290228", "Dernier jour pour refuser la reconduction") in found
    assert ("20290531", "Fin de la période initiale") in found
    assert ("20270110", "Nouvelle attestation d’assurance du Prestataire") in found
    assert ("20280331", "Fin de validité de la certification du Prestataire : ISO/IEC 27001:2022") in found
    assert any(text == "Premier test de restauration" for _, text in found)
    assert sum(text == "À tenir au plus tard : revue de services" for _, text in found) == 12


def test_a_renewal_moves_the_dates_and_keeps_the_calendar_of_the_contract() -> None:
    found = dated(of_example("pme-renouvellement"))
    assert ("20300228", "Dernier jour pour refuser la reconduction") in found
    assert ("20300531", "Fin de la nouvelle période") in found
    assert not any(text == "Premier test de restauration" for _, text in found)


def test_an_amendment_updates_the_events_of_its_contract() -> None:
    contract = dict(zip(values(of_example("pme-acme"), "UID"), values(of_example("pme-acme"), "DTSTART"), strict=True))
    amended = set(values(of_example("pme-avenant"), "UID"))
    assert len(amended & set(contract)) >= len(amended) - 1, "all but the end of its own offer"


def test_the_calendar_of_a_provisional_agreement_has_no_end_of_term() -> None:
    texts = {text for _, text in dated(of_example("pme-cadrage"))}
    assert "Fin de validité de l’offre" in texts
    assert "Fin de la période initiale" not in texts


def test_a_contract_in_two_languages_says_each_event_in_both() -> None:
    found = dated(of_example("pme-acme", "fr+en"))
    assert ("20290531", "Fin de la période initiale / End of the initial period") in found


def test_the_same_deal_makes_the_same_bytes() -> None:
    found = draft(CONTRACTS / "pme-acme.yaml", options=Options(language="fr"))
    assert [o.content for o in outputs(found, Form(("ics",))) if o.name.endswith("ics")] == [of_example("pme-acme")]
