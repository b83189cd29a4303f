"""Fonts of a house: the table of them, how wide they run, and which of them look the same on every computer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

from generator.ooxml.text import attribute

_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WORDPROCESSING: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Family = Literal["roman", "swiss", "modern", "auto"]


@dataclass(frozen=True, slots=True)
class Twin:
    """A free font with the same widths, and how much wider than Calibri the words of both are, in hundredths.

    ``others`` are free fonts with these widths too. Measured on the words of the clause library: nineteen words in
    twenty are not wider than this, and no word that heads a column of a table.
    """

    name: str
    width: int
    family: Family
    others: tuple[str, ...] = ()


TWINS: Final = {
    "Calibri": Twin("Carlito", 100, "swiss"),
    "Cambria": Twin("Caladea", 105, "roman"),
    "Times New Roman": Twin("Liberation Serif", 104, "roman", ("Tinos",)),
    "Arial": Twin("Liberation Sans", 118, "swiss", ("Arimo",)),
    "Arial Narrow": Twin("Liberation Sans Narrow", 94, "swiss"),
    "Courier New": Twin("Liberation Mono", 164, "modern", ("Cousine",)),
}
_BY_TWIN: Final = {twin.name: twin for twin in TWINS.values()}
_WIDEST_USUAL: Final = 130


def resolved(asked: str, theme: etree._Element | None) -> str:
    """The font that ``+major`` or ``+minor`` stands for; any other name as it is. Empty where the theme has none."""
    if not asked.startswith("+"):
        return asked
    found = theme.find(f".//{_A}{asked[1:]}Font/{_A}latin") if theme is not None else None
    return "" if found is None else str(found.get("typeface", ""))


def width(font: str) -> int:
    """How wide the words of a font are, in hundredths of those of Calibri; an unknown font counts as a wide one."""
    twin = TWINS.get(font) or _BY_TWIN.get(font)
    return twin.width if twin is not None else _WIDEST_USUAL


def without_twin(fonts: Iterable[str]) -> tuple[str, ...]:
    """The fonts that another computer may replace by one of other widths, in the order of the alphabet."""
    return tuple(sorted(font for font in set(fonts) if font not in TWINS and font not in _BY_TWIN))


def table(fonts: Iterable[str]) -> bytes:
    """The font table. The alternative names have the same widths: a page breaks at the same place without Microsoft's
    fonts."""
    entries = "".join(map(_entry, sorted(set(fonts))))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:fonts xmlns:w="{_WORDPROCESSING}">{entries}</w:fonts>'
    ).encode()


def _entry(font: str) -> str:
    twin = TWINS.get(font) or _BY_TWIN.get(font)
    alternative = f'<w:altName w:val="{TWINS[font].name}"/>' if font in TWINS else ""
    family = twin.family if twin is not None else "auto"
    pitch = "fixed" if family == "modern" else "variable"
    return (
        f'<w:font w:name="{attribute(font)}">{alternative}<w:charset w:val="00"/><w:family w:val="{family}"/>'
        f'<w:pitch w:val="{pitch}"/></w:font>'
    )
