"""How a typed value is printed: the filters of a clause text, and what stands without one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from generator import formats, places
from generator.conditions.expressions import Compare, Default, Expression, Literal_
from generator.conditions.judge import Complaint
from generator.schema_types import INTEGER, Type
from generator.typography import typeset

Format = Callable[[Any, str], str]


def localised(value: Any, language: str) -> str:
    """A text that may be given per language.

    A bilingual text was written for contracts and is typeset like the library's own; a plain text is somebody's own
    words or a name and is printed as it is written.
    """
    if isinstance(value, Mapping):
        return typeset(_one_line(value[language]), language)
    return _one_line(value)


def _one_line(value: Any) -> str:
    """Line breaks typed in a YAML block are not line breaks of the contract."""
    return " ".join(part.strip(" \t") for part in str(value).strip("\n").split("\n"))


def duration(value: Any, language: str) -> str:
    """A duration fact, ``{min: 90}``, ``{bd: 2}`` or ``{days: 14}``, or a number of minutes."""
    if isinstance(value, Mapping):
        if "bd" in value:
            return formats.business_days(value["bd"], language)
        if "days" in value:
            return formats.days(value["days"], language)
        return formats.duration(value["min"], language)
    return formats.duration(value, language)


def _joined(value: Any, inner: Format, listed: Callable[[list[str], str], str], language: str) -> str:
    """``A, B et C``; an empty list is written out, because a contract has no blank."""
    if not value:
        return {"fr": "néant", "en": "none"}[language]
    return listed([inner(item, language) for item in value], language)


def _date(value: Any, language: str) -> str:
    return formats.date(datetime.date.fromisoformat(value), language)


def _month(value: Any, language: str) -> str:
    return formats.month(datetime.date.fromisoformat(f"{value}-01"), language)


def _counted(count: Callable[[Any, str], str]) -> Format:
    return lambda value, language: count(value, language)


_NUMBER = {"integer", "number", "money", "percent"}
_COUNTED = {
    "hours": formats.hours,
    "minutes": formats.minutes,
    "days": formats.days,
    "weeks": formats.weeks,
    "business_days": formats.business_days,
    "months": formats.months,
    "years": formats.years,
    "times": formats.times,
}

# filter -> (kinds it takes, how it prints)
_SIMPLE: dict[str, tuple[set[str], Format]] = {
    "money": ({"money", "number", "integer"}, formats.money),
    "amount": ({"money", "number", "integer"}, formats.amount),
    "amount_words": ({"money", "number", "integer"}, formats.amount_in_words),
    "percent": ({"percent", "number", "integer"}, formats.percent),
    "number": (_NUMBER, formats.number),
    "words": ({"integer"}, formats.words),
    "ordinal": ({"integer"}, formats.ordinal),
    "date": ({"date"}, _date),
    "month": ({"month"}, _month),
    "time": ({"time"}, formats.time),
    "siren": ({"string"}, formats.siren),
    "siret": ({"string"}, formats.siret),
    "iban": ({"string"}, formats.iban),
    "phone": ({"string"}, formats.phone),
    "of_city": ({"string"}, places.of_city),
    "country": ({"string"}, places.country),
    "time_zone": ({"string"}, places.time_zone),
    "duration": ({"duration", "integer", "number"}, duration),
    **{name: ({"integer", "number"}, _counted(count)) for name, count in _COUNTED.items()},
}
FILTERS = frozenset({*_SIMPLE, "label", "join", "either"})
LEAST: Mapping[str, int] = {**dict.fromkeys(_COUNTED, 0), "duration": 0, "ordinal": 1}
"""The least number that a filter prints; it raises ``ValueError`` for a smaller one."""

_BY_KIND: dict[str, Format] = {
    "money": formats.amount,
    "percent": formats.percent,
    "integer": formats.number,
    "number": formats.number,
    "date": _date,
    "month": _month,
    "time": formats.time,
    "duration": duration,
    "localised": localised,
    "string": lambda value, language: _one_line(value),
}


def too_small(number: Expression, type_: Type, filter_: str) -> Compare | None:
    """Whether a number is less than its filter prints, as a condition; ``None`` where it cannot be."""
    least = LEAST.get(filter_)
    if least is None or not type_.is_number or (type_.minimum is not None and type_.minimum >= least):
        return None
    return Compare("<", number.read if isinstance(number, Default) else number, Literal_(least, INTEGER))


def formatter(type_: Type, filter_: str, path: str) -> Format:
    """How a value of this type is printed under a filter (``""`` for none). Raises ``Complaint``."""
    if filter_ in _SIMPLE:
        kinds, form = _SIMPLE[filter_]
        if type_.kind not in kinds:
            raise Complaint("type-mismatch", 0, 0, f"`{path}` is {type_.shown()}, `{filter_}` does not print that")
        return form
    if filter_ in {"join", "either"} or type_.kind == "list":
        if type_.kind != "list" or type_.item is None or filter_ not in {"join", "either", "label"}:
            help_ = "add `| join`" if type_.kind == "list" else ""
            raise Complaint("type-mismatch", 0, 0, f"`{path}` is {type_.shown()}", help_)
        inner = formatter(type_.item, "", path)
        listed = formats.either if filter_ == "either" else formats.join
        return lambda value, language: _joined(value, inner, listed, language)
    if type_.kind == "enum":
        labels = type_.labels
        if not labels:
            return lambda value, language: str(value)
        return lambda value, language: typeset(labels[value][language], language)
    if filter_ == "label":
        raise Complaint("type-mismatch", 0, 0, f"`{path}` is {type_.shown()}, it has no label")
    if type_.kind == "boolean":
        raise Complaint(
            "type-mismatch",
            0,
            0,
            f"`{path}` is a yes-or-no value, it cannot be printed",
            "write the words with {% if … %}",
        )
    if type_.kind not in _BY_KIND:
        raise Complaint(
            "type-mismatch", 0, 0, f"`{path}` is {type_.shown()}, it cannot be printed", "print one of its fields"
        )
    return _BY_KIND[type_.kind]
