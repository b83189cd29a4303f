"""How wide each column of a table is: no word is broken where that can be helped, long texts get the room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import Final, Literal

from generator.ooxml.house.model import Print
from generator.writers.docx.metrics import BOLD, measure
from generator.writers.docx.scope import NO_BREAK_SPACE

Contents = Literal["words", "marks", "amounts"]


# As our own tables are printed; a house may print them in other sizes and fonts.
NORMAL: Final = Print(em=170, line=208, padding=180)
SMALL: Final = Print(em=150, line=184, padding=110)
# A column to write in, once the contract is printed: room for initials.
_BLANK: Final = 1304
# A cell up to this many thousandths of an em ("5 jours ouvrés") stays on one line while long texts have enough left.
_SHORT: Final = 8000
_STEPS: Final = 14
# Marks say one thing each (P1, "R, A", oui), and are not quantities ("2 h", with a space that does not break);
# dashes and blanks may stand among them and among amounts.
_MARK: Final = 4
_AMOUNT: Final = re.compile(r"[+\u2212-]?[£€]?\d[\d\u00a0\u202f.,]*[%€]?")
_DASHES: Final = frozenset({"", "–", "—", "-"})


@dataclass(frozen=True, slots=True)
class Fit:
    """The widths of the columns, which sum to that of the table, at a size of print; and about how high each row is.

    ``height`` is that of the whole table with its header. ``contents`` says what each column holds, and ``blank``
    whether one of them is left to be filled in by hand.
    """

    columns: tuple[int, ...]
    scale: Print
    height: int
    heights: tuple[int, ...]
    contents: tuple[Contents, ...]
    blank: bool


@dataclass(frozen=True, slots=True)
class _Extent:
    """Widths of one text in thousandths of an em: its longest word, the longest piece of one, its longest line.

    ``halved`` is the width in which it takes two lines.
    """

    word: int
    piece: int
    halved: int
    line: int


@dataclass(frozen=True, slots=True)
class _Column:
    """What one column asks for, in thousandths of an em.

    ``easy`` keeps short cells on one line and the header on two; ``usual`` is what its cells usually hold.
    """

    word: int
    piece: int
    easy: int
    line: int
    usual: int
    contents: Contents
    blank: bool
    lines: tuple[int, ...]


def fit(
    header: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    bold: tuple[bool, ...],
    total: int,
    shares: tuple[int, ...] = (),
    sizes: tuple[Print, Print] = (NORMAL, SMALL),
) -> Fit:
    """Choose the columns of a table ``total`` twentieths of a point wide; ``bold`` says which hold bold text.

    With ``shares`` the columns are those parts of the width, whatever they hold. The smaller of the two ``sizes`` of
    print is for tables that the other cannot hold.
    """
    asked = [
        _asked(name, [row[place] for row in rows], strong)
        for place, (name, strong) in enumerate(zip(header, bold, strict=True))
    ]
    normal, small = sizes
    if shares:
        return _of(_shared([0] * len(shares), shares, total), asked, normal)
    for scale in sizes:
        least = [max(_wide(ask.word, scale), _BLANK if ask.blank else 0) for ask in asked]
        if sum(least) <= total:
            strict = _fit(least, asked, scale, total)
            wider = [max(own, _wide(ask.easy, scale)) for own, ask in zip(least, asked, strict=True)]
            easy = _fit(wider, asked, scale, total) if sum(wider) <= total else strict
            return easy if easy.height <= strict.height else strict
    # Long words may still break where they have a hyphen or a slash; beyond that, all columns give way alike.
    scale = normal if sum(_wide(ask.piece, normal) for ask in asked) <= total else small
    pieces = [_wide(ask.piece, scale) for ask in asked]
    if sum(pieces) <= total:
        return _fit(pieces, asked, scale, total)
    return _of(_shared([0] * len(pieces), pieces, total), asked, scale)


def _ink(extent: int, scale: Print) -> int:
    """An extent in twentieths of a point; one part in fifty more, for programs that round up."""
    return extent * scale.em * 51 // 50_000


def _wide(extent: int, scale: Print) -> int:
    """The width of a column that holds this extent."""
    return _ink(extent, scale) + scale.padding


def _asked(name: str, cells: Sequence[str], bold: bool) -> _Column:
    own = _extent(name, True)
    extents = [_extent(cell, bold) for cell in cells]
    lines = tuple(extent.line for extent in extents)
    return _Column(
        word=max(own.word, *(extent.word for extent in extents), 0),
        piece=max(own.piece, *(extent.piece for extent in extents), 0),
        easy=max(own.halved, *(line for line in lines if line <= _SHORT), 0),
        line=max(own.line, *lines, 0),
        # The fourth power gives a few long cells among short ones their say.
        usual=isqrt(isqrt(sum(line**4 for line in lines) // max(len(lines), 1))),
        contents=_contents(cells),
        blank=bool(name.strip() and cells) and not any(cell.strip() for cell in cells),
        lines=(own.line, *lines),
    )


@lru_cache(maxsize=16384)
def _extent(text: str, bold: bool) -> _Extent:
    factor = BOLD if bold else 1
    words = text.replace("\n", " ").split(" ")
    pieces = text.replace("-", "- ").replace("/", "/ ").replace("@", "@ ").replace("\n", " ").split(" ")
    line = max(map(measure, text.split("\n")))
    splits = (max(measure(" ".join(words[:at])), measure(" ".join(words[at:]))) for at in range(1, len(words)))
    halved = min(splits, default=line) if line <= _SHORT else line // 2
    widths = (_longest(words), _longest(pieces), halved, line)
    return _Extent(*(int(width * factor) for width in widths))


def _longest(words: Sequence[str]) -> int:
    # Only the words with about the most letters can be the widest: a word of many letters is not made of i and l.
    most = max(map(len, words))
    return max(measure(word) for word in words if len(word) * 3 >= most * 2)


def _fit(least: Sequence[int], asked: Sequence[_Column], scale: Print, total: int) -> Fit:
    return _of(_filled(least, asked, scale, total), asked, scale)


def _of(columns: Sequence[int], asked: Sequence[_Column], scale: Print) -> Fit:
    """The columns together with an estimate of the heights of the header and the rows."""
    per_column = [
        [-(-_ink(line, scale) // max(column - scale.padding, 1)) for line in ask.lines]
        for ask, column in zip(asked, columns, strict=True)
    ]
    heights = tuple(max(*lines, 1) * scale.line + scale.padding // 2 for lines in zip(*per_column, strict=True))
    contents = tuple(ask.contents for ask in asked)
    return Fit(tuple(columns), scale, sum(heights), heights[1:], contents, any(ask.blank for ask in asked))


def _contents(cells: Sequence[str]) -> Contents:
    told = [cell for cell in map(str.strip, cells) if cell not in _DASHES]
    if told and all(len(cell) <= _MARK and NO_BREAK_SPACE not in cell for cell in told):
        return "marks"
    return "amounts" if told and all(map(_AMOUNT.fullmatch, told)) and not all(map(str.isdigit, told)) else "words"


def _filled(least: Sequence[int], asked: Sequence[_Column], scale: Print, total: int) -> list[int]:
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
            min(max(int(own * middle) + scale.padding, narrowest), widest)
            for own, narrowest, widest in zip(usual, least, most, strict=True)
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
