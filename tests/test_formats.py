"""Values as they are printed: examples that a lawyer can read, and properties."""

from __future__ import annotations

import datetime
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from babel.dates import format_date, get_month_names
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import formats

D = Decimal
DAY = datetime.date

# format, value, French, English (None: not asked); ~ is U+00A0, ¬ is U+202F, − is the minus sign U+2212.
CASES: list[tuple[str, object, str | None, str | None]] = [
    ("amount", D("1234.5"), "1¬234,50~€", "€1,234.50"),
    ("amount", D("1234"), "1¬234,00~€", "€1,234.00"),
    ("amount", 0, "0,00~€", "€0.00"),
    ("amount", D("0.0125"), "0,0125~€", "€0.0125"),
    ("amount", D("12.5000"), "12,50~€", "€12.50"),
    ("amount", D("1234567.5"), "1¬234¬567,50~€", "€1,234,567.50"),
    ("amount", D("-120.1"), "−120,10~€", "−€120.10"),
    ("amount", D("1E+3"), "1¬000,00~€", "€1,000.00"),
    ("money", D("1234.00"), "1¬234~€", "€1,234"),
    ("money", D("1234.5"), "1¬234,50~€", "€1,234.50"),
    ("money", 40, "40~€", "€40"),
    ("money", D("-0"), "0~€", "€0"),
    ("number", 999, "999", "999"),
    ("number", 1000, "1¬000", "1,000"),
    ("number", 1234567, "1¬234¬567", "1,234,567"),
    ("number", D("99.90"), "99,90", "99.90"),
    ("number", D("3.00"), "3", "3"),
    ("number", D("-12.5"), "−12,5", "−12.5"),
    ("number", D("0.1234567890123456789012345678901234"), "0,1234567890123456789012345678901234", None),
    ("percent", D("99.95"), "99,95~%", "99.95%"),
    ("percent", D("99.9"), "99,9~%", "99.9%"),
    ("percent", D("99.90"), "99,90~%", "99.90%"),
    ("percent", D("99.999"), "99,999~%", "99.999%"),
    ("percent", D("0.999"), "0,999~%", "0.999%"),
    ("percent", 100, "100~%", "100%"),
    ("percent", D("5.00"), "5~%", "5%"),
    ("date", DAY(2026, 6, 1), "1er~juin 2026", "1~June 2026"),
    ("date", DAY(2026, 6, 11), "11~juin 2026", "11~June 2026"),
    ("date", DAY(2028, 2, 29), "29~février 2028", "29~February 2028"),
    ("date", DAY(2026, 8, 15), "15~août 2026", "15~August 2026"),
    ("date", DAY(2026, 12, 31), "31~décembre 2026", "31~December 2026"),
    ("short_date", DAY(2026, 6, 1), "01/06/2026", "1~Jun~2026"),
    ("month", DAY(2026, 3, 1), "mars 2026", "March 2026"),
    ("time", "08:00", "8h00", "08:00"),
    ("time", "20:30", "20h30", "20:30"),
    ("time", "00:00", "0h00", "00:00"),
    ("time", "24:00", "24h00", "24:00"),
    ("time", datetime.time(18, 5), "18h05", "18:05"),
    ("minutes", 1, "1~minute", "1~minute"),
    ("minutes", 30, "30~minutes", "30~minutes"),
    ("minutes", 90, "90~minutes", "90~minutes"),
    ("minutes", 0, "0~minute", "0~minutes"),
    ("hours", 0, "0~heure", "0~hours"),
    ("hours", 1, "1~heure", "1~hour"),
    ("hours", D("1.5"), "1,5~heure", "1.5~hours"),
    ("hours", D("0.25"), "15~minutes", "15~minutes"),
    ("hours", D("0.5"), "30~minutes", "30~minutes"),
    ("hours", D("0.0166"), "0,0166~heure", "0.0166~hours"),
    ("hours", D("1.00"), "1~heure", "1~hour"),
    ("hours", 4, "4~heures", "4~hours"),
    ("days", 1, "1~jour", "1~day"),
    ("days", 30, "30~jours", "30~days"),
    ("business_days", 1, "1~jour ouvré", "1~business day"),
    ("business_days", 5, "5~jours ouvrés", "5~business days"),
    ("working_days", 5, "5~jours ouvrables", "5~working days"),
    ("calendar_days", 8, "8~jours calendaires", "8~calendar days"),
    ("weeks", 2, "2~semaines", "2~weeks"),
    ("months", 1, "1~mois", "1~month"),
    ("months", 36, "36~mois", "36~months"),
    ("years", 1, "1~an", "1~year"),
    ("years", 3, "3~ans", "3~years"),
    ("years", D("1.5"), "1,5~an", "1.5~years"),
    ("years", D("2.0"), "2~ans", "2~years"),
    ("times", 1, "une fois", "once"),
    ("times", D("1.5"), "1,5~fois", "1.5~times"),
    ("times", 2, "2~fois", "2~times"),
    ("days", 1000, "1¬000~jours", "1,000~days"),
    ("duration", 30, "30~min", "30~min"),
    ("duration", 60, "1~h", "1~h"),
    ("duration", 90, "1~h~30", "1~h~30~min"),
    ("duration", 65, "1~h~05", "1~h~5~min"),
    ("duration", 480, "8~h", "8~h"),
    ("duration", 4320, "72~h", "72~h"),
    ("duration", 0, "0~min", "0~min"),
    ("duration", D("4.32"), "4~min~19,2~s", "4~min~19.2~s"),
    ("duration", D("60.5"), "1~h~30~s", "1~h~30~s"),
    ("duration", D("0.5"), "30~s", "30~s"),
    ("duration", D("21.9"), "21~min~54~s", "21~min~54~s"),
    ("join", ["A"], "A", "A"),
    ("join", ["A", "B"], "A et B", "A and B"),
    ("join", ["A", "B", "C"], "A, B et C", "A, B and C"),
    ("join", ["A, b", "C"], "A, b~; et C", "A, b; and C"),
    ("either", ["A, b", "C", "D"], "A, b~; C~; ou D", "A, b; C; or D"),
    ("words", 0, "zéro", "zero"),
    ("words", 1, "un", "one"),
    ("words", 21, "vingt et un", "twenty-one"),
    ("words", 61, "soixante et un", "sixty-one"),
    ("words", 91, "quatre-vingt-onze", "ninety-one"),
    ("words", 100, "cent", "one hundred"),
    ("words", 180, "cent quatre-vingts", "one hundred and eighty"),
    ("words", 1001, "mille un", "one thousand and one"),
    ("words", 1180, "mille cent quatre-vingts", "one thousand one hundred and eighty"),
    ("words", 2200, "deux mille deux cents", "two thousand two hundred"),
    ("words", 71000, "soixante et onze mille", "seventy-one thousand"),
    ("words", 80080, "quatre-vingt mille quatre-vingts", "eighty thousand and eighty"),
    ("words", 380000, "trois cent quatre-vingt mille", "three hundred and eighty thousand"),
    ("words", 200000000, "deux cents millions", "two hundred million"),
    ("words", 71, "soixante et onze", "seventy-one"),
    ("words", 80, "quatre-vingts", "eighty"),
    ("words", 81, "quatre-vingt-un", "eighty-one"),
    ("words", 200, "deux cents", "two hundred"),
    ("words", 201, "deux cent un", "two hundred and one"),
    ("words", 1000, "mille", "one thousand"),
    ("words", 80000, "quatre-vingt mille", "eighty thousand"),
    ("words", 200000, "deux cent mille", "two hundred thousand"),
    ("words", 1200000, "un million deux cent mille", "one million two hundred thousand"),
    ("words", -3, "moins trois", "minus three"),
    ("amount_in_words", 0, "zéro euro", "zero euros"),
    ("amount_in_words", 1, "un euro", "one euro"),
    ("amount_in_words", D("1.01"), "un euro et un centime", "one euro and one cent"),
    ("amount_in_words", D("0.50"), "zéro euro et cinquante centimes", "zero euros and fifty cents"),
    ("amount_in_words", D("21.50"), "vingt et un euros et cinquante centimes", "twenty-one euros and fifty cents"),
    ("amount_in_words", 80, "quatre-vingts euros", "eighty euros"),
    ("amount_in_words", 1000, "mille euros", "one thousand euros"),
    ("amount_in_words", 200000, "deux cent mille euros", "two hundred thousand euros"),
    ("amount_in_words", 1000000, "un million d’euros", "one million euros"),
    ("amount_in_words", 2000000, "deux millions d’euros", "two million euros"),
    ("amount_in_words", 80000000, "quatre-vingts millions d’euros", "eighty million euros"),
    ("amount_in_words", 1000001, "un million un euros", "one million and one euros"),
    ("amount_in_words", 1200000, "un million deux cent mille euros", "one million two hundred thousand euros"),
    ("amount_in_words", 2500000, "deux millions cinq cent mille euros", "two million five hundred thousand euros"),
    ("amount_in_words", 200, "deux cents euros", "two hundred euros"),
    ("amount_in_words", 201, "deux cent un euros", "two hundred and one euros"),
    ("amount_in_words", D("80.80"), "quatre-vingts euros et quatre-vingts centimes", "eighty euros and eighty cents"),
    ("amount_in_words", 200000000, "deux cents millions d’euros", "two hundred million euros"),
    ("amount_in_words", 1001000000, "un milliard un million d’euros", "one billion one million euros"),
    ("amount_in_words", D("-0"), "zéro euro", "zero euros"),
    ("amount_in_words", 1000000000, "un milliard d’euros", "one billion euros"),
    ("amount_in_words", D("1000000.10"), "un million d’euros et dix centimes", "one million euros and ten cents"),
    ("amount_in_words", D("12.5000"), "douze euros et cinquante centimes", "twelve euros and fifty cents"),
    ("ordinal", 1, "1er", "1st"),
    ("ordinal", 2, "2e", "2nd"),
    ("ordinal", 3, "3e", "3rd"),
    ("ordinal", 11, "11e", "11th"),
    ("ordinal", 21, "21e", "21st"),
    ("ordinal", 112, "112e", "112th"),
    ("ordinal", 1001, "1¬001e", "1,001st"),
    ("siren", "732829320", "732~829~320", "732~829~320"),
    ("siren", "732 829 320", "732~829~320", None),
    ("siren", "HRB 86891", "HRB 86891", None),
    ("siren", "732.829.320", "732~829~320", None),
    ("siret", "73282932000074", "732~829~320~00074", None),
    ("iban", "FR7630006000011234567890189", "FR76~3000~6000~0112~3456~7890~189", None),
    ("iban", "FR76 3000 6000 0112 3456 7890 189", "FR76~3000~6000~0112~3456~7890~189", None),
    ("iban", "fr7630006000011234567890189", "FR76~3000~6000~0112~3456~7890~189", None),
    ("iban", "GB29NWBK60161331926819", None, "GB29~NWBK~6016~1331~9268~19"),
    ("iban", "à venir", "à venir", None),
    ("phone", "0123456789", "01~23~45~67~89", None),
    ("phone", "01.23.45.67.89", "01~23~45~67~89", None),
    ("phone", "+33123456789", "+33~1~23~45~67~89", None),
    ("phone", "+33 (0)1 23 45 67 89", "+33~1~23~45~67~89", None),
    ("phone", "+32 2 555 12 12", "+32~2~555~12~12", None),
    ("phone", "+44 20 7946 0958", "+44~20~7946~0958", "+44~20~7946~0958"),
    ("phone", "0033123456789", "+33~1~23~45~67~89", None),
    ("phone", "01-23-45-67-89", "01~23~45~67~89", None),
    ("phone", "0800 123 456", "0~800~123~456", None),
    ("phone", "3949", "3949", None),
    ("phone", "standard, poste 12", "standard, poste 12", None),
]
EXAMPLES = [
    (name, value, language, shown.replace("~", "\u00a0").replace("¬", "\u202f"))
    for name, value, fr, en in CASES
    for language, shown in (("fr", fr), ("en", en))
    if shown is not None
]


@pytest.mark.parametrize(("name", "value", "language", "shown"), EXAMPLES)
def test_a_value_is_printed_as_the_example_says(name: str, value: object, language: str, shown: str) -> None:
    assert getattr(formats, name)(value, language) == shown


def test_there_are_enough_examples() -> None:
    assert len(EXAMPLES) >= 200


@pytest.mark.parametrize(
    ("currency", "fr", "en"),
    [
        ("GBP", "1¬234,50~£", "£1,234.50"),
        ("USD", "1¬234,50~USD", "USD~1,234.50"),
        ("CHF", "1¬234,50~CHF", "CHF~1,234.50"),
        ("XPF", "1¬234,5~XPF", "XPF~1,234.5"),
    ],
)
def test_another_currency_is_printed_by_its_symbol_or_its_code(currency: str, fr: str, en: str) -> None:
    shown = [formats.amount(D("1234.5"), language, currency) for language in ("fr", "en")]
    assert shown == [text.replace("~", "\u00a0").replace("¬", "\u202f") for text in (fr, en)]


def test_a_franc_without_cents_has_no_decimals() -> None:
    assert formats.amount(5000, "fr", "XPF") == "5\u202f000\u00a0XPF"


def test_swiss_francs_and_dollars_have_their_own_grammar() -> None:
    assert formats.amount_in_words(D("2000000.20"), "fr", "CHF") == "deux millions de francs suisses et vingt centimes"
    assert formats.amount_in_words(D("1.01"), "en", "USD") == "one US dollar and one cent"


# ---- what is refused


@pytest.mark.parametrize("name", ["amount", "money", "number", "percent", "days", "duration", "amount_in_words"])
@pytest.mark.parametrize("value", [1.5, True, "12", None])
def test_a_float_a_bool_or_a_text_is_no_number(name: str, value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        getattr(formats, name)(value, "fr")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", datetime.datetime(2026, 6, 1)),
        ("date", "2026-06-01"),
        ("month", 3),
        ("time", 1320),
        ("join", "ABC"),
        ("join", [1, 2]),
        ("words", D(3)),
        ("words", True),
        ("ordinal", "1"),
        ("siren", 732829320),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(TypeError):
        getattr(formats, name)(value, "fr")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days", -1),
        ("duration", D("-0.1")),
        ("number", D("NaN")),
        ("money", D("Infinity")),
        ("time", "24:01"),
        ("time", "8:00"),
        ("time", "08:60"),
        ("time", datetime.time(8, 0, 1)),
        ("join", []),
        ("ordinal", 0),
        ("amount_in_words", D("0.001")),
    ],
)
def test_a_value_that_cannot_be_said_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        getattr(formats, name)(value, "fr")


def test_an_unknown_language_or_currency_is_refused() -> None:
    for name, value in (("money", 1), ("date", DAY(2026, 1, 1)), ("days", 1), ("join", ["A", "B"]), ("words", 1)):
        with pytest.raises(ValueError, match="'de'"):
            getattr(formats, name)(value, "de")
    with pytest.raises(ValueError, match="'eur'"):
        formats.money(1, "fr", "eur")
    with pytest.raises(ValueError, match="'JPY'"):
        formats.amount_in_words(1, "fr", "JPY")


# ---- properties

MONEY = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
LANGUAGES = st.sampled_from(["fr", "en"])


def read(shown: str, language: str) -> Decimal:
    """The number that a reader sees in ``shown``."""
    shown = shown.replace(",", "." if language == "fr" else "")
    return D("".join(character for character in shown.replace("\u2212", "-") if character in "0123456789.-"))


@given(MONEY, LANGUAGES)
def test_printed_money_reads_back_as_the_value(value: Decimal, language: str) -> None:
    assert read(formats.amount(value, language), language) == value
    assert read(formats.money(value, language), language) == value


@given(st.lists(MONEY, min_size=1, max_size=20), LANGUAGES)
def test_the_printed_total_is_the_sum_of_the_printed_lines(lines: list[Decimal], language: str) -> None:
    printed = [read(formats.amount(line, language), language) for line in lines]
    assert read(formats.amount(sum(lines, D(0)), language), language) == sum(printed)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=40, min_value=0, max_value=100), LANGUAGES)
def test_a_percentage_is_never_rounded(value: Decimal, language: str) -> None:
    assert read(formats.percent(value, language), language) == value


@given(st.decimals(min_value=0, max_value=10**6, places=3))
def test_a_duration_reads_back_as_its_minutes(value: Decimal) -> None:
    minutes = D(0)
    for figure, unit in zip(*[iter(formats.duration(value, "en").split("\u00a0"))] * 2, strict=True):
        minutes += D(figure.replace(",", "")) * {"h": 3600, "min": 60, "s": 1}[unit]
    assert minutes == value * 60


@given(st.integers(min_value=0, max_value=10**9), LANGUAGES)
def test_two_amounts_are_never_said_in_the_same_words(cents: int, language: str) -> None:
    value = D(cents).scaleb(-2)
    assert formats.amount_in_words(value, language) != formats.amount_in_words(value + D("0.01"), language)


# ---- Babel as the oracle


@settings(max_examples=300)
@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_money_and_numbers_are_those_of_cldr(value: Decimal) -> None:
    assert formats.amount(value, "fr") == format_currency(value, "EUR", locale="fr")
    assert formats.amount(value, "en") == format_currency(value, "EUR", locale="en_GB")
    assert formats.number(value.normalize(), "fr") == format_decimal(value, "#,##0.##", locale="fr")


def test_month_names_are_those_of_cldr() -> None:
    for language, locale in (("fr", "fr"), ("en", "en_GB")):
        names = get_month_names("wide", "format", locale)
        for number in range(1, 13):
            assert formats.month(DAY(2026, number, 1), language) == f"{names[number]} 2026"


@given(st.dates())
def test_long_dates_are_those_of_cldr(day: datetime.date) -> None:
    shown = formats.date(day, "en").replace("\u00a0", " ")
    assert shown == format_date(day, "d MMMM y", locale="en_GB")


def test_printing_a_value_imports_neither_babel_nor_num2words() -> None:
    program = (
        "import datetime, decimal, sys; from generator import formats;"
        "formats.money(decimal.Decimal('1.5'), 'fr'); formats.date(datetime.date(2026, 6, 1), 'fr');"
        "assert not {'babel', 'num2words'} & sys.modules.keys()"
    )
    root = str(Path(formats.__file__).parents[1])
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


def test_a_list_keeps_apart_items_that_hold_the_word_before_the_last() -> None:
    assert formats.join(["veille", "tests et audits"], "fr") == "veille, et tests et audits"
    assert formats.join(["watch", "tests and audits", "reports"], "en") == "watch, tests and audits, and reports"
    assert formats.join(["tests and audits", "watch", "reports"], "en") == "tests and audits, watch and reports"
    assert formats.either(["one or two", "more"], "en") == "one or two, or more"
