"""A check and the findings that it makes: the code, how much it matters, what to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.diagnostics import Diagnostic, Severity, Span


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong with a Word file.

    ``code`` is stable and kebab-case, ``title`` says what is the case, ``help`` what to do. ``error`` is for what Word
    may refuse, repair or print wrong.
    """

    code: str
    severity: Severity
    title: str
    help: str

    def of(self, message: str, place: Span | str) -> Diagnostic:
        """A finding at a place inside a part, or for a whole file where ``place`` is its name."""
        if isinstance(place, str):
            return Diagnostic(self.code, self.severity, message, None, self.help, file=place)
        return Diagnostic(self.code, self.severity, message, place, self.help)


def error(code: str, title: str, remedy: str) -> Check:
    return Check(code, Severity.ERROR, title, remedy)


def warning(code: str, title: str, remedy: str) -> Check:
    return Check(code, Severity.WARNING, title, remedy)


def remark(code: str, title: str, remedy: str) -> Check:
    return Check(code, Severity.INFO, title, remedy)


@dataclass(slots=True)
class Tally:
    """What was found, with at most ``LIMIT`` findings a check: a hostile file could otherwise fill any memory."""

    LIMIT = 25

    file: str
    found: list[Diagnostic] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    last: dict[str, Diagnostic] = field(default_factory=dict)

    def add(self, finding: Diagnostic) -> None:
        count = self.counts[finding.code] = self.counts.get(finding.code, 0) + 1
        if count <= self.LIMIT:
            self.found.append(finding)
        else:
            self.last[finding.code] = finding

    def all(self) -> tuple[Diagnostic, ...]:
        """Every finding kept, and for each check with more than that how many others there are."""
        rest = [
            Diagnostic(code, last.severity, f"{self.counts[code] - self.LIMIT} more of the kind", None, last.help,
                       file=self.file)
            for code, last in self.last.items()
        ]  # fmt: skip
        return (*self.found, *rest)


def shortened(text: str, length: int = 60) -> str:
    """The first words of a text, on one line, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
