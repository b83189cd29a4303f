"""A figure typed in a text: what binds the parties comes from a value, so that it cannot say something else elsewhere.

Citations of the law and names of standards may hold digits, and so may codes that begin with a letter (P1, TLS1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity
from generator.library.model import Library
from generator.lint.prose import prose

CODE = "typed-digits"

_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|January|February|March|April|"
    "May|June|July|August|September|October|November|December"
)
_DAY = rf"(?:du|of) \d{{1,2}}(?:er)? (?:{_MONTHS}) \d{{4}}"
_DATE = rf"(?:,? {_DAY})?"
_NUMBER = r"[LRDA]?\.? ?\*?\d+[\d.\-/°]*(?:\(\w+\))*"
_PARTS = (
    r"(?:\b(?:articles?|art\.|paragraphes?|paragraphs?|alinéas?|considérants?|recitals?|points?|chapitres?|chapters?|titres?"
    r"|annexes?|n°|no\.|nos)|§)"
)
_ACTS = r"(?:règlement|regulation|directive|décision|decision|loi|law|act|décret|decree|ordonnance|order|arrêté)"
_UNION = r"(?:\((?:UE|CE|EU|EC)\) )?(?:n° |No )?"

# What may stand around digits: a citation with its date, a standard with its number and version.
_ALLOWED = re.compile(
    "|".join(
        (
            rf"(?i:{_PARTS}) ?{_NUMBER}(?:(?:,? (?:et|ou|à|and|or|to) |, ){_NUMBER}){{0,12}}{_DATE}",
            rf"(?i:\b{_ACTS}) {_UNION}\d+[-/]\d+(?:/\w+)?{_DATE}",
            rf"\((?:UE|CE|EU|EC)\) (?:n° |No )?\d+/\d+(?:/\w+)?{_DATE}",
            rf"(?i:\b{_ACTS})\b[^\d.\n]{{0,40}}? {_DAY}",
            r"\b[A-Z][A-Z/-]{1,11}(?: [A-Z]{1,4})? \d[\d.:/-]*",  # ISO 27001, ISO/IEC 27001:2022, TLS 1.2
            r"\bMicrosoft 365\b",
        )
    )
)
_DIGITS = re.compile(r"(?<![\w-])\d[\w.,/:%]*(?<=\w)(?:[ \u00a0\u202f]\d{3}(?!\w))*")


def check(library: Library) -> Iterator[Diagnostic]:
    for text in prose(library):
        for start, end in figures(text.words):
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"the figure `{text.words[start:end]}` is typed in a text",
                text.place(start, end),
                "insert a value `{{ … }}`, or write a small number in letters",
            )


def figures(words: str) -> Iterator[tuple[int, int]]:
    """The places of the figures that are no part of a citation, a standard or a code."""
    words = _ALLOWED.sub(lambda match: "x" * len(match.group()), words)
    return (match.span() for match in _DIGITS.finditer(words))
