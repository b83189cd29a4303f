"""Two texts as one line that shows what became of the first: ``douze [-12-] {+24+} mois``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

# A blank is a token of its own: a word that falls apart, and a blank of another kind, are edits.
_TOKENS: Final = re.compile(r"⟦[^⟧]*⟧|\w+|\s|[^\w\s]")
# Longer texts are shown from their first difference on: matching them takes the square of their length.
_LONGEST: Final = 6000
# Texts of so few characters are compared letter by letter: one odd letter is a third of their words.
_SHORT: Final = 80
_AROUND: Final = 5
_SHOWN: Final = 400
_NAMED: Final = 4


def edited(before: str, after: str) -> str:
    """The edit, with some words on either side of each change."""
    first, second = _TOKENS.findall(before), _TOKENS.findall(after)
    lead = _common(first, second)
    tail = _common(first[lead:][::-1], second[lead:][::-1])
    one, other = first[lead : len(first) - tail], second[lead : len(second) - tail]
    pieces = ["".join(_end(first[:lead]))]
    if len(one) * len(other) > _LONGEST * 10:
        pieces += [_cut(_taken(one)), _cut(_put(other))]
    else:
        # Letters that look alike are not matched inside of a word: a word is right or another one.
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            if kind == "equal":
                pieces.append("".join(one[i1:i2]) if i2 - i1 <= 2 * _AROUND else _middle(one[i1:i2]))
            else:
                pieces += [_taken(one[i1:i2]), _put(other[j1:j2])]
    pieces.append("".join(_start(first[len(first) - tail :] if tail else [])))
    return _cut("".join(pieces).strip())


def strange(before: str, after: str) -> str:
    """The characters of an edit that the eye may not see or takes for others, by their names; empty for none."""
    counted = {char: after.count(char) - before.count(char) for char in {*before, *after}}
    odd = [char for char, more in counted.items() if more and not _plain(char)]
    named = [
        f"{'more' if counted[char] > 0 else 'less'} U+{ord(char):04X} {unicodedata.name(char, 'without a name')}"
        for char in sorted(odd)
    ]
    return "; ".join(named[:_NAMED]) + ("; …" if len(named) > _NAMED else "")


def alike(before: str, after: str) -> float:
    """How much of two texts is the same, from 0 to 1, at a price that does not depend on who wrote them."""
    if before == after:
        return 1.0
    if max(len(before), len(after)) <= _SHORT:
        return SequenceMatcher(None, before, after, autojunk=False).ratio()
    one, other = before[:_LONGEST].split(), after[:_LONGEST].split()
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one or other else 0.0


def _plain(char: str) -> bool:
    """A character of our languages that is seen for what it is."""
    if char.isascii():
        return char.isprintable() or char in "\t\n"
    name = unicodedata.name(char, "")
    return name.startswith("LATIN ") or char in "⟦⟧€’“”«»–—…°·•"


def _taken(tokens: list[str]) -> str:
    return f"[-{''.join(tokens)}-]" if tokens else ""


def _put(tokens: list[str]) -> str:
    return f"{{+{''.join(tokens)}+}}" if tokens else ""


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _end(tokens: list[str]) -> Iterator[str]:
    yield from (["…"] if len(tokens) > 2 * _AROUND else [])
    yield from tokens[-2 * _AROUND :]


def _start(tokens: list[str]) -> Iterator[str]:
    yield from tokens[: 2 * _AROUND]
    yield from (["…"] if len(tokens) > 2 * _AROUND else [])


def _middle(tokens: list[str]) -> str:
    return "".join([*tokens[:_AROUND], " … ", *tokens[-_AROUND:]])


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
