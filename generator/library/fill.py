"""Running a template's statements: which branch of a choice, which entries of a repetition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from generator.conditions import Scope
from generator.elision import elided
from generator.library.templates import (
    Branch,
    Choice,
    Emphatically,
    FixedTerm,
    FixedText,
    InlineTemplate,
    Insert,
    NewLine,
    Refer,
    Repeat,
    Strongly,
)

# Of one text: far more than any deal needs, and what is printed in a second. Loops in loops multiply.
MOST_ENTRIES: Final = 50_000
MOST_CHARACTERS: Final = 2_000_000


class TooMuch(Exception):
    """A text repeats or prints more than one text may."""


class Unprintable(Exception):
    """A value of the deal is none that its filter prints; the text says why."""

    def __init__(self, insert: Insert, why: str) -> None:
        super().__init__(why)
        self.insert = insert


class Budget:
    """What one text may still repeat and print."""

    __slots__ = ("characters", "entries")

    def __init__(self) -> None:
        self.entries = MOST_ENTRIES
        self.characters = MOST_CHARACTERS

    def repeat(self) -> None:
        """Spend one entry of a repetition. Raises ``TooMuch``."""
        self.entries -= 1
        if self.entries < 0:
            raise TooMuch

    def print(self, characters: int) -> None:
        """Spend so many characters. Raises ``TooMuch``."""
        self.characters -= characters
        if self.characters < 0:
            raise TooMuch


def chosen(choice: Choice, scope: Scope) -> Branch | None:
    """The first branch whose condition holds."""
    for branch in choice.branches:
        if branch.run is None or branch.run(scope):
            return branch
    return None


def expand(content: Iterable[Any], scope: Scope, budget: Budget) -> Iterator[tuple[Any, Scope]]:
    """The templates that are printed, in order, each with the scope it is printed in. Raises ``TooMuch``."""
    for template in content:
        if isinstance(template, Choice):
            branch = chosen(template, scope)
            if branch is not None:
                yield from expand(branch.content, scope, budget)
        elif isinstance(template, Repeat):
            for entry in template.run(scope):
                budget.repeat()
                inner = {**scope, template.name: entry}
                if template.test_run is None or template.test_run(inner):
                    yield from expand(template.content, inner, budget)
        else:
            yield template, scope


def inserted(insert: Insert, scope: Scope, language: str) -> str:
    """The printed value; the fallback text where the value is absent and the text gives one. Raises ``Unprintable``."""
    value = insert.run(scope)
    if insert.fallback is not None and value is insert.fallback:
        return insert.fallback
    try:
        return insert.form(value, language)
    except ValueError as error:
        raise Unprintable(insert, str(error)) from error


def filled(content: tuple[InlineTemplate, ...], scope: Scope, language: str) -> str:
    """An inline template as plain text: a message, a title. One that says too much, or cannot be said, breaks off."""
    parts: list[str] = []
    try:
        _fill(parts, content, scope, language, Budget())
    except (TooMuch, Unprintable):
        parts.append(" …")
    return "".join(parts)


def _fill(parts: list[str], content: tuple[InlineTemplate, ...], scope: Scope, language: str, budget: Budget) -> None:
    for template, inner in expand(content, scope, budget):
        match template:
            case FixedText(text) | FixedTerm(_, text):
                parts.append(text)
            case Insert():
                value = inserted(template, inner, language)
                parts[-1:] = [*(elided(before, value, language) for before in parts[-1:]), value]
            case Strongly(nested) | Emphatically(nested):
                within: list[str] = []
                _fill(within, nested, inner, language, budget)
                parts.append("".join(within))
            case NewLine():
                parts.append("\n")
            case Refer(target, _):
                parts.append(target)
        budget.print(len(parts[-1]) if parts else 0)
