"""The Word writer: a numbered tree in, the bytes of a .docx file out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from generator.cache import Same
from generator.document.nodes import Numbered
from generator.document.pair import Contract, Facing
from generator.ooxml.house import House, built_in
from generator.ooxml.house.compact import compacted
from generator.writers.docx import contents
from generator.writers.docx.body import Body
from generator.writers.docx.facing import facing_body
from generator.writers.docx.numbers import Numbers
from generator.writers.docx.package import Printed, package, printed
from generator.writers.docx.package import frame_stories as frame_stories_of
from generator.writers.docx.package import stories as stories_of
from generator.writers.docx.scope import UnknownPart, scope_of

__all__ = ["UnknownPart", "frame_stories", "headings", "stories", "write"]

_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})


def write(
    contract: Contract,
    parts: Sequence[str] | None = None,
    *,
    embedded: Mapping[str, bytes] = _NOTHING,
    pages: Mapping[str, int] | None = None,
    redline_only: bool = False,
    fast: bool = False,
    house: House | None = None,
) -> bytes:
    """The Word file of these parts of the pack (all of them: the bound form), as bytes.

    A contract in two languages has both side by side in one file.
    ``embedded`` gives files to carry along, by name. ``pages`` gives the page of each heading in a table of
    contents, by the anchor of the section or the id of the annex; without it the entries have no page numbers.
    ``redline_only`` has Word record every edit as a tracked change; ``fast`` deflates less. ``house`` is the looks of
    the provider; without it the file looks as we like it.

    Raises ``UnknownPart`` for a part that the pack does not have, and ``ForbiddenCharacter`` for a character that
    XML cannot carry; both are faults of an earlier stage.
    """
    made = _printed(Same(contract), None if parts is None else tuple(parts), Same(house or built_in()))
    return package(made, embedded, pages, redline_only=redline_only, fast=fast)


def stories(contract: Contract, house: House | None = None) -> dict[str, bytes]:
    """The texts of the whole pack as one Word file, by the names of its parts: document, headers and footers.

    They are what ``write`` puts into the file, page numbers in the contents excepted.
    """
    return stories_of(_printed(Same(contract), None, Same(house or built_in())))


def frame_stories(contract: Numbered, house: House | None = None) -> dict[str, bytes]:
    """The same without what the clauses say."""
    return frame_stories_of(_printed(Same(contract), None, Same(house or built_in())))


# A file is printed for its receipt, for LibreOffice that counts its pages, and with both of what they say: one printing
# serves all of them. Two languages, each as one file.
@lru_cache(maxsize=2)
def _printed(contract: Same[Contract], parts: tuple[str, ...] | None, house: Same[House]) -> Printed:
    return printed(_body(contract.value, parts, house.value))


def _body(contract: Contract, parts: Sequence[str] | None, house: House) -> Body:
    numbered = contract.left if isinstance(contract, Facing) else contract
    if numbered.document.set_closely:
        house = compacted(house)
    if isinstance(contract, Facing):
        return facing_body(contract, parts, house)
    scope = scope_of(contract, parts, house)
    return Body(scope, Numbers(scope))


def headings(contract: Contract, parts: Sequence[str] | None = None) -> dict[str, str]:
    """What ``pages`` of ``write`` must give a page for, each with the bookmark by which its page can be found.

    Raises ``UnknownPart`` as ``write`` does.
    """
    numbered = contract.left if isinstance(contract, Facing) else contract
    return contents.headings(scope_of(numbered, parts, built_in()))
