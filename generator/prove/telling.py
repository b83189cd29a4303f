"""The findings of a proof in the order in which a person should read them: what causes others first, and those once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from generator.diagnostics import Diagnostic, Note, Report

_Groups = defaultdict[object, list[Diagnostic]]


@dataclass
class Telling:
    """What a proof found, in the order of the goals; one fault of a library can break hundreds of goals."""

    _alone: list[Diagnostic] = field(default_factory=list)
    _hidden: _Groups = field(default_factory=lambda: defaultdict(list))
    _untried: _Groups = field(default_factory=lambda: defaultdict(list))

    def alone(self, finding: Diagnostic) -> None:
        """One that stands for itself."""
        self._alone.append(finding)

    def hidden(self, finding: Diagnostic, cause: Diagnostic | None) -> None:
        """One that the program does not come to, as it stops at ``cause`` in the deal that shows it."""
        self._hidden[(cause.code, cause.message, cause.span) if cause is not None else None].append(finding)

    def untried(self, finding: Diagnostic) -> None:
        """One for which no deal was looked for, as enough are shown with one."""
        self._untried[finding.code, finding.message].append(finding)

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        groups = (*self._hidden.values(), *self._untried.values())
        return (*self._alone, *(finding for group in groups for finding in group))

    @property
    def chief(self) -> tuple[Diagnostic, ...]:
        """The first of each group with how many it stands for; by severity and place, those that hide others first."""
        return (
            *Report.of(self._alone).diagnostics,
            *_firsts(self._hidden.values(), "stop at the same place before"),
            *_firsts(self._untried.values(), "say the same of other places"),
        )


def _firsts(groups: Iterable[list[Diagnostic]], what: str) -> Iterator[Diagnostic]:
    for group in groups:
        more = len(group) - 1
        note = Note(f"{more} more {what}; `--format json` lists them")
        yield replace(group[0], notes=(*group[0].notes, note)) if more else group[0]
