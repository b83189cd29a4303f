"""What a person types for a field, as the value that a deal file would hold."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from generator.diagnostics import did_you_mean
from generator.interview.questions import choice_type
from generator.schema import coerce
from generator.schema_types import Type
from generator.source import read_yaml
from generator.violations import shown

YES: Final = frozenset({"y", "yes", "o", "oui", "true", "vrai"})
NO: Final = frozenset({"n", "no", "non", "false", "faux"})
NOTHING: Final = "-"
LONGEST: Final = 20_000


class Unreadable(Exception):
    """What was typed is no answer to the question: what is the case, and what to do."""

    def __init__(self, message: str, help_: str = "") -> None:
        super().__init__(message)
        self.message, self.help = message, help_


def read_answer(type_: Type, text: str) -> Any:
    """The plain value that ``text`` gives; ``None`` for nothing (``-``). Raises ``Unreadable``.

    A choice is named by its number, its value or its printed name; of a list, several with commas. Lists of texts are
    separated by semicolons. A list or a group may also be typed as one line of YAML: ``[…]`` or ``{…}``.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise Unreadable(f"the answer is longer than {LONGEST} characters", "shorten it, or write it in the file later")
    if text == NOTHING and type_.kind != "list":
        return None
    if text[:1] in ("[", "{") and type_.kind in {"list", "record", "localised"}:
        return _yaml(type_, text)
    if type_.kind == "boolean":
        return _truth(text)
    if type_.kind == "record":
        return {} if _truth(text) else None
    if type_.kind == "enum":
        return _choice(type_, text)
    if type_.kind == "list":
        return _list(type_, text)
    if type_.kind in {"integer", "number", "percent"}:
        return _number(type_, text)
    if type_.kind == "money":
        return str(_number(type_, text))
    return _plain(text)


def _plain(text: str) -> str:
    """A text that a deal may hold: its characters are judged as those of a file are."""
    source, found = read_yaml("answer", json.dumps(text, ensure_ascii=False))
    if source is None:
        raise Unreadable(found[0].message, found[0].help)
    return text


def _yaml(type_: Type, text: str) -> Any:
    source, found = read_yaml("answer", text)
    if source is None:
        raise Unreadable(found[0].message, found[0].help)
    return coerce(type_, source.value, source.raw)


def _truth(text: str) -> bool:
    word = text.lower()
    if word in YES or word == "1":
        return True
    if word in NO or word == "2":
        return False
    raise Unreadable(f"{shown(text)} is neither yes nor no", "answer y or n (o or n in French)")


def _choice(type_: Type, text: str) -> str:
    if text.isascii() and text.isdigit() and text not in type_.values:
        number = int(text[:6])
        if not 1 <= number <= len(type_.values):
            raise Unreadable(f"there is no choice {text[:6]}", f"give a number from 1 to {len(type_.values)}")
        return type_.values[number - 1]
    word = text.lower()
    named = {value.lower(): value for value in type_.values}
    for value, labels in type_.labels.items():
        named.update({label.lower(): value for label in labels.values()})
    if word in named:
        return named[word]
    near = did_you_mean(word, named)
    raise Unreadable(f"{shown(text)} is none of the choices", f"did you mean `{near}`?" if near else "give its number")


def _list(type_: Type, text: str) -> list[Any]:
    if text == NOTHING or not text:
        return []
    choices = choice_type(type_)
    if choices is not None:
        chosen = [_choice(choices, part.strip()) for part in text.split(",") if part.strip()]
        return [{type_.key: value} if type_.key else value for value in dict.fromkeys(chosen)]
    item = type_.item
    if item is not None and item.kind in {"string", "localised"}:
        return [_plain(part.strip()) for part in text.split(";") if part.strip()]
    raise Unreadable("a list of entries is not typed as one word", "give each entry, or one line of YAML: [{…}, {…}]")


def _number(type_: Type, text: str) -> int | Decimal:
    compact = re.sub(r"[\s\u00a0\u202f_]|%|€$", "", text)
    if re.fullmatch(r"-?[0-9]{1,15}", compact, re.ASCII):
        return int(compact) if type_.kind != "money" else Decimal(f"{compact}.00")
    try:
        if not re.fullmatch(r"-?[0-9]{1,15}[.,][0-9]{1,6}", compact, re.ASCII):
            raise InvalidOperation
        value = Decimal(compact.replace(",", "."))
    except InvalidOperation:
        raise Unreadable(f"{shown(text)} is not a number", "write digits, with a point: 1250.00") from None
    if type_.kind == "integer":
        raise Unreadable(f"{shown(text)} is not a whole number", "write digits alone")
    return value


def entry_fields(type_: Type) -> tuple[str, ...]:
    """The fields of an entry of a list that must be given one by one: those that every entry has, without default."""
    if type_.item is None or type_.item.kind != "record":
        return ()
    return tuple(name for name, f in type_.item.fields.items() if f.always and not f.type.has_default)


def is_chosen(type_: Type) -> bool:
    """Whether a list is one question with several choices: its entries need nothing but their name."""
    return choice_type(type_) is not None and set(entry_fields(type_)) <= {type_.key}
