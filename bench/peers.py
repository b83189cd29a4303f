"""The conditions of the library in the languages of other engines, each compiled by that engine.

A translation says what our condition says where all that it reads is there; ``bench.conditions`` compares the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from generator.conditions.expressions import (
    And,
    Compare,
    Defined,
    Expression,
    Key,
    Literal_,
    Member,
    Not,
    OneOf,
    Or,
    Read,
    children,
    reads,
)

Run = Callable[[], Any]


@dataclass(frozen=True)
class Words:
    """How a language writes what has several spellings, with ``{}`` where the parts stand.

    ``defined`` is of a path; ``has_key`` of a constant, a list of records and the attribute that identifies them.
    """

    conjunction: str
    disjunction: str
    negation: str
    defined: str
    has_key: str
    path: str = "{}.{}"


@dataclass(frozen=True)
class Peer:
    """An engine: ``prepare`` gives for a condition and the values of a deal what evaluates it."""

    name: str
    package: str
    module: str
    words: Words | None
    prepare: Callable[[Any, Any, Any], Run]
    values: Callable[[Any, Mapping[str, Any]], Any] = lambda module, scope: scope

    @property
    def version(self) -> str:
        """The installed version; empty where it is not installed."""
        try:
            import_module(self.module)
            return version(self.package)
        except (ImportError, PackageNotFoundError):
            return ""

    def runs(self, conditions: list[Expression], scope: Mapping[str, Any]) -> list[Run]:
        module = import_module(self.module)
        values = self.values(module, scope)
        written = [Writer(self.words).text(c) if self.words else rule(c) for c in conditions]
        return [self.prepare(module, text, values) for text in written]


def sayable(expression: Expression) -> bool:
    """Whether every peer has words for it: quantifiers, counts, sums and entries by their key are left out."""
    known = isinstance(expression, (And, Compare, Defined, Literal_, Member, Not, OneOf, Or, Read))
    keyed = isinstance(expression, Read) and any(isinstance(step, Key) for step in expression.path)
    return known and not keyed and all(sayable(child) for child in children(expression))


class Writer:
    """A condition as text in the words of one language."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def text(self, expression: Expression) -> str:
        words = self.words
        match expression:
            case Read(path):
                return self.path(path)
            case Literal_(value, type_):
                return constant(value, type_.kind)
            case Not(operand):
                return words.negation.format(self.text(operand))
            case And(operands):
                return f"({words.conjunction.join(self.text(operand) for operand in operands)})"
            case Or(operands):
                return f"({words.disjunction.join(self.text(operand) for operand in operands)})"
            case Compare(symbol, left, right):
                kind = left.type.kind if isinstance(left, Read) else ""
                other = constant(right.value, kind) if isinstance(right, Literal_) else self.text(right)
                return f"({self.text(left)} {symbol} {other})"
            case OneOf(left, choices):
                listed = ", ".join(constant(value, "") for value in choices.values)
                return f"({self.text(left)} in [{listed}])"
            case Member(value, collection, ""):
                return f"({self.text(value)} in {self.text(collection)})"
            case Member(value, collection, attribute):
                return words.has_key.format(self.text(value), self.text(collection), attribute)
            case Defined(read):
                # A path may break off at any group below its root.
                parts = [words.defined.format(self.path(read.path[:end])) for end in range(2, len(read.path) + 1)]
                return f"({words.conjunction.join(parts)})"
            case _:
                raise ValueError(expression)

    def path(self, path: tuple[Any, ...]) -> str:
        text = str(path[0])
        for step in path[1:]:
            text = self.words.path.format(text, step)
        return text


def constant(value: Any, kind: str) -> str:
    """A constant as all these languages write it; amounts and shares are fractions, as in the values of the deal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(int(value)) if kind in {"integer", ""} and value == int(value) else str(float(value))


def needed(conditions: Iterable[Expression], scope: Mapping[str, Any]) -> dict[str, Any]:
    """What these conditions read of a deal, as JSON has it: some engines convert all that they are given each time."""
    values: dict[str, Any] = {}
    for read in (read for condition in conditions for read in reads(condition)):
        here, there = values, scope
        for step in read.path[:-1]:
            here, there = here.setdefault(str(step), {}), there.get(str(step)) or {}
        if (value := there.get(str(read.path[-1]))) is not None:
            key = read.type.key
            here[str(read.path[-1])] = [{key: entry[key]} for entry in value] if key else plain(value)
    return values


def plain(value: Any) -> Any:
    """Values as JSON has them."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


# ---- JSON Logic is a tree, not a text


def rule(expression: Expression) -> Any:
    match expression:
        case Read(path):
            return {"var": ".".join(str(step) for step in path)}
        case Literal_(value, _):
            return plain(value)
        case Not(operand):
            return {"!": [rule(operand)]}
        case And(operands):
            return {"and": [rule(operand) for operand in operands]}
        case Or(operands):
            return {"or": [rule(operand) for operand in operands]}
        case Compare(symbol, left, right):
            return {symbol: [rule(left), rule(right)]}
        case OneOf(left, choices):
            return {"in": [rule(left), plain(choices.values)]}
        case Member(value, collection, ""):
            return {"in": [rule(value), rule(collection)]}
        case Member(value, collection, attribute):
            return {"some": [rule(collection), {"==": [{"var": attribute}, rule(value)]}]}
        case Defined(read):
            return {"!=": [rule(read), None]}
        case _:
            raise ValueError(expression)


# ---- the engines


def _jinja(module: Any, text: str, values: Any) -> Run:
    environment = module.Environment(undefined=module.ChainableUndefined)
    run = environment.compile_expression(text)
    return lambda: run(values)


def _rule_engine(module: Any, text: str, values: Any) -> Run:
    run = module.Rule(text, context=module.Context(default_value=None)).matches
    return lambda: run(values)


def _cel_rust(module: Any, text: str, values: Any) -> Run:
    run = module.compile(text).execute
    return lambda: run(values)


def _cel_python(module: Any, text: str, values: Any) -> Run:
    environment = module.Environment()
    run = environment.program(environment.compile(text)).evaluate
    return lambda: run(values)


def _zen(module: Any, text: str, values: Any) -> Run:
    run = module.compile_expression(text).evaluate
    return lambda: run(values)


def _json_logic(module: Any, tree: Any, values: Any) -> Run:
    run = module.jsonLogic
    return lambda: run(tree, values)


_CEL = Words(" && ", " || ", "!({})", "has({})", "{1}.exists(e, e.{2} == {0})")
_JINJA = Words(" and ", " or ", "(not {})", "({} is defined)", "({0} in ({1} | map(attribute='{2}')))", "{}['{}']")
_ZEN = Words(" and ", " or ", "(not ({}))", "({} != null)", "some({1}, #.{2} == {0})")
_RULE_ENGINE = Words(" and ", " or ", "(not ({}))", "({} != null)", "({0} in [e.{2} for e in {1}])")

PEERS = (
    Peer(
        "CEL in Rust", "common-expression-language", "cel", _CEL, _cel_rust, lambda module, scope: module.Context(scope)
    ),
    Peer("ZEN", "zen-engine", "zen", _ZEN, _zen),
    Peer("JSON Logic", "json-logic-qubit", "json_logic", None, _json_logic),
    Peer("Jinja2, compile_expression", "jinja2", "jinja2", _JINJA, _jinja),
    Peer("rule-engine", "rule-engine", "rule_engine", _RULE_ENGINE, _rule_engine),
    Peer("CEL in Python", "cel-python", "celpy", _CEL, _cel_python, lambda module, scope: module.json_to_cel(scope)),
)
