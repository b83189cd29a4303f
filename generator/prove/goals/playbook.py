"""The playbook: each preferred position is that of some valid deal, and its texts and fields can always be told.

What a fallback, a floor and what lies beyond it ask for are approvals, of which the other themes speak.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.library.topics import Topic
from generator.prove import terms
from generator.prove.contracts import Contracts
from generator.prove.goals.conditions import absent
from generator.prove.goals.goal import Goal, some
from generator.prove.goals.texts import short
from generator.prove.terms import Term


def goals(contracts: Contracts) -> Iterator[Goal]:
    for topic in contracts.library.playbook.topics:
        name = f"playbook {topic.layer.id} {topic.id}"
        judged = terms.all_of(contracts.deals.layer(topic.layer), contracts.holds(*topic.counts))
        for texts in (topic.title, topic.why):
            for language, content in texts.items():
                yield from short(contracts, f"{name} {language}", judged, content, topic.span)
        yield from _positions(contracts, topic, name, judged)


def _positions(contracts: Contracts, topic: Topic, name: str, judged: Term) -> Iterator[Goal]:
    conditions = contracts.deals.conditions
    before = judged
    for position in topic.positions:
        here = terms.all_of(before, contracts.holds(position.when))
        if not position.role:
            span = position.when.span if position.when is not None else position.span
            message = f"no valid deal stands at the position {position.name} of `{topic.id}`"
            help_ = "correct the conditions, or remove the position"
            yield some("dead-position", f"{name} {position.name}", here, message, span, help_)
        for texts in (position.says, position.ask):
            for language, content in texts.items():
                yield from short(contracts, f"{name} {position.name} {language}", here, content, position.span)
        for index, way in enumerate(position.ways, 1):
            if way.when is not None:
                # They are asked of a deal that may stand anywhere.
                yield from absent(conditions, f"{name} {position.name} way {index}", way.when, judged)
        before = terms.all_of(before, terms.no(contracts.holds(position.when)))
