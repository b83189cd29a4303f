"""Defined terms in running text: found by their forms, once a library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.library.marks import Terms, no_terms

TermForms = Mapping[str, str]


def term_splitter(forms: TermForms) -> Terms:
    """Finds defined terms in typeset text by their forms (form → term id), the longest first, whole words only."""
    return _Splitter(forms) if forms else no_terms


@dataclass(frozen=True)
class _Splitter:
    forms: TermForms

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        alternatives = "|".join(re.escape(form) for form in sorted(self.forms, key=lambda form: (-len(form), form)))
        return re.compile(rf"(?<![\w’'-])(?:{alternatives})(?![\w-])|(?<=[’'])(?:{alternatives})(?![\w-])")

    def __call__(self, text: str) -> Iterator[tuple[str, str]]:
        position = 0
        for match in self.pattern.finditer(text):
            if match.start() > position:
                yield "", text[position : match.start()]
            yield self.forms[match.group()], match.group()
            position = match.end()
        if position < len(text):
            yield "", text[position:]
