"""Defined terms in running text: found by their forms, once a library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.library.marks import Terms, no_terms

TermForms = Mapping[str, str]


def term_splitter(forms: TermForms) -> Terms:
    """Finds defined terms in typeset text by their forms (form → term id), the longest first, whole words only."""
    if not forms:
        return no_terms
    alternatives = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    pattern = re.compile(rf"(?<![\w’'-])(?:{alternatives})(?![\w-])|(?<=[’'])(?:{alternatives})(?![\w-])")

    def split(text: str) -> Iterator[tuple[str, str]]:
        position = 0
        for match in pattern.finditer(text):
            if match.start() > position:
                yield "", text[position : match.start()]
            yield forms[match.group()], match.group()
            position = match.end()
        if position < len(text):
            yield "", text[position:]

    return split
