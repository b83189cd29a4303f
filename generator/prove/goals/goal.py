"""One thing to be proven, and what is said when it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from generator.diagnostics import Diagnostic, Note, Severity, Span
from generator.prove.terms import FALSE, Term


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """What must hold for every valid deal, or of one at least.

    ``never``: no valid deal makes ``term`` true; ``never of all``: no deal that the schema accepts does, whatever the
    rules find. ``some``: a valid deal makes it true; ``some of all``: a deal that the schema accepts does.
    ``finding`` is shown when the proof fails, with the deal at hand where there is one; ``shown_by`` is what this deal
    must have where that is not the term itself.
    """

    kind: str
    subject: str
    wanted: Literal["never", "never of all", "some", "some of all"]
    term: Term
    finding: Diagnostic
    shown_by: Term | None = None

    @property
    def name(self) -> str:
        """What identifies the goal from one run to the next."""
        return f"{self.kind} {self.subject}"


@cache
def settled(kind: str) -> Goal:
    """A goal that the guards around it settle, so that no solver need see it; all of a kind are the same."""
    return Goal(kind, "", "never", FALSE, Diagnostic(kind, Severity.ERROR, "", None))


def never(
    kind: str,
    subject: str,
    term: Term,
    message: str,
    span: Span | None,
    help_: str = "",
    *notes: Note,
    of_all: bool = False,
) -> Goal:
    """No valid deal makes the term true."""
    if term is FALSE:
        return settled(kind)
    finding = Diagnostic(kind, Severity.ERROR, message, span, help_, notes)
    return Goal(kind, subject, "never of all" if of_all else "never", term, finding)


def some(
    kind: str,
    subject: str,
    term: Term,
    message: str,
    span: Span | None,
    help_: str = "",
    *notes: Note,
    of_all: bool = False,
) -> Goal:
    """At least one valid deal makes the term true."""
    finding = Diagnostic(kind, Severity.ERROR, message, span, help_, notes)
    return Goal(kind, subject, "some of all" if of_all else "some", term, finding)
