"""The types of the deal and of facts, as conditions, texts and merging see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

NUMERIC_KINDS = frozenset({"integer", "number", "money", "percent"})
ORDERED_TEXT_KINDS = frozenset({"date", "month", "time"})
UNIT_PRICE = "unit_price"
"""The form of an amount that is multiplied before anybody owes it: it may have parts of a cent."""


@dataclass(frozen=True)
class Type:
    """What a path of the deal or a fact holds.

    ``kind`` is one of boolean, integer, number, money, percent, string, localised, date, month, time, duration,
    enum, list, record. ``labels`` maps an enum's value to its printed name per language. ``nullable`` where null means
    "none"; elsewhere null means "not agreed yet". ``alternatives`` are fields of which an entry holds exactly one.
    ``minimum`` is the least number, where the schema gives one.
    """

    kind: str
    values: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    item: Type | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    key: str = ""
    merge: tuple[str, ...] = ()
    unit: str = ""
    default: Any = None
    has_default: bool = False
    form: str = ""
    description: str = ""
    nullable: bool = False
    alternatives: tuple[frozenset[str], ...] = ()
    minimum: int | Decimal | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in NUMERIC_KINDS

    def identity(self, entry: Any) -> tuple[str, ...] | None:
        """What tells an entry of this list from the others: its ``merge`` attributes, else its ``key``."""
        names = self.merge or ((self.key,) if self.key else ())
        if not names or not isinstance(entry, dict) or self.item is None:
            return None
        values = [entry.get(name, self.item.fields[name].type.default) for name in names]
        return tuple(values) if all(isinstance(value, str) for value in values) else None

    def shown(self) -> str:
        """How a finding names this type."""
        if self.kind == "enum":
            return "one of " + ", ".join(f"`{value}`" for value in self.values)
        names = {
            "list": "a list",
            "record": "a group of fields",
            "integer": "a whole number",
            "number": "a number",
            "boolean": "true or false",
            "money": "an amount",
            "percent": "a percentage",
            "date": "a date",
            "localised": "a text per language",
            "string": "a text",
            "month": "a month",
            "time": "a time of day",
        }
        return names.get(self.kind, self.kind)


@dataclass(frozen=True)
class Field:
    """A member of a record; ``always`` when the merged deal is sure to hold it."""

    type: Type
    always: bool


BOOLEAN = Type("boolean")
INTEGER = Type("integer")
NUMBER = Type("number")
STRING = Type("string")
