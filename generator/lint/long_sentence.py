"""A sentence that is hard to read at one go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.diagnostics import Diagnostic, Severity, Span
from generator.library.model import Library, LibraryClause
from generator.lint.prose import clause_prose

CODE = "long-sentence"

MOST_WORDS = 45

_SENTENCE = re.compile(r"(?:[^.!?;\n]|[.!?;](?!\s))+[.!?;]?")
_PIECE = re.compile(r"\{%-?\s*(\w+).*?%\}|((?:(?!\{%).)+)", re.DOTALL)
_VALUE = re.compile(r"\{\{.*?\}\}|\[\]\([^)]*\)")
_WORD = re.compile(r"\w[\w'’.,-]*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a clause as it is written; ``words`` as ``words_in`` counts them."""

    language: str
    source: str
    words: int
    span: Span


def check(library: Library) -> Iterator[Diagnostic]:
    for clause in library.clauses.values():
        for sentence in sentences(clause):
            if sentence.words > MOST_WORDS:
                yield Diagnostic(
                    CODE,
                    Severity.INFO,
                    f"a sentence of {sentence.words} words",
                    sentence.span,
                    "make two of it, or a list",
                )


def sentences(clause: LibraryClause) -> Iterator[Sentence]:
    """Every sentence of a clause and of the service in its front matter; a semicolon ends one too."""
    for text in clause_prose(clause):
        for match in _SENTENCE.finditer(text.words):
            source = text.source[match.start() : match.end()]
            start = match.start() + len(match.group()) - len(match.group().lstrip(" |->*"))
            yield Sentence(text.language, source.strip(), words_in(source), text.place(start, match.end()))


def words_in(sentence: str) -> int:
    """The words of a sentence; a value counts as one, of the branches of a choice the longest counts."""
    counts = [[0]]
    for statement, words in _PIECE.findall(_VALUE.sub(" x ", sentence)):
        if words:
            counts[-1][-1] += len(_WORD.findall(words))
        elif statement == "if":
            counts.append([0])
        elif statement in {"elif", "else"}:
            counts[-1].append(0)
        elif statement == "endif" and len(counts) > 1:
            longest = max(counts.pop())
            counts[-1][-1] += longest
    return sum(max(branches) for branches in counts)
