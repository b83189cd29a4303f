"""The clean base package: our own styles, settings, fonts and theme, kept as hand-written XML beside this module."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

# What Word calls the language, how it writes a decimal, what it puts between arguments of a field.
_LOCALES: Final = {"fr": ("fr-FR", ",", ";"), "en": ("en-GB", ".", ",")}
_NUMBERING: Final = re.compile(r"\{numbering:(\w+)\}")


def language_tag(language: str) -> str:
    """``fr-FR`` or ``en-GB``."""
    return _LOCALES[language][0]


@lru_cache(maxsize=8)
def _base(name: str, language: str) -> str:
    tag, decimal, separator = _LOCALES[language]
    text = (files("generator.ooxml") / "base" / name).read_text(encoding="utf-8")
    return text.replace("{language}", tag).replace("{decimal}", decimal).replace("{separator}", separator)


@lru_cache(maxsize=64)
def _styles(language: str, numbering: tuple[tuple[str, tuple[int, int]], ...]) -> bytes:
    tied = dict(numbering)

    def properties(found: re.Match[str]) -> str:
        if found[1] not in tied:
            return ""
        instance, level = tied[found[1]]
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{instance}"/></w:numPr>'

    return _NUMBERING.sub(properties, _base("styles.xml", language)).encode()


def styles(language: str, numbering: Mapping[str, tuple[int, int]]) -> bytes:
    """The styles part. ``numbering`` ties a style to a list instance and a level."""
    return _styles(language, tuple(sorted(numbering.items())))


def settings(language: str) -> bytes:
    """The settings part."""
    return _base("settings.xml", language).encode()


def fonts(language: str) -> bytes:
    """The font table; the same in every language."""
    return _base("fontTable.xml", language).encode()


def theme(language: str) -> bytes:
    """The theme: colours and fonts that Word's palette offers; the same in every language."""
    return _base("theme.xml", language).encode()
