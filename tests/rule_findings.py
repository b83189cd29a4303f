"""What is said of each deal that breaks a rule. ``python -m tests.rule_findings`` writes ``golden/rules.txt``.

The deals are those of ``cases/rules``: each entry gives the edit that breaks a rule and one that keeps it. A person
reads the page once; from then on a rule cannot lose its severity, its law, its place, its words or its fix unnoticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.facts import Facts
from generator.library.model import LANGUAGES, Library
from generator.rulings import Rulings, _place, judge
from tests.deals import library

PAGE = Path(__file__).parent / "golden" / "rules.txt"


def said(known: Library, name: str, facts: Facts) -> tuple[str, ...]:
    """What the rule or the approval of this id says of a deal: nothing where it finds nothing."""
    only = replace(
        known,
        rules=tuple(rule for rule in known.rules if rule.id == name),
        approvals=tuple(approval for approval in known.approvals if approval.id == name),
    )
    languages = [judge(only, facts, language) for language in LANGUAGES]
    found = zip(*(rulings.diagnostics for rulings in languages), strict=True)
    lines: list[str] = []
    for place, (first, *others) in zip(_places(facts, languages[0]), found, strict=True):
        lines.append(f"  {first.severity.value} at {place}")
        for each in (first, *others):
            lines.append(f"    {each.message}{f' → {each.help}' if each.help else ''}")
        lines += [f"    fix: {path}: {value}" for path, value in first.fix]
    return tuple(lines)


def _places(facts: Facts, rulings: Rulings) -> Iterator[str]:
    """Where each finding points, and the legal fact that its rule cites."""
    for ruling in rulings.rulings:
        rule = ruling.rule
        place = _dotted(_place(rule.at, rule.asserted.expression, rule, facts, ruling.entry))
        yield f"{place} ({rule.fact})" if rule.fact else place
    for needed in rulings.approvals:
        yield _dotted(_place(needed.rule.at, needed.rule.when.expression, None, facts, None))


def _dotted(path: tuple[Any, ...]) -> str:
    return ".".join(map(str, path)) or "the deal"


def shown(edits: dict[str, Any]) -> str:
    return ", ".join(f"{path}: {json.dumps(value, ensure_ascii=False, default=str)}" for path, value in edits.items())


def block(known: Library, name: str, case: dict[str, Any], facts: Facts) -> str:
    given = f"{name} | {case['given']} | {shown(case['breaks'])}"
    return "\n".join([given, *said(known, name, facts)])


def page() -> str:
    """The page as the library makes it now."""
    from tests.test_rules import entries, facts_of, id_of

    return "\n\n".join(block(library(), id_of(case), case, facts_of(case, case["breaks"])) for case in entries()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
