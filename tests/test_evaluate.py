"""Conditions as they run: the generated code, the table of a library and the walk all give what the reference gives."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from types import FunctionType
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.conditions import evaluate
from generator.conditions.compile import Codes, Run, compiled, generated
from generator.conditions.evaluate import compile_expression, text_of
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Choices,
    Compare,
    Default,
    Defined,
    Expression,
    Key,
    Length,
    Literal_,
    Member,
    Not,
    OneOf,
    Or,
    Quantified,
    Read,
    Step,
    reads,
)
from generator.conditions.parse import MAX_ATOMS, MAX_DEPTH, parse_condition
from generator.conditions.table import ALONE, Held, Table, table_function
from generator.diagnostics import Span
from generator.facts import derive
from generator.library.layers import Condition
from generator.library.walk import conditions, template_expressions, texts
from generator.pipeline import Options, merged_deal
from generator.plan import select
from generator.schema_types import BOOLEAN, INTEGER, STRING, Field, Type
from generator.source import read_yaml
from tests.deals import CONTRACTS, library, random_deal
from tests.reference_evaluator import outcome, result
from tests.test_plan import CASES, facts_of
from tests.test_plan import library_of as library_in

Scope = Mapping[str, Any]


def same(found: tuple[str, Any], expected: tuple[str, Any]) -> bool:
    """Equal, of one type (``True`` is not ``1``), and the very read that was absent, not one that looks like it."""
    if found[0] != expected[0] or found[0] == "absent":
        return found[0] == expected[0] and found[1] is expected[1]
    return found == expected and type(found[1]) is type(expected[1])


# ---- random expressions over a random schema, in random scopes

# Names and texts that would be source, or mean something in it, if they ever came there.
NAMES = ["a", "b", "scope", "v", "c0", "walk", "items", "get", "class", "é", "x'y", '"""', "\\", "{v}", "]", "absent"]
TEXTS = ["", "x", "scope", "c0", "'", '"', "\\'", "');raise SystemExit#", "{0}", "\n", "None", "\ud83d"]
NUMBERS = [0, 1, -3, 62, Decimal(0), Decimal("0.5"), Decimal("99.90")]
SCALARS: dict[str, list[Any]] = {"boolean": [True, False], "integer": NUMBERS, "string": TEXTS}
TYPES = {"boolean": BOOLEAN, "integer": INTEGER, "string": STRING}


class Made:
    """A schema, expressions over it and scopes for it, all drawn with ``pick``."""

    def __init__(self, pick: Random, odd: float = 0.08) -> None:
        self.pick = pick
        self.odd = odd
        self.schema = self.record(2)
        self.reads = [Read(path, type_, False, 0, 0) for path, type_ in paths(self.schema)]

    def record(self, depth: int) -> Type:
        kinds = [*SCALARS, "texts", "entries", *(["record"] * 3 if depth else [])]
        names = self.pick.sample(NAMES, self.pick.randint(1, 4))
        return Type("record", fields={name: Field(self.type(self.pick.choice(kinds), depth), False) for name in names})

    def type(self, kind: str, depth: int) -> Type:
        if kind == "texts":
            return Type("list", item=STRING)
        if kind == "entries":
            inner = Type("record", fields={"a": Field(TYPES[self.pick.choice(list(SCALARS))], True)})
            fields = {self.pick.choice(NAMES): Field(TYPES[self.pick.choice(list(SCALARS))], True)}
            item = Type("record", fields={**fields, "group": Field(inner, True), "code": Field(STRING, True)})
            return Type("list", item=item, key="code")
        return self.record(depth - 1) if kind == "record" else TYPES[kind]

    # ---- scopes

    def scope(self) -> Scope:
        return cast(Scope, self.value(self.schema))

    def field(self, type_: Type) -> Any:
        """A value of a type; here and there null, or of another type (as often as ``odd`` says)."""
        return self.pick.choice([None, "x", 7, []]) if self.pick.random() < self.odd else self.value(type_)

    def value(self, type_: Type) -> Any:
        match type_.kind:
            case "record":
                here = {
                    name: field for name, field in type_.fields.items() if field.always or self.pick.random() < 0.93
                }
                return {name: self.field(field.type) for name, field in here.items()}
            case "list":
                assert type_.item is not None
                return [self.value(type_.item) for _ in range(self.pick.randint(0, 3))]
            case kind:
                return self.pick.choice(SCALARS[kind])

    # ---- expressions

    def read(self, wanted: Callable[[Type], bool]) -> Read | None:
        found = [read for read in self.reads if wanted(read.type)]
        return self.pick.choice(found) if found else None

    def constant(self, kind: str) -> Literal_:
        return Literal_(self.pick.choice(SCALARS[kind]), TYPES[kind])

    def scalar(self, kind: str) -> Expression:
        read = self.read(lambda type_: type_.kind == kind)
        match self.pick.randint(0, 5):
            case 0:
                return self.constant(kind)
            case 1 if read is not None:
                return Default(read, self.pick.choice([self.constant(kind), read]))
            case _:
                return read or self.constant(kind)

    def number(self, depth: int = 2) -> Expression:
        items = self.read(lambda type_: type_.kind == "list")
        match self.pick.randint(0, 6):
            case 0 if items is not None:
                return Length(items)
            case 1 | 2:
                return self.quantified("count_where") or self.scalar("integer")
            case 3 if depth:
                symbol = cast(Any, self.pick.choice("+-*"))
                return Arithmetic(symbol, self.number(depth - 1), self.number(depth - 1))
            case _:
                return self.scalar("integer")

    def quantified(self, word: str) -> Expression | None:
        collection = self.read(lambda type_: type_.key == "code")
        if collection is None:
            return None
        assert collection.type.item is not None
        inside = [(path, type_) for path, type_ in paths(collection.type.item) if type_.kind in SCALARS]
        path, type_ = self.pick.choice(inside)
        read = Read(("", *path), type_, True, 0, 0)
        symbol = cast(Any, self.pick.choice(["==", "!=", "<", ">="]))
        tests: list[Expression] = [Compare(symbol, read, self.constant(type_.kind)), self.one_of(read), read]
        test = self.pick.choice([*tests, Defined(read)])
        return Quantified(cast(Any, word), collection, self.pick.choice([test, Not(test)]))

    def one_of(self, left: Expression) -> Expression:
        kind = left.type.kind if isinstance(left, Read) else "string"
        return OneOf(left, Choices(tuple(self.pick.choices(SCALARS[kind], k=self.pick.randint(0, 3)))))

    def member(self) -> Expression | None:
        collection = self.read(lambda type_: type_.kind == "list")
        return collection and Member(self.scalar("string"), collection, collection.type.key)

    def atom(self) -> Expression:
        match self.pick.randint(0, 7):
            case 0 | 1:
                return Compare(self.pick.choice(["==", "!="]), self.scalar("string"), self.scalar("string"))
            case 2:
                symbol = self.pick.choice(["==", "!=", "<", "<=", ">", ">="])
                return Compare(symbol, self.number(), self.number())
            case 3:
                return self.one_of(self.scalar("string"))
            case 4:
                return self.member() or self.scalar("boolean")
            case 5:
                return Defined(self.pick.choice(self.reads))
            case 6:
                return self.quantified(self.pick.choice(["any", "all"])) or self.scalar("boolean")
            case _:
                return self.scalar("boolean")

    def condition(self, depth: int = 3) -> Expression:
        if not depth or self.pick.random() < 0.3:
            return self.atom()
        operands = tuple(self.condition(depth - 1) for _ in range(self.pick.randint(2, 3)))
        return self.pick.choice([And(operands), Or(operands), Not(operands[0])])

    def expression(self) -> Expression:
        """A condition, now and then a value."""
        return self.number() if self.pick.random() < 0.1 else self.condition()


def paths(type_: Type, before: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Type]]:
    """Every path of a schema, with its type; into lists by the keys ``x`` and the empty text."""
    for name, field in type_.fields.items():
        path = (*before, name)
        yield path, field.type
        yield from paths(field.type, path)
        if field.type.key:
            assert field.type.item is not None
            for key in ("x", ""):
                yield from paths(field.type.item, (*path, Key("code", key)))


EXPRESSIONS, SCOPES = 3, 4


# One example is twelve cases: 5,400 a run, twenty times as many in the nightly one.
@settings(max_examples=450, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_every_way_to_run_an_expression_gives_what_the_reference_gives(pick: Random) -> None:
    made = Made(pick)
    expressions = [made.expression() for _ in range(EXPRESSIONS)]
    table = table_function(expressions).bound()
    runs = [generated(expression, evaluate) for expression in expressions]
    for _ in range(SCOPES):
        scope = made.scope()
        together = table(scope) or [None] * EXPRESSIONS
        for expression, run, in_table in zip(expressions, runs, together, strict=True):
            expected = outcome(expression, scope)
            assert same(result(run, scope), expected), (expression, scope)
            assert same(result(lambda scope, walked=expression: evaluate(walked, scope), scope), expected)  # type: ignore[misc]
            # The table leaves open what it cannot decide, and decides nothing else than the reference does.
            assert in_table is None or same(("value", in_table), expected), (expression, scope)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_the_code_alone_gives_every_value_that_a_scope_of_the_right_types_has(pick: Random) -> None:
    """Walking is for what is absent: a shape that always walked would be right, and slow."""
    made = Made(pick, odd=0)
    expression, scope = made.expression(), made.scope()
    kind, value = outcome(expression, scope)
    if kind == "value":
        assert generated(expression, lambda expression, scope: "walked")(scope) == value


# ---- the library itself


@cache
def of_the_library() -> tuple[tuple[Expression, Run], ...]:
    """Every condition of the library as it is run, and every value of its texts that reads the deal alone."""
    roots = {*library().names}
    alone = [c for c in conditions(library()) if _within(c.expression, roots)]
    printed = [e for content in texts(library()) for e in template_expressions(content) if _within(e, roots)]
    values = {text_of(expression): expression for expression in printed}.values()
    return (*((c.expression, c.run) for c in alone), *((e, compile_expression(e)) for e in values))


def scope_of(seed: int) -> Scope:
    """What conditions read of a random deal."""
    source, problems = read_yaml("random.yaml", json.dumps(random_deal(seed)))
    assert source is not None, problems
    deal, problems = merged_deal(library(), source, CONTRACTS, Options())
    assert deal is not None, problems
    facts, problems = derive(library(), deal)
    assert facts is not None, problems
    return facts.scope


def tabled(held: Callable[[Scope], Held]) -> Callable[[Scope], Held]:
    """The same, once it has a table."""
    for _ in range(ALONE):
        held({})
    return held


def _within(expression: Expression, roots: set[str]) -> bool:
    return all(read.path[0] in roots for read in reads(expression))


def test_the_conditions_and_values_of_the_library_run_as_the_reference_says_on_random_deals(nightly: bool) -> None:
    tabled(library().held)
    for seed in range(60 if nightly else 20):
        scope = scope_of(seed)
        held = library().held(scope)
        for expression, run in of_the_library():
            assert same(result(run, scope), outcome(expression, scope)), expression
        for condition, decided in held.items():
            if decided is not None:
                assert same(("value", decided), outcome(condition.expression, scope)), condition


def test_the_table_of_the_library_leaves_no_condition_open_on_a_valid_deal() -> None:
    held = tabled(library().held)(scope_of(1))
    asked = {clause.when for clause in library().clauses.values() if clause.when is not None}
    assert asked <= held.keys()
    assert [condition for condition, decided in held.items() if decided is None] == []


# ---- what is made, and when

HERE = Span("when.yaml", 1, 1, 2, "")
NAMES_OF = {"a": Type("record", fields={name: Field(BOOLEAN, False) for name in "bcde"})}


def condition(text: str) -> Expression:
    return parse_condition(text, NAMES_OF)


def test_expressions_of_one_shape_share_one_code() -> None:
    one, two = (cast(FunctionType, generated(condition(text), evaluate)) for text in ("a.b and a.c", "a.d and a.e"))
    assert one is not two
    assert one.__code__ is two.__code__


def test_code_that_another_process_made_is_not_made_again() -> None:
    source = "def run(scope):\n return 1"
    code = compiled(source)
    assert FunctionType(code, {})({}) == 1
    assert code.co_filename == "<condition>", "no file is opened to show a line of it"
    codes = Codes()
    codes.keep({source: code})
    assert codes.of(source) is code
    assert codes.items() == {source: code}


def test_an_entry_of_a_list_that_a_deal_does_not_have_is_absent() -> None:
    entries = Type(
        "list", item=Type("record", fields={"code": Field(STRING, True), "b": Field(BOOLEAN, True)}), key="code"
    )
    names = {"a": Type("record", fields={"list": Field(entries, False)})}
    asked = parse_condition("a.list['x'].b is defined", names)
    for scope in ({"a": {}}, {"a": {"list": []}}):
        assert evaluate(asked, scope) is generated(asked, evaluate)(scope) is False
        assert outcome(parse_condition("a.list['x'].b", names), scope)[0] == "absent"
        assert result(lambda scope: evaluate(parse_condition("a.list['x'].b", names), scope), scope)[0] == "absent"


def test_no_text_of_a_library_is_in_the_code() -> None:
    for expression, _ in of_the_library():
        code = cast(FunctionType, generated(expression, evaluate)).__code__
        assert set(code.co_names) <= {"absent", "entry", "get", "map", "len", "any", "all", "sum", "GIVES_UP"}
        assert set(code.co_consts) <= {None, True, False}


def test_the_code_of_an_expression_is_made_at_its_second_run() -> None:
    run = cast(FunctionType, compile_expression(condition("a.b")))
    made = []
    for value in (True, False, True):
        assert run({"a": {"b": value}}) is value
        made.append(inspect.getclosurevars(run).nonlocals["run"] is not None)
    assert made == [False, True, True]


def test_the_longest_and_the_deepest_condition_have_a_code() -> None:
    long = " and ".join(["a.b"] * MAX_ATOMS)
    deep = "not (" * (MAX_DEPTH // 2) + "a.b or a.c" + ")" * (MAX_DEPTH // 2)
    for text in (long, deep, "a.b or (a.c and " * (MAX_DEPTH // 2) + "a.d" + ")" * (MAX_DEPTH // 2)):
        for scope in ({"a": {"b": True, "c": True, "d": True}}, {"a": {"b": False, "c": False, "d": True}}, {"a": {}}):
            expression = condition(text)
            expected = outcome(expression, scope)
            assert same(result(generated(expression, evaluate), scope), expected)
            assert table_function([expression]).bound()(scope)[0] == (expected[1] if expected[0] == "value" else None)


def test_the_first_scopes_of_a_table_are_answered_by_the_conditions_alone() -> None:
    one, two, three = (Condition(text, condition(text), HERE) for text in ("a.b", "a.c", "a.b"))
    held = Table((one, two, three))
    scope = {"a": {"b": True}}
    assert [held(scope) for _ in range(100)] == [{}] * 100
    assert held(scope) == {one: True, two: None, three: True}
    assert held({"a": "no group"}) == {}


def test_a_table_that_was_made_before_answers_at_once() -> None:
    one = Condition("a.b", condition("a.b"), HERE)
    made = table_function([one.expression])
    assert Table((one,), made)({"a": {"b": True}}) == {one: True}


def test_a_group_that_is_absent_leaves_open_only_what_reads_it() -> None:
    names = NAMES_OF | {"z": NAMES_OF["a"]}
    table = table_function([parse_condition(text, names) for text in ("a.b", "z.b", "a.b is defined")]).bound()
    assert table({"z": {"b": True}}) == (None, True, False)


def test_a_table_finds_an_entry_by_its_key() -> None:
    services = Type("list", item=Type("record", fields={"code": Field(STRING, True)}), key="code")
    conditions = [parse_condition(f"'{code}' in services", {"services": services}) for code in "xy"]
    assert table_function(conditions).bound()({"services": [{"code": "y"}]}) == (False, True)


def test_quantifiers_that_differ_in_their_constants_alone_are_not_one() -> None:
    services = Type("list", item=Type("record", fields={"code": Field(STRING, True)}), key="code")
    names = {"services": services}
    texts = [f"services | {word}(code == '{code}')" for word in ("any", "all") for code in "xy"]
    table = table_function([parse_condition(text, names) for text in (*texts, texts[0])]).bound()
    assert table({"services": [{"code": "y"}]}) == (False, True, False, True, False)


def test_a_condition_that_took_the_place_of_another_is_run_by_itself() -> None:
    """A library with one condition changed keeps its table, which does not know the new one."""
    known, new = (Condition(text, condition(text), HERE) for text in ("a.b", "not a.b"))
    held = tabled(Table((known,)))({"a": {"b": True}})
    assert known in held
    assert new not in held


# ---- a plan is the same with the table and without it


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["why"])
def test_a_plan_made_with_the_table_has_the_findings_of_one_made_without(
    tmp_path: Path, case: Mapping[str, Any]
) -> None:
    made = library_in(tmp_path, case)
    facts = facts_of(made, case)
    first, found = select(made, facts)
    tabled(made.held)
    second, found_again = select(made, facts)
    assert found_again == found
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert second.decisions == first.decisions
        assert second.clauses() == first.clauses()
