"""What is printed across each page of a draft: what still has to be done before a contract may be signed."""

from __future__ import annotations

from generator.library.model import Library
from generator.plan import Plan

_DRAFT = {"fr": "projet", "en": "draft"}
_UNAPPROVED = {"fr": "à faire valider par un avocat", "en": "to be reviewed by a lawyer"}
_UNPROVEN = {"fr": "bibliothèque de clauses non prouvée", "en": "clause library not proven"}


def approved(plan: Plan, language: str) -> bool:
    """Whether a lawyer has approved every text of the pack as it would be printed."""
    return all(clause.approval_state(language) == "approved" for clause in plan.clauses())


def status_of(library: Library, plan: Plan, language: str) -> str:
    """Empty once every text is approved and the library is proven as it is."""
    missing = []
    if not approved(plan, language):
        missing.append(_UNAPPROVED[language])
    if not library.proven:
        missing.append(_UNPROVEN[language])
    return f"{_DRAFT[language]}, {', '.join(missing)}" if missing else ""
