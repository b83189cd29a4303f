"""The Word writer: a numbered tree in, the bytes of a .docx file out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from generator.document.nodes import Numbered
from generator.writers.docx.package import package
from generator.writers.docx.scope import UnknownPart, scope_of

__all__ = ["UnknownPart", "write"]

_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})


def write(
    numbered: Numbered,
    parts: Sequence[str] | None = None,
    *,
    embedded: Mapping[str, bytes] = _NOTHING,
    pages: Mapping[str, int] | None = None,
) -> bytes:
    """The Word file of these parts of the pack (all of them: the bound form), as bytes.

    ``embedded`` gives files to carry along, by name. ``pages`` gives the page of each heading in a table of
    contents, by the anchor of the section or the id of the annex; without it the entries have no page numbers.

    Raises ``UnknownPart`` for a part that the pack does not have, and ``ForbiddenCharacter`` for a character that
    XML cannot carry; both are faults of an earlier stage.
    """
    return package(scope_of(numbered, parts), embedded, pages)
