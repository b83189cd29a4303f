"""A schema as a term says what ``jsonschema`` says: random schemas with random values, and values that Z3 makes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from generator.pipeline import Draft, draft
from generator.prove import terms
from generator.prove.places import ANYTHING, Aspect, Path, Place, Space, found
from generator.prove.schema import Translation, UnknownKeyword
from generator.prove.terms import TRUE, Term
from generator.schema import DealSchema, fold_required
from generator.schema_types import Type
from tests.deal_changes import Changes
from tests.deals import CONTRACTS
from tests.prove_answers import Answers
from tests.prove_models import Impossible, model
from tests.random_schemas import TEXTS, UNKNOWN, Guesser, Writer

SLOW = [HealthCheck.too_slow]
SEEDS = st.integers(min_value=0, max_value=2**40)
# One example draws a number that this many cases follow from: 5,000 cases, by night twenty times as many.
CASES = 25


# ---- a case


def entries(value: Any, path: Path = ()) -> Iterator[tuple[Path, int]]:
    """How long the lists of a value are, by path; entries are written ``[]``."""
    if isinstance(value, list):
        yield path, len(value)
        for entry in value:
            yield from entries(entry, (*path, "[]"))
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from entries(member, (*path, name))


def enough(value: Any, pick: random.Random) -> dict[Path, int]:
    """As many entries for each list as a value has, sometimes more."""
    need: dict[Path, int] = {}
    for path, size in entries(value):
        need[path] = max(need.get(path, 0), size + pick.choice((0, 0, 1)))
    return need


def accepts(document: Mapping[str, Any], node: Any, value: Any) -> bool:
    """What jsonschema says; ``node`` is read as part of the document."""
    whole = node if isinstance(node, bool) else {**node, "$defs": document.get("$defs", {})}
    return bool(Draft202012Validator(whole).is_valid(value))


def parts(node: Any) -> Iterator[Any]:
    yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from parts(inner)


class JudgedAnswers(Answers):
    """Answers for a value, where the variables that stand for a part of the schema say what that part says."""

    def __init__(self, space: Space, document: Mapping[str, Any], value: Any, pick: random.Random) -> None:
        super().__init__(space, value, pick, TEXTS)
        self.document = document

    def free(self, aspect: Aspect) -> bool:
        assert isinstance(aspect.detail, tuple)
        value = found(aspect.path, self.value)[1]
        word, *known, shown = aspect.detail
        node = next(part for part in parts(self.document) if repr(part) == shown)
        match word, value:
            case "additionalProperties", dict():
                others = [member for name, member in value.items() if name not in known[0]]
                return all(accepts(self.document, node, member) for member in others)
            case "items", list():
                return all(accepts(self.document, node, entry) for entry in value)
            case "contains", list():
                return any(accepts(self.document, node, entry) for entry in value)
        return super().free(aspect)


def drawn(pick: random.Random) -> tuple[dict[str, Any], Any]:
    document = Writer(pick).document()
    return document, Guesser(pick, document).value(document)


def translated(document: Mapping[str, Any], need: Mapping[Path, int]) -> tuple[Space, Term]:
    space = Space(need)
    return space, Translation(document).accepts(document, Place(space, (), TRUE, ANYTHING))


def compare(document: dict[str, Any], value: Any, pick: random.Random) -> bool:
    """The verdict of jsonschema, which the term must have too."""
    space, term = translated(document, enough(value, pick))
    answers = JudgedAnswers(space, document, value, pick)
    verdict = accepts(document, document, value)
    assert terms.holds(term, answers) is verdict, f"jsonschema says {verdict}\n{document}\n{value}"
    for axiom in space.axioms():
        assert terms.holds(axiom, answers), f"{axiom} does not hold\n{document}\n{value}"
    return verdict


@settings(max_examples=200, suppress_health_check=SLOW)
@given(SEEDS)
def test_a_term_says_of_a_random_value_what_jsonschema_says(seed: int) -> None:
    pick = random.Random(seed)
    for _ in range(CASES):
        compare(*drawn(pick), pick)


def test_two_nodes_that_know_other_members_ask_apart_about_the_rest() -> None:
    document = {
        "oneOf": [
            {"properties": {"a": True}, "additionalProperties": {"const": 1}},
            {"properties": {"b": True}, "additionalProperties": {"const": 1}},
        ]
    }
    # Of the members of the first value, the first node judges `b`, which is 1, and the second `a`, which is not.
    values = ({"a": 2, "b": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 1})
    assert [compare(document, value, random.Random(0)) for value in values] == [True, False, False]


@pytest.mark.parametrize(
    "node",
    [*UNKNOWN, {"const": [1, 2]}],
)
def test_a_schema_that_says_what_is_not_known_is_refused(node: dict[str, Any]) -> None:
    for document in (node, {"properties": {"a": {"anyOf": [True, {"not": node}]}}}):
        with pytest.raises(UnknownKeyword):
            translated(document, {})


# ---- the other way round: the value that a model of the term describes


@settings(max_examples=8, suppress_health_check=SLOW)
@given(SEEDS)
def test_jsonschema_says_of_a_value_that_z3_makes_what_the_term_says(seed: int) -> None:
    pick = random.Random(seed)
    outcomes = Counter(outcome for _ in range(CASES) for outcome in backwards(pick))
    # A model may ask for a text of two letters with three of them in it: patterns are free variables.
    assert outcomes["impossible"] <= CASES // 3, outcomes


def backwards(pick: random.Random) -> Iterator[str]:
    """For a random schema: a value of which the term is true and one of which it is false, if there are."""
    document = closed(Writer(pick).document())
    lists, space, term = with_lists(document)
    axioms = list(space.axioms())
    for wanted in (term, terms.no(term)):
        made = model(wanted, axioms, lists)
        if made is None:
            yield "none"
            continue
        try:
            value = made.value()
        except Impossible:
            yield "impossible"
            continue
        verdict = accepts(document, document, value)
        assert verdict is (wanted is term), f"jsonschema says {verdict}\n{document}\n{value}"
        yield "agreed"


def with_lists(document: Mapping[str, Any]) -> tuple[dict[Path, int], Space, Term]:
    """The schema as a term in which each list has up to two entries, and so have those inside them."""
    lists: dict[Path, int] = {}
    while True:
        space, term = translated(document, lists)
        reached = {tuple("[]" if isinstance(step, int) else step for step in path) for path in space.kinds}
        if reached <= lists.keys():
            return lists, space, term
        lists |= dict.fromkeys(reached, 2)


def closed(node: Any) -> Any:
    """The schema without what is left open of members that nobody named."""
    if isinstance(node, list):
        return [closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        name: closed(part) for name, part in node.items() if name != "additionalProperties" or isinstance(part, bool)
    }


# ---- the schema of deals, with its types


@cache
def examples() -> tuple[Draft, ...]:
    drafts = (draft(path) for path in sorted(CONTRACTS.glob("*.yaml")))
    return tuple(one for one in drafts if one.deal is not None)


@cache
def deal_schema() -> DealSchema:
    library = examples()[0].library
    assert library is not None
    return library.schema


@cache
def group_schema(name: str) -> DealSchema:
    """The schema of deals with one group alone."""
    document = deal_schema().document
    group = {name: document["properties"][name]}
    return DealSchema({**document, "properties": group, "required": [name], "x-required": [name]})


@cache
def group_term(name: str) -> tuple[Mapping[Path, int], Space, Term, tuple[Term, ...]]:
    """The schema of one group as a term, with two entries more than the longest list of an example has."""
    need: dict[Path, int] = {}
    for path in list_paths(group_schema(name).type, ()):
        need[path] = 2
    for one in examples():
        assert one.deal is not None
        for path, size in entries(one.deal.values):
            need[path] = max(need.get(path, 0), size + 2)
    space = Space(need)
    schema = group_schema(name)
    place = Place.of(space, (), TRUE, schema.type)
    term = Translation(schema.document).accepts(fold_required(schema.document), place)
    return need, space, term, tuple(space.axioms())


def list_paths(type_: Type, path: Path) -> Iterator[Path]:
    if type_.kind == "list" and type_.item is not None:
        yield path
        yield from list_paths(type_.item, (*path, "[]"))
    for name, field in type_.fields.items():
        yield from list_paths(field.type, (*path, name))


def bounds(node: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Every schema of a number with one value that it just allows."""
    if isinstance(node, dict):
        for word in ("minimum", "maximum"):
            if isinstance(node.get(word), (int, Decimal)):
                yield {"type": node["type"], "minimum": node["minimum"], "maximum": node["maximum"]}, node[word]
        for part in node.values():
            yield from bounds(part)
    elif isinstance(node, list):
        for part in node:
            yield from bounds(part)


def test_a_deal_may_have_the_very_bound_that_its_schema_names() -> None:
    cases = list(bounds(deal_schema().document))
    assert len(cases) > 300
    fields = {f"field {index}": node for index, (node, _) in enumerate(cases)}
    values = {f"field {index}": value for index, (_, value) in enumerate(cases)}
    assert DealSchema({"type": "object", "properties": fields}).violations(values, merged=True) == ()
    for node, value in cases:
        place = Place(Space(), (), TRUE, ANYTHING)
        term = Translation({}).judged(node, place)
        assert terms.holds(term, Answers(place.space, value, random.Random(0))), node


# Left to the checks of forms, which a proof does not know: it counts more deals as valid, and holds for them too.
FORMS = "invalid-value"
# An entry of a list with names is found by its name: a deal that names one twice is refused, and has no place here.
REPEATED = "repeated-entry"


@settings(max_examples=16, suppress_health_check=SLOW)
@given(SEEDS)
def test_a_term_says_of_a_changed_deal_what_its_schema_says(seed: int) -> None:
    pick = random.Random(seed)
    one = pick.choice(examples())
    assert one.deal is not None
    name = pick.choice([name for name in deal_schema().type.fields if name in one.deal.values])
    need, space, term, axioms = group_term(name)
    schema = group_schema(name)
    changes = Changes(schema.document, need, pick)
    for _ in range(CASES // 3):
        value = changes.changed(schema.type, schema.document, {name: one.deal.values[name]}, ())
        violations = [v for v in schema.violations(value, merged=True) if v.code != FORMS]
        if any(v.code == REPEATED for v in violations):
            continue
        answers = Answers(space, value, pick)
        assert terms.holds(term, answers) is not bool(violations), (violations, name, value)
        for axiom in axioms:
            assert terms.holds(axiom, answers), (axiom, name, value)
