"""Many conditions as one Python function: what they read in common is read once a deal.

A condition that this function cannot decide, because it reads what is absent, stays open: whoever asks for it runs it
alone, and gets its ``AbsentField``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from generator.conditions.compile import Function, Scope, Shape, function
from generator.conditions.expressions import Expression, Read, Step


class Asked(Protocol):
    """What is asked whether it holds."""

    @property
    def expression(self) -> Expression: ...


Held = Mapping[Asked, bool | None]
"""Which conditions hold; ``None`` where a condition that is run alone must decide."""


ALONE = 100
"""How many scopes are answered before there is a table: its code takes the time that it saves over so many deals."""


class Table:
    """Which of these conditions hold in a scope.

    Unless its function was made before, it knows nothing of its first ``ALONE`` scopes: a process that makes a few
    contracts would lose more time with the making of the code than it saves.
    """

    def __init__(self, conditions: Sequence[Asked], made: Function | None = None) -> None:
        self.conditions = conditions
        self.made = made
        self._answers: Callable[[Scope], Sequence[bool | None]] | None = None
        self._scopes = 0

    def __call__(self, scope: Scope) -> Held:
        if self._answers is None:
            self._scopes += 1
            if self.made is None and self._scopes <= ALONE:
                return {}
            self._answers = self.function().bound()
        return dict(zip(self.conditions, self._answers(scope), strict=False))

    def function(self) -> Function:
        """The function that answers for all of them."""
        if self.made is None:
            self.made = table_function([condition.expression for condition in self.conditions])
        return self.made


def table_function(expressions: Sequence[Expression]) -> Function:
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
    return function(("scope",), lines, shape.constants)


class _SharedShape(Shape):
    """The source of many expressions; ``lines`` read what they have in common, ``None`` where it is absent."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.shared: dict[str, str] = {}
        self.named: dict[tuple[type, Any], str] = {}

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
