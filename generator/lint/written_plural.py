"""An ending of the plural under a condition of its own, which one language or one place gets wrong.

``| plural`` knows from which number on each language says several.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Compare, Literal_
from generator.diagnostics import Diagnostic, Severity
from generator.library.compile import SEVERAL
from generator.library.model import Library
from generator.library.templates import Branch, Choice, FixedText
from generator.library.walk import content_of, found

CODE = "written-plural"


def check(library: Library) -> Iterator[Diagnostic]:
    for clause in library.clauses.values():
        for language, text in clause.texts.items():
            for choice in found(Choice, content_of(text)):
                match choice.branches:
                    case (Branch(Compare() as counted, _, (FixedText("s"),), place),) if not _rule(counted, language):
                        yield Diagnostic(
                            CODE,
                            Severity.WARNING,
                            f"the plural is written as `{text_of(counted)}`",
                            place,
                            "write the ending as {{ number | plural }}, with the number that is counted",
                        )


def _rule(counted: Compare, language: str) -> bool:
    """Whether a comparison is the one that ``| plural`` stands for."""
    match counted.right:
        case Literal_(value):
            return (counted.operator, value) == SEVERAL[language]
        case _:
            return False
