"""One record for every finding: what is the case, where, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

# No message of ours is as long by itself; what it quotes may be of any length.
LONGEST: Final = 1_000


class Severity(Enum):
    """How much a finding matters; only an error keeps a contract from being written."""

    ERROR = "error"
    WARNING = "warning"
    APPROVAL = "approval"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text file; lines and columns count from 1, the end is exclusive.

    ``source_line`` is the text of ``line`` so that a finding can be shown without opening the file again.
    """

    file: str
    line: int
    column: int
    end_column: int
    source_line: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in the two languages of the product."""

    fr: str
    en: str

    def text(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Note:
    """A second place or source that explains a finding: the rule, the law, the other definition."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding. ``code`` is kebab-case and names the check; ``help`` alone says what to do.

    ``rule`` is the id of the library rule behind it, ``citation`` the law it cites with the status of
    that citation, ``fix`` a verified edit of the deal (dotted path to new value).
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str = ""
    notes: tuple[Note, ...] = ()
    rule: str = ""
    citation: str = ""
    fix: tuple[tuple[str, str], ...] = ()
    file: str = ""

    def __post_init__(self) -> None:
        for name, text in (("message", self.message), ("help", self.help)):
            if len(text) > LONGEST:
                object.__setattr__(self, name, f"{text[: LONGEST // 2]} … {text[-LONGEST // 4 :]}")

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one run, in the order in which a person should read them."""

    diagnostics: tuple[Diagnostic, ...] = field(default=())

    @staticmethod
    def of(diagnostics: Iterable[Diagnostic]) -> Report:
        """Sort by severity, then file, then place; equal findings are shown once.

        Files go by their own names: where they lie, and from which folder that is seen, changes no order.
        """
        order = {Severity.ERROR: 0, Severity.APPROVAL: 1, Severity.WARNING: 2, Severity.INFO: 3}

        def key(item: Diagnostic) -> tuple[int, str, int, int, str, str, str]:
            span = item.span
            file, line, column = (span.file, span.line, span.column) if span else (item.file, 0, 0)
            name = file.rpartition("/")[2]
            return (order[item.severity], name, line, column, item.rule or item.code, item.message, file)

        return Report(tuple(sorted(dict.fromkeys(diagnostics), key=key)))

    def first(self, most: int = 200) -> Report:
        """No more findings than a person reads, and how many are left out; the worst are there."""
        left = self.diagnostics[most:]
        if not left:
            return self
        said = "one more finding is not shown" if len(left) == 1 else f"{len(left)} more findings are not shown"
        more = Diagnostic("more-findings", left[0].severity, said, None, "put right what is shown, and run this again")
        return Report((*self.diagnostics[:most], more))

    @property
    def has_errors(self) -> bool:
        return any(item.is_error for item in self.diagnostics)

    def count(self, severity: Severity) -> int:
        return sum(item.severity is severity for item in self.diagnostics)


def brief(text: str) -> str:
    """A name or a value as a message shows it: never more than a few words."""
    return text if len(text) <= 60 else f"{text[:57]}…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known name nearest to ``word``, or the empty string when none is near."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return near[0]
    folded = {name.casefold(): name for name in names}
    return folded.get(word.casefold(), "")
