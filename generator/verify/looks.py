"""How words are seen, as far as that may change what they say: hidden, pale, tiny, struck out, in a font of signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lxml import etree

from generator.doctor.names import OFF, WORD_2010, W, integer, is_on, local, val
from generator.doctor.styles import chain
from generator.doctor.wordfile import WordFile

# Half points, and per cent: below these nobody reads.
_TINY: Final = 4
_NARROW: Final = 20
# Twentieths of a point between letters, below which they stand on each other.
_TIGHT: Final = -60
# Contrast of the accessibility guidelines (WCAG 2.2, 1.4.3) below which letters vanish in their ground.
_FAINT: Final = 1.35
_SIGNS: Final = ("wingdings", "webdings", "symbol", "zapfdingbats", "opensymbol", "marlett")
_ASKED: Final = frozenset(
    f"{W}{name}"
    for name in ("vanish", "specVanish", "color", "sz", "w", "position", "strike", "dstrike", "vertAlign", "rFonts",
                 "shd", "highlight", "rtl", "fitText",
                 "spacing")
) | {f"{WORD_2010}textFill"}  # fmt: skip
_THEME: Final = {
    "text1": "dk1", "dark1": "dk1", "background1": "lt1", "light1": "lt1",
    "text2": "dk2", "dark2": "dk2", "background2": "lt2", "light2": "lt2",
}  # fmt: skip
_HIGHLIGHTS: Final = {
    "black": "000000", "darkBlue": "000080", "darkGreen": "008000", "darkRed": "800000", "darkCyan": "008080",
    "darkMagenta": "800080", "darkYellow": "808000", "darkGray": "808080", "blue": "0000FF", "red": "FF0000",
    "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "yellow": "FFFF00", "lightGray": "C0C0C0",
    "white": "FFFFFF",
}  # fmt: skip
_ART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WHITE: Final = "FFFFFF"
_SIX_DIGITS: Final = re.compile(r"[0-9A-Fa-f]{6}")

Marks = Mapping[str, etree._Element]


class Looks:
    """The looks of the runs of one file: by their own marks, their styles and the defaults, the nearest first.

    What a table style does to its rows is not followed: whoever compares two readings misses it in both.
    """

    def __init__(self, file: WordFile) -> None:
        styles = file.related("styles")
        self._chains = chain(styles)
        defaults = [d for one in (styles.elements(f"{W}docDefaults") if styles else ()) for d in one]
        self._defaults = [found for part in defaults for found in part.findall(f"{W}rPr")]
        self._usual = next(
            (s.get(f"{W}styleId") or "" for s in (styles.elements(f"{W}style") if styles else ()) if _is_usual(s)), ""
        )
        self._theme = _theme_colours(file)
        page = file.main.elements(f"{W}background")
        self._page = (page[0].get(f"{W}color") or "").upper() if page else ""
        self._kept: dict[tuple[str, ...], str] = {}

    def of(self, run: etree._Element, paragraph: etree._Element | None) -> str:
        """What is unusual about the words of a run, as ``hidden`` or ``pale, tiny``; empty for nothing."""
        own = run.find(f"{W}rPr")
        named = val(own.find(f"{W}rStyle")) if own is not None else ""
        style = val(paragraph.find(f"{W}pPr/{W}pStyle"), self._usual) if paragraph is not None else self._usual
        asked = [mark for mark in own if mark.tag in _ASKED] if own is not None else []
        ground = self._ground(paragraph)
        # Runs of one look come by the hundred.
        key = (named, style, ground, *(local(m) + repr(sorted(m.attrib.items())) + str(len(m)) for m in asked))
        if key not in self._kept:
            marks = {str(mark.tag): mark for mark in reversed(list(self._marks(asked, named, style)))}
            self._kept[key] = ", ".join(self._said(marks, ground))
        return self._kept[key]

    def _marks(self, own: Sequence[etree._Element], named: str, style: str) -> Iterator[etree._Element]:
        """Every mark that may count, the nearest first."""
        yield from own
        for id_ in (named, style):
            for ancestor in self._chains.get(id_, ()):
                yield from (mark for mark in ancestor.iterfind(f"{W}rPr/*") if mark.tag in _ASKED)
        for properties in self._defaults:
            yield from (mark for mark in properties if mark.tag in _ASKED)

    def _said(self, marks: Marks, ground: str) -> Iterator[str]:
        if is_on(marks.get(f"{W}vanish")) or is_on(marks.get(f"{W}specVanish")):
            yield "hidden"
        if f"{WORD_2010}textFill" in marks:
            yield "filled otherwise"
        if self._faint(marks, ground):
            yield "pale"
        size, width = marks.get(f"{W}sz"), marks.get(f"{W}w")
        if (size is not None and integer(val(size), 99) < _TINY) or (
            width is not None and integer(val(width).rstrip("%"), 100) < _NARROW
        ):
            yield "tiny"
        if is_on(marks.get(f"{W}strike")) or is_on(marks.get(f"{W}dstrike")):
            yield "struck out"
        if (raised := val(marks.get(f"{W}vertAlign"))) not in {"", "baseline"}:
            yield raised
        if abs(integer(val(marks.get(f"{W}position"), "0"), 0)) > 20:
            yield "moved off its line"
        fonts = marks.get(f"{W}rFonts")
        if fonts is not None and any(str(font).lower().startswith(_SIGNS) for font in fonts.attrib.values()):
            yield "in a font of signs"
        if is_on(marks.get(f"{W}rtl")):
            yield "from right to left"
        if f"{W}fitText" in marks or integer(val(marks.get(f"{W}spacing")), 0) < _TIGHT:
            yield "squeezed"

    # ---- colours

    def _faint(self, marks: Marks, ground: str) -> bool:
        behind = self._fill(marks.get(f"{W}shd")) or ground or self._page
        if (highlight := _HIGHLIGHTS.get(val(marks.get(f"{W}highlight")))) is not None:
            behind = highlight
        letters = self._colour(marks.get(f"{W}color"), W + "val")
        # Letters of no colour are black or white, whichever is seen on their ground.
        return bool(letters) and _contrast(letters, behind or _WHITE) < _FAINT

    def _ground(self, paragraph: etree._Element | None) -> str:
        """The colour that a paragraph, its style or the cell around it stands on; empty for that of the page."""
        if paragraph is None:
            return ""
        shades = [paragraph.find(f"{W}pPr/{W}shd")]
        style = val(paragraph.find(f"{W}pPr/{W}pStyle"), self._usual)
        shades += [ancestor.find(f"{W}pPr/{W}shd") for ancestor in self._chains.get(style, ())]
        cell = next(paragraph.iterancestors(f"{W}tc"), None)
        shades.append(cell.find(f"{W}tcPr/{W}shd") if cell is not None else None)
        return next((fill for shade in shades if (fill := self._fill(shade))), "")

    def _fill(self, shade: etree._Element | None) -> str:
        return self._colour(shade, f"{W}fill")

    def _colour(self, mark: etree._Element | None, attribute: str) -> str:
        """Six hexadecimal digits; empty for no colour of one's own. Word prefers the name of a theme to the digits."""
        if mark is None:
            return ""
        theme = mark.get(f"{W}themeFill" if attribute.endswith("fill") else f"{W}themeColor") or ""
        found = self._theme.get(_THEME.get(theme, theme), "") or (mark.get(attribute) or "")
        return found.upper() if _SIX_DIGITS.fullmatch(found) else ""


def _is_usual(style: etree._Element) -> bool:
    return style.get(f"{W}type") == "paragraph" and (style.get(f"{W}default") or "0") not in OFF


def _theme_colours(file: WordFile) -> dict[str, str]:
    """The colours of the theme by their short names (``dk1``, ``accent1``)."""
    theme = file.related("theme")
    root = theme.root if theme is not None else None
    scheme = (
        next((element for element in root.iter() if local(element) == "clrScheme"), None) if root is not None else None
    )
    found = {}
    for entry in scheme if scheme is not None else ():
        for colour in entry:
            found[local(entry)] = colour.get("lastClr") or colour.get("val") or ""
    return found


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
