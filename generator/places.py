"""Cities, countries and time zones as a contract names them. The names are those of CLDR (fr, en-GB), by Babel.

Babel is imported where a name is asked for: most contracts name no place but cities.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.elision import elided
from generator.formats import MINUS

if TYPE_CHECKING:
    from babel import Locale

_LOCALES = {"fr": "fr", "en": "en_GB"}
_UNIVERSAL = {"fr": "heure UTC", "en": "UTC"}


def _locale(language: str) -> Locale:
    from babel import Locale

    return Locale.parse(_LOCALES[language])


def country(code: str, language: str) -> str:
    """``Allemagne`` / ``Germany`` of the ISO 3166 code ``DE``; a code that has no name is printed as it is."""
    name: str = _locale(language).territories.get(code, code)
    return name


# Codes that CLDR names and that are no country: unions, the seas around, unknown places, tests.
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@lru_cache(maxsize=512)
def is_country(code: str) -> bool:
    """Whether a contract has a name for this code of a country."""
    return len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY and code in _locale("fr").territories


def of_city(name: str, language: str) -> str:
    """``de Lyon``, ``d’Orléans``, ``du Mans``, ``des Sables-d’Olonne`` / ``of Lyon``."""
    if language == "en":
        return f"of {name}"
    for article, joint in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return joint + name.removeprefix(article)
    return elided("de ", name, language) + name


def time_zone(identifier: str, language: str) -> str:
    """``heure de La Réunion`` / ``Réunion time`` of the IANA name ``Indian/Reunion``, by the city of the zone.

    The city says which clock counts all the year round; "heure d’Europe centrale" also names cities that may leave it.
    """
    from babel.core import get_global

    canonical: str = get_global("zone_aliases").get(identifier, identifier)
    if canonical in {"UTC", "Etc/UTC", "Etc/GMT", "GMT"}:
        return _UNIVERSAL[language]
    if offset := re.fullmatch(r"Etc/GMT([+-])(\d+)", canonical):
        # The sign of these names counts hours behind Greenwich.
        sign = "+" if offset[1] == "-" else MINUS
        return f"{_UNIVERSAL[language]}{sign}{offset[2]}"
    known = _locale(language).time_zones.get(canonical, {}).get("city")
    city = known or identifier.rpartition("/")[2].replace("_", " ")
    return f"heure {of_city(city, language)}" if language == "fr" else f"{city} time"
