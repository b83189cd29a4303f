"""Values as they are printed in a contract: money, numbers, dates, counts, words, identifiers.

Every function is pure, takes ``(value, language)`` (``fr`` or ``en``; money also its ISO 4217 currency) and never
rounds: what it prints, read back, is the value. A value of the wrong type raises ``TypeError``, one that cannot be
printed (a negative count, an unknown language, an empty list) ``ValueError``: bugs, since deals are validated before.

The patterns are those of CLDR (fr, en-GB), checked against Babel in the tests; Babel itself costs 25 to 50 ms to
import and is not needed to print. Groups of thousands are U+202F in French; other spaces that bind are U+00A0.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

NBSP = "\u00a0"
MINUS = "\u2212"

Number = int | Decimal

_GROUP = {"fr": "\u202f", "en": ","}
_DECIMAL = {"fr": ",", "en": "."}
_SEMICOLON = {"fr": f"{NBSP}; ", "en": "; "}
_AND = {"fr": " et ", "en": " and "}
_OR = {"fr": " ou ", "en": " or "}
_ONCE = {"fr": "une fois", "en": "once"}
_MINUS_WORD = {"fr": "moins ", "en": "minus "}
_FR_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_EN_MONTHS = "January February March April May June July August September October November December"


def _known(language: str) -> str:
    if language not in _GROUP:
        raise ValueError(f"no formats for the language {language!r}")
    return language


def _wrong(expected: str, value: object) -> TypeError:
    return TypeError(f"expected {expected}, not {type(value).__name__}")


def _figures(value: Number) -> tuple[str, str, str]:
    """Sign, whole digits and decimals of a number, as text: arithmetic on a ``Decimal`` rounds to 28 digits."""
    # A bool is no number, and a float has already lost the figure that was agreed.
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong("an int or a Decimal", value)
    if not Decimal(value).is_finite():
        raise ValueError(f"{value} cannot be printed")
    whole, _, decimals = f"{Decimal(value):f}".removeprefix("-").partition(".")
    return MINUS if value < 0 else "", whole, decimals


def _grouped(whole: str, decimals: str, language: str) -> str:
    figures = f"{int(whole):,}".replace(",", _GROUP[_known(language)])
    return figures + _DECIMAL[language] + decimals if decimals else figures


def number(value: Number, language: str) -> str:
    """``1 234,50`` / ``1,234.50``: all digits as given, but no ``,00`` after a whole number."""
    sign, whole, decimals = _figures(value)
    return sign + _grouped(whole, decimals if decimals.strip("0") else "", language)


def percent(value: Number, language: str) -> str:
    """``99,95 %`` / ``99.95%`` of ``Decimal("99.95")``: the value is in percent already."""
    return number(value, language) + (f"{NBSP}%" if language == "fr" else "%")


# ---- money

# Others are printed by their ISO code, which is unambiguous where "$" is not.
_SYMBOLS = {"EUR": "€", "GBP": "£"}
_WITHOUT_CENTS = frozenset({"JPY", "KRW", "XAF", "XOF", "XPF"})


def _priced(value: Number, language: str, currency: str, places: int) -> str:
    if not re.fullmatch("[A-Z]{3}", currency):
        raise ValueError(f"{currency!r} is not an ISO 4217 code")
    sign, whole, decimals = _figures(value)
    # Zeros beyond the cent come from arithmetic; other digits were agreed.
    figures = _grouped(whole, decimals.rstrip("0").ljust(places, "0"), language)
    symbol = _SYMBOLS.get(currency, currency)
    if language == "fr":
        return f"{sign}{figures}{NBSP}{symbol}"
    return f"{sign}{symbol}{NBSP if symbol == currency else ''}{figures}"


def amount(value: Number, language: str, currency: str = "EUR") -> str:
    """``1 234,50 €`` / ``€1,234.50``: always with cents; more decimals only where the value has them (0,0125 €)."""
    return _priced(value, language, currency, 0 if currency in _WITHOUT_CENTS else 2)


def money(value: Number, language: str, currency: str = "EUR") -> str:
    """Like ``amount``, but ``1 234 €`` / ``€1,234`` for a whole amount."""
    _, _, decimals = _figures(value)
    return amount(value, language, currency) if decimals.strip("0") else _priced(value, language, currency, 0)


# ---- dates and times


def _day(value: datetime.date, language: str) -> tuple[int, str, int]:
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        raise _wrong("a date", value)
    names = _FR_MONTHS if _known(language) == "fr" else _EN_MONTHS
    return value.day, names.split()[value.month - 1], value.year


def date(value: datetime.date, language: str) -> str:
    """``1er juin 2026`` / ``1 June 2026``; the day does not part from its month."""
    day, name, year = _day(value, language)
    return f"{'1er' if language == 'fr' and day == 1 else day}{NBSP}{name} {year}"


def short_date(value: datetime.date, language: str) -> str:
    """``01/06/2026`` / ``1 Jun 2026``, for tables: in English, figures alone would be read in two ways."""
    day, name, year = _day(value, language)
    return f"{value:%d/%m/}{year:04}" if language == "fr" else f"{day}{NBSP}{name[:3]}{NBSP}{year}"


def month(value: datetime.date, language: str) -> str:
    """``mars 2026`` / ``March 2026``."""
    _, name, year = _day(value, language)
    return f"{name} {year}"


def time(value: datetime.time | str, language: str) -> str:
    """``8h00`` / ``08:00`` of a time or of ``"08:00"``; ``"24:00"`` is the end of a day."""
    _known(language)
    if not isinstance(value, datetime.time | str):
        raise _wrong("a time", value)
    found = re.fullmatch("([0-9]{2}):([0-5][0-9])(?::00)?", str(value))
    if not found or int(found[1] + found[2]) > 2400:
        raise ValueError(f"{str(value)!r} is not a time in whole minutes")
    return f"{int(found[1])}h{found[2]}" if language == "fr" else f"{found[1]}:{found[2]}"


# ---- counts and durations


def _counted(name: str, fr: tuple[str, str], en: tuple[str, str]) -> Callable[[Number, str], str]:
    units = {"fr": fr, "en": en}

    def counted(value: Number, language: str) -> str:
        figures = number(value, language)
        if value < 0:
            raise ValueError(f"{value} is not a count")
        # French counts one and a half as singular, English only exactly one.
        singular = value < 2 if language == "fr" else value == 1
        return f"{figures}{NBSP}{units[language][0 if singular else 1]}"

    counted.__name__ = counted.__qualname__ = name
    counted.__doc__ = f"``2 {fr[1]}`` / ``2 {en[1]}``, the unit agreeing with its count."
    return counted


minutes = _counted("minutes", ("minute", "minutes"), ("minute", "minutes"))
_hours = _counted("_hours", ("heure", "heures"), ("hour", "hours"))
days = _counted("days", ("jour", "jours"), ("day", "days"))
business_days = _counted("business_days", ("jour ouvré", "jours ouvrés"), ("business day", "business days"))
working_days = _counted("working_days", ("jour ouvrable", "jours ouvrables"), ("working day", "working days"))
calendar_days = _counted("calendar_days", ("jour calendaire", "jours calendaires"), ("calendar day", "calendar days"))
weeks = _counted("weeks", ("semaine", "semaines"), ("week", "weeks"))
months = _counted("months", ("mois", "mois"), ("month", "months"))
years = _counted("years", ("an", "ans"), ("year", "years"))
_times = _counted("_times", ("fois", "fois"), ("time", "times"))


def times(value: Number, language: str) -> str:
    """``une fois``, ``2 fois`` / ``once``, ``2 times``: nobody writes "1 time a year"."""
    return _ONCE[_known(language)] if value == 1 else _times(value, language)


def hours(value: Number, language: str) -> str:
    """``2 heures`` / ``2 hours``; a part of one hour in whole minutes, because nobody says "0.25 hours"."""
    if isinstance(value, Decimal) and 0 < value < 1 and value * 60 == (whole := int(value * 60)):
        return minutes(whole, language)
    return _hours(value, language)


def duration(minutes: Number, language: str) -> str:
    """Minutes as hours, minutes and seconds, exactly: ``30 min``, ``8 h``, ``1 h 30`` / ``1 h 30 min``.

    A part of a minute is given in seconds (``4 min 19,2 s``). Hours stay hours: a day may be a day of service.
    """
    sign, whole, decimals = _figures(minutes)
    if sign:
        raise ValueError(f"{minutes} is not a duration")
    hour, minute = divmod(int(whole), 60)
    scaled = str(int(decimals or "0") * 60).zfill(len(decimals) + 1)
    cut = len(scaled) - len(decimals)
    second, part = scaled[:cut], scaled[cut:].rstrip("0")
    if language == "fr" and hour and minute and not (int(second) or part):
        return f"{_grouped(str(hour), '', language)}{NBSP}h{NBSP}{minute:02}"
    parts = ((str(hour), "", "h"), (str(minute), "", "min"), (second, part, "s"))
    shown = [f"{_grouped(count, rest, language)}{NBSP}{unit}" for count, rest, unit in parts if int(count) or rest]
    return NBSP.join(shown) or f"{_grouped('0', '', language)}{NBSP}min"


# ---- words


def join(items: Sequence[str], language: str) -> str:
    """``A, B et C`` / ``A, B and C``. ``ValueError`` without items: a contract has no blank.

    Items that hold a comma are parted by semicolons, ``A, B ; et C`` / ``A, B; and C``; where one of the last two
    holds an "and" of its own, a comma goes before that of the list: ``A, B and C, and D``.
    """
    return _listed(items, language, _AND)


def either(items: Sequence[str], language: str) -> str:
    """``A, B ou C`` / ``A, B or C``, parted as in ``join``. ``ValueError`` without items."""
    return _listed(items, language, _OR)


def _listed(items: Sequence[str], language: str, words: Mapping[str, str]) -> str:
    if isinstance(items, str) or not all(isinstance(item, str) for item in items):
        raise _wrong("a sequence of texts", items)
    if not items:
        raise ValueError("no items to join")
    *first, last = items
    word = words[_known(language)]
    if not first:
        return last
    if any(", " in item or "; " in item for item in items):
        mark = _SEMICOLON[language]
        return mark.join(first) + mark + word.lstrip() + last
    return ", ".join(first) + ("," if any(word in item for item in (first[-1], last)) else "") + word + last


def _whole(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong("an int", value)
    return value


@lru_cache(maxsize=4096, typed=True)
def words(value: int, language: str) -> str:
    """The cardinal number in words: ``quatre-vingts``, ``deux cent mille``, ``one hundred and one``."""
    absolute = abs(_whole(value))
    # Imported here: it costs 51 ms, and most contracts print no number in words.
    from num2words import num2words  # type: ignore[import-untyped]

    spoken: str = num2words(absolute, lang=_known(language))
    return (_MINUS_WORD[language] if value < 0 else "") + spoken.replace(",", "")


# Unit and part, singular and plural. num2words is not asked for currencies: it takes an int as cents and says
# "un million euros" (its issues 426 and 553).
_COINS = {
    ("EUR", "fr"): (("euro", "euros"), ("centime", "centimes")),
    ("EUR", "en"): (("euro", "euros"), ("cent", "cents")),
    ("CHF", "fr"): (("franc suisse", "francs suisses"), ("centime", "centimes")),
    ("CHF", "en"): (("Swiss franc", "Swiss francs"), ("centime", "centimes")),
    ("USD", "fr"): (("dollar des États-Unis", "dollars des États-Unis"), ("cent", "cents")),
    ("USD", "en"): (("US dollar", "US dollars"), ("cent", "cents")),
}


def _coins(count: int, coin: tuple[str, str], language: str) -> str:
    spoken = words(count, language)
    singular = count < 2 if language == "fr" else count == 1
    joint = " "
    # "un million d'euros", but "un million deux cents euros": million and milliard are nouns.
    if language == "fr" and re.search("(?:million|milliard|billion|billiard)s?$", spoken):
        joint = " d’" if coin[0].startswith("euro") else " de "
    return spoken + joint + coin[0 if singular else 1]


def amount_in_words(value: Number, language: str, currency: str = "EUR") -> str:
    """``vingt et un euros et cinquante centimes`` / ``twenty-one euros and fifty cents``.

    ``ValueError`` for less than a cent and for a currency whose grammar is not written here.
    """
    sign, whole, decimals = _figures(value)
    if (currency, _known(language)) not in _COINS:
        raise ValueError(f"no words for amounts in {currency!r}")
    cents = decimals.rstrip("0").ljust(2, "0")
    if len(cents) > 2:
        raise ValueError(f"{value} has less than a cent")
    unit, part = _COINS[currency, language]
    spoken = [_coins(int(whole), unit, language)]
    if int(cents):
        spoken.append(_coins(int(cents), part, language))
    return (_MINUS_WORD[language] if sign else "") + _AND[language].join(spoken)


def ordinal(value: int, language: str) -> str:
    """``1er``, ``2e`` / ``1st``, ``2nd``, ``11th``."""
    if _whole(value) < 1:
        raise ValueError(f"{value} has no ordinal")
    figures = number(value, language)
    if language == "fr":
        return "1er" if value == 1 else f"{figures}e"
    last = 0 if value % 100 in (11, 12, 13) else value % 10
    return f"{figures}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def _split(value: str, *patterns: str) -> str:
    """The groups of the first pattern that fits; a foreign register number, say, is printed as it is."""
    if not isinstance(value, str):
        raise _wrong("a text", value)
    bare = re.sub(r"[\s.-]", "", value)
    for pattern in patterns:
        if found := re.fullmatch(pattern, bare):
            return NBSP.join(found.groups())
    return value


def siren(value: str, language: str) -> str:
    """``732 829 320``."""
    return _split(value, "([0-9]{3})" * 3)


def siret(value: str, language: str) -> str:
    """``732 829 320 00074``."""
    return _split(value, "([0-9]{3})" * 3 + "([0-9]{5})")


def iban(value: str, language: str) -> str:
    """``FR76 3000 6000 …``: groups of four."""
    bare = _split(value, "([A-Za-z]{2}[0-9]{2}[0-9A-Za-z]{11,30})")
    return NBSP.join(re.findall(".{1,4}", bare.upper())) if bare.isalnum() else value


def phone(value: str, language: str) -> str:
    """``01 23 45 67 89``, ``+33 1 23 45 67 89``, ``0 800 123 456``; a foreign number keeps its own groups, bound."""
    pairs = "([0-9]{2})" * 4
    split = _split(value, "(0)(8[0-2][0-9])([0-9]{3})([0-9]{3})", f"(0[1-9]){pairs}")
    if split == value and (
        home := re.fullmatch(rf"(?:\+|00)33(?:\(0\)|0)?([1-9]){pairs}", re.sub(r"[\s.-]", "", value))
    ):
        split = NBSP.join(("+33", *home.groups()))
    return re.sub(r"[ \u202f]+", NBSP, split) if re.fullmatch(r"\+?[\d\s().-]+", split) else split


def letter(index: int) -> str:
    """A to Z, then AA, AB, …"""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
