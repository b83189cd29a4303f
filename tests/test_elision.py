"""French words that lose their vowel before a value, and cities, countries and time zones by their names."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import draft, places
from generator.document.nodes import Text, Value
from generator.document.walk import inlines
from generator.elision import elided
from generator.pipeline import draft_text
from tests.deals import CONTRACTS

# what stands before a value, the value, how the two read
ELIDED = [
    ("le contrat de ", "Acme", "le contrat d’Acme"),
    ("le contrat de ", "Orange", "le contrat d’Orange"),
    ("le contrat de ", "Électricité du Rhin", "le contrat d’Électricité du Rhin"),
    ("la part de ", "Œuvres sociales", "la part d’Œuvres sociales"),
    ("le site de ", "Hôtel du Lac", "le site d’Hôtel du Lac"),
    ("le site de ", "Hyères", "le site d’Hyères"),
    ("auprès de ", "AXA", "auprès d’AXA"),
    ("un poste de ", "Yves", "un poste d’Yves"),
    ("un poste de ", "Yvetot", "un poste d’Yvetot"),
    ("dès lors que ", "Acme", "dès lors qu’Acme"),
    ("Lorsque ", "Acme", "Lorsqu’Acme"),
    ("jusque ", "Orléans", "jusqu’Orléans"),
    ("le ", "hébergement", "l’hébergement"),
    ("La ", "assistance", "L’assistance"),
    ("De ", "Orange", "D’Orange"),
    ("(de ", "Orange", "(d’Orange"),
    ("de\u00a0", "Orange", "de\u00a0Orange"),
]
KEPT = [
    ("un délai de ", "1 an"),
    ("un délai de ", "11 jours"),
    ("à compter du ", "11 mars 2026"),
    ("le ", "1er janvier"),
    ("le groupe ", "Acme"),
    ("avec ", "Orange"),
    ("un code ", "Orange"),
    ("de ", "Hewlett"),
    ("le site de ", "Haguenau"),
    ("le site de ", "Le Havre"),
    ("le ", "oui"),
    ("le ", "onzième jour"),
    ("le ", "Onze"),
    ("de ", "Yubico"),
    ("de ", "Yahoo"),
    ("de ", "A"),
    ("de ", "à"),
    ("de ", "E2"),
    ("de ", "Dupont"),
    ("de ", "« Orange »"),
    ("de ", ""),
    ("la quantité de", "Orange"),
    ("d’", "Orange"),
    ("", "Orange"),
]


@pytest.mark.parametrize(("before", "value", "together"), ELIDED)
def test_a_word_before_a_vowel_is_elided(before: str, value: str, together: str) -> None:
    assert elided(before, value, "fr") + value == together


@pytest.mark.parametrize(("before", "value"), KEPT)
def test_a_word_stays_before_a_consonant_a_figure_a_code_and_a_doubtful_h(before: str, value: str) -> None:
    assert elided(before, value, "fr") == before


@given(st.text(max_size=12), st.text(max_size=12))
def test_english_elides_nothing_and_french_nothing_but_the_last_word(before: str, value: str) -> None:
    assert elided(before, value, "en") == before
    shown = elided(before, value, "fr")
    assert shown == before or (shown.endswith("’") and before.startswith(shown[:-1].rstrip()))


def test_a_contract_elides_before_the_names_of_its_deal() -> None:
    numbered = draft(CONTRACTS / "eti-cogere.yaml").numbered["fr"]
    printed = [node for part in numbered.document.parts for _, node in inlines(part)]
    place = next(i for i, node in enumerate(printed) if isinstance(node, Value) and "previous_provider" in node.path)
    before, value = printed[place - 1], printed[place]
    assert isinstance(before, Text)
    assert before.text.endswith(" obtient d’")
    assert isinstance(value, Value)
    assert value.text == "Ancien Prestataire Fictif"


# ---- places


@pytest.mark.parametrize(
    ("city", "fr"),
    [
        ("Lyon", "de Lyon"),
        ("Orléans", "d’Orléans"),
        ("Évry", "d’Évry"),
        ("Angers", "d’Angers"),
        ("Le Mans", "du Mans"),
        ("Les Sables-d’Olonne", "des Sables-d’Olonne"),
        ("La Rochelle", "de La Rochelle"),
        ("L’Haÿ-les-Roses", "de L’Haÿ-les-Roses"),
        ("Lens", "de Lens"),
        ("Lespinasse", "de Lespinasse"),
    ],
)
def test_the_court_of_a_city_is_named_as_grammar_asks(city: str, fr: str) -> None:
    assert places.of_city(city, "fr") == fr
    assert places.of_city(city, "en") == f"of {city}"


@pytest.mark.parametrize(
    ("zone", "fr", "en"),
    [
        ("Europe/Paris", "heure de Paris", "Paris time"),
        ("Indian/Reunion", "heure de La Réunion", "Réunion time"),
        ("Pacific/Noumea", "heure de Nouméa", "Noumea time"),
        ("America/Cayenne", "heure de Cayenne", "Cayenne time"),
        ("Europe/Brussels", "heure de Bruxelles", "Brussels time"),
        ("Europe/Athens", "heure d’Athènes", "Athens time"),
        ("America/New_York", "heure de New York", "New York time"),
        ("UTC", "heure UTC", "UTC"),
        ("Etc/GMT-3", "heure UTC+3", "UTC+3"),
        ("Etc/GMT+5", "heure UTC\u22125", "UTC\u22125"),
    ],
)
def test_a_time_zone_is_named_by_its_city(zone: str, fr: str, en: str) -> None:
    assert (places.time_zone(zone, "fr"), places.time_zone(zone, "en")) == (fr, en)


def test_every_time_zone_that_a_deal_may_name_has_a_name_without_a_slash_and_a_low_line() -> None:
    for zone in available_timezones():
        for language in ("fr", "en"):
            assert not set("/_") & set(places.time_zone(zone, language)), zone


def test_a_country_is_named_and_an_unknown_code_is_left() -> None:
    assert [places.country("DE", language) for language in ("fr", "en")] == ["Allemagne", "Germany"]
    assert places.country("ZZZ", "fr") == "ZZZ"


def test_the_contract_of_a_client_far_away_names_its_clock_and_its_court() -> None:
    text = (CONTRACTS / "pme-acme.yaml").read_text("utf-8").replace("Europe/Paris", "Indian/Reunion")
    made = draft_text("deal.yaml", text, Path(CONTRACTS))
    printed = [
        node.text for part in made.numbered["fr"].document.parts for _, node in inlines(part) if isinstance(node, Value)
    ]
    assert "heure de La Réunion" in printed
    assert "Indian/Reunion" not in printed
