"""On which page a bookmark of a Word file stands, once LibreOffice has laid the file out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO

import pikepdf
from pikepdf import open as read_pdf

_ENCODED = re.compile(r"[^A-Za-z0-9]")


class LostBookmark(LookupError):
    """A bookmark of the Word file is no destination of the PDF that was made of it."""


def pages_of(pdf: bytes, bookmarks: Mapping[str, str]) -> dict[str, int]:
    """The page of each bookmark, counted from 1, by the key that ``bookmarks`` gives it.

    Raises ``LostBookmark`` where LibreOffice did not export one, and ``pikepdf.PdfError`` for what is not a PDF.
    """
    with read_pdf(BytesIO(pdf)) as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        found = {name: numbers[_page_of(target)] for name, target in _destinations(document)}
    return {key: _number(found, bookmark) for key, bookmark in bookmarks.items()}


def _number(found: Mapping[str, int], bookmark: str) -> int:
    # LibreOffice writes every character of a name that is not a letter or a digit as two hexadecimal digits.
    encoded = _ENCODED.sub(lambda other: f"{ord(other[0]):02X}", bookmark)
    for name in (encoded, bookmark):
        if name in found:
            return found[name]
    raise LostBookmark(bookmark)


def _destinations(document: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """Named destinations, from the dictionary of PDF 1.1 and from the name tree that took its place."""
    old = document.Root.get("/Dests")
    if old is not None:
        for name in old.keys():  # noqa: SIM118 - a dictionary of the PDF, not of Python
            yield name.removeprefix("/"), old[name]
    names = document.Root.get("/Names")
    if names is not None and "/Dests" in names:
        for key, value in pikepdf.NameTree(names.Dests).items():
            yield str(key), value


def _page_of(target: pikepdf.Object) -> tuple[int, int]:
    """The object of the page to which a destination leads; newer files wrap the destination into a dictionary."""
    page: pikepdf.Object = (target.D if isinstance(target, pikepdf.Dictionary) else target)[0]
    return page.objgen
