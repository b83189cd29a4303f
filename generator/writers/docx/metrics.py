"""How wide a text is in the font of the tables, near enough to choose columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from unicodedata import normalize

# Advance widths of Carlito, which are those of Calibri, in thousandths of the size of the font.
_ADVANCES: Final = {
    226: " '\u00a0\u202fil",
    246: "j,.:;’‘·",
    306: "I()[]{}-`f|!J°",
    345: "tr/\\",
    395: 'sz“”"',
    425: "cLx",
    455: "vyk?FSZ",
    475: "agTYE",
    498: "e#*+<=>^_~–•×÷≥≤−±§",
    507: "0123456789$€£«»",
    522: "PXKbdhnpqu",
    530: "oCßø",
    545: "RBµ",
    573: "VA",
    620: "DHG",
    644: "UN",
    665: "OØQ",
    690: "&…",
    715: "w%",
    770: "Ææ",
    799: "m",
    855: "MŒœ",
    895: "W@—→",
    1038: "‰",
}
_UNKNOWN: Final = 620
# Bold letters are a little wider, and so are those of a font that stands in for Calibri.
BOLD: Final = 1.05


class _Advances(dict[str, int]):
    """Widths by character; an accented letter is as wide as its letter."""

    def __missing__(self, character: str) -> int:
        width = self[character] = self.get(normalize("NFD", character)[:1], _UNKNOWN)
        return width


_ADVANCE: Final = _Advances({character: width for width, group in _ADVANCES.items() for character in group})


@lru_cache(maxsize=16384)
def measure(text: str) -> int:
    """The width of a text on one line, in thousandths of the size of the font."""
    return sum(map(_ADVANCE.__getitem__, text))
