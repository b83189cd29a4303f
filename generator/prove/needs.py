"""What of a deal the library asks about at all: the paths that it reads, and how many entries of lists it tells apart.

Everything else of the schema is left out of a proof: to leave out a constraint makes more deals count as valid, never
fewer, so that what is proven stays true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Compare, Key, Length, Literal_, Quantified, Read, children, reads
from generator.library.model import Library
from generator.library.repeated import REPEATED
from generator.library.templates import Insert, Repeat
from generator.library.values import too_small
from generator.library.walk import conditions, expressions_of, templates, texts
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
    an entry, or each, is of some kind: entries that answer all of them alike stand for each other. ``lengths`` are the
    greatest that the length of a list is compared with."""

    paths: frozenset[Path]
    values: frozenset[Path]
    entries: dict[Path, int]
    tests: dict[Path, tuple[Expression, ...]]
    lengths: dict[Path, int] = field(default_factory=dict)

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
    inside: set[Path] = set()
    tests: dict[Path, dict[str, Expression | None]] = defaultdict(dict)
    lengths: dict[Path, int] = {}
    for expression, bound in _expressions(library):
        if isinstance(expression, Read) and expression.always and expression.type.kind not in {"boolean", "list"}:
            # Printed, and always there: nothing to prove.
            continue
        valued = not isinstance(expression, Read) or expression.type.kind == "boolean"
        for part in _parts(expression):
            match part:
                case Read():
                    path = _resolved(part, bound)
                    if valued:
                        values.add(path)
                    while path and path not in paths:
                        paths.add(path)
                        path = path[:-1]
                case Quantified(_, Read() as collection, test):
                    path = _resolved(collection, bound)
                    tests[path][text_of(test)] = test
                    attributes = {(*path, "[]", *_general(read.path[1:])) for read in reads(test)}
                    inside |= attributes
                    values |= attributes
                case Compare(_, Length(Read() as collection), Literal_(int() as value, _)) | Compare(
                    _, Literal_(int() as value, _), Length(Read() as collection)
                ):
                    path = _resolved(collection, bound)
                    lengths[path] = max(lengths.get(path, 0), value)
                    # Lists of up to this many entries are told apart.
                    counted = range(min(value, MOST_COUNTED))
                    tests[path].update({f"length {n}": None for n in counted})
    paths |= inside
    entries = {path: len(asked) + ANY_ENTRY for path, asked in tests.items()}
    for path in paths:
        for index, step in enumerate(path):
            if step == "[]":
                entries.setdefault(path[:index], ANY_ENTRY)
    asked = {path: tuple(test for test in own.values() if test is not None) for path, own in tests.items()}
    return Needs(frozenset(paths), frozenset(values), entries, asked, lengths)


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
        nodes = list(templates(content))
        for node in nodes:
            if isinstance(node, Repeat) and isinstance(node.collection, Read):
                bound[node.name] = (*_resolved(node.collection, bound), "[]")
        for node in nodes:
            for expression in expressions_of(node):
                yield expression, bound
            if isinstance(node, Insert):
                less = too_small(node.expression, node.type, node.filter)
                if less is not None:
                    yield less, bound


def _parts(expression: Expression) -> list[Expression]:
    """An expression and all inside it, outer ones first."""
    if isinstance(expression, Read):
        # Most of what texts print is nothing else.
        return [expression]
    listed: list[Expression] = [expression]
    for part in listed:
        listed.extend(children(part))
    return listed


def _resolved(read: Read, bound: Bound) -> Path:
    root = str(read.path[0])
    return (*bound.get(root, (root,)), *_general(read.path[1:]))


def _general(steps: Iterable[object]) -> Path:
    return tuple("[]" if isinstance(step, (Key, int)) else str(step) for step in steps)
