"""Which clauses, facts and rules read a field at all, however the deal is: an index of the library, made once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from generator.conditions.expressions import Compare, Expression, Literal_, Read, children, reads
from generator.interview.chains import chains_of
from generator.library.model import Condition, Library, LibraryClause


class Readers:
    """The facts, clauses and rules behind each field, and the numbers with which conditions compare it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._facts: dict[str, set[str]] = {}
        self._clauses: dict[str, set[str]] = {}
        self._rules: dict[str, set[str]] = {}
        self.constants: dict[str, set[Any]] = {}
        chains = chains_of(library)
        for fact in library.facts:
            own = [case.when for case in fact.cases]
            _enter(self._facts, fact.id, {*fact.reads, *_read_by(own)})
        for clause in library.clauses.values():
            places = [condition for chain in chains.get(clause.slot, ()) for condition in chain.conditions]
            repeated = any(chain.service is not None for chain in chains.get(clause.slot, ()))
            paths = {*_read_by(places), *self._of_clause(clause, set()), *(("facts.subscribed",) if repeated else ())}
            _enter(self._clauses, clause.id, paths)
        for rule in library.rules:
            listed = rule.each[1] if rule.each is not None else None
            _enter(self._rules, rule.id, set(_read_by((rule.layer.when, listed, rule.when, rule.asserted))))
        for condition in _all_conditions(library):
            for path, value in _compared(condition.expression):
                self.constants.setdefault(path, set()).add(value)

    def _of_clause(self, clause: LibraryClause, seen: set[str]) -> set[str]:
        """What decides a clause: its own conditions, and those of its exceptions and of its rivals."""
        if clause.id in seen:
            return set()
        seen.add(clause.id)
        paths = set(_read_by((clause.when, clause.layer.when)))
        rivals = self.library.exceptions.get(clause.exception_to, ()) if clause.exception_to else ()
        for other in (*self.library.exceptions.get(clause.id, ()), *rivals):
            paths |= self._of_clause(other, seen)
        if clause.effective.start or clause.effective.end:
            paths.add("facts.as_of")
        return paths

    def facts(self, path: str) -> set[str]:
        """The facts that may change with a field, directly or through other facts."""
        found = _reading(self._facts, path)
        wave = found
        while wave:
            wave = {reader for fact in wave for reader in _reading(self._facts, f"facts.{fact}")} - found
            found |= wave
        return found

    def clauses(self, path: str, facts: Iterable[str]) -> set[str]:
        """The clauses that may change with a field or with one of these facts."""
        return _reading(self._clauses, path).union(*(_reading(self._clauses, f"facts.{fact}") for fact in facts))

    def rules(self, path: str, facts: Iterable[str]) -> set[str]:
        """The rules whose finding may change with a field or with one of these facts."""
        return _reading(self._rules, path).union(*(_reading(self._rules, f"facts.{fact}") for fact in facts))


def _enter(index: dict[str, set[str]], reader: str, paths: set[str]) -> None:
    """Under each path that is read, and under each group above it with a dot: a group changes with its fields."""
    for path in paths:
        index.setdefault(path, set()).add(reader)
        for above in _above(path):
            index.setdefault(f"{above}.", set()).add(reader)


def _reading(index: Mapping[str, set[str]], path: str) -> set[str]:
    """What reads a path, a field below it, or a group above it."""
    return set().union(*(index.get(key, ()) for key in (path, f"{path}.", *_above(path))))


def _above(path: str) -> Iterator[str]:
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def _read_by(conditions: Iterable[Condition | None]) -> Iterator[str]:
    for condition in conditions:
        if condition is not None:
            yield from (dotted(read) for read in reads(condition.expression))


def dotted(read: Read) -> str:
    """The path of a read as fields have it: up to the first entry of a list."""
    return ".".join(step for step in read.path[: _plain_steps(read)] if isinstance(step, str))


def _plain_steps(read: Read) -> int:
    return next((i for i, step in enumerate(read.path) if not isinstance(step, str)), len(read.path))


def _all_conditions(library: Library) -> Iterator[Condition]:
    for clause in library.clauses.values():
        if clause.when is not None:
            yield clause.when
    for fact in library.facts:
        yield from (case.when for case in fact.cases)
    for rule in library.rules:
        if rule.each is None:
            yield from (condition for condition in (rule.when, rule.asserted) if condition is not None)
    yield from (rule.when for rule in library.approvals)
    for chains in chains_of(library).values():
        yield from (condition for chain in chains for condition in chain.conditions)


def _compared(expression: Expression) -> Iterator[tuple[str, Any]]:
    match expression:
        case Compare(_, Read() as read, Literal_(value, _)) | Compare(_, Literal_(value, _), Read() as read):
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                yield dotted(read), value
        case _:
            for child in children(expression):
                yield from _compared(child)
