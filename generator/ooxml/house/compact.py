"""The looks of a house for a contract whose documents run on: its fonts and colours, less room between the lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from lxml import etree

from generator.ooxml import names
from generator.ooxml.house.model import Geometry, House, Pages
from generator.ooxml.house.numbers import whole_number
from generator.ooxml.house.package import W

# The most that each style may take above and below, in twentieths of a point. What is not named is text.
_TEXT_ROOM: Final = (12, 15)
_ROOM: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({
    names.TITLE: (0, 100),
    names.ANNEX: (0, 60),
    names.SECTION: (50, 6),
    names.ANNEX_SECTION: (50, 6),
    names.SUBHEADING: (60, 20),
    names.STATUS: (0, 80),
    names.ITEM: (0, 10),
    names.ANNEX_ITEM: (0, 10),
    names.SUBITEM: (0, 10),
    names.ANNEX_SUBITEM: (0, 10),
    names.CELL: (6, 6),
    names.CONTENTS_ENTRY: (0, 0),
    names.PARTY: (40, 40),
    names.SIGNATURE_LINE: (20, 30),
    names.SIGNATURE_SPACE: (600, 40),
})  # fmt: skip
# The largest print of headings, and how much smaller than that of the house the text may be; in half points.
_LARGEST: Final[Mapping[str, int]] = MappingProxyType(
    {names.TITLE: 28, names.ANNEX: 22, names.SECTION: 20, names.ANNEX_SECTION: 20}
)
_SMALLER: Final = 2
# Text is never below nine points, and what a house prints smaller stays as it is.
_LEAST: Final = 18
_LINE: Final = 240
_AFTER_TABLE: Final = 40
# Between a heading and the rule under it, in points.
_RULE: Final = 2
# Margins, in twentieths of a point: a header that needs more pushes the text down by itself.
_TOP: Final = 1080
_BOTTOM: Final = 907
_SIDE: Final = 850
# Where the text of a numbered line begins: room for a number of five characters.
_INDENT: Final = 510


@lru_cache(maxsize=16)
def compacted(house: House) -> House:
    """The same house with narrow margins, little space between paragraphs, and text of nine points.

    Only what is larger becomes smaller: a house that is set closely stays as it is. The stops of its headers and
    footers that stand at the middle or at the end of a line move with the margins.
    """
    root = etree.fromstring(house.styles.encode())
    for defaults in root.iter(f"{W}docDefaults"):
        _tightened(defaults, _TEXT_ROOM)
        _smaller(defaults)
    for style in root.iter(f"{W}style"):
        identifier = str(style.get(f"{W}styleId"))
        if style.get(f"{W}type", "paragraph") != "paragraph" or identifier in (names.HEADER, names.FOOTER):
            continue
        if identifier == names.AFTER_TABLE:
            for spacing in style.iter(f"{W}spacing"):
                _at_most(spacing, "line", _AFTER_TABLE)
            continue
        _tightened(style, _ROOM.get(identifier, _TEXT_ROOM))
        if identifier in (names.TITLE, names.ANNEX):
            for rule in style.iterfind(f"{W}pPr/{W}pBdr/{W}bottom"):
                _at_most(rule, "space", _RULE)
        if identifier in _LARGEST:
            for tag in ("sz", "szCs"):
                for size in style.iter(f"{W}{tag}"):
                    _at_most(size, "val", _LARGEST[identifier])
        else:
            _smaller(style)
    text = _narrow(house.text)
    _stops_moved(root, house.text_width, text.geometry.text_width)
    indent = min(house.text_indent, _INDENT)
    for place in root.iter(f"{W}ind"):
        if place.get(f"{W}left") == str(house.text_indent):
            place.set(f"{W}left", str(indent))
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    styles = declaration + etree.tostring(root, encoding="unicode")
    return replace(house, styles=styles, text=text, text_indent=indent)


def _narrow(pages: Pages) -> Pages:
    page: Geometry = pages.geometry
    # A negative margin is one that a header may not push: it is kept.
    top = min(page.top, _TOP)
    bottom = min(page.bottom, _BOTTOM)
    left, right = min(page.left, _SIDE), min(page.right, _SIDE)
    return replace(pages, geometry=replace(page, top=top, bottom=bottom, left=left, right=right))


def _stops_moved(root: etree._Element, before: int, after: int) -> None:
    places = {str(before): str(after), str(before // 2): str(after // 2)}
    for tab in root.iter(f"{W}tab"):
        place = tab.get(f"{W}pos", "")
        tab.set(f"{W}pos", places.get(place, place))


def _tightened(style: etree._Element, room: tuple[int, int]) -> None:
    """Lower what a style takes above and below, and its lines where they are given as a multiple of the print."""
    for spacing in style.iter(f"{W}spacing"):
        # In the properties of runs the same name is the room between letters.
        properties = spacing.getparent()
        if properties is None or properties.tag != f"{W}pPr":
            continue
        _at_most(spacing, "before", room[0])
        _at_most(spacing, "after", room[1])
        if spacing.get(f"{W}lineRule", "auto") == "auto":
            _at_most(spacing, "line", _LINE)


def _smaller(style: etree._Element) -> None:
    for tag in ("sz", "szCs"):
        for size in style.iter(f"{W}{tag}"):
            shown = whole_number(size.get(f"{W}val", ""))
            if shown is not None and shown > _LEAST:
                size.set(f"{W}val", str(max(shown - _SMALLER, _LEAST)))


def _at_most(element: etree._Element, key: str, most: int) -> None:
    shown = whole_number(element.get(f"{W}{key}", ""))
    if shown is not None and shown > most:
        element.set(f"{W}{key}", str(most))
