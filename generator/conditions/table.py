"""Many conditions as one Python function: what they read in common is read once a deal.

A condition that this function cannot decide, because it reads what is absent, stays open: whoever asks for it runs it
alone, and gets its ``AbsentField``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from generator.conditions.compile import EntryShape, Run, Scope, Shape, bound, compiled
from generator.conditions.expressions import Expression, Read, Step

Held = Mapping[Run, bool | None]
"""Which conditions hold, by the function that runs each of them alone; ``None`` where that one must decide."""


ALONE = 100
"""How many scopes are answered before there is a table: its code takes the time that it saves over so many deals."""


def held_by(conditions: Sequence[tuple[Expression, Run]]) -> Callable[[Scope], Held]:
    """A function from a scope to which of these conditions hold in it.

    It knows nothing of its first ``ALONE`` scopes: a process that makes a few contracts would lose more time with the
    making of the code than it saves.
    """
    runs = [run for _, run in conditions]
    table: Callable[[Scope], Sequence[bool | None]] | None = None
    scopes = 0

    def held(scope: Scope) -> Held:
        nonlocal table, scopes
        scopes += 1
        if scopes <= ALONE:
            return {}
        if table is None:
            table = generated_table([expression for expression, _ in conditions])
        return dict(zip(runs, table(scope), strict=False))

    return held


def generated_table(expressions: Sequence[Expression]) -> Callable[[Scope], Sequence[Any]]:
    """A function from a scope to the value of each expression, ``None`` where that reads what is absent.

    It gives no value at all where a path that some of them read leads through what is no mapping.
    """
    shape = _SharedShape()
    sources = [shape.value(expression) for expression in expressions]
    # Those that say the same have one result.
    results = {source: f"r{index}" for index, source in enumerate(dict.fromkeys(sources))}
    lines = ["try:", " pass", *(f" {line}" for line in shape.lines), "except GIVES_UP:", " return ()"]
    for source, result in results.items():
        lines += ["try:", f" {result} = {source}", "except GIVES_UP:", f" {result} = None"]
    lines.append(f"return ({''.join(f'{results[source]}, ' for source in sources)})")
    table: Callable[[Scope], Sequence[Any]] = bound(("scope",), lines, shape.constants, compiled)
    return table


class _SharedShape(Shape):
    """The source of many expressions; ``lines`` read what they have in common, ``None`` where it is absent."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.shared: dict[str, str] = {}
        self.named: dict[tuple[type, Any], str] = {}
        self.tests: dict[tuple[Any, ...], str] = {}

    def constant(self, value: Any) -> str:
        # One name for one constant: expressions that say the same have one source.
        known = (type(value), value)
        if known not in self.named:
            self.named[known] = super().constant(value)
        return self.named[known]

    def truth(self, expression: Expression) -> str:
        if isinstance(expression, Read):
            name = self.path(expression.path)
            return f"({name} if {name} is not None else absent())"
        return super().truth(expression)

    def path(self, path: tuple[Step, ...]) -> str:
        if not path:
            return "scope"
        before = self.path(path[:-1])
        value = self.step(before, path[-1], ".get(", ")")
        return self.line(value if before == "scope" else f"{value} if {before} is not None else None")

    def found(self, path: tuple[Step, ...]) -> tuple[str, str]:
        name = self.path(path)
        return f"{name} is not None", name

    def test(self, test: Expression) -> str:
        entry = EntryShape()
        known = (entry.lines(test), *entry.constants)
        if known not in self.tests:
            self.tests[known] = super().test(test)
        return self.tests[known]

    def keys(self, collection: Expression, attribute: str) -> str:
        items = self.operand(collection)
        keys = f"{{item.get({self.constant(attribute)}) for item in {items}}}"
        return self.line(f"{keys} if {items} is not None else None")

    def line(self, value: str) -> str:
        """The name of a value that is found once."""
        if value not in self.shared:
            self.shared[value] = f"p{len(self.shared)}"
            self.lines.append(f"{self.shared[value]} = {value}")
        return self.shared[value]
