"""What of a deal the library asks about at all: the paths that it reads, and how many entries of lists it tells apart.

Everything else of the schema is left out of a proof: to leave out a constraint makes more deals count as valid, never
fewer, so that what is proven stays true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Compare, Key, Length, Literal_, Quantified, Read, children, reads
from generator.library.model import Library
from generator.library.repeated import REPEATED
from generator.library.templates import Repeat
from generator.lint.walk import conditions, found, template_expressions, texts
from generator.prove.counts import COUNT
from generator.prove.places import Aspect, Path

# A list of which a loop names an entry, or a rule each entry, has one that stands for any.
ANY_ENTRY = 1
# Of longer lists only the length is modelled.
MOST_COUNTED = 2


@dataclass(frozen=True)
class Needs:
    """``paths`` are the paths that conditions read, or that a deal may lack where a text prints them, with those above
    them; of ``values`` the value matters too. Entries of lists are written ``[]``. ``tests`` are the questions whether
    an entry, or each, is of some kind: entries that answer all of them alike stand for each other."""

    paths: frozenset[Path]
    values: frozenset[Path]
    entries: dict[Path, int]
    tests: dict[Path, tuple[Expression, ...]]

    def counted(self, aspect: Aspect) -> Expression | None:
        """The test of which an aspect says of how many entries it is true, where it says that."""
        if aspect.name != "free" or not isinstance(aspect.detail, tuple) or aspect.detail[0] != COUNT:
            return None
        path = _general(aspect.path)
        return next((test for test in self.tests.get(path, ()) if text_of(test) == aspect.detail[1]), None)


def needs(library: Library) -> Needs:
    """What the conditions, rules, facts and texts of a library ask about."""
    paths: set[Path] = set()
    values: set[Path] = set()
    tests: dict[Path, dict[str, Expression | None]] = defaultdict(dict)
    for expression, bound in _expressions(library):
        if isinstance(expression, Read) and expression.always and expression.type.kind not in {"boolean", "list"}:
            # Printed, and always there: nothing to prove.
            continue
        for read in reads(expression):
            path = _resolved(read, bound)
            paths.update(path[:size] for size in range(1, len(path) + 1))
        if not isinstance(expression, Read) or expression.type.kind == "boolean":
            values.update(_resolved(read, bound) for read in reads(expression))
        for part in _parts(expression):
            match part:
                case Quantified(_, Read() as collection, test):
                    path = _resolved(collection, bound)
                    tests[path][text_of(test)] = test
                    attributes = {(*path, "[]", *_general(read.path[1:])) for read in reads(test)}
                    paths |= attributes
                    values |= attributes
                case Compare(_, Length(Read() as collection), Literal_(int() as value, _)):
                    # Lists of up to this many entries are told apart.
                    counted = range(min(value, MOST_COUNTED))
                    tests[_resolved(collection, bound)].update({f"length {n}": None for n in counted})
    entries = {path: len(asked) + ANY_ENTRY for path, asked in tests.items()}
    for path in paths:
        for index, step in enumerate(path):
            if step == "[]":
                entries.setdefault(path[:index], ANY_ENTRY)
    asked = {path: tuple(test for test in own.values() if test is not None) for path, own in tests.items()}
    return Needs(frozenset(paths), frozenset(values), entries, asked)


Bound = dict[str, Path]


def _expressions(library: Library) -> Iterator[tuple[Expression, Bound]]:
    nothing: Bound = {}
    for condition in conditions(library):
        yield condition.expression, nothing
    for fact in library.facts:
        for case in fact.cases:
            yield case.when.expression, nothing
    for rule in library.rules:
        if rule.each is not None:
            name, collection = rule.each
            assert isinstance(collection.expression, Read)
            bound = {name: (*_general(collection.expression.path), "[]")}
            for asked in (rule.when, rule.asserted):
                if asked is not None:
                    yield asked.expression, bound
    for content in texts(library):
        bound = {name: (*path, "[]") for name, path in REPEATED.items()}
        for repeat in found(Repeat, content):
            if isinstance(repeat.collection, Read):
                bound[repeat.name] = (*_resolved(repeat.collection, bound), "[]")
        for expression in template_expressions(content):
            yield expression, bound


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in children(expression):
        yield from _parts(child)


def _resolved(read: Read, bound: Bound) -> Path:
    root = str(read.path[0])
    return (*bound.get(root, (root,)), *_general(read.path[1:]))


def _general(steps: Iterable[object]) -> Path:
    return tuple("[]" if isinstance(step, (Key, int)) else str(step) for step in steps)
