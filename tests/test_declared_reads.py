"""What a formula reads is what its fact declares under `reads:`: explanations and the mender of deals follow it.

Each formula runs on deals that note every field that is touched. To go through a group on the way to a field is no
read of the group; to walk over it reads all of its fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from generator.conditions.expressions import reads
from generator.facts import Facts, derive
from generator.formulas import FORMULAS, Context
from generator.library.model import Library
from generator.pipeline import Options, merged_deal
from generator.source import read_yaml
from tests.deals import CONTRACTS, library, random_deal

RANDOM_DEALS = 40
Path = tuple[str, ...]


class Noted(dict[str, Any]):
    """A group that notes each field of it that is read; the entries of a list share its path."""

    def __init__(self, group: Mapping[str, Any], path: Path, found: set[Path]) -> None:
        super().__init__(group)
        self.path, self.found = path, found

    def __getitem__(self, name: str) -> Any:
        self.found.add((*self.path, name))
        return self._wrapped(super().__getitem__(name), name)

    def get(self, name: str, default: Any = None) -> Any:
        self.found.add((*self.path, name))
        return self._wrapped(super().get(name, default), name)

    def __contains__(self, name: object) -> bool:
        self.found.add((*self.path, str(name)))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        names = list(super().__iter__())
        self.found.update((*self.path, name) for name in names)
        return iter(names)

    def keys(self) -> Any:
        return list(self)

    def values(self) -> Any:
        return [self[name] for name in self]

    def items(self) -> Any:
        return [(name, self[name]) for name in self]

    def copy(self) -> Any:
        return dict(self.items())

    def __eq__(self, other: object) -> bool:
        return bool(self.copy() == other)

    def _wrapped(self, value: Any, name: str) -> Any:
        path = (*self.path, name)
        if isinstance(value, list):
            return [Noted(entry, path, self.found) if isinstance(entry, dict) else entry for entry in value]
        return Noted(value, path, self.found) if isinstance(value, dict) else value


def read_by(formula: str, library: Library, facts: Facts) -> set[Path]:
    """The fields, facts and parameters that a formula reads in a deal."""
    found: set[Path] = set()
    deal = Noted(facts.deal.values, (), found)
    parameters = Noted(facts.scope["parameters"], ("parameters",), found)
    derived = Noted(facts.scope["facts"], ("facts",), found)
    context = Context(library.schema, library.services, library.holidays, parameters, derived, facts.as_of)
    FORMULAS[formula](deal, context)
    return {path for path in found if not any(path == longer[: len(path)] for longer in found - {path})}


def undeclared(found: Iterable[Path], declared: Iterable[str]) -> set[str]:
    """What is read and stands below nothing that is declared."""
    known = [tuple(path.split(".")) for path in declared]
    return {".".join(path) for path in found if not any(path[: len(start)] == start for start in known)}


@cache
def deals() -> tuple[Facts, ...]:
    """The facts of the example deals and of the random ones."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(CONTRACTS.glob("*.yaml"))}
    texts |= {f"random-{seed}.yaml": json.dumps(random_deal(seed)) for seed in range(RANDOM_DEALS)}
    made = []
    for name, text in texts.items():
        source, findings = read_yaml(name, text)
        assert source is not None, findings
        deal, found = merged_deal(library(), source, CONTRACTS, Options())
        assert deal is not None, found
        facts, found = derive(library(), deal)
        assert facts is not None, found
        made.append(facts)
    return tuple(made)


def test_a_formula_reads_nothing_that_its_fact_does_not_declare() -> None:
    for fact in library().facts:
        for facts in deals() if fact.formula else ():
            found = undeclared(read_by(fact.formula, library(), facts), fact.reads)
            assert found == set(), f"{fact.id} in {facts.deal.source.file}"


def test_a_service_sheet_computes_its_times_from_declared_fields() -> None:
    declared = next(fact.reads for fact in library().facts if fact.id == "service_levels")
    for code, service in library().services.items():
        for level in service.levels:
            for condition in filter(None, (level.response, level.execution)):
                found = [tuple(str(step) for step in read.path) for read in reads(condition.expression)]
                assert undeclared(found, declared) == set(), code


def test_a_read_that_is_not_declared_is_seen() -> None:
    fact = next(fact for fact in library().facts if fact.id == "site_rows")
    found = set().union(*(read_by(fact.formula, library(), facts) for facts in deals()))
    assert undeclared(found, fact.reads) == set()
    for path in fact.reads:
        seen = undeclared(found, set(fact.reads) - {path})
        assert seen, path
        assert all(name.startswith(path) for name in seen)


def test_a_group_that_is_walked_is_read_as_a_whole() -> None:
    found: set[Path] = set()
    deal = Noted({"sites": [{"id": "a", "zone": {"name": "b"}}], "term": {"months": 1}}, (), found)
    assert dict(deal["sites"][0]["zone"].items()) == {"name": "b"}
    assert found == {("sites",), ("sites", "zone"), ("sites", "zone", "name")}
    assert "years" not in deal["term"]
    assert ("term", "years") in found
