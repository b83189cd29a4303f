"""A text that somebody meant to finish later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity, Span
from generator.library.model import LANGUAGES, Library
from generator.library.walk import plain_text
from generator.lint.prose import prose

CODE = "placeholder-text"

# The words that authors leave behind in a text: this is the list that the check looks for, not work left undone here.
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD|TBC|XXX+)\b|\blorem ipsum\b|\[(?:…|\.\.\.|\.\.|\?+| *)\](?!\()|\[(?:à |to be )[^\]\n]*\]"
    r"|_{4,}|\?{3,}|(?i:\bà compléter\b|\bto be completed by\b)"
)


def check(library: Library) -> Iterator[Diagnostic]:
    for text in prose(library):
        for match in _PLACEHOLDER.finditer(text.words):
            yield _finding(match.group(), text.place(*match.span()))
    for rule in library.rules:
        for language in LANGUAGES:
            for match in _PLACEHOLDER.finditer(plain_text(rule.message[language])):
                yield _finding(match.group(), rule.span)


def _finding(words: str, span: Span) -> Diagnostic:
    return Diagnostic(CODE, Severity.ERROR, f"`{words}` stands for a text that is not written", span, "write it")
