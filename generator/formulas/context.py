"""What a formula may read besides the deal, and how it says things in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from generator.library.model import Holiday, Service
from generator.schema import DealSchema
from generator.schema_types import Type

Localised = dict[str, str]


@dataclass(frozen=True)
class Context:
    """``facts`` holds the facts computed so far, ``parameters`` the legal values at the signature date."""

    schema: DealSchema
    services: Mapping[str, Service]
    holidays: tuple[Holiday, ...]
    parameters: Mapping[str, Any]
    facts: Mapping[str, Any]
    as_of: str

    def label(self, path: str, value: str) -> Localised:
        """The printed name of an enum's value; ``path`` is the dotted field, ``[]`` steps into a list."""
        labels = self.type(path).labels.get(value)
        return {"fr": labels["fr"], "en": labels["en"]} if labels else {"fr": value, "en": value}

    def type(self, path: str) -> Type:
        return self.schema.at(path)

    def service_name(self, code: str) -> Localised:
        return self.label("services[].code", code)


def both(say: Callable[[str], str]) -> Localised:
    """What ``say`` gives in each language."""
    return {"fr": say("fr"), "en": say("en")}


def localised(value: Any) -> Localised:
    """A text of the deal in both languages; a plain text stands for both."""
    if isinstance(value, (dict, Mapping)):
        return {"fr": str(value["fr"]), "en": str(value["en"])}
    return {"fr": str(value), "en": str(value)}


def joined(values: list[Localised]) -> Localised:
    """``A, B et C`` in each language; a dash for an empty list, because a table cell is never blank."""
    from generator import formats

    if not values:
        return {"fr": "—", "en": "—"}
    return both(lambda language: formats.join([value[language] for value in values], language))


def capitalised(value: Localised) -> Localised:
    return {language: text[:1].upper() + text[1:] for language, text in value.items()}
