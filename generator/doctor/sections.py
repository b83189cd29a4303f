"""Sections: pages that can be printed, with one header of a kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, warning
from generator.doctor.names import W, integer, local
from generator.doctor.wordfile import Part, WordFile

PAGE_SIZE = error(
    "page-size",
    "a page is smaller than a tenth of an inch or larger than 22 inches",
    "write the size in twentieths of a point: A4 is 11906 by 16838",
)
MARGINS = error(
    "margins",
    "the margins of a page leave no room for the text",
    "make the margins smaller or the page larger, in twentieths of a point",
)
MISSING_PAGE_SIZE = warning(
    "missing-page-size",
    "the last section does not say how large its page is",
    "write `w:pgSz`: Word prints on the paper of its own country, and every page breaks elsewhere",
)
DUPLICATE_HEADER = error(
    "duplicate-header",
    "a section has two headers, or two footers, of one type",
    "keep one for each of `default`, `first` and `even`",
)
CHECKS: tuple[Check, ...] = (PAGE_SIZE, MARGINS, MISSING_PAGE_SIZE, DUPLICATE_HEADER)

_SMALLEST, _LARGEST = 144, 31680
_LETTER: Final = (12240, 15840)


def check(file: WordFile) -> Iterator[Diagnostic]:
    if file.main.root is None:
        return
    body = file.main.root.find(f"{W}body")
    last = None if body is None else body.find(f"{W}sectPr")
    if last is None or last.find(f"{W}pgSz") is None:
        yield MISSING_PAGE_SIZE.of("the last section names no size of its page", file.main.place())
    for section in file.main.elements(f"{W}sectPr"):
        yield from _page(file.main, section)
        seen = set()
        for reference in section:
            kind = (reference.tag, reference.get(f"{W}type"))
            if local(reference) in {"w:headerReference", "w:footerReference"}:
                if kind in seen:
                    message = f"a section has two {local(reference)} of the type {kind[1]}"
                    yield DUPLICATE_HEADER.of(message, file.main.place(section))
                seen.add(kind)


def _page(story: Part, section: etree._Element) -> Iterator[Diagnostic]:
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    width, height = _LETTER
    if size is not None:
        width, height = (integer(size.get(f"{W}{side}"), letter) for side, letter in zip("wh", _LETTER, strict=True))
        if not (_SMALLEST <= width <= _LARGEST and _SMALLEST <= height <= _LARGEST):
            yield PAGE_SIZE.of(f"a page is {width} by {height} twentieths of a point", story.place(section))
    if margins is None:
        return
    across = sum(integer(margins.get(f"{W}{side}"), 0) for side in ("left", "right", "gutter"))
    # A negative margin keeps its length and lets the header run into the text.
    down = sum(abs(integer(margins.get(f"{W}{side}"), 0)) for side in ("top", "bottom"))
    for way, used, room in (("wide", across, width), ("high", down, height)):
        if used >= room:
            message = f"a page is {room} {way} and its margins take {used} twentieths of a point"
            yield MARGINS.of(message, story.place(section))
