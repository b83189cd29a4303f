"""The words of the library as lawyers wrote them, each with its place: what the checks of wording read.

Values, statements and references are blanked out at their length, so that an offset in the words is an offset in the
file. Glossary definitions and titles of outlines are known to the library without their source: a finding in one
points at the term or the section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Span
from generator.library.model import LANGUAGES, Library, LibraryClause
from generator.library.templates import ClauseText
from generator.library.walk import plain_text, topic_texts
from generator.source import Path

STATEMENT = "\u2060"
"""Stands for every character of a `{% … %}`; the reader of library files refuses it, so no text holds one."""

VALUE = "x"
"""Stands for every character of a `{{ … }}` and of a `[](#…)`: a word in small letters."""

LANGUAGE_NAMES = {"fr": "French", "en": "English"}

# What ends a word is no word of its own.
_ENDING = re.compile(r"\|\s*plural\s*\}\}$")
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\[\]\(#[^)\s]*\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prose:
    """A text, its words (the same length, code blanked out) and the place of its first character.

    ``exact`` is false where only the place of the whole is known.
    """

    language: str
    source: str
    words: str
    start: Span
    exact: bool = True

    def place(self, start: int, end: int) -> Span:
        """The span of ``source[start:end]``, cut at the end of its line."""
        if not self.exact:
            return self.start
        return place_in(self.source, self.start, start, end)


def place_in(source: str, first: Span, start: int, end: int) -> Span:
    """The span of ``source[start:end]`` in a text whose first character stands at ``first``."""
    line = source.count("\n", 0, start)
    if line == 0:
        shown, begin = first.source_line, 1 - first.column
    else:
        begin = source.rfind("\n", 0, start) + 1
        stop = source.find("\n", begin)
        shown = source[begin : stop if stop >= 0 else len(source)]
    column = start - begin + 1
    if column > len(shown) + 1:
        return first
    return Span(first.file, first.line + line, column, min(max(end - begin + 1, column + 1), len(shown) + 2), shown)


def within(span: Span, start: int, end: int) -> Span:
    """A part of a YAML scalar on one line: ``start`` and ``end`` are offsets in its value."""
    quoted = 1 if span.source_line[span.column - 1 : span.column] in {"'", '"'} else 0
    column = span.column + quoted + start
    if column > len(span.source_line):
        return span
    stop = min(span.column + quoted + max(end, start + 1), len(span.source_line) + 1)
    return Span(span.file, span.line, column, stop, span.source_line)


def body_start(text: ClauseText) -> int:
    """Where the body begins in the source of a clause text: after the line of its title."""
    end = text.source.find("\n")
    return end if end >= 0 else len(text.source)


def words_of(source: str) -> str:
    """The source with its code blanked out at its length."""

    def blank(match: re.Match[str]) -> str:
        fill = STATEMENT if match.group().startswith("{%") or _ENDING.search(match.group()) else VALUE
        return "".join("\n" if character == "\n" else fill for character in match.group())

    return _CODE.sub(blank, source)


def clause_prose(clause: LibraryClause) -> Iterator[Prose]:
    """The texts of a clause and those of the service in its front matter."""
    for language, text in clause.texts.items():
        yield Prose(language, text.source, words_of(text.source), text.span)
    if clause.service is not None:
        yield from _front_prose(clause, ("service",), clause.front.value["service"])


def prose(library: Library) -> Iterator[Prose]:
    """Everything that may be printed in a contract and stands in the library, and what the playbook says."""
    for clause in library.clauses.values():
        yield from clause_prose(clause)
    for term in library.glossary.values():
        for language in LANGUAGES:
            text = plain_text(term.definitions[language])
            yield Prose(language, text, text, term.span, exact=False)
    for outline in library.outlines:
        for language in LANGUAGES:
            yield Prose(language, outline.title[language], outline.title[language], outline.span, exact=False)
        for section in outline.sections:
            for language, title in section.title.items():
                text = plain_text(title)
                yield Prose(language, text, text, section.span, exact=False)
    for topic in library.playbook.topics:
        for span, texts in topic_texts(topic):
            for language, content in texts.items():
                text = plain_text(content)
                yield Prose(language, text, text, span, exact=False)


def _front_prose(clause: LibraryClause, path: Path, value: Any) -> Iterator[Prose]:
    """Every text in two languages below ``path`` of the front matter."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _front_prose(clause, (*path, index), item)
    elif isinstance(value, Mapping) and set(value) == set(LANGUAGES):
        for language in LANGUAGES:
            span = clause.front.span((*path, language))
            start = within(span, 0, 1)
            exact = "\n" not in value[language] and span.source_line.find(value[language]) >= 0
            yield Prose(language, value[language], value[language], start, exact)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            # Who approved the words of a sheet is no word of it.
            if name != "approved":
                yield from _front_prose(clause, (*path, name), item)
