"""What stands between Jinja2 and Markdown: a clause text in which every statement and value is one mark.

A mark is a private-use character; the library refuses such characters in its files, so none can be forged.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.diagnostics import Diagnostic, Span

FIRST_MARK = 0xE100
MARK = re.compile("[\ue100-\uf8ff]")
MOST_MARKS = 0xF8FF - FIRST_MARK + 1

Terms = Callable[[str], Iterator[tuple[str, str]]]
"""Splits typeset text into (term id or "", text)."""


def no_terms(text: str) -> Iterator[tuple[str, str]]:
    yield "", text


@dataclass
class TextFile:
    """A file of the library with its lines, for places; offsets count characters of ``text``."""

    file: str
    text: str
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def span(self, start: int, end: int = 0) -> Span:
        line = bisect.bisect_right(self.starts, start) - 1
        begin = self.starts[line]
        stop = self.text.find("\n", begin)
        shown = self.text[begin : stop if stop >= 0 else len(self.text)]
        last = min(max(end, start + 1), begin + len(shown) + 1)
        return Span(self.file, line + 1, start - begin + 1, max(last - begin, start - begin + 1) + 1, shown)


class Refused(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@dataclass
class Statement:
    """What one mark stands for: an inserted value, or the opening, middle or end of a choice or a repetition."""

    kind: Literal["value", "if", "else", "endif", "for", "endfor"]
    payload: Any
    span: Span


ROW_START = re.compile(r"^(\s*\|\s*)")
ITEM_START = re.compile(r"^(\s*(?:[-*+]|[0-9]{1,9}[.)])\s+)")


def attach_alone(text: str, kinds: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """Move statements that stand alone on a line into the row or item that they open or close.

    ``{% for %}`` on its own line before a row becomes the first thing in that row, ``{% endfor %}`` the last thing in
    the row before it; Markdown then sees rows and items only. ``kinds`` are the statements' kinds by their marks. With
    the text comes, for each of its lines, the number that it had (from 0).
    """
    kept: list[str] = []
    numbers: list[int] = []
    waiting = ""
    for number, line in enumerate(text.split("\n")):
        alone = _alone(line, kinds)
        if not alone:
            if waiting and line.strip():
                prefix = ROW_START.match(line) or ITEM_START.match(line)
                cut = prefix.end() if prefix else 0
                line, waiting = line[:cut] + waiting + line[cut:], ""
            kept.append(line)
            numbers.append(number)
        for mark in alone:
            last = _last_written(kept)
            if waiting or last is None or kinds[ord(mark) - FIRST_MARK] not in {"endif", "endfor"}:
                waiting += mark
            else:
                kept[last] = _appended(kept[last], mark)
    last = _last_written(kept)
    if last is None:
        return waiting, (0,)
    if waiting:
        # Nothing follows that it could open.
        kept[last] = _appended(kept[last], waiting)
    return "\n".join(kept), tuple(numbers)


def _alone(line: str, kinds: Sequence[str]) -> str:
    """The marks of a line that holds statements only; a value prints something, so it never stands alone."""
    marks = "".join(line.split())
    return marks if all(MARK.match(mark) and kinds[ord(mark) - FIRST_MARK] != "value" for mark in marks) else ""


def _last_written(lines: Sequence[str]) -> int | None:
    return next((index for index in range(len(lines) - 1, -1, -1) if lines[index].strip()), None)


def _appended(line: str, mark: str) -> str:
    """The line with a mark as the last thing in it, inside the last cell of a row."""
    bare = line.rstrip()
    if ROW_START.match(line) and bare.endswith("|"):
        return f"{bare[:-1].rstrip()}{mark} |"
    return bare + mark


def balanced(pieces: list[Any]) -> bool:
    depth = 0
    for piece in pieces:
        if isinstance(piece, Statement):
            depth += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(piece.kind, 0)
            if depth < 0:
                return False
    return depth == 0
