"""Our own base document: hand-written XML beside this module, read like the base of any provider.

The settings of a contract are always ours: a base may not make Word ask questions, track changes or run a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

# What Word calls the language, how it writes a decimal, what it puts between arguments of a field.
_LOCALES: Final = {"fr": ("fr-FR", ",", ";"), "en": ("en-GB", ".", ",")}
_PARTS: Final = {
    "[Content_Types].xml": "contentTypes.xml",
    "_rels/.rels": "packageRelationships.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "documentRelationships.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/theme/theme1.xml": "theme.xml",
    "word/header.xml": "header.xml",
    "word/footer.xml": "footer.xml",
}


def language_tag(language: str) -> str:
    """``fr-FR`` or ``en-GB``."""
    return _LOCALES[language][0]


@lru_cache(maxsize=2)
def base_parts(language: str) -> Mapping[str, bytes]:
    """The parts of our own base document, by their names in the package."""
    return MappingProxyType({part: _base(file, language).encode() for part, file in _PARTS.items()})


def _base(name: str, language: str) -> str:
    tag, decimal, separator = _LOCALES[language]
    text = (files("generator.ooxml") / "base" / name).read_text(encoding="utf-8")
    return text.replace("{language}", tag).replace("{decimal}", decimal).replace("{separator}", separator)


@lru_cache(maxsize=16)
def settings(language: str, *, mirrored: bool, even_and_odd: bool) -> bytes:
    """The settings part; margins that change sides and other headers on even pages are what a house may ask for."""
    text = _base("settings.xml", language)
    if mirrored:
        text = text.replace("  <w:defaultTabStop", "  <w:mirrorMargins/>\n  <w:defaultTabStop")
    if even_and_odd:
        text = text.replace("  <w:characterSpacingControl", "  <w:evenAndOddHeaders/>\n  <w:characterSpacingControl")
    return text.encode()
