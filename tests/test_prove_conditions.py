"""A condition as a term says what the evaluator says: random conditions, and those of the library on random deals."""

from __future__ import annotations

import datetime
import operator
import random
import re
from ast import literal_eval
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.conditions import AbsentField, Expression, evaluate
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Read, reads
from generator.conditions.judge import Complaint
from generator.conditions.parse import parse_condition
from generator.library.templates import Branch
from generator.library.walk import conditions, found, texts
from generator.pipeline import Draft
from generator.prove import terms
from generator.prove.conditions import Conditions, Truth, Ways
from generator.prove.deals import Deals
from generator.prove.places import Aspect, Path, Place, Space
from generator.prove.terms import FALSE, TRUE
from generator.schema import DealSchema, typed
from generator.schema_types import Type
from tests.deals import drafted, library, random_deal
from tests.prove_answers import Answers

SLOW = [HealthCheck.too_slow]
SEEDS = st.integers(min_value=0, max_value=2**40)

SCHEMA = DealSchema(
    {
        "type": "object",
        "required": ["client", "services", "rates", "facts"],
        "properties": {
            "client": {
                "type": "object",
                "required": ["name", "segment", "vip", "headcount", "fee", "since", "opens", "month"],
                "properties": {
                    "name": {"type": "string"},
                    "segment": {"enum": ["tpe", "pme", "eti"]},
                    "size": {"enum": ["pme", "eti", "gc"]},
                    "vip": {"type": "boolean"},
                    "public": {"type": "boolean"},
                    "headcount": {"type": "integer"},
                    "sites": {"type": ["integer", "null"]},
                    "fee": {"x-kind": "money", "type": "string"},
                    "share": {"x-kind": "percent", "type": "number"},
                    "since": {"x-kind": "date", "type": "string"},
                    "until": {"x-kind": "date", "type": "string"},
                    "opens": {"x-kind": "time", "type": "string"},
                    "closes": {"x-kind": "time", "type": "string"},
                    "month": {"x-kind": "month", "type": "string"},
                    "nickname": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "regimes": {"type": "array", "items": {"enum": ["hds", "dora", "nis2"]}},
                    "years": {"type": "array", "items": {"type": "integer"}},
                    "address": {
                        "type": ["object", "null"],
                        "required": ["city"],
                        "properties": {"city": {"type": "string"}, "floor": {"type": "integer"}},
                    },
                },
            },
            "services": {
                "type": "array",
                "x-key": "code",
                "items": {
                    "type": "object",
                    "required": ["code", "nature", "included", "level"],
                    "properties": {
                        "code": {"enum": ["helpdesk", "backup", "bcdr"]},
                        "nature": {"enum": ["means", "result"]},
                        "included": {"type": "boolean"},
                        "quantity": {"type": "integer"},
                        "level": {
                            "type": "object",
                            "required": ["hours"],
                            "properties": {"hours": {"type": "integer"}, "minutes": {"type": "integer"}},
                        },
                    },
                },
            },
            "rates": {
                "type": "array",
                "x-key": "name",
                "items": {
                    "type": "object",
                    "required": ["name", "price"],
                    "properties": {
                        "name": {"type": "string"},
                        "price": {"x-kind": "money", "type": "string"},
                        "from": {"x-kind": "date", "type": "string"},
                    },
                },
            },
            "facts": {
                "type": "object",
                "required": ["tier", "score", "late"],
                "properties": {
                    "tier": {"enum": ["gold", "silver"]},
                    "score": {"type": "integer"},
                    "late": {"type": "boolean"},
                },
            },
        },
    }
)
NAMES = {name: field.type for name, field in SCHEMA.type.fields.items()}
LISTS = {("rates",): 3, ("client", "tags"): 2, ("client", "years"): 2}


# ---- random deals of this schema

WORDS = ("Dupont", "Ab", "pme", "2026-06-01", "urgent", "x")
DAYS = ("2025-12-31", "2026-06-01", "2027-01-01")
TIMES = ("00:00", "08:00", "24:00")
# What a field of a name may hold; every other one is drawn by its type.
SCALARS: Mapping[str, Any] = {
    "date": DAYS,
    "time": TIMES,
    "month": ("2026-01", "2026-06"),
    "string": WORDS,
    "boolean": (True, False),
    "integer": (-1, 0, 1, 2, 3, 8),
    "money": (Decimal(0), Decimal("0.50"), Decimal(2), Decimal("99.90")),
    "percent": (Decimal("0.5"), Decimal(2)),
}


def drawn(type_: Type, pick: random.Random) -> Any:
    """A value of a type; optional fields are there, missing or null."""
    if type_.nullable and pick.random() < 0.3:
        return None
    match type_.kind:
        case "record":
            return {
                name: drawn(field.type, pick)
                for name, field in type_.fields.items()
                if field.always or pick.random() < 0.6
            }
        case "list" if type_.item is not None:
            if type_.key:
                key = type_.item.fields[type_.key].type
                names = pick.sample(key.values or WORDS[:3], pick.randint(0, 3))
                return [{**drawn(type_.item, pick), type_.key: name} for name in names]
            return [drawn(type_.item, pick) for _ in range(pick.randint(0, 2))]
        case "enum":
            return pick.choice(type_.values)
    return pick.choice(SCALARS[type_.kind])


# ---- random conditions


class Sentences:
    """Writes random conditions over the schema."""

    def __init__(self, pick: random.Random) -> None:
        self.pick = pick

    def condition(self, depth: int) -> str:
        pick = self.pick
        choice = pick.random()
        if depth == 0 or choice < 0.3:
            return pick.choice(ATOMS)(self)
        if choice < 0.45:
            return f"not ({self.condition(depth - 1)})"
        word = pick.choice((" and ", " or "))
        return word.join(f"({self.condition(depth - 1)})" for _ in range(pick.randint(2, 3)))

    def order(self) -> str:
        return self.pick.choice(("==", "!=", "<", "<=", ">", ">="))

    def path(self, kind: str) -> str:
        return self.pick.choice(PATHS[kind])

    def number(self, depth: int = 2) -> str:
        pick = self.pick
        choice = pick.random()
        if depth == 0 or choice < 0.35:
            return self.path("number")
        if choice < 0.55:
            return str(pick.choice((-1, 0, 1, 2, 3, Decimal("0.5"), Decimal("99.90"))))
        if choice < 0.65:
            return f"({self.path('number')} | default({pick.choice((0, 2, self.path('number')))}))"
        if choice < 0.75:
            return f"({pick.choice(LIST_NAMES)} | length)"
        if choice < 0.85:
            return f"({self.counted('count_where')})"
        if choice < 0.95:
            return f"({self.number(depth - 1)} {pick.choice('+-')} {self.number(depth - 1)})"
        return f"({self.number(depth - 1)} * {pick.choice((2, -1, Decimal('0.5')))})"

    def counted(self, word: str) -> str:
        name, test = self.pick.choice(TESTS)
        return f"{name} | {word}({test})"

    def text(self, kind: str) -> str:
        pick = self.pick
        if pick.random() < 0.2:
            return f"({self.path(kind)} | default({pick.choice([repr(w) for w in TEXTS[kind]])}))"
        return self.path(kind) if pick.random() < 0.5 else repr(pick.choice(TEXTS[kind]))

    def between_texts(self) -> str:
        kind = self.pick.choice(("string", "enum", "date", "date", "time", "month"))
        other = self.pick.choice((kind, kind, kind, "string"))
        order = self.order() if kind not in {"string", "enum"} else self.pick.choice(("==", "!="))
        return f"{self.path(kind)} {order} {self.text(other)}"

    def defined(self) -> str:
        kind = self.pick.choice(list(PATHS))
        return f"{self.path(kind)} is {self.pick.choice(('', 'not '))}defined"

    def member(self) -> str:
        name, words = self.pick.choice(MEMBERS)
        wanted = self.pick.choice([*words, "client.segment", "client.name", "facts.tier"])
        return f"{wanted} {self.pick.choice(('in', 'not in'))} {name}"

    def one_of(self) -> str:
        kind = self.pick.choice(("string", "enum", "date"))
        words = ", ".join(repr(self.pick.choice(TEXTS[kind])) for _ in range(self.pick.randint(1, 3)))
        return f"{self.path(kind)} {self.pick.choice(('in', 'not in'))} [{words}]"


PATHS: Mapping[str, tuple[str, ...]] = {
    "number": (
        *("client.headcount", "client.sites", "client.fee", "client.share", "client.address.floor", "facts.score"),
        *("services['backup'].quantity", "services['bcdr'].level.minutes", "services['helpdesk'].level.hours"),
        "rates['Ab'].price",
    ),
    "boolean": ("client.vip", "client.public", "facts.late", "services['backup'].included"),
    "string": ("client.name", "client.nickname", "client.address.city"),
    "enum": ("client.segment", "client.size", "facts.tier", "services['backup'].nature", "services['bcdr'].code"),
    "date": ("client.since", "client.until", "rates['Ab'].from"),
    "time": ("client.opens", "client.closes"),
    "month": ("client.month",),
    "group": ("client.address", "services['backup']", "rates['Ab']", "client.tags", "client.regimes"),
}
TEXTS: Mapping[str, tuple[str, ...]] = {
    "string": WORDS,
    "enum": ("pme", "eti", "tpe", "gold", "means", "bcdr"),
    "date": DAYS,
    "time": TIMES,
    "month": ("2026-01", "2026-06"),
}
LIST_NAMES = ("services", "rates", "client.tags", "client.regimes", "client.years")
MEMBERS = (
    ("services", ("'backup'", "'bcdr'")),
    ("rates", ("'Ab'", "'x'")),
    ("client.tags", ("'urgent'", "'pme'")),
    ("client.regimes", ("'hds'", "'dora'")),
    ("client.years", ("1", "3")),
)
TESTS = (
    *((("services", test)) for test in ("nature == 'result'", "code == 'backup'", "code not in ['backup', 'bcdr']")),
    *((("services", test)) for test in ("included", "not included", "quantity is defined", "quantity is not defined")),
    *((("services", test)) for test in ("level.hours >= 2", "level.minutes is defined", "nature in ['means']")),
    *((("rates", test)) for test in ("price > 1", "name == 'Ab'", "from is defined", "name != 'x'")),
)
ATOMS = (
    lambda s: f"{s.number()} {s.order()} {s.number()}",
    lambda s: f"{s.number(1)} {s.order()} {s.number(1)} {s.order()} {s.number(1)}",
    lambda s: s.path("boolean"),
    lambda s: f"({s.path('boolean')} | default({s.pick.choice(('true', 'false', 'client.vip'))}))",
    lambda s: s.counted(s.pick.choice(("any", "all"))),
    Sentences.between_texts,
    Sentences.between_texts,
    Sentences.defined,
    Sentences.member,
    Sentences.one_of,
)


class Plain:
    """The roots of the schema; its facts are fields like any other."""

    def __init__(self, space: Space) -> None:
        self.space = space

    def place(self, name: str) -> Place:
        return Place.of(self.space, (name,), TRUE, NAMES[name])

    def fact(self, name: str) -> Ways | None:
        return None


ORDER = {"==": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
STEP = re.compile(r"(\w+)|\[(\d+)\]|\['([^']*)'\]")


class JudgedAnswers(Answers):
    """Answers where a comparison of which nothing is known has the result that it has."""

    def free(self, aspect: Aspect) -> bool:
        assert isinstance(aspect.detail, tuple)
        symbol, *operands = aspect.detail
        one, two = (self.read(operand) for operand in operands)
        if one is None or two is None:
            return super().free(aspect)
        if symbol == "in":
            return one in [self.name(entry) for entry in two]
        return bool(ORDER[symbol](one, two))

    def read(self, operand: str) -> Any:
        """A constant or the value at a path, as a term names them; ``None`` for what is not there."""
        if operand[0] in "'\"":
            return literal_eval(operand)
        value = self.value
        for name, index, key in STEP.findall(operand):
            if value is None:
                return None
            if name:
                value = value.get(name)
            elif index:
                value = value[int(index)] if int(index) < len(value) else None
            else:
                value = next((entry for entry in value if self.name(entry) == key), None)
        return value

    @staticmethod
    def name(entry: Any) -> Any:
        """What an entry is found by: the first of its fields is its name."""
        return next(iter(entry.values())) if isinstance(entry, dict) else entry


def outcome(expression: Expression, scope: Mapping[str, Any]) -> bool | str:
    try:
        return bool(evaluate(expression, scope))
    except AbsentField:
        return "absent"


def said(truth: Truth, answers: Answers) -> bool | str:
    return terms.holds(truth.holds, answers) if terms.holds(truth.defined, answers) else "absent"


def parsed(text: str) -> Expression | None:
    try:
        return parse_condition(text, NAMES)
    except Complaint:
        # What never changes, or compares what cannot be compared, is refused before it is proven.
        return None


def compare(pick: random.Random) -> Iterator[bool | str]:
    """What comes out of one random condition for some random deals, where both say the same."""
    expression = parsed(Sentences(pick).condition(2))
    if expression is None:
        return
    space = Space(LISTS)
    truth = Conditions(Plain(space)).truth(expression)
    axioms = list(space.axioms())
    for _ in range(4):
        scope = typed(SCHEMA.type, drawn(SCHEMA.type, pick))
        answers = JudgedAnswers(space, scope, pick)
        expected = outcome(expression, scope)
        assert said(truth, answers) == expected, f"{text_of(expression)}\n{scope}"
        for axiom in axioms:
            assert terms.holds(axiom, answers), f"{axiom}\n{text_of(expression)}\n{scope}"
        yield expected


@settings(max_examples=80, suppress_health_check=SLOW)
@given(SEEDS)
def test_a_term_says_of_a_random_condition_what_the_evaluator_says(seed: int) -> None:
    pick = random.Random(seed)
    for _ in range(25):
        for expected in compare(pick):
            assert expected in (True, False, "absent")


def of_rates(text: str, *rates: tuple[str, int], seed: int = 0) -> bool | str:
    """What the term of a condition says where the deal has these rates, each a name with its price."""
    space = Space(LISTS)
    truth = Conditions(Plain(space)).truth(parse_condition(text, NAMES))
    scope = {"rates": [{"name": name, "price": Decimal(price)} for name, price in rates]}
    return said(truth, Answers(space, scope, random.Random(seed)))


def test_an_entry_that_is_named_is_counted_once() -> None:
    text = "'Ab' in rates and rates | count_where(price > 1) == 1"
    assert of_rates(text, ("Ab", 2)) is True
    assert of_rates(text, ("Ab", 2), ("x", 1)) is True
    assert of_rates(text, ("Ab", 2), ("x", 2)) is False
    assert of_rates(text, ("x", 2)) is False


def test_of_a_longer_list_than_is_modelled_the_count_may_be_anything() -> None:
    rates = [(str(index), 2) for index in range(5)]
    seen = {of_rates("rates | count_where(price > 1) == 5", *rates, seed=seed) for seed in range(50)}
    assert seen == {True, False}


def test_a_text_that_is_no_date_is_never_equal_to_one() -> None:
    space = Space()
    place = Place.of(space, ("since",), TRUE, NAMES["client"].fields["since"].type)
    assert [place.text(text) for text in ("n/a", "2026-06", "08:00", "2026-02-30")] == [FALSE] * 4
    assert terms.holds(place.text("2026-06-01"), Answers(space, {"since": "2026-06-01"}, random.Random(0)))


def test_a_list_of_names_may_name_one_twice() -> None:
    space = Space()
    truth = Conditions(Plain(space)).truth(parse_condition("client.regimes | length == 2", NAMES))
    answers = Answers(space, {"client": {"regimes": ["dora", "dora"]}}, random.Random(0))
    assert said(truth, answers) is True
    assert all(terms.holds(axiom, answers) for axiom in space.axioms())


def test_a_member_of_a_group_that_is_null_is_absent() -> None:
    expression = parse_condition("client.address.city == 'Colmar'", NAMES)
    space = Space()
    truth = Conditions(Plain(space)).truth(expression)
    for address, expected in ((None, "absent"), ({"city": "Colmar"}, True), ({"city": "Metz"}, False)):
        assert said(truth, Answers(space, {"client": {"address": address}}, random.Random(0))) == expected


# ---- the library


@cache
def random_drafts(count: int) -> tuple[Draft, ...]:
    drafts = (drafted(random_deal(seed)) for seed in range(count))
    return tuple(draft for draft in drafts if draft.facts is not None)


def longest(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """How long the lists of a value are, by path; entries are written ``[]``."""
    if isinstance(value, list):
        yield path, len(value)
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        yield from longest(inner, (*path, name))
    for entry in value if isinstance(value, list) else ():
        yield from longest(entry, (*path, "[]"))


@cache
def deals() -> Deals:
    """The deals of the library, with as many entries in each list as a random deal has."""
    every = Deals(library())
    for draft in random_drafts(60):
        assert draft.facts is not None
        for path, size in longest(draft.facts.scope):
            every.space.entries[path] = max(size, every.space.entries.get(path, 0))
    return every


class DealAnswers(JudgedAnswers):
    """Answers for a deal: a date that it does not have is a day of the calendar too."""

    def drawn(self, name: str, path: Path) -> Any:
        day = datetime.date(self.pick.randint(1950, 2100), 6, 1).toordinal()
        return day if name == "number" else super().drawn(name, path)


def answers_of(draft: Draft) -> Answers:
    assert draft.facts is not None
    scope = {**draft.facts.scope, "as_of": draft.facts.as_of}
    return DealAnswers(deals().space, scope, random.Random(0))


@cache
def library_conditions() -> tuple[Expression, ...]:
    """Every condition that reads nothing but the deal, facts and legal values: of loops, only what stands outside."""
    every = [condition.expression for condition in conditions(library())]
    every += [case.when.expression for fact in library().facts for case in fact.cases]
    for content in texts(library()):
        every += [branch.condition for branch in found(Branch, content) if branch.condition is not None]
    roots = {*library().schema.type.fields, "facts", "parameters"}
    by_text = {text_of(expression): expression for expression in every}
    return tuple(e for e in by_text.values() if all(read.path[0] in roots for read in reads(e)))


def test_every_condition_of_the_library_is_what_the_evaluator_says_on_random_deals(nightly: bool) -> None:
    truths = [(e, deals().conditions.truth(e)) for e in library_conditions() if is_boolean(e)]
    assert len(truths) > 300
    for draft in random_drafts(60 if nightly else 20):
        answers = answers_of(draft)
        assert draft.facts is not None
        for expression, truth in truths:
            assert said(truth, answers) == outcome(expression, draft.facts.scope), (draft.file, text_of(expression))


def is_boolean(expression: Expression) -> bool:
    """Whether it is true or false: the library also has conditions that give a list or a number."""
    return not isinstance(expression, Read) or expression.type.kind == "boolean"


def test_every_rule_of_the_library_finds_fault_where_its_term_says(nightly: bool) -> None:
    rules = [(rule.id, deals().satisfied(rule, deals().conditions)) for rule in library().rules]
    assert len(rules) > 30
    for draft in random_drafts(60 if nightly else 20):
        answers = answers_of(draft)
        assert draft.rulings is not None
        broken = {ruling.rule.id for ruling in draft.rulings.rulings}
        assert {id_ for id_, satisfied in rules if not terms.holds(satisfied, answers)} == broken, draft.file


def test_what_is_assumed_of_every_valid_deal_holds_of_random_ones(nightly: bool) -> None:
    for expression in library_conditions():
        if is_boolean(expression):
            deals().conditions.truth(expression)
    assumed = deals().facts_of_the_world()
    assert len(assumed) > 100
    for draft in random_drafts(60 if nightly else 20):
        answers = answers_of(draft)
        failed = [term for term in assumed if not terms.holds(term, answers)]
        assert failed == [], draft.file
