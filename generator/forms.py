"""Forms that JSON Schema cannot judge: days of the calendar, check digits, time zones, repeated entries."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Context, Decimal
from typing import Any

from generator.diagnostics import brief, did_you_mean
from generator.schema_types import UNIT_PRICE, Type
from generator.violations import Path, Violation, dotted_path, shown, typed_digits


def form_violations(type_: Type, value: Any, path: Path = ()) -> Iterator[Violation]:
    """Values that have the right shape but mean nothing: impossible dates, wrong check digits, repeated entries."""
    if type_.kind == "record" and isinstance(value, dict):
        for name, item in value.items():
            if name in type_.fields:
                yield from form_violations(type_.fields[name].type, item, (*path, name))
    elif type_.kind == "list" and isinstance(value, list) and type_.item is not None:
        for index, item in enumerate(value):
            yield from form_violations(type_.item, item, (*path, index))
        yield from _repeated_entries(type_, value, path)
    elif type_.kind == "money" and isinstance(value, Decimal):
        places, kind = (
            (4, "a unit price has at most four") if type_.form == UNIT_PRICE else (2, "an amount has at most two")
        )
        if _decimals(value) > places:
            message = f"`{dotted_path(path)}` is {shown(value)}, {kind} decimals"
            yield Violation("wrong-form", path, message, "write it with a point, as in 1250.00")
    elif type_.kind == "localised" and isinstance(value, dict):
        for language, text in value.items():
            if isinstance(text, str):
                yield from _unprintable(type_, text, (*path, language))
    elif isinstance(value, str):
        check = _FORMS.get(type_.kind) or _FORMS.get(type_.form)
        if found := tuple(_unprintable(type_, value, path)):
            yield from found
        elif check is not None and (problem := check(value)):
            help_ = typed_digits(value) or problem[1]
            yield Violation("invalid-value", path, f"{shown(value)} is not {problem[0]}", help_)


# What is not seen, beside the characters that no text may hold: spaces, and the empty pattern of Braille.
_UNSEEN = re.compile(r"[\s\u2800]*\Z")
_PARAGRAPHS = re.compile(r"\S[ \t]*\n[ \t]*(?:\n\s*\S|[-*+•–][ \t])")


def _unprintable(type_: Type, value: str, path: Path) -> Iterator[Violation]:
    """A text that could not be printed as it is written: values are printed within sentences and cells of tables."""
    if not value or type_.kind not in {"string", "localised", "date", "month", "time"}:
        return
    if _UNSEEN.match(value):
        yield Violation("invalid-value", path, "this text is blank", "write it, or remove the line")
    elif type_.kind == "localised":
        if _PARAGRAPHS.search(value.strip()):
            message = "this text has several paragraphs, and would be printed as one"
            yield Violation("invalid-value", path, message, "write one paragraph, with a full stop after each sentence")
        elif "\t" in value:
            yield Violation("invalid-value", path, "this text holds a tab", "write a space instead")
    elif "\n" in value or "\t" in value:
        what = "goes over several lines" if "\n" in value else "holds a tab"
        yield Violation("invalid-value", path, f"this text {what}", "write it on one line, with commas or spaces")
    elif value != value.strip():
        where = "begins" if value[0].isspace() else "ends"
        yield Violation("invalid-value", path, f"this text {where} with a space", "remove the space")


def _decimals(value: Decimal) -> int:
    """How many decimals a number needs; asked of its digits, since arithmetic gives up beyond 28 of them."""
    _, digits, exponent = value.normalize(Context(prec=len(value.as_tuple().digits))).as_tuple()
    return -exponent if isinstance(exponent, int) and exponent < 0 and any(digits) else 0


def _repeated_entries(type_: Type, value: list[Any], path: Path) -> Iterator[Violation]:
    seen: dict[tuple[str, ...], int] = {}
    words = type_.item is not None and type_.item.kind == "enum"
    for index, item in enumerate(value):
        identity = (item,) if words and isinstance(item, str) else type_.identity(item)
        if identity is None:
            continue
        if identity in seen:
            listed = brief(" ".join(identity))
            message = f"`{listed}` is listed twice (entries {seen[identity] + 1} and {index + 1})"
            where = (*path, index) if words else (*path, index, type_.merge[0] if type_.merge else type_.key)
            yield Violation("repeated-entry", where, message, "keep one of the two")
        seen.setdefault(identity, index)


Problem = tuple[str, str] | None
YEARS = (1900, 2199)


def _date(value: str) -> Problem:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        return "a date", "write year-month-day, as in 2026-06-01"
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return "a day of the calendar", "check the month and the day"
    return _year(value)


def _month(value: str) -> Problem:
    if not re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", value, re.ASCII):
        return "a month", "write year-month, as in 2026-03"
    return _year(value)


def _year(value: str) -> Problem:
    """Dates are counted with: 9999-12-31, typed for "no end", has no next month."""
    if YEARS[0] <= int(value[:4]) <= YEARS[1]:
        return None
    return f"between {YEARS[0]} and {YEARS[1]}", "check the year; leave out a date that does not exist"


def _time(value: str) -> Problem:
    ok = re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", value, re.ASCII)
    if value == "23:59":
        return "the end of a day", "write 24:00; with 23:59 the service is closed one minute a day"
    return None if ok else ("a time of day", "write hours and minutes, as in 08:00; the end of the day is 24:00")


# The libraries that know the check digits also take digits of other scripts, which would be printed as they are.
_DIGITS = re.compile(r"[0-9]+(?:[ \u00a0\u202f][0-9]+)*\Z")
_LETTERS = re.compile(r"[A-Za-z0-9]+(?:[ \u00a0\u202f][A-Za-z0-9]+)*\Z")


def _siren(value: str) -> Problem:
    from stdnum.fr import siren

    return (
        None
        if _DIGITS.match(value) and siren.is_valid(value)
        else (
            "a valid SIREN number (nine digits with their check digit)",
            "copy it again from the company's register extract",
        )
    )


def _siret(value: str) -> Problem:
    from stdnum.fr import siret

    return (
        None
        if _DIGITS.match(value) and siret.is_valid(value)
        else (
            "a valid SIRET number (fourteen digits with their check digit)",
            "copy it again from the company's register extract",
        )
    )


def _vat(value: str) -> Problem:
    from stdnum.eu import vat

    return (
        None
        if _LETTERS.match(value) and vat.is_valid(value)
        else ("a valid VAT number", "copy it again from an invoice of the company")
    )


def _iban(value: str) -> Problem:
    from stdnum import iban

    return (
        None
        if _LETTERS.match(value) and iban.is_valid(value)
        else ("a valid IBAN", "copy it again from the bank details")
    )


def _email(value: str) -> Problem:
    ok = re.fullmatch(r"[^@\s<>\"]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}", value)
    return None if ok else ("an e-mail address", "write it as name@domain.tld")


def _country(value: str) -> Problem:
    from generator.places import is_country

    if not re.fullmatch(r"[A-Z]{2}", value) or is_country(value):
        return None  # what is no code of two letters is said by its pattern
    return "the code of a country", "write its two letters of ISO 3166, as in FR, BE or GB"


_PART = re.compile(r"[A-Z]+=[A-Z0-9,+-]+")


def _recurrence(value: str) -> Problem:
    parts = value.upper().split(";")
    said = dict(part.split("=") for part in parts if _PART.fullmatch(part))
    ok = (
        value.isascii()
        and len(said) == len(parts)
        and said.get("FREQ") in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
        and re.fullmatch(r"[1-9][0-9]{0,2}", said.get("INTERVAL", "1"))
    )
    return None if ok else ("a recurrence of RFC 5545", "write its parts, as in FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU")


def _timezone(value: str) -> Problem:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        near = did_you_mean(value, ("Europe/Paris", "America/Cayenne", "Indian/Reunion", "Pacific/Noumea"))
        return "a time zone", f"did you mean `{near}`?" if near else "use an IANA name such as Europe/Paris"
    return None


_FORMS = {
    "date": _date,
    "month": _month,
    "time": _time,
    "siren": _siren,
    "siret": _siret,
    "vat": _vat,
    "iban": _iban,
    "email": _email,
    "timezone": _timezone,
    "recurrence": _recurrence,
    "country": _country,
}
