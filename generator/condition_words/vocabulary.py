"""What a library calls its fields, facts and legal values, in French and English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from generator.conditions.expressions import Key, Read
from generator.library.model import LANGUAGES, FactRule, Library
from generator.schema_types import Type

Language = str
# What a description adds for whoever fills in a deal, and a reader of a condition does not need.
_ASIDE: Final = re.compile(r"\s*;\s.*|,? (?:ou|or) null\b")
# A path of a group and a field.
_SHALLOW: Final = 2
_WORD: Final = re.compile(r"\w{5,}")


@dataclass(frozen=True)
class Vocabulary:
    """What a library calls its fields, facts and legal values, in both languages."""

    library: Library

    def name(self, read: Read, language: Language, bound: Mapping[str, Type]) -> str:
        """What a path is called, with what it belongs to where the name alone would be of several; not quoted."""
        root = str(read.path[0])
        if root == "parameters" and len(read.path) == 2:
            return self._parameter(str(read.path[1]), language)
        if root == "":
            return described(read.type, language) or str(read.path[-1])
        chain = list(self._chain(read, language, bound))
        own, *around = [name for name in reversed(chain) if name] or [str(read.path[-1])]
        if not chain[-1]:
            own = getattr(read.path[-1], "value", None) or str(read.path[-1])
            around = [name for name in reversed(chain[:-1]) if name]
        elif root not in self.library.names:
            return f"{own} ({around[0]})" if around else own
        elif self._uses[language][own] <= 1:
            # A field deep in a group is named for readers of the group: « Mode » says nothing without it.
            deep = len(read.path) > _SHALLOW and around and not _share_a_word(own, around[0])
            return f"{own} ({around[0]})" if deep else own
        unique = next((name for name in around if self._pairs[language][own, name] == 1), "")
        wider = unique or next((name for name in around if name != own), "")
        return f"{own} ({wider})" if wider else own

    def _parameter(self, id_: str, language: Language) -> str:
        parameter = self.library.parameters.get(id_)
        law = self.library.law.get(parameter.fact) if parameter is not None else None
        kind = {"fr": "valeur légale", "en": "statutory value"}[language]
        return f"{kind} {id_}" + (f", {law.article}" if law is not None else "")

    def _chain(self, read: Read, language: Language, bound: Mapping[str, Type]) -> Iterator[str]:
        """What each step of a path is called, from the widest on; empty for what has no description."""
        type_ = bound.get(str(read.path[0])) or self.library.names.get(str(read.path[0]))
        yield described(type_, language) if type_ is not None else ""
        for depth, step in enumerate(read.path[1:], start=1):
            if isinstance(step, Key):
                item = type_.item if type_ is not None else None
                key = item.fields[step.attribute].type if item is not None else None
                yield key.labels[step.value][language] if key is not None and step.value in key.labels else step.value
                type_ = item
                continue
            member = type_.fields.get(step) if type_ is not None else None
            type_ = member.type if member is not None else None
            if depth == 1 and read.path[0] == "facts" and step in self._facts:
                yield _without_aside(self._facts[step].describes.get(language, ""))
            elif depth == len(read.path) - 1:
                yield described(read.type, language)
            else:
                yield described(type_, language) if type_ is not None else ""

    @cached_property
    def _facts(self) -> Mapping[str, FactRule]:
        return {fact.id: fact for fact in self.library.facts}

    @cached_property
    def _uses(self) -> Mapping[Language, Counter[str]]:
        """How many fields of the deal have each name."""
        return {
            language: Counter(names[-1] for names in _names(self.library.schema.type, language, ()))
            for language in LANGUAGES
        }

    @cached_property
    def _pairs(self) -> Mapping[Language, Counter[tuple[str, str]]]:
        """How many fields have each name below each group."""
        return {
            language: Counter(
                (names[-1], around)
                for names in _names(self.library.schema.type, language, ())
                for around in dict.fromkeys(names[:-1])
            )
            for language in LANGUAGES
        }


def described(type_: Type, language: Language) -> str:
    """The description of a type in a language, without its stop; empty where the schema has none."""
    fr, _, en = type_.description.partition(" | EN: ")
    return _without_aside(fr if language == "fr" else en or fr)


def _share_a_word(own: str, around: str) -> bool:
    return not {*_WORD.findall(own.casefold())}.isdisjoint(_WORD.findall(around.casefold()))


def _without_aside(text: str) -> str:
    return _ASIDE.sub("", text).strip().rstrip(".")


def _names(type_: Type, language: Language, around: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """For each field below a type: the names of its groups, the widest first, then its own."""
    if type_.kind == "list" and type_.item is not None:
        yield from _names(type_.item, language, around)
    for member in type_.fields.values():
        own = described(member.type, language)
        if own:
            yield (*around, own)
        yield from _names(member.type, language, (*around, own) if own else around)
