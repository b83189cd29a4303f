"""A deal of a proof on the real path: validation, facts, rules, selection, texts, numbers. Nothing else is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.deal import Deal
from generator.diagnostics import Diagnostic
from generator.document.assemble import assemble
from generator.document.number import number
from generator.facts import Facts, derive
from generator.library.model import LANGUAGES, Library
from generator.plan import select
from generator.rulings import judge
from generator.schema import typed
from generator.violations import Violation


@dataclass(frozen=True)
class Replay:
    """What the program makes of a deal. ``facts`` is ``None`` where they could not be derived.

    ``violations`` are those of the schema, ``rules`` the errors that rules found, ``faults`` the errors of the library
    itself: what no valid deal may meet. ``stopped`` says that faults of the selection kept the texts from being filled.
    """

    deal: Deal
    facts: Facts | None
    violations: tuple[Violation, ...]
    rules: tuple[Diagnostic, ...]
    faults: tuple[Diagnostic, ...]
    stopped: bool = False

    @property
    def valid(self) -> bool:
        return not self.violations and not self.rules


def replay(library: Library, base: Deal, values: Mapping[str, Any]) -> Replay:
    """Run a merged deal through every stage."""
    violations = library.schema.violations(values, merged=True)
    if violations:
        return Replay(replace(base, values=values), None, violations, (), ())
    deal = replace(base, values=typed(library.schema.type, values))
    facts, found = derive(library, deal)
    if facts is None:
        return Replay(deal, None, (), (), found)
    rulings = judge(library, facts, LANGUAGES[0])
    errors = [ruling.diagnostic for ruling in rulings.rulings if ruling.diagnostic.is_error]
    rules = tuple(finding for finding in errors if finding.code == "rule")
    faults = [finding for finding in errors if finding.code != "rule"]
    faults += [needed.diagnostic for needed in rulings.approvals if needed.diagnostic.is_error]
    plan, found = select(library, facts)
    faults += found
    if plan is not None:
        for language in LANGUAGES:
            document, found = assemble(library, facts, plan, language)
            faults += found
            if document is not None:
                faults += number(document)[1]
    return Replay(deal, facts, (), rules, tuple(faults), plan is None)
