"""A rule that points at, tells of or changes a field that it does not judge, or tells of others in another language.

What a rule judges are the fields that its conditions read, through facts too. Its texts may print names beside them,
and a value of a kind that it does not judge at all: both say which entry is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.conditions.expressions import Expression, Read, reads
from generator.diagnostics import Diagnostic, Severity
from generator.library.model import LANGUAGES, ApprovalRule, Library, Rule
from generator.library.templates import InlineTemplate
from generator.library.walk import plain_text, template_expressions
from generator.schema_types import Type

CODE = "wrong-field"

Path = tuple[str, ...]
Texts = Mapping[str, tuple[InlineTemplate, ...]]

_NAMED = re.compile(r"\b[a-z_]+(?:\.[a-z_0-9]+)+\b")
_TOLD_EXACTLY = frozenset({"integer", "number", "money", "percent", "date", "month", "time", "duration"})


def check(library: Library) -> Iterator[Diagnostic]:
    reading = Reading(library)
    for rule in library.rules:
        judged = reading.of_rule(rule)
        if rule.at and not judged.touches(_split(rule.at)):
            yield _finding(f"{rule.id} points at `{rule.at}`, which it does not read", rule)
        for path, _ in rule.fix.settings if rule.fix is not None else ():
            if not judged.touches(_split(path)):
                yield _finding(f"the fix of {rule.id} changes `{path}`, which the rule does not read", rule)
        yield from _texts(library, rule, judged, rule.message)
        yield from _texts(library, rule, judged, rule.help)
        yield from _named(library, rule, judged)
    for approval in library.approvals:
        judged = reading.of((approval.when.expression,))
        if approval.at and not judged.touches(_split(approval.at)):
            yield _finding(f"{approval.id} points at `{approval.at}`, which it does not read", approval)
        yield from _texts(library, approval, judged, approval.reason)


def _texts(library: Library, rule: Rule | ApprovalRule, judged: Judged, texts: Texts) -> Iterator[Diagnostic]:
    told = {language: _told(texts[language]) for language in LANGUAGES if language in texts}
    fields = {language: set(values) for language, values in told.items()}
    first, *others = fields.values() or [set()]
    for other in others:
        for path in sorted(first ^ other):
            yield _finding(f"only one language of {rule.id} tells of `{'.'.join(path)}`", rule)
    for path, type_ in {path: type_ for values in told.values() for path, type_ in values.items()}.items():
        if type_.kind in _TOLD_EXACTLY and not judged.touches(path) and not judged.related(path):
            missed = judged.untold(type_, set().union(*fields.values()))
            if missed:
                shown = f"{rule.id} tells of `{'.'.join(path)}`, which it does not read, and not of `{missed}`"
                yield _finding(shown, rule)


def _told(content: Iterable[InlineTemplate]) -> dict[Path, Type]:
    """The values that a text prints or asks about."""
    return {_path(read): read.type for expression in template_expressions(content) for read in reads(expression)}


def _named(library: Library, rule: Rule, judged: Judged) -> Iterator[Diagnostic]:
    """Fields that a help text names in letters: one of them is a field that the rule reads."""
    named: dict[str, list[str]] = {}
    for language, content in rule.help.items():
        found = _NAMED.findall(plain_text(content))
        named[language] = [path for path in found if path.split(".")[0] in library.schema.type.fields]
    first, *others = named.values() or [[]]
    for path in sorted({path for other in others for path in set(first) ^ set(other)}):
        yield _finding(f"only one language of the help of {rule.id} names `{path}`", rule)
    if first and not any(judged.touches(_split(path)) for path in first):
        yield _finding(f"the help of {rule.id} names `{first[0]}`, which the rule does not read", rule)


def _finding(message: str, rule: Rule | ApprovalRule) -> Diagnostic:
    return Diagnostic(CODE, Severity.WARNING, message, rule.span, "name a field that decides what the rule finds")


# ---- what a rule reads


@dataclass(frozen=True)
class Judged:
    """The paths that decide what a rule finds, with their types where a condition reads them itself."""

    paths: frozenset[Path]
    types: Mapping[Path, Type]
    library: Reading

    def touches(self, path: Path) -> bool:
        """Whether a path is one of them, below one, or holds one."""
        return path[0] == "parameters" or any(
            path[: len(read)] == read or read[: len(path)] == path for read in self.paths
        )

    def related(self, path: Path) -> bool:
        """Whether a fact is computed from what decides."""
        return path[0] == "facts" and any(
            self.touches(read) for read in self.library.of_fact(path[1]) if read != path[:2]
        )

    def untold(self, type_: Type, told: set[Path]) -> str:
        """A field of the same kind that the rule reads itself and its text leaves out; empty where there is none."""
        missed = (
            path
            for path, read in self.types.items()
            if (read.kind, read.unit) == (type_.kind, type_.unit) and path not in told
        )
        return ".".join(min(missed, default=()))


class Reading:
    """What conditions read, through the facts of a library."""

    def __init__(self, library: Library) -> None:
        self._facts = {fact.id: fact for fact in library.facts}
        self._of_fact: dict[str, frozenset[Path]] = {}

    def of_rule(self, rule: Rule) -> Judged:
        conditions = [condition.expression for condition in (rule.when, rule.asserted) if condition is not None]
        if rule.each is None:
            return self.of(conditions)
        name, collection = rule.each
        found = self.of((*conditions, collection.expression))
        lists = {_path(read) for read in reads(collection.expression)}
        inside = {(*path, *read[1:]) for path in lists for read in found.paths if read[0] == name}
        return Judged(found.paths | inside, found.types, self)

    def of(self, expressions: Iterable[Expression]) -> Judged:
        found = [read for expression in expressions for read in reads(expression)]
        paths = {_path(read): read.type for read in found}
        below = (self.of_fact(path[1]) for path in paths if path[0] == "facts" and len(path) > 1)
        return Judged(frozenset(paths).union(*below), paths, self)

    def of_fact(self, name: str) -> frozenset[Path]:
        """What a fact is made of, and itself."""
        if name not in self._of_fact:
            fact = self._facts.get(name)
            self._of_fact[name] = frozenset({("facts", name)})
            own: set[Path] = {("facts", name)}
            if fact is not None:
                own |= {_split(path) for path in fact.reads}
                own |= {_path(read) for case in fact.cases for read in reads(case.when.expression)}
            below = [self.of_fact(path[1]) for path in own if path[0] == "facts" and path[1] != name]
            self._of_fact[name] = frozenset(own).union(*below)
        return self._of_fact[name]


def _split(dotted: str) -> Path:
    return tuple(dotted.split("."))


def _path(read: Read) -> Path:
    """The fields on the way of a read; which entry of a list is meant is left out."""
    return tuple(step for step in read.path if isinstance(step, str))
