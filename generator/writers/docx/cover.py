"""A cover: the blocks of the contract's own cover text in the places that the house gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from generator.ooxml import names
from generator.ooxml.house.model import House, Repeated, Slot
from generator.writers.docx.frame import Filler, filled
from generator.writers.docx.inline import paragraph

# The style of what a house gives no place on its cover: it follows all the rest.
_STYLES: Final = {
    "status": names.STATUS,
    "title": names.COVER_TITLE,
    "subtitle": names.COVER_SUBTITLE,
    "parties": names.COVER_PARTY,
    "details": names.COVER_TEXT,
}
_DRAWING: Final = re.compile(r'(<wp:docPr [^>]*?\bid=")\d+')


def cover_page(
    house: House,
    inline: Mapping[str, Filler],
    blocks: Mapping[str, Sequence[str]],
    others: str,
    drawings: Iterator[int],
) -> str:
    """The cover with its texts: ``blocks`` gives the runs of each paragraph by their place, ``others`` whole blocks.

    Nothing of the contract is lost where a house has no place for it. Each drawing takes the next of ``drawings`` for
    its identifier: a bound file may have several covers.
    """
    placed = {piece.name for piece in house.cover_body if isinstance(piece, Slot | Repeated)}
    # A status that nobody placed comes first: it is a warning.
    warning = [paragraph(names.STATUS, one) for one in blocks["status"] if one and "status" not in placed]
    left_over = [
        paragraph(style, one)
        for name, style in _STYLES.items()
        if name not in placed and name != "status"
        for one in blocks[name]
    ]
    page = _DRAWING.sub(lambda found: f"{found[1]}{next(drawings)}", filled(house.cover_body, inline, blocks))
    return "".join((*warning, page, *left_over, others))
