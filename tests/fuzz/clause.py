"""Files of a library: a clause with its front matter and its texts, a glossary, an outline, rules, facts and dates.

What is read of a clause is what its record of approvals is about: an approval can be written into it and taken out.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any, Final

from generator.formulas import FORMULAS
from generator.library.approved import Approval
from generator.library.clause_files import as_written, read_clause
from generator.library.front import FrontMatterError, with_approval
from generator.library.load import _Loader
from generator.library.model import LibraryClause, LibraryLayer
from generator.library.outlines import read_outline
from generator.library.reading import Findings, check_shape
from generator.library.rule_files import RuleFiles, read_fact_cases, read_facts, read_parameters
from generator.schema import DealSchema
from generator.source import Source, read_yaml
from generator.workspace import Workspace
from tests.fuzz.condition import NAMES
from tests.fuzz.condition import WORDS as CONDITIONS
from tests.fuzz.judge import check, well_formed
from tests.fuzz.mutate import mutated as mutated_bytes
from tests.fuzz.source import WORDS as YAML
from tests.fuzz.text import TERMS
from tests.fuzz.text import WORDS as TEXTS

LIMIT = 3.0
ROOT = Path(__file__).resolve().parents[2]
SCHEMAS: Final = ROOT / "schemas"
LAYER: Final = LibraryLayer("base", 0, {"fr": "Socle", "en": "Base"}, None)
SCHEMA: Final = DealSchema({"type": "object", "properties": {"client": {"type": "object", "properties": {}}}})
APPROVAL: Final = Approval("Me Dupont", "2026-06-01", "0123456789ab", "ba9876543210")
OWN = tuple(
    word.encode()
    for word in (
        "---\n", "slot: a.b\n", "when: client.vip\n", "when: true\n", "exception_to: x\n", "sources:\n",
        "  - {cite: x}\n",
        "locked: true\n", "binds: service\n", "effective: {from: 2026-01-01}\n",
        "approved:\n  fr: {by: A, on: 2026-06-01, text: 0123456789ab}\n", "approved: {}\n",
        "# fr: ", "# en: ", "\n# en: Cap\n\n", "requires: [a]\n", "excludes: []\n",
        "terms:\n", "  - id: ", "definition: ", "forms: [a, b]", "rules:\n", "facts:\n", "parameters:\n", "sections:\n",
        "slots:\n", "assert: ", "severity: error", "message: {fr: a, en: b}", "type: boolean", "cases:\n", "compute: ",
        "reads: [facts.a]", "value: true", "policy: exactly_one", "applies: ", "position: 1", "precedence: 1", "kind: ",
    )
)  # fmt: skip
WORDS = (*OWN, *OWN, *YAML, *TEXTS, *CONDITIONS)


def seeds() -> list[bytes]:
    return []


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return mutated_bytes(data, pick, WORDS, others)


def one(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    findings = Findings()
    if text.startswith("---"):
        _clause(text, findings)
    else:
        source, found = read_yaml("clauses/base/rules.yaml", text)
        findings.items += found
        if source is not None:
            _yaml_file(source, findings)
    well_formed(findings.items)


def _clause(text: str, findings: Findings) -> None:
    clause = _read(text, findings)
    check(clause is not None or findings.items, "refused without a reason", text)
    if clause is None:
        return
    source, _, digests = as_written("cap.md", text)
    check(source is not None and source.value == clause.front.value, "another front matter", text)
    check(digests == {language: one.digest for language, one in clause.texts.items()}, "other digests", text, digests)
    try:
        approved = with_approval(text, "fr", APPROVAL)
        again = _read(approved, Findings())
        without = with_approval(approved, "fr", None)
    except FrontMatterError:
        return
    # Whoever records approvals compares the whole file; where an approval is read, the texts must be those of before.
    if again is not None and again.approved.get("fr") == APPROVAL:
        check(_texts(again) == _texts(clause), "an approval changed a text", text, approved)
        back = _read(without, Findings())
        check(back is None or _texts(back) == _texts(clause), "taking an approval away changed a text", text, without)


def _read(text: str, findings: Findings) -> LibraryClause | None:
    terms = {"fr": TERMS, "en": TERMS}
    schema = SCHEMAS / "clause.schema.json"
    return read_clause("cap.md", text, "liability.cap", LAYER, NAMES, NAMES, terms, schema, findings)


def _texts(clause: LibraryClause) -> dict[str, Any]:
    return {language: text.digest for language, text in clause.texts.items()}


def _yaml_file(source: Source, findings: Findings) -> None:
    """A file by what it begins with, as its place in the folders of a library says it otherwise."""
    first = next(iter(source.value), "") if isinstance(source.value, dict) else ""
    match first:
        case "terms":
            workspace = Workspace(ROOT / "clauses", SCHEMAS)
            loader = _Loader(workspace, frozenset())
            loader.findings = findings
            loader.sources[workspace.clauses / "glossary.yaml"] = source
            loader.glossary(dict(NAMES))
        case "id":
            if check_shape(source, SCHEMAS / "outline.schema.json", findings):
                read_outline(source, dict(NAMES), dict(NAMES), findings)
        case _:
            if check_shape(source, SCHEMAS / "rules.schema.json", findings):
                read_facts([source], SCHEMA, frozenset(FORMULAS), findings)
                read_parameters([source], findings)
                read_fact_cases([source], dict(NAMES), findings)
                RuleFiles(dict(NAMES), findings).read(source, LAYER)
