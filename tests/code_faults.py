"""Faults of program text: one small change of a module at a time, as a tired programmer would make it.

Annotations, decorators, imports, docstrings and assertions that narrow a type are left alone: they decide no value.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

Change = tuple[str, ast.AST | None, str]
"""The kind of fault, what stands there instead (``None``: nothing), and what is told of it."""

_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NAMES: Final = {"min": "max", "max": "min", "any": "all", "all": "any", "bisect_right": "bisect_left"}
# Where no value of a deal or a library is decided.
_PASSED_OVER: Final = frozenset({"annotation", "returns", "decorator_list"})


@dataclass(frozen=True)
class Mutant:
    """One change of one place: ``node`` and ``variant`` find it again in the same text.

    ``where`` is the function, ``text`` its line, ``change`` what is told: together they name it when lines move.
    """

    module: str
    line: int
    kind: str
    where: str
    text: str
    change: str
    node: int
    variant: int
    first: int
    last: int
    inside: bool

    @property
    def name(self) -> tuple[str, str, str, str]:
        return self.module, self.where, self.text, self.change

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.where}: `{self.text}` {self.change}"


@dataclass(frozen=True)
class _Place:
    """A node where it hangs: its parent, the field and the place in the field, and the function around it."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    where: str
    statement: ast.stmt
    inside: bool

    def put(self, node: ast.AST | None) -> None:
        """Replace the node, or take it away."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        elif node is None:
            del getattr(self.parent, self.field)[self.index]
        else:
            getattr(self.parent, self.field)[self.index] = node


def mutants_of(module: str, source: str) -> list[Mutant]:
    """Every fault of a module, in the order of its text; the same text gives the same faults."""
    lines = source.splitlines()
    found: list[Mutant] = []
    seen: dict[tuple[str, str, str], int] = {}
    for number, place in enumerate(_places(ast.parse(source))):
        for variant, (kind, _, told) in enumerate(_changes(place)):
            line = getattr(place.node, "lineno", place.statement.lineno)
            text = lines[line - 1].strip()
            key = (place.where, text, told)
            seen[key] = seen.get(key, 0) + 1
            told += f" ({seen[key]})" if seen[key] > 1 else ""
            last = place.node.end_lineno if isinstance(place.node, ast.expr) else line
            ends = (line, last or line)
            found.append(Mutant(module, line, kind, place.where, text, told, number, variant, *ends, place.inside))
    return found


def mutated(source: str, mutant: Mutant) -> ast.Module:
    """The module with one fault."""
    tree = ast.parse(source)
    for number, place in enumerate(_places(tree)):
        if number == mutant.node:
            _, instead, _ = list(_changes(place))[mutant.variant]
            place.put(None if instead is None else ast.copy_location(instead, place.node))
            return ast.fix_missing_locations(tree)
    raise LookupError(mutant)


def _places(tree: ast.Module) -> Iterator[_Place]:
    for index, statement in enumerate(tree.body):
        yield from _below(_Place(statement, tree, "body", index, "", statement, False))


def _below(place: _Place) -> Iterator[_Place]:
    """A place and those below it, in the order of the text."""
    node = place.node
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Assert)) or _is_docstring(place) or _is_type(place):
        return
    yield place
    where, inside = place.where, place.inside
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        where = f"{where}.{node.name}".lstrip(".")
    for field, value in ast.iter_fields(node):
        if field in _PASSED_OVER:
            continue
        within = inside or (isinstance(node, ast.FunctionDef) and field == "body")
        for index, child in _children(value):
            if isinstance(child, ast.AST):
                statement = child if isinstance(child, ast.stmt) else place.statement
                yield from _below(_Place(child, node, field, index, where, statement, within))


def _children(value: Any) -> Iterator[tuple[int | None, Any]]:
    if isinstance(value, list):
        yield from enumerate(value)
    else:
        yield None, value


def _is_docstring(place: _Place) -> bool:
    """A text that stands alone: of a module, a class, a function, or of the name above it."""
    node = place.node
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_type(place: _Place) -> bool:
    """A name for a type, the first argument of ``cast``, what only the type checker reads."""
    node = place.node
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(place.parent, ast.Call) and ast.unparse(place.parent.func) in {"cast", "TypeVar", "NewType"}:
        return place.field == "args" and place.index == 0
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return True
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) and not place.inside else None
    # `Run = Callable[[Scope], Any]`, `Step = str | Key`
    return isinstance(value, (ast.Subscript, ast.BinOp, ast.Name)) and not isinstance(place.parent, ast.ClassDef)


# ---- the kinds


def _changes(place: _Place) -> Iterator[Change]:
    for kind in _KINDS.get(type(place.node), ()):
        yield from kind(place)
    if isinstance(place.node, ast.stmt):
        yield from _removed(place)


def _of_comparison(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.Compare)
    for index, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            changed = deepcopy(node)
            changed.ops[index] = other()
            yield "comparison", changed, f"→ `{ast.unparse(changed)}`"


def _of_arithmetic(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, (ast.BinOp, ast.AugAssign))
    other = _COMPUTED.get(type(node.op))
    if other is not None:
        changed = deepcopy(node)
        changed.op = other()
        yield "arithmetic", changed, f"→ `{ast.unparse(changed)}`"


def _of_connective(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.BoolOp)
    changed = deepcopy(node)
    changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "boolean", changed, f"→ `{ast.unparse(changed)}`"
    for index in range(len(node.values)):
        kept = [deepcopy(value) for other, value in enumerate(node.values) if other != index]
        fewer = ast.BoolOp(deepcopy(node.op), kept) if len(kept) > 1 else kept[0]
        yield "boolean", fewer, f"without `{ast.unparse(node.values[index])}`"


def _of_sign(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.UnaryOp)
    told = "without `not`" if isinstance(node.op, ast.Not) else "without its sign"
    yield "boolean" if isinstance(node.op, ast.Not) else "arithmetic", deepcopy(node.operand), told


def _of_condition(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, (ast.If, ast.While, ast.IfExp))
    if not (isinstance(node.test, ast.Compare) and len(node.test.ops) == 1) and not isinstance(node.test, ast.UnaryOp):
        changed = deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), changed.test)
        yield "condition", changed, f"→ `not ({ast.unparse(node.test)})`"


def _of_filter(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.comprehension)
    for index, test in enumerate(node.ifs):
        changed = deepcopy(node)
        del changed.ifs[index]
        yield "condition", changed, f"without `if {ast.unparse(test)}`"


def _of_constant(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.Constant)
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value), f"`{value}` → `{not value}`"
    elif isinstance(value, int):
        for other in (value + 1, value - 1):
            yield "constant", ast.Constant(other), f"`{value}` → `{other}`"
    elif isinstance(value, str):
        other = f"{value}¤" if value else "¤"
        yield "text", ast.Constant(other), f"`{_short(value)}` → `{_short(other)}`"


def _of_return(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.Return)
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "result", ast.Return(ast.Constant(None)), "→ `return None`"


def _of_call(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.Call)
    if isinstance(node.func, ast.Name) and node.func.id in _NAMES:
        changed = deepcopy(node)
        changed.func = ast.Name(_NAMES[node.func.id], ast.Load())
        yield "call", changed, f"`{node.func.id}` → `{_NAMES[node.func.id]}`"
    for index, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            changed = deepcopy(node)
            del changed.keywords[index]
            yield "call", changed, f"without `{ast.unparse(keyword)}`"
    plain = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
    # The least of two is the least of them in any order.
    ordered = not (isinstance(node.func, ast.Name) and node.func.id in {"min", "max"})
    if ordered and len(plain) == len(node.args) >= 2 and ast.dump(node.args[0]) != ast.dump(node.args[1]):
        changed = deepcopy(node)
        changed.args[:2] = changed.args[1], changed.args[0]
        yield "call", changed, f"→ `{_short(ast.unparse(changed))}`"


def _of_loop_control(place: _Place) -> Iterator[Change]:
    if isinstance(place.node, ast.Break):
        yield "loop", ast.Continue(), "→ `continue`"
    else:
        yield "loop", ast.Break(), "→ `break`"


def _of_handler(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.ExceptHandler)
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    for index, kind in enumerate(kinds):
        kept = [deepcopy(other) for number, other in enumerate(kinds) if number != index and other is not None]
        changed = deepcopy(node)
        changed.type = ast.Tuple(kept, ast.Load())
        yield "exception", changed, f"without `{ast.unparse(kind) if kind is not None else 'except'}`"


def _of_slice(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.Slice)
    for bound in ("lower", "upper", "step"):
        if getattr(node, bound) is not None:
            changed = deepcopy(node)
            setattr(changed, bound, None)
            yield "slice", changed, f"→ `[{ast.unparse(changed)}]`"


def _of_match(place: _Place) -> Iterator[Change]:
    node = place.node
    assert isinstance(node, ast.Match)
    for index, case in enumerate(node.cases):
        last = index == len(node.cases) - 1
        if len(node.cases) > 1 and "assert_never" not in ast.unparse(case.body[0]):
            changed = deepcopy(node)
            del changed.cases[index]
            yield "condition", changed, f"without {'the last ' if last else ''}`case {ast.unparse(case.pattern)}`"
        if case.guard is not None:
            changed = deepcopy(node)
            changed.cases[index].guard = None
            yield "condition", changed, f"without `if {ast.unparse(case.guard)}`"


def _removed(place: _Place) -> Iterator[Change]:
    """A statement that does something and binds no name: without a name, the very next line would fail."""
    node = place.node
    binds = isinstance(node, ast.Assign) and not all(
        isinstance(t, (ast.Attribute, ast.Subscript)) for t in node.targets
    )
    acts = isinstance(node, (ast.Expr, ast.AugAssign, ast.Raise, ast.Delete, ast.Assign))
    # A generator without its only `yield` is no generator, and an inside function without its class fails at once.
    if place.inside and acts and not binds:
        yield "statement", ast.Pass(), "removed"


def _short(text: str) -> str:
    shown = text.replace("\n", "\\n").replace("`", "'")
    return shown if len(shown) <= 60 else f"{shown[:40]} … {shown[-16:]}"


_Kind = Callable[[_Place], Iterator[Change]]
_KINDS: Final[dict[type[ast.AST], tuple[_Kind, ...]]] = {
    ast.Compare: (_of_comparison,),
    ast.BinOp: (_of_arithmetic,),
    ast.AugAssign: (_of_arithmetic,),
    ast.BoolOp: (_of_connective,),
    ast.UnaryOp: (_of_sign,),
    ast.If: (_of_condition,),
    ast.While: (_of_condition,),
    ast.IfExp: (_of_condition,),
    ast.comprehension: (_of_filter,),
    ast.Constant: (_of_constant,),
    ast.Return: (_of_return,),
    ast.Call: (_of_call,),
    ast.Break: (_of_loop_control,),
    ast.Continue: (_of_loop_control,),
    ast.ExceptHandler: (_of_handler,),
    ast.Slice: (_of_slice,),
    ast.Match: (_of_match,),
}
