"""The figures that a text prints, read back: what must be equal in two languages that print them differently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Final

_BLANK: Final = "[ \u00a0\u202f]"
_FRENCH: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_ENGLISH: Final = "January February March April May June July August September October November December"
_MONTHS: Final = {"fr": _FRENCH.split(), "en": _ENGLISH.split()}
_NUMBER_OF_MONTH: Final = {
    language: {form.casefold(): number for number, name in enumerate(names, 1) for form in (name, name[:3])}
    for language, names in _MONTHS.items()
}
_NAMES: Final = {
    "fr": "|".join(_MONTHS["fr"]),
    "en": "|".join(form for name in _MONTHS["en"] for form in (name, name[:3])),
}
_DATE: Final = {
    language: re.compile(
        rf"(?<!\d)(?:(?P<day>[0-9]{{1,2}})(?:er|st|nd|rd|th)?{_BLANK})?\b(?P<month>{names}){_BLANK}(?P<year>[0-9]{{4}})\b",
        re.IGNORECASE,
    )
    for language, names in _NAMES.items()
}
_FRENCH_SHORT_DATE: Final = re.compile(r"\b(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})\b")
_TIME: Final = re.compile(r"(?<!\d)([0-9]{1,2})[:h]([0-5][0-9])(?!\d)")
# Addresses of networks and numbers of versions are not numbers: their dots separate.
_DOTTED: Final = re.compile(r"(?<![\d.])[0-9]+(?:\.[0-9]+){2,}(?![\d.])")
_NUMBER: Final = {
    "fr": re.compile(rf"(−?)(?<!\d)([0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?!\d)(?:,[0-9]+)?|[0-9]+(?:[.,][0-9]+)?)"),
    "en": re.compile(
        rf"(−?)(?<!\d)([0-9]{{1,3}}(?:,[0-9]{{3}})+(?!\d)(?:\.[0-9]+)?"
        rf"|[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?!\d)|[0-9]+(?:\.[0-9]+)?)"
    ),
}
_SIGN: Final = re.compile("[€£$%]")
# English writes the currency between the minus and the number.
_MINUS_BEFORE_CURRENCY: Final = re.compile(rf"−([€£$]|[A-Z]{{3}}{_BLANK})(?=[0-9])")


@lru_cache(maxsize=16384)
def figures(text: str, language: str) -> tuple[tuple[str, int], ...]:
    """Every figure of a text in one form for all languages, sorted, each with how often it is printed.

    Dates are ``2026-06-01``, months ``2026-06``, times ``08:00``, numbers as ``Decimal`` writes them without zeros at
    the end; the signs of currencies and of percent count too. Numbers in words are words and are not read.
    """
    found: Counter[str] = Counter()

    def taken(canonical: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            found[canonical(match)] += 1
            return "\0"

        return replace

    def date(match: re.Match[str]) -> str:
        written = match["month"].casefold()
        month = int(written) if written.isdigit() else _NUMBER_OF_MONTH[language][written]
        day = f"-{int(match['day']):02}" if match["day"] else ""
        return f"{match['year']}-{month:02}{day}"

    rest = _DATE[language].sub(taken(date), text)
    if language == "fr":
        rest = _FRENCH_SHORT_DATE.sub(taken(date), rest)
    rest = _TIME.sub(taken(lambda match: f"{int(match[1]):02}:{match[2]}"), rest)
    rest = _DOTTED.sub(taken(lambda match: match[0]), rest)
    rest = _MINUS_BEFORE_CURRENCY.sub(r"\1−", rest)
    rest = _NUMBER[language].sub(taken(lambda match: match[1] + _plain(match[2], language)), rest)
    found.update(_SIGN.findall(rest))
    return tuple(sorted(found.items()))


def _plain(written: str, language: str) -> str:
    """``1234.5`` of ``1 234,50`` or of ``1,234.50``."""
    bare = re.sub(_BLANK, "", written)
    bare = bare.replace(",", "." if language == "fr" else "")
    return f"{Decimal(bare).normalize():f}"
