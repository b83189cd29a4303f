"""What a text asks on the way to its words, without the words; and the atoms of conditions, ready to run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from generator.conditions import Expression
from generator.conditions.compile import Run
from generator.conditions.evaluate import compile_expression
from generator.conditions.expressions import Quantified
from generator.library.model import LibraryClause
from generator.library.templates import Choice, Repeat
from generator.library.walk import content_of, parts


@dataclass(frozen=True, slots=True)
class Chosen:
    """The branches of a choice in order: each condition, ``None`` for the last resort, and what is asked inside."""

    branches: tuple[tuple[Expression | None, tuple[Asked, ...]], ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """A loop, with what is asked for each entry."""

    repeat: Repeat
    inside: tuple[Asked, ...]


Asked = Chosen | Walked


@dataclass(frozen=True, slots=True)
class RunnableAtom:
    """An operand of a condition. ``true`` and ``false`` are the names of its targets, empty where it is a constant."""

    run: Run
    true: str
    false: str
    quantified: tuple[Quantified, ...]


@dataclass
class Known:
    """What was made ready once for the many deals of a search. Keys are identities; what they identify is kept.

    ``names_of`` gives the names of an atom's targets, true and false; two empty ones for a constant.
    """

    names_of: Callable[[str, Expression], tuple[str, str]]
    quantified_of: Callable[[Expression], Iterator[Quantified]]
    atoms: dict[tuple[str, int], RunnableAtom] = field(default_factory=dict)
    contents: dict[int, tuple[Any, tuple[Asked, ...]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)

    def atom(self, place: str, node: Expression) -> RunnableAtom:
        key = (place, id(node))
        if key not in self.atoms:
            true, false = self.names_of(place, node)
            inner = tuple(self.quantified_of(node)) if true else ()
            self.atoms[key] = RunnableAtom(compile_expression(node), true, false, inner)
        return self.atoms[key]

    def text(self, clause: LibraryClause, language: str) -> tuple[Any, ...]:
        key = (clause.id, language)
        if key not in self.texts:
            self.texts[key] = content_of(clause.texts[language])
        return self.texts[key]

    def asked(self, content: tuple[Any, ...]) -> tuple[Asked, ...]:
        if id(content) not in self.contents:
            self.contents[id(content)] = content, tuple(_asked(content))
        return self.contents[id(content)][1]


def _asked(content: Iterable[Any]) -> Iterator[Asked]:
    for node in content:
        match node:
            case Choice(branches):
                yield Chosen(tuple((branch.condition, tuple(_asked(branch.content))) for branch in branches))
            case Repeat():
                inside = tuple(_asked(node.content))
                if inside or node.test is not None:
                    yield Walked(node, inside)
            case _:
                yield from _asked(parts(node))
