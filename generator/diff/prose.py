"""Two versions of a text: which words went and which came, sentence by sentence.

What is kept and what went is the old text, character by character; what is kept and what came is the new one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Kind = Literal["same", "gone", "come"]
Piece = tuple[Kind, str]

# A sentence ends behind its stop, or with its line; the ends of lines are apart.
_SENTENCE: Final = re.compile(r"[^\n]+?(?:[.!?…][»”\"*)]*[ \t\u00a0]+(?=\S)|(?=\n)|\Z)|\n+")
# Values, statements and references are one word each.
_WORD: Final = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\[\]\(#[^)\s]*\)|\d+(?:[.,]\d+)*|\w+[’']?|[ \t\u00a0\u202f]+|.", re.DOTALL
)
# Two sentences with a smaller share of common words are not versions of one another.
_ALIKE: Final = 0.4
_MOST_PAIRS: Final = 10_000
_MOST_WORDS: Final = 4_000
_MOST_MATCHES: Final = 1_000_000
_OPENING: Final = re.compile(r"([\[{])(\\*)([-+])")
_CLOSING: Final = re.compile(r"([-+])(\\*)([\]}])")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in two versions: each sentence as pieces, in reading order. ``language`` may be empty."""

    language: str
    sentences: tuple[tuple[Piece, ...], ...]

    @property
    def old(self) -> str:
        return _read(self.sentences, "gone")

    @property
    def new(self) -> str:
        return _read(self.sentences, "come")

    def changed(self) -> tuple[tuple[Piece, ...], ...]:
        """The sentences that are not the same in both versions."""
        return tuple(pieces for pieces in self.sentences if any(kind != "same" for kind, _ in pieces))


def wording(old: str, new: str, language: str = "") -> Wording:
    """How one text becomes the other."""
    return Wording(language, tuple(_attached(tuple(_sentences(split(old), split(new))))))


def marked(pieces: Iterable[Piece]) -> str:
    """The pieces as ``kept [-went-]{+came+} kept``.

    A text that has such a sign itself gets a backslash into it, so that ``unmarked`` reads every text back.
    """
    signs = {"same": ("", ""), "gone": ("[-", "-]"), "come": ("{+", "+}")}
    return "".join(f"{signs[kind][0]}{_escaped(text)}{signs[kind][1]}" for kind, text in pieces)


def unmarked(text: str) -> tuple[str, str]:
    """The old and the new text that ``marked`` shows."""
    old: list[str] = []
    new: list[str] = []
    for match in re.finditer(r"\[-(.*?)-\]|\{\+(.*?)\+\}|(?:(?!\[-|\{\+).)+", text, re.DOTALL):
        gone, come = match.group(1), match.group(2)
        plain = _plain(match.group() if gone is None and come is None else gone if gone is not None else come)
        if come is None:
            old.append(plain)
        if gone is None:
            new.append(plain)
    return "".join(old), "".join(new)


def _escaped(text: str) -> str:
    return _CLOSING.sub(r"\1\2\\\3", _OPENING.sub(r"\1\2\\\3", text))


def _plain(text: str) -> str:
    return _CLOSING.sub(_one_less, _OPENING.sub(_one_less, text))


def _one_less(match: re.Match[str]) -> str:
    return match.group(1) + match.group(2)[1:] + match.group(3)


def split(text: str) -> tuple[str, ...]:
    """The sentences of a text and the ends of its lines; together they are the text."""
    return tuple(match.group() for match in _SENTENCE.finditer(text))


def _read(sentences: Iterable[Iterable[Piece]], side: Kind) -> str:
    return "".join(text for pieces in sentences for kind, text in pieces if kind in {"same", side})


# ---- sentences


def _sentences(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    for same, ours, theirs in _steps(old, new):
        if same:
            yield from ((("same", sentence),) for sentence in ours)
        else:
            for gone, come in _pairs(ours, theirs):
                yield _words(gone, come)


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """What both have and what one has of the other's stead, in order."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < shorter - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    ours, theirs = old[start : len(old) - tail], new[start : len(new) - tail]
    if start:
        yield True, old[:start], new[:start]
    # In long texts the matcher leaves out what is frequent: it would compare each with each.
    matcher = SequenceMatcher(None, ours, theirs, autojunk=len(ours) * len(theirs) > _MOST_MATCHES)
    for operation, first, last, begin, end in matcher.get_opcodes():
        yield operation == "equal", ours[first:last], theirs[begin:end]
    if tail:
        yield True, old[len(old) - tail :], new[len(new) - tail :]


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The sentences of two passages beside each other, in order, an empty text where one has no counterpart.

    Of all orderly ways to pair them it is the one in which the pairs have most in common.
    """
    if len(old) * len(new) > _MOST_PAIRS:
        yield from ((sentence, "") for sentence in old)
        yield from (("", sentence) for sentence in new)
        return
    bags = [[Counter(_bare_words(text)) for text in side] for side in (old, new)]
    alike = [[_likeness(one, other) for other in bags[1]] for one in bags[0]]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] + best[i + 1][j + 1] if alike[i][j] else 0.0)
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            yield old[i], new[j]
            i, j = i + 1, j + 1
        elif i < len(old) and (j == len(new) or best[i][j] == best[i + 1][j]):
            yield old[i], ""
            i += 1
        else:
            yield "", new[j]
            j += 1


def _bare_words(text: str) -> Iterator[str]:
    return (word for word in _WORD.findall(text) if not word.isspace())


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words that two sentences have in common; 0 where it is too small to pair them."""
    share = 2 * (one & other).total() / max(one.total() + other.total(), 1)
    return share if share >= _ALIKE else 0.0


def _attached(units: Sequence[tuple[Piece, ...]]) -> Iterator[tuple[Piece, ...]]:
    """The units with changed ends of lines at the sentence that came or went with them, else behind the one before."""
    waiting: tuple[Piece, ...] = ()
    done: list[tuple[Piece, ...]] = []
    for index, pieces in enumerate(units):
        if all(kind != "same" and text.isspace() for kind, text in pieces):
            following = units[index + 1] if index + 1 < len(units) else ()
            with_next = bool(following) and {kind for kind, _ in following} == {kind for kind, _ in pieces}
            if with_next or not done:
                waiting = _merged((*waiting, *pieces))
            else:
                done[-1] = _merged((*done[-1], *waiting, *pieces))
                waiting = ()
        else:
            done.append(_merged((*waiting, *pieces)))
            waiting = ()
    yield from done
    if waiting:
        yield waiting


def _merged(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one piece."""
    merged: list[Piece] = []
    for kind, text in pieces:
        if merged and merged[-1][0] == kind:
            merged[-1] = (kind, merged[-1][1] + text)
        else:
            merged.append((kind, text))
    return tuple(merged)


# ---- words


def _words(old: str, new: str) -> tuple[Piece, ...]:
    if not old or not new:
        return (("gone", old),) if old else (("come", new),)
    ours, theirs = _WORD.findall(old), _WORD.findall(new)
    if max(len(ours), len(theirs)) > _MOST_WORDS:
        return (("gone", old), ("come", new))
    steps = [(same, "".join(gone), "".join(come)) for same, gone, come in _steps(ours, theirs)]
    return _merged(tuple(_pieces(_joined(steps))))


def _joined(steps: Sequence[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """The steps with what is kept between two changes taken into them, where that is no word: it holds nothing up."""
    joined: list[tuple[bool, str, str]] = []
    for index, (same, old, new) in enumerate(steps):
        between = same and 0 < index < len(steps) - 1 and not re.search(r"[\w\n{\[]", old)
        if joined and not joined[-1][0] and (between or not same):
            _, before, after = joined[-1]
            joined[-1] = (False, before + old, after + new)
        else:
            joined.append((same, old, new))
    return joined


def _pieces(steps: Iterable[tuple[bool, str, str]]) -> Iterator[Piece]:
    for same, old, new in steps:
        if same:
            yield "same", old
            continue
        # A space that both end with need not be marked.
        tail = len(old) - len(old.rstrip(" ")) if old and new else 0
        tail = min(tail, len(new) - len(new.rstrip(" ")))
        gone, come = old[: len(old) - tail], new[: len(new) - tail]
        if gone:
            yield "gone", gone
        if come:
            yield "come", come
        if tail:
            yield "same", " " * tail
