"""From the text of a condition to a typed expression: Jinja2's syntax, our whitelist, our types.

Every refusal says what is the case, at which offset of the text, and what to write instead.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.parser import Parser

from generator.characters import FORBIDDEN, character_name
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Choices,
    Comparator,
    Compare,
    Constant,
    Default,
    Defined,
    Expression,
    Length,
    Literal_,
    Member,
    Names,
    Not,
    OneOf,
    Or,
    Quantified,
    children,
)
from generator.conditions.judge import (
    Complaint,
    asking,
    bind_item,
    check_equal,
    check_value,
    comparable,
    condition_help,
    judge_comparison,
    name_of,
)
from generator.conditions.paths import PathReader
from generator.conditions.syntax import (
    ENVIRONMENT,
    MAX_LENGTH,
    PLAIN_NUMBER,
    NotRead,
    arguments,
    nesting,
    sole_argument,
)
from generator.schema_types import BOOLEAN, INTEGER, NUMBER, STRING, Type

MAX_DEPTH = 40
MAX_ATOMS = 64
MAX_DIGITS = 30


def parse_condition(text: str, names: Names) -> Expression:
    """A strictly boolean expression. Raises ``Complaint``."""
    expression, type_ = parse_value(text, names)
    if type_.kind != "boolean":
        raise Complaint(
            "not-a-condition", 0, len(text), f"this is {type_.shown()}, not a condition", condition_help(type_, text)
        )
    # `true` alone says that something always counts, which is what no condition at all says.
    always = isinstance(expression, Literal_) and expression.value is True
    return expression if always else asking(expression, 0, len(text))


def parse_value(text: str, names: Names) -> tuple[Expression, Type]:
    """An expression of any type. Raises ``Complaint``."""
    if len(text) > MAX_LENGTH:
        raise Complaint("too-long", 0, 1, f"the expression is longer than {MAX_LENGTH} characters", "split it")
    if found := FORBIDDEN.search(text):
        message = f"the character {character_name(found.group())} stands here"
        raise Complaint("forbidden-character", found.start(), found.end(), message, "type the text again without it")
    if nesting(text) > MAX_DEPTH:
        raise Complaint("too-deep", 0, len(text), f"the expression nests deeper than {MAX_DEPTH} levels", "split it")
    try:
        parser = Parser(ENVIRONMENT, text, state="variable")
        node = parser.parse_expression()
        if not parser.stream.eos:
            offset = parser.stream.current.lineno
            raise Complaint(
                "condition-syntax",
                offset,
                offset + 1,
                f"nothing is expected here, but there is more: `{text[offset : offset + 20].strip()}`",
                "join the parts with `and` or `or`",
            )
    except NotRead as error:
        raise Complaint(
            "not-in-the-language", error.lineno, error.lineno + 1, str(error.message), error.help
        ) from error
    except TemplateSyntaxError as error:
        offset = min(error.lineno, max(len(text) - 1, 0))
        raise Complaint("condition-syntax", offset, offset + 1, f"this cannot be read: {error.message}") from error
    except RecursionError as error:
        raise Complaint("too-deep", 0, len(text), "the expression nests too deep", "split it") from error
    return typed_expression(node, text, names)


def typed_expression(node: nodes.Expr, text: str, names: Names) -> tuple[Expression, Type]:
    """A node of Jinja2's parser as a typed expression; ``text`` is what was parsed."""
    checker = _Checker(text, names)
    try:
        expression, type_ = checker.expression(node)
    except RecursionError as error:
        raise Complaint("too-deep", 0, len(text), "the expression nests too deep", "split it") from error
    if atoms(expression) > MAX_ATOMS:
        raise Complaint("too-long", 0, 1, f"the condition has more than {MAX_ATOMS} parts", "make a fact of a part")
    return expression, type_


def atoms(expression: Expression) -> int:
    below = children(expression)
    if isinstance(expression, (And, Or, Not)):
        return sum(atoms(child) for child in below)
    return 1


_OPERATORS = (nodes.Not, nodes.Neg, nodes.Add, nodes.Sub, nodes.Mul, nodes.Filter)
_FUNCTION_HELP: dict[type[nodes.Node], str] = {
    nodes.Call: "functions cannot be called here; make a fact in the library",
    nodes.Concat: "texts cannot be joined in a condition",
    nodes.Div: "division is not read; multiply the other side instead",
    nodes.FloorDiv: "division is not read; multiply the other side instead",
    nodes.Mod: "the remainder is not read; make a fact in the library",
    nodes.Pow: "powers are not read; write the number",
    nodes.CondExpr: "`x if y else z` is not read; use `and` and `or`",
    nodes.Dict: "maps are not read",
    nodes.Tuple: "write a list: [a, b]",
}


class _Checker(PathReader):
    def __init__(self, text: str, names: Names) -> None:
        super().__init__(text, names)
        self.depth = 0

    # ---- expressions

    def expression(self, node: nodes.Node) -> tuple[Expression, Type]:
        if not isinstance(node, _OPERATORS):
            return self._expression(node)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.complaint(node, "too-deep", f"the expression nests deeper than {MAX_DEPTH} levels", "split it")
        result = self._expression(node)
        self.depth -= 1
        return result

    def _expression(self, node: nodes.Node) -> tuple[Expression, Type]:
        match node:
            case nodes.Const():
                return self.constant(node)
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                read = self.read(node)
                return read, read.type
            case nodes.And() | nodes.Or():
                return self.connective(node)
            case nodes.Not():
                return Not(self.boolean(node.node)), BOOLEAN
            case nodes.Compare():
                return self.comparison(node), BOOLEAN
            case nodes.Test():
                return self.test(node), BOOLEAN
            case nodes.Filter():
                return self.filter(node)
            case nodes.Add() | nodes.Sub() | nodes.Mul():
                return self.arithmetic(node)
            case nodes.Neg():
                return self.negative(node)
            case _:
                help_ = _FUNCTION_HELP.get(type(node), "")
                raise self.complaint(
                    node, "not-in-the-language", f"`{type(node).__name__.lower()}` is not part of the language", help_
                )

    def boolean(self, node: nodes.Node) -> Expression:
        expression, type_ = self.expression(node)
        if type_.kind != "boolean":
            start, end = self.span(node)
            raise Complaint(
                "not-a-condition",
                start,
                end,
                f"this is {type_.shown()}, not a condition",
                condition_help(type_, self.text[start:end]),
            )
        return asking(expression, *self.span(node))

    def constant(self, node: nodes.Const) -> tuple[Expression, Type]:
        value = node.value
        if isinstance(value, bool):
            return Literal_(value, BOOLEAN), BOOLEAN
        if isinstance(value, int):
            return Literal_(value, INTEGER), INTEGER
        if isinstance(value, float):
            found = PLAIN_NUMBER.match(self.text, node.lineno)
            assert found is not None
            number = Decimal(found.group())
            if len(f"{number:f}") > MAX_DIGITS:
                raise self.complaint(
                    node, "too-long", f"the number has more than {MAX_DIGITS} digits", "write a shorter one"
                )
            return Literal_(number, NUMBER), NUMBER
        if isinstance(value, str):
            return Literal_(value, STRING), STRING
        raise self.complaint(node, "not-in-the-language", "`none` is not a value", "ask `is defined`")

    def connective(self, node: nodes.And | nodes.Or) -> tuple[Expression, Type]:
        operands: list[Expression] = []
        kind = type(node)

        def flatten(part: nodes.Node) -> None:
            if type(part) is kind:
                binary = cast(nodes.BinExpr, part)
                flatten(binary.left)
                flatten(binary.right)
            else:
                # A chain of comparisons is an `and` by itself.
                inner = self.boolean(part)
                operands.extend(inner.operands if kind is nodes.And and isinstance(inner, And) else (inner,))

        flatten(node)
        return (And(tuple(operands)) if kind is nodes.And else Or(tuple(operands))), BOOLEAN

    def comparison(self, node: nodes.Compare) -> Expression:
        parts: list[Expression] = []
        left = node.expr
        for operand in node.ops:
            parts.append(self.compare(left, operand.op, operand.expr))
            left = operand.expr
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def compare(self, left: nodes.Node, word: str, right: nodes.Node) -> Expression:
        if word in {"in", "notin"}:
            inside = self.membership(left, right)
            return Not(inside) if word == "notin" else inside
        symbol = cast(Comparator, {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}[word])
        one, one_type = self.expression(left)
        two, two_type = self.expression(right)
        start, end = self.span(left)
        judge_comparison(one, one_type, two, two_type, symbol, start, self.span(right)[1])
        check = check_equal if symbol in {"==", "!="} else check_value
        if isinstance(two, Literal_):
            check(one_type, two.value, *self.span(right), name_of(one))
        elif isinstance(one, Literal_):
            check(two_type, one.value, start, end, name_of(two))
        return Compare(symbol, one, two)

    def membership(self, left: nodes.Node, right: nodes.Node) -> Expression:
        value, value_type = self.expression(left)
        start, end = self.span(left)
        if isinstance(right, (nodes.List, nodes.Tuple)):
            constants: list[Constant] = []
            for item in right.items:
                literal, _ = self.expression(item)
                if not isinstance(literal, Literal_):
                    raise self.complaint(item, "not-in-the-language", "only constants may stand in a list")
                check_equal(value_type, literal.value, *self.span(item), name_of(value))
                constants.append(literal.value)
            if not constants:
                raise Complaint("constant-condition", start, end, "nothing is ever in an empty list")
            return OneOf(value, Choices(tuple(constants)))
        collection, type_ = self.expression(right)
        if type_.item is None:
            raise self.complaint(
                right, "type-mismatch", f"`in` asks for a list, this is {type_.shown()}", "compare with =="
            )
        attribute, entry = "", type_.item
        if entry.kind == "record":
            attribute = type_.key
            if not attribute:
                raise self.complaint(
                    right, "type-mismatch", "the entries of this list have no names", "use `any(field == value)`"
                )
            entry = entry.fields[attribute].type
        if isinstance(value, Literal_):
            check_value(entry, value.value, start, end, name_of(collection))
        elif not comparable(entry, value_type):
            raise Complaint(
                "type-mismatch",
                start,
                end,
                f"{value_type.shown()} is never in a list of which an entry is {entry.shown()}",
            )
        return Member(value, collection, attribute)

    def test(self, node: nodes.Test) -> Expression:
        if node.name not in {"defined", "undefined"}:
            raise self.complaint(
                node,
                "not-in-the-language",
                f"`is {node.name}` is not part of the language",
                "only `is defined` and `is not defined` are read",
            )
        if arguments(node):
            # Jinja2 takes a word behind a test for its argument: `a is defined b` would ask nothing about b.
            raise self.complaint(
                node, "condition-syntax", f"something follows `is {node.name}`", "join the parts with `and` or `or`"
            )
        if not isinstance(node.node, (nodes.Name, nodes.Getattr, nodes.Getitem)):
            raise self.complaint(
                node.node,
                "type-mismatch",
                "`is defined` asks about a path",
                "put parentheses around what comes before it",
            )
        defined = Defined(self.read(node.node))
        return defined if node.name == "defined" else Not(defined)

    def filter(self, node: nodes.Filter) -> tuple[Expression, Type]:
        # Only a `{% filter %}` has no value before it, and that is refused as a word.
        assert node.node is not None
        name = node.name
        if name == "length":
            collection, type_ = self.expression(node.node)
            if type_.kind != "list":
                raise self.complaint(node, "type-mismatch", f"`length` counts a list, this is {type_.shown()}")
            if arguments(node):
                raise self.complaint(node, "not-in-the-language", "`length` takes nothing in parentheses")
            return Length(collection), INTEGER
        if name == "default":
            return self.default(node)
        if name in {"any", "all", "count_where"}:
            return self.quantified(node, cast(Any, name))
        raise self.complaint(
            node,
            "not-in-the-language",
            f"the filter `{name}` is not part of a condition",
            "known: default, length, any, all, count_where",
        )

    def default(self, node: nodes.Filter) -> tuple[Expression, Type]:
        argument = sole_argument(node)
        if argument is None or not isinstance(node.node, (nodes.Name, nodes.Getattr, nodes.Getitem)):
            raise self.complaint(node, "not-in-the-language", "`default` gives one value for a path that may be absent")
        read = self.read(node.node)
        fallback, fallback_type = self.expression(argument)
        if isinstance(fallback, Literal_):
            # A default may say in words what an absent choice means; it need not be one of the choices.
            wanted = STRING if read.type.kind in {"enum", "localised", "duration"} else read.type
            check_value(wanted, fallback.value, *self.span(argument), read.dotted)
        elif not comparable(read.type, fallback_type):
            if read.type.kind == fallback_type.kind:
                raise self.complaint(node, "type-mismatch", "the default is another field", "give a constant")
            raise self.complaint(
                node, "type-mismatch", f"the default is {fallback_type.shown()}, `{read.dotted}` is {read.type.shown()}"
            )
        return Default(read, fallback), read.type

    def quantified(self, node: nodes.Filter, name: Any) -> tuple[Expression, Type]:
        collection, type_ = self.expression(cast(nodes.Node, node.node))
        item = type_.item
        if item is None:
            raise self.complaint(node, "type-mismatch", f"`{name}` asks for a list, this is {type_.shown()}")
        argument = sole_argument(node)
        if item.kind != "record" or argument is None:
            raise self.complaint(
                node,
                "not-in-the-language",
                f"write one test in `{name}(…)`",
                f"as in `services | {name}(nature == 'result')`",
            )
        inner = _Checker(self.text, {name: member.type for name, member in item.fields.items()})
        test = bind_item(inner.boolean(argument), item, *self.span(argument))
        return Quantified(name, collection, test), (INTEGER if name == "count_where" else BOOLEAN)

    def arithmetic(self, node: nodes.Add | nodes.Sub | nodes.Mul) -> tuple[Expression, Type]:
        left, left_type = self.expression(node.left)
        right, right_type = self.expression(node.right)
        if not (left_type.is_number and right_type.is_number):
            raise self.complaint(node.left, "type-mismatch", "only numbers are added or multiplied")
        if isinstance(node, nodes.Mul) and not (isinstance(left, Literal_) or isinstance(right, Literal_)):
            raise self.complaint(
                node.left,
                "not-in-the-language",
                "two fields are multiplied",
                "multiply by a constant, or make a fact in the library",
            )
        symbol = "+" if isinstance(node, nodes.Add) else "-" if isinstance(node, nodes.Sub) else "*"
        money = "money" in {left_type.kind, right_type.kind}
        whole = left_type.kind == right_type.kind == "integer"
        type_ = left_type if left_type.kind == "money" else right_type if money else INTEGER if whole else NUMBER
        return Arithmetic(cast(Any, symbol), left, right), type_

    def negative(self, node: nodes.Neg) -> tuple[Expression, Type]:
        value, type_ = self.expression(node.node)
        if not isinstance(value, Literal_) or not type_.is_number:
            raise self.complaint(node, "not-in-the-language", "only a number may be negative")
        return Literal_(-cast(Any, value.value), type_), type_
