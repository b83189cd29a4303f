"""Wrong input out of right input: bytes, words and lines dropped, doubled, swapped, put in and repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

# Runs of one thing are what limits are for; longer ones only cost time.
LONGEST_RUN = 3_000
ODD = (
    "0", "-1", "1", "007", "1_000", "0.1", "1e9", "1e99", "9" * 31, ".5", "5.", "NO", "on", "~", "null", "true", "''",
    '""', "22:00", "2026-02-30", "2026-06-01", "\t", "\r\n", "\r", "\u00a0", "\u202f", "\u200b", "\u200d", "\u202e",
    "\u2028", "\x85", "\x00", "\x1b[31m", "\ud7ff", "\ue000", "\ue100", "\ufeff", "é", "e\u0301", "Ａ", "٣", "²", "ı",
    "ß", "ﬁ", "\U0001f469\u200d\U0001f680", "\U0010fffd", "<", "&amp;", "]]>", "../", "%s", "{0}", "{{", "}}", "{%",
    "\\", "'", '"', "`", "*", "#", "|", ">", "-", ":", "?", "!", "&", "@", "%", "[", "]", "(", ")", "{", "}", ",", "=",
)  # fmt: skip


def mutated(content: bytes, pick: Random, words: Sequence[bytes], others: Sequence[bytes] = ()) -> bytes:
    """The content after a few changes; ``words`` are of its language, ``others`` are what it may be joined with."""
    made = bytearray(content)
    for _ in range(pick.choice((1, 1, 1, 2, 2, 3, 5))):
        pick.choice(_CHANGES)(made, pick, words)
    if others and pick.random() < 0.05:
        other = pick.choice(others)
        cut = pick.randint(0, len(made))
        made[cut:] = other[pick.randint(0, len(other)) :]
    return bytes(made)


Change = Callable[[bytearray, Random, Sequence[bytes]], None]


def _span(made: bytearray, pick: Random) -> tuple[int, int]:
    start = pick.randint(0, len(made))
    return start, min(len(made), start + pick.choice((1, 1, 2, 3, 5, 8, 20, 60)))


def _word(pick: Random, words: Sequence[bytes]) -> bytes:
    return pick.choice(words) if words and pick.random() < 0.75 else pick.choice(ODD).encode()


def _flip(made: bytearray, pick: Random, _: Sequence[bytes]) -> None:
    if made:
        made[pick.randrange(len(made))] ^= 1 << pick.randrange(8)


def _byte(made: bytearray, pick: Random, _: Sequence[bytes]) -> None:
    made.insert(pick.randint(0, len(made)), pick.randrange(128))


def _drop(made: bytearray, pick: Random, _: Sequence[bytes]) -> None:
    start, end = _span(made, pick)
    del made[start:end]


def _double(made: bytearray, pick: Random, _: Sequence[bytes]) -> None:
    start, end = _span(made, pick)
    at = pick.randint(0, len(made))
    made[at:at] = made[start:end]


def _insert(made: bytearray, pick: Random, words: Sequence[bytes]) -> None:
    at = pick.randint(0, len(made))
    made[at:at] = _word(pick, words)


def _replace(made: bytearray, pick: Random, words: Sequence[bytes]) -> None:
    start, end = _span(made, pick)
    made[start:end] = _word(pick, words)


def _repeat(made: bytearray, pick: Random, words: Sequence[bytes]) -> None:
    # Seldom and seldom long: an input of kilobytes takes a hundred times as long as the usual one.
    times = pick.choice((2, 3, 10, 50)) if pick.random() < 0.97 else pick.randint(50, LONGEST_RUN)
    at = pick.randint(0, len(made))
    made[at:at] = _word(pick, words) * times


def _token(made: bytearray, pick: Random, words: Sequence[bytes]) -> None:
    """A word put in the place of a whole word."""
    at = pick.randint(0, len(made))
    start = at
    while start and made[start - 1 : start].isalnum():
        start -= 1
    while at < len(made) and made[at : at + 1].isalnum():
        at += 1
    made[start:at] = _word(pick, words)


def _lines(made: bytearray, pick: Random, words: Sequence[bytes]) -> None:
    """A line dropped, doubled, moved, indented, or with another value."""
    lines = bytes(made).split(b"\n")
    at = pick.randrange(len(lines))
    match pick.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(pick.randint(0, len(lines)), lines[at])
        case 2:
            lines.insert(pick.randrange(len(lines)), lines.pop(at))
        case 3:
            lines[at] = b" " * pick.randint(1, 4) + lines[at]
        case 4:
            lines[at] = lines[at].lstrip()
        case _:
            key, colon, _ = lines[at].partition(b": ")
            lines[at] = key + (colon or b": ") + _word(pick, words)
    made[:] = b"\n".join(lines)


_CHANGES: tuple[Change, ...] = (
    _flip, _byte, _drop, _drop, _double, _insert, _insert, _insert, _replace, _replace, _repeat, _token, _token, _token,
    _lines, _lines,
)  # fmt: skip
