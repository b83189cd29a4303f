"""Which list, level and style each numbered line of a file uses, so that Word counts as the tree did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from generator.document.nodes import Label, Part
from generator.ooxml import names
from generator.ooxml.house.model import House
from generator.ooxml.numbering import Level, Lists, NumberFormat
from generator.writers.docx.scope import NO_BREAK_SPACE, Scope

CONTRACT_STYLES: Final = (names.SECTION, names.NUMBERED, names.ITEM, names.SUBITEM)
ANNEX_STYLES: Final = (
    names.ANNEX,
    names.ANNEX_SECTION,
    names.ANNEX_NUMBERED,
    names.ANNEX_ITEM,
    names.ANNEX_SUBITEM,
)
_LETTERS_IN_ALPHABET: Final = 26
# Room for "Article 33.", for "Annexe A" in its larger type, and for "(viii)".
_ARTICLE: Final = 1191
_ANNEX: Final = 1701
_ITEM: Final = 425


@dataclass(frozen=True)
class Series:
    """The numbering of one part. ``tied`` says that the styles carry the number, as for a lawyer who types on."""

    kind: str
    shape: int
    instance: int
    styles: tuple[str, ...]
    tied: bool

    @cached_property
    def section(self) -> int:
        """The level of a section; a paragraph is one deeper, a lettered item two."""
        return 1 if self.kind == "annex" else 0

    @cached_property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The style and the list of a line of each level."""
        return tuple(
            (style, "" if self.tied else _list(self.instance, level)) for level, style in enumerate(self.styles)
        )


class Numbers:
    """Gives each numbered line its style and, where the style alone does not say it, its list.

    ``tied`` maps a style to its list instance and level.
    """

    def __init__(self, scope: Scope, beside: Numbers | None = None) -> None:
        # A second language counts in lists of its own, beside those of the first, to which the styles are tied.
        self.lists: Final[Lists] = beside.lists if beside is not None else Lists()
        self._ties: Final = beside is None
        self.tied: dict[str, tuple[int, int]] = {}
        self._series = self._allot(scope)
        self._current: Series | None = None
        self._letters_used = False
        self._items_instance = 0
        self._headless = False

    def begin(self, part: Part) -> None:
        """Turn to the next part."""
        self._current = self._series[part.id]
        self._letters_used = False
        self._headless = part.kind == "annex" and not any(section.title for section in part.sections)

    @property
    def state(self) -> tuple[Series, bool, bool]:
        """What the next line depends on: its part, whether that has no headings, whether letters were used."""
        return self.series, self._headless, self._letters_used

    def go_on(self, *, letters_used: bool) -> None:
        """Be where the lines of a clause leave off that adds no list."""
        self._letters_used = letters_used
        self._items_instance = self.series.instance

    def heading(self) -> tuple[str, str]:
        """Style and list of the heading of an annex."""
        return self._line(0)

    def section(self) -> tuple[str, str]:
        """Style and list of the heading of a section."""
        return self._line(self.series.section)

    def paragraph(self) -> tuple[str, str]:
        """Style and list of a numbered paragraph; without headings of sections it counts as one."""
        level = self.series.section
        style, numbers = self._line(level + 1)
        return (style, _list(self.series.instance, level)) if self._headless else (style, numbers)

    def begin_items(self) -> None:
        """Start a lettered list at (a).

        Word restarts letters by itself after a numbered paragraph; a second list under the same paragraph goes on
        counting unless it has an instance of its own.
        """
        series = self.series
        if self._letters_used:
            self._items_instance = self.lists.instance(series.shape, {series.section + 2: 1})
        else:
            self._items_instance = series.instance
        self._letters_used = True

    def item(self, depth: int) -> tuple[str, str]:
        """Style and list of an item: depth 0 is lettered, depth 1 is roman."""
        series = self.series
        level = series.section + 2 + depth
        plain = series.tied and self._items_instance == series.instance
        return series.styles[level], "" if plain else _list(self._items_instance, level)

    @property
    def series(self) -> Series:
        """The numbering of the current part."""
        if self._current is None:
            raise RuntimeError("a numbered line stands before the first part")
        return self._current

    def _line(self, level: int) -> tuple[str, str]:
        self._letters_used = False
        return self.series.lines[level]

    def _tie(self, styles: tuple[str, ...], instance: int) -> None:
        self.tied.update({style: (instance, level) for level, style in enumerate(styles)})

    def _allot(self, scope: Scope) -> Mapping[str, Series]:
        series: dict[str, Series] = {}
        main = next((part.id for part in scope.parts if part.kind == "agreement"), None)
        main = main or next((part.id for part in scope.parts if part.kind == "order"), None)
        for part in scope.parts:
            if part.kind != "annex":
                series[part.id] = self._contract_series(part, scope, tied=self._ties and part.id == main)
        annexes = [part for part in scope.parts if part.kind == "annex"]
        if annexes:
            series.update(self._annex_series(annexes, scope))
        return series

    def _contract_series(self, part: Part, scope: Scope, *, tied: bool) -> Series:
        # A list of its own for each document of a bound file: each starts again at its first article.
        label = scope.label(part.sections[0].anchor) if part.sections else None
        shape = self.lists.shape(contract_levels(label, scope.house, tied=tied))
        instance = self.lists.instance(shape)
        if tied:
            self._tie(CONTRACT_STYLES, instance)
        return Series(part.kind, shape, instance, CONTRACT_STYLES, tied)

    def _annex_series(self, annexes: list[Part], scope: Scope) -> Mapping[str, Series]:
        # One list for all annexes, so that their letters go on; a gap in the letters starts an instance.
        series: dict[str, Series] = {}
        shape = self.lists.shape(annex_levels(scope.label(annexes[0].id), scope.house, tied=self._ties))
        instance = expected = 0
        for part in annexes:
            letter = ordinal(scope.label(part.id).number)
            if letter != expected or not instance:
                instance = self.lists.instance(shape, {} if letter == 1 else {0: letter})
            if not series and self._ties:
                self._tie(ANNEX_STYLES, instance)
            tied = self._ties and self.tied[names.ANNEX][0] == instance
            series[part.id] = Series("annex", shape, instance, ANNEX_STYLES, tied)
            expected = letter + 1
        return series


def ordinal(number: str) -> int:
    """The place of a number that Word would print so: 3 for ``C`` and for ``3``, 27 for ``AA``."""
    if number.isdigit():
        return int(number)
    return (len(number) - 1) * _LETTERS_IN_ALPHABET + ord(number[0].upper()) - ord("A") + 1


def _list(instance: int, level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{instance}"/></w:numPr>'


def _pattern(label: Label | None) -> str:
    """Word's pattern of a first level, from one of its labels: ``Article %1.`` from ``Article 7.``."""
    if label is None or not label.number:
        return "%1."
    before, _, after = label.marker.rpartition(label.number)
    if before.endswith(" "):
        before = before[:-1] + NO_BREAK_SPACE
    return f"{before}%1{after}"


def contract_levels(label: Label | None, house: House, *, tied: bool) -> tuple[Level, ...]:
    """The levels of an agreement; ``label`` is that of its first section, ``tied`` ties the styles to them."""
    styles = CONTRACT_STYLES if tied else ("",) * len(CONTRACT_STYLES)
    start = ordinal(label.number) if label and label.number else 1
    patterns: tuple[tuple[str, NumberFormat], ...] = (
        (_pattern(label), "decimal"), ("%1.%2", "decimal"), ("(%3)", "lowerLetter"), ("(%4)", "lowerRoman"),
    )  # fmt: skip
    return tuple(
        Level(text, shown, *_indent(house, style), tied_style, start=start if depth == 0 else 1)
        for depth, ((text, shown), style, tied_style) in enumerate(zip(patterns, CONTRACT_STYLES, styles, strict=True))
    )


def annex_levels(label: Label, house: House, *, tied: bool) -> tuple[Level, ...]:
    """The levels of the annexes; ``label`` is that of the first of them."""
    styles = ANNEX_STYLES if tied else ("",) * len(ANNEX_STYLES)
    letters: NumberFormat = "decimal" if label.number.isdigit() else "upperLetter"
    patterns: tuple[tuple[str, NumberFormat], ...] = (
        (_pattern(label), letters), ("%1.%2", "decimal"), ("%1.%2.%3", "decimal"),
        ("(%4)", "lowerLetter"), ("(%5)", "lowerRoman"),
    )  # fmt: skip
    return tuple(
        Level(text, shown, *_indent(house, style), tied_style)
        for (text, shown), style, tied_style in zip(patterns, ANNEX_STYLES, styles, strict=True)
    )


def _indent(house: House, style: str) -> tuple[int, int]:
    """Where the text of a numbered line begins and how far its number hangs out: as the base says, or as we like it."""
    text = house.text_indent
    usual = {
        names.SECTION: (_ARTICLE, _ARTICLE),
        names.ANNEX: (_ANNEX, _ANNEX),
        names.ITEM: (text + _ITEM, _ITEM),
        names.ANNEX_ITEM: (text + _ITEM, _ITEM),
        names.SUBITEM: (text + 2 * _ITEM, _ITEM),
        names.ANNEX_SUBITEM: (text + 2 * _ITEM, _ITEM),
    }
    return house.indents.get(style) or usual.get(style, (text, text))
