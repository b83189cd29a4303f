"""A word with a capital in the middle of a sentence, as defined terms have it, that the glossary does not define.

What is no defined term: words in quotes, abbreviations, citations, days, months, countries, languages, and names that
the library itself knows with a capital (legal facts, sources, holidays, services).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity, did_you_mean
from generator.library.model import LANGUAGES, Library
from generator.lint.presence import Presence
from generator.lint.prose import STATEMENT, VALUE, prose

CODE = "undefined-term"

_WORD = r"[^\W\d_a-zà-öø-ÿœ][\w-]*"
_CAPITALS = re.compile(rf"(?<![\w-]){_WORD}(?:[ \u00a0](?:(?:of|and|de|du|des) |d['’])?{_WORD})*")
_BREAKS = re.compile(r"[ \u00a0]|d['’]")
_MARKUP = " \u00a0*_("
_QUOTES = '"«“‘'
_STARTS = f".!?:|>#–—…-»”{_QUOTES}{STATEMENT}"

# A sequence with one of these is a citation or the name of an institution.
_CITED = frozenset({
    "Act", "Book", "Code", "Decision", "Directive", "Law", "Register", "Regulation", "European", "Union",
})  # fmt: skip
_EUROPEAN = re.compile(r"(?:[ \u00a0]\w+){0,2}[ \u00a0]européen")

# The parts of a contract, units, and trade words that are always written so.
_NAMES = frozenset({
    "Article", "Articles", "Section", "Sections", "Chapter", "Title", "Part", "Order", "Member", "State", "States",
    "État", "États", "Internet", "Wi-Fi", "Ethernet", "SaaS", "IaaS", "PaaS", "Ko", "Mo", "Go", "To", "Po", "Windows",
    "Linux", "Microsoft",
})  # fmt: skip


def check(library: Library) -> Iterator[Diagnostic]:
    names = {language: _NAMES | _known_names(library) | _locale_names(language) for language in LANGUAGES}
    known = {language: _known_phrases(library, language) for language in LANGUAGES}
    forms = {
        language: [form for term in library.glossary.values() for form in term.forms[language]]
        for language in LANGUAGES
    }
    for text in prose(library):
        words = known[text.language].sub(lambda match: VALUE * len(match.group()), text.words)
        for start, end in _capitalised(words, names[text.language]):
            term = text.words[start:end]
            near = did_you_mean(term, forms[text.language])
            yield Diagnostic(
                CODE,
                Severity.WARNING,
                f"`{term}` has the capital of a defined term, but is none",
                text.place(start, end),
                f"did you mean `{near}`?" if near else "define it, or write it without a capital",
            )


def _known_names(library: Library) -> frozenset[str]:
    """The capitalised words in the middle of sentences of legal facts, citations and names of holidays."""
    texts: list[str] = []
    for law in library.law.values():
        texts += [f"x {law.article}", *law.says.values()]
    for clause in library.clauses.values():
        texts += [f"x {citation.cite}" for citation in clause.sources]
    for holiday in library.holidays:
        texts += [f"x {name}" for name in holiday.names.values()]
    return frozenset(
        text[start:end] for text in texts for phrase in _sequences(text) for start, end in _words(text, *phrase)
    )


def _locale_names(language: str) -> frozenset[str]:
    """Days, months, countries and languages as the language writes them."""
    from babel import Locale

    locale = Locale.parse(language)
    phrases = [*locale.territories.values(), *locale.languages.values()]
    phrases += [*locale.months["format"]["wide"].values(), *locale.days["format"]["wide"].values()]
    return frozenset(word for phrase in phrases for word in re.findall(_WORD, phrase))


def _known_phrases(library: Library, language: str) -> re.Pattern[str]:
    """Defined terms in all their forms, and the names of the services."""
    phrases = {form for term in library.glossary.values() for form in term.forms[language]}
    service = Presence(library).service
    if service is not None and "code" in service.fields:
        phrases |= {label[language] for label in service.fields["code"].type.labels.values()}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    alternatives = "|".join(re.escape(phrase).replace("'", "['’]") for phrase in ordered)
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])" if ordered else r"(?!)")


def _capitalised(words: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The sequences of capitalised words that no sentence begins with and that hold an unknown word."""
    for start, end in _sequences(words):
        spans = list(_words(words, start, end))
        if _CITED & {words[slice(*span)] for span in spans} or _EUROPEAN.match(words, end):
            continue
        while spans and words[slice(*spans[0])] in names:
            spans.pop(0)
        while spans and words[slice(*spans[-1])] in names:
            spans.pop()
        if any(not _is_abbreviation(words[slice(*span)]) and words[slice(*span)] not in names for span in spans):
            yield spans[0][0], spans[-1][1]


def _sequences(words: str) -> Iterator[tuple[int, int]]:
    for match in _CAPITALS.finditer(words):
        start, end = match.span()
        before = words[words.rfind("\n", 0, start) + 1 : start].rstrip(_MARKUP)
        if not before or before[-1] in _STARTS:
            following = _BREAKS.search(words, start, end)
            if following is None:
                continue
            start = following.end()
        yield start, end


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.compile(_WORD).finditer(text, start, end):
        if match.start() == start or not text[match.start() - 1].isalnum():
            yield match.span()


def _is_abbreviation(word: str) -> bool:
    """Capitals only: initials, units, letters of a table or a formula."""
    return word.upper() == word
