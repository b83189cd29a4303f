"""How wide each column of a table is: no word is broken where that can be helped, long texts get the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import Final

from generator.writers.docx.metrics import BOLD, measure


@dataclass(frozen=True, slots=True)
class Scale:
    """A size of print, in twentieths of a point: of an em, of a line, and of the padding around the text of a cell."""

    em: int
    line: int
    padding: int


NORMAL: Final = Scale(em=170, line=208, padding=180)
SMALL: Final = Scale(em=150, line=184, padding=110)
# A column to write in, once the contract is printed: room for initials.
_BLANK: Final = 1304
# A cell up to this many thousandths of an em ("5 jours ouvrés") stays on one line while long texts have enough left.
_SHORT: Final = 8000
_STEPS: Final = 14


@dataclass(frozen=True, slots=True)
class Fit:
    """The widths of the columns, which sum to that of the table, at a size of print; and about how high each row is."""

    columns: tuple[int, ...]
    scale: Scale
    heights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Extent:
    """Widths of one text in thousandths of an em: its longest word, the longest piece of one, its longest line."""

    word: int
    piece: int
    line: int


@dataclass(frozen=True, slots=True)
class _Column:
    """What one column asks for, in thousandths of an em; ``usual`` is the quadratic mean of its lines."""

    word: int
    piece: int
    short: int
    line: int
    usual: int
    blank: bool


@lru_cache(maxsize=1024)
def fit(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...], total: int) -> Fit:
    """Choose the columns of a table that is ``total`` twentieths of a point wide."""
    asked = [_asked(name, [row[place] for row in rows]) for place, name in enumerate(header)]
    scale = next((scale for scale in (NORMAL, SMALL) if sum(_least(asked, scale)) <= total), None)
    if scale is not None:
        least = _least(asked, scale)
        unbroken = [max(own, _wide(ask.short, scale)) for own, ask in zip(least, asked, strict=True)]
        columns = _filled(unbroken if sum(unbroken) * 4 <= total * 3 else least, asked, scale, total)
    else:
        # Long words may still break where they have a hyphen or a slash; beyond that, all columns give way alike.
        scale = NORMAL if sum(_wide(ask.piece, NORMAL) for ask in asked) <= total else SMALL
        pieces = [_wide(ask.piece, scale) for ask in asked]
        fits = sum(pieces) <= total
        columns = _filled(pieces, asked, scale, total) if fits else _shared([0] * len(pieces), pieces, total)
    return Fit(tuple(columns), scale, tuple(_height(row, columns, scale) for row in rows))


def _least(asked: Sequence[_Column], scale: Scale) -> list[int]:
    return [max(_wide(ask.word, scale), _BLANK if ask.blank else 0) for ask in asked]


def _ink(extent: int, scale: Scale) -> int:
    """An extent in twentieths of a point; one part in fifty more, for programs that round up."""
    return extent * scale.em * 51 // 50_000


def _wide(extent: int, scale: Scale) -> int:
    """The width of a column that holds this extent."""
    return _ink(extent, scale) + scale.padding


def _asked(name: str, cells: Sequence[str]) -> _Column:
    own = _extent(name)
    extents = [_extent(cell) for cell in cells]
    lines = [extent.line for extent in extents]
    return _Column(
        word=max(int(own.word * BOLD), *(extent.word for extent in extents), 0),
        piece=max(int(own.piece * BOLD), *(extent.piece for extent in extents), 0),
        short=max((line for line in lines if line <= _SHORT), default=0),
        line=max(int(own.line * BOLD), *lines, 0),
        usual=isqrt(sum(line * line for line in lines) // max(len(lines), 1)),
        blank=bool(name.strip() and cells) and not any(cell.strip() for cell in cells),
    )


@lru_cache(maxsize=16384)
def _extent(text: str) -> _Extent:
    words = text.replace("\n", " ").split(" ")
    pieces = text.replace("-", "- ").replace("/", "/ ").replace("@", "@ ").replace("\n", " ").split(" ")
    return _Extent(_longest(words), _longest(pieces), max(map(measure, text.split("\n"))))


def _longest(words: Sequence[str]) -> int:
    # Only the words with about the most letters can be the widest: a word of many letters is not made of i and l.
    most = max(map(len, words))
    return max(measure(word) for word in words if len(word) * 3 >= most * 2)


def _filled(least: Sequence[int], asked: Sequence[_Column], scale: Scale, total: int) -> list[int]:
    """Room by what a column usually holds, so that the cells of a row get about as many lines each.

    No column gets less than ``least``, nor more than its longest line as long as another lacks room.
    """
    most = [max(_wide(ask.line, scale), own) for ask, own in zip(asked, least, strict=True)]
    if sum(most) <= total:
        return _shared(most, most, total - sum(most))
    usual = [_ink(ask.usual, scale) for ask in asked]
    columns = list(least)
    low, high = 0.0, max((wide / own for wide, own in zip(most, usual, strict=True) if own), default=1.0)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        tried = [
            min(max(int(own * middle) + scale.padding, low_end), high_end)
            for own, low_end, high_end in zip(usual, least, most, strict=True)
        ]
        if sum(tried) <= total:
            low, columns = middle, tried
        else:
            high = middle
    columns[usual.index(max(usual))] += total - sum(columns)
    return columns


def _shared(columns: Sequence[int], shares: Sequence[int], rest: int) -> list[int]:
    """Give the rest to the columns by their shares, and what rounding leaves to the last."""
    given = [rest * share // max(sum(shares), 1) for share in shares]
    given[-1] += rest - sum(given)
    return [column + more for column, more in zip(columns, given, strict=True)]


def _height(row: Sequence[str], columns: Sequence[int], scale: Scale) -> int:
    lines = max(
        sum(-(-_ink(measure(line), scale) // max(column - scale.padding, 1)) for line in cell.split("\n"))
        for cell, column in zip(row, columns, strict=True)
    )
    return lines * scale.line + scale.padding // 2
