"""Where on the page blocks stand: they look different on a cover, in a clause and in a box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.ooxml import names

# A4 in twentieths of a point: 2 cm on the left and right, a little more above and below for header and footer.
PAGE_WIDTH: Final = 11906
PAGE_HEIGHT: Final = 16838
MARGIN: Final = 1134
MARGIN_TOP: Final = 1219
MARGIN_BOTTOM: Final = 1134
TEXT_WIDTH: Final = PAGE_WIDTH - 2 * MARGIN
TEXT_HEIGHT: Final = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM
# Numbers hang to the left of the text; "A.10.12" must fit.
TEXT_INDENT: Final = 737
# Between the two columns of a table of contents.
COLUMN_GAP: Final = 454
# Between the frame of a box and its text, on each side.
BOX_PADDING: Final = 142


@dataclass(frozen=True, slots=True)
class Region:
    """Styles of unnumbered text, and the strips of the page that boxes (from ``indent``) and tables may take."""

    text: str
    subheading: str
    indent: int
    width: int


CLAUSE: Final = Region(names.PLAIN, names.SUBHEADING, TEXT_INDENT, TEXT_WIDTH)
BOX: Final = Region(names.NOTICE, names.NOTICE_HEADING, 0, TEXT_WIDTH - TEXT_INDENT - 2 * BOX_PADDING)
COVER: Final = Region(names.COVER_TEXT, names.NOTICE_HEADING, 0, TEXT_WIDTH)
INTRODUCTION: Final = Region(names.PART_INTRODUCTION, names.NOTICE_HEADING, 0, TEXT_WIDTH)
