"""Where a deal stands in what is negotiated: a pure function of the library and the facts of the deal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator.conditions import AbsentField, Scope
from generator.facts import Facts
from generator.library.model import Library
from generator.library.topics import Position, Topic, Way
from generator.source import Source, read_yaml


@dataclass(frozen=True, slots=True)
class Stand:
    """A topic that is judged in a deal, and the index of the position at which the deal stands."""

    topic: Topic
    index: int

    @property
    def position(self) -> Position:
        return self.topic.positions[self.index]

    @property
    def beyond(self) -> bool:
        return self.position.name == "beyond"


def stands(library: Library, facts: Facts) -> tuple[Stand, ...]:
    """Every topic that is judged in a deal, in the order of the playbook.

    A topic of which a condition reads what the deal does not have is left out: the rulings say so, as an error.
    """
    return tuple(_stands(library, facts))


def _stands(library: Library, facts: Facts) -> Iterator[Stand]:
    for topic in library.playbook.topics:
        try:
            if facts.has_layer(topic.layer) and all(condition.run(facts.scope) for condition in topic.counts):
                yield Stand(topic, _index(topic, facts.scope))
        except AbsentField:
            continue


def _index(topic: Topic, scope: Scope) -> int:
    """The first position whose condition holds; the last has none."""
    return next(
        index for index, position in enumerate(topic.positions) if position.when is None or position.when.run(scope)
    )


def way_to(position: Position, facts: Facts) -> Way | None:
    """The fields that bring a deal to a position, ``None`` where it is not offered to such a client."""
    try:
        return next((way for way in position.ways if way.when is None or way.when.run(facts.scope)), None)
    except AbsentField:
        return None


def written(way: Way) -> Source:
    """The fields of a way as the text of a deal that says nothing else: to be laid over a deal (``Options.over``)."""
    values: dict[str, Any] = {}
    for dotted, value in way.settings:
        *groups, name = dotted.split(".")
        group = values
        for step in groups:
            group = group.setdefault(step, {})
        group[name] = value
    # JSON is YAML; a YAML file has no number that a float would not give back as it is written.
    source, _ = read_yaml("playbook", json.dumps(values, ensure_ascii=False, default=_plain))
    assert source is not None
    return source


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
