"""What is certain of a deal with hidden fields is so in the finished deal; nothing is asked that cannot matter."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from generator.interview.partial import Partial, open_paths, open_scope, without
from generator.interview.states import States, state
from generator.pipeline import Draft
from generator.schema_types import Type
from tests.deals import drafted, random_deal, spread


def answerable(type_: Type, values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Every group and field of a record that has a value, by its dotted path; not inside lists."""
    for name, member in type_.fields.items():
        if name not in values:
            continue
        path = f"{prefix}{name}"
        yield path
        if member.type.kind == "record":
            yield from answerable(member.type, values[name], f"{path}.")


def hidden(draft: Draft, pick: random.Random) -> Partial:
    """The deal of a draft with a random part of its fields hidden; the others that it lacks are known to be absent."""
    assert draft.deal is not None and draft.library is not None
    schema = draft.library.schema
    values: Any = draft.deal.values
    whole = Partial(values, draft.deal.provider_source)
    absent = [opened.path for opened in open_paths(open_scope(draft.library, whole, values))]
    paths = [path for path in answerable(schema.type, values) if path.count(".") or pick.random() < 0.2]
    chance = pick.choice((0.02, 0.1, 0.3, 0.7, 0.95))
    hide = [path for path in paths if pick.random() < chance and (path != "context.segment" or pick.random() < 0.5)]
    for path in hide:
        values = without(values, path)
    none = frozenset(path for path in absent if pick.random() > chance)
    return Partial(values, draft.deal.provider_source, none, frozenset(hide))


def contradictions(draft: Draft, states: States) -> list[str]:
    """Clauses and rules of which the states say one thing and the finished deal another."""
    assert draft.library is not None and draft.plan is not None and draft.rulings is not None
    inside = {clause.id for clause in draft.plan.clauses()}
    found = [
        f"{name} is {s}" for name, s in states.clauses.items() if s == ("excluded" if name in inside else "certain")
    ]
    fired = {ruling.rule.id for ruling in draft.rulings.rulings}
    found += [
        f"rule {name} is {s}" for name, s in states.rules.items() if s == ("excluded" if name in fired else "certain")
    ]
    needed = {approval.rule.id for approval in draft.rulings.approvals}
    return found + [
        f"approval {name} is {s}"
        for name, s in states.approvals.items()
        if s == ("excluded" if name in needed else "certain")
    ]


@pytest.mark.parametrize("first", spread(range(0, 40, 5), (0,)))
def test_what_is_certain_or_excluded_with_hidden_fields_is_so_in_the_finished_deal(first: int) -> None:
    judged = 0
    for seed in range(first, first + 5):
        draft = drafted(random_deal(seed))
        if draft.plan is None or draft.rulings is None:
            continue
        assert draft.library is not None
        for turn in range(3):
            states = state(draft.library, hidden(draft, random.Random(f"{seed} {turn}")))
            assert contradictions(draft, states) == [], (seed, turn)
            judged += states.count("certain") + states.count("excluded")
    assert judged > 1000


def test_nothing_is_open_in_a_deal_of_which_everything_is_known() -> None:
    for seed in range(5):
        draft = drafted(random_deal(seed))
        assert draft.library is not None and draft.deal is not None
        known = Partial(draft.deal.values, draft.deal.provider_source)
        absent = {opened.path for opened in open_paths(open_scope(draft.library, known, draft.deal.values))}
        states = state(draft.library, Partial(known.values, known.provider, frozenset(absent)))
        assert states.count("open") == 0
        assert set(states.rules.values()) == {"certain", "excluded"}
        assert contradictions(draft, states) == []
