"""Whole deals: what the schema says of one is what jsonschema says, and a deal that is accepted makes a contract or
comes to findings."""

from __future__ import annotations

import json
from functools import cache
from random import Random
from zlib import crc32

from generator.pipeline import Options, draft_of, merged_deal
from generator.schema import coerce, walk_fields
from generator.source import Source, read_yaml
from generator.workspace import Workspace
from tests.deals import CONTRACTS, library, random_deal
from tests.fuzz.judge import check, well_formed
from tests.fuzz.mutate import mutated as mutated_bytes
from tests.fuzz.source import WORDS as YAML

LIMIT = 10.0
# A whole contract takes a hundred times as long as the verdict on its deal.
_DRAFTED = 32


@cache
def words() -> tuple[bytes, ...]:
    """The names of fields and the values of choices, as the schema has them."""
    found: set[str] = set()
    for path, type_ in walk_fields(library().schema.type, ""):
        found.add(f"{path.rpartition('.')[2]}: ")
        found.update(type_.values)
    return tuple(word.encode() for word in sorted(found))


def seeds() -> list[bytes]:
    examples = [path.read_bytes() for path in sorted(CONTRACTS.glob("*.yaml"))]
    return [*examples, *(json.dumps(random_deal(seed), ensure_ascii=False, indent=1).encode() for seed in range(20))]


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return mutated_bytes(data, pick, words() if pick.random() < 0.7 else YAML, others)


def one(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    source, found = read_yaml("deal.yaml", text)
    if source is None:
        well_formed(found, text)
        return
    _judged(source)
    if crc32(data) % _DRAFTED:
        return
    deal, found = merged_deal(library(), source, CONTRACTS, Options())
    check(deal is not None or any(finding.is_error for finding in found), "refused without a reason", found)
    well_formed(found)
    draft = draft_of(library(), Workspace.default(), "deal.yaml", text, CONTRACTS, Options())
    well_formed(draft.report.diagnostics)
    check(draft.complete or draft.report.has_errors, "no contract, and no reason", draft.report)


def _judged(source: Source) -> None:
    """The verdict on what the author wrote is the verdict of jsonschema, and there is a reason for every refusal."""
    schema = library().schema
    values = coerce(schema.type, source.value, source.raw)
    accepted = isinstance(values, dict) and schema._accepts(values, merged=False, groups=None)
    check(accepted is schema._author_validator.is_valid(values), "not the verdict of jsonschema", values)
    if isinstance(values, dict) and not accepted:
        found = schema.violations(values, merged=False)
        check(found or _only_forms(source), "refused without a reason", values)
        for violation in found:
            check(violation.message.strip(), "no message", violation)


def _only_forms(source: Source) -> bool:
    """Whether merging says more than the schema alone does: what a form refuses, its pattern leaves to the form."""
    _, found = merged_deal(library(), source, CONTRACTS, Options())
    return any(finding.is_error for finding in found)
