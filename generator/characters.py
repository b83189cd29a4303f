"""Characters that make a text read otherwise than it is written: invisible, reordering, meaningless, look-alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

# Invisible or reordering characters make a contract read otherwise than it is written; private-use characters
# have no meaning outside one font, and U+FFFC stands for a picture that did not come along. Joiners (U+200C, U+200D)
# and variation selectors are judged by what stands before them: scripts and emoji need them.
FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffc\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0xE0000, 0x10000))
    + "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_UNNAMED: Final = {"Cc": "control character", "Co": "private-use character", "Cs": "surrogate", "Cn": "noncharacter"}

MOST_MARKS: Final = 6
"""How many marks one letter may carry: more than any language puts there; beyond, they cover the lines around."""

_JOINERS: Final = "\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f"
_ODD: Final = re.compile(f"[{_JOINERS}]+")
_KEYCAP: Final = re.compile("[0-9#*]\ufe0f\u20e3")
_MARKED: Final = re.compile(f"[^\x00-\u02ff]{{{MOST_MARKS + 1}}}")
_SUSPECT: Final = re.compile(f"{FORBIDDEN.pattern}|{_ODD.pattern}|{_MARKED.pattern}")

# Scripts whose letters never join and have no variants: a joiner behind one of them is not seen and changes nothing.
_PLAIN_SCRIPTS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "HEBREW", "FULLWIDTH"})


def character_name(character: str) -> str:
    """``U+200B (ZERO WIDTH SPACE)``; what has no name is named by its kind."""
    kind = _UNNAMED.get(unicodedata.category(character), "unnamed character")
    return f"U+{ord(character):04X} ({unicodedata.name(character, kind)})"


def forbidden_at(line: str) -> Iterator[int]:
    """Where characters stand in a line that no text may hold, or not there: a joiner between what does not join,
    a mark on top of too many others."""
    if _SUSPECT.search(line) is None:
        return iter(())
    found = {bad.start() for bad in FORBIDDEN.finditer(line)}
    return iter(sorted({*found, *_needless_joiners(line), *_piled_marks(line)}))


def is_suspect(text: str) -> bool:
    """Whether it may be that one of the lines of a text holds such a character: a quick look."""
    return _SUSPECT.search(text) is not None


def _needless_joiners(line: str) -> Iterator[int]:
    keycaps = {found.start() + 1 for found in _KEYCAP.finditer(line)}
    for run in _ODD.finditer(line):
        before = line[run.start() - 1] if run.start() else " "
        after = line[run.end()] if run.end() < len(line) else " "
        if run.start() not in keycaps and _stands_alone(before):
            yield run.start()
        elif run.group().endswith("\u200d") and _is_picture(before) and not _is_picture(after):
            yield run.end() - 1


def _is_picture(character: str) -> bool:
    """Whether this is an emoji, or the colour of its skin: only to another one can it be joined."""
    return unicodedata.category(character) in {"So", "Sk", "Sm", "Cn"} and not character.isascii()


def _stands_alone(character: str) -> bool:
    """Whether a joiner or a variation selector behind this character says nothing."""
    return character.isascii() or character.isspace() or _script(character) in _PLAIN_SCRIPTS


def _piled_marks(line: str) -> Iterator[int]:
    marks = 0
    for place, character in enumerate(line):
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks == MOST_MARKS + 1:
            yield place


def other_digit(text: str) -> str:
    """The first digit that is none of 0 to 9, of another script or in a circle; empty where there is none."""
    return "" if text.isascii() else next((one for one in text if one.isdigit() and not one.isascii()), "")


def is_digits_apart(text: str) -> bool:
    """Whether a text has digits of another script and no letter of one: a number, or a text in Latin letters."""
    return any(one.isdecimal() and not one.isascii() for one in text) and all(
        _is_latin(one) for one in text if one.isalpha()
    )


# ---- letters that look like others


class LookAlike(NamedTuple):
    """A letter of a word that looks like a letter of another script."""

    word: str
    letter: str
    like: str


_WORD: Final = re.compile(r"[^\W\d_]+")
_FOREIGN: Final = re.compile("[\u0370-\u058f\u13a0-\u13f5\u2c80-\u2cff\ufb00-\ufb06\uff21-\uff5a\U0001d400-\U0001d7cb]")
_LIKE: Final = dict(
    pair
    for foreign, latin in (
        ("АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝѵүҮԜԌ", "ABESIJKMHOPCTYXaesijopcyxhdqwvyYWG"),  # noqa: RUF001
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳανιορυϲ", "ABEZHIKMNOPTYXCjaviopuc"),  # noqa: RUF001
        ("օոսհցզՕՍԼ", "onuhgqOUL"),
        ("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏚᎢᏙᎳᏃ", "ABCDEHJKLMPSTVWZ"),  # noqa: RUF001
        ("ⲤⲞⲢⲘⲚⲎⲒⲔⲦ", "COPMNHIKT"),  # noqa: RUF001
    )
    for pair in zip(foreign, latin, strict=True)
)


def look_alikes(text: str) -> Iterator[LookAlike]:
    """Letters that a reader takes for Latin ones: one a word, in words that mix scripts, and in whole words that look
    Latin in a text that is.

    A whole word is what it is where another word of the text shows its script, as in a Russian name with its Latin
    one behind it, and where it is an abbreviation of vowels alone, as many forms of companies are.
    """
    if _FOREIGN.search(text) is None:
        return
    words = _WORD.findall(text)
    latin_text = any(_is_latin(letter) for word in words for letter in word)
    shown = {_script(letter) for word in words if not _is_mixed(word) for letter in word if not _like(letter)}
    for word in words:
        found = next((letter for letter in word if _like(letter)), None)
        if found is None:
            continue
        posing = latin_text and all(map(_like, word)) and _script(found) not in shown and not _is_vowels(word)
        if _is_mixed(word) or posing:
            yield LookAlike(word, found, _like(found))


def _is_mixed(word: str) -> bool:
    """Whether a word has Latin letters beside others that may look like them, or such letters of two scripts."""
    scripts = {_script(letter) for letter in word if _FOREIGN.match(letter)}
    return len(scripts) > 1 or (bool(scripts) and any(map(_is_latin, word)))


def _is_vowels(word: str) -> bool:
    return len(word) > 1 and word.isupper() and {_like(letter) for letter in word} <= set("AEIO")


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _like(letter: str) -> str:
    """The Latin letter or letters that this one looks like; empty where it looks like none, or is one."""
    plain = unicodedata.normalize("NFKC", letter)
    return _LIKE.get(letter) or (plain if plain != letter and plain.isascii() and _FOREIGN.match(letter) else "")


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN ")
