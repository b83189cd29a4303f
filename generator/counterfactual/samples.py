"""Values for fields that an edit has to fill: what the schema says, else a sample of the right kind."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from generator.schema import typed, with_defaults
from generator.schema_types import Type

TEXT = "…"


class Samples:
    """Samples for one deal: dates are those of its law; numbers with check digits are taken from the deal itself."""

    def __init__(self, type_: Type, values: Mapping[str, Any], date: str) -> None:
        self.date = date
        self._by_form: dict[str, str] = {}
        self._note(type_, values)

    def _note(self, type_: Type, value: Any) -> None:
        if type_.kind == "record" and isinstance(value, Mapping):
            for name, inner in value.items():
                self._note(type_.fields[name].type, inner)
        elif type_.kind == "list" and type_.item is not None and isinstance(value, list):
            for inner in value:
                self._note(type_.item, inner)
        elif type_.form and isinstance(value, str):
            self._by_form.setdefault(type_.form, value)

    def of(self, type_: Type) -> Any:
        """A value that fits the type; a group holds what each such group must have, filled with its defaults."""
        if type_.has_default and type_.default is not None:
            default = Decimal(str(type_.default)) if isinstance(type_.default, float) else type_.default
            return typed(type_, with_defaults(type_, default))
        match type_.kind:
            case "boolean":
                return False
            case "enum":
                return type_.values[0]
            case "integer" | "number" | "money" | "percent":
                return 1
            case "date":
                return self.date
            case "month":
                return self.date[:7]
            case "time":
                return "08:00"
            case "list":
                return []
            case "record":
                return self.group(type_)
            case _:
                return self._by_form.get(type_.form, TEXT)

    def group(self, type_: Type, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A group with the members in ``given`` and all that it must have besides, not yet with its defaults."""
        made = dict(given or {})
        for name, member in type_.fields.items():
            if member.always and not member.type.has_default and name not in made:
                made[name] = self.of(member.type)
        for name in min(type_.alternatives, key=sorted, default=frozenset()):
            if not any(alternative <= made.keys() for alternative in type_.alternatives):
                made[name] = self.of(type_.fields[name].type)
        return made
