"""The text of a clause as the paragraphs of its control, and back: the title, then one paragraph a line.

Word and its readers change a text in ways that nobody meant: spaces that do not break, curly apostrophes, marks where a
word may be split. A line that differs in nothing else from the library's is the library's.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from generator.book.marks import DIGEST_LENGTH

# Between the title and the text stands one blank line, where the library does not say otherwise.
GAP: Final = "\n\n"
CODE: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
CURLY: Final = re.compile("[‘’“”«»„]")
_SOURCE: Final = re.compile(r"([^\n]*?)([ \t]*\n(?:[ \t]*\n)*|$)(.*)", re.DOTALL)
INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
BOUND_SPACE: Final = re.compile("[\u00a0\u202f]")
# Where typesetting puts such a space by itself.
_TYPED_BY_WORD: Final = re.compile("[\u00a0\u202f](?=[:;!?»%€])|(?<=«)[\u00a0\u202f]")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


@dataclass(frozen=True, slots=True)
class SourceText:
    """The source of a clause text in its parts: ``gap`` is what stands between the title and the body."""

    title: str
    gap: str
    body: str

    @staticmethod
    def of(source: str) -> SourceText:
        """The parts of a text as the library keeps it."""
        found = _SOURCE.fullmatch(source.strip())
        assert found is not None  # every part of the pattern may be empty
        return SourceText(*found.groups())

    @staticmethod
    def of_lines(lines: list[str], gap: str = GAP) -> SourceText:
        """The parts of what stands in a control."""
        title, *rest = lines or [""]
        body = "\n".join(rest)
        while body.startswith("\n"):
            body = body[1:]
        return SourceText(title, gap, body.rstrip())

    @property
    def lines(self) -> list[str]:
        """The paragraphs of its control."""
        return [self.title, *self.body.split("\n")]

    @property
    def text(self) -> str:
        return f"{self.title}{self.gap}{self.body}".strip()

    @property
    def digest(self) -> str:
        """The digest by which the library knows this text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:DIGEST_LENGTH]


def settled(base: SourceText, typed: str, language: str) -> SourceText:
    """What was typed, as the library would have it: lines that say what they said before are as they were."""
    new = SourceText.of_lines(INVISIBLE.sub("", typed).split("\n"), base.gap)
    title = base.title if plain(new.title) == plain(base.title) else tidy(new.title, language)
    body = _settled_body(base.body.split("\n"), new.body.split("\n"), language)
    return SourceText(title, base.gap, body)


def _settled_body(base: list[str], new: list[str], language: str) -> str:
    matcher = SequenceMatcher(None, [plain(line) for line in base], [plain(line) for line in new], autojunk=False)
    lines: list[str] = []
    changed = False
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            lines += base[start:end]
        else:
            changed = True
            lines += [tidy(line, language) for line in new[new_start:new_end]]
    body = "\n".join(lines)
    # Where a paragraph was taken out, the blank lines before and after it are one.
    return _BLANK_LINES.sub("\n\n", body).strip("\n") if changed else body


def plain(line: str) -> str:
    """What a line says, whatever Word made of its spaces and apostrophes; code between braces counts as it is."""
    pieces = CODE.split(BOUND_SPACE.sub(" ", line))
    return "".join(piece if at % 2 else piece.translate(_QUOTES) for at, piece in enumerate(pieces)).rstrip()


def tidy(line: str, language: str) -> str:
    """A new line without the spaces that typesetting puts in by itself, and without plain ones at its end."""
    if language == "fr":
        line = _TYPED_BY_WORD.sub(" ", line)
    pieces = CODE.split(line)
    return "".join(BOUND_SPACE.sub(" ", piece) if at % 2 else piece for at, piece in enumerate(pieces)).rstrip()
