"""The dialogue of ``clausier new --interview``: one question after the other, on a terminal or from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from generator.cli import console, findings
from generator.cli.questioning import Left, Questioning
from generator.diagnostics import Diagnostic, Severity
from generator.interview.deal_text import INTERVIEW, deal_yaml, resumed, unfinished_yaml
from generator.interview.interview import Interview
from generator.interview.partial import with_value
from generator.interview.phrases import say
from generator.library.model import Library
from generator.pipeline import Options, library_of, provider_profile
from generator.source import Source, read_yaml
from generator.workspace import Workspace, WorkspaceError, exists, read_own, shown_path, write_whole


def hold(file: Path, known: Mapping[str, str], language: str) -> str:
    """Ask until nothing is left that can matter; the answers as the YAML of a deal.

    ``known`` holds values by their dotted paths, for a deal that is new. Ends the command where the interview is left
    (its answers are kept in ``file``) or where the answers end before the questions.
    """
    library, found = library_of(Workspace.default())
    if library is None:
        _refuse(found)
    source, none = _begun(library, file, known)
    values = {name: value for name, value in source.value.items() if name != INTERVIEW}
    provider, found = provider_profile(library, source, file.parent, _provider_name(values), Options())
    if provider is None:
        _refuse(found)
    interview = Interview.of(library, provider, values, none, source)
    wrong = [violation for violation in interview.violations if not violation.missing]
    if wrong:
        _refuse(tuple(Diagnostic(v.code, Severity.ERROR, v.message, source.span(v.path), v.help) for v in wrong))
    ended = Questioning(interview, shown_path(file), language).run()
    type_ = library.schema.type
    if isinstance(ended, Left):
        partial = ended.interview.partial
        write_whole(file, unfinished_yaml(type_, partial.values, partial.none).encode())
        console.out(say(language, "left", file=console.visible(shown_path(file))))
        console.end(console.NOT_FINISHED)
    return deal_yaml(type_, ended.partial.values)


def _begun(library: Library, file: Path, known: Mapping[str, str]) -> tuple[Source, frozenset[str]]:
    """The answers that are there when the interview begins: those of an unfinished deal, else what is known."""
    if not exists(file):
        values: dict[str, Any] = {}
        for path, value in known.items():
            values = with_value(values, path, value)
        return Source(shown_path(file), values, {}, {}, {}, ()), frozenset()
    source, found = read_yaml(shown_path(file), read_own(file))
    if source is None:
        _refuse(found)
    if not (isinstance(source.value, dict) and INTERVIEW in source.value):
        raise WorkspaceError(str(file), "the file exists already", "choose another name, or remove it first")
    none, found = resumed(library.schema.type, source)
    if none is None:
        _refuse(found)
    return source, none


def _provider_name(values: Mapping[str, Any]) -> str:
    found: Any = values
    for step in ("parties", "provider", "profile"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _refuse(found: tuple[Diagnostic, ...]) -> NoReturn:
    """The interview cannot begin: say why on the error stream."""
    paint = console.style(sys.stderr)
    for finding in found:
        console.err(findings.as_text(finding, paint) + "\n")
    console.end(console.FINDINGS)
