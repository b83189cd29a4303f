"""A defined term that gets another name: the texts that still say the old one are no change of the book."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from generator.book.comparing import AnyProposal, WordsProposal
from generator.book.findings import place, warned
from generator.book.marks import TextMark
from generator.diagnostics import Diagnostic
from generator.library.model import Library
from generator.library.walk import content_of, plain_text
from generator.typography import typeset


def renamed_terms(name: str, library: Library, proposals: Sequence[AnyProposal]) -> Iterator[Diagnostic]:
    """The terms that the book ``name`` calls otherwise, with how many texts of the changed library say the old name."""
    terms = {f"glossary.{term.id}": term for term in library.glossary.values()}
    for proposal in proposals:
        term = terms.get(proposal.id)
        if not isinstance(proposal, WordsProposal) or term is None or "term" not in proposal.changed:
            continue
        language, old = proposal.language, proposal.before.words["term"]
        if old in term.forms[language]:
            continue
        said = re.compile(rf"(?<!\w){re.escape(typeset(old, language))}(?!\w)")
        count = sum(said.search(plain_text(content)) is not None for content in _texts(library, language))
        forms = ", ".join(f"`{form}`" for form in term.forms[language][1:])
        others = f", and its other forms stay {forms}" if forms else ""
        saying = f"{count} text{'s' if count != 1 else ''} of the library still say{'s' if count == 1 else ''} it"
        message = f"`{old}` is no form of the term `{term.id}` any more: {saying}{others}"
        help_ = "change these texts too, and the forms in the file; or add the old name to the forms"
        words = f"term: {proposal.after.words['term']}"
        span = place(name, TextMark(proposal.id, language, ""), proposal.changed["term"], words)
        yield warned("term-renamed", message, span, help_)


def _texts(library: Library, language: str) -> Iterator[tuple[Any, ...]]:
    """The templates of clauses, titles and definitions in one language."""
    yield from (content_of(clause.texts[language]) for clause in library.clauses.values())
    yield from (section.title[language] for one in library.outlines for section in one.sections if section.title)
    yield from (term.definitions[language] for term in library.glossary.values())
