"""Values for fields that a deal at hand does not have: as another deal has them, else the plainest of their type."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any, Final

from generator.prove.places import found
from generator.schema_types import Field, Type

SOME_DAY: Final = datetime.date(2026, 9, 1)
_BY_FORM: Final[Mapping[str, str]] = {
    "siren": "100000009",
    "siret": "10000000900007",
    "email": "name@example.org",
    "phone": "+33 1 00 00 00 00",
    "timezone": "UTC",
}


class Samples:
    """Sample values by path; ``deals`` are the plain values of valid deals, the nearest first."""

    def __init__(self, type_: Type, deals: Iterable[Mapping[str, Any]]) -> None:
        self.type = type_
        self.deals = tuple(deals)

    def at(self, path: tuple[Any, ...], type_: Type) -> Any:
        """A value for a path, whole with all that it must hold."""
        for deal in self.deals:
            there, value = found(tuple(path), deal)
            if there and value is not None:
                return deepcopy(value)
        return self._beside(path, type_)

    def _beside(self, path: tuple[Any, ...], type_: Type) -> Any:
        """An entry like another entry of the same list, else a value made of its type alone."""
        if path and not isinstance(path[-1], str):
            for deal in self.deals:
                there, entries = found(tuple(path[:-1]), deal)
                if there and isinstance(entries, list) and entries:
                    return deepcopy(entries[0])
        return self.plainest(type_)

    def plainest(self, type_: Type) -> Any:
        """The plainest value of a type; a text of some form as another field of the schema or a deal has it."""
        return plainest(type_, self._of_form)

    def _of_form(self, form: str) -> str:
        for value in (_default_of(self.type, form), *(_held(self.type, deal, form) for deal in self.deals)):
            if value:
                return value
        return of_form(form)


def of_form(form: str) -> str:
    """A text of a form where nothing is at hand that has one."""
    return _BY_FORM.get(form, "sample")


def plainest(type_: Type, text: Callable[[str], str] = of_form) -> Any:
    """The plainest value of a type: the default, the first name, zero, and of a group what it must hold.

    ``text`` gives a text of a form.
    """
    if type_.has_default and type_.default is not None:
        return deepcopy(type_.default)
    match type_.kind:
        case "record":
            names = {name for name, field in type_.fields.items() if field.always}
            if type_.alternatives:
                names |= min(type_.alternatives, key=sorted)
            return {name: plainest(type_.fields[name].type, text) for name in type_.fields if name in names}
        case "list":
            return []
        case "enum":
            return type_.values[0]
        case "boolean":
            return False
        case "integer":
            return 1
        case "number" | "percent" | "money":
            return Decimal(1)
        case "date":
            return SOME_DAY.isoformat()
        case "month":
            return SOME_DAY.isoformat()[:7]
        case "time":
            return "09:00"
        case _:
            return text(type_.form)


def _default_of(type_: Type, form: str) -> str:
    """The default of some field of a form; empty where none has one."""
    if form and type_.form == form and isinstance(type_.default, str):
        return type_.default
    inner = [field.type for field in type_.fields.values()] + ([type_.item] if type_.item is not None else [])
    return next((default for member in inner if (default := _default_of(member, form))), "")


def _held(type_: Type, value: Any, form: str) -> str:
    """The value of some field of a form in a deal; empty where it has none."""
    if form and type_.form == form and isinstance(value, str):
        return value
    inner: list[tuple[Type, Any]] = []
    if isinstance(value, Mapping):
        inner = [(field.type, value[name]) for name, field in type_.fields.items() if name in value]
    elif isinstance(value, list) and type_.item is not None:
        inner = [(type_.item, entry) for entry in value]
    return next((held for member, entry in inner if (held := _held(member, entry, form))), "")


def complete(type_: Type, value: Any, samples: Samples, path: tuple[Any, ...] = ()) -> Any:
    """A value with everything in it that its type never lacks."""
    if type_.kind == "record" and isinstance(value, dict):
        for name, field in type_.fields.items():
            if name not in value and field.always:
                value[name] = _missing(field, samples, (*path, name))
            if name in value:
                value[name] = complete(field.type, value[name], samples, (*path, name))
    elif type_.kind == "list" and isinstance(value, list) and type_.item is not None:
        value[:] = [complete(type_.item, item, samples, (*path, index)) for index, item in enumerate(value)]
    return value


def _missing(field: Field, samples: Samples, path: tuple[Any, ...]) -> Any:
    if field.type.has_default:
        return samples.plainest(field.type)
    return samples.at(path, field.type)
