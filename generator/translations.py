"""Texts of a deal or a profile that exist in one language only, and would be printed in a contract of the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from generator.cache import Same
from generator.deal import Deal
from generator.diagnostics import Diagnostic, Severity, Span
from generator.schema_types import Type
from generator.violations import Path, dotted_path

_NAMES = {"fr": "French", "en": "English"}
# Words that no sentence goes without, and that the other language has not; a name has none of them.
_FUNCTION_WORDS = {
    "fr": "le la les l d du des et ou un une au aux de à avec dans pour par sur sans chaque tous son sa",
    "en": "the of and or an to at with in for by from without each all every its their is are",
}
_SHOWN = 3


def untranslated(type_: Type, deal: Deal, languages: Sequence[str]) -> tuple[Diagnostic, ...]:
    """One warning for each file and each language printed: how many texts it gives in the other language alone.

    A text given per language is translated; a plain one is taken to be in the language of its function words, and in
    neither where it has none, as a name. ``type_`` is the type of the whole deal.
    """
    places: dict[tuple[str, str], list[tuple[Path, Span]]] = defaultdict(list)
    for path, own in _languages(type_, deal):
        for language in languages:
            if own != language:
                span = deal.span(path)
                places[span.file, own].append((path, span))
    return tuple(_finding(own, found) for (_, own), found in places.items())


def _languages(type_: Type, deal: Deal) -> Iterator[tuple[Path, str]]:
    """The texts that are in one language, with it, in the order of the schema."""
    for name, member in type_.fields.items():
        if name in deal.values:
            yield from _in_group(Same(member.type), name, Same(deal.values[name]))


# What a deal leaves to its profiles is the same in every deal that does.
@lru_cache(maxsize=256)
def _in_group(type_: Same[Type], name: str, group: Same[Any]) -> tuple[tuple[Path, str], ...]:
    told = ((path, language_of(text)) for path, text in _plain_texts(type_.value, group.value, (name,)))
    return tuple((path, language) for path, language in told if language)


def language_of(text: str) -> str:
    """``fr`` or ``en`` by the function words of a text; empty where they do not tell."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {language: sum(word in known.split() for word in words) for language, known in _FUNCTION_WORDS.items()}
    if counts["fr"] == counts["en"]:
        return ""
    return max(counts, key=lambda language: counts[language])


def _plain_texts(type_: Type, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if type_.kind == "localised" and isinstance(value, str):
        yield path, value
    elif type_.kind == "list" and type_.item is not None and isinstance(value, Sequence):
        for index, entry in enumerate(value):
            yield from _plain_texts(type_.item, entry, (*path, index))
    elif type_.kind == "record" and isinstance(value, Mapping):
        for name, member in type_.fields.items():
            if name in value:
                yield from _plain_texts(member.type, value[name], (*path, name))


def _finding(own: str, found: list[tuple[Path, Span]]) -> Diagnostic:
    other = "en" if own == "fr" else "fr"
    names = ", ".join(f"`{dotted_path(path)}`" for path, _ in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    number = "one text is" if len(found) == 1 else f"{len(found)} texts are"
    return Diagnostic(
        "untranslated-value",
        Severity.WARNING,
        f"{number} in {_NAMES[own]} alone, and printed so in the {_NAMES[other]} contract: {names}{more}",
        found[0][1],
        "give both languages, as in {fr: …, en: …}",
    )
