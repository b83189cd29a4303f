"""Forms that JSON Schema cannot judge: days of the calendar, check digits, time zones, repeated entries."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from generator.diagnostics import did_you_mean
from generator.schema_types import UNIT_PRICE, Type
from generator.violations import Path, Violation, dotted_path, shown


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
        if (Fraction(value) * 10**places).denominator != 1:
            message = f"`{dotted_path(path)}` is {shown(value)}, {kind} decimals"
            yield Violation("wrong-form", path, message, "write it with a point, as in 1250.00")
    elif isinstance(value, str) and value and not value.strip():
        yield Violation("invalid-value", path, "this text is blank", "write it, or remove the line")
    elif isinstance(value, str):
        check = _FORMS.get(type_.kind) or _FORMS.get(type_.form)
        if check is not None and (problem := check(value)):
            yield Violation("invalid-value", path, f"{shown(value)} is not {problem[0]}", problem[1])


def _repeated_entries(type_: Type, value: list[Any], path: Path) -> Iterator[Violation]:
    seen: dict[tuple[str, ...], int] = {}
    for index, item in enumerate(value):
        identity = type_.identity(item)
        if identity is None:
            continue
        if identity in seen:
            message = f"`{' '.join(identity)}` is listed twice (entries {seen[identity] + 1} and {index + 1})"
            where = (*path, index, type_.merge[0] if type_.merge else type_.key)
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


def _siren(value: str) -> Problem:
    from stdnum.fr import siren

    return (
        None
        if siren.is_valid(value)
        else (
            "a valid SIREN number (nine digits with their check digit)",
            "copy it again from the company's register extract",
        )
    )


def _siret(value: str) -> Problem:
    from stdnum.fr import siret

    return (
        None
        if siret.is_valid(value)
        else (
            "a valid SIRET number (fourteen digits with their check digit)",
            "copy it again from the company's register extract",
        )
    )


def _vat(value: str) -> Problem:
    from stdnum.eu import vat

    return None if vat.is_valid(value) else ("a valid VAT number", "copy it again from an invoice of the company")


def _iban(value: str) -> Problem:
    from stdnum import iban

    return None if iban.is_valid(value) else ("a valid IBAN", "copy it again from the bank details")


def _email(value: str) -> Problem:
    ok = re.fullmatch(r"[^@\s<>\"]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}", value)
    return None if ok else ("an e-mail address", "write it as name@domain.tld")


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
}
