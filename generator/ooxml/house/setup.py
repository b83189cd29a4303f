"""The sections of a base: which pages it describes, their geometry, and what is cover, text or sample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic, Severity
from generator.ooxml.house.markup import R, has_drawing, xml_of
from generator.ooxml.house.model import (
    GOOD_TEXT_WIDTH,
    LEAST_TEXT_HEIGHT,
    LEAST_TEXT_WIDTH,
    Geometry,
    Use,
)
from generator.ooxml.house.numbers import whole_number
from generator.ooxml.house.package import Base, W
from generator.ooxml.house.placeholders import sample_begins

_A4: Final = {"w": 11906, "h": 16838}
_MARGINS: Final = {"top": 1219, "right": 1134, "bottom": 1134, "left": 1134, "header": 595, "footer": 454, "gutter": 0}
_TWIPS_IN_CENTIMETRE: Final = 567
_LEAST_PAGE, _LARGEST_PAGE = 5 * _TWIPS_IN_CENTIMETRE, 60 * _TWIPS_IN_CENTIMETRE


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a base: its content, its setup, and the identifiers of its headers and footers by use."""

    content: tuple[etree._Element, ...]
    setup: etree._Element
    joined: dict[tuple[str, str], str]

    @property
    def first_page_differs(self) -> bool:
        title_page = self.setup.find(f"{W}titlePg")
        return title_page is not None and title_page.get(f"{W}val") not in {"0", "false", "off"}

    @property
    def geometry(self) -> Geometry:
        size, margins = self.setup.find(f"{W}pgSz"), self.setup.find(f"{W}pgMar")
        wide = {key: _number(size, key, usual) for key, usual in _A4.items()}
        around = {key: _number(margins, key, usual) for key, usual in _MARGINS.items()}
        return Geometry(wide["w"], wide["h"], **around)

    def rest(self, name: str) -> str:
        """Another part of the setup as XML, or nothing."""
        element = self.setup.find(f"{W}{name}")
        return "" if element is None else xml_of(element)

    def frames(self, *, cover: bool) -> dict[tuple[str, Use], str]:
        """The headers and footers to use, by kind and use; those of the first page for a cover that has them."""
        if cover and self.first_page_differs:
            return {(kind, "default"): name for (kind, use), name in self.joined.items() if use == "first"}
        uses: tuple[Use, ...] = ("default", "even")
        return {(kind, use): name for (kind, found), name in self.joined.items() for use in uses if found == use}


def _number(element: etree._Element | None, key: str, usual: int) -> int:
    value = str(element.get(f"{W}{key}", "")) if element is not None else ""
    number = whole_number(value)
    return usual if number is None else number


def sections(body: etree._Element) -> list[Section]:
    """The sections of a body in order. A section that names no header of a kind has that of the one before."""
    found: list[Section] = []
    content: list[etree._Element] = []
    inherited: dict[tuple[str, str], str] = {}
    for child in body:
        setup = child if child.tag == f"{W}sectPr" else next(child.iter(f"{W}sectPr"), None)
        if child is not setup:
            content.append(child)
        if setup is not None:
            inherited = {**inherited, **_joined(setup)}
            found.append(Section(tuple(content), setup, inherited))
            content = []
    if content or not found:
        found.append(Section(tuple(content), etree.Element(f"{W}sectPr"), inherited))
    return found


def _joined(setup: etree._Element) -> dict[tuple[str, str], str]:
    return {
        (kind, str(element.get(f"{W}type", "default"))): str(element.get(f"{R}id"))
        for kind in ("header", "footer")
        for element in setup.findall(f"{W}{kind}Reference")
    }


def cover_content(section: Section) -> list[etree._Element]:
    """What stands on a cover; the empty paragraph that only ends its section is left out."""
    content = list(section.content)
    last = content[-1] if content else None
    if last is not None and last.tag == f"{W}p" and not _holds_something(last):
        content.pop()
    return content


def _holds_something(element: etree._Element) -> bool:
    return has_drawing(element) or any((text.text or "").strip() for text in element.iter(f"{W}t"))


def judged(base: Base, found: list[Section]) -> Iterator[Diagnostic]:
    """What is wrong with the sections: pages too small for a contract, text that would stand in none."""
    for section in found[:1] + found[1:][-1:]:
        yield from _judged_page(base, section)
    geometry = found[-1].geometry
    if geometry.text_width < LEAST_TEXT_WIDTH or geometry.text_height < LEAST_TEXT_HEIGHT:
        wide, high = (_centimetres(size) for size in (geometry.text_width, geometry.text_height))
        least = f"{_centimetres(LEAST_TEXT_WIDTH)} × {_centimetres(LEAST_TEXT_HEIGHT)} cm"
        message = f"the text of a page is {wide} × {high} cm: tables of prices and service levels do not fit"
        help_ = f"make the margins smaller, or the page larger: at least {least}"
        yield Diagnostic("base-page", Severity.ERROR, message, None, help_, file=base.name)
    elif geometry.text_width < GOOD_TEXT_WIDTH:
        message = (
            f"the text of a page is {_centimetres(geometry.text_width)} cm wide: wide tables are set in small print"
        )
        help_ = f"{_centimetres(GOOD_TEXT_WIDTH)} cm or more are better"
        yield Diagnostic("base-page", Severity.WARNING, message, None, help_, file=base.name)
    if len(found) > 2:
        message = f"the base document has {len(found)} sections; those between the first and the last are left out"
        help_ = "keep two: the cover, then the pages of text"
        yield Diagnostic("base-section", Severity.WARNING, message, None, help_, file=base.name)
    for element in found[-1].content:
        if sample_begins(element):
            return
        if _holds_something(element):
            message = "text of the base document stands in no contract: it is on the pages of text"
            help_ = "move it to the cover, a header or a footer; or put a line `[[sample]]` above what is only a sample"
            yield Diagnostic("base-text", Severity.WARNING, message, None, help_, file=base.name)
            return


def _judged_page(base: Base, section: Section) -> Iterator[Diagnostic]:
    """Measures of a page that no printer has, and those that are no numbers."""
    for tag, keys in (("pgSz", _A4), ("pgMar", _MARGINS)):
        element = section.setup.find(f"{W}{tag}")
        given = {key: str(element.get(f"{W}{key}", "0")) for key in keys} if element is not None else {}
        for key, value in given.items():
            if whole_number(value) is None:
                message = f"a measure of the page is no number: `{key}` is `{value[:20]}`; ours is used"
                help_ = "set the size and the margins of the page again (Layout, Page Setup)"
                yield Diagnostic("base-page", Severity.WARNING, message, None, help_, file=base.name)
    page = section.geometry
    if not all(_LEAST_PAGE <= size <= _LARGEST_PAGE for size in (page.width, page.height)):
        message = f"a page of {_centimetres(page.width)} × {_centimetres(page.height)} cm cannot be printed"
        help_ = f"{_centimetres(_LEAST_PAGE)} to {_centimetres(_LARGEST_PAGE)} cm each way; A4 is 21.0 × 29.7 cm"
        yield Diagnostic("base-page", Severity.ERROR, message, None, help_, file=base.name)
    elif min(page.left, page.right, page.header, page.footer, page.gutter) < 0:
        message = "a margin of the page is less than nothing: text would stand beside the paper"
        yield Diagnostic("base-page", Severity.ERROR, message, None, "set it to 0 or more", file=base.name)
    elif max(page.header, page.footer) > page.height // 2:
        message = "a header or a footer begins beyond the middle of the page: no room is left for the text"
        help_ = "set the distance of header and footer from the edge (Layout, Page Setup)"
        yield Diagnostic("base-page", Severity.ERROR, message, None, help_, file=base.name)


def _centimetres(twips: int) -> str:
    return f"{twips / _TWIPS_IN_CENTIMETRE:.1f}"
