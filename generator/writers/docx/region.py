"""Where on the page blocks stand: they look different on a cover, in a clause and in a box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.ooxml import names

# A4 with margins of 2.5 cm, in twentieths of a point.
TEXT_WIDTH: Final = 9070
TEXT_INDENT: Final = 851


@dataclass(frozen=True, slots=True)
class Region:
    """Styles of unnumbered text, and the strip of the page that tables may take."""

    text: str
    subheading: str
    left: int
    width: int


CLAUSE: Final = Region(names.PLAIN, names.SUBHEADING, TEXT_INDENT, TEXT_WIDTH - TEXT_INDENT)
BOX: Final = Region(names.NOTICE, names.NOTICE_HEADING, 0, TEXT_WIDTH - TEXT_INDENT - 340)
COVER: Final = Region(names.COVER_TEXT, names.NOTICE_HEADING, 0, TEXT_WIDTH)
INTRODUCTION: Final = Region(names.PART_INTRODUCTION, names.NOTICE_HEADING, 0, TEXT_WIDTH)
