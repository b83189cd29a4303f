"""Where on the page blocks stand: they look different on a cover, in a clause and in a box."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from generator.ooxml import names
from generator.ooxml.house.model import House

# Between the frame of a box and its text, on each side.
BOX_PADDING: Final = 142


@dataclass(frozen=True, slots=True)
class Region:
    """Styles of unnumbered text, and the strips of the page that boxes (from ``indent``) and tables may take.

    ``shares`` divide the width of each table among its columns, where all tables of a page are to have the same.
    """

    text: str
    subheading: str
    indent: int
    width: int
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of the pages of a house; a ``summary`` sets questions beside their answers."""

    clause: Region
    box: Region
    cover: Region
    introduction: Region
    summary: Region


@lru_cache(maxsize=64)
def regions(house: House) -> Regions:
    """The regions of a house: its pages say how wide, its numbered paragraphs where text begins."""
    width, indent = house.text_width, house.text_indent
    return Regions(
        clause=Region(names.PLAIN, names.SUBHEADING, indent, width),
        box=Region(names.NOTICE, names.NOTICE_HEADING, 0, width - indent - 2 * BOX_PADDING),
        cover=Region(names.COVER_TEXT, names.NOTICE_HEADING, 0, house.cover.geometry.text_width),
        introduction=Region(names.PART_INTRODUCTION, names.NOTICE_HEADING, 0, width),
        summary=Region(names.PART_INTRODUCTION, names.NOTICE_HEADING, 0, width, (17, 83)),
    )
