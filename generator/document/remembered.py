"""Clauses that were filled before with the same values: the contracts of a portfolio say the same in most places.

A clause that is filled is a pure function of its text, of its place and of the values that its text reads; these are
the key. So no change can be missed: what is not in the key is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from typing import Any, Final

from generator.cache import Latest, is_off, once_each
from generator.conditions import Scope
from generator.conditions.expressions import Expression, Key, reads
from generator.document.nodes import Clause
from generator.library.templates import ClauseText, Refer, Repeat
from generator.library.walk import content_of, expressions_of, parts

_Names = tuple[str, ...]
# About as many different clauses as ten kinds of contracts have. More serve hardly better: 142 ms a contract with
# 2,048, 145 with these, 155 with 1,024, 158 with none; and all of these are there after a hundred contracts.
_CLAUSES: Final = 1536
_LONG: Final = 64
_ABSENT: Final = "absent"


@dataclass(frozen=True, slots=True)
class Use:
    """What a text reads: the paths of its values, up to the entries of lists, and the anchors that it refers to."""

    paths: tuple[_Names, ...]
    targets: tuple[str, ...]


@once_each
def use_of(text: ClauseText) -> Use:
    """What a text of the library can read, whatever the deal is; ``Key`` steps into lists count as the whole list."""
    paths: dict[_Names, None] = {}
    targets: dict[str, None] = {}
    waiting: list[tuple[Any, frozenset[str]]] = [(node, frozenset()) for node in content_of(text)]
    for node, bound in waiting:
        # A loop's own variable is known inside of it, and not yet where its list is read.
        inner = bound | {node.name} if isinstance(node, Repeat) else bound
        read = (path for one in expressions_of(node) for path in _paths(one, bound, inner))
        paths.update(dict.fromkeys(read))
        if isinstance(node, Refer):
            targets[node.target] = None
        waiting.extend((part, inner) for part in parts(node))
    return Use(tuple(paths), tuple(targets))


def _paths(expression: Expression, before: frozenset[str], bound: frozenset[str]) -> Iterator[_Names]:
    for read in reads(expression):
        # The entry of a list that is named stands for the whole list.
        end = next((place for place, step in enumerate(read.path) if isinstance(step, Key)), len(read.path))
        names = tuple(map(str, read.path[:end]))
        # The entry of a quantifier and the variable of a loop stand in a list, which is read as well.
        if names[0] and (names[0] not in bound or names[0] not in before):
            yield names


@dataclass(frozen=True, slots=True)
class Filled:
    """A clause, and what it printed and used."""

    clause: Clause
    paths: frozenset[str]
    words: frozenset[str]
    terms: frozenset[str]


KEPT: Final[Latest[tuple[object, ...], Filled]] = Latest(_CLAUSES)
"""The clauses that were filled last, by all that they follow from."""


_CONTRACTS: Final = count()


def is_worth_keeping() -> bool:
    """Whether something was assembled before this: most commands make one contract, and keep nothing for another."""
    return next(_CONTRACTS) > 0 and not is_off()


class Values:
    """The values of one deal as parts of keys, each found once."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._known: dict[_Names, str | bytes] = {}

    def of(self, paths: tuple[_Names, ...], bound: Mapping[str, Any]) -> tuple[str | bytes, ...]:
        """A notation of the values at these paths, of which some may be ``bound`` beside the deal."""
        known = self._known
        notations = []
        for path in paths:
            if path[0] in bound:
                notations.append(notation(bound, path))
                continue
            found = known.get(path)
            if found is None:
                found = known[path] = notation(self._scope, path)
            notations.append(found)
        return tuple(notations)


def notation(scope: Scope, path: _Names) -> str | bytes:
    """What a deal or its facts say at a path: values that differ in anything have different ones.

    They are made of texts, numbers, decimals, lists and groups, of which Python's own notation says all.
    """
    value: Any = scope
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return _ABSENT
        value = value[name]
    said = repr(value)
    return said if len(said) <= _LONG else blake2b(said.encode(), digest_size=16).digest()
