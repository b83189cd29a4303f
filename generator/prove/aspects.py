"""Questions about the value at a path of a deal, and what a deal at hand says to them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from generator.conditions.expressions import Key

Step = str | int | Key
Path = tuple[Step, ...]
Detail = str | bool | int | Decimal | Fraction | tuple[Any, ...] | None


class Aspect:
    """One question about the value at a path.

    ``there`` (also null), ``kind`` of JSON value, ``true``, ``number``, its ``quotient`` by another, ``is`` this text,
    ``size`` of a text, list or group, ``matches`` a pattern, ``other`` members than the known ones, ``free`` for what
    nothing is known of.
    """

    __slots__ = ("_hash", "detail", "name", "path")

    def __init__(self, name: str, path: Path, detail: Detail = None) -> None:
        self.name = name
        self.path = path
        self.detail = detail
        # A proof looks its variables up a million times.
        self._hash = hash((name, path, detail))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Aspect) or self._hash != other._hash:
            return False
        return self.name == other.name and self.path == other.path and self.detail == other.detail

    def __repr__(self) -> str:
        return f"{self.name} {dotted(self.path)} {self.detail!r}"


def dotted(path: Path) -> str:
    text = ""
    for step in path:
        match step:
            case Key(attribute, value):
                text += f"['{value}']" if attribute else f"[has '{value}']"
            case int():
                text += f"[{step}]"
            case _:
                text += f".{step}" if text else step
    return text


def ordinal(text: str) -> int:
    """A date as its day, a month as its first day, a time as its minute: in the order of the texts."""
    if re.fullmatch(r"\d{2}:\d{2}", text):
        return int(text[:2]) * 60 + int(text[3:])
    return datetime.date.fromisoformat(text if len(text) == 10 else f"{text}-01").toordinal()


_FORMS: Final = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "month": re.compile(r"\d{4}-\d{2}"),
    "time": re.compile(r"\d{2}:\d{2}"),
}


def form(text: str) -> str:
    """``date``, ``month`` or ``time`` for a text that is one; empty for any other."""
    for kind, written in _FORMS.items():
        if written.fullmatch(text):
            try:
                ordinal(text)
            except ValueError:
                return ""
            return kind
    return ""


# ---- a deal at hand


def found(path: Path, scope: Any) -> tuple[bool, Any]:
    """Whether a path leads to something in plain values, and to what."""
    value = scope
    for step in path:
        match step:
            case str():
                if not isinstance(value, Mapping) or step not in value:
                    return False, None
                value = value[step]
            case int():
                if not isinstance(value, list) or step >= len(value):
                    return False, None
                value = value[step]
            case Key(attribute, name):
                entries = value if isinstance(value, list) else []
                named = [e for e in entries if _name(e, attribute) == name]
                if not named:
                    return False, None
                value = named[0]
    return True, value


def _name(entry: Any, attribute: str) -> Any:
    """What an entry of a list is called: by its attribute, else as it is written."""
    if attribute and isinstance(entry, Mapping):
        return entry.get(attribute)
    return str(entry) if isinstance(entry, (int, Decimal)) and not isinstance(entry, bool) else entry


def value_of(aspect: Aspect, scope: Any) -> bool | Fraction | None:
    """What an aspect is in a deal; ``None`` where the question does not arise, so that any answer will do."""
    there, value = found(aspect.path, scope)
    match aspect.name:
        case "there":
            return there
        case "kind":
            return kind_of(value) == aspect.detail if there else None
        case "true":
            return value if isinstance(value, bool) else None
        case "is":
            return value == aspect.detail if isinstance(value, str) else None
        case "number":
            return _number(value)
        case "quotient":
            number = _number(value)
            return None if number is None else number / Fraction(str(aspect.detail))
        case "size":
            return Fraction(len(value)) if isinstance(value, (str, list, Mapping)) else None
        case "matches":
            return re.search(str(aspect.detail), value) is not None if isinstance(value, str) else None
        case "other":
            known = aspect.detail if isinstance(aspect.detail, tuple) else ()
            return any(name not in known for name in value) if isinstance(value, Mapping) else None
        case _:
            return None


def kind_of(value: Any) -> str:
    """The JSON kind of a plain value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case list():
            return "array"
        case Mapping():
            return "object"
        case _:
            return "number"


def _number(value: Any) -> Fraction | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float, Decimal, Fraction)):
        return Fraction(value)
    if isinstance(value, str) and re.fullmatch(r"\d{2}:\d{2}|\d{4}-\d{2}(?:-\d{2})?", value):
        try:
            return Fraction(ordinal(value))
        except ValueError:
            return None
    return None
