"""Words that turn the provider's duty of means into a promise of result (rule R215 of the contract pack)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity
from generator.library.model import Library
from generator.lint.prose import Prose, prose

CODE = "forbidden-words"

_ALWAYS = {
    "fr": re.compile(r"maîtres? d['’](?:œ|oe)uvre|garanties? totales?|totale sécurité|sécurité totale", re.IGNORECASE),
    "en": re.compile(r"(?:full|total|absolute) guarantees?|(?:total|absolute|complete) security", re.IGNORECASE),
}
# A verb after its subject, with no negation and no other subject between them.
_PROVIDER = {
    "fr": re.compile(
        r"\b(?:le Prestataire|il)\b(?:(?! ne | n['’]|[.;:!?]|Client)[^\n]){0,60}?\b(garantit)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"\bthe Provider\b(?:(?! not |[.;:!?]|Client)[^\n]){0,60}?\b(guarantees|warrants)\b", re.IGNORECASE
    ),
}


def check(library: Library) -> Iterator[Diagnostic]:
    for text in prose(library):
        yield from _found(text, _ALWAYS[text.language], 0)
        yield from _found(text, _PROVIDER[text.language], 1)


def _found(text: Prose, pattern: re.Pattern[str], group: int) -> Iterator[Diagnostic]:
    for match in pattern.finditer(text.words):
        yield Diagnostic(
            CODE,
            Severity.WARNING,
            f"`{match.group(group)}` may be read as a promise of result",
            text.place(*match.span(group)),
            "say what the provider does, not what it guarantees",
        )
