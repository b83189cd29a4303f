"""How a citation says where its law was read, and when: nothing is presented as validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_STATUSES: Final[Mapping[str, Mapping[str, str]]] = {
    "text": {"fr": "lu dans le texte de la loi", "en": "read in the text of the law"},
    "secondary": {"fr": "lu dans une source secondaire", "en": "read in a secondary source"},
    "partial": {"fr": "lu en partie", "en": "read in part"},
    "memory": {"fr": "de mémoire, non vérifié", "en": "from memory, not verified"},
}
_ON: Final = {"fr": "le", "en": "on"}


def said(status: str, checked: str, language: str) -> str:
    """``read in the text of the law on 2026-11-21``; without the day where ``checked`` is empty."""
    words = _STATUSES[status][language]
    return f"{words} {_ON[language]} {checked}" if checked else words
