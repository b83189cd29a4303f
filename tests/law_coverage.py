"""Where each rule of the contract pack and each legal fact is held. ``python -m tests.law_coverage`` writes the page.

``coverage/rules.yaml`` and ``coverage/law.yaml`` list what must be held. Entries of the library are found by searching
it; the two files add the mechanisms that bear no number (schema, proof, lint, slot, test), and the reasons why not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from generator.library.model import LibraryClause, Obligation, Rule
from generator.lint import DESCRIPTIONS
from generator.prove.kinds import KINDS
from generator.schema_types import Type
from generator.source import read_yaml
from tests.deals import library

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "law-coverage.md"
DATA = Path(__file__).parent / "coverage"

SEVERITIES = {"E": "error", "W": "warning", "I": "information"}
STATUSES = {"text": "text", "secondary": "secondary source", "partial": "in part", "memory": "memory, not verified"}
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule or fact that must be held: ``held`` are mechanisms as (kind, name) beside those found in the library."""

    id: str
    weight: str
    says: str
    status: str
    held: tuple[tuple[str, str], ...]
    note: str
    why_not: str


def _listed(name: str) -> list[dict[str, Any]]:
    source, found = read_yaml(name, (DATA / f"{name}.yaml").read_text("utf-8"))
    assert source is not None, found
    entries: list[dict[str, Any]] = source.value[name]
    return entries


def _held(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, name) for mechanism in entry.get("held", ()) for kind, name in mechanism.items())


def _texts(entry: dict[str, Any]) -> tuple[str, str]:
    return entry.get("note", ""), entry.get("why_not", "")


@cache
def rules() -> tuple[Entry, ...]:
    return tuple(
        Entry(each["id"], each["severity"], each["says"], "", _held(each), *_texts(each)) for each in _listed("rules")
    )


@cache
def facts() -> tuple[Entry, ...]:
    return tuple(
        Entry(each["id"], each["verdict"], each["article"], each["status"], _held(each), *_texts(each))
        for each in _listed("law")
    )


# ---- what the library itself holds


def holding_rule(id_: str) -> tuple[str, ...]:
    """Rules and obligations of the library that bear the number of a rule: ``R109``, ``R109-quota``, ``O-R028``."""
    bears = re.compile(rf"(?:O-)?{re.escape(id_)}(?:-.+)?")
    found: dict[tuple[str, str], list[str]] = {}
    entries: tuple[Rule | Obligation, ...] = (*library().rules, *library().obligations)
    for entry in entries:
        if bears.fullmatch(entry.id):
            kind = "obligation" if entry.id.startswith("O-") else "rule"
            found.setdefault((kind, entry.span.file), []).append(f"`{entry.id}`")
    return tuple(
        f"{kind}{'s' if len(names) > 1 else ''} {' '.join(names)} ({file.removeprefix('clauses/')})"
        for (kind, file), names in found.items()
    )


def holding_fact(id_: str) -> tuple[str, ...]:
    """What cites a legal fact: rules, obligations, prohibitions and parameters by name, clauses by their first ones."""
    known = library()
    named = (("rule", known.rules), ("obligation", known.obligations), ("prohibition", known.prohibitions))
    found = [f"{kind} `{entry.id}`" for kind, entries in named for entry in entries if entry.fact == id_]
    found += [f"parameter `{value.id}`" for value in known.parameters.values() if value.fact == id_]
    clauses = [clause.id for clause in known.clauses.values() if cites(clause, id_)]
    found += [f"clause `{clause}`" for clause in clauses[:SHOWN]]
    if len(clauses) > SHOWN:
        found.append(f"{len(clauses) - SHOWN} more clauses")
    return tuple(found)


def cites(clause: LibraryClause, fact: str) -> bool:
    return any(source.fact == fact for source in clause.sources)


# ---- mechanisms that bear no number


def holds(kind: str, name: str) -> bool:
    """Whether a named mechanism is there: a field, a value that a field refuses, a proof, a check, a slot, a test, …"""
    known = library()
    match kind:
        case "rule":
            return any(rule.id == name for rule in known.rules)
        case "approval":
            return any(approval.id == name for approval in known.approvals)
        case "obligation":
            return any(obligation.id == name for obligation in known.obligations)
        case "slot":
            return name in slots() and bool(known.by_slot.get(name))
        case "proof":
            return name in KINDS
        case "lint":
            return name in DESCRIPTIONS
        case "schema":
            return field_of(name) is not None
        case "not_a_value":
            path, _, value = name.partition("=")
            field = field_of(path)
            return field is not None and bool(field.values) and value not in field.values
        case "absent":
            return not any(re.search(name, text, re.IGNORECASE) for text in texts())
        case "function":
            return name.startswith("generator/") and (ROOT / name).is_file()
        case "test":
            path, _, test = name.partition("::")
            file = ROOT / path
            return file.is_file() and (not test or f"\ndef {test}(" in file.read_text("utf-8"))
    return False


@cache
def slots() -> frozenset[str]:
    return frozenset(
        slot.id for outline in library().outlines for section in outline.sections for slot in section.slots
    )


def field_of(path: str) -> Type | None:
    """The type of a dotted field of a deal, ``[]`` steps into a list; None where there is no such field."""
    type_: Type | None = library().schema.type
    for step in path.split("."):
        if type_ is None:
            return None
        if step == "[]":
            type_ = type_.item
        else:
            field = type_.fields.get(step)
            type_ = field.type if field is not None else None
    return type_


@cache
def texts() -> tuple[str, ...]:
    """Each clause text of the library in both languages, without its head."""
    return tuple(path.read_text("utf-8").split("\n---\n", 1)[-1] for path in sorted((ROOT / "clauses").rglob("*.md")))


# ---- the page

_SAID = {
    "rule": "rule `{}`",
    "approval": "approval `{}`",
    "obligation": "obligation `{}`",
    "slot": "text in slot `{}`",
    "proof": "proof `{}`",
    "lint": "check `{}`",
    "schema": "schema `{}`",
    "not_a_value": "the schema has no value `{}`",
    "absent": "no text of the library says `{}`",
    "function": "computed in `{}`",
    "test": "test `{}`",
}


def where(entry: Entry) -> str:
    """The cell that says where an entry is held, or why not."""
    found = holding_fact(entry.id) if entry.status else holding_rule(entry.id)
    parts = [*found, *(_SAID[kind].format(name) for kind, name in entry.held)]
    told = [", ".join(parts)] if parts else []
    told += [f"not held: {entry.why_not}"] if entry.why_not else []
    told += [entry.note] if entry.note else []
    return ". ".join(part.rstrip(".") for part in told)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rows(entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        cells = [entry.id, SEVERITIES.get(entry.weight, entry.weight), entry.says]
        cells += [STATUSES[entry.status]] if entry.status else []
        yield "| " + " | ".join(_cell(cell) for cell in (*cells, where(entry))) + " |"


def _counted(counts: list[tuple[str, int]]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts)


def page() -> str:
    verdicts = Counter(entry.weight for entry in facts()).most_common()
    statuses = Counter(entry.status for entry in facts()).most_common()
    left_out = [entry for entry in facts() if entry.why_not]
    lines = [
        "# Rules and law: where each is held",
        "",
        "Made by `python -m tests.law_coverage` from the library and from `tests/coverage/`; a test keeps it fresh.",
        "Legal facts are not legal advice: no lawyer has validated any of them.",
        "",
        f"- {len(rules())} rules of the contract pack; {sum(bool(entry.why_not) for entry in rules())} held nowhere.",
        f"- {len(facts())} legal facts. By verdict: {_counted(verdicts)}. "
        f"By what was read: {_counted([(STATUSES[status], n) for status, n in statuses])}.",
        f"- {len(left_out)} facts held nowhere, with the reason; "
        f"{sum(entry.weight == 'error' for entry in left_out)} of them have the verdict error.",
        "",
        "“Held” means that something of the library judges, asks for, computes or says it. A fact that only a clause",
        "cites is held by that text. A field of the schema holds what no deal can leave out or write otherwise.",
        "",
        "## Rules",
        "",
        "| rule | severity | what it asks | where |",
        "|---|---|---|---|",
        *_rows(rules()),
        "",
        "## Legal facts",
        "",
        "| fact | verdict | article | read in | where |",
        "|---|---|---|---|---|",
        *_rows(facts()),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
