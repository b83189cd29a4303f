"""A deal of the corpus on the real path, from the text of its file to what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.deal import Deal
from generator.diagnostics import Diagnostic
from generator.document.assemble import assemble
from generator.document.number import number
from generator.facts import Facts, derive
from generator.library.model import LANGUAGES, Library
from generator.pipeline import Options, merged_deal
from generator.plan import Plan, select
from generator.rulings import judge
from generator.source import read_yaml
from generator.translations import untranslated


@dataclass(frozen=True)
class Drafted:
    """A deal without an error, with its facts and its plan."""

    deal: Deal
    facts: Facts
    plan: Plan


def planned(library: Library, file: str, text: str, folder: Path) -> tuple[Drafted | None, tuple[Diagnostic, ...]]:
    """The plan of a deal, or ``None`` and the errors that keep it from one."""
    source, found = read_yaml(file, text)
    if source is None:
        return None, found
    deal, found = merged_deal(library, source, folder, Options())
    if deal is None:
        return None, found
    return judged(library, deal)


def judged(library: Library, deal: Deal) -> tuple[Drafted | None, tuple[Diagnostic, ...]]:
    """The plan of a merged deal, or ``None`` and the errors that keep it from one."""
    facts, found = derive(library, deal)
    if facts is None:
        return None, found
    plan, found = select(library, facts)
    errors = [finding for finding in (*judge(library, facts, LANGUAGES[0]).diagnostics, *found) if finding.is_error]
    if plan is None or errors:
        return None, tuple(errors)
    return Drafted(deal, facts, plan), ()


def faults(library: Library, drafted: Drafted, languages: Sequence[str] = LANGUAGES) -> tuple[Diagnostic, ...]:
    """The errors of the texts of a plan, in every language."""
    found = [*untranslated(library.schema.type, drafted.deal, tuple(languages))]
    for language in languages:
        document, said = assemble(library, drafted.facts, drafted.plan, language)
        found += said
        if document is not None:
            found += number(document)[1]
    return tuple(finding for finding in found if finding.is_error)
