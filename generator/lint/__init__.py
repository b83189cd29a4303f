"""Judging the clause library: one module a check, each with its ``CODE`` and ``check(library)``.

A finding is an error where it makes a wrong contract possible. ``docs/checks/<code>.md`` explains each check.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from generator.diagnostics import Diagnostic, Report
from generator.library.model import Library
from generator.lint import (
    constant_condition,
    duplicate_text,
    empty_slot,
    forbidden_words,
    long_sentence,
    missing_source,
    placeholder_text,
    service_sheet,
    skeleton,
    stale_approval,
    stale_override,
    typed_digits,
    undefined_term,
    unknown_clause,
    unknown_reference,
    unused_fact,
    unused_parameter,
    unused_slot,
    unused_term,
    written_plural,
    wrong_field,
)


class Check(Protocol):
    """A module of this package."""

    CODE: str

    def check(self, library: Library) -> Iterator[Diagnostic]:
        """Everything that the check finds in the library, in any order."""
        ...


CHECKS: tuple[Check, ...] = (
    constant_condition,
    duplicate_text,
    empty_slot,
    forbidden_words,
    long_sentence,
    missing_source,
    placeholder_text,
    service_sheet,
    skeleton,
    stale_approval,
    stale_override,
    typed_digits,
    undefined_term,
    unknown_clause,
    unknown_reference,
    unused_fact,
    unused_parameter,
    unused_slot,
    unused_term,
    written_plural,
    wrong_field,
)

DESCRIPTIONS = {check.CODE: (check.__doc__ or "").split("\n")[0] for check in CHECKS}
"""What each check looks for, in one sentence, by its code."""


def lint(library: Library) -> Report:
    """Every finding of every check."""
    return Report.of(finding for check in CHECKS for finding in check.check(library))
