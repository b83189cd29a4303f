"""Running a template's statements: which branch of a choice, which entries of a repetition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

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


def chosen(choice: Choice, scope: Scope) -> Branch | None:
    """The first branch whose condition holds."""
    for branch in choice.branches:
        if branch.run is None or branch.run(scope):
            return branch
    return None


def expand(content: Iterable[Any], scope: Scope) -> Iterator[tuple[Any, Scope]]:
    """The templates that are printed, in order, each with the scope it is printed in."""
    for template in content:
        if isinstance(template, Choice):
            branch = chosen(template, scope)
            if branch is not None:
                yield from expand(branch.content, scope)
        elif isinstance(template, Repeat):
            for entry in template.run(scope):
                inner = {**scope, template.name: entry}
                if template.test_run is None or template.test_run(inner):
                    yield from expand(template.content, inner)
        else:
            yield template, scope


def inserted(insert: Insert, scope: Scope, language: str) -> str:
    """The printed value; the fallback text where the value is absent and the text gives one."""
    value = insert.run(scope)
    if insert.fallback is not None and value is insert.fallback:
        return insert.fallback
    return insert.form(value, language)


def filled(content: tuple[InlineTemplate, ...], scope: Scope, language: str) -> str:
    """An inline template as plain text: a message, a title."""
    parts: list[str] = []
    for template, inner in expand(content, scope):
        match template:
            case FixedText(text) | FixedTerm(_, text):
                parts.append(text)
            case Insert():
                value = inserted(template, inner, language)
                parts[-1:] = [*(elided(before, value, language) for before in parts[-1:]), value]
            case Strongly(nested) | Emphatically(nested):
                parts.append(filled(nested, inner, language))
            case NewLine():
                parts.append("\n")
            case Refer(target, _):
                parts.append(target)
    return "".join(parts)
