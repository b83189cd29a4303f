"""Filling a clause text with the values of a deal: each text becomes steps once, and these run for every deal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from generator.cache import once_each
from generator.conditions import Scope
from generator.document.fixed import Fixed, fixed_content, fixed_node, terms_in, trimmed
from generator.document.nodes import Emphasis, Inline, Reference, Strong, Text, Value
from generator.document.status import Printed
from generator.document.walk import text_of
from generator.elision import elided
from generator.library.fill import Budget, inserted
from generator.library.model import Library
from generator.library.templates import (
    Choice,
    Emphatically,
    InlineTemplate,
    Insert,
    Refer,
    Repeat,
    Strongly,
)

# Values whose words come from the library and may be defined terms; a name of the deal is none.
_WORDS_OF_THE_LIBRARY: Final = {"localised", "enum", "list"}


@dataclass(slots=True)
class Filler:
    """Fills the texts of one contract in one language, and notes what they use.

    ``groups`` are the groups of the deal. ``whereabouts`` is what a reference says of the document it leads to.
    ``budget`` is that of the text at hand: a clause, a title, a definition.
    """

    library: Library
    language: str
    groups: Set[str]
    printed: Printed
    terms: set[str]
    whereabouts: Callable[[str], str]
    budget: Budget = field(default_factory=Budget)

    def inline(self, content: tuple[InlineTemplate, ...], scope: Scope) -> tuple[Inline, ...]:
        """The nodes of a text. Raises ``AbsentField`` where it reads what the deal does not have, and
        ``TooMuch`` where it says more than one text may."""
        steps, branches = _filling(content)
        if isinstance(steps, Fixed):
            self.terms.update(steps.terms)
            self.budget.print(steps.length)
            return steps.nodes
        nodes: list[Inline] = []
        for step in steps:
            step(self, scope, nodes)
        return trimmed(nodes) if branches else tuple(nodes)

    def elide(self, nodes: list[Inline], text: str) -> None:
        """Shorten the last word before a value: "le contrat d’Orange"."""
        before = nodes[-1] if nodes else None
        if isinstance(before, Text):
            shorter = elided(before.text, text, self.language)
            if shorter is not before.text:
                nodes[-1] = Text(shorter)


_Step = Callable[[Filler, Scope, list[Inline]], None]


@once_each
def _filling(content: tuple[InlineTemplate, ...]) -> tuple[Fixed | tuple[_Step, ...], bool]:
    """The nodes or the steps of a text, and whether it has branches: only these leave spaces to be taken out again."""
    fixed = fixed_content(content)
    if fixed is not None:
        return fixed, False
    branches = any(isinstance(template, (Choice, Repeat)) for template in content)
    return _steps(content, trim=not branches), branches


def _steps(content: Iterable[InlineTemplate], *, trim: bool = False) -> tuple[_Step, ...]:
    """One step for each run of nodes that are the same in every deal, one for each of the others."""
    nodes = [fixed_node(template) for template in content]
    # What is not fixed stands in its place as a value does: no space is taken away from it.
    places: dict[int, InlineTemplate] = {}
    held: list[Inline] = []
    for template, node in zip(content, nodes, strict=True):
        if node is None:
            stands_in = Value("", "", "")
            places[id(stands_in)] = template
            held.append(stands_in)
        else:
            held.append(node)
    kept = trimmed(held) if trim else held
    steps: list[_Step] = []
    for fixed, group in groupby(kept, lambda node: id(node) not in places):
        if fixed:
            steps.append(_constant(tuple(group)))
        else:
            steps += (_step(places[id(node)]) for node in group)
    return tuple(steps)


def _constant(nodes: tuple[Inline, ...]) -> _Step:
    terms = frozenset(terms_in(nodes))
    length = len(text_of(nodes))

    def step(filler: Filler, scope: Scope, filled: list[Inline]) -> None:
        filler.budget.print(length)
        if terms:
            filler.terms.update(terms)
        filled.extend(nodes)

    return step


def _step(template: Any) -> _Step:
    """The step of a template that depends on the deal."""
    match template:
        case Insert():
            return _value(template)
        case Refer(target, _):
            return _reference(target)
        case Strongly(content) | Emphatically(content):
            return _nested(content, Strong if isinstance(template, Strongly) else Emphasis)
        case Choice():
            return _choice(template)
        case Repeat():
            return _repeat(template)
        case _:
            raise TypeError(f"{type(template).__name__} is the same in every deal")


def _value(insert: Insert) -> _Step:
    path, kind = insert.path, insert.type.kind
    group = path.partition(".")[0]
    of_the_library = kind in _WORDS_OF_THE_LIBRARY

    def step(filler: Filler, scope: Scope, filled: list[Inline]) -> None:
        text = inserted(insert, scope, filler.language)
        filler.budget.print(len(text))
        filler.elide(filled, text)
        printed = filler.printed
        printed.paths.add(path)
        from_deal = group in filler.groups
        if of_the_library:
            printed.words.add(text)
            filler.terms.update(filler.library.terms_in(text, filler.language))
        elif not from_deal:
            printed.words.add(text)
        filled.append(Value(text, path, kind, from_deal))

    return step


def _reference(target: str) -> _Step:
    node = Reference(target)

    def step(filler: Filler, scope: Scope, filled: list[Inline]) -> None:
        filled.append(node)
        where = filler.whereabouts(target)
        if where:
            filled.append(Text(where))

    return step


def _nested(content: tuple[InlineTemplate, ...], kind: type[Strong] | type[Emphasis]) -> _Step:
    def step(filler: Filler, scope: Scope, filled: list[Inline]) -> None:
        within = filler.inline(content, scope)
        if within and isinstance(within[0], Value):
            filler.elide(filled, within[0].text)
        filled.append(kind(within))

    return step


def _choice(choice: Choice) -> _Step:
    branches = tuple((branch.run, _steps(branch.content)) for branch in choice.branches)

    def step(filler: Filler, scope: Scope, filled: list[Inline]) -> None:
        for run, steps in branches:
            if run is None or run(scope):
                for inner in steps:
                    inner(filler, scope, filled)
                return

    return step


def _repeat(repeat: Repeat) -> _Step:
    steps = _steps(repeat.content)

    def step(filler: Filler, scope: Scope, filled: list[Inline]) -> None:
        for entry in repeat.run(scope):
            filler.budget.repeat()
            inner_scope = {**scope, repeat.name: entry}
            if repeat.test_run is None or repeat.test_run(inner_scope):
                for inner in steps:
                    inner(filler, inner_scope, filled)

    return step
