"""The numbers of lists, counted as Word counts them: ECMA-376 part 1, 17.9, with what Word does besides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from generator.doctor.names import P, W, integer, is_on, val
from generator.doctor.styles import chain
from generator.doctor.wordfile import Part, WordFile

DEEPEST: Final = 8
_PLACEHOLDER: Final = re.compile(r"%([1-9])")
_ROMAN: Final = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list; ``restart`` is the level (from 1) after which it starts again, 0 for never."""

    start: int
    format: str
    text: str
    restart: int
    legal: bool
    style: str


@dataclass(frozen=True, slots=True)
class Listing:
    """An instance of a list: the shape that it shares its counters with, its levels, where it starts again."""

    shape: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a paragraph: its own label, and the labels of the levels around it, outermost first."""

    label: str
    full: str


def listings(numbering: Part | None, styles: Part | None) -> dict[str, Listing]:
    """Every instance of a list by its ``w:numId``."""
    if numbering is None:
        return {}
    shapes = {shape.get(f"{W}abstractNumId") or "": shape for shape in numbering.elements(f"{W}abstractNum")}
    linked = {
        val(shape.find(f"{W}styleLink")): id_
        for id_, shape in shapes.items()
        if shape.find(f"{W}styleLink") is not None
    }
    found: dict[str, Listing] = {}
    for num in numbering.elements(f"{W}num"):
        id_ = val(num.find(f"{W}abstractNumId"))
        shape = shapes.get(id_)
        if shape is not None and (link := val(shape.find(f"{W}numStyleLink"))):
            # The levels of a list style stand in the shape that names the style as its own.
            id_ = linked.get(link, id_)
            shape = shapes.get(id_)
        levels = {} if shape is None else _levels(shape)
        starts = {}
        for override in num.findall(f"{W}lvlOverride"):
            level = integer(override.get(f"{W}ilvl"))
            if (own := override.find(f"{W}lvl")) is not None:
                levels[level] = _level(own)
            if (start := override.find(f"{W}startOverride")) is not None:
                starts[level] = integer(val(start), 1)
        # Of two lists with one number Word reads the first.
        found.setdefault(num.get(f"{W}numId") or "", Listing(id_, levels, starts))
    return found


def _levels(shape: etree._Element) -> dict[int, Level]:
    return {integer(level.get(f"{W}ilvl")): _level(level) for level in shape.findall(f"{W}lvl")}


def _level(level: etree._Element) -> Level:
    depth = integer(level.get(f"{W}ilvl"))
    restart = level.find(f"{W}lvlRestart")
    return Level(
        integer(val(level.find(f"{W}start")), 0),
        val(level.find(f"{W}numFmt"), "decimal"),
        val(level.find(f"{W}lvlText")),
        depth if restart is None else integer(val(restart), depth),
        is_on(level.find(f"{W}isLgl")),
        val(level.find(f"{W}pStyle")),
    )


@dataclass(slots=True)
class Lists:
    """Which list and level a paragraph is in."""

    listings: Mapping[str, Listing]
    styles: Mapping[str, tuple[etree._Element, ...]]
    default: str
    _by_style: dict[str, tuple[str, int]] = field(default_factory=dict)

    def of(self, paragraph: etree._Element) -> tuple[str, int]:
        """``w:numId`` and level (from 0) of a paragraph, by itself or by its style; an empty id for none."""
        properties = paragraph.find(f"{W}pPr")
        style = self.default if properties is None else val(properties.find(f"{W}pStyle"), self.default)
        inherited = self._of_style(style)
        own = None if properties is None else properties.find(f"{W}numPr")
        if own is None:
            return inherited
        id_ = val(own.find(f"{W}numId")) or inherited[0]
        level = own.find(f"{W}ilvl")
        depth = integer(val(level), 0) if level is not None else inherited[1] if id_ == inherited[0] else 0
        return ("", 0) if id_ == "0" else (id_, depth)

    def _of_style(self, style: str) -> tuple[str, int]:
        if style not in self._by_style:
            self._by_style[style] = self._looked_up(style)
        return self._by_style[style]

    def _looked_up(self, style: str) -> tuple[str, int]:
        id_, depth = "", -1
        for ancestor in self.styles.get(style, ()):
            own = ancestor.find(f"{W}pPr/{W}numPr")
            if own is None:
                continue
            if depth < 0 and own.find(f"{W}ilvl") is not None:
                depth = integer(val(own.find(f"{W}ilvl")), 0)
            if id_ := val(own.find(f"{W}numId")):
                break
        if id_ in {"", "0"}:
            return "", 0
        listing = self.listings.get(id_)
        tied = [at for at, level in listing.levels.items() if level.style == style] if listing is not None else []
        return id_, tied[0] if tied else max(depth, 0)


def lists_of(file: WordFile) -> Lists:
    """The lists of a file, and what its styles say of them."""
    styles = file.related("styles")
    default = ""
    for style in styles.elements(f"{W}style") if styles is not None else ():
        if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true", "on"}:
            default = style.get(f"{W}styleId") or ""
    return Lists(listings(file.related("numbering"), styles), chain(styles), default)


def numbers(story: Part, lists: Lists) -> dict[etree._Element, Number]:
    """The number of every paragraph that has one which we can count: letters, Roman and Arabic figures."""
    counters: dict[str, dict[int, int]] = {}
    begun: set[str] = set()
    found = {}
    for paragraph in story.elements(P):
        id_, depth = lists.of(paragraph)
        listing = lists.listings.get(id_)
        if listing is None or depth not in listing.levels or _is_removed(paragraph):
            continue
        count = counters.setdefault(listing.shape, {})
        if id_ not in begun:
            begun.add(id_)
            for level, start in listing.starts.items():
                count[level] = start - 1
        count[depth] = count.get(depth, listing.levels[depth].start - 1) + 1
        for below in [level for level in count if level > depth]:
            shape = listing.levels.get(below)
            if shape is None or shape.restart > depth:
                del count[below]
        if (number := _number(listing, depth, count)) is not None:
            found[paragraph] = number
    return found


def _is_removed(paragraph: etree._Element) -> bool:
    """Whether the mark of a paragraph is deleted by a tracked change: the count is that of after the change."""
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None


def _number(listing: Listing, depth: int, count: Mapping[int, int]) -> Number | None:
    label = _label(listing, depth, count)
    if not label:
        return None
    full = label
    above = _above(listing, depth)
    while above >= 0:
        if above not in listing.levels:
            return None
        if above in count:
            full = (_label(listing, above, count) or "") + full
            above = _above(listing, above)
        else:
            # A level that no paragraph is of does not stand in the context.
            above -= 1
    return Number(label, full)


def _above(listing: Listing, depth: int) -> int:
    """The level whose label goes before that of a level: the nearest that its own pattern does not name."""
    named = [int(found) - 1 for found in _PLACEHOLDER.findall(listing.levels[depth].text)]
    return min([depth, *named]) - 1


def _label(listing: Listing, depth: int, count: Mapping[int, int]) -> str | None:
    level = listing.levels[depth]
    text = level.text
    for placeholder in {int(found) - 1 for found in _PLACEHOLDER.findall(text)}:
        of = listing.levels.get(placeholder)
        if of is None:
            return None
        shape = "decimal" if level.legal else of.format
        # A level that was skipped shows the number with which it would begin.
        shown = figure(count.get(placeholder, of.start), shape)
        if shown is None:
            return None
        text = text.replace(f"%{placeholder + 1}", shown)
    return text


def figure(number: int, shape: str) -> str | None:
    """A number as a format of Word prints it; ``None`` for a format or a number that is not for figures or letters."""
    if shape == "decimal":
        return str(number)
    if shape == "decimalZero":
        return f"{number:02d}"
    if not 0 < number < 4000:
        return None
    if shape in {"lowerLetter", "upperLetter"}:
        repeated = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return repeated if shape == "lowerLetter" else repeated.upper()
    if shape in {"lowerRoman", "upperRoman"}:
        text = ""
        for value, letters in _ROMAN:
            times, number = divmod(number, value)
            text += letters * times
        return text if shape == "lowerRoman" else text.upper()
    return None
